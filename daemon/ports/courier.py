"""The way out for replies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from handlers.values import (
    OutgoingMail,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The server's answer to the final dot."""

    response: str


class NotHandedOver(asyncio.CancelledError):
    """A delivery was cut off before its final dot: the server has not got the mail."""


# Told that the server takes mail as such, before it has answered about this one.
Speaks = Callable[[], None]


def unheard() -> None:
    """For those who need not know that the server speaks."""


class Courier(Protocol):
    """Delivers one mail. Raises TemporaryFailure, PermanentFailure or OutcomeUnknown."""

    async def deliver(self, mail: OutgoingMail, *, speaks: Speaks = unheard) -> Accepted:
        """Hands `mail` to the server; returns when it has taken responsibility for it.

        `speaks` is called once it has taken sender and recipient: its answer to the final dot may
        come ten minutes later (RFC 5321 section 4.5.3.2.6).

        When it is cancelled it raises NotHandedOver where the server cannot have the mail.
        """
        ...

    async def inspect(self, *, envelope_from: str, recipient: str) -> list[str]:
        """For `optoutd check`: connects, logs in, tries MAIL FROM; notes, a line each."""
        ...

    async def close(self) -> None:
        """Closes the connections; never raises."""
        ...
