"""The subject as its writer wrote it."""

from __future__ import annotations

import pytest

from handlers.classify.writer import own_subject
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
        # Words are none, however long, nor a number.
        ("Donaudampfschifffahrtsgesellschaft-Vertrag", None, False),
        ("www-shop-example-com-hosting-2026", None, False),
        ("5512-5513-5514-5515-5516-5517-5518", None, False),
    ],
)
def test_of_a_subject_codes_and_the_mark_of_an_answer_are_not_read(
    subject: str, own: str | None, is_theirs: bool
) -> None:
    assert own_subject(message("", subject=subject)) == (own or subject, is_theirs)
