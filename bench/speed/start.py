"""How soon the daemon reads its mailbox, and how soon `classify` has told of one message."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from bench.speed.place import Place
from bench.speed.service import Service, environment, new_store, write_config


def measure(place: Place, *, rounds: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Seconds by the clock and of the processor, medians."""
    place.pool.grow(1, tell)
    letter = place.folder / "letter.eml"
    letter.write_bytes(place.pool.raw(0))
    user, store = place.new_user(), new_store(place, "sqlite")
    config = write_config(place, store, {"support": user})
    starts, classified = [], []
    for number in range(rounds):
        tell(f"round {number + 1} of {rounds}")
        with Service(config, store) as service:
            service.wait_for(lambda now=service: "mailbox_connected" in now.first, tell)  # type: ignore[misc]
            starts.append((service.first["mailbox_connected"] - service.began_s, service.cpu_s()))
        before, began_s = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "daemon", "classify", letter, "--json"],
            check=True,
            stdout=subprocess.DEVNULL,
            env=environment(),
            start_new_session=True,
        )
        seconds = time.perf_counter() - began_s
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        classified.append((seconds, used))
    return {
        "rounds": rounds,
        "start_s": median(seconds for seconds, _ in starts),
        "start_cpu_s": median(used for _, used in starts),
        "classify_s": median(seconds for seconds, _ in classified),
        "classify_cpu_s": median(used for _, used in classified),
    }
