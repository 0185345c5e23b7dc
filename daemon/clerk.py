"""The step "decide" for one message: from what was read of it to what the ledger gets.

That is its row, with the decision and the letter that follows from it. Nothing happens here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from daemon import events
from daemon.ports import Entry, Mark
from daemon.tracing import places
from handlers.case import Decider, Policy
from handlers.copy_hash import octets_digest
from handlers.memory import Asked, Identity, Known, Memory
from handlers.message_id import message_id_hash, message_id_in
from handlers.moved_back import MOVED_BACK, Sighting, is_on_its_way
from handlers.people import ending_review
from handlers.places import folder_of
from handlers.reading import Desk, Reading, asked, known_about, make_case
from handlers.received import has_trace
from handlers.reply import ReplyWriter
from handlers.retry import next_reading
from handlers.reviews import LOOKED_AT_AGAIN
from handlers.set_aside import NOT_GIVEN, SET_ASIDE, SetAside, decide_set_aside
from handlers.values import (
    Decision,
    Filing,
    OutgoingMail,
    Tokens,
)

# More messages that come back from our folders in one pass are a mailbox being restored.
MOST_MOVED_BACK = 50


def asked_about(read: Sequence[Reading | SetAside], account: tuple[str, ...]) -> Asked:
    """What the store has to be asked about a batch, with what could not be read in it."""
    found = asked([item for item in read if isinstance(item, Reading)], account=account)
    aside = [item for item in read if isinstance(item, SetAside) and item.raw.raw]
    return replace(
        found,
        digests=found.digests | {item.digest for item in aside},
        copy_hashes=found.copy_hashes
        | {item.copy_hash for item in aside if has_trace(item.raw.raw)},
    )


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
            return self._set_aside(item, memory, mark, place, moved=moved)
        refilled = item.raw.uid <= mark.backlog_uid
        known = known_about(
            item,
            memory,
            mailbox=self.mailbox,
            shadow_copies="all" if self.shadow else "own" if refilled else "none",
        )
        known = self._believed(known, refilled=refilled, moved=moved)
        case = make_case(
            item,
            self.desk,
            known=known,
            tokens=self.draw(),
            now=self.now(),
            refilled=refilled,
            # What people file today, they decide today.
            started_at=None if place != self.mailbox else mark.started_at,
            filed=place != self.mailbox,
        )
        try:
            decision = decider(case, self.policy)
            outgoing = self._outgoing(item, decision, mark, place)
        except Exception as error:  # noqa: BLE001 - as for reading: the others go on
            events.unexpected_error(
                where="decide", error=type(error).__name__, trace=places(error)
            )
            text = f"unexpected {type(error).__name__}"
            aside = SetAside(raw=item.raw, error=text)
            return self._set_aside(aside, memory, mark, place, moved=moved)
        memory.learn(item.message.digest, self.mailbox, decision)
        in_folder = place != self.mailbox
        self.moved_back += decision.reason == MOVED_BACK and not in_folder
        ends_review = ending_review(decision, in_folder=in_folder)
        if not ends_review and known.placed is not None and known.placed.is_aside:
            ends_review = LOOKED_AT_AGAIN
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
            flagged=_carries_flag(known, decision, ends_review, item.copy_hash),
            ends_review=ends_review,
            also=known.also,
            message_id_hash=message_id_hash(item.message.message_id),
            shadow=self.shadow,
        )

    def _set_aside(
        self, item: SetAside, memory: Memory, mark: Mark, place: str, *, moved: bool
    ) -> Entry:
        in_folder = place != self.mailbox  # where people look after it
        seen = Sighting(
            copy_hash=item.copy_hash,
            received_at=item.raw.internal_date,
            has_trace=has_trace(item.raw.raw),
            refilled=item.raw.uid <= mark.backlog_uid,
        )
        known = Known()
        if item.raw.raw and not self.shadow:
            known = memory.about(
                Identity(digest=item.digest, octets=item.digest, copy_hash=item.copy_hash),
                secret_hashes=(),
                address_key="",
                mailbox=self.mailbox,
            )
            known = self._believed(known, refilled=seen.refilled, moved=moved)
        decision = decide_set_aside(known, seen, folder=folder_of(place))
        memory.learn(item.digest, self.mailbox, decision)
        self.moved_back += decision.reason == MOVED_BACK
        ends_review = ending_review(decision, in_folder=in_folder)
        placed = known.placed
        if not ends_review and placed is not None and (placed.waits or placed.is_aside):
            ends_review = LOOKED_AT_AGAIN
        is_new = decision.reason == SET_ASIDE and (not in_folder or item.error == NOT_GIVEN)
        return Entry(
            mailbox=place,
            uid_validity=mark.uid_validity,
            uid=item.raw.uid,
            # Those that are not given are no copies of each other.
            digest=item.digest
            or octets_digest(f"{place}\0{mark.uid_validity}\0{item.raw.uid}".encode()),
            received_at=item.raw.internal_date,
            decision=decision,
            error=item.error,
            # By this our own move is told from a person's, once its review is over.
            copy_hash=item.copy_hash if self.moves else "",
            flagged=_carries_flag(known, decision, ends_review, item.copy_hash),
            ends_review=ends_review,
            also=known.also,
            attempts=1,
            # What people have in hand is theirs, once it came.
            retry_at=next_reading(1, now=self.now()) if is_new else None,
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

    def _believed(self, known: Known, *, refilled: bool, moved: bool) -> Known:
        """What is known about a message; but so many moves are no person's doing at once.

        Where nothing is moved, what lies in the inbox is nothing that people have put back.
        """
        few = self.moved_back < MOST_MOVED_BACK
        # A person who does mean it is heard where it may stop a cancellation.
        is_heard = few or is_on_its_way(known)
        if moved and is_heard and (self.moves or refilled):
            return known
        return replace(known, placed=None)


def _carries_flag(known: Known, decision: Decision, ends_review: str, copy_hash: str) -> bool:
    """Whether our flag is on it: it goes wherever the message is moved, and stays in a copy."""
    placed = known.placed
    if placed is None or not placed.flagged or not placed.may_be(copy_hash):
        return False
    return bool(ends_review) or decision.filing is Filing.REVIEW
