"""A mailbox on an IMAP server (RFC 9051, RFC 3501): the port `Mailbox` on IMAPClient."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from imapclient import IMAPClient, imap_utf7

from config.settings import MailboxSettings
from daemon.errors import PermanentFailure, TemporaryFailure, is_refused
from daemon.mailboxes.append import append_mails, at_once
from daemon.mailboxes.batches import batches
from daemon.mailboxes.copied import MAX_BYTES, HalfMoved, copied_before, looks_of, prints_there
from daemon.mailboxes.failures import Lost, Refused
from daemon.mailboxes.fetch import fetch_heads, fetch_messages, fetch_sizes, fetch_those_with
from daemon.mailboxes.flags import DELETED, FLAGGED, Flags
from daemon.mailboxes.groups import group_notes, recent_list_heads
from daemon.mailboxes.idle import Bell, wait_for_mail
from daemon.mailboxes.line import Line
from daemon.mailboxes.locate import locate_messages
from daemon.mailboxes.move import move_messages
from daemon.mailboxes.notes import server_notes, way_notes
from daemon.mailboxes.search import HIGHEST_UID, search_above, search_moment, search_since
from daemon.mailboxes.select import next_uid, select_folder, select_ours
from daemon.ports import Selected, Sought, Standing, Whereabouts
from handlers.address import clean_text
from handlers.values import Filing, RawMessage

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
        self._line = Line(settings, password, client_class=IMAPClient, decode=imap_utf7.decode)
        self._bell = Bell()
        self._flags = Flags()
        self._server_idles = False
        self._highest_seen = 0
        self._uid_validity = 0  # of the folder that is open
        self._inside = ""  # the folder of ours that is open; '' for its own one
        self._half_moved = HalfMoved()
        self._is_read_only = False

    def open(self) -> Selected:
        """Connects and logs in where needed, and selects the folder anew."""
        selected = self._open()
        self._line.is_new = False
        return selected

    def reopen(self) -> None:
        """As `open` in the middle of a pass, but into the folder that it was inside of."""
        before, inside = self._uid_validity, self._inside
        self._open()
        if inside:
            self._enter(inside)
        if self._uid_validity != before:
            raise self._renumbered()

    def uids_above(self, uid: int) -> list[int]:
        """The UIDs greater than `uid`, ascending."""
        with self._line.talk("look for new messages") as client:
            return self._search(client, uid)

    def uids_since(self, uid: int, since: datetime) -> list[int]:
        """The UIDs greater than `uid` whose INTERNALDATE is not before the day of `since`, UTC."""
        if since.tzinfo is None:
            raise ValueError("since must be an aware time")
        with self._line.talk("look for messages by date") as client:
            return search_since(client, uid, since)

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """How many octets each message has, as the server says."""
        with self._line.talk("look at the sizes of messages") as client:
            return fetch_sizes(client, uids)

    def fetch(
        self, uids: Sequence[int], *, max_bytes: int, singly: bool = False
    ) -> list[RawMessage]:
        r"""Up to `max_bytes` of each message, ascending, without marking any \Seen."""
        with self._line.talk("fetch messages") as client:
            return fetch_messages(client, uids, max_bytes=max_bytes, singly=singly)

    def move(self, uids: Sequence[int], folder: str, *, again: bool = False) -> None:
        """Moves messages to `folder`, one command for up to 500 of them."""
        known = self._half_moved.among(uids, self._uid_validity, folder)
        copied = self._copied_before(uids, folder, known) if uids and (again or known) else set()
        self._open_for_writing()
        with self._line.talk(f"move messages to {folder}", "filing") as client:
            if uids and not (client.has_capability("MOVE") or self._flags.can_delete):
                raise self._line.not_allowed(
                    "mark messages as deleted", "without MOVE none is moved"
                )
            try:
                for batch in batches(sorted(set(uids))):
                    self._line.folders.into(
                        partial(self._line.folders.ensure, folder),
                        partial(move_messages, client, batch, copied=copied),
                    )
            finally:
                self._half_moved.note(copied, uids, self._uid_validity, folder)

    def flag_for_review(self, uids: Sequence[int]) -> None:
        r"""Sets \Flagged, and `$OptoutdReview` where the server keeps keywords."""
        self._open_for_writing()
        with self._line.talk("flag messages") as client:
            if uids and not self._flags.can_flag:
                raise self._line.not_allowed(
                    "flag messages", "what waits for review is not to be seen"
                )
            self._flags.flag_for_review(client, uids)

    def flagged(self, uids: Sequence[int]) -> set[int]:
        r"""Those of the messages that are \Flagged now."""
        with self._line.talk("look at flags") as client:
            return fetch_those_with(client, uids, FLAGGED)

    def deleted(self, uids: Sequence[int]) -> set[int]:
        r"""Those of the messages that are \Deleted, and not expunged."""
        with self._line.talk("look at flags") as client:
            return fetch_those_with(client, uids, DELETED)

    def mark_as(self, uids: Sequence[int], filing: Filing) -> None:
        """Sets the keyword of `filing`, where the server keeps keywords."""
        self._open_for_writing()
        with self._line.talk("mark messages") as client:
            self._flags.mark_as(client, uids, filing)

    def end_review(self, uids: Sequence[int], *, unflag: Sequence[int]) -> None:
        r"""Takes `$OptoutdReview` from the messages, and \Flagged from those of `unflag`."""
        self._open_for_writing()
        with self._line.talk("unflag messages") as client:
            self._flags.end_review(client, uids, unflag=unflag)

    def make_folder(self, folder: str) -> None:
        """Makes one of our folders and subscribes it, where it is not there yet."""
        with self._line.talk(f"create the folder {folder}", "filing"):
            self._line.folders.forget()
            self._line.folders.ensure(folder)

    def standing(self, folder: str) -> Standing | None:
        """The state of one of our folders by STATUS; None where there is none."""
        with self._line.talk(f"look at the folder {folder}", "filing"):
            return self._line.folders.standing(folder)

    @contextlib.contextmanager
    def inside(self, folder: str) -> Iterator[int]:
        """Selects one of our folders for the time of the `with`, and its own one afterwards."""
        seen, before = self._highest_seen, self._uid_validity
        try:
            self._enter(folder)
            yield self._uid_validity
        except BaseException:
            # Also where it was not opened: a SELECT that is refused leaves none selected.
            with contextlib.suppress(TemporaryFailure, PermanentFailure):
                self._come_back(seen, before)
            raise
        self._come_back(seen, before)

    def heads(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The header fields that tell one copy of a message from another."""
        with self._line.talk("fetch headers") as client:
            return fetch_heads(client, uids)

    def append_sent(
        self, mails: Sequence[bytes], *, done: Callable[[int], None] = lambda _: None
    ) -> None:
        r"""Puts copies of replies into the Sent folder, marked \Seen, up to 50 at once."""
        talk = partial(self._line.talk, "copy replies to the Sent folder", "sent_folder")
        with talk() as client:
            batches_of_mails = at_once(client, mails)
        for batch in batches_of_mails:
            with talk() as client:
                self._line.folders.into(
                    self._line.folders.sent, partial(append_mails, client, batch)
                )
            done(len(batch))

    def look(
        self, folder: str, *, uid: int, received_at: datetime, max_bytes: int
    ) -> list[RawMessage]:
        """The message `uid`, and those received at that moment; the folder is only examined."""
        if received_at.tzinfo is None:
            raise ValueError("received_at must be an aware time")
        if not self._line.is_up:
            self._line.connect()
        with self._line.talk("look for a message") as client:
            name = self._line.folders.name_if_there(folder) if folder else self._settings.folder
            if not name:
                return []
            client.select_folder(name, readonly=True)
            uids = search_moment(client, received_at)
            if not folder:
                uids.add(uid)
            return fetch_messages(client, sorted(uids), max_bytes=max_bytes)

    def wait(self, timeout_s: float) -> bool:
        """Idles until the server tells of new mail (True), `interrupt` or the timeout (False)."""
        if not self.can_wait:
            return False
        with self._line.talk("wait for new mail") as client:
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
                self._line.drop()
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
        self._line.log_out()

    def take_alerts(self) -> list[str]:
        """What the server wants a person to read, since the last call."""
        return self._line.take_alerts()

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
        if not self._line.is_up:
            self._line.connect()
        with self._line.talk("look through the folders") as client:
            return locate_messages(
                client,
                self._line.folders,
                sought,
                own_folder=self._settings.folder,
                since=since,
                words=words,
                progress=progress,
            )

    def inspect(self) -> list[str]:
        """Logs in, and makes sure of all folders that are used; notes for `optoutd check`.

        In shadow mode no folder is made.
        """
        selected = self.open()
        filing = self._settings.filing
        notes = [f"{self._settings.folder} holds {selected.messages} messages"]
        notes += [f"the server wants you to read: {clean_text(a)}" for a in self.take_alerts()]
        notes += self._group_notes(selected)
        if self._settings.mode == "shadow":
            notes.append(
                "in shadow mode: mail is read and decided on, and nothing is recorded, filed, "
                "flagged or answered"
            )
            return notes
        with self._line.talk("create the folders", "filing") as client:
            notes += way_notes(filing)
            if filing == "move":
                notes += [
                    f"mail is filed in {self._line.folders.ensure(folder.value)}"
                    for folder in (Filing.OPT_OUTS, Filing.CANCELLATIONS, Filing.AUTOMATIC)
                ]
            if filing != "none":
                notes.append(f"replies are copied to {self._line.folders.sent()}")
            notes += server_notes(
                filing, client.has_capability, keeps_keywords=self._flags.keeps_keywords
            )
        return notes

    def _group_notes(self, selected: Selected) -> list[str]:
        with self._line.talk("look at the last messages") as client:
            heads = recent_list_heads(client, selected.uid_next)
        return group_notes(
            heads,
            address=self._settings.address,
            own={own.lower() for own in self._settings.own_list_ids},
        )

    def _open(self) -> Selected:
        if self._line.is_up:
            try:
                return self._select()
            except TemporaryFailure:
                if self._line.is_up:
                    raise  # the server is there and refuses: a new connection is no cure
        self._line.connect()
        return self._select()

    def _enter(self, folder: str) -> None:
        with self._line.talk(f"open the folder {folder}", "filing") as client:
            answer = select_ours(client, self._settings, folder, self._line.folders.name(folder))
        self._flags.opened(answer)
        self._inside, self._uid_validity = folder, int(answer.get(b"UIDVALIDITY", 0))

    def _come_back(self, highest_seen: int, uid_validity: int) -> None:
        try:
            if self._select().uid_validity != uid_validity:
                raise self._renumbered()
        except (TemporaryFailure, PermanentFailure):
            self._line.drop()  # or the next command would meet the messages of another folder
            raise
        self._highest_seen = highest_seen

    def _copied_before(self, uids: Sequence[int], folder: str, known: set[int]) -> set[int]:
        """Those of which a move that broke off has left a copy in `folder`; the rest has none.

        `known` are those that were copied by us, if nobody has removed the copies since. Raises a
        refusal only where some are: what cannot be looked at is not copied again and again.
        """
        with self._line.talk(f"look for copies in {folder}", "filing") as client:
            if client.has_capability("MOVE") or self._inside:
                return set()
            looks = {
                uid: look
                for uid, look in looks_of(client, uids).items()
                if look[1] <= MAX_BYTES or uid in known
            }
            if not looks or not self._line.folders.name_if_there(folder):
                return set()
        try:
            with self.inside(folder), self._line.talk(f"look for copies in {folder}") as client:
                there = prints_there(client, set(looks.values()))
        except (PermanentFailure, TemporaryFailure) as error:
            if known or not is_refused(error):
                raise
            return set()
        with self._line.talk("look for copies") as client:
            return copied_before(client, looks, there)

    def _open_for_writing(self) -> None:
        """In shadow mode: what was decided before it, in live mode, is filed all the same."""
        if not self._is_read_only:
            return
        before = self._uid_validity
        if self._select(read_only=False).uid_validity != before:
            raise self._renumbered()

    def _renumbered(self) -> TemporaryFailure:
        return TemporaryFailure(f"{self.name}: the folder was renumbered", part=self.name)

    def _select(self, *, read_only: bool | None = None) -> Selected:
        if read_only is None:
            # EXAMINE changes nothing, not even what is \Recent, and is content with the right to
            # read.
            read_only = self._settings.mode == "shadow" or self._settings.filing == "none"
        with self._line.talk(f"open the folder {self._settings.folder}") as client:
            answer = select_folder(client, self._settings, read_only=read_only)
            self._flags.opened(answer)
            self._server_idles = client.has_capability("IDLE")
            self._inside, self._uid_validity = "", int(answer[b"UIDVALIDITY"])
            self._is_read_only = read_only
            uid_next = next_uid(client, answer)
            self._highest_seen = uid_next - 1
            return Selected(
                uid_validity=self._uid_validity,
                uid_next=uid_next,
                messages=int(answer[b"EXISTS"]),
                is_new_connection=self._line.is_new,
                is_uid_next_told=bool(answer.get(b"UIDNEXT")),
            )

    def _search(self, client: Any, uid: int) -> list[int]:
        uids = search_above(client, uid)
        if uid < HIGHEST_UID:
            self._highest_seen = max([uid, *uids[-1:]])
        return uids
