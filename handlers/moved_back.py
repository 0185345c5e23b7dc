"""A message dragged back to the inbox: a person stops what it was taken for."""

from __future__ import annotations

from handlers.case import Case, Part, Policy
from handlers.memory import Known
from handlers.states import CLOSED
from handlers.values import Change, Decision, Disposition, Filing, Intent, Request, State

MOVED_BACK = "moved-back-by-staff"

# Why a cancellation is paused; two, so that whoever ends the pause finds what it interrupted.
PAUSED_CONFIRMED = "confirmation-moved-back"
PAUSES = frozenset({MOVED_BACK, PAUSED_CONFIRMED})

_ON_THEIR_WAY = frozenset({State.AWAITING_CONFIRMATION, State.CONFIRMED})


def is_moved_back(case: Case, _: Policy) -> bool:
    """Whether a person took it out of a folder of ours.

    A second delivery has another Received field. Where a message has none, the time when the
    server received it has to do, which MOVE keeps (RFC 9051 section 6.4.7).
    """
    placed = case.known.placed
    if placed is None or not placed.is_filed or case.refilled:
        return False
    if placed.folder is Filing.NOWHERE or placed.copy_hash != case.copy_hash:
        return False
    return "received" in case.message.headers or placed.received_at == case.received_at


def is_on_its_way(known: Known) -> bool:
    """Whether a cancellation that the message concerned before may still be carried out."""
    return any(
        r.kind is Intent.CANCELLATION and r.state in (*_ON_THEIR_WAY, State.HANDED_OVER)
        for r in known.concerned
    )


def move_back(case: Case, _: Policy) -> Decision:
    """Puts its requests on review: a cancellation is paused, an opt-out stays in effect."""
    waiting = open_requests(case)
    if not waiting:
        return Decision(
            disposition=Disposition.LEAVE, reason="moved-back-by-staff", silence="nothing-asked"
        )
    part = stop(waiting)
    return Decision(
        disposition=Disposition.REVIEW,
        reason="moved-back-by-staff",
        intents=case.verdict.intents,
        evidence=case.verdict.evidence,
        changes=part.changes,
        repeated=part.repeated,
        too_late=too_late(case),
        filing=Filing.REVIEW,
        silence="in-review",
    )


def stop(requests: list[Request]) -> Part:
    """Pauses the cancellations among them that were not handed over yet."""
    paused = [r for r in requests if r.kind is Intent.CANCELLATION and r.state in _ON_THEIR_WAY]
    return Part(
        reason="moved-back-by-staff",
        filing=Filing.REVIEW,
        review=True,
        changes=tuple(_paused(r) for r in paused),
        repeated=tuple(r.reference for r in requests if r not in paused),
    )


def _paused(request: Request) -> Change:
    confirmed = request.state is State.CONFIRMED
    return Change(
        reference=request.reference,
        before=request.state,
        after=State.REVIEW,
        reason="confirmation-moved-back" if confirmed else "moved-back-by-staff",
    )


def open_requests(case: Case) -> list[Request]:
    """The requests that the message concerned before, and that are not over."""
    return [r for r in case.known.concerned if r.state not in CLOSED]


def too_late(case: Case) -> tuple[str, ...]:
    """Those that are handed over already: only a person can stop them."""
    return tuple(r.reference for r in open_requests(case) if r.state is State.HANDED_OVER)
