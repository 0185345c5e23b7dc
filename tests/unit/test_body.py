"""What is written in place of the standard library is what the library would write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.body import LINE_BYTES, by_the_library, plain_text

TEXTS = (
    "",
    "\n",
    "Hello\n",
    "Hello,\n\nyour account is open until 31 May.\n\nRegards\n",
    "no line end",
    "two at the end\n\n",
    "\n\nempty lines first\n",
    "blanks at the end  \n",
    "x" * LINE_BYTES + "\n",
    "x" * (LINE_BYTES + 1) + "\n",
    ". a dot\n..\nFrom the beginning\n",
    "a return\r\nand one alone\rin a line\n",
    "a tab\tand a form feed\x0c and a separator\x1c\n",
    "Grüße\n",
    "解約を承りました。\n" * 12,
    "é" * 80 + "\n",
)


@pytest.mark.parametrize("text", TEXTS)
def test_a_body_is_written_as_the_library_writes_it(text: str) -> None:
    assert plain_text(text) == by_the_library(text)


@given(st.text(st.characters(max_codepoint=0x17F, exclude_categories=["Cs"]), max_size=300))
def test_any_body_is_written_as_the_library_writes_it(text: str) -> None:
    assert plain_text(text) == by_the_library(text)


def test_no_line_is_too_long_for_mail() -> None:
    for text in TEXTS:
        assert max(map(len, plain_text(text).split(b"\r\n"))) <= LINE_BYTES
