"""A small neural network: a third opinion, by the words in their order.

The linear models hear which words there are, and hardly how they stand to each other: "do not
cancel" and "cancel, do not wait" are nearly the same to them. This one looks at each word with its
neighbours, those with theirs, and then at what all of the text says (convolutions over words, with
the mean and the greatest of all that was found). A word is known by runs of its letters, so that
forms and misspellings that nobody has seen have a meaning, and by the phrases that it stands in,
which are the same in every language. bench/train_net.py makes it of labelled messages.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain
from typing import Any, NamedTuple, TypeVar
from zlib import crc32

import numpy as np
import numpy.typing as npt

from config.model_error import ModelError
from config.net_file import Arrays
from handlers.classify.features import pieces_of, runs_of
from handlers.classify.kept import KeptTogether
from handlers.classify.understood import Understood
from handlers.classify.words import Break, Words
from handlers.values import Role

# People ask at the beginning or at the end.
HEAD_WORDS, TAIL_WORDS = 100, 60
# Each word is looked at with those at this distance before and behind it, in so many steps.
REACHES = (1, 2, 4)
# Of a word: what separates it from the last one, and how it is put.
BREAKS: Mapping[Break, str] = {
    Break.CLAUSE: "is a clause's first",
    Break.SENTENCE: "is a sentence's first",
    Break.PARAGRAPH: "is a paragraph's first",
}
ASKED, QUOTED, SUBJECT = "is asked", "is quoted", "is the subject's"
_PUT = frozenset({*BREAKS.values(), ASKED, QUOTED, SUBJECT})
FACTS = 5
_INTENTS = 2
_LONGEST = 5.0  # a logarithm of words
_CACHED_WORDS = 8_192

Vector = npt.NDArray[np.float32]
F = TypeVar("F", bound=np.floating[Any])


class Reading(NamedTuple):
    """What the network sees of a message.

    `marks` are pairs of a word's number and the name of what is marked there: the tag of a phrase
    that begins with it, or in which it stands, or how it is put. `facts` say how the message came.
    """

    words: Sequence[str]
    marks: Sequence[tuple[int, str]]
    facts: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """The weights, in single precision but for `pieces`.

    `pieces` has a row of small numbers for each remainder of a piece's checksum, to be multiplied
    with `scale`; `marks` one for each of `names`. `looks` are the three steps of `REACHES`, each
    with what is added to it; `around` is what all of the text adds to the last; `hidden` and `out`
    make the vote of what was found.
    """

    pieces: npt.NDArray[np.int8] = field(repr=False)
    scale: float
    names: Sequence[str] = field(repr=False)
    marks: Vector = field(repr=False)
    looks: Sequence[tuple[Vector, Vector]] = field(repr=False)
    around: Vector = field(repr=False)
    hidden: tuple[Vector, Vector] = field(repr=False)
    out: tuple[Vector, Vector] = field(repr=False)

    @classmethod
    def of(cls, arrays: Arrays) -> Layers:
        """The weights of a file.

        Raises:
            ModelError: one is missing, or is of another size than the others.
        """
        try:
            found = cls(
                pieces=arrays["pieces"].astype(np.int8, casting="safe", copy=False),
                scale=float(arrays["scale"]),
                names=[str(name) for name in arrays["names"]],
                marks=_single(arrays["marks"]),
                looks=[
                    (_single(arrays[f"look {n}"]), _single(arrays[f"offset {n}"]))
                    for n in range(len(REACHES))
                ],
                around=_single(arrays["around"]),
                hidden=(_single(arrays["hidden"]), _single(arrays["hidden offset"])),
                out=(_single(arrays["out"]), _single(arrays["out offset"])),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"net.npz: {error}") from error
        found._check()
        return found

    def _check(self) -> None:
        """Refuses weights that do not fit each other, or are no numbers."""
        if self.pieces.ndim != 2 or self.around.ndim != 2:
            raise ModelError("net.npz: pieces and around are no tables")
        (rows, size), width = self.pieces.shape, self.around.shape[1]
        shapes: dict[str, tuple[npt.NDArray[Any], tuple[int, ...]]] = {
            "pieces": (self.pieces, (max(rows, 1), size)),
            "marks": (self.marks, (len({*self.names}), size)),
            "around": (self.around, (2 * width, width)),
            "hidden": (self.hidden[0], (2 * width + FACTS, width)),
            "hidden offset": (self.hidden[1], (width,)),
            "out": (self.out[0], (width, _INTENTS)),
            "out offset": (self.out[1], (_INTENTS,)),
        }
        for number, (look, offset) in enumerate(self.looks):
            shapes[f"look {number}"] = look, (3 * (width if number else size), width)
            shapes[f"offset {number}"] = offset, (width,)
        for name, (array, shape) in shapes.items():
            if array.shape != shape:
                raise ModelError(f"net.npz: {name} is {array.shape}, and not {shape}")
            if not np.isfinite(array).all():
                raise ModelError(f"net.npz: {name} has what is no number")
        if not 0 < self.scale < math.inf:
            raise ModelError("net.npz: the scale is no positive number")

    def arrays(self) -> Arrays:
        """What `of` reads."""
        looks = {f"look {n}": look for n, (look, _) in enumerate(self.looks)}
        offsets = {f"offset {n}": offset for n, (_, offset) in enumerate(self.looks)}
        return {
            **looks,
            **offsets,
            "pieces": self.pieces,
            "scale": np.array(self.scale),
            "names": np.array(self.names),
            "marks": self.marks,
            "around": self.around,
            "hidden": self.hidden[0],
            "hidden offset": self.hidden[1],
            "out": self.out[0],
            "out offset": self.out[1],
        }


class Net:
    """The network, which keeps what it made of words."""

    def __init__(self, layers: Layers) -> None:
        self._layers = layers
        self._numbers = {name: number for number, name in enumerate(layers.names)}
        # Behind the last stands one that adds nothing.
        self._marks = np.concatenate([layers.marks, np.zeros_like(layers.marks[:1])])
        self._vectors = KeptTogether(self._find_vectors, most=_CACHED_WORDS)

    def vote(self, understood: Understood, role: Role) -> tuple[float, float]:
        """The log-odds of an opt-out and of a cancellation, to a hundredth."""
        return self.vote_on(read(understood, role))

    def vote_on(self, reading: Reading) -> tuple[float, float]:
        """The log-odds by what was read."""
        layers = self._layers
        facts = np.array(reading.facts, np.float32)
        width = layers.looks[-1][0].shape[1]
        found = np.zeros(2 * width, np.float32)
        if reading.words:
            last = self._looked(self._seen(reading))
            found = np.concatenate([np.maximum.reduce(last), _mean(last)])
        weights, offset = layers.hidden
        hidden = np.maximum(np.concatenate([found, facts]) @ weights + offset, 0)
        weights, offset = layers.out
        opt_out, cancellation = (hidden @ weights + offset).tolist()
        return round(opt_out, 2), round(cancellation, 2)

    def _seen(self, reading: Reading) -> Vector:
        """A row for each word: what it says, and what is marked there."""
        words = reading.words
        rows = np.concatenate(self._vectors.all_of(words)).reshape(len(words), -1)
        # A word's marks are added in their order, as np.add.at would in three times as long.
        for marks in self._in_turns(reading):
            rows += self._marks.take(marks, axis=0)
        return rows

    def _in_turns(self, reading: Reading) -> list[list[int]]:
        """The numbers of the first mark of each word, then of the second of each, and so on."""
        numbers, none = self._numbers, len(self._marks) - 1
        turns: list[list[int]] = []
        told = [0] * len(reading.words)
        for place, name in reading.marks:
            number = numbers.get(name)
            if number is not None:
                if told[place] == len(turns):
                    turns.append([none] * len(told))
                turns[told[place]][place] = number
                told[place] += 1
        return turns

    def _looked(self, rows: Vector) -> Vector:
        """What each word says among its neighbours and theirs."""
        (first, second, third), layers = self._layers.looks, self._layers
        found = _risen(beside(rows, REACHES[0]) @ first[0], first[1])
        found += _risen(beside(found, REACHES[1]) @ second[0], second[1])
        everywhere = np.concatenate([_mean(found), np.maximum.reduce(found)]) @ layers.around
        found += _risen(beside(found, REACHES[2]) @ third[0], third[1], everywhere)
        return found

    def _find_vectors(self, words: Sequence[str]) -> Sequence[Vector]:
        """Of each word the mean of what its pieces say."""
        pieces = self._layers.pieces
        rows = [rows_of(word, len(pieces)) for word in words]
        counts = [*map(len, rows)]
        chosen = pieces[[*chain.from_iterable(rows)]]
        starts = [*accumulate(counts[:-1], initial=0)]
        # Sums of small whole numbers: the same in whatever order.
        sums = np.add.reduceat(chosen, starts, axis=0, dtype=np.int32)
        means = sums.astype(np.float32) / np.array(counts, np.float32)[:, None]
        return [*(means * np.float32(self._layers.scale))]


def _single(array: npt.NDArray[np.generic]) -> Vector:
    return array.astype(np.float32, casting="same_kind", copy=False)


def _risen(rows: Vector, *offsets: Vector) -> Vector:
    """The rows, with the offsets added, and nothing below zero: in place, as they are new."""
    for offset in offsets:
        rows += offset
    return np.maximum(rows, 0, out=rows)


def _mean(rows: Vector) -> Vector:
    """What `rows.mean(axis=0)` gives to the last digit, in a third of its time."""
    mean: Vector = np.add.reduce(rows) / np.float32(len(rows))
    return mean


def beside(rows: npt.NDArray[F], reach: int) -> npt.NDArray[F]:
    """Each row between those at a distance before and behind it, or zeros.

    Of the last two of the dimensions: the rows of one message, or of each of several.
    """
    width = rows.shape[-1]
    wide = np.zeros((*rows.shape[:-1], 3 * width), rows.dtype)
    wide[..., reach:, :width] = rows[..., :-reach, :]
    wide[..., width : 2 * width] = rows
    wide[..., :-reach, 2 * width :] = rows[..., reach:, :]
    return wide


def is_phrase(mark: str) -> bool:
    """Whether the name of a mark is of a phrase, not of how a word is put."""
    return mark not in _PUT


def read(understood: Understood, role: Role) -> Reading:
    """What the network sees of a message: the words that its writer chose."""
    words, best = understood.words, understood.best
    skipped = words.subject_words if best.subject_is_ours else 0
    places = [*range(skipped, len(words))]
    if len(places) > HEAD_WORDS + TAIL_WORDS:
        places = [*places[:HEAD_WORDS], *places[-TAIL_WORDS:]]
    numbers = {place: number for number, place in enumerate(places)}
    marks = [
        (numbers[place], f"{'begins' if place == hit.start else 'in'} {hit.tag}")
        for hit in best.hits
        for place in range(hit.start, hit.end)
        if place in numbers
    ]
    if len(places) < len(words) - skipped:
        marks.append((HEAD_WORDS, BREAKS[Break.PARAGRAPH]))
    for place, number in numbers.items():
        marks += [(number, name) for name in _put(words, place)]
    facts = (
        float(role is Role.SUPPORT),
        float(role is Role.CANCEL),
        float(best.answers_newsletter),
        min(_LONGEST, math.log1p(len(places))),
        float(skipped > 0),
    )
    return Reading([words.words[place] for place in places], marks, facts)


def _put(words: Words, place: int) -> list[str]:
    name = BREAKS.get(words.breaks[place])
    found = [name] if name else []
    if place in words.asked:
        found.append(ASKED)
    if place in words.quoted:
        found.append(QUOTED)
    if place < words.subject_words:
        found.append(SUBJECT)
    return found


def rows_of(word: str, rows: int) -> list[int]:
    """The rows, of so many, of the pieces of a word."""
    if word.isascii() and " " not in word:
        told = runs_of(f"^{word}$".encode())  # the same bytes, each made at once
    else:
        told = [piece.encode("utf-8", "surrogatepass") for piece in pieces_of(word)]
    return [*dict.fromkeys([crc32(piece) % rows for piece in told])]
