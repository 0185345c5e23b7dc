"""Mails that wait while what they tell ceases to be so, over the real stores and their fake."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.ports import MAIL_STATES, Act, MailRow, Store
from handlers.values import Decision, Disposition, State
from tests.contract.store_values import (
    HOUR,
    NOW,
    change,
    entry,
    happened,
    mail,
    recall,
    record,
    request,
    take_one,
)
from tests.contract.stores import KINDS, Place, place_of

WHY = "dropped by optoutd: what it tells is not so any more"


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return place_of(request.param, tmp_path)


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    opened = place.open()
    yield opened
    opened.close()


def move(store: Store, *steps: tuple[str, State, State], at: timedelta = HOUR) -> None:
    """Staff take requests from one state to another."""
    decided = Decision(
        disposition=Disposition.ACT,
        reason="by-staff",
        changes=tuple(change(*step) for step in steps),
    )
    with store.batch() as batch:
        batch.carry_out([Act(decision=decided)], by="eve", now=NOW + at)


def mail_of(store: Store, row: int) -> MailRow:
    found = store.mail(row)
    assert found is not None
    return found


def test_a_mail_that_waits_is_not_sent_where_what_it_tells_is_not_so_any_more(
    store: Store,
) -> None:
    s = State
    cases = [
        ("O-1", s.EFFECTIVE, s.UNDONE, "failed"),
        ("C-2", s.AWAITING_CONFIRMATION, s.REJECTED, "failed"),
        ("C-3", s.AWAITING_CONFIRMATION, s.WITHDRAWN, "failed"),
        ("C-4", s.AWAITING_CONFIRMATION, s.CONFIRMED, "failed"),  # why ask who has answered?
        ("C-5", s.CONFIRMED, s.WITHDRAWN, "failed"),
        ("C-6", s.CONFIRMED, s.COMPLETED, "queued"),
        ("C-7", s.CONFIRMED, s.REVIEW, "queued"),  # and may go on from there
        ("C-8", s.AWAITING_CONFIRMATION, s.REVIEW, "queued"),
        ("O-9", s.EFFECTIVE, s.EFFECTIVE, "queued"),
    ]
    for number, (reference, before, _, _) in enumerate(cases, 1):
        made = request(reference, state=before, address_key=f"a{number}@a.example")
        asks = mail(number, reference, secret_hash=reference, to=f"a{number}@a.example")
        record(store, entry(number, asks, requests=(made,)))
    for reference, before, after, _ in cases:
        if before is not after:
            move(store, (reference, before, after))
    rows = store.mails(MAIL_STATES, limit=99)
    assert [(row.references[0], row.state) for row in rows] == [
        (reference, state) for reference, _, _, state in cases
    ]
    for row in rows:
        is_dropped = row.state == "failed"
        assert row.error == (WHY if is_dropped else "")
        assert ("reply_dropped" in happened(store, row.references[0])) == is_dropped
        if is_dropped:
            assert not store.retry_mail(row.row, by="eve", now=NOW + 2 * HOUR)
    due = {queued.row for queued in store.take_due(99, now=NOW + 2 * HOUR)}
    assert due == {row.row for row in rows if row.state == "queued"}


@pytest.mark.parametrize(
    ("reason", "state"),
    [("answer-disputes", "failed"), ("confirmation-moved-back", "queued")],
)
def test_a_confirmation_is_not_sent_once_the_customer_disputes_it(
    store: Store, reason: str, state: str
) -> None:
    made = request("C-1", state=State.CONFIRMED)
    record(store, entry(1, mail(1, "C-1", secret_hash="C-1"), requests=(made,)))
    stopped = change("C-1", State.CONFIRMED, State.REVIEW, reason)
    record(store, entry(2, changes=(stopped,)))
    (row,) = store.mails(MAIL_STATES, limit=9)
    assert (row.state, row.error) == (state, WHY if state == "failed" else "")


def test_a_question_is_not_sent_after_staff_have_answered_it_out_of_review(store: Store) -> None:
    s, asks = State, State.AWAITING_CONFIRMATION
    made = tuple(
        request(name, state=state, address_key=f"{name.lower()}@a.example")
        for name, state in [
            ("C-1", s.AWAITING_CONFIRMATION),
            ("C-2", s.CONFIRMED),
            ("C-3", s.AWAITING_CONFIRMATION),
            ("C-4", s.AWAITING_CONFIRMATION),
        ]
    )
    # The secret of a confirmation is that of its Message-ID.
    mails = [
        mail(n, one.reference, secret_hash=f"{n}", to=one.address_key, asks=one.state is asks)
        for n, one in enumerate(made, 1)
    ]
    entries = [entry(n, each) for n, each in enumerate(mails, 2)]
    record(store, entry(1, requests=made), *entries)
    move(store, *((one.reference, one.state, s.REVIEW) for one in made))
    confirmed = mail("again", "C-1", secret_hash="5", to=made[0].address_key)
    decided = Decision(
        disposition=Disposition.ACT,
        reason="by-staff",
        changes=(
            change("C-1", s.REVIEW, s.CONFIRMED),
            change("C-2", s.REVIEW, s.CONFIRMED),
            change("C-3", s.REVIEW, s.AWAITING_CONFIRMATION),
            change("C-4", s.REVIEW, s.REVIEW),
        ),
    )
    store.carry_out(decided, confirmed, by="eve", now=NOW + 2 * HOUR)
    asked, *waiting = store.mails(MAIL_STATES, limit=9)
    assert (asked.references, asked.state, asked.error) == (("C-1",), "failed", WHY)
    assert happened(store, "C-1")[-1] == "reply_dropped"
    # What was confirmed before is true again, and the one question of C-3 is to be answered.
    assert [(row.references, row.state) for row in waiting] == [
        (("C-2",), "queued"),
        (("C-3",), "queued"),
        (("C-4",), "queued"),
        (("C-1",), "queued"),
    ]


def test_a_mail_of_several_requests_is_sent_as_long_as_one_of_them_stands(store: Store) -> None:
    made = (request("O-1"), request("C-1"))
    record(store, entry(1, mail(1, "O-1", "C-1", secret_hash="hash"), requests=made))
    move(store, ("O-1", State.EFFECTIVE, State.UNDONE))
    assert store.waiting() == 1
    move(store, ("C-1", State.AWAITING_CONFIRMATION, State.REJECTED), at=2 * HOUR)
    assert store.waiting() == 0


@pytest.mark.parametrize("outcome", ["put off", "held", "unknown", "dead"])
def test_a_mail_that_is_overtaken_in_delivery_does_not_wait_again(
    place: Place, outcome: str
) -> None:
    store = place.open()
    record(store, entry(1, mail(1, "O-1"), requests=(request("O-1"),)))
    row = take_one(store).row
    move(store, ("O-1", State.EFFECTIVE, State.UNDONE))
    assert mail_of(store, row).state == "sending"
    if outcome == "put off":
        store.put_off(row, until=NOW, error="451")
    elif outcome == "held":
        store.hold(row, until=NOW)
    elif outcome == "unknown":
        store.outcome_unknown(row, until=NOW, error="lost")
    else:
        store.close()
        store = place.open()
        assert store.recover_outbox(now=NOW) == 1
    assert store.take_due(9, now=NOW + HOUR) == []
    state = "failed" if outcome in ("put off", "held") else "unknown"
    assert (mail_of(store, row).state, mail_of(store, row).error) == (state, WHY)
    assert not store.retry_mail(row, by="eve", now=NOW + HOUR)
    store.close()


@pytest.mark.parametrize("outcome", ["refused", "unknown for good"])
def test_a_question_that_is_answered_in_delivery_is_never_retried(
    store: Store, outcome: str
) -> None:
    s = State
    asks = mail(1, "C-1", asks=True)
    record(store, entry(1, asks, requests=(request("C-1"),)))
    row = take_one(store).row
    move(store, ("C-1", s.AWAITING_CONFIRMATION, s.CONFIRMED))
    assert mail_of(store, row).error == WHY
    if outcome == "refused":
        assert store.failed(row, now=NOW + HOUR, error="550 no") == []
    else:
        store.outcome_unknown(row, until=None, error="lost")
    state = "failed" if outcome == "refused" else "unknown"
    assert (mail_of(store, row).state, mail_of(store, row).error) == (state, WHY)
    assert not store.retry_mail(row, by="eve", now=NOW + 2 * HOUR)
    assert store.drop_mail(row, by="eve", now=NOW + 2 * HOUR) == []
    assert (mail_of(store, row).state, mail_of(store, row).error) == ("failed", WHY)
    assert not store.retry_mail(row, by="eve", now=NOW + 2 * HOUR)
    assert store.take_due(9, now=NOW + 2 * HOUR) == []


def test_a_mail_that_may_have_arrived_before_it_is_overtaken_stays_of_unknown_outcome(
    store: Store,
) -> None:
    made = (request("O-1"), request("O-2"))
    record(store, entry(1, mail(1, "O-1"), requests=made), entry(2, mail(2, "O-2")))
    waiting, busy = store.take_due(2, now=NOW)
    store.outcome_unknown(waiting.row, until=NOW + 2 * HOUR, error="lost")
    store.outcome_unknown(busy.row, until=NOW + HOUR, error="lost")
    assert take_one(store, NOW + HOUR).row == busy.row
    effective, undone = State.EFFECTIVE, State.UNDONE
    move(store, ("O-1", effective, undone), ("O-2", effective, undone))
    store.put_off(busy.row, until=NOW + 9 * HOUR, error="451")
    for row in (waiting.row, busy.row):
        assert (mail_of(store, row).state, mail_of(store, row).error) == ("unknown", WHY)
    assert store.take_due(9, now=NOW + 9 * HOUR) == []


def test_a_mail_that_was_accepted_though_it_is_overtaken_is_sent(store: Store) -> None:
    record(store, entry(1, mail(1, "O-1"), requests=(request("O-1"),)))
    row = take_one(store).row
    move(store, ("O-1", State.EFFECTIVE, State.UNDONE))
    store.sent({row: "250"}, now=NOW)
    assert (mail_of(store, row).state, mail_of(store, row).error) == ("sent", "")


# In one transaction -----------------------------------------------------------------------------


def test_what_the_next_message_of_a_batch_makes_untrue_is_not_sent(store: Store) -> None:
    """The second letter was sent a minute after the first, and both are read in one pass."""
    s = State
    asked = entry(1, mail(1, "C-1", secret_hash="1", asks=True), requests=(request("C-1"),))
    proven = change("C-1", s.AWAITING_CONFIRMATION, s.CONFIRMED)
    confirmed = entry(2, mail(2, "C-1", secret_hash="2"), changes=(proven,))
    bob = {"address_key": "bob@b.example"}
    opted_out = entry(3, mail(3, "O-3", to="bob@b.example"), requests=(request("O-3", **bob),))
    undone = entry(
        4, mail(4, "O-3", to="bob@b.example"), changes=(change("O-3", s.EFFECTIVE, s.UNDONE),)
    )
    other = entry(5, mail(5, "O-5", to="c@c.example"), requests=(request("O-5"),))
    record(store, asked, confirmed, opted_out, undone, other)
    assert [(row.row, row.state, row.error) for row in store.mails(MAIL_STATES, limit=9)] == [
        (1, "failed", WHY),
        (2, "queued", ""),
        (3, "failed", WHY),
        (4, "queued", ""),
        (5, "queued", ""),
    ]
    assert happened(store, "C-1")[-3:] == ["request_changed", "reply_queued", "reply_dropped"]
    assert happened(store, "O-5").count("reply_dropped") == 0


def test_three_letters_in_a_batch_leave_the_answer_to_the_last(store: Store) -> None:
    s = State
    steps = [(s.EFFECTIVE, s.UNDONE), (s.UNDONE, s.EFFECTIVE), (s.EFFECTIVE, s.UNDONE)]
    record(
        store,
        entry(1, mail(1, "O-1"), requests=(request("O-1"),)),
        *(
            entry(n, mail(n, "O-1"), changes=(change("O-1", *step),))
            for n, step in enumerate(steps, 2)
        ),
    )
    assert [row.row for row in store.mails(["queued"], limit=9)] == [4]


def test_a_mail_of_both_requests_is_sent_though_the_next_message_ends_one(store: Store) -> None:
    both = entry(1, mail(1, "O-1", "C-1", asks=True), requests=(request("O-1"), request("C-1")))
    ends = change("C-1", State.AWAITING_CONFIRMATION, State.REJECTED)
    record(store, both, entry(2, mail(2, "C-1"), changes=(ends,)))
    assert [row.state for row in store.mails(MAIL_STATES, limit=9)] == ["queued", "queued"]


# Questions --------------------------------------------------------------------------------------


def test_of_two_questions_about_a_request_the_older_one_is_not_sent(store: Store) -> None:
    s = State
    older = mail(1, "C-1", secret_hash="1", asks=True)
    record(store, entry(1, older, requests=(request("C-1"),)))
    told = mail(2, "C-1", secret_hash="2")  # "we are looking into it", say
    record(store, entry(2, told))
    move(store, ("C-1", s.AWAITING_CONFIRMATION, s.REVIEW))
    anew = Decision(
        disposition=Disposition.ACT,
        reason="asked-by-staff",
        changes=(change("C-1", s.REVIEW, s.AWAITING_CONFIRMATION),),
    )
    newer = mail(3, "C-1", secret_hash="3", asks=True)
    store.carry_out(anew, newer, by="eve", now=NOW + 2 * HOUR)
    assert [(row.row, row.state) for row in store.mails(MAIL_STATES, limit=9)] == [
        (1, "failed"),
        (2, "queued"),
        (3, "queued"),
    ]
    assert happened(store, "C-1")[-1] == "reply_dropped"
    # An answer to the older one is one all the same, should it have left after all.
    assert set(recall(store, secrets=["1"]).by_secret) == {"1"}


def test_a_question_that_was_queued_before_is_not_overtaken_by_itself(store: Store) -> None:
    s = State
    asked = mail(1, "C-1", secret_hash="1", asks=True)
    record(store, entry(1, asked, requests=(request("C-1"),)))
    again = Decision(disposition=Disposition.ACT, reason="again", repeated=("C-1",))
    store.carry_out(again, asked, by="eve", now=NOW + HOUR)
    assert [row.state for row in store.mails(MAIL_STATES, limit=9)] == ["queued"]
    assert s.AWAITING_CONFIRMATION is store.requests()[0].state


def test_a_mail_in_delivery_is_not_dropped_yet(store: Store) -> None:
    record(store, entry(1, mail(1, "O-1"), requests=(request("O-1"),)))
    row = take_one(store).row
    move(store, ("O-1", State.EFFECTIVE, State.UNDONE))
    assert happened(store, "O-1")[-1] == "reply_overtaken"
    store.sent({row: "250"}, now=NOW + HOUR)
    assert happened(store, "O-1")[-2:] == ["reply_overtaken", "reply_sent"]
    assert "reply_dropped" not in happened(store, "O-1")
