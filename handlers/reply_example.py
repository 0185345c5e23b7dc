"""An example of every letter, to read before a customer does: who it is about, and what for."""

from __future__ import annotations

from datetime import UTC, datetime

from handlers.address import make_address
from handlers.parse import parse_message
from handlers.reply import ReplyWriter
from handlers.reply_text import in_order
from handlers.values import Message, OutgoingMail, ReplyPlan

CUSTOMER = "anna@example.com"
NOW = datetime(2026, 3, 4, 9, 15, tzinfo=UTC)
ASKED_AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)

# The letters worth reading: each situation, and two of the letters that tell of both requests.
LETTERS: tuple[tuple[str, ...], ...] = (
    ("opt_out_done",),
    ("opt_out_done", "stop_everything"),
    ("opt_out_already",),
    ("opt_out_undone",),
    ("cancellation_question",),
    ("cancellation_reminder",),
    ("cancellation_confirmed",),
    ("cancellation_withdrawn",),
    ("cancellation_rejected",),
    ("cancellation_already",),
    ("opt_out_done", "cancellation_question"),
    ("opt_out_done", "cancellation_confirmed"),
)

_ASKING = frozenset({"cancellation_question", "cancellation_reminder"})
# Nobody has written when these are sent.
_OF_OUR_OWN_ACCORD = frozenset({"cancellation_reminder", "cancellation_withdrawn"})
_SECRET = "EXAMPLEEXAMPLE22"  # noqa: S105 - that of no letter


def as_sent(situations: tuple[str, ...]) -> tuple[str, ...]:
    """The blocks as one letter has them: what is done about newsletters is told first.

    The explanation of `stop_everything` only stands below an opt-out.
    """
    blocks = dict.fromkeys(situations)
    if "stop_everything" in blocks and not any(name.startswith("opt_out") for name in blocks):
        blocks["opt_out_done"] = None
    return in_order(sorted(blocks, key=lambda name: name == "stop_everything"))


def write_example(
    writer: ReplyWriter,
    situations: tuple[str, ...],
    *,
    language: str,
    channel: str,
    mailbox_address: str,
) -> OutgoingMail:
    """The letter about `situations` to a customer of ours who is none.

    Raises ValueError for a situation or a channel that there is none of.
    """
    by_mail = channel == "mail" and _OF_OUR_OWN_ACCORD.isdisjoint(situations)
    return writer.write(
        _plan(situations, language, channel),
        message=_message() if by_mail else None,
        mailbox_name="example",
        mailbox_address=mailbox_address,
        now=NOW,
        idempotency_key="example",
    )


def _plan(situations: tuple[str, ...], language: str, channel: str) -> ReplyPlan:
    opts_out = any(name.startswith("opt_out") for name in situations)
    cancels = any(name.startswith("cancellation") for name in situations)
    customer = make_address(CUSTOMER)
    assert customer is not None  # noqa: S101 - it is written above
    return ReplyPlan(
        to=customer,
        situations=situations,
        language=language,
        references=(*(["O-7K3M2Q"] if opts_out else []), *(["C-9Z8Y7X"] if cancels else [])),
        opted_out_address=CUSTOMER if opts_out else "",
        received_at=ASKED_AT,
        cancellation_received_at=ASKED_AT,
        secret=_SECRET,
        asks=not _ASKING.isdisjoint(situations),
        wanted_end="2026-12-31",
        channel=channel,
    )


def _message() -> Message:
    return parse_message(f"From: {CUSTOMER}\r\n\r\n".encode())
