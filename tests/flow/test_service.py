"""The service around outbox and watches: one pass of `poll`, expiring questions, and leaving."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from config.credentials import Secrets
from config.mistakes import ConfigError
from config.settings import Settings
from daemon.alarms import raise_alarms
from daemon.announcing import Announcer
from daemon.app import App
from daemon.copies import keep_filing
from daemon.crew import Crew
from daemon.errors import OptoutdError, PermanentFailure, TemporaryFailure
from daemon.heart import Heart
from daemon.leaving import leave
from daemon.outbox import Outbox
from daemon.ports import Accepted, Speaks, unheard
from daemon.readers.here import Here
from daemon.readers.pool import FEWEST, Pool
from daemon.reload import Reload, idle_name
from daemon.schedule import Schedule
from daemon.service import (
    _expire_questions,
    _retain,
    _schedule,
    _take_up,
    poll_once,
)
from daemon.watch import Watch
from handlers.values import OutgoingMail, State
from tests.contract.fake_courier import FakeCourier
from tests.contract.fake_mailbox import FakeMailbox
from tests.contract.fake_store import FakeStore
from tests.contract.readers import desk, raw_messages
from tests.contract.store_values import NOW, entry, mail, ordinary, record, request
from tests.flow.routes import Clock, classifier, message
from tests.flow.stub_route import StubRoute, watch_of
from tests.unit.configs import GOOD, loaded
from tests.unit.log_capture import LogCapture

BUSY = TemporaryFailure("the store cannot be used now: disk full", part="store")
BROKEN = PermanentFailure("the store cannot be used: read-only", part="store")
REFUSED = PermanentFailure("support: the login was refused", part="support")


class Hanging(FakeCourier):
    """A courier whose server does not answer: to a mail until `released`, or to QUIT."""

    def __init__(self, *, quits: bool = True, delivers: bool = True) -> None:
        super().__init__()
        self.quits = quits
        self.delivers = delivers
        self.begun = asyncio.Event()
        self.released = asyncio.Event()

    async def deliver(self, mail: OutgoingMail, *, speaks: Speaks = unheard) -> Accepted:
        self.begun.set()
        if not self.delivers:
            await self.released.wait()
            assert not self.closed
        return await super().deliver(mail, speaks=speaks)

    async def close(self) -> None:
        if not self.quits:
            await asyncio.Event().wait()
        await super().close()


class House:
    """An app whose mailboxes, routes, store and courier are fakes; two mailboxes as in GOOD."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock(NOW)
        self.store = FakeStore()
        self.courier = FakeCourier()
        self.boxes = {name: FakeMailbox(name) for name in ("support", "cancel-de")}
        self.watches: dict[str, Watch] = {}
        self.routes: dict[str, StubRoute] = {}
        for name, box in self.boxes.items():
            self.watches[name], self.routes[name] = watch_of(box)
        self.settings = loaded(folder)

    def app(self, courier: FakeCourier | None = None) -> App:
        self.courier = courier or self.courier
        app = App(
            settings=self.settings,
            store=self.store,
            courier=self.courier,
            outbox=Outbox(
                store=self.store,
                courier=self.courier,
                connections=2,
                replies_per_hour=0,
                now=self.clock,
                jitter=lambda: 0.5,
            ),
            announcer=Announcer(store=self.store, known={}, now=self.clock, jitter=lambda: 0.5),
            watches=self.watches,
            now=self.clock,
        )
        for name, watch in self.watches.items():
            watch.copies_wait = partial(app.tell_copies_wait, name)
        return app

    def ask(self, *, days_ago: float) -> None:
        """A question `C-1` that was put so long ago."""
        asked = NOW - timedelta(days=days_ago)
        record(self.store, entry(1, requests=(request("C-1"),)), now=asked)

    def state(self) -> State:
        found = self.store.request("C-1")
        assert found is not None
        return found.state

    def open_boxes(self) -> list[str]:
        return [name for name, box in self.boxes.items() if box._is_open]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    for stub in made.routes.values():
        stub.gate.set()


async def until(holds: Callable[[], bool], timeout_s: float = 10.0) -> None:
    """Waits until `holds` gives true."""
    async with asyncio.timeout(timeout_s):
        while not holds():  # noqa: ASYNC110 - what is waited for happens in threads
            await asyncio.sleep(0.002)


# poll ----------------------------------------------------------------------------------------


async def test_a_poll_reads_every_mailbox_sends_what_waits_and_lets_go_of_all(
    house: House, log: LogCapture
) -> None:
    house.boxes["support"].deliver(message("Hello"))
    record(house.store, entry(1, mail(1)), entry(2, mail(2)))
    result = await poll_once(house.app(), timeout_s=5)
    assert result.complete
    seen = {name: report.seen for name, report in result.reports.items() if report}
    assert seen == {"support": 1, "cancel-de": 0}
    assert (result.sent, result.waiting) == (2, 0)
    assert log.fields("poll_finished", "trigger") == ["command", "command"]
    # Copies of what was just sent are filed now; nobody knows when the next poll comes.
    assert [stub.copy_rounds for stub in house.routes.values()] == [1, 1]
    assert house.open_boxes() == []
    assert house.courier.closed


async def test_a_poll_says_how_many_replies_still_wait(house: House) -> None:
    record(house.store, entry(1, mail(1)), entry(2, mail(2, to="gone@there.example")))
    house.courier.answer("rcpt", "451 4.7.1 later", only="gone@there.example")
    result = await poll_once(house.app(), timeout_s=1)
    assert (result.sent, result.waiting) == (1, 1)
    assert result.complete


async def test_a_mailbox_that_fails_does_not_keep_the_other_or_the_outbox(house: House) -> None:
    house.routes["support"].failures.append(REFUSED)
    record(house.store, entry(1, mail(1)))
    result = await poll_once(house.app(), timeout_s=5)
    assert not result.complete
    assert [name for name, report in result.reports.items() if report is None] == ["support"]
    assert house.routes["cancel-de"].passes == 1
    assert result.sent == 1
    assert house.open_boxes() == []


@pytest.mark.parametrize("error", [BUSY, BROKEN], ids=["temporary", "permanent"])
@pytest.mark.parametrize("step", ["recover_outbox", "next_due", "counts"])
async def test_a_store_that_fails_is_told_to_the_caller_and_all_is_let_go_of(
    house: House, log: LogCapture, step: str, error: OptoutdError
) -> None:
    house.store.fail_next(step, error)
    with pytest.raises(type(error), match=str(error)):
        await poll_once(house.app(), timeout_s=5)
    assert house.open_boxes() == []
    assert house.courier.closed


async def test_a_poll_takes_up_what_a_dead_process_was_sending(
    house: House, log: LogCapture
) -> None:
    record(house.store, entry(1, mail(1)))
    house.store.take_due(1, now=NOW)
    house.store.reopen()
    result = await poll_once(house.app(), timeout_s=5)
    assert result.sent == 1
    assert log.fields("outbox_recovered", "unknown") == [1]


# Questions that nobody answers ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("days_ago", "state"),
    [(6.99, State.AWAITING_CONFIRMATION), (7.01, State.REVIEW)],
    ids=["in-time", "too-late"],
)
async def test_a_poll_hands_unanswered_questions_to_people(
    house: House, log: LogCapture, days_ago: float, state: State
) -> None:
    house.ask(days_ago=days_ago)
    await poll_once(house.app(), timeout_s=1)
    assert house.state() is state
    assert log.fields("questions_expired", "requests") == (
        [["C-1"]] if state is State.REVIEW else []
    )


async def test_no_question_expires_while_its_answer_may_lie_unread(house: House) -> None:
    house.ask(days_ago=8)
    house.routes["cancel-de"].failures.append(REFUSED)
    await poll_once(house.app(), timeout_s=1)
    assert house.state() is State.AWAITING_CONFIRMATION


@pytest.mark.parametrize("error", [BUSY, BROKEN], ids=["temporary", "permanent"])
async def test_a_store_that_fails_while_questions_expire_is_an_alarm_and_no_more(
    house: House, log: LogCapture, error: OptoutdError
) -> None:
    house.ask(days_ago=8)
    house.store.fail_next("expire_questions", error)
    app = house.app()
    await _expire_questions(app)
    assert house.state() is State.AWAITING_CONFIRMATION
    assert log.fields("store_failed", "error") == [str(error)]
    await _expire_questions(app)
    assert house.state() is State.REVIEW


async def test_the_schedule_polls_all_mailboxes_at_once_and_questions_have_time(
    house: House,
) -> None:
    house.clock.now = NOW.now(NOW.tzinfo)  # the library goes by the real clock
    house.ask(days_ago=8)
    app = house.app()
    schedule = _schedule(app)
    schedule.start()
    await until(lambda: [stub.passes for stub in house.routes.values()] == [1, 1])
    assert house.state() is State.AWAITING_CONFIRMATION
    assert await leave(app, schedule, [])


# A store that fails, and works again ---------------------------------------------------------


@pytest.mark.parametrize("error", [BUSY, BROKEN], ids=["temporary", "permanent"])
async def test_who_waits_for_the_store_is_polled_as_soon_as_it_works(
    house: House, log: LogCapture, monkeypatch: pytest.MonkeyPatch, error: OptoutdError
) -> None:
    monkeypatch.setattr("daemon.service.BEAT_SECONDS", 0.05)
    monkeypatch.setattr("daemon.service._FIRST_BEAT", timedelta(0))
    house.clock.now = NOW.now(NOW.tzinfo)  # the library goes by the real clock
    app = house.app()
    app.heart = Heart("mx1:1:ab", house.store, NOW, app.store_alarm)
    for watch in house.watches.values():
        watch.alarm = app.store_alarm
    # While the beat fails as well, nothing is hurried.
    for _ in range(3):
        house.store.fail_next("beat", error)
    house.routes["support"].failures.extend([error, error])
    schedule = _schedule(app)
    schedule.start()
    await until(lambda: bool(log.named("store_recovered")))
    # The polls are a minute apart.
    assert [stub.passes for stub in house.routes.values()] == [3, 1]
    assert len(log.named("store_failed")) == len(log.named("store_recovered")) == 1
    assert log.named("mailbox_failed") == log.named("mailbox_recovered") == []
    assert await leave(app, schedule, [])


async def test_what_a_dead_process_was_sending_is_taken_up_when_the_store_works(
    house: House, log: LogCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.service._STORE_PAUSE_S", 0.01)
    record(house.store, entry(1, mail(1)))
    house.store.take_due(1, now=NOW)
    house.store.reopen()
    for _ in range(3):
        house.store.fail_next("recover_outbox", BUSY)
    await _take_up(house.app())
    assert log.fields("outbox_recovered", "unknown") == [1]
    assert log.fields("store_failed", "error") == [str(BUSY)]


async def test_a_mistake_of_ours_does_not_end_the_taking_up_and_is_told_once(
    house: House, log: LogCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.service._STORE_PAUSE_S", 0.01)
    record(house.store, entry(1, mail(1)))
    house.store.take_due(1, now=NOW)
    house.store.reopen()
    for _ in range(3):
        mistake = KeyError("a mistake of ours")
        house.store.fail_next("recover_outbox", mistake)  # type: ignore[arg-type]
    await _take_up(house.app())
    assert log.fields("outbox_recovered", "unknown") == [1]
    assert log.fields("unexpected_error", "where") == ["recover"]


async def test_a_beat_that_fails_after_a_reload_does_not_end_the_reloading(
    house: House, log: LogCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reread() -> tuple[Settings, Secrets]:
        raise ConfigError([])

    app = house.app()
    app.heart = Heart("p", house.store, NOW)
    beats: list[object] = []

    def beat(*of: object) -> None:
        beats.append(of)
        raise KeyError("a mistake of ours")

    monkeypatch.setattr(house.store, "beat", beat)
    reload = Reload(app, reread=reread, crew=Crew(asyncio.Event()), schedule=Schedule())
    task = asyncio.create_task(reload.run())
    for times in (1, 2):
        reload.ask()
        await until(lambda times=times: len(beats) == times)  # type: ignore[misc]
    await until(lambda: len(log.named("unexpected_error")) == 2)
    assert len(log.named("configuration_rejected")) == 2
    task.cancel()


async def test_a_reload_has_messages_read_as_the_new_settings_say(
    house: House, tmp_path: Path
) -> None:
    def reread() -> tuple[Settings, Secrets]:
        return loaded(tmp_path, text), secrets

    app, text = house.app(), f"{GOOD}[limits]\nreading_processes = 2\n"
    app.secrets = secrets = Secrets(mailboxes=dict.fromkeys(house.boxes, "secret"), smtp=None)
    app.classifier = classifier()
    reload = Reload(app, reread=reread, crew=Crew(asyncio.Event()), schedule=Schedule())
    await reload.once()
    pool = app.reader
    assert isinstance(pool, Pool)
    assert len(pool.workers) == 2
    assert [watch.route.reader for watch in app.watches.values()] == [pool, pool]
    text = f"{GOOD}[classifier]\nact_on_opt_out = 0.999\n"
    await reload.once()
    for watch in app.watches.values():
        assert watch.route.desk.classifier.thresholds.act_on_opt_out == 0.999
        assert isinstance(watch.route.reader, Here)
    pool.read(raw_messages([message("Hello.")] * FEWEST), desk())
    assert all(worker._running is None for worker in pool.workers)  # it was closed


# Deadlines -----------------------------------------------------------------------------------


def due(house: House, reference: str, state: State, *, hours: float) -> None:
    """A request that came ten hours before it is due in `hours`."""
    made = request(
        reference,
        state=state,
        received_at=NOW + timedelta(hours=hours - 10),
        due_at=NOW + timedelta(hours=hours),
    )
    uid = len(house.store.ledger("support")) + 1
    record(house.store, entry(uid, requests=(made,)))


async def test_each_alarm_is_told_once_also_over_a_restart(house: House, log: LogCapture) -> None:
    due(house, "C-1", State.CONFIRMED, hours=4)
    due(house, "C-2", State.REVIEW, hours=0.5)
    due(house, "C-3", State.HANDED_OVER, hours=6)
    due(house, "C-4", State.AWAITING_CONFIRMATION, hours=0)
    due(house, "O-1", State.EFFECTIVE, hours=0)
    app = house.app()
    await raise_alarms(app)
    await raise_alarms(app)
    assert log.fields("deadline_near", "request") == ["C-2", "C-1"]
    assert log.fields("deadline_near", "percent") == [90, 50]
    (answer,) = log.named("deadline_missed")
    assert (answer["request"], answer["level"]) == ("C-4", "warning")
    house.clock.forward(hours=5)
    await raise_alarms(house.app())
    missed = log.named("deadline_missed")[1:]
    assert [(event["request"], event["level"]) for event in missed] == [
        ("C-2", "error"),
        ("C-1", "error"),
    ]
    assert log.fields("deadline_near", "request")[2:] == ["C-3"]


@pytest.mark.parametrize("step", ["requests_to_alarm", "note_alarms"])
async def test_alarms_wait_for_a_store_that_fails(
    house: House, log: LogCapture, step: str
) -> None:
    due(house, "C-1", State.CONFIRMED, hours=-1)
    house.store.fail_next(step, BUSY)
    await raise_alarms(house.app())
    assert log.fields("store_failed", "error") == [str(BUSY)]
    assert log.named("deadline_missed") == []
    await raise_alarms(house.app())
    assert len(log.named("deadline_missed")) == 1


# Retention -----------------------------------------------------------------------------------


def keep_old_mail(house: House, days: float = 100) -> None:
    record(house.store, ordinary(9), now=NOW - timedelta(days=days))


async def test_a_poll_lets_go_of_what_is_overdue_and_the_next_one_does_not_look(
    house: House, log: LogCapture
) -> None:
    keep_old_mail(house)
    await poll_once(house.app(), timeout_s=5)
    assert house.store.ledger("support") == []
    assert log.fields("retention_done", "ordinary") == [1]
    keep_old_mail(house)
    await _retain(house.app())
    assert len(house.store.ledger("support")) == 1
    house.clock.forward(days=1)
    await _retain(house.app())
    assert house.store.ledger("support") == []
    assert log.fields("retention_done", "ordinary") == [1, 1]


@pytest.mark.parametrize("error", [BUSY, BROKEN], ids=["temporary", "permanent"])
async def test_retention_that_the_store_refuses_is_told_and_tried_at_the_next_time(
    house: House, log: LogCapture, error: OptoutdError
) -> None:
    keep_old_mail(house)
    house.store.fail_next("claim", error)
    await _retain(house.app())
    assert log.fields("store_failed", "error") == [str(error)]
    await _retain(house.app())
    assert house.store.ledger("support") == []


async def test_a_daemon_that_leaves_begins_nothing_and_the_next_one_does_it(
    house: House,
) -> None:
    keep_old_mail(house)
    app = house.app()
    app.stopping = True
    await _retain(app)
    assert len(house.store.ledger("support")) == 1
    await _retain(house.app())
    assert house.store.ledger("support") == []


# Copies for the Sent folder -----------------------------------------------------------------


async def test_copies_are_filed_soon_and_together_and_only_where_they_belong(
    house: House, log: LogCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.copies.AFTER_S", 0.1)
    app = house.app()
    copies = asyncio.create_task(keep_filing(app))
    tasks = await running(app)
    support, cancel = house.routes["support"], house.routes["cancel-de"]
    for number in (1, 2, 3):
        record(house.store, entry(number, mail(number, mailbox="support")))
    record(house.store, entry(4, mail(4, mailbox="no-longer-configured")))
    app.outbox.wake()
    await until(lambda: support.copy_rounds == 1)
    record(house.store, entry(5, mail(5, mailbox="cancel-de")))
    app.outbox.wake()
    await until(lambda: cancel.copy_rounds == 1)
    assert support.copy_rounds == 1
    assert support.passes == cancel.passes == 1
    copies.cancel()
    assert await leave(app, Schedule(), tasks)


async def test_copies_that_a_pass_has_left_are_all_filed_before_the_next_pass(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.copies.AFTER_S", 0.05)
    app = house.app()
    copies = asyncio.create_task(keep_filing(app))
    support, cancel = house.routes["support"], house.routes["cancel-de"]
    await asyncio.sleep(0)
    support.copies = 3  # of a campaign, or of a process that died
    tasks = await running(app)
    await until(lambda: support.copies == 0)
    assert (support.copy_rounds, cancel.copy_rounds) == (3, 0)
    assert support.passes == 1
    copies.cancel()
    assert await leave(app, Schedule(), tasks)


async def test_of_many_copies_more_are_filed_before_the_mailbox_rests(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.copies.AFTER_S", 0.05)
    monkeypatch.setattr("daemon.copies.TURN_S", 60.0)
    monkeypatch.setattr("daemon.copies.BETWEEN_S", 3600.0)
    app = house.app()
    copies = asyncio.create_task(keep_filing(app))
    support = house.routes["support"]
    await asyncio.sleep(0)
    support.copies = 20
    tasks = await running(app)
    await until(lambda: support.copies == 0)
    copies.cancel()
    assert await leave(app, Schedule(), tasks)


async def test_new_mail_is_read_between_two_times_that_copies_are_filed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.copies.AFTER_S", 0.05)
    app = house.app()
    copies = asyncio.create_task(keep_filing(app))
    support = house.routes["support"]
    await asyncio.sleep(0)
    support.copies = 10**9
    tasks = await running(app)
    await until(lambda: support.copy_rounds > 0)
    house.boxes["support"].deliver(message("x"), internal_date=NOW)
    await until(lambda: support.passes == 2)
    assert support.copies > 0
    copies.cancel()
    assert await leave(app, Schedule(), tasks)


async def test_a_single_pass_files_all_copies_that_its_time_allows(house: House) -> None:
    support, cancel = house.routes["support"], house.routes["cancel-de"]
    support.copies, cancel.copies = 4, 10**9
    record(house.store, entry(1, mail(1, mailbox="support")))
    await poll_once(house.app(), timeout_s=0.5)
    assert support.copies == 0
    assert cancel.copy_rounds > support.copy_rounds == 4
    assert cancel.copies > 0


# Leaving -------------------------------------------------------------------------------------


async def running(app: App) -> list[asyncio.Task[None]]:
    """The tasks of the service, after a first pass over each mailbox."""
    tasks = [asyncio.create_task(app.outbox.run(), name="outbox")]
    tasks += [
        asyncio.create_task(watch.idle(), name=idle_name(name))
        for name, watch in app.watches.items()
    ]
    for watch in app.watches.values():
        assert await watch.poll() is not None
    return tasks


async def test_leaving_is_clean_where_everything_was_finished(
    house: House, log: LogCapture
) -> None:
    app = house.app()
    tasks = await running(app)
    assert await leave(app, Schedule(), tasks)
    assert app.stopping
    assert all(task.done() for task in tasks)
    assert house.open_boxes() == []
    assert house.courier.closed
    assert log.fields("daemon_stopped", "clean") == [True]


async def test_a_mail_in_delivery_is_finished_before_the_courier_is_closed(
    house: House, log: LogCapture
) -> None:
    courier = Hanging(delivers=False)
    app = house.app(courier)
    tasks = await running(app)
    record(house.store, entry(1, mail(1)))
    app.outbox.wake()
    await courier.begun.wait()
    leaving = asyncio.create_task(leave(app, Schedule(), tasks))
    await asyncio.sleep(0.05)
    courier.released.set()
    assert await leaving
    assert house.store.counts()["outbox.sent"] == 1


async def test_a_pass_in_hand_is_finished_too(house: House, log: LogCapture) -> None:
    app = house.app()
    tasks = await running(app)
    stub = house.routes["support"]
    stub.gate.clear()
    stub.entered.clear()
    poll = asyncio.create_task(house.watches["support"].poll())
    assert await asyncio.to_thread(stub.entered.wait, 10)
    threading.Timer(0.1, stub.gate.set).start()
    assert await leave(app, Schedule(), tasks)
    assert await poll is not None
    assert stub.passes == 2


async def test_a_pass_that_hangs_is_not_waited_for_and_leaving_is_not_clean(
    house: House, log: LogCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.leaving._GRACE_S", 0.2)
    app = house.app()
    tasks = await running(app)
    stub = house.routes["support"]
    stub.gate.clear()
    stub.entered.clear()
    poll = asyncio.create_task(house.watches["support"].poll())
    assert await asyncio.to_thread(stub.entered.wait, 10)
    assert not await leave(app, Schedule(), tasks)
    assert log.fields("daemon_stopped", "clean") == [False]
    assert log.fields("daemon_stopped", "left") == [["mailbox support"]]
    assert house.open_boxes() == ["support"]
    stub.gate.set()
    await poll


async def test_a_mail_that_hangs_is_cut_off_and_comes_up_at_the_next_start(
    house: House, log: LogCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.leaving._GRACE_S", 0.2)
    courier = Hanging(delivers=False)
    app = house.app(courier)
    tasks = await running(app)
    record(house.store, entry(1, mail(1)))
    app.outbox.wake()
    await courier.begun.wait()
    assert not await leave(app, Schedule(), tasks)
    await asyncio.wait(tasks)
    assert log.fields("daemon_stopped", "clean") == [False]
    assert house.store.counts()["outbox.sending"] == 1
    house.store.reopen()
    assert house.store.recover_outbox(now=NOW) == 1


async def test_a_store_that_is_locked_is_not_waited_for_without_end(
    house: House, log: LogCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.leaving._THREADS_GRACE_S", 0.2)
    unlocked = threading.Event()
    monkeypatch.setattr(house.store, "beat", lambda *_: unlocked.wait(60))
    app = house.app()
    app.heart = Heart("p", house.store, NOW)
    tasks = await running(app)
    threads = ThreadPoolExecutor(2)
    asyncio.get_running_loop().set_default_executor(threads)
    assert not await leave(app, Schedule(), tasks, threads=threads)
    assert log.fields("daemon_stopped", "left") == [["store"]]
    unlocked.set()


async def test_a_server_that_does_not_answer_quit_cuts_off_nothing(
    house: House, log: LogCapture
) -> None:
    app = house.app(Hanging(quits=False))
    tasks = await running(app)
    assert await leave(app, Schedule(), tasks)
    assert log.fields("daemon_stopped", "clean") == [True]


async def test_a_task_that_ended_by_itself_has_its_error_raised_when_all_is_let_go_of(
    house: House, log: LogCapture
) -> None:
    async def fail() -> None:
        raise KeyError("a mistake of ours")

    app = house.app()
    tasks = [*await running(app), asyncio.create_task(fail())]
    with pytest.raises(KeyError, match="a mistake of ours"):
        await leave(app, Schedule(), tasks)
    assert house.open_boxes() == []
    assert house.courier.closed
    assert all(task.done() for task in tasks)
