"""Our folders on the server: what people have dragged into them is their decision.

The ledger tells its own moves from theirs: what it has put there itself is known by its header
alone. Each pass notes how far a folder goes before the inbox is read, and looks into it afterwards
up to there: what lies in the inbox too, as with a copy, has been looked at there first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from daemon import events
from daemon.errors import OptoutdError, PermanentFailure, TemporaryFailure, is_refused
from daemon.filing import Filer
from daemon.intake import Care
from daemon.numbering import new_numbering, validity_of
from daemon.one_by_one import answers_about
from daemon.ports import Entry, Mailbox, Mark, Standing, Store
from daemon.second_look import SecondLook
from daemon.troubles import Troubles
from handlers.case import Decider
from handlers.copy_hash import copy_hash
from handlers.people import decide_filed
from handlers.places import KIND_OF_FOLDER, place_of
from handlers.values import Filing

# Header fields of so many messages are held at once.
_HEADS = 1000

# Decides on those of the messages of a place, in batches, whose UIDs are given; the mark follows.
Handle = Callable[[str, Sequence[int], Mark, Decider, Care], list[Entry]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A folder to be looked into: what is above `mark.uid`, up to `last_uid`."""

    folder: Filing
    place: str
    mark: Mark
    last_uid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """The folders of one mailbox in which people decide.

    `account` names the mailboxes that share these folders with this one, itself included.
    `handle` fetches, decides on and commits messages of a place, `second_look` those of it that
    did not come before, with what `begin` tells of them; `stopping` is asked in between.
    `go_on` is called before each message that is asked for by itself, and raises AskedToStop.
    """

    mailbox: Mailbox
    account: tuple[str, ...]
    store: Store
    filer: Filer
    handle: Handle
    second_look: Callable[[str], SecondLook]
    begin: Callable[[str, Mark, Sequence[int]], Care]
    batch_messages: int
    stopping: Callable[[], bool]
    go_on: Callable[[], None]
    troubles: Troubles

    def look(self) -> list[Visit]:
        """Asks how far each folder goes; one command for each, and none opens it."""
        return [visit for folder in KIND_OF_FOLDER if (visit := self._look(folder)) is not None]

    def visit(self, visit: Visit) -> Counter[str]:
        """Looks into a folder where there is anything to do; what was decided, by disposition."""
        uid_validity = visit.mark.uid_validity
        is_new = visit.last_uid > visit.mark.uid
        waits = self.store.unfiled(visit.place, uid_validity)
        looks = self.second_look(visit.place)
        due = looks.due()
        if not (is_new or waits or due or self.filer.reviews_over(visit.place, uid_validity)):
            self._works(visit.folder)
            return Counter()
        counts = Counter[str]()
        try:
            with self.mailbox.inside(visit.folder.value) as here:
                if here != validity_of(uid_validity):
                    return counts  # renumbered since the look: the next one begins anew
                self.filer.end_reviews(visit.place, uid_validity)
                self.filer.file(visit.place, uid_validity)
                found = self._found(visit) if is_new else []
                care = self.begin(visit.place, visit.mark, found or [row.uid for row in due])
                if is_new:
                    counts = self._read(visit, found, care)
                if due and not self.stopping():
                    counts.update(_dispositions(looks.take(due, visit.mark, care)))
        except (PermanentFailure, TemporaryFailure) as error:
            if not is_refused(error):
                raise
            # The inbox has been read all the same.
            self._tell(visit.folder, error)
        else:
            self._works(visit.folder)
        return counts

    # How far a folder goes -------------------------------------------------------------------

    def _look(self, folder: Filing) -> Visit | None:
        if self.troubles.rests(folder.value):
            return None
        place = place_of(self.mailbox.name, folder)
        mark = self.store.mark(place)
        try:
            standing = self.mailbox.standing(folder.value)
            was_there = standing is not None
            if standing is None:
                self.mailbox.make_folder(folder.value)
                standing = self.mailbox.standing(folder.value)
        except (PermanentFailure, TemporaryFailure) as error:
            self._cannot_look(folder, error)
            return None
        if standing is None:
            return None
        if not was_there and standing.uid_next <= 1:
            self._made(place, standing, mark)
            return None
        if mark is not None and not mark.uid_validity:  # it was not there before
            numbering = new_numbering(self.store, place, standing.uid_validity, before=0)
            mark = replace(mark, uid_validity=numbering)
            self.store.set_mark(place, mark)
        if mark is None or _is_anew(standing, mark):
            self._begin(folder, place, standing, mark)
            return None
        return Visit(folder=folder, place=place, mark=mark, last_uid=standing.uid_next - 1)

    def _made(self, place: str, standing: Standing, before: Mark | None) -> None:
        """All that ever comes to a folder that we have just made, comes after this moment.

        The mark of one that was there before is kept until then: it may only have been out of
        sight, and what lay in it all the time is nobody's decision.
        """
        over = before.uid_validity if before else 0
        numbering = new_numbering(self.store, place, standing.uid_validity, before=over)
        self.store.set_mark(place, self._mark(numbering, 0))

    def _cannot_look(self, folder: Filing, error: PermanentFailure | TemporaryFailure) -> None:
        """Where the folder is refused, the inbox is read all the same; else the pass is over."""
        if is_refused(error):
            self._tell(folder, error)
            return
        if error.part == self.mailbox.name:
            # Most likely the server is away. If it hangs up at this folder, the next pass has to
            # reach the inbox.
            self.troubles.lost(folder.value)
            if self.troubles.losses(folder.value) > 1:
                self._tell(folder, error)
        raise error

    def _tell(self, folder: Filing, error: OptoutdError) -> None:
        if self.troubles.is_news(folder.value, error):
            events.folder_failed(mailbox=self.mailbox.name, folder=folder.value, error=str(error))

    def _works(self, folder: Filing) -> None:
        if self.troubles.is_over(folder.value):
            events.folder_recovered(mailbox=self.mailbox.name, folder=folder.value)

    def _begin(self, folder: Filing, place: str, standing: Standing, before: Mark | None) -> None:
        """What lies there at a first look, or after a renumbering, is nobody's decision."""
        last, numbering = standing.uid_next - 1, standing.uid_validity
        if before is not None:
            numbering = new_numbering(self.store, place, numbering, before=before.uid_validity)
        self.store.set_mark(place, self._mark(numbering, last))
        if before is None:
            events.folder_watched(
                mailbox=self.mailbox.name, folder=folder.value, skipped_through_uid=last
            )
        elif validity_of(before.uid_validity) == standing.uid_validity:
            events.uids_given_out_again(
                mailbox=place, read_through=before.uid, uid_next=standing.uid_next
            )
        else:
            events.uid_validity_changed(
                mailbox=place,
                before=validity_of(before.uid_validity),
                after=standing.uid_validity,
            )

    def _mark(self, uid_validity: int, uid: int) -> Mark:
        return Mark(
            uid_validity=uid_validity, uid=uid, started_at=self.filer.now(), backlog_uid=uid
        )

    # What is new in it -----------------------------------------------------------------------

    def _found(self, visit: Visit) -> list[int]:
        return [uid for uid in self.mailbox.uids_above(visit.mark.uid) if uid <= visit.last_uid]

    def _read(self, visit: Visit, found: Sequence[int], care: Care) -> Counter[str]:
        counts = Counter[str]()
        decide = partial(decide_filed, folder=visit.folder)
        for some in _pieces(found, _HEADS):
            for uids in _pieces(self._not_ours(visit, some), self.batch_messages):
                mark = replace(visit.mark, uid=uids[-1])
                # Those to be read alone are the first of all.
                of_these = replace(care, alone=tuple(u for u in care.alone if u in set(uids)))
                entries = self.handle(visit.place, uids, mark, decide, of_these)
                counts.update(_dispositions(entries))
                self.filer.file(visit.place, visit.mark.uid_validity)
                if self.stopping():
                    return counts
            self.store.set_mark(visit.place, replace(visit.mark, uid=some[-1]))
        if not found:
            self.store.set_mark(visit.place, replace(visit.mark, uid=visit.last_uid))
        return counts

    def _not_ours(self, visit: Visit, uids: Sequence[int]) -> list[int]:
        """Those that somebody else has put there, by their header fields: no text is fetched.

        And those whose header does not come, also where the server says OK and leaves it out: the
        fetch finds out whether they are there. Should one come after all, decide_filed knows ours
        by the whole message.
        """
        heads, _ = answers_about(
            self.mailbox, uids, lambda some: self.mailbox.heads(some).items(), go_on=self.go_on
        )
        hashes = {uid: copy_hash(head) for uid, head in heads}
        lying = self.store.lying_in(self.account, set(hashes.values()))
        ours = {uid for uid, known in hashes.items() if lying.get(known) is visit.folder}
        return sorted(set(uids) - ours)


def _is_anew(standing: Standing, mark: Mark) -> bool:
    """Whether UIDs above the mark may be those of messages that came before it, or never will."""
    renumbered = validity_of(mark.uid_validity) != standing.uid_validity
    return renumbered or standing.uid_next <= mark.uid


def _dispositions(entries: Iterable[Entry]) -> Iterator[str]:
    return (entry.decision.disposition.value for entry in entries)


def _pieces(uids: Sequence[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(uids), size):
        yield list(uids[start : start + size])
