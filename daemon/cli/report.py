"""`optoutd report`: what happened in a period, and with --shadow what would have happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.context import context_of
from daemon.cli.failures import EXIT_USAGE
from daemon.cli.output import complain

if TYPE_CHECKING:
    from config.settings import MailboxSettings, Settings
    from handlers.values import Intent


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
        from daemon.cli.figures_report import report_figures

        report_figures(ours, start, json=json)
        return
    if show and offline:
        _refuse(["--show"], "needs the server, which --offline leaves alone")
    from daemon.cli.shadow_lines import Options
    from daemon.cli.shadow_report import report_shadow
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
        complain(f"{', '.join(options)}: {why}")
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
