"""What imaplib keeps of what servers tell unasked, until a folder is opened anew.

Of each message that is moved that is a line, and of each move all its UIDs: in a pass over a full
mailbox they become many. Nobody here reads them; mail that came is searched for.
"""

from __future__ import annotations

from typing import Any

# RFC 9051 sections 7.1 and 7.5, RFC 7162; nothing that says how the connection stands.
_KINDS = (
    "APPENDUID",
    "COPYUID",
    "EXISTS",
    "EXPUNGE",
    "FETCH",
    "HIGHESTMODSEQ",
    "RECENT",
    "VANISHED",
)


def let_go(client: Any) -> None:
    """Lets go of them; call it between two commands."""
    told = client._imap.untagged_responses  # noqa: SLF001 - there is no public way
    for kind in _KINDS:
        told.pop(kind, None)
