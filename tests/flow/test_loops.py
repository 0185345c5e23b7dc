"""Loops with machines that show no sign of being machines: only the caps end them."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator, Sequence
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
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with store_in(tmp_path, clock) as opened:
        yield opened


# What a responder writes: the number of the round, and our last mail, if any.
Responder = Callable[[int, OutgoingMail | None], bytes]


def responder(
    *says: str, quotes: bool = False, threads: bool = True, tags: bool = False
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
        tag = f"+{number}" if tags else ""
        return message(
            text,
            sender=f"anna{tag}@customer.example",
            number=number,
            subject=f"Ticket {number}",
            more=more,
        )

    return respond


def mails_over(
    store: Store,
    clock: Clock,
    respond: Responder,
    *,
    pauses: Sequence[timedelta],
    rounds: int = ROUNDS,
) -> list[OutgoingMail]:
    """What we write while the responder answers each of our mails, and goes on when we do not."""
    waits = cycle(pauses)
    box = FakeMailbox()
    ours: list[OutgoingMail] = []
    one = route(box, store, clock=clock)
    for number in range(rounds):
        box.deliver(respond(number, ours[-1] if ours else None), internal_date=clock())
        one.run()
        for queued in store.take_due(10, now=clock()):
            store.sent(queued.row, now=clock(), response="250 taken")
            ours.append(queued.mail)
        clock.forward(seconds=next(waits).total_seconds())
    return ours


LOOPS = {
    "an opt-out again and again": responder("Please unsubscribe me."),
    "an opt-out again and again, in no thread": responder("Please unsubscribe me.", threads=False),
    "an opt-out and its undoing, in turn": responder("Please unsubscribe me.", "UNDO"),
    "a yes to all, quoting us": responder(
        "Please cancel my account.", "YES", quotes=True, threads=False
    ),
    "a no to all, and a cancellation": responder("Please cancel my account.", "NO", quotes=True),
    "all there is, in turn, quoting us": responder(
        "YES",
        "Please unsubscribe me.",
        "Please cancel my account.",
        "UNDO",
        "NO",
        "Thanks",
        quotes=True,
    ),
}


@pytest.mark.parametrize("respond", LOOPS.values(), ids=LOOPS.keys())
def test_a_responder_without_a_sign_gets_a_few_mails_and_then_none(
    store: Store, clock: Clock, respond: Responder
) -> None:
    pauses = (timedelta(minutes=1), timedelta(hours=9), timedelta(hours=25))
    ours = mails_over(store, clock, respond, pauses=pauses)
    assert 1 < len(ours) <= POLICY.mails_per_thread


def test_a_responder_with_ever_new_tags_gets_no_more_than_the_inbox_may(
    store: Store, clock: Clock
) -> None:
    respond = responder("Please unsubscribe me.", threads=False, tags=True)
    ours = mails_over(store, clock, respond, pauses=[timedelta(minutes=20)], rounds=36)
    assert len(ours) == POLICY.replies_per_address_per_day
