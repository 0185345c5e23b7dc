"""Where each message lies after the pass: looked up with a plain IMAP client of its own."""

from __future__ import annotations

import imaplib
import re
from dataclasses import dataclass

from daemon.demo.servers import HOST

_MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^>]*>)", re.IGNORECASE | re.MULTILINE)
_NAME = re.compile(rb'\((?P<flags>[^)]*)\) "[^"]*" "?(?P<name>[^"]+)"?\Z')
_FLAGS = re.compile(rb"FLAGS \(([^)]*)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The folder that a message lies in, and its flags."""

    folder: str
    flags: tuple[str, ...]


def places_of_mail(port: int, user: str, password: str) -> dict[str, Place]:
    """Message-ID -> place, over all folders of the user; opens them read-only."""
    found: dict[str, Place] = {}
    with imaplib.IMAP4(HOST, port, timeout=10) as client:
        client.login(user, password)
        for folder in _folders(client):
            client.select(f'"{folder}"', readonly=True)
            _, parts = client.fetch("1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
            for part in parts:
                if isinstance(part, tuple) and (match := _MESSAGE_ID.search(part[1])):
                    flags = _FLAGS.search(part[0])
                    names = flags[1].decode().split() if flags else []
                    found[match[1].decode()] = Place(folder=folder, flags=tuple(names))
    return found


def _folders(client: imaplib.IMAP4) -> list[str]:
    _, lines = client.list()
    matches = (_NAME.match(line) for line in lines if isinstance(line, bytes))
    return [
        match["name"].decode()
        for match in matches
        if match and b"\\noselect" not in match["flags"].lower()
    ]
