"""How far a mailbox has been read, and where reading begins."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from daemon import events
from daemon.errors import PermanentFailure
from daemon.ports import Mailbox, Mark, Selected, Store
from handlers.values import RawMessage


def find_mark(
    mailbox: Mailbox, store: Store, selected: Selected, *, backlog: str | date, now: datetime
) -> Mark:
    """How far the open mailbox has been read; noted at its first start.

    After a renumbering it is read anew: what was seen before is recognised. Raises
    PermanentFailure where UIDs are given out a second time, which no server may do.
    """
    mark = store.mark(mailbox.name)
    if mark is None:
        return _first_start(mailbox, store, selected, backlog, now)
    if mark.uid_validity == selected.uid_validity:
        if selected.is_uid_next_told and selected.uid_next <= mark.uid:
            # New mail would come below the mark, and nobody would ever look at it.
            raise PermanentFailure(
                f"{mailbox.name}: the folder was read through UID {mark.uid}, and its next UID is "
                f"{selected.uid_next}: it was restored from a backup, or is another account's",
                part=mailbox.name,
                setting=f"mailbox.{mailbox.name}.name",
                cure="give the mailbox another name, and as its backlog a day before that "
                "happened: messages that are known are recognised",
            )
        return mark
    events.uid_validity_changed(
        mailbox=mailbox.name, before=mark.uid_validity, after=selected.uid_validity
    )
    return Mark(
        uid_validity=selected.uid_validity,
        uid=0,
        started_at=mark.started_at,
        backlog_uid=selected.uid_next - 1,
    )


def is_too_old(message: RawMessage, mark: Mark) -> bool:
    """Whether it is older than the first start, and not what the operator's `backlog` asks for."""
    return message.uid <= mark.backlog_uid and message.internal_date < mark.started_at


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
