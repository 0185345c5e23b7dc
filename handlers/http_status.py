"""What the status of an HTTP answer means to one who has told something: RFC 9110 section 15."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum

# A receiver that asks for a longer pause is asked again all the same.
LONGEST_RETRY_AFTER = timedelta(hours=1)


class Reception(Enum):
    """How it was received."""

    TAKEN = "taken"
    # To be tried again: this one, or, where it is about the receiver, anything.
    NOT_YET = "not yet"
    NOTHING_NOW = "nothing now"
    # Nor perhaps of anything until somebody mends the address, the key or the receiver.
    NOT_HERE = "not here"
    REFUSED = "refused"
    GONE = "gone"


_NOT_YET = {408, 425}
_NOTHING_NOW = {429, 502, 503, 504}
_GONE = 410
# About the very words: they would be refused again.
_REFUSED = {400, 409, 413, 414, 415, 422, 431}


def reception(status: int) -> Reception:
    """What a status says. A redirection leads to a place that nobody has named: nothing now.

    Standard Webhooks takes all but 2xx for a failure that is retried. So is what a mistyped
    address, a changed key or a deployment answers: nobody has read what was told.
    """
    if 200 <= status < 300:
        return Reception.TAKEN
    if status in _NOTHING_NOW or 300 <= status < 400:
        return Reception.NOTHING_NOW
    if status == _GONE:
        return Reception.GONE
    if status in _NOT_YET or not 400 <= status < 500:
        return Reception.NOT_YET
    return Reception.REFUSED if status in _REFUSED else Reception.NOT_HERE


def retry_after_s(field: str, *, now: datetime) -> float | None:
    """The seconds of a Retry-After field (RFC 9110 section 10.2.3), an hour at most; or None."""
    text = field.strip()
    longest_s = LONGEST_RETRY_AFTER.total_seconds()
    if text.isascii() and text.isdecimal():
        return min(float(text[:9]), longest_s)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # whatever a receiver writes there
        return None
    if at.tzinfo is None:  # "-0000": in UTC
        at = at.replace(tzinfo=UTC)
    return min(max((at - now).total_seconds(), 0.0), longest_s)
