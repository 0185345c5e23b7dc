"""Honouring a cancellation: confirmed at once where the sender is proven, else asked about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from handlers.address import Address
from handlers.case import Case, Part, Policy
from handlers.states import CLOSED
from handlers.values import Change, Filing, Intent, Proof, Request, State
from handlers.wanted_end import find_wanted_end

KIND = Intent.CANCELLATION


def honour(case: Case, policy: Policy, requester: Address) -> Part:
    """Confirms a proven cancellation, and asks the sender once about any other."""
    known = case.known.newest.get(KIND)
    if known is not None and known.state not in CLOSED:
        return _again(case, policy, known)
    if case.is_older_than(policy.cancellation_max_age):
        return hold(case, policy, requester, "too-old")
    if is_proven(case, policy):
        return _open(case, policy, requester, State.CONFIRMED, "cancellation-proven")
    if known is not None and _is_refused(case, policy, known):
        # Somebody may be writing in the name of a person who has said so already.
        return hold(case, policy, requester, "refused-before")
    silence = case.silence(policy)
    if silence:
        # Nobody can be asked, and nothing is cancelled unasked.
        return hold(case, policy, requester, silence)
    return _open(case, policy, requester, State.AWAITING_CONFIRMATION, "cancellation-asked")


def hold(case: Case, policy: Policy, requester: Address, reason: str) -> Part:
    """Holds a cancellation for a person; the sender is not asked.

    Beside one that is on its way it waits by itself: "cancel if the price goes up" is not answered
    by the yes to another letter.
    """
    known = case.known.newest.get(KIND)
    if known is not None and known.state not in CLOSED:
        return Part(
            reason=reason,
            filing=Filing.REVIEW,
            review=True,
            by_itself=known.state is not State.REVIEW,
            repeated=(known.reference,),
        )
    request = _request(case, policy, requester, State.REVIEW, reason)
    return Part(reason=reason, filing=Filing.REVIEW, requests=(request,), review=True)


def confirm(request: Request, reason: str) -> Part:
    """The customer's answer, or a proven message, confirms what was asked."""
    return _changed(request, State.CONFIRMED, reason, "cancellation_confirmed")


def reject(request: Request, reason: str) -> Part:
    """The person at the address says no: nothing is cancelled."""
    return _changed(request, State.REJECTED, reason, "cancellation_rejected")


def is_proven(case: Case, policy: Policy) -> bool:
    """Whether the sender is proven, and the operator takes that for a confirmation.

    Who presses a mail client's unsubscribe button sends in their own name what the sender of the
    mail has put into its List-Unsubscribe field: with the client's note as text, or without any.
    """
    by_button = "unsubscribe-button" in case.screening.silent or not case.message.new_text.strip()
    return case.proof is Proof.PROVEN and policy.ask == "unproven" and not by_button


def ask(held: Request) -> Part:
    """Asks about a cancellation that was held for a person, who lets it go on."""
    part = _changed(
        held, State.AWAITING_CONFIRMATION, "cancellation-asked", "cancellation_question"
    )
    return replace(part, asks=True)


def put_on_review(requests: Iterable[Request], reason: str) -> Part:
    """Stops requests that were on their way, for a person to look at."""
    return Part(
        reason=reason,
        filing=Filing.REVIEW,
        review=True,
        changes=tuple(
            Change(
                reference=request.reference,
                before=request.state,
                after=State.REVIEW,
                reason=reason,
            )
            for request in requests
        ),
    )


def _is_refused(case: Case, policy: Policy, known: Request) -> bool:
    """Whether a cancellation was refused, by the customer or by staff, not long ago."""
    since = known.updated_at or case.now  # none yet: in this very batch
    return known.state is State.REJECTED and case.now - since < policy.refusal_holds


def _again(case: Case, policy: Policy, known: Request) -> Part:
    fresh = not case.is_older_than(policy.cancellation_max_age)
    if known.state is State.AWAITING_CONFIRMATION and fresh and is_proven(case, policy):
        return confirm(known, "cancellation-proven")
    in_review = known.state is State.REVIEW
    return Part(
        reason="cancellation-again",
        filing=Filing.REVIEW if in_review else Filing.CANCELLATIONS,
        review=in_review,
        repeated=(known.reference,),
        silence="in-review" if in_review else "already-answered",
    )


def _open(case: Case, policy: Policy, requester: Address, state: State, reason: str) -> Part:
    request = _request(case, policy, requester, state, reason)
    asks = state is State.AWAITING_CONFIRMATION
    return Part(
        reason=reason,
        filing=Filing.CANCELLATIONS,
        requests=(request,),
        situations=("cancellation_question" if asks else "cancellation_confirmed",),
        about=(request.reference,),
        asks=asks,
        wanted_end=request.wanted_end,
    )


def _changed(request: Request, after: State, reason: str, situation: str) -> Part:
    return Part(
        reason=reason,
        filing=Filing.CANCELLATIONS,
        changes=(
            Change(reference=request.reference, before=request.state, after=after, reason=reason),
        ),
        situations=(situation,),
        about=(request.reference,),
        language=request.language,
        received_at=request.received_at,
        wanted_end=request.wanted_end,
    )


def _request(case: Case, policy: Policy, requester: Address, state: State, reason: str) -> Request:
    in_review = state is State.REVIEW
    return case.open_request(
        KIND,
        state,
        address=requester,
        reference=case.tokens.cancellation_reference,
        reason=reason,
        due=policy.review_due if in_review else policy.cancellation_due,
        wanted_end=find_wanted_end(case.message.new_text, today=case.received_at.date()),
    )
