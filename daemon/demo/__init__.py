"""`optoutd demo`: the whole service on embedded servers with sample mail.

Nothing here is pretended: a configuration file is written and loaded, and the daemon's own pass
reads from an IMAP server and answers through an SMTP server, both on loopback.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from config.load import load_secrets, load_settings
from daemon.app import assemble
from daemon.demo.look import Place, places_of_mail
from daemon.demo.samples import DOMAIN, Sample, samples
from daemon.demo.servers import ImapServer, Received, SmtpServer
from daemon.ports import LedgerRow
from daemon.service import poll_once
from handlers.classify import Classifier
from handlers.judge import judge
from handlers.parse import parse_message
from handlers.values import Evidence, Request, Role

_MAILBOXES = ("support", "cancel")
_PASSWORD = "only-for-this-demonstration"  # noqa: S105 - of a server that lives for seconds
_CONFIG = """\
[store]
url = "sqlite:///optoutd.db"

[smtp]
host = "127.0.0.1"
port = {smtp_port}
security = "none"

[company]
name = "GigaPros"
postal_address = "GigaPros Ltd, 1 Harbour Road, Springfield"
phone = "+1 555 0100"
panel_url = "https://panel.gigapros.example"
domains = ["gigapros.example"]
"""
_MAILBOX = """
[[mailbox]]
name = "{name}"
role = "{name}"
address = "{name}@{domain}"
host = "127.0.0.1"
port = {imap_port}
security = "none"
username = "{name}"
password_file = "imap-password"
backlog = "all"
trusted_authserv_id = "mx.{domain}"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one sample.

    `against` is what made the classifier read no request in it: the ledger keeps no words of
    ordinary mail, so the sample is read once more for the page.
    """

    sample: Sample
    row: LedgerRow | None
    requests: tuple[Request, ...]
    place: Place | None
    against: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the demonstration has done."""

    outcomes: tuple[Outcome, ...]
    replies: tuple[Received, ...] = field(repr=False)
    suppressed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Left:
    """What a pass has left in its store, and what it was decided with."""

    rows: Mapping[str, LedgerRow]
    requests: Mapping[str, Request]
    suppressed: tuple[str, ...]
    classifier: Classifier


def run_demo(folder: Path) -> Result:
    """Runs it with its configuration, store, log and replies in `folder`, which exists."""
    imap, smtp = ImapServer(), SmtpServer()
    imap.start()
    smtp.start()
    try:
        mail = samples(datetime.now(UTC))
        for name in _MAILBOXES:
            imap.add_user(name, _PASSWORD)
            imap.deliver(
                name, _PASSWORD, [sample.raw for sample in mail if sample.mailbox == name]
            )
        config = _write_config(folder, imap.port, smtp.port)
        left = _pass(config, folder / "optoutd.log")
        places: dict[str, Place] = {}
        for name in _MAILBOXES:
            places |= places_of_mail(imap.port, name, _PASSWORD)
    finally:
        smtp.stop()
        imap.stop()
    _write_replies(folder / "replies", smtp.received)
    return Result(
        outcomes=tuple(_outcome(sample, left, places.get(sample.message_id)) for sample in mail),
        replies=tuple(smtp.received),
        suppressed=left.suppressed,
    )


def _write_config(folder: Path, imap_port: int, smtp_port: int) -> Path:
    boxes = (_MAILBOX.format(name=name, domain=DOMAIN, imap_port=imap_port) for name in _MAILBOXES)
    config = folder / "optoutd.toml"
    config.write_text(_CONFIG.format(smtp_port=smtp_port) + "".join(boxes), encoding="utf-8")
    secret = folder / "imap-password"
    secret.touch(mode=0o600)
    secret.write_text(f"{_PASSWORD}\n", encoding="utf-8")
    return config


def _pass(config: Path, log_file: Path) -> _Left:
    """One real pass of the real daemon, and what its store holds afterwards."""
    # The environment's own settings are for the real service.
    settings = load_settings(config, {k: v for k, v in os.environ.items() if k == "HOME"})
    secrets = load_secrets(settings, file=config)
    with log_file.open("w", encoding="utf-8") as log:
        app = assemble(settings, secrets, log=log)
        # Building it takes a second: the page asks the same one.
        classifier = next(iter(app.watches.values())).route.desk.classifier
        try:
            asyncio.run(poll_once(app, timeout_s=10))
            rows = {row.digest: row for name in _MAILBOXES for row in app.store.ledger(name)}
            requests = {request.reference: request for request in app.store.requests()}
            suppressed = tuple(
                request.address_key
                for request in requests.values()
                if app.store.suppression(request.address_key) is not None
            )
        finally:
            app.close()
    return _Left(rows=rows, requests=requests, suppressed=suppressed, classifier=classifier)


def _write_replies(folder: Path, replies: list[Received]) -> None:
    folder.mkdir(exist_ok=True)
    for number, reply in enumerate(replies, start=1):
        (folder / f"{number:02}.eml").write_bytes(reply.raw)


def _outcome(sample: Sample, left: _Left, place: Place | None) -> Outcome:
    row = left.rows.get(parse_message(sample.raw).digest)
    references = row.references if row is not None else ()
    judgement = judge(
        sample.raw, left.classifier, now=datetime.now(UTC), role=Role(sample.mailbox)
    )
    return Outcome(
        sample=sample,
        row=row,
        requests=tuple(left.requests[r] for r in references if r in left.requests),
        place=place,
        against=judgement.verdict.against,
    )
