"""Where lines are broken, for readers of all seventeen languages."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers.wrap import GLUE, JOINER, LINE_COLUMNS, columns, unbroken, wrapped

# Hangul and letters of all kinds, but none between which a line may be broken.
words = st.text(
    st.characters(categories=["L", "N", "P", "S"]).filter(
        lambda c: (
            not "\u3001" <= c <= "\u30ff"
            and not "\u31f0" <= c <= "\u9fff"
            and not "\uf900" <= c <= "\ufaff"
            and not "\uff01" <= c <= "\uff60"
            and not "\uffe0" <= c <= "\uffe6"
        )
    ),
    min_size=1,
    max_size=90,
)
lines = st.lists(words | st.sampled_from(["-", ":", ";", "?", "»"]), max_size=40).map(" ".join)
characters = st.text(
    st.sampled_from("日本語のテキスト、。「」（）ーっ中文您好，：！A1.")
    | st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
    max_size=200,
)


@given(st.lists(lines, max_size=6).map("\n".join))
@example("- " + "word " * 40)
def test_wrapping_changes_nothing_but_where_lines_end(text: str) -> None:
    made = wrapped(text)
    assert made.split() == text.split()
    assert wrapped(made) == made
    for line in made.split("\n"):
        # A longer one has no place to break it: one word, or one with a mark after it.
        assert columns(line) <= LINE_COLUMNS or len(line.removeprefix("- ").split()) <= 1 + sum(
            word[0] in ":;!?»" for word in line.split()
        )


@given(st.lists(lines | characters, max_size=6).map("\n".join))
def test_wrapping_never_joins_lines(text: str) -> None:
    made = wrapped(text).split("\n")
    assert len(made) >= len(text.split("\n"))
    short = [line for line in text.split("\n") if columns(line) <= LINE_COLUMNS]
    assert all(line in made for line in short)


def test_a_list_item_goes_on_below_its_text() -> None:
    made = wrapped("- " + "word " * 20).split("\n")
    assert [line[:3] for line in made] == ["- w", "  w"]


def test_a_word_longer_than_a_line_stays_whole() -> None:
    url = f"https://panel.host.example/{'x' * 100}"
    assert url in wrapped(f"You can do this in the control panel at {url} at any time you like.")


@pytest.mark.parametrize("mark", [":", ";", "?", "!", "»"])
def test_a_mark_after_a_blank_never_begins_a_line(mark: str) -> None:
    # French sets these marks apart from their word.
    for length in range(60, 76):
        made = wrapped(f"{'é' * length} mot {mark} suite de la phrase")
        assert f"mot {mark}" in made


# Chinese and Japanese ---------------------------------------------------------------------------


@given(characters)
@example("あ" * 35 + "。」" + "い" * 40)
def test_characters_stay_in_their_order_and_lines_short(text: str) -> None:
    made = wrapped(text)
    assert made.replace("\n", "") == text
    assert wrapped(made) == made
    for line in made.split("\n")[1:]:
        # Kinsoku: these belong to the character before them.
        assert line[0] not in "、。」）ーっ，：！."
    for line in made.split("\n")[:-1]:
        assert line[-1] not in "「（"
    # Only what may not be separated is longer.
    if not any(mark in text for mark in "、。「」（）ーっ，：！A1."):
        assert all(columns(line) <= LINE_COLUMNS for line in made.split("\n"))


def test_a_wide_character_takes_two_columns() -> None:
    assert columns("日本語") == 6
    assert columns("ＡＢ，") == 6
    assert columns("café") == columns("cafe\u0301") == 4
    assert wrapped("中" * 36) == "中" * 36
    assert wrapped("中" * 37) == "中" * 36 + "\n" + "中"


def test_a_line_of_japanese_ends_before_a_mark_would_begin_the_next() -> None:
    assert wrapped("あ" * 36 + "。" + "い" * 5) == "あ" * 35 + "\nあ。" + "い" * 5
    assert wrapped("あ" * 35 + "「いい」") == "あ" * 35 + "\n「いい」"


def test_latin_words_inside_are_not_broken() -> None:
    made = wrapped("解約のご連絡は" * 4 + "cancel@company.example" + "までお願いいたします。")
    assert "cancel@company.example" in made
    assert made.startswith("解約のご連絡は" * 4 + "\ncancel")


def test_a_list_item_in_chinese_goes_on_below_its_text() -> None:
    assert wrapped("- " + "中" * 40) == "- " + "中" * 35 + "\n  " + "中" * 5


@given(words | characters.filter(bool))
def test_what_is_kept_together_stays_on_one_line(text: str) -> None:
    made = wrapped(f"{'x ' * 30}{unbroken(text)}{' x' * 30}")
    assert text in made
    assert GLUE not in made
    assert JOINER not in made
