"""The network: what it sees of a message, and what it makes of that."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from config.model_error import ModelError
from config.net_file import Arrays, as_bytes, load_arrays, read_arrays
from handlers.classify import Classifier
from handlers.classify.net import (
    ASKED,
    FACTS,
    HEAD_WORDS,
    QUOTED,
    REACHES,
    SUBJECT,
    TAIL_WORDS,
    Layers,
    Net,
    Reading,
    read,
    rows_of,
)
from handlers.classify.shipped import shipped_net
from handlers.values import Role
from tests.unit.classified import english_book, message

SIZE, WIDTH, PIECES = 6, 8, 97
NAMES = ("begins cancel.do", "is asked")


def reading(text: str, *, subject: str = "", role: Role = Role.SUPPORT) -> Reading:
    return read(Classifier(english_book()).understand(message(text, subject=subject)), role)


def some_layers(seed: int = 1) -> Layers:
    draw = np.random.default_rng(seed)

    def normal(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return draw.standard_normal(shape).astype(np.float32)

    return Layers(
        pieces=draw.integers(-127, 128, (PIECES, SIZE)).astype(np.int8),
        scale=0.01,
        names=NAMES,
        marks=normal(len(NAMES), SIZE),
        looks=[(normal(3 * size, WIDTH), normal(WIDTH)) for size in (SIZE, WIDTH, WIDTH)],
        around=normal(2 * WIDTH, WIDTH),
        hidden=(normal(2 * WIDTH + FACTS, WIDTH), normal(WIDTH)),
        out=(normal(WIDTH, 2), normal(2)),
    )


def test_words_are_seen_with_their_phrases_and_how_they_are_put() -> None:
    found = reading('Could you cancel my account? Our "good old" shop closed.', subject="Account")
    words = list(found.words)
    assert words[:5] == ["account", "could", "you", "cancel", "my"]
    marks = {(words[place], name) for place, name in found.marks}
    assert {
        ("cancel", "begins cancel.do"),
        ("account", ASKED),
        ("our", "is a sentence's first"),
    } <= marks
    assert {("good", QUOTED), ("old", QUOTED), ("account", SUBJECT)} <= marks
    assert ("could", SUBJECT) not in marks


def test_a_subject_of_the_other_side_is_not_seen_but_that_there_is_one() -> None:
    mine, theirs = reading("Thanks.", subject="Bill"), reading("Thanks.", subject="Re: Bill")
    assert (list(mine.words), list(theirs.words)) == (["bill", "thanks"], ["thanks"])
    assert (mine.facts[-1], theirs.facts[-1]) == (0.0, 1.0)


def test_the_mailbox_is_a_fact() -> None:
    assert reading("Hi").facts[:2] == (1.0, 0.0)
    assert reading("Hi", role=Role.CANCEL).facts[:2] == (0.0, 1.0)


def test_of_a_long_text_the_beginning_and_the_end_are_seen() -> None:
    text = " ".join(f"a{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(400))
    found, words = reading(text).words, text.split()
    assert list(found) == [*words[:HEAD_WORDS], *words[-TAIL_WORDS:]]


def test_a_word_is_known_by_its_pieces_each_once() -> None:
    rows = rows_of("anananana", 1 << 16)
    assert len(rows) == len({*rows})
    assert {*rows_of("accounts", 1 << 16)} & {*rows_of("account", 1 << 16)}
    assert rows_of("解", 1 << 16)


def test_the_order_of_words_and_the_marks_there_count() -> None:
    net, facts = Net(some_layers()), (0.0,) * FACTS
    plain = net.vote_on(Reading(["stop", "do", "not", "wait"], [], facts))
    assert net.vote_on(Reading(["do", "not", "stop", "wait"], [], facts)) != plain
    assert net.vote_on(Reading(["stop", "do", "not", "wait"], [(0, NAMES[0])], facts)) != plain
    assert net.vote_on(Reading(["stop", "do", "not", "wait"], [(1, NAMES[0])], facts)) != plain
    assert net.vote_on(Reading(["stop", "do", "not", "wait"], [], (1.0, *facts[1:]))) != plain


def test_marks_of_a_place_add_up_and_unknown_ones_do_not_count() -> None:
    net, facts = Net(some_layers()), (0.0,) * FACTS
    once = net.vote_on(Reading(["stop"], [(0, NAMES[0])], facts))
    assert net.vote_on(Reading(["stop"], [(0, NAMES[0])] * 2, facts)) != once
    assert net.vote_on(Reading(["stop"], [(0, NAMES[0]), (0, "begins x")], facts)) == once


def test_a_text_without_words_has_a_vote() -> None:
    assert Net(some_layers()).vote_on(Reading([], [], (0.0,) * FACTS))


def test_votes_do_not_depend_on_what_was_asked_before() -> None:
    layers, facts = some_layers(), (0.0,) * FACTS
    net = Net(layers)
    texts = [["a", "b", "c"], ["c"], ["b", "a"], ["a", "b", "c"]]
    told = [net.vote_on(Reading(text, [], facts)) for text in texts]
    assert told == [Net(layers).vote_on(Reading(text, [], facts)) for text in texts]


def test_what_is_written_is_read_as_it_was() -> None:
    layers, one = some_layers(), Reading(["stop", "it"], [(0, NAMES[1])], (1.0,) * FACTS)
    data = as_bytes(layers.arrays())
    again = Layers.of(read_arrays(data))
    assert Net(again).vote_on(one) == Net(layers).vote_on(one)
    assert as_bytes(again.arrays()) == data


def without(name: str) -> Arrays:
    return {key: value for key, value in some_layers().arrays().items() if key != name}


@pytest.mark.parametrize(
    "arrays",
    [
        *(
            without(name)
            for name in ("pieces", "scale", "names", "look 2", "around", "out offset")
        ),
        replace(some_layers(), around=np.zeros((3, WIDTH), np.float32)).arrays(),
        replace(some_layers(), marks=np.zeros((1, SIZE), np.float32)).arrays(),
        replace(some_layers(), marks=np.zeros(SIZE, np.float32)).arrays(),
        replace(some_layers(), names=[NAMES[0], NAMES[0]]).arrays(),
        replace(some_layers(), out=(some_layers().out[0], np.zeros(1, np.float32))).arrays(),
        replace(some_layers(), around=np.zeros(3, np.float32)).arrays(),
        replace(some_layers(), marks=np.full((2, SIZE), np.nan, np.float32)).arrays(),
        replace(some_layers(), scale=math.inf).arrays(),
        replace(some_layers(), pieces=np.zeros((0, SIZE), np.int8)).arrays(),
        {**some_layers().arrays(), "pieces": np.zeros((PIECES, SIZE), np.float64)},
    ],
)
def test_layers_that_do_not_fit_are_refused(arrays: Arrays) -> None:
    with pytest.raises(ModelError, match=r"net\.npz"):
        Layers.of(arrays)


def test_one_array_is_no_file_of_them() -> None:
    out = BytesIO()
    np.save(out, np.zeros(3))
    with pytest.raises(ModelError, match=r"net\.npz"):
        read_arrays(out.getvalue())


def test_whatever_octet_is_damaged_the_file_is_read_or_refused() -> None:
    data = as_bytes(some_layers().arrays())
    for place in range(0, len(data), 7):
        damaged = data[:place] + bytes([data[place] ^ 0x5A]) + data[place + 1 :]
        with suppress(ModelError):
            Layers.of(read_arrays(damaged))


def test_a_file_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("config.net_file.resources.files", lambda _: tmp_path)
    with pytest.raises(ModelError, match=r"net\.npz: the file is missing"):
        load_arrays()


def test_half_a_surrogate_is_a_letter() -> None:
    assert rows_of("a\ud800b", 97)


def test_where_a_long_text_was_cut_a_paragraph_begins() -> None:
    text = " ".join(f"a{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(400))
    assert (HEAD_WORDS, "is a paragraph's first") in reading(text).marks
    short = " ".join(text.split()[: HEAD_WORDS + TAIL_WORDS])
    assert (HEAD_WORDS, "is a paragraph's first") not in reading(short).marks


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"abc", as_bytes({"a": np.zeros(9)})[:-90]])
def test_a_file_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(ModelError, match=r"net\.npz"):
        read_arrays(data)


def test_a_file_that_would_run_something_is_refused() -> None:
    out = BytesIO()
    np.savez(out, names=np.array([{"a": 1}], dtype=object))
    data = out.getvalue()
    with pytest.raises(ModelError, match=r"net\.npz"):
        read_arrays(data)


def test_the_shipped_network_hears_the_order_of_words() -> None:
    net = shipped_net()
    asked = net.vote_on(reading("Please cancel my account, do not wait.", role=Role.CANCEL))
    kept = net.vote_on(reading("Please wait, do not cancel my account.", role=Role.CANCEL))
    assert asked[1] > 0 > kept[1]


def test_the_shipped_network_is_as_it_was_written() -> None:
    arrays = load_arrays()
    assert {*arrays} == {*some_layers().arrays()}
    assert len(shipped_net()._layers.looks) == len(REACHES)
