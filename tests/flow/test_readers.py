"""Processes that read for the daemon: whatever becomes of them, no message is lost."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path
from time import sleep
from typing import cast

import pytest

from bench.mail import make
from daemon.errors import AskedToStop, PermanentFailure
from daemon.ports import Store
from daemon.readers.here import Here
from daemon.readers.pool import CHUNK_MESSAGES, FEWEST
from daemon.readers.task import nothing_of, task_of
from daemon.readers.worker import COMMAND, LostError, Worker
from handlers.classify.confidence import Thresholds
from handlers.classify.shipped import shipped_classifier
from handlers.extent import ORDINARY, beginning
from handlers.reading import Desk, Reading, read_message
from handlers.set_aside import ENDED, SetAside
from handlers.values import RawMessage, Role
from tests.contract.fake_mailbox import FakeMailbox
from tests.contract.readers import desk, pool, raw_messages
from tests.flow.routes import NOW, Clock, message, route
from tests.hostile import CASES
from tests.unit.log_capture import LogCapture

MESSAGES = raw_messages([make(number, "support@shop.example", seed=5) for number in range(40)])
# The real program, with something done to it before.
CHILD = "import os, signal, time, daemon.readers.worker_child as w\n{}\nw.main()"
DIES_AT_THE_FOURTH = """
read = w.read_contents
def deadly(raw, desk):
    if raw.uid == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return read(raw, desk)
w.read_contents = deadly
"""
SPINS = """
w.CPU_S = 0.2
def spin(raw, desk):
    while True:
        pass
w.read_contents = spin
"""
WANTS_TOO_MUCH = """
def hungry(raw, desk):
    raise MemoryError
w.read_contents = hungry
"""
ANSWERS_FOR_THE_TASK_BEFORE = """
read, before = w._read, []
def late(task):
    before.append(read(task))
    return before[max(0, len(before) - 2)]
w._read = late
"""
ANSWERS_TWICE = """
dumps = w.pickle.dumps
w.pickle.dumps = lambda value, *how: dumps(value, *how) * (2 if isinstance(value, tuple) else 1)
"""
IS_ANOTHER = "w.program = lambda: 'another'"
SLEEPS = "import time; time.sleep(600)"
SAYS = "import os, time; os.write(0, {!r}); time.sleep(600)"


def worker(
    program: str = "", *, deadline_s: float = 60.0, pause_s: float = 600.0, stopping: bool = False
) -> Worker:
    command = (sys.executable, "-c", program) if program else COMMAND
    return Worker(
        stopping=lambda: stopping, command=command, deadline_s=deadline_s, pause_s=pause_s
    )


def by_itself(messages: list[RawMessage]) -> list[Reading]:
    return [read_once(raw) for raw in messages]


@cache
def read_once(raw: RawMessage) -> Reading:
    return read_message(raw, desk())


def pid_of(one: Worker) -> int:
    assert one._running is not None
    return one._running.process.pid


def is_there(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


@pytest.fixture
def one() -> Iterator[Worker]:
    """A real process, which is started when it is first asked."""
    made = worker()
    yield made
    made.end()


def test_a_process_knows_the_contents_of_ordinary_mail_and_never_our_keys(one: Worker) -> None:
    task = task_of(MESSAGES, desk())
    assert desk().token_keys
    assert not any(key in repr(task) for key in map(repr, desk().token_keys.values()))
    answer = one.read(task)
    assert None not in answer.contents
    assert answer.ended_at is None


def test_it_reads_at_the_thresholds_of_each_task(one: Worker) -> None:
    asks = raw_messages([message("Please unsubscribe me from the newsletter.")])
    sure, unsure = (
        one.read(task_of(asks, replace(desk(), classifier=shipped_classifier(each)))).contents[0]
        for each in (Thresholds(act_on_opt_out=0.5), Thresholds(act_on_opt_out=0.9999))
    )
    assert sure is not None
    assert unsure is not None
    assert sure.verdict.certain
    assert unsure.verdict.unsure


@pytest.mark.parametrize(
    ("program", "told"),
    [
        (CHILD.format(SPINS), f"it ended with {-signal.SIGPROF}"),
        (CHILD.format(WANTS_TOO_MUCH), "it ended with 1"),
        (CHILD.format("raise SystemExit(7)"), "it ended with 7"),
        (SLEEPS, "it took more than 0.5 s"),
        (SAYS.format(b"no pickle"), "its answer is none"),
        (CHILD.format("w._read = lambda task: []"), "its answer is none"),
        (CHILD.format("w._read = lambda task: [os.getcwd]"), "its answer is none"),
        (CHILD.format(IS_ANOTHER), "another version is installed: restart the daemon"),
        (SAYS.format(b"cos\nabort\n."), "its answer is none"),
    ],
)
def test_what_a_process_does_not_read_is_read_here_and_one_event_tells(
    program: str, told: str, log: LogCapture
) -> None:
    with pool(
        worker(program, deadline_s=0.5 if program == SLEEPS else 60.0), survives=survivor
    ) as readers:
        assert readers.read(MESSAGES, desk()) == by_itself(MESSAGES)
    assert log.names == ["reader_lost"]
    assert log.fields("reader_lost", "error") == [told]
    assert log.fields("reader_lost", "messages") == [CHUNK_MESSAGES]


def test_what_a_process_says_late_is_no_answer_to_the_next_task(log: LogCapture) -> None:
    with pool(worker(CHILD.format(ANSWERS_FOR_THE_TASK_BEFORE)), survives=survivor) as readers:
        assert readers.read(MESSAGES, desk()) == by_itself(MESSAGES)
    assert log.fields("reader_lost", "error") == ["its answer is none"]


def test_an_answer_for_one_mailbox_is_none_for_another_that_has_the_same_messages() -> None:
    one = worker(CHILD.format(ANSWERS_TWICE))
    for_cancel = replace(desk(), mailbox="cancel", role=Role.CANCEL)
    try:
        assert None not in one.ask(task_of(MESSAGES[:2], desk()))
        with pytest.raises(LostError):
            one.ask(task_of(MESSAGES[:2], for_cancel))
    finally:
        one.end()


def test_whatever_else_goes_wrong_with_a_task_its_process_is_asked_no_more(one: Worker) -> None:
    unpicklable = cast("str", lambda: "")
    unheard_of = replace(task_of(MESSAGES[:2], desk()), mailbox=unpicklable)
    assert one.read(unheard_of) == nothing_of(unheard_of)
    assert one._running is None


def survivor(_raw: RawMessage, _desk: Desk) -> bool:
    return True


@pytest.mark.parametrize(
    "command",
    [
        ("/nonexistent/reader",),
        (sys.executable, "-c", "exit(3)"),
        (sys.executable, "-c", CHILD.format("w.read_contents = None")),
    ],
)
def test_a_check_says_which_setting_has_no_process(
    command: tuple[str, ...], log: LogCapture
) -> None:
    lost = Worker(stopping=lambda: False, command=command)
    with pool(lost) as readers, pytest.raises(PermanentFailure) as caught:
        readers.inspect()
    assert caught.value.setting == "limits.reading_processes"
    assert log.names == []


def test_where_no_process_can_be_started_all_is_read_here(log: LogCapture) -> None:
    lost = Worker(stopping=lambda: False, command=("/nonexistent/reader",))
    with pool(lost) as readers:
        assert readers.read(MESSAGES, desk()) == by_itself(MESSAGES)
    assert log.fields("reader_lost", "error") == ["no process: No such file or directory"]


def test_the_message_at_which_a_process_ends_does_not_end_us_and_the_others_are_read(
    log: LogCapture,
) -> None:
    tried: list[int] = []

    def survives(raw: RawMessage, _: Desk) -> bool:
        tried.append(raw.uid)
        return False

    with pool(worker(CHILD.format(DIES_AT_THE_FOURTH)), survives=survives) as readers:
        found = readers.read(MESSAGES, desk())
    assert tried == [4]
    assert found[3] == SetAside(raw=MESSAGES[3], error=ENDED)
    others = [*MESSAGES[:3], *MESSAGES[4:]]
    assert [*found[:3], *found[4:]] == by_itself(others)
    assert log.fields("reader_lost", "error") == [f"it ended with {-signal.SIGKILL}"]


def test_one_that_was_killed_while_it_was_idle_is_made_anew(log: LogCapture) -> None:
    seat = worker(pause_s=0.0)
    with pool(seat) as readers:
        for _ in range(2):
            assert readers.read(MESSAGES, desk()) == by_itself(MESSAGES)
            killed = pid_of(seat)
            os.kill(killed, signal.SIGKILL)
        readers.read(MESSAGES, desk())
        assert pid_of(seat) != killed
        assert log.fields("reader_lost", "error") == ["it ended with -9"] * 2
        last = pid_of(seat)
    assert not is_there(last)


def test_after_an_end_it_rests_and_all_is_read_here_meanwhile(log: LogCapture) -> None:
    with pool(worker("raise SystemExit(1)"), worker("raise SystemExit(1)")) as readers:
        for _ in range(3):
            assert readers.read(MESSAGES, desk()) == by_itself(MESSAGES)
    assert len(log.named("reader_lost")) == 2


def test_for_a_few_messages_no_process_is_started(one: Worker) -> None:
    few = MESSAGES[: FEWEST - 1]
    with pool(one) as readers:
        assert readers.read(few, desk()) == by_itself(few)
        assert one._running is None


def test_hostile_mail_is_read_as_here_and_ends_no_process(log: LogCapture) -> None:
    hostile = [c.make("h@h.example", "support@shop.example") for c in CASES if not c.heavy]
    # What is over the limits is read apart, by either.
    messages = raw_messages([raw for raw in hostile if beginning(raw, ORDINARY) is raw])
    assert len(messages) > 300
    with pool() as readers:
        assert readers.read(messages, desk()) == Here().read(messages, desk())
    assert "reader_lost" not in log.names


def test_several_mailboxes_share_it(log: LogCapture) -> None:
    with pool() as readers, ThreadPoolExecutor(3) as mailboxes:
        parts = [MESSAGES, MESSAGES[::-1], MESSAGES[5:35]]
        found = list(mailboxes.map(lambda part: readers.read(part, desk()), parts))
    assert found == [by_itself(part) for part in parts]
    assert log.names == []


def test_who_is_to_stop_does_not_wait_for_one_that_hangs(log: LogCapture) -> None:
    hangs = worker(SLEEPS, stopping=True)
    with pool(hangs, stopping=lambda: True) as readers:
        with pytest.raises(AskedToStop):
            readers.read(MESSAGES, desk())
        pid = pid_of(hangs)
    assert not is_there(pid)
    assert log.names == []


def test_where_memory_is_short_the_system_ends_it_before_us(one: Worker) -> None:
    assert None not in one.read(task_of(MESSAGES[:1], desk())).contents
    ours, its = (
        int(Path(f"/proc/{pid}/oom_score_adj").read_text()) for pid in ("self", pid_of(one))
    )
    assert its > ours


def test_who_waits_while_it_is_closed_is_asked_to_stop(log: LogCapture) -> None:
    hangs = worker(SLEEPS)
    with pool(hangs) as readers, ThreadPoolExecutor(1) as mailbox:
        waits = mailbox.submit(readers.read, MESSAGES, desk())
        while hangs._running is None:
            sleep(0.01)
        readers.close()
        with pytest.raises(AskedToStop):
            waits.result(60)
    assert log.names == ["reader_lost"]


def test_once_closed_it_reads_as_though_there_were_no_processes(one: Worker) -> None:
    with pool(one) as readers:
        readers.close()
        assert readers.read(MESSAGES, desk()) == by_itself(MESSAGES)
        assert one._running is None


def test_a_process_outlives_signals_of_the_daemon_and_ends_with_the_daemon(one: Worker) -> None:
    task = task_of(MESSAGES[:1], desk())
    one.read(task)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        os.kill(pid_of(one), number)
    assert None not in one.read(task).contents
    running = one._running
    assert running is not None
    # As the kernel does where the daemon is killed.
    running.line.shutdown(1)
    assert running.process.wait(60) == 0


def test_a_route_decides_the_same_by_other_processes(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    for raw in MESSAGES:
        box.deliver(raw.raw, internal_date=NOW)
    with pool() as readers:
        there = route(box, store, clock=clock)
        there.reader = readers
        counts = there.run().counts
    assert sum(counts.values()) == len(MESSAGES)
    assert counts["act"]
    assert not [row for row in store.ledger("support") if row.error]
