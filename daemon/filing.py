"""The step "file": what the ledger has decided becomes visible on the server, or stays unseen.

Everything may be repeated after a crash: it is noted as done only afterwards, and only the review
flag beforehand, because a flag does not say whose it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from daemon import events
from daemon.appending import Appending
from daemon.errors import OptoutdError, PermanentFailure, TemporaryFailure, is_refused
from daemon.ports import Mailbox, OpenReview, SentCopy, Store, Unfiled
from daemon.refusals import Tried, Work
from daemon.troubles import Troubles
from handlers.places import folder_of
from handlers.reviews import end_of_review
from handlers.values import Filing

# So many at once: new mail waits no longer than they take.
COPIES_AT_ONCE = 100

# After so many in a row at the same filing, it may be one message at which the server hangs up.
LOSSES_BORNE = 3

_COPIES = "copies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filer:
    """Files the messages of one mailbox.

    `way` is "move", "flag" (handled messages get a keyword and stay) or "none" (nothing is
    written to the mailbox). A place is the mailbox's inbox or a folder of ours
    (handlers/places.py); the connection has to be inside of it.

    `progress` is called after each copy of a reply, since a server may take its time at each.

    What the server refuses waits, and is told once: mail that cannot be filed must not keep the
    next request from being read. Where the connection is lost, TemporaryFailure is raised.
    """

    mailbox: Mailbox
    store: Store
    way: str
    now: Callable[[], datetime]
    troubles: Troubles
    progress: Callable[[], None]

    def file_earlier(self, place: str, uid_validity: int) -> bool:
        """As `file`, before anything new is read; False where it has to be the last of the pass.

        A server that hangs up at each try would bar the inbox and the folders else.
        """
        if self.troubles.rests(place):
            return False
        self.file(place, uid_validity, again=True)
        return True

    def file(self, place: str, uid_validity: int, *, again: bool = False) -> None:
        """Files what is committed and not filed yet: of this batch, or of one before a crash.

        `again` says that some of it may have been begun with, in a pass that was broken off.
        """
        unfiled = self.store.unfiled(place, uid_validity)
        # Those first at which the connection holds.
        for filing in sorted(unfiled, key=lambda to: self.troubles.losses(_name(place, to))):
            waiting = unfiled[filing]
            try:
                self._file_some(place, uid_validity, filing, waiting, again=again)
            except (PermanentFailure, TemporaryFailure):
                self.troubles.lost(place)
                raise

    def _file_some(
        self, place: str, uid_validity: int, filing: Filing, waiting: Unfiled, *, again: bool
    ) -> None:
        was_tried = again

        def work(uids: Sequence[int]) -> None:
            nonlocal was_tried
            # What a server refuses as a whole it may have done for some of them.
            is_again, was_tried = was_tried, True
            self._file(place, uid_validity, filing, uids, again=is_again)
            self.store.filed(place, uid_validity, uids, now=self.now())
            references = dict.fromkeys(r for uid in uids for r in waiting[uid])
            if self.way != "none" and filing not in (folder_of(place), Filing.NOWHERE):
                events.messages_filed(
                    mailbox=place, folder=filing.value, uids=uids, requests=tuple(references)
                )

        self._try(_name(place, filing), uid_validity, list(waiting), work, place, filing)

    def reviews_over(self, place: str, uid_validity: int) -> Mapping[int, Filing]:
        """The messages whose review is over, and where each belongs now."""
        return {review.uid: to for review, to in self._over(place, uid_validity)}

    def end_reviews(self, place: str, uid_validity: int) -> None:
        """Takes our flag from what is no longer on review, and files it where it belongs now."""
        over = {review.uid: (review, to) for review, to in self._over(place, uid_validity)}
        if not over:
            return
        stays = folder_of(place) is not Filing.NOWHERE  # people have put it there

        def work(uids: Sequence[int]) -> None:
            some = [over[uid] for uid in uids]
            ours = [review.uid for review, _ in some if review.flagged]
            self.mailbox.end_review(uids, unflag=ours)
            filings = {
                review.uid: Filing.NOWHERE if stays or self._looks_dragged(review) else to
                for review, to in some
            }
            self.store.end_reviews(place, uid_validity, filings, now=self.now())
            references = dict.fromkeys(r.reference for review, _ in some for r in review.requests)
            events.reviews_ended(mailbox=place, uids=uids, requests=tuple(references))

        name = f"{place} off {Filing.REVIEW.value}"
        if self._try(name, uid_validity, list(over), work, place, Filing.REVIEW):
            self.file(place, uid_validity)

    def file_copies(self) -> bool:
        """Puts some copies of delivered replies where people see what was said.

        Whether it is worth while to go on, since more may wait and the server takes them.
        """
        copies = self.store.copies_to_file(self.mailbox.name, COPIES_AT_ONCE)
        if not copies:
            return False
        may_be_more = len(copies) == COPIES_AT_ONCE
        if self.way == "none":
            # Noted all the same: a later change of the setting must not bring up months of them.
            self.store.copied([copy.row for copy in copies], now=self.now())
            return may_be_more
        if self.troubles.rests(_COPIES):
            return False
        tried = self._append(copies)
        for error in (tried.together, *tried.alone.values()):
            if error is not None and self.troubles.is_news(_COPIES, error):
                events.copies_failed(mailbox=self.mailbox.name, error=str(error))
        works = not tried.together and not self.troubles.refusals(_COPIES).holds_any
        if works and self.troubles.is_over(_COPIES):
            events.copies_recovered(mailbox=self.mailbox.name)
        return may_be_more and tried.done

    def _append(self, copies: Sequence[SentCopy]) -> Tried:
        """Where the connection is lost, the next pass shall go well without them.

        Where it is lost again, the one at which that was waits by itself.
        """
        refusals = self.troubles.refusals(_COPIES)
        appending = Appending(
            mailbox=self.mailbox,
            store=self.store,
            raw={copy.row: copy.raw for copy in copies},
            now=self.now,
            progress=self.progress,
            singly=self.troubles.losses(_COPIES) > 0,
        )
        try:
            return refusals.do([copy.row for copy in copies], appending.work, now=self.now())
        except TemporaryFailure as error:
            if error.part == self.mailbox.name:
                self.troubles.lost(_COPIES)
                if appending.in_hand is not None:
                    refusals.hold(appending.in_hand, self.now())
            raise

    def _try(
        self,
        name: str,
        uid_validity: int,
        uids: Sequence[int],
        work: Work,
        place: str,
        filing: Filing,
    ) -> bool:
        """Does `work` to the messages that the server lets; whether it did to any."""
        refusals = self.troubles.refusals(f"{name} of {uid_validity}")
        singly = self.troubles.losses(name) >= LOSSES_BORNE
        # A trouble of its own: that of all may come and go while one message waits.
        some = f"{name}, some"
        try:
            tried = refusals.do(uids, work, now=self.now(), singly=singly)
        except TemporaryFailure as error:
            if error.part != "store":
                self.troubles.broke(name)
            if refusals.lost_at and self.troubles.is_news(some, error):
                self._tell(place, filing, error, uids=[refusals.lost_at])
            raise
        if tried.together:
            if self.troubles.is_news(name, tried.together):
                self._tell(place, filing, tried.together)
        elif tried.done and self.troubles.is_over(name):
            events.filing_recovered(mailbox=place, folder=filing.value)
        news = [uid for uid, error in tried.alone.items() if self.troubles.is_news(some, error)]
        if news:
            self._tell(place, filing, tried.alone[news[0]], uids=sorted(tried.alone))
        elif not refusals.holds_any and self.troubles.is_over(some):
            events.filing_recovered(mailbox=place, folder=filing.value)
        return tried.done

    def _tell(
        self, place: str, filing: Filing, error: OptoutdError, uids: Sequence[int] = ()
    ) -> None:
        events.filing_failed(mailbox=place, folder=filing.value, error=str(error), uids=uids)

    def _over(self, place: str, uid_validity: int) -> list[tuple[OpenReview, Filing]]:
        if self.way == "none":
            return []  # a flag from before stays until the setting lets us take it away
        found = []
        for review in self.store.open_reviews(place, uid_validity):
            filing = end_of_review(
                review.requests,
                decided_at=review.decided_at,
                resolved_at=review.resolved_at,
                resolution=review.resolution,
                by_itself=review.by_itself,
            )
            if filing is not None:
                found.append((review, filing))
        return found

    def _looks_dragged(self, review: OpenReview) -> bool:
        """Whether our own move of it would be taken for a person's, who asks for something.

        Of a message whose text the server does not give, nothing is known to find it again by.
        """
        return self.way == "move" and not review.copy_hash

    def _file(
        self,
        place: str,
        uid_validity: int,
        filing: Filing,
        uids: Sequence[int],
        *,
        again: bool,
    ) -> None:
        if self.way == "none":
            return
        if filing is Filing.REVIEW:
            self._flag(place, uid_validity, uids)
        elif filing in (folder_of(place), Filing.NOWHERE):
            # It stays where people have put it, or where it came; if it was on review before, our
            # flag came along.
            ours = self.store.our_flags(place, uid_validity, uids)
            self.mailbox.end_review(uids, unflag=sorted(ours))
        else:
            # A message that was set aside carries our flag until it could be read.
            if ours := self.store.our_flags(place, uid_validity, uids):
                self.mailbox.end_review(sorted(ours), unflag=sorted(ours))
            if self.way == "flag":
                self.mailbox.mark_as(uids, filing)
            else:
                self.mailbox.move(uids, filing.value, again=again)

    def _flag(self, place: str, uid_validity: int, uids: Sequence[int]) -> None:
        """Flags what nobody has flagged; what a person has flagged, a person unflags."""
        theirs = self.mailbox.flagged(uids)
        free = [uid for uid in uids if uid not in theirs]
        self.store.note_flags(place, uid_validity, free, ours=True)
        try:
            self.mailbox.flag_for_review(free)
        except (PermanentFailure, TemporaryFailure) as error:
            if is_refused(error):
                # Else a person's flag would be taken for ours, or its absence for their doing.
                set_now = self.mailbox.flagged(free)
                unset = [uid for uid in free if uid not in set_now]
                self.store.note_flags(place, uid_validity, unset, ours=False)
            raise
        self.mailbox.mark_as(sorted(theirs), Filing.REVIEW)


def _name(place: str, filing: Filing) -> str:
    return f"{place} to {filing.value}"
