"""What machines answer to our own mail: bounces, receipts, notices of absence, tickets."""

from __future__ import annotations

from handlers import confirmation
from handlers.case import Case, Policy
from handlers.combine import combine
from handlers.machine_words import BY_WORDS
from handlers.moved_back import is_paused_question
from handlers.secret import SECRET_IN_MESSAGE_ID
from handlers.undelivered import reports_failure
from handlers.values import Change, Decision, Disposition, Filing, Request, State

# Signs of what passes a person's mail on, as a group's list or a helpdesk does; and words that
# people write, too: "Yes, please. I am away until Monday."
_PASSED_ON_BY = BY_WORDS | {
    "mailing-list", "precedence", "machine-field", "daemon-return-path", "daemon-sender",
    "optoutd-letter",
}  # fmt: skip

# A person's answer looks so where the mail program quotes our letter without any mark.
_PERHAPS_QUOTED = frozenset({"optoutd-letter"})

_ARRIVED = frozenset({"disposition-notification", "feedback-report"})
_ARRIVED_PARTS = frozenset(f"message/{kind}" for kind in _ARRIVED)


def is_machine_answer(case: Case, _: Policy) -> bool:
    """Also where the store does not know the secret, but the Message-ID is of our own form.

    And a report without either that calls an address undeliverable which we wait for an answer of.
    """
    if set(case.screening.automatic) <= _PERHAPS_QUOTED:
        return False
    if case.known.answered or _undelivered(case):
        return True
    return not case.verdict.certain and _names_our_mail(case)


def machine_answers_us(case: Case, policy: Policy) -> Decision:
    """A bounce of our question means that nobody was asked: people have to see to it.

    Where it is known by the address alone, it may be one of a colleague's mail, and stays.
    """
    says_something = confirmation.says_something(case) or bool(case.verdict.certain)
    passed_on = set(case.screening.automatic) <= _PASSED_ON_BY
    if case.known.answered and passed_on and says_something:
        return combine(case, policy, (confirmation.take_machine_answer(case),))
    undeliverable = tuple(
        Change(
            reference=request.reference,
            before=request.state,
            after=State.REVIEW,
            reason="question-undeliverable",
        )
        for request in _undelivered(case)
    )
    return Decision(
        disposition=Disposition.IGNORE,
        reason="bounce-of-ours" if _is_failure_report(case) else "machine-answer-to-ours",
        changes=undeliverable,
        filing=Filing.AUTOMATIC
        if case.known.answered or _names_our_mail(case)
        else Filing.NOWHERE,
        silence=case.screening.reason,
    )


def _undelivered(case: Case) -> tuple[Request, ...]:
    """The open questions that a report of failure says were not delivered.

    Also those that are paused: else they would go on waiting for an answer when the pause ends.
    """
    if not _is_failure_report(case):
        return ()
    named = {r.reference: r for r in (*case.known.answered, *case.known.undelivered)}
    return tuple(
        r
        for r in named.values()
        if r.state is State.AWAITING_CONFIRMATION or is_paused_question(r)
    )


def _names_our_mail(case: Case) -> bool:
    threads = " ".join((*case.message.in_reply_to, *case.message.references))
    return bool(SECRET_IN_MESSAGE_ID.search(f"{threads}\n{case.message.quoted_text}"))


def _is_failure_report(case: Case) -> bool:
    """A report of failure (RFC 3464), or what says as much in words.

    Receipts (RFC 8098) and complaints (RFC 5965) say that the mail has arrived.
    """
    message = case.message
    arrived = message.report_type in _ARRIVED or not _ARRIVED_PARTS.isdisjoint(
        message.attached_types
    )
    if arrived:
        return False
    # Whoever flufl.bounce finds in a text was not reached for good.
    is_report = "report" in case.screening.automatic
    return bool(message.bounced) or (is_report and reports_failure(message))
