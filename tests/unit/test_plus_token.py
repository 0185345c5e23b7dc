"""The token behind a plus: as `test_list_token.py`, and in letters of any case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.list_token import KEY_BYTES, ListToken, seal, token_in
from handlers.plus_token import SYMBOLS, PlusSealer, plus_token_in
from tests.unit.cases import ANNA, address

KEY = bytes(range(KEY_BYTES))
OTHER = bytes(reversed(range(KEY_BYTES)))
KEYS = {1: KEY}
SEALER = PlusSealer(KEY)
PLAIN = seal(address(ANNA), "tips", key_number=1, key=KEY)
ANNAS = SEALER.seal(ANNA, "tips", most_chars=56)
MEANT = ListToken(address=address(ANNA), list_name="tips")
# What addresses and names of lists are made of.
LOCALS = st.text("abcdefghijklmnopqrstuvwxyz0123456789._+-", min_size=1, max_size=20)
LISTS = st.text([*SYMBOLS[2:], *"ABCXYZ"], min_size=1, max_size=20)


@pytest.mark.parametrize("spelt", [ANNAS, ANNAS.upper(), ANNAS.title()])
def test_a_token_tells_the_address_and_the_list_in_any_case(spelt: str) -> None:
    assert plus_token_in(spelt, KEYS) == MEANT
    assert plus_token_in(f"left+{spelt}", KEYS) == MEANT


@given(LOCALS, LISTS)
def test_what_is_sealed_is_what_is_read(local: str, list_name: str) -> None:
    key = f"{local}@b.example"
    token = SEALER.seal(key, list_name, most_chars=62)
    if not token:
        return
    assert len(token) <= 62
    assert token.isalnum()
    assert token == token.lower() == SEALER.seal(key, list_name, most_chars=62)
    found = plus_token_in(token, {1: OTHER, 2: KEY, 3: OTHER})
    # Not every local part of these letters is one (RFC 5322: no two dots together).
    assert found is None or (found.address.key, found.list_name) == (key, list_name)
    assert found is not None or not _is_address(key)


def _is_address(key: str) -> bool:
    try:
        return address(key).key == key
    except AssertionError:
        return False


def test_one_address_and_list_have_one_token_and_others_have_others() -> None:
    others = {
        SEALER.seal(ANNA, "news", most_chars=56),
        SEALER.seal(ANNA, "Tips", most_chars=56),
        SEALER.seal("bob@garden.example", "tips", most_chars=56),
        PlusSealer(OTHER).seal(ANNA, "tips", most_chars=56),
    }
    assert len(others | {ANNAS}) == 5


@given(st.integers(min_value=0, max_value=len(ANNAS) - 1), st.sampled_from("abqg2w7"))
def test_a_token_that_was_tampered_with_is_none(place: int, character: str) -> None:
    forged = ANNAS[:place] + character + ANNAS[place + 1 :]
    assert (plus_token_in(forged, KEYS) is None) == (forged != ANNAS)


@pytest.mark.parametrize("text", [ANNAS[:-2], f"{ANNAS}a", "a" * 40, "a" * 62, "", PLAIN])
def test_whatever_is_none_of_ours_is_none(text: str) -> None:
    assert plus_token_in(text, KEYS) is None
    assert plus_token_in(ANNAS, {1: OTHER}) is None
    assert plus_token_in(ANNAS, {}) is None


@given(st.text())
def test_no_text_is_too_much(text: str) -> None:
    assert plus_token_in(text, KEYS) is None


def test_neither_form_is_taken_for_the_other() -> None:
    """They are sealed for two purposes with one key."""
    assert token_in(ANNAS, {**KEYS, **dict.fromkeys(range(256), KEY)}) is None


@pytest.mark.parametrize(("who", "list_name", "fits"), [
    ("reader.name@b.example", "*", True),
    ("the.reader.s.name@b.example", "*", False),
    ("reader.na@b.example", "tips", True),
    ("reader.na@b.example", "TIPS", False),  # a capital takes two
    ("o'neill@b.example", "tips", True),
    ("zoë@b.example", "tips", False),
    ("anna@b.example", "räd", False),
])  # fmt: skip
def test_a_form_that_does_not_fit_is_not_made(who: str, list_name: str, fits: bool) -> None:
    """Into what `support+` leaves of 64 octets."""
    token = SEALER.seal(who, list_name, most_chars=56)
    assert (token != "") == fits
    if fits:
        found = plus_token_in(token.upper(), KEYS)
        assert found == ListToken(address=address(who), list_name=list_name)
