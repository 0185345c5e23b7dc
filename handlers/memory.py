"""What the store knows about the messages of one batch, and what the batch itself adds to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from handlers.inbox import inbox_key
from handlers.places import folder_of
from handlers.secret import same_hash, secret_hash
from handlers.values import (
    ALL_LISTS,
    Change,
    Decision,
    Disposition,
    Filing,
    Intent,
    ReplyPlan,
    Request,
    State,
    Suppression,
)

# The reason of a copy's decision (handlers/decide.py): it tells nothing of where the first lies.
COPY = "copy"

# Which messages looked at in shadow mode count as earlier copies: "none" for new mail of a live
# mailbox, where nothing followed from them and a request must not be lost; "own" for mail of a
# live mailbox that was filled anew, where they were left to people before; "all" in shadow mode.
ShadowCopies = Literal["none", "own", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a batch needs to know: the keys of one lookup over all its messages.

    `account` names the mailboxes that share one account on a server: then it is also looked up
    where the ledger last had each message, and by `copy_hashes` under which other digests. Those
    are of messages with a Received field alone: what else a header says, the next message of the
    same web form says as well.
    """

    digests: frozenset[str]
    secret_hashes: frozenset[str]
    address_keys: frozenset[str]
    account: tuple[str, ...] = ()
    copy_hashes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """By what one copy of a message is known again.

    `octets` is the digest under which it stands where it could not be read (`octets_digest`); that
    is its `digest` too, where it cannot be read now.
    """

    digest: str
    octets: str = ""
    copy_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """An earlier copy of a message: the mailbox it lay in, and where it was filed.

    `reviewed` says that it was held for a person: when its review is over, it may lie where it
    lay, and is decided on all the same.
    """

    mailbox: str
    filing: Filing
    reviewed: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether something followed from it, if only that a person looked at it."""
        return self.reviewed or self.filing is not Filing.NOWHERE


def counting(held: Copy | None, later: Copy) -> Copy:
    """Which of two copies counts: the first, but one that was left alone for one that was not.

    A list may have passed on what its writer sent to us as well.
    """
    if held is None or (later.is_settled and not held.is_settled):
        return later
    return held


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """The last that the ledger knows of where a message lies in its account.

    `place` is where it was looked at and `filing` where it was to go from there; `flagged` says
    that our own review flag is on it. `is_aside` says that it could not be read then, and `waits`
    that it was held for a person, who has not decided yet.
    """

    place: str
    filing: Filing
    is_filed: bool
    received_at: datetime
    copy_hash: str = ""
    flagged: bool = False
    is_aside: bool = False
    waits: bool = field(default=False, compare=False)
    decided_at: datetime | None = field(default=None, compare=False)

    @property
    def is_held(self) -> bool:
        """Whether it is on review.

        Until our flag is taken away; what nobody could read, until people have decided.
        """
        return self.filing is Filing.REVIEW and (self.waits or not self.is_aside)

    @property
    def waits_unread(self) -> bool:
        """Whether it lies in the inbox, could not be read, and waits for a person."""
        return self.is_aside and self.waits and self.folder is Filing.NOWHERE

    @property
    def has_left_inbox(self) -> bool:
        """Whether it has lain in a folder: we have moved it, or people had put it there."""
        return self.is_filed or folder_of(self.place) is not Filing.NOWHERE

    def was_put_into(self, folder: Filing) -> bool:
        """Whether it has to be there, and was decided on: not where nobody could read it."""
        return self.folder is folder and not (self.is_aside and self.waits)

    def may_be(self, copy_hash: str) -> bool:
        """Whether this copy was looked at, as far as is known, and not another delivery of it."""
        return self.copy_hash in ("", copy_hash)

    @property
    def folder(self) -> Filing:
        """The folder where it has to be; NOWHERE for the inbox."""
        stays = self.filing in (Filing.NOWHERE, Filing.REVIEW)
        return folder_of(self.place) if stays else self.filing


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A thread of our own mail: `name` is the hash of the secret in the first one of `mails`."""

    name: str
    mails: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known about one message before it is decided on."""

    copy_of: Copy | None = None
    answered: tuple[Request, ...] = ()  # requests whose question or confirmation it carries
    undelivered: tuple[Request, ...] = ()  # cancellations of those whom a report calls so
    newest: Mapping[Intent, Request] = field(default_factory=dict)  # of the requester
    suppressed: Suppression | None = None
    replies_last_day: int = 0  # mails queued to the requester's inbox in the last 24 hours
    replies_last_month: int = 0  # and in the last 30 days
    thread: Thread | None = None  # the one that it answers; of several, the longest
    mails_about: Mapping[str, int] = field(default_factory=dict)  # ever, by reference
    named_open: frozenset[str] = frozenset()  # named addresses that are seen to already
    placed: Placed | None = None  # the last look at it in this account
    concerned: tuple[Request, ...] = ()  # the requests that earlier looks at it concerned
    also: tuple[str, ...] = ()  # other digests under which the ledger has this very message


@dataclass(slots=True, kw_only=True)
class Memory:
    """The store's answer to `Asked`; grows with each decision of the batch.

    Two messages of one batch may be copies or come from one person: the second has to see what
    was decided on the first, although nothing is written before the whole batch is.
    """

    copies: dict[str, Copy] = field(default_factory=dict)
    # Those that were looked at in shadow mode, by digest and mailbox: nothing followed from them.
    shadow_copies: dict[str, dict[str, Copy]] = field(default_factory=dict)
    by_secret: dict[str, tuple[Request, ...]] = field(default_factory=dict)
    newest: dict[tuple[str, Intent], Request] = field(default_factory=dict)
    suppressed: dict[str, Suppression] = field(default_factory=dict)  # of all lists
    replies_last_day: dict[str, int] = field(default_factory=dict)  # by inbox
    replies_last_month: dict[str, int] = field(default_factory=dict)  # by inbox
    threads: dict[str, Thread] = field(default_factory=dict)  # by the hash of a secret in it
    mails_about: dict[str, int] = field(default_factory=dict)
    placed: dict[str, tuple[Placed, ...]] = field(default_factory=dict)  # in their order
    concerned: dict[str, tuple[Request, ...]] = field(default_factory=dict)
    # By copy hash, the digests under which the ledger has what could not be read, and what could.
    aside: dict[str, tuple[str, ...]] = field(default_factory=dict)
    read: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def about(
        self,
        identity: Identity,
        *,
        secret_hashes: tuple[str, ...],
        address_key: str,
        named_keys: tuple[str, ...] = (),
        undelivered_keys: tuple[str, ...] = (),
        mailbox: str = "",
        shadow_copies: ShadowCopies = "none",
    ) -> Known:
        """What is known about one message, its requester and the addresses that it names."""
        also = self._also(identity)
        names = (identity.digest, *also)
        answered: dict[str, Request] = {}
        threads = [self.threads[known] for known in secret_hashes if known in self.threads]
        for given in secret_hashes:
            for held, requests in self.by_secret.items():
                if same_hash(held, given):
                    answered.update((request.reference, request) for request in requests)
        newest = {
            intent: self.newest[address_key, intent]
            for intent in Intent
            if (address_key, intent) in self.newest
        }
        known = {*answered, *(request.reference for request in newest.values())}
        return Known(
            copy_of=self._copy_of(names, mailbox, shadow_copies),
            answered=tuple(answered.values()),
            undelivered=tuple(
                self.newest[key, Intent.CANCELLATION]
                for key in undelivered_keys
                if (key, Intent.CANCELLATION) in self.newest
            ),
            newest=newest,
            suppressed=self.suppressed.get(address_key),
            replies_last_day=self.replies_last_day.get(inbox_key(address_key), 0),
            replies_last_month=self.replies_last_month.get(inbox_key(address_key), 0),
            thread=max(threads, key=lambda thread: thread.mails, default=None),
            mails_about={r: self.mails_about[r] for r in known if r in self.mails_about},
            named_open=frozenset(key for key in named_keys if self._is_seen_to(key)),
            placed=self._placed(names, identity.copy_hash),
            concerned=self._concerned(names),
            also=also,
        )

    def learn(self, digest: str, mailbox: str, decision: Decision) -> None:
        """Adds what `decision` will write, so that the next message of the batch sees it."""
        in_review = decision.disposition is Disposition.REVIEW
        copy = Copy(mailbox=mailbox, filing=decision.filing, reviewed=in_review)
        self.copies[digest] = counting(self.copies.get(digest), copy)
        for request in decision.requests:
            self.newest[request.address_key, request.kind] = request
        for change in decision.changes:
            self._move(change)
        for suppression in decision.suppress:
            if suppression.list_name == ALL_LISTS:
                self.suppressed.setdefault(suppression.address_key, suppression)
        for suppression in decision.lift:
            held = self.suppressed.get(suppression.address_key)
            # As the store does: another request's suppression stays.
            if held is not None and held.reference == suppression.reference:
                del self.suppressed[suppression.address_key]
        if decision.reply is not None:
            self._count(decision.reply)
            known = {request.reference: request for request in self.newest.values()}
            self.by_secret[secret_hash(decision.reply.secret)] = tuple(
                known[reference] for reference in decision.reply.references if reference in known
            )

    def _count(self, reply: ReplyPlan) -> None:
        inbox = inbox_key(reply.to.key)
        for lately in (self.replies_last_day, self.replies_last_month):
            lately[inbox] = lately.get(inbox, 0) + 1
        for reference in reply.references:
            self.mails_about[reference] = self.mails_about.get(reference, 0) + 1
        own = secret_hash(reply.secret)
        name = reply.thread or own
        so_far = max((t.mails for t in self.threads.values() if t.name == name), default=0)
        longer = Thread(name=name, mails=so_far + 1)
        self.threads = {s: longer if t.name == name else t for s, t in self.threads.items()}
        self.threads[own] = longer

    def _also(self, known: Identity) -> tuple[str, ...]:
        """The other digests of a message: that of its octets, and those of the same copy.

        Of the latter only where one of the two could not be read: else it is by its digest that
        messages are told apart, for their headers may be the same.
        """
        others = [known.octets, *self.aside.get(known.copy_hash, ())]
        if known.digest == known.octets:
            others += self.read.get(known.copy_hash, ())
        return tuple(d for d in dict.fromkeys(others) if d != known.digest and d in self.concerned)

    def _copy_of(self, names: tuple[str, ...], mailbox: str, shadows: ShadowCopies) -> Copy | None:
        found: Copy | None = None
        for name in names:
            if name in self.copies:
                found = counting(found, self.copies[name])
        if found is not None or shadows == "none":
            return found
        looked_at = self.shadow_copies.get(names[0], {})
        own = looked_at.get(mailbox)
        return own if own or shadows == "own" else next(iter(looked_at.values()), None)

    def _placed(self, names: tuple[str, ...], copy_hash: str) -> Placed | None:
        """The last look at this copy; that at another one counts where there is none."""
        looks = [look for name in names for look in self.placed.get(name, ())]
        if len(names) > 1:
            looks.sort(key=lambda look: look.decided_at or look.received_at)
        mine = [look for look in looks if look.may_be(copy_hash)]
        return next(reversed(mine or looks), None)

    def _concerned(self, names: tuple[str, ...]) -> tuple[Request, ...]:
        every = (request for name in names for request in self.concerned.get(name, ()))
        return tuple({request.reference: request for request in every}.values())

    def _is_seen_to(self, address_key: str) -> bool:
        request = self.newest.get((address_key, Intent.OPT_OUT))
        waits = request is not None and request.state is State.REVIEW
        return waits or address_key in self.suppressed

    def _move(self, change: Change) -> None:
        def moved(request: Request) -> Request:
            if request.reference != change.reference:
                return request
            return replace(request, state=change.after, reason=change.reason)

        self.newest = {place: moved(request) for place, request in self.newest.items()}
        for held in (self.by_secret, self.concerned):
            for key, requests in held.items():
                held[key] = tuple(map(moved, requests))
