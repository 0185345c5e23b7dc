"""Verdicts: what is certain, what is unsure, what speaks against, and where it all stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.classify.verdict import MAX_AGAINST, MAX_EVIDENCE, MAX_WORDS_CHARS
from handlers.values import Evidence, Message, Role, Verdict
from tests.unit.classified import CANCEL, SUPPORT, english, intents, message, read, rules

PIECES = st.sampled_from(
    ["please ", "Cancel ", "my account ", "do not ", "stop ", "sending ", "newsletters ", "if ",
     "unsubscribe ", "how do I ", "? ", ". ", ", ", "\n", "“", "é", "\u200b", "ﬁ", "İ", "and ",
     "remove me ", "from your list ", "shop.example ", "a@b.example ", "not ", "I want to "]
)  # fmt: skip


def place(mail: Message, evidence: Evidence) -> str:
    source = mail.subject if evidence.part == "subject" else mail.new_text
    return source[evidence.start : evidence.end]


@given(
    st.lists(PIECES, max_size=12).map("".join),
    st.lists(PIECES, max_size=30).map("".join),
    st.sampled_from(Role),
    st.sampled_from(["", "Re: ", "AW: Re: "]),
)
def test_evidence_points_at_its_words(subject: str, text: str, role: Role, prefix: str) -> None:
    mail = message(text, subject=prefix + subject)
    verdict = english().read(mail, role=role)
    for evidence in verdict.evidence:
        assert evidence.part in ("subject", "text")
        assert place(mail, evidence)[:MAX_WORDS_CHARS] == evidence.words
        assert evidence.words
    assert 0 < verdict.confidence < 1
    assert len(verdict.against) <= MAX_AGAINST
    assert all(0 < len(f.evidence) <= MAX_EVIDENCE for f in (*verdict.certain, *verdict.unsure))


@pytest.mark.parametrize(
    ("text", "role", "certain", "unsure"),
    [
        ("Please cancel my account.", SUPPORT, "cancellation", ""),
        ("Please cancel my account and unsubscribe me.", SUPPORT, "cancellation opt_out", ""),
        ("Please cancel.", SUPPORT, "", "cancellation"),
        ("Please unsubscribe me. I will cancel my account.", CANCEL, "opt_out", "cancellation"),
        ("Which PHP version do I have?", SUPPORT, "", ""),
    ],
)
def test_what_is_certain_stands_apart_from_what_is_unsure(
    text: str, role: Role, certain: str, unsure: str
) -> None:
    assert intents(read(text, role=role)) == (certain, unsure)


def test_what_ruled_a_request_out_is_told() -> None:
    verdict = read("Please do not cancel my account.")
    assert (verdict.certain, verdict.unsure) == ((), ())
    assert [e.rule for e in verdict.against] == ["not.negated"]
    assert verdict.against[0].words == "do not"


@pytest.mark.parametrize(
    ("surer", "less_sure"),
    [
        (read("Please cancel my account."), read("Please close it.", subject="My account")),
        (read("The weather is fine."), read("Please do not cancel my account.")),
        (read("Please cancel my account."), read("I will cancel my account.")),
    ],
    ids=["named or meant", "nothing or ruled out", "asked or announced"],
)
def test_confidence_tells_how_plain_it_is(surer: Verdict, less_sure: Verdict) -> None:
    assert surer.confidence > less_sure.confidence


@pytest.mark.parametrize(
    ("text", "everything"),
    [
        ("Unsubscribe me from all emails, invoices too.", True),
        ("Unsubscribe me. I want no email whatsoever.", True),
        ("Unsubscribe me from the newsletter.", False),
        ("Any kind of hosting at all would do.", False),
    ],
)
def test_stop_everything_takes_an_opt_out(text: str, everything: bool) -> None:
    assert read(text).stop_everything is everything


def test_evidence_in_a_subject_counts_from_its_reply_prefix() -> None:
    verdict = read("", subject="unsubscribe")
    assert (verdict.evidence[0].part, verdict.evidence[0].start) == ("subject", 0)
    assert "opt-out.terse" in rules(verdict)
