"""The votes on the whole, on the sentence of a finding and around it, and the signs with them."""

from __future__ import annotations

import pytest

from handlers.classify.grounds import Grounds, find_grounds
from handlers.classify.linear import LinearModel
from handlers.values import Intent, Role
from tests.unit.classified import english, message

OUT, CANCEL = Intent.OPT_OUT, Intent.CANCELLATION
# A word for each, one against both, and one that only a cancellation knows.
MODEL = LinearModel(
    bias=(0.0, 0.0),
    pieces={"^newsletter$": (9.0, 0.0), "^slow$": (-9.0, -9.0), "^account$": (0.0, 9.0)},
    signs={},
)
NEWSLETTER = "Please take me off your newsletter."
SLOW = "My site has been slow since Monday."
CLOSE = "Please close my account."


def grounds(text: str, intent: Intent, *, subject: str = "") -> Grounds:
    understood = english().understand(message(text, subject=subject))
    return find_grounds(
        english().candidates(understood, Role.SUPPORT),
        understood,
        vote=MODEL.vote(understood, Role.SUPPORT),
        model=MODEL,
        near=tuple(Intent),
    )[intent]


def test_the_sentence_that_asks_is_heard_in_a_long_letter() -> None:
    alone = grounds(NEWSLETTER, OUT)
    long = grounds(f"{SLOW} {SLOW} {SLOW} Thank you. {NEWSLETTER}", OUT)
    assert long.there == alone.there > 0
    assert long.whole < alone.whole
    assert long.whole < long.about


def test_what_stands_around_the_sentence_is_heard_with_it_and_no_more() -> None:
    beside = grounds(f"{SLOW} {NEWSLETTER} Thank you.", OUT)
    apart = grounds(f"{SLOW} Thank you. {NEWSLETTER} Thank you.", OUT)
    assert beside.about < beside.there
    assert apart.about > beside.about
    assert apart.there == beside.there


def test_each_request_has_a_sentence_of_its_own() -> None:
    text = f"{NEWSLETTER} {SLOW} {CLOSE}"
    assert grounds(text, OUT).there > 0
    assert grounds(text, CANCEL).there > 0
    assert grounds(text, OUT).beside == grounds(text, CANCEL).beside == 1.0
    assert grounds(f"{NEWSLETTER} {SLOW}", OUT).beside == 0.0


def test_where_rules_found_nothing_the_sentence_that_says_most_counts() -> None:
    found = grounds(f"{SLOW} There is your newsletter. {SLOW}", OUT)
    assert found.there > found.whole
    assert found.there > found.about


@pytest.mark.parametrize(
    ("text", "question", "polite", "last"),
    [
        (NEWSLETTER, 0.0, 1.0, 1.0),
        ("Take me off your newsletter.", 0.0, 0.0, 1.0),
        (f"{NEWSLETTER} When will my site be up?", 1.0, 1.0, 1.0),
        (f"{NEWSLETTER} {SLOW} It is bad.", 0.0, 1.0, 0.0),
    ],
)
def test_signs(text: str, question: float, polite: float, last: float) -> None:
    found = grounds(text, OUT)
    assert (found.question, found.polite, found.last) == (question, polite, last)


def test_the_subject_of_an_answer_is_no_sentence_of_the_writer() -> None:
    asked = grounds("Thanks.", OUT, subject="Newsletter?")
    answered = grounds("Thanks.", OUT, subject="Re: Newsletter?")
    assert (asked.question, answered.question) == (1.0, 0.0)
    assert asked.there > answered.there


def test_a_message_of_no_words_has_the_vote_on_all_alone() -> None:
    assert grounds("", OUT) == Grounds(whole=0.0, there=0.0, about=0.0)
