"""An outbox in a storm: `python -m bench.storm [--seed N] [--runs N] [--mails N]`.

A real store and a real connection to an SMTP server that does all that servers do: 4yz and 5yz at
every step, 421 and the door, answers that never come, come late, come twice or in pieces, lines
cut at any place, restarts in the middle of DATA, and mails that it keeps without being able to say
so. The clock is wound on until nothing waits. Then what the store says is held against what the
server really has, and every difference is printed, with the seed that makes it again.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import random
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

from config.settings import SmtpSettings
from daemon import events
from daemon.couriers import open_courier
from daemon.outbox import Outbox
from daemon.ports import MAIL_STATES, Act, Store
from daemon.stores import open_store
from handlers.address import Address
from handlers.values import Decision, Disposition, OutgoingMail

BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)
TIMEOUT_S = 0.1
CONNECTIONS = 16
# By step: what may happen there, and how often beside all that goes well.
FAULTS = {
    "greet": ("421 4.3.2 busy", "554 5.7.1 go away", "", "hang"),
    "EHLO": ("421 4.3.2 busy", "", "hang", "what?"),
    "MAIL": ("451 4.3.0 later", "421 4.7.0 too many", "", "hang", "twice", "pieces"),
    "RCPT": ("450 4.7.1 greylisted", "550 5.1.1 nobody", "421 4.3.2", "", "hang", "pieces"),
    "DATA": ("452 4.3.1 full", "554 5.7.1 no", "421 4.3.2", "", "hang", "restart"),
    "body": ("", "restart"),
    ".": ("451 4.3.0 later", "554 5.7.1 spam", "421 4.3.2", "", "hang", "what?", "restart"),
    "kept": ("", "hang", "late", "what?", "pieces", "restart"),
    "RSET": ("500 5.5.1 what?", "", "hang"),
    "idle": ("", "421 4.4.2 idle for too long"),
}
_USUAL = {"EHLO": "250-storm.test\r\n250 PIPELINING", "DATA": "354 go on", "QUIT": "221 bye"}


# Of the event loop: accepting, the transport made, its protocol told, the task begun.
_TURNS_TO_TAKE_OVER = 5


@dataclass(slots=True)
class StormServer:
    """An SMTP server whose `dice` decide; what it has taken responsibility for is in `kept`."""

    dice: random.Random
    fault_rate: float
    kept: list[tuple[str, bytes]] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    port: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _listener: asyncio.Server | None = None
    _restarting: set[asyncio.Task[None]] = field(default_factory=set)
    _serving: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> None:
        """Listens, on the port that it had before if it was started once."""
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Cuts every connection, and waits until nobody is served any more."""
        for task in self._restarting:
            task.cancel()
        await self._go()
        serving = tuple(self._serving)
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving)
        await asyncio.sleep(0)  # what was cut is told of it then

    async def _go(self) -> None:
        if self._listener is not None:
            # What was accepted just now has to be taken over first: asyncio forgets it otherwise,
            # and nobody closes it.
            for listening in self._listener.sockets:
                asyncio.get_running_loop().remove_reader(listening.fileno())
            for _ in range(_TURNS_TO_TAKE_OVER):
                await asyncio.sleep(0)
            self._listener.close()
        for writer in self._open:
            writer.transport.abort()

    async def _restart(self) -> None:
        await self._go()
        await asyncio.sleep(0.05)
        with contextlib.suppress(OSError):
            await self.start()

    def _fault(self, step: str) -> str | None:
        if self.dice.random() >= self.fault_rate:
            return None
        fault = self.dice.choice(FAULTS[step])
        self.faults[f"{step} {fault or 'cut'}"] += 1
        return fault

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            await self._converse(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the other side has gone, or we have cut it off, or stop() ends it
        finally:
            self._serving.discard(task)
            self._open.discard(writer)
            writer.close()

    async def _say(self, writer: asyncio.StreamWriter, step: str, usual: str) -> bool:
        """Answers; False where the connection is over."""
        return await self._carry_out(writer, self._fault(step), usual)

    async def _carry_out(
        self, writer: asyncio.StreamWriter, fault: str | None, usual: str
    ) -> bool:
        said = usual
        match fault:
            case None | "pieces" | "twice" | "late":
                pass
            case "":
                return False
            case "hang":
                await asyncio.sleep(3 * TIMEOUT_S)
                return False
            case "restart":
                task = asyncio.create_task(self._restart())
                self._restarting.add(task)
                task.add_done_callback(self._restarting.discard)
                await asyncio.sleep(0.01)
                return False
            case _:
                said = fault
        if fault == "late":
            await asyncio.sleep(1.5 * TIMEOUT_S)
        line = f"{said}\r\n".encode() * (2 if fault == "twice" else 1)
        if fault == "pieces":
            writer.write(line[:2])
            await writer.drain()
            await asyncio.sleep(0.01)
            line = line[2:]
        writer.write(line)
        await writer.drain()
        return not said.startswith("421")

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        going = await self._say(writer, "greet", "220 storm.test ESMTP")
        recipient = ""
        while going and (line := (await reader.readline()).decode().strip()):
            verb = line.split()[0].upper()
            if verb == "RCPT":
                recipient = line.partition("<")[2].partition(">")[0]
            step = verb if verb in FAULTS else "EHLO"
            fault = self._fault(step) if verb in FAULTS else None
            going = await self._carry_out(writer, fault, _USUAL.get(verb, "250 ok"))
            if verb == "QUIT":
                return
            if verb == "DATA" and going and fault is None:
                going = await self._take(reader, writer, recipient)
                if going and self.dice.random() < self.fault_rate:
                    await self._say(writer, "idle", "")
                    return

    async def _take(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, recipient: str
    ) -> bool:
        if (fault := self._fault("body")) is not None:
            await reader.readline()
            return await self._carry_out(writer, fault, "")
        raw = await reader.readuntil(b"\r\n.\r\n")
        if (fault := self._fault(".")) is not None:
            return await self._carry_out(writer, fault, "")
        self.kept.append((recipient, raw))
        return await self._say(writer, "kept", "250 2.0.0 taken")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What became of a storm; `wrong` are the differences between the store and the server."""

    seed: int
    states: Counter[str]
    twice: int
    counted: int
    faults: int
    wrong: tuple[str, ...]


def letter(number: int) -> OutgoingMail:
    """A mail of its own to a recipient of its own."""
    to, message_id = f"anna-{number}@there.example", f"<{number}.{number * 7}@shop.example>"
    raw = f"To: {to}\r\nMessage-ID: {message_id}\r\n\r\nDone.\r\n.dotted\r\n"
    return OutgoingMail(
        idempotency_key=f"storm:{number}",
        message_id=message_id,
        recipient=Address(written=to, key=to),
        envelope_from="support@shop.example",
        raw=raw.encode(),
        references=(),
        secret_hash="",
        mailbox="support",
    )


@asynccontextmanager
async def _server(dice: random.Random, fault_rate: float) -> AsyncIterator[StormServer]:
    server = StormServer(dice, fault_rate)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


async def storm(
    folder: Path, *, seed: int, mails: int, fault_rate: float, url: str = "sqlite:///storm.db"
) -> Found:
    """Sends `mails` mails through one storm, to the end, with the empty store at `url`."""
    dice = random.Random(seed)
    now = BEGIN

    def clock() -> datetime:
        return now

    store = open_store(url, access="own", base_dir=folder, now=now)
    decided = Decision(disposition=Disposition.ACT, reason="storm")
    with store.batch() as batch:
        acts = [Act(decision=decided, outgoing=letter(number)) for number in range(mails)]
        batch.carry_out(acts, by="storm", now=now)
    async with _server(dice, fault_rate) as server:
        settings = SmtpSettings(
            host="127.0.0.1",
            port=server.port,
            security="none",
            timeout_seconds=TIMEOUT_S,
            connections=CONNECTIONS,
        )
        with mock.patch("daemon.couriers.smtp.MAX_DOT_TIMEOUT_S", 0.0):
            courier = open_courier(settings, None)
            outbox = Outbox(
                store=store,
                courier=courier,
                connections=CONNECTIONS,
                replies_per_hour=0,
                now=clock,
                jitter=dice.random,
            )
            while (due := store.next_due()) is not None:
                now = max(now, due) + timedelta(seconds=1)
                await outbox.drain(0.05)
            await courier.close()
        found = _compare(store, server, seed, mails)
    store.close()
    return found


def _compare(store: Store, server: StormServer, seed: int, mails: int) -> Found:
    copies = Counter(recipient for recipient, _ in server.kept)
    octets = {
        recipient: {raw for to, raw in server.kept if to == recipient} for recipient in copies
    }
    rows = {
        row.recipient: (row.state, row.unknowns)
        for row in store.mails(MAIL_STATES, limit=mails + 1)
    }
    wrong = []
    for to, (state, unknowns) in rows.items():
        had = copies[to]
        if state not in ("sent", "failed", "unknown"):
            wrong.append(f"{to} is {state} in the end")
        if state == "sent" and not had:
            wrong.append(f"{to} is sent, and the server has nothing")
        if had > (state == "sent") + unknowns:
            wrong.append(
                f"{to} is {state}, {unknowns} times of unknown fate, and came {had} times"
            )
        if had > 2:
            wrong.append(f"{to} has it {had} times")
        if len(octets.get(to, {b""})) != 1:
            wrong.append(f"{to} has two different mails")
    twice = sum(count > 1 for count in copies.values())
    counted = store.perhaps_twice()
    if len(rows) != mails or set(copies) - set(rows):
        wrong.append(f"{len(rows)} mails in the store, {len(copies)} recipients at the server")
    if twice > counted:
        wrong.append(f"{twice} have it twice, and {counted} are counted")
    return Found(
        seed=seed,
        states=Counter(state for state, _ in rows.values()),
        twice=twice,
        counted=counted,
        faults=server.faults.total(),
        wrong=tuple(wrong),
    )


def main() -> int:
    """Runs storms of growing force, and prints what came of each."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--seed", type=int, default=1, help="of the first storm")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--mails", type=int, default=200)
    arguments = parser.parse_args()
    # What it tells of each mail is the daemon's own business here.
    events.configure(stream=io.StringIO(), level="error", addresses="masked", key=bytes(32))
    bad = 0
    for seed in range(arguments.seed, arguments.seed + arguments.runs):
        rate = 0.05 + 0.05 * (seed % 5)
        with tempfile.TemporaryDirectory() as folder:
            found = asyncio.run(
                storm(Path(folder), seed=seed, mails=arguments.mails, fault_rate=rate)
            )
        told = ", ".join(f"{count} {state}" for state, count in sorted(found.states.items()))
        print(
            f"seed {seed}, {rate:.0%} of the steps go wrong ({found.faults} faults): {told}; "
            f"{found.twice} twice, {found.counted} counted as perhaps twice"
        )
        for line in found.wrong:
            bad += 1
            print(f"  WRONG: {line}")
    print(f"{bad} differences between the store and the server")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
