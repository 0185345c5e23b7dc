"""The part of the fake store that is about telling other systems."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any

from daemon.ports import Acknowledged, AnnouncementRow, Audience, Outcome, ReceiverStatus
from handlers.announcement import Announcement, is_wanted, still_true
from handlers.pseudonym import is_pseudonym
from handlers.retry import LONGEST_PLAN
from handlers.values import Change, Intent, Request, State, Suppression
from tests.contract.fake_batch import (
    FakeAnnouncement,
    Tables,
    announce_change,
    announce_state,
    spellings,
)

_WAITING = ("queued", "sending")
_KNOWN = ("told", "needs_person", "settled")


class FakeAnnouncements:
    """Fulfils `daemon.ports.announcements.AnnouncementStore`."""

    process: str
    _used: Callable[[str], AbstractContextManager[Tables]]
    _alive: Callable[[], set[str]]

    @property
    def _tables(self) -> Tables:
        raise NotImplementedError

    def use_receivers(self, audiences: Sequence[Audience], *, now: datetime) -> None:
        with self._used("use_receivers") as tables:
            active = {name for name, held in tables.receivers.items() if held.is_active}
            for name, status in tables.receivers.items():
                tables.receivers[name] = replace(status, is_active=False)
            for each in audiences:
                held = tables.receivers.get(each.name)
                status = held or _new(each.name, now)
                if held and tables.audiences[each.name].target != each.target:
                    status = replace(status, gone_at=None, failing_since=None, error="")
                    for row, waits in tables.announcements.items():
                        if (waits.receiver, waits.state) == (each.name, "queued"):
                            tables.announcements[row] = replace(waits, next_at=now)
                tables.receivers[each.name] = replace(status, is_active=True)
                tables.audiences[each.name] = each
                if held and each.name not in active:
                    _catch_up(tables, each, now)

    def receivers(self) -> list[ReceiverStatus]:
        with self._used("receivers") as tables:
            found = []
            for name, status in sorted(tables.receivers.items()):
                mine = [a for a in tables.announcements.values() if a.receiver == name]
                waiting = [a for a in mine if a.state in _WAITING]
                found.append(
                    replace(
                        status,
                        waiting=len(waiting),
                        needs_person=sum(a.state == "needs_person" for a in mine),
                        failed=sum(a.state == "failed" for a in mine),
                        oldest_at=min(
                            (a.retried_at or a.changed_at for a in waiting), default=None
                        ),
                    )
                )
            return found

    def take_announcements(
        self, receiver: str, limit: int, *, now: datetime
    ) -> list[Announcement]:
        with self._used("take_announcements") as tables:
            due = [
                a
                for a in self._first(tables, receiver)
                if not now < a.next_at <= now + LONGEST_PLAN
            ]
            taken = []
            for each in sorted(due, key=lambda a: (a.next_at, a.row))[:limit]:
                request = tables.requests.get(each.reference)
                if request is None:
                    tables.announcements[each.row] = replace(
                        each,
                        state="failed",
                        attempts=each.attempts + 1,
                        ended_at=now,
                        note="the request was erased before",
                    )
                    continue
                tables.announcements[each.row] = replace(
                    each, state="sending", attempts=each.attempts + 1, taken_by=self.process
                )
                taken.append(_announcement(tables, tables.announcements[each.row], request))
            return sorted(taken, key=lambda a: a.row)

    def next_announcement(self, receiver: str) -> datetime | None:
        with self._used("next_announcement") as tables:
            return min((a.next_at for a in self._first(tables, receiver)), default=None)

    def announced(self, row: int, outcome: Outcome, *, now: datetime) -> Acknowledged:
        with self._used("announced") as tables:
            done = self._note_outcome(
                row, state=outcome.state, ended_at=now, note=outcome.note[:500], begun_at=None
            )
            if done is None or outcome.state == "skipped":
                return Acknowledged()
            status = tables.receivers[done.receiver]
            tables.receivers[done.receiver] = replace(
                status, told_at=now, failing_since=None, error=""
            )
            if status.failing_since is not None:
                for each in list(tables.announcements.values()):
                    if each.receiver == done.receiver and each.state == "queued":
                        tables.announcements[each.row] = replace(each, next_at=now)
            takes_over = outcome.hands_over and outcome.state == "told"
            change = _hand_over(tables, done, now) if takes_over else None
            return Acknowledged(failed_since=status.failing_since, handed_over=change)

    def begin_announcement(self, row: int, *, now: datetime) -> Announcement | None:
        with self._used("begin_announcement") as tables:
            held = tables.announcements.get(row)
            begun_at = held.begun_at or now if held else now
            if held is None or self._note_outcome(row, begun_at=begun_at) is None:
                return None
            request = tables.requests.get(held.reference)
            if request is None:
                return None
            return replace(_announcement(tables, held, request), noted=True)

    def put_announcement_off(self, row: int, *, until: datetime, note: str) -> None:
        with self._used("put_announcement_off"):
            self._note_outcome(row, state="queued", next_at=until, note=note[:500])

    def hold_announcement(self, row: int, *, until: datetime) -> None:
        with self._used("hold_announcement") as tables:
            held = tables.announcements.get(row)
            if held is not None:
                self._note_outcome(row, state="queued", next_at=until, attempts=held.attempts - 1)

    def announcement_failed(self, row: int, *, now: datetime, note: str) -> None:
        with self._used("announcement_failed"):
            self._note_outcome(row, state="failed", ended_at=now, note=note[:500])

    def receiver_fails(self, name: str, *, error: str, now: datetime) -> bool:
        with self._used("receiver_fails") as tables:
            status = tables.receivers[name]
            since = status.failing_since or now
            tables.receivers[name] = replace(status, failing_since=since, error=error[:500])
            return status.failing_since is None

    def receiver_gone(self, name: str, *, error: str, now: datetime) -> bool:
        with self._used("receiver_gone") as tables:
            status = tables.receivers[name]
            if status.gone_at is None:
                tables.receivers[name] = replace(status, gone_at=now, error=error[:500])
            return status.gone_at is None

    def recover_announcements(self, *, now: datetime) -> int:
        with self._used("recover_announcements") as tables:
            alive = self._alive()
            dead = [
                a
                for a in tables.announcements.values()
                if a.state == "sending" and a.taken_by not in alive
            ]
            for each in dead:
                tables.announcements[each.row] = replace(each, state="queued", next_at=now)
            return len(dead)

    def announcements_about(self, reference: str) -> list[AnnouncementRow]:
        with self._used("announcements_about") as tables:
            return [_seen(a) for a in tables.announcements.values() if a.reference == reference]

    def announcements(self, states: Collection[str], *, limit: int) -> list[AnnouncementRow]:
        with self._used("announcements") as tables:
            found = [a for a in tables.announcements.values() if a.state in states]
            return [_seen(a) for a in found[max(len(found) - limit, 0) :]]

    def announcement(self, row: int) -> AnnouncementRow | None:
        with self._used("announcement") as tables:
            held = tables.announcements.get(row)
            return _seen(held) if held else None

    def retry_announcement(self, row: int, *, by: str, now: datetime) -> bool:
        with self._used("retry_announcement") as tables:
            held = tables.announcements.get(row)
            knows_later = held is not None and any(
                (a.receiver, a.reference) == (held.receiver, held.reference)
                and a.state in ("sending", *_KNOWN)
                and a.row > held.row
                for a in tables.announcements.values()
            )
            values = {"state": "queued", "next_at": now, "retried_at": now, "ended_at": None}
            return not knows_later and self._by_staff(
                row, "announcement_retried", by, now, **values
            )

    def settle_announcement(self, row: int, *, by: str, now: datetime) -> bool:
        with self._used("settle_announcement"):
            return self._by_staff(
                row, "announcement_settled", by, now, state="settled", ended_at=now
            )

    def resume_receiver(self, name: str, *, by: str, now: datetime) -> bool:
        with self._used("resume_receiver") as tables:
            status = tables.receivers.get(name)
            if status is None or status.gone_at is None:
                return False
            tables.receivers[name] = replace(status, gone_at=None, error="")
            tables.tell_each(now, "receiver_resumed", (), receiver=name, by=by)
            return True

    def replay_to(
        self, name: str, *, since: datetime, by: str, now: datetime, dry_run: bool = False
    ) -> int | None:
        with self._used("replay_to") as tables:
            status = tables.receivers.get(name)
            if status is None or not status.is_active:
                return None
            known = {a.reference for a in tables.announcements.values() if a.receiver == name}
            patterns = tables.audiences[name].events
            wanted = [
                r
                for r in tables.requests.values()
                if r.reference not in known
                and is_wanted(r.kind, r.state, patterns)
                and not is_pseudonym(r.address_key)
                and (_since(r) >= since or any(s.since >= since for s in _held(tables, r)))
            ]
            if dry_run or not wanted:
                return len(wanted)
            for each in sorted(wanted, key=_since):
                _announce_again(tables, each, name, now)
            tables.tell_each(
                now, "receiver_replayed", (), receiver=name, by=by, requests=len(wanted)
            )
            return len(wanted)

    # Parts of the fake

    def _first(self, tables: Tables, receiver: str) -> list[FakeAnnouncement]:
        """Those that wait for nothing but their time."""
        if receiver not in tables.receivers or tables.receivers[receiver].gone_at is not None:
            return []
        first: dict[str, FakeAnnouncement] = {}
        for each in tables.announcements.values():
            if each.receiver == receiver and each.state in _WAITING:
                first.setdefault(each.reference, each)
        going = {
            tables.requests[each.reference].address_key
            for each in tables.announcements.values()
            if (each.receiver, each.state) == (receiver, "sending")
            and _opts_out(tables, each.reference)
        }
        return [
            each
            for each in first.values()
            if each.state == "queued"
            and not (
                _opts_out(tables, each.reference)
                and tables.requests[each.reference].address_key in going
            )
        ]

    def _by_staff(self, row: int, what: str, by: str, now: datetime, **values: Any) -> bool:
        tables = self._tables
        held = tables.announcements.get(row)
        if held is None or held.state not in ("queued", "failed", "needs_person"):
            return False
        tables.announcements[row] = replace(held, **values)
        tables.tell_each(now, what, [held.reference], receiver=held.receiver, by=by)
        return True

    def _note_outcome(self, row: int, **values: Any) -> FakeAnnouncement | None:
        tables = self._tables
        held = tables.announcements.get(row)
        if held is None or held.state != "sending" or held.taken_by != self.process:
            return None
        tables.announcements[row] = replace(held, **values)
        return held


def _new(name: str, now: datetime) -> ReceiverStatus:
    return ReceiverStatus(
        name=name,
        is_active=True,
        since=now,
        told_at=None,
        failing_since=None,
        error="",
        gone_at=None,
        waiting=0,
        needs_person=0,
        failed=0,
        oldest_at=None,
    )


def _catch_up(tables: Tables, audience: Audience, now: datetime) -> None:
    known: dict[str, list[FakeAnnouncement]] = {}
    for each in tables.announcements.values():
        if each.receiver == audience.name:
            known.setdefault(each.reference, []).append(each)
    for reference, rows in known.items():
        request, last = tables.requests.get(reference), rows[-1]
        held = [s for s in tables.suppressions.values() if s.reference == reference]
        more = any(s.since > last.changed_at for s in held)
        if request is None or (request.state is last.after and not more):
            continue
        lists = tuple(sorted(s.list_name for s in held))
        if request.state is State.UNDONE:
            lists = tuple(dict.fromkeys(name for row in rows for name in row.lists))
        announce_state(
            tables, request, last.after, request.state, request.reason, lists, now, [audience.name]
        )


def _opts_out(tables: Tables, reference: str) -> bool:
    request = tables.requests.get(reference)
    return request is not None and request.kind is Intent.OPT_OUT


def _announcement(tables: Tables, row: FakeAnnouncement, request: Request) -> Announcement:
    names = spellings(request.address_key)
    held = sorted({name for key, name in tables.suppressions if key in names})
    off = tuple(held) if request.kind is Intent.OPT_OUT else ()
    return Announcement(
        row=row.row,
        id=row.id,
        receiver=row.receiver,
        before=row.before,
        after=row.after,
        reason=row.reason,
        changed_at=row.changed_at,
        lists=still_true(row.after, row.lists, off),
        off=off,
        request=request,
        span_began_at=row.retried_at or row.changed_at,
        attempts=row.attempts,
        told=tuple(
            a.after
            for a in tables.announcements.values()
            if (a.receiver, a.reference) == (row.receiver, row.reference)
            and (a.state in _KNOWN or a.begun_at is not None)
        ),
        begun=row.begun_at is not None,
    )


def _seen(row: FakeAnnouncement) -> AnnouncementRow:
    return AnnouncementRow(
        row=row.row,
        id=row.id,
        receiver=row.receiver,
        reference=row.reference,
        before=row.before,
        after=row.after,
        changed_at=row.changed_at,
        state=row.state,
        attempts=row.attempts,
        next_at=row.next_at,
        ended_at=row.ended_at,
        note=row.note,
    )


def _since(request: Request) -> datetime:
    return request.updated_at or request.received_at


def _held(tables: Tables, request: Request) -> list[Suppression]:
    return [s for s in tables.suppressions.values() if s.reference == request.reference]


def _announce_again(tables: Tables, request: Request, name: str, now: datetime) -> None:
    ids = {
        a.id
        for a in tables.announcements.values()
        if (a.reference, a.after) == (request.reference, request.state)
    }
    lists = tuple(sorted(s.list_name for s in _held(tables, request)))
    state, reason = request.state, request.reason
    announce_state(tables, request, None, state, reason, lists, _since(request), only=[name])
    row = tables.announced
    again = replace(tables.announcements[row], next_at=now, retried_at=now)
    tables.announcements[row] = replace(again, id=max(ids)) if ids else again


def _hand_over(tables: Tables, done: FakeAnnouncement, now: datetime) -> Change | None:
    held = tables.requests.get(done.reference)
    if held is None or held.state is not State.CONFIRMED:
        return None
    change = Change(
        reference=done.reference,
        before=State.CONFIRMED,
        after=State.HANDED_OVER,
        reason="handed-over",
    )
    tables.apply([change], now, by=done.receiver)
    announce_change(tables, change, now)
    return change
