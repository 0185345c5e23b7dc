"""What becomes of one message of a collection: decided as the daemon does, with an empty store."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.put_in import addressed, as_a_person, with_request
from bench.score import REQUESTS, read_cases, render
from handlers.case import Policy
from handlers.classify.shipped import shipped_classifier
from handlers.decide import decide
from handlers.memory import Known
from handlers.reading import Desk, Reading, make_case, read_message
from handlers.screen import SCREEN, Ourselves
from handlers.values import Intent, RawMessage, Role, Tokens

DOMAIN = "shop.example"
SUPPORT = f"support@{DOMAIN}"
WAYS = ("as it came", "to us", "asking")
WORDS = ("Please unsubscribe me from the newsletter.", "Please cancel my account.")
_TOKENS = Tokens(
    opt_out_reference="O-000000",
    cancellation_reference="C-000000",
    named_references=(),
    secret="A" * 16,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one message in one version; `error` where it could not be read."""

    kind: str
    name: str
    way: str
    seconds: float
    disposition: str = ""
    found: bool = False  # whether a request was read in it
    answered: bool = False
    silent: tuple[str, ...] = ()
    facts: frozenset[str] = frozenset()
    error: str = ""

    @property
    def may_reply(self) -> bool:
        """Whether nothing of the screen speaks against an answer."""
        return not self.error and not self.silent


class Judge:
    """Decides on messages as the daemon does, for one mailbox and with an empty store."""

    def __init__(self) -> None:
        self.us = Ourselves(
            addresses=frozenset({SUPPORT, f"cancel@{DOMAIN}"}), domains=frozenset({DOMAIN})
        )
        self.desk = Desk(
            mailbox="support",
            role=Role.SUPPORT,
            us=self.us,
            trusted_authserv_id=f"mx.{DOMAIN}",
            classifier=shipped_classifier(),
        )
        self.now = datetime.now(UTC)
        self(
            b"From: a@b.example\r\n\r\nfirst\r\n", kind="", name="", way=""
        )  # what is lazy is made

    def __call__(self, raw: bytes, *, kind: str, name: str, way: str) -> Outcome:
        """The outcome for one message."""
        message = RawMessage(uid=1, raw=raw, size_bytes=len(raw), internal_date=self.now)
        began = time.perf_counter()
        try:
            reading = read_message(message, self.desk)
            case = make_case(
                reading, self.desk, known=Known(), tokens=_TOKENS, now=self.now, refilled=False
            )
            decision = decide(case, Policy(us=self.us))
        except Exception as error:  # noqa: BLE001 - counted: the goal is that there is none
            seconds = time.perf_counter() - began
            words = f"{type(error).__name__}: {error}"[:200]
            return Outcome(kind=kind, name=name, way=way, seconds=seconds, error=words)
        return Outcome(
            kind=kind,
            name=name,
            way=way,
            seconds=time.perf_counter() - began,
            disposition=decision.disposition.value,
            found=bool(reading.verdict.certain),
            answered=decision.reply is not None,
            silent=reading.screening.silent,
            facts=facts_of(reading),
        )


def facts_of(reading: Reading) -> frozenset[str]:
    """What machine mail is known by, each on its own: the lines of the table of shares."""
    message, verdict, fields = reading.message, reading.verdict, reading.message.headers
    nobody = Ourselves()
    holds = {c.name for c in SCREEN if c.test(message, nobody)}
    facts = {
        "Return-Path at all": "return-path" in fields,
        "null Return-Path": "null-return-path" in holds,
        "multipart/report": message.content_type == "multipart/report",
        "Auto-Submitted": "auto-submitted" in holds,
        "Precedence": "precedence" in holds,
        "list fields": "mailing-list" in holds,
        "daemon in From": "daemon-sender" in holds,
        "In-Reply-To or References": bool(message.in_reply_to or message.references),
        "no From": not fields.all("from"),
        "an opt-out is read": Intent.OPT_OUT in verdict.intents,
    }
    found = {name for name, holds_true in facts.items() if holds_true}
    if not found & {"null Return-Path", "multipart/report", "Auto-Submitted"}:
        found.add("none of these three")
    return frozenset(found)


def messages(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The messages of a folder and of those below it, with their names."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()


def asking(raw: bytes) -> bytes | None:
    """The message with one of WORDS put in: which one, its length tells."""
    return with_request(raw, WORDS[len(raw) % len(WORDS)])


def versions(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """The three versions of a message; two where it has no text to put a request into."""
    to_us = addressed(raw, SUPPORT)
    asks = asking(to_us)
    yield from ((WAYS[0], raw), (WAYS[1], to_us))
    if asks is not None:
        yield WAYS[2], asks


def of_machines(judge: Judge, folders: Iterable[Path]) -> Iterator[Outcome]:
    for folder in folders:
        for name, raw in messages(folder):
            for way, version in versions(raw):
                yield judge(version, kind=folder.name, name=name, way=way)


def of_people(judge: Judge, folders: Iterable[Path], corpora: Iterable[Path]) -> Iterator[Outcome]:
    for folder in folders:
        for name, raw in messages(folder):
            version = asking(addressed(as_a_person(raw), SUPPORT))
            if version is not None:
                yield judge(version, kind=folder.name, name=name, way=WAYS[2])
    for corpus in corpora:
        for number, case in enumerate(read_cases(corpus)):
            if "automatic" in case["labels"]:
                continue
            raw = addressed(render(case, number), SUPPORT)
            if not set(case["labels"]) & set(REQUESTS):
                raw = asking(raw) or raw
            yield judge(raw, kind=corpus.stem, name=case["id"], way=WAYS[2])


def figures(outcomes: list[Outcome]) -> dict[str, Any]:
    """The figures of one kind."""
    by_way = {way: [o for o in outcomes if o.way == way] for way in WAYS}
    asks = by_way["asking"]
    silenced = [o for o in asks if o.silent]
    times = [o.seconds for o in outcomes]
    return {
        "messages": len(by_way["as it came"]) or len(asks),
        "answered": {way: sum(o.answered for o in by_way[way]) for way in WAYS},
        "dispositions": {
            way: dict(Counter(o.disposition for o in by_way[way] if not o.error)) for way in WAYS
        },
        "asking": len(asks),
        "request_not_found": sum(not o.found for o in asks if not o.error),
        "may_reply": sum(o.may_reply for o in asks),
        "by_one_sign_alone": dict(
            Counter(o.silent[0] for o in silenced if len(o.silent) == 1).most_common()
        ),
        "first_reasons": dict(Counter(o.silent[0] for o in silenced).most_common()),
        "signs": dict(Counter(name for o in asks for name in o.silent).most_common()),
        "facts": dict(Counter(fact for o in by_way["as it came"] for fact in o.facts)),
        "errors": sum(bool(o.error) for o in outcomes),
        "mean_ms": round(1000 * sum(times) / len(times), 2) if times else 0.0,
        "worst_ms": round(1000 * max(times), 1) if times else 0.0,
    }


def by_kind(outcomes: list[Outcome]) -> dict[str, dict[str, Any]]:
    kinds = defaultdict(list)
    for outcome in outcomes:
        kinds[outcome.kind].append(outcome)
    return {kind: figures(group) for kind, group in kinds.items()}


def misses(machines: list[Outcome], people: list[Outcome]) -> dict[str, list[str]]:
    """File names: machines that may be answered, people who may not, what could not be read."""
    return {
        "machines that may be answered": [
            f"{o.kind}/{o.name}" for o in machines if o.way == "asking" and o.may_reply
        ],
        "people left unanswered": [
            f"{o.kind}/{o.name}: {', '.join(o.silent)}" for o in people if o.silent
        ],
        "could not be read": sorted(
            {f"{o.kind}/{o.name}: {o.error}" for o in (*machines, *people) if o.error}
        ),
    }
