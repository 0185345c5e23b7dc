"""The route of a message, readable from top to bottom.

    poll -> fetch -> parse -> screen -> classify -> decide -> commit -> file -> reply

Parse, screen and classify are handlers/reading.py, decide is handlers/decide.py, and reply is
daemon/outbox.py, which delivers on its own. This module is the order of them, for one mailbox.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from itertools import islice

import stamina

from daemon import events
from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.ports import Entry, Mailbox, Mark, Selected, Store
from daemon.tracing import places
from handlers.case import Policy
from handlers.decide import decide
from handlers.memory import Memory
from handlers.message_id import message_id_hash, message_id_in
from handlers.parse import UnparseableMessage
from handlers.reading import Desk, Reading, asked, known_about, make_case, read_message
from handlers.reply import ReplyWriter
from handlers.values import (
    Decision,
    Disposition,
    Filing,
    OutgoingMail,
    RawMessage,
    Tokens,
)

_COPIES_A_PASS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A message that cannot be processed, with the reason in one line."""

    raw: RawMessage
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PassReport:
    """What one pass over a mailbox did: messages seen, and their number by disposition."""

    seen: int = 0
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is read at once: messages a batch, octets a message."""

    batch_messages: int
    message_bytes: int


@dataclass(slots=True, kw_only=True)
class Route:
    """One mailbox and all that its messages pass on their way. Runs in the mailbox's thread.

    `now` and `draw` are the clock and the source of tokens; `queued` is called after a commit
    that put mail into the outbox; `stopping` is asked between batches.

    With `shadow` everything is decided and noted in the ledger, and nothing follows from it. What
    was decided before, in live mode, is finished all the same: the customer has been answered.
    """

    mailbox: Mailbox
    address: str
    store: Store
    desk: Desk
    policy: Policy
    writer: ReplyWriter
    limits: Limits
    backlog: str | date
    now: Callable[[], datetime]
    draw: Callable[[], Tokens]
    queued: Callable[[], None]
    stopping: Callable[[], bool]
    shadow: bool = False

    def run(self) -> PassReport:
        """One pass over the mailbox.

        Raises TemporaryFailure or PermanentFailure where the mailbox or the store cannot be used;
        what was committed before that stays done.
        """
        selected = self.mailbox.open()
        if selected.is_new_connection:
            events.mailbox_connected(
                mailbox=self.mailbox.name,
                uid_validity=selected.uid_validity,
                messages=selected.messages,
            )
        mark = self._mark(selected)
        self._file(mark.uid_validity)
        seen, counts = 0, Counter[str]()
        for uids in _batches(self.mailbox.uids_above(mark.uid), self.limits.batch_messages):
            messages = [m for m in self._fetch(uids) if not _is_too_old(m, mark)]
            read = [self._read(message) for message in messages]
            entries = self._commit(read, replace(mark, uid=uids[-1]))
            self._file(mark.uid_validity)
            seen += len(entries)
            counts.update(entry.decision.disposition.value for entry in entries)
            if self.stopping():
                break
        self.file_copies()
        return PassReport(seen=seen, counts=counts)

    # poll ------------------------------------------------------------------------------------

    def _mark(self, selected: Selected) -> Mark:
        """How far the mailbox has been read."""
        mark = self.store.mark(self.mailbox.name)
        if mark is None:
            return self._first_start(selected)
        if mark.uid_validity == selected.uid_validity:
            return mark
        events.uid_validity_changed(
            mailbox=self.mailbox.name, before=mark.uid_validity, after=selected.uid_validity
        )
        return Mark(
            uid_validity=selected.uid_validity,
            uid=0,
            started_at=mark.started_at,
            backlog_uid=selected.uid_next - 1,
        )

    def _first_start(self, selected: Selected) -> Mark:
        """Where reading begins: noted at once, so that a crash does not move it."""
        if self.backlog == "new":
            uid = selected.uid_next - 1
            started_at = self.now()
        elif isinstance(self.backlog, date):
            started_at = datetime.combine(self.backlog, time(), tzinfo=UTC)
            first = next(iter(self.mailbox.uids_since(0, started_at)), selected.uid_next)
            uid = first - 1
        else:
            uid, started_at = 0, datetime(1970, 1, 1, tzinfo=UTC)
        mark = Mark(
            uid_validity=selected.uid_validity,
            uid=max(uid, 0),
            started_at=started_at,
            backlog_uid=selected.uid_next - 1,
        )
        self.store.set_mark(self.mailbox.name, mark)
        events.first_start(
            mailbox=self.mailbox.name, backlog=str(self.backlog), skipped_through_uid=mark.uid
        )
        return mark

    # fetch -----------------------------------------------------------------------------------

    def _fetch(self, uids: Sequence[int]) -> list[RawMessage]:
        messages = self.mailbox.fetch(uids, max_bytes=self.limits.message_bytes)
        octets = sum(len(message.raw) for message in messages)
        events.batch_fetched(
            mailbox=self.mailbox.name,
            messages=len(messages),
            octets=octets,
            first_uid=uids[0],
            last_uid=uids[-1],
        )
        return messages

    # parse, screen, classify -----------------------------------------------------------------

    def _read(self, raw: RawMessage) -> Reading | SetAside:
        """Reads one message; whatever is wrong with it, the others go on."""
        if not raw.raw:
            return SetAside(raw=raw, error="the server does not give its text")
        try:
            return read_message(raw, self.desk)
        except UnparseableMessage as error:
            return SetAside(raw=raw, error=str(error))
        except Exception as error:  # noqa: BLE001 - a poisonous message must not stop the mailbox
            events.unexpected_error(where="read", error=type(error).__name__, trace=places(error))
            return SetAside(raw=raw, error=f"unexpected {type(error).__name__}")

    # decide, commit --------------------------------------------------------------------------

    def _commit(self, read: Sequence[Reading | SetAside], mark: Mark) -> list[Entry]:
        """Decides on a batch and writes all of it in one transaction.

        A temporary failure of the store, or a request that has moved on meanwhile, has the whole
        batch decided anew: nothing of it was written.
        """
        if not read:
            # All have vanished, or are too old: they are not to be fetched again.
            self.store.set_mark(self.mailbox.name, mark)
            return []
        entries: list[Entry] = []
        for attempt in stamina.retry_context(on=TemporaryFailure, attempts=3, wait_initial=0.1):
            with attempt, self.store.batch() as batch:
                memory = batch.recall(
                    asked([item for item in read if isinstance(item, Reading)]), now=self.now()
                )
                entries = [self._entry(item, memory, mark) for item in read]
                batch.record(entries, mark=mark, now=self.now())
        events.batch_committed(mailbox=self.mailbox.name, messages=len(entries), uid=mark.uid)
        self._tell(read, entries)
        if any(entry.outgoing for entry in entries):
            self.queued()
        return entries

    def _entry(self, item: Reading | SetAside, memory: Memory, mark: Mark) -> Entry:
        if isinstance(item, SetAside):
            return self._set_aside(item, mark)
        refilled = item.raw.uid <= mark.backlog_uid
        known = known_about(
            item,
            memory,
            mailbox=self.mailbox.name,
            shadow_copies="all" if self.shadow else "own" if refilled else "none",
        )
        case = make_case(
            item, self.desk, known=known, tokens=self.draw(), now=self.now(), refilled=refilled
        )
        try:
            decision = decide(case, self.policy)
            outgoing = self._outgoing(item, decision)
        except Exception as error:  # noqa: BLE001 - as for reading: the others go on
            events.unexpected_error(
                where="decide", error=type(error).__name__, trace=places(error)
            )
            text = f"unexpected {type(error).__name__}"
            return self._set_aside(SetAside(raw=item.raw, error=text), mark)
        memory.learn(item.message.digest, self.mailbox.name, decision)
        return Entry(
            mailbox=self.mailbox.name,
            uid_validity=mark.uid_validity,
            uid=item.raw.uid,
            digest=item.message.digest,
            received_at=item.raw.internal_date,
            decision=decision,
            # Written in shadow mode too, for a text that cannot be written is set aside.
            outgoing=None if self.shadow else outgoing,
            message_id_hash=message_id_hash(item.message.message_id),
            shadow=self.shadow,
        )

    def _set_aside(self, item: SetAside, mark: Mark) -> Entry:
        return Entry(
            mailbox=self.mailbox.name,
            uid_validity=mark.uid_validity,
            uid=item.raw.uid,
            digest=hashlib.sha256(item.raw.raw).hexdigest(),
            received_at=item.raw.internal_date,
            decision=Decision(
                disposition=Disposition.REVIEW, reason="set-aside", filing=Filing.REVIEW
            ),
            error=item.error,
            message_id_hash=message_id_hash(message_id_in(item.raw.raw)),
            shadow=self.shadow,
        )

    def _outgoing(self, reading: Reading, decision: Decision) -> OutgoingMail | None:
        if decision.reply is None:
            return None
        return self.writer.write(
            decision.reply,
            message=reading.message,
            mailbox_name=self.mailbox.name,
            mailbox_address=self.address,
            now=self.now(),
            # One message is answered once, whatever happens to its batch.
            idempotency_key=f"reply:{reading.message.digest}",
        )

    def _tell(self, read: Sequence[Reading | SetAside], entries: Sequence[Entry]) -> None:
        # Requests that only this batch thought of: a message of a shadow mailbox makes none.
        imagined = {r.reference for e in entries if e.shadow for r in e.decision.requests}
        for item, entry in zip(read, entries, strict=True):
            if entry.error or isinstance(item, SetAside):
                events.message_set_aside(
                    mailbox=entry.mailbox, uid=entry.uid, error=entry.error, shadow=entry.shadow
                )
            elif entry.shadow:
                _tell_shadow(item, entry, imagined)
            else:
                _tell_decision(item, entry)

    # file ------------------------------------------------------------------------------------

    def _file(self, uid_validity: int) -> None:
        """Files what is committed and not filed yet: of this batch, or of one before a crash."""
        for filing, waiting in self.store.unfiled(self.mailbox.name, uid_validity).items():
            uids = list(waiting)
            try:
                if filing is Filing.REVIEW:
                    self.mailbox.flag_for_review(uids)
                else:
                    self.mailbox.move(uids, filing.value)
            except PermanentFailure as error:
                # The requests are safe in the store: mail that cannot be filed must not keep
                # the next request from being read.
                events.filing_failed(
                    mailbox=self.mailbox.name, folder=filing.value, error=str(error)
                )
                continue
            self.store.filed(self.mailbox.name, uid_validity, uids, now=self.now())
            references = dict.fromkeys(r for concerned in waiting.values() for r in concerned)
            events.messages_filed(
                mailbox=self.mailbox.name,
                folder=filing.value,
                uids=uids,
                requests=tuple(references),
            )

    def file_copies(self) -> None:
        """Puts copies of delivered replies where people see what was said."""
        copies = self.store.copies_to_file(self.mailbox.name, _COPIES_A_PASS)
        if not copies:
            return
        try:
            self.mailbox.append_sent([copy.raw for copy in copies])
        except PermanentFailure as error:
            events.copies_failed(mailbox=self.mailbox.name, error=str(error))
            return
        self.store.copied([copy.row for copy in copies], now=self.now())
        events.copies_filed(mailbox=self.mailbox.name, messages=len(copies))


def _tell_decision(reading: Reading, entry: Entry) -> None:
    decision = entry.decision
    events.message_decided(mailbox=entry.mailbox, reading=reading, decision=decision)
    for request in decision.requests:
        events.request_recorded(request=request, sender=reading.requester)
    for change in decision.changes:
        events.request_changed(
            request=change.reference,
            before=change.before.value,
            after=change.after.value,
            reason=change.reason,
        )
    if entry.outgoing is not None:
        events.reply_queued(
            requests=entry.outgoing.references,
            recipient=entry.outgoing.recipient,
        )


def _tell_shadow(reading: Reading, entry: Entry, imagined: AbstractSet[str]) -> None:
    """What would have been done; and, as a warning, what an answer to our own mail asks for."""
    decision = entry.decision
    events.message_decided(mailbox=entry.mailbox, reading=reading, decision=decision, shadow=True)
    if decision.filing is not Filing.NOWHERE or decision.reply is not None:
        events.would_have_done(mailbox=entry.mailbox, reading=reading, decision=decision)
    for change in decision.changes:
        if change.reference not in imagined:
            events.answer_not_taken(
                mailbox=entry.mailbox,
                uid=entry.uid,
                request=change.reference,
                before=change.before.value,
                after=change.after.value,
                reason=change.reason,
            )


def _is_too_old(message: RawMessage, mark: Mark) -> bool:
    """Whether it is older than the first start, and not what the operator's `backlog` asks for."""
    return message.uid <= mark.backlog_uid and message.internal_date < mark.started_at


def _batches(uids: list[int], size: int) -> Iterator[list[int]]:
    rest = iter(uids)
    while batch := list(islice(rest, size)):
        yield batch
