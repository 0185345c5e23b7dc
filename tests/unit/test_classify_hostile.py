"""Deciding takes work in proportion to a text, and no more for megabytes than for five pages.

Calls are counted, not seconds, so that no other load disturbs it.
"""

from __future__ import annotations

import cProfile
import pstats
from functools import cache

import pytest

from handlers.classify import Classifier
from handlers.classify.shipped import shipped_classifier
from handlers.classify.words import MAX_HEAD_CHARS, MAX_TAIL_CHARS
from handlers.parse import parse_message
from handlers.values import Role
from tests.unit.classified import message
from tests.unit.messages import mail

pytestmark = pytest.mark.long

READ_CHARS = MAX_HEAD_CHARS + MAX_TAIL_CHARS
HUGE = 5_000_000
UNITS = (
    "a",
    "解",
    "cancel ",
    "cancel it. ",
    "- cancel\n",
    '"cancel" ',
    "stop newsletter\n",
    "cancel my account, ",
    "and cancel the account and the newsletter ",
    "stop sending me all the things ",
    "if you do not ",
    "he said that she said that ",
    "no mails ",
    "no ",
    "stop, ",
    "stop the order, ",
    "close my bus pass. close. ",
    "cancle acount unsuscribe newsleter ",
    "a@b.example ",
    "ich kündige ",
    "iptal ",
    "取消",
    "解約してください",
    ", ",
    "? ",
    "(",
)


@cache
def shipped() -> Classifier:
    return shipped_classifier()


def steps(text: str) -> int:
    """How many calls it takes to decide about `text`, and to read it as an answer."""
    letter = message(text)
    classifier = shipped()
    with cProfile.Profile() as profile:
        classifier.read(letter, role=Role.SUPPORT)
        classifier.answer(letter)
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


def filled(unit: str, chars: int) -> str:
    return (unit * (chars // len(unit) + 1))[:chars]


@pytest.mark.timeout(300)  # calls do not tell of what one call does: that would take hours here
@pytest.mark.parametrize("unit", UNITS)
def test_twice_the_text_is_about_twice_the_work_and_what_is_over_is_none(unit: str) -> None:
    shipped().read(message(unit), role=Role.SUPPORT)  # what is built once is built
    half, whole = steps(filled(unit, READ_CHARS // 2)), steps(filled(unit, READ_CHARS))
    assert whole <= 3 * half + 5_000
    assert steps(filled(unit, HUGE)) <= 1.2 * whole + 5_000
    assert whole < 16_000_000  # about a second


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "body",
    [
        filled("a", HUGE),
        filled("please cancel ", HUGE),
        "".join(">" * level + " cancel\n" for level in range(1, 3_000)),
        ">" * 10_000 + " cancel\n",
        "\n".join(["> " * 10_000 + "cancel"] * 20),
        filled("解", HUGE // 3),
    ],
    ids=["line", "requests", "rising levels", "levels", "spaced levels", "wide"],
)
def test_hostile_mail_is_decided(body: str) -> None:
    letter = parse_message(mail(body))
    assert 0 <= shipped().read(letter, role=Role.SUPPORT).confidence <= 1
