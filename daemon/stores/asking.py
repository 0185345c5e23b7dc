"""Whom of many a newsletter must not go to: a million addresses in seconds.

The addresses go to the database as one value, because a parameter for each costs more than to
look it up.
"""

from __future__ import annotations

import json
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from daemon.stores.pseudonyms import forget_key
from daemon.stores.schema import IS_FORGOTTEN, IS_SUB_ADDRESS, suppression
from handlers.address import box_of
from handlers.pseudonym import pseudonymizer
from handlers.values import ALL_LISTS

# So many hashes of people who were forgotten are compared here, and more are looked up.
_FEW = 10_000


def suppressed_among(
    connection: Connection, address_keys: Collection[str], list_name: str, *, sub_addresses: bool
) -> set[str]:
    """Those of these addresses that get no mail of a list; see the port."""
    lists = (list_name, ALL_LISTS)
    if not sub_addresses:
        return _held(connection, address_keys, lists)
    boxes = {key: box_of(key) for key in address_keys}
    held = _held(connection, {*address_keys, *boxes.values()}, lists)
    subs = connection.scalars(_of(lists).where(IS_SUB_ADDRESS))
    held |= {box_of(key) for key in subs}
    return {key for key, box in boxes.items() if key in held or box in held}


def lists_left(connection: Connection) -> set[str]:
    """The names of the lists that somebody is off; reads the whole table."""
    names = sa.select(suppression.c.list_name).where(suppression.c.list_name != ALL_LISTS)
    return set(connection.scalars(names.distinct()))


def _held(
    connection: Connection, address_keys: Collection[str], lists: Collection[str]
) -> set[str]:
    found = _stored(connection, address_keys, lists)
    secret = forget_key(connection)
    if secret is None:
        return found
    forgotten = set(connection.scalars(_of(lists).where(IS_FORGOTTEN).limit(_FEW)))
    if not forgotten:
        return found
    name_of = pseudonymizer(secret)
    if len(forgotten) < _FEW:
        return found | {key for key in address_keys if name_of(key) in forgotten}
    hashes = {name_of(key): key for key in address_keys if key not in found}
    return found | {hashes[name] for name in _stored(connection, hashes, lists)}


def _stored(connection: Connection, names: Collection[str], lists: Collection[str]) -> set[str]:
    """Those of `names` that stand in the table, for one of these lists."""
    # In their order, neighbours lie on one page.
    value = json.dumps(sorted(names))
    if connection.dialect.name == "postgresql":
        asked = sa.func.json_array_elements_text(sa.cast(value, sa.Text).cast(sa.JSON))
    else:
        asked = sa.func.json_each(value)
    each = asked.table_valued("value")
    return set(
        connection.scalars(_of(lists).join(each, each.c.value == suppression.c.address_key))
    )


def _of(lists: Collection[str]) -> sa.Select[str]:
    """The keys of all who get no mail of these lists."""
    return sa.select(suppression.c.address_key).where(suppression.c.list_name.in_(lists))
