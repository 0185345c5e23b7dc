"""Whether the servers that handled a message above some place in its header were our own.

Each server writes its Received on top (RFC 5321 section 4.4), so that a field of our own server
stands below nobody's but ours.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from handlers.authserv_id import NO_ID
from handlers.screen import Ourselves

_MAX_CHARS = 2_000
_COMMENT = re.compile(r"\([^()]*\)")
_FROM = re.compile(r"\s*from\s+\S+", re.IGNORECASE)
_BY = re.compile(r"\bby\s+([^\s;]+)", re.IGNORECASE)
_BEFORE_BY = re.compile(r"\s*from\s.*?\sby\s", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(r"\[(?:IPv6:)?([0-9a-f:.]+)\]", re.IGNORECASE)
_LOCAL_DELIVERY = re.compile(r"\bwith\s+U?LMTPS?A?\b", re.IGNORECASE)  # RFC 3848, 6531
_HOST_NAME = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+\.?\Z")
# Nobody outside has a name below these.
_PRIVATE = frozenset(
    {"internal", "local", "localdomain", "lan", "home", "corp", "intranet", "private", "arpa"}
)
_EXCHANGE = "outlook.com"


class Hop(Enum):
    """Whose server wrote a Received."""

    NEAR = "near"  # the server that writes our results, or a sister of hers
    OURS = "ours"  # or one of which it cannot be told
    LOOP = "loop"  # ours that took it from itself, as behind a filter of its own
    FOREIGN = "foreign"


def hop(received: str, trusted: str, us: Ourselves) -> Hop:
    """Whose server wrote the Received field `received`, by the name in its "by"."""
    plain = _COMMENT.sub(" ", received[:_MAX_CHARS])
    if _is_loop(received[:_MAX_CHARS]) and not _LOCAL_DELIVERY.search(plain):
        return Hop.LOOP
    began = _FROM.match(plain)
    found = _BY.search(plain, began.end() if began else 0)
    host = found[1].lower().rstrip(".") if found else ""
    near = _EXCHANGE if trusted.lower() == NO_ID else _organization(trusted.lower())
    if host == trusted.lower() or _organization(host) == near:
        return Hop.NEAR
    last = host.rpartition(".")[2]
    if not _HOST_NAME.match(host) or last in _PRIVATE or not re.search("[a-z]", last):
        return Hop.OURS  # "localhost", or an address: such names are given inside a network
    if _LOCAL_DELIVERY.search(plain):
        return Hop.OURS
    companys = {_organization(domain) for domain in us.domains}
    return Hop.OURS if _organization(host) in companys else Hop.FOREIGN


def _is_loop(received: str) -> bool:
    """Whether it came from the host itself: a name is the sender's to choose, no address is."""
    if "::1" not in received and "127." not in received:
        return False  # as of nearly all, before anything is looked for
    came_from = _BEFORE_BY.match(received)
    addresses = _ADDRESS.findall(came_from[0]) if came_from else []
    return bool(addresses) and all(a == "::1" or a.startswith("127.") for a in addresses)


@lru_cache(maxsize=256)  # of our own servers, and of the few that most mail comes from
def _organization(host: str) -> str:
    """The end of a name that its owner has registered: "hosts.co.uk" of "mx.hosts.co.uk"."""
    labels = host.split(".")
    short = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3 if short else -2 :])
