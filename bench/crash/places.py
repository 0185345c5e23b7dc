"""Where messages lie in the two mailboxes, by the names that stories.py has for the places."""

from __future__ import annotations

from collections import Counter, defaultdict

from tests.acceptance.company import Company
from tests.servers.dovecot import Stored

FOLDERS = {
    "inbox": "INBOX",
    "outs": "Optoutd/Opt-outs",
    "ends": "Optoutd/Cancellations",
    "auto": "Optoutd/Automatic",
}
_REVIEW_FLAGS = frozenset({r"\Flagged", "$OptoutdReview"})
_NAMES = {
    **{(folder, frozenset[str]()): name for name, folder in FOLDERS.items()},
    ("INBOX", _REVIEW_FLAGS): "flagged",
    ("Optoutd/Cancellations", _REVIEW_FLAGS): "ends-flagged",
}


def lying(company: Company) -> dict[tuple[str, bytes], Counter[str]]:
    """The places where each message lies, by mailbox and octets; it should be one."""
    found: dict[tuple[str, bytes], Counter[str]] = defaultdict(Counter)
    for box, user in (("support", company.support), ("cancel", company.cancel)):
        for folder in FOLDERS.values():
            for stored in company.folder_of(user, folder):
                found[box, stored.raw][_name(folder, stored)] += 1
    return found


def _name(folder: str, stored: Stored) -> str:
    return _NAMES.get((folder, stored.flags), f"{folder} {sorted(stored.flags)}")
