"""`status`, `due` and `outbox` over a real store: what they print, and their exit status."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from daemon.cli.all_commands import app
from daemon.identity import process_name
from daemon.ports import MailboxStatus, Process
from daemon.stores.sqlite import SqliteStore
from handlers.values import State
from tests.contract.store_values import entry, mail, record, request
from tests.unit.configs import written

NOW = datetime.now(UTC)  # of the beginning of the run, which may be minutes ago
HOUR = timedelta(hours=1)
ESCAPE = "\x1b[31m"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    written(tmp_path)
    opened = SqliteStore(tmp_path / "optoutd.db", access="own", now=NOW)
    yield opened
    opened.close()


def run(store: SqliteStore, *words: str) -> Result:
    config = store._path.with_name("optoutd.toml")
    return CliRunner().invoke(app, ["--config", str(config), *words], env={"COLUMNS": "200"})


def objects(store: SqliteStore, *words: str) -> list[dict[str, Any]]:
    result = run(store, *words, "--json")
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def beat(store: SqliteStore, **changes: Any) -> None:
    now = datetime.now(UTC)
    process = Process(name=process_name(), version="1.2.3", started_at=now, beat_at=now)
    boxes = [
        MailboxStatus(
            mailbox=name,
            process=process.name,
            polled_at=now,
            succeeded_at=now,
            waiting=7,
            idles=True,
        )
        for name in ("support", "cancel-de")
    ]
    store.beat(process, [replace(boxes[0], **changes), boxes[1]])


# status --------------------------------------------------------------------------------------


def test_status_of_a_service_that_is_well_is_one_screen_and_success(store: SqliteStore) -> None:
    beat(store)
    result = run(store, "status")
    assert result.exit_code == 0
    for words in ("optoutd 1.2.3 runs since", "support", "ok", "7", "yes", "live", "move",
                  "0 queued", "0 questions open", "All is well."):  # fmt: skip
        assert words in result.stdout
    assert len(result.stdout.splitlines()) < 24
    assert ESCAPE[0] not in result.stdout
    (told,) = objects(store, "status")
    assert told["well"] is True
    assert told["wrong"] == []


def test_status_tells_what_is_wrong_with_its_cure_and_fails(store: SqliteStore) -> None:
    beat(
        store,
        error=f"support: refused{ESCAPE} the login",
        failing_since=NOW,
        cure="check username",
    )
    record(store, entry(1, requests=(request("C-1", state=State.REVIEW, due_at=NOW - HOUR),)))
    result = run(store, "status")
    assert result.exit_code == 1
    assert "failing for" in result.stdout
    assert "refused\ufffd[31m the login" in result.stdout
    assert "cure: check username; optoutd check" in result.stdout
    assert "1 request is late" in result.stdout
    assert ESCAPE not in result.stdout
    told = json.loads(run(store, "status", "--json").stdout)
    assert [trouble["cure"] for trouble in told["wrong"]] == [
        "check username; optoutd check",
        "optoutd due",
    ]


def test_status_of_a_store_that_nothing_has_worked_with_yet(store: SqliteStore) -> None:
    result = run(store, "status")
    assert result.exit_code == 1
    assert "No optoutd has ever run with this store." in result.stdout


# due -----------------------------------------------------------------------------------------


def test_due_lists_the_late_ones_first(store: SqliteStore) -> None:
    made = (
        request("C-1", due_at=NOW + 5.5 * HOUR, state=State.CONFIRMED),
        request("C-2", due_at=NOW - 2.5 * HOUR, state=State.REVIEW),
        request("C-3", due_at=NOW - 7.5 * HOUR),
        request("O-1", due_at=NOW - HOUR),
    )
    record(store, entry(1, requests=made))
    lines = run(store, "due").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["reference", "C-3", "C-2", "C-1"]
    assert "7 h late" in lines[1]
    assert "in 5 h" in lines[3]
    told = objects(store, "due")
    assert [(row["id"], row["late"]) for row in told] == [
        ("C-3", True),
        ("C-2", True),
        ("C-1", False),
    ]
    assert told[0]["seconds_left"] < 0 < told[2]["seconds_left"]


def test_due_shows_a_screen_and_says_how_many_more_there_are(store: SqliteStore) -> None:
    assert run(store, "due").stdout == "Nothing is due.\n"
    record(store, entry(1, requests=tuple(request(f"C-{n}") for n in range(33))))
    assert run(store, "due").stdout.endswith("… and 3 more, due later: optoutd due --all\n")
    assert len(run(store, "due", "--all").stdout.splitlines()) == 34
    assert len(objects(store, "due")) == 33


# outbox --------------------------------------------------------------------------------------


@pytest.fixture
def rows(store: SqliteStore) -> dict[str, str]:
    """The row of a mail in each state."""
    for number in range(1, 6):
        record(store, entry(number, mail(number, "C-1")), now=NOW)
    sent, failed, unknown, sending = (queued.row for queued in store.take_due(4, now=NOW))
    store.sent(sent, now=NOW, response="250")
    store.failed(failed, now=NOW, error=f"550 {ESCAPE}nobody here")
    store.outcome_unknown(unknown, until=None, error="lost")
    found = {"sent": sent, "failed": failed, "unknown": unknown, "sending": sending, "queued": 5}
    return {state: str(row) for state, row in found.items()}


def states(store: SqliteStore) -> dict[str, str]:
    return {str(r.row): r.state for r in store.mails(["queued", "failed", "unknown"], limit=9)}


def test_outbox_list_shows_what_is_not_done_or_what_is_asked_for(
    store: SqliteStore, rows: dict[str, str]
) -> None:
    told = objects(store, "outbox", "list")
    assert {str(row["row"]): row["state"] for row in told} == {
        row: state for state, row in rows.items() if state != "sent"
    }
    (failed,) = objects(store, "outbox", "list", "--state", "failed")
    assert (failed["requests"], failed["next_at"]) == (["C-1"], None)
    assert len(objects(store, "outbox", "list", "--state", "failed", "--state", "sent")) == 2
    result = run(store, "outbox", "list")
    assert "550 \ufffd[31mnobody here" in result.stdout
    assert run(store, "outbox", "list", "--state", "lost").exit_code == 2


def test_outbox_retry_makes_mails_due_and_warns_of_those_that_may_arrive_twice(
    store: SqliteStore, rows: dict[str, str]
) -> None:
    result = run(store, "outbox", "retry", rows["failed"], rows["unknown"], rows["queued"])
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"{rows['failed']}: due now",
        f"{rows['unknown']}: due now; it may arrive twice",
        f"{rows['queued']}: due now",
    ]
    assert set(states(store).values()) == {"queued"}


@pytest.mark.parametrize("command", [("retry",), ("drop", "--yes")])
def test_outbox_refuses_what_is_out_of_reach_and_does_the_rest(
    store: SqliteStore, rows: dict[str, str], command: tuple[str, ...]
) -> None:
    result = run(store, "outbox", *command, rows["sent"], rows["sending"], "999", rows["failed"])
    assert result.exit_code == 1
    sent, sending, missing = result.stderr.splitlines()
    assert sent.startswith(f"optoutd: {rows['sent']}: it was sent")
    assert sending.startswith(f"optoutd: {rows['sending']}: it is in delivery")
    assert missing.startswith("optoutd: 999: there is no such reply")
    assert result.stdout.startswith(f"{rows['failed']}: ")


def test_outbox_retry_refuses_a_mail_whose_text_is_gone(
    store: SqliteStore, rows: dict[str, str]
) -> None:
    store.expire("reply_bytes", before=NOW + timedelta(days=1), limit=100, now=NOW)
    result = run(store, "outbox", "retry", rows["failed"])
    assert result.exit_code == 1
    assert "its text is no longer kept" in result.stderr


def test_outbox_retry_of_many_leaves_alone_what_was_dropped(
    store: SqliteStore, rows: dict[str, str]
) -> None:
    assert run(store, "outbox", "retry").exit_code == 2
    assert run(store, "outbox", "drop", rows["unknown"], "--yes", "--by", "eve").exit_code == 0
    assert store.history("C-1")[-1][1:] == ("reply_dropped", "by=eve")
    assert run(store, "outbox", "retry", "--all-failed").stdout == f"{rows['failed']}: due now\n"
    assert run(store, "outbox", "retry", "--all-failed").stdout == "There is nothing to retry.\n"
    assert len(run(store, "outbox", "retry", "--all-queued").stdout.splitlines()) == 2


def test_outbox_drop_asks_first_and_tells_what_went_to_review(store: SqliteStore) -> None:
    record(store, entry(1, mail(1, "C-1", asks=True), requests=(request("C-1"),)), now=NOW)
    assert run(store, "outbox", "drop", "1").exit_code == 2
    result = run(store, "outbox", "drop", "1", "--yes")
    assert (result.exit_code, result.stdout) == (0, "1: given up; on review: C-1\n")
