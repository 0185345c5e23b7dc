"""What machines answer to our own mail: bounces, receipts, notices of absence, tickets."""

from __future__ import annotations

import re

from handlers import confirmation
from handlers.case import Case, Policy
from handlers.combine import combine
from handlers.machine_words import BY_WORDS
from handlers.secret import SECRET_IN_MESSAGE_ID
from handlers.values import Change, Decision, Disposition, Filing, State

# Signs of what passes a person's mail on, as a group's list or a helpdesk does; and words that
# people write, too: "Yes, please. I am away until Monday."
_PASSED_ON_BY = BY_WORDS | {
    "mailing-list", "precedence", "machine-field", "daemon-return-path", "daemon-sender",
}  # fmt: skip

_ARRIVED = frozenset({"disposition-notification", "feedback-report"})
_ARRIVED_PARTS = frozenset(f"message/{kind}" for kind in _ARRIVED)
_DELAY_SUBJECT = re.compile(r"\b(?:delay|delayed|still being retried)\b|^warning\b", re.IGNORECASE)
# RFC 3464 section 2.3.3: all but "failed".
_NOT_FAILED = re.compile(
    r"^action:\s*(?:delayed|delivered|relayed|expanded)\b", re.IGNORECASE | re.MULTILINE
)


def is_machine_answer(case: Case, _: Policy) -> bool:
    """Also where the store does not know the secret, but the Message-ID is of our own form."""
    if not case.screening.is_automatic or case.known.answered:
        return case.screening.is_automatic
    threads = " ".join((*case.message.in_reply_to, *case.message.references))
    text = f"{threads}\n{case.message.quoted_text}"
    return not case.verdict.certain and bool(SECRET_IN_MESSAGE_ID.search(text))


def machine_answers_us(case: Case, policy: Policy) -> Decision:
    """A bounce of our question means that nobody was asked: people have to see to it."""
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
    """A report of failure; one of delay says that the server is still trying (RFC 3464).

    Receipts (RFC 8098) and complaints (RFC 5965) say that the mail has arrived.
    """
    message = case.message
    arrived = message.report_type in _ARRIVED or not _ARRIVED_PARTS.isdisjoint(
        message.attached_types
    )
    if arrived or "report" not in case.screening.automatic:
        return False
    fields = f"{message.new_text}\n{message.quoted_text}"
    return not (_DELAY_SUBJECT.search(message.subject) or _NOT_FAILED.search(fields))
