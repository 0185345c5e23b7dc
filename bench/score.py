"""How well messages are decided: `python -m bench.score FILE.jsonl… [--json] [--errors]`.

A folder stands for all its .jsonl files. Each line of a file is a message with the label that a
careful support agent would give it. Every message takes the whole route up to the decision
(parse, screen, classify, decide), as `optoutd classify` takes it; with `--rules` without the
model's vote, `--markdown` as rows of docs/classifier.md.
"""

from __future__ import annotations

import argparse
import base64
import email.utils
import gc
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from config.phrase_book import load_stored
from handlers.classify import Classifier
from handlers.classify.shipped import shipped_classifier
from handlers.judge import Judgement, judge
from handlers.parse import parse_message
from handlers.values import Disposition, Role

DOMAIN = "gigapros.example"
REQUESTS = ("opt_out", "cancellation")
Case = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One message with what was made of it; `certain` are the intents that were acted on."""

    case: Case
    judgement: Judgement
    certain: frozenset[str]

    @property
    def labels(self) -> frozenset[str]:
        """The requests that the message makes, none for ordinary and automatic mail."""
        return frozenset(self.case["labels"]) & frozenset(REQUESTS)

    @property
    def disposition(self) -> Disposition:
        """What was decided."""
        return self.judgement.decision.disposition

    @property
    def harm(self) -> int:
        """How bad the error is: 4 an invented cancellation, 0 none."""
        if "cancellation" in self.certain - self.labels:
            return 4
        if "opt_out" in self.certain - self.labels:
            return 3
        if self.labels - self.certain and self.disposition is not Disposition.REVIEW:
            return 2
        return 1 if self.disposition is Disposition.REVIEW else 0


def read_cases(path: Path) -> list[Case]:
    """The labelled messages of a JSON Lines file, or of all such files in a folder."""
    if path.is_dir():
        return [case for file in sorted(path.glob("*.jsonl")) for case in read_cases(file)]
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def render(case: Case, number: int = 0) -> bytes:
    """The message of a case as bytes."""
    box = f"{case['mailbox']}@{DOMAIN}"
    if case.get("raw"):
        return b"Delivered-To: " + box.encode() + b"\r\n" + base64.b64decode(case["raw"])
    name, address = email.utils.parseaddr(case["from"])
    sender = email.utils.formataddr((name, address)) if name else address
    text, html = (case.get("text") or ""), case.get("html")
    if not html and not case.get("headers"):
        return _plain(case, number, box=box, sender=sender, text=text)
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"], message["Subject"] = box, case["subject"]
    message["Date"] = email.utils.formatdate(1_790_000_000 + 60 * number)
    message["Message-ID"] = f"<{case['id']}@mail.customer.example>"
    if html and not text.strip():
        message.set_content(html, subtype="html")
    else:
        message.set_content(text)
        if html:
            message.add_alternative(html, subtype="html")
    for key, value in (case.get("headers") or {}).items():
        del message[key]
        message[key] = value
    return message.as_bytes()


def _plain(case: Case, number: int, *, box: str, sender: str, text: str) -> bytes:
    """A message of text alone, as most are: the email package takes twelve times as long."""
    subject = case["subject"]
    head = (
        f"From: {sender}",
        f"To: {box}",
        f"Subject: {subject if subject.isascii() else Header(subject, 'utf-8').encode()}",
        f"Date: {email.utils.formatdate(1_790_000_000 + 60 * number)}",
        f"Message-ID: <{case['id']}@mail.customer.example>",
        "MIME-Version: 1.0",
        'Content-Type: text/plain; charset="utf-8"',
        "Content-Transfer-Encoding: 8bit",
    )
    lines = text.splitlines()
    return "".join(f"{line}\r\n" for line in (*head, "", *lines)).encode()


def disposition(case: Case, classifier: Classifier, number: int = 0) -> Scored:
    """Decides on one case as though it had just arrived."""
    now = datetime.fromtimestamp(1_790_000_000 + 60 * number, UTC)
    judgement = judge(render(case, number), classifier, now=now, role=Role(case["mailbox"]))
    acts = judgement.decision.disposition is Disposition.ACT
    certain = {finding.intent.value for finding in judgement.verdict.certain} if acts else set()
    return Scored(case=case, judgement=judgement, certain=frozenset(certain))


def score(cases: Sequence[Case], classifier: Classifier) -> list[Scored]:
    """Decides on all cases."""
    return [disposition(case, classifier, number) for number, case in enumerate(cases)]


def figures(scored: Sequence[Scored]) -> dict[str, tuple[int, int]]:
    """The figures of the table, each as (how many, of how many)."""
    asking = [(s, label) for s in scored for label in s.labels]
    ordinary = [s for s in scored if "none" in s.case["labels"]]
    automatic = [s for s in scored if "automatic" in s.case["labels"]]
    found: dict[str, tuple[int, int]] = {}
    for intent in REQUESTS:
        acted = [s for s in scored if intent in s.certain]
        found[f"right {intent}"] = (sum(intent in s.labels for s in acted), len(acted))
    done = sum(label in s.certain for s, label in asking)
    seen = sum(label in s.certain or s.disposition is Disposition.REVIEW for s, label in asking)
    found["requests acted on"] = (done, len(asking))
    found["acted on or reviewed"] = (seen, len(asking))
    reviewed = sum(s.disposition is Disposition.REVIEW for s in ordinary)
    found["ordinary reviewed"] = (reviewed, len(ordinary))
    found["automatic acted on"] = (sum(bool(s.certain) for s in automatic), len(automatic))
    return found


def by_language(scored: Sequence[Scored]) -> Iterator[tuple[str, list[Scored]]]:
    """The scored messages of each language, then all of them."""
    groups: dict[str, list[Scored]] = defaultdict(list)
    for one in scored:
        groups[one.case["lang"]].append(one)
    yield from sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    yield "all", list(scored)


def microseconds_per_message(cases: Sequence[Case], classifier: Classifier) -> float:
    """The mean time of `Classifier.read` alone, in µs, over messages already parsed."""
    messages = [(parse_message(render(case)), Role(case["mailbox"])) for case in cases]
    classifier.read(messages[0][0], role=messages[0][1])
    gc.freeze()  # as the daemon does: or a walk through all phrases may fall among the messages
    start = time.perf_counter()
    for message, role in messages:
        classifier.read(message, role=role)
    return (time.perf_counter() - start) / len(messages) * 1e6


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--markdown", action="store_true", help="rows as in docs/classifier.md")
    parser.add_argument("--rules", action="store_true", help="without the model's vote")
    parser.add_argument("--errors", action="store_true", help="list the failures, worst first")
    arguments = parser.parse_args()
    cases = [case for file in arguments.files for case in read_cases(file)]
    classifier = Classifier(load_stored()) if arguments.rules else shipped_classifier()
    scored = score(cases, classifier)
    if arguments.markdown:
        print("\n".join(markdown_rows(scored)))
        return 0
    took_us = microseconds_per_message(cases, classifier)
    if arguments.json:
        tables = {language: figures(group) for language, group in by_language(scored)}
        print(json.dumps({"figures": tables, "microseconds": round(took_us, 1)}))
        return 0
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(_table(scored))
    console.print(f"{took_us:.0f} µs a message to classify, {len(cases)} messages")
    if arguments.errors:
        _print_errors(console, scored)
    return 0


def markdown_rows(scored: Sequence[Scored]) -> list[str]:
    """A row for each language, and one for all of them."""
    return [
        "| {} |".format(
            " | ".join(
                [language]
                + [f"{part}/{whole}" if whole else "–" for part, whole in figures(group).values()]
            )
        )
        for language, group in by_language(scored)
    ]


def _table(scored: Sequence[Scored]) -> Table:
    table = Table(title="right of acted on; found of asked for")
    table.add_column("language")
    table.add_column("messages", justify="right")
    for name in figures(scored):
        table.add_column(name, justify="right")
    for language, group in by_language(scored):
        cells = [f"{part}/{whole}" if whole else "-" for part, whole in figures(group).values()]
        table.add_row(language, str(len(group)), *cells, end_section=language != "all")
    return table


def _print_errors(console: Console, scored: Sequence[Scored]) -> None:
    names = {4: "invented cancellation", 3: "invented opt-out", 2: "missed", 1: "reviewed"}
    worst = sorted((s for s in scored if s.harm), key=lambda s: -s.harm)
    for one in worst:
        verdict = one.judgement.verdict
        evidence = "; ".join(f"{e.rule} “{e.words}”" for e in verdict.evidence) or "-"
        console.print(
            f"{names[one.harm]}: {one.case['id']} {one.case['lang']} {one.case['mailbox']} "
            f"{one.case['labels']} got {sorted(one.certain)} "
            f"{one.disposition.value}: {evidence}",
            highlight=False, markup=False, soft_wrap=True,
        )  # fmt: skip
        text = (one.case.get("text") or one.case.get("html") or "").strip().replace("\n", " / ")
        console.print(
            f"    {one.case['subject']} | {text[:300]}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    console.print(dict(Counter(names[one.harm] for one in worst)))


if __name__ == "__main__":
    sys.exit(main())
