"""The linear models and their calibration: the files of config/model/, which bench/ writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path

from config.model_error import ModelError
from config.piece_table import PieceTable, TableMaker
from config.trees_file import Tree, finite, load_trees

Weights = tuple[float, float]  # of an opt-out and of a cancellation
OFFSET = "offset"
# Whose weights a line of linear.tsv has: what is in its first column, and what it tells there.
_KINDS = {
    "wb": "the bias by words",
    "wp": "a piece of words",
    "wm": "a sign of the message, beside words",
    "sb": "the bias by signs",
    "sc": "a sign of clauses",
    "sm": "a sign of the message, beside those",
}
_PIECES = "wp"
_OF_WORDS, _OF_SIGNS = ("wb", _PIECES, "wm"), ("sb", "sc", "sm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The weights of one of the two models: its bias, and others by name.

    `parts` are those of pieces of words, or of signs of clauses, `message` of signs of no clause.
    """

    bias: Weights
    parts: Mapping[str, Weights] = field(repr=False)
    message: Mapping[str, Weights] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordModel:
    """The model by words as it is used: of the pieces only what a table tells of their names."""

    bias: Weights
    pieces: PieceTable = field(repr=False)
    message: Mapping[str, Weights] = field(repr=False)

    @classmethod
    def of(cls, model: Model) -> WordModel:
        """That of a model whose pieces are known by name."""
        return cls(bias=model.bias, pieces=PieceTable.of(model.parts), message=model.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """The model by words and the one by signs, and how much each of the grounds counts by name.

    `trees` stand beside that, by the name of the intent they are for.
    """

    words: WordModel
    signs: Model
    grounds: Mapping[str, Weights] = field(repr=False)
    trees: Mapping[str, Sequence[Tree]] = field(default_factory=dict, repr=False)


@cache
def load_model() -> ModelFile:
    """The shipped model, read once.

    Raises:
        ModelError: a file is not what it has to be.
    """
    folder = resources.files("config") / "model"
    try:
        grounds = (folder / "calibration.tsv").read_text("utf-8")
        # A line at a time: all of them at once would take 15 MB, of which hardly all goes back.
        with (folder / "linear.tsv").open(encoding="utf-8") as lines:
            return replace(read_model(lines, grounds), trees=load_trees())
    except FileNotFoundError as error:
        raise ModelError(f"{Path(error.filename).name}: the file is missing") from error
    except UnicodeDecodeError as error:
        raise ModelError("linear.tsv or calibration.tsv: it is no text") from error


def read_model(linear: Iterable[str], calibration: str) -> ModelFile:
    """The model of the lines of one file and the text of another, of columns separated by tabs.

    `linear` has a kind, a weight for an opt-out and one for a cancellation, and the names of all
    that have these weights: so most of 200,000 names are read at once. `calibration` has the name
    of one of the grounds (handlers/classify/grounds.py) and its slope for each, and "offset".

    Raises:
        ModelError: a line is not of this form.
    """
    found: dict[str, dict[str, Weights]] = {kind: {} for kind in _KINDS}
    pieces = TableMaker()
    # The numbers are a few hundred.
    numbers: dict[str, float] = {}
    for number, line in enumerate(linear, start=1):
        kind, *columns = line.removesuffix("\n").split("\t")
        if kind not in found:
            raise ModelError(f"linear.tsv: line {number} is of no known kind")
        try:
            one, other = [numbers.setdefault(text, float(text)) for text in columns[:2]]
        except ValueError:
            raise ModelError(f"linear.tsv: line {number} has not two numbers") from None
        names = columns[2:]
        if not names:
            raise ModelError(f"linear.tsv: line {number} has no names")
        if kind == _PIECES:
            pieces.add((one, other), names)
        else:
            found[kind].update(dict.fromkeys(names, (one, other)))
    for kind in ("wb", "sb"):
        if "" not in found[kind]:
            raise ModelError(f"linear.tsv: {_KINDS[kind]} is missing")
    return ModelFile(
        words=WordModel(bias=found["wb"][""], pieces=pieces.made(), message=found["wm"]),
        signs=Model(bias=found["sb"][""], parts=found["sc"], message=found["sm"]),
        grounds=read_grounds(calibration),
    )


def written(words: Model, signs: Model) -> str:
    """The lines that `read_model` reads: a line a pair of weights, the names in their order."""
    lines = []
    for kinds, model in ((_OF_WORDS, words), (_OF_SIGNS, signs)):
        groups = ({"": model.bias}, model.parts, model.message)
        for kind, weights in zip(kinds, groups, strict=True):
            names: dict[Weights, list[str]] = {}
            for name, pair in weights.items():
                names.setdefault(pair, []).append(name)
            lines += [
                "\t".join((kind, f"{one:g}", f"{other:g}", *sorted(found))) + "\n"
                for (one, other), found in sorted(names.items())
            ]
    return "".join(lines)


def read_grounds(text: str) -> Mapping[str, Weights]:
    """How much each of the grounds counts, of a calibration file's text.

    Raises:
        ModelError: a line is not of the form that `read_model` tells.
    """
    found: dict[str, Weights] = {}
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        name, *values = line.split("\t")
        try:
            one, other = map(finite, values)
        except ValueError:
            raise ModelError(
                f"calibration.tsv: line {number} is not a name and two numbers"
            ) from None
        found[name] = one, other
    if OFFSET not in found:
        raise ModelError("calibration.tsv: the offset is missing")
    return found
