"""The middle of the route, from bytes to what a message says: parse, screen, classify.

All of it is about the message alone; what the store knows of its sender comes in decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from handlers.address import Address
from handlers.brought_token import token_of
from handlers.case import Case
from handlers.classify import Classifier
from handlers.classify.answers import Answer
from handlers.copy_hash import copy_hash, octets_digest
from handlers.feedback import Complaint, complaint_in
from handlers.list_token import ListToken
from handlers.long_text import asks_between
from handlers.memory import Asked, Identity, Known, Memory, ShadowCopies
from handlers.named import named_addresses
from handlers.parse import parse_message
from handlers.proof import prove, requester
from handlers.received import received_last
from handlers.screen import Ourselves, screen
from handlers.secret import secret_hash
from handlers.undelivered import undelivered_to
from handlers.values import (
    Intent,
    Message,
    Proof,
    RawMessage,
    Role,
    Screening,
    Tokens,
    Verdict,
)

# From our own server's Received field to the mailbox a message takes moments, or a night where
# the disk is full. What took longer was copied in, and INTERNALDATE is that of the copying.
_DELIVERED_IN = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The mailbox that messages are read for, and what is read with.

    `token_keys` open the tokens of our own List-Unsubscribe fields, by their number.
    """

    mailbox: str
    role: Role
    us: Ourselves
    trusted_authserv_id: str
    classifier: Classifier
    token_keys: Mapping[int, bytes] = field(default_factory=dict, repr=False)
    language: str = "en"  # of our letters where the customer's is unknown
    parse: Callable[[bytes], Message] = parse_message


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What one message holds, whoever asks by it. The fields are those of a reading.

    `proof` is that of the sender.
    """

    message: Message
    screening: Screening
    verdict: Verdict
    answer: Answer
    proof: Proof
    secret_hashes: tuple[str, ...]
    undelivered: tuple[str, ...]
    copy_hash: str
    octets: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one message says, who may have sent it, and what to look up before deciding.

    With a `list_token` the requester is the address in it, whoever sent the message; with a
    `complaint` it is the first whom that names, and `named` are the others.
    """

    raw: RawMessage
    message: Message
    screening: Screening
    verdict: Verdict
    answer: Answer
    proof: Proof
    requester: Address | None
    named: tuple[Address, ...]
    secret_hashes: tuple[str, ...]
    undelivered: tuple[str, ...] = ()  # keys of those whom it, a report, calls undeliverable
    copy_hash: str = ""
    octets: str = ""  # the digest under which it stands where it could not be read
    list_token: ListToken | None = None
    complaint: Complaint | None = None


def read_message(raw: RawMessage, desk: Desk) -> Reading:
    """Parses, screens and classifies one message.

    Raises:
        UnparseableMessage: it is over the limits of parse.py, or cannot be read.
    """
    return find_requester(raw, read_contents(raw, desk), desk)


def read_contents(raw: RawMessage, desk: Desk) -> Contents:
    """Nearly all of the work, and what needs no key of our tokens: another process may do it.

    Raises UnparseableMessage as `read_message` does.
    """
    message = desk.parse(raw.raw)
    if raw.size_bytes > len(raw.raw) and message.is_open_ended:
        message = replace(message, cut_short=True)
    proof = prove(message, desk.us, desk.trusted_authserv_id)
    said = _without_our_letter(message)
    verdict = desk.classifier.read(said, role=desk.role)
    message = replace(message, language=verdict.language)
    if not message.cut_short and asks_between(said, desk.classifier, desk.role):
        message = replace(message, cut_short=True)
    screening = screen(message, desk.us, proof)
    return Contents(
        message=message,
        screening=screening,
        verdict=verdict,
        answer=desk.classifier.answer(message) if message.secrets else Answer.UNCLEAR,
        proof=proof,
        secret_hashes=tuple(secret_hash(secret) for secret in message.secrets),
        undelivered=_undelivered(message, screening),
        copy_hash=copy_hash(raw.raw),
        octets=octets_digest(raw.raw),
    )


def find_requester(raw: RawMessage, contents: Contents, desk: Desk) -> Reading:
    """The whole reading: a token of ours, or a complaint, asks for another than the sender."""
    message, verdict, proof = contents.message, contents.verdict, contents.proof
    list_token = token_of(message, desk.token_keys)
    complaint = None if list_token else complaint_in(message, desk.us, desk.token_keys)
    if list_token is not None:
        asks: Address | None = list_token.address
    elif complaint is not None:
        asks = next(iter(complaint.people), None)
    else:
        asks = requester(message, desk.us)
    speaks_for_itself = list_token is None and complaint is None
    return Reading(
        raw=raw,
        message=message,
        screening=contents.screening,
        verdict=verdict,
        answer=contents.answer,
        proof=proof if speaks_for_itself else _of_requester(proof, message, asks),
        requester=asks,
        named=complaint.people[1:] if complaint else named_addresses(message, verdict, desk.us),
        secret_hashes=contents.secret_hashes,
        undelivered=contents.undelivered,
        copy_hash=contents.copy_hash,
        octets=contents.octets,
        list_token=list_token,
        complaint=complaint,
    )


def _undelivered(message: Message, screening: Screening) -> tuple[str, ...]:
    """Whom a bounce calls undeliverable, by its fields or by its words."""
    by_fields = undelivered_to(message) if "report" in screening.automatic else ()
    by_words = message.bounced if screening.is_automatic else ()
    return tuple(dict.fromkeys((*by_fields, *by_words)))


def _without_our_letter(message: Message) -> Message:
    """The message as the classifier reads it.

    A "no" to a mailing that is quoted below it is an opt-out; to our own question it is none.
    """
    return replace(message, quoted_text="") if message.secrets else message


def _of_requester(proof: Proof, message: Message, asks: Address | None) -> Proof:
    """The proof of the requester: what vouches for a sender vouches for nobody else.

    Whoever was passed a newsletter on has the token of its reader, and anybody can complain in
    another's name.
    """
    sender = message.sender
    is_sender = sender is not None and asks is not None and sender.key == asks.key
    return Proof.UNPROVEN if proof is Proof.PROVEN and not is_sender else proof


def asked(readings: list[Reading], *, account: tuple[str, ...] = ()) -> Asked:
    """What the store has to be asked about a batch: one lookup for all of it.

    `account` names the mailboxes that share an account, where it counts what lies in which place.
    """
    addresses = {reading.requester.key for reading in readings if reading.requester}
    addresses |= {address.key for reading in readings for address in reading.named}
    addresses |= {key for reading in readings for key in reading.undelivered}
    return Asked(
        digests=frozenset(d for r in readings for d in (r.message.digest, r.octets) if d),
        secret_hashes=frozenset(h for reading in readings for h in reading.secret_hashes),
        address_keys=frozenset(addresses),
        account=account,
        copy_hashes=frozenset(
            r.copy_hash for r in readings if r.copy_hash and "received" in r.message.headers
        ),
    )


def known_about(
    reading: Reading, memory: Memory, *, mailbox: str = "", shadow_copies: ShadowCopies = "none"
) -> Known:
    """What the store, and the batch so far, know about one message of `mailbox`."""
    return memory.about(
        Identity(
            digest=reading.message.digest, octets=reading.octets, copy_hash=reading.copy_hash
        ),
        secret_hashes=reading.secret_hashes,
        address_key=reading.requester.key if reading.requester else "",
        named_keys=tuple(address.key for address in reading.named),
        undelivered_keys=reading.undelivered,
        mailbox=mailbox,
        shadow_copies=shadow_copies,
    )


def make_case(
    reading: Reading,
    desk: Desk,
    *,
    known: Known,
    tokens: Tokens,
    now: datetime,
    refilled: bool,
    started_at: datetime | None = None,
    filed: bool = False,
) -> Case:
    """The reading as decide takes it.

    `refilled` says that the folder was filled anew (a first start with backlog, a restored
    mailbox), so that INTERNALDATE may be that of the filling; `started_at` is how far back the
    first start went. What our own server received long before its INTERNALDATE was copied in.
    `filed` says that people have put it into a folder of ours.
    """
    received_at = reading.raw.internal_date
    stamped_at = received_last(reading.message.headers)
    is_copied_in = stamped_at is not None and received_at - stamped_at > _DELIVERED_IN
    ages = (stamped_at, reading.message.date) if refilled or is_copied_in else ()
    dated_at = min((received_at, *(age for age in ages if age is not None)))
    return Case(
        message=reading.message,
        mailbox=desk.mailbox,
        role=desk.role,
        received_at=received_at,
        dated_at=dated_at,
        from_before=bool(ages) and started_at is not None and dated_at < started_at,
        now=now,
        screening=reading.screening,
        verdict=reading.verdict,
        answer=_answer(reading, desk, known, filed=filed),
        proof=reading.proof,
        requester=reading.requester,
        named=reading.named,
        known=known,
        tokens=tokens,
        copy_hash=reading.copy_hash,
        refilled=refilled,
        of_list=reading.list_token.list_name if reading.list_token else "",
        complaint=reading.complaint,
    )


def _answer(reading: Reading, desk: Desk, known: Known, *, filed: bool) -> Answer:
    """The answer, read in the language of the letter that it answers before all others.

    What people have filed is read as one where it carries no secret, too: "that was not me" is no
    request, and may be about our letter all the same.
    """
    if reading.message.cut_short:
        return Answer.UNCLEAR  # what follows may take it back
    cancels = any(found.intent is Intent.CANCELLATION for found in reading.verdict.certain)
    if not known.answered and filed and not reading.message.secrets and not cancels:
        return desk.classifier.answer(reading.message)
    if not known.answered:
        return reading.answer
    known_languages = desk.classifier.languages
    asked_in = {
        request.language if request.language in known_languages else desk.language
        for request in known.answered
    }
    return desk.classifier.answer(reading.message, asked_in=asked_in)
