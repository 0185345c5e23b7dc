"""The net of phrases: which forms a phrase has, and where it is found."""

from __future__ import annotations

import gc

import pytest

from handlers.classify.words import read_words
from handlers.phrase_net import MAX_GAP_WORDS, written
from handlers.stored_net import _Walked, restore, store


def found(phrase: str, text: str) -> list[tuple[int, int]]:
    net, words = written({"x.y": (phrase,)}), read_words("", text)
    found = net.find(words)
    assert restore(store(net)).find(words) == found, "another net when it was stored"
    return [(one.start, one.end) for one in found]


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("out of office", "now out of Office", [(1, 4)]),
        ("{a,b} c", "a c b c", [(0, 2), (2, 4)]),
        ("{,very }late", "very late", [(1, 2), (0, 2)]),
        ("mail{,s} {,not }read", "mails not read, mail read", [(0, 3), (3, 5)]),
        ("k{ü,ue}ndige", "kuendige oder kündige", [(0, 1), (2, 3)]),
        ("urlaub*", "urlaubszeit", [(0, 1)]),
        ("*ferien", "sommerferien", [(0, 1)]),
        ("take .. off", "take me off", [(0, 3)]),
        ("take {,me .. }off", "take me right off", [(0, 4)]),
        ("until 1", "until 14.11.", [(0, 2)]),
        ("自動{返信,応答}", "自動応答です", [(0, 4)]),
        ("a b", "a, b", []),
        ("a .. b", "a x, b", []),
    ],
)
def test_a_phrase_is_found_in_all_its_forms(
    phrase: str, text: str, expected: list[tuple[int, int]]
) -> None:
    assert sorted(found(phrase, text)) == sorted(expected)


@pytest.mark.parametrize(("words", "holds"), [(MAX_GAP_WORDS, True), (MAX_GAP_WORDS + 1, False)])
def test_a_gap_has_its_limit(words: int, holds: bool) -> None:
    assert bool(found("a .. b", "a " + "x " * words + "b")) is holds


def test_many_forms_cost_no_more_than_their_words() -> None:
    forms = " ".join(["{a,b,c,d,e,f,g,h}"] * 12)
    assert found(forms, "a b c d e f g h a b c d") == [(0, 12)]


def test_steps_that_are_forgotten_are_worked_out_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    net = written({"x.y": ("a .. b", "a b c", "{x,y} b")})
    words = read_words("", "a b c a d b, x b y b a c c b a b")
    kept = net.find(words)
    assert net.find(words) == kept
    monkeypatch.setattr("handlers.phrase_net._MAX_STEPS", 2)
    assert written({"x.y": ("a .. b", "a b c", "{x,y} b")}).find(words) == kept
    assert restore(store(net)).find(words) == kept


def test_a_stored_net_lets_go_of_the_places_that_forgotten_steps_led_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def walks() -> int:
        gc.collect()
        return sum(type(one) is _Walked for one in gc.get_objects())

    monkeypatch.setattr("handlers.phrase_net._MAX_STEPS", 2)
    before = walks()
    net = restore(store(written({"x.y": ("a .. b", "a b c", "{x,y} b")})))
    net.find(read_words("", "a b c a d b, x b y b a c c b a b"))
    assert walks() == before + 1
