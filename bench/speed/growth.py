"""What a fresh message costs where there are many old ones: in the mailbox, and in the ledger.

The daemon is up and has nothing to do; then fresh messages come all at once. Counted is the
processor time of the daemon from there until all are answered, so that its start does not count.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.speed.ledger import UID_VALIDITY, fill
from bench.speed.place import WARM_UP_MESSAGES, Place
from bench.speed.service import Service, Store, new_store, warm_up, write_config

Tell = Callable[[str], None]
# So many different old messages; nobody reads them.
_OLD = 10_000
_POSTGRES_SIZE = "SELECT pg_database_size(current_database())"
_SQLITE_SIZE = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"


def mailboxes(
    place: Place, *, sizes: Sequence[int], fresh: int, rounds: int, tell: Tell
) -> dict[str, Any]:
    """By the number of messages that lie in the inbox and were there before the first start."""
    old = min(_OLD, *sizes) if sizes else _OLD
    each = fresh + WARM_UP_MESSAGES
    place.pool.grow(old + each * rounds, tell)
    users = {}
    for size in sizes:
        tell(f"a mailbox with {size:,} messages")
        users[size] = place.seeded_user(range(size), of=old)
    stores = {size: new_store(place, "sqlite") for size in sizes}
    configs = {
        size: write_config(place, stores[size], {"support": users[size]}, backlog="new")
        for size in sizes
    }

    def one(size: int, number: int) -> dict[str, float]:
        numbers = range(old + number * each, old + number * each + fresh)
        return _cost(place, configs[size], stores[size], users[size], numbers, tell)

    return _by_size(sizes, rounds, one, f"{fresh} fresh messages in a mailbox of", tell)


def ledgers(
    place: Place, *, kind: str, sizes: Sequence[int], fresh: int, rounds: int, tell: Tell
) -> dict[str, Any]:
    """By the number of rows in the ledger; requests, replies and events grow along."""
    each = fresh + WARM_UP_MESSAGES
    place.pool.grow(each * rounds, tell)
    stores, users, configs, took = {}, {}, {}, {}
    for size in sizes:
        began_s = time.perf_counter()
        stores[size] = fill(place, kind, size, tell)
        took[size] = time.perf_counter() - began_s
        users[size] = place.new_user()
        _number_on(place.imap.maildir(users[size]), size)
        configs[size] = write_config(place, stores[size], {"support": users[size]})

    def one(size: int, number: int) -> dict[str, float]:
        numbers = range(number * each, number * each + fresh)
        return _cost(place, configs[size], stores[size], users[size], numbers, tell)

    found = _by_size(sizes, rounds, one, f"{kind}: {fresh} fresh messages, ledger of", tell)
    octets = {
        size: store.ask(_POSTGRES_SIZE if kind == "postgres" else _SQLITE_SIZE)
        for size, store in stores.items()
    }
    return {"kind": kind, "filled_in_s": took, "octets": octets, **found}


def _by_size(
    sizes: Sequence[int],
    rounds: int,
    one: Callable[[int, int], dict[str, float]],
    words: str,
    tell: Tell,
) -> dict[str, Any]:
    runs: dict[int, list[dict[str, float]]] = {size: [] for size in sizes}
    for number in range(rounds):
        # To and fro, so that a machine that grows slower does not speak against the last.
        for size in sizes if number % 2 == 0 else reversed(sizes):
            tell(f"round {number + 1} of {rounds}, {words} {size:,}")
            runs[size].append(one(size, number))
    middle = {
        size: {name: median(run[name] for run in of_size) for name in of_size[0]}
        for size, of_size in runs.items()
    }
    first, last = middle[sizes[0]], middle[sizes[-1]]
    return {
        "sizes": middle,
        "rounds": rounds,
        "cost_ratio": last["cpu_ms_a_message"] / first["cpu_ms_a_message"],
    }


def _cost(
    place: Place, config: Path, store: Store, user: str, numbers: range, tell: Tell
) -> dict[str, float]:
    with Service(config, store) as service:
        warm_up(service, place, user, numbers.stop, tell)
        before_s, began_s, target = service.cpu_s(), time.time(), service.seen + len(numbers)
        place.pool.link(place.imap.maildir(user), numbers)
        ended_s = service.wait_until_answered(target, tell)
        used_s, peak = service.cpu_s() - before_s, service.peak_bytes()
        start_s = service.first["mailbox_connected"] - service.began_s
    return {
        "cpu_ms_a_message": 1000 * used_s / len(numbers),
        "ms_a_message": 1000 * (ended_s - began_s) / len(numbers),
        "start_s": start_s,
        "peak_mb": peak / 1e6,
    }


def _number_on(maildir: Path, uid: int) -> None:
    """Has Dovecot go on above `uid`, in the numbering of the ledger."""
    path = maildir / "dovecot-uidlist"
    path.write_text(f"3 V{UID_VALIDITY} N{uid + 1} G{secrets.token_hex(16)}\n")
    owner = maildir.stat()
    os.chown(path, owner.st_uid, owner.st_gid)
