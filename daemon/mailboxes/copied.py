"""Copies of ours that a broken move has left: known by their octets, date and size.

On a server without MOVE the connection, or the process, may end behind the COPY and before the
message is gone from where it was; or the server refuses to mark it as deleted.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from daemon.mailboxes.batches import batches

# Nobody holds larger ones in memory for this: one that we know to have copied is known again by
# its date and size, and another one is copied once more.
MAX_BYTES = 4 * 2**20

# What a COPY leaves as it is (RFC 9051 section 6.4.7), where the server keeps to it.
Look = tuple[datetime, int]
Print = tuple[datetime, bytes | int]


def looks_of(client: Any, uids: Sequence[int]) -> dict[int, Look]:
    """Date of receipt and size of messages in the open folder, where the server tells both."""
    found: dict[int, Look] = {}
    for batch in batches(sorted(set(uids))):
        for uid, answer in client.fetch(batch, ["INTERNALDATE", "RFC822.SIZE"]).items():
            date, size = answer.get(b"INTERNALDATE"), answer.get(b"RFC822.SIZE")
            is_told = isinstance(date, datetime) and date.tzinfo is not None
            if uid in batch and is_told and isinstance(size, int):
                found[uid] = date, size
    return found


def prints_there(client: Any, looks: Collection[Look]) -> Counter[Print]:
    """Of the messages in the open folder that look like one of these: what is known of each."""
    if not looks:
        return Counter()
    days = [date.date() for date, _ in looks]
    # SINCE and BEFORE compare days of the server's own time zone.
    first, last = min(days) - timedelta(days=1), max(days) + timedelta(days=2)
    # One that is \\Deleted goes at the next EXPUNGE: it must not stand for the original.
    near = looks_of(client, client.search(["UNDELETED", "SINCE", first, "BEFORE", last]))
    wanted = set(looks)
    alike = {uid: look for uid, look in near.items() if look in wanted}
    return Counter(prints_of(client, alike).values())


def prints_of(client: Any, looks: Mapping[int, Look]) -> dict[int, Print]:
    """Date and digest of messages in the open folder; of large ones date and size."""
    found: dict[int, Print] = {uid: look for uid, look in looks.items() if look[1] > MAX_BYTES}
    for uid, (date, _) in ((uid, look) for uid, look in looks.items() if uid not in found):
        for answer in client.fetch([uid], ["BODY.PEEK[]"]).values():
            if isinstance(raw := answer.get(b"BODY[]"), bytes):
                found[uid] = date, hashlib.sha256(raw).digest()
    return found


def copied_before(client: Any, looks: Mapping[int, Look], there: Counter[Print]) -> set[int]:
    """Those of the messages in the open folder of which a copy is `there`, one for each."""
    left, found = Counter(there), set[int]()
    dates = {date for date, _ in there}
    alike = {uid: look for uid, look in looks.items() if look[0] in dates}
    for uid, known in prints_of(client, alike).items():
        if left[known]:
            left[known] -= 1
            found.add(uid)
    return found


@dataclass(slots=True)
class HalfMoved:
    """What this process has copied and not marked as deleted, by the folder that it was to go to.

    A message is known by the UIDVALIDITY of its own folder and its UID. That it was copied does
    not say that the copy is still there.
    """

    _uids: dict[tuple[int, str], set[int]] = field(default_factory=dict)

    def among(self, uids: Iterable[int], uid_validity: int, folder: str) -> set[int]:
        """Those of the messages that were copied to `folder`."""
        return self._uids.get((uid_validity, folder), set()) & set(uids)

    def note(self, copied: set[int], uids: Iterable[int], uid_validity: int, folder: str) -> None:
        """Notes which of `uids` are copied and not marked now."""
        held = self._uids.setdefault((uid_validity, folder), set())
        held.difference_update(uids)
        held |= copied.intersection(uids)
