"""The parts of the measurement by name, each with the sizes that it takes from the options."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from functools import partial
from typing import Any

from bench.speed import growth, latency, memory, stages, standby, start, throughput
from bench.speed.place import Place

Tell = Callable[[str], None]
Part = Callable[[Place, Namespace, Tell], dict[str, Any]]


def _throughput(place: Place, options: Namespace, tell: Tell) -> dict[str, Any]:
    kinds = place.kinds(options.stores)
    found = throughput.measure(
        place, kinds=kinds, messages=options.messages, rounds=options.rounds, tell=tell
    )
    return {"throughput": found}


def _readers(place: Place, options: Namespace, tell: Tell) -> dict[str, Any]:
    found = throughput.readers(place, messages=options.messages, rounds=options.rounds, tell=tell)
    return {"readers": found}


def _stages(place: Place, options: Namespace, tell: Tell) -> dict[str, Any]:
    kinds, messages = place.kinds(options.stores), max(500, options.messages // 5)
    found = stages.measure(place, kinds=kinds, messages=messages, rounds=options.rounds, tell=tell)
    return {"stages": found}


def _latency(place: Place, options: Namespace, tell: Tell) -> dict[str, Any]:
    found = latency.measure(place, seconds=options.seconds, a_second=5, kind="sqlite", tell=tell)
    return {"latency": found}


def _mailboxes(place: Place, options: Namespace, tell: Tell) -> dict[str, Any]:
    sizes = tuple(options.messages * part // 10 for part in (1, 10, 100))
    found = growth.mailboxes(
        place, sizes=sizes, fresh=options.fresh, rounds=options.rounds, tell=tell
    )
    return {"mailboxes": found}


def _ledgers(place: Place, options: Namespace, tell: Tell) -> dict[str, Any]:
    measure = partial(
        growth.ledgers, place, sizes=options.rows, fresh=options.fresh, rounds=options.rounds,
        tell=tell,
    )  # fmt: skip
    return {f"ledgers-{kind}": measure(kind=kind) for kind in place.kinds(options.stores)}


def _memory(place: Place, options: Namespace, tell: Tell) -> dict[str, Any]:
    kind, *_ = place.kinds(options.stores)
    found = memory.measure(place, messages=10 * options.messages, kind=kind, tell=tell)
    return {"memory": found}


def _start(place: Place, options: Namespace, tell: Tell) -> dict[str, Any]:
    return {"start": start.measure(place, rounds=max(3, options.rounds), tell=tell)}


def _standby(place: Place, options: Namespace, tell: Tell) -> dict[str, Any]:
    return {"standby": standby.measure(place, seconds=options.seconds, tell=tell)}


PARTS: dict[str, Part] = {
    "throughput": _throughput,
    "readers": _readers,
    "stages": _stages,
    "latency": _latency,
    "mailboxes": _mailboxes,
    "ledgers": _ledgers,
    "memory": _memory,
    "start": _start,
    "standby": _standby,
}
# Names for several of them.
TOGETHER = {"growth": ("mailboxes", "ledgers")}
