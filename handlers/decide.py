"""From what was read, screened and proven to what shall happen: a table of rules, first match.

Nothing happens here. The order of the rules follows the order of harm: a cancellation nobody
asked for is worse than a request missed, and that is worse than a needless review.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from handlers import confirmation
from handlers.case import Case, Part, Policy
from handlers.registry import HANDLERS
from handlers.values import (
    Change,
    Decision,
    Disposition,
    Filing,
    Proof,
    ReplyPlan,
    State,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`then` decides where `holds`; a rule may still pass by answering None."""

    name: str
    holds: Callable[[Case, Policy], bool]
    then: Callable[[Case, Policy], Decision | None]


def decide(case: Case, policy: Policy) -> Decision:
    """Everything that follows from one message, by the first rule of RULES that decides."""
    for rule in RULES:
        if rule.holds(case, policy):
            decision = rule.then(case, policy)
            if decision is not None:
                return decision
    return Decision(disposition=Disposition.LEAVE, reason="ordinary")


# What a rule does ---------------------------------------------------------------------------


def _copy(case: Case, _: Policy) -> Decision:
    """A copy from another mailbox goes where the first one went.

    In the same mailbox it stays: a person has moved it back there, or the folder was restored.
    """
    first = case.known.copy_of
    elsewhere = first is not None and first.mailbox != case.mailbox
    return Decision(
        disposition=Disposition.LEAVE,
        reason="copy",
        filing=first.filing if first is not None and elsewhere else Filing.NOWHERE,
        silence="already-answered",
    )


def _machine_answers_us(case: Case, _: Policy) -> Decision:
    """A bounce of our question means that nobody was asked: people have to see to it."""
    undeliverable = tuple(
        Change(
            reference=request.reference,
            before=request.state,
            after=State.REVIEW,
            reason="question-undeliverable",
        )
        for request in case.known.answered
        if request.state is State.AWAITING_CONFIRMATION and _is_failure_report(case)
    )
    return Decision(
        disposition=Disposition.IGNORE,
        reason="bounce-of-ours" if _is_failure_report(case) else "machine-answer-to-ours",
        changes=undeliverable,
        filing=Filing.AUTOMATIC,
        silence=case.screening.reason,
    )


def _is_failure_report(case: Case) -> bool:
    """A report of failure; one of delay says that the server is still trying (RFC 3464)."""
    if "report" not in case.screening.automatic:
        return False
    return "action: delayed" not in case.message.quoted_text.lower()


def _answer_to_us(case: Case, policy: Policy) -> Decision | None:
    part = confirmation.take_answer(case)
    return None if part is None else _together(case, policy, (part,))


def _held(reason: str) -> Callable[[Case, Policy], Decision]:
    def then(case: Case, policy: Policy) -> Decision:
        return _hold_all(case, policy, reason)

    return then


def _ignore(case: Case, _: Policy) -> Decision:
    return Decision(
        disposition=Disposition.IGNORE,
        reason=case.screening.automatic[0],
        silence=case.screening.reason,
    )


def _act(case: Case, policy: Policy) -> Decision:
    """Honours what is certain and holds what is not; both may stand in one message."""
    assert case.requester is not None  # noqa: S101 - the rule before this one saw to it
    certain = {finding.intent for finding in case.verdict.certain}
    parts = [
        HANDLERS[intent].honour(case, policy, case.requester)
        if intent in certain
        else HANDLERS[intent].hold(case, policy, case.requester, "unsure")
        for intent in case.verdict.intents
    ]
    return _together(case, policy, parts)


# The rules ----------------------------------------------------------------------------------

# Signs that end the matter: what such machines send never is a customer's request.
_NEVER_A_PERSON = frozenset({"report", "mailing-list", "away-notice", "read-receipt", "own-loop"})


def _asks(case: Case, _: Policy) -> bool:
    return bool(case.verdict.intents)


def _asks_by_machine(case: Case, policy: Policy) -> bool:
    return bool(
        case.screening.is_automatic
        and case.verdict.certain
        and not _NEVER_A_PERSON & set(case.screening.automatic)
        and _asks(case, policy)
    )


RULES = (
    Rule(
        name="a copy of what was decided before",
        holds=lambda case, _: case.known.copy_of is not None,
        then=_copy,
    ),
    Rule(
        name="a machine's answer to our own mail",
        holds=lambda case, _: case.screening.is_automatic and bool(case.known.answered),
        then=_machine_answers_us,
    ),
    Rule(
        name="a person's answer to our own mail",
        holds=lambda case, _: bool(case.known.answered),
        then=_answer_to_us,
    ),
    Rule(
        name="automatic, yet it asks clearly",
        holds=_asks_by_machine,
        then=_held("machine-asks"),
    ),
    Rule(
        name="automatic, and asks for nothing",
        holds=lambda case, _: case.screening.is_automatic,
        then=_ignore,
    ),
    Rule(
        name="a request from ourselves: a colleague passes it on",
        holds=lambda case, policy: _asks(case, policy) and "own-address" in case.screening.silent,
        then=_held("own-address"),
    ),
    Rule(
        name="a request by nobody in particular",
        holds=lambda case, policy: _asks(case, policy) and case.requester is None,
        then=_held("no-single-sender"),
    ),
    Rule(
        name="a request whose sender is refuted",
        holds=lambda case, policy: _asks(case, policy) and case.proof is Proof.REFUTED,
        then=_held("dmarc-fail"),
    ),
    Rule(
        name="a request",
        holds=_asks,
        then=_act,
    ),
)


# Putting the parts together -----------------------------------------------------------------


def _hold_all(case: Case, policy: Policy, reason: str) -> Decision:
    requester = case.requester or next(iter(case.message.senders), None)
    if requester is None:
        # No address to record it under: the message itself is what a person reviews.
        return Decision(
            disposition=Disposition.REVIEW,
            reason=reason,
            intents=case.verdict.intents,
            evidence=case.verdict.evidence,
            filing=Filing.REVIEW,
            silence=case.screening.reason or reason,
        )
    parts = [
        HANDLERS[intent].hold(case, policy, requester, reason) for intent in case.verdict.intents
    ]
    return _together(case, policy, parts)


def _together(case: Case, policy: Policy, parts: Sequence[Part]) -> Decision:
    review = any(part.review for part in parts)
    reply, silence = _reply(case, policy, parts)
    leading = next((part for part in parts if part.review), parts[-1])
    nothing = all(part.filing is Filing.NOWHERE for part in parts)
    disposition = Disposition.REVIEW if review else Disposition.ACT
    return Decision(
        disposition=Disposition.LEAVE if nothing else disposition,
        reason=leading.reason,
        intents=case.verdict.intents,
        evidence=case.verdict.evidence,
        requests=tuple(request for part in parts for request in part.requests),
        changes=tuple(change for part in parts for change in part.changes),
        suppress=tuple(item for part in parts for item in part.suppress),
        lift=tuple(item for part in parts for item in part.lift),
        reply=reply,
        silence=silence,
        filing=Filing.REVIEW if review else _folder(parts),
        repeated=tuple(reference for part in parts for reference in part.repeated),
    )


def _folder(parts: Sequence[Part]) -> Filing:
    filings = {part.filing for part in parts}
    order = (Filing.CANCELLATIONS, Filing.OPT_OUTS, Filing.NOWHERE)
    return next(filing for filing in order if filing in filings)


def _reply(case: Case, policy: Policy, parts: Sequence[Part]) -> tuple[ReplyPlan | None, str]:
    """One reply for all parts, or the reason for silence."""
    speaking = [part for part in parts if part.situations]
    if not speaking or case.requester is None:
        return None, next((part.silence for part in parts if part.silence), "")
    silence = case.silence(policy)
    if silence:
        return None, silence
    opts_out = any(name.startswith("opt_out") for part in speaking for name in part.situations)
    return (
        ReplyPlan(
            to=case.requester,
            situations=tuple(name for part in speaking for name in part.situations),
            language=case.message.language,
            references=tuple(reference for part in speaking for reference in part.about),
            opted_out_address=case.requester.written if opts_out else "",
            received_at=case.received_at,
            secret=case.tokens.secret,
            asks=any(part.asks for part in speaking),
            wanted_end=next((part.wanted_end for part in speaking if part.wanted_end), ""),
            stop_everything=case.verdict.stop_everything,
        ),
        "",
    )
