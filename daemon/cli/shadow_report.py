"""`optoutd report --shadow`: what would have been done, beside where people put the messages."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from daemon.cli.output import complain, harmless, print_json
from daemon.cli.shadow_lines import Line, Options

if TYPE_CHECKING:
    from config.credentials import Secrets
    from config.settings import MailboxSettings, Settings
    from daemon.cli.context import Context
    from daemon.ports import LedgerRow, Whereabouts
    from handlers.hindsight import Meanings


def report_shadow(context: Context, settings: Settings, options: Options) -> None:
    """Prints the report. Raises TemporaryFailure or PermanentFailure where a server refuses."""
    lines: list[Line] = []
    folders: set[str] = set()
    secrets = None if options.offline else context.secrets(settings)
    for noted in _noted(context, options):
        whereabouts = _look(noted, secrets, options) if secrets else None
        folders.update(whereabouts.folders if whereabouts else ())
        lines += _compared(noted, whereabouts, options.meanings)
    if lines and not options.offline:
        _warn_of_absent(options, folders)
    if options.json:
        for line in lines:
            print_json(_object(line, options))
    else:
        from daemon.cli.shadow_tables import print_tables

        print_tables(lines, options)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Noted:
    """What was noted of a mailbox, and the numbering that it is read in (daemon/numbering.py)."""

    box: MailboxSettings
    rows: Sequence[LedgerRow]
    numbering: int


def _noted(context: Context, options: Options) -> list[_Noted]:
    store = context.reading_store()
    found = []
    try:
        for box in options.mailboxes:
            mark = store.mark(box.name)
            rows = store.shadow_ledger(box.name, options.since)
            found.append(_Noted(box=box, rows=rows, numbering=mark.uid_validity if mark else 0))
    finally:
        store.close()
    return [noted for noted in found if noted.rows]


def _look(noted: _Noted, secrets: Secrets, options: Options) -> Whereabouts:
    """Looks through the folders, on a connection of its own beside the daemon's."""
    from daemon.app import make_mailbox
    from daemon.cli.whereabouts import sought_of

    box = noted.box
    mailbox = make_mailbox(box, secrets)
    try:
        with _progress(box.name) as progress:
            found = mailbox.locate(
                sought_of(noted.rows, noted.numbering),
                since=min(row.received_at for row in noted.rows),
                words=options.words,
                progress=progress,
            )
    finally:
        mailbox.close()
    for folder in found.passed_over:
        complain(f"{box.name}: cannot open the folder {folder}")
    return found


def _warn_of_absent(options: Options, folders: set[str]) -> None:
    there = {name.casefold() for name in folders}
    for name in options.folders:
        if name.casefold() not in there:
            complain(f"warning: no folder is named {name}, so it tells nothing")


class _Told(Protocol):
    def __call__(self, folder: str, done: int, of: int, /) -> None: ...


@contextmanager
def _progress(mailbox: str) -> Iterator[_Told]:
    """A bar on stderr, where that is a terminal."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress

    with Progress(
        console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()
    ) as bar:
        task = bar.add_task(mailbox, total=None)

        def told(folder: str, done: int, of: int) -> None:
            text = escape(harmless(f"{mailbox}: {folder}"))
            bar.update(task, completed=done, total=of, description=text)

        yield told


def _compared(noted: _Noted, whereabouts: Whereabouts | None, meanings: Meanings) -> list[Line]:
    from daemon.cli.whereabouts import find
    from handlers.hindsight import Would, compare

    lines = []
    if whereabouts is not None:
        meanings = meanings.within(whereabouts.folders)
    for found in find(noted.rows, whereabouts, meanings, noted.numbering):
        row = found.row
        would = Would(disposition=row.disposition, filing=row.filing, intents=row.intents)
        agreement, code = compare(would, found.place, meanings)
        lines.append(Line(found=found, would=would, agreement=agreement, code=code))
    return lines


# For programs --------------------------------------------------------------------------------


def _object(line: Line, options: Options) -> dict[str, Any]:
    from daemon.numbering import validity_of

    row, place = line.found.row, line.found.place
    told = {
        "mailbox": row.mailbox,
        "uid_validity": validity_of(row.uid_validity),
        "uid": row.uid,
        "received_at": row.received_at,
        "would": line.would.word,
        "disposition": row.disposition.value,
        "intents": [intent.value for intent in row.intents],
        "reason": row.reason,
        "evidence": [evidence.words for evidence in row.evidence],
        "where": place.where.value,
        "folder": place.folder or None,
        "answered": place.answered,
        "flagged": place.flagged,
        "deleted": place.deleted,
        "agreement": line.agreement.value,
        "because": line.code,
    }
    if options.words:
        told |= {"sender": line.found.sender, "subject": line.found.subject}
    return told
