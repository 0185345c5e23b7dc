"""`/api/suppressions` over a real store: asked before a newsletter is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.api_keys import ApiKeys
from daemon.errors import TemporaryFailure
from tests.contract.test_store_asking import fill
from tests.flow.asgi import Response, call
from tests.flow.web_world import REAL, World, running

TOKEN = "a" * 32
PANEL = "p" * 32
BEARER = {"Authorization": f"Bearer {TOKEN}"}
AS_JSON = BEARER | {"Content-Type": "application/json"}
PATH = "/api/suppressions"


@pytest.fixture(params=REAL)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with running(request.param, tmp_path) as made:
        yield prepared(made)


@pytest.fixture
def sqlite_world(tmp_path: Path) -> Iterator[World]:
    with running("sqlite", tmp_path) as made:
        yield prepared(made)


def prepared(world: World) -> World:
    fill(world.store)
    world.keys = ApiKeys(asking=(TOKEN,), panel=(PANEL,))
    world.start()
    return world


def asked(world: World, address: str, query: str = "") -> Any:
    found = world.get(f"{PATH}/{address}{query}", fields=BEARER)
    assert (found.status, found.fields["content-type"]) == (200, "application/json"), found.text
    return json.loads(found.body)


def batch(world: World, body: object, **fields: str) -> Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return world.post(PATH, fields=AS_JSON | fields, body=[raw])


def test_one_address_is_asked_about(world: World) -> None:
    before = world.rows()
    assert asked(world, "Anna@Shop.example") == {
        "address": "anna@shop.example", "suppressed": True, "list": "*",
    }  # fmt: skip
    assert not asked(world, "ben@b.example")["suppressed"]
    assert asked(world, "ben@b.example", "?list=tips")["suppressed"]
    assert not asked(world, "dora+x@d.example")["suppressed"]
    assert asked(world, "dora+x@d.example", "?sub_addresses=true")["suppressed"]
    assert not asked(world, "a/b@c.example")["suppressed"]
    assert world.rows() == before


def test_many_are_answered_in_their_order_and_what_is_no_address_by_null(world: World) -> None:
    given = ["Ben@b.example", "nobody", "zoe@z.example", "", "\ud800@x.example"]
    found = batch(world, {"addresses": given, "list": "tips"})
    assert found.status == 200
    assert json.loads(found.body) == {
        "list": "tips",
        "answers": [
            {"address": "ben@b.example", "suppressed": True},
            {"address": "nobody", "suppressed": None},
            {"address": "zoe@z.example", "suppressed": False},
            {"address": "", "suppressed": None},
            {"address": "\ud800@x.example", "suppressed": None},
        ],
    }


@pytest.mark.parametrize(
    "fields",
    [{}, {"Authorization": f"Bearer {PANEL}"}, {"Authorization": f"Bearer {TOKEN}x"}],
    ids=["nothing", "the panel's", "a wrong one"],
)
def test_who_has_no_token_learns_nothing(sqlite_world: World, fields: dict[str, str]) -> None:
    for found in (
        sqlite_world.get(f"{PATH}/anna@shop.example", fields=fields),
        sqlite_world.post(PATH, fields=fields, body=[b"x"]),
    ):
        assert (found.status, found.fields["www-authenticate"]) == (401, "Bearer")
        assert found.fields["content-type"] == "application/problem+json"
        assert "anna" not in found.text
    assert {line["why"] for line in sqlite_world.log.named("call_refused")} == {"not-known"}
    assert "anna" not in sqlite_world.log.text


def test_without_tokens_there_is_no_such_path(sqlite_world: World) -> None:
    sqlite_world.keys = ApiKeys()
    sqlite_world.start()
    assert sqlite_world.get(f"{PATH}/anna@shop.example", fields=BEARER).status == 404
    assert batch(sqlite_world, {"addresses": []}).status == 404


def test_who_tries_tokens_is_slowed_down_and_those_with_one_are_not(sqlite_world: World) -> None:
    wrong = {"Authorization": "Bearer x"}
    found = [sqlite_world.get(f"{PATH}/a@b.example", fields=wrong).status for _ in range(22)]
    assert found == [401] * 20 + [429] * 2
    assert sqlite_world.get(f"{PATH}/a@b.example", fields=BEARER).status == 200


def test_above_its_rate_a_caller_is_told_when_to_come_again(sqlite_world: World) -> None:
    found = [sqlite_world.get(f"{PATH}/a@b.example", fields=BEARER) for _ in range(1_001)]
    assert {one.status for one in found[:-1]} == {200}
    assert (found[-1].status, found[-1].fields["retry-after"]) == (429, "1")
    sqlite_world.seconds += 1
    assert sqlite_world.get(f"{PATH}/a@b.example", fields=BEARER).status == 200


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b"", [""]),
        (b"\xff", [""]),
        (b"[]", [""]),
        (b"[" * 5_000, [""]),
        ({"addresses": "a@b.example"}, ["addresses"]),
        ({"addresses": [1], "list": 7, "more": 1, "sub_addresses": "no"},
         ["more", "addresses", "sub_addresses", "list"]),
        ({"addresses": [], "list": "x" * 65}, ["list"]),
        ({"addresses": ["x"] * 10_001}, ["addresses"]),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_named(
    sqlite_world: World, body: object, names: list[str]
) -> None:
    found = batch(sqlite_world, body)
    assert (found.status, found.fields["content-type"]) == (400, "application/problem+json")
    assert [each["name"] for each in json.loads(found.body)["mistakes"]] == names


def test_a_query_that_is_not_understood_is_named(sqlite_world: World) -> None:
    found = sqlite_world.get(f"{PATH}/nobody?sub_addresses=1&lists=tips&list=", fields=BEARER)
    named = {each["name"] for each in json.loads(found.body)["mistakes"]}
    assert (found.status, named) == (400, {"address", "sub_addresses", "lists", "list"})


def test_a_parameter_that_stands_twice_is_answered_for_neither(sqlite_world: World) -> None:
    found = sqlite_world.get(f"{PATH}/anna@garden.example?list=tips&list=news", fields=BEARER)
    assert (found.status, json.loads(found.body)["mistakes"]) == (
        400,
        [{"name": "list", "problem": "stands twice"}],
    )


def test_other_kinds_sizes_and_methods_are_refused_in_json(sqlite_world: World) -> None:
    world = sqlite_world
    assert batch(world, {"addresses": []}, **{"Content-Type": "text/plain"}).status == 415
    assert batch(world, b" " * 1_048_577).status == 413
    for found in (
        call(world.app, "DELETE", PATH),
        world.get("/api/nothing"),
        batch(world, b" " * 1_048_577),
    ):
        assert found.fields["content-type"] == "application/problem+json"
        assert json.loads(found.body)["status"] == found.status
    assert world.get("/api").fields["content-type"].startswith("text/html")


def test_while_the_store_cannot_be_used_nobody_is_let_through(sqlite_world: World) -> None:
    sqlite_world.failure = TemporaryFailure("gone", part="store")
    sqlite_world.start()
    for found in (
        sqlite_world.get(f"{PATH}/zoe@z.example", fields=BEARER),
        batch(sqlite_world, {"addresses": ["zoe@z.example"]}),
    ):
        assert (found.status, found.fields["retry-after"]) == (503, "30")
        assert "suppressed" not in found.text
