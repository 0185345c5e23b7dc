"""`optoutd report`: what happened in a period, and with --shadow what would have happened."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daemon.cli.context import Context, context_of
from daemon.cli.failures import EXIT_USAGE
from daemon.cli.output import for_people, harmless, print_json, print_table

if TYPE_CHECKING:
    from config.settings import MailboxSettings, Settings
    from daemon.ports import Figures, Spread
    from handlers.values import Intent

_DEFAULT_DAYS = 30
_BAR_CELLS = 30
_PARTS = " ▏▎▍▌▋▊▉█"


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command("report")(report)


def report(
    context: typer.Context,
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help="From this day on, UTC; 30 days, and with --shadow everything, without it.",
        ),
    ] = None,
    shadow: Annotated[
        bool,
        typer.Option("--shadow", help="What shadow mode would have done, beside what people did."),
    ] = False,
    mailbox: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="With --shadow: this mailbox only; repeatable."),
    ] = None,
    folder: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND=FOLDER",
            help="With --shadow: people put requests of this kind (opt_out, cancellation) there; "
            "repeatable.",
        ),
    ] = None,
    show: Annotated[
        bool,
        typer.Option("--show", help="With --shadow: sender and subject too, from the server."),
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="With --shadow: without looking on the server.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Report on a period: messages, requests, times, reviews and replies.

    With --shadow: for each message that shadow mode has looked at, what would have been done and
    where people have put it since; where the two differ comes first. Looks through all folders
    of the account without changing anything, also while the daemon runs.

    Example: optoutd report --shadow --folder opt_out=Newsletter/Unsubscribed
    """
    ours = context_of(context)
    start = since.replace(tzinfo=UTC) if since else None
    if not shadow:
        given = {"--mailbox": mailbox, "--folder": folder, "--show": show, "--offline": offline}
        _refuse([name for name, value in given.items() if value], "need --shadow")
        _report_figures(ours, start, json=json)
        return
    if show and offline:
        _refuse(["--show"], "needs the server, which --offline leaves alone")
    from daemon.cli.shadow_report import Options, report_shadow
    from handlers.hindsight import Meanings

    settings = ours.settings()
    told = _meanings(folder or [])
    options = Options(
        since=start,
        mailboxes=_mailboxes(settings, mailbox or []),
        folders=tuple(told),
        meanings=Meanings.of(told),
        offline=offline,
        words=show,
        json=json,
    )
    report_shadow(ours, settings, options)


def _refuse(options: Sequence[str], why: str) -> None:
    if options:
        print(harmless(f"optoutd: {', '.join(options)}: {why}"), file=sys.stderr)
        raise typer.Exit(EXIT_USAGE)


def _mailboxes(settings: Settings, names: Sequence[str]) -> tuple[MailboxSettings, ...]:
    known = {box.name: box for box in settings.mailbox}
    unknown = [f"--mailbox {name}" for name in names if name not in known]
    _refuse(unknown, f"there is only {', '.join(known)}")
    return tuple(box for name, box in known.items() if not names or name in names)


def _meanings(given: Sequence[str]) -> dict[str, Intent]:
    from handlers.values import Intent

    kinds = {kind.value: kind for kind in Intent}
    found = {}
    for text in given:
        kind, _, name = text.partition("=")
        kind = kind.strip().lower().replace("-", "_")
        if kind not in kinds or not name.strip():
            _refuse([f"--folder {text}"], "must be opt_out=FOLDER or cancellation=FOLDER")
        found[name.strip()] = kinds[kind]
    return found


# The figures ---------------------------------------------------------------------------------


def _report_figures(context: Context, since: datetime | None, *, json: bool) -> None:
    from daemon.app import utc_now

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
