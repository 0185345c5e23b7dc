"""Replies to look at: a writer, a plan and a message, and what comes of them."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import cache
from itertools import product

from config.reply_texts import load_reply_texts
from config.settings import CompanySettings
from handlers.address import Address, make_address
from handlers.reply import ReplyWriter
from handlers.values import Headers, Message, OutgoingMail, ReplyPlan

RECEIVED = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
NOW = datetime(2026, 3, 1, 12, 31, 5, tzinfo=UTC)
SECRET = "ABCDEFGHIJKLMNOP"
CODE = "[ABCD-EFGH-IJKL-MNOP]"
OPT_OUT, CANCELLATION = "O-7K3M2Q", "C-9Z8Y7X"
SUPPORT, CANCEL = "support@host.example", "cancel@host.example"
CUSTOMER = "Anna.B@shop.example"
PHONE, PANEL = "+44 20 7946 0100", "https://panel.host.example/"
COMPANY = CompanySettings(
    name="Host & Sons", postal_address="1 Mill Lane\nOxbridge OX1 2AB", phone=PHONE
)

_OF_THE_OPT_OUT: tuple[tuple[str, ...], ...] = (
    (),
    ("opt_out_done",),
    ("opt_out_done", "stop_everything"),
    ("opt_out_already",),
    ("opt_out_already", "stop_everything"),
)
_OF_THE_CANCELLATION: tuple[tuple[str, ...], ...] = (
    (),
    ("cancellation_question",),
    ("cancellation_confirmed",),
    ("cancellation_rejected",),
    ("cancellation_already",),
)
# Every letter that can be sent; test_reply_languages.py holds it against what decide produces.
COMBINATIONS = (
    *((*first, *second) for first, second in product(_OF_THE_OPT_OUT, _OF_THE_CANCELLATION)),
    ("opt_out_undone",),
    ("opt_out_undone", "cancellation_question"),
    ("opt_out_undone", "cancellation_confirmed"),
    ("cancellation_reminder",),
    ("cancellation_withdrawn",),
)[1:]


def address(written: str, display: str = "") -> Address:
    made = make_address(written, display)
    assert made is not None
    return made


@cache
def writer(
    *,
    company: CompanySettings = COMPANY,
    cancel_address: str = CANCEL,
    default_language: str = "en",
    envelope_from: str = "",
) -> ReplyWriter:
    return ReplyWriter(
        load_reply_texts(None),
        company=company,
        cancel_address=cancel_address,
        default_language=default_language,
        envelope_from=envelope_from,
    )


def plan(situations: tuple[str, ...] = ("opt_out_done",)) -> ReplyPlan:
    """A plan as decide makes it for these situations."""
    opts_out = any(name.startswith("opt_out") for name in situations)
    cancels = any(name.startswith("cancellation") for name in situations)
    return ReplyPlan(
        to=address(CUSTOMER, "Anna B."),
        situations=situations,
        language="en",
        references=(*([OPT_OUT] if opts_out else []), *([CANCELLATION] if cancels else [])),
        opted_out_address=CUSTOMER if opts_out else "",
        received_at=RECEIVED,
        cancellation_received_at=RECEIVED,
        secret=SECRET,
        asks=not {"cancellation_question", "cancellation_reminder"}.isdisjoint(situations),
    )


MESSAGE = Message(
    digest="0" * 64,
    message_id="<second@shop.example>",
    in_reply_to=("<first@host.example>",),
    references=("<first@host.example>",),
    senders=(address(CUSTOMER, "Anna B."),),
    senders_readable=True,
    reply_to=(),
    recipients=(address(SUPPORT),),
    delivered_to=(),
    subject="Newsletter",
    date=None,
    headers=Headers(()),
    content_type="text/plain",
    report_type="",
    new_text="Please take me off your list.",
)


def written(
    planned: ReplyPlan | None = None,
    message: Message | None = MESSAGE,
    *,
    by: ReplyWriter | None = None,
    thread: str = "",
    mailbox_address: str = SUPPORT,
    now: datetime = NOW,
) -> OutgoingMail:
    return (by or writer()).write(
        planned or plan(),
        message=message,
        thread=thread,
        mailbox_name="support",
        mailbox_address=mailbox_address,
        now=now,
        idempotency_key="reply:1",
    )


def opened(mail: OutgoingMail) -> EmailMessage:
    """The mail as a client of today reads it."""
    made = email.message_from_bytes(mail.raw, policy=email.policy.default)
    assert isinstance(made, EmailMessage)
    return made


def subject_of(original: str, by: ReplyWriter | None = None) -> str:
    return str(opened(written(message=replace(MESSAGE, subject=original), by=by))["Subject"])


def letter(
    situations: tuple[str, ...],
    language: str = "en",
    *,
    wanted_end: str = "",
    channel: str = "mail",
    by: ReplyWriter | None = None,
) -> str:
    """The text of a reply, with its lines joined to paragraphs again."""
    planned = replace(plan(situations), language=language, wanted_end=wanted_end, channel=channel)
    message = MESSAGE if channel == "mail" else None
    return " ".join(text_of(written(planned, message, by=by)).split())


def text_of(mail: OutgoingMail) -> str:
    content = opened(mail).get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")
