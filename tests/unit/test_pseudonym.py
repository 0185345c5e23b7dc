"""Keyed hashes in the place of addresses."""

from __future__ import annotations

import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from handlers.address import make_address
from handlers.pseudonym import is_pseudonym, log_hash, pseudonym, pseudonymizer

KEY, OTHER = bytes(32), bytes(range(32))
ANNA = "anna@shop.example"


def test_a_pseudonym_is_the_hmac_of_the_address() -> None:
    expected = hmac.new(KEY, ANNA.encode(), hashlib.sha256).hexdigest()
    assert pseudonym(ANNA, KEY) == f"hash:{expected}"
    assert log_hash(ANNA, KEY) == expected[:16]


def test_it_depends_on_the_key_and_the_address() -> None:
    assert len({pseudonym(a, k) for a in (ANNA, "ben@b.example") for k in (KEY, OTHER)}) == 4


def test_of_a_pseudonym_none_is_made() -> None:
    once = pseudonym(ANNA, KEY)
    assert pseudonym(once, OTHER) == once


@given(st.text(max_size=30))
def test_no_address_is_taken_for_a_pseudonym(local: str) -> None:
    made = make_address(f"hash:{local}@w.example") or make_address(f"{local}@w.example")
    assert made is None or not is_pseudonym(made.key)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80), st.binary(max_size=130))
def test_those_of_many_are_the_same(address_key: str, key: bytes) -> None:
    wanted = hmac.new(key, address_key.encode(), hashlib.sha256).hexdigest()
    assert pseudonymizer(key)(address_key) == f"hash:{wanted}"
