"""Replies and forwarded mail in plain text: exactly what the writer wrote is new."""

from __future__ import annotations

import textwrap

import pytest

from handlers.quotes import split_text
from tests.clients.languages import LANGUAGES, Language

ANSWERS = ["Zu teuer.", "Nein danke, bitte nicht."]


def rows(part: str) -> list[object]:
    return [
        pytest.param(language, form, id=f"{code}-{form[:60]}")
        for code, language in LANGUAGES.items()
        for form in getattr(language, part)
    ]


def marked(text: str, mark: str = "> ") -> str:
    return "\n".join(f"{mark}{line}".rstrip() for line in text.split("\n"))


def wrapped(line: str, columns: int) -> str:
    """As programs wrap it: between words, never within an address."""
    return "\n".join(textwrap.wrap(line, columns, break_long_words=False, break_on_hyphens=False))


def assert_new(text: str, language: Language, new: str | None = None) -> None:
    parts = split_text(text)
    assert parts.new == (language.wish if new is None else new)
    assert all(line in parts.quoted for line in language.letter.split("\n"))


@pytest.mark.parametrize(("language", "header"), rows("wrote"))
def test_an_answer_above_a_marked_quotation(language: Language, header: str) -> None:
    assert_new(f"{language.wish}\n\n{header}\n{marked(language.letter)}\n", language)


@pytest.mark.parametrize(("language", "header"), rows("wrote"))
def test_an_answer_above_an_unmarked_quotation(language: Language, header: str) -> None:
    assert_new(f"{language.wish}\n\n{header}\n\n{language.letter}\n", language)


@pytest.mark.parametrize(("language", "header"), rows("wrote"))
def test_a_header_without_an_empty_line_before_it(language: Language, header: str) -> None:
    assert_new(f"{language.wish}\n{header}\n{marked(language.letter)}\n", language)


@pytest.mark.parametrize("columns", [76, 64, 52])
@pytest.mark.parametrize(("language", "header"), rows("wrote"))
def test_a_header_that_is_wrapped(language: Language, header: str, columns: int) -> None:
    above = f"{language.wish}\n\n{wrapped(header, columns)}"
    assert_new(f"{above}\n{marked(language.letter)}\n", language)


@pytest.mark.parametrize(("language", "header"), rows("wrote"))
def test_a_header_that_gmail_wrapped_before_the_address(language: Language, header: str) -> None:
    broken = header.replace("<news", "<\nnews")
    assert_new(f"{language.wish}\n\n{broken}\n\n{marked(language.letter)}\n", language)


@pytest.mark.parametrize(("language", "header"), rows("wrote"))
def test_an_answer_below_a_quotation(language: Language, header: str) -> None:
    assert_new(f"{header}\n{marked(language.letter)}\n\n{language.wish}\n", language)


@pytest.mark.parametrize(("language", "header"), rows("wrote"))
def test_answers_between_the_lines(language: Language, header: str) -> None:
    lines = language.letter.split("\n")
    text = f"{header}\n> {lines[0]}\n\n{ANSWERS[0]}\n\n> {lines[1]}\n> {lines[2]}\n\n{ANSWERS[1]}"
    parts = split_text(text)
    assert [line for line in parts.new.split("\n") if line] == ANSWERS


@pytest.mark.parametrize("above", ["\n\n", "\n"], ids=["a blank", "no blank"])
@pytest.mark.parametrize("mark", ["", "> "], ids=["unmarked", "marked"])
@pytest.mark.parametrize(("language", "block"), rows("blocks"))
def test_an_answer_above_fields(language: Language, block: str, mark: str, above: str) -> None:
    below = marked(language.letter, mark)
    assert_new(f"{language.wish}{above}{block}\n\n{below}\n", language)


@pytest.mark.parametrize("rule", ["_" * 32, "-" * 40, "---"])
@pytest.mark.parametrize(("language", "block"), rows("blocks"))
def test_the_line_that_outlook_draws_is_not_new(language: Language, block: str, rule: str) -> None:
    assert_new(f"{language.wish}\n{rule}\n{block}\n\n{language.letter}\n", language)


@pytest.mark.parametrize(("language", "block"), rows("blocks"))
def test_fields_with_an_empty_line_after_each(language: Language, block: str) -> None:
    spaced = block.replace("\n", "\n\n")
    assert_new(f"{language.wish}\n\n{spaced}\n\n{language.letter}\n", language)


@pytest.mark.parametrize(("language", "ruler"), rows("rulers"))
def test_an_answer_above_what_is_forwarded(language: Language, ruler: str) -> None:
    block = language.blocks[0]
    assert_new(f"{language.wish}\n\n{ruler}\n{block}\n\n{language.letter}\n", language)


@pytest.mark.parametrize(("language", "ruler"), rows("rulers"))
def test_a_ruler_without_fields_that_we_know(language: Language, ruler: str) -> None:
    # Gmail's English ruler stands above fields of the writer's language, and of any other.
    assert_new(f"{language.wish}\n\n{ruler}\n\nXyz: a\n\n{language.letter}\n", language)


@pytest.mark.parametrize(("language", "ruler"), rows("rulers"))
def test_nothing_is_new_in_what_is_only_forwarded(language: Language, ruler: str) -> None:
    assert_new(f"\n{ruler}\n{language.blocks[0]}\n\n{language.letter}\n", language, new="")


@pytest.mark.parametrize(("language", "line"), rows("signed"))
def test_what_a_program_adds_is_a_signature(language: Language, line: str) -> None:
    assert split_text(f"{language.wish}\n\n{line}\n").new == language.wish
    assert split_text(f"{language.wish}\n{line}").new == language.wish


@pytest.mark.parametrize(("language", "line"), rows("signed"))
def test_what_a_program_adds_above_a_quotation(language: Language, line: str) -> None:
    text = f"{language.wish}\n\n{line}\n\n{language.wrote[0]}\n{marked(language.letter)}"
    assert_new(text, language)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_signature_behind_its_delimiter(code: str) -> None:
    language = LANGUAGES[code]
    text = f"{language.wish}\n\n-- \nAnna Weiss\nUnsubscribe & Cancel Ltd\n"
    assert split_text(text).new == language.wish


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_the_writer_says_is_never_taken_for_more(code: str) -> None:
    wish = LANGUAGES[code].wish
    for text in (wish, f"{wish}\n\n{wish}", f"Anna Weiss\n{wish}\n2026-09-07 09:12"):
        assert split_text(text).new == text
