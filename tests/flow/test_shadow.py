"""Shadow mode: everything is decided and noted, and nothing follows; and what a switch does."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from daemon.errors import TemporaryFailure
from daemon.mailboxes import open_mailbox
from daemon.ports import Store
from handlers.message_id import message_id_hash
from handlers.values import Disposition, Filing, Intent, Role, State
from tests.contract.fake_mailbox import FakeMailbox
from tests.flow.routes import NOW, Clock, message, route
from tests.flow.test_route import ASKS, OPT_OUTS, state_of
from tests.servers.dovecot import Dovecot
from tests.servers.settings import mailbox_settings
from tests.unit.log_capture import LogCapture

CANCELS = "Please cancel my account."


# Nothing changes -----------------------------------------------------------------------------


def account(server: Dovecot, user: str) -> dict[str, Any]:
    """Everything that a client can see of an account, \\Recent and subscriptions with it."""
    with server.client(user) as client:
        seen: dict[str, Any] = {"": sorted(name for *_, name in client.list_sub_folders())}
        for *_, name in client.list_folders():
            opened = client.select_folder(name, readonly=True)
            found = client.fetch(client.search("ALL"), ["FLAGS", "INTERNALDATE", "RFC822.SIZE"])
            seen[name] = (
                opened[b"UIDVALIDITY"],
                {u: {k: v for k, v in m.items() if k != b"SEQ"} for u, m in found.items()},
            )
        return seen


def tables(folder: Path) -> dict[str, list[Any]]:
    """Every row of every table."""
    with closing(sqlite3.connect(f"file:{folder}/optoutd.db?mode=ro", uri=True)) as database:
        found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = [name for (name,) in found.fetchall()]
        return {n: database.execute(f"SELECT * FROM {n}").fetchall() for n in names}


@pytest.mark.dovecot
def test_nothing_changes_on_the_server_and_in_the_store_only_the_ledger(
    dovecot: Dovecot, mail_user: str, store: Store, clock: Clock, tmp_path: Path
) -> None:
    said = (ASKS, "Where is my invoice?", "I might want to stop the letters perhaps", CANCELS)
    for number, text in enumerate(said):
        raw = message(text, number=number, sender=f"anna-{number}@a.example")
        dovecot.append(mail_user, "INBOX", raw, NOW)
    before, rows = account(dovecot, mail_user), tables(tmp_path)
    assert all(rb"\Recent" in m[b"FLAGS"] for m in before["INBOX"][1].values())
    box = open_mailbox(mailbox_settings(dovecot, mail_user, mode="shadow"), "secret")
    one = route(box, store, clock=clock, shadow=True)
    assert one.run().seen == len(said)
    assert one.run().seen == 0
    notes = box.inspect()
    box.close()
    assert account(dovecot, mail_user) == before
    after = tables(tmp_path)
    changed = {name for name in after if after[name] != rows[name]}
    assert changed == {"message", "mailbox_mark", "in_hand"}
    assert any("shadow mode" in note for note in notes)


def test_the_ledger_holds_what_would_have_been_done(
    box: FakeMailbox, store: Store, clock: Clock, log: LogCapture
) -> None:
    told: list[None] = []
    box.deliver(message(ASKS, number=7), internal_date=NOW)
    box.deliver(message("Where is my invoice?", number=8), internal_date=NOW)
    before = box.folder()
    report = route(box, store, clock=clock, queued=lambda: told.append(None), shadow=True).run()
    assert dict(report.counts) == {"act": 1, "leave": 1}
    first, second = store.ledger("support")
    assert (first.shadow, first.disposition, first.reason) == (True, Disposition.ACT, "opt-out")
    assert (first.intents, first.filing) == ((Intent.OPT_OUT,), Filing.OPT_OUTS)
    assert first.evidence
    assert first.references == ()
    assert first.message_id_hash == message_id_hash("<7@mail.customer.example>")
    assert (second.shadow, second.disposition, second.evidence) == (True, Disposition.LEAVE, ())
    assert box.folder() == before
    assert not {"move", "flag_for_review", "append_sent"} & set(box.calls)
    assert store.requests() == []
    assert store.suppression("anna@customer.example") is None
    assert store.next_due() is None
    assert told == []
    names = [event["event"] for event in log.events]
    assert not {"request_recorded", "request_changed", "reply_queued", "messages_filed"} & {*names}
    decided = next(e for e in log.events if e["event"] == "message_decided")
    assert decided["shadow"] is True
    assert "requests" not in decided
    (would,) = [e for e in log.events if e["event"] == "would_have_done"]
    assert (would["folder"], would["made"]) == (OPT_OUTS, ["opt_out effective"])
    assert would["situations"]
    assert would["recipient"] == "a***@customer.example"


def test_a_message_that_cannot_be_read_is_not_flagged(
    box: FakeMailbox, store: Store, clock: Clock, log: LogCapture
) -> None:
    box.refused_uids.add(box.deliver(message(ASKS), internal_date=NOW))
    assert dict(route(box, store, clock=clock, shadow=True).run().counts) == {"review": 1}
    assert not box.folder()[0].flags
    (aside,) = [e for e in log.events if e["event"] == "message_set_aside"]
    assert aside["shadow"] is True


def test_a_copy_is_seen_as_one_across_batches_and_mailboxes(store: Store, clock: Clock) -> None:
    support, cancel = FakeMailbox("support"), FakeMailbox("cancel")
    for box in (support, cancel):
        box.deliver(message(ASKS), internal_date=NOW)
        route(box, store, clock=clock, shadow=True).run()
    (row,) = store.ledger("cancel")
    assert (row.reason, row.filing) == ("copy", Filing.OPT_OUTS)
    support.renumber()
    route(support, store, clock=clock, shadow=True).run()
    assert [row.reason for row in store.ledger("support")] == ["opt-out", "copy"]


# Live before ---------------------------------------------------------------------------------


def test_an_answer_to_a_question_of_before_changes_nothing_and_is_told(
    box: FakeMailbox, store: Store, clock: Clock, log: LogCapture
) -> None:
    box.deliver(message(CANCELS), internal_date=NOW)
    route(box, store, clock=clock, role=Role.CANCEL).run()
    (question,) = store.take_due(10, now=clock())
    thread = f"In-Reply-To: {question.mail.message_id}\r\n"
    box.deliver(message("YES", number=2, more=thread), internal_date=NOW)
    route(box, store, clock=clock, role=Role.CANCEL, shadow=True).run()
    asked = State.AWAITING_CONFIRMATION
    assert state_of(store, "anna@customer.example", Intent.CANCELLATION) is asked
    (told,) = [e for e in log.events if e["event"] == "answer_not_taken"]
    assert told["request"] == store.requests()[0].reference
    assert (told["before"], told["after"]) == ("awaiting_confirmation", "confirmed")
    assert told["level"] == "warning"


def test_a_request_that_a_batch_only_thought_of_is_no_request_to_be_told_of(
    box: FakeMailbox, store: Store, clock: Clock, log: LogCapture
) -> None:
    for number, text in enumerate((CANCELS, ASKS, CANCELS, ASKS)):
        box.deliver(message(text, number=number), internal_date=NOW)
    route(box, store, clock=clock, role=Role.CANCEL, shadow=True).run()
    assert "answer_not_taken" not in {e["event"] for e in log.events}
    assert store.requests() == []


@pytest.mark.dovecot
def test_what_was_decided_live_is_still_filed_and_its_reply_copied(
    dovecot: Dovecot, mail_user: str, store: Store, clock: Clock
) -> None:
    """The customer has been answered: people would answer what is left in the inbox once more."""
    dovecot.append(mail_user, "INBOX", message(ASKS), NOW)
    dovecot.append(mail_user, "INBOX", message("Where is my invoice?", number=2), NOW)
    live = open_mailbox(mailbox_settings(dovecot, mail_user), "secret")

    def dies() -> None:
        raise TemporaryFailure("right after the commit", part="store")

    with pytest.raises(TemporaryFailure):
        route(live, store, clock=clock, queued=dies).run()
    live.close()
    (queued,) = store.take_due(10, now=clock())
    store.sent({queued.row: "250 taken"}, now=clock())
    assert len(dovecot.folder(mail_user)) == 2
    box = open_mailbox(mailbox_settings(dovecot, mail_user, mode="shadow"), "secret")
    route(box, store, clock=clock, shadow=True).run()
    box.close()
    assert len(dovecot.folder(mail_user)) == 1
    assert len(dovecot.folder(mail_user, OPT_OUTS)) == 1
    assert len(dovecot.folder(mail_user, "Sent")) == 1


# Live afterwards -----------------------------------------------------------------------------


def test_after_the_switch_old_mail_is_left_to_people_and_new_mail_is_handled(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    box.deliver(message(ASKS, number=1, sender="old@a.example"), internal_date=NOW)
    route(box, store, clock=clock, shadow=True).run()
    box.deliver(message(ASKS, number=2, sender="new@a.example"), internal_date=NOW)
    assert route(box, store, clock=clock).run().seen == 1
    assert [m.uid for m in box.folder()] == [1]
    assert {r.address_key for r in store.requests()} == {"new@a.example"}


def test_after_the_switch_a_message_that_is_put_back_is_decided_on_as_new(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    uid = box.deliver(message(ASKS), internal_date=NOW)
    route(box, store, clock=clock, shadow=True).run()
    box.remove(uid)
    box.deliver(message(ASKS), internal_date=NOW)
    route(box, store, clock=clock).run()
    assert state_of(store, "anna@customer.example") is State.EFFECTIVE
    assert len(box.folder(OPT_OUTS)) == 1


def test_after_the_switch_a_renumbered_folder_does_not_bring_up_what_was_left_to_people(
    box: FakeMailbox, store: Store, clock: Clock
) -> None:
    box.deliver(message(ASKS), internal_date=NOW)
    route(box, store, clock=clock, shadow=True).run()
    box.renumber()
    route(box, store, clock=clock).run()
    assert store.requests() == []
    assert len(box.folder()) == 1


@pytest.mark.parametrize("first", ["live", "shadow"])
def test_of_two_mailboxes_the_live_one_handles_a_copy_whichever_is_read_first(
    store: Store, clock: Clock, first: str
) -> None:
    live, shadow = FakeMailbox("support"), FakeMailbox("cancel")
    routes = {
        "live": route(live, store, clock=clock),
        "shadow": route(shadow, store, clock=clock, role=Role.CANCEL, shadow=True),
    }
    for box in (live, shadow):
        box.deliver(message(ASKS), internal_date=NOW)
    for name in (first, *({*routes} - {first})):
        routes[name].run()
    assert state_of(store, "anna@customer.example") is State.EFFECTIVE
    assert len(store.take_due(10, now=clock())) == 1
    assert len(live.folder(OPT_OUTS)) == 1
    assert len(shadow.folder()) == 1
