"""Messages that were set aside are tried again.

After an update, or when the server gives a text that it refused before, a message may be readable
that was not. Of what people have put into a folder of ours only the latter: what came and could
not be read there, they have in hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from daemon.filing import Filer
from daemon.intake import Care
from daemon.ports import Entry, LedgerRow, Mailbox, Mark, Store
from handlers.set_aside import ENDED

# Behind the new mail of each pass; poison must not keep the mailbox busy.
TRIES_A_PASS = 20


class TryAgain(Protocol):
    """Reads and commits one message once more."""

    def __call__(self, row: LedgerRow, mark: Mark, *, error: str, on_trial: bool) -> Entry | None:
        """What became of it; None where it has vanished.

        With `error` it is not even read; `on_trial` it is read by another process first.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLook:
    """The retries of one place, inside of which the connection is; `way` is how it is filed."""

    place: str
    mailbox: Mailbox
    store: Store
    filer: Filer
    way: str
    shadow: bool
    now: Callable[[], datetime]
    stopping: Callable[[], bool]
    progress: Callable[[int], None]
    try_again: TryAgain

    def due(self) -> list[LedgerRow]:
        """What is to be tried again by now, of what one pass tries."""
        return self.store.due_again(
            self.place, shadow=self.shadow, limit=TRIES_A_PASS, now=self.now()
        )

    def take(self, due: Sequence[LedgerRow], mark: Mark, care: Care) -> list[Entry]:
        """Tries what is due; `care` tells at which message earlier processes ended."""
        place = self.place
        entries = []
        for row in due:
            if self.stopping():
                break
            self.progress(len(due))
            if row.uid_validity != mark.uid_validity or self._is_over(row):
                self.store.end_retries(place, row.uid_validity, [row.uid])
                continue
            has_ended = row.uid == care.ended
            error = ENDED if has_ended and care.is_hopeless else ""
            if not error:
                self.store.take_in_hand(place, uid_validity=row.uid_validity, uid=row.uid)
            on_trial = has_ended or row.error == ENDED
            entry = self.try_again(row, mark, error=error, on_trial=on_trial)
            if entry is None:
                self.store.end_retries(place, row.uid_validity, [row.uid])
            else:
                entries.append(entry)
        if entries:
            self.filer.file(place, mark.uid_validity)
        return entries

    def _is_over(self, row: LedgerRow) -> bool:
        r"""Whether a person has taken our flag away: they have seen to it. So has who moved it.

        Where they or the server do without MOVE, it is left behind as \Deleted.
        """
        if row.uid in self.mailbox.deleted([row.uid]):
            return True
        if not row.flagged or self.shadow or self.way == "none":
            return False
        return row.uid not in self.mailbox.flagged([row.uid])
