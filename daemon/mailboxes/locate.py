"""Where messages are now: every folder of an account, looked through without changing anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from daemon.mailboxes.batches import batches
from daemon.mailboxes.failures import Lost, Refused
from daemon.mailboxes.folders import FolderName, Folders
from daemon.ports import Located, Sought, Whereabouts
from handlers.message_id import message_id_hash, message_id_in
from handlers.parse import UnparseableMessage, parse_message

_ID_ALONE = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"
_ID_AND_WORDS = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID FROM SUBJECT)]"


def locate_messages(
    client: Any,
    folders: Folders,
    sought: Sequence[Sought],
    *,
    own_folder: str,
    since: datetime,
    words: bool,
    progress: Callable[[str, int, int], None],
) -> Whereabouts:
    """Looks for messages in all folders; see `daemon.ports.Mailbox.locate`."""
    search = _Search(
        client=client,
        hashes=frozenset(s.message_id_hash for s in sought if s.message_id_hash),
        own=frozenset((s.uid_validity, s.uid) for s in sought),
        # SINCE compares days of the server's own time zone.
        since=since.astimezone(UTC).date() - timedelta(days=1),
        words=words,
    )
    found: list[Located] = []
    looked_through: list[str] = []
    passed_over: list[str] = []
    names = folders.all(own_folder)
    for number, name in enumerate(names):
        progress(name.shown, number, len(names))
        try:
            found += search.through(name)
        except Lost:
            raise
        except Refused:  # no right to read it, or it has just been deleted
            passed_over.append(name.shown)
        else:
            looked_through.append(name.shown)
    progress("", len(names), len(names))
    return Whereabouts(
        found=tuple(found), folders=tuple(looked_through), passed_over=tuple(passed_over)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    client: Any
    hashes: frozenset[str]
    own: frozenset[tuple[int, int]]
    since: date
    words: bool

    def through(self, name: FolderName) -> Iterator[Located]:
        """The messages that are looked for in one folder."""
        # EXAMINE: nobody's \\Recent is taken away (RFC 9051 section 6.3.3).
        opened = self.client.select_folder(name.server, readonly=True)
        validity = int(opened.get(b"UIDVALIDITY") or 0)
        if not opened.get(b"EXISTS"):
            return
        item = _ID_AND_WORDS if self.words else _ID_ALONE
        for uids in batches(sorted(self.client.search(["SINCE", self.since]))):
            for uid, answer in self.client.fetch(uids, ["FLAGS", item]).items():
                header = _header(answer)
                hashed = message_id_hash(message_id_in(header))
                is_own = name.is_own and (validity, uid) in self.own
                if not (is_own or hashed in self.hashes):
                    continue
                sender, subject = _words(header) if self.words else ("", "")
                yield Located(
                    folder=name.shown,
                    use=name.use,
                    is_own=name.is_own,
                    uid_validity=validity,
                    uid=uid,
                    message_id_hash=hashed,
                    flags=frozenset(_text(flag) for flag in answer.get(b"FLAGS", ())),
                    sender=sender,
                    subject=subject,
                )


def _header(answer: Mapping[bytes, Any]) -> bytes:
    for key, value in answer.items():
        if key.startswith(b"BODY[HEADER.FIELDS") and isinstance(value, bytes):
            return value
    return b""


def _words(header: bytes) -> tuple[str, str]:
    try:
        message = parse_message(header)
    except UnparseableMessage:
        return "", ""
    return ", ".join(address.key for address in message.senders[:3]), message.subject


def _text(flag: object) -> str:
    return flag.decode("ascii", "replace") if isinstance(flag, bytes) else str(flag)
