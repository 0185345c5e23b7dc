"""A message dragged back to the inbox: a person stops what it was taken for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from handlers.case import Case, Part, Policy
from handlers.memory import Known, Placed
from handlers.states import CLOSED
from handlers.values import Change, Decision, Disposition, Filing, Intent, Request, State

MOVED_BACK = "moved-back-by-staff"

# Why a cancellation is paused; two, so that whoever ends the pause finds what it interrupted.
PAUSED_CONFIRMED = "confirmation-moved-back"
PAUSES = frozenset({MOVED_BACK, PAUSED_CONFIRMED})

_ON_THEIR_WAY = frozenset({State.AWAITING_CONFIRMATION, State.CONFIRMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What tells one copy of a message from another: its header, and when the server received it.

    `has_trace` says that it has a Received field; `refilled` is as in `Case`.
    """

    copy_hash: str
    received_at: datetime
    has_trace: bool
    refilled: bool

    def is_of(self, placed: Placed) -> bool:
        """Whether it is the very copy that was looked at before, which somebody has moved.

        A second delivery has another Received field. Where a message has none, the time when the
        server received it has to do, which MOVE keeps (RFC 9051 section 6.4.7).
        """
        if placed.copy_hash != self.copy_hash:
            return False
        return self.has_trace or placed.received_at == self.received_at


def sighting_of(case: Case) -> Sighting:
    """The sighting of a message that was read."""
    return Sighting(
        copy_hash=case.copy_hash,
        received_at=case.received_at,
        has_trace="received" in case.message.headers,
        refilled=case.refilled,
    )


def is_moved_back(case: Case, _: Policy) -> bool:
    """Whether a person took it out of a folder of ours."""
    return was_moved_back(case.known, sighting_of(case))


def was_moved_back(known: Known, seen: Sighting) -> bool:
    """Whether a person took what is seen out of a folder of ours.

    What people had put there, and nobody could read, is decided on where it lies now.
    """
    placed = known.placed
    if placed is None or not placed.has_left_inbox or seen.refilled:
        return False
    if placed.folder is Filing.NOWHERE or (placed.is_aside and not known.concerned):
        return False
    return seen.is_of(placed)


def is_on_its_way(known: Known) -> bool:
    """Whether a cancellation that the message concerned before may still be carried out."""
    return any(
        r.kind is Intent.CANCELLATION and r.state in (*_ON_THEIR_WAY, State.HANDED_OVER)
        for r in known.concerned
    )


def move_back(case: Case, _: Policy) -> Decision:
    """Puts its requests on review: a cancellation is paused, an opt-out stays in effect."""
    decision = put_back(case.known)
    if decision.disposition is Disposition.LEAVE:
        return decision
    return replace(decision, intents=case.verdict.intents, evidence=case.verdict.evidence)


def put_back(known: Known) -> Decision:
    """The same of a message whose words are not known."""
    waiting = open_among(known)
    if not waiting:
        return Decision(
            disposition=Disposition.LEAVE, reason="moved-back-by-staff", silence="nothing-asked"
        )
    part = stop(waiting)
    return Decision(
        disposition=Disposition.REVIEW,
        reason="moved-back-by-staff",
        changes=part.changes,
        repeated=part.repeated,
        too_late=_too_late_among(known),
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


def is_paused_question(request: Request) -> bool:
    """Whether it was paused while the customer's answer was waited for."""
    return (request.kind, request.state, request.reason) == (
        Intent.CANCELLATION,
        State.REVIEW,
        MOVED_BACK,
    )


def open_requests(case: Case) -> list[Request]:
    """The requests that the message concerned before, and that are not over."""
    return open_among(case.known)


def open_among(known: Known) -> list[Request]:
    """The same of what is known about it."""
    return [r for r in known.concerned if r.state not in CLOSED]


def too_late(case: Case) -> tuple[str, ...]:
    """Those that are handed over already: only a person can stop them."""
    return _too_late_among(case.known)


def _too_late_among(known: Known) -> tuple[str, ...]:
    return tuple(r.reference for r in open_among(known) if r.state is State.HANDED_OVER)
