"""How announcements come into the store: with the change that they tell of, in its transaction."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.stores import receivers, requests
from daemon.stores.schema import announcement
from handlers.announcement import is_wanted
from handlers.values import Change, Decision, Request, State, Suppression


def queue(
    connection: Connection,
    decisions: Sequence[Decision],
    now: datetime,
    *,
    keeps_off: Callable[[Suppression], bool],
    is_new: Callable[[Suppression], bool],
) -> None:
    """Queues what the receivers are to be told of these decisions, which are carried out.

    `keeps_off` says of what was lifted that the address stays off that list all the same, `is_new`
    of what was suppressed that it was not before.
    """
    if not any(each.requests or each.changes or each.suppress for each in decisions):
        return
    if not (audiences := receivers.in_use(connection)):
        return
    more = {id(each): more_lists(each, is_new) for each in decisions}
    changes = [change for decision in decisions for change in decision.changes]
    about = [reference for some in more.values() for reference in some]
    changed = _kinds(connection, [*about, *(change.reference for change in changes)])
    rows: list[dict[str, Any]] = []
    for decision in decisions:
        lists: dict[str, dict[str, None]] = {}
        lifted = [each for each in decision.lift if not keeps_off(each)]
        for each in (*decision.suppress, *lifted):
            lists.setdefault(each.reference, {})[each.list_name] = None
        for new in decision.requests:
            rows += _rows(audiences, new, None, new.state, new.reason, lists, now)
        for change in decision.changes:
            request = changed[change.reference]
            rows += _rows(
                audiences, request, change.before, change.after, change.reason, lists, now
            )
        for reference, names in more[id(decision)].items():
            if (held := changed.get(reference)) is not None:
                rows += _rows(
                    audiences,
                    held,
                    still_held(held),
                    State.EFFECTIVE,
                    decision.reason,
                    {reference: names},
                    now,
                )
    _insert(connection, rows)


def more_lists(decision: Decision, is_new: Callable[[Suppression], bool]) -> dict[str, list[str]]:
    """The lists that a decision takes an address off by requests that were in effect before."""
    told = {request.reference for request in decision.requests}
    told |= {change.reference for change in decision.changes}
    found: dict[str, list[str]] = {}
    for each in decision.suppress:
        if each.reference not in told and is_new(each):
            found.setdefault(each.reference, []).append(each.list_name)
    return found


def still_held(request: Request) -> State:
    """The state that a request was in which takes its address off one more list."""
    return State.REVIEW if request.state is State.REVIEW else State.EFFECTIVE


def queue_changes(connection: Connection, changes: Sequence[Change], now: datetime) -> None:
    """Queues what the receivers are to be told of these changes, which no message made."""
    if not changes or not (audiences := receivers.in_use(connection)):
        return
    changed = _kinds(connection, [change.reference for change in changes])
    rows: list[dict[str, Any]] = []
    for change in changes:
        request = changed[change.reference]
        rows += _rows(audiences, request, change.before, change.after, change.reason, {}, now)
    _insert(connection, rows)


def queue_state(
    connection: Connection,
    audience: receivers.InUse,
    request: Request,
    *,
    before: State,
    lists: Sequence[str],
    now: datetime,
) -> None:
    """Queues for one receiver how a request stands, which it knows as `before`."""
    mine = {request.reference: lists}
    _insert(
        connection,
        _rows([audience], request, before, request.state, request.reason, mine, now),
    )


def queue_again(
    connection: Connection,
    audience: receivers.InUse,
    request: Request,
    *,
    message_id: str,
    lists: Sequence[str],
    now: datetime,
) -> None:
    """Queues for one receiver how a request stands of which it knows nothing, since then."""
    mine = {request.reference: lists}
    at = request.updated_at or request.received_at
    rows = _rows([audience], request, None, request.state, request.reason, mine, at)
    # Tried for its time from now on, however long ago it came to be so.
    again = {"message_id": message_id, "next_at": now, "retried_at": now}
    _insert(connection, [row | again for row in rows])


def _kinds(connection: Connection, references: Collection[str]) -> dict[str, Request]:
    return requests.by_references(connection, set(references)) if references else {}


def _rows(
    audiences: Sequence[receivers.InUse],
    request: Request,
    before: State | None,
    after: State,
    reason: str,
    lists: Mapping[str, Collection[str]],
    now: datetime,
) -> list[dict[str, Any]]:
    # One id for all: it names what has happened, and each receiver knows its own.
    message_id = f"msg_{secrets.token_hex(16)}"
    return [
        {
            "message_id": message_id,
            "receiver": audience.name,
            "reference": request.reference,
            "before": before.value if before else "",
            "after": after.value,
            "reason": reason,
            "lists": list(lists.get(request.reference, ())),
            "changed_at": now,
            "state": "queued",
            "attempts": 0,
            "next_at": now,
            "taken_by": "",
            "note": "",
        }
        for audience in audiences
        if is_wanted(request.kind, after, audience.events)
    ]


def _insert(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(sa.insert(announcement), rows)
