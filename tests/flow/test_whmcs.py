"""A confirmed cancellation is entered in WHMCS, where it is plain which service is meant."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config.systems import ReceiverSettings
from daemon.errors import PermanentFailure, ReceiverUnreachable, TemporaryFailure
from daemon.ports import Audience, Outcome, Receiver, Store
from daemon.receivers import audience, open_receiver
from daemon.stores import open_store
from handlers.announcement import Announcement
from handlers.values import State
from tests.contract.fake_store import FakeStore
from tests.contract.store_values import NOW, change, entry, record, request
from tests.flow.test_announcing import at_work, known
from tests.servers.receiver import Call, ReceiverServer, Reply
from tests.servers.whmcs import IDENTIFIER, PATH, SECRET, Whmcs
from tests.unit.log_capture import LogCapture

ADDRESS = "anna@shop.example"
S = State


@pytest.fixture
def whmcs() -> Whmcs:
    return Whmcs()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store("sqlite:///s.db", access="own", base_dir=tmp_path, now=NOW)
    yield opened
    opened.close()


@pytest.fixture
def server(whmcs: Whmcs) -> Iterator[ReceiverServer]:
    with ReceiverServer(whmcs.answer) as running:
        yield running


def settings(server: ReceiverServer, path: str = PATH, **options: str) -> ReceiverSettings:
    return ReceiverSettings(
        name="billing",
        module="whmcs",
        url=server.url.replace("/hook", path),
        secret_files=("x",),
        options={"identifier": IDENTIFIER, **options},
        timeout_seconds=5.0,
    )


@pytest.fixture
def module(server: ReceiverServer) -> Receiver:
    return open_receiver(settings(server), (SECRET,))


def confirmed(state: State = S.CONFIRMED, **changes: Any) -> Announcement:
    asked = request("C-7K3M2Q", state=state, **changes)
    return Announcement(
        row=1,
        id="msg_1",
        receiver="billing",
        before=S.AWAITING_CONFIRMATION,
        after=S.CONFIRMED,
        reason="answered-yes",
        changed_at=NOW,
        lists=(),
        request=asked,
        span_began_at=NOW,
    )


async def tell(module: Receiver, announcement: Announcement | None = None) -> Outcome:
    try:
        outcome = await module.tell(announcement or confirmed(), now=NOW)
        if outcome.state == "begin":
            begun = replace(announcement or confirmed(), noted=True)
            outcome = await module.tell(begun, now=NOW)
        return outcome
    finally:
        await module.close()


async def test_the_one_service_of_a_client_is_cancelled_at_the_end_of_its_period(
    whmcs: Whmcs, module: Receiver
) -> None:
    whmcs.client("other@shop.example", "Active")
    whmcs.client("Anna@Shop.Example", "Terminated", "Active", "Cancelled")
    outcome = await tell(module)
    note = "service 103: End of Billing Period"
    assert outcome == Outcome(state="told", note=note, hands_over=True)
    (entered,) = whmcs.cancelled
    assert entered["serviceid"] == "103"
    assert entered["type"] == "End of Billing Period"
    assert entered["reason"] == "C-7K3M2Q: asked for by mail, received 2026-03-01 (optoutd)"
    asked = ["GetClients", "GetClientsProducts"]
    assert whmcs.actions == [*asked, *asked, "AddCancelRequest"]


async def test_at_once_where_the_company_wants_it_so(whmcs: Whmcs, server: ReceiverServer) -> None:
    whmcs.client(ADDRESS, "Suspended")
    module = open_receiver(settings(server, type="Immediate"), (SECRET,))
    assert (await tell(module)).state == "told"
    assert whmcs.cancelled[0]["type"] == "Immediate"


async def test_told_twice_it_is_entered_once(whmcs: Whmcs, module: Receiver) -> None:
    whmcs.client(ADDRESS, "Active")
    await tell(module)
    again = await tell(module, replace(confirmed(), attempts=2, begun=True))
    note = "service 101: was entered before"
    assert again == Outcome(state="told", note=note, hands_over=True)
    assert len(whmcs.cancelled) == 1


@pytest.mark.parametrize(
    ("clients", "note"),
    [
        ([], "no client of WHMCS has this address"),
        # The search finds what only begins so, or is called so.
        ([("anna@shop.example.com", "Active")], "no client of WHMCS has this address"),
        ([("anna+shop@shop.example", "Active")], "no client of WHMCS has this address"),
        (
            [("anna@shop.example", "Active"), ("ANNA@shop.example", "Active")],
            "2 clients of WHMCS have this address",
        ),
        (
            [("anna@shop.example", "Active", "Suspended")],
            "client 1 has 2 services: which one is meant?",
        ),
        (
            [("anna@shop.example", "Active", "Pending")],
            "client 1 has 2 services: which one is meant?",
        ),
        ([("anna@shop.example",)], "client 1 has no service that could be cancelled"),
        (
            [("anna@shop.example", "Terminated", "Fraud", "Completed")],
            "client 1 has no service that could be cancelled",
        ),
        ([("anna@shop.example", "Pending")], "the service of client 1 does not run"),
    ],
)
async def test_what_is_not_plain_is_for_a_person(
    whmcs: Whmcs, module: Receiver, clients: list[tuple[str, ...]], note: str
) -> None:
    for client in clients:
        whmcs.client(*client)
    assert await tell(module) == Outcome(state="needs_person", note=note)
    assert whmcs.cancelled == []


async def test_a_service_that_was_ordered_after_the_request_is_not_cancelled(
    whmcs: Whmcs, module: Receiver
) -> None:
    """The one that was meant is over by now; the customer has bought another one since."""
    whmcs.client(ADDRESS, "Terminated", "Active")
    whmcs.services[0]["regdate"] = "2019-05-01"
    whmcs.services[1]["regdate"] = "2026-03-05"
    asked = confirmed()
    assert f"{asked.request.received_at:%Y-%m-%d}" == "2026-03-01"
    outcome = await tell(module, asked)
    assert whmcs.cancelled == []
    assert outcome.state == "needs_person"


async def test_what_is_told_late_is_not_taken_for_what_is_left_over(
    whmcs: Whmcs, module: Receiver
) -> None:
    """Two services; somebody has ended the one that was meant by hand, and has it retried."""
    whmcs.client(ADDRESS, "Terminated", "Active")
    whmcs.services[1]["regdate"] = "2019-05-01"
    long_ago = replace(confirmed(), changed_at=NOW - timedelta(hours=2))
    outcome = await tell(module, long_ago)
    assert outcome.state == "needs_person"
    assert "services that are over" in outcome.note
    assert whmcs.cancelled == []
    # One that was ordered after the request was not meant, over or not.
    whmcs.services[0]["regdate"] = "2026-03-05"
    assert (await tell(module, long_ago)).state == "told"


async def test_more_clients_than_are_shown_are_for_a_person(
    whmcs: Whmcs, module: Receiver
) -> None:
    whmcs.client(ADDRESS, "Active")
    for number in range(250):
        whmcs.client(f"{number}@b.example", firstname=ADDRESS)
    assert (await tell(module)).note == "WHMCS shows 250 of 251 clients"
    assert whmcs.cancelled == []


async def test_an_end_date_is_for_a_person(whmcs: Whmcs, module: Receiver) -> None:
    whmcs.client(ADDRESS, "Active")
    outcome = await tell(module, confirmed(wanted_end="2027-01-31"))
    assert outcome.state == "needs_person"
    assert whmcs.actions == []


async def test_a_person_who_was_forgotten_is_looked_for_nowhere(
    whmcs: Whmcs, module: Receiver
) -> None:
    outcome = await tell(module, confirmed(address_key=f"hash:{'0' * 64}"))
    assert outcome.state == "needs_person"
    assert whmcs.actions == []


async def test_who_looks_is_told_where_it_may_have_been_entered_before(
    whmcs: Whmcs, module: Receiver
) -> None:
    whmcs.client(ADDRESS, "Terminated")
    for asked in (confirmed(), confirmed(wanted_end="2027-01-31")):
        first = await module.tell(asked, now=NOW)
        again = await module.tell(replace(asked, begun=True), now=NOW)
        assert (first.state, again.state) == ("needs_person", "needs_person")
        assert "look whether it is entered" in again.note
        assert "look whether it is entered" not in first.note
    await module.close()


@pytest.mark.parametrize("now", [S.WITHDRAWN, S.REVIEW, S.REJECTED, S.COMPLETED])
async def test_what_was_taken_back_meanwhile_is_not_entered(
    whmcs: Whmcs, module: Receiver, now: State
) -> None:
    whmcs.client(ADDRESS, "Active")
    assert (await tell(module, confirmed(now))).state == "skipped"
    assert whmcs.actions == []


@pytest.mark.parametrize("after", [S.WITHDRAWN, S.REVIEW])
async def test_what_was_entered_and_does_not_stand_any_more_is_for_a_person(
    module: Receiver, after: State
) -> None:
    taken_back = replace(confirmed(after), before=S.CONFIRMED, after=after)
    assert (await tell(module, taken_back)).state == "skipped"
    told = replace(taken_back, told=(S.CONFIRMED,))
    assert (await tell(module, told)).state == "needs_person"
    # It was on review for a while.
    assert (await tell(module, replace(confirmed(), after=S.REVIEW, told=told.told))).state == (
        "skipped"
    )


def test_it_is_told_of_what_concerns_it(server: ReceiverServer, module: Receiver) -> None:
    assert set(audience(settings(server), module).events) == {
        "cancellation.confirmed",
        "cancellation.withdrawn",
        "cancellation.review",
    }


@pytest.mark.parametrize(
    ("events", "left_out"),
    [
        (("cancellation.confirmed",), "cancellation.withdrawn"),
        (("cancellation.confirmed", "cancellation.withdrawn"), "cancellation.review"),
        (("opt_out.*",), "cancellation.confirmed"),
    ],
)
def test_nobody_keeps_from_it_what_is_taken_back(
    server: ReceiverServer, events: tuple[str, ...], left_out: str
) -> None:
    wanted = settings(server).model_copy(update={"events": events})
    with pytest.raises(PermanentFailure, match=f"must not leave out {left_out}") as caught:
        open_receiver(wanted, (SECRET,))
    assert caught.value.setting == "receiver.billing.events"
    whole = settings(server).model_copy(update={"events": ("cancellation.*",)})
    open_receiver(whole, (SECRET,))


# failures ------------------------------------------------------------------------------------


async def test_a_refused_login_is_waited_for(
    whmcs: Whmcs, server: ReceiverServer, log: LogCapture
) -> None:
    module = open_receiver(settings(server), ("another secret",))
    for attempt in (module.tell(confirmed(), now=NOW), module.inspect()):
        with pytest.raises(ReceiverUnreachable, match="refuses the API credential") as caught:
            await attempt
        assert caught.value.setting == "receiver.billing.secret_files"
    await module.close()
    assert whmcs.cancelled == []


@pytest.mark.parametrize("body", [b"<html>Down for Maintenance</html>", b"[]", b"[" * 100_000])
async def test_what_is_no_api_of_whmcs_is_waited_for(
    server: ReceiverServer, module: Receiver, body: bytes
) -> None:
    server.answers += [Reply(status=202, body=body)]
    with pytest.raises(ReceiverUnreachable, match="is not the API of WHMCS"):
        await tell(module)


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


async def test_an_answer_that_cannot_be_read_is_an_alarm(store: Store, log: LogCapture) -> None:
    whmcs = Whmcs()

    def answer(call: Call) -> Reply:
        reply = whmcs.answer(call)
        fields = {**reply.fields, "Content-Encoding": "gzip"}
        return Reply(status=reply.status, body=gzip.compress(reply.body), fields=fields)

    with ReceiverServer(answer) as server:
        module = open_receiver(settings(server), (SECRET,))
        async with at_work(store, known(module, "billing")) as house:
            store.use_receivers([audience(settings(server), module)], now=NOW)
            house.cancel(S.CONFIRMED)
            async with asyncio.timeout(20):
                while not log.named("receiver_failed"):
                    await house.until(lambda: house.states("C-1", "billing") == ["queued"])
                    house.pass_time(timedelta(seconds=30))
                    await asyncio.sleep(0.05)
    (told,) = log.named("receiver_failed")
    assert told["error"] == "it answers compressed, which was not asked for"
    assert told["setting"] == "receiver.billing.url"


async def test_a_wrong_address_is_waited_for(server: ReceiverServer) -> None:
    module = open_receiver(settings(server, "/index.php"), (SECRET,))
    with pytest.raises(ReceiverUnreachable, match="it answered 404"):
        await tell(module)


async def test_an_error_that_is_not_known_is_tried_again_before_anything_is_entered(
    whmcs: Whmcs, server: ReceiverServer, module: Receiver
) -> None:
    whmcs.client(ADDRESS, "Active")
    server.answers += [Reply(status=201, body=b'{"result": "error", "message": "SECRET"}')]
    with pytest.raises(TemporaryFailure, match="GetClients with an error") as caught:
        await tell(module)
    assert not isinstance(caught.value, ReceiverUnreachable)
    assert "SECRET" not in str(caught.value)


async def test_a_cancellation_that_whmcs_refuses_is_for_a_person(
    whmcs: Whmcs, server: ReceiverServer, module: Receiver
) -> None:
    whmcs.client(ADDRESS, "Active")
    refusal = Reply(status=201, body=b'{"result": "error", "message": "SECRET"}')
    server.answers += [200] * 4 + [refusal]
    outcome = await tell(module)
    assert outcome.state == "needs_person"
    assert "SECRET" not in outcome.note


@pytest.mark.parametrize(
    "answer",
    [
        b'{"result": "success", "totalresults": "1", "clients": {"client": {"id": "1"}}}',
        b'{"result": "success", "totalresults": "1", "clients": []}',
        b'{"result": "success", "totalresults": "x", "clients": {"client": []}}',
        b'{"result": "success"}',
        (
            b'{"result": "success", "totalresults": 1, "clients": {"client": [{"id": "1 or 1",'
            b' "email": "anna@shop.example"}]}}'
        ),
    ],
)
async def test_an_answer_in_another_form_cancels_nothing(
    whmcs: Whmcs, server: ReceiverServer, module: Receiver, answer: bytes
) -> None:
    server.answers += [Reply(status=201, body=answer)]
    assert (await tell(module)).state == "needs_person"
    assert whmcs.cancelled == []


async def test_services_of_others_are_not_taken_for_the_clients(
    whmcs: Whmcs, server: ReceiverServer, module: Receiver
) -> None:
    whmcs.client(ADDRESS)
    other = (
        b'{"result": "success", "totalresults": 1, "products":'
        b' {"product": [{"id": "9", "clientid": "8", "status": "Active"}]}}'
    )
    server.answers += [200, Reply(status=201, body=other)]
    assert (await tell(module)).note == "WHMCS shows services of others for client 1"


async def test_check_asks_it_for_a_client_and_changes_nothing(
    whmcs: Whmcs, module: Receiver
) -> None:
    assert await module.inspect() == ["the API takes the credential and shows clients"]
    await module.close()
    assert whmcs.actions == ["GetClients"]


@pytest.mark.parametrize(
    ("secrets", "options", "key", "words"),
    [
        ((SECRET,), {}, "options", "identifier is missing"),
        ((SECRET, SECRET), {"identifier": "x"}, "secret_files", "must be one file"),
        ((SECRET,), {"identifier": "x", "type": "Now"}, "options", "type must be"),
        ((SECRET,), {"identifier": "x", "typ": "Immediate"}, "options", "typ is not known"),
    ],
)
def test_what_is_set_up_wrongly_is_refused(
    server: ReceiverServer,
    secrets: tuple[str, ...],
    options: dict[str, str],
    key: str,
    words: str,
) -> None:
    wanted = settings(server).model_copy(update={"options": options})
    with pytest.raises(PermanentFailure, match=words) as caught:
        open_receiver(wanted, secrets)
    assert caught.value.setting == f"receiver.billing.{key}"


async def test_what_whmcs_has_entered_without_an_answer_is_for_a_person_once_taken_back(
    store: Store, log: LogCapture
) -> None:
    """AddCancelRequest is carried out, its answer is lost; then the customer withdraws."""
    whmcs = Whmcs()
    whmcs.client("c-1@b.example", "Active")

    def answer(call: Call) -> Reply:
        reply = whmcs.answer(call)
        return Reply(status=0) if whmcs.actions[-1] == "AddCancelRequest" else reply

    with ReceiverServer(answer) as server:
        module = open_receiver(settings(server), (SECRET,))
        async with at_work(store, known(module, "billing")) as house:
            store.use_receivers([audience(settings(server), module)], now=NOW)
            house.cancel(S.CONFIRMED)
            await house.until(lambda: bool(whmcs.cancelled))
            await house.until(lambda: house.states("C-1", "billing") == ["queued"])
            taken_back = change("C-1", S.CONFIRMED, S.WITHDRAWN)
            record(store, entry(9, changes=(taken_back,)), now=house.clock())
            house.pass_time(timedelta(minutes=10))
            await house.until(lambda: "queued" not in house.states("C-1", "billing"))
            await house.until(lambda: "sending" not in house.states("C-1", "billing"))
            ended = house.states("C-1", "billing")
    assert len(whmcs.cancelled) == 1  # it stands in WHMCS
    assert ended == ["needs_person", "needs_person"]  # so somebody has to take it back there
    assert "may have been entered" in log.fields("announcement_needs_person", "note")[0]


async def test_what_may_have_been_entered_before_a_crash_is_for_a_person_once_taken_back(
    whmcs: Whmcs, server: ReceiverServer, tmp_path: Path
) -> None:
    whmcs.client("c-1@b.example", "Active")
    module = open_receiver(settings(server), (SECRET,))
    dead = open_store("sqlite:///s.db", access="own", base_dir=tmp_path, now=NOW)
    dead.use_receivers([audience(settings(server), module)], now=NOW)
    record(dead, entry(1, requests=(request("C-1", address_key="c-1@b.example"),)))
    record(dead, entry(2, changes=(change("C-1", S.AWAITING_CONFIRMATION, S.CONFIRMED),)))
    (taken,) = dead.take_announcements("billing", 9, now=NOW)
    assert (await module.tell(taken, now=NOW)).state == "begin"
    noted = dead.begin_announcement(taken.row, now=NOW)
    assert noted is not None
    assert (await module.tell(noted, now=NOW)).state == "told"  # and here the process dies
    await module.close()
    record(dead, entry(3, changes=(change("C-1", S.CONFIRMED, S.WITHDRAWN),)))
    dead.close()
    store = open_store("sqlite:///s.db", access="own", base_dir=tmp_path, now=NOW)
    again = open_receiver(settings(server), (SECRET,))
    async with at_work(store, known(again, "billing")) as house:
        await house.announcer.recover()
        await house.until(lambda: house.states("C-1", "billing") == ["needs_person"] * 2)
    store.close()
    assert len(whmcs.cancelled) == 1


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
            await come_to("C-1", S.HANDED_OVER, S.WITHDRAWN, "told", "needs_person")
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
    # Staff are told to take back the only entry that there is, which is C-2's as well by now.
    assert (old.state, new.state) == ("needs_person", "needs_person")
    assert "see that it stays" in new.note


async def test_what_is_entered_is_handed_over_and_others_are_told(
    whmcs: Whmcs, server: ReceiverServer, store: Store, log: LogCapture
) -> None:
    whmcs.client("c-1@b.example", "Active")
    module = open_receiver(settings(server), (SECRET,))
    async with at_work(store, known(module, "billing")) as house:
        store.use_receivers([audience(settings(server), module), Audience(name="crm")], now=NOW)
        house.cancel(S.CONFIRMED)
        await house.until(lambda: house.states("C-1", "billing") == ["told"])
    held = store.request("C-1")
    assert held is not None
    assert (held.state, held.reason) == (S.HANDED_OVER, "handed-over")
    announced = [r.after for r in store.announcements_about("C-1") if r.receiver == "crm"]
    assert announced[-2:] == [S.CONFIRMED, S.HANDED_OVER]
    assert log.fields("request_changed", "after") == ["handed_over"]
    assert len(whmcs.cancelled) == 1


async def test_what_another_has_entered_is_for_a_person(whmcs: Whmcs, module: Receiver) -> None:
    whmcs.client(ADDRESS, "Active")
    whmcs.cancelled.append({"serviceid": "101"})
    assert (await tell(module)).state == "needs_person"


async def test_what_waits_while_whmcs_is_down_is_entered_or_not_as_it_stands_then(
    whmcs: Whmcs, server: ReceiverServer, log: LogCapture
) -> None:
    store, module = FakeStore(), open_receiver(settings(server), (SECRET,))
    whmcs.client("c-1@b.example", "Active")
    whmcs.client("c-2@b.example", "Active")
    whmcs.client("c-3@b.example", "Active", "Active")
    server.answers += [503]
    async with at_work(store, known(module, "billing")) as house:
        store.use_receivers([audience(settings(server), module)], now=NOW)
        for number, more in enumerate([(), (S.WITHDRAWN,), ()], 1):
            house.cancel(S.CONFIRMED, *more, reference=f"C-{number}", uid=number * 10)
        # What the answer means has to be noted, or the time passes before the wait begins.
        await house.until(lambda: log.named("announcement_put_off") != [])
        house.pass_time(timedelta(seconds=10))
        for reference, states in (
            ("C-1", ["told"]),
            ("C-2", ["skipped", "skipped"]),
            ("C-3", ["needs_person"]),
        ):
            await house.until(lambda r=reference, s=states: house.states(r, "billing") == s)  # type: ignore[misc]
    assert [each["serviceid"] for each in whmcs.cancelled] == ["101"]
