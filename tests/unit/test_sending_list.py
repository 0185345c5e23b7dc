"""Whose address a line of a sending list holds."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers.address import make_address
from handlers.sending_list import key_of_line

LINES = [
    (b"Anna@Garden.example", "anna@garden.example"),
    (b"  anna@garden.example\r", "anna@garden.example"),
    ("änne@gärten.example".encode(), "änne@xn--grten-gra.example"),
    (b"a" * 64 + b"@garden.example", "a" * 64 + "@garden.example"),
    (b"anna@garden.example,Anna", None),
    (b"Anna <anna@garden.example>", None),
    (b"anna@garden.example bob@b.example", None),
    (b"\xffnna@garden.example", None),
    (b"email", None),
    (b"", None),
]


@pytest.mark.parametrize(("line", "key"), LINES)
def test_a_line_holds_one_address_or_none(line: bytes, key: str | None) -> None:
    assert key_of_line(line) == key


@given(st.text(alphabet="aZ09.+-_@ \r", max_size=70))
@example("a" * 62 + "@b.de")
@example("a@b-.de")
@example("a@-b.de")
@example("a@b--c.de")
@example("a@b.d1")
@example("a.@b.de")
@example("a..b@c.de")
def test_the_short_way_says_what_the_long_one_does(text: str) -> None:
    made = make_address(text)
    assert key_of_line(text.encode()) == (made.key if made else None)


LABELS = st.text(alphabet="aB0-", min_size=1, max_size=8)


@given(st.text(alphabet="aZ0.+-_", min_size=1, max_size=20), st.lists(LABELS, max_size=4))
def test_so_it_is_for_what_looks_like_an_address(local: str, labels: list[str]) -> None:
    text = f"{local}@{'.'.join(labels)}"
    made = make_address(text)
    assert key_of_line(text.encode()) == (made.key if made else None)
