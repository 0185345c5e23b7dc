"""Who disputes a cancellation that another system carries out already: a person has to stop it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from handlers.case import Case
from handlers.classify.answers import Answer
from handlers.decide import decide
from handlers.people import decide_filed
from handlers.values import Filing, Proof, Request
from tests.unit.cases import (
    BOB,
    CONFIRMED,
    HANDED_OVER,
    POLICY,
    address,
    answer_message,
    answered,
    case,
    knowing,
)
from tests.unit.test_decide import denying


def answer(known: Request) -> Case:
    return case(answer_message(), answer=Answer.NO, known=answered(known))


def letter(known: Request) -> Case:
    return denying(None, known)


@pytest.mark.parametrize("dispute", [answer, letter])
def test_a_dispute_of_what_is_handed_over_comes_too_late(
    dispute: Callable[[Request], Case],
) -> None:
    assert decide(dispute(HANDED_OVER), POLICY).too_late == ("C-OLD001",)
    filed = decide_filed(dispute(HANDED_OVER), POLICY, Filing.CANCELLATIONS)
    assert filed.too_late == ("C-OLD001",)
    # What is not handed over is stopped.
    stopped = decide(dispute(CONFIRMED), POLICY)
    assert (stopped.too_late, len(stopped.changes)) == ((), 1)


def test_nobody_is_sent_to_the_billing_system_by_a_forger_or_by_what_is_no_dispute() -> None:
    assert decide(replace(denying(None, HANDED_OVER), proof=Proof.REFUTED), POLICY).too_late == ()
    assert decide(case(known=knowing(HANDED_OVER)), POLICY).too_late == ()
    stranger = replace(answer(HANDED_OVER), requester=address(BOB))
    assert decide(stranger, POLICY).too_late == ()
