"""Draws what was measured: four panels in one SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from bench.speed.goals import MBSYNC
from bench.speed.stages import ORDER

Figures = Mapping[str, Any]
_WIDTH, _HEIGHT, _GAP, _TOP = 420, 250, 70, 60
_OURS, _OTHERS, _GOAL = "#1f6feb", "#8c959f", "#d1570c"


def draw(figures: Figures) -> str:
    """The panels of the parts that were measured, two in a row."""
    panels = [
        panel(figures)
        for needs, panel in (
            ("throughput", _throughput),
            ("stages", _stages),
            ("latency", _latency),
            ("mailboxes", _growth),
        )
        if needs in figures
    ]
    rows = math.ceil(len(panels) / 2)
    width, height = 2 * (_WIDTH + _GAP) + _GAP, rows * (_HEIGHT + _TOP + _GAP) + 30
    placed = "".join(
        f'<g transform="translate({_GAP + (number % 2) * (_WIDTH + _GAP)},'
        f'{_TOP + (number // 2) * (_HEIGHT + _TOP + _GAP)})">{panel}</g>'
        for number, panel in enumerate(panels)
    )
    machine = figures["machine"]
    when = f"{figures['date']}, {machine['cores']} cores, Python {machine['python']}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        ' font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>'
        f"{placed}{_text(width - 12, height - 10, when, anchor='end', fill='#57606a')}</svg>\n"
    )


def _text(x: float, y: float, words: str, *, anchor: str = "start", fill: str = "#1f2328") -> str:
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{fill}">'
        f"{escape(words)}</text>"
    )


def _title(words: str) -> str:
    return f'<text x="0" y="-24" font-weight="bold">{escape(words)}</text>'


def _bars(title: str, bars: Sequence[tuple[str, float, str, str]], goal: float = 0.0) -> str:
    """Lying bars: name, length, what is written at its end, colour."""
    longest = max([goal, *(length for _, length, _, _ in bars)])
    step, label = _HEIGHT / len(bars), 165
    scale = (_WIDTH - label - 60) / longest
    parts = [_title(title)]
    for number, (name, length, words, colour) in enumerate(bars):
        y = number * step
        parts.append(_text(label - 8, y + step / 2 + 4, name, anchor="end"))
        parts.append(
            f'<rect x="{label}" y="{y + 3:.0f}" width="{length * scale:.1f}"'
            f' height="{step - 6:.0f}" fill="{colour}"/>'
        )
        parts.append(_text(label + length * scale + 5, y + step / 2 + 4, words))
    if goal:
        x = label + goal * scale
        parts.append(
            f'<line x1="{x:.0f}" x2="{x:.0f}" y1="0" y2="{_HEIGHT}" stroke="{_GOAL}"'
            ' stroke-dasharray="4 4"/>'
        )
        parts.append(_text(x, _HEIGHT + 16, "the goal", anchor="middle", fill=_GOAL))
    return "".join(parts)


def _throughput(figures: Figures) -> str:
    part = figures["throughput"]
    variants = part["variants"]
    # What does nothing for safety is many times faster; its bar would leave the others no room.
    shown = {
        name: one for name, one in variants.items() if name.startswith("optoutd") or name == MBSYNC
    }
    goal = variants.get(MBSYNC, {}).get("messages_a_second", 0.0)
    bars = [
        (
            name,
            one["messages_a_second"],
            f"{one['messages_a_second']:,.0f}",
            _OURS if name.startswith("optoutd") else _OTHERS,
        )
        for name, one in shown.items()
    ]
    return _bars(f"Messages a second, {part['messages']:,} in the mailbox", bars, goal)


def _stages(figures: Figures) -> str:
    part = figures["stages"]["sqlite"]
    bars = [
        (stage, one["cpu_ms"], f"{one['cpu_ms']:.2f}", _OURS)
        for stage in ORDER
        if (one := part["stages"].get(stage)) is not None
    ]
    whole = part["cpu_ms_a_message"]
    return _bars(f"Processor time a message by stage, ms ({whole:.2f} in all; SQLite)", bars)


def _latency(figures: Figures) -> str:
    """How many of a hundred were answered within so many seconds."""
    part = figures["latency"]
    took = part["took_s"]
    end = max(1.6, took[-1] * 1.05)
    points = " ".join(
        f"{seconds / end * _WIDTH:.1f},{_HEIGHT * (1 - (number + 1) / len(took)):.1f}"
        for number, seconds in enumerate(took)
    )
    parts = [_title("Seconds from delivery to the accepted reply, % of mails"), _frame()]
    for share, value in ((0.5, 0.7), (0.99, 1.5)):
        x, y = value / end * _WIDTH, _HEIGHT * (1 - share)
        parts.append(f'<path d="M{x - 6:.0f} {y:.0f}h12m-6 -6v12" stroke="{_GOAL}"/>')
        parts.append(_text(x - 9, y + 14, f"goal, {share:.0%}", anchor="end", fill=_GOAL))
    parts.append(f'<polyline points="{points}" fill="none" stroke="{_OURS}" stroke-width="2"/>')
    ticks = 4
    for tick in range(ticks + 1):
        x, y = tick / ticks * _WIDTH, _HEIGHT * (1 - tick / ticks)
        parts.append(_text(x, _HEIGHT + 16, f"{tick / ticks * end:.1f}", anchor="middle"))
        parts.append(_text(-6, y + 4, f"{tick * 100 // ticks}", anchor="end"))
    return "".join(parts)


def _growth(figures: Figures) -> str:
    """The cost of a message against that beside the fewest others; from 1 up."""
    lines = [
        (name, figures[key]["sizes"], colour)
        for name, key, colour in (
            ("messages in the mailbox", "mailboxes", _OTHERS),
            ("rows in the ledger, SQLite", "ledgers-sqlite", _OURS),
            ("rows in the ledger, PostgreSQL", "ledgers-postgres", "#2da44e"),
        )
        if key in figures
    ]
    sizes = [int(size) for _, of_line, _ in lines for size in of_line]
    low, high = math.log10(min(sizes)), math.log10(max(sizes))
    ratios = {
        name: [
            one["cpu_ms_a_message"] / next(iter(of_line.values()))["cpu_ms_a_message"]
            for one in of_line.values()
        ]
        for name, of_line, _ in lines
    }
    top = max(1.5, *(1.1 * ratio for some in ratios.values() for ratio in some))

    def at(size: float, ratio: float) -> str:
        x = (math.log10(size) - low) / (high - low) * _WIDTH
        return f"{x:.1f},{_HEIGHT * (1 - ratio / top):.1f}"

    goal = _HEIGHT * (1 - 1.2 / top)
    parts = [_title("Cost of a fresh message beside many old ones, against few"), _frame()]
    parts.append(
        f'<line x1="0" x2="{_WIDTH}" y1="{goal:.0f}" y2="{goal:.0f}" stroke="{_GOAL}"'
        ' stroke-dasharray="4 4"/>'
    )
    parts.append(_text(_WIDTH - 4, goal - 5, "goal: 1.2 x", anchor="end", fill=_GOAL))
    for number, (name, of_line, colour) in enumerate(lines):
        pairs = zip(map(int, of_line), ratios[name], strict=True)
        points = " ".join(at(size, ratio) for size, ratio in pairs)
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        parts.append(_text(12, _HEIGHT - 14 - 18 * number, name, fill=colour))
    for exponent in range(math.ceil(low), math.floor(high) + 1):
        x = (exponent - low) / (high - low) * _WIDTH
        parts.append(_text(x, _HEIGHT + 16, f"{10**exponent:,}", anchor="middle"))
    parts += [
        _text(-6, _HEIGHT * (1 - tick / top) + 4, f"{tick:g}", anchor="end")
        for tick in (0.0, 0.5, 1.0, *([1.5] if top >= 1.5 else []))
    ]
    return "".join(parts)


def _frame() -> str:
    return f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="none" stroke="#8c959f"/>'
