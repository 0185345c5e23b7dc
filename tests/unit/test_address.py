"""Addresses: as written, as the store knows them, and those that no mail is sent to."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers.address import clean_text, make_address

LONG_LABEL = "x" * 63


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("anna@customer.example", "anna@customer.example"),
        ("Anna.Weiss+news@Customer.EXAMPLE", "anna.weiss+news@customer.example"),
        ("o'brien@customer.example", "o'brien@customer.example"),
        ("a_b-c=d/e{f}@customer.example", "a_b-c=d/e{f}@customer.example"),
        ("1@2.example", "1@2.example"),
        ("anna@münchen.example", "anna@xn--mnchen-3ya.example"),
        ("anna@MÜNCHEN.example", "anna@xn--mnchen-3ya.example"),
        ("anna@XN--MNCHEN-3YA.example", "anna@xn--mnchen-3ya.example"),
        ("anna@straße.example", "anna@xn--strae-oqa.example"),
        ("anna@пример.example", "anna@xn--e1afmkfd.example"),
        ("anna@ｃustomer.example", "anna@customer.example"),
        ("jürgen@customer.example", "jürgen@customer.example"),
        ("anna@mail_1.example", "anna@mail_1.example"),
        (f"anna@{LONG_LABEL}.example", f"anna@{LONG_LABEL}.example"),
        ("x" * 64 + "@customer.example", "x" * 64 + "@customer.example"),
    ],
)
def test_an_address_is_kept_as_written_and_compared_by_its_key(written: str, key: str) -> None:
    address = make_address(f" {written} ", "Anna")
    assert address is not None
    assert (address.written, address.key, address.display) == (written, key, "Anna")
    assert f"{address.local}@{address.domain}" == key
    assert address.domain.isascii()


def test_a_dot_after_the_domain_is_no_part_of_it() -> None:
    # RFC 5321 section 2.3.5: mail names domains without it, and servers refuse it.
    address = make_address("anna@customer.example.")
    assert address is not None
    assert address.written == address.key == "anna@customer.example"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "anna",
        "=?utf-8?q?anna=40other.example,?=@customer.example",
        "@customer.example",
        "anna@",
        "anna@localhost",
        "anna@customer.example\r\nBcc: carl@other.example",
        "anna\r\n@customer.example",
        "anna\n@customer.example",
        "an\rna@customer.example",
        "anna\x00@customer.example",
        "anna@cust\x00omer.example",
        "anna\x7f@customer.example",
        "anna\x85@customer.example",
        "anna@customer\u2028.example",
        "anna\u200b@customer.example",
        "anna\u202e@customer.example",
        "anna\ufeff@customer.example",
        "anna\udcff@customer.example",
        "anna@customer\udcff.example",
        "anna weiss@customer.example",
        "anna\u00a0weiss@customer.example",
        "anna@customer .example",
        "anna%other.example@customer.example",
        "other.example!anna@customer.example",
        "anna|cat@customer.example",
        "@hop.example:anna@customer.example",
        "@hop.example,@next.example:anna@customer.example",
        "anna@other.example@customer.example",
        '"anna weiss"@customer.example',
        '"anna"@customer.example',
        "anna(comment)@customer.example",
        "<anna@customer.example>",
        "anna@customer.example>",
        "anna,carl@customer.example",
        "anna;carl@customer.example",
        "anna\\@customer.example",
        "[anna]@customer.example",
        ".anna@customer.example",
        "anna.@customer.example",
        "an..na@customer.example",
        "anna@.example",
        "anna@customer..example",
        "anna@-customer.example",
        "anna@customer-.example",
        "anna@cus tomer.example",
        "anna@customer.example/path",
        "anna@customer.example?subject=x",
        "anna@[192.0.2.1]",
        "anna@[IPv6:2001:db8::1]",
        "anna@192.0.2.1",
        "anna@customer.1",
        "anna@☃.example",
        "anna@a\u0301\u0301\u200d.example",
        f"anna@{LONG_LABEL}x.example",
        "anna@" + "ü" * 70 + ".example",
        "anna@" + "x." * 130 + "example",
        "anna@" + "ü." * 100_000 + "example",
        "x" * 65 + "@customer.example",
        "ü" * 33 + "@customer.example",
    ],
    ids=lambda written: repr(written)[:50],
)
def test_what_mail_could_not_or_must_not_be_sent_to_is_refused(written: str) -> None:
    assert make_address(written) is None


def test_letters_with_accents_of_their_own_are_the_same_address() -> None:
    """A list that was made on macOS: who has opted out must be found in it."""
    one, other = make_address("jos\u00e9@b.example"), make_address("JOSE\u0301@b.example")
    assert one is not None
    assert other is not None
    assert (other.key, other.written) == (one.key, "JOSE\u0301@b.example")


@given(st.text(max_size=30) | st.text('ab@.%<>"\\\r\n\x00\u200bü ', max_size=30))
def test_no_address_can_carry_a_second_command_or_recipient(text: str) -> None:
    for written in (text, f"{text}@customer.example", f"anna@{text}.example"):
        address = make_address(written)
        if address is not None:
            assert address.written.isprintable()
            assert not set(address.written) & set(' <>,;:"()[]\\%!')
            assert address.written.count("@") == 1
            assert make_address(address.key) is not None


@given(st.text(max_size=30))
@example("a\u037eb")
@example("\u0958" * 21)
@example("\u0130" * 32)
def test_the_key_of_a_key_is_the_key(local: str) -> None:
    address = make_address(f"{local}@Customer.example")
    if address is not None:
        again = make_address(address.key)
        assert again is not None
        assert again.key == address.key


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Anna  Weiss", "Anna Weiss"),
        (" Anna\r\n\tWeiss ", "Anna Weiss"),
        ("Anna\x00\x1b[31m", "Anna[31m"),
        ("An\u202ena\u200b", "Anna"),
        ("Anna\u2028Weiss", "Anna Weiss"),
        ("Élise 日本", "Élise 日本"),
        ("", ""),
        ("x" * 300, "x" * 200),
    ],
)
def test_clean_text_is_one_printable_line(text: str, clean: str) -> None:
    assert clean_text(text) == clean


@given(st.text(max_size=100), st.integers(0, 50))
def test_clean_text_is_printable_and_within_its_limit(text: str, limit: int) -> None:
    clean = clean_text(text, limit=limit)
    assert clean.isprintable()
    assert len(clean) <= limit
