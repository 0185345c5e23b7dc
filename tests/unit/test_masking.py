"""No spelling of an address that a server repeats comes into the log."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.couriers.outcome import MAX_WORDS_CHARS, server_words
from daemon.masking import without_addresses

SPELLINGS = [
    "Anna.Blixt@Customer.Example",
    "ANNA.BLIXT@CUSTOMER.EXAMPLE",
    "<anna.blixt@customer.example>",
    "<<anna.blixt@customer.example>>",
    "'anna.blixt@customer.example'",
    "anna.o'blixt@customer.example",
    '"anna blixt"@customer.example',
    '<"anna \\"blixt\\""@customer.example>',
    'anna."x blixt".y@customer.example',
    '"anna@blixt"@customer.example',
    "anna.blixt@[192.0.2.1]",
    "anna.blixt@[IPv6:2001:db8::1]",
    "anna.blixt@xn--bcher-kva.example",
    "anna.blixt@bücher.example",
    "änna.blixt@bücher.example",
    "anna.blixt\uff20customer.example",
    "anna.blixt@\r\n customer.example",
    "anna.blixt\n@customer.example",
    "anna.blixt @ customer.example",
    "rfc822;anna.blixt@customer.example",
    "to=<anna.blixt@customer.example>,",
    "mailto:anna.blixt%40customer.example",
    "anna.blixt=40customer.example",
    "anna.blixt&#64;customer.example",
    "anna.blixt(at)customer.example",
    "anna.blixt [at] customer.example",
    "bounces+anna.blixt=customer.example@shop.example",
    "anna.blixt%customer.example@hub.example",
    "a" * 400 + ".blixt@customer.example",
    "anna.blixt@" + "c" * 400 + ".example",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_address_in_any_spelling_is_masked_and_the_words_around_it_are_not(
    spelling: str,
) -> None:
    said = server_words(f"5.1.1 {spelling} : user unknown")
    assert "blixt" not in said.lower()
    assert "anna" not in said.lower()
    assert "5.1.1" in said
    assert said.endswith("user unknown")
    assert "<address>" in said


def test_an_address_behind_a_source_route_is_masked_with_it() -> None:
    said = server_words("5.1.1 <@hub.example:anna.blixt@customer.example>: user unknown")
    assert said.endswith(":<address>>: user unknown")


@pytest.mark.parametrize(
    "words",
    [
        "4.7.1 try again later, see https://support.example/greylisting",
        'the command "RCPT TO" is not for you (5.5.1)',
        "5.1.7 the null sender <> is not taken",
    ],
)
def test_words_without_an_address_stay(words: str) -> None:
    assert server_words(words) == words


@given(st.text(max_size=3_000))
def test_whatever_a_server_says_is_one_line_within_its_limit(text: str) -> None:
    said = without_addresses(text, limit=MAX_WORDS_CHARS)
    assert len(said) <= MAX_WORDS_CHARS
    assert said.isprintable()


@pytest.mark.parametrize("piece", ['"', 'a"', "a@", "a ", '"a" ', '\\"', "a%"])
def test_a_text_that_is_made_to_take_long_does_not(piece: str) -> None:
    # Ten thousand times as long, it would not end if each beginning were tried to the end.
    assert len(server_words(piece * 100_000)) <= MAX_WORDS_CHARS
