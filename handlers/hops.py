"""Whether the servers that handled a message above some place in its header were our own.

Each server writes its Received on top (RFC 5321 section 4.4), so that a field of our own server
stands below nobody's but ours.
"""

from __future__ import annotations

import re
from enum import Enum

from handlers.authserv_id import NO_ID
from handlers.screen import Ourselves

_MAX_CHARS = 2_000
_COMMENT = re.compile(r"\([^()]*\)")
_FROM = re.compile(r"\s*from\s+\S+", re.IGNORECASE)
_BY = re.compile(r"\bby\s+([^\s;]+)", re.IGNORECASE)
_LOCAL_DELIVERY = re.compile(r"\bwith\s+U?LMTPS?A?\b", re.IGNORECASE)  # RFC 3848, 6531
_HOST_NAME = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+\.?\Z")
_EXCHANGE = "outlook.com"


class Hop(Enum):
    """Whose server wrote a Received."""

    BORDER = "border"  # the very server that writes our results
    OURS = "ours"  # or one that cannot be told
    FOREIGN = "foreign"


def hop(received: str, trusted: str, us: Ourselves) -> Hop:
    """Whose server the Received field `received` names in its "by"."""
    plain = _COMMENT.sub(" ", received[:_MAX_CHARS])
    began = _FROM.match(plain)
    found = _BY.search(plain, began.end() if began else 0)
    host = found[1].lower().rstrip(".") if found else ""
    if host == trusted.lower():
        return Hop.BORDER
    if not _HOST_NAME.match(host) or not re.search("[a-z]", host.rpartition(".")[2]):
        return Hop.OURS  # "localhost", or an address: such names are given inside a network
    if _LOCAL_DELIVERY.search(plain):
        return Hop.OURS
    organizations = {_organization(domain) for domain in us.domains}
    organizations.add(_EXCHANGE if trusted.lower() == NO_ID else _organization(trusted.lower()))
    return Hop.OURS if _organization(host) in organizations else Hop.FOREIGN


def _organization(host: str) -> str:
    """The end of a name that its owner has registered: "hosts.co.uk" of "mx.hosts.co.uk"."""
    labels = host.split(".")
    short = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3 if short else -2 :])
