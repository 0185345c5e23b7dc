"""What a full stop behind a number does: it ends a sentence, or belongs to a day or a list."""

from __future__ import annotations

import pytest

from handlers.classify.words import Break, read_words


@pytest.mark.parametrize(
    ("text", "word", "kind"),
    [
        ("résilier au 31. Enlevez moi", "enlevez", Break.SENTENCE),
        ("disdire al 31. Toglietemi", "toglietemi", Break.SENTENCE),
        ("zum 31. Mai kündigen", "mai", Break.NONE),
        ("needs account UPW-44. Please close", "please", Break.SENTENCE),
        ("no longer on plan 44. Please close", "please", Break.SENTENCE),
        ("zum 9. Mai kündigen", "mai", Break.NONE),
        ("zum 31.12. bitte kündigen", "bitte", Break.NONE),
        ("al 31 maggio", "maggio", Break.NONE),
        ("We move. 1. Cancel it. 2. No ads.", "cancel", Break.SENTENCE),
        ("Stop 3. party ads", "party", Break.NONE),
    ],
)
def test_a_full_stop_behind_a_number(text: str, word: str, kind: Break) -> None:
    words = read_words("", text)
    assert words.breaks[words.words.index(word)] is kind


def test_the_number_of_a_list_in_one_line_is_no_word() -> None:
    assert read_words("", "We move. 1. Cancel it.").words == ["we", "move", "cancel", "it"]
