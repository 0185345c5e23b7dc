"""What is read late, as a table; the words are those of test_decide.py.

Each message was set aside two hours ago, and is tried again now.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from handlers.case import Case, Decider
from handlers.decide import decide
from handlers.people import decide_filed
from handlers.read_late import decide_late
from handlers.values import Filing, Proof, Request
from tests.unit.cases import (
    CANCELLATION,
    EFFECTIVE,
    HELD,
    NOW,
    OPT_OUT,
    PENDING,
    POLICY,
    REJECTED,
    case,
    knowing,
    told,
    verdict,
)

SET_ASIDE = NOW - timedelta(hours=2)
SINCE, BEFORE = NOW - timedelta(hours=1), NOW - timedelta(hours=3)

DRAGGED: Decider = partial(decide_filed, folder=Filing.CANCELLATIONS)


def asks(*known: Request, changed: datetime = SINCE, proof: Proof = Proof.PROVEN) -> Case:
    moved_on = [replace(request, updated_at=changed) for request in known]
    return case(verdict=verdict([CANCELLATION]), proof=proof, known=knowing(*moved_on))


# Situation: who decides on which message, and what follows.
LATE: dict[str, tuple[Decider, Case, list[str]]] = {
    "a proven cancellation is asked about": (
        decide,
        asks(),
        [
            "act: cancellation-asked",
            "new C-NEW001 awaiting_confirmation (cancellation-asked)",
            "ask cancellation_question",
            "to Optoutd/Cancellations",
        ],
    ),
    "and one that was dragged": (
        DRAGGED,
        asks(),
        [
            "act: filed-by-staff",
            "new C-NEW001 awaiting_confirmation (cancellation-asked)",
            "ask cancellation_question",
            "to Optoutd/Cancellations",
        ],
    ),
    "a no since then holds": (
        DRAGGED,
        asks(REJECTED),
        ["review: read-late", "again C-OLD001", "silent read-late", "to review"],
    ),
    "so does a pause": (
        DRAGGED,
        asks(HELD),
        ["review: read-late", "again C-OLD001", "silent read-late", "to review"],
    ),
    "not one from before": (
        DRAGGED,
        asks(HELD, changed=BEFORE),
        [
            "act: filed-by-staff",
            "C-OLD001 review->awaiting_confirmation (cancellation-asked)",
            "ask cancellation_question",
            "to Optoutd/Cancellations",
        ],
    ),
    "what has gone on since is told once more as ever": (
        decide,
        asks(PENDING),
        told(decide(asks(PENDING, proof=Proof.UNPROVEN), POLICY)),
    ),
    "an opt-out is honoured whatever was said since": (
        decide,
        case(verdict=verdict([OPT_OUT]), known=knowing(replace(REJECTED, updated_at=SINCE))),
        told(decide(case(verdict=verdict([OPT_OUT])), POLICY)),
    ),
    "and so is one that is in effect": (
        decide,
        case(verdict=verdict([OPT_OUT]), known=knowing(EFFECTIVE)),
        told(decide(case(verdict=verdict([OPT_OUT]), known=knowing(EFFECTIVE)), POLICY)),
    ),
}


@pytest.mark.parametrize(("decider", "late", "words"), LATE.values(), ids=LATE)
def test_what_follows_from_a_message_that_is_read_late(
    decider: Decider, late: Case, words: list[str]
) -> None:
    assert told(decide_late(decider, late, POLICY, since=SET_ASIDE)) == words
