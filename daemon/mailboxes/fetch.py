"""Messages from a server, so that one that it cannot give does not cost the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from daemon.mailboxes.batches import batches
from daemon.mailboxes.failures import Lost, Refused, code_of, passes, words_of
from daemon.mailboxes.move import still_there
from handlers.copy_hash import HEADER_FIELDS
from handlers.values import RawMessage

MESSAGES_PER_COMMAND = 200

_ABOUT = ["INTERNALDATE", "RFC822.SIZE"]
# A refusal with one of these may be due to one message of several (RFC 5530 section 3).
_ABOUT_ONE = frozenset({"SERVERBUG", "EXPUNGEISSUED"})


def fetch_messages(
    client: Any, uids: Sequence[int], *, max_bytes: int, singly: bool = False
) -> list[RawMessage]:
    """Up to `max_bytes` of each message, ascending; those that have vanished are left out.

    A message that the server keeps refusing, though it is there, comes with empty `raw` and a
    size: the caller has to know of it, or it would be asked for at each poll for ever. Raises
    Refused where the server refuses several for a time, unless each is asked for `singly`.
    """
    # PEEK: nothing becomes \\Seen. The part in brackets: never more memory than allowed.
    items = [*_ABOUT, f"BODY.PEEK[]<0.{max_bytes}>"]
    found: list[RawMessage] = []
    for batch in batches(sorted(set(uids)), MESSAGES_PER_COMMAND):
        answers = None if singly else _ask_for_all(client, batch, items)
        gone = set() if answers is None else _vanished(client, sorted(set(batch) - set(answers)))
        for uid in batch:
            message = _message(uid, (answers or {}).get(uid, {}))
            if message is None and uid not in gone:
                message = _one_message(client, uid, items)
            if message is not None:
                found.append(message)
    return found


def fetch_sizes(client: Any, uids: Sequence[int]) -> dict[int, int]:
    """How many octets each message has; those that have vanished are left out."""
    found: dict[int, int] = {}
    for batch in batches(sorted(set(uids))):
        for uid, answer in client.fetch(batch, ["RFC822.SIZE"]).items():
            if uid in batch:
                found[uid] = _size(answer)
    return found


def internal_dates(client: Any, uids: Sequence[int]) -> dict[int, datetime]:
    """When the server received each message, aware and in UTC."""
    found: dict[int, datetime] = {}
    for batch in batches(uids):
        answers = client.fetch(batch, ["INTERNALDATE"])
        found.update({uid: _received_at(answer) for uid, answer in answers.items()})
    return found


def fetch_those_with(client: Any, uids: Sequence[int], flag: bytes) -> set[int]:
    """Those of the messages that carry a flag."""
    found: set[int] = set()
    for batch in batches(sorted(set(uids))):
        answers = client.fetch(batch, ["FLAGS"])
        found |= {uid for uid, answer in answers.items() if flag in answer.get(b"FLAGS", ())}
    return found & set(uids)


def fetch_heads(client: Any, uids: Sequence[int]) -> dict[int, bytes]:
    r"""Of each message the header fields of handlers/copy_hash.py, nothing becoming \Seen."""
    item = f"BODY.PEEK[HEADER.FIELDS ({' '.join(HEADER_FIELDS)})]"
    found: dict[int, bytes] = {}
    for batch in batches(sorted(set(uids))):
        for uid, answer in client.fetch(batch, [item]).items():
            head = next((v for k, v in answer.items() if k.startswith(b"BODY[HEADER")), None)
            if isinstance(head, bytes) and uid in batch:
                found[uid] = head
    return found


def _vanished(client: Any, uids: list[int]) -> set[int]:
    """Those that are not there: a server may say OK, and leave out what it cannot read."""
    return set(uids) - set(still_there(client, uids)) if uids else set()


def _one_message(client: Any, uid: int, items: list[str]) -> RawMessage | None:
    message = _message(uid, (_ask(client, [uid], items) or {}).get(uid, {}))
    if message is not None:
        return message
    about = (_ask(client, [uid], _ABOUT) or {}).get(uid, {})
    if not about and not client.search(["UID", str(uid)]):
        return None
    # Never 0 octets: that is a message in which nothing stands.
    size = _size(about) or 1
    return RawMessage(uid=uid, raw=b"", size_bytes=size, internal_date=_received_at(about))


def _ask_for_all(client: Any, uids: list[int], items: list[str]) -> Mapping[int, Any] | None:
    """As `_ask`, but a refusal that is said to pass is raised: the next time it may be none."""
    try:
        answers: Mapping[int, Any] = client.fetch(uids, items)
    except Lost:
        raise
    except Refused as error:
        words = words_of(error)
        if passes(words) and code_of(words) not in _ABOUT_ONE:
            raise
        return None
    return answers


def _ask(client: Any, uids: list[int], items: list[str]) -> Mapping[int, Any] | None:
    """The server's answers by UID, or None where it refused the command as a whole."""
    try:
        answers: Mapping[int, Any] = client.fetch(uids, items)
    except Lost:
        raise
    except Refused:
        return None
    return answers


def _message(uid: int, answer: Mapping[bytes, Any]) -> RawMessage | None:
    """The message in an answer, or None where its text is missing from it."""
    for key, raw in answer.items():
        if key.startswith(b"BODY[]") and isinstance(raw, bytes):
            return RawMessage(
                uid=uid,
                raw=raw,
                size_bytes=_size(answer) or len(raw),
                internal_date=_received_at(answer),
            )
    return None


def _size(answer: Mapping[bytes, Any]) -> int:
    size = answer.get(b"RFC822.SIZE")
    return size if isinstance(size, int) else 0


def _received_at(answer: Mapping[bytes, Any]) -> datetime:
    date = answer.get(b"INTERNALDATE")
    if isinstance(date, datetime) and date.tzinfo is not None:
        try:
            return date.astimezone(UTC)
        except (ValueError, OverflowError):  # an offset of more than a day, or the year 1
            pass
    # Only a broken server leaves it out. The first time that we see it is the best guess, and it
    # errs towards acting on a request rather than towards calling it too old.
    return datetime.now(UTC)
