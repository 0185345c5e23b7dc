"""A message at which processes have ended is read by another process first."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.errors import AskedToStop, TemporaryFailure
from daemon.flow import Route
from daemon.intake import ENDS_BORNE, MOST_ENDS_BORNE
from daemon.ports import Store
from daemon.readers.here import Here
from daemon.stores import open_store
from daemon.trial import Trial
from handlers.reading import Desk
from handlers.set_aside import ENDED
from handlers.values import RawMessage
from tests.contract.fake_mailbox import FakeMailbox
from tests.flow.routes import NOW, Clock, message, route
from tests.unit.log_capture import LogCapture, captured_log

ASKS = "Please unsubscribe me."


def trial(program: str = "", *, deadline_s: float = 60.0, stopping: bool = False) -> Trial:
    if not program:
        return Trial(stopping=lambda: stopping, deadline_s=deadline_s)
    command = (sys.executable, "-c", program)
    return Trial(stopping=lambda: stopping, deadline_s=deadline_s, command=command)


def raw_of(octets: bytes) -> RawMessage:
    return RawMessage(uid=1, raw=octets, size_bytes=len(octets), internal_date=NOW)


@pytest.fixture
def desk(box: FakeMailbox, store: Store, clock: Clock) -> Desk:
    return route(box, store, clock=clock).desk


def given_up(log: LogCapture) -> list[str]:
    return [str(e["error"]) for e in log.events if e["event"] == "reading_given_up"]


@pytest.mark.parametrize(
    "octets", [message(ASKS), b"From: a@b.example\r\n" * 9_000], ids=["a letter", "no letter"]
)
def test_what_can_be_read_or_says_in_order_that_it_cannot_survives(
    octets: bytes, desk: Desk
) -> None:
    assert trial().survives(raw_of(octets), desk)


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "the reader ended with -9"),
        ("raise MemoryError", "the reader ended with 1"),
        ("import time; time.sleep(600)", "it took more than 0.5 s"),
    ],
)
def test_what_ends_its_reader_does_not_survive_and_is_told(
    program: str, told: str, desk: Desk
) -> None:
    one = trial(program, deadline_s=0.5 if "sleep" in program else 60.0)
    with captured_log() as log:
        assert not one.survives(raw_of(message(ASKS)), desk)
    assert given_up(log) == [told]


def test_where_no_process_can_be_started_nothing_is_risked(desk: Desk) -> None:
    one = Trial(stopping=lambda: False, command=("/nonexistent/reader",))
    with captured_log() as log:
        assert not one.survives(raw_of(message(ASKS)), desk)
    assert given_up(log) == ["no reader: No such file or directory"]


def test_who_is_to_stop_does_not_wait_for_a_trial(desk: Desk) -> None:
    one = trial("import time; time.sleep(600)", stopping=True)
    with pytest.raises(AskedToStop):
        one.survives(raw_of(message(ASKS)), desk)


class Restarts:
    """A daemon that is killed at the first message that it reads, and started again."""

    def __init__(self, folder: Path, one: Route, clock: Clock) -> None:
        self.one, self._folder, self._clock = one, folder, clock
        self.trials: list[int] = []
        self.verdict = True

    def kill(self, times: int) -> None:
        """So many of its processes end when the message has been fetched."""
        for _ in range(times):
            with pytest.MonkeyPatch.context() as until_then:
                until_then.setattr("daemon.readers.here.read_contents", ends_here)
                with pytest.raises(KeyboardInterrupt):
                    self.run()
            self.reopen()

    def reopen(self) -> None:
        """Another process goes on with the store."""
        self.one.store.close()
        self.one.store = open_store(
            "sqlite:///optoutd.db", access="own", base_dir=self._folder, now=self._clock()
        )

    def run(self) -> dict[str, int]:
        self.one.reader = Here(survives=self._survives)
        return dict(self.one.run().counts)

    def _survives(self, raw: RawMessage, _: Desk) -> bool:
        self.trials.append(raw.uid)
        return self.verdict


@pytest.fixture
def restarts(tmp_path: Path, box: FakeMailbox, store: Store, clock: Clock) -> Iterator[Restarts]:
    for number in (1, 2):
        sender = f"customer-{number}@elsewhere.example"
        box.deliver(message(ASKS, sender=sender, number=number), internal_date=NOW)
    one = route(box, store, clock=clock)
    yield Restarts(tmp_path, one, clock)
    one.store.close()


def ends_here(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_who_was_only_there_when_we_were_killed_is_honoured(restarts: Restarts) -> None:
    # The first end comes while several are read; from then on they are read one by one, and what
    # is read then to warm up is no message of the mailbox.
    restarts.kill(ENDS_BORNE + 3)
    assert restarts.run() == {"act": 2}
    assert set(restarts.trials) <= {1}


def test_what_does_not_survive_is_set_aside_and_the_next_one_is_read(restarts: Restarts) -> None:
    mark_ends(restarts, ENDS_BORNE)
    restarts.verdict = False
    assert restarts.run() == {"act": 1, "review": 1}
    (aside,) = [row for row in restarts.one.store.ledger("support") if row.error]
    assert (aside.uid, aside.error) == (1, ENDED)
    assert restarts.trials == [1]


def test_what_survives_its_trial_and_ends_us_all_the_same_is_not_read_for_ever(
    restarts: Restarts,
) -> None:
    mark_ends(restarts, MOST_ENDS_BORNE)
    assert restarts.run() == {"act": 1, "review": 1}
    assert restarts.trials == []


def test_what_was_set_aside_for_it_is_tried_before_it_is_read_again(
    restarts: Restarts, clock: Clock
) -> None:
    mark_ends(restarts, ENDS_BORNE)
    restarts.verdict = False
    restarts.run()
    clock.forward(minutes=5)
    assert restarts.run() == {"review": 1}
    restarts.verdict = True
    clock.forward(hours=1)
    assert restarts.run() == {"act": 1}
    assert restarts.trials == [1, 1, 1]


def mark_ends(restarts: Restarts, times: int) -> None:
    """Notes that so many processes have ended at the first message."""
    one = restarts.one
    validity = one.mailbox.open().uid_validity
    for _ in range(times - 1):
        one.store.process_ended("support", uid_validity=validity, uid=1)
    one.store.take_in_hand("support", uid_validity=validity, uid=1)
    restarts.reopen()


def test_fetches_that_fail_make_no_message_deadly(restarts: Restarts) -> None:
    one = restarts.one
    validity = one.mailbox.open().uid_validity
    for _ in range(MOST_ENDS_BORNE):
        one.store.fetch_failed("support", uid_validity=validity, uid=1, now=NOW)
    one.store.take_in_hand("support", uid_validity=validity, uid=1)
    restarts.reopen()  # once, and by chance just then
    assert restarts.run() == {"act": 2}
    assert restarts.trials == []


def test_processes_that_ended_make_no_message_one_that_the_server_does_not_give(
    restarts: Restarts, box: FakeMailbox
) -> None:
    mark_ends(restarts, ENDS_BORNE)
    box.fail_next("fetch", TemporaryFailure("support: lost", part="support"))
    with pytest.raises(TemporaryFailure):
        restarts.run()
    assert restarts.run() == {"act": 2}
