"""`optoutd report`: the figures of a period, as tables with bars or one JSON object each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from daemon.cli.output import for_people, print_json, print_table

if TYPE_CHECKING:
    from daemon.cli.context import Context
    from daemon.ports import Figures, Spread

_DEFAULT_DAYS = 30
_BAR_CELLS = 30
_PARTS = " ▏▎▍▌▋▊▉█"


def report_figures(context: Context, since: datetime | None, *, json: bool) -> None:
    """Prints the figures since then, or of the last 30 days."""
    from daemon.opening import utc_now

    now = utc_now()
    store = context.reading_store()
    try:
        figures = store.figures(since or now - timedelta(days=_DEFAULT_DAYS), now)
    finally:
        store.close()
    if json:
        _print_objects(figures)
    else:
        _print_figures(figures)


def _print_objects(figures: Figures) -> None:
    """One object a figure, each with what it counts in `figure`."""
    print_json({"figure": "period", "since": figures.since, "until": figures.until})
    for (mailbox, disposition, reason), count in sorted(figures.messages.items()):
        where = {"mailbox": mailbox, "disposition": disposition, "reason": reason}
        print_json({"figure": "messages", **where, "count": count})
    print_json({"figure": "shadow_messages", "count": figures.shadowed})
    for (kind, channel, state), count in sorted(figures.requests.items()):
        told = {"kind": kind, "channel": channel, "state": state, "count": count}
        print_json({"figure": "requests", **told})
    for (kind, state), spread in sorted(figures.reached.items()):
        print_json({"figure": "time_to", "kind": kind, "state": state, **_seconds(spread)})
    print_json({"figure": "time_to_answer", **_seconds(figures.answered)})
    for (kind, state), count in sorted(figures.late.items()):
        print_json({"figure": "late", "kind": kind, "state": state, "count": count})
    for kind, count in sorted(figures.done_late.items()):
        print_json({"figure": "done_late", "kind": kind, "count": count})
    reviews = {"open": figures.reviews_open, "ended": figures.reviews_ended}
    print_json({"figure": "reviews", "of": "requests", **reviews})
    held = {"open": figures.held_open, "ended": figures.held_ended}
    print_json({"figure": "reviews", "of": "messages", **held})
    for state, count in sorted(figures.replies.items()):
        print_json({"figure": "replies", "state": state, "count": count})
    print_json({"figure": "replies_perhaps_twice", "count": figures.perhaps_twice})
    for reason, count in sorted(figures.silences.items()):
        print_json({"figure": "silences", "reason": reason, "count": count})


def _seconds(spread: Spread) -> dict[str, Any]:
    return {
        "count": spread.count,
        "p50_s": round(spread.p50_s, 3),
        "p90_s": round(spread.p90_s, 3),
        "max_s": round(spread.max_s, 3),
    }


def _print_figures(figures: Figures) -> None:
    print(f"From {for_people(figures.since)} to {for_people(figures.until)} (UTC).\n")
    _print_bars(
        "Messages",
        ("mailbox", "became", "because"),
        figures.messages,
        empty="No messages were decided on.",
    )
    if figures.shadowed:
        print(f"In shadow mode: {figures.shadowed:,} more (optoutd report --shadow).")
    _print_bars(
        "Requests received",
        ("kind", "by", "are"),
        figures.requests,
        empty="No requests were received.",
    )
    print_table(
        ("from the receipt until", "times", "half within", "nine in ten within", "the longest"),
        [
            *(
                (f"{_plain(kind)} {_plain(state)}", *_spread(spread))
                for (kind, state), spread in sorted(figures.reached.items())
            ),
            *([("answer sent", *_spread(figures.answered))] if figures.answered.count else []),
        ],
        title="How long it took",
        empty="Nothing has taken effect and no answer was sent.",
    )
    print()
    late = sum(figures.late.values())
    done_late = sum(figures.done_late.values())
    print(f"Late: {late:,} open past their time, {done_late:,} done after it.")
    print(
        f"Reviews of requests: {figures.reviews_open:,} open, {figures.reviews_ended:,} ended. "
        f"Of messages: {figures.held_open:,} open, {figures.held_ended:,} ended.\n"
    )
    replies: dict[tuple[str, ...], int] = {
        (state,): count for state, count in figures.replies.items()
    }
    _print_bars("Replies queued", ("are",), replies, empty="No replies were queued.")
    if figures.perhaps_twice:
        print(
            f"Perhaps twice: {figures.perhaps_twice:,} of them went out again after an outcome "
            "that nobody knows, with the same Message-ID.\n"
        )
    silences: dict[tuple[str, ...], int] = {
        (reason,): count for reason, count in figures.silences.items()
    }
    _print_bars("Nobody was answered", ("because",), silences, empty="Nobody was left unanswered.")


def _print_bars(
    title: str, columns: Sequence[str], counts: Mapping[tuple[str, ...], int], *, empty: str
) -> None:
    most = max(counts.values(), default=1)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    print_table(
        (*columns, "count", ""),
        [(*map(_plain, names), f"{count:,}", bar(count / most)) for names, count in ordered],
        title=f"{title}: {sum(counts.values()):,}",
        empty=empty,
    )
    print()


def bar(share: float) -> str:
    """A bar of text for a share from 0 to 1, to an eighth of a character; never empty above 0."""
    eighths = max(round(share * _BAR_CELLS * 8), 1) if share > 0 else 0
    whole, rest = divmod(eighths, 8)
    return _PARTS[8] * whole + _PARTS[rest].strip()


def _spread(spread: Spread) -> tuple[str, ...]:
    times = (spread.p50_s, spread.p90_s, spread.max_s)
    return (f"{spread.count:,}", *map(duration, times))


def duration(seconds: float) -> str:
    """A duration as people say it, in its two largest units: `1 d 4 h`, `3 min 20 s`, `0.4 s`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    total = round(seconds)
    units = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    first = next(number for number, (_, size) in enumerate(units) if total >= size)
    words = []
    for name, size in units[first : first + 2]:
        count, total = divmod(total, size)
        if count:
            words.append(f"{count} {name}")
    return " ".join(words)


def _plain(text: str) -> str:
    return text.replace("_", " ")
