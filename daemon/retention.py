"""What goes after its time, as `[retention]` says: once a day, by the daemon or by `poll`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic, sleep

from config.settings import RetentionSettings
from daemon import events
from daemon.ports.data import DataStore, Expiring, Overdue, Progress

# Rows a transaction: a few hundredths of a second, in which nobody else writes.
_ROWS_AT_ONCE = 500
# Between two steps, so that those who wait to write get their turn: no lock here is fair.
_PAUSE_S = 0.05
# A timer does not strike to the second; twice within a day does no harm either.
_EVERY = timedelta(hours=20)
# Not the operator's to choose: names of hosts and times, of use only while somebody may ask.
_PROCESS_DAYS = 7
# At least: a ticket that the panel sends once more, be it from a backup of its own, must not be a
# new cancellation.
_TICKET_DAYS = 366

Counts = dict[Expiring, int]


def limits(settings: RetentionSettings, *, now: datetime) -> dict[Expiring, datetime]:
    """Before which moment each kind goes, in the order in which they go."""
    days: dict[Expiring, int] = {
        "reply_bytes": settings.reply_bytes_days,
        "evidence": settings.evidence_days,
        "ordinary": settings.ordinary_days,
        "requests": settings.request_days,
        # After the requests: with the request goes the ticket that is old enough.
        "tickets": max(settings.request_days, _TICKET_DAYS),
        "replies": settings.request_days,
        "announcements": settings.request_days,
        "processes": _PROCESS_DAYS,
    }
    return {what: now - timedelta(days=number) for what, number in days.items()}


def overdue(
    store: DataStore, settings: RetentionSettings, *, now: datetime
) -> dict[Expiring, Overdue]:
    """What `retain` would let go of; changes nothing."""
    return {
        what: store.overdue(what, before=before)
        for what, before in limits(settings, now=now).items()
    }


def retain(
    store: DataStore,
    settings: RetentionSettings,
    *,
    now: datetime,
    by: str,
    stopping: Callable[[], bool] = lambda: False,
    progress: Progress | None = None,
) -> Counts:
    """Lets go of all that is overdue, a few rows at a time; how many of each.

    `stopping` is asked between the steps. What was done is told to the audit in the name of `by`.
    """
    counts: Counts = {}
    expected = sum(due.rows for due in overdue(store, settings, now=now).values())
    for what, before in limits(settings, now=now).items():
        counts[what] = 0
        while not stopping():
            gone = store.expire(what, before=before, limit=_ROWS_AT_ONCE, now=now)
            counts[what] += gone
            if progress is not None:
                progress(sum(counts.values()), expected)
            if gone < _ROWS_AT_ONCE:
                break
            sleep(_PAUSE_S)
    if any(counts.values()):
        detail: dict[str, str | int] = {what: number for what, number in counts.items() if number}
        store.witness("retention", by=by, now=now, detail=detail)
    return counts


def retain_daily(
    store: DataStore,
    settings: RetentionSettings,
    *,
    now: datetime,
    stopping: Callable[[], bool],
) -> None:
    """As `retain`, unless some process has done so within the day; tells the log.

    Raises TemporaryFailure or PermanentFailure where the store cannot be used.
    """
    if stopping() or not store.claim("retention", every=_EVERY, now=now):
        return
    began = monotonic()
    counts = retain(store, settings, now=now, by="optoutd", stopping=stopping)
    events.retention_done(**counts, duration_s=monotonic() - began)
