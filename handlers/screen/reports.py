"""Reports of mail systems: bounces, receipts, complaints (RFC 3464, 8098, 5965)."""

from __future__ import annotations

from handlers.screen.condition import Ourselves
from handlers.values import Message

_REPORT_TYPES = frozenset({"delivery-status", "disposition-notification", "feedback-report"})
_REPORT_PARTS = frozenset(
    {
        "message/delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
        "message/global-delivery-status",
    }
)


def report(message: Message, _: Ourselves) -> bool:
    """Whether it is a mail system's report, or has one as a part."""
    return (
        message.report_type in _REPORT_TYPES
        or bool(_REPORT_PARTS & set(message.attached_types))
        or "x-failed-recipients" in message.headers
    )
