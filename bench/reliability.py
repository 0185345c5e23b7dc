"""Whether confidence is calibrated: `python -m bench.reliability FILE.jsonl… [--out FILE.svg]`.

For each message and intent the classifier's probability stands against whether a careful agent
says that it is asked for. Of those told at 0.9, about 90 in 100 should be. Prints a table and,
with --out, draws the diagram (docs/reliability.svg is that of tests/corpus/test).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.score import read_cases
from bench.votes import find_samples
from config.model_file import load_model
from handlers.classify.confidence import Calibration
from handlers.classify.shipped import calibration, linear_model, shipped_net
from handlers.values import Intent

EDGES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98, 1.0)
_SIDE, _MARGIN = 360, 56
_COLOURS = {Intent.OPT_OUT: "#1f6feb", Intent.CANCELLATION: "#d1570c"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Findings of about the same confidence: how sure on average, how many, how many are right."""

    intent: Intent
    mean: float
    count: int
    asked: int

    @property
    def share(self) -> float:
        """Which part of them is asked for."""
        return self.asked / self.count


def bins(files: Sequence[Path]) -> list[Bin]:
    """The findings of all messages, sorted by confidence into the bins of `EDGES`."""
    file = load_model()
    fitted: Calibration = calibration(file)
    cases = [case for path in files for case in read_cases(path)]
    samples = list(find_samples(cases, linear_model(file), shipped_net()))
    found = []
    for intent in Intent:
        told = [
            (fitted.confidence(one.intent, one.grounds), one.asked)
            for one in samples
            if one.intent is intent
        ]
        for low, high in pairwise(EDGES):
            inside = [(p, asked) for p, asked in told if low <= p < high]
            if inside:
                found.append(
                    Bin(
                        intent=intent,
                        mean=sum(p for p, _ in inside) / len(inside),
                        count=len(inside),
                        asked=sum(asked for _, asked in inside),
                    )
                )
    return found


def expected_error(found: Sequence[Bin], intent: Intent) -> float:
    """By how much confidence and truth differ on average (expected calibration error)."""
    mine = [one for one in found if one.intent is intent]
    total = sum(one.count for one in mine)
    return sum(one.count * abs(one.mean - one.share) for one in mine) / total


def draw(found: Sequence[Bin]) -> str:
    """The diagram as SVG: a circle a bin, its area how many messages are in it."""

    def at(x: float, y: float) -> tuple[float, float]:
        return _MARGIN + x * _SIDE, _MARGIN + (1 - y) * _SIDE

    parts = []
    for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        (x, bottom), (left, y) = at(tick, 0), at(0, tick)
        parts.append(f'<text x="{x:.0f}" y="{bottom + 18:.0f}" text-anchor="middle">{tick}</text>')
        parts.append(f'<text x="{left - 8:.0f}" y="{y + 4:.0f}" text-anchor="end">{tick}</text>')
    (x0, y0), (x1, y1) = at(0, 0), at(1, 1)
    parts.append(
        f'<rect x="{x0}" y="{y1}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#888"/>'
        f'<line x1="{x0}" y1="{y0}" x2="{x1}" y2="{y1}" stroke="#bbb" stroke-dasharray="4 4"/>'
    )
    for one in found:
        x, y = at(one.mean, one.share)
        radius = min(18.0, 2.0 + one.count**0.5)
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{_COLOURS[one.intent]}"'
            f' fill-opacity="0.55"><title>{one.intent.value}: told {one.mean:.2f},'
            f" asked for {one.asked} of {one.count}</title></circle>"
        )
    for line, intent in enumerate(Intent):
        parts.append(
            f'<text x="{x0 + 12}" y="{y1 + 20 + 18 * line}" fill="{_COLOURS[intent]}">'
            f"{intent.value}, off by {expected_error(found, intent):.3f} on average</text>"
        )
    size = _SIDE + 2 * _MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}"'
        f' font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>'
        + "".join(parts)
        + f'<text x="{size / 2}" y="{size - 14}" text-anchor="middle">confidence told</text>'
        f'<text x="16" y="{size / 2}" text-anchor="middle" transform="rotate(-90 16 {size / 2})">'
        "part of them asked for</text></svg>\n"
    )


def main() -> int:
    """Prints the table, and draws."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    found = bins(arguments.files)
    table = Table("intent", "told", "asked for", "of", "part")
    for one in found:
        row = (one.intent.value, f"{one.mean:.3f}", str(one.asked), str(one.count))
        table.add_row(*row, f"{one.share:.3f}")
    Console(width=None if sys.stdout.isatty() else 100).print(table)
    for intent in Intent:
        print(f"{intent.value}: off by {expected_error(found, intent):.3f} on average")
    if arguments.out:
        arguments.out.write_text(draw(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
