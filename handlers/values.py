"""The values that travel along the route: nothing here has happened yet, or can do anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from handlers.address import Address


class Intent(StrEnum):
    """What a customer asks for; also the kinds of request."""

    OPT_OUT = "opt_out"
    CANCELLATION = "cancellation"


class Disposition(StrEnum):
    """What becomes of a message."""

    ACT = "act"  # the daemon does its part unattended
    REVIEW = "review"  # held for a person
    LEAVE = "leave"  # ordinary mail
    IGNORE = "ignore"  # automatic mail that asks for nothing


class Role(StrEnum):
    """What a mailbox is for."""

    SUPPORT = "support"
    CANCEL = "cancel"


class State(StrEnum):
    """The states of a request; handlers/states.py says which follows which."""

    EFFECTIVE = "effective"
    UNDONE = "undone"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    CONFIRMED = "confirmed"
    HANDED_OVER = "handed_over"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    REVIEW = "review"


# How a request reaches us, as `Request.channel` says: by mail, and what staff record.
CHANNELS = ("mail", "phone", "letter", "panel", "newsletter")


class Proof(StrEnum):
    """What is known of who sent a message; handlers/proof.py finds it."""

    PROVEN = "proven"  # dmarc=pass, aligned, by our own authserv-id
    UNPROVEN = "unproven"  # nothing vouches and nothing refutes
    REFUTED = "refuted"  # dmarc=fail by our own authserv-id
    DOUBTFUL = "doubtful"  # somebody's results pose as those of our own server
    FORM = "form"  # our own web form: proves the form, never the customer
    STAFF = "staff"  # a person of the company has made sure who it is
    PANEL = "panel"  # the control panel has signed the customer in

    @property
    def speaks_against(self) -> bool:
        """Whether the address may well be innocent, so that nobody there is asked or answered."""
        return self in (Proof.REFUTED, Proof.DOUBTFUL)


class Headers:
    """The header fields of a message in their order; names compare without case (RFC 5322)."""

    __slots__ = ("_by_name", "_fields")

    def __init__(self, fields: Iterable[tuple[str, str]]) -> None:
        self._fields = tuple([(name.lower(), value) for name, value in fields])
        self._by_name: dict[str, list[str]] = {}  # each message is asked for some fifty names
        for name, value in self._fields:
            if name in self._by_name:
                self._by_name[name].append(value)
            else:
                self._by_name[name] = [value]

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of the field `name`, topmost first."""
        return tuple(self._by_name.get(name.lower(), ()))

    def first(self, name: str) -> str:
        """The topmost value of the field `name`, or ''."""
        found = self._by_name.get(name.lower())
        return found[0] if found else ""

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._by_name

    def items(self) -> tuple[tuple[str, str], ...]:
        """All fields as (lower-case name, value), topmost first."""
        return self._fields

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._fields == other._fields

    def __hash__(self) -> int:
        return hash(self._fields)

    def __repr__(self) -> str:
        return f"Headers({len(self._fields)} fields)"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMessage:
    """A message as the server gave it.

    `raw` is cut at the fetch limit, `size_bytes` is its whole length (RFC822.SIZE), and
    `internal_date` is when the server received it: aware, in UTC.
    """

    uid: int
    raw: bytes = field(repr=False)
    size_bytes: int
    internal_date: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A parsed message. Texts are plain, with LF between lines, and capped by parse.py.

    `new_text` is what the writer wrote now; what was quoted, forwarded, signed with or hidden in
    HTML is kept apart, because it must never make a request.
    """

    digest: str  # hex SHA-256 of From, Date, Subject, Message-ID and body: equal in all copies
    message_id: str  # with its angle brackets, or ''
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    senders: tuple[Address, ...]  # of all From fields
    senders_readable: bool  # False where a From could not be read whole, or there is none
    reply_to: tuple[Address, ...]
    recipients: tuple[Address, ...]  # of To, Cc and Resent-*
    delivered_to: tuple[Address, ...]  # topmost Delivered-To and X-Original-To
    subject: str
    date: datetime | None  # aware, UTC
    headers: Headers
    content_type: str  # lower case, without parameters
    report_type: str  # of multipart/report, else ''
    new_text: str = field(repr=False)
    quoted_text: str = field(default="", repr=False)
    signature: str = field(default="", repr=False)
    hidden_text: str = field(default="", repr=False)
    language: str = ""  # ISO 639-1 of subject and new_text once it is classified, '' when unknown
    attached_types: tuple[str, ...] = ()  # content types of all parts but the multiparts
    cut_short: bool = False  # whether somebody's words may lie behind what was read
    is_open_ended: bool = False  # whether words would go on if more followed, or none were found
    secrets: tuple[str, ...] = ()  # of our own questions and confirmations, wherever they stand
    bounced: tuple[str, ...] = ()  # keys of the addresses that a bounce could not be delivered to
    defects: tuple[str, ...] = ()
    report_fields: Headers = Headers(())  # noqa: RUF009 - of a feedback report; never changes
    returned_fields: Headers = Headers(())  # noqa: RUF009 - of the first message in an attachment

    @property
    def sender(self) -> Address | None:
        """The one readable From address, or None where there is not exactly one."""
        if len(self.senders) == 1 and self.senders_readable:
            return self.senders[0]
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why an intent was found: the rule, the words, and where they stand.

    `part` is "subject" or "text"; `start` and `end` count characters of `Message.subject` or
    `Message.new_text`. `words` holds at most 200 characters.
    """

    rule: str
    words: str
    part: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One intent with the confidence in it (0 to 1) and its evidence."""

    intent: Intent
    confidence: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the classifier read.

    `certain` are intents to act on; `unsure` are those it abstains on: something speaks for them,
    but a person should look. Both empty: ordinary mail. `confidence` is that of the verdict as a
    whole, 0 to 1. `against` is the evidence that made it stop short, for the explanation.
    `stop_everything` is set where an opt-out asks for no mail at all, service mail included.
    `language` is the one that the text was understood in, or ''.
    """

    certain: tuple[Finding, ...] = ()
    unsure: tuple[Finding, ...] = ()
    confidence: float = 0.0
    against: tuple[Evidence, ...] = ()
    stop_everything: bool = False
    language: str = ""

    @property
    def intents(self) -> tuple[Intent, ...]:
        """All intents, certain or not, each once, in the order of the enumeration."""
        found = {finding.intent for finding in (*self.certain, *self.unsure)}
        return tuple(intent for intent in Intent if intent in found)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All evidence, for what was found and against it."""
        findings = (*self.certain, *self.unsure)
        return tuple(e for f in findings for e in f.evidence) + self.against


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """Was it sent by a machine, and may it be answered? Two different questions.

    `automatic` and `silent` hold the names of the conditions that speak for it (see SCREEN in
    handlers/screen/table.py); `may_reply` is false when `silent` holds any, and the first is
    the reason.
    """

    automatic: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()

    @property
    def is_automatic(self) -> bool:
        """Whether a machine sent it."""
        return bool(self.automatic)

    @property
    def may_reply(self) -> bool:
        """Whether the sender may be written to."""
        return not self.silent

    @property
    def reason(self) -> str:
        """The code of the condition that forbids an answer, or ''."""
        return self.silent[0] if self.silent else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The randomness that one message may need, drawn beforehand so that deciding stays pure.

    `references` are public (`O-7K3M2Q`); `secret` proves that an answer is to our question: 16
    characters of base32, 80 bits.
    """

    opt_out_reference: str
    cancellation_reference: str
    named_references: tuple[str, ...]
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An opt-out or a cancellation, from any channel, as the store holds it."""

    reference: str
    kind: Intent
    state: State
    address_key: str
    address_written: str
    channel: str  # one of CHANNELS
    mailbox: str
    received_at: datetime
    due_at: datetime
    language: str
    proof: str
    reason: str  # why it is in this state: a code of docs/reason-codes.md
    origin_digest: str = ""  # of the message that made it
    wanted_end: str = ""  # the end date as the customer wrote it
    note: str = ""  # what staff wrote about it
    taken_by: str = ""  # who took the call or the letter
    updated_at: datetime | None = None
    reminded_at: datetime | None = None  # when the customer was asked once more
    alarmed_percent: int = 0  # of its time: up to where there was an alarm


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A request that goes from one state to another; refused by the store if it moved on.

    `proof`, `note` and `wanted_end` replace the request's own; where they are empty, those stay.
    """

    reference: str
    before: State
    after: State
    reason: str
    proof: str = ""
    note: str = ""
    wanted_end: str = ""


# The name that stands for every list.
ALL_LISTS = "*"
# So long that a token with it still fits into the subject of a mail.
MAX_LIST_CHARS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """An address that gets no marketing, of which list ('*' for all), because of which request."""

    address_key: str
    address_written: str
    list_name: str
    since: datetime
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyPlan:
    """A reply to be written: to whom, about what. handlers/reply.py makes the mail of it.

    `situations` are names of templates in config/replies/<language>/, in their order.
    `received_at` is when the message came that it answers, `cancellation_received_at` when the
    one did that asked for the cancellation: they differ where a YES is answered.
    `secret` stands in the Message-ID, and in the body where a question is asked.
    `asks` is true where an answer is wanted: then the envelope sender is the mailbox's own.
    `channel` is how it was asked for, one of CHANNELS: the letter says "your call" of a call.
    `thread` names the thread of our own mail that it goes on with, '' where it begins one.
    """

    to: Address
    situations: tuple[str, ...]
    language: str
    references: tuple[str, ...]  # of the requests it is about
    opted_out_address: str = ""
    received_at: datetime | None = None
    cancellation_received_at: datetime | None = None
    secret: str = ""
    asks: bool = False
    wanted_end: str = ""
    stop_everything: bool = False
    channel: str = "mail"
    thread: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """A mail ready for the outbox: its bytes and envelope never change from here on.

    `envelope_from` is '' for the null reverse-path (RFC 5321 section 4.5.5). `secret_hash` is the
    hex SHA-256 of the secret that it carries: an answer with that secret is about `references`.
    `thread` is that of the first mail in its thread, '' where it is the first. `asks` says that
    it is a question (or its reminder), whose answer counts.
    """

    idempotency_key: str
    message_id: str
    recipient: Address
    envelope_from: str
    raw: bytes = field(repr=False)
    references: tuple[str, ...]
    secret_hash: str
    mailbox: str
    thread: str = ""
    asks: bool = False


class Filing(StrEnum):
    """Where a message goes; the values are the folders, as the ledger and the log name them."""

    NOWHERE = ""
    OPT_OUTS = "Optoutd/Opt-outs"
    CANCELLATIONS = "Optoutd/Cancellations"
    AUTOMATIC = "Optoutd/Automatic"
    REVIEW = "review"  # stays in the inbox with the review flag


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Everything that follows from one message; carrying it out is the daemon's part.

    `reason` is one code of docs/reason-codes.md; `silence` is the code of why nobody is answered,
    '' where a reply is planned or nothing called for one.
    """

    disposition: Disposition
    reason: str
    intents: tuple[Intent, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    requests: tuple[Request, ...] = ()
    changes: tuple[Change, ...] = ()
    suppress: tuple[Suppression, ...] = ()
    lift: tuple[Suppression, ...] = ()
    reply: ReplyPlan | None = None
    silence: str = ""
    filing: Filing = Filing.NOWHERE
    repeated: tuple[str, ...] = ()  # references of requests that this message asks for once more
    # Held for more than its requests that are on review: they may be over, and it still waits.
    by_itself: bool = False
    too_late: tuple[str, ...] = ()  # of those that it would have stopped, had it come in time
