"""The linear model and its calibration: the files of config/model/, which bench/ writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

Weights = tuple[float, float]  # of an opt-out and of a cancellation
_KINDS = ("b", "p", "s")


class ModelError(ValueError):
    """A model file that cannot be used; names the line, and what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """The weights by name: of `pieces` of words and of `signs` of clauses, and the `bias`.

    `lines` are the calibration: (intent, state of the rules) -> offset and slope.
    """

    bias: Weights
    pieces: Mapping[str, Weights] = field(repr=False)
    signs: Mapping[str, Weights] = field(repr=False)
    lines: Mapping[tuple[str, str], tuple[float, float]] = field(repr=False)


@cache
def load_model() -> ModelFile:
    """The shipped model, read once.

    Raises:
        ModelError: a file is not what it has to be.
    """
    folder = resources.files("config") / "model"
    linear, lines = (
        (folder / name).read_text("utf-8") for name in ("linear.tsv", "calibration.tsv")
    )
    return read_model(linear, lines)


def read_model(linear: str, calibration: str) -> ModelFile:
    """The model of two files' texts, of four columns separated by tabs.

    `linear` has kind, name, and a weight for an opt-out and for a cancellation; `calibration`
    intent, state, offset and slope.

    Raises:
        ModelError: a line is not of this form.
    """
    found: dict[str, dict[str, Weights]] = {kind: {} for kind in _KINDS}
    for number, (kind, name, pair) in _lines("linear.tsv", linear):
        if kind not in found:
            raise ModelError(f"linear.tsv: line {number} is of no known kind")
        found[kind][name] = pair
    if "" not in found["b"]:
        raise ModelError("linear.tsv: the bias is missing")
    lines = {
        (intent, state): pair
        for _, (intent, state, pair) in _lines("calibration.tsv", calibration)
    }
    return ModelFile(bias=found["b"][""], pieces=found["p"], signs=found["s"], lines=lines)


def _lines(file: str, text: str) -> Iterator[tuple[int, tuple[str, str, Weights]]]:
    # Of 100,000 pairs of small rounded numbers most are there many times: each is read once.
    pairs: dict[str, Weights] = {}
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        try:
            first, second, numbers = line.split("\t", 2)
            pair = pairs.get(numbers)
            if pair is None:
                one, other = numbers.split("\t")
                pair = pairs[numbers] = float(one), float(other)
        except ValueError:
            raise ModelError(f"{file}: line {number} is not two names and two numbers") from None
        yield number, (first, second, pair)
