"""The real route with a clock at each stage: `python -m bench.speed.staged CONFIG`.

One pass and all its replies, as `optoutd poll` does it. The clock is put around the functions of
the product from outside; which function is which stage stands in `STAGES`. Prints one JSON object:
milliseconds of processor time and of time by the clock, by stage. Some messages are read before,
so that what is loaded at the first ones does not count; it is told as `warm_up_cpu_s`.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.mail import make
from bench.speed.clock import Clock
from bench.speed.place import ADDRESS, WARM_UP_MESSAGES
from config.load import load_secrets, load_settings
from daemon.app import App, assemble
from daemon.service import poll_once
from handlers.reading import read_message
from handlers.values import RawMessage

# Stage, module, and what in it; `*` is every public function there.
STAGES = (
    ("fetch", "daemon.mailboxes.imap:ImapMailbox", ("open", "uids_above", "sizes", "fetch")),
    ("parse", "daemon.apart:Apart", ("parse",)),
    ("screen", "handlers.reading", ("screen",)),
    ("prove", "handlers.reading", ("prove",)),
    ("classify", "handlers.classify:Classifier", ("read", "answer")),
    ("classify", "handlers.reading", ("asks_between",)),
    ("decide", "daemon.clerk:Clerk", ("entry",)),
    ("write the reply", "handlers.reply:ReplyWriter", ("write",)),
    ("store: recall and record", "daemon.stores.sql_batch:SqlBatch", ("*",)),
    (
        "file",
        "daemon.mailboxes.imap:ImapMailbox",
        ("move", "flagged", "flag_for_review", "mark_as", "end_review", "append_sent"),
    ),
    ("log", "daemon.events", ("*",)),
    ("rest of the route", "daemon.flow:Route", ("run",)),
)
# Whatever happens in the thread of the event loop and is no stage above.
REPLY = "reply"
_STORES = ("daemon.stores.sqlite:SqliteStore", "daemon.stores.postgres:PostgresStore")
_OUTBOX = ("next_due", "take_due", "sent", "hold", "put_off", "failed", "outcome_unknown")
_BATCH, _REPLIES, _REST = "store: begin, commit", "store: replies", "store: all else"


def functions() -> Iterator[tuple[str, Any, str]]:
    """Stage, holder and name of every function; fails where one is not there any more."""
    for stage, place, names in STAGES:
        holder = _found(place)
        for one in _public(holder) if names == ("*",) else names:
            getattr(holder, one)
            yield stage, holder, one
    for place in _STORES:
        holder = _found(place)
        for one in {*_public(holder), *_OUTBOX}:
            stage = _BATCH if one == "batch" else _REPLIES if one in _OUTBOX else _REST
            getattr(holder, one)
            yield stage, holder, one


def _found(place: str) -> Any:
    module, _, name = place.partition(":")
    holder: Any = importlib.import_module(module)
    return getattr(holder, name) if name else holder


def _public(holder: Any) -> list[str]:
    members = inspect.getmembers(holder, inspect.isfunction)
    names = [name for name, _ in members if not name.startswith("_")]
    return [name for name in names if name not in ("configure", "close")]


def put_on(clock: Clock) -> None:
    """Puts the clock around the stages."""
    for stage, holder, one in list(functions()):
        function = getattr(holder, one)
        is_context = hasattr(function, "__wrapped__") and inspect.isgeneratorfunction(
            function.__wrapped__
        )
        put = clock.timed_context if is_context else clock.timed
        setattr(holder, one, put(stage, function))


@dataclass(slots=True)
class Turns:
    """How long transactions of batches last: with PostgreSQL all processes take turns at them."""

    cpu_s: float = 0.0
    wall_s: float = 0.0
    batches: int = 0

    def put_on(self) -> None:
        """Watches every batch; put on last, it is outside of the clock."""
        for place in _STORES:
            holder = _found(place)
            holder.batch = self._watched(holder.batch)

    def _watched(self, batch: Callable[..., Any]) -> Callable[..., Any]:
        @contextmanager
        def watched(*args: Any) -> Iterator[Any]:
            inside = batch(*args)
            with inside as value:  # from here on it is our turn
                cpu, wall = time.thread_time(), time.perf_counter()
                self.batches += 1
                yield value
            self.cpu_s += time.thread_time() - cpu
            self.wall_s += time.perf_counter() - wall

        return watched


def _warm_up(app: App) -> None:
    """Reads some mail for nothing: at first, words and models of each language are loaded."""
    desk = next(iter(app.watches.values())).route.desk
    for number in range(WARM_UP_MESSAGES):
        raw = make(number, ADDRESS, seed=8)
        read_message(
            RawMessage(uid=1, raw=raw, size_bytes=len(raw), internal_date=datetime.now(UTC)), desk
        )


def main() -> int:
    """Runs, and prints."""
    config = Path(sys.argv[1])
    clock = Clock()
    put_on(clock)  # first, for the parts keep methods of one another
    turns = Turns()
    turns.put_on()
    settings = load_settings(config, {})
    app = assemble(settings, load_secrets(settings, file=config))
    start_s = time.process_time()
    _warm_up(app)
    warm_s, began_s = time.process_time(), time.perf_counter()
    clock.forget()
    try:
        with clock.stage(REPLY):
            result = asyncio.run(poll_once(app, timeout_s=3600))
    finally:
        app.close()
    wall_s, cpu_s = time.perf_counter() - began_s, time.process_time() - warm_s
    totals = clock.totals()
    messages = sum(report.seen for report in result.reports.values() if report)
    per = 1000 / messages
    counted_s = sum(one.cpu_s for one in totals.values())
    # The thread of the event loop mostly waits for the others.
    stages = {
        name: {
            "cpu_ms": one.cpu_s * per,
            "wall_ms": None if name == REPLY else one.wall_s * per,
            "calls_a_message": one.calls / messages,
        }
        for name, one in totals.items()
    }
    stages["other threads"] = {"cpu_ms": (cpu_s - counted_s) * per, "wall_ms": None}
    print(
        json.dumps(
            {
                "messages": messages,
                "replies": result.sent,
                "start_cpu_s": start_s,
                "warm_up_cpu_s": warm_s - start_s,
                "cpu_ms_a_message": cpu_s * per,
                "wall_ms_a_message": wall_s * per,
                "turn_cpu_ms_a_message": turns.cpu_s * per,
                "turn_wall_ms_a_message": turns.wall_s * per,
                "batches": turns.batches,
                "acted": {
                    key: sum(report.counts[key] for report in result.reports.values() if report)
                    for key in ("act", "review", "leave", "ignore")
                },
                "stages": stages,
            }
        )
    )
    return 0 if result.complete else 1


if __name__ == "__main__":
    sys.exit(main())
