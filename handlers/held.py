"""What waits for a person: requests in review, and messages that are held for themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.values import Evidence, Intent, Request, State

# Crockford's base32, as in references: no I, L, O or U.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("ILO", "110")
SHOWN_CHARS = 8
_ALL_CHARS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMessage:
    """A message that was held, as far as the ledger knows it.

    `references` are of the requests that it concerns, `digest` tells its copies, and `decided_at`
    is when it was held.
    """

    mailbox: str
    uid_validity: int
    uid: int
    digest: str
    received_at: datetime
    decided_at: datetime
    reason: str
    intents: tuple[Intent, ...]
    evidence: tuple[Evidence, ...]
    references: tuple[str, ...]

    @property
    def long_id(self) -> str:
        """What names it, of which the first 10 characters are shown: `M-7K3M2Q9Z…`."""
        place = f"{self.mailbox}\0{self.uid_validity}\0{self.uid}"
        number = int.from_bytes(hashlib.sha256(place.encode()).digest())
        letters = (_ALPHABET[number >> (5 * i) & 31] for i in range(_ALL_CHARS))
        return f"M-{''.join(letters)}"

    @property
    def id(self) -> str:
        """What a person types."""
        return self.long_id[: 2 + SHOWN_CHARS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One thing that waits: a request with the messages that concern it, or a message alone.

    `since` is when it came, `due_at` by when a person is to have looked.
    """

    id: str
    since: datetime
    due_at: datetime
    mailbox: str
    kinds: tuple[Intent, ...]
    reason: str
    address: str
    request: Request | None
    messages: tuple[HeldMessage, ...]

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The words that speak for a request in its messages, each once."""
        return tuple(dict.fromkeys(e for message in self.messages for e in message.evidence))


def box_of(place: str) -> str:
    """The mailbox of a place in the ledger: a folder of it goes by "mailbox:folder"."""
    return place.partition(":")[0]


def typed_id(text: str) -> str:
    """An identifier as it was typed, with the letters that are misread put right."""
    head, dash, rest = text.strip().upper().partition("-")
    return f"{head}{dash}{rest.translate(_READ_AS)}" if head in ("M", "O", "C") else text.strip()


def waiting(
    requests: Sequence[Request],
    messages: Sequence[HeldMessage],
    known: Mapping[str, Request],
    *,
    review_due: timedelta,
) -> list[Waiting]:
    """Everything that waits, what is due first before the others.

    `requests` are those in review, `messages` those held that nobody has dealt with, and `known`
    has the requests that they concern.
    """
    found = [_of_request(request, messages) for request in requests]
    in_review = {request.reference for request in requests}
    found += [
        _of_message(message, known, review_due)
        for message in messages
        if not in_review.intersection(message.references) and not _is_settled(message, known)
    ]
    return sorted(found, key=lambda each: (each.due_at, each.since, each.id))


def _is_settled(message: HeldMessage, known: Mapping[str, Request]) -> bool:
    """Whether it only waited for requests of its own that have moved on without a person.

    A customer whose unclear message was held, and who then asks clearly, has seen to it. One that
    a person has put back, whose request stands as it stood, waits for a person.
    """
    concerned = [known[reference] for reference in message.references if reference in known]
    return bool(concerned) and all(
        request.origin_digest == message.digest
        and request.state is not State.REVIEW
        and request.updated_at is not None
        and request.updated_at > message.decided_at
        for request in concerned
    )


def _of_request(request: Request, messages: Sequence[HeldMessage]) -> Waiting:
    about = tuple(m for m in messages if request.reference in m.references)
    return Waiting(
        id=request.reference,
        since=request.updated_at or request.received_at,
        due_at=request.due_at,
        mailbox=request.mailbox,
        kinds=(request.kind,),
        reason=request.reason,
        address=request.address_key,
        request=request,
        messages=about,
    )


def _of_message(
    message: HeldMessage, known: Mapping[str, Request], review_due: timedelta
) -> Waiting:
    concerned = [known[reference] for reference in message.references if reference in known]
    addresses = {request.address_key for request in concerned}
    return Waiting(
        id=message.id,
        since=message.received_at,
        due_at=message.received_at + review_due,
        mailbox=box_of(message.mailbox),
        kinds=message.intents or tuple(dict.fromkeys(request.kind for request in concerned)),
        reason=message.reason,
        address=next(iter(addresses)) if len(addresses) == 1 else "",
        request=None,
        messages=(message,),
    )
