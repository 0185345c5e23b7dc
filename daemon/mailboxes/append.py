"""Putting messages into a folder, several with one command where the server can (RFC 3502)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from daemon.mailboxes.batches import batches
from daemon.mailboxes.failures import Refused

MAILS_PER_APPEND = 50
SEEN = rb"\Seen"


def at_once(client: Any, mails: Sequence[bytes]) -> Iterator[list[bytes]]:
    """The mails in lists that one command takes, of which it appends all or none."""
    return batches(mails, MAILS_PER_APPEND if client.has_capability("MULTIAPPEND") else 1)


def append_mails(client: Any, mails: list[bytes], folder: str) -> None:
    r"""Puts what goes `at_once` into `folder`, the server's name of it, marked \Seen."""
    if len(mails) == 1:
        client.append(folder, mails[0], flags=[SEEN])
        return
    # With the flags between them, since IMAPClient puts two spaces between bare messages.
    kind, data = client.multiappend(folder, [{"msg": m, "flags": [SEEN]} for m in mails])
    if kind != "OK":  # which it leaves to its caller to see
        raise Refused(data[0])
