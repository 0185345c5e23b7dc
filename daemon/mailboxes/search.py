"""Finding messages in the open folder, by UID and by the time of receipt."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from daemon.mailboxes.fetch import internal_dates

HIGHEST_UID = 2**32 - 1


def search_above(client: Any, uid: int, *criteria: object) -> list[int]:
    """The UIDs greater than `uid` that fulfil the search criteria, ascending."""
    if uid >= HIGHEST_UID:
        return []
    # "n:*" always holds the last message, though its UID be below n (RFC 9051 section 9).
    found = client.search(["UID", f"{uid + 1}:*", *criteria])
    return sorted({number for number in found if number > uid})


def search_since(client: Any, uid: int, since: datetime) -> list[int]:
    """The UIDs greater than `uid` whose INTERNALDATE is not before the day of `since`, UTC."""
    day = since.astimezone(UTC).date()
    # SINCE compares days of the server's own time zone: ask for one more, then look.
    uids = search_above(client, uid, "SINCE", day - timedelta(days=1))
    dates = internal_dates(client, uids)
    midnight = datetime.combine(day, time(), UTC)
    return [u for u in uids if u in dates and dates[u] >= midnight]


def search_moment(client: Any, received_at: datetime) -> set[int]:
    """The UIDs of the messages whose INTERNALDATE is `received_at`, an aware time."""
    # SINCE and BEFORE compare days of the server's own time zone.
    day = received_at.astimezone(UTC).date()
    found = client.search(["SINCE", day - timedelta(days=1), "BEFORE", day + timedelta(days=2)])
    dates = internal_dates(client, sorted(found))
    return {u for u, date in dates.items() if date == received_at}
