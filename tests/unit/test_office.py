"""The office: read, decided and written in one transaction, with the letter that tells of it."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from config.reply_texts import SITUATIONS, load_reply_texts
from config.settings import CompanySettings, MailboxSettings
from daemon.errors import TemporaryFailure
from daemon.office import Office, Outcome, answering_box
from handlers.reply import ReplyWriter
from handlers.staff import Wish
from handlers.steps import STEPS, Command, NotPossible
from handlers.values import Disposition, Filing, Intent, State, Tokens
from tests.contract.fake_store import FakeStore
from tests.contract.store_values import NOW, entry, happened, record, request
from tests.unit.cases import ANNA, CANCELLATION, OPT_OUT, POLICY, TOKENS, address
from tests.unit.cases import request as annas
from tests.unit.test_recorded import call

LATER = NOW + timedelta(hours=2)


def box(name: str, role: str) -> MailboxSettings:
    return MailboxSettings.model_validate(
        {
            "name": name,
            "role": role,
            "address": f"{name}@host.example",
            "host": "imap.host.example",
            "username": name,
            "password_file": "password",
        }
    )


BOXES = (box("support", "support"), box("cancel", "cancel"))


def tokens() -> Iterator[Tokens]:
    for number in count(1):
        yield replace(
            TOKENS,
            opt_out_reference=f"O-{number:06}",
            cancellation_reference=f"C-{number:06}",
            secret=f"{chr(65 + number // 26 % 26)}{chr(65 + number % 26)}ABCDEFGHABCDEF",
        )


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def office(store: FakeStore) -> Office:
    drawn = tokens()
    return Office(
        store=store,
        boxes=BOXES,
        policy=POLICY,
        writer=ReplyWriter(
            load_reply_texts(None),
            company=CompanySettings(name="Host", postal_address="1 Road", phone="+1 555 0100"),
            cancel_address="cancel@host.example",
            default_language="en",
            envelope_from="",
        ),
        now=lambda: LATER,
        draw=lambda: next(drawn),
    )


def held(store: FakeStore, kind: Intent, state: State, **changes: Any) -> str:
    """Puts a request of Anna's into the store; its reference."""
    made = annas(kind, state, **{"origin_digest": "d1", **changes})
    record(store, entry(1, digest="d1", requests=(made,)))
    return made.reference


def letters(store: FakeStore) -> list[tuple[str, str]]:
    """From which mailbox each mail goes out, and its subject."""
    found = []
    for queued in store.outbox:
        message = email.message_from_bytes(queued.mail.raw, policy=email.policy.default)
        assert message["To"] == ANNA
        found.append((queued.mail.mailbox, str(message["Subject"])))
    return found


def test_references_that_are_taken_are_drawn_anew(office: Office, store: FakeStore) -> None:
    """Else a file that is imported into a large store would stop at every few hundred lines."""
    first, second, third = (office.draw() for _ in range(3))
    drawn = iter([first, first, second, second, third])
    careless = replace(office, draw=lambda: next(drawn))
    anna, ben, cleo = (
        call(OPT_OUT, address=address(f"{who}@b.example")) for who in ("a", "b", "c")
    )
    careless.record_many([anna], by="ida", reply=False)
    careless.record_many([ben, cleo], by="ida", reply=False)
    references = [request.reference for request in store.requests()]
    assert references == [t.opt_out_reference for t in (first, second, third)]


def test_there_is_a_letter_for_whatever_the_table_tells() -> None:
    assert {step.situation for step in STEPS} - {""} <= set(SITUATIONS)


@pytest.mark.parametrize(
    ("kind", "before", "command"),
    [
        (CANCELLATION, State.AWAITING_CONFIRMATION, Command.CONFIRM),
        (CANCELLATION, State.AWAITING_CONFIRMATION, Command.REJECT),
        (CANCELLATION, State.HANDED_OVER, Command.WITHDRAW),
        (CANCELLATION, State.REVIEW, Command.APPROVE),
        (OPT_OUT, State.EFFECTIVE, Command.UNDO),
        (OPT_OUT, State.REVIEW, Command.APPROVE),
    ],
)
def test_a_decision_is_written_with_its_letter_from_the_mailbox_that_it_came_to(
    office: Office, store: FakeStore, kind: Intent, before: State, command: Command
) -> None:
    reference = held(store, kind, before, mailbox="cancel", reason="unsure")
    outcome = office.decide(reference, Wish(command=command, note="because"), by="kim")
    changed = store.request(reference)
    assert changed is not None
    assert changed.state is outcome.decision.changes[0].after
    assert changed.note == "because"
    ((mailbox, subject),) = letters(store)
    assert mailbox == "cancel"
    assert subject.endswith(f"[{reference}]")
    assert "request_changed" in happened(store, reference)
    assert all("by=kim" in more for _, what, more in store.history(reference)[1:])


def test_a_wish_that_cannot_be_carried_out_changes_nothing(
    office: Office, store: FakeStore
) -> None:
    with pytest.raises(NotPossible, match="there is no request C-OLD001"):
        office.decide("C-OLD001", Wish(command=Command.CONFIRM), by="kim")
    reference = held(store, CANCELLATION, State.COMPLETED)
    with pytest.raises(NotPossible, match="is completed"):
        office.decide(reference, Wish(command=Command.CONFIRM), by="kim")
    assert happened(store, reference) == ["request_recorded"]
    assert letters(store) == []


def test_a_customer_is_told_once_of_the_same_state(office: Office, store: FakeStore) -> None:
    reference = held(store, CANCELLATION, State.REVIEW, reason="unsure", proof="proven")
    office.decide(reference, Wish(command=Command.CONFIRM), by="kim")
    with pytest.raises(NotPossible, match="already"):
        office.decide(reference, Wish(command=Command.CONFIRM), by="kim")
    assert len(letters(store)) == 1


def test_who_stays_off_the_lists_is_known_after_undoing(office: Office, store: FakeStore) -> None:
    (first,) = office.record_many([call(OPT_OUT)], by="kim", reply=False)
    assert isinstance(first, Outcome)
    reference = held(store, OPT_OUT, State.EFFECTIVE)
    outcome = office.decide(reference, Wish(command=Command.UNDO), by="kim")
    assert outcome.still is not None
    assert outcome.still.reference == first.reference
    assert letters(store) == []
    outcome = office.decide(first.reference, Wish(command=Command.UNDO), by="kim")
    assert outcome.still is None
    assert store.suppression(ANNA) is None


def test_the_lines_of_a_file_see_each_other_and_a_plan_writes_nothing(
    office: Office, store: FakeStore
) -> None:
    lines = [
        call(OPT_OUT),
        call(OPT_OUT),
        call(OPT_OUT, channel="letter"),
        call(OPT_OUT, address=address("support@host.example")),
    ]
    for act in (
        office.plan_many(lines, reply=True),
        office.record_many(lines, by="kim", reply=True),
    ):
        new, known, repeated, refused = act
        assert isinstance(new, Outcome)
        assert isinstance(known, NotPossible)
        assert known.is_done
        assert isinstance(repeated, Outcome)
        assert repeated.decision.repeated == (new.reference,)
        assert isinstance(refused, NotPossible)
        assert not refused.is_done
    assert len(store.requests()) == len(letters(store)) == 1
    # A file notes no repetitions: read twice, it adds nothing.
    assert happened(store, repeated.reference) == [
        "request_recorded", "suppressed", "reply_queued",
    ]  # fmt: skip
    office.record(call(OPT_OUT, channel="panel"), by="kim", reply=True)
    assert happened(store, repeated.reference)[-1] == "request_repeated"


def test_a_message_is_made_a_request_once(office: Office, store: FakeStore) -> None:
    record(store, entry(7, disposition=Disposition.REVIEW, filing=Filing.REVIEW))
    (row,) = store.reviews()
    read = call(OPT_OUT, channel="mail", mailbox="support", digest=row.digest)
    outcome = office.approve_message(row, read, by="kim", reply=True)
    assert store.reviews() == []
    assert [r.references for r in store.ledger("support")] == [(outcome.reference,)]
    with pytest.raises((NotPossible, TemporaryFailure)):
        office.approve_message(row, read, by="kim", reply=True)
    with pytest.raises(TemporaryFailure):
        office.dismiss_message(row, by="kim")
    assert len(store.requests()) == 1


@pytest.mark.parametrize(
    ("reference", "mailbox", "name"),
    [
        ("C-1", "support", "support"),
        ("C-1", "", "cancel"),
        ("O-1", "", "support"),
        ("O-1", "gone", "support"),
    ],
)
def test_the_mailbox_that_a_request_came_to_answers_or_the_one_for_its_kind(
    reference: str, mailbox: str, name: str
) -> None:
    assert answering_box(BOXES, request(reference, mailbox=mailbox)).name == name
    assert answering_box(BOXES[:1], request(reference, mailbox=mailbox)).name == "support"
