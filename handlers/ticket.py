"""A cancellation that the control panel hands in: what its ticket has to say, and says.

The panel has signed the customer in; it is its word that this address is the customer's.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from handlers.address import Address, clean_text, make_address
from handlers.record_lines import MAX_WANTED_END_CHARS, is_language
from handlers.recorded import Recorded
from handlers.values import Intent
from handlers.wanted_end import no_such_day

MEMBERS = ("ticket", "address", "received_at", "wanted_end", "language")
# Letters, digits and signs of ticket systems; no "@", so that no address stands in for one.
NUMBER = r"[A-Za-z0-9][A-Za-z0-9._:/#-]{0,63}"
CLOCKS_DIFFER = timedelta(minutes=5)
BY = "the control panel"  # as the audit names it
_NUMBER = re.compile(rf"{NUMBER}\Z")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One ticket; `received_at` is when the customer handed it in."""

    number: str
    address: Address
    received_at: datetime
    wanted_end: str
    language: str
    said_at: str  # `received_at` as the panel gave it, '' where it left that out

    def fingerprint(self, key: bytes) -> str:
        """What the ticket says, as a keyed hash: sent twice, it says the same."""
        parts = (self.number, self.address.key, self.said_at, self.wanted_end, self.language)
        return hmac.digest(key, json.dumps(["ticket", *parts]).encode(), hashlib.sha256).hex()

    def recorded(self) -> Recorded:
        """The cancellation that it asks for."""
        return Recorded(
            kind=Intent.CANCELLATION,
            address=self.address,
            channel="panel",
            received_at=self.received_at,
            taken_by=BY,
            note=f"ticket {self.number}",
            language=self.language,
            wanted_end=self.wanted_end,
            digest=hashlib.sha256(f"ticket\0{self.number}".encode()).hexdigest(),
            signed_in=True,
        )


def read_ticket(
    members: Mapping[str, object], *, now: datetime
) -> tuple[Ticket | None, dict[str, str]]:
    """The ticket, or None and what is wrong with each member."""
    wrong = {name: "is no member" for name in members if name not in MEMBERS}
    texts = {name: members.get(name, "") for name in MEMBERS}
    wrong |= {name: "is not a text" for name, v in texts.items() if not isinstance(v, str)}
    given = {name: value if isinstance(value, str) else "" for name, value in texts.items()}
    address = make_address(given["address"])
    received_at = _moment(given["received_at"]) if "received_at" in members else now
    if not _NUMBER.match(given["ticket"]):
        wrong.setdefault("ticket", "is not 1 to 64 letters, digits and . _ : / # -")
    if address is None:
        wrong.setdefault("address", "is not a mail address")
    if received_at is None:
        wrong.setdefault("received_at", "is not a time such as 2026-11-24T15:30:00+01:00")
    elif received_at > now + CLOCKS_DIFFER:
        wrong.setdefault("received_at", "is in the future")
    if len(given["wanted_end"]) > MAX_WANTED_END_CHARS:
        wrong.setdefault("wanted_end", f"has more than {MAX_WANTED_END_CHARS} characters")
    elif day := no_such_day(given["wanted_end"]):
        wrong.setdefault("wanted_end", f"has {day}, and there is no such day")
    if not is_language(given["language"]):
        wrong.setdefault("language", "is not a code of two letters such as de")
    if wrong or address is None or received_at is None:
        return None, wrong
    return (
        Ticket(
            number=given["ticket"],
            address=address,
            received_at=min(received_at, now),
            wanted_end=clean_text(given["wanted_end"], limit=MAX_WANTED_END_CHARS),
            language=given["language"].lower(),
            said_at=given["received_at"],
        ),
        {},
    )


def _moment(text: str) -> datetime | None:
    if not _RFC3339.match(text):
        return None
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):  # no day of the calendar, or one before all zones
        return None
