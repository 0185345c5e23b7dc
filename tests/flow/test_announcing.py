"""Other systems are told of requests, over real HTTP: in order, once in effect, and none waits."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import trustme

from config.systems import ReceiverSettings
from daemon.announcing import Announcer, Known
from daemon.errors import PermanentFailure, ReceiverUnreachable, TemporaryFailure
from daemon.ports import Audience, Outcome, Receiver, Store
from daemon.receivers import Setup, audience, open_receiver
from daemon.receivers.http import Http
from daemon.stores import open_store
from handlers.announcement import Announcement
from handlers.callers import is_signed
from handlers.values import State
from tests.contract.fake_store import FakeStore
from tests.contract.store_values import NOW, change, entry, record, request, suppression
from tests.flow.routes import Clock
from tests.servers.receiver import ReceiverServer, Reply
from tests.unit.log_capture import LogCapture
from tests.unit.test_announcement import SCHEMA

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SECOND = timedelta(seconds=1)
S = State


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store("sqlite:///s.db", access="own", base_dir=tmp_path, now=NOW)
    yield opened
    opened.close()


@pytest.fixture
def server() -> Iterator[ReceiverServer]:
    with ReceiverServer() as running:
        yield running


def settings(url: str, name: str = "crm", **changes: Any) -> ReceiverSettings:
    values: dict[str, Any] = {"name": name, "url": url, "secret_files": ("x",)}
    return ReceiverSettings(**values | {"timeout_seconds": 5.0} | changes)


def known(receiver: Receiver, name: str = "crm", *, connections: int = 4) -> Known:
    return Known(
        audience=Audience(name=name), receiver=receiver, connections=connections, longest_s=5.0
    )


def webhook(url: str, name: str = "crm", **changes: Any) -> Known:
    wanted = settings(url, name, **changes)
    receiver = open_receiver(wanted, (KEY,))
    return Known(
        audience=audience(wanted, receiver), receiver=receiver, connections=4, longest_s=10.0
    )


class House:
    """An announcer at work, with a clock that the test moves."""

    def __init__(self, store: Store, *receivers: Known) -> None:
        self.store = store
        self.clock = Clock(NOW)
        self._passed_s = 1000.0  # on the clock that nobody sets
        names = {each.audience.name: each for each in receivers}
        self.announcer = Announcer(
            store=store, known=names, now=self.clock, jitter=lambda: 0.5, monotonic_s=self._s
        )

    def _s(self) -> float:
        return self._passed_s

    def pass_time(self, span: timedelta) -> None:
        self.clock.now += span
        self._passed_s += max(span.total_seconds(), 0.0)
        self.announcer.wake()

    def cancel(self, *states: State, reference: str = "C-1", uid: int = 1) -> None:
        before = S.AWAITING_CONFIRMATION
        asked = request(reference, address_key=f"{reference.lower()}@b.example")
        record(self.store, entry(uid, requests=(asked,)), now=self.clock())
        for number, after in enumerate(states, uid + 1):
            moved = change(reference, before, after)
            record(self.store, entry(number, changes=(moved,)), now=self.clock())
            before = after
        self.announcer.wake()

    def states(self, reference: str = "C-1", receiver: str = "crm") -> list[str]:
        rows = self.store.announcements_about(reference)
        return [row.state for row in rows if row.receiver == receiver]

    def attempts(self, reference: str = "C-1") -> int:
        return max(row.attempts for row in self.store.announcements_about(reference))

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not is_so():  # noqa: ASYNC110 - a store tells of nothing
                await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def at_work(store: Store, *receivers: Known) -> AsyncIterator[House]:
    house = House(store, *receivers)
    running = asyncio.create_task(house.announcer.run())
    await house.until(lambda: len(store.receivers()) == len(receivers))
    try:
        yield house
        house.announcer.stop()
        await asyncio.wait_for(running, 20)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


# one webhook, end to end ---------------------------------------------------------------------


async def test_a_receiver_gets_a_signed_call_as_the_schema_has_it(
    store: Store, server: ReceiverServer, log: LogCapture
) -> None:
    async with at_work(store, webhook(server.url)) as house:
        left = suppression("O-1", list_name="tips")
        record(store, entry(1, requests=(request("O-1"),), suppress=(left,)))
        house.announcer.wake()
        await house.until(lambda: house.states("O-1") == ["told"])
    (call,) = server.calls
    body = call.json
    jsonschema.validate(body, SCHEMA)
    assert (body["type"], body["data"]["lists"]) == ("opt_out.effective", ["tips"])
    assert call.fields["content-type"] == "application/json"
    assert call.fields["user-agent"].startswith("optoutd/")
    import base64

    key = base64.b64decode(KEY.removeprefix("whsec_"))
    assert is_signed(call.fields, call.body, [key], now=NOW)
    (row,) = store.announcements_about("O-1")
    assert (row.id, row.note) == (call.id, "it answered 200")
    (told,) = log.named("announcement_told")
    assert (told["receiver"], told["request"], told["change"]) == (
        "crm",
        "O-1",
        "opt_out.effective",
    )
    assert "shop.example" not in log.text


async def test_the_changes_of_a_request_come_in_their_order_and_with_their_id_again(
    store: Store, server: ReceiverServer
) -> None:
    server.answers += [503, 200, 500, 200]
    async with at_work(store, webhook(server.url)) as house:
        house.cancel(S.CONFIRMED, S.COMPLETED)
        for calls in (1, 3):
            await house.until(lambda calls=calls: len(server.answered) == calls)  # type: ignore[misc]
            await house.until(lambda: "sending" not in house.states())
            house.pass_time(10 * SECOND)
        await house.until(lambda: house.states() == ["told"] * 3)
    types = [call.json["type"].removeprefix("cancellation.") for call in server.calls]
    assert types == ["awaiting_confirmation"] * 2 + ["confirmed"] * 2 + ["completed"]
    ids = [call.id for call in server.calls]
    assert ids[0] == ids[1]
    assert ids[2] == ids[3]
    assert len(set(ids)) == 3
    orders = [call.json["data"]["order"] for call in server.calls]
    assert orders == sorted(orders)


async def test_who_is_down_holds_up_nobody_else_and_is_told_of_once(
    store: Store, server: ReceiverServer, log: LogCapture
) -> None:
    with ReceiverServer() as billing:
        billing.go_down()
        async with at_work(store, webhook(server.url), webhook(billing.url, "billing")) as house:
            house.cancel(S.CONFIRMED)
            house.cancel(reference="C-2", uid=11)
            await house.until(lambda: house.states() == ["told", "told"])
            await house.until(lambda: house.states("C-2") == ["told"])
            for _ in range(8):
                await house.until(lambda: "sending" not in house.states(receiver="billing"))
                house.pass_time(120 * SECOND)
                await asyncio.sleep(0.05)
            await house.until(lambda: bool(log.named("receiver_failed")))
            await house.until(lambda: {*house.states(receiver="billing")} == {"queued"})
            billing.come_back()
            house.pass_time(400 * SECOND)
            await house.until(lambda: house.states(receiver="billing") == ["told", "told"])
            await house.until(lambda: house.states("C-2", "billing") == ["told"])
            await house.until(lambda: bool(log.named("receiver_recovered")))
    assert log.fields("receiver_failed", "receiver") == ["billing"]
    assert log.fields("receiver_recovered", "receiver") == ["billing"]
    assert len(billing.calls) == 3


async def test_one_request_that_is_not_taken_yet_holds_up_no_other(
    store: Store, server: ReceiverServer
) -> None:
    def answer(call: Any) -> Reply:
        return Reply(status=500 if call.json["data"]["reference"] == "C-1" else 200)

    with ReceiverServer(answer) as picky:
        async with at_work(store, webhook(picky.url)) as house:
            house.cancel(S.CONFIRMED)
            house.cancel(S.CONFIRMED, reference="C-2", uid=11)
            await house.until(lambda: house.states("C-2") == ["told", "told"])
            assert house.states() == ["queued", "queued"]


async def test_what_is_refused_is_given_up_and_the_next_goes(
    store: Store, server: ReceiverServer, log: LogCapture
) -> None:
    server.answers += [422]
    async with at_work(store, webhook(server.url)) as house:
        house.cancel(S.CONFIRMED)
        await house.until(lambda: house.states() == ["failed", "told"])
    assert log.fields("announcement_failed", "error") == ["it answered 422"]


@pytest.mark.parametrize("status", [401, 403, 404, 405])
async def test_a_wrong_key_or_address_loses_nothing(
    store: Store, server: ReceiverServer, status: int
) -> None:
    """Standard Webhooks: whatever is not 2xx is a failure, and retried."""
    server.answers += [status]
    async with at_work(store, webhook(server.url)) as house:
        house.cancel()
        await house.until(lambda: bool(server.answered) and house.states() == ["queued"])
        assert store.announcements_about("C-1")[0].note == f"it answered {status}"
        house.pass_time(3 * SECOND)
        house.announcer.wake()
        await house.until(lambda: house.states() == ["told"])


async def test_a_receiver_that_is_not_there_is_an_alarm_that_says_where_to_look(
    store: Store, log: LogCapture
) -> None:
    with ReceiverServer(lambda _: Reply(status=404)) as elsewhere:
        async with at_work(store, webhook(elsewhere.url)) as house:
            house.cancel()
            async with asyncio.timeout(20):
                while not log.named("receiver_failed"):
                    await house.until(lambda: house.states() == ["queued"])
                    house.pass_time(30 * SECOND)
                    await asyncio.sleep(0.05)
    (told,) = log.named("receiver_failed")
    assert (told["error"], told["setting"]) == ("it answered 404", "receiver.crm.url")
    assert "secret_files" in told["cure"]


async def test_who_wants_nothing_any_more_is_told_nothing(
    store: Store, server: ReceiverServer, log: LogCapture
) -> None:
    server.answers += [410]
    async with at_work(store, webhook(server.url)) as house:
        house.cancel(S.CONFIRMED)
        await house.until(lambda: bool(log.named("receiver_gone")))
        house.pass_time(timedelta(days=1))
        await asyncio.sleep(0.1)
        assert house.states() == ["queued", "queued"]
        assert len(server.calls) == 1
        store.resume_receiver("crm", by="lena", now=house.clock())
        house.announcer.wake()
        await house.until(lambda: house.states() == ["told", "told"])


async def test_no_redirection_is_followed(store: Store, server: ReceiverServer) -> None:
    with ReceiverServer() as elsewhere:
        server.answers += [Reply(status=307, fields={"Location": elsewhere.url})]
        async with at_work(store, webhook(server.url)) as house:
            house.cancel()
            await house.until(lambda: bool(server.answered) and house.states() == ["queued"])
        assert elsewhere.calls == []
    (row,) = store.announcements_about("C-1")
    assert row.note == "it answered 307"


async def test_it_waits_as_long_as_it_is_asked_to(store: Store, server: ReceiverServer) -> None:
    server.answers += [Reply(status=429, fields={"Retry-After": "600"})]
    async with at_work(store, webhook(server.url)) as house:
        house.cancel()
        await house.until(lambda: bool(server.answered) and house.states() == ["queued"])
        house.pass_time(599 * SECOND)
        await asyncio.sleep(0.1)
        assert len(server.calls) == 1
        house.pass_time(2 * SECOND)
        await house.until(lambda: house.states() == ["told"])


async def test_who_does_not_answer_is_not_waited_for(store: Store, server: ReceiverServer) -> None:
    with server.holding():
        async with at_work(store, webhook(server.url, timeout_seconds=0.2)) as house:
            house.cancel()
            await house.until(lambda: has_given_up(house))
            # On a busy machine the time may be over before the call has come: then once more.
            for _ in range(20):
                if server.calls:
                    break
                tried = house.attempts()
                house.pass_time(600 * SECOND)
                await house.until(lambda tried=tried: has_given_up(house, after=tried))  # type: ignore[misc]
    assert server.calls
    (row,) = store.announcements_about("C-1")
    assert (row.state, row.note) == ("queued", "no answer within 0.2 s")


def has_given_up(house: House, *, after: int = 0) -> bool:
    """Whether one more attempt than there were is over."""
    return house.attempts() > after and house.states() == ["queued"]


async def test_who_thinks_for_long_does_not_hold_up_the_end(
    store: Store, server: ReceiverServer
) -> None:
    with server.holding():
        async with at_work(store, webhook(server.url)) as house:
            house.cancel()
            await house.until(lambda: bool(server.calls))
    (row,) = store.announcements_about("C-1")
    assert (row.state, row.attempts) == ("queued", 0)
    async with at_work(store, webhook(server.url)) as house:
        await house.until(lambda: house.states() == ["told"])
    first, second = server.calls
    assert first.id == second.id


async def test_no_more_is_read_of_an_answer_than_is_wanted(server: ReceiverServer) -> None:
    server.answers += [Reply(body=b"x" * 5_000_000)] * 2
    http = Http(Setup(settings=settings(server.url), secrets=(KEY,)))
    cut = await http.post({}, b"", keep_bytes=1000)
    assert (len(cut.body), cut.is_whole) == (1000, False)
    assert (await http.post({}, b"")).body == b""
    server.answers += [Reply(body=b"x" * 1000)]
    whole = await http.post({}, b"", keep_bytes=1000)
    assert (len(whole.body), whole.is_whole) == (1000, True)
    await http.close()


async def test_the_certificate_has_to_be_right(tmp_path: Path) -> None:
    authority = trustme.CA()
    (tmp_path / "ca.pem").write_bytes(authority.cert_pem.bytes())
    with ReceiverServer(certificate=authority.issue_cert("127.0.0.1")) as server:
        trusting = settings(server.url, ca_file=tmp_path / "ca.pem")
        http = Http(Setup(settings=trusting, secrets=()))
        assert (await http.post({}, b"")).status == 200
        assert "by TLS" in await http.reach()
        await http.close()
        http = Http(Setup(settings=settings(server.url), secrets=()))
        for attempt in (http.post({}, b""), http.reach()):
            with pytest.raises(ReceiverUnreachable, match="certificate is not trusted") as caught:
                await attempt
            assert caught.value.setting == "receiver.crm.ca_file"
        await http.close()


# the lane, with modules of others ------------------------------------------------------------


class Script:
    """A module that does what it is told to, one outcome a telling."""

    events: tuple[str, ...] = ()

    def __init__(self, *outcomes: Outcome | BaseException) -> None:
        self.outcomes = list(outcomes)
        self.told: list[Announcement] = []
        self.closed = 0

    async def tell(self, announcement: Announcement, *, now: Any) -> Outcome:
        self.told.append(announcement)
        outcome = self.outcomes.pop(0) if self.outcomes else Outcome(state="told")
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    async def inspect(self) -> list[str]:
        return []

    async def close(self) -> None:
        self.closed += 1


async def test_what_needs_a_person_is_an_alarm_and_the_next_goes(log: LogCapture) -> None:
    module = Script(Outcome(state="needs_person", note="two services"), Outcome(state="skipped"))
    async with at_work(FakeStore(), known(module)) as house:
        house.cancel(S.CONFIRMED, S.COMPLETED)
        await house.until(lambda: house.states() == ["needs_person", "skipped", "told"])
    assert log.fields("announcement_needs_person", "note") == ["two services"]
    assert log.fields("announcement_needs_person", "level") == ["error"]
    assert module.closed == 1


async def test_what_cannot_be_taken_back_is_noted_before_it_is_done() -> None:
    store = FakeStore()
    begin, lost = Outcome(state="begin"), TemporaryFailure("no answer", part="receiver crm")
    module = Script(begin, lost)
    async with at_work(store, known(module)) as house:
        store.fail_next("begin_announcement", TemporaryFailure("disk full", part="store"))
        house.cancel()
        await house.until(lambda: len(module.told) == 2 and house.states() == ["queued"])
        house.pass_time(10 * SECOND)
        await house.until(lambda: house.states() == ["told"])
    assert [(each.begun, each.noted) for each in module.told] == [
        (False, False),
        (False, True),
        (True, False),
    ]


async def test_what_has_begun_and_begins_again_is_a_mistake(log: LogCapture) -> None:
    module = Script(Outcome(state="begin"), Outcome(state="begin"))
    async with at_work(FakeStore(), known(module)) as house:
        house.cancel()
        await house.until(lambda: bool(module.told) and house.states() == ["queued"])
        house.pass_time(3 * SECOND)
        await house.until(lambda: house.states() == ["told"])
    assert log.fields("unexpected_error", "where") == ["receiver crm"]


async def test_an_outcome_that_there_is_not_is_a_mistake(log: LogCapture) -> None:
    """Noted as it is, it would be neither told nor waiting, and nobody would see it again."""

    class Careless(Script):
        async def tell(self, announcement: Announcement, *, now: Any) -> Outcome:
            await super().tell(announcement, now=now)
            state: Any = "delivered" if len(self.told) == 1 else "told"
            return Outcome(state=state)

    module = Careless()
    async with at_work(FakeStore(), known(module)) as house:
        house.cancel()
        await house.until(lambda: bool(module.told) and house.states() == ["queued"])
        house.pass_time(3 * SECOND)
        await house.until(lambda: house.states() == ["told"])
    assert log.fields("unexpected_error", "where") == ["receiver crm"]


async def test_a_mistake_in_a_module_is_tried_again(log: LogCapture) -> None:
    module = Script(RuntimeError("SECRET"))
    async with at_work(FakeStore(), known(module)) as house:
        house.cancel()
        await house.until(lambda: bool(module.told) and house.states() == ["queued"])
        house.pass_time(3 * SECOND)
        await house.until(lambda: house.states() == ["told"])
    assert log.fields("unexpected_error", "where") == ["receiver crm"]
    assert "SECRET" not in log.text


async def test_what_is_not_taken_for_two_weeks_is_given_up(log: LogCapture) -> None:
    failures = [TemporaryFailure("it answered 500", part="receiver crm")] * 200
    async with at_work(FakeStore(), known(Script(*failures))) as house:
        house.cancel()
        for _ in range(100):
            await house.until(lambda: house.states() != ["sending"])
            if house.states() == ["failed"]:
                break
            house.pass_time(timedelta(hours=5))
            await asyncio.sleep(0.02)
        assert house.states() == ["failed"]
        assert house.clock() - NOW > timedelta(days=13)


async def test_a_store_that_fails_is_waited_for(log: LogCapture) -> None:
    store = FakeStore()
    broken = TemporaryFailure("disk full", part="store")
    async with at_work(store, known(Script())) as house:
        store.fail_next("announced", broken)
        house.cancel()
        await house.until(lambda: house.states() == ["told"])
    assert log.names.count("store_failed") == 1


async def test_new_receivers_are_told_from_their_start_on_and_old_ones_no_more(
    log: LogCapture,
) -> None:
    store, old, new = FakeStore(), Script(), Script()
    async with at_work(store, known(old)) as house:
        house.cancel()
        await house.until(lambda: house.states() == ["told"])
        house.announcer.use({"billing": known(new, "billing")})
        await house.until(lambda: old.closed == 1)
        house.cancel(reference="C-2", uid=11)
        await house.until(lambda: house.states("C-2", "billing") == ["told"])
        assert house.states("C-2") == []
        assert len(new.told) == 1


async def test_a_clock_that_was_set_back_holds_nothing_up() -> None:
    module = Script(TemporaryFailure("it answered 500", part="receiver crm"))
    async with at_work(FakeStore(), known(module)) as house:
        house.cancel()
        await house.until(lambda: bool(module.told) and house.states() == ["queued"])
        house.pass_time(-timedelta(days=30))
        await house.until(lambda: house.states() == ["told"])


async def test_what_is_put_off_and_due_at_once_does_not_wait_for_the_end_of_its_first_telling(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its failure is in the store and the next round has it, before the first task has ended."""
    store, noted, may_end = FakeStore(), threading.Event(), threading.Event()
    put_off, both, works = store.put_announcement_off, asyncio.Event(), asyncio.Event()
    calls: list[str] = []

    def put_announcement_off(*given: Any, **named: Any) -> None:
        put_off(*given, **named)
        noted.set()
        may_end.wait(20)

    class Module(Script):
        async def tell(self, announcement: Announcement, *, now: datetime) -> Outcome:
            del now
            reference = announcement.request.reference
            calls.append(reference)
            if len(calls) == 2:
                both.set()
            await both.wait()
            if reference == "C-1" and calls.count("C-1") == 1:
                raise ReceiverUnreachable("it answered 503", part="receiver crm")
            await works.wait()
            return Outcome(state="told")

    monkeypatch.setattr(store, "put_announcement_off", put_announcement_off)
    async with at_work(store, known(Module())) as house:
        house.cancel(reference="C-1")
        house.cancel(reference="C-2", uid=9)
        await house.until(noted.is_set)
        works.set()
        await house.until(lambda: house.states("C-1") == ["sending"])
        may_end.set()
        await house.until(lambda: house.states("C-1") == house.states("C-2") == ["told"])


async def test_what_ended_without_a_note_is_told_again(
    monkeypatch: pytest.MonkeyPatch, log: LogCapture
) -> None:
    store, module = FakeStore(), Script()
    noted, times = store.announced, list[object]()

    def announced(*given: Any, **named: Any) -> Any:
        times.append(given)
        if len(times) == 1:
            raise RuntimeError("a mistake of ours")
        return noted(*given, **named)

    monkeypatch.setattr(store, "announced", announced)
    async with at_work(store, known(module)) as house:
        house.cancel()
        await house.until(lambda: len(log.named("unexpected_error")) == 1)
        house.announcer.wake()
        await house.until(lambda: house.states() == ["told"])
    assert len({each.id for each in module.told}) == 1
    assert len(module.told) == 2


async def test_a_single_pass_waits_for_no_retry_that_comes_too_late() -> None:
    module = Script(TemporaryFailure("it answered 500", part="receiver crm"))
    store = FakeStore()
    store.use_receivers([Audience(name="crm")], now=NOW)
    house = House(store, known(module))
    house.cancel()
    async with asyncio.timeout(10):
        assert await house.announcer.drain(1.5) == 0
    assert house.states() == ["queued"]


async def test_a_single_pass_ends_when_nothing_is_due_any_more(server: ReceiverServer) -> None:
    server.answers += [503]
    store = FakeStore()
    store.use_receivers([Audience(name="crm")], now=NOW)
    house = House(store, webhook(server.url))
    house.cancel(S.CONFIRMED)
    # The retry comes later than the time that it has.
    assert await house.announcer.drain(1.0) == 0
    house.pass_time(10 * SECOND)
    assert await house.announcer.drain(1.0) == 2
    assert house.states() == ["told", "told"]


class Picky:
    """A receiver that has never heard of some customers, and says so as if it were not there."""

    events: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.told: list[str] = []

    def has_told_more_than(self, calls: int) -> bool:
        return len(self.told) > calls

    async def tell(self, announcement: Announcement, *, now: datetime) -> Outcome:
        del now
        reference = announcement.request.reference
        self.told.append(reference)
        if reference.startswith("C-4"):
            raise TemporaryFailure("it answered 404", part="receiver crm")
        return Outcome(state="told")

    async def inspect(self) -> list[str]:
        return []

    async def close(self) -> None:
        pass


async def test_what_was_never_tried_goes_before_what_a_receiver_refuses_again_and_again(
    store: Store,
) -> None:
    module = Picky()
    async with at_work(store, known(module)) as house:
        for number in range(8):
            house.cancel(reference=f"C-4{number}", uid=number + 1)
        await house.until(lambda: len(module.told) >= 3)
        for _ in range(4):  # the way is shut for longer and longer
            house.pass_time(timedelta(minutes=6))
            tried = len(module.told)
            await house.until(partial(module.has_told_more_than, tried))
        tried = len(module.told)
        house.cancel(reference="C-1", uid=20)
        house.cancel(reference="C-2", uid=21)
        house.pass_time(timedelta(minutes=6))
        await house.until(lambda: {"C-1", "C-2"} <= set(module.told))
    assert module.told[tried : tried + 2] == ["C-1", "C-2"]


async def test_what_is_refused_while_others_are_told_is_no_trouble_of_the_receiver(
    store: Store, log: LogCapture
) -> None:
    module = Picky()
    async with at_work(store, known(module)) as house:
        for number in range(5):
            house.cancel(reference=f"C-4{number}", uid=number + 1)
        await house.until(lambda: len(module.told) >= 3)
        house.cancel(reference="C-1", uid=20)
        for _ in range(9):
            house.pass_time(timedelta(hours=5))
            await asyncio.sleep(0.1)
        assert house.states("C-1") == ["told"]
        tried = len(module.told)
        house.pass_time(timedelta(hours=5))
        # All five at once: the way is not shut, and nobody is told of a receiver that fails.
        await house.until(lambda: len(module.told) == tried + 5)
        house.cancel(reference="C-2", uid=21)
        await house.until(lambda: house.states("C-2") == ["told"])
    assert log.names.count("receiver_failed") <= 1


# the slot for others -------------------------------------------------------------------------


def test_a_package_of_others_brings_a_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "others_pager.py").write_text(
        "from tests.flow.test_announcing import Script\n"
        "def make(setup):\n"
        "    script = Script()\n"
        "    script.setup = setup\n"
        "    return script\n"
    )
    described = tmp_path / "others_pager-1.0.dist-info"
    described.mkdir()
    (described / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: others-pager\nVersion: 1.0\n"
    )
    (described / "entry_points.txt").write_text(
        "[optoutd.receivers]\npager = others_pager:make\nbroken = others_pager:nothing\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    wanted = settings("https://pager.example/", module="pager", options={"team": "billing"})
    made: Any = open_receiver(wanted, ("s3cret",))
    assert made.setup.settings.options == {"team": "billing"}
    assert made.setup.secrets == ("s3cret",)
    assert "s3cret" not in repr(made.setup)
    with pytest.raises(PermanentFailure, match="cannot be loaded: AttributeError"):
        open_receiver(settings("https://pager.example/", module="broken"), ())
    with pytest.raises(PermanentFailure, match="there are broken, pager, webhook, whmcs") as no:
        open_receiver(settings("https://pager.example/", module="pagre"), ())
    assert no.value.setting == "receiver.crm.module"


@pytest.mark.parametrize(
    ("secrets", "changes", "key", "words"),
    [
        (("s3cret",), {}, "secret_files", "the key is not whsec_"),
        ((KEY,), {"options": {"type": "x"}}, "options", "a webhook has none"),
        # A slip of the pen must not keep a system from being told, in silence.
        ((KEY,), {"events": ("opt_out.*", "opt_out.confirmed")}, "events", "never happens"),
        ((KEY,), {"events": ("cancellation.canceled",)}, "events", "cancellation.completed"),
    ],
)
def test_a_webhook_that_is_set_up_wrongly_is_refused(
    secrets: tuple[str, ...], changes: dict[str, Any], key: str, words: str
) -> None:
    with pytest.raises(PermanentFailure, match=words) as caught:
        open_receiver(settings("https://crm.example/", **changes), secrets)
    assert caught.value.setting == f"receiver.crm.{key}"


class TakesOver:
    """A receiver that carries each confirmed cancellation out from here on."""

    events: tuple[str, ...] = ("cancellation.confirmed",)

    async def tell(self, announcement: Announcement, *, now: datetime) -> Outcome:
        del announcement, now
        await asyncio.sleep(0.3)  # the others are told meanwhile
        return Outcome(state="told", hands_over=True)

    async def inspect(self) -> list[str]:
        return []

    async def close(self) -> None:
        pass


async def test_a_pass_tells_the_others_of_what_one_has_taken_over(
    store: Store, server: ReceiverServer
) -> None:
    billing = Known(
        audience=Audience(name="billing", events=TakesOver.events),
        receiver=TakesOver(),
        connections=1,
        longest_s=5.0,
    )
    house = House(store, webhook(server.url), billing)
    await house.announcer.enlist()
    house.cancel(S.CONFIRMED)
    await house.announcer.drain(10.0)
    types = [call.json["type"] for call in server.calls]
    assert types[-2:] == ["cancellation.confirmed", "cancellation.handed_over"]
    assert store.next_announcement("crm") is None
