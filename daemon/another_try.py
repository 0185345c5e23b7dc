"""One more try at a message that was set aside: read, decided on and committed by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

import stamina

from daemon.clerk import Clerk, asked_about
from daemon.errors import TemporaryFailure
from daemon.intake import Intake, withheld
from daemon.ports import Entry, LedgerRow, Mailbox, Mark, Store
from handlers.case import Decider
from handlers.decide import decide
from handlers.people import decide_filed
from handlers.places import folder_of
from handlers.read_late import decide_late
from handlers.reading import Reading
from handlers.retry import next_reading
from handlers.set_aside import SetAside
from handlers.values import Filing, RawMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class AnotherTry:
    """Tries a message again in the place where it lies, inside of which the connection is.

    `read` reads a message, on trial or not; `recalled` are the mailboxes where it counts what the
    ledger has lying in which place; `tell` is told what became of it.
    """

    mailbox: Mailbox
    store: Store
    intake: Intake
    clerk: Clerk
    read: Callable[[RawMessage, bool], Reading | SetAside]
    recalled: tuple[str, ...]
    now: Callable[[], datetime]
    tell: Callable[[Reading | SetAside, Entry], None]

    def __call__(self, row: LedgerRow, mark: Mark, *, error: str, on_trial: bool) -> Entry | None:
        """What became of it; None where it has vanished, or people have dealt with it.

        With `error` it is not even read; `on_trial` it is read by another process first.
        """
        item, is_lost = self._look(row, error=error, on_trial=on_trial)
        entry = None if item is None else self._commit(item, row, mark)
        if item is not None and entry is not None:
            self.tell(item, entry)
        if is_lost:
            # The server may have hung up. Not before the try is noted: it may let nobody in.
            self.mailbox.reopen()
        return entry

    def _look(
        self, row: LedgerRow, *, error: str, on_trial: bool
    ) -> tuple[Reading | SetAside | None, bool]:
        """The message as far as it comes, and whether the connection may be lost."""
        raw = withheld(row.uid, row.received_at)
        if error:
            return SetAside(raw=raw, error=error), False
        try:
            messages = self.intake.fetch([row.uid], row.mailbox, singly=True)
        except TemporaryFailure as failure:
            return SetAside(raw=raw, error=str(failure)), True
        return (self.read(messages[0], on_trial) if messages else None), False

    def _commit(self, item: Reading | SetAside, row: LedgerRow, mark: Mark) -> Entry | None:
        tries, folder = row.attempts + 1, folder_of(row.mailbox)
        in_folder = folder is not Filing.NOWHERE
        decider: Decider = partial(decide_filed, folder=folder) if in_folder else decide
        late = partial(decide_late, decider, since=row.decided_at or row.received_at)
        for attempt in stamina.retry_context(on=TemporaryFailure, attempts=3, wait_initial=0.1):
            with attempt, self.store.batch() as batch:
                memory = batch.recall(asked_about([item], self.recalled), now=self.now())
                # In the inbox it lies since it came; in a folder it may be our own move of it.
                entry = self.clerk.entry(item, memory, mark, row.mailbox, late, moved=in_folder)
                again_at = next_reading(tries, now=self.now()) if entry.is_unread else None
                entry = replace(entry, attempts=tries, retry_at=again_at)
                if not item.raw.raw:
                    entry = replace(entry, digest=row.digest)  # nothing is known of it anew
                is_done = batch.record_again(entry, now=self.now())
        return entry if is_done else None
