"""What goes after its time: how much, in which steps, once a day, and who is told."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from config.settings import RetentionSettings
from daemon import retention
from daemon.errors import TemporaryFailure
from daemon.retention import limits, overdue, retain, retain_daily
from daemon.stores.sqlite import SqliteStore
from handlers.values import State
from tests.contract.fake_store import FakeStore
from tests.contract.store_values import NOW, entry, mail, ordinary, record, request
from tests.unit.log_capture import captured_log

DAY = timedelta(days=1)
SETTINGS = RetentionSettings()
NOTHING = dict.fromkeys(limits(SETTINGS, now=NOW), 0)


@pytest.fixture
def store() -> FakeStore:
    """Three ordinary messages, one of them old, a closed request and a mail to it."""
    made = FakeStore()
    closed = request("C-1", state=State.REJECTED)
    record(made, entry(1, mail(1, "C-1"), requests=(closed,)), now=NOW - 2_000 * DAY)
    (queued,) = made.take_due(1, now=NOW)
    made.sent({queued.row: "250"}, now=NOW - 2_000 * DAY)
    record(made, ordinary(2), now=NOW - 91 * DAY)
    record(made, ordinary(3), ordinary(4), now=NOW - 89 * DAY)
    return made


def test_the_days_of_the_settings_count_back_from_now() -> None:
    made = RetentionSettings(
        reply_bytes_days=1, evidence_days=2, ordinary_days=33, request_days=44
    )
    days = {what: (NOW - before).days for what, before in limits(made, now=NOW).items()}
    assert days == {
        "reply_bytes": 1,
        "evidence": 2,
        "ordinary": 33,
        "requests": 44,
        "tickets": 366,
        "replies": 44,
        "announcements": 44,
        "processes": 7,
    }


def test_all_that_is_overdue_goes_and_the_audit_is_told_how_much(store: FakeStore) -> None:
    expected = {**NOTHING, "reply_bytes": 1, "evidence": 1, "ordinary": 1, "requests": 1,
                "replies": 1}  # fmt: skip
    found = overdue(store, SETTINGS, now=NOW)
    assert {what: due.rows for what, due in found.items()} == expected
    assert retain(store, SETTINGS, now=NOW, by="kim") == expected
    assert [row.uid for row in store.ledger("support")] == [1, 3, 4]
    told = list(store.audit_events())[-1]
    assert told.what == "retention"
    assert dict(told.detail) == {
        "by": "kim", "reply_bytes": "1", "evidence": "1", "ordinary": "1", "requests": "1",
        "replies": "1",
    }  # fmt: skip


def test_where_nothing_is_overdue_nothing_is_told(store: FakeStore) -> None:
    retain(store, SETTINGS, now=NOW, by="kim")
    before = len(list(store.audit_events()))
    assert retain(store, SETTINGS, now=NOW, by="kim") == NOTHING
    assert len(list(store.audit_events())) == before


def test_much_goes_in_many_steps_with_progress(
    store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_ROWS_AT_ONCE", 10)
    record(store, *(ordinary(uid) for uid in range(100, 135)), now=NOW - 100 * DAY)
    seen: list[tuple[int, int]] = []
    counts = retain(store, SETTINGS, now=NOW, by="kim", progress=lambda *step: seen.append(step))
    assert counts["ordinary"] == 36
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (40, 40)


def test_it_stops_between_two_steps(store: FakeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_ROWS_AT_ONCE", 10)
    record(store, *(ordinary(uid) for uid in range(100, 135)), now=NOW - 100 * DAY)
    asked = iter([False, False, False, True])
    counts = retain(store, SETTINGS, now=NOW, by="kim", stopping=lambda: next(asked, True))
    assert counts["ordinary"] == 10
    assert counts["requests"] == 0


def test_it_is_done_once_a_day_whoever_asks(store: FakeStore) -> None:
    with captured_log() as log:
        for hours in (0, 1, 19, 20, 21):
            later = NOW + timedelta(hours=hours)
            retain_daily(store, SETTINGS, now=later, stopping=lambda: False)
    assert log.fields("retention_done", "ordinary") == [1, 0]


def test_others_write_between_two_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_ROWS_AT_ONCE", 50)
    store = SqliteStore(tmp_path / "s.db", access="own", now=NOW)
    record(store, *(ordinary(uid) for uid in range(1, 2_001)), now=NOW - 100 * DAY)
    begun = threading.Event()
    work = threading.Thread(
        target=lambda: retain(store, SETTINGS, now=NOW, by="kim", progress=lambda *_: begun.set())
    )
    work.start()
    begun.wait(30)
    record(store, ordinary(5_000))
    left = store.overdue("ordinary", before=NOW - 90 * DAY).rows
    work.join()
    assert left > 0
    assert [row.uid for row in store.ledger("support")] == [5_000]
    store.close()


def test_a_store_that_cannot_be_used_is_told(store: FakeStore) -> None:
    store.fail_next("claim", TemporaryFailure("disk full", part="store"))
    with pytest.raises(TemporaryFailure, match="disk full"):
        retain_daily(store, SETTINGS, now=NOW, stopping=lambda: False)


def test_an_open_question_outlives_every_limit() -> None:
    store = FakeStore()
    record(store, entry(1, mail(1, "C-1"), requests=(request("C-1"),)), now=NOW - 9_000 * DAY)
    counts = retain(store, SETTINGS, now=NOW, by="kim")
    assert counts == {**NOTHING, "evidence": 1}
    assert store.request("C-1") is not None
    assert len(store.take_due(1, now=NOW)) == 1


def test_the_page_says_what_the_settings_do() -> None:
    page = (Path(__file__).parents[2] / "docs" / "store.md").read_text(encoding="utf-8")
    for name, field in RetentionSettings.model_fields.items():
        assert f"`{name}` ({field.default:,})" in page or f"`{name}` after" in page
