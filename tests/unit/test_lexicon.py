"""Phrases found in words."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.classify.lexicon import MAX_GAP_WORDS, Hit, Lexicon
from handlers.classify.phrase_graph import Entry, Node, make_graph
from handlers.classify.spelling import Speller
from handlers.classify.words import read_words
from handlers.classify.written import Written
from tests.unit.classified import lexicon

PHRASES = {
    "cancel.do": ("cancel", "take .. down"),
    "things.service": ("account", "my hosting", "vertrag*", "*konto"),
    "things.other": ("email account", "my hosting order"),
    "negation.not": ("not",),
    "negation.forbid": ("not", "do not"),
    "message.footer": ("to cancel click",),
    "spelling.keywords": ("account",),
}


def small() -> Lexicon:
    return Lexicon("en", Written(PHRASES))


def found(text: str, *, misspelt: bool = False) -> list[str]:
    words = read_words("", text)
    hits = small().find(words, misspelt=misspelt)
    return [f"{hit.tag}: {' '.join(words.words[hit.start : hit.end])}" for hit in hits]


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("cancel the account", ["cancel.do: cancel", "things.service: account"]),
        ("the email account", ["things.other: email account"]),
        ("email, account", ["things.service: account"]),
        ("my hosting order", ["things.other: my hosting order"]),
        ("my hosting", ["things.service: my hosting"]),
        ("my. hosting", []),
        ("not", ["negation.not: not", "negation.forbid: not"]),
        ("do not", ["negation.forbid: do not"]),
        ("Vertrag Vertrags", ["things.service: vertrag", "things.service: vertrags"]),
        ("das Kundenkonto", ["things.service: kundenkonto"]),
        ("take it down", ["cancel.do: take"]),
        ("take it, down", []),
        ("a@shop.example", ["things.address: <address>"]),
        ("to cancel click", ["message.footer: to cancel click", "cancel.do: cancel"]),
    ],
)  # fmt: skip
def test_the_longest_phrase_wins_within_a_clause(text: str, hits: list[str]) -> None:
    assert found(text) == hits


@pytest.mark.parametrize(
    ("between", "is_found"), [(MAX_GAP_WORDS, True), (MAX_GAP_WORDS + 1, False)]
)
def test_a_gap_holds_so_many_words(between: int, is_found: bool) -> None:
    assert bool(found("take " + "x " * between + "down")) is is_found


def test_the_second_half_of_a_gap_ends_the_phrase() -> None:
    (hit,) = small().find(read_words("", "take it down"))
    assert (hit.start, hit.end, hit.last) == (0, 1, 3)


def test_a_misspelt_word_is_read_where_that_is_asked_for() -> None:
    one = small()
    one.use(Speller(["account"], one.vocabulary.words))
    words = read_words("", "acount")
    assert one.find(words) == []
    assert [hit.tag for hit in one.find(words, misspelt=True)] == ["things.service"]


def test_table_and_key_are_the_halves_of_the_tag() -> None:
    (hit,) = small().find(read_words("", "account"))
    assert (hit.table, hit.key) == ("things", "service")


@given(st.text())
def test_hits_lie_inside_the_text_in_their_order(text: str) -> None:
    words = read_words("", text)
    hits = lexicon().find(words)
    assert all(0 <= hit.start < hit.end <= hit.last <= len(words) for hit in hits)
    assert [hit.start for hit in hits] == sorted(hit.start for hit in hits)


@settings(max_examples=30)
@given(
    st.lists(st.sampled_from(["cancel", "account", "take", "down", "do", "not", "x"]), max_size=30)
)
def test_the_hits_are_in_proportion_to_the_words(words: list[str]) -> None:
    text = " ".join(words) + ". "
    once = len(small().find(read_words("", text)))
    assert len(small().find(read_words("", text * 5))) == 5 * once


def test_the_graph_is_made_once_for_all_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    both = threading.Barrier(2)

    def slow(entries: list[Entry]) -> Node:
        made.append(len(entries))
        time.sleep(0.2)  # longer than the other needs to come here
        return make_graph(entries)

    monkeypatch.setattr("handlers.classify.written.make_graph", slow)
    lexicon = Lexicon("en", Written({"cancel.do": ["cancel"]}))

    def read() -> list[Hit]:
        both.wait()
        return lexicon.find(read_words("", "please cancel it"))

    with ThreadPoolExecutor(2) as pool:
        found = [task.result() for task in [pool.submit(read), pool.submit(read)]]
    assert found[0] == found[1] != []
    assert len(made) == 1
