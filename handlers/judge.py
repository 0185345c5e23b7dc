"""What would be decided on a message if nothing were known of its sender: for `classify`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.case import Policy
from handlers.classify import Classifier
from handlers.decide import decide
from handlers.memory import Known
from handlers.parse import parse_message
from handlers.reading import Desk, make_case, read_message
from handlers.screen import Ourselves
from handlers.values import (
    Decision,
    Disposition,
    Filing,
    Message,
    RawMessage,
    Role,
    Tokens,
    Verdict,
)

_NO_TOKENS = Tokens(
    opt_out_reference="O-000000",
    cancellation_reference="C-000000",
    named_references=(),
    secret="A" * 16,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A decision with what it rests on; `message` is None where it could not be read."""

    decision: Decision
    message: Message | None
    verdict: Verdict
    language: str
    may_reply: bool


def judge(
    raw: bytes, classifier: Classifier, *, now: datetime, role: Role | None = None
) -> Judgement:
    """Decides on one message alone, as though it had just arrived.

    Without `role` the mailbox is told by the address it went to: `support` or `cancel` as local
    part of To or Delivered-To. That address's domain is taken for the company's, and `forms@`
    it for a form sender. A message that cannot be read goes to review.
    """
    message = RawMessage(uid=1, raw=raw, size_bytes=len(raw), internal_date=now)
    try:
        us, found = _addressed(raw)
        desk = Desk(
            mailbox="classify",
            role=role or found,
            us=us,
            trusted_authserv_id="",
            classifier=classifier,
        )
        reading = read_message(message, desk)
    except Exception:  # noqa: BLE001 - as in the daemon: the other messages go on
        unreadable = Decision(
            disposition=Disposition.REVIEW, reason="set-aside", filing=Filing.REVIEW
        )
        return Judgement(
            decision=unreadable, message=None, verdict=Verdict(), language="", may_reply=False
        )
    case = make_case(reading, desk, known=Known(), tokens=_NO_TOKENS, now=now, refilled=False)
    return Judgement(
        decision=decide(case, Policy(us=us)),
        message=reading.message,
        verdict=reading.verdict,
        language=reading.message.language,
        may_reply=reading.screening.may_reply,
    )


def _addressed(raw: bytes) -> tuple[Ourselves, Role]:
    """Who we are and what the mailbox is for, by the address that the message went to."""
    message = parse_message(raw.partition(b"\n\n")[0].partition(b"\r\n\r\n")[0] + b"\n\n")
    addresses = (*message.delivered_to, *message.recipients)
    ours = next((a for a in addresses if a.local in tuple(Role)), None)
    if ours is None:
        return Ourselves(), Role.SUPPORT
    domain = ours.domain
    us = Ourselves(
        addresses=frozenset(f"{role.value}@{domain}" for role in Role),
        domains=frozenset({domain}),
        form_senders=frozenset({f"forms@{domain}"}),
    )
    return us, Role(ours.local)
