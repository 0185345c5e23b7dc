"""The linear model and its calibration: the files of config/model/, which bench/ writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

Weights = tuple[float, float]  # of an opt-out and of a cancellation
# The offset, and a slope for each of three votes and four signs.
LINE_NUMBERS = 8
_KINDS = ("b", "p", "s")


class ModelError(ValueError):
    """A model file that cannot be used; names the line, and what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """The weights by name: of `pieces` of words and of `signs` of clauses, and the `bias`.

    `lines` are the calibration: (intent, state of the rules) -> offset and slopes.
    """

    bias: Weights
    pieces: Mapping[str, Weights] = field(repr=False)
    signs: Mapping[str, Weights] = field(repr=False)
    lines: Mapping[tuple[str, str], tuple[float, ...]] = field(repr=False)


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
    """The model of two files' texts, of columns separated by tabs.

    `linear` has kind, name, and a weight for an opt-out and for a cancellation; `calibration`
    intent, state, offset and a slope for each of the grounds (handlers/classify/grounds.py).

    Raises:
        ModelError: a line is not of this form.
    """
    found: dict[str, dict[str, Weights]] = {kind: {} for kind in _KINDS}
    for number, (kind, name, pair) in _weights(linear):
        if kind not in found:
            raise ModelError(f"linear.tsv: line {number} is of no known kind")
        found[kind][name] = pair
    if "" not in found["b"]:
        raise ModelError("linear.tsv: the bias is missing")
    return ModelFile(
        bias=found["b"][""],
        pieces=found["p"],
        signs=found["s"],
        lines=dict(_read_lines(calibration)),
    )


def _read_lines(text: str) -> Iterator[tuple[tuple[str, str], tuple[float, ...]]]:
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        fields = line.split("\t")
        try:
            intent, state = fields[:2]
            numbers = tuple(map(float, fields[2:]))
        except ValueError:
            numbers = ()
        if len(numbers) != LINE_NUMBERS:
            problem = f"line {number} is not two names and {LINE_NUMBERS} numbers"
            raise ModelError(f"calibration.tsv: {problem}")
        yield (intent, state), numbers


def _weights(text: str) -> Iterator[tuple[int, tuple[str, str, Weights]]]:
    # Of 100,000 pairs of small rounded numbers most are there many times: each is read once. The
    # numbers in them are a few hundred.
    pairs: dict[str, Weights] = {}
    numbers_by_text: dict[str, float] = {}
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        try:
            first, second, numbers = line.split("\t", 2)
            pair = pairs.get(numbers)
            if pair is None:
                one, other = [
                    numbers_by_text.setdefault(text, float(text)) for text in numbers.split("\t")
                ]
                pair = pairs[numbers] = one, other
        except ValueError:
            raise ModelError(
                f"linear.tsv: line {number} is not two names and two numbers"
            ) from None
        yield number, (first, second, pair)
