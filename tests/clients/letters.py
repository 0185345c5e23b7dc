"""Letters to support@ or cancel@ and what is decided on them, from bytes on."""

from __future__ import annotations

from functools import cache

from config.phrase_book import load_stored
from handlers.classify import Classifier
from handlers.decide import decide
from handlers.memory import Known
from handlers.reading import Desk, Reading, make_case, read_message
from handlers.values import Decision, RawMessage, Role
from tests.unit.cases import ANNA, FORM, NOW, POLICY, TOKENS, US


@cache
def _classifier() -> Classifier:
    return Classifier(load_stored())


def letter(
    text: str | bytes,
    *,
    subject: str = "Hello",
    kind: str = "text/plain; charset=utf-8",
    fields: tuple[str, ...] = (),
    sender: str = f"Anna <{ANNA}>",
) -> bytes:
    """The octets of a letter."""
    head = (
        f"From: {sender}", "To: support@host.example", f"Subject: {subject}",
        "Date: Mon, 02 Mar 2026 09:00:00 +0000", "Message-ID: <a@garden.example>",
        "MIME-Version: 1.0", f"Content-Type: {kind}", *fields,
    )  # fmt: skip
    octets = text if isinstance(text, bytes) else text.replace("\n", "\r\n").encode()
    return "\r\n".join(head).encode() + b"\r\n\r\n" + octets


def form(text: str, *, html: bool = False, subject: str = "Contact form") -> bytes:
    """A letter of the company's own web form, filled in by Bob."""
    return letter(
        text,
        subject=subject,
        sender=FORM,
        kind=f"text/{'html' if html else 'plain'}; charset=utf-8",
        fields=("Reply-To: Bob <bob@bakery.example>",),
    )


def read(raw: bytes, *, cancel: bool = False) -> tuple[Reading, Decision]:
    """What is read of a letter, and what is decided on it; by `outcome` in one word."""
    desk = Desk(
        mailbox="cancel" if cancel else "support",
        role=Role.CANCEL if cancel else Role.SUPPORT,
        us=US,
        trusted_authserv_id="mx.host.example",
        classifier=_classifier(),
    )
    message = RawMessage(uid=7, raw=raw, size_bytes=len(raw), internal_date=NOW)
    found = read_message(message, desk)
    case = make_case(found, desk, known=Known(), tokens=TOKENS, now=NOW, refilled=False)
    return found, decide(case, POLICY)


def outcome(raw: bytes, *, cancel: bool = False) -> str:
    """What is decided: 'opt_out', 'cancellation', 'review', 'leave' or 'ignore'."""
    _, decision = read(raw, cancel=cancel)
    if decision.disposition.value != "act":
        return decision.disposition.value
    return " ".join(sorted(intent.value for intent in decision.intents))
