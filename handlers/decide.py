"""From what was read, screened and proven to what shall happen: a table of rules, first match.

Nothing happens here. The order of the rules follows the order of harm: a cancellation nobody
asked for > a request lost > mail answered twice or in a loop > a request missed > ordinary mail
disturbed > a needless review.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from handlers import confirmation, opt_out
from handlers.button import is_only_the_button
from handlers.case import Case, Part, Policy
from handlers.combine import combine
from handlers.contradiction import asks_to_stop, dispute
from handlers.every_list import asks_for_every_list
from handlers.machine_answer import is_machine_answer, machine_answers_us
from handlers.machine_words import BY_WORDS
from handlers.memory import Placed
from handlers.moved_back import is_moved_back, move_back, open_requests, sighting_of
from handlers.registry import HANDLERS
from handlers.screen import AGAINST, DOUBTFUL, REFUTED
from handlers.screen.buttons import is_note_that_asks
from handlers.values import (
    ALL_LISTS,
    Decision,
    Disposition,
    Filing,
    Intent,
    Proof,
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

    In the same mailbox it stays, for the folder was restored or renumbered, or people have moved
    it away and back; but what waits there for a person goes on waiting, also where nobody could
    read it then, and what was not filed yet is still to be.
    """
    first, placed = case.known.copy_of, case.known.placed
    waiting = tuple(request.reference for request in open_requests(case))
    if waiting and placed is not None and placed.waits_unread:
        return Decision(
            disposition=Disposition.REVIEW,
            reason="copy",
            filing=Filing.REVIEW,
            silence="in-review",
            repeated=waiting,
        )
    filing = Filing.NOWHERE
    if first is not None and first.mailbox != case.mailbox:
        filing = first.filing
    elif placed is not None and _still_goes(case, placed):
        filing = placed.filing
    return Decision(
        disposition=Disposition.LEAVE,
        reason="copy",
        filing=filing,
        silence="already-answered",
    )


def _still_goes(case: Case, placed: Placed) -> bool:
    """Whether it is on review, or the server did not take this very copy from here before.

    What a person has put into the inbox was filed before, or lay in another place.
    """
    may_be_it = case.refilled and placed.may_be(case.copy_hash)
    if placed.filing is Filing.REVIEW:
        return placed.is_held and (may_be_it or sighting_of(case).is_of(placed))
    return may_be_it and placed.place == case.mailbox and not placed.is_filed


def _answer_to_us(case: Case, policy: Policy) -> Decision | None:
    part = (
        confirmation.take_answer(case)
        if case.known.answered
        else confirmation.take_unknown_answer(case)
    )
    return None if part is None else combine(case, policy, (part, *_also(case, policy, part)))


def _also(case: Case, policy: Policy, part: Part) -> tuple[Part, ...]:
    """What an answer clearly asks for beside: "no, I only meant the newsletter"."""
    requester = case.requester
    if requester is None or case.proof.speaks_against:
        return ()
    touched = {*part.repeated, *(change.reference for change in part.changes)}
    newest = case.known.newest
    settled = {r.kind for r in newest.values() if r.state is State.EFFECTIVE}
    settled |= {r.kind for r in (*case.known.answered, *newest.values()) if r.reference in touched}
    asked = [f.intent for f in case.verdict.certain if f.intent not in settled]
    if _is_ours(case):
        return tuple(HANDLERS[i].hold(case, policy, requester, "own-address") for i in asked)
    return tuple(HANDLERS[intent].honour(case, policy, requester) for intent in asked)


def _leave_list(case: Case, policy: Policy) -> Decision:
    """Takes the address in the token off its list; what is written beside it is for people.

    Where its reader writes that no list is wanted any more, off all: the page behind the same
    token takes that from anybody.
    """
    reader, sender = case.requester, case.message.sender
    assert reader is not None  # noqa: S101 - it is the one in the token
    is_reader = sender is not None and sender.key == reader.key
    if is_reader and asks_for_every_list(case.message, case.verdict):
        case = replace(case, of_list=ALL_LISTS)
    parts = [opt_out.leave_list(case, policy, reader)]
    beside = [intent for intent in case.verdict.intents if intent is not Intent.OPT_OUT]
    parts += [HANDLERS[i].hold(case, policy, reader, "unsure") for i in beside]
    decision = combine(case, policy, parts)
    return replace(decision, intents=(Intent.OPT_OUT, *beside))


def _complain(case: Case, policy: Policy) -> Decision:
    """Leaves alone whom a feedback report names; what it is about is not ours to read."""
    if case.requester is None:
        held = Decision(disposition=Disposition.REVIEW, reason="complaint", filing=Filing.REVIEW)
        return replace(held, intents=(Intent.OPT_OUT,), silence="complaint")
    doubtful = case.complaint is not None and case.complaint.doubtful
    if case.proof.speaks_against or doubtful:
        reason = AGAINST.get(case.proof, "complaint")
        part = opt_out.hold_complaint(case, policy, case.requester, reason)
    else:
        part = opt_out.complain(case, policy, case.requester)
    return replace(combine(case, policy, (part,)), intents=(Intent.OPT_OUT,), evidence=())


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
    return combine(case, policy, parts)


def _press(case: Case, policy: Policy) -> Decision:
    """Honours what a button asks for: an opt-out, also where its words do not say so plainly."""
    if not is_note_that_asks(case.message):
        return _act(case, policy)
    assert case.requester is not None  # noqa: S101 - the rule sees to it
    decision = combine(case, policy, (opt_out.honour(case, policy, case.requester),))
    return replace(decision, intents=(Intent.OPT_OUT,))


def _stop(case: Case, policy: Policy) -> Decision:
    """Puts the sender's cancellation on review, and honours an opt-out that is clear beside it.

    Whoever only poses as the sender stops nothing; but a person looks at it.
    """
    if case.requester is None or case.proof.speaks_against:
        return Decision(
            disposition=Disposition.REVIEW,
            reason="asks-not-to-cancel",
            intents=case.verdict.intents,
            evidence=case.verdict.evidence,
            filing=Filing.REVIEW,
            silence=case.screening.reason or AGAINST.get(case.proof, "in-review"),
            by_itself=True,
        )
    parts = [dispute(case, Filing.CANCELLATIONS)]
    if any(finding.intent is Intent.OPT_OUT for finding in case.verdict.certain):
        parts.append(opt_out.honour(case, policy, case.requester))
    return combine(case, policy, parts)


# The rules ----------------------------------------------------------------------------------

# Signs that end the matter: what such machines send never is a customer's request.
_NEVER_A_PERSON = frozenset({"report", "mailing-list", "mail-system", "own-loop"}) | BY_WORDS


def _asks(case: Case, _: Policy) -> bool:
    return bool(case.verdict.intents)


def _is_ours(case: Case) -> bool:
    return "own-address" in case.screening.silent


def _is_copy(case: Case, policy: Policy) -> bool:
    """Whether it is a copy of what was decided before.

    Where nothing followed from the first copy, as from one that a list passed on, a direct one
    that asks for something is not lost: it is decided on anew.
    """
    first = case.known.copy_of
    if first is None:
        return False
    asks = _asks(case, policy) and not case.screening.is_automatic
    return first.is_settled or not asks


def _is_answer(case: Case, _: Policy) -> bool:
    unknown = bool(case.message.secrets) and confirmation.says_something(case)
    return bool(case.known.answered) or unknown


def _is_by_button(case: Case, _: Policy) -> bool:
    """A mail client's unsubscribe button: a person pressed it, though the mail says auto-replied.

    Everything has to fit, because the only harm of a needless "no" here is a review: the one
    intent, nothing else written, no other sign of a machine, a sender of its own.
    """
    signs = set(case.screening.automatic)
    asks = case.verdict.intents == (Intent.OPT_OUT,) and signs == {"auto-submitted"}
    if is_note_that_asks(case.message):
        asks = set(case.verdict.intents) <= {Intent.OPT_OUT} and signs <= {"auto-submitted"}
    return (
        asks
        and is_only_the_button(case.message)
        and case.requester is not None
        and not case.proof.speaks_against
        and not _is_ours(case)
    )


def _asks_by_machine(case: Case, _: Policy) -> bool:
    """A clear request with a machine's signs is for people, unless no customer writes so.

    "I am out of office, so please cancel my account" is written by people, too.
    """
    signs = set(case.screening.automatic)
    return bool(signs and case.verdict.certain) and (
        signs <= BY_WORDS or not _NEVER_A_PERSON & signs
    )


def _cancels_cut_short(case: Case, _: Policy) -> bool:
    return case.message.cut_short and Intent.CANCELLATION in case.verdict.intents


def _may_ask_further_on(case: Case, _: Policy) -> bool:
    """Whether words lie behind what was read; spam and mail to others need no person for that."""
    silent = set(case.screening.silent)
    return case.message.cut_short and not silent & {"spam-flag", "not-addressed"}


RULES = (
    Rule(
        name="a person has dragged it back to the inbox",
        holds=is_moved_back,
        then=move_back,
    ),
    Rule(
        name="a copy of what was decided before",
        holds=_is_copy,
        then=_copy,
    ),
    Rule(
        name="a token of our own List-Unsubscribe field in the subject",
        holds=lambda case, _: bool(case.of_list) and not case.known.answered,
        then=_leave_list,
    ),
    Rule(
        name="a feedback report that names a person",
        holds=lambda case, _: case.complaint is not None,
        then=_complain,
    ),
    Rule(
        name="a machine's answer to our own mail",
        holds=is_machine_answer,
        then=machine_answers_us,
    ),
    Rule(
        name="a person's answer to our own mail",
        holds=_is_answer,
        then=_answer_to_us,
    ),
    Rule(
        name="a mail client's unsubscribe button",
        holds=_is_by_button,
        then=_press,
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
        name="it asks not to cancel, and a cancellation of the sender is not over",
        holds=lambda case, _: asks_to_stop(case) and not _is_ours(case),
        then=_stop,
    ),
    Rule(
        name="a request from ourselves: a colleague passes it on",
        holds=lambda case, policy: _asks(case, policy) and _is_ours(case),
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
        then=_held(REFUTED),
    ),
    Rule(
        name="a request in which somebody poses as our own server",
        holds=lambda case, policy: _asks(case, policy) and case.proof is Proof.DOUBTFUL,
        then=_held(DOUBTFUL),
    ),
    Rule(
        name="a cancellation in a message that was cut short: what follows may take it back",
        holds=_cancels_cut_short,
        then=_held("cut-short"),
    ),
    Rule(
        name="a request",
        holds=_asks,
        then=_act,
    ),
    Rule(
        name="a message that was cut short, and asks for nothing as far as it was read",
        holds=_may_ask_further_on,
        then=_held("cut-short"),
    ),
)


def _hold_all(case: Case, policy: Policy, reason: str) -> Decision:
    requester = case.requester
    if requester is None or not case.verdict.intents:
        # No one address to record it under, or nothing to record: a person reviews the message.
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
    return combine(case, policy, parts)
