"""Every reason code that a decision, a silence or a request can have.

docs/reason-codes.md explains them; a test holds that page and the code equal to this table.
"""

from __future__ import annotations

from enum import Enum

from handlers.screen import DOUBTFUL, REFUTED, SCREEN, Says


class Place(Enum):
    """Where a code stands: `Decision.reason`, `Decision.silence`, or a request's `reason`."""

    DECISION = "decision"
    SILENCE = "silence"
    REQUEST = "request"


D, S, R = Place.DECISION, Place.SILENCE, Place.REQUEST

# The deciding layer answers for these conditions itself, before a request is thought of.
_OWN_RULES = frozenset({"own-address", "no-single-sender"})


def _of_screening() -> dict[str, frozenset[Place]]:
    """Automatic mail is ignored for its first sign; a silent one may hold a cancellation back."""
    return {
        condition.name: frozenset(
            {D, S}
            if condition.says is Says.AUTOMATIC or condition.name in _OWN_RULES
            else {D, S, R}
        )
        for condition in SCREEN
    }


REASONS: dict[str, frozenset[Place]] = {
    **_of_screening(),
    "optoutd-letter": frozenset({D, S, R}),  # it may be a person's answer
    # not a request, or none of this message
    "ordinary": frozenset({D}),
    "copy": frozenset({D}),
    "set-aside": frozenset({D}),
    "read-late": frozenset({D, S}),
    "unreadable-file": frozenset({D}),
    "bounce-of-ours": frozenset({D}),
    "machine-answer-to-ours": frozenset({D}),
    # held for a person
    REFUTED: frozenset({D, S, R}),
    DOUBTFUL: frozenset({D, S, R}),
    "own-address": frozenset({D, S, R}),
    "cut-short": frozenset({D, S, R}),
    "machine-asks": frozenset({D, S, R}),
    "unsure": frozenset({D, R}),
    "names-another-address": frozenset({S, R}),
    # people decide in their mail client
    "filed-by-staff": frozenset({D, R}),
    "moved-back-by-staff": frozenset({D, R}),
    "confirmation-moved-back": frozenset({R}),
    # opt-outs
    "opt-out": frozenset({D}),
    "opt-out-again": frozenset({D}),
    "opt-out-undone": frozenset({D}),
    "left-list": frozenset({D, S, R}),
    "complaint": frozenset({D, S, R}),
    "asked-by-mail": frozenset({R}),
    "asked-again": frozenset({R}),
    "undone-by-customer": frozenset({R}),
    # cancellations
    "cancellation-proven": frozenset({D, R}),
    "cancellation-asked": frozenset({D, R}),
    "cancellation-again": frozenset({D}),
    "too-old": frozenset({D, R}),
    "refused-before": frozenset({D, R}),
    "question-unanswered": frozenset({R}),
    "question-undeliverable": frozenset({S, R}),
    "question-dropped": frozenset({R}),
    # answers to our own mail
    "confirmed-by-answer": frozenset({D, R}),
    "refused-by-answer": frozenset({D, R}),
    "thanks": frozenset({D}),
    "answered-before": frozenset({D}),
    "answer-unclear": frozenset({D, R}),
    "answer-disputes": frozenset({D, R}),
    "answer-late": frozenset({D}),
    "answer-unknown": frozenset({D, R}),
    "answer-from-another-address": frozenset({D, R}),
    "machine-answers": frozenset({D, S, R}),
    # people have filed what speaks against being filed
    "asks-not-to-cancel": frozenset({D, R}),
    "request-over": frozenset({D}),
    # decisions of staff
    "confirmed-by-staff": frozenset({D, R}),
    "rejected-by-staff": frozenset({D, R}),
    "undone-by-staff": frozenset({D, R}),
    "withdrawn-by-staff": frozenset({D, R}),
    "completed-by-staff": frozenset({D, R}),
    "approved-by-staff": frozenset({D, R}),
    "asked-by-staff": frozenset({D, R}),
    "dismissed-by-staff": frozenset({D, R}),
    "recorded-by-staff": frozenset({D, R}),
    "recorded-again": frozenset({D}),
    # other systems, and the control panel
    "handed-over": frozenset({R}),
    "signed-in": frozenset({D, R}),
    # nobody is answered
    "already-answered": frozenset({S}),
    "in-review": frozenset({S}),
    "nothing-asked": frozenset({S}),
    "silenced-by-staff": frozenset({S}),
    "single-list": frozenset({S}),
    "still-suppressed": frozenset({S}),
    "address-cap": frozenset({D, S, R}),
    "thread-cap": frozenset({D, S, R}),
    "too-old-to-answer": frozenset({D, S, R}),
}
