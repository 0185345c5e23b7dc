"""One mailbox on a server, as the daemon needs it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from handlers.values import (
    Filing,
    RawMessage,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """The state of a folder when it was opened (RFC 9051 section 2.3.1.1).

    `is_new_connection` says that the call, or another one since the last `open`, had to connect
    and log in: at the other end may be another server. `is_uid_next_told` that the
    server says what `uid_next` is: else it follows from the messages that lie there now.
    """

    uid_validity: int
    uid_next: int
    messages: int
    is_new_connection: bool
    is_uid_next_told: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The state of a folder that was only asked about (RFC 9051 section 6.3.11)."""

    uid_validity: int
    uid_next: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """A message that is looked for: where it lay, and the hash of its Message-ID or ''."""

    uid_validity: int
    uid: int
    message_id_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A message where it was found.

    `folder` has "/" between its levels; `use` is its special use (RFC 6154) in one word, such as
    "trash", or ''; `is_own` says that it is the folder that the mailbox reads. `sender` and
    `subject` come from outside and may be ''.
    """

    folder: str
    use: str
    is_own: bool
    uid_validity: int
    uid: int
    message_id_hash: str
    flags: frozenset[str]
    sender: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """What a look through all folders found; `passed_over` are those that cannot be opened."""

    found: tuple[Located, ...]
    folders: tuple[str, ...]
    passed_over: tuple[str, ...] = ()


class Mailbox(Protocol):
    """One mailbox on a server. One connection, used by one thread at a time."""

    name: str

    def open(self) -> Selected:
        """Connects and logs in where needed, and selects the folder anew.

        Keeps the connection of the last call while it is alive: one login serves many polls.
        """
        ...

    def reopen(self) -> None:
        """As `open`, in the middle of a pass; inside of one of our folders it opens that one.

        Raises TemporaryFailure where the folder has been renumbered since: what was noted of it
        in this pass would be said of other messages.
        """
        ...

    def uids_above(self, uid: int) -> list[int]:
        """The UIDs greater than `uid`, ascending; whether a message was read does not matter."""
        ...

    def uids_since(self, uid: int, since: datetime) -> list[int]:
        """The UIDs greater than `uid` whose INTERNALDATE is not before the day of `since`."""
        ...

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """How many octets each message has (RFC822.SIZE); vanished ones are left out."""
        ...

    def fetch(
        self, uids: Sequence[int], *, max_bytes: int, singly: bool = False
    ) -> list[RawMessage]:
        """Up to `max_bytes` of each message, in the order of UIDs, without marking any as seen.

        A message that has vanished is left out, and one that the server does not give comes
        without its octets. Where the server refuses for a time that it says will pass,
        TemporaryFailure is raised with `is_refusal`; with `singly` each message is asked for by
        itself, and only those are not given that are refused.
        """
        ...

    def move(self, uids: Sequence[int], folder: str, *, again: bool = False) -> None:
        """Moves messages to `folder` (with "/" between levels, created and subscribed if absent).

        UIDs that are no longer there are no error: the step is repeated after a crash. `again`
        says that it may have been broken off: what is in `folder` already is not copied once more.
        """
        ...

    def flag_for_review(self, uids: Sequence[int]) -> None:
        r"""Sets \Flagged, and `$OptoutdReview` where the server keeps keywords; idempotent."""
        ...

    def flagged(self, uids: Sequence[int]) -> set[int]:
        r"""Those of the messages that are \Flagged now, by whomever."""
        ...

    def deleted(self, uids: Sequence[int]) -> set[int]:
        r"""Those of the messages that are \Deleted, and not expunged."""
        ...

    def mark_as(self, uids: Sequence[int], filing: Filing) -> None:
        """Sets the keyword of `filing` and nothing else; idempotent.

        Does nothing where the server keeps no keywords.
        """
        ...

    def end_review(self, uids: Sequence[int], *, unflag: Sequence[int]) -> None:
        r"""Takes `$OptoutdReview` from the messages, and \Flagged from those of `unflag`."""
        ...

    def make_folder(self, folder: str) -> None:
        """Makes one of our folders and subscribes it, where it is not there yet."""
        ...

    def standing(self, folder: str) -> Standing | None:
        """The state of one of our folders, without opening it; None where there is none."""
        ...

    def inside(self, folder: str) -> AbstractContextManager[int]:
        """For the time of the `with`, messages are those of this folder of ours.

        Gives its UIDVALIDITY.

        Afterwards they are those of the mailbox's own folder again, and `wait` tells of what has
        come there meanwhile.
        """
        ...

    def heads(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Of each message the header fields that tell one copy from another.

        See handlers/copy_hash.py. Nothing is marked as seen; what has vanished is left out.
        """
        ...

    def append_sent(
        self, mails: Sequence[bytes], *, done: Callable[[int], None] = lambda _: None
    ) -> None:
        """Puts copies of replies into the Sent folder, in their order, marked as seen.

        `done` is called as soon as so many more of them lie there: what fails later does not undo
        it. What it raises ends the call.
        """
        ...

    def look(
        self, folder: str, *, uid: int, received_at: datetime, max_bytes: int
    ) -> list[RawMessage]:
        """The message `uid`, and those that were received at that moment, of one folder.

        `folder` is one of ours, or "" for the mailbox's own; the UID counts in the latter alone.
        Opened for reading only, nothing is marked as seen; [] where there is no such folder.
        Connects where needed; `open` is to be called before anything else is done.
        """
        ...

    def wait(self, timeout_s: float) -> bool:
        """Idles (RFC 2177) until the server tells of new mail, `interrupt` or the timeout.

        True when new mail may be there. Returns at once with False where the server cannot idle.
        """
        ...

    @property
    def can_wait(self) -> bool:
        """Whether the server offers IDLE; known once opened."""
        ...

    def interrupt(self) -> None:
        """Makes a `wait` in another thread return; the only method safe to call from there."""
        ...

    def close(self) -> None:
        """Logs out if the server still answers; never raises."""
        ...

    def take_alerts(self) -> list[str]:
        """What the server has said since the last call that a person is to read (ALERT)."""
        ...

    def locate(
        self,
        sought: Sequence[Sought],
        *,
        since: datetime,
        words: bool = False,
        progress: Callable[[str, int, int], None] = lambda _folder, _done, _of: None,
    ) -> Whereabouts:
        """Where messages are now, in all folders of the account; changes nothing on the server.

        Looks at what was received since the day before `since`. A message in the folder that
        is read is known by its UID, elsewhere by the hash of its Message-ID; one may be found in
        several places. With `words` sender and subject are told. Connects where needed; `open`
        is needed after it. `progress` hears the folder that is next, how many are done, and of
        how many.
        """
        ...

    def inspect(self) -> list[str]:
        """What `optoutd check` should know: notes on folders and capabilities, a line each."""
        ...
