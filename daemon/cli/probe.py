"""Whether mail servers answer at their ports: for `optoutd init --probe`."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

_TIMEOUT_S = 4.0

# What is spoken where: RFC 8314 section 7, RFC 9051 section 2.1, RFC 6409 section 3.1.
IMAP_PORTS = {993: "tls", 143: "starttls"}
SMTP_PORTS = {465: "tls", 587: "starttls"}


def answering(hosts: Iterable[str], ports: Iterable[int]) -> dict[str, list[int]]:
    """Of each host the ports at which something answers within four seconds, in their order.

    Nothing is said to the server, and no password sent.
    """
    pairs = [(host, port) for host in dict.fromkeys(hosts) for port in ports]
    with ThreadPoolExecutor(max_workers=max(1, len(pairs))) as pool:
        answers = list(pool.map(_answers, pairs))
    found: dict[str, list[int]] = {host: [] for host, _ in pairs}
    for (host, port), answer in zip(pairs, answers, strict=True):
        if answer:
            found[host].append(port)
    return found


def _answers(place: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(place, timeout=_TIMEOUT_S):
            return True
    except (OSError, UnicodeError):  # not found, refused, too slow, or no name at all
        return False
