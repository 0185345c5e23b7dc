"""Messages, requests and whole cases to decide on, each a plain one with what a test changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers.address import Address, make_address
from handlers.case import Case, Policy
from handlers.classify.answers import Answer
from handlers.memory import Known
from handlers.proof import requester
from handlers.screen import Ourselves, screen
from handlers.secret import message_id
from handlers.values import (
    Decision,
    Evidence,
    Filing,
    Finding,
    Headers,
    Intent,
    Message,
    Proof,
    Request,
    Role,
    State,
    Suppression,
    Tokens,
    Verdict,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

ANNA = "anna@garden.example"
BOB = "bob@bakery.example"
SUPPORT = "support@host.example"
FORM = "forms@host.example"

US = Ourselves(
    addresses=frozenset({SUPPORT, "cancel@host.example"}),
    domains=frozenset({"host.example"}),
    form_senders=frozenset({FORM}),
    own_list_ids=frozenset({"team.host.example"}),
    aliases=frozenset({"help@host.example"}),
)
POLICY = Policy(us=US)

SECRET = "NEWSECRETNEWSECR"
OLD_SECRET = "OLDSECRETOLDSECR"
OTHER_SECRET = "OTHERSECRETOTHER"
TOKENS = Tokens(
    opt_out_reference="O-NEW001",
    cancellation_reference="C-NEW001",
    named_references=("O-NAM001", "O-NAM002"),
    secret=SECRET,
)
OUR_ID = message_id(OLD_SECRET, "host.example")

OPT_OUT, CANCELLATION = Intent.OPT_OUT, Intent.CANCELLATION


def address(written: str, display: str = "") -> Address:
    made = make_address(written, display)
    assert made is not None, written
    return made


def message(*fields: tuple[str, str], sender: str = ANNA, **changes: Any) -> Message:
    """A message of Anna's to support@ with these further header fields."""
    values: dict[str, Any] = {
        "digest": "d" * 64,
        "message_id": "<1@garden.example>",
        "in_reply_to": (),
        "references": (),
        "senders": (address(sender),),
        "senders_readable": True,
        "reply_to": (),
        "recipients": (address(SUPPORT),),
        "delivered_to": (),
        "subject": "A message",
        "date": NOW - HOUR,
        "headers": Headers((("From", sender), ("To", SUPPORT), *fields)),
        "content_type": "text/plain",
        "report_type": "",
        "new_text": "Hello,\nI am writing to you.\nAnna",
        "language": "en",
    }
    return Message(**values | changes)


def finding(intent: Intent, rule: str = "plain", confidence: float = 0.95) -> Finding:
    evidence = Evidence(rule=rule, words="words", part="text", start=0, end=5)
    return Finding(intent=intent, confidence=confidence, evidence=(evidence,))


def verdict(
    certain: Iterable[Intent] = (),
    unsure: Iterable[Intent] = (),
    *,
    stop_everything: bool = False,
) -> Verdict:
    return Verdict(
        certain=tuple(finding(intent) for intent in certain),
        unsure=tuple(finding(intent, confidence=0.5) for intent in unsure),
        confidence=0.9,
        stop_everything=stop_everything,
    )


def request(kind: Intent, state: State, **changes: Any) -> Request:
    """A request of Anna's of a week ago, with the old secret; `O-OLD001` or `C-OLD001`."""
    values: dict[str, Any] = {
        "reference": "O-OLD001" if kind is OPT_OUT else "C-OLD001",
        "kind": kind,
        "state": state,
        "address_key": ANNA,
        "address_written": ANNA,
        "channel": "mail",
        "mailbox": "support",
        "received_at": NOW - 7 * DAY,
        "due_at": NOW - 6 * DAY,
        "language": "de",
        "proof": "unproven",
        "reason": "asked-by-mail",
        "wanted_end": "2026-12-31" if kind is CANCELLATION else "",
    }
    return Request(**values | changes)


def suppressed(reference: str = "O-OLD001", key: str = ANNA) -> Suppression:
    return Suppression(
        address_key=key,
        address_written=key,
        list_name="*",
        since=NOW - 7 * DAY,
        reference=reference,
    )


def knowing(*requests: Request, **changes: Any) -> Known:
    """What is known where these are the requester's newest, with their suppression."""
    values: dict[str, Any] = {"newest": {r.kind: r for r in requests}}
    held = next((r for r in requests if r.state is State.EFFECTIVE), None)
    values["suppressed"] = suppressed(held.reference) if held else None
    return Known(**values | changes)


def answered(*requests: Request, **changes: Any) -> Known:
    """What is known about an answer to the mail that told of these requests of Anna's."""
    return knowing(*requests, answered=requests, **changes)


def answer_message(*fields: tuple[str, str], **changes: Any) -> Message:
    """An answer to our own mail, whose Message-ID it names."""
    values: dict[str, Any] = {
        "subject": "Re: A message",
        "in_reply_to": (OUR_ID,),
        "references": (OUR_ID,),
        "secrets": (OLD_SECRET,),
        "new_text": "Yes",
        "language": "",
    }
    return message(*fields, **values | changes)


def case(
    said: Message | None = None,
    *,
    certain: Iterable[Intent] = (),
    unsure: Iterable[Intent] = (),
    proof: Proof = Proof.UNPROVEN,
    **changes: Any,
) -> Case:
    """A case that arrived an hour ago; screening and requester follow from the message."""
    said = said or message()
    values: dict[str, Any] = {
        "message": said,
        "mailbox": "support",
        "role": Role.SUPPORT,
        "received_at": NOW - HOUR,
        "dated_at": NOW - HOUR,
        "now": NOW,
        "screening": screen(said, US, proof),
        "verdict": verdict(certain, unsure),
        "answer": Answer.UNCLEAR,
        "proof": proof,
        "requester": requester(said, US),
        "named": (),
        "known": Known(),
        "tokens": TOKENS,
    }
    return Case(**values | changes)


def told(decision: Decision) -> list[str]:
    """A decision in words, in the order in which a person would tell it; see test_decide.py."""
    words = [f"{decision.disposition.value}: {decision.reason}"]
    words += [f"new {r.reference} {r.state} ({r.reason})" for r in decision.requests]
    words += [f"{c.reference} {c.before}->{c.after} ({c.reason})" for c in decision.changes]
    words += [f"suppress for {s.reference}" for s in decision.suppress]
    words += [f"lift for {s.reference}" for s in decision.lift]
    words += [f"again {reference}" for reference in decision.repeated]
    if decision.reply is not None:
        verb = "ask" if decision.reply.asks else "tell"
        words.append(f"{verb} {'+'.join(decision.reply.situations)}")
    if decision.silence:
        words.append(f"silent {decision.silence}")
    if decision.filing is not Filing.NOWHERE:
        words.append(f"to {decision.filing.value}")
    return words


# What the store may hold of Anna, and one of Bob's.
EFFECTIVE = request(OPT_OUT, State.EFFECTIVE)
HELD_OPT_OUT = request(OPT_OUT, State.REVIEW)
UNDONE = request(OPT_OUT, State.UNDONE)
PENDING = request(CANCELLATION, State.AWAITING_CONFIRMATION)
CONFIRMED = request(CANCELLATION, State.CONFIRMED)
HANDED_OVER = request(CANCELLATION, State.HANDED_OVER)
HELD = request(CANCELLATION, State.REVIEW)
REJECTED = request(CANCELLATION, State.REJECTED)
BOBS = request(CANCELLATION, State.AWAITING_CONFIRMATION, address_key=BOB, reference="C-BOB001")
BOBS_OPT_OUT = request(OPT_OUT, State.EFFECTIVE, address_key=BOB, reference="O-BOB001")

# What most requests come to, in the words of `told`.
OPTED_OUT = [
    "act: opt-out",
    "new O-NEW001 effective (asked-by-mail)",
    "suppress for O-NEW001",
    "tell opt_out_done",
    "to Optoutd/Opt-outs",
]
ASKED = [
    "act: cancellation-asked",
    "new C-NEW001 awaiting_confirmation (cancellation-asked)",
    "ask cancellation_question",
    "to Optoutd/Cancellations",
]


def opted_out_in_silence(why: str) -> list[str]:
    return [f"silent {why}" if word.startswith("tell") else word for word in OPTED_OUT]
