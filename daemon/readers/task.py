"""What one process of the pool is given to read, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from handlers.classify.confidence import Thresholds
from handlers.reading import Contents, Desk
from handlers.screen import Ourselves
from handlers.values import RawMessage, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Messages of one mailbox, and what of its desk it takes to read their contents.

    The keys of our tokens are not among it: they would have to leave this process.
    """

    messages: tuple[RawMessage, ...] = field(repr=False)
    mailbox: str
    role: Role
    us: Ourselves
    trusted_authserv_id: str
    thresholds: Thresholds  # of the shipped classifier, which the process loads for itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What each message holds, in their order; None where the daemon has to read it itself.

    `ended_at` is the place of the one at which the process ended, if it did at one.
    """

    contents: Sequence[Contents | None] = field(repr=False)
    ended_at: int | None = None


# What anybody can read: to see whether a process can.
TRIED = Task(
    messages=(
        RawMessage(
            uid=1,
            raw=b"From: a@example.com\r\n\r\nHello.\r\n",
            size_bytes=33,
            internal_date=datetime(2026, 1, 1, tzinfo=UTC),
        ),
    ),
    mailbox="",
    role=Role.SUPPORT,
    us=Ourselves(),
    trusted_authserv_id="",
    thresholds=Thresholds(),
)


def task_of(messages: Sequence[RawMessage], desk: Desk) -> Task:
    """The task of reading these messages for `desk`."""
    return Task(
        messages=tuple(messages),
        mailbox=desk.mailbox,
        role=desk.role,
        us=desk.us,
        trusted_authserv_id=desk.trusted_authserv_id,
        thresholds=desk.classifier.thresholds,
    )


def nothing_of(task: Task, *, ended_at: int | None = None) -> Answer:
    """The answer of a process that has not answered."""
    return Answer(contents=(None,) * len(task.messages), ended_at=ended_at)
