"""The route of a message, readable from top to bottom.

    poll -> fetch -> parse -> screen -> classify -> decide -> commit -> file -> reply

Parse, screen and classify are handlers/reading.py, which daemon/readers calls, decide is
daemon/clerk.py with handlers/decide.py, and reply is daemon/outbox.py, which delivers on its own.
This module is the order of them, for one mailbox.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import stamina

from daemon import events
from daemon.another_try import AnotherTry
from daemon.clerk import MOST_MOVED_BACK, Clerk, asked_about
from daemon.errors import AskedToStop, TemporaryFailure
from daemon.filing import Filer
from daemon.folders import Folders
from daemon.intake import Care, Intake, Limits, withheld
from daemon.marks import find_mark, is_too_old
from daemon.ports import Entry, Mailbox, Mark, Reader, Store
from daemon.readers.here import Here
from daemon.second_look import SecondLook
from daemon.telling import tell_decision, tell_set_aside, tell_shadow
from daemon.troubles import Troubles
from handlers.case import Decider, Policy
from handlers.decide import decide
from handlers.reading import Desk, Reading
from handlers.reply import ReplyWriter
from handlers.set_aside import ENDED, SetAside
from handlers.values import RawMessage, Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class PassReport:
    """What one pass over a mailbox did: messages seen, and their number by disposition.

    `copies_wait` says that it has left copies of replies to be filed.
    """

    seen: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    copies_wait: bool = False


@dataclass(slots=True, kw_only=True)
class Route:
    """One mailbox and all that its messages pass on their way. Runs in the mailbox's thread.

    `now` and `draw` are the clock and the source of tokens; `queued` is called after a commit
    that put mail into the outbox; `stopping` is asked between batches; `progress` is told after
    each step of a pass how many messages still wait. With the `filing` "move", people may decide
    by dragging messages; `account` names the mailboxes that share an account, and the first of
    them looks into the folders there.

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
    filing: str = "move"
    account: tuple[str, ...] = ()
    progress: Callable[[int], None] = lambda _: None
    shadow: bool = False
    reader: Reader = field(default_factory=Here)
    _troubles: Troubles = field(default_factory=Troubles, init=False)
    _clerk: Clerk = field(init=False)
    _is_unsure: bool = field(default=True, init=False)
    _waiting: int = field(default=0, init=False)

    def run(self) -> PassReport:
        """One pass over the mailbox.

        Raises TemporaryFailure or PermanentFailure where the mailbox or the store cannot be used;
        what was committed before that stays done.
        """
        # Read anew: `optoutd headers` may have made a key meanwhile.
        self.desk = replace(self.desk, token_keys=self.store.token_keys())
        selected = self.mailbox.open()
        if selected.is_new_connection:
            events.mailbox_connected(
                mailbox=self.mailbox.name,
                uid_validity=selected.uid_validity,
                messages=selected.messages,
            )
        place, filer, folders = self.mailbox.name, self._filer, self._folders
        self._clerk = Clerk(
            mailbox=place,
            address=self.address,
            desk=self.desk,
            policy=self.policy,
            writer=self.writer,
            now=self.now,
            draw=self.draw,
            moves=self.filing == "move",
            shadow=self.shadow,
        )
        self._is_unsure |= selected.is_new_connection
        mark = find_mark(
            self.mailbox,
            self.store,
            selected,
            backlog=self.backlog,
            now=self.now(),
            is_unsure=self._is_unsure,
            go_on=self._go_on,
        )
        self._is_unsure = False  # not before: what failed for a time is to be looked at again
        watches = self._people_drag and self._account[0] == place
        visits = folders.look() if watches else []
        is_filed = filer.file_earlier(place, mark.uid_validity)
        seen, counts = 0, Counter[str]()
        # Without an object for each: 100,000 would take 3 MB more until the end of the pass.
        new = array("Q", self.mailbox.uids_above(mark.uid))
        self._waiting = len(new)
        self.progress(self._waiting)
        care = self._intake.begin(place, mark, new)
        if care.alone:
            # The first reading takes long, for whatever message: a kill shall not fall into it.
            self._read([RawMessage(uid=0, raw=b"\r\n", size_bytes=2, internal_date=self.now())])
        for uids in self._intake.portions(new, care):
            entries = self._look(uids, mark, care)
            if is_filed:
                filer.file(place, mark.uid_validity)
            seen += len(entries)
            counts.update(entry.decision.disposition.value for entry in entries)
            self._waiting -= len(uids)
            self.progress(self._waiting)
            if self.stopping():
                break
        looks = self._second_look(place)
        again = looks.take(looks.due(), mark, care)
        seen += len(again)
        counts.update(entry.decision.disposition.value for entry in again)
        if self._clerk.moved_back >= MOST_MOVED_BACK:
            events.many_moved_back(mailbox=place, messages=self._clerk.moved_back)
        for visit in visits:
            if not self.stopping():
                decided = folders.visit(visit)
                counts.update(decided)
                seen += decided.total()
        # After the folders: of what people have put there since somebody decided on it in the
        # terminal, our flag can be taken only there, as long as the ledger says that it is ours.
        filer.end_reviews(place, mark.uid_validity)
        copies_wait = filer.file_copies()
        if not is_filed:
            # The server may hang up at it again: nothing shall wait behind it.
            filer.file(place, mark.uid_validity, again=True)
        return PassReport(seen=seen, counts=counts, copies_wait=copies_wait)

    # fetch -----------------------------------------------------------------------------------

    @property
    def _intake(self) -> Intake:
        return Intake(
            mailbox=self.mailbox,
            store=self.store,
            limits=self.limits,
            now=self.now,
            go_on=self._go_on,
        )

    def _go_on(self) -> None:
        """Between two steps of one batch that may each take as long as the server likes."""
        if self.stopping():
            raise AskedToStop("asked to stop while messages were fetched", part=self.mailbox.name)
        self.progress(self._waiting)

    def _look(
        self,
        uids: Sequence[int],
        mark: Mark,
        care: Care,
        *,
        place: str = "",
        decider: Decider = decide,
    ) -> list[Entry]:
        """Reads and commits new messages of one place, the inbox if none is named."""
        here = place or self.mailbox.name
        read: list[Reading | SetAside] = []
        through = uids[-1]
        if uids[0] == care.ended and care.is_hopeless:
            if self._intake.is_there(uids[0]):
                read.append(SetAside(raw=withheld(uids[0], self.now()), error=ENDED))
        else:
            if uids[0] in care.alone:
                self.store.take_in_hand(here, uid_validity=mark.uid_validity, uid=uids[0])
            fetched = self._intake.fetch_new(uids, mark, here, failing=care.failing)
            through = fetched.through
            wanted = [m for m in fetched.messages if place or not is_too_old(m, mark)]
            read = self._read(wanted, on_trial=uids[0] == care.ended)
        return self._commit(read, replace(mark, uid=through), place=place, decider=decider)

    # parse, screen, classify -----------------------------------------------------------------

    def _read(
        self, messages: Sequence[RawMessage], *, on_trial: bool = False
    ) -> list[Reading | SetAside]:
        """What each says; whatever is wrong with one, the others go on.

        `on_trial` are those at which processes have ended: another one reads them before us.
        """
        return self.reader.read(
            messages,
            self.desk,
            on_trial=on_trial,
            progress=lambda: self.progress(self._waiting),
        )

    # decide, commit --------------------------------------------------------------------------

    def _commit(
        self,
        read: Sequence[Reading | SetAside],
        mark: Mark,
        *,
        place: str = "",
        decider: Decider = decide,
    ) -> list[Entry]:
        """Decides on a batch of one place, the inbox if none is named, in one transaction.

        A temporary failure of the store, or a request that has moved on meanwhile, has the whole
        batch decided anew: nothing of it was written.
        """
        place = place or self.mailbox.name
        if not read:
            # All have vanished, or are too old: they are not to be fetched again.
            self.store.set_mark(place, mark)
            return []
        entries: list[Entry] = []
        moved_back = self._clerk.moved_back
        for attempt in stamina.retry_context(on=TemporaryFailure, attempts=3, wait_initial=0.1):
            with attempt, self.store.batch() as batch:
                self._clerk.moved_back = moved_back
                memory = batch.recall(asked_about(read, self._recalled), now=self.now())
                entries = [self._clerk.entry(item, memory, mark, place, decider) for item in read]
                batch.record(entries, mark=mark, now=self.now())
        events.batch_committed(mailbox=place, messages=len(entries), uid=mark.uid)
        self._tell(read, entries)
        return entries

    def _tell(self, read: Sequence[Reading | SetAside], entries: Sequence[Entry]) -> None:
        # Requests that only this batch thought of: a message of a shadow mailbox makes none.
        imagined = {r.reference for e in entries if e.shadow for r in e.decision.requests}
        for item, entry in zip(read, entries, strict=True):
            if entry.error or isinstance(item, SetAside):
                tell_set_aside(entry)
            elif entry.shadow:
                tell_shadow(item, entry, imagined)
            else:
                tell_decision(item, entry)
        if any(entry.outgoing for entry in entries):
            self.queued()

    # what was set aside ----------------------------------------------------------------------

    def _second_look(self, place: str) -> SecondLook:
        return SecondLook(
            place=place,
            mailbox=self.mailbox,
            store=self.store,
            filer=self._filer,
            way=self.filing,
            shadow=self.shadow,
            now=self.now,
            stopping=self.stopping,
            progress=self.progress,
            try_again=self._another_try,
        )

    @property
    def _another_try(self) -> AnotherTry:
        return AnotherTry(
            mailbox=self.mailbox,
            store=self.store,
            intake=self._intake,
            clerk=self._clerk,
            read=lambda raw, on_trial: self._read([raw], on_trial=on_trial)[0],
            recalled=self._recalled,
            now=self.now,
            tell=lambda item, entry: self._tell([item], [entry]),
        )

    # file ------------------------------------------------------------------------------------

    @property
    def _filer(self) -> Filer:
        return Filer(
            mailbox=self.mailbox,
            store=self.store,
            way=self.filing,
            now=self.now,
            troubles=self._troubles,
            progress=lambda: self.progress(self._waiting),
        )

    def file_copies(self) -> bool:
        """Puts some copies of delivered replies where people see them; whether more wait."""
        return self._filer.file_copies()

    # what people decide in their mail client -------------------------------------------------

    @property
    def _people_drag(self) -> bool:
        return self.filing == "move" and not self.shadow

    @property
    def _recalled(self) -> tuple[str, ...]:
        """The mailboxes where it counts what the ledger has lying in which place."""
        return () if self.shadow else self._account

    @property
    def _account(self) -> tuple[str, ...]:
        return self.account or (self.mailbox.name,)

    @property
    def _folders(self) -> Folders:
        return Folders(
            mailbox=self.mailbox,
            account=self._account,
            store=self.store,
            filer=self._filer,
            handle=self._handle,
            second_look=self._second_look,
            begin=self._intake.begin,
            batch_messages=self.limits.batch_messages,
            stopping=self.stopping,
            go_on=self._go_on,
            troubles=self._troubles,
        )

    def _handle(
        self, place: str, uids: Sequence[int], mark: Mark, decider: Decider, care: Care
    ) -> list[Entry]:
        return [
            entry
            for some in self._intake.portions(uids, care)
            for entry in self._look(some, mark, care, place=place, decider=decider)
        ]
