"""The web service over a real store, called as an HTTP server calls it."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.page_texts import load_page_texts
from daemon.app import policy
from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.ports import Store
from daemon.tokens import draw_tokens
from daemon.web import asgi, routes
from daemon.web.asgi import FIELDS, make_asgi
from daemon.web.keeper import Keeper
from daemon.web.limits import Buckets, network_of
from daemon.web.pages import make_pages
from daemon.web.service import Service
from daemon.web.values import TEXT, Answer, Call, Route
from handlers.list_token import Sealer
from handlers.values import State
from tests.contract.store_values import entry, record, request, suppression
from tests.contract.stores import KINDS, place_of
from tests.flow.asgi import Response, call
from tests.unit.configs import GOOD, loaded
from tests.unit.log_capture import LogCapture, captured_log

ANNA = "anna@garden.example"
NOW = datetime.fromisoformat("2026-03-02T09:30:00+00:00")
DAY = timedelta(days=1)
BASE = '[web]\nbase_url = "https://www.shop.example/optoutd"\n'
REAL = [kind for kind in KINDS if "fake" not in str(kind)]


@dataclass(slots=True)
class World:
    """The service, its store, and a clock that a test sets."""

    store: Store
    folder: Path
    now: datetime = NOW
    seconds: float = 0.0
    config: str = GOOD + BASE
    failure: Exception | None = None
    log: LogCapture = field(default_factory=LogCapture)
    app: Any = None

    def start(self) -> None:
        settings = loaded(self.folder, self.config)
        self.app = make_asgi(
            Service(
                settings=settings,
                policy=policy(settings),
                keeper=Keeper(opened=self.open),
                pages=make_pages(settings),
                now=lambda: self.now,
                draw=draw_tokens,
                monotonic_s=lambda: self.seconds,
            )
        )

    def open(self) -> Store:
        if self.failure is not None:
            raise self.failure
        return self.store

    def token(self, list_name: str = "tips", address: str = ANNA) -> str:
        return Sealer(*self.store.token_key(now=NOW)).seal(address, list_name)

    def get(self, path: str, **more: Any) -> Response:
        return call(self.app, "GET", path, **more)

    def post(self, path: str, **more: Any) -> Response:
        return call(self.app, "POST", path, **more)

    def lists(self) -> set[str]:
        return {n for n in ("tips", "news", "offers") if self.store.suppression(ANNA, n)}

    def rows(self) -> dict[str, int]:
        return dict(self.store.counts())


@pytest.fixture(params=REAL)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with captured_log() as log:
        made = World(place_of(request.param, tmp_path).open(), tmp_path, log=log)
        made.start()
        yield made
        made.store.close()


@pytest.fixture
def sqlite_world(tmp_path: Path) -> Iterator[World]:
    with captured_log() as log:
        made = World(place_of("sqlite", tmp_path).open(), tmp_path, log=log)
        made.start()
        yield made
        made.store.close()


def buttons(page: Response) -> list[str]:
    return re.findall(r'<form method="post" action="([^"]+)">', page.text)


# One click -------------------------------------------------------------------------------------

ONE_CLICK = b"List-Unsubscribe=One-Click"
MULTIPART = (
    b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
)
FORM = "application/x-www-form-urlencoded"
BODIES: dict[str, tuple[dict[str, str], list[bytes]]] = {
    "a form, as RFC 8058 shows it": ({"Content-Type": FORM}, [ONE_CLICK]),
    "in parts, as it allows": ({"Content-Type": "multipart/form-data; boundary=x"}, [MULTIPART]),
    "in pieces": ({"Content-Type": FORM}, [ONE_CLICK[:9], ONE_CLICK[9:]]),
    "empty": ({}, []),
}


@pytest.mark.parametrize(("fields", "body"), BODIES.values(), ids=BODIES)
def test_one_post_leaves_the_list_without_login_cookie_or_redirect(
    world: World, fields: dict[str, str], body: list[bytes]
) -> None:
    done = world.post(f"/u/{world.token()}", fields=fields, body=body)
    assert done.status == 200
    assert not {"location", "set-cookie"} & done.fields.keys()
    assert world.lists() == {"tips"}
    (made,) = world.store.requests()
    assert (made.address_key, made.state, made.channel) == (ANNA, "effective", "newsletter")
    assert (made.received_at, made.due_at) == (NOW, NOW + DAY)
    # Nobody is written to.
    assert not [name for name in world.rows() if name.startswith("outbox")]


def test_whoever_posts_twice_has_posted_once(world: World) -> None:
    path = f"/u/{world.token()}"
    assert world.post(path).status == 200
    before = world.rows()
    assert [world.post(path).status for _ in range(3)] == [200] * 3
    assert world.rows() == before
    assert world.log.names == ["list_left"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_scanner_that_fetches_the_link_changes_nothing(world: World, method: str) -> None:
    token = world.token()
    before = world.rows()
    for path in (f"/u/{token}", f"/optoutd/u/{token}", f"/u/{token}/all", f"/u/{token}/undo"):
        call(world.app, method, path)
    assert call(world.app, method, f"/u/{token}").status == 200
    assert world.rows() == before
    assert world.lists() == set()


def test_a_page_asks_and_the_next_ones_offer_all_lists_and_to_take_it_back(world: World) -> None:
    path = f"/u/{world.token()}"
    asks = world.get(path, fields={"Accept-Language": "de-DE,de;q=0.9"})
    assert '<html lang="de">' in asks.text
    assert "Möchten Sie keine Post der Liste „tips“ an a***@garden.example mehr?" in asks.text
    assert buttons(asks) == [f"/optoutd{path}"]
    left = world.post(path)
    assert buttons(left) == [f"/optoutd{path}/all", f"/optoutd{path}/undo"]
    assert buttons(world.get(path)) == buttons(left)
    all_left = world.post(f"{path}/all")
    assert buttons(all_left) == [f"/optoutd{path}/undo"]
    assert world.lists() == {"tips", "news", "offers"}
    undone = world.post(f"{path}/undo")
    assert buttons(undone) == [f"/optoutd{path}"]
    assert world.lists() == set()
    assert {made.state for made in world.store.requests()} == {State.UNDONE}
    assert world.store.walk_audit().broken_at is None
    # And once more: the link of a newsletter never expires.
    world.now = NOW + 4_000 * DAY
    assert world.post(path).status == 200
    assert world.lists() == {"tips"}


def test_what_is_a_day_old_or_was_asked_otherwise_is_not_taken_back(world: World) -> None:
    path = f"/u/{world.token()}"
    world.post(path)
    world.now = NOW + timedelta(days=1, seconds=1)
    late = world.post(f"{path}/undo", fields={"Accept-Language": "en"})
    assert "write to support@example.com" in late.text
    assert buttons(late) == [f"/optoutd{path}/all"]
    assert world.lists() == {"tips"}


def test_an_opt_out_by_mail_stays_whatever_the_link_is_used_for(world: World) -> None:
    made = replace(request("O-1"), address_key=ANNA, address_written=ANNA)
    record(world.store, entry(1, requests=(made,), suppress=(
        suppression("O-1", address_key=ANNA),)))  # fmt: skip
    path = f"/u/{world.token()}"
    assert buttons(world.get(path)) == []
    assert world.post(path).status == 200
    assert world.post(f"{path}/undo").status == 200
    assert world.lists() == {"tips", "news", "offers"}


def test_a_new_key_is_known_at_once_and_tokens_of_the_old_one_are_taken(world: World) -> None:
    old = world.token()
    assert world.get(f"/u/{old}").status == 200
    world.store.new_token_key(now=NOW)
    new = world.token("news")
    assert world.post(f"/u/{new}").status == 200
    assert world.post(f"/u/{old}").status == 200
    assert world.lists() == {"tips", "news"}


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
    assert world.get(f"/u/{token}/all").status == 405
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


# What every response has -----------------------------------------------------------------------


def test_every_response_keeps_the_token_to_itself(sqlite_world: World) -> None:
    world, token = sqlite_world, sqlite_world.token()
    found = [
        world.get(f"/u/{token}"),
        world.post(f"/u/{token}"),
        world.get("/u/x"),
        world.get("/nothing"),
        world.get("/health"),
        call(world.app, "PUT", "/health"),
        world.post(f"/u/{token}", body=[b"x" * 20_000]),
    ]
    assert [one.status for one in found] == [200, 200, 404, 404, 200, 405, 413]
    for one in found:
        assert {name.lower(): value for name, value in FIELDS.items()}.items() <= dict(
            one.fields
        ).items()
        assert one.fields["cache-control"] == "no-store"
        assert one.fields["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in one.fields["content-security-policy"]
        assert "<script" not in one.text
    assert [line for line in world.log.text.splitlines() if token in line or "anna" in line] == []
    assert world.log.text


def test_what_a_newsletter_calls_its_list_cannot_break_the_page(sqlite_world: World) -> None:
    token = sqlite_world.token('"><script>alert(1)</script>')
    page = sqlite_world.get(f"/u/{token}").text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("language", load_page_texts())
def test_there_is_every_page_in_each_language(sqlite_world: World, language: str) -> None:
    world, fields = sqlite_world, {"Accept-Language": language}
    path, everything = f"/u/{world.token()}", f"/u/{world.token('*', 'bob@b.example')}"
    pages = [
        world.get(path, fields=fields),
        world.post(path, fields=fields),
        world.post(f"{path}/all", fields=fields),
        world.post(f"{path}/undo", fields=fields),
        world.get(everything, fields=fields),
        world.get("/u/x", fields=fields),
    ]
    texts = load_page_texts()[language]
    for page, title in zip(
        pages,
        ("ask_title", "left_title", "left_title", "undone_title", "ask_title", "invalid_title"),
        strict=True,
    ):
        assert f'<html lang="{language}">' in page.text
        assert f"<h1>{texts[title]}</h1>" in page.text
        assert not re.search(r"\{\w*\}|None", page.text)
    requests = world.store.requests()
    assert {made.language for made in requests} == {language}


def test_no_two_languages_say_the_same() -> None:
    asked = [texts["ask_all"] for texts in load_page_texts().values()]
    assert len(set(asked)) == len(asked) == 16


# At once ---------------------------------------------------------------------------------------


def test_whoever_presses_in_many_places_at_once_has_one_request(world: World) -> None:
    path = f"/u/{world.token()}"
    found: list[int] = []

    def press() -> None:
        found.extend(world.post(path).status for _ in range(3))

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 18
    assert world.log.names == ["list_left"]
    assert [world.rows()[name] for name in ("request.effective", "suppression")] == [1, 1]


def test_to_leave_and_to_come_back_at_once_ends_as_one_of_them(world: World) -> None:
    path = f"/u/{world.token()}"
    world.post(path)
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda step=step: found.append(world.post(f"{path}{step}").status))
        for step in ("", "/undo", "/all", "/undo", "/all", "")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 6
    states = {request.reference: request.state for request in world.store.requests_in(*State)}
    held = {
        suppression.reference
        for name in ("tips", "*")
        if (suppression := world.store.suppression(ANNA, name)) is not None
    }
    # Each suppression has a request in effect; and the chain of the audit holds.
    assert {states[reference] for reference in held} <= {State.EFFECTIVE}
    assert world.store.walk_audit().broken_at is None


def test_a_call_too_many_is_told_to_come_again(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asgi, "MOST_CALLS", 0)
    path = f"/u/{sqlite_world.token()}"
    done = sqlite_world.post(path)
    assert (done.status, done.fields["retry-after"]) == (503, "30")
    monkeypatch.undo()
    assert sqlite_world.post(path).status == 200


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
