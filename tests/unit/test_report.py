"""What `optoutd report` makes of its options and figures, and of several copies of a message."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from daemon.cli.all_commands import app
from daemon.cli.figures_report import bar, duration
from daemon.cli.output import print_table
from daemon.cli.whereabouts import find, sought_of
from daemon.ports import LedgerRow, Located, Sought, Spread, Whereabouts
from daemon.stores import open_store
from handlers.hindsight import Meanings, Where
from handlers.values import Disposition, Filing, Intent
from tests.contract.store_values import NOW, entry, mail, ordinary, record, request
from tests.unit.configs import GOOD

MEANINGS = Meanings.of({"Unsubscribed": Intent.OPT_OUT})


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration with a store beside it in which shadow mode has noted something."""
    path = tmp_path / "optoutd.toml"
    path.write_text(GOOD)
    store = open_store("sqlite:///optoutd.db", access="own", base_dir=tmp_path, now=NOW)
    record(
        store,
        entry(1, shadow=True, message_id_hash="a"),
        ordinary(2, shadow=True, received_at=datetime(2026, 2, 1, tzinfo=UTC)),
    )
    store.close()
    return path


def run(config: Path, *words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["--config", str(config), "report", *words])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--offline"], "--offline: need --shadow"),
        (["--mailbox", "support", "--show"], "--mailbox, --show: need --shadow"),
        (["--shadow", "--folder", "spam=Junk"], "must be opt_out=FOLDER"),
        (["--shadow", "--folder", "opt_out="], "must be opt_out=FOLDER"),
        (["--shadow", "--mailbox", "sales"], "--mailbox sales: there is only support"),
        (["--shadow", "--show", "--offline"], "needs the server"),
        (["--since", "yesterday"], "--since"),
    ],
)
def test_a_mistake_in_usage_is_told_in_a_line(config: Path, words: list[str], why: str) -> None:
    status, out, err = run(config, *words)
    assert (status, out) == (2, "")
    assert why in err


def test_offline_it_tells_what_would_have_been_done(config: Path) -> None:
    status, out, _ = run(config, "--shadow", "--offline")
    assert status == 0
    assert "2 messages" in out
    assert "“take me off”" in out
    assert "decided otherwise" not in out
    status, out, _ = run(config, "--shadow", "--offline", "--since", "2026-02-15", "--json")
    assert status == 0
    assert out.count("\n") == 1
    assert '"agreement": "unknown"' in out
    assert (
        "noted no messages since 2027"
        in run(config, "--shadow", "--offline", "--since", "2027-01-01")[1]
    )


def test_the_figures_of_a_period_are_a_table_with_bars(config: Path) -> None:
    store = open_store("sqlite:///optoutd.db", access="own", base_dir=config.parent, now=NOW)
    late = request("C-1", due_at=NOW)
    record(store, entry(3, mail(3, "O-1"), requests=(request("O-1"), late)), ordinary(4))
    record(store, ordinary(5), entry(6, silence="in-review"))
    store.close()
    status, out, _ = run(config, "--since", "2026-01-01")
    assert status == 0
    for told in (
        "From 2026-01-01 00:00 to", "Messages: 4", "In shadow mode: 2 more", "█" * 30,
        "Requests received: 2", "awaiting confirmation", "opt out effective", "1 h",
        "Late: 1 open past their time, 0 done after it.", "Replies queued: 1", "in-review",
    ):  # fmt: skip
        assert told in out


def test_a_folder_with_a_hostile_name_is_only_a_heading(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_table(("it would", "[/bold]\x1b[31m[red]Done"), [("leave", "1")], empty="")
    out = capsys.readouterr().out
    assert "[/bold]\ufffd[31m[red]Done" in out
    assert "\x1b" not in out


# One place a message -------------------------------------------------------------------------


def row(uid: int = 1, hashed: str = "a") -> LedgerRow:
    return LedgerRow(
        mailbox="support",
        uid_validity=7,
        uid=uid,
        digest="",
        received_at=NOW,
        disposition=Disposition.ACT,
        reason="opt-out",
        intents=(Intent.OPT_OUT,),
        evidence=(),
        filing=Filing.OPT_OUTS,
        references=(),
        filed_at=None,
        error="",
        message_id_hash=hashed,
        shadow=True,
    )


def at(folder: str, use: str = "", uid: int = 9, hashed: str = "a", *flags: str) -> Located:
    return Located(
        folder=folder,
        use=use,
        is_own=folder == "INBOX",
        uid_validity=7,
        uid=uid,
        message_id_hash=hashed,
        flags=frozenset(flags),
    )


@pytest.mark.parametrize(
    ("found", "where", "folder"),
    [
        ([], Where.GONE, ""),
        ([at("INBOX", uid=1)], Where.INBOX, "INBOX"),
        # Where it lay is where it is, whatever copies there are.
        ([at("Unsubscribed"), at("INBOX", uid=1)], Where.INBOX, "INBOX"),
        ([at("INBOX", uid=30)], Where.INBOX, "INBOX"),
        ([at("Trash", "trash"), at("Unsubscribed"), at("Old")], Where.FOLDER, "Unsubscribed"),
        ([at("Trash", "trash"), at("Old"), at("INBOX", uid=30)], Where.FOLDER, "Old"),
        ([at("Junk", "junk"), at("Trash", "trash")], Where.JUNK, "Junk"),
        ([at("Sent", "sent")], Where.GONE, ""),
        # A view of everything: archived, as Gmail has it.
        ([at("All Mail", "all"), at("Starred", "flagged")], Where.ARCHIVE, "All Mail"),
        ([at("Trash", "trash"), at("All Mail", "all")], Where.TRASH, "Trash"),
        ([at("INBOX", "", 1, "a", r"\Deleted")], Where.TRASH, "INBOX"),
        ([at("Old", hashed="b")], Where.GONE, ""),
    ],
)
def test_of_several_copies_one_is_the_place(
    found: list[Located], where: Where, folder: str
) -> None:
    (one,) = find([row()], Whereabouts(found=tuple(found), folders=()), MEANINGS, 7)
    assert (one.place.where, one.place.folder) == (where, folder)


ANEW = 2**32 + 7  # the server gave its UIDs out again, and kept its UIDVALIDITY 7


def test_a_message_is_looked_for_under_the_uid_that_the_server_has_for_it_now() -> None:
    rows = [row(1, "old"), replace(row(1, "new"), uid_validity=ANEW)]
    assert sought_of(rows, ANEW) == [
        Sought(uid_validity=7, uid=0, message_id_hash="old"),
        Sought(uid_validity=7, uid=1, message_id_hash="new"),
    ]
    found = (at("INBOX", uid=1, hashed="new"), at("Old", hashed="old"))
    first, second = find(rows, Whereabouts(found=found, folders=()), MEANINGS, ANEW)
    assert (first.place.folder, second.place.folder) == ("Old", "INBOX")


def test_the_report_tells_the_uidvalidity_of_the_server(config: Path) -> None:
    store = open_store("sqlite:///optoutd.db", access="own", base_dir=config.parent, now=NOW)
    anew = entry(1, shadow=True, uid_validity=ANEW, received_at=datetime(2027, 1, 2, tzinfo=UTC))
    record(store, anew)
    store.close()
    _, out, _ = run(config, "--shadow", "--offline", "--since", "2027-01-01", "--json")
    assert json.loads(out)["uid_validity"] == 7


def test_without_a_message_id_or_a_look_nothing_is_known() -> None:
    nowhere = Whereabouts(found=(at("Old", hashed=""),), folders=())
    (one,) = find([row(hashed="")], nowhere, MEANINGS, 7)
    assert one.place.where is Where.UNKNOWN
    (one,) = find([row()], None, MEANINGS, 7)
    assert one.place.where is Where.UNKNOWN


def test_two_messages_of_one_message_id_do_not_share_the_unmoved_one() -> None:
    whereabouts = Whereabouts(found=(at("INBOX", uid=1), at("Old")), folders=())
    first, second = find([row(1), row(2)], whereabouts, MEANINGS, 7)
    assert (first.place.folder, second.place.folder) == ("INBOX", "Old")


# Figures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0.0 s"),
        (0.44, "0.4 s"),
        (59.6, "1 min"),
        (200, "3 min 20 s"),
        (3600, "1 h"),
        (100_800, "1 d 4 h"),
        (86_400 * 9 + 59, "9 d"),
    ],
)
def test_a_duration_as_people_say_it(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("share", "cells"), [(0, ""), (1, "█" * 30), (0.5, "█" * 15), (0.0001, "▏"), (1 / 60, "▌")]
)
def test_a_bar_is_never_empty_above_nothing(share: float, cells: str) -> None:
    assert bar(share) == cells


def test_a_spread_is_by_nearest_rank() -> None:
    assert Spread.of([]) == Spread()
    assert Spread.of([3]) == Spread(count=1, p50_s=3, p90_s=3, max_s=3)
    assert Spread.of(range(1, 101)) == Spread(count=100, p50_s=50, p90_s=90, max_s=100)
    assert Spread.of([4, 1]) == Spread(count=2, p50_s=1, p90_s=4, max_s=4)


def test_replies_that_may_have_arrived_twice_are_reported(config: Path) -> None:
    store = open_store("sqlite:///optoutd.db", access="own", base_dir=config.parent, now=NOW)
    record(store, entry(9, mail(9)))
    for outcome in ("lost", "250"):
        (queued,) = store.take_due(1, now=NOW)
        if outcome == "lost":
            store.outcome_unknown(queued.row, until=NOW, error=outcome)
        else:
            store.sent(queued.row, now=NOW, response=outcome)
    store.close()
    since = ("--since", "2026-01-01")
    assert '{"figure":"replies_perhaps_twice","count":1}' in "".join(
        run(config, *since, "--json")[1].split(" ")
    )
    assert "Perhaps twice: 1 of them" in run(config, *since)[1]
    assert "Perhaps twice" not in run(config)[1]
