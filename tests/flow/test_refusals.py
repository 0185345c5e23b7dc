"""What a server refuses, or hangs up at: one alarm, no loop, and the inbox is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest

from daemon.errors import LeaseLost, OptoutdError, PermanentFailure, TemporaryFailure
from daemon.flow import Route
from daemon.mailboxes import open_mailbox
from daemon.ports import Selected
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
        self.box, self.store, self.clock = FakeMailbox(), FakeStore(), Clock()
        self.route = route(self.box, self.store, clock=self.clock)
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
    assert log.fields("copies_recovered", "mailbox") == ["support"]


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


def test_a_folder_that_is_renumbered_before_the_visit_is_not_read_under_its_old_number(
    office: Office, log: LogCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = office.box.deliver(message("Hello"))
    office.route.run()
    office.box.drag(uid, OPT_OUTS)
    inside = office.box.inside

    def renumbered(folder: str) -> AbstractContextManager[int]:
        if folder == OPT_OUTS:
            office.box.renumber_folder(folder)
        return inside(folder)

    with monkeypatch.context() as patch:
        patch.setattr(office.box, "inside", renumbered)
        office.route.run()
    assert office.store.ledger(f"support:{OPT_OUTS}") == []
    office.route.run()
    assert len(log.named("uid_validity_changed")) == 1


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


# One message of many ------------------------------------------------------------------------


class Picky(FakeMailbox):
    """A server that refuses each command that names one of some messages, and does none of it."""

    def __init__(self) -> None:
        super().__init__()
        self.unmovable: set[int] = set()
        self.moves: list[list[int]] = []
        self.again: list[bool] = []

    def move(self, uids: Sequence[int], folder: str, *, again: bool = False) -> None:
        self.moves.append(list(uids))
        self.again.append(again)
        if self.unmovable & set(uids):
            raise OVER_QUOTA
        super().move(uids, folder, again=again)

    def flag_for_review(self, uids: Sequence[int]) -> None:
        if self.unmovable & set(uids):
            raise OVER_QUOTA
        super().flag_for_review(uids)

    def end_review(self, uids: Sequence[int], *, unflag: Sequence[int]) -> None:
        if self.unmovable & set(uids):
            raise OVER_QUOTA
        super().end_review(uids, unflag=unflag)


class PickyOffice:
    """A route over such a server, that has been looked at once."""

    def __init__(self) -> None:
        self.box, self.store, self.clock = Picky(), FakeStore(), Clock()
        self.route = route(self.box, self.store, clock=self.clock)
        self.route.run()

    def receive(self, *numbers: int, text: str = ASKS) -> None:
        for number in numbers:
            sender = f"p{number}@customer.example"
            self.box.deliver(message(text, number=number, sender=sender))

    def waiting(self) -> list[int]:
        return [held.uid for held in self.box.folder()]


@pytest.fixture
def picky() -> PickyOffice:
    return PickyOffice()


def test_a_message_that_cannot_be_moved_keeps_no_other_from_its_folder(
    picky: PickyOffice, log: LogCapture
) -> None:
    picky.receive(*range(1, 61))
    picky.box.unmovable = {7, 30}
    picky.route.run()
    assert picky.waiting() == [7, 30]
    # In halves: far fewer commands than messages.
    assert len(picky.box.moves) < 30
    # What was refused together may have been done for some: they are not copied again.
    assert not picky.box.again[0]
    assert all(picky.box.again[1:])
    assert log.fields("filing_failed", "uids") == [[7, 30]]
    filed = [uid for uids in log.fields("messages_filed", "uids") for uid in uids]
    assert sorted(filed) == sorted({*range(1, 61)} - {7, 30})


def test_what_cannot_be_moved_is_told_once_and_tried_again_seldom(
    picky: PickyOffice, log: LogCapture
) -> None:
    picky.receive(1, 2, 3)
    picky.box.unmovable = {2}
    picky.route.run()
    picky.box.moves.clear()
    for number in range(4, 20):  # a minute apart
        picky.receive(number)
        picky.clock.forward(minutes=1)
        picky.route.run()
    assert picky.waiting() == [2]
    assert all(uids != [2] and len(uids) == 1 for uids in picky.box.moves)
    picky.clock.forward(hours=2)
    picky.route.run()
    assert picky.box.moves[-1] == [2]
    assert len(log.named("filing_failed")) == 1
    picky.box.unmovable.clear()
    picky.clock.forward(hours=12)
    picky.route.run()
    assert picky.waiting() == []
    assert log.fields("filing_recovered", "folder") == [OPT_OUTS]


def test_an_exceeded_quota_behind_a_message_that_cannot_be_moved_is_an_alarm_of_its_own(
    picky: PickyOffice, log: LogCapture
) -> None:
    picky.receive(1, 2, 3)
    picky.box.unmovable = {2}
    picky.route.run()
    for again in range(1, 3):
        picky.receive(10 * again)
        picky.box.unmovable = set(range(1, 100))
        picky.route.run()
        picky.route.run()
        assert len(log.named("filing_failed")) == 1 + again
        picky.box.unmovable = {2}
        picky.route.run()
        assert picky.waiting() == [2]
        assert len(log.named("filing_recovered")) == again


def test_a_server_that_refuses_everything_is_asked_little(
    picky: PickyOffice, log: LogCapture
) -> None:
    picky.receive(*range(1, 151))
    picky.box.unmovable = set(range(1, 200))
    picky.route.run()
    assert len(picky.box.moves) <= 30
    picky.box.moves.clear()
    for _ in range(5):
        picky.route.run()
    assert [len(uids) for uids in picky.box.moves] == [150] * 5
    assert len(log.named("filing_failed")) == 1
    picky.box.unmovable.clear()
    picky.route.run()
    assert picky.waiting() == []
    assert len(log.named("filing_recovered")) == 1


def test_a_message_that_cannot_be_flagged_keeps_no_other_from_being_flagged(
    picky: PickyOffice, log: LogCapture
) -> None:
    picky.receive(1, 2, 3, text="When can you cancel my account?")
    picky.box.unmovable = {2}
    picky.route.run()
    flagged = [held.uid for held in picky.box.folder() if r"\Flagged" in held.flags]
    assert flagged == [1, 3]
    assert log.fields("filing_failed", "folder") == ["review"]


def test_a_copy_that_is_refused_keeps_no_other_from_the_sent_folder(
    picky: PickyOffice, log: LogCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    picky.receive(1, 2, 3)
    picky.route.run()
    for queued in picky.store.take_due(9, now=Clock()()):
        picky.store.sent({queued.row: "250"}, now=Clock()())
    bad = picky.store.outbox[1].mail.raw
    put = picky.box.append_sent

    def append_sent(mails: Sequence[bytes], *, done: Callable[[int], None]) -> None:
        for mail in mails:
            if mail == bad:
                raise OVER_QUOTA
            put([mail], done=done)

    monkeypatch.setattr(picky.box, "append_sent", append_sent)
    for _ in range(3):
        picky.route.run()
    assert len(picky.box.folder("Sent")) == 2
    assert len(log.named("copies_failed")) == 1
    assert bad not in [held.raw for held in picky.box.folder("Sent")]


def test_a_server_that_hangs_up_after_some_copies_gets_each_once_and_every_other_pass_is_good(
    picky: PickyOffice, log: LogCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    picky.receive(*range(1, 13))
    picky.route.run()
    for queued in picky.store.take_due(99, now=picky.clock()):
        picky.store.sent({queued.row: "250"}, now=picky.clock())
    put, open_anew, left = picky.box.append_sent, picky.box.open, [5]

    def append_sent(mails: Sequence[bytes], *, done: Callable[[int], None]) -> None:
        for mail in mails:
            if not left[0]:
                picky.box.lose_connection()
                raise LOST
            left[0] -= 1
            put([mail], done=done)

    def reopened() -> Selected:
        left[0] = 5
        return open_anew()

    monkeypatch.setattr(picky.box, "append_sent", append_sent)
    monkeypatch.setattr(picky.box, "open", reopened)
    went_well = []
    for _ in range(8):
        try:
            picky.route.run()
        except TemporaryFailure:
            went_well.append(False)
        else:
            went_well.append(True)
        picky.clock.forward(minutes=30)
    assert went_well[:4] == [False, True, False, True]
    sent = [held.raw for held in picky.box.folder("Sent")]
    assert (len(sent), len(set(sent))) == (12, 12)
    assert all(went_well[4:])
    assert picky.store.copies_to_file("support", 99) == []
    assert sum(log.fields("copies_filed", "messages")) == 12


def test_each_copy_is_a_step_of_its_own(picky: PickyOffice) -> None:
    """A server may take its time at each, and the watchdog is not to end the process for it."""
    picky.receive(1, 2, 3)
    picky.route.run()
    for queued in picky.store.take_due(9, now=picky.clock()):
        picky.store.sent({queued.row: "250"}, now=picky.clock())
    steps: list[int] = []
    picky.route.progress = lambda _: steps.append(len(picky.box.folders.get("Sent", [])))
    picky.route.run()
    assert {1, 2, 3} <= set(steps)


def test_a_copy_at_which_the_server_hangs_up_keeps_no_other_from_the_sent_folder(
    picky: PickyOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    picky.receive(1, 2, 3)
    picky.route.run()
    for queued in picky.store.take_due(9, now=picky.clock()):
        picky.store.sent({queued.row: "250"}, now=picky.clock())
    bad, put = picky.store.outbox[0].mail.raw, picky.box.append_sent

    def append_sent(mails: Sequence[bytes], *, done: Callable[[int], None]) -> None:
        if bad in mails:  # several go with one command, which appends all or none
            picky.box.lose_connection()
            raise LOST
        put(mails, done=done)

    monkeypatch.setattr(picky.box, "append_sent", append_sent)
    failed = 0
    for _ in range(10):
        try:
            picky.route.run()
        except TemporaryFailure:
            failed += 1
    assert failed == 2
    assert len(picky.box.folder("Sent")) == 2


def raising(error: OptoutdError) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
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
    strict.rights("lr", OPT_OUTS)
    for number in range(3):
        strict.receive(number)
        strict.route.run()
        assert strict.requests() == number + 1
    assert log.fields("folder_failed", "folder") == [OPT_OUTS]
    assert log.fields("filing_failed", "folder") == [OPT_OUTS]
    # The route's, and that of `append`, which the server may log after it has answered.
    assert strict.server.logins(strict.user) == 2
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
