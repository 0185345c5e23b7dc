"""What a mailbox costs to which nothing comes: memory, and processor time of IDLE and polls."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from bench.speed.place import Place
from bench.speed.process import memory_bytes
from bench.speed.service import Service, new_store, write_config

SIZES = (1, 10, 50)


def measure(
    place: Place, *, seconds: float, tell: Callable[[str], None], sizes: Sequence[int] = SIZES
) -> dict[str, Any]:
    """One process with so many empty mailboxes, each polled once a minute and idled on."""
    found = {}
    for size in sizes:
        tell(f"{size} mailboxes")
        found[size] = _one(place, size, seconds, tell)
    first, last = found[sizes[0]], found[sizes[-1]]
    more = sizes[-1] - sizes[0]
    used = "cpu_ms_a_second"
    return {
        "seconds": seconds,
        "sizes": found,
        "kb_a_mailbox": 1000 * (last["mb"] - first["mb"]) / more,
        "cpu_ms_a_second_a_mailbox": (last[used] - first[used]) / more,
    }


def _one(place: Place, size: int, seconds: float, tell: Callable[[str], None]) -> dict[str, float]:
    boxes = {f"support-{number}": place.new_user() for number in range(size)}
    store = new_store(place, "sqlite")
    with Service(write_config(place, store, boxes), store) as service:
        service.wait_for(lambda: service.counts.get("mailbox_connected", 0) == size, tell)
        start_s = service.last["mailbox_connected"] - service.began_s
        service.wait_until_idle(tell)
        before_s = service.cpu_s()
        time.sleep(seconds)
        used_s = service.cpu_s() - before_s
        return {
            "mb": memory_bytes(service.pid) / 1e6,
            "cpu_ms_a_second": 1000 * used_s / seconds,
            "start_s": start_s,
        }
