"""Bytes of mail are changed in one place each, and stay as they were elsewhere."""

from __future__ import annotations

import base64

import pytest

from bench.put_in import addressed, as_a_person, with_request
from handlers.parse import parse_message

WORDS = "Please cancel my account."
HEAD = b"From: a@b.example\r\nSubject: x\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b"\r\nhello\r\n",
        b"From: a@b.example\n\nhello\n",
        b"From: a@b.example\r\n",
        HEAD + b"Content-Type: text/html\r\n\r\n<html><body class=x>hello</body></html>\r\n",
        HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(b"hello"),
        HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\nh=65llo\r\n",
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b--\r\n",
        HEAD + b'Content-Type: multipart/mixed;\r\n boundary="b c"\r\n\r\nx\r\n--b c\r\n'
        b"Content-Type: image/png\r\n\r\nhello\r\n--b c\r\nContent-Type: multipart/alternative;"
        b" boundary=d\r\n\r\n--d\r\nContent-Type: text/plain\r\n\r\nhello\r\n--d--\r\n--b c--\r\n",
    ],
    ids=["CRLF", "LF", "no body", "HTML", "base64", "quoted-printable", "one part", "nested"],
)
def test_a_request_becomes_the_first_line_of_the_text(raw: bytes) -> None:
    asking = with_request(raw, WORDS)
    assert asking is not None
    message = parse_message(asking)
    assert message.new_text.startswith(WORDS)
    assert "hello" in message.new_text or b"hello" not in raw


@pytest.mark.parametrize("kind", ["image/png", "message/delivery-status", "multipart/mixed"])
def test_mail_without_text_takes_no_request(kind: str) -> None:
    assert with_request(HEAD + f"Content-Type: {kind}\r\n\r\nhello\r\n".encode(), WORDS) is None


def test_we_are_the_only_recipient_and_nothing_else_changes() -> None:
    raw = (
        b"To: them@list.example,\r\n you@list.example\r\nFrom: a@b.example\r\nCC: x@y.example\r\n"
    )
    changed = addressed(raw + b"Subject: To: us\r\n\r\nTo: them\r\n", "us@shop.example")
    assert changed == (
        b"Delivered-To: us@shop.example\r\nTo: us@shop.example\r\nFrom: a@b.example\r\n"
        b"Subject: To: us\r\n\r\nTo: them\r\n"
    )


def test_a_list_leaves_no_trace_on_the_mail_of_its_author() -> None:
    raw = (
        b"List-Id: x\n <x.lists.example>\nPrecedence: list\nFrom: a@b.example\n"
        b"X-BeenThere: x@lists.example\n\nPrecedence: stays\n"
    )
    assert as_a_person(raw) == b"From: a@b.example\n\nPrecedence: stays\n"
