"""What `optoutd classify --explain` shows: a message with the words that counted, and how."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from daemon.cli.message_page import Page
from daemon.cli.output import in_one_line, print_table

if TYPE_CHECKING:
    from handlers.judge import Judgement
    from handlers.values import Evidence, Finding, RawMessage

_INTENTS = {"opt_out": "an opt-out", "cancellation": "a cancellation"}
_SEEN = {"certain": "asks for", "unsure": "may ask for"}


def explain(path: Path, raw: RawMessage, judgement: Judgement) -> None:
    """Prints the message with its evidence marked, and below it what each piece says."""
    from handlers.shown import show_message

    verdict = judgement.verdict
    page = Page()
    page.text(in_one_line(f"{path}: {_headline(judgement)}"))
    page.text()
    page.message(show_message(raw, verdict.evidence, ""))
    page.text()
    rows = [
        *_rows(verdict.certain, _SEEN["certain"]),
        *_rows(verdict.unsure, _SEEN["unsure"]),
        *(_row(evidence, "speaks against it", "") for evidence in verdict.against),
    ]
    print_table(
        ("what", "confidence", "rule", "words", "where"),
        rows,
        empty="Nothing in it asks for an opt-out or a cancellation.",
        whole=("rule",),
    )
    page.text(f"Confidence in all of this: {verdict.confidence:.2f}. {_left_out(judgement)}")


def _headline(judgement: Judgement) -> str:
    decision = judgement.decision
    intents = " and ".join(_INTENTS[intent.value] for intent in decision.intents)
    answer = "may be answered" if judgement.may_reply else "is not to be answered"
    language = f"language {judgement.language}, " if judgement.language else ""
    about = f" ({intents})" if intents else ""
    return f"{decision.disposition.value}{about}, reason {decision.reason}; {language}{answer}"


def _rows(findings: Iterable[Finding], seen: str) -> Iterable[tuple[str, ...]]:
    for finding in findings:
        for evidence in finding.evidence:
            what = f"{seen} {_INTENTS[finding.intent.value]}"
            yield _row(evidence, what, f"{finding.confidence:.2f}")


def _row(evidence: Evidence, what: str, confidence: str) -> tuple[str, ...]:
    where = f"{evidence.part}, {evidence.start} to {evidence.end}"
    return what, confidence, evidence.rule, in_one_line(f"“{evidence.words}”"), where


def _left_out(judgement: Judgement) -> str:
    """What of the message is not the writer's own new words."""
    message = judgement.message
    if message is None:
        return "It could not be read."
    parts = (
        (message.quoted_text, "quoted"),
        (message.signature, "of a signature"),
        (message.hidden_text, "hidden"),
    )
    counted = [f"{len(text.strip()):,} {name}" for text, name in parts if text.strip()]
    return f"Not read, in characters: {', '.join(counted)}." if counted else "All of it was read."
