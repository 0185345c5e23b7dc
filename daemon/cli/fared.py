"""How receivers fare and what they are told, as `status`, `receivers` and `requests` say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from daemon.cli.output import rfc3339
from daemon.cli.spans import span

if TYPE_CHECKING:
    from datetime import datetime

    from daemon.ports import AnnouncementRow, ReceiverStatus


def state_of(receiver: ReceiverStatus) -> str:
    """One of "ok", "failing", "gone" and "unused"."""
    if not receiver.is_active:
        return "unused"
    if receiver.gone_at is not None:
        return "gone"
    return "failing" if receiver.failing_since is not None else "ok"


def state_words(receiver: ReceiverStatus, now: datetime) -> str:
    """The same for people."""
    match state_of(receiver):
        case "unused":
            return "is not configured any more"
        case "gone":
            return "wants nothing any more"
        case "failing" if receiver.failing_since is not None:
            return f"failing for {span(now - receiver.failing_since)}"
        case _:
            return "ok"


def receiver_object(receiver: ReceiverStatus) -> dict[str, Any]:
    """The same for programs."""
    moments = {
        "since": receiver.since,
        "told_at": receiver.told_at,
        "failing_since": receiver.failing_since,
        "gone_at": receiver.gone_at,
        "oldest_at": receiver.oldest_at,
    }
    return {
        "receiver": receiver.name,
        "state": state_of(receiver),
        "waiting": receiver.waiting,
        "needs_person": receiver.needs_person,
        "failed": receiver.failed,
        "error": receiver.error,
        **{name: rfc3339(at) if at is not None else None for name, at in moments.items()},
    }


def announcement_object(row: AnnouncementRow) -> dict[str, Any]:
    """An announcement for programs."""
    return {
        "row": row.row,
        "id": row.id,
        "receiver": row.receiver,
        "request": row.reference,
        "before": row.before.value if row.before else None,
        "change": row.after.value,
        "changed_at": rfc3339(row.changed_at),
        "state": row.state,
        "attempts": row.attempts,
        "next_at": rfc3339(row.next_at) if row.state == "queued" else None,
        "ended_at": rfc3339(row.ended_at) if row.ended_at else None,
        "note": row.note,
    }
