"""Moving messages, on servers with MOVE (RFC 6851) and on those without."""

from __future__ import annotations

from typing import Any

from daemon.mailboxes.failures import Lost, Refused
from daemon.mailboxes.flags import DELETED


def move_messages(client: Any, uids: list[int], folder: str, copied: set[int]) -> None:
    """Moves messages to `folder`, the server's name of it; vanished UIDs are no error.

    Repeating it is safe with MOVE. Without, a crash behind the COPY leads to a second copy, but
    of those that are known to be `copied`; and one behind the mark leaves the message where it
    was, marked: nobody can tell then whose mark it is. Where it fails, `copied` then holds those
    that were copied and not marked.
    """
    try:
        _move(client, uids, folder, copied)
    except Lost:
        raise
    except Refused:
        # Some servers refuse the whole command where one of the messages has vanished.
        present = still_there(client, uids)
        if len(present) == len(uids):
            raise
        if present:
            _move(client, present, folder, copied)


def still_there(client: Any, uids: list[int], *criteria: str) -> list[int]:
    """Those of the UIDs that the folder still holds and that fulfil the search criteria."""
    return sorted(client.search(["UID", ",".join(map(str, uids)), *criteria]))


def _move(client: Any, uids: list[int], folder: str, copied: set[int]) -> None:
    if client.has_capability("MOVE"):
        client.move(uids, folder)
        return
    # What is \\Deleted was copied by an earlier try, or a person has deleted it: both are done.
    uids = still_there(client, uids, "UNDELETED")
    if not uids:
        return
    if uncopied := [uid for uid in uids if uid not in copied]:
        client.copy(uncopied, folder)
        copied.update(uncopied)
    client.add_flags(uids, [DELETED], silent=True)
    copied.difference_update(uids)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge(uids)
    # Without UIDPLUS they stay, marked: a plain EXPUNGE would take along what others have marked.
