"""The web service: what it refuses, how often, and what it says when something fails."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.web import asgi, routes
from daemon.web.limits import Buckets, network_of
from daemon.web.service import Service
from daemon.web.values import TEXT, Answer, Call, Route
from handlers.list_token import Sealer
from tests.flow.asgi import call, calls_at_once
from tests.flow.web_world import ANNA, NOW, World, buttons, running
from tests.unit.log_capture import captured_log


@pytest.fixture
def sqlite_world(tmp_path: Path) -> Iterator[World]:
    with running("sqlite", tmp_path) as made:
        yield made


# What is refused -------------------------------------------------------------------------------


def test_a_token_that_we_have_not_made_does_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    token = world.token()
    forged = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token[:20] + ("A" if token[20] != "A" else "B") + token[21:],
        token[:-4],
        Sealer(1, bytes(64)).seal(ANNA, "tips"),
        Sealer(2, bytes(64)).seal(ANNA, "tips"),
        token.swapcase(),
        "x" * 5_000,
        "ü",
    ]
    before = world.rows()
    for number, path in enumerate(forged):
        found = world.post(f"/u/{path}", client=f"198.51.100.{number}")
        assert (found.status, buttons(found)) == (404, [])
    assert world.rows() == before


def test_other_paths_and_methods_are_refused_and_never_redirected(sqlite_world: World) -> None:
    world, token = sqlite_world, sqlite_world.token()
    for path in ("/", "/u", "/u/", f"/u/{token}/", f"/u/{token}/all/", "/health/", "/optoutd"):
        found = world.get(path)
        assert (found.status, found.fields.get("location")) == (404, None)
    for method in ("PUT", "DELETE", "OPTIONS", "PATCH"):
        found = call(world.app, method, f"/u/{token}")
        assert found.status == 405
        assert set(found.fields["allow"].split(", ")) == {"GET", "HEAD", "POST"}
    assert world.lists() == set()


def test_a_body_that_is_too_long_is_not_read_to_its_end(sqlite_world: World) -> None:
    taken: list[int] = []

    def endless() -> Iterator[bytes]:
        for number in range(100):
            taken.append(number)
            yield b"x" * 8_192

    done = sqlite_world.post(f"/u/{sqlite_world.token()}", body=endless())
    assert (done.status, done.fields["connection"]) == (413, "close")
    assert len(taken) == 3
    assert sqlite_world.lists() == set()


def test_a_body_that_does_not_come_holds_up_nobody(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asgi, "BODY_TIMEOUT_S", 0.05)
    done = sqlite_world.post(f"/u/{sqlite_world.token()}", body=[b"List-"], ends=False)
    assert (done.status, done.fields["connection"]) == (408, "close")
    assert sqlite_world.lists() == set()


def test_one_link_is_not_pressed_without_end_and_the_others_go_on(sqlite_world: World) -> None:
    world = sqlite_world
    path, other = f"/u/{world.token()}", f"/u/{world.token('news')}"
    found = [world.post(path) for _ in range(31)]
    assert [one.status for one in found] == [200] * 30 + [429]
    assert found[-1].fields["retry-after"] == "2"
    assert world.post(other).status == 200  # of the same client: a provider has few hosts
    world.seconds += 2
    assert world.post(path).status == 200


def test_a_stranger_who_tries_tokens_is_slowed_down_and_nobody_else(sqlite_world: World) -> None:
    world = sqlite_world
    path = f"/u/{world.token()}"
    found = [world.get(f"/u/{'x' * 40}{n}", client="2001:db8::1").status for n in range(22)]
    assert found == [404] * 20 + [429] * 2
    assert world.get("/u/y", client="2001:db8::2").status == 429  # the same network
    assert world.get("/u/y", client="2001:db8:1::2").status == 404
    assert world.post(path, client="2001:db8::1").status == 200  # a token of ours is one


def test_a_stranger_who_is_slowed_down_does_not_keep_the_store_busy(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tokens that name a key that there is not: each would ask the store."""
    world = sqlite_world
    world.token()  # there is a key, number 1
    asked: list[str] = []
    real = world.store.token_keys
    monkeypatch.setattr(world.store, "token_keys", lambda: (asked.append("keys"), real())[1])  # type: ignore[func-returns-value]
    forged = base64.urlsafe_b64encode(bytes([9]) + bytes(40)).decode().rstrip("=")
    statuses = [world.post(f"/u/{forged}").status for _ in range(200)]
    assert statuses.count(429) == 180
    assert len(asked) == 20


def test_who_comes_with_a_new_key_is_not_taken_for_a_stranger(sqlite_world: World) -> None:
    world = sqlite_world
    for number in range(30):
        world.post(f"/u/{'x' * 40}{number}")
    assert world.post(f"/u/{world.token()}").status == 200
    world.store.new_token_key(now=NOW)
    assert world.post(f"/u/{world.token('news')}").status == 200
    assert world.lists() == {"tips", "news"}


def test_a_bucket_fills_again_and_the_oldest_are_forgotten() -> None:
    buckets = Buckets(burst=2, every_s=10, most=2)
    assert [buckets.take("a", now_s=0.0) for _ in range(3)] == [0, 0, 10]
    assert buckets.take("a", now_s=4.0) == pytest.approx(6)
    assert buckets.take("a", now_s=10.0) == 0
    assert [buckets.take(name, now_s=10.0) for name in ("b", "c", "a")] == [0, 0, 0]


@pytest.mark.parametrize(
    ("client", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::1:2:3:4", "2001:db8::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_a_client_is_known_by_its_network(client: str, network: str) -> None:
    assert network_of(client) == network


# Failures --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "failure",
    [TemporaryFailure("gone", part="store"), PermanentFailure("locked", part="store")],
)
def test_while_the_store_cannot_be_used_callers_are_told_to_come_again(
    sqlite_world: World, failure: Exception
) -> None:
    world, path = sqlite_world, f"/u/{sqlite_world.token()}"
    world.failure = failure
    for found in (world.post(path), world.get(path), world.get("/health"), world.post(path)):
        assert found.status == 503
        assert int(found.fields["retry-after"]) > 0
    assert world.log.names == ["store_failed"]
    world.failure = None
    assert world.post(path).status == 200
    assert world.lists() == {"tips"}
    assert world.log.names == ["store_failed", "list_left", "store_recovered"]


def test_a_store_that_can_be_read_and_not_written_to_is_one_trouble(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk: whoever looks at the page meanwhile ends no alarm."""
    world, path = sqlite_world, f"/u/{sqlite_world.token()}"

    def full() -> None:
        raise TemporaryFailure("the disk is full", part="store")

    monkeypatch.setattr(world.store, "batch", full)
    for _ in range(3):
        assert world.post(path).status == 503
        assert world.get(path).status == 200
        assert world.post("/u/nothing-of-ours").status == 404
    assert set(world.log.names) == {"store_failed", "link_refused"}
    assert world.log.names.count("store_failed") == 1
    monkeypatch.undo()
    assert world.post(path).status == 200
    assert world.log.names[-2:] == ["list_left", "store_recovered"]


def test_a_store_that_another_process_holds_locked_is_a_503_and_nothing_is_lost(
    tmp_path: Path,
) -> None:
    from daemon.stores.sqlite import SqliteStore

    store = SqliteStore(tmp_path / "o.db", access="own", now=NOW, busy_timeout_s=0.05)
    with captured_log() as log, closing(sqlite3.connect(tmp_path / "o.db")) as other:
        world = World(store, tmp_path, log=log)
        world.start()
        path = f"/u/{world.token()}"
        assert world.get(path).status == 200
        other.execute("BEGIN IMMEDIATE")
        assert world.post(path).status == 503
        assert world.get(path).status == 200  # readers go on
        other.execute("ROLLBACK")
        assert world.post(path).status == 200
        assert world.lists() == {"tips"}
    store.close()


def test_a_mistake_in_a_route_is_a_500_and_is_told_without_values(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And so a route is added: a function, and a line in the table."""

    def broken(call: Call) -> Answer:
        raise ValueError(call.body.decode())

    def echo(call: Call) -> Answer:
        return Answer(body=f"{call.words['word']} {call.fields['x-a']} {call.client}", kind=TEXT)

    def more(service: Service) -> list[Route]:
        return [
            Route(path="/api/broken", methods=("POST",), answer=broken),
            Route(path="/api/echo/{word}", methods=("PUT",), answer=echo),
        ]

    monkeypatch.setattr(routes, "MODULES", (*routes.MODULES, more))
    sqlite_world.start()
    done = sqlite_world.post("/api/broken", body=[b"tulip-orchard"])
    assert (done.status, "tulip" in done.text) == (500, False)
    (told,) = sqlite_world.log.named("unexpected_error")
    assert (told["where"], told["error"]) == ("web", "ValueError")
    assert "tulip" not in sqlite_world.log.text
    echoed = call(sqlite_world.app, "PUT", "/api/echo/hello", fields={"X-A": "b"})
    assert echoed.text == "hello b 192.0.2.7"


def test_a_call_too_many_is_told_to_come_again(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asgi, "MOST_CLICKS", 0)
    path = f"/u/{sqlite_world.token()}"
    done = sqlite_world.post(path)
    assert (done.status, done.fields["retry-after"]) == (503, "30")
    monkeypatch.undo()
    assert sqlite_world.post(path).status == 200
    monkeypatch.setattr(asgi, "MOST_CALLS", 0)
    assert sqlite_world.get("/api/openapi.json").status == 503
    assert sqlite_world.post(path).status == 200


def test_many_readers_who_press_in_one_moment_have_all_left(sqlite_world: World) -> None:
    """After a newsletter: a mail provider that is told to come again may never do so."""
    tokens = [sqlite_world.token(address=f"reader.{n}@garden.example") for n in range(120)]
    done = calls_at_once(sqlite_world.app, "POST", [f"/u/{token}" for token in tokens])
    assert {each.status for each in done} == {200}
    assert len(sqlite_world.store.requests()) == 120


def test_a_token_of_a_key_that_we_have_is_refused_without_asking_the_store(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    token = world.token()
    assert world.get(f"/u/{token}").status == 200
    asked: list[str] = []
    monitored = world.store.token_keys
    world.store.token_keys = lambda: (asked.append("keys"), monitored())[1]  # type: ignore[method-assign,func-returns-value]
    assert world.get(f"/u/{token[:-2]}").status == 404
    assert asked == []
