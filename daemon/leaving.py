"""How the service leaves: what is in hand is finished within seconds; what is not is named."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

from daemon import events
from daemon.app import App
from daemon.notify import notify
from daemon.reload import idle_name
from daemon.schedule import Schedule

_GRACE_S = 4.0
# A store that is locked by another is waited for: an outcome that is noted is no second mail. All
# in all it takes far less than the 90 s after which systemd ends us by force.
_THREADS_GRACE_S = 8.0
_LAST_BEAT_S = 0.5


async def leave(
    app: App,
    schedule: Schedule,
    tasks: list[asyncio.Task[None]],
    *,
    helpers: Sequence[asyncio.Task[None]] = (),
    threads: ThreadPoolExecutor | None = None,
) -> bool:
    """Finishes the batch in hand and the mails in delivery, and takes up nothing new.

    Whether all ended. Where `threads` still wait for something, such as a locked store, the
    caller is not to wait for them.
    """
    notify("STOPPING=1")
    app.stopping = True
    schedule.stop()
    app.outbox.stop()
    app.announcer.stop()
    endings = [
        asyncio.create_task(watch.stop(), name=f"mailbox {name}")
        for name, watch in app.watches.items()
    ]
    try:
        _, late = await asyncio.wait([*tasks, *endings], timeout=_GRACE_S)
    finally:
        for helper in helpers:
            helper.cancel()
    for task in late:
        task.cancel()
    # All mails have had their time: a server that does not answer QUIT cuts off nothing.
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(app.courier.close(), timeout=0.5)
    if app.heart is not None:
        with contextlib.suppress(TimeoutError):
            last = app.heart.beat(app.watches, now=app.now(), stopped=True)
            await asyncio.wait_for(last, timeout=_LAST_BEAT_S)
    for task in (*tasks, *endings):
        # A task that ended before we were asked to stop did so by an error of ours.
        if task.done() and not task.cancelled() and (error := task.exception()):
            raise error
    left = sorted({_name_of(task) for task in late})
    if threads is not None and not await _ended(threads):
        left.append("store")
    events.daemon_stopped(clean=not left, left=tuple(left))
    return not left


def _name_of(task: asyncio.Task[None]) -> str:
    return task.get_name().replace(idle_name(""), "mailbox ", 1)


async def _ended(threads: ThreadPoolExecutor) -> bool:
    """Whether the threads end in time; what waits in front of them is not begun any more."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def end() -> None:
        threads.shutdown(wait=True, cancel_futures=True)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(ended.set)

    Thread(target=end, daemon=True).start()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(ended.wait(), timeout=_THREADS_GRACE_S)
    return ended.is_set()
