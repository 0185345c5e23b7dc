"""What is asked for at each message or mail finds its rows by an index, however many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from daemon.ports import Audience, Outcome
from daemon.ports.data import Expiring
from daemon.stores.sqlite import SqliteStore
from handlers.values import Change, Decision, Disposition, Filing, State
from tests.contract.store_values import (
    ANNA,
    HOUR,
    NOW,
    UID_VALIDITY,
    change,
    entry,
    mail,
    mark,
    recall,
    record,
    request,
    suppression,
    take_one,
)

Use = Callable[[SqliteStore], object]

USES: dict[str, Use] = {
    "recall": lambda s: recall(s, digests=["d"], secrets=["s"], addresses=[ANNA]),
    "note_flags": lambda s: s.note_flags("support", UID_VALIDITY, [1], ours=True),
    "our_flags": lambda s: s.our_flags("support", UID_VALIDITY, [1]),
    "open_reviews": lambda s: [*s.open_reviews("support", UID_VALIDITY)],
    "end_reviews": lambda s: s.end_reviews("support", UID_VALIDITY, {1: Filing.OPT_OUTS}, now=NOW),
    "lying_in": lambda s: s.lying_in(["support"], {"c"}),
    "ends_review": lambda s: record(s, entry(3, ends_review="filed-by-staff")),
    "record": lambda s: record(
        s,
        entry(
            2,
            mail(2),
            requests=(request("O-2", address_key="b@b.example"),),
            changes=(change("C-1", State.AWAITING_CONFIRMATION, State.CONFIRMED),),
            suppress=(suppression("O-2"),),
            lift=(suppression("O-1"),),
        ),
    ),
    "mark": lambda s: s.mark("support"),
    "set_mark": lambda s: s.set_mark("support", mark(1)),
    "unfiled": lambda s: s.unfiled("support", UID_VALIDITY),
    "filed": lambda s: s.filed("support", UID_VALIDITY, [1], now=NOW),
    "take_due": lambda s: s.take_due(4, now=NOW),
    "sent": lambda s: s.sent({take_one(s).row: ""}, now=NOW),
    "failed": lambda s: s.failed(take_one(s).row, now=NOW, error=""),
    "recover_outbox": lambda s: (take_one(s), s.recover_outbox(now=NOW)),
    "next_due": lambda s: s.next_due(),
    "sent_since": lambda s: s.sent_since(NOW, now=NOW),
    "copies_to_file": lambda s: s.copies_to_file("support", 200),
    "copied": lambda s: s.copied([1], now=NOW),
    "expire_questions": lambda s: s.expire_questions(asked_before=NOW + HOUR, now=NOW),
    "questions_to_remind": lambda s: s.questions_to_remind(asked_before=NOW + HOUR, limit=9),
    "remind": lambda s: s.remind("C-1", mail(3, "C-1", asks=True), replies_per_day=3, now=NOW),
    "open_requests": lambda s: s.open_requests(),
    "requests_to_alarm": lambda s: s.requests_to_alarm(now=NOW),
    "note_alarms": lambda s: s.note_alarms({"C-1": 50}),
    "waiting": lambda s: s.waiting(),
    "retry_mail": lambda s: s.retry_mail(1, by="", now=NOW),
    "drop_mail": lambda s: s.drop_mail(1, by="", now=NOW),
    "request": lambda s: s.request("O-1"),
    "requests_in": lambda s: s.requests_in(State.REVIEW),
    "reviews": lambda s: s.reviews(),
    "messages_about": lambda s: s.messages_about("O-1"),
    "dossier": lambda s: s.dossier([ANNA], ["d"], now=NOW),
    "carry_out": lambda s: s.carry_out(
        Decision(
            disposition=Disposition.ACT,
            reason="confirmed-by-staff",
            requests=(request("O-3", address_key="c@c.example"),),
            changes=(
                Change(
                    reference="C-1",
                    before=State.AWAITING_CONFIRMATION,
                    after=State.CONFIRMED,
                    reason="confirmed-by-staff",
                    proof="staff",
                ),
            ),
            suppress=(suppression("O-3"),),
        ),
        mail(3),
        by="kim",
        now=NOW,
    ),
    "history": lambda s: s.history("O-1"),
    "suppression": lambda s: s.suppression(ANNA),
    "witness": lambda s: s.witness("data_exported", by="me", now=NOW),
    "claim": lambda s: s.claim("retention", every=HOUR, now=NOW),
    "expire reply_bytes": lambda s: expire(s, "reply_bytes"),
    "expire evidence": lambda s: expire(s, "evidence"),
    "expire ordinary": lambda s: expire(s, "ordinary"),
    "expire requests": lambda s: expire(s, "requests"),
    "expire replies": lambda s: expire(s, "replies"),
    "expire announcements": lambda s: expire(s, "announcements"),
    "expire tickets": lambda s: expire(s, "tickets"),
    "take_announcements": lambda s: s.take_announcements("crm", 4, now=NOW),
    "take_announcements untried": lambda s: s.take_announcements(
        "crm", 4, now=NOW, untried_first=True
    ),
    "next_announcement": lambda s: s.next_announcement("crm"),
    "announced": lambda s: s.announced(told_one(s), Outcome(state="told"), now=NOW),
    "put_announcement_off": lambda s: s.put_announcement_off(told_one(s), until=NOW, note=""),
    "recover_announcements": lambda s: (told_one(s), s.recover_announcements(now=NOW)),
    "announcements_about": lambda s: s.announcements_about("O-1"),
    "retry_announcement": lambda s: s.retry_announcement(1, by="", now=NOW),
}


def told_one(store: SqliteStore) -> int:
    return store.take_announcements("crm", 1, now=NOW)[0].row


def expire(store: SqliteStore, what: Expiring) -> object:
    return store.expire(what, before=NOW, limit=10, now=NOW)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "s.db", access="own", now=NOW)
    opened.use_receivers([Audience(name="crm")], now=NOW)
    record(opened, entry(1, mail(1, "C-1", asks=True), requests=(request("O-1"), request("C-1"))))
    yield opened
    opened.close()


def plans_of(store: SqliteStore, use: Use) -> list[tuple[str, str]]:
    """The statements of `use`, each with how SQLite finds its rows."""
    asked: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, values: Any, ___: object, many: bool) -> None:
        asked.append((statement, values[0] if many else values))

    sa.event.listen(store._reading_engine, "before_cursor_execute", note)
    use(store)
    sa.event.remove(store._reading_engine, "before_cursor_execute", note)
    plans = []
    with store._reading() as connection:
        for statement, values in asked:
            if statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
                found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                plans += [(statement, row.detail) for row in found]
    return plans


@pytest.mark.parametrize("name", USES)
def test_no_table_is_read_from_end_to_end(store: SqliteStore, name: str) -> None:
    plans = plans_of(store, USES[name])
    assert plans
    # With a LIMIT, SCAN is a few steps along the primary key from its end. Of receivers there are
    # as many as somebody has configured.
    read = [p for p in plans if p[1].startswith("SCAN") and not p[1].startswith("SCAN receiver")]
    assert [p for p in read if "LIMIT" not in p[0]] == []


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("unfiled", "ix_message_unfiled"),
        ("open_reviews", "ix_message_review"),
        ("lying_in", "ix_message_copy"),
        ("next_due", "ix_outbox_due (state=?)"),
        ("copies_to_file", "ix_outbox_copies (mailbox=? AND state=? AND copied_at=?)"),
        ("expire reply_bytes", "ix_outbox_bytes (queued_at<?)"),
        ("expire evidence", "ix_message_evidence (decided_at<?)"),
        ("expire ordinary", "ix_message_ordinary (decided_at<?)"),
    ],
)
def test_the_work_to_do_is_found_without_passing_what_is_done(
    store: SqliteStore, name: str, index: str
) -> None:
    ((_, plan),) = plans_of(store, USES[name])
    assert index in plan


def test_tickets_that_go_are_found_by_their_time_and_their_requests_by_reference(
    store: SqliteStore,
) -> None:
    plans = [plan for _, plan in plans_of(store, USES["expire tickets"])]
    assert any("ix_ticket_taken (taken_at<?)" in plan for plan in plans)
    assert not any("SORT" in plan or "TEMP" in plan or plan.startswith("SCAN") for plan in plans)


def test_taking_what_is_due_sorts_nothing(store: SqliteStore) -> None:
    plans = [plan for _, plan in plans_of(store, USES["take_due"])]
    assert not any("SORT" in plan or "TEMP" in plan for plan in plans)
    assert [plan for plan in plans if "ix_" in plan] == [
        f"SEARCH outbox USING COVERING INDEX ix_outbox_due (state=? AND next_at{sign}?)"
        for sign in "<>"
    ]


@pytest.mark.parametrize("sub_addresses", [False, True])
def test_whom_of_many_is_suppressed_is_looked_up_and_not_searched(
    store: SqliteStore, sub_addresses: bool
) -> None:
    record(store, entry(2, requests=(request("O-2"),), suppress=(suppression("O-2"),)))
    with store._writing() as connection:  # as if somebody had been forgotten
        connection.exec_driver_sql("INSERT INTO meta VALUES ('forget_key', '00')")
    plans = plans_of(
        store, lambda s: s.suppressed_among([ANNA], "tips", sub_addresses=sub_addresses)
    )
    details = [detail for _, detail in plans]
    assert [d for d in details if "suppression" in d and "SEARCH" not in d] == []
    assert any("ix_suppression_forgotten" in d for d in details)
    assert any("ix_suppression_sub_address" in d for d in details) is sub_addresses
