"""Hostile texts take time in proportion to their length, and never hold a message up.

Nothing is measured tightly: what grows with the square of its length takes minutes here.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

from handlers.html_text import html_texts
from handlers.parse import parse_message
from handlers.quotes import split_text
from tests.clients.letters import form, letter, read
from tests.unit.messages import mail

SIZE = 100_000
ALARM_S = 20


@contextmanager
def alarm() -> Iterator[None]:
    """Ends what does not end by itself."""

    def ring(_: int, __: FrameType | None) -> None:
        raise AssertionError("it does not come to its end")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(ALARM_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


PIECES = (
    "-",
    "_",
    ">",
    " ",
    "<",
    "&",
    ":",
    "=",
    "*",
    "#",
    "[",
    "(",
    ".",
    "\t",
    "a",
    "a ",
    "1",
    "1:",
    "解",
    "：",
    "\u200b",
    "a@",
    "<a@b.c>",
    "10:00 ",
    "wrote:",
    "On 1 ",
    "2026 ",
    "[ ] ",
    "☐",
    "From: a ",
    "> ",
    ">\n",
    "- ",
    "-- ",
    "--\n",
    "\n",
    "wrote:\n",
    "a:\n",
    "On 1:\n",
    "[ ]\n",
    "no\n",
    "a: no\n",
    "From: a@b.c 10:00\n",
    "Sent: 10:00\n",
    "virus ",
    "this e-mail ",
    "confidential ",
    "sent from ",
    "sent from my ",
    "e-mail scanned ",
    "a 2026 10:00 <a@b.c\n",
    "1 2026 10:00 <a@b.c>:\n",
    "-----BEGIN PGP SIGNED MESSAGE-----\n",
    "-----BEGIN PGP MESSAGE-----\n",
    "forwarded ",
    "caution: ",
    "caution: e-mail ",
    "if you no longer wish to receive ",
    "-- a --\n",
    "の",
    "2026年1月1日",
    "a\u0307",
)


@pytest.mark.parametrize("piece", PIECES, ids=ascii)
@pytest.mark.parametrize("end", ["", ":", " x", "\n:\n"], ids=ascii)
def test_a_text_of_one_piece(piece: str, end: str) -> None:
    with alarm():
        split_text(piece * (SIZE // len(piece)) + end)


@pytest.mark.parametrize("piece", PIECES, ids=ascii)
def test_lines_that_are_as_long_as_headers(piece: str) -> None:
    line = (piece.replace("\n", " ") * 240)[:240]
    with alarm():
        split_text(f"{line}:\n" * 800)
        split_text(f"{line}\n" * 800)
        split_text(f"--{line}--\n" * 800)
        split_text(f"{line[:110]}\n\n" * 1_600)


@pytest.mark.parametrize("blank", ["\t", " \t", "?\t"], ids=ascii)
def test_blanks_behind_a_mark_that_may_end_a_label(blank: str) -> None:
    line = f"--{(blank * 240)[:240]}--\n"
    with alarm():
        split_text(line * 8_000)


def test_ten_thousand_levels_of_quotation() -> None:
    text = "\n".join("> " * min(level, 400) + "a" for level in range(10_000))
    with alarm():
        read(letter(text))
        html_texts("<blockquote>" * 10_000 + "a")


def test_a_line_of_five_megabytes() -> None:
    with alarm():
        parse_message(mail("a " * 2_500_000))
        read(form("[ ] a" * 50_000))


HTML = (
    "<",
    "<a",
    "<p style='color:#fff'>a",
    "<p style='font-size:0'>",
    "<style>",
    "<style>.a{",
    "{",
    "}",
    "<div class=a>",
    "<div class=a style='visibility:hidden'>",
    "<input type=checkbox>",
    "<!--",
    "/*",
    "<style>@media{</style>",
    "<style>.a{color:#fff}</style><p class=a>",
    "@",
    "<font color=white>",
    "<div style='background:#123'>",
    "<p style='" + ";" * 50 + "'>",
    "<b style='color:rgb(1,1,1'>",
)


@pytest.mark.parametrize("piece", HTML, ids=ascii)
def test_html_of_one_piece(piece: str) -> None:
    with alarm():
        html_texts(piece * (SIZE // len(piece)))
        html_texts(f"<style>{piece * 20_000}</style>a")
