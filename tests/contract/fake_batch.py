"""The tables of the fake store, and one transaction over a batch of messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.ports import (
    Act,
    Audience,
    Entry,
    InHand,
    LedgerRow,
    MailboxStatus,
    Mark,
    OpenReview,
    Process,
    ReceiverStatus,
    TakenTicket,
)
from handlers.announcement import is_wanted
from handlers.dossier import Dossier
from handlers.inbox import inbox_key
from handlers.memory import COPY, Asked, Copy, Memory, Placed, Thread, counting
from handlers.overtaken import OVERTAKEN, answers, overtaken_reminder, overtakes
from handlers.places import mailbox_of
from handlers.pseudonym import pseudonym
from handlers.reviews import BY_REQUESTS, is_decided_unread
from handlers.states import COME_TO_NOTHING
from handlers.values import (
    Change,
    Decision,
    Disposition,
    Filing,
    Intent,
    OutgoingMail,
    Request,
    State,
    Suppression,
)

MessageKey = tuple[str, int, int]

FORGET_KEY = bytes(range(32, 64))


def spellings(address_key: str) -> tuple[str, str]:
    """An address as the tables may have it: as it is, or hashed once it was forgotten."""
    return address_key, pseudonym(address_key, FORGET_KEY)


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeMail:
    """A row of the fake's outbox."""

    row: int
    mail: OutgoingMail
    queued_at: datetime
    next_at: datetime
    state: str = "queued"
    attempts: int = 0
    unknowns: int = 0
    sent_at: datetime | None = None
    response: str = ""
    error: str = ""
    copied_at: datetime | None = None
    taken_by: str = ""
    taken_at: datetime | None = None
    retried_at: datetime | None = None
    inbox: str = ""

    @property
    def thread(self) -> str:
        return self.mail.thread or self.mail.secret_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeAnnouncement:
    """What a receiver of the fake is to be told."""

    row: int
    id: str
    receiver: str
    reference: str
    before: State | None
    after: State
    reason: str
    lists: tuple[str, ...]
    changed_at: datetime
    next_at: datetime
    state: str = "queued"
    attempts: int = 0
    taken_by: str = ""
    retried_at: datetime | None = None
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeLease:
    """Who holds a mailbox, and until when on the fake's own clock, in seconds."""

    holder: str
    fence: int
    until_s: float


@dataclass(slots=True, kw_only=True)
class Tables:
    """All that is kept; its values are frozen, so that a shallow copy is a snapshot."""

    marks: dict[str, Mark] = field(default_factory=dict)
    messages: dict[MessageKey, LedgerRow] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)
    suppressions: dict[tuple[str, str], Suppression] = field(default_factory=dict)
    mails: dict[int, FakeMail] = field(default_factory=dict)
    events: list[tuple[datetime, str, str, str]] = field(default_factory=list)
    processes: dict[str, Process] = field(default_factory=dict)
    statuses: dict[str, MailboxStatus] = field(default_factory=dict)
    token_keys: dict[int, bytes] = field(default_factory=dict)
    token_key_dates: dict[int, datetime] = field(default_factory=dict)
    decided: dict[MessageKey, datetime] = field(default_factory=dict)
    claims: dict[str, datetime] = field(default_factory=dict)
    leases: dict[str, FakeLease] = field(default_factory=dict)
    alive: dict[str, float] = field(default_factory=dict)  # processes, until when
    in_hand: dict[str, InHand] = field(default_factory=dict)
    tickets: dict[str, TakenTicket] = field(default_factory=dict)
    audiences: dict[str, Audience] = field(default_factory=dict)
    receivers: dict[str, ReceiverStatus] = field(default_factory=dict)
    announcements: dict[int, FakeAnnouncement] = field(default_factory=dict)
    announced: int = 0  # numbers given out
    taken_at: dict[str, datetime] = field(default_factory=dict)

    def snapshot(self) -> Tables:
        return Tables(
            marks=dict(self.marks),
            messages=dict(self.messages),
            requests=dict(self.requests),
            suppressions=dict(self.suppressions),
            mails=dict(self.mails),
            events=list(self.events),
            processes=dict(self.processes),
            statuses=dict(self.statuses),
            token_keys=dict(self.token_keys),
            token_key_dates=dict(self.token_key_dates),
            decided=dict(self.decided),
            claims=dict(self.claims),
            leases=dict(self.leases),
            alive=dict(self.alive),
            in_hand=dict(self.in_hand),
            tickets=dict(self.tickets),
            audiences=dict(self.audiences),
            receivers=dict(self.receivers),
            announcements=dict(self.announcements),
            announced=self.announced,
            taken_at=dict(self.taken_at),
        )

    def new_token_key(self, now: datetime) -> tuple[int, bytes]:
        """Makes one more key, unlike those before it."""
        number = max(self.token_keys, default=0) + 1
        if number > 255:
            raise PermanentFailure("there are 255 keys", part="store")
        self.token_keys[number] = bytes((number + place) % 256 for place in range(64))
        self.token_key_dates[number] = now
        return number, self.token_keys[number]

    def tell_each(
        self, at: datetime, what: str, references: Sequence[str], **detail: object
    ) -> None:
        """Adds an audit event for each reference."""
        more = " ".join(f"{name}={value}" for name, value in detail.items() if value != "")
        for reference in references or ("",):
            self.events.append((at, what, reference, more))

    def repeated(self, references: Collection[str]) -> set[str]:
        """Those of these requests that were asked for once more."""
        told = {reference for _, what, reference, _ in self.events if what == "request_repeated"}
        return told.intersection(references)

    def held(self) -> list[LedgerRow]:
        """The messages that wait for a person, oldest first."""
        waiting = [
            row
            for row in self.messages.values()
            if row.disposition is Disposition.REVIEW and row.resolved_at is None and not row.shadow
        ]
        return sorted(waiting, key=lambda r: (r.received_at, r.mailbox, r.uid_validity, r.uid))

    def apply(self, changes: Sequence[Change], now: datetime, **where: object) -> None:
        """Carries out guarded changes."""
        for change in changes:
            request = self.requests.get(change.reference)
            if request is None or request.state is not change.before:
                raise TemporaryFailure("a request has moved on since it was read", part="store")
            self.requests[change.reference] = replace(
                request,
                state=change.after,
                reason=change.reason,
                proof=change.proof or request.proof,
                note=change.note or request.note,
                wanted_end=change.wanted_end or request.wanted_end,
                updated_at=now,
            )
        for change in changes:
            self.tell_each(
                now,
                "request_changed",
                [change.reference],
                before=change.before.value,
                after=change.after.value,
                reason=change.reason,
                **where,
            )

    def withdraw(
        self, changes: Sequence[Change], asking: OutgoingMail | None = None
    ) -> list[tuple[str, tuple[str, ...]]]:
        """The audit events, each with its references, of mails that are overtaken."""
        told = []
        over = {change.reference for change in changes if overtakes(change)}
        over |= {r.reference for r in self.requests.values() if r.state in COME_TO_NOTHING}
        changed = {change.reference for change in changes}
        reminders = {overtaken_reminder(change) for change in changes}
        answered = {change.reference for change in changes if answers(change)}
        answered |= set(asking.references) if asking is not None else set()
        changed |= answered
        for row, held in self.mails.items():
            about = set(held.mail.references)
            asked = about & answered if held.mail.asks else set()
            is_overtaken = about & changed and about <= over | asked
            if held.state not in ("queued", "sending"):
                continue
            if is_overtaken or held.mail.idempotency_key in reminders:
                is_waiting = held.state == "queued"
                state = given_up(held) if is_waiting else held.state
                self.mails[row] = replace(held, state=state, error=OVERTAKEN)
                what = "reply_dropped" if is_waiting else "reply_overtaken"
                told.append((what, held.mail.references))
        return told


class FakeBatch:
    """One transaction over a batch of messages."""

    def __init__(
        self, tables: Tables, enter: Callable[[str], None], fence: Callable[[str], None]
    ) -> None:
        self._tables = tables
        self._enter = enter
        self._fence = fence

    def recall(self, asked: Asked, *, now: datetime) -> Memory:
        self._enter("recall")
        tables = self._tables
        memory = Memory()
        real = {name: key for key in asked.address_keys for name in spellings(key)}

        def named(request: Request) -> Request:
            return replace(request, address_key=real.get(request.address_key, request.address_key))

        _recall_looks(memory, tables, asked)
        memory.concerned = {
            digest: tuple(map(named, about)) for digest, about in memory.concerned.items()
        }
        for request in tables.requests.values():
            if request.address_key in real:
                memory.newest[real[request.address_key], request.kind] = named(request)
        for (key, name), suppression in tables.suppressions.items():
            if key in real and name == "*":
                memory.suppressed[real[key]] = replace(suppression, address_key=real[key])
        for mail in tables.mails.values():
            known = (tables.requests.get(r) for r in mail.mail.references)
            about = tuple(named(request) for request in known if request is not None)
            if about and mail.mail.secret_hash in asked.secret_hashes - {""}:
                memory.by_secret[mail.mail.secret_hash] = about
        memory.replies_last_day.update(lately_by_inbox(tables, asked.address_keys, now))
        memory.replies_last_month.update(lately_by_inbox(tables, asked.address_keys, now, days=30))
        memory.threads.update(_threads(tables, asked.secret_hashes - {""}))
        references = {r.reference for some in memory.by_secret.values() for r in some}
        references |= {request.reference for request in memory.newest.values()}
        queued = Counter(r for _, what, r, _ in tables.events if what == "reply_queued")
        memory.mails_about.update({r: queued[r] for r in references if queued[r]})
        return memory

    def record(self, entries: Sequence[Entry], *, mark: Mark, now: datetime) -> None:
        self._enter("record")
        tables = self._tables
        if now.tzinfo is None:
            raise ValueError("a naive datetime has no place in the store")
        looked_at: list[Entry] = []
        for entry in entries:
            tables.marks[entry.mailbox] = mark
            key = (entry.mailbox, entry.uid_validity, entry.uid)
            if key not in tables.messages and key not in {
                (e.mailbox, e.uid_validity, e.uid) for e in looked_at
            }:
                looked_at.append(entry)
        for entry in looked_at:
            if entry.ends_review:
                _end_reviews(entry, tables, now)
        for entry in looked_at:
            key = (entry.mailbox, entry.uid_validity, entry.uid)
            tables.messages[key] = _ledger_row(entry, now)
            tables.decided[key] = now
        new = [entry for entry in looked_at if not entry.shadow]
        for request in (r for entry in new for r in entry.decision.requests):
            _refuse_second(request, tables.requests.values())
            tables.requests[request.reference] = replace(request, updated_at=now)
        for entry in new:
            _carry_out(entry.decision, entry.outgoing, tables, now, uid=entry.uid)
        for mailbox in {entry.mailbox for entry in entries}:
            _put_down(tables, mailbox)
            self._fence(mailbox)

    def record_again(self, entry: Entry, *, now: datetime) -> bool:
        self._enter("record_again")
        tables = self._tables
        key = (entry.mailbox, entry.uid_validity, entry.uid)
        held = tables.messages.get(key)
        waits = held is not None and held.retry_at is not None and held.resolved_at is None
        if held is None or not waits or held.attempts >= entry.attempts:
            return False
        if entry.is_unread and entry.digest == held.digest:
            tables.messages[key] = replace(
                held, error=entry.error[:500], attempts=entry.attempts, retry_at=entry.retry_at
            )
            _put_down(tables, entry.mailbox)
            self._fence(entry.mailbox)
            return True
        if entry.ends_review:
            _end_reviews(entry, tables, now)
        in_review = entry.decision.filing is Filing.REVIEW
        row = replace(
            _ledger_row(entry, now),
            flagged=held.flagged,
            filed_at=now if entry.shadow else held.filed_at if in_review else None,
        )
        if entry.is_unread:
            row = replace(row, decided_at=held.decided_at)
        else:
            tables.decided[key] = now
        tables.messages[key] = row
        if not entry.shadow:
            for request in entry.decision.requests:
                _refuse_second(request, tables.requests.values())
                tables.requests[request.reference] = replace(request, updated_at=now)
            _carry_out(entry.decision, entry.outgoing, tables, now, uid=entry.uid)
        _put_down(tables, entry.mailbox)
        self._fence(entry.mailbox)
        return True

    def request(self, reference: str) -> Request | None:
        return self._tables.requests.get(reference)

    def repeated(self, references: Collection[str]) -> set[str]:
        return self._tables.repeated(references)

    def dossier(
        self, address_keys: Collection[str], origins: Collection[str] = (), *, now: datetime
    ) -> Dossier:
        return dossier(self._tables, address_keys, origins, now)

    def ticket(self, number: str) -> TakenTicket | None:
        return self._tables.tickets.get(number)

    def note_ticket(self, taken: TakenTicket, *, now: datetime) -> None:
        assert taken.number not in self._tables.tickets
        self._tables.tickets[taken.number] = taken
        self._tables.taken_at[taken.number] = now

    def carry_out(self, acts: Sequence[Act], *, by: str, now: datetime) -> None:
        self._enter("carry_out")
        tables = self._tables
        for act in acts:
            for request in act.decision.requests:
                _refuse_second(request, tables.requests.values())
                tables.requests[request.reference] = replace(request, updated_at=now)
            _carry_out(act.decision, act.outgoing, tables, now, by=by)
        every = (c for act in acts for c in act.decision.changes)
        changes = {c.reference: c for c in every if c.after is not State.COMPLETED}
        for row in tables.held():
            changed = next((r for r in row.references if r in changes), "")
            waits = any(
                tables.requests[r].state is State.REVIEW
                for r in row.references
                if r in tables.requests
            )
            if changed and not waits and not row.by_itself:
                self.end_review(
                    row, resolution=changes[changed].reason, by=by, reference=changed, now=now
                )

    def end_review(
        self, row: LedgerRow, *, resolution: str, by: str, reference: str = "", now: datetime
    ) -> None:
        key = (row.mailbox, row.uid_validity, row.uid)
        held = self._tables.messages.get(key)
        if held is None or held not in self._tables.held():
            raise TemporaryFailure("somebody else has dealt with this message", part="store")
        about = dict.fromkeys([*row.references, *([reference] if reference else [])])
        self._tables.messages[key] = replace(
            held,
            resolved_at=now,
            resolution=resolution,
            references=tuple(about),
            retry_at=None,
        )
        self._tables.tell_each(
            now, "review_ended", [reference], uid=row.uid, resolution=resolution, by=by
        )


def _put_down(tables: Tables, place: str) -> None:
    if held := tables.in_hand.get(place):
        tables.in_hand[place] = replace(held, uid=0)


def _recall_copy(row: LedgerRow, memory: Memory) -> None:
    copy = Copy(
        mailbox=mailbox_of(row.mailbox),
        filing=row.filing,
        reviewed=row.disposition is Disposition.REVIEW,
    )
    if row.shadow:
        seen = memory.shadow_copies.setdefault(row.digest, {})
        seen[copy.mailbox] = counting(seen.get(copy.mailbox), copy)
    else:
        memory.copies[row.digest] = counting(memory.copies.get(row.digest), copy)


def dossier(
    tables: Tables, address_keys: Collection[str], origins: Collection[str], now: datetime
) -> Dossier:
    found = Dossier()
    real = {name: key for key in address_keys for name in spellings(key)}
    for request in tables.requests.values():
        named = replace(request, address_key=real.get(request.address_key, request.address_key))
        if request.address_key in real:
            found.newest[named.address_key, named.kind] = named
        if request.origin_digest and request.origin_digest in origins:
            found.by_origin[named.origin_digest, named.kind, named.address_key] = named
    for (key, name), suppression in tables.suppressions.items():
        if key in real:
            held = replace(suppression, address_key=real[key])
            found.suppressions[held.address_key, name] = held
    found.mails_last_day.update(lately_by_inbox(tables, address_keys, now))
    return found


def lately_by_inbox(
    tables: Tables, address_keys: Collection[str], now: datetime, *, days: int = 1
) -> Mapping[str, int]:
    """How many mails of the last days went to the inboxes of these addresses."""
    inboxes = {name: i for key in address_keys for i in [inbox_key(key)] for name in spellings(i)}
    return Counter(
        inboxes[mail.inbox]
        for mail in tables.mails.values()
        if mail.inbox in inboxes
        and now - timedelta(days=days) < mail.queued_at <= now + timedelta(minutes=5)
    )


def _threads(tables: Tables, secret_hashes: Collection[str]) -> dict[str, Thread]:
    mails = Counter(mail.thread for mail in tables.mails.values())
    return {
        held.mail.secret_hash: Thread(name=held.thread, mails=mails[held.thread])
        for held in tables.mails.values()
        if held.mail.secret_hash in secret_hashes
    }


def _carry_out(
    decision: Decision,
    outgoing: OutgoingMail | None,
    tables: Tables,
    now: datetime,
    **where: object,
) -> None:
    for request in decision.requests:
        tables.tell_each(
            now, "request_recorded", [request.reference], state=request.state.value, **where
        )
    tables.apply(decision.changes, now, **where)
    is_new = outgoing is not None and not is_queued(outgoing, tables)
    asking = outgoing if outgoing is not None and is_new and outgoing.asks else None
    overtaken = tables.withdraw(decision.changes, asking)
    added = [item for item in decision.suppress if not _held(tables, item)]
    for item in decision.suppress:
        if not _held(tables, item):
            tables.suppressions[item.address_key, item.list_name] = item
            tables.tell_each(
                now, "suppressed", [item.reference], list=item.list_name, **_who(where)
            )
    for item in decision.lift:
        held = _held(tables, item)
        if held is not None and held.reference == item.reference:
            del tables.suppressions[held.address_key, held.list_name]
            tables.tell_each(
                now, "suppression_lifted", [item.reference], list=item.list_name, **_who(where)
            )
    for reference in decision.repeated:
        tables.tell_each(now, "request_repeated", [reference], **where)
    if outgoing is not None:
        queue(outgoing, tables, now, **_who(where))
    for what, references in overtaken:
        tables.tell_each(now, what, references, by="optoutd")
    announce(tables, decision, now, added)


def announce(
    tables: Tables, decision: Decision, now: datetime, added: Sequence[Suppression] = ()
) -> None:
    """Queues what follows from a decision that is carried out."""
    lists: dict[str, dict[str, None]] = {}
    lifted = [each for each in decision.lift if not _stays_off(tables, each)]
    for each in (*decision.suppress, *lifted):
        lists.setdefault(each.reference, {})[each.list_name] = None
    for new in decision.requests:
        announce_state(
            tables, new, None, new.state, new.reason, tuple(lists.get(new.reference, ())), now
        )
    for change in decision.changes:
        announce_change(tables, change, now, tuple(lists.get(change.reference, ())))
    told = {request.reference for request in decision.requests}
    told |= {change.reference for change in decision.changes}
    more: dict[str, list[str]] = {}
    for item in added:
        if item.reference not in told and item.reference in tables.requests:
            more.setdefault(item.reference, []).append(item.list_name)
    for reference, names in more.items():
        request = tables.requests[reference]
        before = State.REVIEW if request.state is State.REVIEW else State.EFFECTIVE
        announce_state(
            tables, request, before, State.EFFECTIVE, decision.reason, tuple(names), now
        )


def _stays_off(tables: Tables, lifted: Suppression) -> bool:
    keys = ((name, of) for name in spellings(lifted.address_key) for of in (lifted.list_name, "*"))
    return any(key in tables.suppressions for key in keys)


def announce_change(
    tables: Tables, change: Change, now: datetime, lists: tuple[str, ...] = ()
) -> None:
    request = tables.requests[change.reference]
    announce_state(tables, request, change.before, change.after, change.reason, lists, now)


def announce_state(
    tables: Tables,
    request: Request,
    before: State | None,
    after: State,
    reason: str,
    lists: tuple[str, ...],
    now: datetime,
    only: Collection[str] | None = None,
) -> None:
    number = tables.announced + 1
    for name, status in sorted(tables.receivers.items()):
        if only is not None and name not in only:
            continue
        if status.is_active and is_wanted(request.kind, after, tables.audiences[name].events):
            tables.announced += 1
            row = tables.announced
            tables.announcements[row] = FakeAnnouncement(
                row=row,
                id=f"msg_{number:032x}",
                receiver=name,
                reference=request.reference,
                before=before,
                after=after,
                reason=reason,
                lists=lists,
                changed_at=now,
                next_at=now,
            )


def is_queued(mail: OutgoingMail, tables: Tables) -> bool:
    return any(m.mail.idempotency_key == mail.idempotency_key for m in tables.mails.values())


def _recall_looks(memory: Memory, tables: Tables, asked: Asked) -> None:
    digests = set(asked.digests)
    for row in sorted(tables.messages.values(), key=_in_order):
        here = mailbox_of(row.mailbox) in asked.account and not row.shadow
        if here and row.copy_hash and row.copy_hash in asked.copy_hashes:
            named = memory.aside if row.error else memory.read
            named[row.copy_hash] = (*named.get(row.copy_hash, ()), row.digest)
            digests.add(row.digest)
    for row in sorted(tables.messages.values(), key=_in_order):
        counts = row.shadow or not row.error or is_decided_unread(row.resolution)
        if row.digest in digests and counts:
            _recall_copy(row, memory)
    if asked.account:
        memory.placed = places_of(tables, asked.account, digests)
    memory.concerned = _concerned_by(tables, digests)


def _concerned_by(tables: Tables, digests: Collection[str]) -> dict[str, tuple[Request, ...]]:
    found: dict[str, dict[str, None]] = {}
    for row in sorted(tables.messages.values(), key=_in_order):
        if row.digest in digests:
            found.setdefault(row.digest, {}).update(dict.fromkeys(row.references))
    return {
        digest: tuple(tables.requests[r] for r in references if r in tables.requests)
        for digest, references in found.items()
    }


def _in_order(row: LedgerRow) -> tuple[datetime, str, int]:
    return row.decided_at or row.received_at, row.mailbox, row.uid


def places_of(
    tables: Tables, account: Collection[str], digests: Collection[str]
) -> dict[str, tuple[Placed, ...]]:
    """The looks at each message in this account, in their order."""
    found: dict[str, tuple[Placed, ...]] = {}
    for row in sorted(tables.messages.values(), key=_in_order):
        is_one_more = row.reason == COPY and row.filing is Filing.NOWHERE
        if row.digest not in digests or mailbox_of(row.mailbox) not in account:
            continue
        if is_one_more or row.shadow:
            continue
        placed = Placed(
            place=row.mailbox,
            filing=row.filing,
            is_filed=row.filed_at is not None,
            received_at=row.received_at,
            copy_hash=row.copy_hash,
            flagged=row.flagged,
            is_aside=row.error != "",
            waits=_waits(row),
            decided_at=row.decided_at,
        )
        found[row.digest] = (*found.get(row.digest, ()), placed)
    return found


def open_review(tables: Tables, row: LedgerRow) -> OpenReview:
    """A row that lies flagged, with what all looks at the message say."""
    looks = [look for look in tables.messages.values() if look.digest == row.digest]
    reviews = [look for look in looks if look.disposition is Disposition.REVIEW]
    last = max(reviews, key=_in_order, default=row)
    assert row.decided_at is not None
    return OpenReview(
        uid=row.uid,
        requests=_concerned_by(tables, {row.digest}).get(row.digest, ()),
        decided_at=row.decided_at,
        resolved_at=last.resolved_at,
        resolution=last.resolution,
        flagged=row.flagged,
        copy_hash=row.copy_hash,
        by_itself=last.by_itself,
    )


def end_older(tables: Tables, ended: LedgerRow, now: datetime) -> None:
    """Ends the reviews of the same message in other numberings of its place."""
    for key, row in tables.messages.items():
        same = (row.mailbox, row.digest) == (ended.mailbox, ended.digest) and not row.shadow
        if same and row.uid_validity != ended.uid_validity and _waits(row):
            tables.messages[key] = replace(
                row, resolved_at=now, resolution=BY_REQUESTS, retry_at=None
            )


def _waits(row: LedgerRow) -> bool:
    return row.disposition is Disposition.REVIEW and row.resolved_at is None


def _end_reviews(entry: Entry, tables: Tables, now: datetime) -> None:
    for key, row in tables.messages.items():
        if row.digest in (entry.digest, *entry.also) and _waits(row):
            tables.messages[key] = replace(
                row, resolved_at=now, resolution=entry.ends_review, retry_at=None
            )


def _held(tables: Tables, item: Suppression) -> Suppression | None:
    keys = ((name, item.list_name) for name in spellings(item.address_key))
    return next((tables.suppressions[key] for key in keys if key in tables.suppressions), None)


def _who(where: Mapping[str, object]) -> dict[str, object]:
    return {"by": where["by"]} if "by" in where else {}


def queue(mail: OutgoingMail, tables: Tables, now: datetime, **who: object) -> None:
    if is_queued(mail, tables):
        return
    row = len(tables.mails) + 1
    mail = replace(mail, recipient=replace(mail.recipient, display=""))
    tables.mails[row] = FakeMail(
        row=row, mail=mail, queued_at=now, next_at=now, inbox=inbox_key(mail.recipient.key)
    )
    tables.tell_each(now, "reply_queued", mail.references, **who)


def _ledger_row(entry: Entry, now: datetime) -> LedgerRow:
    decision = entry.decision
    ordinary = decision.disposition is Disposition.LEAVE
    stays = decision.filing is Filing.NOWHERE and not entry.ends_review
    evidence = () if ordinary else decision.evidence
    return LedgerRow(
        mailbox=entry.mailbox,
        uid_validity=entry.uid_validity,
        uid=entry.uid,
        digest=entry.digest,
        received_at=entry.received_at,
        disposition=decision.disposition,
        reason=decision.reason,
        intents=decision.intents,
        evidence=tuple(replace(item, words=item.words[:200]) for item in evidence),
        filing=decision.filing,
        references=() if entry.shadow else _concerned(decision),
        filed_at=now if entry.shadow or stays else None,
        error=entry.error[:500],
        copy_hash="" if decision.filing is Filing.NOWHERE else entry.copy_hash,
        flagged=entry.flagged,
        message_id_hash=entry.message_id_hash,
        shadow=entry.shadow,
        silence=decision.silence,
        decided_at=now,
        attempts=entry.attempts,
        retry_at=entry.retry_at,
        by_itself=decision.by_itself,
    )


def _concerned(decision: Decision) -> tuple[str, ...]:
    references = [request.reference for request in decision.requests]
    references += [change.reference for change in decision.changes]
    return tuple(dict.fromkeys([*references, *decision.repeated]))


def _refuse_second(request: Request, others: Collection[Request]) -> None:
    for other in others:
        same_origin = request.origin_digest and (
            (other.origin_digest, other.kind, other.address_key)
            == (request.origin_digest, request.kind, request.address_key)
        )
        if same_origin or other.reference == request.reference:
            raise TemporaryFailure("the store refuses what is there already", part="store")


def is_question(request: Request) -> bool:
    return request.kind is Intent.CANCELLATION and request.state is State.AWAITING_CONFIRMATION


def given_up(mail: FakeMail) -> str:
    """The state of a mail that is not sent again: the customer may have it already."""
    return "unknown" if mail.unknowns else "failed"
