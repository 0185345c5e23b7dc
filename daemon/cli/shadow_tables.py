"""The report on shadow mode as people read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from daemon.cli.output import for_people, print_table

if TYPE_CHECKING:
    from daemon.cli.shadow_lines import Line, Options

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


def print_tables(lines: Sequence[Line], options: Options) -> None:
    """The report as people read it: differences first."""
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
