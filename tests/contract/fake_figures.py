"""The figures of a period, counted in the tables of the fake."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from daemon.ports import Figures, Spread
from handlers.values import Intent, State
from tests.contract.fake_batch import FakeMail, Tables

OPEN = {State.AWAITING_CONFIRMATION, State.CONFIRMED, State.HANDED_OVER, State.REVIEW}
MILESTONES = {
    (Intent.OPT_OUT, State.EFFECTIVE),
    (Intent.CANCELLATION, State.CONFIRMED),
    (Intent.CANCELLATION, State.COMPLETED),
}


def fake_figures(tables: Tables, since: datetime, until: datetime) -> Figures:
    def within(when: datetime | None) -> bool:
        return when is not None and since <= when < until

    rows = [row for row in tables.messages.values() if within(row.decided_at)]
    live = [row for row in rows if not row.shadow]
    received = [r for r in tables.requests.values() if within(r.received_at)]
    mails = tables.mails.values()
    reached, done_late = _milestones(tables, {r.reference for r in received})
    return Figures(
        since=since,
        until=until,
        messages=Counter((r.mailbox, r.disposition.value, r.reason) for r in live),
        shadowed=len(rows) - len(live),
        silences=Counter(row.silence for row in live if row.silence),
        requests=Counter((r.kind.value, r.channel, r.state.value) for r in received),
        reached=reached,
        answered=Spread.of(
            (m.sent_at - min(arrivals)).total_seconds()
            for m in mails
            if m.sent_at is not None and within(m.sent_at)
            if (arrivals := _arrivals(tables, m.mail.idempotency_key))
        ),
        late=Counter(
            (r.kind.value, r.state.value)
            for r in tables.requests.values()
            if r.state in OPEN and r.due_at < until
        ),
        done_late=done_late,
        reviews_open=sum(r.state is State.REVIEW for r in tables.requests.values()),
        reviews_ended=sum(
            within(at) and what == "request_changed" and "before=review" in more
            for at, what, _, more in tables.events
        ),
        held_open=len(tables.held()),
        held_ended=sum(
            r.resolved_at is not None and within(r.resolved_at) for r in tables.messages.values()
        ),
        replies=Counter(m.state for m in mails if within(m.queued_at)),
        perhaps_twice=sum(went_twice(m) for m in mails if within(m.queued_at)),
    )


def went_twice(mail: FakeMail) -> bool:
    """Whether it went out again after an outcome that nobody knows."""
    return mail.unknowns > 1 or (mail.unknowns == 1 and mail.state == "sent")


def _arrivals(tables: Tables, key: str) -> list[datetime]:
    return [r.received_at for r in tables.messages.values() if key == f"reply:{r.digest}"]


def _milestones(
    tables: Tables, references: set[str]
) -> tuple[dict[tuple[str, str], Spread], dict[str, int]]:
    took: dict[tuple[str, str], dict[str, float]] = {}
    first: dict[str, datetime] = {}
    for at, what, reference, more in tables.events:
        if reference not in references or what not in ("request_recorded", "request_changed"):
            continue
        request = tables.requests[reference]
        told = dict(item.split("=") for item in more.split())
        state = State(told.get("after") or told["state"])
        if state not in OPEN:
            first.setdefault(reference, at)
        if (request.kind, state) in MILESTONES:
            times = took.setdefault((request.kind.value, state.value), {})
            times.setdefault(reference, (at - request.received_at).total_seconds())
    late = Counter(
        tables.requests[reference].kind.value
        for reference, at in first.items()
        if at > tables.requests[reference].due_at
    )
    return {which: Spread.of(times.values()) for which, times in took.items()}, late
