"""The Message-ID in bytes, and that it is the one that the parser finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.message_id import message_id_hash, message_id_in
from handlers.parse import parse_message

MESSAGES = (
    (b"Message-ID: <a@b.example>\r\nFrom: x\r\n\r\n", "<a@b.example>"),
    (b"Subject: x\r\nMESSAGE-Id:\r\n <a@b.example> (comment)\r\n\r\n", "<a@b.example>"),
    (b"message-id: <a@b.example>\nMessage-ID: <c@d.example>\n\n", "<a@b.example>"),
    (b"Message-ID: <a@b.example>", "<a@b.example>"),
    (b"Message-ID: a@b.example\r\n\r\n", ""),
    (b"Message-ID: <a b@c>\r\n\r\n", ""),
    (b"Subject: x\r\n\r\nMessage-ID: <a@b.example>\r\n", ""),
    (b"X-Message-ID: <a@b.example>\r\n\r\n", ""),
    (b"", ""),
)


@pytest.mark.parametrize(("raw", "found"), MESSAGES)
def test_the_first_one_of_the_header_is_found(raw: bytes, found: str) -> None:
    assert message_id_in(raw) == found


@pytest.mark.parametrize(("raw", "found"), MESSAGES)
def test_it_is_the_one_that_the_parser_finds(raw: bytes, found: str) -> None:
    assert parse_message(raw).message_id == found


@given(st.binary(max_size=300))
def test_any_bytes_are_taken(raw: bytes) -> None:
    found = message_id_in(b"Message-ID: " + raw)
    assert found == "" or (found[0], found[-1]) == ("<", ">")


def test_the_hash_is_that_of_the_brackets_too_and_of_nothing_it_is_nothing() -> None:
    assert message_id_hash("<a@b.example>") == (
        "2b90fbf0f007bd8753c107d5d16130e1ff10ef97a742da435c8be4ce7b1174d4"
    )
    assert message_id_hash("") == ""
