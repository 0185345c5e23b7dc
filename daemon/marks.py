"""How far a mailbox has been read, and where reading begins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import partial

from daemon import events
from daemon.numbering import new_numbering, validity_of
from daemon.one_by_one import answers_about
from daemon.ports import Mailbox, Mark, Selected, Store
from handlers.message_id import message_id_hash, message_id_in
from handlers.received import is_from_before
from handlers.values import RawMessage

# So many of the messages looked at last are compared after a new login.
_LOOKED_AT = 50
# Before any mail: the beginning of a backlog that is to be read whole.
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def find_mark(
    mailbox: Mailbox,
    store: Store,
    selected: Selected,
    *,
    backlog: str | date,
    now: datetime,
    is_unsure: bool,
    go_on: Callable[[], None],
) -> Mark:
    """How far the open mailbox has been read; noted at its first start.

    After a renumbering it is read anew, and so it is where the server gives UIDs out a second
    time: what was seen before is recognised. `is_unsure` says that this may have happened since it
    was looked into last, as it may before each new connection. `go_on` is called before each
    message that is asked for by itself, and raises AskedToStop.
    """
    name = mailbox.name
    mark = store.mark(name)
    if mark is None:
        return _first_start(mailbox, store, selected, backlog, now)
    is_renumbered = validity_of(mark.uid_validity) != selected.uid_validity
    if not is_renumbered and not _is_restored(mailbox, store, selected, mark, is_unsure, go_on):
        return mark
    anew = Mark(
        uid_validity=new_numbering(store, name, selected.uid_validity, before=mark.uid_validity),
        uid=0,
        started_at=mark.started_at,
        backlog_uid=selected.uid_next - 1,
    )
    # At once: an empty folder has no batch that would note it, and what comes to it is new mail.
    store.set_mark(name, anew)
    if is_renumbered:
        events.uid_validity_changed(
            mailbox=name, before=validity_of(mark.uid_validity), after=selected.uid_validity
        )
    else:
        events.uids_given_out_again(
            mailbox=name, read_through=mark.uid, uid_next=selected.uid_next
        )
    return anew


def is_too_old(message: RawMessage, mark: Mark) -> bool:
    """Whether it is older than the first start, and not what the operator's `backlog` asks for.

    INTERNALDATE may be that of a copying, as when the account moved to another server.
    """
    if message.uid > mark.backlog_uid or mark.started_at == _EVER:
        return False
    before = message.internal_date < mark.started_at
    return before or is_from_before(message.raw, mark.started_at)


def _is_restored(
    mailbox: Mailbox,
    store: Store,
    selected: Selected,
    mark: Mark,
    is_unsure: bool,
    go_on: Callable[[], None],
) -> bool:
    """Whether UIDs have other messages now, as in a folder from a backup or of another account."""
    if selected.is_uid_next_told and selected.uid_next <= mark.uid:
        return True  # new mail would come below the mark, and nobody would ever look at it
    # Enough may have come since to take the next UID past the mark again. Those that are given
    # out again reach up to the last that we have looked at.
    return is_unsure and _is_another(mailbox, store, mark, go_on)


def _is_another(mailbox: Mailbox, store: Store, mark: Mark, go_on: Callable[[], None]) -> bool:
    """Whether one of the last messages looked at that are still there is not what it was.

    What the server cannot give any more tells nothing, and the others do.
    """
    looked_at = store.highest(mailbox.name, uid_validity=mark.uid_validity, limit=_LOOKED_AT)
    rows = {row.uid: row for row in looked_at if row.message_id_hash and not row.error}
    there = set(mailbox.uids_above(min(rows) - 1)) & rows.keys() if rows else set()
    if not there:
        return False
    heads, _ = answers_about(
        mailbox, sorted(there), lambda some: mailbox.heads(some).items(), go_on=go_on
    )
    others = [
        uid
        for uid, head in heads
        if message_id_hash(message_id_in(head)) != rows[uid].message_id_hash
    ]
    # A header may be so broken that the server reads another Message-ID in it than we do.
    fetch = partial(mailbox.fetch, max_bytes=1)
    found = answers_about(mailbox, others, fetch, go_on=go_on)[0] if others else []
    return any(message.internal_date != rows[message.uid].received_at for message in found)


def _first_start(
    mailbox: Mailbox, store: Store, selected: Selected, backlog: str | date, now: datetime
) -> Mark:
    """Where reading begins: noted at once, so that a crash does not move it."""
    if backlog == "new":
        uid = selected.uid_next - 1
        started_at = now
    elif isinstance(backlog, date):
        started_at = datetime.combine(backlog, time(), tzinfo=UTC)
        first = next(iter(mailbox.uids_since(0, started_at)), selected.uid_next)
        uid = first - 1
    else:
        uid, started_at = 0, _EVER
    mark = Mark(
        uid_validity=selected.uid_validity,
        uid=max(uid, 0),
        started_at=started_at,
        backlog_uid=selected.uid_next - 1,
    )
    store.set_mark(mailbox.name, mark)
    events.first_start(mailbox=mailbox.name, backlog=str(backlog), skipped_through_uid=mark.uid)
    return mark
