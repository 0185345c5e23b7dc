"""Times as people read them on a screen: how long ago, and how long still."""

from __future__ import annotations

from datetime import datetime, timedelta

_UNITS = ((86_400.0, "d"), (3600.0, "h"), (60.0, "min"))


def span(length: timedelta) -> str:
    """A length of time in one unit, rounded down: `5 s`, `12 min`, `5 h`, `3 d`.

    Two of a unit at least, or the next smaller one: `90 min` says more than `1 h`.
    """
    seconds = max(length.total_seconds(), 0.0)
    for size, name in _UNITS:
        if seconds >= 2 * size:
            return f"{int(seconds // size)} {name}"
    return f"{int(seconds)} s"


def ago(when: datetime | None, now: datetime) -> str:
    """`5 s ago`, or `never`."""
    return "never" if when is None else f"{span(now - when)} ago"


def left(until: datetime, now: datetime) -> str:
    """`in 5 h`, or `2 h late`."""
    return f"in {span(until - now)}" if until > now else f"{span(now - until)} late"
