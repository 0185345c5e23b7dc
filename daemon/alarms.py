"""Alarms about deadlines: at half of a request's time, at nine tenths, and when it is late."""

from __future__ import annotations

import asyncio

from daemon import events
from daemon.app import App
from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.store_alarm import BEAT
from handlers.deadlines import LATE, alarm, waits_for_customer

ALARM_SECONDS = 60.0


async def raise_alarms(app: App) -> None:
    """Tells each alarm that is due, once: the store remembers it over restarts."""
    now = app.now()
    try:
        found = await asyncio.to_thread(app.store.requests_to_alarm, now=now)
        requests = {request.reference: request for request in found}
        due = {reference: alarm(request, now) for reference, request in requests.items()}
        # Noted first: where two processes look at once, one of them tells it.
        news = await asyncio.to_thread(app.store.note_alarms, due) if due else []
    except (TemporaryFailure, PermanentFailure) as error:
        app.store_alarm.failed(BEAT, error, retry_in_s=ALARM_SECONDS)
        return
    for reference in news:
        request, percent = requests[reference], due[reference]
        if percent == LATE:
            events.deadline_missed(request=request, by_customer=waits_for_customer(request))
        else:
            events.deadline_near(request=request, percent=percent)
