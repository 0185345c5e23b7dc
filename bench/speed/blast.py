"""How many mails a second the sink takes: as fast a sender as can be, for a second or two."""

from __future__ import annotations

import asyncio
import time

_MAIL = (
    b"From: support@shop.example\r\nTo: someone@elsewhere.example\r\nSubject: Re: A request\r\n"
    b"In-Reply-To: <blast@bench>\r\n\r\n" + b"Your request was received, and is done.\r\n" * 40
)


async def ceiling(port: int, *, connections: int, mails: int = 2000) -> float:
    """Mails a second over so many connections, each waiting for every answer."""
    began_s = time.perf_counter()
    await asyncio.gather(*(_send(port, mails // connections) for _ in range(connections)))
    return mails // connections * connections / (time.perf_counter() - began_s)


async def _send(port: int, mails: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await reader.readline()

    async def say(words: bytes) -> None:
        writer.write(words + b"\r\n")
        while (await reader.readline())[3:4] == b"-":
            pass

    await say(b"EHLO bench.example")
    for _ in range(mails):
        await say(b"MAIL FROM:<>")
        await say(b"RCPT TO:<someone@elsewhere.example>")
        await say(b"DATA")
        await say(_MAIL + b".")
    await say(b"QUIT")
    writer.close()
    await writer.wait_closed()
