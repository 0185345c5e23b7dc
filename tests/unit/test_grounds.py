"""The votes on the whole, on a sentence and around it, and the facts and findings with them."""

from __future__ import annotations

import math

import pytest

from config.model_file import Model, WordModel
from handlers.classify.grounds import MAX_LOG_ODDS, Grounds, find_grounds, telling_place
from handlers.classify.linear import Heard, LinearModel
from handlers.values import Intent, Role
from tests.unit.classified import english, message

OUT, CANCEL = Intent.OPT_OUT, Intent.CANCELLATION
# A word for each, and one against both; and a sign of each.
MODEL = LinearModel(
    words=WordModel.of(
        Model(
            bias=(0.0, 0.0),
            parts={"^newsletter$": (9.0, 0.0), "^slow$": (-9.0, -9.0), "^account$": (0.0, 9.0)},
            message={"role cancel": (0.0, 1.0)},
        )
    ),
    signs=Model(
        bias=(-0.5, -0.5),
        parts={"things.marketing": (1.0, 0.0), "things.service": (0.0, 1.0)},
        message={},
    ),
)
NEWSLETTER = "Please take me off your newsletter."
SLOW = "My site has been slow since Monday."
CLOSE = "Please close my account."


def grounds(text: str, intent: Intent, *, subject: str = "", role: Role = Role.SUPPORT) -> Grounds:
    understood = english().understand(message(text, subject=subject))
    candidates = english().candidates(understood, role)
    return find_grounds(candidates, understood, role, heard=Heard(MODEL, understood), near=(OUT,))[
        intent
    ]


def test_the_sentence_that_asks_is_heard_in_a_long_letter() -> None:
    alone = grounds(NEWSLETTER, OUT)
    long = grounds(f"{SLOW} {SLOW} {SLOW} Thank you. {NEWSLETTER}", OUT)
    assert long.there_words == alone.there_words > 0
    assert long.there_signs == alone.there_signs == 0.5
    assert long.words < alone.words
    assert long.words < long.about_words


def test_the_clause_of_a_finding_is_heard_without_the_rest_of_its_sentence() -> None:
    both = "Please close my account and take me off your newsletter."
    found = grounds(both, OUT)
    alone = grounds("And take me off your newsletter.", OUT)
    assert found.clause_words == pytest.approx(alone.there_words)
    assert found.clause_signs == alone.there_signs == 0.5
    assert found.clause_words > found.there_words
    ended = grounds(both, CANCEL)
    assert (ended.clause_signs, ended.there_signs) == (0.5, 0.5)
    assert ended.clause_words > ended.there_words
    # Where the rules find nothing, it is the sentence that says most.
    silent = grounds(f"{SLOW} There is your newsletter.", OUT)
    assert (silent.clause_words, silent.clause_signs) == (silent.most_words, silent.most_signs)


def test_what_stands_around_the_sentence_is_heard_with_it_and_no_more() -> None:
    beside = grounds(f"{SLOW} {NEWSLETTER} Thank you.", OUT)
    apart = grounds(f"{SLOW} Thank you. {NEWSLETTER} Thank you.", OUT)
    assert beside.about_words < beside.there_words
    assert apart.about_words > beside.about_words
    assert apart.there_words == beside.there_words


def test_each_request_has_a_sentence_of_its_own() -> None:
    text = f"{NEWSLETTER} {SLOW} {CLOSE}"
    assert grounds(text, OUT).there_words > 0
    assert grounds(text, CANCEL).there_words > 0
    assert grounds(text, OUT).other_clear > 0
    assert grounds(text, CANCEL).other_clear > 0
    assert grounds(f"{NEWSLETTER} {SLOW}", OUT).other_clear == 0.0


def test_where_rules_found_nothing_the_sentence_that_says_most_counts() -> None:
    found = grounds(f"{SLOW} There is your newsletter. {SLOW}", OUT)
    assert found.there_words == found.most_words > found.words
    assert found.there_words > found.about_words == found.most_about_words


def test_the_sentence_of_the_finding_counts_beside_the_one_that_says_more() -> None:
    found = grounds(f"Newsletter, newsletter! It is slow. {CLOSE}", CANCEL)
    assert found.there_words == found.most_words > 0
    told = grounds(f"The account of account. {CLOSE} {SLOW}", CANCEL)
    assert told.clear == pytest.approx(0.97, abs=0.05)
    assert told.clear_count == 1.0
    assert told.behind == pytest.approx(math.log1p(1))


def test_votes_on_single_sentences_are_sorted() -> None:
    found = grounds(f"{SLOW} {NEWSLETTER} Thank you.", OUT)
    most = found.most_words + found.most_signs
    assert found.first == found.least < found.last == found.second < most
    assert grounds(NEWSLETTER, OUT).second == -MAX_LOG_ODDS


@pytest.mark.parametrize(
    ("text", "question", "polite", "behind"),
    [
        (NEWSLETTER, 0.0, 1.0, 0),
        ("Take me off your newsletter.", 0.0, 0.0, 0),
        (f"{NEWSLETTER} When will my site be up?", 1.0, 1.0, 1),
        (f"{NEWSLETTER} {SLOW} It is bad.", 0.0, 1.0, 2),
    ],
)
def test_facts_of_the_sentence(text: str, question: float, polite: float, behind: int) -> None:
    found = grounds(text, OUT)
    assert (found.question, found.polite) == (question, polite)
    assert found.behind == pytest.approx(math.log1p(behind))


def test_facts_of_the_message() -> None:
    found = grounds(f"{NEWSLETTER} {SLOW}", OUT, role=Role.CANCEL)
    assert (found.to_cancel, found.near, found.other_near) == (1.0, 1.0, 0.0)
    assert found.sentences == pytest.approx(math.log1p(2))
    assert found.length == pytest.approx(math.log1p(13))
    other = grounds(f"{NEWSLETTER} {SLOW}", CANCEL, role=Role.CANCEL)
    assert (other.near, other.other_near) == (0.0, 1.0)
    assert other.other == found.words + found.signs


def test_what_speaks_against_a_finding_is_told() -> None:
    assert grounds("If it stays slow, please close my account.", CANCEL).doubted > 0
    assert grounds("Please do not close my account.", CANCEL).vetoed > 0
    assert grounds("Do not please close my account.", CANCEL).forbidden == 1.0
    asked = grounds(CLOSE, CANCEL)
    assert (asked.asked, asked.forbidden, asked.vetoed) == (1.0, 0.0, 0.0)


def test_the_subject_of_an_answer_is_no_sentence_of_the_writer() -> None:
    asked = grounds("Thanks.", OUT, subject="Newsletter?")
    answered = grounds("Thanks.", OUT, subject="Re: Newsletter?")
    assert (asked.question, answered.question) == (1.0, 0.0)
    assert (asked.reply, answered.reply) == (0.0, 1.0)
    assert asked.there_words > answered.there_words


def test_a_message_of_no_words_has_the_vote_on_all_alone() -> None:
    found = grounds("", OUT)
    assert (found.words, found.signs, found.most_signs) == (0.0, -0.5, -0.5)
    assert (found.sentences, found.length, found.polite) == (0.0, 0.0, 0.0)


def test_the_sentence_that_says_most_is_found_for_people() -> None:
    def most_telling(intent: Intent, text: str) -> int | None:
        understood = english().understand(message(text))
        return telling_place(intent, Heard(MODEL, understood), len(understood.sentences))

    assert most_telling(OUT, f"{SLOW} {NEWSLETTER} {CLOSE}") == 1
    assert most_telling(CANCEL, f"{SLOW} {NEWSLETTER} {CLOSE}") == 2
    assert most_telling(OUT, "") is None
