"""Times as people type them: of a call or a letter, in the zone of this machine."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

LONG_AGO = timedelta(days=365)
FORMS = "such as 2026-11-24 15:30, 2026-11-24, 24.11.2026 15:30 or 2026-11-24T15:30:00Z"

_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(.*)\Z", re.DOTALL)


def moment(text: str, *, now: datetime, may_be_long_ago: bool) -> datetime:
    """The time that was typed, in UTC; without a zone it is meant in the one of this machine.

    A day alone is its beginning: a letter's clock rather starts too early than too late. Raises
    ValueError, in words that go on after "received", for what is no time, lies in the future, or
    is over a year ago where that is not wanted.
    """
    words = " ".join(text.split())
    if not words:
        raise ValueError(f"is empty: {FORMS}")
    if found := _DAY_FIRST.match(words):
        day, month, year, rest = found.groups()
        words = f"{year}-{month:0>2}-{day:0>2}{rest}"
    try:
        # Without a zone: astimezone() takes it for the local one, with its summer time then.
        when = datetime.fromisoformat(words).astimezone(UTC)
    except (ValueError, OverflowError):
        shown = "".join(c for c in words[:40] if c.isprintable())
        raise ValueError(f'is "{shown}", which is no time: {FORMS}') from None
    if when > now:
        raise ValueError(f"is {when:%Y-%m-%d %H:%M} UTC, which is yet to come")
    if now - when > LONG_AGO and not may_be_long_ago:
        raise ValueError(
            f"is {when:%Y-%m-%d %H:%M} UTC, more than a year ago: if that is right, say --yes"
        )
    return when
