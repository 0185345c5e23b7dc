"""Messages that are one phrase and no more."""

from __future__ import annotations

import pytest

from handlers.classify.shipped import shipped_classifier
from handlers.classify.terse import find_terse
from handlers.values import Intent, Role
from tests.unit.classified import CANCEL, SUPPORT, discourse, message, whole_hits


def terse(
    text: str, *, subject: str = "", role: Role = SUPPORT, newsletter: bool = False,
    reply: bool = False,
) -> list[tuple[str, float]]:  # fmt: skip
    made = discourse(text, subject=subject, newsletter=newsletter, reply=reply)
    found = find_terse(made, whole_hits(made.words), role)
    return [(one.rule, round(one.confidence, 2)) for one in found]


@pytest.mark.parametrize(
    ("text", "role", "rule", "confidence"),
    [
        ("STOP", SUPPORT, "opt-out.terse", 0.93),
        ("stop", CANCEL, "opt-out.terse", 0.6),
        ("unsubscribe", CANCEL, "opt-out.terse", 0.93),
        ("Unsubscribe\nAda Lind\nLind Ltd", SUPPORT, "opt-out.terse", 0.93),
        ("Hello, please unsubscribe. Thank you!", SUPPORT, "opt-out.terse", 0.93),
        ("unsubscribe 55102", SUPPORT, "opt-out.terse", 0.93),
        ("not interested", SUPPORT, "opt-out.vague", 0.5),
        ("not interested", CANCEL, "opt-out.vague", 0.2),
        ("Cancel", CANCEL, "cancellation.terse", 0.9),
        ("Cancel my account", SUPPORT, "cancellation.terse", 0.6),
    ],
)
def test_a_phrase_that_is_all_is_a_request(
    text: str, role: Role, rule: str, confidence: float
) -> None:
    assert terse(text, role=role) == [(rule, confidence)]


@pytest.mark.parametrize(
    "text",
    [
        "Stop the machine",
        "Unsubscribe our customers",
        "I wonder: unsubscribe",
        "Cancel the order of yesterday",
        "Cancel?",
        "Cancel ticket 4411",
        "Unsubscribe. Then tell me how the new plan works and what it costs me.",
        "Stop. Please send the list",
        "",
    ],
)
def test_a_phrase_with_more_around_it_is_none(text: str) -> None:
    assert terse(text, role=CANCEL) == []


def test_a_subject_of_our_own_is_not_read() -> None:
    assert terse("", subject="unsubscribe", reply=True) == []
    assert terse("", subject="unsubscribe") == [("opt-out.terse", 0.93)]


def test_what_is_vague_is_plain_in_answer_to_a_mailing() -> None:
    assert terse("no thanks", newsletter=True) == [("opt-out.vague", 0.8)]


def test_a_subscription_in_answer_to_a_mailing_may_be_either() -> None:
    found = terse("cancel my subscription", newsletter=True, role=CANCEL)
    assert found == [("opt-out.subscription", 0.6)]
    assert terse("cancel my subscription", role=CANCEL) == [("cancellation.terse", 0.9)]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "No thanks"),
        ("de", "Nein danke"),
        ("fr", "Non merci"),
        ("es", "No gracias"),
        ("it", "No grazie"),
        ("nl", "Nee bedankt"),
        ("pl", "Nie dziękuję"),
        ("cs", "Ne děkuji"),
        ("sv", "Nej tack"),
        ("da", "Nej tak"),
        ("no", "Nei takk"),
        ("fi", "Ei kiitos"),
        ("ja", "結構です"),
        ("ja", "いりません"),
        ("ja", "不要です"),
        ("zh", "不需要"),
        ("zh", "没兴趣"),
        ("ru", "Нет, спасибо"),
    ],
)
def test_a_no_to_something_else_opts_nobody_out(language: str, words: str) -> None:
    """It may be the answer to "shall we restore the backup?"; only below a mailing it is plain."""
    asked = message(words, subject="Re: 5102", language=language)
    assert shipped_classifier().read(asked, role=SUPPORT).certain == ()
    mailing = message(words, subject="Re: newsletter", language=language)
    below = shipped_classifier().read(mailing, role=SUPPORT)
    assert [found.intent for found in (*below.certain, *below.unsure)] == [Intent.OPT_OUT]
