"""One message with everything that is known when it is decided on, and the policy to apply."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.address import Address
from handlers.classify.answers import Answer
from handlers.feedback import Complaint
from handlers.memory import Known
from handlers.screen import Ourselves
from handlers.values import (
    Change,
    Decision,
    Filing,
    Intent,
    Message,
    Proof,
    Request,
    Role,
    Screening,
    State,
    Suppression,
    Tokens,
    Verdict,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the operator has settled. `ask` is "unproven" or "always"."""

    us: Ourselves
    ask: str = "unproven"
    opt_out_due: timedelta = timedelta(hours=24)
    cancellation_due: timedelta = timedelta(hours=72)
    review_due: timedelta = timedelta(hours=24)
    refusal_holds: timedelta = timedelta(days=30)  # so long nobody is asked again after a no
    cancellation_max_age: timedelta = timedelta(days=14)
    reply_max_age: timedelta = timedelta(days=14)
    replies_per_address_per_day: int = 3
    replies_per_address_per_month: int = 10
    mails_per_thread: int = 5  # ever


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One message on its way through decide.

    `received_at` is its INTERNALDATE, from which deadlines count; `dated_at` is what its age
    counts from: that, or where mail was copied in, as when the folder was filled anew
    (`refilled`), its Date or when our own server received it, if that is earlier. `from_before`
    says that this is before the first start: people have dealt with it.
    `of_list` is the list that a token in the subject is about, '' where there is none. Of a
    feedback report (`complaint`) the requester is the first whom it names, and `named` the others.
    """

    message: Message
    mailbox: str
    role: Role
    received_at: datetime
    dated_at: datetime
    now: datetime
    screening: Screening
    verdict: Verdict
    answer: Answer
    proof: Proof
    requester: Address | None
    named: tuple[Address, ...]
    known: Known
    tokens: Tokens
    copy_hash: str = ""
    refilled: bool = False
    from_before: bool = False
    of_list: str = ""
    complaint: Complaint | None = None

    @property
    def age(self) -> timedelta:
        """How long ago the message was received, or written."""
        return self.now - self.dated_at

    def is_older_than(self, limit: timedelta) -> bool:
        """Whether it is too old to be acted upon as though it had just come."""
        return self.from_before or self.age > limit

    def silence(self, policy: Policy, about: Sequence[str] = ()) -> str:
        """The code of why the requester may not be written to now, or ''.

        `about` are the references of the requests that the mail would be about. The caps are what
        stops a loop with a machine that shows no sign of being one (RFC 3834 section 2).
        """
        if not self.screening.may_reply:
            return self.screening.reason
        if self.is_older_than(policy.reply_max_age):
            return "too-old-to-answer"
        known = self.known
        if (
            known.replies_last_day >= policy.replies_per_address_per_day
            or known.replies_last_month >= policy.replies_per_address_per_month
        ):
            return "address-cap"
        in_thread = known.thread.mails if known.thread else 0
        # Of several requests one may be new: of that nobody has heard yet.
        about_each = min((known.mails_about.get(r, 0) for r in about), default=0)
        if max(in_thread, about_each) >= policy.mails_per_thread:
            return "thread-cap"
        return ""

    def open_request(
        self,
        kind: Intent,
        state: State,
        *,
        address: Address,
        reference: str,
        reason: str,
        due: timedelta,
        wanted_end: str = "",
    ) -> Request:
        """A new request that this message makes; its clock starts when the server received it."""
        return Request(
            reference=reference,
            kind=kind,
            state=state,
            address_key=address.key,
            address_written=address.written,
            channel="mail",
            mailbox=self.mailbox,
            received_at=self.received_at,
            due_at=self.received_at + due,
            language=self.message.language,
            proof=self.proof.value,
            reason=reason,
            origin_digest="" if self._has_made(kind, address) else self.message.digest,
            wanted_end=wanted_end,
        )

    def _has_made(self, kind: Intent, address: Address) -> bool:
        """Whether this message made such a request before, which is over by now.

        The store takes one of each origin; people may have a message honoured once more.
        """
        origin = self.message.digest, kind, address.key
        return any(
            (made.origin_digest, made.kind, made.address_key) == origin
            for made in self.known.concerned
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What follows for one intent; decide.py puts the parts of a message together.

    `about` are references of the requests that the reply is about; `language` and `received_at`
    are those of an earlier request that it tells of, where they are not the message's own.
    `by_itself` says that what is held stands beside a request that goes its own way.
    """

    reason: str
    filing: Filing
    requests: tuple[Request, ...] = ()
    changes: tuple[Change, ...] = ()
    suppress: tuple[Suppression, ...] = ()
    lift: tuple[Suppression, ...] = ()
    situations: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    language: str = ""
    received_at: datetime | None = None
    asks: bool = False
    silence: str = ""
    review: bool = False
    by_itself: bool = False
    repeated: tuple[str, ...] = ()
    wanted_end: str = ""


# What follows from a message, by itself.
Decider = Callable[[Case, Policy], Decision]
