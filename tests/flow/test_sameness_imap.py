"""Which message is which, on a real server: what other clients and restores do to a mailbox.

A second client acts at exactly the moment in question, on a connection of its own.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from daemon.errors import TemporaryFailure
from daemon.flow import PassReport, Route
from daemon.mailboxes.imap import ImapMailbox
from daemon.ports import Store
from handlers.values import Filing, Intent, RawMessage, State
from tests.flow.routes import NOW, Clock, message, route, store_in
from tests.servers.dovecot import Dovecot
from tests.servers.settings import mailbox_settings
from tests.unit.log_capture import LogCapture

pytestmark = pytest.mark.dovecot

ASKS = "Please unsubscribe me."
CANCELS = "Please cancel my account."
ORDINARY = "Where is my invoice?"
OPT_OUTS = Filing.OPT_OUTS.value
PROVEN = "Authentication-Results: mx.shop.example; dmarc=pass header.from=customer.example\r\n"
WITHOUT_MOVE = "IMAP4rev1 LITERAL+ IDLE NAMESPACE UIDPLUS UNSELECT SPECIAL-USE"


class Meddled(ImapMailbox):
    """A mailbox in which somebody acts right after a fetch, or right before a move."""

    after_fetch: Callable[[], None] = staticmethod(lambda: None)
    before_move: Callable[[], None] = staticmethod(lambda: None)

    def fetch(
        self, uids: Sequence[int], *, max_bytes: int, singly: bool = False
    ) -> list[RawMessage]:
        found = super().fetch(uids, max_bytes=max_bytes, singly=singly)
        self.after_fetch()
        return found

    def move(self, uids: Sequence[int], folder: str, *, again: bool = False) -> None:
        self.before_move()
        super().move(uids, folder, again=again)


@dataclass
class House:
    """A mailbox on a server, the store, and the people who use the mailbox as well."""

    server: Dovecot
    user: str
    store: Store
    clock: Clock
    folder: str = "INBOX"
    name: str = "support"

    def __post_init__(self) -> None:
        settings = mailbox_settings(self.server, self.user, folder=self.folder, name=self.name)
        self.box = Meddled(settings, "secret")
        self.route: Route = route(self.box, self.store, clock=self.clock)

    def run(self) -> PassReport:
        return self.route.run()

    def put(self, raw: bytes, folder: str = "") -> None:
        self.server.append(self.user, folder or self.folder, raw, self.clock())

    def act(self, do: Callable[[Any], object], folder: str = "") -> None:
        """Somebody does something in a folder with a mail client."""
        with self.server.client(self.user) as client:
            client.select_folder(folder or self.folder)
            do(client)

    def texts(self, folder: str = "") -> list[bytes]:
        stored = self.server.folder(self.user, folder or self.folder)
        return [m.raw.partition(b"\r\n\r\n")[2].strip() for m in stored]

    @property
    def states(self) -> list[State]:
        return [r.state for r in self.store.requests()]

    @property
    def mails(self) -> int:
        return len(self.store.take_due(1000, now=self.clock()))


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with store_in(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def house(
    dovecot: Dovecot, new_user: Callable[[str], str], store: Store, clock: Clock
) -> Iterator[House]:
    made = House(dovecot, new_user("same"), store, clock)
    yield made
    made.box.close()


@pytest.fixture(scope="module")
def old_server() -> Iterator[Dovecot]:
    """One without MOVE."""
    with Dovecot({"support@shop.example": "secret"}, capability=WITHOUT_MOVE) as server:
        yield server


# Vanishing ------------------------------------------------------------------------------------


def _delete(client: Any) -> None:
    client.delete_messages(client.search("ALL"))
    client.expunge()


def _take_away(client: Any) -> None:
    client.copy(client.search("ALL"), "Handled")
    _delete(client)


def _file(client: Any) -> None:
    client.copy(client.search("ALL"), OPT_OUTS)
    _delete(client)


@pytest.mark.parametrize(
    ("server", "moment", "do"),
    [
        ("dovecot", "after_fetch", _delete),
        ("dovecot", "after_fetch", _file),
        ("dovecot", "before_move", _delete),
        ("dovecot", "before_move", _take_away),
        ("dovecot", "before_move", _file),
        ("old_server", "before_move", _delete),
        ("old_server", "before_move", _file),
    ],
)
def test_a_message_that_vanishes_meanwhile_leaves_one_request_and_one_reply(
    request: pytest.FixtureRequest,
    server: str,
    store: Store,
    clock: Clock,
    do: Callable[[Any], None],
    moment: str,
) -> None:
    running: Dovecot = request.getfixturevalue(server)
    user = f"gone-{do.__name__}-{moment}@shop.example"
    running.add_user(user)
    house = House(running, user, store, clock)
    house.run()
    house.run()
    with running.client(user) as person:
        person.create_folder("Handled")
    house.put(message(ASKS))
    setattr(house.box, moment, lambda: house.act(do))
    assert house.run().seen == 1
    setattr(house.box, moment, lambda: None)
    house.put(message(ORDINARY, number=2))
    house.run()
    house.run()
    assert house.states == [State.EFFECTIVE]
    assert house.mails == 1
    assert house.texts() == [ORDINARY.encode()]
    assert len(house.texts(OPT_OUTS)) == (do is _file)
    assert store.unfiled("support", house.box.open().uid_validity) == {}
    house.box.close()


# Made anew, restored, renumbered --------------------------------------------------------------


def test_a_folder_that_is_deleted_and_made_anew_under_us_is_read_anew(
    house: House, log: LogCapture
) -> None:
    with house.server.client(house.user) as person:
        person.create_folder("Requests")
    there = House(house.server, house.user, house.store, house.clock, folder="Requests")
    there.put(message(ASKS))
    there.put(message(ORDINARY, number=2))
    there.run()
    with house.server.client(house.user) as person:
        person.delete_folder("Requests")
        person.create_folder("Requests")
    there.put(message(ORDINARY, number=2))
    there.put(message(ASKS, sender="bob@b.example", number=3))
    for _ in range(3):
        try:
            there.run()
        except TemporaryFailure:  # the connection to the old one
            continue
    assert log.names.count("uid_validity_changed") == 1
    assert there.states == [State.EFFECTIVE] * 2
    assert there.mails == 2
    assert there.texts() == [ORDINARY.encode()]
    there.box.close()


def test_a_folder_of_ours_that_somebody_deletes_is_made_again_and_watched(house: House) -> None:
    house.run()
    house.run()
    for sender in ("anna@a.example", "bob@b.example"):
        with house.server.client(house.user) as person:
            person.delete_folder(OPT_OUTS)
        house.run()
        house.put(message(ORDINARY, sender=sender))
        house.act(lambda client: client.move(client.search("ALL"), OPT_OUTS))
        house.run()
    assert house.states == [State.EFFECTIVE] * 2
    assert house.mails == 2


@pytest.mark.parametrize("new", [0, 1, 4], ids=["no new mail", "as much", "more"])
def test_a_mailbox_restored_from_a_copy_of_its_folder_loses_no_request(
    house: House, tmp_path: Path, log: LogCapture, new: int
) -> None:
    """The UIDs of what came after the backup are given out again, to other messages."""
    house.put(message(ORDINARY, number=1))
    house.put(message(CANCELS, number=2, more=PROVEN))
    house.run()
    backup = tmp_path / "backup"
    maildir = house.server.maildir(house.user)
    shutil.copytree(maildir, backup)
    house.put(message(ASKS, sender="lost@b.example", number=3))
    house.put(message(ORDINARY, number=4))
    house.run()
    house.box.close()
    house.server.stop()
    shutil.rmtree(maildir)
    _copy_as_they_are(backup, maildir)
    house.server.start()
    house.clock.forward(hours=1)
    people = {f"p{number}@b.example" for number in range(new)}
    for number, sender in enumerate(sorted(people)):
        house.put(message(ASKS, sender=sender, number=10 + number))
    house.run()
    assert {r.address_key for r in house.store.requests()} == {
        "anna@customer.example", "lost@b.example", *people,
    }  # fmt: skip
    assert house.mails == 2 + new
    assert house.texts() == [ORDINARY.encode()]
    assert log.names.count("uids_given_out_again") == 1
    assert house.run().seen == 0


def _copy_as_they_are(source: Path, to: Path) -> None:
    """With owner: the mail belongs to somebody else than us."""
    shutil.copytree(source, to)
    owner = to.parent.stat()
    for path in (to, *to.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)


def test_an_account_made_anew_with_all_its_old_mail_answers_nobody(
    house: House, new_user: Callable[[str], str], log: LogCapture
) -> None:
    """All is appended with the time of the copying, and half of it after our first look."""
    old = NOW - timedelta(days=1000)
    stamp = f"Received: from a by mx.shop.example; {old:%a, %d %b %Y %H:%M:%S} +0000\r\n"
    raws = [
        message(text, number=number, when=old, more=PROVEN + stamp, sender=f"p{number}@a.example")
        for number, text in enumerate((CANCELS, ASKS, ORDINARY))
    ]
    house.route.backlog = "new"
    for raw in raws:
        house.server.append(house.user, "INBOX", raw, old)
    house.run()
    house.put(message(CANCELS, number=7, more=PROVEN))
    house.run()
    assert house.mails == 1
    raws += [m.raw for m in house.server.folder(house.user, Filing.CANCELLATIONS.value)]
    house.box.close()

    house.clock.forward(days=1)
    moved = House(house.server, new_user("same"), house.store, house.clock)
    moved.route.backlog = "new"
    moved.put(raws[0])
    house.server.renumber(moved.user)  # two accounts made within one second have one UIDVALIDITY
    moved.run()
    for raw in raws[1:]:
        moved.put(raw)
    moved.run()
    assert moved.mails == 0
    # Beside what we confirmed an opt-out in silence: that one was copied in too late to be left.
    assert sorted((r.kind, r.state) for r in moved.store.requests()) == [
        (Intent.CANCELLATION, State.CONFIRMED),
        (Intent.OPT_OUT, State.EFFECTIVE),
    ]
    assert log.names.count("uid_validity_changed") == 1
    moved.box.close()


def test_of_two_copies_in_one_account_each_one_can_be_dragged_back(house: House) -> None:
    """The customer wrote to both addresses; both are folders of one account."""
    with house.server.client(house.user) as person:
        person.create_folder("Cancel")
    other = House(
        house.server, house.user, house.store, house.clock, folder="Cancel", name="cancel"
    )
    for one in (house, other, house, other):
        one.route.account = ("support", "cancel")
        one.run()
    for one in (house, other):
        one.put(message(CANCELS, more=f"{PROVEN}Received: by {one.name}\r\n"))
    for one in (house, other):
        one.run()
        house.clock.forward(minutes=1)
    assert house.states == [State.CONFIRMED]
    cancellations = Filing.CANCELLATIONS.value
    assert len(house.texts(cancellations)) == 2
    house.act(
        lambda client: client.move(client.search(["TEXT", "by support"]), "INBOX"), cancellations
    )
    for one in (house, other):
        one.run()
    assert house.states == [State.REVIEW]
    # And into the folder again: it goes on where it was.
    house.clock.forward(minutes=1)
    house.act(lambda client: client.move(client.search("ALL"), cancellations))
    for one in (house, other):
        one.run()
    assert house.states == [State.CONFIRMED]
    assert house.mails == 1
    other.box.close()


def test_what_is_expunged_and_appended_again_is_known(house: House) -> None:
    """As a client does that moves between two accounts and back."""
    house.put(message(ASKS, more="Received: by mx\r\n"))
    house.put(message(ORDINARY, number=2))
    house.run()
    (asks,) = house.server.folder(house.user, OPT_OUTS)
    (ordinary,) = house.server.folder(house.user)
    for folder in ("INBOX", OPT_OUTS):
        house.act(_delete, folder)
    house.clock.forward(hours=1)
    for raw in (asks.raw, ordinary.raw):
        house.put(raw)
    house.run()
    assert house.states == [State.EFFECTIVE]
    assert house.mails == 1
    flags = [m.flags for m in house.server.folder(house.user)]
    assert flags == [{r"\Flagged", "$OptoutdReview"}, frozenset()]  # as dragged back, and known


def test_a_folder_of_ours_that_was_out_of_sight_for_a_pass_makes_no_requests(
    house: House,
) -> None:
    folder = Filing.CANCELLATIONS.value
    with house.server.client(house.user) as person:
        person.create_folder(folder)
    # Before the first look: what lies there is nobody's decision.
    house.put(message(CANCELS), folder)
    house.run()
    with house.server.client(house.user) as person:
        person.rename_folder(folder, "Away")
    house.run()
    with house.server.client(house.user) as person:
        person.delete_folder(folder)
        person.rename_folder("Away", folder)
    house.run()
    house.run()
    assert house.states == []
