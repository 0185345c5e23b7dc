"""Words and phrases to sentences and clauses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.classified import discourse


def clauses(text: str) -> list[str]:
    made = discourse(text)
    return [" ".join(made.words.words[c.start : c.end]) for s in made.sentences for c in s.clauses]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cancel the plan and stop the ads", ["cancel the plan", "and stop the ads"]),
        ("stop the ads and offers", ["stop the ads and offers"]),
        ("cancel it because it is slow", ["cancel it", "because it is slow"]),
        ("cancel it, please. thanks", ["cancel it", "please", "thanks"]),
        ("not content and would like to cancel", ["not content", "and would like to cancel"]),
        ("can i not go and have it closed", ["can i not go and have it closed"]),
        ("I did not call and ask you to cancel", ["i did not call and ask you to cancel"]),
        ("not content and now want to go", ["not content", "and now want to go"]),
    ],
)  # fmt: skip
def test_a_clause_ends_where_another_thing_is_said(text: str, expected: list[str]) -> None:
    assert clauses(text) == expected


def test_a_sentence_knows_whether_it_is_asked_and_where_it_stands() -> None:
    made = discourse("Really? Yes.", subject="Cancel")
    assert [(s.in_subject, s.asked) for s in made.sentences] == [
        (True, False),
        (False, True),
        (False, False),
    ]


def test_what_stands_before_a_word_is_found_over_clauses() -> None:
    (sentence,) = discourse("How, tell me, do I cancel").sentences
    before = sentence.before(sentence.end, "mood.question")
    assert before is not None
    assert sentence.before(0, "mood.question") is None


def test_words_outside_phrases_are_loose() -> None:
    (sentence,) = discourse("zzz cancel").sentences
    assert sentence.clauses[0].loose_before(1) == 1
    assert [hit.tag for hit in sentence.clauses[0].verbs] == ["cancel.do"]


def test_nothing_has_no_sentences() -> None:
    assert discourse("").sentences == []


@given(st.text(alphabet="cancel stop my account and but, .?\nxyz not please ", max_size=200))
def test_every_word_is_in_one_clause_and_every_phrase_too(text: str) -> None:
    made = discourse(text)
    places = [i for s in made.sentences for c in s.clauses for i in range(c.start, c.end)]
    assert places == list(range(len(made.words)))
    inside = [hit for s in made.sentences for c in s.clauses for hit in c.hits]
    assert sorted(inside) == sorted(made.hits)
