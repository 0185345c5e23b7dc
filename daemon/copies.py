"""Copies of replies come into the Sent folders soon after they were sent, however many they are.

For a while at a time: between two times the mailbox is free for new mail, which goes first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from time import monotonic

from daemon.app import App
from daemon.watch import Watch

# Replies mostly go out several at a time; their copies are filed together.
AFTER_S = 2.0
# Where more wait, they are filed for so long. Then who waits for the connection has it, and the
# server is asked for what came.
TURN_S = 0.3
BETWEEN_S = 0.2


async def keep_filing(app: App) -> None:
    """Files what replies leave, and what passes have left over; until cancelled.

    Each pass files some too, but the next one may be an hour away.
    """
    waiting = asyncio.Event()
    mailboxes: set[str] = set()

    def note(mailbox: str) -> None:
        mailboxes.add(mailbox)
        waiting.set()

    app.outbox.mail_sent.append(note)
    app.copies_wait.append(note)
    pause_s = AFTER_S
    while True:
        await waiting.wait()
        await asyncio.sleep(pause_s)
        concerned = {name: watch for name, watch in app.watches.items() if name in mailboxes}
        mailboxes.clear()
        waiting.clear()
        left = await file_all(concerned, timeout_s=TURN_S)
        for name in left:
            note(name)
        pause_s = BETWEEN_S if left else AFTER_S


async def file_all(watches: Mapping[str, Watch], *, timeout_s: float) -> Mapping[str, Watch]:
    """Files until nothing waits that can be filed, or `timeout_s` has passed; those with more."""
    deadline_s = monotonic() + timeout_s
    while watches := await _file_some(watches):
        if monotonic() >= deadline_s:
            break
    return watches


async def _file_some(watches: Mapping[str, Watch]) -> dict[str, Watch]:
    """Files some copies of each; those that have more."""
    more = await asyncio.gather(*(watch.file_copies() for watch in watches.values()))
    return {name: watch for (name, watch), yes in zip(watches.items(), more, strict=True) if yes}
