"""Which numbering of a folder a UID belongs to, as the ledger has it in `uid_validity`.

It is the server's UIDVALIDITY, and where a folder was restored or made anew and has kept that,
2**32 more each time: no UID in the ledger ever means two messages.
"""

from __future__ import annotations

from daemon.ports import Store

_AGAIN = 2**32  # RFC 9051 section 2.3.1.1: a UIDVALIDITY has 32 bits


def validity_of(numbering: int) -> int:
    """The server's UIDVALIDITY in this numbering."""
    return numbering % _AGAIN


def new_numbering(store: Store, place: str, uid_validity: int, *, before: int) -> int:
    """The first numbering with this UIDVALIDITY in which the ledger knows no message of `place`.

    `before` is the one that is over.
    """
    numbering = uid_validity
    while numbering == before or store.highest(place, uid_validity=numbering, limit=1):
        numbering += _AGAIN
    return numbering
