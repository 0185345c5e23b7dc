"""SIGHUP: the configuration is read again, and takes effect whole or not at all.

All mailboxes finish their batch and stand still for the moment of the change, so that none of them
works by half of the old and half of the new.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from time import CLOCK_MONOTONIC, clock_gettime_ns

from config.credentials import Secrets
from config.mistakes import ConfigError
from config.reply_texts import ReplyTextError, load_reply_texts
from config.settings import Settings
from daemon import events
from daemon.app import App, configure_log, make_watch
from daemon.crew import Crew
from daemon.errors import OptoutdError
from daemon.liveness import longest_delivery_s
from daemon.notify import notify
from daemon.ports import Courier
from daemon.renewal import NeedsRestartError, Renewal, prepare
from daemon.schedule import Schedule
from daemon.store_alarm import BEAT
from daemon.tracing import places
from daemon.watch import Watch

# Reads file, environment and passwords again. Raises ConfigError.
Reread = Callable[[], tuple[Settings, Secrets]]


class Reload:
    """Does it for `app`, whose tasks are `crew`'s and whose polls are in `schedule`."""

    def __init__(self, app: App, *, reread: Reread, crew: Crew, schedule: Schedule) -> None:
        self._app = app
        self._reread = reread
        self._crew = crew
        self._schedule = schedule
        self._texts = load_reply_texts(app.settings.reply.templates)
        self._asked = asyncio.Event()
        self._closing: set[asyncio.Task[None]] = set()

    def ask(self) -> None:
        """To be done as soon as what is being done is done."""
        self._asked.set()

    async def run(self) -> None:
        """Does it whenever it is asked for, until cancelled."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            # systemd wants to know when it began (sd_notify(3)).
            now_us = clock_gettime_ns(CLOCK_MONOTONIC) // 1000
            notify(f"RELOADING=1\nMONOTONIC_USEC={now_us}\nSTATUS=Reading the configuration again")
            try:
                await self.once()
            except Exception as error:  # noqa: BLE001 - a mistake of ours must not end the process
                events.unexpected_error(
                    where="reload", error=type(error).__name__, trace=places(error)
                )
            finally:
                self._app.pausing = False
                notify("READY=1")
            await self._beat()

    async def _beat(self) -> None:
        """Tells at once how all stands now."""
        app = self._app
        if app.heart is None:
            return
        try:
            await app.heart.beat(app.watches, now=app.now(), afresh=True)
        except Exception as error:  # noqa: BLE001 - as for the reload; the next beat is near
            events.unexpected_error(where=BEAT, error=type(error).__name__, trace=places(error))

    async def once(self) -> None:
        """Reads it and puts it in place; a mistake in it changes nothing and is an alarm."""
        try:
            renewal = await asyncio.to_thread(self._prepare)
        except NeedsRestartError as error:
            events.configuration_rejected(mistakes=tuple(error.lines))
        except ConfigError as error:
            events.configuration_rejected(mistakes=tuple(map(str, error.mistakes)))
        except ReplyTextError as error:
            events.configuration_rejected(mistakes=(str(error),))
        except OptoutdError as error:
            setting = getattr(error, "setting", "")
            line = f"{setting}: {error}" if setting else str(error)
            events.configuration_rejected(mistakes=(line,))
        else:
            await self._put_in_place(renewal)
            events.configuration_reloaded(changed=renewal.changed)

    def _prepare(self) -> Renewal:
        settings, secrets = self._reread()
        return prepare(self._app, settings, secrets, texts=self._texts)

    async def _put_in_place(self, renewal: Renewal) -> None:
        app = self._app
        if any(key.startswith("log.") for key in renewal.changed):
            # Before all else, because the store has to be asked for its key.
            await asyncio.to_thread(configure_log, renewal.settings, app.store, app.log)
        app.pausing = True
        leaving: list[Watch] = []
        async with AsyncExitStack() as standstill:
            paused = (watch.paused() for watch in app.watches.values())
            await asyncio.gather(*(map(standstill.enter_async_context, paused)))
            app.pausing = False
            app.settings, app.secrets = renewal.settings, renewal.secrets
            app.writer, self._texts = renewal.writer, renewal.texts
            app.classifier = renewal.classifier or app.classifier
            await self._change_reader(renewal)
            self._change_outbox(renewal)
            if any(key.startswith("receiver.") for key in renewal.changed):
                app.announcer.use(renewal.receivers)
            leaving = self._dismiss()
            for box in renewal.settings.mailbox:
                if box.name in app.watches:
                    await self._renew(box.name, renewal)
        # Only now: a folder that goes from one mailbox to another is never read by two.
        for watch in leaving:
            await watch.stop()
        self._take_on(renewal)

    def _change_outbox(self, renewal: Renewal) -> None:
        app, smtp = self._app, renewal.settings.smtp
        app.outbox.replies_per_hour = renewal.settings.limits.replies_per_hour
        if renewal.courier is None:
            app.outbox.wake()
            return
        old, app.courier = app.courier, renewal.courier
        app.outbox.use(
            renewal.courier,
            connections=smtp.connections,
            longest_delivery_s=longest_delivery_s(timeout_s=smtp.timeout_seconds),
        )
        task = asyncio.create_task(self._close(old), name="close-courier")
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _change_reader(self, renewal: Renewal) -> None:
        if renewal.reader is not None:
            old, self._app.reader = self._app.reader, renewal.reader
            await asyncio.to_thread(old.close)  # nobody reads now

    async def _close(self, courier: Courier) -> None:
        # One that is cut after its final dot would go out twice.
        await self._app.outbox.in_delivery_ended()
        await courier.close()

    def _dismiss(self) -> list[Watch]:
        """Ends the watches of mailboxes that are not configured any more."""
        app = self._app
        names = {box.name for box in app.settings.mailbox}
        gone = {name: watch for name, watch in app.watches.items() if name not in names}
        for name, watch in gone.items():
            self._schedule.remove(poll_name(name))
            self._crew.release(idle_name(name))
            watch.dismiss()
            app.store_alarm.leave(watch.part)
        app.watches = {name: w for name, w in app.watches.items() if name not in gone}
        return list(gone.values())

    async def _renew(self, name: str, renewal: Renewal) -> None:
        watch = self._app.watches[name]
        fresh = self._make(name, renewal)
        await watch.adopt(fresh)
        self._schedule.every(
            watch.poll_seconds, poll_name(name), watch.scheduled, first_at=self._app.now()
        )

    def _take_on(self, renewal: Renewal) -> None:
        """Begins with mailboxes that are new, and keeps all in the order of the file."""
        app = self._app
        watches: dict[str, Watch] = {}
        for box in renewal.settings.mailbox:
            watch = app.watches.get(box.name)
            if watch is None:
                watch = self._make(box.name, renewal)
                self._schedule.every(
                    watch.poll_seconds, poll_name(box.name), watch.scheduled, first_at=app.now()
                )
                self._crew.start(watch.idle(), idle_name(box.name))
            watches[box.name] = watch
        app.watches = watches

    def _make(self, name: str, renewal: Renewal) -> Watch:
        app = self._app
        (box,) = (box for box in renewal.settings.mailbox if box.name == name)
        held = app.watches.get(name)
        mailbox = renewal.mailboxes.get(name) or (held.mailbox if held else None)
        assert mailbox is not None  # noqa: S101 - a new mailbox is among those made
        assert app.classifier is not None  # noqa: S101 - `assemble` has put it there
        return make_watch(app, box, mailbox, app.classifier, renewal.writer)


def poll_name(mailbox: str) -> str:
    """The name of its job in the schedule."""
    return f"poll-{mailbox}"


def idle_name(mailbox: str) -> str:
    """The name of its task in the crew."""
    return f"idle-{mailbox}"
