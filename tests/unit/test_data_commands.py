"""`export`, `access`, `forget`, `retention`, `backup` and `audit`, as they are typed."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from daemon.cli.all_commands import app
from daemon.errors import OptoutdError
from daemon.stores.sqlite import SqliteStore
from handlers.secret import code_form, message_id
from handlers.values import State
from tests.contract.store_values import (
    ANNA,
    NOW,
    WRITTEN,
    change,
    entry,
    mail,
    ordinary,
    record,
    request,
    suppression,
)
from tests.unit.configs import GOOD, written

SECRET = "ABCDEFGHIJKLMNOP"
BEN = {"address_key": "ben@b.example", "address_written": "Ben@b.example"}
Command = Callable[..., Result]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Anna, who has opted out and was answered; Ben, whose cancellation was asked about."""
    path = tmp_path_factory.mktemp("filled") / "optoutd.db"
    store = SqliteStore(path, access="own", now=NOW)
    text = f"Subject: Done =?utf-8?q?=C3=A4?=\r\nMessage-ID: {message_id(SECRET, 'x.example')}\r\n"
    text += f"\r\nGood bye {code_form(SECRET)}\x1b[31m\r\n"
    sent = replace(mail(1, "O-1"), raw=text.encode())
    record(
        store,
        entry(1, sent, requests=(request(note="a note"),), suppress=(suppression(),)),
        entry(2, requests=(request("C-2", **BEN),)),
        ordinary(3),
    )
    (queued,) = store.take_due(9, now=NOW)
    store.sent({queued.row: "250 OK"}, now=NOW)
    store.close()
    return path


@pytest.fixture
def place(filled: Path, tmp_path: Path) -> Path:
    shutil.copy(filled, tmp_path)
    written(tmp_path, GOOD)
    return tmp_path


@pytest.fixture
def run(place: Path) -> Command:
    def run_it(*words: str | Path, ends: int = 0) -> Result:
        config = str(place / "optoutd.toml")
        done = CliRunner().invoke(app, ["--config", config, *map(str, words)])
        status = 1 if isinstance(done.exception, OptoutdError) else done.exit_code
        assert status == ends, (done.output, done.exception)
        return done

    return run_it


def objects(done: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def events(run: Command) -> list[dict[str, Any]]:
    return objects(run("audit", "list", "--json"))


def add(place: Path, *keys: str) -> None:
    store = SqliteStore(place / "optoutd.db", access="own", now=NOW)
    held = [suppression(f"O-{key}", address_key=key, address_written=key) for key in keys]
    record(store, entry(77, suppress=tuple(held)))
    store.close()


# export ---------------------------------------------------------------------------------------


def test_suppressions_are_exported_as_csv_with_a_header(run: Command) -> None:
    done = run("export", "--format", "csv")
    assert done.stdout == (
        "address,list,since,request\nanna@shop.example,*,2026-03-01T12:30:15Z,O-1\n"
    )


def test_an_export_of_nothing_has_its_header_all_the_same(run: Command, place: Path) -> None:
    connection = sqlite3.connect(place / "optoutd.db")
    connection.execute("DELETE FROM suppression")
    connection.commit()
    connection.close()
    assert run("export", "--format", "csv").stdout == "address,list,since,request\n"
    assert run("export", "--format", "jsonl").stdout == ""


def test_hashes_take_the_place_of_addresses(run: Command) -> None:
    expected = hashlib.sha256(b"anna@shop.example").hexdigest()
    (row,) = objects(run("export", "--format", "jsonl", "--hash", "sha256"))
    assert row == {
        "sha256": expected,
        "list": "*",
        "since": "2026-03-01T12:30:15Z",
        "request": "O-1",
    }
    assert "anna" not in run("export", "--format", "csv", "--hash", "sha256").output


def test_all_requests_are_exported(run: Command) -> None:
    rows = objects(run("export", "--format", "jsonl", "--what", "requests"))
    assert [(r["address"], r["id"], r["kind"], r["state"]) for r in rows] == [
        (ANNA, "O-1", "opt_out", "effective"),
        ("ben@b.example", "C-2", "cancellation", "awaiting_confirmation"),
    ]
    assert rows[0]["received_at"] == "2026-03-01T11:30:15Z"


def test_an_address_that_looks_like_a_formula_stays_what_it_is_and_is_told(
    run: Command, place: Path
) -> None:
    add(place, "=1+1@f.example", "+x@f.example", 'o"r,k@f.example', "plain@f.example")
    done = run("export", "--format", "csv")
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert [row[0] for row in rows[1:]] == [
        "+x@f.example", "=1+1@f.example", "anna@shop.example", 'o"r,k@f.example',
        "plain@f.example",
    ]  # fmt: skip
    assert "2 rows have a value that a spreadsheet takes for a formula" in done.stderr
    assert "warning" not in run("export", "--format", "jsonl").stderr


def test_an_export_to_a_file_is_private_and_takes_the_place_of_none(
    run: Command, place: Path
) -> None:
    target = place / "out.csv"
    run("export", "--format", "csv", "--output", target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    first = target.read_bytes()
    refused = run("export", "--format", "jsonl", "--output", target, ends=1)
    assert "exists already" in str(refused.exception)
    assert target.read_bytes() == first
    run("export", "--format", "jsonl", "--output", target, "--force")
    assert target.read_bytes().startswith(b'{"address": ')
    run("export", "--format", "csv", "--output", place, "--force", ends=1)
    run("export", "--format", "csv", "--output", place / "nowhere" / "x", ends=1)
    assert [f.name for f in place.iterdir() if ".part" in f.name] == []


def test_an_export_is_told_to_the_audit(run: Command) -> None:
    run("export", "--format", "csv", "--by", "Kim  K.")
    told = events(run)[-1]
    assert (told["what"], told["request"]) == ("data_exported", "")
    assert told["detail"] == {"by": "Kim K.", "what": "suppressions", "rows": 1, "hash": ""}


def test_who_was_forgotten_is_missing_from_an_export_which_says_so(run: Command) -> None:
    run("forget", ANNA, "--yes")
    done = run("export", "--format", "csv", "--hash", "sha256")
    assert done.stdout == "sha256,list,since,request\n"
    assert "1 rows of people who were forgotten are left out" in done.stderr
    rows = objects(run("export", "--format", "jsonl", "--what", "requests"))
    assert [row["address"] for row in rows] == ["", "ben@b.example"]
    assert run("suppressed", WRITTEN).exit_code == 0


# access ---------------------------------------------------------------------------------------


def test_a_page_tells_all_about_a_person(run: Command) -> None:
    page = run("access", WRITTEN).stdout
    for told in ("O-1", "a note", "take me off", "Done ä", "Good bye [left out]", "reply_sent"):
        assert told in page
    assert "ben" not in page
    assert "\x1b" not in page
    assert "ABCD" not in page
    assert "a***@shop.example" in page


def test_the_same_is_told_to_programs(run: Command) -> None:
    facts = objects(run("access", ANNA, "--json"))
    assert [fact["what"] for fact in facts] == [
        "suppression", "request", "event", "event", "event", "event", "mail", "message", "log",
        "remark",
    ]  # fmt: skip
    (sent,) = [fact for fact in facts if fact["what"] == "mail"]
    assert (sent["recipient"], sent["subject"]) == (WRITTEN, "Done ä")
    assert SECRET.lower() not in json.dumps(facts).lower()


def test_the_uidvalidity_is_that_of_the_server(run: Command, place: Path) -> None:
    store = SqliteStore(place / "optoutd.db", access="own", now=NOW)
    record(store, entry(78, uid_validity=2**32 + 7, repeated=("O-1",)))
    store.close()
    facts = objects(run("access", ANNA, "--json"))
    told = [fact.get("detail", fact) for fact in facts]
    said = {fact["uid_validity"] for fact in told if fact.get("uid") == 78}
    assert said == {7}


def test_who_looked_is_told_to_the_audit(run: Command, place: Path) -> None:
    run("access", ANNA, "--by", "kim", "--output", place / "anna.txt")
    assert stat.S_IMODE((place / "anna.txt").stat().st_mode) == 0o600
    told = events(run)[-1]
    assert (told["what"], told["request"]) == ("data_disclosed", "O-1")
    assert told["detail"] == {"by": "kim"}


def test_of_a_stranger_nothing_is_held_and_the_log_may_be_searched(run: Command) -> None:
    facts = objects(run("access", "nobody@n.example", "--json"))
    assert [fact["what"] for fact in facts] == ["log", "remark", "remark"]
    assert "nothing" in facts[1]["text"]


def test_of_one_who_was_forgotten_it_is_told_that_a_hash_is_kept(run: Command) -> None:
    run("forget", ANNA, "--yes")
    page = run("access", ANNA).stdout
    assert "hash:" in page
    assert "was forgotten" in page
    assert "a note" not in page
    assert "person_forgotten" in page


# forget ---------------------------------------------------------------------------------------


def test_a_dry_run_erases_nothing(run: Command) -> None:
    (told,) = objects(run("forget", ANNA, "--dry-run", "--json"))
    assert told == {
        "address": ANNA, "erased": False, "requests": 1, "suppressions": 1, "mails": 1,
        "messages": 1, "notes": [],
    }  # fmt: skip
    assert "a note" in run("access", ANNA).stdout


def test_without_a_yes_and_without_a_terminal_nothing_is_erased(run: Command) -> None:
    assert "--yes" in run("forget", ANNA, ends=2).stderr
    assert "a note" in run("access", ANNA).stdout


def test_what_was_erased_is_told_and_proven(run: Command) -> None:
    done = run("forget", ANNA, "--yes", "--by", "kim")
    assert "1 request, 1 suppression, 1 mail and 1 message" in done.stdout
    assert "hold the address nowhere" in done.stdout
    assert "mailboxes" in done.stderr
    assert run("audit", "verify").exit_code == 0
    again = run("forget", ANNA, "--yes")
    assert "nothing" in again.stdout


def test_who_waits_for_a_cancellation_is_not_forgotten_yet(run: Command) -> None:
    for words in (["--yes"], ["--dry-run"]):
        refused = run("forget", BEN["address_key"], *words, ends=1)
        assert "C-2" in str(refused.exception)


@pytest.mark.parametrize("command", ["forget", "access"])
def test_what_is_no_address_is_a_mistake_of_usage(run: Command, command: str) -> None:
    assert "is not a mail address" in run(command, "anna\x1b[1m", ends=2).stderr


# retention ------------------------------------------------------------------------------------


def test_what_is_overdue_is_shown_and_goes(run: Command, place: Path) -> None:
    store = SqliteStore(place / "optoutd.db", access="own", now=NOW)
    old = datetime.now(UTC) - timedelta(days=100)
    record(store, ordinary(50), ordinary(51), now=old)
    store.close()
    shown = {o["what"]: o for o in objects(run("retention", "--dry-run", "--json"))}
    # The three messages of the fixture are older still, and one of them is ordinary.
    assert (shown["ordinary"]["rows"], shown["ordinary"]["gone"]) == (3, False)
    assert shown["ordinary"]["oldest"] == "2026-03-01T12:30:15Z"
    assert "ordinary and automatic mail" in run("retention", "--dry-run").stdout
    done = {o["what"]: o for o in objects(run("retention", "--json", "--by", "kim"))}
    assert (done["ordinary"]["rows"], done["ordinary"]["gone"]) == (3, True)
    assert [o["rows"] for o in objects(run("retention", "--dry-run", "--json"))] == [0] * 8
    assert events(run)[-1]["what"] == "retention"
    assert events(run)[-1]["detail"]["by"] == "kim"


# backup ---------------------------------------------------------------------------------------


def test_a_backup_is_made_told_and_noted(run: Command, place: Path) -> None:
    (told,) = objects(run("backup", place / "copy.db", "--json", "--by", "kim"))
    assert told["file"] == str(place / "copy.db")
    assert events(run)[-1]["what"] == "backup"
    assert events(run)[-1]["detail"] == {
        "by": "kim", "bytes": told["bytes"], "newest": told["newest"],
    }  # fmt: skip
    run("backup", place / "copy.db", ends=1)
    done = run("backup", place / "copy.db", "--force")
    assert "verified" in done.stdout
    assert "To restore" in done.stderr
    assert run("audit", "verify", "--head", f"{told['newest']}:{told['hash']}").exit_code == 0


# audit ----------------------------------------------------------------------------------------


def harm(place: Path, statement: str) -> None:
    connection = sqlite3.connect(place / "optoutd.db")
    assert connection.execute(statement).rowcount == 1
    connection.commit()
    connection.close()


def test_a_whole_audit_is_told_with_its_head(run: Command) -> None:
    (told,) = objects(run("audit", "verify", "--json"))
    assert told["whole"]
    assert (told["events"], told["newest"], told["head"]) == (5, 5, None)
    head = f"{told['newest']}:{told['hash']}"
    assert run("audit", "verify").stdout.splitlines()[-1] == head
    (again,) = objects(run("audit", "verify", "--json", "--head", head))
    assert again["head"] == "same"


def test_a_broken_audit_is_told_with_the_place_and_the_reason(run: Command, place: Path) -> None:
    harm(place, "UPDATE event SET reference = 'O-9' WHERE sequence = 2")
    done = run("audit", "verify", ends=1)
    assert "BROKEN at event 2: its hash is" in done.stdout
    (told,) = objects(run("audit", "verify", "--json", ends=1))
    assert (told["whole"], told["broken_at"], told["events"]) == (False, 2, 1)


def test_a_removed_event_is_told(run: Command, place: Path) -> None:
    harm(place, "DELETE FROM event WHERE sequence = 3")
    assert "event 3 is missing: the next one is 4" in run("audit", "verify", ends=1).stdout


def test_an_end_that_was_cut_off_shows_against_a_noted_head(run: Command, place: Path) -> None:
    head = run("audit", "verify").stdout.splitlines()[-1]
    harm(place, "DELETE FROM event WHERE sequence = 5")
    assert run("audit", "verify").exit_code == 0
    assert "missing" in run("audit", "verify", "--head", head, ends=1).stdout
    other = f"2:{'0' * 64}"
    assert "replaced" in run("audit", "verify", "--head", other, ends=1).stdout


@pytest.mark.parametrize("head", ["5", "5:abc", f"0:{'a' * 64}", f"5:{'g' * 64}", ""])
def test_a_head_that_is_none_is_a_mistake_of_usage(run: Command, head: str) -> None:
    run("audit", "verify", "--head", head, ends=2 if head else 0)


def test_events_are_listed_by_request_and_time(run: Command) -> None:
    assert [e["what"] for e in objects(run("audit", "list", "c-2", "--json"))] == [
        "request_recorded"
    ]
    assert len(run("audit", "list", "--since", "2026-03-01").stdout.splitlines()) == 6
    assert run("audit", "list", "--since", "2027-01-01").stdout == "Nothing is recorded.\n"
    run("audit", "list", "--since", "yesterday", ends=2)


def test_a_request_that_was_closed_lets_its_person_be_forgotten(run: Command, place: Path) -> None:
    store = SqliteStore(place / "optoutd.db", access="own", now=NOW)
    record(store, entry(9, changes=(change("C-2", State.AWAITING_CONFIRMATION, State.REJECTED),)))
    store.close()
    run("forget", BEN["address_key"], "--yes")
    rows = objects(run("requests", "list", "--json"))
    assert [row["address"][:5] for row in rows if row["id"] == "C-2"] == ["hash:"]
