"""`optoutd record import FILE`: many calls and letters at once, from CSV."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from daemon.cli.by_staff import (
    JsonOption,
    NoReplyOption,
    as_object,
    could_not,
    name_of,
    office_of,
    one_line,
    usage_error,
)
from daemon.cli.context import context_of
from daemon.cli.failures import EXIT_USAGE
from daemon.cli.output import complain, print_json, print_table
from daemon.errors import OptoutdError

if TYPE_CHECKING:
    from daemon.office import Outcome
    from handlers.record_lines import Line
    from handlers.steps import NotPossible

MAX_FILE_BYTES = 64 * 1024 * 1024
_A_CHUNK = 200  # one transaction: the daemon waits for it
_MANY_LINES = 200
_MAX_MISTAKES = 50


def import_file(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV with a header line; - is stdin.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what each line would do, and do nothing.")
    ] = False,
    by: Annotated[
        str,
        typer.Option(
            "--by", metavar="NAME", help="Who took what no line names; your login name else."
        ),
    ] = "",
    no_reply: NoReplyOption = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Times of over a year ago are right.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Record many calls and letters from a CSV file, such as a spreadsheet saves it.

    Columns: kind (opt-out or cancellation), address, channel, received, and if wanted by, note,
    list, language, wanted_end. All lines are checked first: with one mistake nothing is recorded.
    Recording the same file twice adds nothing.

    Example: optoutd record import calls.csv --dry-run
    """
    lines = _lines(file, taken_by=name_of(by), yes=yes)
    counts: Counter[str] = Counter()
    rows = []
    done = (
        _planned(context, lines, reply=not no_reply)
        if dry_run
        else _recorded(context, lines, by=name_of(by), reply=not no_reply)
    )
    try:
        for line, outcome in done:
            word = _word(outcome)
            counts[word] += 1
            if json:
                print_json(_object(line, word, outcome, dry_run=dry_run))
            elif dry_run or word == "refused":
                rows.append(_row(line, word, outcome, dry_run=dry_run))
    except OptoutdError:
        if not dry_run:
            complain(
                f"{counts.total()} of {len(lines)} lines are recorded; the same file again,"
                " once that is mended, records the rest"
            )
        raise
    if not json:
        if rows:
            print_table(
                ("line", "would be" if dry_run else "was", "kind", "address", "reference", "mail"),
                rows,
                empty="",
                whole=("line", "reference"),
            )
        told = ", ".join(f"{counts[word]} {word}" for word in _WORDS if counts[word])
        print(f"{'Nothing is recorded yet' if dry_run else 'Done'}: {told}.")
    if counts["refused"]:
        raise could_not(f"{counts['refused']} lines could not be recorded")


_WORDS = ("new", "settled", "repeated", "known", "refused")


def _word(outcome: Outcome | NotPossible) -> str:
    """What a line comes to, in one word."""
    from handlers.steps import NotPossible

    if isinstance(outcome, NotPossible):
        return "known" if outcome.is_done else "refused"
    if outcome.decision.repeated:
        return "repeated"
    return "settled" if outcome.decision.changes else "new"


def _lines(file: Path, *, taken_by: str, yes: bool) -> list[Line]:
    """The lines of the file. Exits with 2 and all mistakes where one of them is wrong."""
    from functools import partial

    from daemon.cli.moments import moment
    from daemon.opening import utc_now
    from handlers.record_lines import read_lines

    text = _text(file)
    lines, mistakes = read_lines(
        text, moment=partial(moment, now=utc_now(), may_be_long_ago=yes), taken_by=taken_by
    )
    if not mistakes:
        return lines
    for mistake in mistakes[:_MAX_MISTAKES]:
        complain(f"{file}: {mistake}")
    if len(mistakes) > _MAX_MISTAKES:
        complain(f"and {len(mistakes) - _MAX_MISTAKES} mistakes more")
    complain("nothing is recorded")
    raise typer.Exit(EXIT_USAGE)


def _text(file: Path) -> str:
    """The file as text. Exits with 2 where it cannot be read."""
    try:
        if str(file) == "-":
            raw = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
        else:
            with file.open("rb") as opened:
                raw = opened.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise usage_error(f"{file}: {error.strerror or 'cannot be read'}") from error
    if len(raw) > MAX_FILE_BYTES:
        raise usage_error(f"{file}: is larger than 64 MiB: split it")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise usage_error(
            f'{file}: line {line}: is not UTF-8: save it as "CSV UTF-8" in the spreadsheet'
        ) from error


Done = Iterator[tuple["Line", "Outcome | NotPossible"]]


def _planned(context: typer.Context, lines: Sequence[Line], *, reply: bool) -> Done:
    """What each line would do, with a store that is only read."""
    from daemon.app import make_office
    from handlers.steps import NotPossible

    ours = context_of(context)
    store = ours.reading_store()
    try:
        office = make_office(ours.settings(), store)
        outcomes = office.plan_many([each.recorded for each in lines], reply=reply)
    finally:
        store.close()
    drawn: set[str] = set()  # references that nothing has yet
    for line, outcome in zip(lines, outcomes, strict=True):
        if isinstance(outcome, NotPossible):
            same = outcome.is_done and outcome.reference in drawn
            yield line, NotPossible("the same as a line above", is_done=True) if same else outcome
            continue
        drawn.update(request.reference for request in outcome.decision.requests)
        yield line, outcome


def _recorded(context: typer.Context, lines: Sequence[Line], *, by: str, reply: bool) -> Done:
    """Records the lines, a transaction for some of them, with a bar where somebody waits."""
    quiet = len(lines) < _MANY_LINES or not sys.stderr.isatty()
    with (
        office_of(context) as office,
        Progress(console=Console(stderr=True), transient=True, disable=quiet) as progress,
    ):
        task = progress.add_task("Recording …", total=len(lines))
        for start in range(0, len(lines), _A_CHUNK):
            some = lines[start : start + _A_CHUNK]
            outcomes = office.record_many([each.recorded for each in some], by=by, reply=reply)
            progress.advance(task, len(some))
            yield from zip(some, outcomes, strict=True)


def _row(
    line: Line, word: str, outcome: Outcome | NotPossible, *, dry_run: bool
) -> tuple[str, ...]:
    from handlers.reason_words import reason_words
    from handlers.steps import NotPossible, words_of

    recorded = line.recorded
    about = (words_of(recorded.kind), recorded.address.key)
    if isinstance(outcome, NotPossible):
        return (str(line.line), f"{word}: {one_line(outcome)}", *about, outcome.reference, "-")
    decision = outcome.decision
    reference = "" if dry_run and decision.requests else outcome.reference  # none yet
    mail = f"to {decision.reply.to.key}" if decision.reply else "none"
    if decision.silence:
        mail += f": {reason_words(decision.silence)}"
    return (str(line.line), word, *about, reference, mail)


def _object(
    line: Line, word: str, outcome: Outcome | NotPossible, *, dry_run: bool
) -> dict[str, Any]:
    from handlers.steps import NotPossible

    about = {"line": line.line, "outcome": word}
    if isinstance(outcome, NotPossible):
        return {
            **about,
            "id": outcome.reference or None,
            "kind": line.recorded.kind.value,
            "address": line.recorded.address.key,
            "error": one_line(outcome),
        }
    done = as_object(outcome)
    if dry_run and outcome.decision.requests:
        done["id"] = None  # it would get one when it is recorded
    return {**about, **done}
