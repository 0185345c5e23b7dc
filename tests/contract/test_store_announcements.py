"""What other systems are told, as every store keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.errors import PermanentFailure
from daemon.ports import Acknowledged, Audience, Outcome, Store
from handlers.announcement import Announcement, body_of
from handlers.values import State
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
    suppression,
    take_one,
)
from tests.contract.stores import KINDS, LEASE_S, SHARED_KINDS, place_of, shared_place_of

CRM = Audience(name="crm", target="a")
TOLD = Outcome(state="told", note="it answered 200")
SECOND = timedelta(seconds=1)
S = State


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = place_of(request.param, tmp_path).open()
    opened.use_receivers([CRM], now=NOW)
    yield opened
    opened.close()


def take(store: Store, receiver: str = "crm", limit: int = 10) -> list[Announcement]:
    return store.take_announcements(receiver, limit, now=NOW)


def opt_out(store: Store, reference: str = "O-1", uid: int = 1, **changes: str) -> None:
    record(
        store,
        entry(
            uid,
            requests=(request(reference, **changes),),
            suppress=(suppression(reference, **changes),),
        ),
    )


def cancel(store: Store, *states: State) -> None:
    """A cancellation that was asked about, and then came to these states."""
    before = State.AWAITING_CONFIRMATION
    record(store, entry(1, requests=(request("C-1"),)))
    for uid, after in enumerate(states, 2):
        record(store, entry(uid, changes=(change("C-1", before, after),)))
        before = after


def states(store: Store, reference: str) -> list[str]:
    return [row.state for row in store.announcements_about(reference)]


def test_a_change_is_announced_by_the_transaction_that_makes_it(store: Store) -> None:
    opt_out(store)
    (told,) = take(store)
    assert (told.before, told.after, told.reason) == (None, S.EFFECTIVE, "asked-by-mail")
    assert (told.receiver, told.lists, told.changed_at) == ("crm", ("*",), NOW)
    assert told.request.reference == "O-1"
    assert told.request.address_key == ANNA
    assert told.type == "opt_out.effective"
    assert told.id.startswith("msg_")
    assert "." not in told.id
    assert told.attempts == 1


def test_what_is_rolled_back_is_not_announced(store: Store) -> None:
    from tests.contract.store_values import mark

    def fail() -> None:
        with store.batch() as batch:
            batch.record([entry(1, requests=(request("O-1"),))], mark=mark(1), now=NOW)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert store.announcements_about("O-1") == []
    assert store.next_announcement("crm") is None


def test_nobody_is_told_where_nobody_is_to_be(store: Store) -> None:
    store.use_receivers([], now=NOW)
    opt_out(store)
    assert store.announcements_about("O-1") == []


def test_each_receiver_is_told_what_it_wants(store: Store) -> None:
    store.use_receivers(
        [
            CRM,
            Audience(name="billing", events=("cancellation.confirmed",)),
            Audience(name="letters", events=("opt_out.*",)),
        ],
        now=NOW,
    )
    opt_out(store, uid=9)
    cancel(store, S.CONFIRMED)
    told = {
        name: [each.type for each in take(store, name)] for name in ("crm", "billing", "letters")
    }
    assert told == {
        "crm": ["opt_out.effective", "cancellation.awaiting_confirmation"],
        "billing": ["cancellation.confirmed"],
        "letters": ["opt_out.effective"],
    }
    ids = {row.receiver: row.id for row in store.announcements_about("O-1")}
    assert ids["crm"] == ids["letters"]


def test_an_undone_opt_out_names_the_list_that_it_is_undone_for(store: Store) -> None:
    left = suppression("O-1", list_name="tips")
    record(store, entry(1, requests=(request("O-1"),), suppress=(left,)))
    record(store, entry(2, changes=(change("O-1", S.EFFECTIVE, S.UNDONE),), lift=(left,)))
    (first,) = take(store)
    store.announced(first.row, TOLD, now=NOW)
    (second,) = take(store)
    assert (second.before, second.after, second.lists) == (S.EFFECTIVE, S.UNDONE, ("tips",))
    assert second.row > first.row
    assert second.id != first.id


@pytest.mark.parametrize("kept", ["tips", "*"])
def test_an_undone_opt_out_names_no_list_that_another_request_keeps_the_address_off(
    store: Store, kept: str
) -> None:
    other, mine = suppression("O-2", list_name=kept), suppression("O-1", list_name="tips")
    record(store, entry(1, requests=(request("O-2"),), suppress=(other,)))
    record(store, entry(2, requests=(request("O-1"),), suppress=(mine,)))
    record(store, entry(3, changes=(change("O-1", S.EFFECTIVE, S.UNDONE),), lift=(mine,)))
    told = {}
    while found := take(store):
        for each in found:
            store.announced(each.row, TOLD, now=NOW)
            told[each.request.reference, each.after] = each.lists
    assert told == {
        ("O-2", S.EFFECTIVE): (kept,),
        ("O-1", S.EFFECTIVE): ("tips",),
        ("O-1", S.UNDONE): (),
    }


def test_who_has_opted_out_again_is_not_put_back_by_what_is_told_late(store: Store) -> None:
    """Out, back and out again; of the second the receiver said 500, and gets it in four hours."""
    first, again = suppression("O-1", list_name="tips"), suppression("O-2", list_name="tips")
    record(store, entry(1, requests=(request("O-1"),), suppress=(first,)))
    (out,) = take(store)
    store.announced(out.row, TOLD, now=NOW)
    record(store, entry(2, changes=(change("O-1", S.EFFECTIVE, S.UNDONE),), lift=(first,)))
    (back,) = take(store)
    store.put_announcement_off(back.row, until=NOW + HOUR, note="it answered 500")
    record(store, entry(3, requests=(request("O-2"),), suppress=(again,)))
    on_lists: set[str] = set()  # as a receiver has it that goes by docs/webhooks.md
    for now in (NOW, NOW + HOUR):
        for each in store.take_announcements("crm", 10, now=now):
            store.announced(each.row, TOLD, now=now)
            if each.after is S.UNDONE:
                on_lists |= set(each.lists)
            else:
                on_lists -= set(each.lists)
            assert each.off == ("tips",)
    assert store.suppression(ANNA, "tips") is not None
    assert on_lists == set()


def test_of_the_opt_outs_of_one_address_one_is_on_its_way_at_a_time(store: Store) -> None:
    mine = suppression("O-1", list_name="tips")
    record(store, entry(1, requests=(request("O-1"),), suppress=(mine,)))
    (out,) = take(store)
    opt_out(store, "O-2", 2)
    opt_out(store, "O-3", 3, address_key="b@b.example")
    record(store, entry(4, requests=(request("C-1"),)))
    assert [each.request.reference for each in take(store)] == ["O-3", "C-1"]
    assert store.next_announcement("crm") is None
    store.announced(out.row, TOLD, now=NOW)
    assert [each.off for each in take(store)] == [("*", "tips")]


@pytest.mark.parametrize("state", [S.EFFECTIVE, S.REVIEW])
def test_one_more_list_by_a_request_that_there_is_is_announced_once(
    store: Store, state: State
) -> None:
    record(store, entry(1, requests=(request("O-1", state=state),)))
    more = (suppression("O-1", list_name="tips"), suppression("O-1", list_name="news"))
    record(store, entry(2, suppress=more[:1], repeated=("O-1",), reason="left-list"))
    record(store, entry(3, suppress=more, repeated=("O-1",), reason="opt-out-again"))
    record(store, entry(4, suppress=more, repeated=("O-1",), reason="opt-out-again"))
    told = []
    while found := take(store):
        for each in found:
            told.append((each.before, each.after, each.lists, each.reason))
            store.announced(each.row, TOLD, now=NOW)
    assert told[1:] == [
        (state, S.EFFECTIVE, ("tips",), "left-list"),
        (state, S.EFFECTIVE, ("news",), "opt-out-again"),
    ]


def test_of_one_request_they_go_out_one_after_the_other(store: Store) -> None:
    cancel(store, S.CONFIRMED, S.COMPLETED)
    opt_out(store, uid=9)
    first, other = take(store)
    assert (first.after, other.after) == (S.AWAITING_CONFIRMATION, S.EFFECTIVE)
    assert take(store) == []
    store.put_announcement_off(first.row, until=NOW + HOUR, note="no answer")
    assert take(store) == []
    assert store.next_announcement("crm") == NOW + HOUR
    (again,) = store.take_announcements("crm", 10, now=NOW + HOUR)
    assert (again.row, again.id, again.attempts) == (first.row, first.id, 2)
    store.announced(again.row, TOLD, now=NOW)
    (second,) = take(store)
    assert (second.after, second.request.state) == (S.CONFIRMED, S.COMPLETED)
    assert second.told == (S.AWAITING_CONFIRMATION,)
    store.announcement_failed(second.row, now=NOW, note="it answered 400")
    (third,) = take(store)
    assert third.after is S.COMPLETED
    assert third.told == (S.AWAITING_CONFIRMATION,)


def test_one_receiver_waits_for_no_other(store: Store) -> None:
    store.use_receivers([CRM, Audience(name="billing")], now=NOW)
    cancel(store, S.CONFIRMED)
    (first,) = take(store, "billing")
    store.announced(first.row, TOLD, now=NOW)
    assert [each.after for each in take(store, "billing")] == [S.CONFIRMED]
    assert [each.after for each in take(store, "crm")] == [S.AWAITING_CONFIRMATION]


def test_who_knows_since_when_is_kept(store: Store) -> None:
    opt_out(store)
    (told,) = take(store)
    assert states(store, "O-1") == ["sending"]
    store.announced(told.row, TOLD, now=NOW + SECOND)
    (row,) = store.announcements_about("O-1")
    assert (row.state, row.ended_at, row.note) == ("told", NOW + SECOND, "it answered 200")
    assert (row.receiver, row.after, row.attempts) == ("crm", S.EFFECTIVE, 1)
    assert store.announcement(row.row) == row
    assert store.announcement(row.row + 1) is None
    (status,) = store.receivers()
    assert (status.told_at, status.waiting) == (NOW + SECOND, 0)


def test_an_outcome_counts_once_and_only_of_what_is_being_sent(store: Store) -> None:
    opt_out(store)
    (told,) = take(store)
    store.announced(told.row, TOLD, now=NOW)
    store.put_announcement_off(told.row, until=NOW, note="")
    store.announcement_failed(told.row, now=NOW, note="")
    store.hold_announcement(told.row, until=NOW)
    assert states(store, "O-1") == ["told"]


def test_what_is_held_was_not_tried(store: Store) -> None:
    opt_out(store)
    (told,) = take(store)
    store.hold_announcement(told.row, until=NOW)
    (again,) = take(store)
    assert again.attempts == 1


def test_what_was_planned_by_a_clock_that_is_set_back_since_is_due(store: Store) -> None:
    opt_out(store)
    (told,) = take(store)
    store.put_announcement_off(told.row, until=NOW + timedelta(days=30), note="")
    assert [each.row for each in take(store)] == [told.row]


def test_that_one_may_have_had_its_effect_is_known_until_its_outcome_is(store: Store) -> None:
    cancel(store, S.CONFIRMED, S.WITHDRAWN)
    (asked,) = take(store)
    store.announced(asked.row, TOLD, now=NOW)
    (confirmed,) = take(store)
    assert (confirmed.begun, confirmed.noted) == (False, False)
    noted = store.begin_announcement(confirmed.row, now=NOW)
    assert noted is not None
    assert (noted.row, noted.begun, noted.noted) == (confirmed.row, False, True)
    assert noted.request.state is S.WITHDRAWN  # as it stands by now
    store.put_announcement_off(confirmed.row, until=NOW, note="no answer")
    assert store.begin_announcement(confirmed.row, now=NOW) is None
    (again,) = take(store)
    assert (again.begun, again.noted) == (True, False)
    store.announcement_failed(again.row, now=NOW, note="given up")
    (withdrawn,) = take(store)
    assert withdrawn.told == (S.AWAITING_CONFIRMATION, S.CONFIRMED)
    assert not withdrawn.begun
    store.hold_announcement(withdrawn.row, until=NOW)
    store.retry_announcement(again.row, by="lena", now=NOW)
    (again,) = take(store)
    assert again.begun
    store.announced(again.row, Outcome(state="skipped"), now=NOW)
    (withdrawn,) = take(store)
    assert withdrawn.told == (S.AWAITING_CONFIRMATION,)


def test_no_more_are_taken_than_there_is_room_for(store: Store) -> None:
    for number in range(1, 4):
        opt_out(store, f"O-{number}", number, address_key=f"{number}@b.example")
    assert len(take(store, limit=2)) == 2
    assert len(take(store, limit=2)) == 1


def test_a_trouble_is_news_once_and_its_end_too(store: Store) -> None:
    opt_out(store)
    opt_out(store, "O-2", 2, address_key="b@b.example")
    first, second = take(store)
    assert store.receiver_fails("crm", error="no answer", now=NOW)
    assert not store.receiver_fails("crm", error="it answered 503", now=NOW + SECOND)
    (status,) = store.receivers()
    assert (status.failing_since, status.error) == (NOW, "it answered 503")
    assert (status.waiting, status.oldest_at) == (2, NOW)
    store.put_announcement_off(second.row, until=NOW + HOUR, note="")
    later = NOW + SECOND
    assert store.announced(first.row, TOLD, now=later).failed_since == NOW
    # What waits goes as soon as something was taken.
    assert store.next_announcement("crm") == later
    (again,) = store.take_announcements("crm", 9, now=later)
    assert store.announced(again.row, TOLD, now=later).failed_since is None
    (status,) = store.receivers()
    assert (status.failing_since, status.error) == (None, "")


def test_what_there_was_nothing_to_tell_of_shows_nobody_well(store: Store) -> None:
    opt_out(store)
    (told,) = take(store)
    store.receiver_fails("crm", error="no answer", now=NOW)
    skipped = Outcome(state="skipped", note="is withdrawn by now")
    assert store.announced(told.row, skipped, now=NOW) == Acknowledged()
    (status,) = store.receivers()
    assert status.failing_since == NOW
    assert status.told_at is None
    assert states(store, "O-1") == ["skipped"]


def test_who_is_gone_is_told_nothing_and_loses_nothing(store: Store) -> None:
    opt_out(store)
    (told,) = take(store)
    store.hold_announcement(told.row, until=NOW)
    assert store.receiver_gone("crm", error="it answered 410", now=NOW)
    assert not store.receiver_gone("crm", error="it answered 410", now=NOW)
    opt_out(store, "O-2", 2, address_key="b@b.example")
    assert take(store) == []
    assert store.next_announcement("crm") is None
    store.use_receivers([CRM], now=NOW)  # a restart changes nothing
    assert take(store) == []
    assert store.resume_receiver("crm", by="lena", now=NOW)
    assert not store.resume_receiver("crm", by="lena", now=NOW)
    assert not store.resume_receiver("nobody", by="lena", now=NOW)
    assert len(take(store)) == 2


def test_who_was_gone_is_told_again_at_another_place(store: Store) -> None:
    opt_out(store)
    store.receiver_gone("crm", error="it answered 410", now=NOW)
    store.use_receivers([Audience(name="crm", target="b")], now=NOW)
    assert len(take(store)) == 1


def test_what_was_put_off_is_due_at_once_at_another_place(store: Store) -> None:
    """A mistyped address that is mended: nobody waits for hours any more."""
    opt_out(store)
    (told,) = take(store)
    store.put_announcement_off(told.row, until=NOW + timedelta(hours=4), note="it answered 404")
    store.use_receivers([CRM], now=NOW)
    assert take(store) == []
    store.use_receivers([Audience(name="crm", target="b")], now=NOW)
    assert [each.row for each in take(store)] == [told.row]


def test_what_waits_for_one_that_is_not_configured_goes_on_waiting(store: Store) -> None:
    opt_out(store)
    store.use_receivers([], now=NOW)
    (status,) = store.receivers()
    assert (status.is_active, status.waiting) == (False, 1)
    opt_out(store, "O-2", 2, address_key="b@b.example")
    store.use_receivers([CRM], now=NOW)
    assert [each.request.reference for each in take(store)] == ["O-1"]


def test_who_comes_back_is_not_told_what_was_taken_back_meanwhile(store: Store) -> None:
    """A receiver is taken out of the configuration for a day, and put in again."""
    record(store, entry(1, requests=(request("C-1"),)))
    (asked,) = take(store)
    store.announced(asked.row, TOLD, now=NOW)
    confirmed = change("C-1", S.AWAITING_CONFIRMATION, S.CONFIRMED)
    record(store, entry(2, changes=(confirmed,)))
    store.use_receivers([], now=NOW)
    record(store, entry(3, changes=(change("C-1", S.CONFIRMED, S.WITHDRAWN),)))
    store.use_receivers([CRM], now=NOW)
    heard = [S.AWAITING_CONFIRMATION]
    while found := take(store):
        for each in found:
            heard.append(each.after)
            store.announced(each.row, TOLD, now=NOW)
    assert heard == [S.AWAITING_CONFIRMATION, S.CONFIRMED, S.WITHDRAWN]


def test_who_comes_back_hears_how_what_it_knows_of_stands_by_now(store: Store) -> None:
    for number, name in ((1, "tips"), (2, "news"), (3, "tips")):
        key = f"{number}@b.example"
        asked = request(f"O-{number}", address_key=key)
        left = suppression(f"O-{number}", address_key=key, list_name=name)
        record(store, entry(number, requests=(asked,), suppress=(left,)))
    for each in take(store):
        store.announced(each.row, TOLD, now=NOW)
    store.use_receivers([], now=NOW)
    undone = suppression("O-1", address_key="1@b.example", list_name="tips")
    record(store, entry(4, changes=(change("O-1", S.EFFECTIVE, S.UNDONE),), lift=(undone,)))
    later = suppression("O-2", address_key="2@b.example", list_name="tips", since=NOW + SECOND)
    record(store, entry(5, suppress=(later,), repeated=("O-2",)))
    opt_out(store, "O-4", 6, address_key="4@b.example")  # of which it knows nothing
    store.use_receivers([Audience(name="crm", target="elsewhere")], now=NOW + HOUR)
    store.use_receivers([Audience(name="crm", target="elsewhere")], now=NOW + HOUR)
    told = {
        each.request.reference: (each.before, each.after, each.lists, each.reason)
        for each in store.take_announcements("crm", 9, now=NOW + HOUR)
    }
    assert told == {
        "O-1": (S.EFFECTIVE, S.UNDONE, ("tips",), "because"),
        "O-2": (S.EFFECTIVE, S.EFFECTIVE, ("news", "tips"), "asked-by-mail"),
    }


def test_who_comes_back_hears_only_what_it_wants(store: Store) -> None:
    cancel(store)
    store.use_receivers([], now=NOW)
    record(store, entry(7, changes=(change("C-1", S.AWAITING_CONFIRMATION, S.CONFIRMED),)))
    store.use_receivers([Audience(name="crm", target="a", events=("opt_out.*",))], now=NOW)
    assert len(store.announcements_about("C-1")) == 1


def test_a_request_that_was_erased_is_told_of_to_nobody(store: Store) -> None:
    cancel(store, S.REJECTED)
    (first,) = take(store)
    store.hold_announcement(first.row, until=NOW)
    assert store.expire("requests", before=NOW + HOUR, limit=9, now=NOW) == 1
    assert take(store) == []
    assert take(store) == []
    assert states(store, "C-1") == ["failed", "failed"]


BILLING = Audience(name="billing", events=("cancellation.confirmed",), target="b")
TAKEN_OVER = Outcome(state="told", note="service 1", hands_over=True)


def test_what_a_receiver_has_taken_over_is_handed_over_and_told_to_the_others(
    store: Store,
) -> None:
    store.use_receivers([CRM, BILLING], now=NOW)
    cancel(store, S.CONFIRMED)
    (confirmed,) = take(store, "billing")
    later = NOW + HOUR
    known = store.announced(confirmed.row, TAKEN_OVER, now=later)
    assert known.handed_over == change("C-1", S.CONFIRMED, S.HANDED_OVER, "handed-over")
    held = store.request("C-1")
    assert held is not None
    assert (held.state, held.reason, held.updated_at) == (S.HANDED_OVER, "handed-over", later)
    told = [row.after for row in store.announcements_about("C-1") if row.receiver == "crm"]
    assert told == [S.AWAITING_CONFIRMATION, S.CONFIRMED, S.HANDED_OVER]
    assert states_of(store, "billing") == ["told"]
    (_, what, detail) = store.history("C-1")[-1]
    assert (what, "billing" in detail) == ("request_changed", True)
    assert store.walk_audit().broken_at is None
    # The acknowledgement counts once, and so does what follows from it.
    assert store.announced(confirmed.row, TAKEN_OVER, now=later).handed_over is None


@pytest.mark.parametrize("after", [S.WITHDRAWN, S.REVIEW, S.COMPLETED])
def test_what_was_stopped_or_done_while_a_receiver_took_it_over_stays_so(
    store: Store, after: State
) -> None:
    store.use_receivers([BILLING], now=NOW)
    cancel(store, S.CONFIRMED)
    (confirmed,) = take(store, "billing")
    record(store, entry(9, changes=(change("C-1", S.CONFIRMED, after),)))
    assert store.announced(confirmed.row, TAKEN_OVER, now=NOW).handed_over is None
    held = store.request("C-1")
    assert held is not None
    assert held.state is after
    assert states_of(store, "billing") == ["told"]


@pytest.mark.parametrize("outcome", [TOLD, replace(TAKEN_OVER, state="needs_person")])
def test_who_is_only_told_or_leaves_it_to_a_person_takes_nothing_over(
    store: Store, outcome: Outcome
) -> None:
    store.use_receivers([BILLING], now=NOW)
    cancel(store, S.CONFIRMED)
    (confirmed,) = take(store, "billing")
    assert store.announced(confirmed.row, outcome, now=NOW).handed_over is None
    held = store.request("C-1")
    assert held is not None
    assert held.state is S.CONFIRMED


def states_of(store: Store, receiver: str) -> list[str]:
    return [row.state for row in store.announcements_about("C-1") if row.receiver == receiver]


def test_questions_that_go_to_review_are_announced(store: Store) -> None:
    record(store, entry(1, mail(1, "C-1", asks=True), requests=(request("C-1"),)))
    record(store, entry(2, mail(2, "C-2", asks=True), requests=(request("C-2"),)))
    record(store, entry(3, mail(3, "C-3", asks=True), requests=(request("C-3"),)))
    for each in take(store):
        store.announced(each.row, TOLD, now=NOW)
    store.failed(take_one_of(store, "C-1"), now=NOW, error="550")
    store.drop_mail(2, by="lena", now=NOW)
    store.expire_questions(asked_before=NOW + HOUR, now=NOW)
    told = {each.request.reference: (each.before, each.after, each.reason) for each in take(store)}
    waited = S.AWAITING_CONFIRMATION
    assert told == {
        "C-1": (waited, S.REVIEW, "question-undeliverable"),
        "C-2": (waited, S.REVIEW, "question-dropped"),
        "C-3": (waited, S.REVIEW, "question-unanswered"),
    }


def take_one_of(store: Store, reference: str) -> int:
    taken = store.take_due(1, now=NOW)
    assert taken[0].mail.references == (reference,)
    return taken[0].row


def test_what_staff_decide_is_announced(store: Store) -> None:
    from handlers.values import Decision, Disposition

    cancel(store, S.CONFIRMED)
    for _ in range(2):
        (each,) = take(store)
        store.announced(each.row, TOLD, now=NOW)
    done = Decision(
        disposition=Disposition.ACT,
        reason="completed-by-staff",
        changes=(change("C-1", S.CONFIRMED, S.COMPLETED),),
    )
    store.carry_out(done, None, by="lena", now=NOW)
    assert [each.after for each in take(store)] == [S.COMPLETED]


# retention, and who is forgotten -------------------------------------------------------------


def test_who_knows_stays_with_the_request_and_goes_after_it(store: Store) -> None:
    cancel(store, S.REJECTED)
    opt_out(store, uid=9)
    late = NOW + HOUR
    for _ in range(2):
        for each in take(store):
            store.announced(each.row, TOLD, now=NOW)
    assert store.expire("announcements", before=late, limit=9, now=late) == 0
    store.expire("requests", before=late, limit=9, now=late)
    assert store.overdue("announcements", before=NOW).rows == 0
    assert store.overdue("announcements", before=late).rows == 2
    assert store.expire("announcements", before=late, limit=1, now=late) == 1
    assert store.expire("announcements", before=late, limit=9, now=late) == 1
    assert states(store, "C-1") == []
    assert states(store, "O-1") == ["told"]


def test_a_number_is_not_given_out_again(store: Store) -> None:
    cancel(store, S.REJECTED)
    last = store.announcements_about("C-1")[-1].row
    store.expire("requests", before=NOW + HOUR, limit=9, now=NOW)
    store.expire("announcements", before=NOW + HOUR, limit=9, now=NOW)
    opt_out(store, uid=9)
    (told,) = take(store)
    assert told.row > last


def test_nobody_is_forgotten_while_a_receiver_does_not_know(store: Store) -> None:
    opt_out(store)
    with pytest.raises(PermanentFailure, match="crm does not know"):
        store.forget(ANNA, by="kim", now=NOW)
    (told,) = take(store)
    with pytest.raises(PermanentFailure, match="crm does not know"):
        store.forget(ANNA, by="kim", now=NOW)
    store.announced(told.row, TOLD, now=NOW)
    assert store.forget(ANNA, by="kim", now=NOW).requests == 1


@pytest.mark.parametrize("outcome", ["failed", "needs_person"])
def test_nobody_is_forgotten_while_a_person_has_to_tell(store: Store, outcome: str) -> None:
    """Whoever is to mend it, or to take a cancellation back by hand, has to know whose it is."""
    opt_out(store)
    (told,) = take(store)
    if outcome == "failed":
        store.announcement_failed(told.row, now=NOW, note="it answered 422")
    else:
        store.announced(told.row, Outcome(state="needs_person", note="look"), now=NOW)
        store.use_receivers([], now=NOW)  # which takes nothing from what is to be done by hand
    with pytest.raises(PermanentFailure, match="crm does not know"):
        store.forget(ANNA, by="kim", now=NOW)
    store.settle_announcement(told.row, by="kim", now=NOW)
    assert store.forget(ANNA, by="kim", now=NOW).requests == 1


@pytest.mark.parametrize("how", ["settled", "gone", "not configured"])
def test_who_is_forgotten_all_the_same_is_told_of_without_address(store: Store, how: str) -> None:
    opt_out(store)
    (row,) = store.announcements_about("O-1")
    if how == "settled":
        store.settle_announcement(row.row, by="kim", now=NOW)
    elif how == "gone":
        store.receiver_gone("crm", error="it answered 410", now=NOW)
    else:
        store.use_receivers([], now=NOW)
    store.forget(ANNA, by="kim", now=NOW)
    store.use_receivers([CRM], now=NOW)
    store.resume_receiver("crm", by="kim", now=NOW)
    for each in take(store):
        assert ANNA not in repr(each)
        assert b'"address":null' in body_of(each)


# by staff ------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["queued", "failed", "needs_person"])
def test_staff_can_have_it_told_anew(store: Store, outcome: str) -> None:
    opt_out(store)
    (told,) = take(store)
    end(store, told.row, outcome)
    assert store.retry_announcement(told.row, by="lena", now=NOW)
    (again,) = take(store)
    assert (again.id, again.span_began_at) == (told.id, NOW)
    assert "announcement_retried" in happened(store, "O-1")


def end(store: Store, row: int, outcome: str) -> None:
    if outcome == "queued":
        store.put_announcement_off(row, until=NOW + HOUR, note="")
    elif outcome == "failed":
        store.announcement_failed(row, now=NOW, note="it answered 400")
    elif outcome == "told":
        store.announced(row, TOLD, now=NOW)
    elif outcome == "needs_person":
        store.announced(row, Outcome(state="needs_person", note="two services"), now=NOW)


@pytest.mark.parametrize("outcome", ["told", "sending"])
def test_what_is_told_or_on_its_way_is_left_alone(store: Store, outcome: str) -> None:
    opt_out(store)
    (told,) = take(store)
    end(store, told.row, outcome)
    assert not store.retry_announcement(told.row, by="lena", now=NOW)
    assert not store.settle_announcement(told.row, by="lena", now=NOW)
    assert not store.retry_announcement(told.row + 1, by="lena", now=NOW)
    assert states(store, "O-1") == [outcome]


def test_who_knows_of_a_later_change_is_not_told_of_an_earlier_one(store: Store) -> None:
    cancel(store, S.CONFIRMED)
    (first,) = take(store)
    store.announcement_failed(first.row, now=NOW, note="it answered 400")
    assert store.retry_announcement(first.row, by="lena", now=NOW)
    (first,) = take(store)
    store.announcement_failed(first.row, now=NOW, note="it answered 400")
    (second,) = take(store)
    store.announced(second.row, TOLD, now=NOW)
    assert not store.retry_announcement(first.row, by="lena", now=NOW)
    assert states(store, "C-1") == ["failed", "told"]


def test_an_earlier_change_is_not_retried_while_a_later_one_is_on_its_way(store: Store) -> None:
    cancel(store, S.CONFIRMED, S.WITHDRAWN)
    (asked,) = take(store)
    store.announced(asked.row, TOLD, now=NOW)
    (confirmed,) = take(store)
    end(store, confirmed.row, "failed")
    (withdrawn,) = take(store)  # on its way
    assert not store.retry_announcement(confirmed.row, by="lena", now=NOW)
    store.announced(withdrawn.row, TOLD, now=NOW)
    # What the receiver hears last must not be that a withdrawn cancellation is confirmed.
    assert [each.after for each in take(store)] == []


def test_an_earlier_change_is_not_retried_after_a_later_one_was_settled(store: Store) -> None:
    cancel(store, S.CONFIRMED, S.WITHDRAWN)
    (asked,) = take(store)
    store.announced(asked.row, TOLD, now=NOW)
    for _ in ("confirmed", "withdrawn"):
        (each,) = take(store)
        end(store, each.row, "failed")
    assert store.settle_announcement(each.row, by="lena", now=NOW)
    for row in store.announcements(["failed"], limit=9):
        store.retry_announcement(row.row, by="lena", now=NOW)
    assert [each.after for each in take(store)] == []


@pytest.mark.parametrize("outcome", ["queued", "failed", "needs_person"])
def test_staff_can_settle_it(store: Store, outcome: str) -> None:
    cancel(store, S.CONFIRMED)
    (told,) = take(store)
    end(store, told.row, outcome)
    assert store.settle_announcement(told.row, by="lena", now=NOW)
    assert not store.settle_announcement(told.row, by="lena", now=NOW)
    (second,) = take(store)
    assert second.told == (S.AWAITING_CONFIRMATION,)  # a person has told it
    assert states(store, "C-1") == ["settled", "sending"]
    assert "announcement_settled" in happened(store, "C-1")


def test_they_are_listed_by_state(store: Store) -> None:
    for number in range(1, 4):
        opt_out(store, f"O-{number}", number, address_key=f"{number}@b.example")
    first, *_ = take(store, limit=1)
    store.announcement_failed(first.row, now=NOW, note="it answered 400")
    assert [row.row for row in store.announcements(["failed"], limit=9)] == [first.row]
    queued = store.announcements(["queued"], limit=1)
    assert [row.reference for row in queued] == ["O-3"]
    (status,) = store.receivers()
    assert (status.failed, status.waiting) == (1, 2)


# several processes, and one after another ----------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_dead_process_was_telling_is_told_again_with_its_id(
    kind: str, tmp_path: Path
) -> None:
    place = place_of(kind, tmp_path)
    store = place.open()
    store.use_receivers([CRM], now=NOW)
    opt_out(store)
    (told,) = take(store)
    assert store.recover_announcements(now=NOW) == 0  # we live
    store.close()
    after = place.open()
    assert after.recover_announcements(now=NOW + HOUR) == 1
    (again,) = after.take_announcements("crm", 9, now=NOW + HOUR)
    assert (again.row, again.id, again.attempts) == (told.row, told.id, 2)
    after.close()


@pytest.mark.parametrize("kind", SHARED_KINDS)
def test_two_processes_tell_nothing_twice_and_nothing_out_of_order(kind: str) -> None:
    place = shared_place_of(kind)
    one, two = place.open(), place.open()
    one.use_receivers([CRM], now=NOW)
    cancel(one, S.CONFIRMED)
    opt_out(one, uid=9)
    (first,) = take(one, limit=1)
    (other,) = take(two)
    assert (first.request.reference, other.request.reference) == ("C-1", "O-1")
    assert take(two) == []
    # Who does not hold it has no say in it.
    two.announced(first.row, TOLD, now=NOW)
    two.put_announcement_off(first.row, until=NOW, note="")
    assert states(one, "C-1") == ["sending", "queued"]
    assert two.recover_announcements(now=NOW) == 0
    # One is cut off, and taken for dead: the other goes on with the same id.
    place.pass_time(LEASE_S + 1)
    two.renew_leases()
    assert two.recover_announcements(now=NOW) == 1
    (again,) = take(two)
    assert again.id == first.id
    one.announced(first.row, TOLD, now=NOW)  # comes too late, and does no harm
    assert states(two, "C-1") == ["sending", "queued"]
    two.announced(again.row, TOLD, now=NOW)
    assert [each.after for each in take(one)] == [S.CONFIRMED]
    one.close()
    two.close()


@pytest.mark.parametrize("kind", SHARED_KINDS)
def test_a_trouble_that_two_processes_meet_is_news_to_one(kind: str) -> None:
    place = shared_place_of(kind)
    one, two = place.open(), place.open()
    one.use_receivers([CRM], now=NOW)
    assert one.receiver_fails("crm", error="no answer", now=NOW)
    assert not two.receiver_fails("crm", error="no answer", now=NOW)
    one.close()
    two.close()


def test_a_mail_waits_for_no_receiver(store: Store) -> None:
    record(store, entry(1, mail(1, "O-1"), requests=(request("O-1"),)))
    take(store)
    assert take_one(store).mail.references == ("O-1",)
