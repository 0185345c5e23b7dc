"""The tables that people read."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.speed.goals import KINDS
from bench.speed.stages import ORDER

Figures = Mapping[str, Any]


def show(figures: Figures) -> None:
    """Prints what was measured, and the goals beside it."""
    console = Console(width=None if sys.stdout.isatty() else 120, highlight=False)
    machine = figures["machine"]
    console.print(
        f"{figures['date']}, {machine['cores']} cores, Python {machine['python']},"
        f" load {machine['load_before']:.1f} before and {machine['load_after']:.1f} after"
    )
    for name, table in (
        ("throughput", _throughput),
        ("readers", _readers),
        ("stages", _stages),
        ("latency", _latency),
        ("mailboxes", _mailboxes),
        *((f"ledgers-{kind}", _ledger) for kind in KINDS),
        ("memory", _memory),
        ("start", _start),
        ("standby", _standby),
    ):
        if name in figures:
            console.print()
            console.print(table(figures[name]))
    if figures["goals"]:
        console.print()
        console.print(_goals(figures["goals"]))


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, box=None, title_justify="left", title_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", no_wrap=number > 0)
    return table


def _throughput(part: Figures) -> Table:
    sink = ", ".join(f"{n} connections {per}" for n, per in part["sink_mails_a_second"].items())
    table = _table(
        f"A full mailbox: {part['messages']:,} messages of {part['octets_a_message']:,} octets on"
        f" average, medians of {part['rounds']} rounds\n(the sink takes, mails a second: {sink})\n"
        "CPU in ms a message",
        "", "seconds", "a second", "after start", "CPU", "Dovecot", "PostgreSQL", "MB", "replies",
        "copied",
    )  # fmt: skip
    for name, one in part["variants"].items():
        table.add_row(
            name,
            f"{one['seconds']:.1f}",
            f"{one['messages_a_second']:,.0f}",
            _or_none(one, "running_messages_a_second", ",.0f"),
            f"{one['cpu_ms_a_message']:.2f}",
            _or_none(one, "dovecot_cpu_ms_a_message", ".2f"),
            _or_none(one, "postgres_cpu_ms_a_message", ".2f"),
            _or_none(one, "peak_mb", ".0f"),
            _or_none(one, "replies", ",.0f"),
            _or_none(one, "copies_in_sent", ",.0f"),
        )
    return table


def _readers(part: Figures) -> Table:
    table = _table(
        f"A full mailbox, one process with others that read for it: {part['messages']:,} messages,"
        f" medians of {part['rounds']} rounds\nCPU in ms a message",
        "", "seconds", "a second", "after start", "against the first", "CPU", "MB",
    )  # fmt: skip
    first, *_ = part["variants"].values()
    for name, one in part["variants"].items():
        table.add_row(
            name,
            f"{one['seconds']:.1f}",
            f"{one['messages_a_second']:,.0f}",
            f"{one['running_messages_a_second']:,.0f}",
            f"{one['running_messages_a_second'] / first['running_messages_a_second']:.2f} x",
            f"{one['cpu_ms_a_message']:.2f}",
            f"{one['peak_mb']:.0f}",
        )
    return table


def _or_none(one: Figures, name: str, form: str) -> str:
    return format(one[name], form) if name in one else ""


def _stages(part: Figures) -> Table:
    kinds = [kind for kind in KINDS if kind in part]
    heads = [f"{kind}, {what}" for kind in kinds for what in ("CPU ms", "%", "clock ms")]
    table = _table(
        f"Where the time goes, a message: {part['messages']:,} messages, one process,"
        f" medians of {part['rounds']} rounds",
        "stage", *heads,
    )  # fmt: skip
    for stage in ORDER:
        cells = []
        for kind in kinds:
            total, one = part[kind]["cpu_ms_a_message"], part[kind]["stages"].get(stage)
            if one is None:
                cells += ["", "", ""]
                continue
            wall = one["wall_ms"]
            cells += [
                f"{one['cpu_ms']:.3f}",
                f"{100 * one['cpu_ms'] / total:.0f}",
                "" if wall is None else f"{wall:.3f}",
            ]
        table.add_row(stage, *cells)
    sums = [
        cell
        for kind in kinds
        for cell in (
            f"{part[kind]['cpu_ms_a_message']:.3f}",
            "100",
            f"{part[kind]['wall_ms_a_message']:.3f}",
        )
    ]
    table.add_row("in all", *sums)
    turns = [
        cell
        for kind in kinds
        for cell in (
            f"{part[kind]['turn_cpu_ms_a_message']:.3f}",
            "",
            f"{part[kind]['turn_wall_ms_a_message']:.3f}",
        )
    ]
    table.add_row("of it in a transaction", *turns)
    for name, words in (
        ("start_cpu_s", "the start, s"),
        ("warm_up_cpu_s", "the first 200, s more"),
    ):
        cells = [cell for kind in kinds for cell in (f"{part[kind][name]:.2f}", "", "")]
        table.add_row(words, *cells)
    return table


def _latency(part: Figures) -> Table:
    table = _table(
        f"From delivery to the accepted reply: {part['messages']} messages,"
        f" {part['a_second']:g} a second, {part['answered']} answered",
        "", "p50", "p90", "p99", "most", "CPU ms/message",
    )  # fmt: skip
    cells = (f"{part[name]:.2f} s" for name in ("p50_s", "p90_s", "p99_s", "most_s"))
    table.add_row("seconds", *cells, f"{part['cpu_ms_a_message']:.2f}")
    return table


def _mailboxes(part: Figures) -> Table:
    return _sizes(part, "Cost of a fresh message, by the messages that lie in the mailbox")


def _ledger(part: Figures) -> Table:
    *_, largest = part["octets"]
    each = part["octets"][largest] / int(largest)
    return _sizes(
        part,
        f"Cost of a fresh message, by the rows of the ledger ({part['kind']}, which takes"
        f" {each:,.0f} octets a message)",
    )


def _sizes(part: Figures, title: str) -> Table:
    table = _table(
        f"{title}, medians of {part['rounds']} rounds",
        "", "CPU ms", "against the first", "clock ms", "start s", "peak MB",
    )  # fmt: skip
    sizes = part["sizes"]
    first = next(iter(sizes.values()))["cpu_ms_a_message"]
    for size, one in sizes.items():
        table.add_row(
            f"{int(size):,}",
            f"{one['cpu_ms_a_message']:.2f}",
            f"{one['cpu_ms_a_message'] / first:.2f} x",
            f"{one['ms_a_message']:.2f}",
            f"{one['start_s']:.1f}",
            f"{one['peak_mb']:.0f}",
        )
    return table


def _memory(part: Figures) -> Table:
    table = _table(
        f"Memory while one process reads {part['messages']:,} messages ({part['kind']}):"
        " MB on average in each tenth of them",
        "tenth", *(str(n + 1) for n in range(len(part["mb_by_tenth"]))), "peak",
    )  # fmt: skip
    table.add_row("MB", *(f"{mb:.0f}" for mb in part["mb_by_tenth"]), f"{part['peak_mb']:.0f}")
    table.caption = (
        f"When all was answered {part['copies_left']:,} copies of replies were not in the Sent"
        f" folder yet; {part['copies_after_s']:.0f} s later all were."
    )
    return table


def _start(part: Figures) -> Table:
    table = _table(f"Starts, medians of {part['rounds']} rounds", "", "seconds", "CPU seconds")
    table.add_row("run, until the mailbox is open", f"{part['start_s']:.2f}",
                  f"{part['start_cpu_s']:.2f}")  # fmt: skip
    table.add_row("classify, one message", f"{part['classify_s']:.2f}",
                  f"{part['classify_cpu_s']:.2f}")  # fmt: skip
    return table


def _standby(part: Figures) -> Table:
    table = _table(
        f"One process with mailboxes to which nothing comes, for {part['seconds']:g} s",
        "mailboxes", "MB", "CPU ms a second", "start s",
    )  # fmt: skip
    for size, one in part["sizes"].items():
        table.add_row(
            size, f"{one['mb']:.1f}", f"{one['cpu_ms_a_second']:.1f}", f"{one['start_s']:.1f}"
        )
    each = f"{part['kb_a_mailbox']:.0f} KB", f"{part['cpu_ms_a_second_a_mailbox']:.2f}"
    table.add_row("each one more", *each, "")
    return table


def _goals(goals: Sequence[Figures]) -> Table:
    table = _table("Goals", "measure", "goal", "seen", "seen/goal", "")
    for one in goals:
        table.add_row(
            one["measure"],
            one["goal"],
            f"{one['seen']:.2f} {one['unit']}",
            f"{one['ratio']:.2f}",
            "met" if one["is_met"] else "not met",
        )
    return table
