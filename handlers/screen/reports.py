"""Reports of mail systems: bounces, receipts, complaints (RFC 3464, 8098, 5965)."""

from __future__ import annotations

import re

from handlers.screen.condition import Ourselves, keyword
from handlers.values import Message

_REPORT_PARTS = frozenset(
    {
        "message/delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
        "message/global-delivery-status",
        "message/global-disposition-notification",
        "message/tracking-status",
    }
)
# Fields of a report's machine-readable part: programs that know no MIME write them as text.
_REPORT_FIELDS = re.compile(
    r"^(reporting-mta|final-recipient|diagnostic-code|remote-mta|feedback-type|original-rcpt-to"
    r"|original-mail-from|removal-recipient)[ \t]*:[ \t]*\S",
    re.IGNORECASE | re.MULTILINE,
)
_MAX_CHARS = 5_000


def report(message: Message, _: Ourselves) -> bool:
    """Whether it is a mail system's report, or has one as a part."""
    return (
        # Of whatever report-type: old gateways leave it out (RFC 6522 section 3).
        message.content_type == "multipart/report"
        # Of several the strictest reading counts, not that of the library.
        or any(keyword(v) == "multipart/report" for v in message.headers.all("content-type"))
        or bool(message.report_type)
        or not _REPORT_PARTS.isdisjoint(message.attached_types)
        or "x-failed-recipients" in message.headers
    )


def reads_like_report(message: Message) -> bool:
    """Whether two fields of a report stand in its text; people paste such into their mail, too."""
    found = _REPORT_FIELDS.findall(message.new_text[:_MAX_CHARS])
    return len({name.lower() for name in found}) >= 2
