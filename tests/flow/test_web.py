"""The link in a newsletter over a real store: one click, the pages, all lists and undo."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from config.page_texts import load_page_texts
from daemon.tokens import draw_tokens
from daemon.web.asgi import FIELDS
from handlers.values import State
from tests.contract.store_values import entry, record, request, suppression
from tests.flow.asgi import call
from tests.flow.web_world import ANNA, DAY, NOW, REAL, World, buttons, running


@pytest.fixture(params=REAL)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with running(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def sqlite_world(tmp_path: Path) -> Iterator[World]:
    with running("sqlite", tmp_path) as made:
        yield made


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


@pytest.mark.parametrize("step", ["/all", "/undo"])
def test_who_opens_the_address_of_a_step_anew_sees_how_things_stand(
    world: World, step: str
) -> None:
    """After the button the browser shows its address, and fetches it when a tab is restored."""
    path = f"/u/{world.token()}"
    assert world.get(path + step).body == world.get(path).body
    assert world.lists() == set()
    world.post(path)
    found = world.get(path + step)
    assert (found.status, found.body) == (200, world.get(path).body)
    assert world.lists() == {"tips"}


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
    assert len(set(asked)) == len(asked) == 17


def test_who_leaves_comes_back_and_leaves_in_one_moment_has_left(world: World) -> None:
    path = f"/u/{world.token()}"
    assert [world.post(f"{path}{step}").status for step in ("", "/undo", "")] == [200] * 3
    assert world.lists() == {"tips"}


# At once ---------------------------------------------------------------------------------------


def test_a_reference_that_is_taken_is_drawn_anew(world: World) -> None:
    """A mail provider that is told to come again may never do so."""
    assert world.service is not None
    first = draw_tokens()
    drawn = iter([first, first, first, draw_tokens()])
    world.service.draw = lambda: next(drawn)
    assert world.post(f"/u/{world.token()}").status == 200
    assert world.post(f"/u/{world.token(address='ben@garden.example')}").status == 200
    assert len(world.store.requests()) == 2


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
    assert found == [200] * 6, world.log.text
    states = {request.reference: request.state for request in world.store.requests_in(*State)}
    held = {
        suppression.reference
        for name in ("tips", "*")
        if (suppression := world.store.suppression(ANNA, name)) is not None
    }
    # Each suppression has a request in effect; and the chain of the audit holds.
    assert {states[reference] for reference in held} <= {State.EFFECTIVE}
    assert world.store.walk_audit().broken_at is None
