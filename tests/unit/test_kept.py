"""What was found for words is found once, one at a time or together, and forgotten when full."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from handlers.classify.kept import Kept, KeptTogether


def test_a_word_is_looked_for_once() -> None:
    asked: list[str] = []

    def find(word: str) -> int:
        asked.append(word)
        return len(word)

    kept = Kept(find, most=2)
    assert [kept["a"], kept["bb"], kept["a"]] == [1, 2, 1]
    assert asked == ["a", "bb"]
    assert kept["ccc"] == 3
    assert {**kept} == {"ccc": 3}


@given(
    st.lists(st.lists(st.text("abcd", min_size=1, max_size=3), max_size=40), max_size=5),
    st.integers(4, 20),
)
def test_words_are_found_together_and_never_too_many_kept(
    messages: list[list[str]], most: int
) -> None:
    def find(words: Sequence[str]) -> Sequence[str]:
        assert len({*words}) == len(words) > 0
        return [word.upper() for word in words]

    kept = KeptTogether(find, most=most)
    for words in messages:
        assert kept.all_of(words) == [word.upper() for word in words]
        assert len(kept) <= most
    assert kept["never"] == "NEVER"


def test_what_is_known_is_not_looked_for_again() -> None:
    asked: list[str] = []

    def find(words: Sequence[str]) -> Sequence[int]:
        asked.extend(words)
        return [*map(len, words)]

    kept = KeptTogether(find, most=100)
    assert kept.all_of(["a", "bb", "a"]) == [1, 2, 1]
    assert kept.all_of(["bb", "ccc"]) == [2, 3]
    assert asked == ["a", "bb", "ccc"]
