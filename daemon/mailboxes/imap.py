"""A mailbox on an IMAP server (RFC 9051, RFC 3501): the port `Mailbox` on IMAPClient."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

from imapclient import FLAGGED, SEEN, IMAPClient

from config.settings import MailboxSettings
from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.mailboxes.batches import batches
from daemon.mailboxes.connect import connect, shut
from daemon.mailboxes.failures import (
    Lost,
    NotCreated,
    ReadOnly,
    Refused,
    lasts,
    passes,
    words_of,
)
from daemon.mailboxes.fetch import fetch_messages, internal_dates
from daemon.mailboxes.folders import Folders
from daemon.mailboxes.idle import Bell, wait_for_mail
from daemon.mailboxes.locate import locate_messages
from daemon.mailboxes.move import move_messages
from daemon.ports import Selected, Sought, Whereabouts
from handlers.values import Filing, RawMessage

REVIEW_KEYWORD = b"$OptoutdReview"
HIGHEST_UID = 2**32 - 1
LOGOUT_TIMEOUT_S = 2.0
MAILS_PER_APPEND = 50

# What a server had better offer, and what happens where it does not.
_WANTED = {
    "MOVE": "messages are copied, and removed when the copy is there",
    "UIDPLUS": "messages that were copied stay behind, marked as deleted",
    "IDLE": "new mail is noticed at the next poll only",
}

# At the level DEBUG it writes the user name and the first letters of each copied reply.
logging.getLogger("imapclient").setLevel(logging.WARNING)


class ImapMailbox:
    r"""One folder on an IMAP server; keeps its connection from one `open` to the next.

    Raises TemporaryFailure and PermanentFailure with `part` set to the mailbox's name and the
    server's own words. After a TemporaryFailure the next `open` connects anew where needed.

    In shadow mode the folder is opened for reading only (EXAMINE), so that not even \Recent
    changes and the user needs no right to write.
    """

    def __init__(self, settings: MailboxSettings, password: str) -> None:
        self.name = settings.name
        self._settings = settings
        self._password = password
        self._where = f"{settings.host}:{settings.port}"
        self._bell = Bell()
        self._client: Any = None
        self._folders: Folders
        self._keeps_keywords = False
        self._server_idles = False
        self._highest_seen = 0
        self._uid_validity = 0
        self._is_read_only = False

    def open(self) -> Selected:
        """Connects and logs in where needed, and selects the folder anew."""
        if self._client is not None:
            try:
                return self._select(is_new_connection=False)
            except TemporaryFailure:
                if self._client is not None:
                    raise  # the server is there and refuses: a new connection is no cure
        self._connect()
        return self._select(is_new_connection=True)

    def uids_above(self, uid: int) -> list[int]:
        """The UIDs greater than `uid`, ascending."""
        with self._talk("look for new messages") as client:
            return self._search(client, uid)

    def uids_since(self, uid: int, since: datetime) -> list[int]:
        """The UIDs greater than `uid` whose INTERNALDATE is not before the day of `since`, UTC."""
        if since.tzinfo is None:
            raise ValueError("since must be an aware time")
        day = since.astimezone(UTC).date()
        with self._talk("look for messages by date") as client:
            # SINCE compares days of the server's own time zone: ask for one more, then look.
            uids = self._search(client, uid, "SINCE", day - timedelta(days=1))
            dates = internal_dates(client, uids)
            midnight = datetime.combine(day, time(), UTC)
            return [u for u in uids if u in dates and dates[u] >= midnight]

    def fetch(self, uids: Sequence[int], *, max_bytes: int) -> list[RawMessage]:
        r"""Up to `max_bytes` of each message, ascending, without marking any \Seen."""
        with self._talk("fetch messages") as client:
            return fetch_messages(client, uids, max_bytes=max_bytes)

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Moves messages to `folder`, one command for up to 500 of them."""
        self._open_for_writing()
        with self._talk(f"move messages to {folder}", "filing") as client:
            for batch in batches(sorted(set(uids))):
                self._into(
                    partial(self._folders.ensure, folder), partial(move_messages, client, batch)
                )

    def flag_for_review(self, uids: Sequence[int]) -> None:
        r"""Sets \Flagged, and `$OptoutdReview` where the server keeps keywords."""
        self._open_for_writing()
        with self._talk("flag messages") as client:
            for batch in batches(sorted(set(uids))):
                if self._keeps_keywords:
                    try:
                        client.add_flags(batch, [FLAGGED, REVIEW_KEYWORD], silent=True)
                        continue
                    except Lost:
                        raise
                    except Refused:  # it has as many keywords as it can keep
                        self._keeps_keywords = False
                client.add_flags(batch, [FLAGGED], silent=True)

    def append_sent(self, mails: Sequence[bytes]) -> None:
        r"""Puts copies of replies into the Sent folder, marked \Seen."""
        with self._talk("copy replies to the Sent folder", "sent_folder") as client:
            for batch in batches(mails, MAILS_PER_APPEND):
                self._into(self._folders.sent, partial(_append, client, batch))

    def look(
        self, folder: str, *, uid: int, received_at: datetime, max_bytes: int
    ) -> list[RawMessage]:
        """The message `uid`, and those received at that moment; the folder is only examined."""
        if received_at.tzinfo is None:
            raise ValueError("received_at must be an aware time")
        if self._client is None:
            self._connect()
        with self._talk("look for a message") as client:
            name = self._folders.name_if_there(folder) if folder else self._settings.folder
            if not name:
                return []
            client.select_folder(name, readonly=True)
            # SINCE and BEFORE compare days of the server's own time zone.
            day = received_at.astimezone(UTC).date()
            found = client.search(
                ["SINCE", day - timedelta(days=1), "BEFORE", day + timedelta(days=2)]
            )
            dates = internal_dates(client, sorted(found))
            uids = {u for u, date in dates.items() if date == received_at}
            if not folder:
                uids.add(uid)
            return fetch_messages(client, sorted(uids), max_bytes=max_bytes)

    def wait(self, timeout_s: float) -> bool:
        """Idles until the server tells of new mail (True), `interrupt` or the timeout (False)."""
        if not self.can_wait:
            return False
        with self._talk("wait for new mail") as client:
            if self._bell.answer():
                return False
            # What came since the last search was told with another command's answer, and IDLE will
            # not tell it again. NOOP first: Dovecot searches what it has told of, and no more.
            client.noop()
            if self._search(client, self._highest_seen):
                return True
            try:
                return wait_for_mail(client, self._bell, timeout_s)
            except Lost:
                raise
            except Refused as error:
                # Exchange tells of mail before it answers IDLE, which IMAPClient cannot follow.
                self._drop()
                if "Unexpected IDLE response: b'* " in str(error):
                    return True
                raise

    @property
    def can_wait(self) -> bool:
        """Whether the server offers IDLE and the settings want it; known once opened."""
        return self._settings.idle and self._server_idles

    def interrupt(self) -> None:
        """Makes a `wait` in another thread return, or else the next one."""
        self._bell.ring()

    def close(self) -> None:
        """Logs out if the server answers within two seconds; never raises."""
        if self._client is not None:
            with contextlib.suppress(Refused, OSError, ValueError):
                self._client.socket().settimeout(LOGOUT_TIMEOUT_S)
                self._client.logout()
        self._drop()

    def locate(
        self,
        sought: Sequence[Sought],
        *,
        since: datetime,
        words: bool = False,
        progress: Callable[[str, int, int], None] = lambda _folder, _done, _of: None,
    ) -> Whereabouts:
        """Where messages are now, by EXAMINE of every folder; connects where needed."""
        if since.tzinfo is None:
            raise ValueError("since must be an aware time")
        if self._client is None:
            self._connect()
        with self._talk("look through the folders") as client:
            return locate_messages(
                client,
                self._folders,
                sought,
                own_folder=self._settings.folder,
                since=since,
                words=words,
                progress=progress,
            )

    def inspect(self) -> list[str]:
        """Logs in, and makes sure of all the folders; notes for `optoutd check`.

        In shadow mode no folder is made.
        """
        selected = self.open()
        notes = [f"{self._settings.folder} holds {selected.messages} messages"]
        if self._settings.mode == "shadow":
            notes.append(
                "in shadow mode: mail is read and decided on, and nothing is recorded, filed, "
                "flagged or answered"
            )
            return notes
        with self._talk("create the folders", "filing") as client:
            notes += [
                f"mail is filed in {self._folders.ensure(filing.value)}"
                for filing in (Filing.OPT_OUTS, Filing.CANCELLATIONS, Filing.AUTOMATIC)
            ]
            notes.append(f"replies are copied to {self._folders.sent()}")
            notes += [
                f"the server does not offer {capability}: {effect}"
                for capability, effect in _WANTED.items()
                if not client.has_capability(capability)
            ]
        if not self._keeps_keywords:
            notes.append("the server keeps no keywords: what waits for review is only flagged")
        return notes

    def _connect(self) -> None:
        self._client = connect(IMAPClient, self._settings, self._password)
        self._folders = Folders(self._client, sent_folder=self._settings.sent_folder)

    def _open_for_writing(self) -> None:
        """In shadow mode: what was decided before it, in live mode, is filed all the same."""
        if not self._is_read_only:
            return
        before = self._uid_validity
        if self._select(is_new_connection=False, read_only=False).uid_validity != before:
            raise TemporaryFailure(f"{self.name}: the folder was renumbered", part=self.name)

    def _select(self, *, is_new_connection: bool, read_only: bool | None = None) -> Selected:
        if read_only is None:
            read_only = self._settings.mode == "shadow"
        folder, setting = self._settings.folder, f"mailbox.{self.name}.folder"
        with self._talk(f"open the folder {folder}") as client:
            try:
                answer = client.select_folder(folder, readonly=read_only)
            except ReadOnly:
                raise PermanentFailure(
                    f"{self.name}: {self._where} opens the folder {folder} for reading only",
                    part=self.name,
                    setting=setting,
                    cure="give this user the right to move and flag its messages",
                ) from None
            except Lost:
                raise
            except Refused as error:
                words = words_of(error)
                if passes(words):
                    raise
                raise PermanentFailure(
                    f"{self.name}: {self._where} does not open the folder {folder}: {words}",
                    part=self.name,
                    setting=setting,
                ) from None
            if not answer.get(b"UIDVALIDITY"):
                raise PermanentFailure(
                    f"{self.name}: {self._where} keeps no UIDs in the folder {folder}",
                    part=self.name,
                    setting=setting,
                )
            self._keeps_keywords = bool(
                {rb"\*", REVIEW_KEYWORD} & set(answer.get(b"PERMANENTFLAGS", ()))
            )
            self._server_idles = client.has_capability("IDLE")
            self._uid_validity = int(answer[b"UIDVALIDITY"])
            self._is_read_only = read_only
            # RFC 9051 section 6.3.2 allows to leave UIDNEXT out.
            next_uid = answer.get(b"UIDNEXT") or max(client.search(["UID", "*"]), default=0) + 1
            self._highest_seen = int(next_uid) - 1
            return Selected(
                uid_validity=int(answer[b"UIDVALIDITY"]),
                uid_next=int(next_uid),
                messages=int(answer[b"EXISTS"]),
                is_new_connection=is_new_connection,
            )

    def _search(self, client: Any, uid: int, *criteria: object) -> list[int]:
        if uid >= HIGHEST_UID:
            return []
        # "n:*" always holds the last message, though its UID be below n (RFC 9051 section 9).
        found = client.search(["UID", f"{uid + 1}:*", *criteria])
        uids = sorted({number for number in found if number > uid})
        if not criteria:
            self._highest_seen = max([uid, *uids[-1:]])
        return uids

    def _into(self, folder: Callable[[], str], do: Callable[[str], None]) -> None:
        try:
            do(folder())
        except Lost:
            raise
        except Refused as error:
            if "TRYCREATE" not in words_of(error):
                raise
            self._folders.forget()
            do(folder())

    @contextlib.contextmanager
    def _talk(self, doing: str, setting: str = "folder") -> Iterator[Any]:
        """The live connection; what goes wrong on it becomes a failure of the right kind."""
        if self._client is None:
            raise TemporaryFailure(f"{self.name}: is not connected", part=self.name)
        try:
            yield self._client
        except (Lost, OSError, ValueError) as error:  # ValueError: an answer that cannot be read
            self._drop()
            raise TemporaryFailure(
                f"{self.name}: lost {self._where} while trying to {doing}: {words_of(error)}",
                part=self.name,
            ) from error
        except Refused as error:
            words = words_of(error)
            message = f"{self.name}: {self._where} did not {doing}: {words}"
            if lasts(words) or (isinstance(error, NotCreated) and not passes(words)):
                raise PermanentFailure(
                    message, part=self.name, setting=f"mailbox.{self.name}.{setting}"
                ) from error
            raise TemporaryFailure(message, part=self.name) from error

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            shut(client)


def _append(client: Any, mails: list[bytes], folder: str) -> None:
    if len(mails) > 1 and client.has_capability("MULTIAPPEND"):
        # With the flags between them, since IMAPClient puts two spaces between bare messages.
        kind, data = client.multiappend(folder, [{"msg": m, "flags": [SEEN]} for m in mails])
        if kind != "OK":  # which it leaves to its caller to see
            raise Refused(data[0])
        return
    for mail in mails:
        client.append(folder, mail, flags=[SEEN])
