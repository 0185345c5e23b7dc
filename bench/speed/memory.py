"""Whether the daemon's memory grows while it reads a very full mailbox."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from statistics import mean
from typing import Any

from bench.speed.place import Place
from bench.speed.process import Samples
from bench.speed.service import Service, new_store, write_config

PARTS = 10
_NOT_COPIED = "SELECT count(*) FROM outbox WHERE state = 'sent' AND copied_at IS NULL"


def measure(
    place: Place, *, messages: int, kind: str, tell: Callable[[str], None]
) -> dict[str, Any]:
    """Resident memory, a tenth of the messages at a time; and when the Sent folder has all."""
    place.pool.grow(messages, tell)
    user, store = place.seeded_user(range(messages)), new_store(place, kind)
    config = write_config(place, store, {"support": user})
    with Service(config, store) as service, Samples((service.pid,)) as samples:
        ended_s = service.wait_until_answered(messages, tell)
        peak = service.peak_bytes()
        copies_left = store.ask(_NOT_COPIED)
        service.wait_for(lambda: store.ask(_NOT_COPIED) == 0, tell)
        copied_s = time.time()
        service.stop()
        used_s = service.usage.ru_utime + service.usage.ru_stime
    # From the first batch on everything that is needed has been loaded.
    moments = [moment - service.began_s for moment, _ in service.committed]
    counts = [count for _, count in service.committed]
    edges = [moments[0]]
    for part in range(1, PARTS + 1):
        reached = next(n for n, count in enumerate(counts) if count >= messages * part / PARTS)
        edges.append(moments[reached])
    parts = []
    for begin_s, end_s in pairwise(edges):
        inside = [octets for moment, octets in samples.taken if begin_s <= moment <= end_s]
        if inside:
            parts.append(mean(inside) / 1e6)
    return {
        "kind": kind,
        "messages": messages,
        "seconds": ended_s - service.began_s,
        "cpu_ms_a_message": 1000 * used_s / messages,
        "peak_mb": peak / 1e6,
        "mb_by_tenth": [round(one, 1) for one in parts],
        "copies_left": copies_left,
        "copies_after_s": copied_s - ended_s,
        "steady_mb": parts[-1],
        # The first tenth fills caches.
        "growth_mb": parts[-1] - parts[1],
        "growth_kb_per_1000_messages": 1e3 * (parts[-1] - parts[1]) / (messages * 0.8 / 1000),
    }
