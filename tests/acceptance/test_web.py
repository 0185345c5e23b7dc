"""`optoutd web` in a process of its own, with a browser before it."""

from __future__ import annotations

import http.client
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.acceptance.company import COMMAND, clean_environment
from tests.acceptance.web import CONFIG, Web


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    made = Web(tmp_path_factory.mktemp("web"))
    try:
        made.start()
        yield made
    finally:
        made.kill()


def post(web: Web, path: str, **fields: str) -> http.client.HTTPResponse:
    """One POST as RFC 8058 has it; the response without its body."""
    with closing(http.client.HTTPConnection("127.0.0.1", web.port, timeout=30)) as connection:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", path, body="List-Unsubscribe=One-Click", headers=form | fields)
        with closing(connection.getresponse()) as response:
            response.read()
            return response


@pytest.mark.parametrize("scripts", [True, False], ids=["javascript", "no-javascript"])
def test_a_person_leaves_a_list_with_the_keyboard_and_comes_back(
    web: Web, chromium: Browser, scripts: bool
) -> None:
    address = f"anna-{scripts}@garden.example".lower()
    token = web.token(address, "tips")
    context = chromium.new_context(java_script_enabled=scripts, locale="de-DE")
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    called: list[str] = []
    page.on("request", lambda request: called.append(request.url))

    asked = page.goto(web.url(f"/u/{token}"))
    assert asked is not None
    assert asked.status == 200
    assert page.locator("html").get_attribute("lang") == "de"
    assert page.get_by_role("heading", level=1).inner_text() == "Abmelden"
    assert page.get_by_role("button").count() == 1
    with web.store() as store:
        assert store.suppression(address, "tips") is None

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Sie sind abgemeldet").wait_for()
    with web.store() as store:
        assert store.suppression(address, "tips") is not None
        assert store.suppression(address, "news") is None
    page.get_by_role("button", name="Von allen Newslettern abmelden").click()
    page.get_by_text("erhält keine Newsletter mehr von uns").wait_for()
    with web.store() as store:
        assert store.suppression(address, "news") is not None
    page.get_by_role("button", name="Rückgängig machen").click()
    page.get_by_role("heading", name="Das ist rückgängig gemacht").wait_for()
    with web.store() as store:
        assert store.suppression(address, "tips") is None

    # Wide enough for a telephone, and tall enough for a thumb.
    page.set_viewport_size({"width": 320, "height": 640})
    box = page.get_by_role("button").bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["x"] + box["width"] <= 320
    assert context.cookies() == []
    assert told == []  # nothing that the policy had to refuse
    assert {url.removeprefix(web.url("")).split("/")[1] for url in called} <= {"u", "favicon.ico"}
    context.close()


def test_a_mail_provider_posts_once_and_the_log_keeps_the_reader_to_itself(web: Web) -> None:
    token = web.token("bob@bakery.example", "*")
    forwarded = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    answered = post(web, f"/u/{token}", **forwarded)
    assert (answered.status, answered.getheader("location")) == (200, None)
    assert answered.getheader("set-cookie") is None
    assert post(web, f"/u/{token[:-1]}", **forwarded).status == 404
    with web.store() as store:
        assert store.suppression("bob@bakery.example", "anything") is not None
        assert store.counts().get("outbox.queued", 0) == 0
    names = [event["event"] for event in web.events]
    assert names[0] == "web_started"
    assert {"list_left", "link_refused"} <= set(names)
    assert token[:20] not in web.log
    assert "203.0.113" not in web.log
    assert "bob" not in web.log


def test_it_stops_when_it_is_told_to(web: Web) -> None:
    """The last of this module, whose service it stops."""
    assert web.stop() == 0
    assert web.events[-1]["event"] == "web_stopped"


def test_without_a_store_it_does_not_make_one(tmp_path: Path) -> None:
    (tmp_path / "optoutd.toml").write_text(CONFIG)
    done = subprocess.run(
        [COMMAND, "--config", tmp_path / "optoutd.toml", "web", "--listen", "127.0.0.1:0"],
        capture_output=True,
        text=True,
        check=False,
        env=clean_environment(),
        cwd=tmp_path,
    )
    assert done.returncode == 1
    assert "does not exist yet" in done.stderr
    assert not (tmp_path / "optoutd.db").exists()
