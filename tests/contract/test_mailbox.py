"""The contract of `daemon.ports.Mailbox`, held by the real thing on Dovecot and by the fake."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

import pytest

from daemon.errors import TemporaryFailure
from daemon.mailboxes import open_mailbox
from daemon.ports import Mailbox, Sought
from handlers.copy_hash import copy_hash
from handlers.message_id import message_id_hash, message_id_in
from handlers.values import Filing
from tests.contract.fake_mailbox import FakeMailbox
from tests.servers.dovecot import Dovecot, Stored, message
from tests.servers.settings import mailbox_settings

FOLDER = "Optoutd/Opt-outs"
LONG_S = 300.0  # longer than a test may take: who waits it out, fails


class World(Protocol):
    """A mailbox, and the ways of everybody else to its mail."""

    @property
    def box(self) -> Mailbox: ...

    def put(self, raw: bytes, when: datetime | None = None) -> int: ...
    def look(self, folder: str = "INBOX") -> list[Stored]: ...
    def remove(self, uid: int) -> None: ...
    def set_flag(self, uid: int, flag: str) -> None: ...
    def subscribed(self) -> set[str]: ...
    def logins(self) -> int: ...
    def lose_connection(self) -> None: ...
    def renumber(self) -> None: ...


@dataclass
class FakeWorld:
    box: FakeMailbox

    def put(self, raw: bytes, when: datetime | None = None) -> int:
        return self.box.deliver(raw, internal_date=when)

    def look(self, folder: str = "INBOX") -> list[Stored]:
        return [Stored(m.uid, m.flags, m.raw) for m in self.box.folder(folder)]

    def remove(self, uid: int) -> None:
        self.box.remove(uid)

    def set_flag(self, uid: int, flag: str) -> None:
        self.box.set_flags(uid, {flag})

    def subscribed(self) -> set[str]:
        return self.box.subscribed

    def logins(self) -> int:
        return self.box.logins

    def lose_connection(self) -> None:
        self.box.lose_connection()

    def renumber(self) -> None:
        self.box.renumber()


@dataclass
class RealWorld:
    box: Mailbox
    server: Dovecot
    user: str
    extra_logins: int = 0

    def put(self, raw: bytes, when: datetime | None = None) -> int:
        self.extra_logins += 1
        return self.server.append(self.user, "INBOX", raw, when)

    def look(self, folder: str = "INBOX") -> list[Stored]:
        self.extra_logins += 1
        return self.server.folder(self.user, folder)

    def remove(self, uid: int) -> None:
        self.extra_logins += 1
        with self.server.client(self.user) as client:
            client.select_folder("INBOX")
            client.delete_messages([uid])
            client.uid_expunge([uid])

    def set_flag(self, uid: int, flag: str) -> None:
        self.extra_logins += 1
        with self.server.client(self.user) as client:
            client.select_folder("INBOX")
            client.add_flags([uid], [flag.encode()])

    def subscribed(self) -> set[str]:
        self.extra_logins += 1
        with self.server.client(self.user) as client:
            return {name for _, _, name in client.list_sub_folders()}

    def logins(self) -> int:
        return self.server.logins(self.user) - self.extra_logins

    def lose_connection(self) -> None:
        self.server.restart()

    def renumber(self) -> None:
        self.server.renumber(self.user)


@pytest.fixture(params=["fake", pytest.param("imap", marks=pytest.mark.dovecot)])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    if request.param == "fake":
        yield FakeWorld(FakeMailbox())
        return
    server: Dovecot = request.getfixturevalue("dovecot")
    new_user: Callable[[str], str] = request.getfixturevalue("new_user")
    user = new_user("contract")
    box = open_mailbox(mailbox_settings(server, user), "secret")
    yield RealWorld(box, server, user)
    box.close()


def fill(world: World, count: int) -> list[int]:
    return [world.put(message(f"number {n}")) for n in range(count)]


def test_open_tells_the_state_of_the_folder(world: World) -> None:
    uids = fill(world, 3)
    selected = world.box.open()
    assert selected.messages == 3
    assert selected.uid_next == uids[-1] + 1
    assert selected.uid_validity == world.box.open().uid_validity > 0


def test_sizes_are_those_of_the_messages_that_are_there(world: World) -> None:
    first, second = world.put(message()), world.put(message() + b"x" * 5_000)
    world.box.open()
    found = world.box.sizes([first, second, second + 7])
    assert set(found) == {first, second}
    assert found[second] - found[first] == 5_000
    assert world.box.sizes([]) == {}


def test_uids_above_come_ascending_and_only_those_above(world: World) -> None:
    uids = fill(world, 4)
    world.box.open()
    assert world.box.uids_above(0) == uids
    assert world.box.uids_above(uids[1]) == uids[2:]


def test_there_is_nothing_above_the_last_uid_nor_in_an_empty_folder(world: World) -> None:
    world.box.open()
    assert world.box.uids_above(0) == []
    last = fill(world, 2)[-1]
    world.box.open()
    assert world.box.uids_above(last) == []
    assert world.box.uids_above(last + 1000) == []
    assert world.box.uids_above(2**32 - 1) == []


def test_uids_since_count_the_day_in_utc_whatever_zone_a_message_was_dated_in(
    world: World,
) -> None:
    day = datetime(2025, 3, 10, 15, 30, tzinfo=UTC)
    midnight = datetime(2025, 3, 10, tzinfo=UTC)
    west, east = timezone(timedelta(hours=-10)), timezone(timedelta(hours=13))
    world.put(message("a second before"), midnight - timedelta(seconds=1))
    kept = [
        world.put(message("at midnight"), midnight),
        world.put(message("west"), (midnight + timedelta(hours=1)).astimezone(west)),
    ]
    world.put(message("east"), (midnight - timedelta(hours=2)).astimezone(east))
    kept.append(world.put(message("long after"), day + timedelta(days=30)))
    world.box.open()
    assert world.box.uids_since(0, day) == kept
    assert world.box.uids_since(kept[0], day) == kept[1:]


def test_uids_since_refuses_a_time_without_a_zone(world: World) -> None:
    world.box.open()
    with pytest.raises(ValueError, match="aware"):
        world.box.uids_since(0, datetime(2025, 3, 10))  # noqa: DTZ001 - that is the point


def test_fetch_gives_bytes_size_and_time_in_the_order_of_uids(world: World) -> None:
    when = datetime(2024, 2, 29, 23, 59, 58, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    first, second = message("one", "grüße"), message("two", "x\r\n.\r\n" * 3)
    uids = [world.put(first, when), world.put(second)]
    world.box.open()
    found = world.box.fetch([uids[1], uids[0]], max_bytes=100_000)
    assert [m.uid for m in found] == uids
    assert [m.raw for m in found] == [first, second]
    assert [m.size_bytes for m in found] == [len(first), len(second)]
    assert found[0].internal_date == when
    assert found[0].internal_date.utcoffset() == timedelta(0)


def test_fetch_cuts_a_message_at_the_limit_and_still_tells_its_whole_size(world: World) -> None:
    raw = message("long", "x" * 50_000)
    uid = world.put(raw)
    world.box.open()
    (found,) = world.box.fetch([uid], max_bytes=16_384)
    assert found.raw == raw[:16_384]
    assert found.size_bytes == len(raw)


def test_fetch_of_more_messages_than_one_command_carries_loses_none(world: World) -> None:
    if isinstance(world, RealWorld):
        world.server.seed(world.user, 450, lambda n: message(f"number {n}"))
    else:
        fill(world, 450)
    world.box.open()
    uids = world.box.uids_above(0)
    found = world.box.fetch(uids, max_bytes=16_384)
    assert [m.uid for m in found] == uids
    assert len(uids) == 450


def test_look_finds_a_message_by_its_uid_or_by_when_it_came_and_changes_nothing(
    world: World,
) -> None:
    when = datetime(2025, 3, 10, 23, 59, 58, tzinfo=timezone(timedelta(hours=-5)))
    one, two = world.put(message("one"), when), world.put(message("two"), when)
    other = world.put(message("other"), when + timedelta(seconds=1))
    before = world.look()
    found = world.box.look("", uid=other, received_at=when, max_bytes=100_000)
    assert [m.uid for m in found] == [one, two, other]
    assert found[0].internal_date == when
    assert found[0].raw == before[0].raw
    assert world.look() == before  # not even \\Seen
    (alone,) = world.box.look("", uid=other, received_at=when + timedelta(seconds=1), max_bytes=20)
    assert alone.raw == before[2].raw[:20]
    assert world.box.look("", uid=9999, received_at=when.replace(year=2020), max_bytes=1000) == []


def test_look_finds_what_was_moved_by_when_it_came(world: World) -> None:
    when = datetime(2025, 3, 10, 15, 30, tzinfo=UTC)
    sent = message("one")
    uid = world.put(sent, when)
    world.box.open()
    assert world.box.look(FOLDER, uid=uid, received_at=when, max_bytes=1000) == []
    assert FOLDER not in world.subscribed()
    world.box.open()
    world.box.move([uid], FOLDER)
    (found,) = world.box.look(FOLDER, uid=uid, received_at=when, max_bytes=100_000)
    assert found.raw == sent
    assert world.box.look("", uid=uid, received_at=when, max_bytes=1000) == []
    # What comes next works on the mailbox's own folder again.
    assert world.box.open().messages == 0


def test_look_refuses_a_time_without_a_zone(world: World) -> None:
    with pytest.raises(ValueError, match="aware"):
        world.box.look("", uid=1, received_at=datetime(2025, 3, 10), max_bytes=1)  # noqa: DTZ001 - that is the point


def test_fetch_leaves_out_what_has_vanished(world: World) -> None:
    uids = fill(world, 3)
    world.box.open()
    world.remove(uids[1])
    assert [m.uid for m in world.box.fetch(uids, max_bytes=1000)] == [uids[0], uids[2]]
    assert world.box.fetch([uids[1], 9999], max_bytes=1000) == []
    assert world.box.fetch([], max_bytes=1000) == []


def test_reading_changes_no_flag_and_no_byte(world: World) -> None:
    fill(world, 3)
    before = world.look()
    world.box.open()
    uids = world.box.uids_above(0)
    world.box.fetch(uids, max_bytes=100_000)
    world.box.uids_since(0, datetime.now(UTC))
    assert world.look() == before
    assert not any(stored.flags for stored in before)


def test_filing_one_message_leaves_the_others_as_they_were(world: World) -> None:
    uids = fill(world, 4)
    before = {stored.uid: stored for stored in world.look()}
    world.box.open()
    world.box.move([uids[1]], FOLDER)
    world.box.flag_for_review([uids[2]])
    after = {stored.uid: stored for stored in world.look()}
    assert set(after) == {uids[0], uids[2], uids[3]}
    assert after[uids[0]] == before[uids[0]]
    assert after[uids[3]] == before[uids[3]]


def test_move_creates_the_folder_subscribes_it_and_keeps_the_bytes(world: World) -> None:
    raw = message("please stop")
    uid = world.put(raw)
    world.box.open()
    world.box.move([uid], FOLDER)
    assert world.look() == []
    assert [stored.raw for stored in world.look(FOLDER)] == [raw]
    assert FOLDER in world.subscribed()


def test_move_can_be_repeated_and_minds_no_vanished_uid(world: World) -> None:
    uids = fill(world, 3)
    world.box.open()
    world.remove(uids[0])
    world.box.move(uids[:2], FOLDER)
    world.box.move(uids[:2], FOLDER)
    world.box.move([9999], FOLDER)
    world.box.move([], FOLDER)
    assert len(world.look(FOLDER)) == 1
    assert [stored.uid for stored in world.look()] == uids[2:]


def test_move_takes_many_messages_at_once_in_their_order(world: World) -> None:
    uids = fill(world, 12)
    raws = [stored.raw for stored in world.look()]
    world.box.open()
    world.box.move(uids, FOLDER)
    assert [stored.raw for stored in world.look(FOLDER)] == raws


def test_flag_for_review_sets_flag_and_keyword_and_nothing_else(world: World) -> None:
    uid, other = fill(world, 2)
    world.box.open()
    world.box.flag_for_review([uid])
    world.box.flag_for_review([uid, 9999])
    flags = {stored.uid: stored.flags for stored in world.look()}
    assert flags == {uid: {r"\Flagged", "$OptoutdReview"}, other: frozenset()}


def flags_of(world: World, folder: str = "INBOX") -> dict[int, frozenset[str]]:
    return {stored.uid: stored.flags for stored in world.look(folder)}


def test_deleted_tells_which_others_have_left_behind_so(world: World) -> None:
    uid, other = fill(world, 2)
    world.box.open()
    world.set_flag(uid, r"\Deleted")
    assert world.box.deleted([uid, other, 9999]) == {uid}
    assert world.box.deleted([]) == set()


def test_flagged_tells_which_are_and_minds_no_vanished_uid(world: World) -> None:
    uid, other = fill(world, 2)
    world.box.open()
    assert world.box.flagged([uid, other]) == set()
    world.box.flag_for_review([uid])
    assert world.box.flagged([uid, other, 9999]) == {uid}
    assert world.box.flagged([]) == set()


@pytest.mark.parametrize(
    ("filing", "keyword"),
    [
        (Filing.OPT_OUTS, "$OptoutdOptOut"),
        (Filing.CANCELLATIONS, "$OptoutdCancellation"),
        (Filing.AUTOMATIC, "$OptoutdAutomatic"),
        (Filing.REVIEW, "$OptoutdReview"),
    ],
)
def test_mark_as_sets_one_keyword_and_nothing_else(
    world: World, filing: Filing, keyword: str
) -> None:
    uid, other = fill(world, 2)
    world.box.open()
    world.box.mark_as([uid], filing)
    world.box.mark_as([uid, 9999], filing)
    world.box.mark_as([], filing)
    assert flags_of(world) == {uid: {keyword}, other: frozenset()}


def test_end_review_takes_the_keyword_from_all_and_the_flag_from_some(world: World) -> None:
    ours, theirs, other = fill(world, 3)
    world.box.open()
    world.box.flag_for_review([ours, theirs, other])
    for _ in range(2):
        world.box.end_review([ours, theirs, 9999], unflag=[ours, 9999])
    world.box.end_review([], unflag=[])
    assert flags_of(world) == {
        ours: frozenset(),
        theirs: {r"\Flagged"},
        other: {r"\Flagged", "$OptoutdReview"},
    }


def test_make_folder_subscribes_it_and_leaves_one_that_is_there(world: World) -> None:
    uids = fill(world, 1)
    world.box.open()
    world.box.make_folder(FOLDER)
    world.box.move(uids, FOLDER)
    world.box.make_folder(FOLDER)
    assert FOLDER in world.subscribed()
    assert len(world.look(FOLDER)) == 1


def test_standing_tells_how_far_a_folder_goes_without_opening_it(world: World) -> None:
    uids = fill(world, 3)
    world.box.open()
    assert world.box.standing(FOLDER) is None
    world.box.make_folder(FOLDER)
    empty = world.box.standing(FOLDER)
    world.box.move(uids[:2], FOLDER)
    filled = world.box.standing(FOLDER)
    assert empty is not None
    assert filled is not None
    assert filled.uid_validity == empty.uid_validity > 0
    assert (empty.uid_next, filled.uid_next) == (1, 3)
    assert world.box.uids_above(0) == uids[2:]  # still those of the inbox


def test_inside_a_folder_its_messages_are_meant_and_afterwards_the_inbox(world: World) -> None:
    moved, stays = fill(world, 2)
    world.box.open()
    world.box.move([moved], FOLDER)
    standing = world.box.standing(FOLDER)
    with world.box.inside(FOLDER) as uid_validity:
        assert standing is not None
        assert uid_validity == standing.uid_validity
        (uid,) = world.box.uids_above(0)
        (found,) = world.box.fetch([uid], max_bytes=1000)
        world.box.flag_for_review([uid])
        assert world.box.flagged([uid]) == {uid}
    assert b"number 0" in found.raw
    assert flags_of(world, FOLDER) == {uid: {r"\Flagged", "$OptoutdReview"}}
    assert world.box.uids_above(0) == [stays]
    assert flags_of(world) == {stays: frozenset()}


def test_what_goes_wrong_inside_a_folder_leaves_the_inbox_open(world: World) -> None:
    uids = fill(world, 1)
    world.box.open()
    world.box.make_folder(FOLDER)
    with pytest.raises(ZeroDivisionError), world.box.inside(FOLDER):
        raise ZeroDivisionError
    assert world.box.uids_above(0) == uids


def test_reopened_it_is_in_the_folder_that_it_was_in(world: World) -> None:
    world.put(message("first"))
    world.box.open()
    world.box.move([1], FOLDER)
    world.put(message("second"))
    with world.box.inside(FOLDER):
        world.lose_connection()
        world.box.reopen()
        assert b"first" in world.box.fetch([1], max_bytes=1000)[0].raw
    assert world.box.uids_above(0) == [2]
    world.lose_connection()
    world.box.reopen()
    assert world.box.uids_above(0) == [2]


def test_the_open_after_a_reopening_that_had_to_connect_says_so_once(world: World) -> None:
    assert world.box.open().is_new_connection
    world.box.reopen()
    assert not world.box.open().is_new_connection
    world.lose_connection()
    world.box.reopen()
    world.box.reopen()
    assert world.box.open().is_new_connection
    assert not world.box.open().is_new_connection


@pytest.mark.parametrize("inside", [False, True], ids=["reopened", "coming back"])
def test_a_folder_that_was_renumbered_meanwhile_is_not_gone_on_with(
    world: World, inside: bool
) -> None:
    world.put(message("first"))
    world.box.open()
    world.box.make_folder(FOLDER)

    def go_on() -> None:
        with world.box.inside(FOLDER) if inside else nullcontext():
            world.renumber()
            world.box.reopen()

    with pytest.raises(TemporaryFailure, match="renumbered"):
        go_on()
    assert world.box.open().uid_validity


def test_mail_that_comes_while_inside_a_folder_ends_the_next_wait(world: World) -> None:
    world.box.open()
    world.box.make_folder(FOLDER)
    world.box.uids_above(0)
    with world.box.inside(FOLDER):
        world.box.uids_above(0)
        world.put(message("news"))
    assert world.box.wait(LONG_S)


def look_at_nothing_after(event: Callable[[], None], box: Mailbox) -> None:
    event()
    box.uids_above(0)


def test_a_connection_lost_inside_a_folder_is_temporary_and_open_mends_it(world: World) -> None:
    uids = fill(world, 1)
    world.box.open()
    world.box.make_folder(FOLDER)
    with pytest.raises(TemporaryFailure), world.box.inside(FOLDER):
        look_at_nothing_after(world.lose_connection, world.box)
    world.box.open()
    assert world.box.uids_above(0) == uids


def test_heads_tell_one_delivery_of_a_message_from_another_and_mark_nothing(world: World) -> None:
    raw = message("once", "x" * 100_000)
    uids = [
        world.put(b"Received: by one;\r\n\tnow\r\nX-Other: no\r\n" + raw),
        world.put(b"Received: by two; now\r\n" + raw),
    ]
    world.box.open()
    heads = world.box.heads([*uids, 9999])
    assert set(heads) == set(uids)
    assert all(len(head) < 1000 for head in heads.values())
    hashes = {uid: copy_hash(head) for uid, head in heads.items()}
    (first, second) = world.box.fetch(uids, max_bytes=200_000)
    assert hashes == {first.uid: copy_hash(first.raw), second.uid: copy_hash(second.raw)}
    assert len(set(hashes.values())) == 2
    world.box.move(uids, FOLDER)
    with world.box.inside(FOLDER):
        moved = world.box.heads(world.box.uids_above(0))
    assert [copy_hash(moved[uid]) for uid in sorted(moved)] == [hashes[uid] for uid in uids]
    assert set(flags_of(world, FOLDER).values()) == {frozenset()}
    assert world.box.heads([]) == {}


def test_append_sent_puts_copies_into_sent_marked_as_read(world: World) -> None:
    world.box.open()
    mails = [message(f"Re: {n}", "grüße") for n in range(3)]
    told: list[int] = []
    world.box.append_sent(mails, done=told.append)
    assert sum(told) == len(mails)
    world.box.append_sent(mails[:1])
    world.box.append_sent([])
    stored = world.look("Sent")
    assert [s.raw for s in stored] == [*mails, mails[0]]
    assert {s.flags for s in stored} == {frozenset({r"\Seen"})}


def test_wait_returns_when_mail_is_delivered_from_elsewhere(world: World) -> None:
    world.box.open()
    assert world.box.can_wait
    with started(lambda: world.put(message("news"))):
        assert world.box.wait(LONG_S)
    world.box.open()
    assert len(world.box.uids_above(0)) == 1


def test_wait_returns_for_mail_that_came_before_it_began(world: World) -> None:
    world.box.open()
    world.box.uids_above(0)
    world.put(message("news"))
    assert world.box.wait(LONG_S)


def test_wait_sees_mail_whose_arrival_was_told_with_another_answer(world: World) -> None:
    known = fill(world, 1)
    world.box.open()
    world.box.uids_above(0)
    world.put(message("news"))
    world.box.flag_for_review(known)
    world.box.flag_for_review(known)
    assert world.box.wait(LONG_S)


def test_wait_ends_with_false_when_nothing_comes(world: World) -> None:
    fill(world, 2)
    world.box.open()
    world.box.uids_above(0)
    assert not world.box.wait(0.05)
    assert not world.box.wait(0)


def test_the_connection_serves_on_after_a_wait(world: World) -> None:
    world.box.open()
    world.box.wait(0.05)
    uid = world.put(message("later"))
    world.box.open()
    assert world.box.uids_above(0) == [uid]


def test_interrupt_ends_a_wait_in_another_thread(world: World) -> None:
    world.box.open()
    with started(world.box.interrupt):
        assert not world.box.wait(LONG_S)


def test_interrupt_before_a_wait_ends_the_next_one_and_only_that(world: World) -> None:
    world.box.open()
    world.box.interrupt()
    world.box.interrupt()
    assert not world.box.wait(LONG_S)
    with started(lambda: world.put(message("news"))):
        assert world.box.wait(LONG_S)


def test_one_login_serves_many_polls(world: World) -> None:
    fill(world, 2)
    for turn in range(5):
        assert world.box.open().is_new_connection == (turn == 0)
        world.box.fetch(world.box.uids_above(0), max_bytes=1000)
        world.box.wait(0.01)
    assert world.logins() == 1


def test_a_lost_connection_is_temporary_and_the_next_open_makes_a_new_one(world: World) -> None:
    uids = fill(world, 2)
    world.box.open()
    world.lose_connection()
    with pytest.raises(TemporaryFailure) as caught:
        world.box.uids_above(0)
    assert caught.value.part == "support"
    world.box.open()
    assert world.box.uids_above(0) == uids


def test_open_itself_gets_over_a_lost_connection(world: World) -> None:
    uids = fill(world, 2)
    world.box.open()
    world.lose_connection()
    assert world.box.open().messages == 2
    assert world.box.uids_above(0) == uids


def test_a_connection_lost_while_waiting_is_a_temporary_failure(world: World) -> None:
    world.box.open()
    with started(world.lose_connection), pytest.raises(TemporaryFailure):
        world.box.wait(LONG_S)


def test_nothing_but_open_connects(world: World) -> None:
    with pytest.raises(TemporaryFailure):
        world.box.uids_above(0)
    assert world.logins() == 0


def test_close_can_be_repeated_and_open_works_after_it(world: World) -> None:
    world.box.close()
    world.box.open()
    world.box.close()
    world.box.close()
    fill(world, 1)
    assert world.box.open().messages == 1


def test_inspect_tells_how_many_messages_there_are(world: World) -> None:
    fill(world, 2)
    assert "INBOX holds 2 messages" in world.box.inspect()


# Where messages are now ----------------------------------------------------------------------


def sought(world: World, uid: int, raw: bytes) -> Sought:
    return Sought(
        uid_validity=world.box.open().uid_validity,
        uid=uid,
        message_id_hash=message_id_hash(message_id_in(raw)),
    )


LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def test_locate_finds_messages_wherever_they_were_put(world: World) -> None:
    stays, goes, other = message("stays"), message("goes"), message("other")
    uids = [world.put(raw) for raw in (stays, goes, other)]
    wanted = [sought(world, uids[0], stays), sought(world, uids[1], goes)]
    world.box.move([uids[1]], "Newsletter/Unsubscribed")
    whereabouts = world.box.locate(wanted, since=LONG_AGO)
    found = whereabouts.found
    assert {"INBOX", "Sent", "Newsletter/Unsubscribed"} <= set(whereabouts.folders)
    assert whereabouts.passed_over == ()
    assert {(f.folder, f.is_own, f.message_id_hash) for f in found} == {
        ("INBOX", True, wanted[0].message_id_hash),
        ("Newsletter/Unsubscribed", False, wanted[1].message_id_hash),
    }
    (own,) = [f for f in found if f.is_own]
    assert (own.uid_validity, own.uid) == (wanted[0].uid_validity, uids[0])
    assert {(f.sender, f.subject) for f in found} == {("", "")}


def test_locate_tells_flags_and_the_use_of_a_folder(world: World) -> None:
    raw = message("reply")
    uid = world.put(raw)
    wanted = [sought(world, uid, raw)]
    world.box.flag_for_review([uid])
    world.box.append_sent([raw])
    found = world.box.locate(wanted, since=LONG_AGO).found
    flags = {f.folder: f.flags - {r"\Recent"} for f in found}
    assert flags == {
        "INBOX": {r"\Flagged", "$OptoutdReview"},
        "Sent": {r"\Seen"},
    }
    assert {f.folder: f.use for f in found} == {"INBOX": "", "Sent": "sent"}


def test_locate_knows_a_message_without_message_id_by_its_uid(world: World) -> None:
    raw = b"Subject: nameless\r\n\r\nhello\r\n"
    uids = [world.put(raw), world.put(raw)]
    wanted = [sought(world, uids[0], raw)]
    assert wanted[0].message_id_hash == ""
    assert [f.uid for f in world.box.locate(wanted, since=LONG_AGO).found] == uids[:1]
    assert world.box.locate([], since=LONG_AGO).found == ()


def test_locate_leaves_out_what_was_received_long_before(world: World) -> None:
    raw = message("old")
    uid = world.put(raw, datetime(2024, 5, 6, 12, tzinfo=UTC))
    wanted = [sought(world, uid, raw)]
    assert len(world.box.locate(wanted, since=datetime(2024, 5, 6, tzinfo=UTC)).found) == 1
    assert world.box.locate(wanted, since=datetime(2024, 5, 9, tzinfo=UTC)).found == ()
    with pytest.raises(ValueError, match="aware"):
        world.box.locate(wanted, since=datetime(2024, 5, 9))  # noqa: DTZ001 - that is the point


def test_locate_tells_sender_and_subject_where_they_are_asked_for(world: World) -> None:
    raw = message("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", sender="Anna <Anna@Customer.example>")
    wanted = [sought(world, world.put(raw), raw)]
    (found,) = world.box.locate(wanted, since=LONG_AGO, words=True).found
    assert (found.sender, found.subject) == ("anna@customer.example", "Gr\u00fc\u00dfe")


def test_locate_changes_nothing_and_tells_how_far_it_is(world: World) -> None:
    raws = [message(f"number {n}") for n in range(3)]
    uids = [world.put(raw) for raw in raws]
    wanted = [sought(world, uid, raw) for uid, raw in zip(uids, raws, strict=True)]
    before = world.look()
    told: list[tuple[str, int, int]] = []
    world.box.close()
    world.box.locate(wanted, since=LONG_AGO, progress=lambda *step: told.append(step))
    assert world.look() == before
    folders = len(told) - 1
    assert [done for _, done, _ in told] == list(range(folders + 1))
    assert "INBOX" in {folder for folder, _, _ in told}
    world.box.open()
    assert world.box.uids_above(0) == uids


class started:  # noqa: N801 - reads as a word of the test's sentence
    """Runs something in another thread; its end and its errors belong to the `with`."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 - raised again in the test's own thread
            self._error = error
