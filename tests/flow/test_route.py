"""The route over one mailbox: batches, the mark, crashes between its steps, and poisonous mail."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.flow import Route
from daemon.ports import Store
from handlers.values import Disposition, Filing, Intent, Role, State
from tests.contract.fake_mailbox import FakeMailbox
from tests.contract.fake_store import FakeStore
from tests.flow.routes import NOW, Clock, message, route
from tests.unit.log_capture import LogCapture

ASKS = "Please unsubscribe me."
OPT_OUTS = Filing.OPT_OUTS.value


def fill(box: FakeMailbox, count: int, *, text: str = ASKS) -> None:
    for number in range(1, count + 1):
        raw = message(text, sender=f"customer-{number}@elsewhere.example", number=number)
        box.deliver(raw, internal_date=NOW)


def state_of(store: Store, address: str, kind: Intent = Intent.OPT_OUT) -> State | None:
    found = {(r.address_key, r.kind): r.state for r in store.requests()}
    return found.get((address, kind))


def test_a_pass_records_files_and_queues_the_answer(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    told: list[None] = []
    box.deliver(message(ASKS), internal_date=NOW)
    report = route(box, store, clock=clock, queued=lambda: told.append(None)).run()
    assert (report.seen, dict(report.counts)) == (1, {"act": 1})
    assert box.folder() == []
    assert len(box.folder(OPT_OUTS)) == 1
    assert state_of(store, "anna@customer.example") is State.EFFECTIVE
    assert store.suppression("anna@customer.example") is not None
    (queued,) = store.take_due(10, now=clock())
    assert queued.mail.recipient.key == "anna@customer.example"
    assert len(told) == 1


def test_ordinary_mail_is_fetched_once_and_nothing_else_is_done_with_it(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    box.deliver(message("Where is my invoice?"), internal_date=NOW, flags=[r"\Answered"])
    before = box.folder()
    one = route(box, store, clock=clock)
    assert one.run().seen == 1
    assert one.run().seen == 0
    assert box.folder() == before
    assert box.calls.count("fetch") == 1
    assert not {"move", "flag_for_review"} & set(box.calls)
    (row,) = store.ledger("support")
    assert (row.disposition, row.evidence, row.references) == (Disposition.LEAVE, (), ())


def test_a_full_mailbox_goes_through_in_batches(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    fill(box, 25)
    report = route(box, store, clock=clock, batch_messages=10).run()
    assert report.seen == 25
    assert box.calls.count("fetch") == box.calls.count("move") == 3
    assert len(store.requests()) == 25


def test_it_stops_between_two_batches_and_goes_on_there(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    fill(box, 25)
    first = route(box, store, clock=clock, batch_messages=10, stopping=lambda: True).run()
    assert first.seen == 10
    assert len(box.folder(OPT_OUTS)) == 10
    assert route(box, store, clock=clock, batch_messages=10).run().seen == 15
    assert len(store.requests()) == 25


# Crashes and failures between the steps ------------------------------------------------------


def test_what_was_committed_and_not_filed_is_filed_by_the_next_pass(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    fill(box, 3)
    box.fail_next("move", TemporaryFailure("support: lost the server", part="support"))
    with pytest.raises(TemporaryFailure):
        route(box, store, clock=clock).run()
    assert len(store.requests()) == 3  # committed first
    assert len(box.folder()) == 3
    assert route(box, store, clock=clock).run().seen == 0
    assert len(box.folder(OPT_OUTS)) == 3
    assert len(store.take_due(10, now=clock())) == 3  # one answer each


def test_a_move_that_happened_and_was_not_noted_is_repeated_without_harm(
    box: FakeMailbox, clock: Clock
) -> None:
    store = FakeStore()
    fill(box, 2)
    store.fail_next("filed", TemporaryFailure("the store is busy", part="store"))
    with pytest.raises(TemporaryFailure):
        route(box, store, clock=clock).run()
    assert len(box.folder(OPT_OUTS)) == 2
    route(box, store, clock=clock).run()
    assert len(box.folder(OPT_OUTS)) == 2
    assert store.unfiled("support", box.uid_validity) == {}


def test_a_failure_before_the_commit_leaves_everything_as_it_was(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    fill(box, 2)
    box.fail_next("fetch", TemporaryFailure("support: lost the server", part="support"))
    with pytest.raises(TemporaryFailure):
        route(box, store, clock=clock).run()
    assert store.requests() == []
    assert len(box.folder()) == 2
    assert route(box, store, clock=clock).run().seen == 2


def test_a_batch_that_the_store_refuses_for_the_moment_is_decided_anew(
    box: FakeMailbox, clock: Clock
) -> None:
    store = FakeStore()
    fill(box, 2)
    store.fail_next("record", TemporaryFailure("locked", part="store"))
    assert route(box, store, clock=clock).run().seen == 2
    assert len(store.requests()) == 2
    assert len(store.take_due(10, now=clock())) == 2


def test_mail_that_cannot_be_filed_does_not_keep_the_next_from_being_read(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    fill(box, 1)
    box.fail_next("move", PermanentFailure("support: no right to", part="support"))
    route(box, store, clock=clock).run()
    assert len(box.folder()) == 1
    box.deliver(message("Where is my invoice?", number=9), internal_date=NOW)
    assert route(box, store, clock=clock).run().seen == 1
    assert len(box.folder(OPT_OUTS)) == 1  # tried again, and now it went


def test_a_message_that_vanishes_between_fetch_and_move_leaves_one_request_and_one_answer(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    uid = box.deliver(message(ASKS), internal_date=NOW)
    one = route(box, store, clock=clock)
    one.queued = lambda: box.remove(uid)  # right after the commit
    assert one.run().seen == 1
    assert box.folder(OPT_OUTS) == []
    assert len(store.requests()) == 1
    assert len(store.take_due(10, now=clock())) == 1
    assert one.run().seen == 0


def test_a_message_that_vanishes_before_the_fetch_is_passed_over(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    fill(box, 3)
    seen = box.uids_above

    def vanishing(uid: int) -> list[int]:
        uids = seen(uid)
        if 2 in uids:
            box.remove(2)
        return uids

    box.uids_above = vanishing  # type: ignore[method-assign]
    one = route(box, store, clock=clock)
    assert one.run().seen == 2
    assert one.run().seen == 0
    assert len(store.requests()) == 2


# Poisonous mail ------------------------------------------------------------------------------


def test_a_message_that_breaks_the_program_is_set_aside_and_the_others_go_on(
    box: FakeMailbox, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(box, 3)
    real = route(box, store, clock=clock)
    reading = type(real.desk.classifier).read

    def breaks(self: object, parsed: object, **given: object) -> object:
        if "customer-2@" in str(getattr(parsed, "senders", "")):
            raise ZeroDivisionError("the words of a customer")
        return reading(self, parsed, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(type(real.desk.classifier), "read", breaks)
    assert dict(real.run().counts) == {"act": 2, "review": 1}
    (left,) = box.folder()
    assert left.uid == 2
    assert left.flags == {r"\Flagged", "$OptoutdReview"}
    (row,) = [row for row in store.ledger("support") if row.error]
    assert row.error == "unexpected ZeroDivisionError"


def test_a_message_whose_text_the_server_does_not_give_is_set_aside(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    uid = box.deliver(message(ASKS), internal_date=NOW)
    box.refused_uids.add(uid)
    assert dict(route(box, store, clock=clock).run().counts) == {"review": 1}
    assert route(box, store, clock=clock).run().seen == 0


# The mark ------------------------------------------------------------------------------------


def test_a_first_start_leaves_old_mail_alone(box: FakeMailbox, store: Store, clock: Clock) -> None:
    fill(box, 2)
    one = route(box, store, clock=clock, backlog="new")
    assert one.run().seen == 0
    box.deliver(message(ASKS, number=9), internal_date=NOW)
    assert one.run().seen == 1


def test_a_first_start_reads_what_was_received_since_the_day_that_it_is_given(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    for days in (3, 2, 1):
        box.deliver(
            message(ASKS, sender=f"anna-{days}@a.example", number=days),
            internal_date=NOW - timedelta(days=days),
        )
    route(box, store, clock=clock, backlog=date(2026, 11, 22)).run()
    assert {r.address_key for r in store.requests()} == {"anna-2@a.example", "anna-1@a.example"}


def test_a_first_start_by_day_finds_a_message_that_was_put_there_out_of_order(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    """An old message copied in later has a high UID, a new one may stand before it."""
    for days in (1, 30, 1):
        box.deliver(
            message(ASKS, sender=f"anna-{days}-{len(box.folder())}@a.example", number=days),
            internal_date=NOW - timedelta(days=days),
        )
    route(box, store, clock=clock, backlog=date(2026, 11, 22)).run()
    assert {r.address_key for r in store.requests()} == {
        "anna-1-0@a.example", "anna-1-2@a.example",
    }  # fmt: skip


def test_nobody_who_wrote_years_ago_gets_a_surprise_reply(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    """Not even where a copying of the mailbox gave all its messages today's INTERNALDATE."""
    old = NOW - timedelta(days=3 * 365)
    box.deliver(message("Please cancel my account.", when=old), internal_date=NOW)
    box.deliver(message(ASKS, when=old, number=2, sender="bob@b.example"), internal_date=NOW)
    route(box, store, clock=clock, role=Role.CANCEL, backlog="all").run()
    assert state_of(store, "anna@customer.example", Intent.CANCELLATION) is State.REVIEW
    assert state_of(store, "bob@b.example") is State.EFFECTIVE
    assert store.take_due(10, now=clock()) == []


def test_old_mail_is_known_as_old_also_behind_a_crash_in_the_middle_of_it(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    old = NOW - timedelta(days=3 * 365)
    for number in (1, 2, 3):
        raw = message(ASKS, when=old, number=number, sender=f"anna-{number}@a.example")
        box.deliver(raw, internal_date=NOW)
    route(box, store, clock=clock, batch_messages=1, stopping=lambda: True).run()
    route(box, store, clock=clock).run()
    assert len(store.requests()) == 3
    assert store.take_due(10, now=clock()) == []


def test_a_renumbered_folder_is_read_anew_without_a_second_request_or_answer(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    box.deliver(message("Where is my invoice?", number=1), internal_date=NOW)
    one = route(box, store, clock=clock)
    one.run()
    box.renumber()
    box.deliver(message(ASKS, number=2), internal_date=NOW)
    assert one.run().seen == 2
    assert len(store.requests()) == 1
    assert len(store.take_due(10, now=clock())) == 1
    assert one.run().seen == 0


def test_a_folder_that_gives_its_uids_out_again_is_told_of_and_nothing_in_it_is_lost(
    box: FakeMailbox, store: Store, clock: Clock, log: LogCapture
) -> None:
    fill(box, 2)
    one = route(box, store, clock=clock)
    one.run()
    box.restore()
    box.deliver(message(ASKS, sender="new@elsewhere.example", number=9), internal_date=NOW)
    one.run()
    assert state_of(store, "new@elsewhere.example") is State.EFFECTIVE
    assert len(store.requests()) == 3
    assert "uids_given_out_again" in log.names
    assert one.run().seen == 0


def test_a_renumbered_folder_does_not_bring_up_what_the_first_start_left_alone(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    box.deliver(message(ASKS), internal_date=NOW - timedelta(days=5))
    one = route(box, store, clock=clock, backlog="new")
    one.run()
    box.renumber()
    assert one.run().seen == 0
    assert store.requests() == []
    assert one.run().seen == 0
    assert box.calls.count("fetch") == 1


# Copies and repetitions ----------------------------------------------------------------------


def two_mailboxes(store: Store, clock: Clock) -> tuple[FakeMailbox, FakeMailbox, Route, Route]:
    support, cancel = FakeMailbox("support"), FakeMailbox("cancel")
    return (
        support,
        cancel,
        route(support, store, clock=clock),
        route(cancel, store, clock=clock, role=Role.CANCEL),
    )


def test_a_copy_in_the_other_mailbox_is_filed_likewise_and_makes_nothing_new(
    store: Store, clock: Clock
) -> None:
    support, cancel, first, second = two_mailboxes(store, clock)
    raw = message("Please cancel my account and unsubscribe me.")
    support.deliver(b"Received: by one\r\n" + raw, internal_date=NOW)
    cancel.deliver(b"Received: by another\r\n" + raw, internal_date=NOW)
    first.run()
    second.run()
    assert len(store.requests()) == 2
    assert len(store.take_due(10, now=clock())) == 1
    for box in (support, cancel):
        assert box.folder() == []
        assert len(box.folder(Filing.CANCELLATIONS.value)) == 1


def test_what_was_honoured_is_not_asked_for_again_though_a_list_passed_it_on_before(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    raw = message("Please cancel my account.")
    passed_on = b"List-Id: <all.customer.example>\r\nPrecedence: list\r\n" + raw
    box.deliver(passed_on, internal_date=NOW)
    box.deliver(raw, internal_date=NOW)
    one = route(box, store, clock=clock)
    one.filing = "flag"
    one.run()
    (question,) = store.take_due(10, now=clock())
    thread = f"In-Reply-To: {question.mail.message_id}\r\n"
    box.deliver(message("No, that was not me.", number=2, more=thread), internal_date=NOW)
    one.run()
    box.renumber()
    clock.forward(days=1)
    assert one.run().seen == 3
    assert [request.state for request in store.requests()] == [State.REJECTED]


def test_copies_in_one_batch_are_seen_too(box: FakeMailbox, store: Store, clock: Clock) -> None:
    for _ in range(2):
        box.deliver(message(ASKS), internal_date=NOW)
    route(box, store, clock=clock).run()
    assert len(store.requests()) == 1
    assert len(store.take_due(10, now=clock())) == 1


def without_id(raw: bytes) -> bytes:
    return re.sub(rb"Message-ID: [^\r]*\r\n", b"", raw)


CARL = "carl@elsewhere.example"
LATER = NOW + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("first", "second", "people"),
    [
        (message(ASKS), message(ASKS, sender=CARL), 2),
        (without_id(message(ASKS)), without_id(message(ASKS, sender=CARL)), 2),
        (message(ASKS), b"Received: by one\r\nX-Spam-Status: No\r\n" + message(ASKS), 1),
        (without_id(message(ASKS)), without_id(message(ASKS)), 1),
    ],
    ids=["one Message-ID", "none", "trace fields", "none, the same"],
)
def test_two_people_are_two_requests_whatever_their_message_ids(
    box: FakeMailbox, store: Store, clock: Clock, first: bytes, second: bytes, people: int
) -> None:
    for raw in (first, second):
        box.deliver(raw, internal_date=NOW)
    route(box, store, clock=clock).run()
    assert len(store.requests()) == people
    assert len(store.take_due(10, now=clock())) == people


def test_who_asks_for_two_things_without_message_ids_is_heard_twice(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    box.deliver(without_id(message(ASKS)), internal_date=NOW)
    box.deliver(without_id(message("Please cancel my account.", when=LATER)), internal_date=NOW)
    route(box, store, clock=clock).run()
    assert {request.kind for request in store.requests()} == set(Intent)


def test_who_asks_again_and_again_is_answered_three_times_a_day_at_most(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    one = route(box, store, clock=clock)
    for number in range(12):
        box.deliver(message(ASKS, number=number), internal_date=clock())
        one.run()
        clock.forward(hours=1)
    assert len(store.requests()) == 1
    assert 1 <= len(store.take_due(100, now=clock())) <= 3
    assert box.folder() == []


def test_undo_is_understood_in_answer_to_any_mail_about_the_opt_out(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    """Also to the one that only says that the address is off the lists already."""
    one = route(box, store, clock=clock)
    for number in (1, 2):
        box.deliver(message(ASKS, number=number), internal_date=clock())
        one.run()
        clock.forward(days=2)
    _, already = store.take_due(10, now=clock())
    thread = f"In-Reply-To: {already.mail.message_id}\r\n"
    box.deliver(message("UNDO", number=3, more=thread), internal_date=clock())
    one.run()
    assert state_of(store, "anna@customer.example") is State.UNDONE
    assert store.suppression("anna@customer.example") is None


def test_our_own_reply_coming_back_is_not_answered(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    one = route(box, store, clock=clock)
    box.deliver(message(ASKS), internal_date=NOW)
    one.run()
    (queued,) = store.take_due(10, now=clock())
    box.deliver(queued.mail.raw, internal_date=NOW)
    one.run()
    assert store.take_due(10, now=clock()) == []
    assert len(store.requests()) == 1


FAILED = "Final-Recipient: rfc822; anna@customer.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
REPORTS = {
    "with the whole question": ("", FAILED, True, State.REVIEW, True),
    "with its envelope identifier": (
        "Original-Envelope-Id: {envelope_id}\r\n",
        FAILED.replace("anna@customer", "a.b@elsewhere"),
        False,
        State.REVIEW,
        True,
    ),
    "with the address alone": ("", FAILED, False, State.REVIEW, False),
    "with the address before it was forwarded": (
        "",
        "Original-Recipient: rfc822;anna@customer.example\r\n"
        + FAILED.replace("anna@customer", "a.b@elsewhere"),
        False,
        State.REVIEW,
        False,
    ),
    "of somebody else": (
        "",
        FAILED.replace("anna", "ben"),
        False,
        State.AWAITING_CONFIRMATION,
        False,
    ),
    "of a delay": (
        "",
        FAILED.replace("failed", "delayed"),
        False,
        State.AWAITING_CONFIRMATION,
        False,
    ),
}


@pytest.mark.parametrize(
    ("of_message", "of_recipient", "returned", "state", "filed"), REPORTS.values(), ids=REPORTS
)
def test_a_bounce_of_our_question_puts_the_cancellation_on_review(
    box: FakeMailbox,
    store: Store,
    clock: Clock,
    of_message: str,
    of_recipient: str,
    returned: bool,
    state: State,
    filed: bool,
) -> None:
    one = route(box, store, clock=clock, role=Role.CANCEL)
    box.deliver(message("Please cancel my account."), internal_date=NOW)
    one.run()
    (queued,) = store.take_due(10, now=clock())
    bounce = (
        b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.elsewhere.example\r\n"
        b"To: cancel@shop.example\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        b"Message-ID: <bounce@mx.elsewhere.example>\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nUser unknown.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n"
        + of_message.format(envelope_id=queued.mail.message_id[1:].partition("@")[0]).encode()
        + b"\r\n"
        + of_recipient.encode()
        + b"\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        + (queued.mail.raw if returned else b"Subject: cut\r\n")
        + b"\r\n--b--\r\n"
    )
    box.deliver(bounce, internal_date=NOW)
    one.run()
    assert state_of(store, "anna@customer.example", Intent.CANCELLATION) is state
    # One that may be of a colleague's own mail stays where it is.
    assert len(box.folder(Filing.AUTOMATIC.value)) == filed
    assert len(box.folder()) == (not filed)
    assert store.take_due(10, now=clock()) == []


# Copies for the Sent folder ------------------------------------------------------------------


def test_accepted_replies_are_copied_to_the_sent_folder_once(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    one = route(box, store, clock=clock)
    box.deliver(message(ASKS), internal_date=NOW)
    one.run()
    assert box.folder("Sent") == []
    (queued,) = store.take_due(10, now=clock())
    store.sent({queued.row: "250 taken"}, now=clock())
    one.run()
    one.run()
    assert [m.raw for m in box.folder("Sent")] == [queued.mail.raw]


@pytest.mark.parametrize(("sent", "turns"), [(3, [False]), (5, [True, True, False])])
def test_copies_are_filed_some_at_a_time_and_it_says_whether_more_wait(
    box: FakeMailbox,
    store: Store,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    sent: int,
    turns: list[bool],
) -> None:
    one = route(box, store, clock=clock)
    for number in range(sent):
        box.deliver(message(ASKS, sender=f"anna{number}@customer.example"), internal_date=NOW)
    assert not one.run().copies_wait
    store.sent({queued.row: "250" for queued in store.take_due(9, now=clock())}, now=clock())
    monkeypatch.setattr("daemon.filing.COPIES_AT_ONCE", 2 if sent == 5 else 4)
    assert [one.file_copies() for _ in turns] == turns
    assert len(box.folder("Sent")) == sent
    assert not one.run().copies_wait


def test_copies_that_the_server_refuses_together_are_left_to_the_next_pass(
    box: FakeMailbox, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = route(box, store, clock=clock)
    box.deliver(message(ASKS), internal_date=NOW)
    one.run()
    (queued,) = store.take_due(10, now=clock())
    store.sent({queued.row: "250 taken"}, now=clock())
    monkeypatch.setattr("daemon.filing.COPIES_AT_ONCE", 1)
    box.fail_next("append_sent", PermanentFailure("support: over quota", part="support"))
    assert not one.file_copies()
    assert one.file_copies()  # nobody knows before one has looked
    assert not one.file_copies()


def test_a_sent_folder_that_cannot_be_written_to_stops_nothing(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    one = route(box, store, clock=clock)
    box.deliver(message(ASKS), internal_date=NOW)
    one.run()
    (queued,) = store.take_due(10, now=clock())
    store.sent({queued.row: "250 taken"}, now=clock())
    box.fail_next("append_sent", PermanentFailure("support: over quota", part="support"))
    assert one.run().seen == 0
    one.run()
    assert len(box.folder("Sent")) == 1
