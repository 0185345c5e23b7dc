"""A message that could not be read when it came: what was said and decided since then holds.

Who decided it did not know of this message. So nothing is confirmed by it alone, whoever is proven
to have sent it, and nothing goes on by it that was stopped meanwhile: a person looks at it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.case import Case, Decider, Policy
from handlers.states import CLOSED
from handlers.values import Decision, Disposition, Filing, Intent, Proof, Request, State

_GOES_ON = frozenset({State.AWAITING_CONFIRMATION, State.CONFIRMED})
_STOPPED = CLOSED | {State.REVIEW}


def decide_late(decide: Decider, case: Case, policy: Policy, *, since: datetime) -> Decision:
    """As `decide`, of a message that was set aside at the moment `since`."""
    if case.proof is Proof.PROVEN:
        # The customer is asked: they may have changed their mind in a message that was read.
        case = replace(case, proof=Proof.UNPROVEN)
    decision = decide(case, policy)
    stopped = [r for r in _cancellations(case) if _was_stopped(r, since)]
    if not (stopped and _lets_a_cancellation_go_on(decision)):
        return decision
    return Decision(
        disposition=Disposition.REVIEW,
        reason="read-late",
        intents=decision.intents,
        evidence=decision.evidence,
        filing=Filing.REVIEW,
        silence=case.screening.reason or "read-late",
        repeated=tuple(dict.fromkeys(r.reference for r in stopped)),
        by_itself=True,
    )


def _was_stopped(request: Request, since: datetime) -> bool:
    moment = request.updated_at
    return request.state in _STOPPED and moment is not None and moment > since


def _lets_a_cancellation_go_on(decision: Decision) -> bool:
    new = (r.state for r in decision.requests if r.kind is Intent.CANCELLATION)
    return not _GOES_ON.isdisjoint([*new, *(change.after for change in decision.changes)])


def _cancellations(case: Case) -> list[Request]:
    known = case.known
    about = (*known.answered, *known.concerned, *known.newest.values())
    return [request for request in about if request.kind is Intent.CANCELLATION]
