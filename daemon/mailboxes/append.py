"""Putting messages into a folder, several with one command where the server can (RFC 3502)."""

from __future__ import annotations

from typing import Any

from daemon.mailboxes.failures import Refused

MAILS_PER_APPEND = 50
SEEN = rb"\Seen"


def append_mails(client: Any, mails: list[bytes], folder: str) -> None:
    r"""Puts `mails` into `folder`, the server's name of it, marked \Seen."""
    if len(mails) > 1 and client.has_capability("MULTIAPPEND"):
        # With the flags between them, since IMAPClient puts two spaces between bare messages.
        kind, data = client.multiappend(folder, [{"msg": m, "flags": [SEEN]} for m in mails])
        if kind != "OK":  # which it leaves to its caller to see
            raise Refused(data[0])
        return
    for mail in mails:
        client.append(folder, mail, flags=[SEEN])
