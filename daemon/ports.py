"""What the daemon needs from the outside world, as protocols; tests/contract holds them to it.

Everything behind `Mailbox` and `Store` blocks and is called from worker threads; a `Courier` is
awaited. All of them raise TemporaryFailure or PermanentFailure and nothing else that is foreseen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, Self

from daemon.data_ports import DataStore
from handlers.address import Address
from handlers.dossier import Dossier
from handlers.memory import Asked, Memory
from handlers.values import (
    Decision,
    Disposition,
    Evidence,
    Filing,
    Intent,
    OutgoingMail,
    RawMessage,
    Request,
    State,
    Suppression,
)

# What a process wants of the store. "own": to read mailboxes and deliver replies, which with
# SQLite one process does at a time; "write": to record what staff decide, beside the owner;
# "read": to look.
Access = Literal["own", "write", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """The state of a folder when it was opened (RFC 9051 section 2.3.1.1).

    `is_new_connection` says that the call had to connect and log in.
    """

    uid_validity: int
    uid_next: int
    messages: int
    is_new_connection: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The state of a folder that was only asked about (RFC 9051 section 6.3.11)."""

    uid_validity: int
    uid_next: int


class Mailbox(Protocol):
    """One mailbox on a server. One connection, used by one thread at a time."""

    name: str

    def open(self) -> Selected:
        """Connects and logs in where needed, and selects the folder anew.

        Keeps the connection of the last call while it is alive: one login serves many polls.
        """
        ...

    def uids_above(self, uid: int) -> list[int]:
        """The UIDs greater than `uid`, ascending; whether a message was read does not matter."""
        ...

    def uids_since(self, uid: int, since: datetime) -> list[int]:
        """The UIDs greater than `uid` whose INTERNALDATE is not before the day of `since`."""
        ...

    def fetch(self, uids: Sequence[int], *, max_bytes: int) -> list[RawMessage]:
        """Up to `max_bytes` of each message, in the order of UIDs, without marking any as seen.

        A message that has vanished is left out.
        """
        ...

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Moves messages to `folder` (with "/" between levels, created and subscribed if absent).

        UIDs that are no longer there are no error: the step is repeated after a crash.
        """
        ...

    def flag_for_review(self, uids: Sequence[int]) -> None:
        r"""Sets \Flagged, and `$OptoutdReview` where the server keeps keywords; idempotent."""
        ...

    def flagged(self, uids: Sequence[int]) -> set[int]:
        r"""Those of the messages that are \Flagged now, by whomever."""
        ...

    def mark_as(self, uids: Sequence[int], filing: Filing) -> None:
        """Sets the keyword of `filing` and nothing else; idempotent.

        Does nothing where the server keeps no keywords.
        """
        ...

    def end_review(self, uids: Sequence[int], *, unflag: Sequence[int]) -> None:
        r"""Takes `$OptoutdReview` from the messages, and \Flagged from those of `unflag`."""
        ...

    def make_folder(self, folder: str) -> None:
        """Makes one of our folders and subscribes it, where it is not there yet."""
        ...

    def standing(self, folder: str) -> Standing | None:
        """The state of one of our folders, without opening it; None where there is none."""
        ...

    def inside(self, folder: str) -> AbstractContextManager[None]:
        """For the time of the `with`, messages are those of this folder of ours.

        Afterwards they are those of the mailbox's own folder again, and `wait` tells of what has
        come there meanwhile.
        """
        ...

    def heads(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Of each message the header fields that tell one copy from another.

        See handlers/copy_hash.py. Nothing is marked as seen; what has vanished is left out.
        """
        ...

    def append_sent(self, mails: Sequence[bytes]) -> None:
        """Puts copies of replies into the Sent folder, marked as seen."""
        ...

    def look(
        self, folder: str, *, uid: int, received_at: datetime, max_bytes: int
    ) -> list[RawMessage]:
        """The message `uid`, and those that were received at that moment, of one folder.

        `folder` is one of ours, or "" for the mailbox's own; the UID counts in the latter alone.
        Opened for reading only, nothing is marked as seen; [] where there is no such folder.
        Connects where needed; `open` is to be called before anything else is done.
        """
        ...

    def wait(self, timeout_s: float) -> bool:
        """Idles (RFC 2177) until the server tells of new mail, `interrupt` or the timeout.

        True when new mail may be there. Returns at once with False where the server cannot idle.
        """
        ...

    @property
    def can_wait(self) -> bool:
        """Whether the server offers IDLE; known once opened."""
        ...

    def interrupt(self) -> None:
        """Makes a `wait` in another thread return; the only method safe to call from there."""
        ...

    def close(self) -> None:
        """Logs out if the server still answers; never raises."""
        ...

    def locate(
        self,
        sought: Sequence[Sought],
        *,
        since: datetime,
        words: bool = False,
        progress: Callable[[str, int, int], None] = lambda _folder, _done, _of: None,
    ) -> Whereabouts:
        """Where messages are now, in all folders of the account; changes nothing on the server.

        Looks at what was received since the day before `since`. A message in the folder that
        is read is known by its UID, elsewhere by the hash of its Message-ID; one may be found in
        several places. With `words` sender and subject are told. Connects where needed; `open`
        is needed after it. `progress` hears the folder that is next, how many are done, and of
        how many.
        """
        ...

    def inspect(self) -> list[str]:
        """What `optoutd check` should know: notes on folders and capabilities, a line each."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """A message that is looked for: where it lay, and the hash of its Message-ID or ''."""

    uid_validity: int
    uid: int
    message_id_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A message where it was found.

    `folder` has "/" between its levels; `use` is its special use (RFC 6154) in one word, such as
    "trash", or ''; `is_own` says that it is the folder that the mailbox reads. `sender` and
    `subject` come from outside and may be ''.
    """

    folder: str
    use: str
    is_own: bool
    uid_validity: int
    uid: int
    message_id_hash: str
    flags: frozenset[str]
    sender: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """What a look through all folders found; `passed_over` are those that cannot be opened."""

    found: tuple[Located, ...]
    folders: tuple[str, ...]
    passed_over: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the ledger with all that follows from it; `error` where it was set aside.

    `mailbox` is the place where it was looked at (handlers/places.py). `flagged` says that our own
    review flag was on it already; `ends_review` says how earlier reviews of this message end with
    it, '' where they go on.

    With `shadow` nothing follows from it: the decision is only noted, as what would have been
    done. `message_id_hash` is the hex SHA-256 of its Message-ID, '' where it has none.
    """

    mailbox: str
    uid_validity: int
    uid: int
    digest: str
    received_at: datetime
    decision: Decision
    outgoing: OutgoingMail | None = None
    error: str = ""
    copy_hash: str = ""
    flagged: bool = False
    ends_review: str = ""
    message_id_hash: str = ""
    shadow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How far a mailbox has been read.

    `started_at` is the time of its very first start, or the one that `backlog` goes back to. Up to
    `backlog_uid` the folder held messages before that start or before it was renumbered: their
    INTERNALDATE may be that of a copying.
    """

    uid_validity: int
    uid: int
    started_at: datetime
    backlog_uid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What staff have decided, with the mail that tells the customer of it, or None."""

    decision: Decision
    outgoing: OutgoingMail | None = None


class Batch(Protocol):
    """One transaction over a batch of messages: what was recalled holds until it is committed."""

    def recall(self, asked: Asked, *, now: datetime) -> Memory:
        """What the store knows about the messages of the batch."""
        ...

    def record(self, entries: Sequence[Entry], *, mark: Mark, now: datetime) -> None:
        """Writes ledger, requests, suppressions, outbox and audit events, and the new mark.

        An entry whose (mailbox, UIDVALIDITY, UID) is already in the ledger is skipped whole.
        Of one with `shadow` only the row of the ledger is written, without references, and
        it never waits for being filed.
        """
        ...

    def request(self, reference: str) -> Request | None:
        """One request, or None."""
        ...

    def dossier(
        self, address_keys: Collection[str], origins: Collection[str] = (), *, now: datetime
    ) -> Dossier:
        """What is known about these addresses, and which requests have these origins."""
        ...

    def carry_out(self, acts: Sequence[Act], *, by: str, now: datetime) -> None:
        """Writes what staff have decided: requests, suppressions, outbox and audit events.

        `by` stands in each event. A message held for a person is held no longer once none of the
        requests that it concerns is, if one of them has changed. A mail whose idempotency key is
        known is not queued again. Raises TemporaryFailure where a request has moved on.
        """
        ...

    def end_review(
        self, row: LedgerRow, *, resolution: str, by: str, reference: str = "", now: datetime
    ) -> None:
        """A person has dealt with a message that was held; `reference` is of what they made of it.

        Raises TemporaryFailure where it is not held any more.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who reads a mailbox, by the name of the process, and for how much longer unless it renews.

    `fence` grows with each holder. `after` names the dead process whose lease had run out, where
    this call took it over.
    """

    mailbox: str
    holder: str
    is_ours: bool
    fence: int
    left_s: float
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedMail:
    """A row of the outbox that is due: the mail and how often it was tried."""

    row: int
    mail: OutgoingMail
    attempts: int  # including this one
    unknowns: int  # how often its outcome was unknown
    queued_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCopy:
    """A reply that was accepted and is not yet in the Sent folder."""

    row: int
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """What the ledger holds of one message: no body, and no address of ordinary mail."""

    mailbox: str
    uid_validity: int
    uid: int
    digest: str
    received_at: datetime
    disposition: Disposition
    reason: str
    intents: tuple[Intent, ...]
    evidence: tuple[Evidence, ...]
    filing: Filing
    references: tuple[str, ...]
    filed_at: datetime | None
    error: str
    copy_hash: str = ""
    flagged: bool = False
    resolved_at: datetime | None = None
    resolution: str = ""
    message_id_hash: str = ""
    shadow: bool = False
    silence: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReview:
    """A message that lies flagged for review, with the requests that it concerns as they are.

    `flagged` says that the flag is ours.
    """

    uid: int
    requests: tuple[Request, ...]
    decided_at: datetime
    resolved_at: datetime | None
    resolution: str
    flagged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How long something took, of `count` times: the median, nine in ten, and the longest."""

    count: int = 0
    p50_s: float = 0.0
    p90_s: float = 0.0
    max_s: float = 0.0

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Self:
        """The spread of these times, by nearest rank; all 0 where there are none."""
        ranked = sorted(seconds)
        if not ranked:
            return cls()

        def rank(percent: int) -> float:
            return ranked[max(-(-percent * len(ranked) // 100) - 1, 0)]

        return cls(count=len(ranked), p50_s=rank(50), p90_s=rank(90), max_s=ranked[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What happened from `since` until just before `until`; messages of shadow mode count apart.

    Messages count when they were decided on, requests when they were received, replies when they
    were queued. What is open or late is so at `until`, whenever it began.
    """

    since: datetime
    until: datetime
    messages: Mapping[tuple[str, ...], int]  # by mailbox, disposition, reason
    shadowed: int  # messages that were only looked at, in shadow mode
    silences: Mapping[str, int]  # messages by why nobody was answered
    requests: Mapping[tuple[str, ...], int]  # by kind, channel, state
    # By kind and the state that was reached, from the receipt of the request.
    reached: Mapping[tuple[str, str], Spread]
    answered: Spread  # from the receipt of a message to the sending of its answer
    late: Mapping[tuple[str, ...], int]  # open requests past their due time, by kind, state
    done_late: Mapping[str, int]  # requests that were settled after their due time, by kind
    reviews_open: int  # requests that wait for a person
    reviews_ended: int
    held_open: int  # messages that wait for a person
    held_ended: int
    replies: Mapping[str, int]  # by state of the outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A process that owns the store, or did: when it began, was last alive, and left by itself.

    `name` is host, process number and a random part, with colons between them.
    """

    name: str
    version: str
    started_at: datetime
    beat_at: datetime
    stopped_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxStatus:
    """How a mailbox fared last: when it was looked at, when a pass ended well, and what is wrong.

    `waiting` are the messages above the mark when it was last looked at. `error` is '' while it
    works; else it has failed since `failing_since`, with the `setting` to look at and the `cure`
    where they are known. `idles` says that the server tells of new mail by itself.
    """

    mailbox: str
    process: str
    polled_at: datetime
    succeeded_at: datetime | None
    waiting: int
    idles: bool
    error: str = ""
    failing_since: datetime | None = None
    setting: str = ""
    cure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRow:
    """A mail of the outbox as staff see it; `state` is one of MAIL_STATES."""

    row: int
    state: str
    recipient: str  # the key of the address
    references: tuple[str, ...]
    mailbox: str
    attempts: int
    queued_at: datetime
    next_at: datetime
    sent_at: datetime | None
    error: str


MAIL_STATES = ("queued", "sending", "sent", "failed", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A cancellation that waits for the customer's answer, and the mail that asked."""

    request: Request
    recipient: Address
    raw: bytes = field(repr=False)


# The UIDs of messages, ascending, each with the references of the requests that it concerns.
Unfiled = Mapping[int, tuple[str, ...]]


class Store(DataStore, Protocol):
    """The ledger, the requests, the suppressions and the outbox. Safe to use from threads.

    `process` is the name by which other processes know this one. `lease_s` is how long a lease
    lasts where several processes may own the store; None where one does, so that each lease is
    granted and none runs out.
    """

    process: str
    lease_s: float | None

    def take_lease(self, mailbox: str) -> Lease:
        """Takes the lease of `mailbox` unless a process that is alive holds it; tells who does.

        From then on what concerns `mailbox` is committed only while nobody else has taken it:
        `batch`, `set_mark` and `filed` raise LeaseLost otherwise, until it is taken again. A
        store that never took it asks nobody. Time is the store's own: clocks of hosts differ.
        """
        ...

    def renew_leases(self) -> list[str]:
        """Renews what this process holds, and its own sign of life; the mailboxes that it lost.

        To be called every third of `lease_s`.
        """
        ...

    def release_lease(self, mailbox: str) -> None:
        """Gives the mailbox back, so that another process need not wait."""
        ...

    def mark(self, mailbox: str) -> Mark | None:
        """How far `mailbox` has been read, or None before its first start."""
        ...

    def set_mark(self, mailbox: str, mark: Mark) -> None:
        """Notes how far `mailbox` has been read without any message: the first start."""
        ...

    def batch(self) -> AbstractContextManager[Batch]:
        """A transaction that commits at the end of the `with`, or rolls back on an error."""
        ...

    def unfiled(self, mailbox: str, uid_validity: int) -> Mapping[Filing, Unfiled]:
        """The committed messages that have not been filed yet, by where they belong."""
        ...

    def filed(
        self, mailbox: str, uid_validity: int, uids: Sequence[int], *, now: datetime
    ) -> None:
        """Notes that the server has filed these; only on what is on review a flag is ours then."""
        ...

    def note_flags(self, place: str, uid_validity: int, uids: Sequence[int]) -> None:
        """Notes that the review flag on these is ours; before it is set."""
        ...

    def our_flags(self, place: str, uid_validity: int, uids: Sequence[int]) -> set[int]:
        """Those of the messages whose review flag is ours."""
        ...

    def open_reviews(self, place: str, uid_validity: int) -> list[OpenReview]:
        """The messages that lie flagged for review in this place, by UID."""
        ...

    def end_reviews(
        self, place: str, uid_validity: int, filings: Mapping[int, Filing], *, now: datetime
    ) -> None:
        """Notes that these reviews are over and our flags gone.

        Messages whose new filing is a folder are to be filed there.
        """
        ...

    def lying_in(
        self, account: Collection[str], copy_hashes: Collection[str]
    ) -> Mapping[str, Filing]:
        """Where the ledger has the messages with these hashes; NOWHERE: the inbox.

        `account` names the mailboxes that share one account, and so the folders in it.

        Unknown ones are left out, and those of which it has two in different places.
        """
        ...

    def ledger(self, mailbox: str, limit: int = 1000) -> list[LedgerRow]:
        """The last `limit` messages looked at in `mailbox`, oldest first."""
        ...

    def shadow_ledger(self, mailbox: str, since: datetime | None = None) -> list[LedgerRow]:
        """What was looked at in shadow mode in `mailbox`, by time of receipt.

        With `since`, what was received then or later.
        """
        ...

    def figures(self, since: datetime, until: datetime) -> Figures:
        """The figures of a period, for `optoutd report`."""
        ...

    def requests(self) -> list[Request]:
        """The newest request of each (address, kind), by time of receipt."""
        ...

    def request(self, reference: str) -> Request | None:
        """One request, or None."""
        ...

    def references(self, beginning: str, limit: int) -> list[str]:
        """The references that start with `beginning`, the newest first, at most `limit`."""
        ...

    def requests_in(self, *states: State) -> list[Request]:
        """Every request in one of these states, the one that is due first before the others."""
        ...

    def reviews(self) -> list[LedgerRow]:
        """The messages held for a person that nobody has dealt with, oldest first.

        Also those that wait as a request of theirs does.
        """
        ...

    def messages_about(self, reference: str) -> list[LedgerRow]:
        """The message that made a request, its copies, and those held because of it; by time."""
        ...

    def dossier(
        self, address_keys: Collection[str], origins: Collection[str] = (), *, now: datetime
    ) -> Dossier:
        """As `Batch.dossier`, to look at."""
        ...

    def carry_out(
        self, decision: Decision, outgoing: OutgoingMail | None, *, by: str, now: datetime
    ) -> None:
        """Writes one decision of staff in a transaction of its own; see `Batch.carry_out`."""
        ...

    def history(self, reference: str) -> list[tuple[datetime, str, str]]:
        """The audit events of one request: (when, what, detail), oldest first."""
        ...

    def suppression(self, address_key: str, list_name: str = "*") -> Suppression | None:
        """Why this address gets no mail of `list_name`; a suppression of '*' covers each list."""
        ...

    def take_due(self, limit: int, *, now: datetime) -> list[QueuedMail]:
        """Up to `limit` mails that are due, marked as being sent by us, oldest first.

        No mail is given to two processes.
        """
        ...

    def sent(self, row: int, *, now: datetime, response: str) -> None:
        """The server answered 250: it is responsible now.

        Of a mail that was taken from us as a dead process's, this counts until another takes it.
        """
        ...

    def put_off(self, row: int, *, until: datetime, error: str) -> None:
        """A temporary failure: to be tried again at `until`."""
        ...

    def hold(self, row: int, *, until: datetime) -> None:
        """Not tried after all (the hourly cap): the attempt does not count."""
        ...

    def failed(self, row: int, *, now: datetime, error: str) -> list[str]:
        """A permanent failure: the mail is given up and its pending questions go to review.

        Returns the references of the requests that went to review.
        """
        ...

    def outcome_unknown(self, row: int, *, until: datetime | None, error: str) -> None:
        """It may have been accepted: tried once more at `until`, or never again if None."""
        ...

    def recover_outbox(self, *, now: datetime) -> int:
        """What a dead process was sending has an unknown outcome. Returns how many.

        Dead is who has given no sign of life for `lease_s`; where one process owns the store,
        everybody else. The mails are tried once more; those that were unknown before stay
        `unknown`.
        """
        ...

    def next_due(self) -> datetime | None:
        """When the next waiting mail is due, or None if none waits."""
        ...

    def sent_since(self, since: datetime) -> int:
        """How many mails were accepted since then, or are being sent by other processes.

        For the hourly cap, which is one for all of them.
        """
        ...

    def copies_to_file(self, mailbox: str, limit: int) -> list[SentCopy]:
        """Accepted replies of `mailbox` that are not in its Sent folder yet."""
        ...

    def copied(self, rows: Sequence[int], *, now: datetime) -> None:
        """Notes that these are in the Sent folder."""
        ...

    def expire_questions(self, *, asked_before: datetime, now: datetime) -> list[str]:
        """Questions unanswered for so long go to review; returns their references."""
        ...

    def questions_to_remind(self, *, asked_before: datetime, limit: int) -> list[Question]:
        """Questions unanswered since before then, whose mail is out, and without a reminder yet.

        At most `limit`, those first that were asked first.
        """
        ...

    def remind(
        self, reference: str, mail: OutgoingMail, *, replies_per_day: int, now: datetime
    ) -> bool:
        """Queues the one reminder of a question and notes that it was sent, or does neither.

        Neither where the request waits for no answer any more or was reminded of, and where the
        address has got `replies_per_day` mails within 24 hours (0: no cap).
        """
        ...

    def open_requests(self) -> list[Request]:
        """All requests whose deadline is open (handlers/deadlines.py), those due first first."""
        ...

    def note_alarms(self, percents: Mapping[str, int]) -> list[str]:
        """Notes up to which percent of its time each of these requests has had an alarm.

        Returns those for which that is news: another process may have told it already.
        """
        ...

    def beat(self, process: Process, mailboxes: Sequence[MailboxStatus]) -> None:
        """Notes that `process` is alive, and how its mailboxes fared; one transaction.

        A status that is older than the one held changes nothing. Processes that were last alive
        more than a week before are forgotten.
        """
        ...

    def processes(self) -> list[Process]:
        """The processes that are known, those first that began last."""
        ...

    def mailbox_statuses(self) -> list[MailboxStatus]:
        """How each mailbox fared last, by name; those that are no longer configured too."""
        ...

    def mails(self, states: Collection[str], *, limit: int) -> list[MailRow]:
        """The newest `limit` mails of the outbox in one of `states`, oldest first."""
        ...

    def mail(self, row: int) -> MailRow | None:
        """One mail of the outbox, or None."""
        ...

    def waiting(self) -> int:
        """How many mails are queued."""
        ...

    def retry_mail(self, row: int, *, by: str, now: datetime) -> bool:
        """Makes a mail that is queued, failed or unknown due now, because `by` wants it.

        False where there is none such, or its bytes are gone.
        """
        ...

    def drop_mail(self, row: int, *, by: str, now: datetime) -> list[str] | None:
        """Gives up a mail that is queued, failed or unknown, because `by` wants it.

        Returns the references of its pending questions, which go to review, or None where there
        is no such mail.
        """
        ...

    def log_key(self) -> bytes:
        """The key for hashing addresses in the log: 32 bytes, made with the store."""
        ...

    def token_keys(self) -> Mapping[int, bytes]:
        """The keys of the tokens in List-Unsubscribe fields, by number; none before the first."""
        ...

    def token_key(self, *, now: datetime) -> tuple[int, bytes]:
        """The number and the key to make tokens with: the newest, made if there is none."""
        ...

    def check(self) -> list[str]:
        """Tries to write; notes for `optoutd check`, a line each."""
        ...

    def counts(self) -> Mapping[str, int]:
        """Rows by table and state, for `check` and the end of a poll."""
        ...

    def close(self) -> None:
        """Lets go of the connection and of the lock."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The server's answer to the final dot."""

    response: str


class Courier(Protocol):
    """Delivers one mail. Raises TemporaryFailure, PermanentFailure or OutcomeUnknown."""

    async def deliver(self, mail: OutgoingMail) -> Accepted:
        """Hands `mail` to the server; returns when it has taken responsibility for it."""
        ...

    async def inspect(self, *, envelope_from: str, recipient: str) -> list[str]:
        """For `optoutd check`: connects, logs in, tries MAIL FROM; notes, a line each."""
        ...

    async def close(self) -> None:
        """Closes the connections; never raises."""
        ...


__all__ = [
    "MAIL_STATES",
    "Accepted",
    "Access",
    "Act",
    "Batch",
    "Courier",
    "Entry",
    "Figures",
    "Lease",
    "LedgerRow",
    "Located",
    "MailRow",
    "Mailbox",
    "MailboxStatus",
    "Mark",
    "OpenReview",
    "Process",
    "Question",
    "QueuedMail",
    "Selected",
    "SentCopy",
    "Sought",
    "Spread",
    "Standing",
    "Store",
    "Unfiled",
    "Whereabouts",
]
