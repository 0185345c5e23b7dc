"""The tables `request` and `suppression`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.errors import TemporaryFailure
from daemon.stores.failures import PART
from daemon.stores.pseudonyms import Names
from daemon.stores.rows import (
    AnyRow,
    chunks,
    request_of,
    request_values,
    suppression_of,
    suppression_values,
)
from daemon.stores.schema import request, suppression
from handlers.values import ALL_LISTS, Change, Intent, Request, State, Suppression

SuppressionKey = tuple[str, str]  # address key, list name


# request ------------------------------------------------------------------------------------


def find(connection: Connection, reference: str) -> Request | None:
    """One request, or None."""
    row = connection.execute(sa.select(request).where(request.c.reference == reference)).first()
    return None if row is None else request_of(row)


def references(connection: Connection, beginning: str, limit: int) -> list[str]:
    """The references that start so, the newest first."""
    return list(
        connection.scalars(
            sa.select(request.c.reference)
            .where(request.c.reference.startswith(beginning, autoescape=True))
            .order_by(request.c.row.desc())
            .limit(limit)
        )
    )


def of_states(connection: Connection, states: Collection[State]) -> list[Request]:
    """Every request in one of `states`, by the time when it is due."""
    rows = connection.execute(
        sa.select(request)
        .where(request.c.state.in_([state.value for state in states]))
        .order_by(request.c.due_at, request.c.row)
    )
    return [request_of(row) for row in rows]


def by_origins(connection: Connection, origins: Collection[str]) -> list[Request]:
    """The requests that these messages, calls or letters have made."""
    found: list[Request] = []
    # '' is the origin of none, and would find them all.
    for some in chunks(set(origins) - {""}):
        rows = connection.execute(
            # The index holds those with an origin alone, and SQLite takes it where that is said.
            sa.select(request).where(
                request.c.origin_digest.in_(some), request.c.origin_digest != ""
            )
        )
        found += [request_of(row) for row in rows]
    return found


def newest_of_all(connection: Connection) -> list[Request]:
    """The newest request of each (address, kind), by time of receipt."""
    newest = sa.select(sa.func.max(request.c.row)).group_by(request.c.address_key, request.c.kind)
    rows = connection.execute(
        sa.select(request)
        .where(request.c.row.in_(newest))
        .order_by(request.c.received_at, request.c.row)
    )
    return [request_of(row) for row in rows]


def newest_of(
    connection: Connection, address_keys: Collection[str]
) -> dict[tuple[str, Intent], Request]:
    """The newest request of each kind of these addresses."""
    names = Names(connection, address_keys)
    rows: list[AnyRow] = []
    for some in chunks(names.stored):
        newest = (
            sa.select(sa.func.max(request.c.row))
            .where(request.c.address_key.in_(some))
            .group_by(request.c.address_key, request.c.kind)
        )
        rows += connection.execute(sa.select(request).where(request.c.row.in_(newest)))
    # Of one who was forgotten and has written since there are two; the later one counts.
    rows.sort(key=lambda row: row.row)
    return {
        (names.real(row.address_key), Intent(row.kind)): names.request(request_of(row))
        for row in rows
    }


def by_references(connection: Connection, references: Collection[str]) -> dict[str, Request]:
    """Requests by their reference; those that are not there are left out."""
    found: dict[str, Request] = {}
    for some in chunks(references):
        for row in connection.execute(sa.select(request).where(request.c.reference.in_(some))):
            found[row.reference] = request_of(row)
    return found


def add(connection: Connection, requests: Sequence[Request], now: datetime) -> None:
    """Writes new requests in their order."""
    if requests:
        connection.execute(sa.insert(request), [request_values(r, now) for r in requests])


def apply(connection: Connection, changes: Sequence[Change], now: datetime) -> None:
    """Carries out changes in their order; what waits and tells otherwise is still to be dropped.

    Raises TemporaryFailure if a request is not in the state that the decision was made on.
    """
    if not changes:
        return
    done = connection.execute(
        sa.update(request)
        .where(
            request.c.reference == sa.bindparam("of"), request.c.state == sa.bindparam("before")
        )
        .values(
            state=sa.bindparam("after"),
            reason=sa.bindparam("because"),
            updated_at=sa.bindparam("now"),
        ),
        [
            {
                "of": change.reference,
                "before": change.before.value,
                "after": change.after.value,
                "because": change.reason,
                "now": now,
            }
            for change in changes
        ],
    )
    if done.rowcount != len(changes):
        raise TemporaryFailure(
            "a request has moved on since it was read: the batch is decided anew", part=PART
        )
    for change in changes:
        said = {"proof": change.proof, "note": change.note, "wanted_end": change.wanted_end}
        if told := {name: words for name, words in said.items() if words}:
            connection.execute(
                sa.update(request).where(request.c.reference == change.reference).values(told)
            )


def questions_before(connection: Connection, asked_before: datetime) -> list[Request]:
    """The cancellations that have waited for an answer since before then."""
    rows = connection.execute(
        sa.select(request)
        .where(is_question(), request.c.updated_at < asked_before)
        .order_by(request.c.row)
    )
    return [request_of(row) for row in rows]


def is_question() -> sa.ColumnElement[bool]:
    """Holds of a cancellation that waits for the customer's answer."""
    return sa.and_(
        request.c.kind == Intent.CANCELLATION.value,
        request.c.state == State.AWAITING_CONFIRMATION.value,
    )


# suppression --------------------------------------------------------------------------------


def lists_held(connection: Connection, references: Sequence[str]) -> dict[str, list[str]]:
    """The lists that these requests keep their addresses off, by reference."""
    found: dict[str, list[str]] = {}
    for some in chunks(references):
        rows = connection.execute(
            sa.select(suppression.c.reference, suppression.c.list_name)
            .join(request, request.c.address_key == suppression.c.address_key)
            .where(request.c.reference.in_(some), suppression.c.reference == request.c.reference)
            .order_by(suppression.c.list_name)
        )
        for row in rows:
            found.setdefault(row.reference, []).append(row.list_name)
    return found


def suppressed(connection: Connection, address_key: str, list_name: str) -> Suppression | None:
    """The suppression of an address for a list; one for all lists goes first."""
    names = Names(connection, [address_key])
    rows = connection.execute(
        sa.select(suppression).where(
            suppression.c.address_key.in_(names.stored),
            suppression.c.list_name.in_({ALL_LISTS, list_name}),
        )
    )
    found = {row.list_name: names.suppression(suppression_of(row)) for row in rows}
    return found.get(ALL_LISTS) or found.get(list_name)


def suppressions_of(
    connection: Connection, address_keys: Collection[str]
) -> dict[SuppressionKey, Suppression]:
    """All suppressions of these addresses."""
    names = Names(connection, address_keys)
    found: dict[SuppressionKey, Suppression] = {}
    for some in chunks(names.stored):
        rows = connection.execute(
            sa.select(suppression).where(suppression.c.address_key.in_(some))
        )
        for row in rows:
            held = names.suppression(suppression_of(row))
            found[held.address_key, held.list_name] = held
    return found


def suppress(connection: Connection, suppressions: Sequence[Suppression]) -> None:
    """Writes suppressions, none of which is there yet."""
    if suppressions:
        connection.execute(sa.insert(suppression), [suppression_values(s) for s in suppressions])


def lift(connection: Connection, suppressions: Sequence[Suppression]) -> None:
    """Takes suppressions away."""
    if suppressions:
        names = Names(connection, {s.address_key for s in suppressions})
        connection.execute(
            sa.delete(suppression).where(
                suppression.c.address_key == sa.bindparam("key"),
                suppression.c.list_name == sa.bindparam("list"),
            ),
            [
                {"key": key, "list": s.list_name}
                for s in suppressions
                for key in names.of(s.address_key)
            ],
        )
