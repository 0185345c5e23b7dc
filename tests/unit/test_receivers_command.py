"""`receivers`, and what `requests show`, `status` and `check` say of those who are told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from daemon.cli.all_commands import app
from daemon.ports import Audience, Outcome
from daemon.stores.sqlite import SqliteStore
from handlers.values import State
from tests.contract.store_values import change, entry, record, request, suppression
from tests.servers.receiver import ReceiverServer
from tests.unit.configs import GOOD, written

NOW = datetime.now(UTC)
TOLD = Outcome(state="told", note="it answered 200")
BY_HAND = Outcome(state="needs_person", note="client 1 has 2 services: which one is meant?")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    written(tmp_path)
    opened = SqliteStore(tmp_path / "optoutd.db", access="own", now=NOW)
    opened.use_receivers([Audience(name="crm"), Audience(name="billing")], now=NOW)
    yield opened
    opened.close()


def run(store: SqliteStore, *words: str) -> Result:
    config = store._path.with_name("optoutd.toml")
    return CliRunner().invoke(app, ["--config", str(config), *words], env={"COLUMNS": "200"})


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def cancel(store: SqliteStore) -> tuple[int, int]:
    """A cancellation that the CRM knows of, and that the billing system could not be told of."""
    asked = request("C-1", state=State.CONFIRMED)
    record(store, entry(1, requests=(asked,)), now=NOW)
    (told,) = store.take_announcements("crm", 9, now=NOW)
    store.announced(told.row, TOLD, now=NOW)
    (untold,) = store.take_announcements("billing", 9, now=NOW)
    store.announced(untold.row, BY_HAND, now=NOW)
    return told.row, untold.row


def test_show_says_who_knows_since_when_and_who_does_not(store: SqliteStore) -> None:
    told, untold = cancel(store)
    printed = run(store, "requests", "show", "C-1").stdout
    assert "Who is told" in printed
    assert "which one is meant?" in printed
    (shown,) = objects(run(store, "requests", "show", "C-1", "--json"))
    first, second = sorted(shown["announcements"], key=lambda a: a["row"] != told)
    assert (first["receiver"], first["change"], first["state"]) == ("crm", "confirmed", "told")
    assert first["ended_at"] == NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert first["id"] == second["id"]
    assert (second["row"], second["receiver"], second["state"]) == (
        untold,
        "billing",
        "needs_person",
    )


def test_show_says_nothing_of_receivers_where_there_are_none(store: SqliteStore) -> None:
    store.use_receivers([], now=NOW)
    record(store, entry(1, requests=(request("O-1"),), suppress=(suppression("O-1"),)))
    assert "Who is told" not in run(store, "requests", "show", "O-1").stdout


def test_what_needs_a_person_is_wrong_until_it_is_settled(store: SqliteStore) -> None:
    _, row = cancel(store)
    status = run(store, "status")
    assert status.exit_code == 1
    assert "1 announcement needs a person, because billing cannot be told" in status.stdout
    (listed,) = objects(run(store, "receivers", "announcements", "--json"))
    assert (listed["row"], listed["note"]) == (row, BY_HAND.note)
    assert "which one is meant?" in run(store, "receivers", "announcements").stdout
    settled = run(store, "receivers", "settle", str(row), "--by", "lena")
    assert (settled.exit_code, settled.stdout) == (0, f"{row}: settled\n")
    assert run(store, "receivers", "announcements").stdout.strip() == "Everybody knows everything."
    assert "announcement" not in run(store, "status").stdout
    assert "announcement_settled" in run(store, "requests", "show", "C-1").stdout
    again = run(store, "receivers", "settle", str(row))
    assert again.exit_code == 1
    assert "it is settled, and done with" in again.stderr


def test_what_was_given_up_is_told_anew(store: SqliteStore) -> None:
    record(store, entry(1, requests=(request("O-1"), request("C-9", address_key="b@b.example"))))
    rows = [each.row for each in store.take_announcements("crm", 9, now=NOW)]
    for row in rows:
        store.announcement_failed(row, now=NOW, note="it answered 422")
    assert "2 announcements were given up for crm" in run(store, "status").stdout
    done = run(store, "receivers", "retry", "--all-failed")
    assert done.stdout == "".join(f"{row}: due now\n" for row in rows)
    assert len(store.take_announcements("crm", 9, now=datetime.now(UTC))) == 2
    on_its_way = run(store, "receivers", "retry", str(rows[0]))
    assert on_its_way.exit_code == 1
    assert "it is on its way" in on_its_way.stderr
    assert (
        run(store, "receivers", "retry", "--all-failed").stdout == "There is nothing to retry.\n"
    )
    assert "there is no such announcement" in run(store, "receivers", "retry", "99").stderr
    assert run(store, "receivers", "retry").exit_code == 2


def test_what_is_not_so_any_more_is_not_told(store: SqliteStore) -> None:
    record(store, entry(1, requests=(request("C-1"),)))
    (first,) = store.take_announcements("crm", 9, now=NOW)
    store.announcement_failed(first.row, now=NOW, note="it answered 422")
    moved = change("C-1", State.AWAITING_CONFIRMATION, State.CONFIRMED)
    record(store, entry(2, changes=(moved,)))
    (second,) = store.take_announcements("crm", 9, now=NOW)
    store.announced(second.row, TOLD, now=NOW)
    refused = run(store, "receivers", "retry", str(first.row))
    assert refused.exit_code == 1
    assert "a later change was told, or is being told; settle it" in refused.stderr


def test_one_that_was_away_is_told_what_was_new_meanwhile(store: SqliteStore) -> None:
    store.use_receivers([Audience(name="billing")], now=NOW)
    record(store, entry(1, requests=(request("O-1"),), suppress=(suppression("O-1"),)), now=NOW)
    today = (NOW - timedelta(days=1)).strftime("%Y-%m-%d")
    away = run(store, "receivers", "replay", "crm", "--since", today)
    assert (away.exit_code, "crm: no such receiver is configured" in away.stderr) == (1, True)
    store.use_receivers([Audience(name="crm")], now=NOW)
    tried = run(store, "receivers", "replay", "crm", "--since", today, "--dry-run")
    assert tried.stdout == "crm: would be told of 1 request\n"
    assert store.take_announcements("crm", 9, now=NOW) == []
    done = run(store, "receivers", "replay", "crm", "--since", today, "--by", "lena")
    assert done.stdout == "crm: is told of 1 request\n"
    again = run(store, "receivers", "replay", "crm", "--since", today)
    assert again.stdout == "crm: there is nothing that it does not know of\n"
    assert len(store.take_announcements("crm", 9, now=datetime.now(UTC))) == 1
    ahead = (NOW + timedelta(days=2)).strftime("%Y-%m-%d")
    for wrong in (["--since", ahead], ["--since", "soon"], []):
        assert run(store, "receivers", "replay", "crm", *wrong).exit_code == 2


def test_how_each_receiver_fares(store: SqliteStore) -> None:
    record(store, entry(1, requests=(request("O-1"),)), now=NOW)
    store.receiver_fails("billing", error="no answer", now=NOW - timedelta(hours=2))
    store.receiver_gone("crm", error="it answered 410", now=NOW)
    billing, crm = objects(run(store, "receivers", "list", "--json"))
    assert (billing["receiver"], billing["state"], billing["waiting"]) == ("billing", "failing", 1)
    assert (billing["error"], crm["state"]) == ("no answer", "gone")
    printed = run(store, "receivers", "list").stdout
    assert "failing for 2 h" in printed
    assert "wants nothing any more" in printed
    wrong = objects(run(store, "status", "--json"))[0]["wrong"]
    told = [each["what"] for each in wrong if each["what"].startswith("receiver")]
    assert told == [
        "receiver billing takes nothing: no answer",
        "receiver crm wants nothing any more: it answered 410",
    ]
    assert run(store, "receivers", "resume", "crm").stdout == "crm: is told again\n"
    assert run(store, "receivers", "resume", "crm").exit_code == 1
    store.use_receivers([], now=NOW)
    assert "is not configured any more" in run(store, "status").stdout


def test_one_that_nobody_tells_is_wrong_after_a_while(store: SqliteStore) -> None:
    record(store, entry(1, requests=(request("O-1"),)), now=NOW - timedelta(minutes=20))
    wrong = objects(run(store, "status", "--json"))[0]["wrong"]
    assert "receiver crm has waited for more than 15 minutes to be told" in [
        each["what"] for each in wrong
    ]


def test_a_state_that_there_is_not(store: SqliteStore) -> None:
    refused = run(store, "receivers", "announcements", "--state", "sent")
    assert refused.exit_code == 2
    assert "sent is none of queued, sending, told" in refused.stderr
    assert "There are none." in run(store, "receivers", "announcements", "--state", "told").stdout


def test_who_is_told_of_nothing_yet(tmp_path: Path) -> None:
    written(tmp_path)
    store = SqliteStore(tmp_path / "optoutd.db", access="own", now=NOW)
    assert "no [[receiver]] was configured" in run(store, "receivers", "list").stdout
    store.close()


def test_a_person_is_told_which_systems_know(store: SqliteStore) -> None:
    cancel(store)
    facts = objects(run(store, "access", "anna@shop.example", "--json"))
    told = [(fact["receiver"], fact["state"]) for fact in facts if fact["what"] == "told"]
    assert sorted(told) == [("billing", "needs_person"), ("crm", "told")]
    assert (
        "Which other systems were told of them" in run(store, "access", "anna@shop.example").stdout
    )


# check: the other parts have servers to fail at in tests/acceptance.


@pytest.mark.parametrize("is_up", [True, False])
def test_check_reaches_a_receiver_and_tells_it_nothing(tmp_path: Path, *, is_up: bool) -> None:
    from config.load import load_secrets, load_settings
    from daemon.cli.check import _receiver, _try

    with ReceiverServer() as server:
        section = f'[[receiver]]\nname = "crm"\nurl = "{server.url}"\nsecret_files = ["key"]\n'
        config = written(tmp_path, GOOD + section)
        for name in ("support.password", "cancel.password"):
            (tmp_path / name).write_text("secret\n")
        (tmp_path / "key").write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")
        settings = load_settings(config, {})
        secrets = load_secrets(settings, file=config)
        if not is_up:
            server.go_down()

        def attempt() -> list[str]:
            import asyncio

            return asyncio.run(_receiver(settings.receiver[0], secrets))

        result = _try("receiver crm", attempt)
        assert result.ok is is_up
        assert server.calls == []
        if is_up:
            assert "can be reached; nothing was sent" in result.lines[0]
        else:
            assert result.setting == "receiver.crm.url"
            server.come_back()
