"""Delivers mail to a submission server over a few connections that are kept."""

from __future__ import annotations

import asyncio

from config.settings import SmtpSettings
from daemon.couriers.smtp import Line
from daemon.couriers.tls import tls_context
from daemon.ports import Accepted, Speaks, unheard
from daemon.ports.courier import NotHandedOver
from handlers.values import OutgoingMail


class SmtpCourier:
    """Fulfils `daemon.ports.Courier` with `settings.connections` connections to one server.

    A connection carries one mail at a time and is kept for the next; more mails wait for a free
    one. `password` matters with `settings.username` only. Raises PermanentFailure when
    `settings.ca_file` cannot be used.
    """

    def __init__(self, settings: SmtpSettings, password: str | None) -> None:
        self._settings = settings
        self._password = password or ""
        self._context = tls_context(settings)
        self._lines = [self._new_line() for _ in range(settings.connections)]
        # Last in, first out: under little load one connection does all, and stays warm.
        self._free: asyncio.LifoQueue[Line] = asyncio.LifoQueue()
        for line in self._lines:
            self._free.put_nowait(line)

    async def deliver(self, mail: OutgoingMail, *, speaks: Speaks = unheard) -> Accepted:
        """Hands `mail` to the server; returns when it has taken responsibility for it.

        `speaks` is called once the server has taken sender and recipient.

        Raises CourierMisconfigured where the server takes no mail of ours as it is set up,
        CourierUnreachable where it takes none for now, PermanentFailure where it refuses this one,
        OutcomeUnknown where the connection was lost after the final dot, TemporaryFailure for all
        else, and NotHandedOver when it is cancelled before that dot.
        """
        try:
            line = await self._free.get()
        except asyncio.CancelledError:
            raise NotHandedOver from None
        try:
            return await line.deliver(mail, speaks)
        finally:
            self._free.put_nowait(line)

    async def inspect(self, *, envelope_from: str, recipient: str) -> list[str]:
        """Goes as far as RCPT TO on a connection of its own, and sends nothing.

        Raises what `deliver` would.
        """
        line = self._new_line()
        try:
            return await line.inspect(envelope_from, recipient)
        finally:
            await line.quit()

    async def close(self) -> None:
        """Says QUIT on the idle connections and cuts those at work; never raises.

        Let the deliveries end first: one that is cut after its final dot is OutcomeUnknown.
        """
        idle: list[Line] = []
        while not self._free.empty():
            idle.append(self._free.get_nowait())
        for line in self._lines:
            if line not in idle:
                line.cut()
        await asyncio.gather(*(line.quit() for line in idle))
        for line in idle:
            self._free.put_nowait(line)

    def _new_line(self) -> Line:
        return Line(self._settings, self._password, self._context)
