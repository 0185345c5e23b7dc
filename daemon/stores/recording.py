"""Both ends of a batch's transaction: what is known before deciding, and what follows from it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from daemon.errors import TemporaryFailure
from daemon.ports import Act, Entry, LedgerRow, Mark
from daemon.ports.data import Detail
from daemon.stores import (
    announcements_queue,
    audit,
    ledger,
    looks,
    outbox_rows,
    overtaken,
    requests,
    retries,
    reviews,
)
from daemon.stores.audit import Event
from daemon.stores.failures import PART
from daemon.stores.pseudonyms import Names
from daemon.stores.requests import SuppressionKey
from handlers.dossier import Dossier
from handlers.memory import Asked, Memory
from handlers.values import ALL_LISTS, Change, Decision, OutgoingMail, State, Suppression

_REPLY_WINDOW = timedelta(hours=24)
_LONG_REPLY_WINDOW = timedelta(days=30)


def recall(connection: Connection, asked: Asked, now: datetime) -> Memory:
    """What is known about the messages of a batch, in one query a table."""
    suppressed = requests.suppressions_of(connection, asked.address_keys)
    names = Names(connection, asked.address_keys)
    by_secret = outbox_rows.by_secret(connection, asked.secret_hashes)
    newest = requests.newest_of(connection, asked.address_keys)
    about = {r.reference for some in by_secret.values() for r in some}
    about |= {request.reference for request in newest.values()}
    earlier = looks.earlier(connection, asked)
    return Memory(
        copies=earlier.copies,
        shadow_copies=earlier.shadow_copies,
        placed=earlier.placed,
        aside=earlier.aside,
        read=earlier.read,
        # Who was forgotten in between is still who asked.
        concerned={d: tuple(map(names.request, some)) for d, some in earlier.concerned.items()},
        by_secret={s: tuple(map(names.request, some)) for s, some in by_secret.items()},
        threads=outbox_rows.threads_of(connection, asked.secret_hashes),
        mails_about=audit.mails_about(connection, about),
        newest=newest,
        # Who is left alone by one list may well ask to be left alone by all.
        suppressed={key: s for (key, name), s in suppressed.items() if name == ALL_LISTS},
        replies_last_day=outbox_rows.queued_since(
            connection, asked.address_keys, now - _REPLY_WINDOW, now
        ),
        replies_last_month=outbox_rows.queued_since(
            connection, asked.address_keys, now - _LONG_REPLY_WINDOW, now
        ),
    )


def record(connection: Connection, entries: Sequence[Entry], mark: Mark, now: datetime) -> None:
    """Writes all that follows from a batch, one statement a table.

    Raises TemporaryFailure where a decision no longer fits what the store holds.
    """
    looked_at = ledger.unknown_of(connection, entries)
    reviews.end_earlier(connection, looked_at, now)
    ledger.add(connection, looked_at, now)
    # Of what was looked at in shadow mode nothing but the ledger knows.
    new = [entry for entry in looked_at if not entry.shadow]
    _carry_out(connection, [(e.decision, e.outgoing, _where(e)) for e in new], now)
    for mailbox in {entry.mailbox for entry in entries}:
        ledger.set_mark(connection, mailbox, mark)
        retries.put_down(connection, mailbox)


def record_again(connection: Connection, entry: Entry, now: datetime) -> bool:
    """Writes all that follows from one more try at a message; False where nothing does.

    Raises TemporaryFailure where a decision no longer fits what the store holds.
    """
    known_as = retries.waits(connection, entry)
    if known_as is None:
        return False
    if entry.is_unread and entry.digest == known_as:
        retries.note_try(connection, entry)
        retries.put_down(connection, entry.mailbox)
        return True
    reviews.end_earlier(connection, [entry], now)
    retries.replace_row(connection, entry, now)
    if not entry.shadow:
        _carry_out(connection, [(entry.decision, entry.outgoing, _where(entry))], now)
    retries.put_down(connection, entry.mailbox)
    return True


def record_acts(connection: Connection, acts: Sequence[Act], by: str, now: datetime) -> None:
    """Writes what staff have decided, one statement a table.

    Raises TemporaryFailure where a decision no longer fits what the store holds.
    """
    here: dict[str, str | int] = {"by": by}
    _carry_out(connection, [(act.decision, act.outgoing, here) for act in acts], now)
    every = (c for act in acts for c in act.decision.changes)
    # That it is carried out is no answer to whoever disputes it.
    changes = {c.reference: c for c in every if c.after is not State.COMPLETED}
    if not changes:
        return
    for row in ledger.held(connection):
        changed = next((r for r in row.references if r in changes), "")
        if not changed or row.by_itself or _is_held(connection, row):
            continue
        end_review(
            connection, row, resolution=changes[changed].reason, by=by, reference=changed, now=now
        )


def end_review(
    connection: Connection,
    row: LedgerRow,
    *,
    resolution: str,
    by: str,
    reference: str,
    now: datetime,
) -> None:
    """A person has dealt with a held message. Raises TemporaryFailure where it is not held."""
    if not ledger.end_review(connection, row, resolution=resolution, reference=reference, now=now):
        raise TemporaryFailure("somebody else has dealt with this message meanwhile", part=PART)
    detail = {**_where(row), "resolution": resolution, "by": by}
    audit.append(
        connection, [Event(what="review_ended", reference=reference, detail=detail)], at=now
    )


def dossier(
    connection: Connection,
    address_keys: Collection[str],
    origins: Collection[str],
    now: datetime,
) -> Dossier:
    """What is known about these addresses, in one query a table."""
    names = Names(connection, address_keys)
    made = map(names.request, requests.by_origins(connection, origins))
    return Dossier(
        newest=requests.newest_of(connection, address_keys),
        suppressions=requests.suppressions_of(connection, address_keys),
        mails_last_day=outbox_rows.queued_since(
            connection, address_keys, now - _REPLY_WINDOW, now
        ),
        by_origin={(r.origin_digest, r.kind, r.address_key): r for r in made},
    )


def _carry_out(
    connection: Connection,
    decided: Sequence[tuple[Decision, OutgoingMail | None, Detail]],
    now: datetime,
) -> None:
    """Writes all that follows from decisions, each with where or by whom it was made."""
    decisions = [decision for decision, _, _ in decided]
    requests.add(connection, [r for d in decisions for r in d.requests], now)
    requests.apply(connection, [c for d in decisions for c in d.changes], now)
    mails = outbox_rows.unqueued(connection, [mail for _, mail, _ in decided if mail])
    dropped = _queue(connection, decided, mails, now)

    named = {s.address_key for d in decisions for s in (*d.suppress, *d.lift)}
    lists = _Suppressions(requests.suppressions_of(connection, named))
    queued = {mail.idempotency_key for mail in mails}
    events = [e for d, mail, here in decided for e in _events(d, mail, here, lists, queued)]
    announcements_queue.queue(
        connection, decisions, now, keeps_off=lists.keep_off, is_new=lists.has_added
    )
    audit.append(connection, [*events, *dropped], at=now)
    requests.lift(connection, lists.gone)
    requests.suppress(connection, lists.new)


def _queue(
    connection: Connection,
    decided: Sequence[tuple[Decision, OutgoingMail | None, Detail]],
    new: Sequence[OutgoingMail],
    now: datetime,
) -> list[Event]:
    """Queues the mails that are `new`, and gives up what waits and is overtaken by a decision.

    Also mails of the same transaction: two letters of a customer may be read in one pass. All is
    done at once up to where a decision overtakes a mail of one before it. Returns the events.
    """
    events: list[Event] = []
    changes: list[Change] = []
    asking: list[OutgoingMail] = []
    queue: list[OutgoingMail] = []
    keys = {mail.idempotency_key for mail in new}
    for decision, mail, _ in decided:
        is_new = mail is not None and mail.idempotency_key in keys
        asks = mail is not None and is_new and mail.asks
        touched = {change.reference for change in decision.changes}
        touched |= set(mail.references) if mail is not None and asks else set()
        if any(touched.intersection(waiting.references) for waiting in queue):
            events += overtaken.withdraw(connection, changes, asking)
            outbox_rows.add(connection, queue, now)
            changes, asking, queue = [], [], []
        changes += decision.changes
        if mail is not None and is_new:
            keys.remove(mail.idempotency_key)
            queue.append(mail)
            asking += [mail] if asks else []
    events += overtaken.withdraw(connection, changes, asking)
    outbox_rows.add(connection, queue, now)
    return events


def _is_held(connection: Connection, row: LedgerRow) -> bool:
    """Whether a request that the message concerns waits for a person."""
    concerned = requests.by_references(connection, row.references)
    return any(request.state is State.REVIEW for request in concerned.values())


class _Suppressions:
    """What a batch does to the suppressions, message by message; written as the sum of it.

    The order counts: who opts out, takes it back and opts out again in one batch is suppressed.
    """

    def __init__(self, held: dict[SuppressionKey, Suppression]) -> None:
        self._before = held
        self._after = dict(held)
        self._added: set[int] = set()  # by identity

    def add(self, suppression: Suppression) -> bool:
        """Adds it; False where the address is suppressed already, since when stays."""
        is_new = self._after.setdefault(_key(suppression), suppression) is suppression
        if is_new:
            self._added.add(id(suppression))
        return is_new

    def has_added(self, suppression: Suppression) -> bool:
        """Whether this one took the address off the list, which it was not off before."""
        return id(suppression) in self._added

    def lift(self, suppression: Suppression) -> bool:
        """Takes it away; False where there is none, or another request is its reason."""
        held = self._after.get(_key(suppression))
        if held is None or held.reference != suppression.reference:
            return False
        del self._after[_key(suppression)]
        return True

    def keep_off(self, lifted: Suppression) -> bool:
        """Whether the address stays off that list all the same, because of another request."""
        names = (lifted.list_name, ALL_LISTS)
        return any((lifted.address_key, name) in self._after for name in names)

    @property
    def gone(self) -> list[Suppression]:
        """Those held before that are not held now, or for another reason."""
        return [s for key, s in self._before.items() if self._after.get(key) is not s]

    @property
    def new(self) -> list[Suppression]:
        """Those held now that were not held before, or for another reason."""
        return [s for key, s in self._after.items() if self._before.get(key) is not s]


def _where(message: Entry | LedgerRow) -> dict[str, str | int]:
    return {
        "mailbox": message.mailbox,
        "uid_validity": message.uid_validity,
        "uid": message.uid,
    }


def _events(
    decision: Decision,
    mail: OutgoingMail | None,
    here: Detail,
    lists: _Suppressions,
    queued: set[str],
) -> list[Event]:
    """The audit events of one decision, in the order in which a person would tell them."""
    who = {"by": here["by"]} if "by" in here else {}
    events = [audit.request_recorded(request, here) for request in decision.requests]
    events += [audit.request_changed(change, here) for change in decision.changes]
    events += [
        Event(what="suppressed", reference=s.reference, detail={"list": s.list_name, **who})
        for s in decision.suppress
        if lists.add(s)
    ]
    events += [
        Event(
            what="suppression_lifted", reference=s.reference, detail={"list": s.list_name, **who}
        )
        for s in decision.lift
        if lists.lift(s)
    ]
    events += [
        Event(what="request_repeated", reference=reference, detail=here)
        for reference in decision.repeated
    ]
    if mail is not None and mail.idempotency_key in queued:
        queued.remove(mail.idempotency_key)
        events += audit.about_each("reply_queued", mail.references, who)
    return events


def _key(suppression: Suppression) -> SuppressionKey:
    return suppression.address_key, suppression.list_name
