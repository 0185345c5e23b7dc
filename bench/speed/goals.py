"""What was aimed at, beside what was seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Any]
ONE, TWO = "optoutd, {kind}, 1 proc.", "optoutd, {kind}, 2 proc."
MBSYNC = "mbsync, FSync yes"
KINDS = ("sqlite", "postgres")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A number, and where it is found; `at_least` says on which side of it is better."""

    measure: str
    part: str
    value: float
    unit: str
    seen: Callable[[Figures], float]
    at_least: bool = False

    def is_met(self, seen: float) -> bool:
        """Whether that is good enough."""
        return seen >= self.value if self.at_least else seen <= self.value


def _speed(variant: str, kind: str) -> Callable[[Figures], float]:
    return lambda part: part["variants"][variant.format(kind=kind)]["messages_a_second"]


def _over(first: Callable[[Figures], float], second: Callable[[Figures], float]) -> Any:
    return lambda part: first(part) / second(part)


def _in(*path: Any) -> Callable[[Figures], float]:
    def found(part: Figures) -> float:
        value: Any = part
        for key in path:
            value = value[key]
        return float(value)

    return found


def _goals() -> list[Goal]:
    goals = []
    for kind in KINDS:
        one, two = _speed(ONE, kind), _speed(TWO, kind)
        goals += [
            Goal(
                measure=f"1 process against mbsync with FSync yes, {kind}",
                part="throughput", value=1.0, unit="x", at_least=True,
                seen=_over(one, _speed(MBSYNC, kind)),
            ),
            Goal(
                measure=f"2 processes against 1, {kind}",
                part="throughput", value=1.7, unit="x", at_least=True, seen=_over(two, one),
            ),
            Goal(
                measure=f"processor time a message, all included, {kind}",
                part="throughput", value=1.0, unit="ms",
                seen=_in("variants", ONE.format(kind=kind), "cpu_ms_a_message"),
            ),
        ]  # fmt: skip
    for name, value in (("p50", 0.7), ("p99", 1.5)):
        goals.append(
            Goal(
                measure=f"delivery to reply accepted, {name}",
                part="latency", value=value, unit="s", seen=_in(f"{name}_s"),
            )
        )  # fmt: skip
    goals.append(
        Goal(
            measure="cost a message, the fullest mailbox against the emptiest",
            part="mailboxes", value=1.2, unit="x", seen=_in("cost_ratio"),
        )
    )  # fmt: skip
    goals += [
        Goal(
            measure=f"cost a message, the largest ledger against the smallest, {kind}",
            part=f"ledgers-{kind}", value=1.2, unit="x", seen=_in("cost_ratio"),
        )
        for kind in KINDS
    ]  # fmt: skip
    return [
        *goals,
        Goal(
            measure="resident memory, steady", part="memory", value=150, unit="MB",
            seen=_in("steady_mb"),
        ),
        Goal(
            measure="its growth after the first fifth", part="memory", value=2, unit="MB",
            seen=_in("growth_mb"),
        ),
        Goal(
            measure="start until the first poll", part="start", value=1.5, unit="s",
            seen=_in("start_s"),
        ),
        Goal(
            measure="classify, one small message", part="start", value=0.6, unit="s",
            seen=_in("classify_s"),
        ),
    ]  # fmt: skip


def compared(figures: Figures) -> list[dict[str, Any]]:
    """Of each goal whose part was measured: what it is, what was seen, and their ratio."""
    told = []
    for goal in _goals():
        try:
            seen = goal.seen(figures[goal.part])
        except KeyError:  # this part, or this variant of it, was not measured
            continue
        told.append(
            {
                "measure": goal.measure,
                "goal": f"{'>=' if goal.at_least else '<='} {goal.value:g} {goal.unit}",
                "seen": seen,
                "unit": goal.unit,
                "ratio": seen / goal.value,
                "is_met": goal.is_met(seen),
            }
        )
    return told
