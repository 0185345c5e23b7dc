"""`optoutd web` is killed between its commit and its answer, and its caller asks once more.

With SQLite, and with PostgreSQL over TCP and with a password, as a drop-in of the unit has it.
"""

from __future__ import annotations

import http.client
import json
import signal
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.web import CONFIG, Web
from tests.servers.postgres import PASSWORD, shared_postgres

TOKEN = "p" * 64
KINDS = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))
ANNA, CLEO = "anna@garden.example", "cleo@mill.example"
TICKET = json.dumps({"ticket": "4711", "address": CLEO})
PATIENCE_S = 30

# The real command, which dies when a method of its own is done.
_DEADLY = """
import os, signal
from {module} import {owner}
real = {owner}.{method}
def deadly(self, *given, **named):
    real(self, *given, **named)
    os.kill(os.getpid(), signal.SIGKILL)
{owner}.{method} = deadly
from daemon.cli import main
main()
"""


def web_of(kind: str, folder: Path) -> Web:
    (folder / "panel_token").write_text(TOKEN)
    (folder / "panel_token").chmod(0o600)
    config = f'{CONFIG}[panel]\ntoken_files = ["panel_token"]\n'
    if kind == "sqlite":
        return Web(folder, config=config)
    (folder / "store_password").write_text(PASSWORD)
    (folder / "store_password").chmod(0o600)
    server = shared_postgres()
    url = server.tcp_url(server.new_database())
    config += f'[store]\nurl = "{url}"\npassword_file = "store_password"\n'
    return Web(folder, config=config, store_url=url, password=PASSWORD)


def deadly(module: str, owner: str, method: str) -> tuple[str, str, str]:
    return sys.executable, "-c", _DEADLY.format(module=module, owner=owner, method=method)


def post(web: Web, path: str, body: str = "", **fields: str) -> tuple[int, str]:
    """The status and the body of the answer; 0 where the connection ends without one."""
    with closing(http.client.HTTPConnection("127.0.0.1", web.port, timeout=PATIENCE_S)) as caller:
        try:
            caller.request("POST", path, body=body, headers=fields)
            answer = caller.getresponse()
            return answer.status, answer.read().decode()
        except (http.client.RemoteDisconnected, ConnectionResetError):
            return 0, ""


def click(web: Web, token: str) -> int:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return post(web, f"/u/{token}", "List-Unsubscribe=One-Click", **form)[0]


def hand_in(web: Web) -> tuple[int, Any]:
    fields = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    status, body = post(web, "/api/cancellations", TICKET, **fields)
    return status, json.loads(body) if body else None


def died(web: Web) -> bool:
    return web.process.wait(PATIENCE_S) == -signal.SIGKILL


def held(web: Web) -> list[tuple[str, str, str]]:
    """Reference, address and state of each request; the audit's chain is whole."""
    with web.store() as store:
        assert store.walk_audit().broken_at is None
        return [(made.reference, made.address_key, made.state) for made in store.requests()]


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_committed_before_a_death_is_there_once_for_who_calls_again(
    kind: str, tmp_path: Path
) -> None:
    web = web_of(kind, tmp_path)
    try:
        web.start(*deadly("daemon.list_exit", "Exit", "leave"))
        token = web.token(ANNA, "tips")
        assert (click(web, token), died(web)) == (0, True)
        (left,) = held(web)
        assert left[1:] == (ANNA, "effective")

        # In the transaction: nothing has happened, the mail neither.
        web.start(*deadly("daemon.stores.sql_batch", "SqlBatch", "note_ticket"))
        assert click(web, token) == 200
        assert (hand_in(web), died(web)) == ((0, None), True)
        assert held(web) == [left]

        web.start(*deadly("daemon.panel", "Panel", "take"))
        assert (hand_in(web), died(web)) == ((0, None), True)
        (cancelled,) = set(held(web)) - {left}
        assert cancelled[1:] == (CLEO, "confirmed")

        web.start()
        for _ in range(2):
            status, answer = hand_in(web)
            assert (status, answer["reference"]) == (200, cancelled[0])
            assert click(web, token) == 200
        assert sorted(held(web)) == sorted([left, cancelled])
        with web.store() as store:
            assert store.counts()["outbox.queued"] == 1  # the confirmation of the cancellation
            assert store.suppression(ANNA, "tips") is not None
            assert store.suppression(ANNA, "news") is None
        assert web.stop() == 0
    finally:
        web.kill()
