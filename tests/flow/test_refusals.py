"""What a server refuses, or hangs up at: one alarm, no loop, and the inbox is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from daemon.errors import LeaseLost, OptoutdError, PermanentFailure, TemporaryFailure
from daemon.flow import Route
from daemon.mailboxes import open_mailbox
from tests.contract.fake_mailbox import FakeMailbox
from tests.contract.fake_store import FakeStore
from tests.flow.routes import Clock, message, route, store_in
from tests.servers.dovecot import Dovecot
from tests.servers.settings import mailbox_settings
from tests.unit.log_capture import LogCapture

ASKS = "Please unsubscribe me."
OPT_OUTS = "Optoutd/Opt-outs"
OVER_QUOTA = TemporaryFailure(  # as servers say it that know no code for it
    "support: did not move messages: NO You exceeded your mail quota.",
    part="support",
    is_refusal=True,
)
LOST = TemporaryFailure("support: lost imap.example:993", part="support")


def asks(number: int) -> bytes:
    return message(ASKS, number=number, sender=f"p{number}@customer.example")


# On a fake ------------------------------------------------------------------------------------


class Office:
    """A route over a fake mailbox that has been looked at once."""

    def __init__(self) -> None:
        self.box, self.store = FakeMailbox(), FakeStore()
        self.route = route(self.box, self.store, clock=Clock())
        self.route.run()
        self._number = 0

    def receive(self) -> None:
        self._number += 1
        self.box.deliver(asks(self._number))

    def requests(self) -> int:
        return len(self.store.requests())


@pytest.fixture
def office() -> Office:
    return Office()


def test_mail_that_is_refused_without_a_code_keeps_no_other_from_being_read(
    office: Office, log: LogCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(office.box, "move", raising(OVER_QUOTA))
        for number in range(1, 4):
            office.receive()
            office.route.run()
            assert office.requests() == number
    assert log.fields("filing_failed", "folder") == [OPT_OUTS]
    office.route.run()
    assert [len(uids) for uids in log.fields("messages_filed", "uids")] == [3]
    assert office.box.folder() == []
    with monkeypatch.context() as patch:  # another time is another trouble
        patch.setattr(office.box, "move", raising(OVER_QUOTA))
        office.receive()
        office.route.run()
    assert len(log.named("filing_failed")) == 2


def test_copies_that_are_refused_end_no_pass(office: Office, log: LogCapture) -> None:
    office.receive()
    office.route.run()
    (queued,) = office.store.take_due(1, now=Clock()())
    office.store.sent({queued.row: "250"}, now=Clock()())
    for _ in range(3):
        office.box.fail_next("append_sent", OVER_QUOTA)
        office.route.run()
    assert len(log.named("copies_failed")) == 1
    office.route.run()
    assert len(office.box.folder("Sent")) == 1


def test_a_server_that_hangs_up_at_a_folder_is_one_alarm_and_the_inbox_is_reached(
    office: Office, log: LogCapture
) -> None:
    # Most likely it is the server that is away: the pass ends, and the watch tells of it.
    office.box.fail_next("standing", LOST)
    with pytest.raises(TemporaryFailure):
        office.route.run()
    assert log.named("folder_failed") == []
    # It may be that folder, though, and never the inbox's loss.
    for number in range(1, 4):
        office.receive()
        office.route.run()
        assert office.requests() == number
        office.box.fail_next("standing", LOST)
        with pytest.raises(TemporaryFailure):
            office.route.run()
    assert len(log.named("folder_failed")) == 1
    office.route.run()
    office.route.run()
    assert len(log.named("folder_recovered")) == 1


def test_a_server_that_hangs_up_at_each_move_still_has_its_inbox_read(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office.box, "move", raising(LOST))
    for _ in range(6):
        office.receive()
        with pytest.raises(TemporaryFailure):
            office.route.run()
    assert office.requests() >= 5


def test_a_lease_that_is_lost_inside_a_folder_is_no_trouble_of_the_folder(
    office: Office, log: LogCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = office.box.deliver(message("Hello"))
    office.route.run()
    office.box.drag(uid, OPT_OUTS)
    monkeypatch.setattr(office.store, "batch", raising(LeaseLost("support")))
    with pytest.raises(LeaseLost):
        office.route.run()
    assert log.named("folder_failed") == []


def raising(error: OptoutdError) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error

    return fail


# On a real server -----------------------------------------------------------------------------

_RIGHTS_AND_QUOTA = """
mail_plugins = acl quota
protocol imap {
  mail_plugins = acl quota imap_acl imap_quota
}
plugin {
  acl = vfile:/nowhere:cache_secs=0
  quota = maildir:User quota
  quota_rule = *:messages=8
}
"""


class RealOffice:
    """A real route, store and server, which moves by COPY and holds eight messages a user."""

    def __init__(self, server: Dovecot, user: str, folder: Path, stack: ExitStack) -> None:
        self.server, self.user = server, user
        server.add_user(user)
        self.box = open_mailbox(mailbox_settings(server, user), "secret")
        stack.callback(self.box.close)
        self.store = stack.enter_context(store_in(folder, Clock()))
        self.route: Route = route(self.box, self.store, clock=Clock())

    def rights(self, rights: str, folder: str = "") -> None:
        """The user's own rights to a folder (RFC 4314); '' is the inbox."""
        place = self.server.maildir(self.user) / (f".{folder.replace('/', '.')}" if folder else "")
        (place / "dovecot-acl").write_text(f"owner {rights}\n")

    def receive(self, number: int) -> None:
        self.server.deliver(self.user, asks(number))

    def holds(self, folder: str = "INBOX") -> int:
        return len(self.server.folder(self.user, folder))

    def requests(self) -> int:
        return len(self.store.requests())


@pytest.fixture(scope="module")
def strict_server() -> Iterator[Dovecot]:
    capability = "IMAP4rev1 NAMESPACE UIDPLUS IDLE"
    with Dovecot(extra=_RIGHTS_AND_QUOTA, capability=capability) as server:
        yield server


@pytest.fixture
def strict(
    strict_server: Dovecot, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[RealOffice]:
    with ExitStack() as stack:
        user = f"u{abs(hash(request.node.name))}@shop.example"
        yield RealOffice(strict_server, user, tmp_path, stack)


@pytest.mark.dovecot
def test_an_exceeded_quota_is_one_alarm_and_over_when_there_is_room(
    strict: RealOffice, log: LogCapture
) -> None:
    for number in range(8):
        strict.receive(number)
    for _ in range(3):
        strict.route.run()
    (failed,) = log.named("filing_failed")
    assert "[OVERQUOTA]" in str(failed["error"])
    assert (strict.requests(), strict.holds(), strict.holds(OPT_OUTS)) == (8, 8, 0)
    # COPY takes room for a moment: somebody empties half of it, and it goes on by itself.
    with strict.server.client(strict.user) as client:
        client.select_folder("INBOX")
        client.delete_messages([1, 2, 3, 4])
        client.uid_expunge([1, 2, 3, 4])
    strict.route.run()
    assert (strict.holds(), strict.holds(OPT_OUTS)) == (0, 4)
    assert len(log.named("filing_failed")) == 1


@pytest.mark.dovecot
def test_an_inbox_in_which_nothing_may_be_deleted_is_read_and_nothing_copied_again_and_again(
    strict: RealOffice, log: LogCapture
) -> None:
    strict.rights("lrswi")  # and LMTP may still put mail in
    for number in range(3):
        strict.receive(number)
        strict.route.run()
        assert strict.requests() == number + 1
    assert len(log.named("filing_failed")) == 1
    strict.rights("lrswipte")
    assert strict.holds(OPT_OUTS) == 0
    strict.route.run()
    assert (strict.holds(), strict.holds(OPT_OUTS)) == (0, 3)


@pytest.mark.dovecot
def test_a_folder_of_ours_that_can_only_be_read_is_one_alarm_and_no_new_login(
    strict: RealOffice, log: LogCapture
) -> None:
    strict.route.run()
    strict.server.append(strict.user, OPT_OUTS, message("Hello"))
    before = strict.server.logins(strict.user)
    strict.rights("lr", OPT_OUTS)
    for number in range(3):
        strict.receive(number)
        strict.route.run()
        assert strict.requests() == number + 1
    assert log.fields("folder_failed", "folder") == [OPT_OUTS]
    assert log.fields("filing_failed", "folder") == [OPT_OUTS]
    assert strict.server.logins(strict.user) == before
    strict.rights("lrswipte", OPT_OUTS)
    strict.route.run()
    assert log.fields("folder_recovered", "folder") == [OPT_OUTS]
    assert strict.holds() == 0


@pytest.mark.dovecot
def test_an_inbox_that_can_only_be_read_is_a_permanent_failure_and_no_new_login(
    strict: RealOffice,
) -> None:
    strict.receive(1)
    strict.rights("lr")
    for _ in range(3):
        with pytest.raises(PermanentFailure, match="reading only"):
            strict.route.run()
    assert strict.server.logins(strict.user) == 1
    strict.rights("lrswipte")
    strict.route.run()
    assert strict.requests() == 1
