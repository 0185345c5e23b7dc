"""`optoutd report --shadow`: what would have been done, beside where people put the messages."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from daemon.cli.output import for_people, harmless, print_json, print_table

if TYPE_CHECKING:
    from config.credentials import Secrets
    from config.settings import MailboxSettings, Settings
    from daemon.cli.context import Context
    from daemon.cli.whereabouts import Found
    from daemon.ports import LedgerRow, Whereabouts
    from handlers.hindsight import Agreement, Meanings, Would

_MOST_COLUMNS = 6  # of folders in the table, before the rest is put together
_WOULD = ("opt_out", "cancellation", "review", "automatic", "leave", "ignore")
_WOULD_WORDS = {
    "opt_out": "honour an opt-out",
    "cancellation": "take a cancellation",
    "review": "ask a person",
    "automatic": "file as automatic",
    "leave": "leave alone",
    "ignore": "ignore a machine",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is asked for; `words` is for sender and subject, from the server."""

    since: datetime | None
    mailboxes: tuple[MailboxSettings, ...]
    folders: tuple[str, ...]  # as the administrator wrote them
    meanings: Meanings
    offline: bool
    words: bool
    json: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message of the report."""

    found: Found
    would: Would
    agreement: Agreement
    code: str


def report_shadow(context: Context, settings: Settings, options: Options) -> None:
    """Prints the report. Raises TemporaryFailure or PermanentFailure where a server refuses."""
    lines: list[Line] = []
    folders: set[str] = set()
    secrets = None if options.offline else context.secrets(settings)
    for box, rows in _noted(context, options):
        whereabouts = _look(box, secrets, rows, options) if secrets else None
        folders.update(whereabouts.folders if whereabouts else ())
        lines += _compared(rows, whereabouts, options.meanings)
    if lines and not options.offline:
        _warn_of_absent(options, folders)
    if options.json:
        for line in lines:
            print_json(_object(line, options))
    else:
        _print(lines, options)


def _noted(context: Context, options: Options) -> list[tuple[MailboxSettings, list[LedgerRow]]]:
    store = context.reading_store()
    try:
        noted = [(box, store.shadow_ledger(box.name, options.since)) for box in options.mailboxes]
    finally:
        store.close()
    return [(box, rows) for box, rows in noted if rows]


def _look(
    box: MailboxSettings, secrets: Secrets, rows: Sequence[LedgerRow], options: Options
) -> Whereabouts:
    """Looks through the folders, on a connection of its own beside the daemon's."""
    from daemon.app import make_mailbox
    from daemon.ports import Sought

    mailbox = make_mailbox(box, secrets)
    sought = [
        Sought(uid_validity=r.uid_validity, uid=r.uid, message_id_hash=r.message_id_hash)
        for r in rows
    ]
    try:
        with _progress(box.name) as progress:
            found = mailbox.locate(
                sought,
                since=min(row.received_at for row in rows),
                words=options.words,
                progress=progress,
            )
    finally:
        mailbox.close()
    for folder in found.passed_over:
        print(harmless(f"optoutd: {box.name}: cannot open the folder {folder}"), file=sys.stderr)
    return found


def _warn_of_absent(options: Options, folders: set[str]) -> None:
    there = {name.casefold() for name in folders}
    for name in options.folders:
        if name.casefold() not in there:
            print(
                harmless(f"optoutd: warning: no folder is named {name}, so it tells nothing"),
                file=sys.stderr,
            )


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


def _compared(
    rows: Sequence[LedgerRow], whereabouts: Whereabouts | None, meanings: Meanings
) -> list[Line]:
    from daemon.cli.whereabouts import find
    from handlers.hindsight import Would, compare

    lines = []
    if whereabouts is not None:
        meanings = meanings.within(whereabouts.folders)
    for found in find(rows, whereabouts, meanings):
        row = found.row
        would = Would(disposition=row.disposition, filing=row.filing, intents=row.intents)
        agreement, code = compare(would, found.place, meanings)
        lines.append(Line(found=found, would=would, agreement=agreement, code=code))
    return lines


# For programs --------------------------------------------------------------------------------


def _object(line: Line, options: Options) -> dict[str, Any]:
    row, place = line.found.row, line.found.place
    told = {
        "mailbox": row.mailbox,
        "uid_validity": row.uid_validity,
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


# For people ----------------------------------------------------------------------------------


def _print(lines: Sequence[Line], options: Options) -> None:
    from handlers.hindsight import DIFFERENCES, Agreement

    if not lines:
        print(
            "Shadow mode has noted no messages"
            + (f" since {for_people(options.since)} (UTC)." if options.since else ".")
            + ' Set mode = "shadow" for a mailbox, and wait for mail.'
        )
        return
    received = [line.found.row.received_at for line in lines]
    first, last = for_people(min(received)), for_people(max(received))
    messages = "1 message" if len(lines) == 1 else f"{len(lines):,} messages"
    print(f"{messages}, received from {first} to {last} (UTC).\n")
    order = list(DIFFERENCES)
    differing = [line for line in lines if line.agreement is Agreement.DIFFER]
    differing.sort(key=lambda line: order.index(line.code))  # a stable sort: by time within
    if not options.offline:
        _print_lines(
            differing,
            options,
            title=f"Where people decided otherwise: {len(differing)}",
            empty="Nowhere did people decide otherwise, as far as that can be told.",
        )
        print()
    _print_lines(
        [
            line
            for line in lines
            if (line.would.acts or line.would.asks_people)
            and line.agreement is not Agreement.DIFFER
        ],
        options,
        title="What else would have been acted on, or asked about",
        empty="Nothing else would have been acted on.",
    )
    print()
    _print_matrix(lines, options)
    if not options.offline:
        _print_agreement(lines, options)


def _print_lines(lines: Sequence[Line], options: Options, *, title: str, empty: str) -> None:
    from handlers.hindsight import DIFFERENCES

    several = len({line.found.row.mailbox for line in lines}) > 1 or len(options.mailboxes) > 1
    columns = [*(["mailbox"] if several else []), "uid", "received (UTC)"]
    columns += ["would", "reason", "because of"]
    columns += [] if options.offline else ["is now in", "people"]
    columns += ["message"] if options.words else []
    rows = []
    for line in lines:
        row = line.found.row
        said = dict.fromkeys(" ".join(evidence.words.split()) for evidence in row.evidence)
        words = "; ".join(f"“{text}”" for text in list(said)[:2]) or "-"
        cells = [*([row.mailbox] if several else []), str(row.uid), for_people(row.received_at)]
        cells += [line.would.word.replace("_", "-"), row.reason, words]
        if not options.offline:
            cells += [_now_in(line), DIFFERENCES.get(line.code, _OTHER_WORDS[line.agreement])]
        if options.words:
            cells.append(f"{line.found.sender}: {line.found.subject}".strip(": ") or "-")
        rows.append(cells)
    print_table(
        columns, rows, title=title, empty=empty, whole=("mailbox", "uid", "received (UTC)")
    )


_OTHER_WORDS = {
    "agree": "agree",
    "differ": "decided otherwise",
    "open": "have not dealt with it yet",
    "unknown": "cannot be told",
}


def _now_in(line: Line) -> str:
    place = line.found.place
    signs = [name for name in ("answered", "flagged", "deleted") if getattr(place, name)]
    where = place.folder or {"gone": "no folder any more"}.get(place.where.value, "not known")
    return f"{where} ({', '.join(signs)})" if signs else where


def _print_matrix(lines: Sequence[Line], options: Options) -> None:
    """How many messages for each: what would have been done, and where they are."""
    cells: Counter[tuple[str, str]] = Counter()
    for line in lines:
        cells[line.would.word, _column(line)] += 1
    columns = Counter[str]()
    for (_, column), count in cells.items():
        columns[column] += count
    shown = [name for name, _ in columns.most_common(_MOST_COLUMNS)]
    others = len(columns) > len(shown)
    answered = Counter(line.would.word for line in lines if line.found.place.answered)
    head = ["it would", "messages"]
    if not options.offline:
        head += [*shown, *(["elsewhere"] if others else []), "answered"]
    rows = []
    for would in _WOULD:
        total = sum(count for (word, _), count in cells.items() if word == would)
        if not total:
            continue
        counts = [cells[would, name] for name in shown]
        if others:
            counts.append(total - sum(counts))
        counts.append(answered[would])
        told = [_WOULD_WORDS[would], f"{total:,}"]
        rows.append(told + ([] if options.offline else [f"{n:,}" if n else "·" for n in counts]))
    title = "What would have been done" + ("" if options.offline else ", and where it is now")
    print_table(head, rows, title=title, empty="")


def _column(line: Line) -> str:
    place = line.found.place
    return place.folder or {"gone": "gone"}.get(place.where.value, "not known")


def _print_agreement(lines: Sequence[Line], options: Options) -> None:
    counts = Counter(line.agreement.value for line in lines)
    print(
        f"\nPeople agree on {counts['agree']:,}, decided otherwise on {counts['differ']:,}, have "
        f"not dealt with {counts['open']:,} yet; of {counts['unknown']:,} it cannot be told."
    )
    if not options.meanings.told:
        print(
            "More can be told if you say where people put requests: "
            "--folder opt_out=FOLDER --folder cancellation=FOLDER"
        )
