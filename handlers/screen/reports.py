"""Reports of mail systems: bounces, receipts, complaints (RFC 3464, 8098, 5965)."""

from __future__ import annotations

from handlers.screen.condition import Ourselves
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


def report(message: Message, _: Ourselves) -> bool:
    """Whether it is a mail system's report, or has one as a part."""
    return (
        # Of whatever report-type: old gateways leave it out (RFC 6522 section 3).
        message.content_type == "multipart/report"
        or bool(message.report_type)
        or not _REPORT_PARTS.isdisjoint(message.attached_types)
        or "x-failed-recipients" in message.headers
    )
