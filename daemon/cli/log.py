"""`optoutd log`: the JSON log, a line an event, for a person."""

from __future__ import annotations

import enum
import json
import os
import re
import stat
import sys
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from daemon.cli import complete
from daemon.cli.log_source import CUT
from daemon.cli.log_words import SENTENCES, Event, in_words, references_of
from daemon.cli.output import complain, in_one_line

_UNIT = "optoutd"
_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
_COLOURS = {"debug": "\x1b[2m", "warning": "\x1b[33m", "error": "\x1b[1;31m"}
_PLAIN = "\x1b[0m"
_NOT_IN_JOURNAL = (
    "the journal shows you no such events of {unit}; root and the group systemd-journal see all"
)
_SHOWN_CHARACTERS = 1_000
_MAILBOX_COLUMNS = 8
_AGO = re.compile(r"(\d{1,6}) ?(s|m|min|h|d)\Z")
_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}


class Level(enum.StrEnum):
    """The levels of the log."""

    debug = "debug"
    info = "info"
    warning = "warning"
    error = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which events are wanted: all that is given has to hold; what is empty takes every one."""

    requests: frozenset[str]
    mailboxes: frozenset[str]
    events: frozenset[str]
    level: int
    since: str

    @property
    def asks_for_some(self) -> bool:
        """Whether only some events are wanted: then lines that are none are not shown."""
        return bool(self.requests or self.mailboxes or self.events or self.level or self.since)

    def takes(self, event: Event) -> bool:
        """Whether the event is wanted."""
        return (
            (not self.level or _LEVELS.get(str(event.get("level")), 100) >= self.level)
            and (not self.events or str(event.get("event")) in self.events)
            and (not self.mailboxes or str(event.get("mailbox")) in self.mailboxes)
            and (not self.requests or not self.requests.isdisjoint(references_of(event)))
            # Both are RFC 3339 in UTC: they sort as texts.
            and (not self.since or str(event.get("time", "")) >= self.since)
        )


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command("log")(log)


def log(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE|-",
            show_default=False,
            help="The log; - is the pipe. Without it what is piped in, else systemd's journal.",
        ),
    ] = None,
    *,
    unit: Annotated[
        str | None,
        typer.Option(
            metavar="UNIT",
            help="Read this unit of the journal, such as optoutd@acme.",
            show_default=False,
        ),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with what is logged from now on.")
    ] = False,
    since: Annotated[
        str,
        typer.Option(
            metavar="TIME",
            help="From then on: 30m, 2h or 3d ago, or a time such as 2026-11-24T14:00 (UTC).",
        ),
    ] = "",
    lines: Annotated[
        int | None,
        typer.Option(
            "--lines",
            "-n",
            metavar="N",
            min=0,
            show_default=False,
            help="Only the last N events of what is there.",
        ),
    ] = None,
    request: Annotated[
        list[str] | None,
        typer.Option(
            metavar="REFERENCE",
            autocompletion=complete.references,
            help="Only events about this request; may be repeated.",
        ),
    ] = None,
    mailbox: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            autocompletion=complete.mailboxes,
            help="Only events of this mailbox; may be repeated.",
        ),
    ] = None,
    event: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            autocompletion=complete.log_events,
            help="Only this event (docs/log-events.md); may be repeated.",
        ),
    ] = None,
    level: Annotated[
        Level | None, typer.Option(help="Only events of this level and above.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the events as they were logged.")
    ] = False,
) -> None:
    """Show the log of the daemon to a person: a line an event, its level by colour.

    Reads a file, a pipe or systemd's journal. Options of several kinds have all to hold. Lines
    that are no events are shown as they are, unless only some events are asked for. Times are UTC.

    Examples:
        optoutd log --follow
        optoutd log --level warning --since 2h
        optoutd log --request O-7K3M2Q /var/log/optoutd.log
        journalctl --unit=optoutd --output=cat | optoutd log --mailbox support
    """
    wanted = Filter(
        requests=frozenset(r.strip().upper() for r in request or ()),
        mailboxes=frozenset(mailbox or ()),
        events=frozenset(_event_name(name) for name in event or ()),
        level=_LEVELS[level] if level else 0,
        since=_since(since, now=datetime.now(UTC)),
    )
    show = _as_json if as_json else _Row(colours=_has_colours())
    from_journal, source = _source(file, unit, follow=follow, wanted=wanted, lines=lines)
    try:
        found = _print(source, wanted, show, lines)
    except KeyboardInterrupt:  # the way to end --follow
        return
    except BrokenPipeError:
        # Whoever read has read enough; the interpreter would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    if not found and not as_json:
        hint = _NOT_IN_JOURNAL.format(unit=unit or _UNIT) if from_journal else "no such events"
        complain(f"{hint}")


# Reading ---------------------------------------------------------------------------------------


def _source(
    file: str | None, unit: str | None, *, follow: bool, wanted: Filter, lines: int | None
) -> tuple[bool, Iterator[list[str]]]:
    """Whether it is the journal, and the lines."""
    from daemon.cli import log_source

    if file is not None and unit is not None:
        raise typer.BadParameter("give a file or --unit, not both")
    if file == "-" or (file is None and unit is None and _is_piped_in()):
        return False, log_source.of_stream(sys.stdin.buffer)
    if file is not None:
        return False, log_source.of_file(Path(file), follow=follow)
    arguments = []
    if wanted.since:
        arguments.append(f"--since=@{datetime.fromisoformat(wanted.since).timestamp():.0f}")
    if lines is not None and (follow or not wanted.asks_for_some):
        # The journal is long, and journalctl finds its end quickly.
        arguments.append(f"--lines={lines}")
    elif follow and wanted.since:
        arguments.append("--lines=all")  # else it begins ten lines before now
    return True, log_source.of_journal(unit or _UNIT, follow=follow, arguments=arguments)


def _is_piped_in() -> bool:
    """Whether stdin is a pipe or a file, not the terminal or the /dev/null of a timer."""
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError, AttributeError):  # closed
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode)


def _since(text: str, *, now: datetime) -> str:
    """The time that `--since` means, as the log writes times; '' for none."""
    if not text:
        return ""
    if ago := _AGO.match(text.strip()):
        then = now - timedelta(seconds=int(ago[1]) * _UNITS[ago[2]])
    else:
        try:
            then = datetime.fromisoformat(text.strip())
        except ValueError:
            raise typer.BadParameter(
                "must be a time such as 2026-11-24T14:00, or how long ago, such as 30m, 2h or 3d",
                param_hint="--since",
            ) from None
        then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return then.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _event_name(name: str) -> str:
    if name not in SENTENCES:
        from config.wording import did_you_mean

        raise typer.BadParameter(
            f"there is no event {name}{did_you_mean(name, SENTENCES)}", param_hint="--event"
        )
    return name


# Showing ---------------------------------------------------------------------------------------


def _print(
    source: Iterator[list[str]],
    wanted: Filter,
    show: Callable[[str, Event | None], str],
    lines: int | None,
) -> bool:
    """Prints what is wanted as it comes, or the last `lines` of what is there; whether any was."""
    kept: deque[str] | None = None if lines is None else deque(maxlen=lines)
    found = False
    for batch in source:
        rows = [row for line in batch if (row := _row(line, wanted, show))]
        found = found or bool(rows)
        if kept is not None:
            kept.extend(rows)
            if batch:
                continue
            rows, kept = [*kept], None  # all that is there has been read
        sys.stdout.write("".join(rows))
        sys.stdout.flush()
    sys.stdout.write("".join(kept or ()))
    sys.stdout.flush()
    return found


def _row(line: str, wanted: Filter, show: Callable[[str, Event | None], str]) -> str:
    """What is shown of a line, with its newline, or ''."""
    event = _event(line)
    if event is None:
        return "" if wanted.asks_for_some else show(line, None)
    return show(line, event) if wanted.takes(event) else ""


def _event(line: str) -> Event | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("event"), str) else None


def _as_json(_line: str, event: Event | None) -> str:
    """The event as a program reads it; lines that are none would only trouble it."""
    return "" if event is None else f"{json.dumps(event, ensure_ascii=True)}\n"


class _Row:
    """A line for a person: time, level, mailbox, sentence."""

    def __init__(self, *, colours: bool) -> None:
        self._colours = colours

    def __call__(self, line: str, event: Event | None) -> str:
        if event is None:
            return f"{_fit(line)}\n"
        # 2026-11-24T14:03:05.123456Z, to the second.
        time = f"{str(event.get('time', ''))[:19].replace('T', ' '):<19}"
        level = str(event.get("level", ""))
        mailbox = f"{event.get('mailbox', '')!s:<{_MAILBOX_COLUMNS}}"
        row = f"{time} {level:<7} {mailbox} {in_words(event)}"
        if not self._colours:
            return f"{_fit(row)}\n"
        return f"{_COLOURS.get(level, '')}{_fit(row)}{_PLAIN}\n"


def _fit(text: str) -> str:
    """The text as one line that a terminal can show, cut where it is beyond reading."""
    if len(text) > _SHOWN_CHARACTERS:
        text = f"{text[:_SHOWN_CHARACTERS]}{CUT}"
    return in_one_line(text)


def _has_colours() -> bool:
    """Whether to colour: on a terminal, unless NO_COLOR (no-color.org) or TERM says otherwise."""
    environ = os.environ
    if environ.get("NO_COLOR") or environ.get("TERM") == "dumb":
        return False
    return sys.stdout.isatty() or bool(environ.get("FORCE_COLOR"))
