"""What waits for a person: which requests and messages, in which order, under which names."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.held import HeldMessage, typed_id, waiting
from handlers.reason_words import REASON_WORDS, reason_words
from handlers.values import Evidence, Request
from tests.unit.cases import (
    ANNA,
    CANCELLATION,
    EFFECTIVE,
    HELD,
    HELD_OPT_OUT,
    HOUR,
    NOW,
    OPT_OUT,
    PENDING,
)
from tests.unit.test_confirmation import ANSWERS, MACHINES
from tests.unit.test_decide import TABLE

DUE = timedelta(hours=24)
WORDS = Evidence(rule="r", words="off", part="text", start=0, end=3)


def message(uid: int = 1, *references: str, **changes: Any) -> HeldMessage:
    values: dict[str, Any] = {
        "mailbox": "support",
        "uid_validity": 7,
        "uid": uid,
        "digest": f"d{uid}",
        "received_at": NOW - HOUR,
        "decided_at": NOW - HOUR,
        "reason": "unsure",
        "intents": (OPT_OUT,),
        "evidence": (WORDS,),
        "references": references,
    }
    return HeldMessage(**values | changes)


def listed(
    requests: list[Request], messages: list[HeldMessage], *known: Request
) -> list[tuple[str, str]]:
    concerned = {r.reference: r for r in (*requests, *known)}
    found = waiting(requests, messages, concerned, review_due=DUE)
    return [(each.id, each.reason) for each in found]


def test_a_request_waits_with_its_messages() -> None:
    held = replace(HELD, origin_digest="d1", reason="unsure")
    (item,) = waiting([held], [message(1, "C-OLD001")], {}, review_due=DUE)
    assert (item.id, item.reason, item.address) == ("C-OLD001", "unsure", ANNA)
    assert item.evidence == (WORDS,)
    assert item.kinds == (CANCELLATION,)


def test_a_message_without_a_request_waits_under_a_name_of_its_own() -> None:
    alone = message(reason="no-single-sender")
    (item,) = waiting([], [alone], {}, review_due=DUE)
    assert re.fullmatch(r"M-[0-9A-HJKMNP-TV-Z]{8}", item.id)
    assert alone.long_id.startswith(item.id)
    assert item.due_at == alone.received_at + DUE
    assert item.address == ""


def test_the_name_of_a_message_is_its_place_and_never_changes() -> None:
    assert message(1).id == message(1, "O-1", digest="other").id == "M-NGGGX9WB"
    names = {message(uid).long_id for uid in range(2_000)}
    names |= {message(1, mailbox="cancel").long_id, message(1, uid_validity=8).long_id}
    assert len(names) == 2_002


def test_a_message_that_disputes_what_is_in_effect_waits_itself() -> None:
    disputes = message(2, "O-OLD001", reason="answer-disputes", intents=())
    (item,) = waiting([], [disputes], {"O-OLD001": EFFECTIVE}, review_due=DUE)
    assert (item.reason, item.address, item.kinds) == ("answer-disputes", ANNA, (OPT_OUT,))


def test_a_message_waits_no_more_once_its_own_requests_have_moved_on_without_a_person() -> None:
    """The customer has asked once more, clearly: nobody has to read the first one."""
    settled = replace(EFFECTIVE, origin_digest="d1", updated_at=NOW)
    assert listed([], [message(1, "O-OLD001")], settled) == []
    # It is held because of another's as well.
    both = message(1, "O-OLD001", "C-OLD001")
    assert listed([], [both], settled, PENDING) == [(both.id, "unsure")]


def test_a_message_that_a_person_has_put_back_waits_though_its_request_stands() -> None:
    before = NOW - 2 * HOUR
    stands = replace(EFFECTIVE, origin_digest="d1", updated_at=before)
    back = message(1, "O-OLD001", reason="moved-back-by-staff", decided_at=NOW - HOUR)
    assert listed([], [back], stands) == [(back.id, "moved-back-by-staff")]


def test_what_is_due_first_stands_first() -> None:
    late = replace(HELD, reference="C-LATE01", due_at=NOW + 2 * HOUR, reason="unsure")
    soon = replace(HELD_OPT_OUT, due_at=NOW + HOUR, reason="unsure")
    alone = message(3, received_at=NOW - DUE)
    assert [name for name, _ in listed([late, soon], [alone])] == [
        alone.id, "O-OLD001", "C-LATE01",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (" o-7k3m2q ", "O-7K3M2Q"),
        ("c-O1LI00", "C-011100"),
        ("m-4t9xk2wd", "M-4T9XK2WD"),
        ("support/17", "support/17"),
    ],
)
def test_names_are_read_as_people_type_them(typed: str, meant: str) -> None:
    assert typed_id(typed) == meant


def test_whatever_holds_something_for_a_person_is_said_in_words() -> None:
    held = {
        words[0].partition(": ")[2]
        for _, words in (TABLE | ANSWERS | MACHINES).values()
        if words[0].startswith("review:")
    }
    assert {code for code in held if code not in REASON_WORDS} == set()
    assert reason_words("brand-new") == "brand-new"
