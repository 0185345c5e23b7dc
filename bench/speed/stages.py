"""Where the processor's time goes, a stage at a time; see staged.py."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from bench.speed.place import Place
from bench.speed.service import environment, new_store, write_config

# That of the route; what stands last has no place in it.
ORDER = (
    "fetch", "parse", "prove", "screen", "classify", "decide", "write the reply",
    "store: begin, commit", "store: recall and record", "store: replies", "store: all else",
    "file", "reply", "log", "rest of the route", "other threads",
)  # fmt: skip


def measure(
    place: Place,
    *,
    kinds: Sequence[str],
    messages: int,
    rounds: int,
    tell: Callable[[str], None],
) -> Any:
    """Medians by kind of store."""
    place.pool.grow(messages, tell)
    runs: dict[str, list[Any]] = {kind: [] for kind in kinds}
    for number in range(rounds):
        for kind in kinds:
            tell(f"round {number + 1} of {rounds}, {kind}")
            runs[kind].append(_one(place, kind, messages))
    return {"messages": messages, "rounds": rounds} | {
        kind: _middle(of_kind) for kind, of_kind in runs.items()
    }


def _one(place: Place, kind: str, messages: int) -> Any:
    user, store = place.seeded_user(range(messages)), new_store(place, kind)
    config = write_config(place, store, {"support": user})
    with config.with_name("log").open("wb") as log:
        done = subprocess.run(
            [sys.executable, "-m", "bench.speed.staged", config],
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment(),
            check=False,
            start_new_session=True,
        )
    if done.returncode:
        raise SystemExit(config.with_name("log").read_text()[-3000:])
    return json.loads(done.stdout.splitlines()[-1])


def _middle(runs: list[Any]) -> Any:
    """Medians of numbers, however deep they stand."""
    first = runs[0]
    if isinstance(first, dict):
        return {key: _middle([run[key] for run in runs if key in run]) for key in first}
    return None if first is None else median(runs)
