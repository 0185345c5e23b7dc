"""What a review of the WHMCS module found: each of these fails as it is."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.ports import Store
from daemon.receivers import open_receiver
from daemon.stores import open_store
from handlers.values import State
from tests.contract.store_values import NOW
from tests.flow.test_whmcs import ADDRESS, settings, tell
from tests.servers.receiver import Call, ReceiverServer, Reply
from tests.servers.whmcs import SECRET, Whmcs

S = State


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store("sqlite:///s.db", access="own", base_dir=tmp_path, now=NOW)
    yield opened
    opened.close()


async def test_a_server_that_compresses_where_it_may_is_understood() -> None:
    """Apache and nginx in front of WHMCS do, where the call says Accept-Encoding: gzip."""
    whmcs = Whmcs()
    whmcs.client(ADDRESS, "Active")

    def answer(call: Call) -> Reply:
        reply = whmcs.answer(call)
        if "gzip" not in call.fields.get("accept-encoding", ""):
            return reply
        fields = {**reply.fields, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return Reply(status=reply.status, body=gzip.compress(reply.body), fields=fields)

    with ReceiverServer(answer) as server:
        outcome = await tell(open_receiver(settings(server), (SECRET,)))
    assert outcome.state == "told"
