from __future__ import annotations

import email
import email.policy
from email.headerregistry import AddressHeader

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers.header_fields import LINE_COLUMNS, mailbox_field, text_field, token_field

ADDRESS = "support@host.example"

one_line = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200)
# What folding, quoting and encoding could stumble over.
awkward = st.lists(
    st.sampled_from(
        [
            "=?utf-8?q?a=0D=0ABcc:_x?=",
            "=?",
            "?=",
            ' "',
            "\\",
            " ",
            "  ",
            "(c)",
            ",",
            "é",
            "🙂",
            "ß" * 40,
        ]
    ),
    max_size=30,
).map("".join)
texts = one_line | awkward


def unfolded(field: str, name: str) -> str:
    made = email.message_from_string(f"{field}\r\n\r\n", policy=email.policy.default)
    assert made.keys() == [name]
    assert not made[name].defects
    return str(made[name])


@given(texts)
@example("Re: " + "word " * 30 + "end")
@example("x" * 300)
@example("two  blanks")
@example(" at the edges ")
def test_a_text_is_read_back_as_it_was(value: str) -> None:
    field = text_field("Subject", value)
    assert unfolded(field, "Subject") == value
    assert field.isascii()
    assert all(len(line) <= LINE_COLUMNS for line in field.split("\r\n"))


def test_a_plain_text_is_left_readable() -> None:
    assert text_field("Subject", "Re: Newsletter [O-7K3M2Q]") == (
        "Subject: Re: Newsletter [O-7K3M2Q]"
    )


@given(texts)
@example("Müller & Söhne, Köln " * 9)
@example('The "Best" Hosts')
@example("Host (UK) Ltd.")
@example("Host, Sons")
@example("x" * 100)
@example("ß" * 40)
def test_a_display_name_is_read_back_and_never_becomes_an_address(display: str) -> None:
    display = " ".join(display.split())
    field = mailbox_field("From", display, ADDRESS)
    made = email.message_from_string(f"{field}\r\n\r\n", policy=email.policy.default)
    header = made["From"]
    assert made.keys() == ["From"]
    assert isinstance(header, AddressHeader)
    assert [a.addr_spec for a in header.addresses] == [ADDRESS]
    # The library puts a blank between two encoded words of a name, where RFC 2047 section 6.2
    # has none.
    name = header.addresses[0].display_name
    assert name.replace(" ", "") == display.replace(" ", "")
    assert name == display or field.count("=?utf-8?b?") > 1
    assert all(len(line) <= 998 for line in field.split("\r\n"))


@pytest.mark.parametrize(
    ("display", "field"),
    [
        pytest.param("", "From: support@host.example", id="none"),
        pytest.param("Host & Sons", "From: Host & Sons <support@host.example>", id="plain"),
        pytest.param("Host, Inc.", 'From: "Host, Inc." <support@host.example>', id="quoted"),
        pytest.param('A "B"', 'From: "A \\"B\\"" <support@host.example>', id="escaped"),
        pytest.param("Höst", "From: =?utf-8?b?SMO2c3Q=?= <support@host.example>", id="encoded"),
    ],
)
def test_a_display_name_is_written_in_the_plainest_form(display: str, field: str) -> None:
    assert mailbox_field("From", display, ADDRESS) == field


def test_tokens_stand_one_on_a_line_and_are_never_encoded() -> None:
    long = f"<{'a' * 200}@x.example>"
    assert token_field("References", [long, "<b@x.example>"]) == (
        f"References: {long}\r\n <b@x.example>"
    )


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("<=?utf-8?q?=0D=0A?=@x.example>", id="encoded word"),
        pytest.param("<a@x.example> <b@x.example>", id="two"),
        pytest.param("<a@x.example>\r\nBcc: b@x.example", id="another field"),
    ],
)
def test_what_would_be_read_as_something_else_is_no_token(token: str) -> None:
    with pytest.raises(ValueError, match="References"):
        token_field("References", [token])


@pytest.mark.parametrize("stray", ["\r\nBcc: x@y.example", "\n", "\x00", "\u2028", "\ud800"])
def test_a_value_with_a_control_character_is_refused(stray: str) -> None:
    with pytest.raises(ValueError, match="Subject"):
        text_field("Subject", f"a{stray}")
    with pytest.raises(ValueError, match="From"):
        mailbox_field("From", f"a{stray}", ADDRESS)
    with pytest.raises(ValueError, match="To"):
        token_field("To", [f"a{stray}@x.example"])
