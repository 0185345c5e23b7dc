"""A route over a fake mailbox and a real store, with a clock that only tests move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from config.reply_texts import load_reply_texts
from config.settings import CompanySettings
from daemon.flow import Route
from daemon.intake import Limits
from daemon.ports import Mailbox, Store
from daemon.stores import open_store
from daemon.tokens import draw_tokens
from handlers.case import Policy
from handlers.classify import Classifier
from handlers.classify.shipped import shipped_classifier
from handlers.reading import Desk
from handlers.reply import ReplyWriter
from handlers.screen import Ourselves
from handlers.values import Role

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
US = Ourselves(
    addresses=frozenset({"support@shop.example", "cancel@shop.example"}),
    domains=frozenset({"shop.example"}),
)


class Clock:
    """A clock for tests: it tells the time that it was set to."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Moves it on by a timedelta's arguments."""
        self.now += timedelta(**by)


@contextmanager
def store_in(folder: Path, clock: Clock) -> Iterator[Store]:
    """A real store on disk."""
    store = open_store("sqlite:///optoutd.db", access="own", base_dir=folder, now=clock())
    try:
        yield store
    finally:
        store.close()


@cache
def classifier() -> Classifier:
    """The shipped one, which takes a second to build."""
    return shipped_classifier()


@cache
def writer() -> ReplyWriter:
    """The shipped replies, which are as many files."""
    return ReplyWriter(
        load_reply_texts(None),
        company=CompanySettings(
            name="GigaPros", postal_address="1 Harbour Road", phone="+1 555 0100"
        ),
        cancel_address="cancel@shop.example",
        default_language="en",
        envelope_from="",
    )


def route(
    mailbox: Mailbox,
    store: Store,
    *,
    clock: Callable[[], datetime],
    role: Role = Role.SUPPORT,
    backlog: str | date = "all",
    batch_messages: int = 200,
    stopping: Callable[[], bool] = lambda: False,
    queued: Callable[[], None] = lambda: None,
    shadow: bool = False,
) -> Route:
    """The real route with shipped phrases and replies."""
    return Route(
        mailbox=mailbox,
        address=f"{role.value}@shop.example",
        store=store,
        desk=Desk(
            mailbox=mailbox.name,
            role=role,
            us=US,
            trusted_authserv_id="mx.shop.example",
            classifier=classifier(),
        ),
        policy=Policy(us=US),
        writer=writer(),
        limits=Limits(batch_messages=batch_messages, message_bytes=1_048_576),
        backlog=backlog,
        now=clock,
        draw=draw_tokens,
        queued=queued,
        stopping=stopping,
        shadow=shadow,
    )


def message(
    text: str,
    *,
    sender: str = "anna@customer.example",
    subject: str = "Hello",
    number: int = 1,
    to: str = "support@shop.example",
    when: datetime = NOW,
    more: str = "",
) -> bytes:
    """A message of a person; `more` are whole header lines."""
    day = when.strftime("%a, %d %b %Y %H:%M:%S +0000")
    return (
        f"{more}From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: {day}\r\n"
        f"Message-ID: <{number}@mail.customer.example>\r\n\r\n{text}\r\n"
    ).encode()
