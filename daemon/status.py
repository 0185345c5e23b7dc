"""How the whole service stands, by what its store holds: what `optoutd status` shows.

The store alone is asked, so that it can be told whether the daemon runs, hangs or is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from config.settings import MailboxSettings, Settings
from daemon.liveness import longest_delivery_s
from daemon.ports import MailboxStatus, MailRow, Process, ReceiverStatus, Store
from handlers.deadlines import is_late, waits_for_customer
from handlers.values import Request, State

# A beat comes every ten seconds, and a busy store may hold it up for half a minute.
SILENT_AFTER = timedelta(seconds=60)
# A mailbox may miss so many polls, and a while more.
_POLLS_MISSED = 3
_POLL_GRACE = timedelta(minutes=2)
# The first retries of a mail take a minute or two; what waits for longer has a trouble.
LATE_MAIL_AFTER = timedelta(minutes=15)
SOON = timedelta(hours=24)
# Who is gone for longer was not meant to come back, such as a host that was taken away.
MISSED_FOR = timedelta(hours=24)
# What the clocks of hosts differ by: a later beat was noted by a clock that was set back since.
_CLOCKS_DIFFER = timedelta(minutes=5)
_MAILS = 10_000

Life = Literal["runs", "silent", "died", "stopped"]
Reading = Literal["ok", "failing", "late", "unseen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessView:
    """A process, and whether it lives: by its last beat, and on this host by its number."""

    process: Process
    host: str
    pid: int
    life: Life


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxView:
    """A configured mailbox and how it fares; `status` is None before its first poll."""

    settings: MailboxSettings
    status: MailboxStatus | None
    state: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxView:
    """The outbox in numbers, and those mails that have waited for too long, oldest first.

    `hanging` are those that are being sent for longer than any delivery takes.
    """

    queued: int
    in_delivery: int
    failed: int
    unknown: int
    perhaps_twice: int
    sent_last_hour: int
    late: tuple[MailRow, ...]
    hanging: tuple[MailRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestsView:
    """The open requests in numbers; `late` are those that people here have to do something about.

    `late_answers` are late because the customer has not answered. `held` are messages that a
    person has to read, whether they made a request or not.
    """

    due_soon: int
    late: int
    late_answers: int
    on_review: int
    held: int
    questions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that a person has to mend, and with what."""

    what: str
    cure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """All of it, at one moment."""

    now: datetime
    processes: tuple[ProcessView, ...]
    mailboxes: tuple[MailboxView, ...]
    outbox: OutboxView
    requests: RequestsView
    receivers: tuple[ReceiverStatus, ...]
    troubles: tuple[Trouble, ...]


def take_status(
    store: Store,
    settings: Settings,
    *,
    now: datetime,
    host: str,
    pid_exists: Callable[[int], bool],
) -> Status:
    """Asks the store. `host` is this machine's name in those of processes; `now` is aware.

    Raises TemporaryFailure or PermanentFailure where the store cannot be read.
    """
    views = [_process(p, now, host, pid_exists) for p in store.processes()]
    running = tuple(view for view in views if view.life == "runs")
    shared = store.lease_s is not None
    lost = tuple(view for view in views if _is_missed(view, running, now, shared=shared))
    processes = running + lost if running else tuple(views[:1])
    known = {status.mailbox: status for status in store.mailbox_statuses()}
    mailboxes = tuple(_mailbox(box, known.get(box.name), now) for box in settings.mailbox)
    outbox = _outbox(store, settings, now)
    held = store.figures(since=now, until=now).held_open
    requests = _requests(store.open_requests(), held, now)
    receivers = tuple(store.receivers())
    return Status(
        now=now,
        processes=processes,
        mailboxes=mailboxes,
        outbox=outbox,
        requests=requests,
        receivers=receivers,
        troubles=(
            *_of_processes(processes, mailboxes),
            *_of_mailboxes(mailboxes, bool(running)),
            *_of_hanging(outbox),
            *_of_outbox(outbox, cap=settings.limits.replies_per_hour),
            *_of_requests(requests),
            *(trouble for each in receivers for trouble in _of_receiver(each, now)),
        ),
    )


# what there is -------------------------------------------------------------------------------


def _process(
    process: Process, now: datetime, here: str, pid_exists: Callable[[int], bool]
) -> ProcessView:
    host, _, rest = process.name.partition(":")
    number = rest.partition(":")[0]
    pid = int(number) if number.isdecimal() else 0
    life: Life = "runs"
    if process.stopped_at is not None:
        life = "stopped"
    elif host == here and not pid_exists(pid):
        life = "died"
    elif not -_CLOCKS_DIFFER <= now - process.beat_at <= SILENT_AFTER:
        life = "silent"
    return ProcessView(process=process, host=host, pid=pid, life=life)


def _is_missed(
    view: ProcessView, running: Sequence[ProcessView], now: datetime, *, shared: bool
) -> bool:
    """Whether a process is gone and none runs in its place.

    That is one which began later, on its host where several may work side by side.
    """
    ended_at = view.process.beat_at
    if view.life not in ("died", "silent") or now - ended_at > MISSED_FOR:
        return False
    return not any(
        other.process.started_at > ended_at and (other.host == view.host or not shared)
        for other in running
    )


def _mailbox(box: MailboxSettings, status: MailboxStatus | None, now: datetime) -> MailboxView:
    state: Reading = "ok"
    if status is None:
        state = "unseen"
    elif status.error:
        state = "failing"
    elif (
        now - status.polled_at > _POLLS_MISSED * timedelta(seconds=box.poll_seconds) + _POLL_GRACE
    ):
        state = "late"
    return MailboxView(settings=box, status=status, state=state)


def _outbox(store: Store, settings: Settings, now: datetime) -> OutboxView:
    longest_s = longest_delivery_s(timeout_s=settings.smtp.timeout_seconds)
    hangs_after = timedelta(seconds=longest_s) + LATE_MAIL_AFTER
    sending = store.mails(["sending"], limit=_MAILS)
    counts = store.counts()
    waiting = store.mails(["queued"], limit=_MAILS)
    return OutboxView(
        queued=counts.get("outbox.queued", 0),
        in_delivery=counts.get("outbox.sending", 0),
        failed=counts.get("outbox.failed", 0),
        unknown=counts.get("outbox.unknown", 0),
        perhaps_twice=store.perhaps_twice(),
        sent_last_hour=store.sent_since(now - timedelta(hours=1), now=now),
        late=tuple(row for row in waiting if now - row.queued_at > LATE_MAIL_AFTER),
        hanging=tuple(row for row in sending if row.taken_at and now - row.taken_at > hangs_after),
    )


def _requests(requests: Sequence[Request], held: int, now: datetime) -> RequestsView:
    late = [r for r in requests if is_late(r, now)]
    answers = [r for r in late if waits_for_customer(r)]
    return RequestsView(
        due_soon=sum(now < r.due_at <= now + SOON for r in requests),
        late=len(late) - len(answers),
        late_answers=len(answers),
        on_review=sum(r.state is State.REVIEW for r in requests),
        held=held,
        questions=sum(waits_for_customer(r) for r in requests),
    )


# what is wrong -------------------------------------------------------------------------------


def _of_processes(
    processes: Sequence[ProcessView], mailboxes: Sequence[MailboxView]
) -> list[Trouble]:
    gone = [_of_gone(view) for view in processes if view.life in ("died", "silent")]
    if gone or any(view.life == "runs" for view in processes):
        return gone
    if any(view.state != "ok" for view in mailboxes):
        # Where a timer runs `optoutd poll`, nothing runs in between, and all is well.
        return [Trouble(what="no optoutd runs", cure="systemctl start optoutd")]
    return []


def _of_gone(view: ProcessView) -> Trouble:
    if view.life == "died":
        what = f"process {view.pid} of optoutd has died without leaving"
        return Trouble(what=what, cure="systemctl status optoutd; its log says why")
    what = f"process {view.pid} on {view.host} gives no sign of life"
    return Trouble(what=what, cure="systemctl restart optoutd there")


def _of_mailboxes(mailboxes: Sequence[MailboxView], running: bool) -> list[Trouble]:
    found = []
    for view in mailboxes:
        name, status = view.settings.name, view.status
        if view.state == "failing" and status is not None:
            # The words of a failure begin with the name of what failed.
            error = status.error.removeprefix(f"{name}: ")
            cure = status.cure or (f"look at {status.setting}" if status.setting else "")
            cure = "; ".join(part for part in (cure, "optoutd check") if part)
            found.append(Trouble(what=f"mailbox {name} fails: {error}", cure=cure))
        elif view.state == "late" and status is not None:
            cure = "its log says why" if running else "start optoutd"
            found.append(Trouble(what=f"mailbox {name} is not being read", cure=cure))
        elif view.state == "unseen":
            cure = "wait for the first poll" if running else "start optoutd"
            found.append(Trouble(what=f"mailbox {name} was never read", cure=cure))
    return found


def _of_hanging(outbox: OutboxView) -> list[Trouble]:
    if not outbox.hanging:
        return []
    what = _number(len(outbox.hanging), "reply has been", "replies have been")
    return [
        Trouble(
            what=f"{what} in delivery for longer than any delivery takes",
            cure="the log says why (unexpected_error); systemctl restart optoutd, which sends"
            " them once more at most",
        )
    ]


def _of_outbox(outbox: OutboxView, cap: int) -> list[Trouble]:
    if not outbox.late:
        return []
    if cap and outbox.sent_last_hour >= cap:
        what = f"the hourly cap of {cap} replies holds {outbox.queued} back"
        return [
            Trouble(
                what=what,
                cure="find out why so many write; wait, or raise [limits] "
                "replies_per_hour and reload",
            )
        ]
    last = next((row.error for row in reversed(outbox.late) if row.error), "")
    waits = _number(len(outbox.late), "reply has waited", "replies have waited")
    why = f"; the last error: {last}" if last else ""
    what = f"{waits} for more than {int(LATE_MAIL_AFTER.total_seconds() // 60)} minutes{why}"
    return [Trouble(what=what, cure="optoutd outbox list; optoutd check")]


def _of_requests(requests: RequestsView) -> list[Trouble]:
    if not requests.late:
        return []
    what = _number(requests.late, "request is late", "requests are late")
    return [Trouble(what=what, cure="optoutd due")]


def _of_receiver(receiver: ReceiverStatus, now: datetime) -> list[Trouble]:
    if not receiver.is_active:
        return []
    name, found = receiver.name, []
    oldest_at = receiver.oldest_at
    if receiver.gone_at is not None:
        what = f"receiver {name} wants nothing any more: {receiver.error}"
        cure = f"optoutd receivers resume {name}, or take it out of the configuration"
        found.append(Trouble(what=what, cure=cure))
    elif receiver.failing_since is not None:
        what = f"receiver {name} takes nothing: {receiver.error}"
        found.append(Trouble(what=what, cure="optoutd check; look at it, and at its log"))
    elif oldest_at is not None and now - oldest_at > LATE_MAIL_AFTER:
        what = f"receiver {name} has waited for more than 15 minutes to be told"
        found.append(Trouble(what=what, cure="optoutd receivers announcements"))
    if receiver.needs_person:
        count = _number(receiver.needs_person, "announcement needs", "announcements need")
        cure = "optoutd receivers announcements --state needs_person; do it there by hand, and "
        what = f"{count} a person, because {name} cannot be told by a program"
        found.append(Trouble(what=what, cure=f"{cure}optoutd receivers settle"))
    if receiver.failed:
        count = _number(receiver.failed, "announcement was", "announcements were")
        cure = "optoutd receivers announcements --state failed; then receivers retry, or settle"
        found.append(Trouble(what=f"{count} given up for {name}", cure=cure))
    return found


def _number(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
