"""Messages on their way in: in portions that fit the memory, and past those that do harm.

One message must not bar the mailbox, neither by ending the process that reads it, nor because the
server cannot give it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon import events
from daemon.errors import PermanentFailure, TemporaryFailure, is_refused
from daemon.one_by_one import MOST_LOST
from daemon.portions import portions
from daemon.ports import InHand, Mailbox, Mark, Store
from handlers.values import RawMessage

# So many processes may end at one message before it is tried in a process of its own, and so many
# before it is not read any more: what survives its trial ends us all the same, or whatever kills
# us does so very often.
ENDS_BORNE = 3
MOST_ENDS_BORNE = 12
# So many passes in a row may fail to fetch some messages, and for so long, before they are asked
# for one by one and what does not come is set aside: a line that is cut again and again for some
# seconds says nothing of a message. And so many and for so long before they are though none comes.
FAILURES_BORNE = 3
FAILING_BORNE = timedelta(minutes=2)
MOST_FAILURES_BORNE = 30
FAILING_AT_MOST = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is read at once: messages a batch, octets a message."""

    batch_messages: int
    message_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """What is to be read one by one, and at which message processes have ended (0: none).

    That one is tried first in a process of its own; where it `is_hopeless`, it is not read at all.
    What begins with `failing` could not be fetched for so long that it is asked for one by one.
    """

    alone: tuple[int, ...] = ()
    ended: int = 0
    is_hopeless: bool = False
    failing: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came of some new messages, `through` which UID: after that one nothing is known."""

    messages: list[RawMessage]
    through: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What one mailbox lets in. A place is its inbox or one of our folders in it.

    `go_on` is called before each message that is asked for by itself, since a server may take its
    time at each; it raises AskedToStop.
    """

    mailbox: Mailbox
    store: Store
    limits: Limits
    now: Callable[[], datetime]
    go_on: Callable[[], None]

    def begin(self, place: str, mark: Mark, new: Sequence[int]) -> Care:
        """Notes that this process reads here, and tells what the one before it came to.

        If that one has not ended as it should, it may have done so at one of the first messages.
        """
        noted = self.store.in_hand(place)
        ended, ends = self._ended_at(place, noted, mark)
        if new and (noted is None or not noted.is_ours):
            self.store.take_in_hand(place, uid_validity=mark.uid_validity, uid=ended)
        badly = noted is not None and not noted.is_over
        return Care(
            alone=tuple(new[: self.limits.batch_messages]) if badly else (),
            ended=ended,
            is_hopeless=ends >= MOST_ENDS_BORNE,
            failing=self._failing_at(noted, mark),
        )

    def portions(self, new: Sequence[int], care: Care) -> Iterator[list[int]]:
        """The messages in portions that the memory holds; those to be read alone one by one."""
        for uid in care.alone:
            yield [uid]
        size = self.limits.batch_messages
        for start in range(len(care.alone), len(new), size):
            uids = list(new[start : start + size])
            yield from portions(uids, self._sizes(uids) or {}, most=self.limits.message_bytes)

    def is_there(self, uid: int) -> bool:
        """Whether a message has not vanished, as far as the server says."""
        sizes = self._sizes([uid])
        return sizes is None or bool(sizes)

    def fetch(
        self, uids: Sequence[int], place: str = "", *, singly: bool = False
    ) -> list[RawMessage]:
        """Fetches messages. Raises TemporaryFailure, PermanentFailure."""
        messages = self.mailbox.fetch(uids, max_bytes=self.limits.message_bytes, singly=singly)
        events.batch_fetched(
            mailbox=place or self.mailbox.name,
            messages=len(messages),
            octets=sum(len(message.raw) for message in messages),
            first_uid=uids[0],
            last_uid=uids[-1],
        )
        return messages

    def fetch_new(
        self, uids: Sequence[int], mark: Mark, place: str, *, failing: int = 0
    ) -> Fetched:
        """Fetches messages that nobody has looked at.

        Where that fails, or none of several comes, the pass ends, and the next one asks again.
        After some passes and minutes they are asked for one by one, and those that the server
        does not give come without octets. Those that begin with `failing` are so at once: where
        it hangs up at all of them together, it may let nobody in for a moment after that.
        """
        fetched: Fetched | None = None
        error: TemporaryFailure
        is_failing = uids[0] == failing
        try:
            if is_failing:
                raise self._none_comes(len(uids))
            found = self.fetch(uids, place)
            fetched = Fetched(messages=found, through=uids[-1])
            if not found or len(uids) == 1 or any(map(_comes, found)):
                return fetched
            error = self._none_comes(len(found))
        except TemporaryFailure as failure:
            error = failure
        now = self.now()
        noted = self.store.fetch_failed(
            place, uid_validity=mark.uid_validity, uid=uids[0], now=now
        )
        if not _is_borne_no_more(noted.times, noted.since, now):
            raise error
        is_hopeless = noted.times >= MOST_FAILURES_BORNE and now - noted.since >= FAILING_AT_MOST
        may_pass = len(uids) > 1 and not is_hopeless
        if fetched is None:
            if not is_failing:
                self.mailbox.reopen()  # if the server is away, the pass ends
            is_lost = is_failing or not is_refused(error)
            fetched = self._one_by_one(uids, place, may_pass=may_pass, is_lost=is_lost)
        if may_pass and not any(map(_comes, fetched.messages)):
            raise TemporaryFailure(str(error), part=error.part, is_refusal=True) from error
        return fetched

    def _none_comes(self, messages: int) -> TemporaryFailure:
        return TemporaryFailure(
            f"{self.mailbox.name}: the server gives none of {messages} messages",
            part=self.mailbox.name,
            is_refusal=True,
        )

    def _one_by_one(
        self, uids: Sequence[int], place: str, *, may_pass: bool, is_lost: bool
    ) -> Fetched:
        """The messages that are there, without octets where the server does not give them.

        Where it `may_pass` that none comes, only some are asked for until one does. `is_lost` says
        that the connection was lost before. Where the server hangs up and lets nobody in again,
        only what is known by then is given.
        """
        found: list[RawMessage] = []
        through = 0
        has_given = not is_lost
        for uid in uids:
            if may_pass and len(found) >= MOST_LOST and not any(map(_comes, found)):
                break
            some, is_in = self._alone(uid, place)
            if some is None and is_in and has_given:
                # A connection that is cut after some octets, whatever they are, says nothing of
                # the message.
                has_given = False
                some, is_in = self._alone(uid, place)
            if some is None and has_given:
                break  # nobody is let in to ask for it once more: the next pass begins with it
            if some is None:
                has_given = False
                some = [withheld(uid, self.now())]
            has_given |= any(message.raw for message in some)
            found += some
            through = uid
            if not is_in:
                break
        if not through:
            raise TemporaryFailure(
                f"{self.mailbox.name}: the server lets nobody in after it hung up",
                part=self.mailbox.name,
            )
        return Fetched(messages=found, through=through)

    def _alone(self, uid: int, place: str) -> tuple[list[RawMessage] | None, bool]:
        """One message, or none if it has vanished; None where the fetch fails.

        And whether the server lets us in afterwards.
        """
        self.go_on()
        try:
            return self.fetch([uid], place, singly=True), True
        except TemporaryFailure:
            return None, self._is_let_in()

    def _is_let_in(self) -> bool:
        try:
            self.mailbox.reopen()
        except TemporaryFailure:
            return False
        return True

    def _ended_at(self, place: str, noted: InHand | None, mark: Mark) -> tuple[int, int]:
        """The UID at which some processes ended one after the other while they read it alone.

        And how many; one or two may have been killed for another reason just then (0, 0).
        """
        if noted is None or noted.is_over or not noted.uid:
            return 0, 0
        if noted.uid_validity != mark.uid_validity:
            return 0, 0
        ends = self.store.process_ended(place, uid_validity=noted.uid_validity, uid=noted.uid)
        return (noted.uid, ends) if ends >= ENDS_BORNE else (0, 0)

    def _failing_at(self, noted: InHand | None, mark: Mark) -> int:
        """The UID that is to be asked for by itself, and those behind it; 0: none."""
        if noted is None or noted.uid_validity != mark.uid_validity:
            return 0
        now = self.now()
        over = _is_borne_no_more(noted.failures, noted.failing_since or now, now)
        return noted.failed_uid if over else 0

    def _sizes(self, uids: Sequence[int]) -> dict[int, int] | None:
        """Octets by UID; None where the server does not tell: each then counts as small.

        Also where it hangs up: at a message that it cannot give, the fetch fails too, and that is
        counted.
        """
        try:
            return self.mailbox.sizes(uids)
        except (PermanentFailure, TemporaryFailure) as error:
            if not is_refused(error):
                self.mailbox.reopen()  # if the server is away, the pass ends
            return None


def withheld(uid: int, received_at: datetime) -> RawMessage:
    """A message that is there and does not come: never of 0 octets, as an empty one is."""
    return RawMessage(uid=uid, raw=b"", size_bytes=1, internal_date=received_at)


def _is_borne_no_more(failures: int, since: datetime, now: datetime) -> bool:
    return failures >= FAILURES_BORNE and now - since >= FAILING_BORNE


def _comes(message: RawMessage) -> bool:
    return bool(message.raw) or not message.size_bytes
