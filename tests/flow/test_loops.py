"""Loops with machines that show no sign of being machines: only the caps end them."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import cycle
from pathlib import Path

import pytest

from daemon.ports import Store
from handlers.case import Policy
from handlers.values import OutgoingMail
from tests.contract.fake_mailbox import FakeMailbox
from tests.flow.routes import US, Clock, message, route, store_in

ROUNDS = 50
POLICY = Policy(us=US)


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with store_in(tmp_path, clock) as opened:
        yield opened


# What a responder writes: the number of the round, and our last mail, if any.
Responder = Callable[[int, OutgoingMail | None], bytes]


def responder(
    name: str, *says: str, quotes: bool = False, threads: bool = True, tags: bool = False
) -> Responder:
    """Says these things in turn, from a person's address, with a subject of its own each time."""
    turns = cycle(says)

    def respond(number: int, answered: OutgoingMail | None) -> bytes:
        text, more = next(turns), ""
        if answered is not None and threads:
            more = f"In-Reply-To: {answered.message_id}\r\n"
        if answered is not None and quotes:
            ours = email.message_from_bytes(answered.raw, policy=email.policy.default)
            body = ours.get_content() if isinstance(ours, email.message.EmailMessage) else ""
            text = "\n".join([text, "", "> wrote:", *(f"> {line}" for line in body.splitlines())])
        return message(
            text,
            sender=f"{name}+{number}@customer.example" if tags else f"{name}@customer.example",
            number=number,
            subject=f"Ticket {number}",
            more=more,
        )

    return respond


LOOPS = {
    "again-and-again": responder("again-and-again", "Please unsubscribe me."),
    "in-no-thread": responder("in-no-thread", "Please unsubscribe me.", threads=False),
    "there-and-back": responder("there-and-back", "Please unsubscribe me.", "UNDO"),
    "yes-to-all": responder(
        "yes-to-all", "Please cancel my account.", "YES", quotes=True, threads=False
    ),
    "no-to-all": responder("no-to-all", "Please cancel my account.", "NO", quotes=True),
    "all-in-turn": responder(
        "all-in-turn",
        "YES",
        "Please unsubscribe me.",
        "Please cancel my account.",
        "UNDO",
        "NO",
        "Thanks",
        quotes=True,
    ),
}


def mails_over(
    store: Store,
    clock: Clock,
    responders: Mapping[str, Responder],
    *,
    pauses: Sequence[timedelta],
) -> dict[str, list[OutgoingMail]]:
    """What we write while responders answer each of our mails, and go on when we do not."""
    box = FakeMailbox()
    ours: dict[str, list[OutgoingMail]] = {name: [] for name in responders}
    one = route(box, store, clock=clock)
    for number, pause in zip(range(ROUNDS), cycle(pauses), strict=False):
        for name, respond in responders.items():
            last = ours[name][-1] if ours[name] else None
            box.deliver(respond(number, last), internal_date=clock())
        one.run()
        for queued in store.take_due(100, now=clock()):
            store.sent({queued.row: "250 taken"}, now=clock())
            ours[queued.mail.recipient.local.partition("+")[0]].append(queued.mail)
        clock.forward(seconds=pause.total_seconds())
    return ours


def test_a_responder_without_a_sign_gets_a_few_mails_and_then_none(
    store: Store, clock: Clock
) -> None:
    pauses = (timedelta(minutes=1), timedelta(hours=9), timedelta(hours=25))
    for name, ours in mails_over(store, clock, LOOPS, pauses=pauses).items():
        assert 1 < len(ours) <= POLICY.mails_per_thread, name


@pytest.mark.parametrize(
    ("pause", "most"),
    [
        (timedelta(minutes=20), POLICY.replies_per_address_per_day),
        (timedelta(hours=9), POLICY.replies_per_address_per_month),
    ],
)
def test_a_responder_with_ever_new_tags_gets_no_more_than_the_inbox_may(
    store: Store, clock: Clock, pause: timedelta, most: int
) -> None:
    tagged = responder("tagged", "Please unsubscribe me.", threads=False, tags=True)
    assert len(mails_over(store, clock, {"tagged": tagged}, pauses=[pause])["tagged"]) == most
