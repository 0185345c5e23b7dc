"""Text to words with their places and what separates them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.classify.words import (
    MAX_HEAD_CHARS,
    MAX_TAIL_CHARS,
    Break,
    Words,
    read_words,
    split_phrase,
)

SEPARATORS = {Break.NONE: " ", Break.CLAUSE: " , ", Break.SENTENCE: " . ", Break.PARAGRAPH: " || "}


def shown(words: Words) -> str:
    """The words with what separates them, the first without."""
    pairs = zip(words.breaks, words.words, strict=True)
    return "".join(SEPARATORS[kind] + word for kind, word in pairs)[4:]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Please cancel, now. Thanks!", "please cancel , now . thanks"),
        ("I don't; it isn’t", "i dont , it isnt"),
        ("l'abonnement, I'm", "l abonnement , i m"),
        ("opt-out - e-mail E-Mails", "opt out , email emails"),
        ("close + stop, C++", "close , stop , c"),
        ("mail a.b+c@shop.example today.", "mail <address> today"),
        ("see https://shop.example/x?y=1. Go", "see <url> . go"),
        ("cancel shop.example please", "cancel <domain> please"),
        ("no. 4411, #12 at 10:30", "no . <number> , <number> at <number>"),
        ("account 4411. on 3. May: 2", "account <number> . on <number> may , <number>"),
        ("my plan (no. 4711) now (please)", "my plan now , please"),
        ("my plan (4711). Bye (by 3 May) now", "my plan , <number> . bye , by <number> may , now"),
        ("close it (I paid for 3 years) now", "close it , i paid for <number> years , now"),
        ("in the U.S. now", "in the u s . now"),
        ("解约，请取消", "解 约 , 请 取 消"),
        ("one\ntwo\n\nthree", "one . two || three"),
        ("(cancel) [please]", "cancel , please"),
        ("stop…please？go", "stop . please . go"),
        ("1. Cancel it\n2. Stop the news", "cancel it . stop the news"),
        ("- cancel it\n* stop it", "cancel it . stop it"),
        ("1) cancel", "cancel"),
    ],
)
def test_text_is_words_and_breaks(text: str, words: str) -> None:
    assert shown(read_words("", text)) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{'word ' * 12}\nto 1 May", f"{'word ' * 12}to <number> may"),
        (f"{'word ' * 12}\n1. May it is", f"{'word ' * 12}<number> may it is"),
        ("short\n1. May", "short . may"),
    ],
    ids=["wrapped", "wrapped before a day", "not wrapped"],
)
def test_a_line_that_a_program_wrapped_goes_on(text: str, words: str) -> None:
    assert shown(read_words("", text)) == words


def test_the_subject_comes_first_and_is_a_paragraph_of_its_own() -> None:
    words = read_words("Cancel", "please")
    assert words.subject_words == 1
    assert shown(words) == "cancel || please"
    assert words.starts == [0, 0]


def test_what_a_question_mark_follows_and_what_is_quoted_is_known() -> None:
    words = read_words("", 'is it? he said "cancel my account" and "stop"')
    assert [words.words[i] for i in words.asked] == ["it"]
    assert [words.words[i] for i in sorted(words.quoted)] == ["cancel", "my", "account"]


def test_of_a_very_long_text_the_beginning_and_the_end_are_read() -> None:
    text = "first " + "x " * 40_000 + "last"
    words = read_words("", text)
    assert words.words[0] == "first"
    assert words.words[-1] == "last"
    assert text[words.starts[-1] : words.ends[-1]] == "last"
    assert len(words) <= (MAX_HEAD_CHARS + MAX_TAIL_CHARS) // 2 + 2


@given(st.text(), st.text())
def test_every_word_stands_where_it_says(subject: str, text: str) -> None:
    words = read_words(subject, text)
    assert len({len(x) for x in (words.words, words.starts, words.ends, words.breaks)}) == 1
    for i, (start, end) in enumerate(zip(words.starts, words.ends, strict=True)):
        source = subject if i < words.subject_words else text
        assert 0 <= start < end <= len(source)
    assert all(words.words)
    assert words.asked <= set(range(-1, len(words)))
    assert words.quoted <= set(range(len(words)))


@given(st.text(alphabet="ab1.?!,\n \"'-@()", max_size=60), st.integers(2, 5))
def test_the_work_is_in_proportion_to_the_text(text: str, times: int) -> None:
    once = len(read_words("", f"{text}\n\n"))
    assert len(read_words("", f"{text}\n\n" * times)) <= times * (once + 1)


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("Cancel my account", ["cancel", "my", "account"]),
        ("don't", ["dont"]),
        ("mañana", ["manana"]),
        ("opt-out", ["opt", "out"]),
        ("取消", ["取", "消"]),
        ("may 1", ["may", "<number>"]),
    ],
)
def test_a_phrase_is_split_as_a_message_is(phrase: str, words: list[str]) -> None:
    assert split_phrase(phrase) == words
