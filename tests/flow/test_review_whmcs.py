"""What a review of the WHMCS module found: each of these fails as it is."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.ports import Store
from daemon.receivers import audience, open_receiver
from daemon.stores import open_store
from handlers.values import State
from tests.contract.store_values import NOW, change, entry, record, request
from tests.flow.test_announcing import at_work, known
from tests.flow.test_whmcs import ADDRESS, settings, tell
from tests.servers.receiver import Call, ReceiverServer, Reply
from tests.servers.whmcs import SECRET, Whmcs

S = State


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store("sqlite:///s.db", access="own", base_dir=tmp_path, now=NOW)
    yield opened
    opened.close()


async def test_a_cancellation_asked_for_anew_is_not_taken_back_with_the_old_one(
    store: Store,
) -> None:
    """C-1 is entered and withdrawn: "take it back in WHMCS". Before anybody does, C-2 comes."""
    whmcs = Whmcs()
    whmcs.client(ADDRESS, "Active")
    with ReceiverServer(whmcs.answer) as server:
        module = open_receiver(settings(server), (SECRET,))
        async with at_work(store, known(module, "billing")) as house:
            store.use_receivers([audience(settings(server), module)], now=NOW)
            uid = 0

            async def come_to(reference: str, before: State, after: State, *states: str) -> None:
                nonlocal uid
                uid += 1
                record(store, entry(uid, changes=(change(reference, before, after),)))
                house.announcer.wake()
                await house.until(lambda: house.states(reference, "billing") == list(states))

            record(store, entry(90, requests=(request("C-1"),)))
            await come_to("C-1", S.AWAITING_CONFIRMATION, S.CONFIRMED, "told")
            await come_to("C-1", S.CONFIRMED, S.WITHDRAWN, "told", "needs_person")
            record(store, entry(91, requests=(request("C-2"),)))
            uid += 1
            anew = change("C-2", S.AWAITING_CONFIRMATION, S.CONFIRMED)
            record(store, entry(uid, changes=(anew,)))
            house.announcer.wake()
            await house.until(
                lambda: house.states("C-2", "billing") not in (["queued"], ["sending"])
            )
            (old,) = [r for r in store.announcements_about("C-1") if r.after is S.WITHDRAWN]
            (new,) = store.announcements_about("C-2")
    # Staff are told to take back the only entry that there is, which is C-2's as well by now, and
    # C-2 is "told": nobody looks at it again.
    assert (old.state, new.state) != ("needs_person", "told"), (old.note, new.note)


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
