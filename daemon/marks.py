"""How far a mailbox has been read, and where reading begins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time

from daemon import events
from daemon.errors import PermanentFailure
from daemon.ports import Mailbox, Mark, Selected, Store
from handlers.message_id import message_id_hash, message_id_in
from handlers.received import is_from_before
from handlers.values import RawMessage

# So many of the messages looked at last are sought after a new login: one may still lie there.
_LOOKED_AT = 50


def find_mark(
    mailbox: Mailbox,
    store: Store,
    selected: Selected,
    *,
    backlog: str | date,
    now: datetime,
    digest: Callable[[int], str],
) -> Mark:
    """How far the open mailbox has been read; noted at its first start.

    After a renumbering it is read anew: what was seen before is recognised. `digest` fetches a
    message and tells it from others, '' where it cannot. Raises PermanentFailure where UIDs are
    given out a second time, which no server may do.
    """
    mark = store.mark(mailbox.name)
    if mark is None:
        return _first_start(mailbox, store, selected, backlog, now)
    is_renumbered = mark.uid_validity != selected.uid_validity
    if not is_renumbered and selected.is_uid_next_told and selected.uid_next <= mark.uid:
        # New mail would come below the mark, and nobody would ever look at it.
        raise _given_out_again(
            mailbox.name,
            f"the folder was read through UID {mark.uid}, and its next UID is {selected.uid_next}",
        )
    if is_renumbered or selected.is_new_connection:
        # Enough new mail may have come since to take the next UID past the mark again.
        uid = _another(mailbox, store, selected.uid_validity, digest)
        if uid:
            raise _given_out_again(mailbox.name, f"UID {uid} is not the message that it was")
    if not is_renumbered:
        return mark
    anew = Mark(
        uid_validity=selected.uid_validity,
        uid=0,
        started_at=mark.started_at,
        backlog_uid=selected.uid_next - 1,
    )
    # At once: an empty folder has no batch that would note it, and what comes to it is new mail.
    store.set_mark(mailbox.name, anew)
    events.uid_validity_changed(
        mailbox=mailbox.name, before=mark.uid_validity, after=selected.uid_validity
    )
    return anew


def is_too_old(message: RawMessage, mark: Mark) -> bool:
    """Whether it is older than the first start, and not what the operator's `backlog` asks for.

    INTERNALDATE may be that of a copying, as when the account moved to another server.
    """
    if message.uid > mark.backlog_uid:
        return False
    before = message.internal_date < mark.started_at
    return before or is_from_before(message.raw, mark.started_at)


def _another(
    mailbox: Mailbox, store: Store, uid_validity: int, digest: Callable[[int], str]
) -> int:
    """The UID of the last message looked at that is still there, if it is another one now; or 0.

    UIDs that are given out again reach up to it, or what had them is gone by now.
    """
    looked_at = store.highest(mailbox.name, uid_validity=uid_validity, limit=_LOOKED_AT)
    rows = {row.uid: row for row in looked_at}
    heads = mailbox.heads(sorted(rows)) if rows else {}
    uid = max(heads, default=0)
    if not uid or message_id_hash(message_id_in(heads[uid])) == rows[uid].message_id_hash:
        return 0
    # A header may be so broken that the server reads another Message-ID in it.
    return uid if digest(uid) not in ("", rows[uid].digest) else 0


def _given_out_again(name: str, what: str) -> PermanentFailure:
    return PermanentFailure(
        f"{name}: {what}: it was restored from a backup, or is another account's",
        part=name,
        setting=f"mailbox.{name}.name",
        cure="give the mailbox another name, and as its backlog a day before that "
        "happened: messages that are known are recognised",
    )


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
        uid, started_at = 0, datetime(1970, 1, 1, tzinfo=UTC)
    mark = Mark(
        uid_validity=selected.uid_validity,
        uid=max(uid, 0),
        started_at=started_at,
        backlog_uid=selected.uid_next - 1,
    )
    store.set_mark(mailbox.name, mark)
    events.first_start(mailbox=mailbox.name, backlog=str(backlog), skipped_through_uid=mark.uid)
    return mark
