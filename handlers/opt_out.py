"""Honouring an opt-out: it takes effect at the commit, and nothing is asked of the customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.address import Address
from handlers.case import Case, Part, Policy
from handlers.values import ALL_LISTS, Change, Filing, Intent, Request, State, Suppression

KIND = Intent.OPT_OUT


def honour(case: Case, policy: Policy, requester: Address, *, reason: str = "") -> Part:
    """Suppresses the requester's address; addresses that the text names go to review.

    `reason` is that of the request where it is not the customer's own words that decide.
    """
    named = _named(case, State.REVIEW, reason="names-another-address", due=policy.review_due)
    known = case.known.newest.get(KIND)
    if known is not None and known.state is State.EFFECTIVE and not _left_a_list(case, known):
        return _again(case, requester, known, named)
    if known is not None and known.state is State.REVIEW:
        # A person has not looked at the first one yet, and this one is clear.
        changes: tuple[Change, ...] = (
            Change(
                reference=known.reference,
                before=known.state,
                after=State.EFFECTIVE,
                reason=reason or "asked-again",
            ),
        )
        reference, requests = known.reference, named
    else:
        new = case.open_request(
            KIND,
            State.EFFECTIVE,
            address=requester,
            reference=case.tokens.opt_out_reference,
            reason=reason or "asked-by-mail",
            due=policy.opt_out_due,
        )
        changes, reference, requests = (), new.reference, (new, *named)
    return Part(
        reason="opt-out",
        filing=Filing.OPT_OUTS,
        requests=requests,
        changes=changes,
        suppress=(_suppression(case, requester, reference),),
        situations=("opt_out_done", *_everything(case)),
        about=(reference,),
        review=bool(named),
    )


def leave_list(case: Case, policy: Policy, requester: Address) -> Part:
    """Takes the requester off the list of the token in the subject, or off all; in silence.

    The token is proof enough: it stands in the newsletter that the requester was sent.
    """
    known = case.known.newest.get(KIND)
    part = Part(reason="left-list", filing=Filing.OPT_OUTS, silence="left-list")

    def off(reference: str) -> tuple[Suppression, ...]:
        if case.known.suppressed is not None:  # off all lists already
            return ()
        return (_suppression(case, requester, reference, case.of_list),)

    ends_review = case.of_list == ALL_LISTS and known is not None and known.state is State.REVIEW
    if known is None or not (ends_review or known.state is State.EFFECTIVE):
        # What is held for a person goes on being held: it may have been about more, and whatever
        # becomes of it, this is an opt-out of its own.
        new = case.open_request(
            KIND,
            State.EFFECTIVE,
            address=requester,
            reference=case.tokens.opt_out_reference,
            reason="left-list",
            due=policy.opt_out_due,
        )
        return replace(part, requests=(new,), suppress=off(new.reference))
    if ends_review:
        change = Change(
            reference=known.reference,
            before=known.state,
            after=State.EFFECTIVE,
            reason="asked-again",
        )
        return replace(part, changes=(change,), suppress=off(known.reference))
    # One request may take an address off several lists.
    return replace(part, suppress=off(known.reference), repeated=(known.reference,))


def complain(case: Case, policy: Policy, requester: Address) -> Part:
    """Suppresses all whom a feedback report names; in silence, for they have not written to us."""
    part = honour(replace(case, named=()), policy, requester, reason="complaint")
    others = _named(case, State.EFFECTIVE, reason="complaint", due=policy.opt_out_due)
    suppress = (
        _suppression(case, address, request.reference)
        for request in others
        for address in case.named
        if address.key == request.address_key
    )
    return replace(
        part,
        reason="complaint",
        requests=(*part.requests, *others),
        suppress=(*part.suppress, *suppress),
        situations=(),
        silence="complaint",
    )


def hold_complaint(case: Case, policy: Policy, requester: Address, reason: str) -> Part:
    """Holds a complaint for a person, with all whom it names."""
    part = hold(case, policy, requester, reason)
    others = _named(case, State.REVIEW, reason=reason, due=policy.review_due)
    return replace(part, requests=(*part.requests, *others))


def hold(case: Case, policy: Policy, requester: Address, reason: str) -> Part:
    """Holds an opt-out for a person: it is recorded with its deadline, and not in effect."""
    known = case.known.newest.get(KIND)
    if known is not None and known.state in (State.EFFECTIVE, State.REVIEW):
        return Part(
            reason=reason,
            filing=Filing.REVIEW,
            review=True,
            by_itself=known.state is not State.REVIEW,
            repeated=(known.reference,),
        )
    request = case.open_request(
        KIND,
        State.REVIEW,
        address=requester,
        reference=case.tokens.opt_out_reference,
        reason=reason,
        due=policy.review_due,
    )
    return Part(reason=reason, filing=Filing.REVIEW, requests=(request,), review=True)


def undo(case: Case, request: Request, requester: Address) -> Part:
    """Takes an opt-out back, as the customer said in answer to our confirmation."""
    return Part(
        reason="opt-out-undone",
        filing=Filing.OPT_OUTS,
        changes=(
            Change(
                reference=request.reference,
                before=request.state,
                after=State.UNDONE,
                reason="undone-by-customer",
            ),
        ),
        lift=(_suppression(case, requester, request.reference),),
        situations=("opt_out_undone",),
        about=(request.reference,),
        language=request.language,
    )


def _again(case: Case, requester: Address, known: Request, named: tuple[Request, ...]) -> Part:
    """In effect already; said once more, unless we have written in the last day."""
    recently = case.known.replies_last_day > 0
    lifted = case.known.suppressed is None  # by whatever: it is to hold again
    return Part(
        reason="opt-out-again",
        filing=Filing.OPT_OUTS,
        requests=named,
        suppress=(_suppression(case, requester, known.reference),) if lifted else (),
        situations=() if recently else ("opt_out_already", *_everything(case)),
        about=(known.reference,),
        language=case.message.language or known.language,
        silence="already-answered" if recently else "",
        repeated=(known.reference,),
        review=bool(named),
    )


def _left_a_list(case: Case, known: Request) -> bool:
    """Whether that opt-out was about some lists only, by the button of a newsletter."""
    return known.reason == "left-list" and case.known.suppressed is None


def _everything(case: Case) -> tuple[str, ...]:
    return ("stop_everything",) if case.verdict.stop_everything else ()


def _named(case: Case, state: State, *, reason: str, due: timedelta) -> tuple[Request, ...]:
    """Requests of the addresses that are named beside; those that are seen to have one.

    Somebody may speak for another address; whether they may is for a person to say.
    """
    pairs = zip(case.named, case.tokens.named_references, strict=False)
    return tuple(
        case.open_request(
            KIND,
            state,
            address=address,
            reference=reference,
            reason=reason,
            due=due,
        )
        for address, reference in pairs
        if address.key not in case.known.named_open
    )


def _suppression(
    case: Case, address: Address, reference: str, list_name: str = ALL_LISTS
) -> Suppression:
    return Suppression(
        address_key=address.key,
        address_written=address.written,
        list_name=list_name,
        since=case.now,
        reference=reference,
    )
