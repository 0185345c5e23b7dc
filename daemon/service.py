"""The running service: `optoutd run`, and the single pass of `optoutd poll`."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from time import monotonic

from daemon import __version__, copies, events, leases
from daemon.alarms import ALARM_SECONDS, raise_alarms
from daemon.allocator import give_back
from daemon.app import App
from daemon.crew import Crew
from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.flow import PassReport
from daemon.heart import BEAT_SECONDS
from daemon.leaving import leave
from daemon.liveness import feed, stuck
from daemon.notify import notify, watchdog_s
from daemon.ports import Lease
from daemon.reload import Reload, Reread, idle_name, poll_name
from daemon.reminders import all_are_read, remind
from daemon.retention import retain_daily
from daemon.schedule import Schedule
from daemon.store_alarm import BEAT
from daemon.tracing import places
from daemon.watch import Watch

_EXPIRY_SECONDS = 3600.0
# How often it is asked whether a day has passed: a daemon that is restarted each night forgets
# when it last did it, the store does not.
_RETENTION_SECONDS = 3600.0
# In that time some thousand messages leave pages behind.
_MEMORY_SECONDS = 10.0
# How often `poll` looks whether the holder of a mailbox is alive.
_LOOK_AGAIN_S = 1.0
# Answers that came while no daemon ran are read before their questions expire.
_FIRST_EXPIRY = timedelta(minutes=5)
# The first passes have something to tell by then.
_FIRST_BEAT = timedelta(seconds=1)
_STORE_PAUSE_S = 5.0
_ENLIST_S = 2.0
# Of what blocks: as many names of servers as there may be connections, each of which a resolver
# without an answer holds up for half a minute; and what the others ask of the store meanwhile.
_THREADS = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """What `optoutd poll` did: a report a mailbox (None where it failed), and the outbox.

    `busy` are the mailboxes that another process reads, with its name.
    """

    reports: dict[str, PassReport | None] = field(default_factory=dict)
    busy: dict[str, str] = field(default_factory=dict)
    sent: int = 0
    waiting: int = 0

    @property
    def complete(self) -> bool:
        """Whether every mailbox could be used."""
        return all(report is not None for report in self.reports.values())


async def poll_once(
    app: App, *, timeout_s: float, waiting: Callable[[Lease], None] = lambda _: None
) -> PollResult:
    """One pass over all mailboxes, then the outbox until it is empty or `timeout_s` is over.

    The lease of a dead process is waited out, and `waiting` told of it; what a living one reads
    is left to it. What was just sent is put into the Sent folders then, for as long. Raises
    TemporaryFailure or PermanentFailure where the store cannot be used for the outbox.
    """
    watches = app.watches
    keeping = asyncio.create_task(_keep_leases(app))
    try:
        holders = await asyncio.gather(*(_turn(watch, waiting) for watch in watches.values()))
        busy = {name: h for name, h in zip(watches, holders, strict=True) if h}
        await app.announcer.enlist()
        await app.outbox.recover()  # who held a lease that was waited out is known to be dead now
        await app.announcer.recover()
        ours = {name: watch for name, watch in watches.items() if name not in busy}
        passes = await asyncio.gather(*(watch.poll("command") for watch in ours.values()))
        reports = dict(zip(ours, passes, strict=True))
        result = PollResult(reports={name: reports.get(name) for name in watches}, busy=busy)
        if result.complete:  # else an answer may lie where nobody could look
            await _expire_questions(app)
            await remind(app)
        await raise_alarms(app)
        sent = await _deliver(app, ours, timeout_s)
        await _retain(app)
        counts = await asyncio.to_thread(app.store.counts)
        if app.heart is not None:
            await app.heart.beat(watches, now=app.now(), stopped=True)
        return replace(result, sent=sent, waiting=counts.get("outbox.queued", 0))
    finally:
        keeping.cancel()
        await asyncio.gather(*(watch.stop() for watch in watches.values()))
        await app.courier.close()


async def _deliver(app: App, ours: Mapping[str, Watch], timeout_s: float) -> int:
    """Sends replies and files their copies, and tells receivers beside it; how many were sent.

    A receiver that is down holds up neither.
    """
    telling = asyncio.create_task(app.announcer.drain(timeout_s), name="receivers")
    try:
        sent = await app.outbox.drain(timeout_s)
        if sent:
            await copies.file_all(ours, timeout_s=timeout_s)
        await telling
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
    return sent


async def _turn(watch: Watch, waiting: Callable[[Lease], None]) -> str:
    """Waits until the mailbox is ours, or its holder shows that he is alive; then his name."""
    seen: Lease | None = None
    while (lease := await watch.take_lease()) is not None and not lease.is_ours:
        if seen is None:
            waiting(lease)
        elif lease.holder != seen.holder or lease.left_s > seen.left_s:
            return lease.holder
        seen = lease
        await asyncio.sleep(min(_LOOK_AGAIN_S, max(lease.left_s, 0.01)))
    return ""


async def serve(app: App, *, reread: Reread | None = None, hung_up: bool = False) -> bool:
    """Runs until SIGTERM or SIGINT; whether everything was finished within the grace period.

    Where it was not, a thread may wait for long, and the process is to end without waiting for it.
    SIGHUP has the settings read again by `reread`; `hung_up` says that one has come already.
    """
    loop = asyncio.get_running_loop()
    threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="common")
    loop.set_default_executor(threads)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _on_signal, number, stopping)

    def wake_outbox() -> None:
        loop.call_soon_threadsafe(app.outbox.wake)
        loop.call_soon_threadsafe(app.announcer.wake)

    app.mail_queued.append(wake_outbox)
    crew, schedule = Crew(stopping), _schedule(app)
    await _enlist(app)
    # These are not waited for at the end: what they have not done, the next start does.
    helpers = [
        asyncio.create_task(copies.keep_filing(app), name="copies"),
        asyncio.create_task(_keep_leases(app), name="leases"),
        asyncio.create_task(_stand_by(app), name="stand-by"),
        asyncio.create_task(_take_up(app), name="recover"),
        # Who dies in its first second is to be known as dead.
        asyncio.create_task(_beat(app), name="first beat"),
    ]
    reloading: list[asyncio.Task[None]] = []
    if reread is not None:
        reload = Reload(app, reread=reread, crew=crew, schedule=schedule)
        loop.add_signal_handler(signal.SIGHUP, reload.ask)
        reloading.append(asyncio.create_task(reload.run(), name="reload"))
        if hung_up:
            reload.ask()
    schedule.start()
    app.mailbox_changed.append(lambda: schedule.soon(BEAT))
    crew.start(app.outbox.run(), "outbox")
    crew.start(app.announcer.run(), "receivers")
    for name, watch in app.watches.items():
        crew.start(watch.idle(), idle_name(name))
    events.daemon_started(version=__version__, mailboxes=tuple(app.watches), pid=os.getpid())
    notify(f"READY=1\nSTATUS=Reading {', '.join(app.watches)}")
    if interval_s := watchdog_s(os.environ):
        helpers.append(asyncio.create_task(feed(interval_s, lambda: _stuck(app)), name="watchdog"))
    await stopping.wait()
    for task in reloading:  # or else it might begin with a mailbox while we leave
        task.cancel()
        await asyncio.wait([task])
    return await leave(app, schedule, crew.tasks, helpers=helpers, threads=threads)


async def _enlist(app: App) -> None:
    """Has it written who is told of requests, before any message is read.

    Not for long: a store that is locked must not keep us from our signals. It is tried again
    beside all else.
    """
    enlisting = asyncio.create_task(app.announcer.enlist(), name="enlist")
    await asyncio.wait([enlisting], timeout=_ENLIST_S)


def _stuck(app: App) -> list[str]:
    pulses = [watch.pulse() for watch in app.watches.values()]
    return stuck(monotonic(), pulses, app.outbox.pulse(), app.announcer.pulses())


async def _keep_leases(app: App) -> None:
    def lost(name: str) -> None:
        if (watch := app.watches.get(name)) is not None:
            watch.lose()

    await leases.keep(app.store, lost, app.store_alarm)


async def _stand_by(app: App) -> None:
    """Takes over what dead processes have left: their mailboxes, and mails in delivery."""
    at_work: dict[str, asyncio.Task[None]] = {}
    told = set[str]()

    def begin(name: str, work: Callable[[], Coroutine[None, None, None]]) -> None:
        # Each for itself: a pass may take long, and a store that is locked as well.
        if name not in at_work or at_work[name].done():
            at_work[name] = asyncio.create_task(work(), name=f"take-over-{name}")

    def take_over() -> None:
        for name, watch in list(app.watches.items()):
            if not watch.is_ours:
                begin(name, watch.take_over)
        begin("", recover)

    async def recover() -> None:
        if await _recover(app, told):
            app.outbox.wake()

    await leases.stand_by(app.store, take_over)


async def _recover(app: App, told: set[str]) -> bool:
    """Takes up what dead processes were delivering; whether the store let us.

    `told` keeps the mistakes of ours that were told: it is tried again every few seconds.
    """
    try:
        await app.outbox.recover()
        await app.announcer.recover()
    except (TemporaryFailure, PermanentFailure) as error:
        app.store_alarm.failed(BEAT, error, retry_in_s=_STORE_PAUSE_S)
        return False
    except Exception as error:  # noqa: BLE001 - a mistake of ours must not end it in silence
        if (name := type(error).__name__) not in told:
            told.add(name)
            events.unexpected_error(where="recover", error=name, trace=places(error))
        return False
    return True


async def _take_up(app: App) -> None:
    """The same at the start, when the disk may be full: as soon as the store lets us."""
    told = set[str]()
    while True:
        if await _recover(app, told):
            app.outbox.wake()
            return
        await asyncio.sleep(_STORE_PAUSE_S)


def _schedule(app: App) -> Schedule:
    schedule = Schedule()
    now = app.now()
    for box in app.settings.mailbox:
        watch = app.watches[box.name]
        schedule.every(box.poll_seconds, poll_name(box.name), watch.scheduled, first_at=now)

    async def care_for_questions() -> None:
        if await _all_are_read(app):
            await _expire_questions(app)
            await remind(app)

    async def alarms() -> None:
        await raise_alarms(app)

    async def beat() -> None:
        await _beat(app)
        _hurry(app, schedule)

    async def memory() -> None:
        give_back()

    async def retain() -> None:
        await _retain(app)

    schedule.every(_EXPIRY_SECONDS, "questions", care_for_questions, first_at=now + _FIRST_EXPIRY)
    schedule.every(ALARM_SECONDS, "alarms", alarms, first_at=now)
    schedule.every(BEAT_SECONDS, BEAT, beat, first_at=now + _FIRST_BEAT)
    schedule.every(_MEMORY_SECONDS, "memory", memory, first_at=now + _FIRST_BEAT)
    # Daemons that one timer starts together need not go through their stores together.
    later = timedelta(seconds=_RETENTION_SECONDS * random.random())
    schedule.every(_RETENTION_SECONDS, "retention", retain, first_at=now + later)
    return schedule


async def _beat(app: App) -> None:
    if app.heart is not None:
        await app.heart.beat(app.watches, now=app.now())


def _hurry(app: App, schedule: Schedule) -> None:
    """Has those polled that the store has failed, once it works again for the beat.

    The next poll may be an hour away where mail is told of by IDLE.
    """
    if not app.store_alarm.is_met_by(BEAT):
        for name, watch in app.watches.items():
            if watch.waits_for_store:
                schedule.soon(poll_name(name))


async def _all_are_read(app: App) -> bool:
    """Whether no answer can lie unread, by what all processes tell of their mailboxes."""
    try:
        statuses = await asyncio.to_thread(app.store.mailbox_statuses)
    except (TemporaryFailure, PermanentFailure) as error:
        app.store_alarm.failed(BEAT, error, retry_in_s=_EXPIRY_SECONDS)
        return False
    return all_are_read(app.settings, statuses, app.now())


async def _expire_questions(app: App) -> None:
    """A question that nobody answers goes to people: only they close it."""
    now = app.now()
    asked_before = now - timedelta(days=app.settings.cancellation.question_days)
    try:
        expired = await asyncio.to_thread(
            app.store.expire_questions, asked_before=asked_before, now=now
        )
    except (TemporaryFailure, PermanentFailure) as error:
        app.store_alarm.failed(BEAT, error, retry_in_s=_EXPIRY_SECONDS)
        return
    if expired:
        events.questions_expired(requests=tuple(expired))


async def _retain(app: App) -> None:
    """Once a day, whatever has outlived its time goes."""
    try:
        await asyncio.to_thread(
            retain_daily,
            app.store,
            app.settings.retention,
            now=app.now(),
            stopping=lambda: app.stopping,
        )
    except (TemporaryFailure, PermanentFailure) as error:
        app.store_alarm.failed(BEAT, error, retry_in_s=_RETENTION_SECONDS)


def _on_signal(number: signal.Signals, stopping: asyncio.Event) -> None:
    if not stopping.is_set():
        events.daemon_stopping(signal=number.name)
    stopping.set()
