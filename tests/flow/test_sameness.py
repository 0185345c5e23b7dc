"""Which message is which: renumbered, restored and moved mailboxes, and what is asked twice.

Over a fake mailbox and a real store; tests/flow/test_sameness_imap.py has the same on Dovecot.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from config.settings import RetentionSettings
from daemon.clerk import MOST_MOVED_BACK
from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.flow import Route
from daemon.ports import Act, Store
from daemon.retention import retain
from handlers.values import Change, Decision, Disposition, Filing, Intent, Role, State
from tests.contract.fake_mailbox import FakeMailbox
from tests.flow.routes import NOW, Clock, message, route
from tests.unit.log_capture import LogCapture

ANNA = "anna@customer.example"
ASKS = "Please unsubscribe me."
CANCELS = "Please cancel my account."
UNSURE = "Please unsubscribe me if the price goes up."
ORDINARY = "Where is my invoice?"
PROVEN = "Authentication-Results: mx.shop.example; dmarc=pass header.from=customer.example\r\n"
CANCELLATIONS = Filing.CANCELLATIONS.value
OPT_OUTS = Filing.OPT_OUTS.value
LOST = TemporaryFailure("support: lost the server", part="support")


def received(when: datetime) -> str:
    """The field that our own server writes on top."""
    return f"Received: from a by mx.shop.example; {when:%a, %d %b %Y %H:%M:%S} +0000\r\n"


def states(store: Store) -> list[tuple[Intent, State]]:
    return [(r.kind, r.state) for r in store.requests()]


def mails(store: Store, clock: Clock) -> list[str]:
    return [queued.mail.recipient.key for queued in store.take_due(100, now=clock())]


def moved_to_another_server(box: FakeMailbox, clock: Clock) -> None:
    """The same account, made anew: all mail copied in has the INTERNALDATE of the copying."""
    old = box.folder()
    for stored in old:
        box.remove(stored.uid)
    box.renumber()
    for stored in old:
        box.deliver(stored.raw, internal_date=clock())


# What is asked twice --------------------------------------------------------------------------


def undated(text: str, when: datetime) -> bytes:
    """A message as a form's script writes it: the servers alone say when."""
    raw = message(text, more=received(when))
    return re.sub(rb"(Message-ID|Date): [^\r]*\r\n", b"", raw)


@pytest.mark.parametrize("dated", [True, False], ids=["dated", "undated"])
def test_who_took_it_back_may_opt_out_again_in_the_very_same_words(
    box: FakeMailbox, store: Store, clock: Clock, dated: bool
) -> None:
    one = route(box, store, clock=clock)

    def asks(number: int) -> bytes:
        when = clock()
        return message(ASKS, number=number, when=when) if dated else undated(ASKS, when)

    box.deliver(asks(1), internal_date=clock())
    one.run()
    (told,) = store.take_due(10, now=clock())
    clock.forward(days=1)
    thread = f"In-Reply-To: {told.mail.message_id}\r\n"
    box.deliver(message("UNDO", number=2, more=thread), internal_date=clock())
    one.run()
    assert store.suppression(ANNA) is None
    clock.forward(days=40)
    box.deliver(asks(3), internal_date=clock())
    one.run()
    assert store.suppression(ANNA) is not None
    assert len(mails(store, clock)) == 2  # that it is undone, and that it is done again
    # Whatever is done with the folder, both stay what they are.
    box.renumber()
    one.run()
    assert store.suppression(ANNA) is not None
    assert mails(store, clock) == []


def test_the_same_request_twice_in_one_second_is_one(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    """Two messages, if they have no Message-ID or the same one; but nothing is lost by it."""
    for raw in (message(CANCELS), message(CANCELS), message(CANCELS, number=2)):
        box.deliver(raw, internal_date=NOW)
    route(box, store, clock=clock).run()
    assert states(store) == [(Intent.CANCELLATION, State.AWAITING_CONFIRMATION)]
    assert mails(store, clock) == [ANNA]


# What people have settled ---------------------------------------------------------------------


@pytest.mark.parametrize("filing", ["move", "flag", "none"])
def test_what_people_have_refused_is_not_brought_up_by_a_renumbering(
    box: FakeMailbox, store: Store, clock: Clock, filing: str
) -> None:
    one = route(box, store, clock=clock)
    one.filing = filing
    box.deliver(message(UNSURE), internal_date=NOW)
    one.run()
    ((held,),) = (store.requests(),)
    refused = Change(
        reference=held.reference,
        before=State.REVIEW,
        after=State.REJECTED,
        reason="rejected-by-staff",
    )
    decision = Decision(disposition=Disposition.LEAVE, reason="x", changes=(refused,))
    with store.batch() as batch:
        batch.carry_out([Act(decision=decision)], by="eve", now=clock())
    clock.forward(days=1)
    one.run()
    before = box.folder()
    box.renumber()
    # The next request is behind it in the batch.
    box.deliver(message(ASKS, number=2, sender="bob@b.example"), internal_date=clock())
    one.run()
    assert states(store)[1:] == [(Intent.OPT_OUT, State.EFFECTIVE)]
    assert store.reviews() == []
    assert box.folder()[0].flags == before[0].flags


def test_what_retention_has_forgotten_is_read_anew_and_nobody_is_answered_or_cancelled(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    """Three years of mail, some from before the first start; then all of it in a new account."""
    before = NOW - timedelta(days=3)
    for number, text in enumerate((CANCELS, ASKS), start=1):
        raw = message(text, number=number, when=before, more=PROVEN + received(before))
        box.deliver(raw, internal_date=before)
    one = route(box, store, clock=clock, backlog="new", role=Role.CANCEL)
    one.filing = "none"
    one.run()
    assert store.requests() == []
    texts = (ASKS, CANCELS, ORDINARY)
    for number, text in enumerate(texts, start=11):
        sender = f"p{number}@customer.example"
        raw = message(text, number=number, sender=sender, more=PROVEN + received(NOW))
        box.deliver(raw, internal_date=NOW)
    one.run()
    assert len(mails(store, clock)) == 2
    decided = states(store)

    clock.forward(days=1200)
    gone = retain(store, RetentionSettings(), now=clock(), by="test")
    assert gone["ordinary"]
    assert len(store.ledger("support")) == 2
    moved_to_another_server(box, clock)
    one.run()
    assert mails(store, clock) == []
    assert states(store) == decided
    assert len(store.ledger("support")) == 5  # those from before the first start are left alone


@pytest.mark.parametrize("late", [False, True], ids=["at once", "while we look"])
def test_mail_of_before_the_first_start_is_not_acted_upon_when_it_is_copied_in(
    box: FakeMailbox, store: Store, clock: Clock, late: bool
) -> None:
    """Neither where the copying begins after the first look into the new account."""
    before = NOW - timedelta(days=3)
    for number, text in enumerate((CANCELS, ASKS), start=1):
        raw = message(text, number=number, when=before, more=PROVEN + received(before))
        box.deliver(raw, internal_date=before)
    one = route(box, store, clock=clock, backlog="new", role=Role.CANCEL)
    one.run()
    clock.forward(days=2)
    old = box.folder()
    if late:
        for stored in old:
            box.remove(stored.uid)
        box.renumber()
        one.run()
        for stored in old:
            box.deliver(stored.raw, internal_date=clock())
    else:
        moved_to_another_server(box, clock)
    one.run()
    assert mails(store, clock) == []
    if late:  # nothing is lost, and nothing is cancelled
        assert sorted(states(store)) == [
            (Intent.CANCELLATION, State.REVIEW),
            (Intent.OPT_OUT, State.EFFECTIVE),
        ]
    else:
        assert states(store) == []


# The folder is renumbered ---------------------------------------------------------------------


def test_an_empty_folder_that_was_made_anew_is_told_of_once_and_new_mail_is_new(
    box: FakeMailbox, store: Store, clock: Clock, log: LogCapture
) -> None:
    one = route(box, store, clock=clock)
    one.run()
    box.renumber()
    for _ in range(3):
        one.run()
    assert log.names.count("uid_validity_changed") == 1
    # A customer whose clock is wrong.
    box.deliver(message(ASKS, when=NOW - timedelta(days=900)), internal_date=NOW)
    one.run()
    assert mails(store, clock) == [ANNA]


def test_what_was_not_filed_before_the_folder_was_renumbered_is_filed_once(
    box: FakeMailbox, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = route(box, store, clock=clock)
    one.run()

    def is_full(*_: object, **__: object) -> None:
        raise PermanentFailure("support: NO [OVERQUOTA]", part="support")

    with monkeypatch.context() as full:
        full.setattr(box, "move", is_full)
        for number in range(3):
            raw = message(ASKS, number=number, sender=f"p{number}@b.example")
            box.deliver(raw, internal_date=NOW)
        one.run()
        box.renumber()
        one.run()
        assert len(box.folder()) == 3
    one.run()
    assert (len(box.folder()), len(box.folder(OPT_OUTS))) == (0, 3)
    assert len(mails(store, clock)) == 3
    # A person takes one back, and it stays there, also where the folder is renumbered again.
    box.drag(box.folder(OPT_OUTS)[0].uid, "INBOX", source=OPT_OUTS)
    one.run()
    box.renumber()
    for _ in range(2):
        one.run()
    assert len(box.folder()) == 1


def test_a_folder_that_is_renumbered_while_a_refusal_is_looked_into_is_read_by_its_new_numbers(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    one = route(box, store, clock=clock)
    box.deliver(message(UNSURE), internal_date=NOW)
    box.fail_next("flag_for_review", LOST)
    with pytest.raises(TemporaryFailure):
        one.run()  # committed: UID 1 is to be flagged
    box.deliver(message(ASKS, number=2), internal_date=NOW)
    reopen = box.reopen

    def meanwhile() -> None:
        box.remove(1)
        box.renumber()
        box.deliver(message(ORDINARY, number=3), internal_date=NOW)
        reopen()

    box.reopen = meanwhile  # type: ignore[method-assign]
    for failure in range(3):
        box.fail_next("fetch", LOST)
        if failure < 2:
            with pytest.raises(TemporaryFailure):
                one.run()
            clock.forward(minutes=1)
    with pytest.raises(TemporaryFailure, match="renumbered"):
        one.run()
    one.run()
    assert store.suppression(ANNA) is not None
    assert [(m.raw.count(b"invoice"), m.flags) for m in box.folder()] == [(1, frozenset())]


@pytest.mark.parametrize("seen", [5, 60])
def test_uids_that_are_given_out_again_are_noticed_though_the_next_one_is_past_the_mark(
    box: FakeMailbox,
    store: Store,
    clock: Clock,
    log: LogCapture,
    monkeypatch: pytest.MonkeyPatch,
    seen: int,
) -> None:
    one = route(box, store, clock=clock)
    for number in range(seen):
        box.deliver(message(ORDINARY, number=number), internal_date=NOW)
    one.run()
    box.close()
    box.restore()
    clock.forward(hours=1)
    with monkeypatch.context() as busy:
        busy.setattr(store, "highest", _fails)
        with pytest.raises(TemporaryFailure):
            one.run()
    people = {f"p{number}@b.example" for number in range(seen + 2)}
    for number, sender in enumerate(sorted(people)):
        box.deliver(message(ASKS, number=1000 + number, sender=sender), internal_date=clock())
    one.run()
    assert {r.address_key for r in store.requests()} == people
    assert len(mails(store, clock)) == len(people)
    assert box.folder() == []
    box.close()
    assert one.run().seen == 0
    assert log.names.count("uids_given_out_again") == 1


def _fails(*_: object, **__: object) -> None:
    raise TemporaryFailure("the store is busy", part="store")


def test_a_folder_of_ours_that_was_restored_is_watched_from_there(
    box: FakeMailbox, store: Store, clock: Clock, log: LogCapture
) -> None:
    """Also where what people drag there has a UID that another message had before."""
    one = route(box, store, clock=clock)
    one.run()
    for number in (1, 2):
        raw = message(ORDINARY, number=number, sender=f"p{number}@b.example")
        box.drag(box.deliver(raw, internal_date=NOW), CANCELLATIONS)
    one.run()
    assert len(store.requests()) == 2
    box.folders[CANCELLATIONS] = []
    box._uid_next[CANCELLATIONS] = 1
    one.run()
    raw = message(ORDINARY, number=3, sender="p3@b.example")
    box.drag(box.deliver(raw, internal_date=NOW), CANCELLATIONS)
    one.run()
    assert len(store.requests()) == 3
    assert log.names.count("uids_given_out_again") == 1


def test_a_folder_is_not_given_up_because_its_server_reads_another_message_id(
    box: FakeMailbox, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = route(box, store, clock=clock)
    box.deliver(message(ORDINARY), internal_date=NOW)
    one.run()
    mark = store.mark("support")
    monkeypatch.setattr(box, "heads", lambda uids: dict.fromkeys(uids, b"Message-ID: <x@x>\r\n"))
    box.close()
    assert one.run().seen == 0
    assert store.mark("support") == mark


def test_a_message_that_can_no_longer_be_read_hides_neither_new_mail_nor_a_restoring(
    box: FakeMailbox, store: Store, clock: Clock, log: LogCapture
) -> None:
    one = route(box, store, clock=clock)
    for number in (1, 2, 3):
        box.deliver(message(ORDINARY, number=number), internal_date=NOW)
    one.run()
    box.damaged.add(("INBOX", 2))
    box.deliver(message(ASKS, number=4), internal_date=NOW)
    box.close()
    assert dict(one.run().counts) == {"act": 1}
    assert "uids_given_out_again" not in log.names
    box.restore()
    box.close()
    clock.forward(hours=1)
    for number in range(11, 16):
        raw = message(ASKS, number=number, sender=f"p{number}@b.example")
        box.deliver(raw, internal_date=clock())
    assert passes(one, clock, 3) == 2  # the damaged one is set aside at the third
    assert "uids_given_out_again" in log.names
    assert len(store.requests()) == 5


def passes(one: Route, clock: Clock, count: int) -> int:
    """So many passes; how many of them failed: the next one comes a minute later."""
    failed = 0
    for _ in range(count):
        try:
            one.run()
        except TemporaryFailure:
            failed += 1
            clock.forward(minutes=1)
    return failed


@pytest.mark.parametrize("away", [True, False], ids=["away", "refuses all"])
def test_a_server_that_is_away_or_refuses_all_is_asked_again_whether_it_was_restored(
    box: FakeMailbox, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch, away: bool
) -> None:
    one = route(box, store, clock=clock)
    for number in (1, 2):
        box.deliver(message(ORDINARY, number=number), internal_date=NOW)
    one.run()
    box.close()
    box.restore()
    for number in (11, 12, 13):
        raw = message(ASKS, number=number, sender=f"p{number}@b.example")
        box.deliver(raw, internal_date=clock() + timedelta(hours=1))

    def heads(uids: list[int]) -> dict[int, bytes]:
        if not away:
            raise TemporaryFailure("support: NO, for now", part="support", is_refusal=True)
        box.lose_connection()
        box.fail_next("open", LOST)
        raise LOST

    with monkeypatch.context() as until_then:
        until_then.setattr(box, "heads", heads)
        assert passes(one, clock, 3) == 3
    one.run()
    assert len(store.requests()) == 3


# What people move -----------------------------------------------------------------------------


def test_so_many_that_a_person_takes_back_are_all_stopped(
    box: FakeMailbox, store: Store, clock: Clock, log: LogCapture
) -> None:
    one = route(box, store, clock=clock)
    count = MOST_MOVED_BACK + 5
    for number in range(count):
        sender = f"p{number}@customer.example"
        raw = message(CANCELS, number=number, sender=sender, more=PROVEN)
        box.deliver(raw, internal_date=NOW)
    one.run()
    assert states(store) == [(Intent.CANCELLATION, State.CONFIRMED)] * count
    for stored in box.folder(CANCELLATIONS):
        box.drag(stored.uid, "INBOX", source=CANCELLATIONS)
    one.run()
    assert states(store) == [(Intent.CANCELLATION, State.REVIEW)] * count
    assert "many_moved_back" in log.names


@pytest.mark.parametrize("filing", ["flag", "none"])
def test_what_was_never_in_our_folder_is_not_dragged_back_from_it(
    box: FakeMailbox, store: Store, clock: Clock, filing: str
) -> None:
    one = route(box, store, clock=clock)
    one.filing = filing
    box.deliver(message(CANCELS, more=PROVEN), internal_date=NOW)
    one.run()
    one.filing = "move"
    one.run()
    box.drag(1, "Later")
    one.run()
    box.drag(1, "INBOX", source="Later")
    one.run()
    assert states(store) == [(Intent.CANCELLATION, State.CONFIRMED)]
    # It may be dragged into the folder, where it belongs, and back again.
    box.drag(2, CANCELLATIONS)
    one.run()
    assert states(store) == [(Intent.CANCELLATION, State.CONFIRMED)]
    assert mails(store, clock) == [ANNA]


def test_a_message_in_a_folder_that_is_refused_is_not_mixed_up_with_one_of_the_inbox(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    """UID 1 of the folder is refused; UID 1 of the inbox is somebody else's ordinary mail."""
    one = route(box, store, clock=clock)
    one.run()
    one.run()
    box.deliver(message(ORDINARY, sender="bob@b.example", number=2), internal_date=NOW)
    box.drag(box.deliver(message(ORDINARY), internal_date=NOW), CANCELLATIONS)
    fetch = box.fetch

    def refuses(uids: list[int], **how: object) -> object:
        if box._selected == CANCELLATIONS:
            raise TemporaryFailure("support: NO, try again", part="support", is_refusal=True)
        return fetch(uids, **how)  # type: ignore[arg-type]

    box.fetch = refuses  # type: ignore[assignment,method-assign]
    for _ in range(5):
        passes(one, clock, 1)
        clock.forward(minutes=1)
    assert store.requests() == []
    assert [m.flags for m in box.folder()] == [frozenset()]
    assert len(store.reviews()) == 1
