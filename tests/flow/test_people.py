"""People decide by dragging: each journey over a real IMAP server and in the fake.

On Dovecot, a second IMAP client with a connection of its own does the dragging.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest
from imapclient import IMAPClient

from daemon.clerk import MOST_MOVED_BACK
from daemon.errors import TemporaryFailure
from daemon.flow import PassReport
from daemon.mailboxes import open_mailbox
from daemon.ports import Act, Mailbox, QueuedMail, Standing, Store
from handlers.values import Change, Decision, Disposition, Filing, Intent, State
from tests.contract.fake_mailbox import FakeMailbox
from tests.contract.fake_store import FakeStore
from tests.flow.routes import NOW, Clock, message, route, store_in
from tests.servers.dovecot import Dovecot
from tests.servers.settings import mailbox_settings
from tests.unit.log_capture import LogCapture

ANNA = "anna@customer.example"
INBOX, OPT_OUTS, CANCELLATIONS = "INBOX", Filing.OPT_OUTS.value, Filing.CANCELLATIONS.value
OPT_OUT, CANCELLATION = Intent.OPT_OUT, Intent.CANCELLATION
ORDINARY = "Where is my invoice?"
ASKS = "Please unsubscribe me."
CANCELS = "Please cancel my account."
UNSURE = "Please unsubscribe me if the price goes up."
PROVEN = "Authentication-Results: mx.shop.example; dmarc=pass header.from=customer.example\r\n"
REFUTED = "Authentication-Results: mx.shop.example; dmarc=fail header.from=customer.example\r\n"
OURS = {r"\Flagged", "$OptoutdReview"}


class Server(Protocol):
    """A mailbox, and the second client by which a person gets at it."""

    @property
    def box(self) -> Mailbox: ...

    def put(self, raw: bytes, folder: str = INBOX, when: datetime = NOW) -> None: ...
    def drag(self, source: str, to: str, *, copy: bool = False) -> None: ...
    def flags(self, folder: str = INBOX) -> list[set[str]]: ...
    def flag(self, folder: str = INBOX, *, on: bool) -> None: ...


@dataclass
class FakeServer:
    box: FakeMailbox

    def put(self, raw: bytes, folder: str = INBOX, when: datetime = NOW) -> None:
        self.box.drag(self.box.deliver(raw, internal_date=when), folder)

    def drag(self, source: str, to: str, *, copy: bool = False) -> None:
        for found in self.box.folder(source):
            self.box.drag(found.uid, to, source=source, copy=copy)

    def flags(self, folder: str = INBOX) -> list[set[str]]:
        return [set(m.flags) for m in self.box.folder(folder)]

    def flag(self, folder: str = INBOX, *, on: bool) -> None:
        for found in self.box.folder(folder):
            self.box.set_flags(found.uid, {r"\Flagged"} if on else set(), folder)


@dataclass
class RealServer:
    box: Mailbox
    server: Dovecot
    user: str
    client: Any = field(default=None)

    def put(self, raw: bytes, folder: str = INBOX, when: datetime = NOW) -> None:
        self._person().append(folder, raw, msg_time=when)

    def drag(self, source: str, to: str, *, copy: bool = False) -> None:
        person = self._person()
        person.select_folder(source)
        (person.copy if copy else person.move)(person.search("ALL"), to)

    def flags(self, folder: str = INBOX) -> list[set[str]]:
        return [set(stored.flags) for stored in self.server.folder(self.user, folder)]

    def flag(self, folder: str = INBOX, *, on: bool) -> None:
        person = self._person()
        person.select_folder(folder)
        change = person.add_flags if on else person.remove_flags
        change(person.search("ALL"), [r"\Flagged"])

    def _person(self) -> IMAPClient:
        if self.client is None:
            self.client = self.server.client(self.user)
        return self.client


@pytest.fixture(params=["fake", pytest.param("imap", marks=pytest.mark.dovecot)])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    if request.param == "fake":
        yield FakeServer(FakeMailbox())
        return
    dovecot: Dovecot = request.getfixturevalue("dovecot")
    new_user: Callable[[str], str] = request.getfixturevalue("new_user")
    user = new_user("people")
    real = RealServer(open_mailbox(mailbox_settings(dovecot, user), "secret"), dovecot, user)
    yield real
    real.box.close()
    if real.client is not None:
        real.client.logout()


@dataclass
class Office:
    """The service over one mailbox, and the person beside it."""

    server: Server
    store: Store
    clock: Clock
    filing: str = "move"

    def __post_init__(self) -> None:
        self.open_folders()

    def open_folders(self) -> None:
        self.run()

    def run(self) -> PassReport:
        """One pass, a minute after the last; each by a route of its own, as after a restart."""
        self.clock.forward(minutes=1)
        one = route(self.server.box, self.store, clock=self.clock)
        one.filing = self.filing
        return one.run()

    def receive(self, text: str, *, number: int = 1, more: str = "", **changes: Any) -> None:
        self.server.put(message(text, number=number, more=more, **changes))
        self.run()

    def drag(self, source: str, to: str, *, copy: bool = False) -> PassReport:
        self.server.drag(source, to, copy=copy)
        return self.run()

    def state(self, kind: Intent) -> State | None:
        return next((r.state for r in self.store.requests() if r.kind is kind), None)

    def mails(self) -> list[str]:
        """What was queued since the last call, by the first line of the subject's words."""
        due: list[QueuedMail] = self.store.take_due(50, now=self.clock())
        for mail in due:
            self.store.sent({mail.row: "250"}, now=self.clock())
        return [mail.mail.recipient.key for mail in due]


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with store_in(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def office(server: Server, store: Store, clock: Clock) -> Office:
    return Office(server, store, clock)


# Into a folder of ours -----------------------------------------------------------------------


def test_ordinary_mail_dragged_into_opt_outs_is_an_opt_out_and_is_answered(
    office: Office, log: LogCapture
) -> None:
    office.receive(ORDINARY)
    assert office.mails() == []
    office.drag(INBOX, OPT_OUTS)
    assert office.state(OPT_OUT) is State.EFFECTIVE
    assert office.store.suppression(ANNA) is not None
    assert office.mails() == [ANNA]
    assert office.server.flags(OPT_OUTS) == [set()]
    (request,) = office.store.requests()
    assert request.reason == "filed-by-staff"
    assert request.received_at == NOW
    (row,) = office.store.ledger("support:Optoutd/Opt-outs")
    assert [evidence.rule for evidence in row.evidence] == ["filed-by-staff"]
    assert "message_filed_by_staff" in log.names
    for _ in range(2):
        assert office.run().seen == 0
    assert office.mails() == []


def test_mail_on_review_dragged_into_a_folder_loses_our_flag(office: Office) -> None:
    office.receive(UNSURE)
    assert office.state(OPT_OUT) is State.REVIEW
    assert office.server.flags() == [OURS]
    office.drag(INBOX, OPT_OUTS)
    assert office.state(OPT_OUT) is State.EFFECTIVE
    assert office.server.flags(OPT_OUTS) == [set()]
    assert office.mails() == [ANNA]


def test_a_flag_that_a_person_had_set_stays(office: Office) -> None:
    office.server.put(message(UNSURE))
    office.server.flag(on=True)
    office.run()
    assert office.server.flags() == [OURS]
    office.drag(INBOX, OPT_OUTS)
    assert office.server.flags(OPT_OUTS) == [{r"\Flagged"}]


@pytest.mark.parametrize(
    ("proof", "state", "answered"),
    [
        (PROVEN, State.CONFIRMED, [ANNA]),
        ("", State.AWAITING_CONFIRMATION, [ANNA]),
        (REFUTED, State.REVIEW, []),
    ],
    ids=["proven", "unproven", "refuted"],
)
def test_mail_dragged_into_cancellations_is_confirmed_only_where_it_is_proven(
    office: Office, proof: str, state: State, answered: list[str]
) -> None:
    office.receive(ORDINARY, more=proof)
    office.drag(INBOX, CANCELLATIONS)
    assert office.state(CANCELLATION) is state
    assert office.mails() == answered
    assert office.server.flags(CANCELLATIONS) == [OURS if state is State.REVIEW else set()]


def test_a_message_dragged_before_the_first_look_at_it_is_decided_once(office: Office) -> None:
    office.server.put(message(ORDINARY))
    office.drag(INBOX, OPT_OUTS)
    office.run()
    assert office.state(OPT_OUT) is State.EFFECTIVE
    assert office.mails() == [ANNA]


def test_a_copy_dragged_in_decides_and_the_inbox_stays_as_it_is(office: Office) -> None:
    office.receive(ORDINARY)
    office.drag(INBOX, OPT_OUTS, copy=True)
    office.run()
    assert office.state(OPT_OUT) is State.EFFECTIVE
    assert office.mails() == [ANNA]
    assert office.server.flags() == [set()]


def test_a_copy_of_mail_on_review_ends_the_review_in_the_inbox_too(office: Office) -> None:
    office.receive(UNSURE)
    office.drag(INBOX, OPT_OUTS, copy=True)
    office.run()
    assert office.server.flags() == []
    assert office.server.flags(OPT_OUTS) == [set(), set()]
    assert office.mails() == [ANNA]


def test_a_request_that_is_copied_before_the_first_look_is_answered_once(office: Office) -> None:
    office.server.put(message(ASKS))
    office.drag(INBOX, OPT_OUTS, copy=True)
    office.run()
    assert office.mails() == [ANNA]
    assert len(office.server.flags(OPT_OUTS)) == 2
    assert office.server.flags() == []


def test_what_we_move_ourselves_is_nobodys_decision(office: Office, log: LogCapture) -> None:
    office.receive(ASKS)
    office.receive(CANCELS, number=2, sender="bob@b.example")
    for _ in range(2):
        assert office.run().seen == 0
    assert len(office.mails()) == 2
    assert len(office.store.requests()) == 2
    assert "message_filed_by_staff" not in log.names
    assert office.store.ledger("support:Optoutd/Opt-outs") == []


def test_mail_that_no_request_can_be_made_of_is_flagged_where_it_was_put(office: Office) -> None:
    office.receive(ORDINARY, sender="colleague@shop.example")
    office.drag(INBOX, OPT_OUTS)
    assert office.store.requests() == []
    assert office.server.flags(OPT_OUTS) == [OURS]
    assert office.mails() == []


# Back to the inbox ---------------------------------------------------------------------------


def test_a_cancellation_dragged_back_is_paused_and_goes_on_when_dragged_again(
    office: Office, log: LogCapture
) -> None:
    office.receive(CANCELS, more=PROVEN)
    assert office.state(CANCELLATION) is State.CONFIRMED
    assert len(office.mails()) == 1
    office.drag(CANCELLATIONS, INBOX)
    assert office.state(CANCELLATION) is State.REVIEW
    assert office.server.flags() == [OURS]
    assert "message_moved_back" in log.names
    office.drag(INBOX, CANCELLATIONS)
    assert office.state(CANCELLATION) is State.CONFIRMED
    assert office.server.flags(CANCELLATIONS) == [set()]
    assert office.mails() == []


def test_an_opt_out_dragged_back_stays_in_effect_and_waits_for_a_person(office: Office) -> None:
    office.receive(ASKS)
    office.drag(OPT_OUTS, INBOX)
    assert office.state(OPT_OUT) is State.EFFECTIVE
    assert office.store.suppression(ANNA) is not None
    assert office.server.flags() == [OURS]
    assert len(office.mails()) == 1
    assert office.run().seen == 0
    assert office.server.flags() == [OURS]


def test_the_customers_yes_does_not_confirm_what_people_have_paused(office: Office) -> None:
    office.receive(CANCELS)
    (question,) = office.store.take_due(10, now=office.clock())
    office.drag(CANCELLATIONS, INBOX)
    assert office.state(CANCELLATION) is State.REVIEW
    thread = f"In-Reply-To: {question.mail.message_id}\r\n"
    office.receive("YES", number=2, more=thread)
    assert office.state(CANCELLATION) is State.REVIEW
    assert office.server.flags() == [OURS, OURS]


def test_a_second_delivery_of_the_same_message_is_no_drag(office: Office) -> None:
    for server in ("one", "two"):
        office.receive(CANCELS, more=f"Received: by {server}; now\r\n")
    assert office.state(CANCELLATION) is State.AWAITING_CONFIRMATION
    assert office.server.flags() == [set()]


def test_a_message_taken_from_our_folder_to_another_means_nothing(office: Office) -> None:
    office.receive(CANCELS)
    if isinstance(office.server, RealServer):
        office.server.client.create_folder("Archive")
    office.drag(CANCELLATIONS, "Archive")
    assert office.state(CANCELLATION) is State.AWAITING_CONFIRMATION


# Between the folders -------------------------------------------------------------------------


def test_from_opt_outs_to_cancellations_both_hold(office: Office) -> None:
    office.receive(ASKS)
    assert len(office.mails()) == 1
    office.drag(OPT_OUTS, CANCELLATIONS)
    assert office.state(OPT_OUT) is State.EFFECTIVE
    assert office.state(CANCELLATION) is State.AWAITING_CONFIRMATION
    assert len(office.mails()) == 1


def test_from_cancellations_to_opt_outs_the_cancellation_is_paused(office: Office) -> None:
    office.receive(CANCELS)
    office.drag(CANCELLATIONS, OPT_OUTS)
    assert office.state(OPT_OUT) is State.EFFECTIVE
    assert office.state(CANCELLATION) is State.REVIEW
    assert office.server.flags(OPT_OUTS) == [OURS]


# The mark ------------------------------------------------------------------------------------


def test_what_lies_in_a_folder_at_the_first_look_is_nobodys_decision(
    server: Server, store: Store, clock: Clock
) -> None:
    server.box.open()
    server.box.make_folder(OPT_OUTS)
    server.put(message(ORDINARY), OPT_OUTS)
    office = Office(server, store, clock)
    assert office.run().seen == 0
    assert store.requests() == []
    server.put(message(ORDINARY, number=2, sender="bob@b.example"), OPT_OUTS)
    assert office.run().seen == 1


def test_a_folder_that_was_made_anew_decides_nothing_by_what_lies_in_it(
    office: Office, log: LogCapture
) -> None:
    office.receive(ORDINARY)
    if isinstance(office.server, RealServer):
        person = office.server.client
        person.delete_folder(OPT_OUTS)
        person.create_folder(OPT_OUTS)
    else:
        assert isinstance(office.server, FakeServer)
        office.server.box.renumber_folder(OPT_OUTS)
    office.drag(INBOX, OPT_OUTS)
    assert office.store.requests() == []
    assert "uid_validity_changed" in log.names
    assert office.run().seen == 0


# The end of a review -------------------------------------------------------------------------


def test_when_a_review_ends_our_flag_goes_and_the_message_is_filed(office: Office) -> None:
    office.receive(UNSURE)
    office.receive(ASKS, number=2)  # clear this time: the request takes effect
    assert office.state(OPT_OUT) is State.EFFECTIVE
    assert office.server.flags() == []
    assert office.server.flags(OPT_OUTS) == [set(), set()]


def test_what_people_dismiss_in_the_terminal_is_unflagged_and_stays(office: Office) -> None:
    office.receive(UNSURE)
    (row,) = office.store.reviews()
    with office.store.batch() as batch:
        batch.end_review(row, resolution="dismissed", by="eva", now=office.clock())
    office.run()
    assert office.server.flags() == [set()]
    assert office.store.reviews() == []


def test_what_is_approved_in_the_terminal_and_dragged_at_once_loses_our_flag_too(
    office: Office,
) -> None:
    office.receive(UNSURE)
    (held,) = office.store.requests()
    office.clock.forward(minutes=1)
    change = Change(
        reference=held.reference,
        before=State.REVIEW,
        after=State.EFFECTIVE,
        reason="approved-by-staff",
    )
    approved = Decision(disposition=Disposition.ACT, reason="approved-by-staff", changes=(change,))
    with office.store.batch() as batch:
        batch.carry_out([Act(decision=approved, outgoing=None)], by="eva", now=office.clock())
    office.drag(INBOX, OPT_OUTS)  # before the next pass: it is in the inbox no more
    office.run()
    assert office.server.flags() == []
    assert office.server.flags(OPT_OUTS) == [set()]
    assert (office.state(OPT_OUT), office.mails()) == (State.EFFECTIVE, [])
    assert office.store.reviews() == []


def test_what_is_dragged_waits_for_nobody_in_the_terminal(office: Office) -> None:
    office.receive(UNSURE)
    office.drag(INBOX, OPT_OUTS)
    assert office.store.reviews() == []
    office.drag(OPT_OUTS, INBOX)
    assert [row.mailbox for row in office.store.reviews()] == ["support"]


def test_a_flag_taken_away_by_hand_ends_no_review(office: Office) -> None:
    office.receive(UNSURE)
    office.server.flag(on=False)
    office.run()
    assert office.state(OPT_OUT) is State.REVIEW
    assert len(office.server.flags()) == 1


# The other ways of filing --------------------------------------------------------------------


def receive_everything(office: Office) -> None:
    office.receive(ORDINARY, number=1, sender="olga@o.example")
    office.receive(ASKS, number=2)
    office.receive(CANCELS, number=3, sender="bob@b.example")
    office.receive(UNSURE, number=4, sender="eve@e.example")


def folders_of(server: Server) -> set[str]:
    if isinstance(server, RealServer):
        with server.server.client(server.user) as client:
            return {name for _, _, name in client.list_folders()}
    assert isinstance(server, FakeServer)
    return set(server.box.folders)


def test_with_flag_all_stays_and_is_marked(server: Server, store: Store, clock: Clock) -> None:
    office = Office(server, store, clock, filing="flag")
    receive_everything(office)
    assert server.flags() == [set(), {"$OptoutdOptOut"}, {"$OptoutdCancellation"}, OURS]
    assert OPT_OUTS not in folders_of(server)
    assert len(office.mails()) == 2
    office.run()
    assert len(server.flags("Sent")) == 2
    office.receive(ASKS, number=5, sender="eve@e.example")
    assert server.flags()[3:] == [{"$OptoutdOptOut"}] * 2


def test_with_none_nothing_is_written_and_all_is_done(
    server: Server, store: Store, clock: Clock
) -> None:
    before = folders_of(server)
    office = Office(server, store, clock, filing="none")
    receive_everything(office)
    assert server.flags() == [set()] * 4
    assert folders_of(server) == before
    assert store.suppression(ANNA) is not None
    assert len(office.mails()) == 2
    office.run()
    assert server.flags("Sent") == []


@pytest.mark.parametrize(("before", "after"), [("none", "move"), ("flag", "move")])
def test_another_way_of_filing_begins_with_the_next_message(
    server: Server, store: Store, clock: Clock, before: str, after: str
) -> None:
    office = Office(server, store, clock, filing=before)
    office.receive(ASKS)
    office.filing = after
    office.receive(ASKS, number=2, sender="bob@b.example")
    assert len(server.flags()) == 1
    assert len(server.flags(OPT_OUTS)) == 1
    assert office.run().seen == 0
    assert len(office.mails()) == 2


# Crashes -------------------------------------------------------------------------------------


@pytest.fixture
def fragile(clock: Clock) -> tuple[Office, FakeStore, FakeMailbox]:
    box, store = FakeMailbox(), FakeStore()
    return Office(FakeServer(box), store, clock), store, box


BUSY = TemporaryFailure("the store is busy", part="store")
LOST = TemporaryFailure("support: lost the server", part="support")


def test_our_own_move_that_was_not_noted_is_still_our_own(
    fragile: tuple[Office, FakeStore, FakeMailbox],
) -> None:
    office, store, _ = fragile
    store.fail_next("filed", BUSY)
    with pytest.raises(TemporaryFailure):
        office.receive(ASKS)
    assert len(office.server.flags(OPT_OUTS)) == 1
    for _ in range(2):
        assert office.run().seen == 0
    assert len(office.mails()) == 1


@pytest.mark.parametrize("step", ["inside", "heads", "fetch", "end_review"])
def test_a_drag_is_decided_once_though_the_connection_is_lost_at_any_step(
    fragile: tuple[Office, FakeStore, FakeMailbox], step: str
) -> None:
    office, _, box = fragile
    office.receive(UNSURE)
    office.server.drag(INBOX, OPT_OUTS)
    box.fail_next(step, LOST)
    # Headers are asked for once more at once.
    with nullcontext() if step == "heads" else pytest.raises(TemporaryFailure):
        office.run()
    office.run()
    office.run()
    assert office.mails() == [ANNA]
    assert office.server.flags(OPT_OUTS) == [set()]


@pytest.mark.parametrize("step", ["record", "filed", "set_mark", "our_flags"])
def test_a_drag_is_decided_once_though_the_store_fails_at_any_step(
    fragile: tuple[Office, FakeStore, FakeMailbox], step: str
) -> None:
    office, store, _ = fragile
    office.receive(UNSURE)
    office.server.drag(INBOX, OPT_OUTS)
    for _ in range(3):  # a failure of the batch itself is tried three times
        store.fail_next(step, BUSY)
    for _ in range(4):
        try:
            office.run()
        except TemporaryFailure:
            continue
    assert office.mails() == [ANNA]
    assert office.server.flags(OPT_OUTS) == [set()]
    assert office.state(OPT_OUT) is State.EFFECTIVE


def test_what_is_dragged_back_after_a_crash_before_our_note_is_dragged_back(
    fragile: tuple[Office, FakeStore, FakeMailbox],
) -> None:
    office, store, _ = fragile
    office.receive("Where is my invoice?")
    office.server.drag(INBOX, OPT_OUTS)
    store.fail_next("filed", BUSY)
    with pytest.raises(TemporaryFailure):
        office.run()
    assert office.state(OPT_OUT) is State.EFFECTIVE
    office.drag(OPT_OUTS, INBOX)
    assert office.server.flags() == [OURS]


@pytest.mark.parametrize("step", ["flag_for_review", "mark_as"])
def test_a_flag_set_before_a_crash_is_known_as_ours_after_it(
    fragile: tuple[Office, FakeStore, FakeMailbox], step: str
) -> None:
    office, store, box = fragile
    if step == "mark_as":
        store.fail_next("filed", BUSY)
    else:
        box.fail_next(step, LOST)
    with pytest.raises(TemporaryFailure):
        office.receive(UNSURE)
    office.run()
    assert office.server.flags() == [OURS]
    office.drag(INBOX, OPT_OUTS)
    assert office.server.flags(OPT_OUTS) == [set()]


@pytest.mark.parametrize("step", ["end_review", "move"])
def test_the_end_of_a_review_is_repeated_after_a_crash(
    fragile: tuple[Office, FakeStore, FakeMailbox], step: str
) -> None:
    office, store, box = fragile
    office.receive(UNSURE)
    store.fail_next("end_reviews", BUSY)
    with pytest.raises(TemporaryFailure):
        office.receive(ASKS, number=2)
    box.fail_next(step, LOST)
    with pytest.raises(TemporaryFailure):
        office.run()
    office.run()
    assert office.server.flags() == []
    assert office.server.flags(OPT_OUTS) == [set(), set()]


# Races ---------------------------------------------------------------------------------------


def test_a_message_copied_while_the_inbox_is_read_is_not_taken_for_one_dragged_back(
    fragile: tuple[Office, FakeStore, FakeMailbox],
) -> None:
    """It comes after the inbox was listed, and is copied before the folder is looked into."""
    office, _, box = fragile
    seen = box.uids_above

    def late(uid: int) -> list[int]:
        found = seen(uid)
        if not box.folder(OPT_OUTS):
            box.drag(box.deliver(message(CANCELS), internal_date=NOW), OPT_OUTS, copy=True)
        return found

    box.uids_above = late  # type: ignore[method-assign]
    office.run()
    assert office.state(OPT_OUT) is None
    office.run()
    office.run()
    assert office.state(CANCELLATION) is State.AWAITING_CONFIRMATION
    assert office.state(OPT_OUT) is State.EFFECTIVE
    assert office.server.flags() == []


def test_a_message_dragged_between_our_decision_and_our_move_is_decided_by_the_person(
    fragile: tuple[Office, FakeStore, FakeMailbox],
) -> None:
    office, _, box = fragile
    move = box.move

    def late(uids: Sequence[int], folder: str, *, again: bool = False) -> None:
        for uid in uids:
            box.drag(uid, CANCELLATIONS)
        move(uids, folder, again=again)

    box.move = late  # type: ignore[method-assign]
    office.receive(ASKS)
    office.run()
    assert office.state(OPT_OUT) is State.EFFECTIVE
    assert office.state(CANCELLATION) is State.AWAITING_CONFIRMATION
    assert len(office.mails()) == 2


def test_mail_that_comes_while_a_folder_is_looked_into_is_noticed(
    fragile: tuple[Office, FakeStore, FakeMailbox],
) -> None:
    office, _, box = fragile
    office.receive(ORDINARY)
    office.server.drag(INBOX, OPT_OUTS)
    heads = box.heads

    def late(uids: Sequence[int]) -> dict[int, bytes]:
        box.deliver(message(ASKS, number=2), internal_date=NOW)
        return heads(uids)

    box.heads = late  # type: ignore[method-assign]
    office.run()
    assert box.wait(0)


# Many at once --------------------------------------------------------------------------------


def test_a_restored_inbox_is_not_taken_for_a_thousand_drags(
    fragile: tuple[Office, FakeStore, FakeMailbox], log: LogCapture
) -> None:
    office, store, box = fragile
    count = 3 * MOST_MOVED_BACK
    for number in range(count):
        raw = message(ASKS, number=number, sender=f"anna-{number}@a.example")
        box.deliver(raw, internal_date=NOW)
    office.run()
    office.drag(OPT_OUTS, INBOX)
    flagged = [flags for flags in office.server.flags() if flags]
    assert len(flagged) == MOST_MOVED_BACK
    assert "many_moved_back" in log.names
    assert sum(r.state is State.EFFECTIVE for r in store.requests()) == count


def test_many_moves_of_ours_are_known_without_their_texts(
    fragile: tuple[Office, FakeStore, FakeMailbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    office, _, box = fragile
    monkeypatch.setattr("daemon.folders._HEADS", 10)
    for number in range(25):
        raw = message(ASKS, number=number, sender=f"anna-{number}@a.example")
        box.deliver(raw, internal_date=NOW - timedelta(days=1))
    office.run()
    fetched = box.calls.count("fetch")
    office.run()
    assert box.calls.count("heads") == 3
    assert box.calls.count("fetch") == fetched
    office.run()
    assert box.calls.count("heads") == 3


def test_folders_that_cannot_be_looked_into_stop_nothing(
    fragile: tuple[Office, FakeStore, FakeMailbox], log: LogCapture
) -> None:
    office, _, box = fragile
    box.standing = _refuse  # type: ignore[method-assign]
    office.receive(ASKS)
    assert office.state(OPT_OUT) is State.EFFECTIVE
    assert "folder_failed" in log.names


def _refuse(folder: str) -> Standing | None:
    raise TemporaryFailure(
        f"support: did not look at {folder}: NO", part="support", is_refusal=True
    )


# Mailboxes that share an account -------------------------------------------------------------


def test_two_mailboxes_of_one_account_take_no_move_of_the_other_for_a_persons(
    clock: Clock,
) -> None:
    store, box = FakeStore(), FakeMailbox()
    twin = FakeMailbox("cancel")
    twin.folders[OPT_OUTS] = box.folders.setdefault(OPT_OUTS, [])
    twin.folders[CANCELLATIONS] = box.folders.setdefault(CANCELLATIONS, [])
    routes = [route(one, store, clock=clock) for one in (box, twin)]
    for one in routes:
        one.account = ("support", "cancel")
        one.run()
    # The two fakes number a folder by themselves: the second one goes on where the first ended.
    box.deliver(message(ASKS), internal_date=NOW)
    clock.forward(minutes=1)
    routes[0].run()
    raw = message(ASKS, number=2, sender="bob@b.example")
    box.drag(box.deliver(raw, internal_date=NOW), "elsewhere")
    twin.deliver(raw, internal_date=NOW)
    twin._uid_next[OPT_OUTS] = box._uid_next[OPT_OUTS]
    routes[1].run()
    box.folders[OPT_OUTS] = twin.folders[OPT_OUTS]
    box._uid_next[OPT_OUTS] = twin._uid_next[OPT_OUTS]
    for _ in range(2):
        clock.forward(minutes=1)
        assert [one.run().seen for one in routes] == [0, 0]
    assert len(box.folder(OPT_OUTS)) == 2
    assert len(store.take_due(10, now=clock())) == 2
    assert store.mark("cancel:Optoutd/Opt-outs") is None


def test_a_review_goes_on_after_the_inbox_was_renumbered(
    fragile: tuple[Office, FakeStore, FakeMailbox],
) -> None:
    office, _, box = fragile
    office.receive(UNSURE)
    box.renumber()
    office.run()
    assert office.server.flags() == [OURS]
    office.receive(ASKS, number=2)
    assert office.server.flags() == []
    assert office.server.flags(OPT_OUTS) == [set(), set()]
