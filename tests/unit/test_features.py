"""What the models see of the words: pieces of each, runs of them, and where these stand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.model_file import Model, WordModel
from handlers.classify.features import HEAD_WORDS, TAIL_WORDS, pieces_of, texts_of
from handlers.classify.linear import Heard, LinearModel
from handlers.classify.words import read_words
from tests.unit.classified import english, message

EMPTY = Model(bias=(0.0, 0.0), parts={}, message={})


def runs(text: str) -> list[str]:
    return list(texts_of(read_words("", text)).runs)


def test_a_word_is_seen_in_pieces_of_three_to_six_letters_with_its_ends() -> None:
    assert set(pieces_of("stop")) == {
        "^st", "sto", "top", "op$", "^sto", "stop", "top$", "^stop", "stop$", "^stop$",
    }  # fmt: skip
    assert "^cance" in pieces_of("cancellation")
    assert max(map(len, set(pieces_of("cancellation")) - {"^cancellation$"})) == 6
    assert pieces_of("stop it") == ("stop it",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("stop all mail", ["stop all", "all mail"]),
        ("stop. all mail", ["all mail"]),
        ("stop", []),
        ("", []),
        # Chinese and Japanese are written without spaces: there a run has up to four characters.
        ("退订广告吧", ["退 订", "退 订 广", "退 订 广 告", "订 广", "订 广 告", "订 广 告 吧",
                    "广 告", "广 告 吧", "告 吧"]),
        ("退订。好", ["退 订"]),
    ],
)  # fmt: skip
def test_runs_go_over_no_break(text: str, found: list[str]) -> None:
    assert runs(text) == found


def test_of_a_long_message_the_beginning_and_the_end_count() -> None:
    count = HEAD_WORDS + TAIL_WORDS
    long = texts_of(read_words("", " ".join(f"w{i}x" for i in range(count + 50))))
    chosen = long.chosen()
    assert [f"w{HEAD_WORDS - 1}x" in chosen, f"w{HEAD_WORDS}x" in chosen] == [True, False]
    assert [f"w{HEAD_WORDS + 50}x" in chosen, f"w{count + 49}x" in chosen] == [True, True]
    short = texts_of(read_words("", "stop stop it stop it"))
    assert short.chosen() == ["stop", "it", "stop stop", "stop it", "it stop"]


@given(st.lists(st.sampled_from(["stop", "all", "mail", "now"]), min_size=1, max_size=8))
def test_a_sentence_in_a_message_is_heard_as_it_is_alone(words: list[str]) -> None:
    parts = {"^stop$": (1.0, -1.0), "mail": (0.5, 2.0), "all mail": (3.0, 0.5)}
    model = LinearModel(
        words=WordModel.of(Model(bias=(0.25, 0.5), parts=parts, message={})), signs=EMPTY
    )
    sentence = " ".join(words).capitalize()
    alone = english().understand(message(f"{sentence}."))
    within = english().understand(message(f"Hello there. {sentence}. Thank you all."))
    found = Heard(model, within).vote_on(1, 2).words
    assert found == pytest.approx(Heard(model, alone).vote_on(0, 1).words)
    assert all(map(math.isfinite, found))
