"""The step "decide" for one message: from what was read of it to what the ledger gets.

That is its row, with the decision and the letter that follows from it. Nothing happens here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from daemon import events
from daemon.folders import Decider
from daemon.ports import Entry, Mark
from daemon.tracing import places
from handlers.case import Policy
from handlers.copy_hash import copy_hash
from handlers.memory import Known, Memory
from handlers.message_id import message_id_hash, message_id_in
from handlers.moved_back import MOVED_BACK, is_on_its_way
from handlers.people import ending_review
from handlers.reading import Desk, Reading, known_about, make_case
from handlers.reply import ReplyWriter
from handlers.retry import next_reading
from handlers.values import (
    Decision,
    Disposition,
    Filing,
    OutgoingMail,
    RawMessage,
    Tokens,
)

# More messages that come back from our folders in one pass are a mailbox being restored.
MOST_MOVED_BACK = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A message that cannot be processed, with the reason in one line."""

    raw: RawMessage
    error: str


@dataclass(slots=True, kw_only=True)
class Clerk:
    """Decides on the messages of one pass over the mailbox of this name and address.

    `now` and `draw` are the clock and the source of tokens. `moves` says that what is decided on
    is moved into folders, `shadow` that nothing follows from it. `moved_back` is the number of
    messages so far that people have dragged back to the inbox.
    """

    mailbox: str
    address: str
    desk: Desk
    policy: Policy
    writer: ReplyWriter
    now: Callable[[], datetime]
    draw: Callable[[], Tokens]
    moves: bool
    shadow: bool
    moved_back: int = 0

    def entry(
        self,
        item: Reading | SetAside,
        memory: Memory,
        mark: Mark,
        place: str,
        decider: Decider,
        *,
        moved: bool = True,
    ) -> Entry:
        """The row of one message; `moved` says that people may have dragged it here."""
        if isinstance(item, SetAside):
            return self._set_aside(item, mark, place)
        refilled = item.raw.uid <= mark.backlog_uid
        known = self._known(item, memory, refilled=refilled)
        if not moved:
            known = replace(known, placed=None)
        case = make_case(
            item,
            self.desk,
            known=known,
            tokens=self.draw(),
            now=self.now(),
            refilled=refilled,
            # What people file today, they decide today.
            started_at=None if place != self.mailbox else mark.started_at,
        )
        try:
            decision = decider(case, self.policy)
            outgoing = self._outgoing(item, decision, mark, place)
        except Exception as error:  # noqa: BLE001 - as for reading: the others go on
            events.unexpected_error(
                where="decide", error=type(error).__name__, trace=places(error)
            )
            text = f"unexpected {type(error).__name__}"
            return self._set_aside(SetAside(raw=item.raw, error=text), mark, place)
        memory.learn(item.message.digest, self.mailbox, decision)
        in_folder = place != self.mailbox
        self.moved_back += decision.reason == MOVED_BACK and not in_folder
        ends_review = ending_review(decision, in_folder=in_folder)
        return Entry(
            mailbox=place,
            uid_validity=mark.uid_validity,
            uid=item.raw.uid,
            digest=item.message.digest,
            received_at=item.raw.internal_date,
            decision=decision,
            # Written in shadow mode too, for a text that cannot be written is set aside.
            outgoing=None if self.shadow else outgoing,
            # Else nothing is moved, and nothing can be moved back.
            copy_hash=item.copy_hash if self.moves else "",
            # Our flag goes wherever the message is moved.
            flagged=(bool(ends_review) or decision.filing is Filing.REVIEW)
            and known.placed is not None
            and known.placed.flagged,
            ends_review=ends_review,
            message_id_hash=message_id_hash(item.message.message_id),
            shadow=self.shadow,
        )

    def _set_aside(self, item: SetAside, mark: Mark, place: str) -> Entry:
        in_folder = place != self.mailbox  # where people look after it
        return Entry(
            mailbox=place,
            uid_validity=mark.uid_validity,
            uid=item.raw.uid,
            # Those that are not given are no copies of each other.
            digest=hashlib.sha256(
                item.raw.raw or f"{place}\0{mark.uid_validity}\0{item.raw.uid}".encode()
            ).hexdigest(),
            received_at=item.raw.internal_date,
            decision=Decision(
                disposition=Disposition.REVIEW, reason="set-aside", filing=Filing.REVIEW
            ),
            error=item.error,
            # By this our own move is told from a person's, once its review is over.
            copy_hash=copy_hash(item.raw.raw) if item.raw.raw and self.moves else "",
            attempts=1,
            retry_at=None if in_folder else next_reading(1, now=self.now()),
            message_id_hash=message_id_hash(message_id_in(item.raw.raw)),
            shadow=self.shadow,
        )

    def _outgoing(
        self, reading: Reading, decision: Decision, mark: Mark, place: str
    ) -> OutgoingMail | None:
        if decision.reply is None:
            return None
        return self.writer.write(
            decision.reply,
            message=reading.message,
            mailbox_name=self.mailbox,
            mailbox_address=self.address,
            now=self.now(),
            # One message is answered once, whatever happens to its batch; and once for each time
            # that people drag it into a folder.
            idempotency_key=f"reply:{reading.message.digest}"
            if place == self.mailbox
            else f"reply:{place}:{mark.uid_validity}:{reading.raw.uid}",
        )

    def _known(self, item: Reading, memory: Memory, *, refilled: bool) -> Known:
        """What is known about a message; but so many moves are no person's doing at once."""
        known = known_about(
            item,
            memory,
            mailbox=self.mailbox,
            shadow_copies="all" if self.shadow else "own" if refilled else "none",
        )
        few = self.moved_back < MOST_MOVED_BACK
        # A person who does mean it is heard where it may stop a cancellation.
        return known if few or is_on_its_way(known) else replace(known, placed=None)
