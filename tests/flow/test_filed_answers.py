"""What people decide though a customer has answered: nothing is cancelled or lost by accident.

Each journey by the whole route, with a real store and the fake mailbox.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.office import Office
from daemon.ports import QueuedMail, Store
from daemon.tokens import draw_tokens
from handlers.case import Policy
from handlers.staff import Wish
from handlers.steps import Command
from handlers.values import Filing, Intent, State
from tests.contract.fake_mailbox import FakeMailbox
from tests.flow.routes import NOW, US, Clock, message, route, store_in, writer
from tests.unit.test_office import box as settings_of

INBOX, OPT_OUTS, CANCELLATIONS = "INBOX", Filing.OPT_OUTS.value, Filing.CANCELLATIONS.value
CANCELS = "Please cancel my account."
NO = "No, that wasn't me. Do not cancel anything."
PROVEN = "Authentication-Results: mx.shop.example; dmarc=pass header.from=customer.example\r\n"
AWAY = "Auto-Submitted: auto-replied\r\n"
OURS = {r"\Flagged", "$OptoutdReview"}


class Desk:
    """The service over one mailbox, and a person beside it who drags."""

    def __init__(self, store: Store, clock: Clock, box: FakeMailbox | None = None) -> None:
        self.box, self.store, self.clock, self.count = box or FakeMailbox(), store, clock, 0
        self.run()

    def run(self) -> None:
        self.clock.forward(minutes=1)
        route(self.box, self.store, clock=self.clock).run()

    def put(self, text: str, *, more: str = "", to: str = INBOX) -> None:
        self.count += 1
        raw = message(text, number=self.count, more=f"{more}Received: by mx; {self.count}\r\n")
        uid = self.box.deliver(raw, internal_date=NOW)
        if to != INBOX:
            self.box.drag(uid, to)

    def receive(self, text: str, *, more: str = "", to: str = INBOX) -> None:
        self.put(text, more=more, to=to)
        self.run()

    def drag(self, words: str, source: str, to: str) -> None:
        for found in self.box.folder(source):
            if words.encode() in found.raw:
                self.box.drag(found.uid, to, source=source)
        self.run()
        self.run()

    def out_and_back(self, words: str) -> None:
        self.drag(words, CANCELLATIONS, INBOX)
        self.drag(words, INBOX, CANCELLATIONS)

    def sent(self) -> list[QueuedMail]:
        due = self.store.take_due(50, now=self.clock())
        self.store.sent({mail.row: "250" for mail in due}, now=self.clock())
        return due

    def asked(self, *, proven: str = "") -> str:
        """The thread of our letter about a cancellation: the question, or the confirmation."""
        self.receive(CANCELS, more=proven)
        (letter,) = self.sent()
        return f"In-Reply-To: {letter.mail.message_id}\r\n"

    def decide(self, command: Command) -> None:
        """A person decides on the one cancellation in the terminal."""
        office = Office(
            store=self.store,
            boxes=(settings_of("support", "support"),),
            policy=Policy(us=US),
            writer=writer(),
            now=self.clock,
            draw=draw_tokens,
        )
        (request,) = (r for r in self.store.requests() if r.kind is Intent.CANCELLATION)
        office.decide(request.reference, Wish(command=command), by="ida")
        self.clock.forward(minutes=1)

    def states(self) -> list[tuple[State, str]]:
        found = [r for r in self.store.requests() if r.kind is Intent.CANCELLATION]
        return [(r.state, r.reason) for r in found]

    def flags(self, words: str) -> list[set[str]]:
        """The flags of the customer's messages with these words, wherever they lie."""
        places = set(self.box.folders) - {"Sent"}
        every = (m for name in places for m in self.box.folder(name))
        return [set(m.flags) for m in every if words.encode() in m.raw]


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with store_in(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def desk(store: Store, clock: Clock) -> Desk:
    return Desk(store, clock)


@pytest.mark.parametrize("proof", [PROVEN, ""], ids=["proven", "unproven"])
@pytest.mark.parametrize("folder", [CANCELLATIONS, OPT_OUTS])
def test_a_no_that_is_dragged_before_it_is_read_stops_the_cancellation(
    desk: Desk, folder: str, proof: str
) -> None:
    thread = desk.asked()
    desk.receive(NO, more=proof + thread, to=folder)
    assert desk.states() == [(State.REVIEW, "answer-disputes")]
    assert desk.flags(NO) == [OURS]
    desk.run()
    assert desk.states() == [(State.REVIEW, "answer-disputes")]


@pytest.mark.parametrize("folder", [CANCELLATIONS, OPT_OUTS])
def test_a_dispute_that_is_dragged_before_it_is_read_stops_what_is_confirmed(
    desk: Desk, folder: str
) -> None:
    thread = desk.asked(proven=PROVEN)
    desk.receive("UNDO. That wasn't me!", more=PROVEN + thread, to=folder)
    assert desk.states() == [(State.REVIEW, "answer-disputes")]
    assert len(desk.store.reviews()) == 1


def test_a_no_that_we_have_filed_asks_for_nothing_out_and_back(desk: Desk) -> None:
    thread = desk.asked()
    desk.receive(NO, more=PROVEN + thread)
    assert desk.states() == [(State.REJECTED, "refused-by-answer")]
    desk.sent()
    desk.out_and_back(NO)
    assert desk.states() == [(State.REJECTED, "refused-by-answer")]
    assert desk.flags(NO) == [OURS]
    assert desk.sent() == []


def test_a_no_that_lies_filed_confirms_nothing_in_a_store_from_before_it(
    tmp_path: Path, clock: Clock
) -> None:
    with store_in(tmp_path, clock) as store:
        desk = Desk(store, clock)
        thread = desk.asked()
        store.backup(tmp_path / "backup.db", force=False)
        desk.receive(NO, more=PROVEN + thread)
        assert desk.states() == [(State.REJECTED, "refused-by-answer")]
    (tmp_path / "other").mkdir()
    shutil.copy(tmp_path / "backup.db", tmp_path / "other" / "optoutd.db")
    with store_in(tmp_path / "other", clock) as store:
        desk.box.lose_connection()
        desk = Desk(store, clock, desk.box)
        desk.run()
        assert desk.states() == [(State.REVIEW, "answer-disputes")]


def test_a_notice_of_absence_dragged_from_automatic_confirms_nothing(desk: Desk) -> None:
    thread = desk.asked()
    desk.receive("I am away until Monday.", more=PROVEN + AWAY + thread)
    assert desk.states() == [(State.AWAITING_CONFIRMATION, "cancellation-asked")]
    desk.drag("I am away", Filing.AUTOMATIC.value, CANCELLATIONS)
    assert desk.states() == [(State.REVIEW, "machine-answers")]
    assert desk.flags("I am away") == [OURS]


@pytest.mark.parametrize("letter", ["Where is my invoice?", "Do not cancel my account, please."])
def test_no_other_letter_of_the_customer_outweighs_what_they_dispute(
    desk: Desk, letter: str
) -> None:
    thread = desk.asked(proven=PROVEN)
    desk.receive("UNDO. That wasn't me!", more=PROVEN + thread)
    assert desk.states() == [(State.REVIEW, "answer-disputes")]
    desk.receive(letter, more=PROVEN)
    desk.drag(letter, INBOX, CANCELLATIONS)
    assert desk.states() == [(State.REVIEW, "answer-disputes")]
    assert desk.flags(letter) == [OURS]


@pytest.mark.parametrize("answered", [True, False], ids=["its yes", "its letter"])
def test_a_message_of_a_withdrawn_cancellation_asks_for_no_other_out_and_back(
    desk: Desk, *, answered: bool
) -> None:
    thread = desk.asked(proven="" if answered else PROVEN)
    if answered:
        desk.receive("YES", more=PROVEN + thread)
    desk.decide(Command.WITHDRAW)
    desk.sent()
    desk.out_and_back("YES" if answered else CANCELS)
    assert desk.states() == [(State.WITHDRAWN, "withdrawn-by-staff")]
    assert desk.flags("YES" if answered else CANCELS) == [OURS]
    assert desk.sent() == []


# In one pass ----------------------------------------------------------------------------------


def test_who_says_yes_and_then_no_in_one_pass_is_not_told_that_it_is_carried_out(
    desk: Desk,
) -> None:
    thread = desk.asked()
    desk.put("YES", more=thread)
    desk.receive("No, stop, do not cancel it.", more=thread)
    assert desk.states() == [(State.REVIEW, "answer-disputes")]
    assert desk.sent() == []
    desk.decide(Command.CONFIRM)
    (told,) = desk.sent()
    assert b"carry out the cancellation" in told.mail.raw


# Held beside a request -----------------------------------------------------------------------

UNSURE = "Please cancel my account, or maybe only the shop."
REFUTED = PROVEN.replace("pass", "fail")


@pytest.mark.parametrize(
    ("letter", "proof", "reason"),
    [(UNSURE, "", "unsure"), ("Please cancel all of it.", REFUTED, "dmarc-fail")],
)
def test_a_letter_that_is_held_beside_a_question_waits_though_that_is_answered(
    desk: Desk, letter: str, proof: str, reason: str
) -> None:
    thread = desk.asked()
    desk.receive(letter, more=proof)
    desk.receive("YES", more=thread)
    desk.run()
    assert desk.states() == [(State.CONFIRMED, "confirmed-by-answer")]
    assert [row.reason for row in desk.store.reviews()] == [reason]
    assert desk.flags(letter) == [OURS]


def test_a_letter_that_is_held_beside_a_cancellation_waits_though_that_is_carried_out(
    desk: Desk,
) -> None:
    desk.asked(proven=PROVEN)
    desk.receive(UNSURE, more=PROVEN)
    desk.decide(Command.COMPLETE)
    desk.run()
    assert desk.states() == [(State.COMPLETED, "completed-by-staff")]
    assert [row.reason for row in desk.store.reviews()] == ["unsure"]
    assert desk.flags(UNSURE) == [OURS]


def test_a_letter_that_is_held_beside_one_on_review_is_decided_with_it(desk: Desk) -> None:
    desk.receive(UNSURE)
    desk.receive("Please cancel my account, or rather my order.")
    assert len(desk.store.reviews()) == 2
    desk.decide(Command.REJECT)
    desk.run()
    assert desk.store.reviews() == []
    assert desk.flags("Please cancel my account") == [set(), set()]


# In the terminal ------------------------------------------------------------------------------


def test_who_disputed_a_cancellation_is_told_when_staff_confirm_it_again(desk: Desk) -> None:
    desk.asked()
    desk.decide(Command.CONFIRM)
    (told,) = desk.sent()
    thread = f"In-Reply-To: {told.mail.message_id}\r\n"
    desk.receive("UNDO. That wasn't me!", more=thread)
    assert desk.states() == [(State.REVIEW, "answer-disputes")]
    desk.decide(Command.CONFIRM)
    (again,) = desk.sent()
    assert again.mail.references == told.mail.references
    assert again.mail.message_id != told.mail.message_id
