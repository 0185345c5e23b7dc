"""A message dragged into a folder of ours: a table of rules, first match; see docs/people.md.

It is a request of that kind by people's decision: of intent, not of proof.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from handlers import cancellation, confirmation, contradiction, opt_out
from handlers.address import Address
from handlers.case import Case, Part, Policy
from handlers.combine import combine
from handlers.memory import COPY
from handlers.moved_back import MOVED_BACK, open_requests, stop, too_late
from handlers.places import KIND_OF_FOLDER
from handlers.screen import AGAINST
from handlers.telling import ASKED_BEFORE
from handlers.values import (
    Change,
    Decision,
    Disposition,
    Evidence,
    Filing,
    Intent,
    Request,
    State,
)

# What the ledger holds as evidence where no words of the message, but people decided.
BY_STAFF = Evidence(rule="filed-by-staff", words="", part="folder", start=0, end=0)

FILED = "filed-by-staff"

# Mail of machines that nobody can have a request honoured for.
_NO_ONES = ("report", "own-loop")

# The customer has said something else since, whatever an answer of theirs from before says.
_DISPUTED = frozenset({"answer-disputes", "answer-unknown", "asks-not-to-cancel"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledRule:
    """`then` decides on a message found in `folder` where `holds`."""

    name: str
    holds: Callable[[Case, Filing], bool]
    then: Callable[[Case, Policy, Filing], Decision]


def decide_filed(case: Case, policy: Policy, folder: Filing) -> Decision:
    """Everything that follows from a message that lies in `folder`, by the first rule of RULES."""
    rule = next(rule for rule in RULES if rule.holds(case, folder))
    return rule.then(case, policy, folder)


def _nothing(_: Case, __: Policy, ___: Filing) -> Decision:
    return Decision(disposition=Disposition.LEAVE, reason="copy", silence="already-answered")


def _held(reason: str) -> Callable[[Case, Policy, Filing], Decision]:
    """No request can be made of it: it stays where it is, flagged."""

    def then(case: Case, _: Policy, folder: Filing) -> Decision:
        return Decision(
            disposition=Disposition.REVIEW,
            reason=reason,
            intents=(KIND_OF_FOLDER[folder],),
            evidence=(BY_STAFF, *case.verdict.evidence),
            filing=Filing.REVIEW,
            silence=case.screening.reason or reason,
            repeated=tuple(r.reference for r in open_requests(case)),
        )

    return then


def _request(case: Case, policy: Policy, folder: Filing) -> Decision:
    assert case.requester is not None  # noqa: S101 - a rule before this one saw to it
    parts = _HONOURED[KIND_OF_FOLDER[folder]](case, policy, case.requester)
    return _filed(case, policy, folder, parts)


def _disputed(case: Case, policy: Policy, folder: Filing) -> Decision:
    """People have to look again; but one opt-out too many harms nobody."""
    part = contradiction.dispute(case, folder)
    requester = case.requester
    opts_out = folder is Filing.OPT_OUTS and bool(part.changes)
    if not opts_out or requester is None or "own-address" in case.screening.silent:
        return _filed(case, policy, folder, (part,))
    both = opt_out.honour(case, policy, requester, reason=FILED)
    if both.repeated:  # in effect before, and it is not that what the customer writes about
        both = replace(both, situations=(), silence="already-answered")
    return _filed(case, policy, folder, (part, both))


def _filed(case: Case, policy: Policy, folder: Filing, parts: tuple[Part, ...]) -> Decision:
    kind = KIND_OF_FOLDER[folder]
    decision = combine(case, policy, parts)
    in_review = decision.disposition is Disposition.REVIEW
    return replace(
        decision,
        intents=tuple(i for i in Intent if i is kind or i in case.verdict.intents),
        evidence=(BY_STAFF, *decision.evidence),
        filing=Filing.REVIEW if in_review else folder,
        too_late=too_late(case) if kind is Intent.OPT_OUT else decision.too_late,
    )


def _opted_out(case: Case, policy: Policy, requester: Address) -> tuple[Part, ...]:
    """The opt-out, and what becomes of the cancellation that the message was taken for."""
    part = opt_out.honour(case, policy, requester, reason="filed-by-staff")
    part = replace(part, reason="filed-by-staff")
    if any(r.reference in part.repeated for r in case.known.concerned):
        # The customer was told, and has not written again: only people have moved the message.
        part = replace(part, situations=(), silence="already-answered")
    mine = [r for r in open_requests(case) if r.address_key == requester.key]
    held = [r for r in mine if _is_held_from(case, r, Intent.CANCELLATION)]
    if held:
        part = replace(part, changes=(*part.changes, *(_rejected(r) for r in held)))
    on_their_way = [r for r in mine if r.kind is Intent.CANCELLATION and r not in held]
    return (part, stop(on_their_way)) if on_their_way else (part,)


def _cancelled(case: Case, policy: Policy, requester: Address) -> tuple[Part, ...]:
    """The cancellation, and the opt-out that was held from the same message."""
    part = _cancel(case, policy, requester)
    if not part.review:
        part = replace(part, reason="filed-by-staff")
    held = case.known.newest.get(Intent.OPT_OUT)
    if held is None or not _is_held_from(case, held, Intent.OPT_OUT):
        return (part,)
    # The folder is for both at once. One opt-out too many harms nobody; one lost does.
    both = opt_out.honour(case, policy, requester, reason="filed-by-staff")
    return part, replace(both, reason="filed-by-staff")


def _cancel(case: Case, policy: Policy, requester: Address) -> Part:
    known = case.known.newest.get(Intent.CANCELLATION)
    if case.proof.speaks_against:
        return cancellation.hold(case, policy, requester, AGAINST[case.proof])
    if known is not None and _is_answer_to(case, known):
        return cancellation.confirm(known, "confirmed-by-answer")
    if known is None or known.state is not State.REVIEW:
        # Staff have read it: it is no machine that asks a customer once more after a no.
        asking = replace(policy, refusal_holds=timedelta(0))
        return cancellation.honour(case, asking, requester)
    return _approve(case, policy, requester, known)


def _approve(case: Case, policy: Policy, requester: Address, held: Request) -> Part:
    """Ends the review of a cancellation: intent is settled now, and proof may still be wanted."""
    is_back = held.reference in {r.reference for r in case.known.concerned}
    if held.reason in ASKED_BEFORE:
        # What the customer said is read, and decided on, with `requests`: no other message of
        # theirs outweighs it, and nobody is asked twice.
        return cancellation.hold(case, policy, requester, held.reason)
    if is_back and held.reason == "confirmation-moved-back":
        return _resumed(held, State.CONFIRMED)
    if cancellation.is_proven(case, policy):
        return cancellation.confirm(held, "cancellation-proven")
    if is_back and held.reason == "moved-back-by-staff":
        return _resumed(held, State.AWAITING_CONFIRMATION)  # the question was asked before
    silence = case.silence(policy)
    if silence:
        return cancellation.hold(case, policy, requester, silence)
    return cancellation.ask(held)


def _resumed(held: Request, state: State) -> Part:
    change = Change(
        reference=held.reference, before=held.state, after=state, reason="filed-by-staff"
    )
    return Part(
        reason="filed-by-staff",
        filing=Filing.CANCELLATIONS,
        changes=(change,),
        silence="already-answered",
    )


def _is_answer_to(case: Case, known: Request) -> bool:
    """Whether it carries the secret of our question, from the address that was asked.

    That it means yes is people's decision; but not against what the customer has said since.
    """
    asked = known.state in (State.AWAITING_CONFIRMATION, State.REVIEW)
    answers = any(r.reference == known.reference for r in confirmation.requests_of_sender(case))
    return asked and answers and known.reason not in _DISPUTED


def _rejected(held: Request) -> Change:
    return Change(
        reference=held.reference,
        before=held.state,
        after=State.REJECTED,
        reason="filed-by-staff",
    )


def _is_held_from(case: Case, request: Request, kind: Intent) -> bool:
    """Whether it was this message that made the request, and a person has not decided yet."""
    mine = request.kind is kind and request.origin_digest == case.message.digest
    # What the customer was told is confirmed, is not dropped without a word.
    was_confirmed = request.reason == "confirmation-moved-back"
    return mine and request.state is State.REVIEW and not was_confirmed


_HONOURED: dict[Intent, Callable[[Case, Policy, Address], tuple[Part, ...]]] = {
    Intent.OPT_OUT: _opted_out,
    Intent.CANCELLATION: _cancelled,
}

RULES = (
    FiledRule(
        name="it lies where the ledger has it",
        holds=lambda case, folder: (
            case.known.placed is not None and case.known.placed.was_put_into(folder)
        ),
        then=_nothing,
    ),
    FiledRule(
        name="a report of a mail server, or our own mail come back",
        holds=lambda case, _: not set(_NO_ONES).isdisjoint(case.screening.automatic),
        then=_held("machine-asks"),
    ),
    FiledRule(
        name="it says no, comes from a machine that answers us, or is of a request that is over",
        holds=contradiction.contradicts,
        then=_disputed,
    ),
    FiledRule(
        name="by nobody in particular",
        holds=lambda case, _: case.requester is None,
        then=_held("no-single-sender"),
    ),
    FiledRule(
        name="from ourselves: a colleague passes it on",
        holds=lambda case, _: "own-address" in case.screening.silent,
        then=_held("own-address"),
    ),
    FiledRule(
        name="a request",
        holds=lambda _, __: True,
        then=_request,
    ),
)


def ending_review(decision: Decision, *, in_folder: bool) -> str:
    """How reviews of the same message end with this decision; '' where people did nothing.

    A message that they moved is looked at where it lies now, and nowhere else.
    """
    if in_folder:
        return FILED if decision.reason != COPY else ""
    return MOVED_BACK if decision.reason == MOVED_BACK else ""
