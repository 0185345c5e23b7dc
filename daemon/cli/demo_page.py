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

_STYLES = {"act": "green", "review": "yellow", "leave": "dim", "ignore": "dim"}
_PLAIN = {
    "act": "acted on",
    "review": "for review",
    "leave": "left alone",
    "ignore": "ignored",
}


def show(result: Result, console: Console, *, kept_in: Path | None, seconds: float) -> None:
    """Prints the page: what came in, what was decided and why, and one reply whole."""
    console.print()
    console.print(Rule("[bold]optoutd demo[/]: one pass over two mailboxes", align="left"))
    console.print(
        f"support@{DOMAIN} and cancel@{DOMAIN} lay on an IMAP server in this process; the replies "
        "went to an SMTP server in it. Nothing left this machine.\n",
        style="dim",
    )
    console.print(_table(result))
    console.print(_summary(result, seconds))
    if result.replies:
        console.print(_reply(result))
    if kept_in is not None:
        console.print(f"Store, log, configuration and replies are in {kept_in}", markup=False)
    console.print()


def _table(result: Result) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 1, 0))
    table.add_column("came in", ratio=6)
    table.add_column("decided", ratio=4)
    table.add_column("because of", ratio=7)
    table.add_column("stored", ratio=6)
    table.add_column("lies now in", ratio=5)
    for outcome in result.outcomes:
        disposition = outcome.row.disposition.value if outcome.row else "?"
        table.add_row(
            Group(
                Text(outcome.sample.title),
                Text(f"to {outcome.sample.mailbox}@", style="dim"),
            ),
            Text(_decided(outcome.row), style=_STYLES.get(disposition, "red")),
            Text(_why(outcome.row)),
            Text(_stored(outcome)),
            Text(_place(outcome)),
        )
    return table


def _decided(row: LedgerRow | None) -> str:
    if row is None:
        return "not read"
    intents = " + ".join(intent.value.replace("_", "-") for intent in row.intents)
    plain = _PLAIN[row.disposition.value]
    return f"{plain}: {intents}" if intents and row.disposition.value != "leave" else plain


def _why(row: LedgerRow | None) -> str:
    if row is None:
        return ""
    words = [f"“{harmless(evidence.words)}”" for evidence in row.evidence[:2]]
    return "\n".join(words) if words else row.reason


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
        Text(envelope, style="dim") + Text(harmless(text.rstrip())),
        title="one of the replies, with all its headers",
        title_align="left",
    )
