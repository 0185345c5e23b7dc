"""The inbox behind an address."""

from __future__ import annotations

import pytest

from handlers.inbox import inbox_key


@pytest.mark.parametrize(
    ("address", "inbox"),
    [
        ("anna@shop.example", "anna@shop.example"),
        ("anna+news@shop.example", "anna@shop.example"),
        ("anna+a+b@shop.example", "anna@shop.example"),
        ("a.nna@shop.example", "a.nna@shop.example"),
        ("a.n.na+x@gmail.com", "anna@gmail.com"),
        ("anna@googlemail.com", "anna@gmail.com"),
        ("+tag@shop.example", "+tag@shop.example"),
        ("hash:0123", "hash:0123"),
        ("", ""),
    ],
)
def test_the_inbox_of_an_address(address: str, inbox: str) -> None:
    assert inbox_key(address) == inbox
    assert inbox_key(inbox) == inbox
