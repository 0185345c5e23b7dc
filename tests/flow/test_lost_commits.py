"""A connection to PostgreSQL that breaks at a commit: nobody can know whether it was done.

The wire is cut before the server has heard of the commit, or after it has carried it out; all that
was decided, noted and sent has to be there once all the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from daemon.errors import TemporaryFailure
from daemon.outbox import Outbox
from daemon.ports import Store
from daemon.stores import open_store
from tests.contract.fake_courier import FakeCourier
from tests.contract.fake_mailbox import FakeMailbox
from tests.flow.routes import NOW, Clock, message, route
from tests.servers.postgres import ROLE, Postgres

pytestmark = pytest.mark.postgres

PEOPLE = 18
_COMMIT = b"COMMIT\0"


class Wire:
    """A Unix socket in `folder` that leads to the server, and breaks at many commits."""

    def __init__(self, folder: Path, server: Postgres, cut: Literal["before", "after"]) -> None:
        self.cuts = 0
        self.is_whole = False  # from now on
        self._cut, self._dice = cut, random.Random(11)
        self._server = str(server.socket_folder / f".s.PGSQL.{server.port}")
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / f".s.PGSQL.{server.port}"))
        self._listener.listen()
        self.url = f"postgresql+psycopg://{ROLE}@:{server.port}/{{}}?host={folder}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                for pump in (self._to_server, self._to_client):
                    threading.Thread(target=pump, args=(client, server), daemon=True).start()

    def _to_server(self, client: socket.socket, server: socket.socket) -> None:
        with client, server, contextlib.suppress(OSError):
            while octets := client.recv(65_536):
                if _COMMIT in octets and not self.is_whole and self._dice.random() < 1 / 3:
                    self.cuts += 1
                    client.shutdown(socket.SHUT_RDWR)
                    if self._cut == "after":
                        server.sendall(octets)
                    # It carries out what it has heard, and ends when it hears no more.
                    server.shutdown(socket.SHUT_WR)
                    return
                server.sendall(octets)

    def _to_client(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while octets := server.recv(65_536):
                client.sendall(octets)
            client.shutdown(socket.SHUT_RDWR)


@pytest.fixture(params=["before", "after"])
def wire(request: pytest.FixtureRequest, tmp_path: Path, postgres: Postgres) -> Iterator[Wire]:
    made = Wire(tmp_path, postgres, request.param)
    yield made
    made.close()


def test_what_is_committed_over_a_wire_that_breaks_is_there_once(
    wire: Wire, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("rounds", "noting"):
        monkeypatch.setattr(f"daemon.{module}.STORE_PAUSE_S", 0.02)
    store = open_store(
        wire.url.format(postgres.new_database()), access="own", base_dir=Path(), now=NOW
    )
    store.take_lease("support")
    box, courier = FakeMailbox("support"), FakeCourier()
    for number in range(PEOPLE):
        text = message("Please unsubscribe me.", sender=f"p{number}@a.example", number=number)
        box.deliver(text)
    reading = route(box, store, clock=Clock(), batch_messages=3)
    for _ in range(100):
        with contextlib.suppress(TemporaryFailure):
            reading.run()
            break
    asyncio.run(_deliver(store, courier))
    assert wire.cuts > 5
    wire.is_whole = True
    counts = store.counts()
    assert counts["message"] == counts["request.effective"] == counts["suppression"] == PEOPLE
    assert counts["outbox.sent"] == PEOPLE
    assert {name for name in counts if name.startswith("outbox.")} == {"outbox.sent"}
    assert set(Counter(str(mail.recipient.key) for mail in courier.taken).values()) == {1}
    assert len(courier.taken) == PEOPLE
    happened = Counter(event.what for event in store.audit_events())
    assert happened["request_recorded"] == happened["reply_sent"] == PEOPLE
    assert store.walk_audit().broken_at is None
    store.close()


async def _deliver(store: Store, courier: FakeCourier) -> None:
    outbox = Outbox(
        store=store,
        courier=courier,
        connections=4,
        replies_per_hour=0,
        now=Clock(),
        jitter=lambda: 0.5,
    )
    running = asyncio.create_task(outbox.run())
    async with asyncio.timeout(60):
        while True:
            if (await _counts(store)).get("outbox.sent", 0) == PEOPLE:
                break
            await asyncio.sleep(0.02)
    outbox.stop()
    await running


async def _counts(store: Store) -> dict[str, int]:
    with contextlib.suppress(TemporaryFailure):
        return dict(await asyncio.to_thread(store.counts))
    return {}
