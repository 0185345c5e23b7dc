"""When servers received a message, as they wrote into its Received fields (RFC 5321 section 4.4).

INTERNALDATE says so too, but where mail is copied into an account it may be that of the copying.
The topmost field is by our own server; those below may be anybody's.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import parsedate_to_datetime

from handlers.copy_hash import head_of
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
    fields = BytesHeaderParser(policy=compat32).parsebytes(head_of(raw)).raw_items()
    return any(name.lower() == "received" for name, _ in fields)


def is_from_before(raw: bytes, moment: datetime) -> bool:
    """Whether both our own server and its sender say that it is older than `moment`.

    One clock may be wrong, and nobody looks at what is too old.
    """
    fields = BytesHeaderParser(policy=compat32).parsebytes(head_of(raw)).raw_items()
    headers = Headers((n, str(v)) for n, v in fields if n.lower() in _NAMES)
    received, written = received_last(headers), _moment(headers.first("date"))
    return received is not None and written is not None and max(received, written) < moment


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
