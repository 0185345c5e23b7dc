"""Reminds customers of a question that they have not answered: once, and never twice."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from config.settings import Settings
from daemon import events
from daemon.app import App
from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.ports import MailboxStatus, Question
from daemon.store_alarm import BEAT
from daemon.tokens import draw_tokens
from daemon.tracing import places
from handlers.parse import UnparseableMessage, parse_message
from handlers.reminder import plan_reminder, reminder_key
from handlers.reply import ReplyWriter
from handlers.values import OutgoingMail

# More than these have to wait for the next round: a day's questions of a large company.
_A_ROUND = 500
# A mailbox may miss so many polls, and a while more, before an answer in it counts as unread.
_POLLS_MISSED = 3
_GRACE = timedelta(minutes=5)


def all_are_read(settings: Settings, statuses: list[MailboxStatus], now: datetime) -> bool:
    """Whether every mailbox is being read: else an answer may lie where nobody has looked."""
    known = {status.mailbox: status for status in statuses}
    return all(
        (status := known.get(box.name)) is not None
        and not status.error
        and status.succeeded_at is not None
        # A success in the future was noted before the clock was set back.
        and -_GRACE
        <= now - status.succeeded_at
        < _POLLS_MISSED * timedelta(seconds=box.poll_seconds) + _GRACE
        for box in settings.mailbox
    )


async def remind(app: App) -> None:
    """Queues a reminder for each question that is due for one; a failing store waits an hour."""
    days = app.settings.cancellation.reminder_days
    writer = app.writer
    if not days or days >= app.settings.cancellation.question_days or writer is None:
        return
    try:
        reminded = await asyncio.to_thread(_remind, app, writer, timedelta(days=days))
    except (TemporaryFailure, PermanentFailure) as error:
        app.store_alarm.failed(BEAT, error, retry_in_s=3600.0)
        return
    if reminded:
        events.questions_reminded(requests=tuple(reminded))
        app.tell_queued()


def _remind(app: App, writer: ReplyWriter, after: timedelta) -> list[str]:
    asked_before = app.now() - after
    reminded = []
    for question in app.store.questions_to_remind(asked_before=asked_before, limit=_A_ROUND):
        mail = _write(app, writer, question)
        if mail is not None and app.store.remind(
            question.request.reference,
            mail,
            replies_per_day=app.settings.limits.replies_per_address_per_day,
            now=app.now(),
        ):
            events.reply_queued(requests=mail.references, recipient=mail.recipient)
            reminded.append(question.request.reference)
    return reminded


def _write(app: App, writer: ReplyWriter, question: Question) -> OutgoingMail | None:
    """The reminder in the thread of its question; None where that mailbox answers nobody now."""
    request = question.request
    boxes = {box.name: box for box in app.settings.mailbox if box.mode == "live"}
    box = boxes.get(request.mailbox)
    if box is None:
        return None
    try:
        return writer.write(
            plan_reminder(
                request,
                question.recipient,
                secret=draw_tokens().secret,
                thread=question.thread,
            ),
            message=parse_message(question.raw),
            mailbox_name=box.name,
            mailbox_address=box.address,
            now=app.now(),
            idempotency_key=reminder_key(request.reference),
        )
    except (UnparseableMessage, ValueError) as error:
        # Our own mail and our own words: a mistake, and the others are reminded all the same.
        events.unexpected_error(where="remind", error=type(error).__name__, trace=places(error))
        return None
