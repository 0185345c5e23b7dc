"""What the demonstration shows in the terminal."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from rich.console import Console, Group
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from daemon.cli.output import harmless
from daemon.demo import Outcome, Result
from daemon.demo.samples import DOMAIN
from daemon.ports import LedgerRow
from handlers.values import Disposition

_STYLES = {"act": "green", "review": "yellow", "leave": "dim", "ignore": "dim"}
_WIDE_COLUMNS = 120
_PLAIN = {
    "act": "acted on",
    "review": "for review",
    "leave": "left alone",
    "ignore": "ignored",
}


def show(
    result: Result,
    console: Console,
    *,
    kept_in: Path | None,
    seconds: float,
    with_reply: bool = True,
) -> None:
    """Prints the page: what came in, what was decided and why, and one reply whole."""
    console.print()
    console.print(Rule("[bold]optoutd demo[/]: one pass over two mailboxes", align="left"))
    console.print(
        f"support@{DOMAIN} and cancel@{DOMAIN} lay on an IMAP server in this process; the replies "
        "went to an SMTP server in it. Nothing left this machine.\n",
        style="dim",
    )
    console.print(_table(result, console.width))
    console.print(_summary(result, seconds))
    if result.replies and with_reply:
        console.print(_reply(result))
    if kept_in is not None:
        console.print(f"Store, log, configuration and replies are in {kept_in}", markup=False)
    console.print()


def _table(result: Result, width: int) -> Table:
    """A column for each question; on a narrow terminal the answers stand below one another."""
    wide = width >= _WIDE_COLUMNS
    answers = ("decided", "because of", "stored", "lies now in")
    columns = ("came in", *answers) if wide else ("came in", "what became of it")
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 1, 0))
    for column in columns:
        table.add_column(column, overflow="fold", ratio=2 if column == "came in" and wide else 3)
    for outcome in result.outcomes:
        came_in = Group(
            Text(outcome.sample.title),
            Text(f"“{outcome.sample.subject}” to {outcome.sample.mailbox}@", style="dim"),
        )
        told = (_decided(outcome.row), _why(outcome), _stored(outcome), _place(outcome))
        style = _STYLES.get(outcome.row.disposition.value if outcome.row else "", "red")
        if wide:
            table.add_row(came_in, Text(told[0], style=style), *map(Text, told[1:]))
        else:
            lines = [
                f"{name}: {_in_one_line(text)}" for name, text in zip(answers, told, strict=True)
            ]
            table.add_row(came_in, Group(Text(lines[0], style=style), *map(Text, lines[1:])))
    return table


def _in_one_line(text: str) -> str:
    return ", ".join(text.split("\n"))


def _decided(row: LedgerRow | None) -> str:
    if row is None:
        return "not read"
    intents = " + ".join(intent.value.replace("_", "-") for intent in row.intents)
    plain = _PLAIN[row.disposition.value]
    return f"{plain}: {intents}" if intents and row.disposition.value != "leave" else plain


def _why(outcome: Outcome) -> str:
    row = outcome.row
    if row is None:
        return ""
    if row.disposition is Disposition.IGNORE:
        return f"a machine wrote it: {row.reason}"
    if row.disposition is Disposition.LEAVE:
        against = dict.fromkeys(f"{e.rule}: “{harmless(e.words)}”" for e in outcome.against)
        return "\n".join([*against][:2]) or "asks for nothing"
    words = dict.fromkeys(f"“{harmless(evidence.words)}”" for evidence in row.evidence)
    return "\n".join([*words][:3]) or row.reason


def _stored(outcome: Outcome) -> str:
    lines = [
        f"{request.reference} {request.state.value.replace('_', ' ')}"
        for request in outcome.requests
    ]
    return "\n".join(lines) or "nothing"


def _place(outcome: Outcome) -> str:
    if outcome.place is None:
        return "nowhere"
    flags = " ".join(outcome.place.flags)
    return f"{outcome.place.folder} {flags}".strip()


def _summary(result: Result, seconds: float) -> Text:
    counts = Counter(o.row.disposition.value for o in result.outcomes if o.row)
    parts = [f"{counts[key]} {_PLAIN[key]}" for key in _PLAIN if counts[key]]
    return Text(
        f"{len(result.outcomes)} messages in {seconds:.1f} s: {', '.join(parts)}. "
        f"{len(result.suppressed)} addresses are suppressed, {len(result.replies)} replies were "
        "sent.\n",
        style="bold",
    )


def _reply(result: Result) -> Panel:
    """One of the replies whole, as it went over the wire: the longest tells most."""
    reply = max(result.replies, key=lambda received: len(received.raw))
    envelope = f"MAIL FROM:<{reply.envelope_from}>\nRCPT TO:<{reply.recipient}>\n\n"
    text = reply.raw.decode("utf-8", "replace").replace("\r\n", "\n")
    return Panel(
        Text.assemble((envelope, "dim"), harmless(text.rstrip())),
        title="one of the replies, with all its headers",
        title_align="left",
    )
