"""When servers received a message, as they wrote into its Received fields (RFC 5321 section 4.4).

INTERNALDATE says so too, but where mail is copied into an account it may be that of the copying.
The topmost field is by our own server; those below may be anybody's.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from handlers.header_block import header_values
from handlers.values import Headers

_NAMES = frozenset({"received", "date"})


def received_last(headers: Headers) -> datetime | None:
    """When our own server received it, or None where no field says so; aware, in UTC."""
    return _moment(_stamp(headers.first("received")))


def received_first(headers: Headers) -> str:
    """The words in which the first server of all says when it received it, or ''."""
    return _stamp(next(reversed(headers.all("received")), ""))


def has_trace(raw: bytes) -> bool:
    """Whether a message, which may not be readable, has a Received field."""
    return bool(header_values(raw, {"received"}))


def is_from_before(raw: bytes, moment: datetime) -> bool:
    """Whether both our own server and its sender say that it is older than `moment`.

    One clock may be wrong, and nobody looks at what is too old.
    """
    headers = Headers(header_values(raw, _NAMES))
    received = received_last(headers)
    if received is None or received >= moment:
        return False
    written = _moment(headers.first("date"))
    return written is not None and written < moment


def _stamp(field: str) -> str:
    _, semicolon, stamp = field.rpartition(";")
    return " ".join(stamp.split()) if semicolon else ""


def _moment(words: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(words)
        # RFC 5322 section 3.3: "-0000" tells nothing of the zone, and means UTC here.
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
