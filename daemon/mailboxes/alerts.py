"""What a server wants a person to read: RFC 3501 and RFC 9051, section 7.1, ALERT."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

# Without a tag, or at the end of a command; the greeting may be one, too.
_ALERT = re.compile(rb"\S+ (?:OK|NO|BAD|BYE|PREAUTH) \[ALERT\] ?(.*)", re.IGNORECASE)


def listen(client: Any, heard: Callable[[str], None]) -> None:
    """Has `heard` told of each alert on this connection, its greeting included.

    imaplib keeps no line whose code it does not ask for, so that its reading of lines is listened
    to. What is in messages and other literals it reads in another way.
    """
    imap = client._imap  # noqa: SLF001 - there is no public way
    _listen_to(imap.welcome or b"", heard)
    read_line: Callable[[], bytes] = imap._get_line  # noqa: SLF001 - as above

    def get_line() -> bytes:
        line = read_line()
        _listen_to(line, heard)
        return line

    imap._get_line = get_line  # noqa: SLF001 - as above


def _listen_to(line: bytes, heard: Callable[[str], None]) -> None:
    if found := _ALERT.match(line):
        heard(found[1].decode("utf-8", "replace"))
