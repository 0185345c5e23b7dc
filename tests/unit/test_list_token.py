"""The token of a List-Unsubscribe field: read by us alone, made by us alone."""

from __future__ import annotations

import base64
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.address import Address, make_address
from handlers.list_token import KEY_BYTES, ListToken, seal, token_in, unseal
from tests.unit.cases import ANNA, address

KEY = bytes(range(KEY_BYTES))
OTHER = bytes(reversed(range(KEY_BYTES)))
KEYS = {1: KEY}
ANNAS = seal(address(ANNA), "tips", key_number=1, key=KEY)


def test_a_token_tells_the_address_and_the_list_and_shows_neither() -> None:
    found = unseal(ANNAS, KEYS)
    assert found == ListToken(address=address(ANNA), list_name="tips")
    raw = base64.urlsafe_b64decode(ANNAS + "==")
    assert b"anna" not in raw
    assert b"tips" not in raw


def test_one_address_and_list_have_one_token_and_others_have_others() -> None:
    assert seal(address("ANNA@Garden.example"), "tips", key_number=1, key=KEY) == ANNAS
    others = {
        seal(address(ANNA), "news", key_number=1, key=KEY),
        seal(address("bob@garden.example"), "tips", key_number=1, key=KEY),
        seal(address(ANNA), "tips", key_number=2, key=KEY),
        seal(address(ANNA), "tips", key_number=1, key=OTHER),
    }
    assert len(others | {ANNAS}) == 5


@given(st.integers(min_value=0, max_value=len(ANNAS) - 1), st.sampled_from("AQgw-_09z"))
def test_a_token_that_was_tampered_with_is_none(place: int, character: str) -> None:
    forged = ANNAS[:place] + character + ANNAS[place + 1 :]
    assert (unseal(forged, KEYS) is None) == (forged != ANNAS)


@pytest.mark.parametrize("list_name", ["tips", "news1", "offers"])
def test_a_token_has_one_spelling(list_name: str) -> None:
    """The last character may have bits that stand for nothing, and padding is left out."""
    token = seal(address(ANNA), list_name, key_number=1, key=KEY)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spellings = [token[:-1] + character for character in alphabet]
    spellings += [token + "=", token + "==", token + "\n", f" {token}"]
    assert [spelling for spelling in spellings if unseal(spelling, KEYS)] == [token]


@given(st.text())
def test_whatever_is_no_token_is_none(text: str) -> None:
    assert unseal(text, KEYS) is None
    assert token_in(text, KEYS) is None


def test_a_token_lives_as_long_as_its_key_beside_newer_ones() -> None:
    assert unseal(ANNAS, {1: KEY, 2: OTHER}) == unseal(ANNAS, KEYS)
    assert unseal(ANNAS, {2: KEY}) is None
    assert unseal(ANNAS, {1: OTHER}) is None
    assert unseal(ANNAS, {}) is None


@pytest.mark.parametrize(
    "subject",
    [f"unsubscribe {ANNAS}", f"Unsubscribe: <{ANNAS}>", ANNAS, f"AW: unsubscribe  {ANNAS} !"],
)
def test_a_token_is_found_in_a_subject(subject: str) -> None:
    assert token_in(subject, KEYS) == unseal(ANNAS, KEYS)


@pytest.mark.parametrize(
    "subject", [f"unsubscribe x{ANNAS}", ANNAS[:-2], "A" * 5000, " ".join(["A" * 40] * 20)]
)
def test_what_only_looks_like_one_is_not(subject: str) -> None:
    assert token_in(subject, KEYS) is None


def longest() -> Address:
    made = make_address(f"{'a' * 64}@{'.'.join(['b' * 61] * 3)}.c")
    assert made is not None
    return made


def test_the_longest_address_and_list_fit_into_a_subject() -> None:
    token = seal(longest(), "l" * 64, key_number=255, key=KEY)
    found = token_in(f"unsubscribe {token}"[:500], {255: KEY})
    assert found == ListToken(address=longest(), list_name="l" * 64)


@pytest.mark.parametrize("name", ["", "l" * 65, "a\0b", "two\nlines"])
def test_a_list_without_a_proper_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="1 to 64 printable"):
        seal(address(ANNA), name, key_number=1, key=KEY)


@pytest.mark.parametrize(("letter", "fit"), [("🎁", 16), ("ニ", 21), ("é", 32)])
def test_a_name_that_takes_too_many_octets_is_refused_and_no_other(letter: str, fit: int) -> None:
    token = seal(longest(), letter * fit, key_number=1, key=KEY)
    found = token_in(f"unsubscribe {token}"[:500], KEYS)
    assert found == ListToken(address=longest(), list_name=letter * fit)
    with pytest.raises(ValueError, match="64 octets at most"):
        seal(address(ANNA), letter * (fit + 1), key_number=1, key=KEY)


def test_an_address_that_is_too_long_with_its_list_is_refused() -> None:
    made = make_address(f"{'a' * 64}@{'.'.join(['b' * 62] * 4)}.c")
    assert made is not None
    with pytest.raises(ValueError, match="too long together"):
        seal(made, "l" * 64, key_number=1, key=KEY)


def test_a_daemon_that_meets_no_token_does_not_load_what_reads_them() -> None:
    code = "import daemon.service, sys; sys.exit('cryptography' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
