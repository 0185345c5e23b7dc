"""`/api/cancellations` and `/api/requests` over a real store: the control panel's ticket."""

from __future__ import annotations

import base64
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config.api_keys import ApiKeys
from config.settings import RetentionSettings
from daemon.errors import TemporaryFailure
from daemon.retention import retain
from daemon.tokens import draw_tokens
from handlers.values import Proof, State
from tests.contract.store_values import change, entry, record, request
from tests.flow.asgi import Response, call
from tests.flow.web_world import ANNA, NOW, REAL, World, running

TOKEN, ASKING = "p" * 32, "a" * 32
KEY = bytes(range(32))
BEARER = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
PATH = "/api/cancellations"
TICKET = {"ticket": "4711", "address": "Anna@Garden.example"}


@pytest.fixture(params=REAL)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with running(request.param, tmp_path) as made:
        yield prepared(made)


@pytest.fixture
def sqlite_world(tmp_path: Path) -> Iterator[World]:
    with running("sqlite", tmp_path) as made:
        yield prepared(made)


def prepared(world: World) -> World:
    world.keys = ApiKeys(asking=(ASKING,), panel=(TOKEN,), signing=(bytes(32), KEY))
    world.start()
    return world


def hand_in(world: World, *, by: dict[str, str] | None = None, **changes: Any) -> Response:
    return world.post(PATH, fields=by or BEARER, body=[json.dumps(TICKET | changes).encode()])


def told(found: Response) -> Any:
    return json.loads(found.body)


def mails(world: World) -> int:
    return sum(count for name, count in world.rows().items() if name.startswith("outbox"))


# Taken ------------------------------------------------------------------------------------------


def test_a_signed_in_customer_has_cancelled_and_gets_a_confirmation(world: World) -> None:
    done = hand_in(world, wanted_end="31 March", language="de")
    answer = told(done)
    assert (done.status, done.fields["content-type"]) == (201, "application/json")
    assert answer == {
        "reference": answer["reference"],
        "kind": "cancellation",
        "state": "confirmed",
        "channel": "panel",
        "received_at": "2026-03-02T09:30:00Z",
        "due_at": "2026-03-05T09:30:00Z",
        "updated_at": "2026-03-02T09:30:00Z",
    }
    (made,) = world.store.requests()
    assert (made.address_key, made.proof, made.reason) == (ANNA, Proof.PANEL, "signed-in")
    assert (made.note, made.wanted_end, made.taken_by) == (
        "ticket 4711", "31 March", "the control panel",
    )  # fmt: skip
    (mail,) = world.store.take_due(9, now=NOW)
    assert mail.mail.recipient.key == ANNA
    assert mail.mail.references == (answer["reference"],)
    assert b"31 March" in mail.mail.raw
    assert told(world.get(f"/api/requests/{answer['reference'].lower()}", fields=BEARER)) == answer
    assert world.store.walk_audit().broken_at is None
    (event,) = world.log.named("ticket_taken")
    assert (event["request"], event["outcome"]) == (answer["reference"], "made")
    assert not any(secret in world.log.text for secret in ("anna", "4711", TOKEN))


def test_a_ticket_that_is_sent_twice_is_one(world: World) -> None:
    first = told(hand_in(world))
    before = world.rows()
    world.now += timedelta(days=20)
    for _ in range(3):
        again = hand_in(world)
        assert (again.status, told(again)) == (200, first)
    assert world.rows() == before
    assert [line["outcome"] for line in world.log.named("ticket_taken")] == ["made"] + [
        "known"
    ] * 3


def test_a_ticket_that_was_taken_is_known_also_when_it_has_become_old(world: World) -> None:
    """The panel sends until it has an answer, which may be after a long outage of its own."""
    at = "2026-03-02T09:00:00Z"
    first = told(hand_in(world, received_at=at))
    before = world.rows()
    world.now += timedelta(days=15)
    again = hand_in(world, received_at=at)
    assert (again.status, told(again)) == (200, first)
    late = hand_in(world, ticket="4712", received_at=at)
    assert (late.status, told(late)["mistakes"][0]["name"]) == (400, "received_at")
    assert world.rows() == before


def test_a_ticket_of_long_ago_whose_row_is_gone_is_no_new_cancellation(
    sqlite_world: World,
) -> None:
    world, at = sqlite_world, "2026-03-02T09:00:00Z"
    reference = told(hand_in(world, received_at=at))["reference"]
    closed = change(reference, State.CONFIRMED, State.COMPLETED)
    record(world.store, entry(1, changes=(closed,)))
    settings = RetentionSettings(request_days=30)
    for days, status in ((40, 409), (360, 409), (400, 400)):
        now = NOW + timedelta(days=days)
        retain(world.store, settings, now=now, by="kim")
        world.now = now
        assert hand_in(world, received_at=at).status == status
    assert world.store.requests() == []


def test_a_ticket_that_is_sent_many_times_at_once_is_one(world: World) -> None:
    found: list[int] = []

    def send() -> None:
        found.append(hand_in(world).status)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(found) == [200] * 7 + [201]
    assert (len(world.store.requests()), mails(world)) == (1, 1)


@pytest.mark.parametrize(
    "changes", [{"address": "bob@bakery.example"}, {"wanted_end": "now"}, {"language": "fr"}]
)
def test_a_number_that_comes_again_with_something_else_is_refused(
    world: World, changes: dict[str, Any]
) -> None:
    first = told(hand_in(world))
    before = world.rows()
    done = hand_in(world, **changes)
    assert (done.status, told(done)["reference"]) == (409, first["reference"])
    assert world.rows() == before
    assert [line["why"] for line in world.log.named("call_refused")] == ["conflict"]


def test_what_mail_has_asked_for_is_confirmed_by_the_ticket(world: World) -> None:
    waits = request("C-1", address_key=ANNA, received_at=NOW, due_at=NOW + timedelta(days=3))
    record(world.store, entry(1, requests=(waits,)))
    world.now += timedelta(hours=1)
    done = hand_in(world)
    assert (done.status, told(done)["reference"], told(done)["state"]) == (200, "C-1", "confirmed")
    assert told(done)["due_at"] == "2026-03-05T09:30:00Z"  # its clock goes on
    again = hand_in(world, ticket="4712")
    assert (again.status, told(again)["reference"]) == (200, "C-1")
    assert mails(world) == 1
    outcomes = [line["outcome"] for line in world.log.named("ticket_taken")]
    assert outcomes == ["confirmed", "repeated"]
    (held,) = world.store.requests()
    assert (held.state, held.proof) == (State.CONFIRMED, "panel")


def test_what_has_happened_since_the_ticket_speaks_against_it(world: World) -> None:
    over = request("C-1", address_key=ANNA, state=State.WITHDRAWN)
    record(world.store, entry(1, requests=(over,)))
    world.now += timedelta(hours=1)
    # `record` stamps its requests with the time of store_values, which is a day before.
    early = hand_in(world, received_at="2026-03-01T09:00:00+01:00")
    assert (early.status, told(early)["reference"]) == (409, "C-1")
    assert hand_in(world, received_at="2026-03-02T10:00:00+01:00").status == 201


def test_a_signature_does_instead_of_a_token(sqlite_world: World) -> None:
    body = json.dumps(TICKET).encode()

    def signed(key: bytes, at: int) -> Response:
        signature = base64.b64encode(hmac.digest(key, b"msg_1.%d." % at + body, "sha256"))
        fields = {
            "Content-Type": "application/json",
            "webhook-id": "msg_1",
            "webhook-timestamp": str(at),
            "webhook-signature": f"v1,{signature.decode()}",
        }
        return sqlite_world.post(PATH, fields=fields, body=[body])

    now = int(NOW.timestamp())
    assert signed(bytes(range(1, 33)), now).status == 401
    assert signed(KEY, now - 301).status == 401
    assert sqlite_world.store.requests() == []
    assert signed(KEY, now).status == 201
    assert signed(KEY, now + 1).status == 200


def test_a_signature_opens_no_request_to_look_at(sqlite_world: World) -> None:
    # It covers the body alone: with an empty one it would be good for every path.
    reference = told(hand_in(sqlite_world))["reference"]
    at = int(NOW.timestamp())
    signature = base64.b64encode(hmac.digest(KEY, b"msg_1.%d." % at, "sha256")).decode()
    fields = {
        "webhook-id": "msg_1", "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{signature}",
    }  # fmt: skip
    assert sqlite_world.get(f"/api/requests/{reference}", fields=fields).status == 401


def test_the_end_that_a_ticket_names_is_kept_where_it_confirms_what_mail_asked_for(
    world: World,
) -> None:
    waits = request("C-1", address_key=ANNA, received_at=NOW, due_at=NOW + timedelta(days=3))
    record(world.store, entry(1, requests=(waits,)))
    world.now += timedelta(hours=1)
    done = hand_in(world, wanted_end="31 December 2026")
    assert (done.status, told(done)["state"]) == (200, "confirmed")
    (mail,) = world.store.take_due(9, now=world.now)
    assert b"31 December 2026" in mail.mail.raw  # the customer is told so
    (held,) = world.store.requests()
    assert held.wanted_end == "31 December 2026"  # and staff and WHMCS are to know it


def test_another_end_that_a_second_ticket_names_is_a_conflict(world: World) -> None:
    first = told(hand_in(world))
    world.now += timedelta(minutes=5)
    done = hand_in(world, ticket="4712", wanted_end="31 December 2026")
    assert (done.status, told(done)["reference"]) == (409, first["reference"])
    assert "without the end" in told(done)["detail"]
    (held,) = world.store.requests()
    assert held.wanted_end == ""
    assert hand_in(world, ticket="4713").status == 200


def test_a_reference_that_is_taken_is_drawn_anew(sqlite_world: World) -> None:
    assert sqlite_world.service is not None
    first = draw_tokens()
    drawn = iter([first, first, draw_tokens()])
    sqlite_world.service.draw = lambda: next(drawn)
    assert hand_in(sqlite_world).status == 201
    assert hand_in(sqlite_world, ticket="4712", address="ben@garden.example").status == 201


def test_a_second_ticket_is_seen_by_whoever_carries_the_cancellation_out(world: World) -> None:
    """It may be about another account of the same customer: its number must not be lost."""
    first = told(hand_in(world))
    world.now += timedelta(hours=1)
    assert told(hand_in(world, ticket="4712"))["reference"] == first["reference"]
    history = world.store.history(first["reference"])
    (detail,) = [detail for _, what, detail in history if what == "request_repeated"]
    assert detail == "by=the control panel, ticket 4712"


def test_a_second_ticket_that_names_the_same_end_or_none_repeats_it(world: World) -> None:
    hand_in(world, wanted_end="31 December 2026")
    world.now += timedelta(minutes=5)
    for ticket, same in (("4712", "31 December 2026"), ("4715", "2026-12-31")):
        assert hand_in(world, ticket=ticket, wanted_end=same).status == 200
    assert hand_in(world, ticket="4713").status == 200
    other = hand_in(world, ticket="4714", wanted_end="31 January 2027")
    assert (other.status, "another end" in told(other)["detail"]) == (409, True)


# Refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", ASKING, TOKEN.upper(), f"{TOKEN} "[:-2]])
def test_who_is_not_the_panel_cancels_nothing_and_sees_nothing(
    sqlite_world: World, token: str
) -> None:
    reference = told(hand_in(sqlite_world))["reference"]
    before = sqlite_world.rows()
    fields = BEARER | {"Authorization": f"Bearer {token}"}
    assert hand_in(sqlite_world, by=fields, ticket="1").status == 401
    found = sqlite_world.get(f"/api/requests/{reference}", fields=fields)
    assert (found.status, reference in found.text) == (401, False)
    assert sqlite_world.rows() == before


@pytest.mark.parametrize("keys", [ApiKeys(), ApiKeys(asking=(ASKING,))])
def test_without_a_panel_there_is_no_such_path(sqlite_world: World, keys: ApiKeys) -> None:
    sqlite_world.keys = keys
    sqlite_world.start()
    assert hand_in(sqlite_world).status == 404
    assert sqlite_world.get("/api/requests/C-1", fields=BEARER).status == 404


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"ticket": ""}, {"ticket"}),
        ({"ticket": 4711}, {"ticket"}),
        ({"ticket": "anna@garden.example"}, {"ticket"}),
        ({"ticket": "1\n"}, {"ticket"}),
        ({"ticket": "1" * 65}, {"ticket"}),
        ({"address": "anna"}, {"address"}),
        ({"address": "anna@garden.example\nbcc: x@y.example"}, {"address"}),
        ({"address": ["anna@garden.example"]}, {"address"}),
        ({"received_at": "yesterday"}, {"received_at"}),
        ({"received_at": ""}, {"received_at"}),
        ({"received_at": "2026-03-02T09:30:00"}, {"received_at"}),
        ({"received_at": "2026-13-02T09:30:00Z"}, {"received_at"}),
        ({"received_at": "0001-01-01T00:00:00+23:59"}, {"received_at"}),
        ({"received_at": "2026-03-02T09:36:00Z"}, {"received_at"}),
        ({"received_at": "2026-02-01T09:30:00Z"}, {"received_at"}),
        ({"wanted_end": "x" * 61}, {"wanted_end"}),
        ({"wanted_end": "2026-02-30"}, {"wanted_end"}),
        ({"language": "german"}, {"language"}),
        ({"adress": "", "address": None}, {"adress", "address"}),
    ],
)
def test_what_is_wrong_in_a_ticket_is_named_and_nothing_is_cancelled(
    sqlite_world: World, changes: dict[str, Any], names: set[str]
) -> None:
    found = hand_in(sqlite_world, **changes)
    assert (found.status, {each["name"] for each in told(found)["mistakes"]}) == (400, names)
    assert sqlite_world.store.requests() == []
    assert "anna" not in sqlite_world.log.text


@pytest.mark.parametrize(
    "body",
    [
        '{"ticket": "1", "address": "anna@garden.example", "address": "victim@garden.example"}',
        '{"ticket": "1", "address": "victim@garden.example", "ticket": "2"}',
        '{"ticket": "1", "address": "a@b.example", "\\u0061ddress": "c@b.example"}',
    ],
)
def test_a_member_that_stands_twice_cancels_nobody(sqlite_world: World, body: str) -> None:
    """Who may write into one member of a carelessly made body must not choose the account."""
    found = sqlite_world.post(PATH, fields=BEARER, body=[body.encode()])
    (mistake,) = told(found)["mistakes"]
    assert (found.status, mistake["problem"]) == (400, "stands twice")
    assert sqlite_world.store.requests() == []


def test_an_address_of_ours_is_no_customers(sqlite_world: World) -> None:
    assert hand_in(sqlite_world, address="support@example.com").status == 409
    assert sqlite_world.store.requests() == []


def test_other_kinds_sizes_and_methods_are_refused(sqlite_world: World) -> None:
    world = sqlite_world
    assert hand_in(world, by={"Authorization": BEARER["Authorization"]}).status == 415
    assert hand_in(world, wanted_end="x" * 20_000).status == 413
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        found = call(world.app, method, PATH, fields=BEARER)
        assert (found.status, found.fields["allow"]) == (405, "POST")
    assert world.get("/api/requests/C-000000", fields=BEARER).status == 404
    assert world.store.requests() == []


def test_above_its_rate_the_panel_is_told_when_to_come_again(sqlite_world: World) -> None:
    found = [hand_in(sqlite_world) for _ in range(101)]
    assert found[-1].status == 429
    assert int(found[-1].fields["retry-after"]) == 1
    assert len(sqlite_world.store.requests()) == 1


def test_while_the_store_cannot_be_used_the_panel_is_told_to_come_again(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    world.failure = TemporaryFailure("gone", part="store")
    world.start()
    done = hand_in(world)
    assert (done.status, done.fields["retry-after"]) == (503, "30")
    assert told(done)["status"] == 503
    world.failure = None
    assert hand_in(world).status == 201


def test_a_ticket_whose_request_was_erased_is_not_taken_again(sqlite_world: World) -> None:
    world = sqlite_world
    reference = told(hand_in(world))["reference"]
    held = world.store.request(reference)
    assert held is not None
    record(world.store, entry(1, changes=(change(reference, held.state, State.COMPLETED),)))
    assert world.store.expire("requests", before=NOW + timedelta(days=9), limit=9, now=NOW) == 1
    again = hand_in(world)
    assert (again.status, told(again)["reference"]) == (409, reference)
    assert world.store.requests() == []
