"""`optoutd classify`: decides on message files, and touches nothing."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daemon.cli.output import complain, in_one_line, print_json, print_table
from daemon.cli.progress import steps

if TYPE_CHECKING:
    from datetime import datetime

    from handlers.judge import Judgement


class RoleName(enum.StrEnum):
    """What the mailbox is for, as the option names it."""

    support = "support"
    cancel = "cancel"


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command("classify")(classify)


def classify(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Messages (RFC 5322).")],
    role: Annotated[
        RoleName | None,
        typer.Option(help="The mailbox's role; else told by the address in To or Delivered-To."),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show each message with the words that counted.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a file.")] = False,
) -> None:
    """Say what would be decided on messages; needs no configuration and changes nothing.

    Example: optoutd classify --explain --role cancel message.eml
    """
    from datetime import UTC, datetime

    if explain and json:
        raise typer.BadParameter("--explain is for people, --json for programs: choose one")

    from handlers.classify.shipped import shipped_classifier
    from handlers.compiled_words import not_compiled
    from handlers.judge import judge
    from handlers.values import Role

    classifier = shipped_classifier()
    if slow := not_compiled(classifier):
        complain(
            f"{', '.join(slow)}: changed, and compiled at each start, which is slow:"
            " run `python -m bench.compile_phrases`"
        )
    now = datetime.now(UTC)
    rows = []
    for path in steps(files, "Deciding"):
        try:
            raw = path.read_bytes()
        except OSError as error:
            found = _unreadable(path, error.strerror or "cannot be read")
            if explain:
                print(in_one_line(f"{path}: review, reason unreadable-file: {found['error']}"))
        else:
            wanted = Role(role.value) if role else None
            judgement = judge(raw, classifier, now=now, role=wanted)
            found = _found(path, judgement)
            if explain:
                _explain(path, raw, now, judgement)
        if json:
            print_json(found)
        rows.append(found)
    if not json and not explain:
        _print_table(rows)


def _explain(path: Path, raw: bytes, now: datetime, judgement: Judgement) -> None:
    from daemon.cli.explain import explain
    from handlers.values import RawMessage

    message = RawMessage(uid=1, raw=raw, size_bytes=len(raw), internal_date=now)
    explain(path, message, judgement)


def _found(path: Path, judgement: Judgement) -> dict[str, Any]:
    decision = judgement.decision
    return {
        "path": str(path),
        "intents": [intent.value for intent in decision.intents],
        "disposition": decision.disposition.value,
        "confidence": round(judgement.verdict.confidence, 3),
        "language": judgement.language,
        "evidence": [
            {
                "rule": evidence.rule,
                "words": evidence.words,
                "part": evidence.part,
                "start": evidence.start,
                "end": evidence.end,
            }
            for evidence in judgement.verdict.evidence
        ],
        "may_reply": judgement.may_reply,
        "reason": decision.reason,
    }


def _unreadable(path: Path, why: str) -> dict[str, Any]:
    return {
        "path": str(path),
        "intents": [],
        "disposition": "review",
        "confidence": 0.0,
        "language": "",
        "evidence": [],
        "may_reply": False,
        "reason": "unreadable-file",
        "error": why,
    }


def _print_table(rows: list[dict[str, Any]]) -> None:
    print_table(
        ("file", "disposition", "intents", "reason", "confidence", "language", "because of"),
        [
            (
                row["path"],
                row["disposition"],
                ", ".join(row["intents"]) or "-",
                row.get("error") or row["reason"],
                f"{row['confidence']:.2f}",
                row["language"] or "-",
                "; ".join(f"{e['rule']}: “{e['words']}”" for e in row["evidence"][:3]),
            )
            for row in rows
        ],
        empty="No files.",
    )
