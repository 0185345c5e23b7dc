"""What is fetched changes nothing, of whatever route; and no token but one of ours does anything.

Scanners of mail, browsers and monitors fetch whatever they find, with GET or HEAD.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from config.api_keys import ApiKeys
from daemon.stores.schema import metadata
from daemon.web.routes import all_routes
from handlers.list_token import KEY_BYTES, Sealer
from handlers.values import State
from tests.contract.store_values import entry, record, request
from tests.flow.asgi import call
from tests.flow.web_world import ANNA, NOW, REAL, World, running

ASKING, PANEL = "a" * 32, "p" * 32
KEYS = ApiKeys(asking=(ASKING,), panel=(PANEL,), signing=(bytes(32),))


@pytest.fixture(params=REAL)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with running(request.param, tmp_path) as made:
        made.keys = KEYS
        made.start()
        yield made


@pytest.fixture
def sqlite_world(tmp_path: Path) -> Iterator[World]:
    with running("sqlite", tmp_path) as made:
        yield made


def everything(world: World) -> dict[str, list[Any]]:
    """Every row of every table."""
    with world.store._reading() as connection:  # type: ignore[attr-defined]
        return {
            table.name: sorted(map(repr, connection.execute(sa.select(table))))
            for table in metadata.sorted_tables
        }


def paths(world: World) -> list[str]:
    """Every path that is served, with what stands in braces filled in so that there is such."""
    assert world.service is not None
    words = {"token": world.token(), "address": ANNA, "reference": "C-1"}
    found = []
    for route in all_routes(world.service):
        names = re.findall(r"{(\w+)", route.path)
        assert set(names) <= words.keys(), f"say what {route.path} is to be called with"
        path = route.path
        for name in names:
            path = re.sub(rf"{{{name}(:\w+)?}}", words[name], path)
        found += [path, f"{world.service.base_path}{path}"]
    return list(dict.fromkeys(found))


# With every right, and with what might be taken for a POST.
FIELDS: dict[str, dict[str, str]] = {
    "a scanner": {},
    "a browser": {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Purpose": "prefetch"},
    "who may ask": {"Authorization": f"Bearer {ASKING}"},
    "the panel": {"Authorization": f"Bearer {PANEL}", "Content-Type": "application/json"},
    "in place of a POST": {
        "X-HTTP-Method-Override": "POST",
        "Content-Type": "application/x-www-form-urlencoded",
    },
}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("fields", FIELDS.values(), ids=FIELDS)
def test_no_route_changes_anything_when_it_is_fetched(
    world: World, fields: dict[str, str], method: str
) -> None:
    waits = request("C-1", address_key=ANNA, state=State.AWAITING_CONFIRMATION)
    record(world.store, entry(1, requests=(waits,)))
    asked = paths(world)
    assert len(asked) >= 16
    before = everything(world)
    statuses = set()
    for path in asked:
        for query in ("", "?List-Unsubscribe=One-Click", "?list=tips&_method=POST"):
            for body in ((), (b"List-Unsubscribe=One-Click",), (b'{"ticket": "1"}',)):
                done = call(world.app, method, path + query, fields=fields, body=body)
                statuses.add(done.status)
                assert not {"location", "set-cookie"} & done.fields.keys()
    assert 200 in statuses
    assert statuses <= {200, 400, 401, 404, 405, 413, 415, 429}
    assert everything(world) == before


def test_the_comparison_sees_a_click(world: World) -> None:
    """The test above can fail."""
    token = world.token()
    before = everything(world)
    world.post(f"/u/{token}")
    after = everything(world)
    changed = {name for name, rows in after.items() if rows != before[name]}
    assert {"request", "suppression", "event"} <= changed


# Tokens that are none of ours --------------------------------------------------------------------


def forged(token: str, other: str) -> Iterator[str]:
    """Each bit turned, each octet left out or written twice, two tokens spliced at each place."""
    raw, second = (base64.urlsafe_b64decode(t + "=" * (-len(t) % 4)) for t in (token, other))
    for place in range(len(raw)):
        for bit in range(8):
            yield spelled(raw[:place] + bytes([raw[place] ^ (1 << bit)]) + raw[place + 1 :])
        yield spelled(raw[:place] + raw[place + 1 :])
        yield spelled(raw[: place + 1] + raw[place:])
        yield spelled(raw[:place])
        if 1 < place < len(raw) - 1:  # the first octet is the key's number: both have it
            yield spelled(raw[:place] + second[place:])
    for character in "=.~ ":
        yield f"{token}{character}"
    yield token.swapcase()


def spelled(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def test_no_token_but_ours_opens_anything(sqlite_world: World) -> None:
    world = sqlite_world
    token, other = world.token(), world.token("tips", "bob@bakery.example")
    world.store.new_token_key(now=NOW)
    installs = [bytes(KEY_BYTES), bytes(range(KEY_BYTES))]
    tried = [*forged(token, other)]
    tried += [Sealer(n, key).seal(ANNA, "tips") for key in installs for n in (0, 1, 2, 3, 255)]
    assert not {token, other} & set(tried)
    assert len(set(tried)) > 300
    before = everything(world)
    for number, path in enumerate(dict.fromkeys(tried)):
        client = f"2001:db8:{number:x}::1"  # each a stranger's first try
        for step in ("", "/all", "/undo"):
            assert world.post(f"/u/{path}{step}", client=client).status in (404, 405)
        assert world.get(f"/u/{path}", client=client).status == 404
    assert everything(world) == before
    assert world.post(f"/u/{token}").status == 200
    assert everything(world) != before


def test_a_token_of_another_install_opens_nothing_here_and_the_other_way_round(
    tmp_path: Path,
) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    with running("sqlite", tmp_path / "one") as one, running("sqlite", tmp_path / "two") as two:
        for here, there in ((one, two), (two, one)):
            assert here.post(f"/u/{there.token()}").status == 404
            assert here.lists() == set()
