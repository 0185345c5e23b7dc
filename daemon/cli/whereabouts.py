"""From what a look through the folders found to one place a message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from daemon.numbering import validity_of
from daemon.ports import LedgerRow, Located, Sought, Whereabouts
from handlers.hindsight import Meanings, Place, Where

_USES: Mapping[str, Where] = {
    "trash": Where.TRASH,
    "junk": Where.JUNK,
    "archive": Where.ARCHIVE,
    # A view of everything: what lies in no other folder was archived.
    "all": Where.ARCHIVE,
}
# Copies in these do not say where people have put a message.
_NO_PLACE = frozenset({"sent", "drafts", "flagged"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A message of the ledger with its place; sender and subject where they were asked for."""

    row: LedgerRow
    place: Place
    sender: str = ""
    subject: str = ""


def sought_of(rows: Iterable[LedgerRow], numbering: int) -> list[Sought]:
    """What to look for; `numbering` is that of the folder now (daemon/numbering.py).

    What was looked at in one that is over lies under another UID, if at all: 0 is that of none.
    """
    return [
        Sought(
            uid_validity=validity_of(numbering),
            uid=row.uid if row.uid_validity == numbering else 0,
            message_id_hash=row.message_id_hash,
        )
        for row in rows
    ]


def find(
    rows: Iterable[LedgerRow],
    whereabouts: Whereabouts | None,
    meanings: Meanings,
    numbering: int,
) -> list[Found]:
    """The place of each message; unknown for all of them where nobody has looked (None).

    `numbering` as for `sought_of`.
    """
    if whereabouts is None:
        return [Found(row=row, place=Place(where=Where.UNKNOWN)) for row in rows]
    rows = list(rows)
    known = {row.uid for row in rows if row.uid_validity == numbering}
    unmoved: dict[int, Located] = {}
    elsewhere: dict[str, list[Located]] = {}
    for located in whereabouts.found:
        is_there = located.is_own and located.uid_validity == validity_of(numbering)
        if is_there and located.uid in known:
            unmoved[located.uid] = located
        elif located.message_id_hash:
            elsewhere.setdefault(located.message_id_hash, []).append(located)
    found = []
    for row in rows:
        candidates = elsewhere.get(row.message_id_hash, []) if row.message_id_hash else []
        lies = unmoved.get(row.uid) if row.uid_validity == numbering else None
        best = lies or _best(candidates, meanings)
        if best is None:
            # Without a Message-ID it cannot be found again once it has left its folder.
            where = Where.GONE if row.message_id_hash else Where.UNKNOWN
            found.append(Found(row=row, place=Place(where=where)))
        else:
            found.append(
                Found(row=row, place=_place(best), sender=best.sender, subject=best.subject)
            )
    return found


def _best(candidates: Sequence[Located], meanings: Meanings) -> Located | None:
    """Of several copies the one that says most: a folder with a meaning before all others."""
    told = [located for located in candidates if located.use not in _NO_PLACE]

    def rank(located: Located) -> int:
        if meanings.kind_of(_place(located)) is not None:
            return 0
        order = ("", "archive", "junk", "trash", "all")
        return 2 if located.is_own else 1 + 2 * order.index(located.use)

    return min(told, key=rank, default=None)


def _place(located: Located) -> Place:
    deleted = r"\Deleted" in located.flags
    where = Where.INBOX if located.is_own else _USES.get(located.use, Where.FOLDER)
    return Place(
        where=Where.TRASH if deleted else where,
        folder=located.folder,
        answered=r"\Answered" in located.flags,
        flagged=r"\Flagged" in located.flags,
        deleted=deleted,
    )
