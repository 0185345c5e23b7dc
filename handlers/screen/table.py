"""The screen: every condition in its order, a line each."""

from __future__ import annotations

from handlers.screen import (
    addressing,
    away,
    buttons,
    envelope,
    fields,
    letters,
    lists,
    reports,
    senders,
    trust,
)
from handlers.screen.condition import Condition, Says
from handlers.values import Proof

# The reasons for silence that are no conditions: handlers/proof.py has found them.
REFUTED = "dmarc-fail"
DOUBTFUL = "doubtful-results"
AGAINST = {Proof.REFUTED: REFUTED, Proof.DOUBTFUL: DOUBTFUL}

A, S = Says.AUTOMATIC, Says.SILENT

# Read a line as: the condition NAME, by STANDARD, says AUTOMATIC or SILENT where TEST holds.
# The order is that of the reasons: the first that holds is the one that is told.
SCREEN = tuple(
    Condition(name=name, rfc=rfc, says=says, test=test)
    for name, rfc, says, test in (
        ("report", "RFC 3464, 8098, 5965", A, reports.report),
        (
            "null-return-path",
            "RFC 3834 section 2, RFC 5321 section 4.5.5",
            A,
            envelope.null_return_path,
        ),
        ("no-return-path", "RFC 5321 section 4.4", A, envelope.no_return_path),
        ("auto-submitted", "RFC 3834 section 5", A, fields.auto_submitted),
        ("precedence", "RFC 3834 section 2", A, fields.precedence),
        ("auto-response-suppress", "MS-OXCMAIL section 2.1.3.2.20", S, fields.suppress_asked),
        ("machine-field", "fields that responders set", A, fields.auto_field),
        ("unsubscribe-button", "RFC 2369 section 3.2", S, buttons.unsubscribe_button),
        ("mailing-list", "RFC 2919, RFC 2369", A, lists.mailing_list),
        ("daemon-return-path", "RFC 3834 section 2", A, envelope.daemon_return_path),
        ("mail-system", "RFC 3834 section 2, RFC 5321 section 4.5.5", A, senders.mail_system),
        ("daemon-sender", "RFC 2142, RFC 3834 section 2", A, senders.daemon_sender),
        ("own-loop", "RFC 3834 section 3.1.8", A, fields.loop),
        ("optoutd-letter", "how letters of optoutd are written", A, letters.letter),
        ("too-many-hops", "RFC 5321 section 6.3", A, fields.too_many_hops),
        ("away-notice", "RFC 3834 section 2", A, away.away),
        ("acknowledgement", "RFC 3834 section 2", A, away.acknowledgement),
        ("bounce-text", "RFC 3464, RFC 3834 section 2", A, away.bounce_text),
        ("challenge", "RFC 3834 section 2", A, away.challenge),
        ("read-receipt", "RFC 8098", A, away.read_receipt),
        ("abuse-desk", "RFC 2142 section 4", S, senders.desk),
        ("own-address", "RFC 5230 section 4.6", S, senders.ourselves),
        ("look-alike", "UTS 39, RFC 5890", S, senders.look_alike),
        ("no-single-sender", "RFC 5322 section 3.6.2", S, senders.no_single_sender),
        ("reply-to-us", "RFC 3834 section 4", S, addressing.reply_to_us),
        ("spam-flag", "the receiving server's verdict", S, trust.spam),
        ("not-addressed", "RFC 3834 section 2, RFC 5230 section 4.5", S, addressing.not_addressed),
    )
)
