"""The reckoning of the crash campaign: what it has to find, on stories that are made up."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from bench.crash.account import Account, Places, reckon_person
from bench.crash.people import SORTS, End, Person, Step, Written
from bench.crash.proofs import unasked

WHO = "anna@customer.example"
BOTH_ENDS = (
    End(states="confirmed", lies="ends", puts="ends"),
    End(states="review", lies="flagged", puts="flagged"),
)
Rows = Callable[[str], list[tuple[object, ...]]]


def wrote(name: str, deed: str = "") -> Written:
    return Written(boxes=("cancel",), message_id=f"<{name}>", deed=deed, raw=name.encode())


def person(
    sort: str = "unproven",
    *,
    ends: tuple[End, ...] = (),
    answers: Sequence[Written] = (),
    begun: Sequence[str] = (),
) -> Person:
    return Person(
        sort=SORTS[sort],
        address=WHO,
        dice=random.Random(1),
        letter=wrote("letter"),
        story=(Step(deed="yes", once="", ends=ends),),
        done=1,
        answers=list(answers),
        begun={*begun, *(answer.deed for answer in answers)},
    )


def reckoned(who: Person, state: str, lying: dict[str, str]) -> list[str]:
    account = Account()
    places: Places = {("cancel", name.encode()): Counter([at]) for name, at in lying.items()}
    reckon_person(account, who, state, [], places)
    assert places == {}
    return account.faults


# Ends -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "letter", "answer", "is_right"),
    [
        ("confirmed", "ends", "ends", True),
        ("review", "flagged", "flagged", True),
        ("confirmed", "flagged", "ends", False),
        ("confirmed", "ends", "flagged", False),
        ("confirmed", "flagged", "flagged", False),
        ("review", "ends", "flagged", False),
        ("withdrawn", "ends", "ends", False),
    ],
)
def test_an_end_is_right_as_a_whole(state: str, letter: str, answer: str, is_right: bool) -> None:
    who = person(ends=BOTH_ENDS, answers=[wrote("yes", "yes")])
    assert (reckoned(who, state, {"letter": letter, "yes": answer}) == []) is is_right


def test_each_answer_has_a_place_of_its_own() -> None:
    ends = (End(states="confirmed", lies="ends", puts="auto ends"),)
    who = person(ends=ends, answers=[wrote("away", "vacation"), wrote("yes", "yes")])
    right = {"letter": "ends", "away": "auto", "yes": "ends"}
    assert reckoned(who, "confirmed", right) == []
    assert len(reckoned(who, "confirmed", {**right, "away": "ends", "yes": "auto"})) == 2


def test_an_answer_that_lies_nowhere_or_was_never_written_is_found() -> None:
    who = person(ends=BOTH_ENDS, answers=[wrote("yes", "yes")])
    (nowhere,) = reckoned(who, "confirmed", {"letter": "ends"})
    assert "nowhere" in nowhere
    assert len(reckoned(person(ends=BOTH_ENDS), "confirmed", {"letter": "ends"})) == 1


# Proofs -----------------------------------------------------------------------------------------


def rows(*events: dict[str, object]) -> Rows:
    """A store with one cancellation, and the messages in the order of their UIDs from 1 on."""
    names = ["letter", "yes", "no"]

    def select(words: str) -> list[tuple[object, ...]]:
        if "FROM request" in words:
            return [("C-1", WHO, "cancellation")]
        if "FROM message" in words:
            return [
                ("cancel", 7, uid, hashlib.sha256(f"<{name}>".encode()).hexdigest())
                for uid, name in enumerate(names, 1)
            ]
        return [("C-1", event) for event in events]

    return select


def event(after: str, reason: str, uid: int = 0, **more: object) -> dict[str, object]:
    place = {"mailbox": "cancel", "uid_validity": 7, "uid": uid} if uid else {"by": "kim"}
    return {"after": after, "reason": reason, **place, **more}


ASKED = {"state": "awaiting_confirmation", "reason": "asked", "mailbox": "cancel",
         "uid_validity": 7, "uid": 1}  # fmt: skip
PAUSED = event("review", "moved-back-by-staff", 1)
STOPPED = event("review", "confirmation-moved-back", 1)
YES = event("confirmed", "confirmed-by-answer", 2)
PROVEN = {**ASKED, "state": "confirmed", "reason": "cancellation-proven"}
FILED = event("confirmed", "filed-by-staff", 1)
RESUMED = event("awaiting_confirmation", "filed-by-staff", 1)
BY_STAFF = event("confirmed", "confirmed-by-staff")
COMPLETED = event("completed", "completed-by-staff")
TAKEN_OVER = {"after": "handed_over", "reason": "handed-over", "by": "whmcs"}


@pytest.mark.parametrize(
    ("sort", "begun", "events", "is_right"),
    [
        ("unproven", ["yes"], [ASKED, YES], True),
        ("unproven", [], [ASKED, YES], False),  # nobody has said yes
        ("unproven", ["no"], [ASKED, YES], False),
        ("unproven", ["yes"], [ASKED, {**YES, "uid": 3}], False),  # by another message
        ("unproven", ["yes"], [ASKED, {**YES, "uid": 1}], False),
        ("unproven", ["yes", "drag back"], [ASKED, PAUSED, YES], False),
        ("unproven", ["yes", "drag to ends"], [ASKED, PAUSED, RESUMED, YES], True),
        ("unproven", ["yes"], [ASKED, PAUSED, RESUMED, YES], False),  # nobody went on with it
        ("unproven", ["requests confirm"], [ASKED, PAUSED, BY_STAFF], True),
        ("unproven", ["yes"], [ASKED, BY_STAFF], False),
        ("unproven", ["requests confirm"], [ASKED, event("withdrawn", "x"), BY_STAFF], False),
        ("unproven", ["drag to ends"], [ASKED, PAUSED, FILED], False),
        ("proven", [], [PROVEN], True),
        ("unproven", [], [PROVEN], False),
        ("proven", [], [{**PROVEN, "uid": 3}], False),
        ("proven", ["drag to ends"], [PROVEN, STOPPED, FILED], True),
        ("proven", [], [PROVEN, STOPPED, FILED], False),
        ("proven", [], [PROVEN, TAKEN_OVER], True),
        ("proven", ["requests complete"], [PROVEN, TAKEN_OVER, COMPLETED], True),
        ("proven", [], [PROVEN, TAKEN_OVER, COMPLETED], False),
        ("proven", [], [PROVEN, STOPPED, TAKEN_OVER], False),  # what was paused
        ("unproven", [], [ASKED, TAKEN_OVER], False),  # what nobody has confirmed
    ],
)
def test_what_confirms_has_to_be_a_deed_of_who_may(
    sort: str, begun: list[str], events: list[dict[str, object]], is_right: bool
) -> None:
    said = [wrote(deed, deed) for deed in begun if deed in ("yes", "no")]
    who = person(sort, answers=said, begun=begun)
    assert (list(unasked([who], rows(*events))) == []) is is_right
