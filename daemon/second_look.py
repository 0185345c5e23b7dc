"""Messages that were set aside are tried again, and none ends the process for ever.

After an update, or when the server gives a text that it refused before, a message may be readable
that was not. A message at which the process itself ended is noted in the store before it is read,
so that the next process sets it aside instead of ending as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from daemon import events
from daemon.errors import PermanentFailure
from daemon.filing import Filer
from daemon.ports import Entry, InHand, LedgerRow, Mailbox, Mark, Store
from handlers.values import Filing

# Behind the new mail of each pass; poison must not keep the mailbox busy.
TRIES_A_PASS = 20
# So many processes may end at one message before it is not read any more.
ENDS_BORNE = 3
ENDED = "the process ended while it was being read"


class TryAgain(Protocol):
    """Reads and commits one message once more."""

    def __call__(self, row: LedgerRow, mark: Mark, *, error: str) -> Entry | None:
        """What became of it; None where it has vanished. With `error` it is not even read."""
        ...


def ended_at(store: Store, place: str, noted: InHand | None, mark: Mark) -> int:
    """The UID at which some processes ended, one after the other, while they read it alone; or 0.

    One or two may have been killed for another reason just then.
    """
    if noted is None or noted.is_over or not noted.uid:
        return 0
    if noted.uid_validity != mark.uid_validity:
        return 0
    ends = store.fetch_failed(place, uid_validity=noted.uid_validity, uid=noted.uid)
    return noted.uid if ends >= ENDS_BORNE else 0


def has_ended_badly(noted: InHand | None) -> bool:
    """Whether whoever read the place before us has not come to an orderly end."""
    return noted is not None and not noted.is_over


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLook:
    """The retries of one mailbox; `way` is its filing, the connection is inside of its folder."""

    mailbox: Mailbox
    store: Store
    filer: Filer
    way: str
    shadow: bool
    now: Callable[[], datetime]
    stopping: Callable[[], bool]
    try_again: TryAgain

    def take(self, mark: Mark, *, ended: int) -> list[Entry]:
        """Tries what is due; `ended` is the UID at which an earlier process ended, or 0."""
        place = self.mailbox.name
        due = self.store.due_again(place, shadow=self.shadow, limit=TRIES_A_PASS, now=self.now())
        entries = []
        for row in due:
            if self.stopping():
                break
            if row.uid_validity != mark.uid_validity or self._is_over(row):
                self.store.end_retries(place, row.uid_validity, [row.uid])
                continue
            error = ENDED if row.uid == ended else ""
            if not error:
                self.store.take_in_hand(place, uid_validity=row.uid_validity, uid=row.uid)
            entry = self.try_again(row, mark, error=error)
            if entry is None:
                self.store.end_retries(place, row.uid_validity, [row.uid])
                continue
            entries.append(entry)
            if not entry.error:
                self._unflag(row, entry)
        if entries:
            self.filer.file(place, mark.uid_validity)
        return entries

    def _is_over(self, row: LedgerRow) -> bool:
        """Whether a person has taken our flag away: they have seen to it. So has who moved it."""
        if not row.flagged or self.shadow or self.way == "none":
            return False
        return row.uid not in self.mailbox.flagged([row.uid])

    def _unflag(self, row: LedgerRow, entry: Entry) -> None:
        """Takes our flag from what nobody has to look at any more, before it is moved."""
        if not row.flagged or self.shadow or entry.decision.filing is Filing.REVIEW:
            return
        try:
            self.mailbox.end_review([row.uid], unflag=[row.uid])
        except PermanentFailure as error:
            events.filing_failed(
                mailbox=self.mailbox.name, folder=Filing.REVIEW.value, error=str(error)
            )
