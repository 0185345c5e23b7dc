"""Waiting for new mail with IDLE (RFC 2177), in a way that another thread can end."""

from __future__ import annotations

import contextlib
import os
import selectors
import ssl
import time
import weakref
from collections.abc import Sequence
from typing import Any

from daemon.mailboxes.failures import Lost

# RFC 2177 section 3: servers may log a client out after 30 minutes of IDLE.
LONGEST_IDLE_S = 25 * 60.0

_NEWS = frozenset({b"EXISTS", b"RECENT"})


class Bell:
    """A pipe that one thread rings and another can wait on, together with a socket."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        for end in (self._reader, self._writer):
            os.set_blocking(end, False)
        # Closed with the object: `ring` never meets a descriptor that belongs to someone else.
        weakref.finalize(self, _close, self._reader, self._writer)

    def ring(self) -> None:
        """Wakes who waits now, or else who waits next."""
        with contextlib.suppress(BlockingIOError):  # full: it rings already
            os.write(self._writer, b"\0")

    def answer(self) -> bool:
        """Whether it was rung; silent afterwards."""
        rung = False
        with contextlib.suppress(BlockingIOError):
            while os.read(self._reader, 4096):
                rung = True
        return rung

    def fileno(self) -> int:
        """For selectors."""
        return self._reader


def wait_for_mail(client: Any, bell: Bell, timeout_s: float) -> bool:
    """Idles until the server tells of mail (True), or the bell or the timeout ends it (False).

    Raises `Lost`, or OSError, when the server is gone.
    """
    deadline = time.monotonic() + timeout_s
    is_first = True
    while (left_s := deadline - time.monotonic()) > 0:
        client.idle()
        # Only once: a server that greets each IDLE with a line would keep us busy for ever.
        if is_first and _has_read_ahead(client):
            told: Sequence[Any] = ()  # idle_done() will read it
        else:
            told = _listen(client, bell, min(left_s, LONGEST_IDLE_S))
        is_first = False
        # A dead server shows here and not before: nothing comes back within the read timeout.
        # What it told between the last look and DONE comes as the second value.
        _, rest = client.idle_done()
        if _is_news([*told, *rest]):
            return True
        if bell.answer():
            return False
    return False


def _listen(client: Any, bell: Bell, timeout_s: float) -> Sequence[Any]:
    """What the server told, () when the bell rang or the time is over."""
    deadline = time.monotonic() + timeout_s
    sock = client.socket()
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        selector.register(bell, selectors.EVENT_READ)
        while (left_s := deadline - time.monotonic()) > 0:
            if sock not in {key.fileobj for key, _ in selector.select(left_s)}:
                return ()
            responses: Sequence[Any] = client.idle_check(timeout=0)
            # Readable and yet without words: most likely the end, which DONE will find out.
            if not responses or _is_news(responses):
                return responses
    return ()


def _has_read_ahead(client: Any) -> bool:
    """Whether imaplib has read more than the answer to IDLE, which no selector can see.

    A server that had news at the start of IDLE sends it with its "+" in one segment.
    """
    # `file` is an undocumented attribute: imaplib's buffered reader, until Python 3.13.
    reader = vars(client._imap).get("file")  # noqa: SLF001 - there is no public way to ask
    if reader is None:
        return False
    sock = client.socket()
    timeout_s = sock.gettimeout()
    sock.setblocking(False)
    try:
        return bool(reader.peek(1))
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        sock.settimeout(timeout_s)


def _is_news(responses: Sequence[Any]) -> bool:
    if any(response[0] == b"BYE" for response in responses):
        raise Lost("the server said BYE while idling")
    return any(len(response) > 1 and response[1] in _NEWS for response in responses)


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
