"""The subject and the text as their writer wrote them."""

from __future__ import annotations

import pytest

from handlers.classify.writer import own_subject, own_text
from tests.unit.classified import message

CODE = "AfQbCvzHh-iNMWnmdFbmr0-5eYCka-I7mHjPSsyAZA49oPig9vqHWg"


@pytest.mark.parametrize(
    ("subject", "own", "is_theirs"),
    [
        ("Cancel my account", "Cancel my account", False),
        ("Re: Your offer", "Your offer", True),
        ("AW: Re: Your offer", "Your offer", True),
        (f"unsubscribe {CODE}", "unsubscribe " + " " * len(CODE), False),
        (f"Re: unsubscribe {CODE} now", "unsubscribe " + " " * len(CODE) + " now", True),
        ("unsubscribe id=55102", "unsubscribe " + " " * 8, False),
        # Words are none, however long, nor a number.
        ("Donaudampfschifffahrtsgesellschaft-Vertrag", None, False),
        ("www-shop-example-com-hosting-2026", None, False),
        ("5512-5513-5514-5515-5516-5517-5518", None, False),
        ("Customer ID: 5512", None, False),
    ],
)
def test_of_a_subject_codes_and_the_mark_of_an_answer_are_not_read(
    subject: str, own: str | None, is_theirs: bool
) -> None:
    assert own_subject(message("", subject=subject)) == (own or subject, is_theirs)


@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        ("u-7f31c09a-55e2-4b-8812\n", False),
        ("[token=Aa71:list=2]", False),
        # Nor is a name, a number, an address or a sentence.
        ("Donaudampfschifffahrtsgesellschaft", True),
        ("4711220815", True),
        ("kim2006@shop7.example", True),
        ("shop-2026.example", True),
        ("cancel a-4711-22", True),
    ],
)
def test_a_text_that_is_a_code_is_not_read(text: str, is_read: bool) -> None:
    assert own_text(message(text)) == (text if is_read else " " * len(text))
