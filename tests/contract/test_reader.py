"""The contract of `daemon.ports.Reader`, held by reading here and by a pool of processes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bench.mail import make
from daemon.errors import AskedToStop
from daemon.ports import Reader
from daemon.readers.here import Here
from daemon.readers.pool import FEWEST
from handlers.list_token import seal
from handlers.parse import UnparseableMessage, parse_message
from handlers.reading import Reading, read_message
from handlers.set_aside import ENDED, NOT_GIVEN, SetAside
from handlers.values import Message
from tests.contract.readers import KEY, desk, pool, raw_messages
from tests.flow.routes import message
from tests.unit.cases import address
from tests.unit.log_capture import captured_log
from tests.unit.messages import multipart, part

OURS = "support@shop.example"
MANY_PARTS = multipart(part("Hello."), *[part("x")] * 2_000, part("Please unsubscribe me."))
MANY_MORE_PARTS = multipart(*[part("x")] * 2_001)
NOT_COMING = b""
BOB = address("bob@customer.example")
WITH_A_TOKEN = message("", subject=f"unsubscribe {seal(BOB, 'tips', key_number=1, key=KEY)}")
OF_A_BUSY_DAY = [make(number, OURS, seed=3) for number in range(2 * FEWEST)]


@pytest.fixture(scope="module", params=["here", "pool"])
def reader(request: pytest.FixtureRequest) -> Iterator[Reader]:
    """One that survives nothing that it is given on trial."""
    if request.param == "here":
        yield Here()
        return
    with pool() as made:
        yield made


def test_each_message_is_read_as_by_itself_and_stands_in_its_place(reader: Reader) -> None:
    octets = [*OF_A_BUSY_DAY, MANY_PARTS, WITH_A_TOKEN]
    messages = raw_messages(octets)
    found = reader.read(messages, desk())
    assert found == [read_message(raw, desk()) for raw in messages]
    token = found[-1]
    assert isinstance(token, Reading)
    assert token.requester == BOB


def test_a_few_messages_are_read_as_many_are(reader: Reader) -> None:
    messages = raw_messages(OF_A_BUSY_DAY[:3])
    assert reader.read(messages, desk()) == [read_message(raw, desk()) for raw in messages]
    assert reader.read([], desk()) == []


def test_what_is_wrong_with_one_message_is_told_and_the_others_go_on(reader: Reader) -> None:
    def parse(raw: bytes) -> Message:
        if raw == MANY_PARTS:
            raise UnparseableMessage("over the limits")
        if raw == MANY_MORE_PARTS:
            raise ZeroDivisionError("with the words of the message")
        return parse_message(raw)

    octets = [*OF_A_BUSY_DAY]
    octets[3:3] = [MANY_PARTS, NOT_COMING, MANY_MORE_PARTS]
    with captured_log() as log:
        found = reader.read(raw_messages(octets), replace(desk(), parse=parse))
    assert [one.raw.uid for one in found] == [*range(1, len(octets) + 1)]
    assert {one.raw.uid: one.error for one in found if isinstance(one, SetAside)} == {
        4: "over the limits",
        5: NOT_GIVEN,
        6: "unexpected ZeroDivisionError",
    }
    assert log.names == ["unexpected_error"]
    assert "words of the message" not in log.text


def test_a_mistake_of_ours_in_finding_out_who_asks_ends_nothing(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.reading.token_of", lambda *_: 1 / 0)
    with captured_log() as log:
        found = reader.read(raw_messages(OF_A_BUSY_DAY), desk())
    assert all(isinstance(one, SetAside) for one in found)
    assert log.names == ["unexpected_error"] * len(OF_A_BUSY_DAY)


def test_what_does_not_survive_its_trial_is_set_aside(reader: Reader) -> None:
    found = reader.read(raw_messages(OF_A_BUSY_DAY), desk(), on_trial=True)
    assert [one.error for one in found if isinstance(one, SetAside)] == [ENDED] * len(found)


def test_what_helps_it_is_tried(reader: Reader) -> None:
    assert all("cores" in line for line in reader.inspect())


def test_it_tells_that_it_moves(reader: Reader) -> None:
    told: list[None] = []
    reader.read(raw_messages(OF_A_BUSY_DAY), desk(), progress=lambda: told.append(None))
    assert told


def test_who_is_asked_to_stop_reads_no_further(reader: Reader) -> None:
    def stop(_: bytes) -> Message:
        raise AskedToStop("asked to stop", part="reading")

    with pytest.raises(AskedToStop):
        reader.read(raw_messages([*OF_A_BUSY_DAY, MANY_PARTS]), replace(desk(), parse=stop))
