"""Two companies that both run optoutd, set on each other: two mails at most, ever."""

from __future__ import annotations

import email
import itertools
import re
from collections import Counter
from dataclasses import replace
from email.utils import parseaddr
from pathlib import Path

from tests.acceptance.company import Company, Daemon, until
from tests.servers.smtp import Received

_numbers = itertools.count(1)

_MARKS = re.compile(
    rb"^(?:Auto-Submitted|X-[^:]*|Message-ID|In-Reply-To|References):.*\n(?:[ \t].*\n)*",
    re.IGNORECASE | re.MULTILINE,
)
ASKS = (
    "Please unsubscribe me from your newsletter.\n",
    "Please cancel my account.\n",
    "Please take me off your mailing list, and cancel my account as well.\n",
)


def other_company(first: Company, folder: Path) -> Company:
    """A second company of another domain on the same servers."""
    folder.mkdir()
    number = next(_numbers)
    boxes = {role: f"{role}-{number}@other.example" for role in ("support", "cancel")}
    for address in boxes.values():
        first.dovecot.add_user(address)
    made = Company(folder, first.dovecot, first.smtp, **boxes)
    made.write_config()
    return made


def without_marks(mail: Received) -> Received:
    """As from a server that rewrites what it passes on: nothing says any more what wrote it."""
    head, _, body = mail.raw.partition(b"\r\n\r\n")
    kept = _MARKS.sub(b"", head + b"\r\n")
    raw = b"Message-ID: <%d@gateway.example>\r\n%s\r\n%s" % (next(_numbers), kept, body)
    return replace(mail, raw=raw, sender=f"srs-{next(_numbers)}@gateway.example")


def forge(to: Company, sender: Company, boxes: list[tuple[str, str]]) -> None:
    """Mail in the other's name, a different ask from and to each pair of addresses."""
    for ask, (recipient, victim) in zip(ASKS, boxes, strict=False):
        to.write_to(getattr(to, recipient), getattr(sender, victim), "A wish", ask)


def read(daemons: list[Daemon]) -> Counter[str]:
    return Counter(
        {
            "read": sum(e["messages"] for d in daemons for e in d.events("batch_committed")),
            "queued": sum(len(d.events("reply_queued")) for d in daemons),
            "sent": sum(len(d.events("reply_sent")) for d in daemons),
        }
    )


def exchanged(mails: list[Received]) -> Counter[frozenset[str]]:
    """How many mails went between two addresses, in either direction."""
    return Counter(
        frozenset((parseaddr(email.message_from_bytes(mail.raw)["From"])[1], *mail.recipients))
        for mail in mails
    )


PAIRS = [("support", "support"), ("cancel", "support"), ("support", "cancel")]


def test_two_daemons_that_are_set_on_each_other_exchange_two_mails_at_most(
    company: Company, tmp_path: Path
) -> None:
    other = other_company(company, tmp_path / "other")
    with company.daemon() as ours, other.daemon() as theirs:
        daemons = [ours, theirs]
        for daemon in daemons:
            daemon.wait_for("daemon_started")

        def settle(forged: int) -> None:
            """Waits until every mail has been read, and all that was queued is out."""

            def is_quiet() -> bool:
                seen, arrived = read(daemons), forged + len(company.smtp.received)
                return seen["read"] == arrived and seen["queued"] == seen["sent"]

            until(is_quiet, lambda: f"{read(daemons)}:\n{ours.log}\n{theirs.log}")

        forge(company, other, PAIRS)
        settle(len(ASKS))
        first = exchanged(company.smtp.received)
        assert len(first) == len(ASKS)
        company.smtp.on_the_way = without_marks
        forge(other, company, PAIRS)
        settle(2 * len(ASKS))
        assert max(exchanged(company.smtp.received).values()) <= 2
        assert max((exchanged(company.smtp.received) - first).values()) <= 2
