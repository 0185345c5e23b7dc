"""What every store promises to those who operate it: signs of life, deadlines, and its mails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.ports import MAIL_STATES, Act, MailboxStatus, Process, Store
from handlers.values import Decision, Disposition, Request, State
from tests.contract.store_values import (
    ANNA,
    HOUR,
    NOW,
    change,
    entry,
    happened,
    mail,
    record,
    request,
    take_one,
)
from tests.contract.stores import KINDS, place_of

DAY = timedelta(days=1)
PROCESS = Process(name="mx1:42:ab", version="0.1.0", started_at=NOW, beat_at=NOW)
STATUS = MailboxStatus(
    mailbox="support",
    process=PROCESS.name,
    polled_at=NOW,
    succeeded_at=NOW,
    waiting=3,
    idles=True,
)


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = place_of(request.param, tmp_path).open()
    yield opened
    opened.close()


def held(store: Store, reference: str) -> Request:
    found = store.request(reference)
    assert found is not None
    return found


# signs of life -------------------------------------------------------------------------------


def test_a_process_is_known_from_its_first_beat_to_its_end(store: Store) -> None:
    assert store.processes() == []
    store.beat(PROCESS, [])
    later = replace(PROCESS, beat_at=NOW + HOUR)
    store.beat(later, [])
    assert store.processes() == [later]
    ended = replace(later, stopped_at=NOW + HOUR)
    store.beat(ended, [])
    assert store.processes() == [ended]
    # A beat that waited for the store meanwhile says nothing new.
    store.beat(later, [])
    assert store.processes() == [ended]


def test_processes_are_told_newest_first_and_forgotten_a_week_after_their_last_beat(
    store: Store,
) -> None:
    dead = replace(PROCESS, name="mx1:1:aa", started_at=NOW - 9 * DAY, beat_at=NOW - 8 * DAY)
    long_lived = replace(PROCESS, name="mx2:2:bb", started_at=NOW - 9 * DAY)
    for process in (dead, long_lived, PROCESS):
        store.beat(process, [])
    assert store.processes() == [PROCESS, long_lived]


def test_each_mailbox_has_its_newest_status(store: Store) -> None:
    cancel = replace(STATUS, mailbox="cancel", waiting=0)
    store.beat(PROCESS, [STATUS, cancel])
    newer = replace(STATUS, polled_at=NOW + HOUR, succeeded_at=NOW + HOUR, process="mx2:2:bb")
    store.beat(PROCESS, [newer])
    # Of a process that has lost the mailbox meanwhile.
    store.beat(replace(PROCESS, beat_at=NOW + HOUR), [STATUS])
    assert store.mailbox_statuses() == [cancel, newer]


def test_a_mailbox_that_fails_keeps_its_last_success_and_since_when_it_fails(
    store: Store,
) -> None:
    store.beat(PROCESS, [STATUS])
    failing = replace(
        STATUS,
        polled_at=NOW + HOUR,
        succeeded_at=None,
        error="refused the login",
        failing_since=NOW + HOUR,
        setting="mailbox.support.username",
        cure="check username",
    )
    store.beat(PROCESS, [failing])
    assert store.mailbox_statuses() == [replace(failing, succeeded_at=NOW)]
    # A new process that finds the same has not seen the beginning.
    store.beat(PROCESS, [replace(failing, polled_at=NOW + DAY, failing_since=NOW + DAY)])
    (status,) = store.mailbox_statuses()
    assert (status.polled_at, status.failing_since) == (NOW + DAY, NOW + HOUR)
    store.beat(PROCESS, [replace(STATUS, polled_at=NOW + 2 * DAY)])
    (status,) = store.mailbox_statuses()
    assert (status.error, status.failing_since) == ("", None)


@pytest.mark.parametrize("words", ["x" * 10_000, "NO \udcff\0 refused"])
def test_whatever_words_a_server_says_of_a_mailbox_are_stored(store: Store, words: str) -> None:
    store.beat(PROCESS, [replace(STATUS, error=words, cure=words)])
    assert store.mailbox_statuses()[0].error


# deadlines -----------------------------------------------------------------------------------


def test_the_open_requests_are_those_with_a_deadline_and_those_due_first_come_first(
    store: Store,
) -> None:
    made = [
        request("C-1", due_at=NOW + 3 * HOUR),
        request("C-2", due_at=NOW - HOUR, state=State.CONFIRMED),
        request("C-3", due_at=NOW, state=State.HANDED_OVER),
        request("O-1", due_at=NOW + HOUR, state=State.REVIEW),
        request("O-2"),
        request("O-3", state=State.UNDONE),
        *(
            request(f"C-{state.value}", state=state)
            for state in (State.COMPLETED, State.WITHDRAWN, State.REJECTED)
        ),
    ]
    record(store, entry(1, requests=tuple(made)))
    assert [r.reference for r in store.open_requests()] == ["C-2", "C-3", "O-1", "C-1"]


def test_an_alarm_is_due_for_open_requests_at_each_of_its_times_until_it_is_noted(
    store: Store,
) -> None:
    made = [
        request("C-1", received_at=NOW, due_at=NOW + 10 * HOUR),
        request("C-2", received_at=NOW, due_at=NOW + 4 * HOUR, state=State.CONFIRMED),
        request("O-1", received_at=NOW, due_at=NOW + 2 * HOUR, state=State.REVIEW),
        request("O-2", received_at=NOW, due_at=NOW + HOUR),
        request("C-3", received_at=NOW, due_at=NOW + HOUR, state=State.COMPLETED),
    ]
    record(store, entry(1, requests=tuple(made)))

    def due(hours: float) -> list[str]:
        found = store.requests_to_alarm(now=NOW + hours * HOUR)
        assert all(held(store, r.reference) == r for r in found)
        return [r.reference for r in found]

    assert due(0.9) == []
    assert due(2) == ["O-1", "C-2"]
    store.note_alarms({"O-1": 100, "C-2": 50})
    assert due(2) == []
    assert due(6) == ["C-2", "C-1"]


def test_each_alarm_is_news_once(store: Store) -> None:
    record(store, entry(1, requests=(request("C-1"), request("C-2"))))
    assert store.note_alarms({"C-1": 50, "C-2": 90, "C-9": 50}) == ["C-1", "C-2"]
    assert store.note_alarms({"C-1": 50, "C-2": 50}) == []
    assert store.note_alarms({"C-1": 90}) == ["C-1"]
    assert [held(store, r).alarmed_percent for r in ("C-1", "C-2")] == [90, 90]
    assert store.note_alarms({}) == []


# reminders -----------------------------------------------------------------------------------


def ask(store: Store, reference: str = "C-1", number: int = 1, *, sent: bool = True) -> None:
    """A question put at NOW."""
    question = mail(number, reference, secret_hash=f"hash of {reference}", asks=True)
    record(store, entry(number, question, requests=(request(reference),)))
    if sent:
        store.sent({take_one(store).row: "250"}, now=NOW)


def remindable(store: Store, *, before: timedelta = HOUR) -> list[str]:
    questions = store.questions_to_remind(asked_before=NOW + before, limit=10)
    return [question.request.reference for question in questions]


def remind(store: Store, reference: str = "C-1", *, cap: int = 3, at: timedelta = HOUR) -> bool:
    mail_out = replace(
        mail(99, reference, secret_hash="another", asks=True),
        idempotency_key=f"reminder:{reference}",
    )
    return store.remind(reference, mail_out, replies_per_day=cap, now=NOW + at)


def test_a_question_can_be_reminded_of_once_it_has_been_out_for_long_enough(
    store: Store,
) -> None:
    ask(store)
    assert remindable(store, before=timedelta(0)) == []
    (question,) = store.questions_to_remind(asked_before=NOW + HOUR, limit=10)
    assert question.request == held(store, "C-1")
    assert question.recipient.key == ANNA
    assert question.raw == mail(1).raw
    assert store.questions_to_remind(asked_before=NOW + HOUR, limit=0) == []


def test_a_question_whose_mail_is_not_out_is_not_reminded_of(store: Store) -> None:
    ask(store, sent=False)
    assert remindable(store) == []
    row = take_one(store).row
    assert remindable(store) == []
    store.sent({row: "250"}, now=NOW + 2 * HOUR)
    assert remindable(store) == []
    assert remindable(store, before=3 * HOUR) == ["C-1"]


def test_a_question_of_unknown_fate_may_have_arrived_and_is_reminded_of(store: Store) -> None:
    ask(store, sent=False)
    store.outcome_unknown(take_one(store).row, until=None, error="lost")
    assert remindable(store) == ["C-1"]


def test_what_is_reminded_of_is_the_question_and_no_later_letter(store: Store) -> None:
    """Every mail of ours carries a secret, also one that asks nothing."""
    ask(store)
    told = mail(2, "C-1", secret_hash="told", thread="hash of C-1")
    record(store, entry(2, told), now=NOW + HOUR / 2)
    assert [q.raw for q in store.questions_to_remind(asked_before=NOW + HOUR, limit=9)] == [
        mail(1).raw
    ]
    store.drop_mail(take_due_row(store), by="eve", now=NOW + HOUR)
    assert held(store, "C-1").state is State.AWAITING_CONFIRMATION


def take_due_row(store: Store) -> int:
    (row,) = store.mails(["queued"], limit=9)
    return row.row


def test_a_letter_that_asks_nothing_does_not_ask_in_the_place_of_a_question(
    store: Store,
) -> None:
    ask(store, sent=False)
    question = take_due_row(store)
    record(store, entry(2, mail(2, "C-1", secret_hash="told")))
    assert store.drop_mail(question, by="eve", now=NOW + HOUR) == ["C-1"]


def test_a_reminder_that_has_not_left_goes_no_more_once_the_question_is_closed(
    store: Store,
) -> None:
    ask(store)
    assert remind(store)
    record(
        store,
        entry(9, changes=(change("C-1", State.AWAITING_CONFIRMATION, State.REJECTED),)),
        now=NOW + HOUR,
    )
    assert store.take_due(9, now=NOW + DAY) == []
    (row,) = store.mails(["failed"], limit=9)
    assert row.error == "dropped by optoutd: what it tells is not so any more"
    assert not store.retry_mail(row.row, by="eve", now=NOW + DAY)


def test_a_reminder_is_queued_once_with_its_own_secret(store: Store) -> None:
    ask(store)
    assert remind(store)
    assert held(store, "C-1").reminded_at == NOW + HOUR
    assert remindable(store) == []
    assert not remind(store)
    queued = take_one(store, NOW + HOUR)
    assert queued.mail.references == ("C-1",)
    assert happened(store, "C-1").count("reply_queued") == 2


def test_what_was_answered_meanwhile_is_not_reminded_of(store: Store) -> None:
    ask(store)
    answer = change("C-1", State.AWAITING_CONFIRMATION, State.CONFIRMED)
    record(store, entry(2, changes=(answer,)))
    assert remindable(store) == []
    assert not remind(store)
    assert not remind(store, "C-9")
    assert store.waiting() == 0


def test_a_reminder_waits_while_the_address_has_had_its_mails_of_the_day(store: Store) -> None:
    ask(store)
    assert not remind(store, cap=1)
    assert held(store, "C-1").reminded_at is None
    assert remind(store, cap=1, at=DAY)


def test_a_reminder_stands_in_the_thread_of_its_question(store: Store) -> None:
    ask(store)
    (question,) = store.questions_to_remind(asked_before=NOW + HOUR, limit=10)
    assert question.thread == "hash of C-1"


# mails ---------------------------------------------------------------------------------------


def mails_in_every_state(store: Store) -> dict[str, int]:
    """A mail in each state; their rows by it."""
    for number in range(1, 6):
        record(store, entry(number, mail(number, "C-1")))
    sent, failed, unknown, sending = (q.row for q in store.take_due(4, now=NOW))
    store.sent({sent: "250"}, now=NOW)
    store.failed(failed, now=NOW, error="550 nobody here")
    store.outcome_unknown(unknown, until=None, error="lost")
    (queued,) = (row.row for row in store.mails(["queued"], limit=9))
    return {
        "sent": sent,
        "failed": failed,
        "unknown": unknown,
        "sending": sending,
        "queued": queued,
    }


def test_the_mails_are_listed_by_state_the_newest_at_the_end(store: Store) -> None:
    rows = mails_in_every_state(store)
    assert set(rows) == set(MAIL_STATES)
    listed = store.mails(MAIL_STATES, limit=9)
    assert [row.row for row in listed] == sorted(rows.values())
    assert [row.row for row in store.mails(MAIL_STATES, limit=2)] == sorted(rows.values())[-2:]
    (failed,) = store.mails(["failed"], limit=9)
    assert failed == store.mail(rows["failed"])
    assert (failed.recipient, failed.references, failed.error, failed.attempts) == (
        ANNA,
        ("C-1",),
        "550 nobody here",
        1,
    )
    assert store.mail(999) is None
    assert store.waiting() == 1


@pytest.mark.parametrize("state", ["failed", "unknown", "queued"])
def test_staff_have_a_mail_tried_again_at_once(store: Store, state: str) -> None:
    row = mails_in_every_state(store)[state]
    if state == "queued":
        store.put_off(take_one(store).row, until=NOW + DAY, error="451 busy")
    before = store.mail(row)
    assert store.retry_mail(row, by="eve", now=NOW + HOUR)
    after = store.mail(row)
    assert before is not None
    assert after == replace(before, state="queued", next_at=NOW + HOUR)
    assert happened(store, "C-1")[-1] == "reply_retried"
    assert store.history("C-1")[-1][2] == "by=eve"
    (again,) = [q for q in store.take_due(9, now=NOW + HOUR) if q.row == row]
    # Queued long ago, and yet tried for days from now on.
    assert (again.queued_at, again.span_began_at) == (before.queued_at, NOW + HOUR)
    taken = store.mail(row)
    assert taken is not None
    assert taken.taken_at == NOW + HOUR


@pytest.mark.parametrize("state", ["failed", "unknown", "queued"])
def test_staff_give_a_mail_up(store: Store, state: str) -> None:
    row = mails_in_every_state(store)[state]
    assert store.drop_mail(row, by="eve", now=NOW + HOUR) == []
    dropped = store.mail(row)
    assert dropped is not None
    assert (dropped.state, dropped.error) == ("failed", "dropped by eve")
    assert happened(store, "C-1")[-1] == "reply_dropped"
    assert row not in [queued.row for queued in store.take_due(9, now=NOW + DAY)]


@pytest.mark.parametrize(
    ("after", "is_retried"),
    [(State.REVIEW, True), (State.CONFIRMED, False), (State.REJECTED, False)],
)
def test_a_question_about_what_has_come_to_nothing_or_is_answered_is_not_asked_after_all(
    store: Store, after: State, is_retried: bool
) -> None:
    ask(store, sent=False)
    queued = take_one(store)
    assert [c.reference for c in store.failed(queued.row, now=NOW, error="550 no")] == ["C-1"]
    if after is not State.REVIEW:
        moved = Decision(
            disposition=Disposition.ACT,
            reason="by-staff",
            changes=(change("C-1", State.REVIEW, after),),
        )
        with store.batch() as batch:
            batch.carry_out([Act(decision=moved)], by="eve", now=NOW + HOUR)
    assert store.retry_mail(queued.row, by="eve", now=NOW + 2 * HOUR) is is_retried
    taken = [mail.row for mail in store.take_due(9, now=NOW + DAY)]
    assert (queued.row in taken) is is_retried


@pytest.mark.parametrize("state", ["sending", "sent"])
def test_what_is_in_delivery_or_sent_is_out_of_the_hands_of_staff(
    store: Store, state: str
) -> None:
    row = mails_in_every_state(store)[state]
    before = store.mail(row)
    assert not store.retry_mail(row, by="eve", now=NOW)
    assert store.drop_mail(row, by="eve", now=NOW) is None
    assert store.mail(row) == before


def test_a_mail_that_is_not_there_is_told(store: Store) -> None:
    assert not store.retry_mail(1, by="eve", now=NOW)
    assert store.drop_mail(1, by="eve", now=NOW) is None


def test_a_question_that_is_dropped_goes_to_review(store: Store) -> None:
    ask(store, sent=False)
    (row,) = store.mails(["queued"], limit=1)
    assert store.drop_mail(row.row, by="eve", now=NOW + HOUR) == ["C-1"]
    request_now = held(store, "C-1")
    assert (request_now.state, request_now.reason) == (State.REVIEW, "question-dropped")


@pytest.mark.parametrize("question", ["sent", "queued", "failed"])
def test_a_reminder_that_is_dropped_leaves_its_question_to_the_customer_who_has_it(
    store: Store, question: str
) -> None:
    ask(store, sent=question == "sent")
    if question == "failed":
        store.failed(take_one(store).row, now=NOW, error="550")
        again = change("C-1", State.REVIEW, State.AWAITING_CONFIRMATION)
        record(store, entry(2, changes=(again,)))
    assert remind(store)
    reminder = store.mails(["queued"], limit=9)[-1].row
    dropped = store.drop_mail(reminder, by="eve", now=NOW + HOUR)
    assert dropped == (["C-1"] if question == "failed" else [])
    assert (held(store, "C-1").state is State.REVIEW) == (question == "failed")
