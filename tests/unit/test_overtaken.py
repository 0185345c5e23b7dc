"""Which mails that were given up are not tried again, for what they tell is not so any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from handlers.overtaken import is_outdated
from handlers.values import Request, State
from tests.unit.cases import CANCELLATION, NOW, OPT_OUT, request

LATER = NOW + timedelta(hours=1)
S = State


def cancellation(state: State, reason: str = "", at: datetime = LATER) -> Request:
    return replace(request(CANCELLATION, state), reason=reason, updated_at=at)


@pytest.mark.parametrize(
    ("about", "as_question", "as_news"),
    [
        (cancellation(S.AWAITING_CONFIRMATION), False, False),
        (cancellation(S.CONFIRMED), True, False),
        (cancellation(S.HANDED_OVER), True, False),
        (cancellation(S.COMPLETED), True, False),
        (cancellation(S.WITHDRAWN), True, True),
        (cancellation(S.REJECTED), True, True),
        (cancellation(S.REJECTED, at=NOW), False, False),  # by the mail of that very decision
        (cancellation(S.REVIEW, "question-undeliverable"), False, False),
        (cancellation(S.REVIEW, "moved-back-by-staff"), False, False),
        (cancellation(S.REVIEW, "confirmation-moved-back"), True, False),
        (replace(request(OPT_OUT, S.EFFECTIVE), updated_at=LATER), False, False),
        (replace(request(OPT_OUT, S.UNDONE), updated_at=LATER), True, True),
    ],
)
def test_what_is_outdated(about: Request, as_question: bool, as_news: bool) -> None:
    assert is_outdated(about, asks=True, queued_at=NOW) is as_question
    assert is_outdated(about, asks=False, queued_at=NOW) is as_news
