"""A mailbox in memory that keeps the contract of `daemon.ports.Mailbox`, for tests of the flow."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from daemon.errors import OptoutdError, TemporaryFailure
from daemon.ports import Located, Selected, Sought, Standing, Whereabouts
from handlers.message_id import message_id_hash, message_id_in
from handlers.parse import parse_message
from handlers.values import Filing, RawMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeMessage:
    """A message in a folder of the fake."""

    uid: int
    raw: bytes = field(repr=False)
    internal_date: datetime
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """Folders of the fake at one moment."""

    folders: Mapping[str, tuple[FakeMessage, ...]]
    uid_next: Mapping[str, int]


class FakeMailbox:
    """A `Mailbox` without a server.

    Tests put mail in with `deliver`, look with `folder`, and make the next call fail with
    `fail_next`. `calls` has the names of the methods that were used, in their order.
    """

    def __init__(self, name: str = "support", *, can_wait: bool = True) -> None:
        self.name = name
        self.uid_validity = 1
        self.folders: dict[str, list[FakeMessage]] = {"INBOX": [], "Sent": []}
        self.subscribed: set[str] = {"INBOX", "Sent"}
        self.calls: list[str] = []
        self.alerts: list[str] = []
        self.logins = 0
        self.refused_uids: set[int] = set()  # fetched with empty `raw`
        self.damaged: set[tuple[str, int]] = set()  # by folder and UID: asked for, it hangs up
        self.keywords = {
            Filing.OPT_OUTS: "$OptoutdOptOut",
            Filing.CANCELLATIONS: "$OptoutdCancellation",
            Filing.AUTOMATIC: "$OptoutdAutomatic",
            Filing.REVIEW: "$OptoutdReview",
        }
        self.validities: dict[str, int] = {}  # of our folders, where not 1
        self._selected = "INBOX"
        self._validity = 0  # of the folder that is selected, when it was
        self._can_wait = can_wait
        self._uid_next = {"INBOX": 1, "Sent": 1}
        self._failures: list[tuple[str, OptoutdError]] = []
        self._is_open = self._is_new_connection = False
        self._highest_seen = 0
        self._interrupted = self._is_waiting = False
        self._news = threading.Condition()

    # What tests use

    def deliver(
        self, raw: bytes, *, internal_date: datetime | None = None, flags: Sequence[str] = ()
    ) -> int:
        """Puts a message into the INBOX as if it came from elsewhere; its UID."""
        with self._news:
            uid = self._put("INBOX", raw, internal_date, frozenset(flags))
            self._news.notify_all()
            return uid

    def folder(self, name: str = "INBOX") -> list[FakeMessage]:
        """The messages of a folder by UID; empty where there is no such folder."""
        with self._news:
            return list(self.folders.get(name, ()))

    def remove(self, uid: int) -> None:
        """Takes a message out of the INBOX as a person would."""
        with self._news:
            self.folders["INBOX"] = [m for m in self.folders["INBOX"] if m.uid != uid]

    def renumber(self) -> None:
        """Gives the INBOX a new UIDVALIDITY and all its messages new UIDs, from 1."""
        with self._news:
            self.uid_validity += 1
            box = self.folders["INBOX"]
            self.folders["INBOX"] = [replace(m, uid=n) for n, m in enumerate(box, 1)]
            self._uid_next["INBOX"] = len(box) + 1

    def restore(self) -> None:
        """Takes the INBOX back to when it was empty, as a careless restoring does."""
        with self._news:
            self.folders["INBOX"] = []
            self._uid_next["INBOX"] = 1

    def back_up(self) -> Backup:
        """All folders as they are, and the UIDs that come next in them."""
        with self._news:
            folders = {name: tuple(held) for name, held in self.folders.items()}
            return Backup(folders=folders, uid_next=dict(self._uid_next))

    def bring_back(self, backup: Backup, folders: Sequence[str]) -> None:
        """Restores folders from a backup, as if nothing had come to them since."""
        with self._news:
            for name in folders:
                self.folders[name] = list(backup.folders[name])
                self._uid_next[name] = backup.uid_next.get(name, 1)
            self._is_open = False

    def make_anew(self) -> None:
        """Empties the account, as one that is made anew; what has its UIDVALIDITY is up to it."""
        with self._news:
            self.folders = {"INBOX": [], "Sent": []}
            self._uid_next = {"INBOX": 1, "Sent": 1}
            self._is_open = False

    def copy_in(self, folder: str, copied: FakeMessage, internal_date: datetime) -> None:
        """Copies a message in from another account, flags and all."""
        with self._news:
            self.folders.setdefault(folder, [])
            self._put(folder, copied.raw, internal_date, copied.flags)

    def drag(self, uid: int, folder: str, *, source: str = "INBOX", copy: bool = False) -> int:
        """Moves a message, or copies it, as a person with a mail client does; its new UID."""
        with self._news:
            self.folders.setdefault(folder, [])
            (found,) = [m for m in self.folders[source] if m.uid == uid]
            if not copy:
                self.folders[source] = [m for m in self.folders[source] if m.uid != uid]
            new = self._put(folder, found.raw, found.internal_date, found.flags)
            self._news.notify_all()
            return new

    def set_flags(self, uid: int, flags: AbstractSet[str], folder: str = "INBOX") -> None:
        """Gives a message these flags, as a person does."""
        with self._news:
            self.folders[folder] = [
                replace(m, flags=frozenset(flags)) if m.uid == uid else m
                for m in self.folders[folder]
            ]

    def renumber_folder(self, folder: str) -> None:
        """Gives a folder of ours a new UIDVALIDITY and all its messages new UIDs, from 1."""
        with self._news:
            self.validities[folder] = self.validities.get(folder, 1) + 1
            box = self.folders[folder]
            self.folders[folder] = [replace(m, uid=n) for n, m in enumerate(box, 1)]
            self._uid_next[folder] = len(box) + 1

    def fail_next(self, method: str, error: OptoutdError) -> None:
        """Makes the next call of `method` raise.

        A temporary failure that is no refusal also loses the connection.
        """
        self._failures.append((method, error))

    def lose_connection(self) -> None:
        """Ends the connection from the server's side."""
        with self._news:
            self._is_open = False
            self._news.notify_all()

    @property
    def is_waiting(self) -> bool:
        """Whether somebody waits for news now, and has not just begun or ended to."""
        with self._news:
            return self._is_waiting

    # The port

    def open(self) -> Selected:
        """Connects where needed, and selects the INBOX anew."""
        self._enter("open")
        with self._news:
            self._connect()
            is_new_connection, self._is_new_connection = self._is_new_connection, False
            self._selected = "INBOX"
            uid_next = self._uid_next["INBOX"]
            self._highest_seen = uid_next - 1
            self._validity = self.uid_validity
            return Selected(
                uid_validity=self.uid_validity,
                uid_next=uid_next,
                messages=len(self.folders["INBOX"]),
                is_new_connection=is_new_connection,
            )

    def reopen(self) -> None:
        """Connects where needed, and selects the folder anew, whichever it was."""
        folder, before = self._selected, self._validity
        is_new_connection = self._is_new_connection or not self._is_open
        self.open()
        self._is_new_connection = is_new_connection
        self._selected = folder
        if self._validity_of(folder) != before:
            raise TemporaryFailure(f"{self.name}: the folder was renumbered", part=self.name)

    def uids_above(self, uid: int) -> list[int]:
        """The UIDs greater than `uid`, ascending."""
        self._enter("uids_above")
        with self._news:
            found = [m.uid for m in self.folders[self._selected] if m.uid > uid]
            if self._selected == "INBOX":
                self._highest_seen = max([uid, *found])
            return found

    def uids_since(self, uid: int, since: datetime) -> list[int]:
        """The UIDs greater than `uid` received on the day of `since` or later."""
        self._enter("uids_since")
        if since.tzinfo is None:
            raise ValueError("since must be an aware time")
        midnight = since.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        with self._news:
            return [
                m.uid
                for m in self.folders[self._selected]
                if m.uid > uid and m.internal_date >= midnight
            ]

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """The octets of each message that is there."""
        self._enter("sizes")
        self._read(uids)
        with self._news:
            return {m.uid: len(m.raw) for m in self.folders[self._selected] if m.uid in set(uids)}

    def fetch(
        self, uids: Sequence[int], *, max_bytes: int, singly: bool = False
    ) -> list[RawMessage]:
        """Up to `max_bytes` of each message that is there, ascending."""
        self._enter("fetch")
        self._read(uids)
        with self._news:
            return [
                RawMessage(
                    uid=m.uid,
                    raw=b"" if m.uid in self.refused_uids else m.raw[:max_bytes],
                    size_bytes=len(m.raw),
                    internal_date=m.internal_date,
                )
                for m in self.folders[self._selected]
                if m.uid in set(uids)
            ]

    def move(self, uids: Sequence[int], folder: str, *, again: bool = False) -> None:
        """Moves messages, which get new UIDs there; those that vanished are no error."""
        self._enter("move")
        with self._news:
            self.folders.setdefault(folder, [])
            self.subscribed.add(folder)
            leaving = [m for m in self.folders[self._selected] if m.uid in set(uids)]
            self.folders[self._selected] = [
                m for m in self.folders[self._selected] if m not in leaving
            ]
            for m in leaving:
                self._put(folder, m.raw, m.internal_date, m.flags)

    def flag_for_review(self, uids: Sequence[int]) -> None:
        """Sets the flag and the keyword."""
        self._enter("flag_for_review")
        with self._news:
            self._change(uids, add={r"\Flagged", self.keywords[Filing.REVIEW]})

    def flagged(self, uids: Sequence[int]) -> set[int]:
        """Those with the flag."""
        return self._those_with(r"\Flagged", uids)

    def deleted(self, uids: Sequence[int]) -> set[int]:
        """Those with the flag."""
        return self._those_with(r"\Deleted", uids)

    def _those_with(self, flag: str, uids: Sequence[int]) -> set[int]:
        self._enter("flagged")
        with self._news:
            here = self.folders[self._selected]
            return {m.uid for m in here if m.uid in set(uids) and flag in m.flags}

    def mark_as(self, uids: Sequence[int], filing: Filing) -> None:
        """Sets the keyword."""
        self._enter("mark_as")
        with self._news:
            self._change(uids, add={self.keywords[filing]})

    def end_review(self, uids: Sequence[int], *, unflag: Sequence[int]) -> None:
        """Takes keyword and flag away."""
        self._enter("end_review")
        with self._news:
            self._change(uids, remove={self.keywords[Filing.REVIEW]})
            self._change(unflag, remove={r"\Flagged"})

    def make_folder(self, folder: str) -> None:
        """Makes a folder and subscribes it."""
        self._enter("make_folder")
        with self._news:
            self.folders.setdefault(folder, [])
            self.subscribed.add(folder)

    def standing(self, folder: str) -> Standing | None:
        """The state of a folder of ours."""
        self._enter("standing")
        with self._news:
            if folder not in self.folders:
                return None
            return Standing(
                uid_validity=self.validities.get(folder, 1),
                uid_next=self._uid_next.get(folder, 1),
            )

    @contextmanager
    def inside(self, folder: str) -> Iterator[int]:
        """Selects a folder of ours for the time of the `with`."""
        self._enter("inside")
        before = self._validity
        self._selected, self._validity = folder, self._validity_of(folder)
        try:
            yield self._validity
        finally:
            self._selected, self._validity = "INBOX", before
        if self.uid_validity != before:
            raise TemporaryFailure(f"{self.name}: the folder was renumbered", part=self.name)

    def heads(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The headers, all their fields included."""
        self._enter("heads")
        self._read(uids)
        with self._news:
            return {
                m.uid: m.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
                for m in self.folders[self._selected]
                if m.uid in set(uids)
            }

    def append_sent(
        self, mails: Sequence[bytes], *, done: Callable[[int], None] = lambda _: None
    ) -> None:
        r"""Puts copies into "Sent", marked \Seen, one by one."""
        self._enter("append_sent")
        for raw in mails:
            with self._news:
                self._put("Sent", raw, None, frozenset({r"\Seen"}))
            done(1)

    def look(
        self, folder: str, *, uid: int, received_at: datetime, max_bytes: int
    ) -> list[RawMessage]:
        """The message `uid` of the INBOX, and those of a folder received at that moment."""
        self._is_open = True
        self._enter("look")
        if received_at.tzinfo is None:
            raise ValueError("received_at must be an aware time")
        with self._news:
            return [
                RawMessage(
                    uid=m.uid,
                    raw=m.raw[:max_bytes],
                    size_bytes=len(m.raw),
                    internal_date=m.internal_date,
                )
                for m in self.folders.get(folder or "INBOX", ())
                if m.internal_date == received_at or (not folder and m.uid == uid)
            ]

    def wait(self, timeout_s: float) -> bool:
        """Waits for `deliver` (True), `interrupt` or the timeout (False)."""
        if not self._can_wait:
            return False
        self._enter("wait")
        with self._news:
            self._is_waiting = True
            self._news.wait_for(
                lambda: self._interrupted or self._has_news() or not self._is_open, timeout_s
            )
            self._is_waiting = False
            if not self._is_open:
                raise TemporaryFailure(f"{self.name}: lost the connection", part=self.name)
            interrupted, self._interrupted = self._interrupted, False
            return not interrupted and self._has_news()

    @property
    def can_wait(self) -> bool:
        """As the test wants it."""
        return self._can_wait

    def interrupt(self) -> None:
        """Makes a `wait` in another thread return, or else the next one."""
        with self._news:
            self._interrupted = True
            self._news.notify_all()

    def take_alerts(self) -> list[str]:
        """What the test has put into `alerts`."""
        taken, self.alerts = self.alerts, []
        return taken

    def close(self) -> None:
        """Ends the connection."""
        self._is_open = False

    def locate(
        self,
        sought: Sequence[Sought],
        *,
        since: datetime,
        words: bool = False,
        progress: Callable[[str, int, int], None] = lambda _folder, _done, _of: None,
    ) -> Whereabouts:
        """Looks through all folders, whose use is their name but for the INBOX."""
        self._is_open = True
        self._enter("locate")
        if since.tzinfo is None:
            raise ValueError("since must be an aware time")
        hashes = {s.message_id_hash for s in sought} - {""}
        uids = {(s.uid_validity, s.uid) for s in sought}
        day = (since - timedelta(days=1)).astimezone(UTC).date()
        found = []
        with self._news:
            for number, (folder, messages) in enumerate(self.folders.items()):
                progress(folder, number, len(self.folders))
                is_own = folder == "INBOX"
                for m in messages:
                    hashed = message_id_hash(message_id_in(m.raw))
                    is_it = hashed in hashes or (is_own and (self.uid_validity, m.uid) in uids)
                    if not is_it or m.internal_date.date() < day:
                        continue
                    parsed = parse_message(m.raw)
                    sender = ", ".join(address.key for address in parsed.senders[:3])
                    known = folder.lower() in ("sent", "trash", "junk", "archive", "drafts")
                    found.append(
                        Located(
                            folder=folder,
                            use=folder.lower() if known else "",
                            is_own=is_own,
                            uid_validity=self.uid_validity,
                            uid=m.uid,
                            message_id_hash=hashed,
                            flags=m.flags,
                            sender=sender if words else "",
                            subject=parsed.subject if words else "",
                        )
                    )
        progress("", len(self.folders), len(self.folders))
        return Whereabouts(found=tuple(found), folders=tuple(self.folders))

    def inspect(self) -> list[str]:
        """A note on the number of messages."""
        return [f"INBOX holds {self.open().messages} messages"]

    def _enter(self, method: str) -> None:
        self.calls.append(method)
        for planned in self._failures:
            if planned[0] == method:
                self._failures.remove(planned)
                if isinstance(planned[1], TemporaryFailure) and not planned[1].is_refusal:
                    self._is_open = False
                raise planned[1]
        if method != "open" and not self._is_open:
            raise TemporaryFailure(f"{self.name}: is not connected", part=self.name)

    def _connect(self) -> None:
        if not self._is_open:
            self._is_open = self._is_new_connection = True
            self.logins += 1

    def _read(self, uids: Sequence[int]) -> None:
        """Hangs up at a message that cannot be read, as Dovecot does."""
        if any((self._selected, uid) in self.damaged for uid in uids):
            self.lose_connection()
            raise TemporaryFailure(f"{self.name}: lost the connection", part=self.name)

    def _validity_of(self, folder: str) -> int:
        return self.uid_validity if folder == "INBOX" else self.validities.get(folder, 1)

    def _has_news(self) -> bool:
        return any(m.uid > self._highest_seen for m in self.folders["INBOX"])

    def _change(
        self,
        uids: Sequence[int],
        *,
        add: AbstractSet[str] = frozenset(),
        remove: AbstractSet[str] = frozenset(),
    ) -> None:
        self.folders[self._selected] = [
            replace(m, flags=m.flags - remove | add) if m.uid in set(uids) else m
            for m in self.folders[self._selected]
        ]

    def _put(
        self, folder: str, raw: bytes, internal_date: datetime | None, flags: frozenset[str]
    ) -> int:
        uid = self._uid_next.get(folder, 1)
        self._uid_next[folder] = uid + 1
        when = (internal_date or datetime.now(UTC)).astimezone(UTC)
        self.folders[folder].append(FakeMessage(uid=uid, raw=raw, internal_date=when, flags=flags))
        return uid
