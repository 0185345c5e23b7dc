"""Headers that the standard library would not read to their end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.header_block import readable_header, stray_fields
from handlers.parse import MENDED_HEADER, parse_message
from handlers.proof import prove
from handlers.screen import Ourselves, screen
from handlers.values import Proof
from tests.unit.cases import US
from tests.unit.messages import mail

TOKENS = (b"From", b"X-A", b" ", b"\t", b":", b"\r", b"\n", b"\xef\xbb\xbf", b">From ", b"\x00")
REST = b"To: support@shop.example\r\nSubject: Hello\r\n\r\nPlease unsubscribe me.\r\n"


@pytest.mark.parametrize(
    ("raw", "mended"),
    [
        (b"From : a@x.example\r\n" + REST, b"From: a@x.example\r\n" + REST),
        (b"Message-ID\t :<1@x>\nFROM  :a@x\n\nhi", b"Message-ID:<1@x>\nFROM:a@x\n\nhi"),
        (b"X-A: 1\n fold : on\nTo : b\n c\n\n", b"X-A: 1\n fold : on\nTo: b\n c\n\n"),
        (b"\xef\xbb\xbfFrom: a@x.example\r\n" + REST, b"From: a@x.example\r\n" + REST),
        (b">From a@x Mon Jun  1\nFrom: a@x\n\nhi", b"From: a@x\n\nhi"),
        (b"Subject :", b"Subject:"),
    ],
    ids=["from", "others", "folded", "byte-order-mark", "mailbox-line", "no-line-end"],
)  # fmt: skip
def test_a_header_is_mended_to_its_end(raw: bytes, mended: bytes) -> None:
    assert readable_header(raw) == mended


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        REST,
        b"From a@x Mon Jun  1 10:00:00 2026\nFrom: a@x\n\nhi",
        b"Subject: x\r\n\r\nFrom : b@x.example is in the text\r\n",
        b"Subject: x\r\nBonjour : merci de me retirer de votre liste\r\n",
        b"no header : at all",
        b"\x00From : a@x",
    ],
    ids=["empty", "whole", "mailbox", "in-the-text", "words", "no-header", "nul"],
)
def test_nothing_else_is_changed(raw: bytes) -> None:
    assert readable_header(raw) is raw


@given(st.lists(st.sampled_from(TOKENS), max_size=12))
def test_nothing_but_blanks_before_a_colon_is_taken_away(pieces: list[bytes]) -> None:
    raw = b"".join(pieces)
    mended = readable_header(raw)
    without = mended.translate(None, b" \t")
    assert raw.translate(None, b" \t").endswith(without)
    assert readable_header(mended) == mended or mended.startswith((b"\xef", b">"))


def test_of_several_readings_the_strictest_wins() -> None:
    head = b"From: anna@x.example\r\nFrom : eve@x.example\r\nAuto-Submitted : auto-replied\r\n"
    message = parse_message(head + REST)
    assert message.sender is None
    assert "auto-submitted" in screen(message, Ourselves(), Proof.UNPROVEN).automatic
    assert message.new_text == "Please unsubscribe me."


@pytest.mark.parametrize(
    ("behind", "signs"),
    [
        (b"no field\r\nAuto-Submitted: auto-replied\r\n\r\nhi", ["auto-submitted"]),
        (b"no field\nPrecedence : bulk\nFrom: b@x\nX-A: us\n\nhi", ["precedence", "x-a"]),
        (b"no field\rList-Id: <roses.garden.example>\r\rhi", ["list-id"]),
        (b"\r\nPrecedence: bulk\r\n\r\nhi", []),
        (b"no field\r\n\r\nPrecedence: bulk\r\n", []),
        (b"\r\n", []),
        (b"", []),
    ],
    ids=["sign", "several", "bare-cr", "in-the-text", "below-a-blank-line", "no-text", "no-end"],
)  # fmt: skip
def test_behind_a_line_that_is_no_field_only_signs_of_machines_count(
    behind: bytes, signs: list[str]
) -> None:
    raw = b"From: anna@x.example\r\nTo: support@shop.example\r\n" + behind
    assert [name.lower() for name, _ in stray_fields(raw)] == signs
    message = parse_message(raw)
    assert all(sign in message.headers for sign in signs)
    assert message.sender is not None


def test_a_text_without_a_blank_line_above_it_is_read() -> None:
    message = parse_message(b"From: anna@x.example\r\nPlease unsubscribe me.\r\n\r\nAnna")
    assert message.new_text.startswith("Please unsubscribe me.")
    assert message.headers.items() == (("from", "anna@x.example"),)


@pytest.mark.parametrize(
    ("subjects", "sign"),
    [
        (("Hello", "Automatic reply: Out of office"), "away-notice"),
        (("Hello", "=?utf-8?q?Undelivered_Mail_Returned_to_Sender?="), "bounce-text"),
        (("Hello", "Hello"), ""),
    ],
    ids=["away", "bounce", "none"],
)
def test_of_several_subjects_the_strictest_counts(subjects: tuple[str, ...], sign: str) -> None:
    for order in (subjects, subjects[::-1]):
        fields = [f"Subject: {subject}" for subject in order]
        message = parse_message(mail("See below.", subject=None, fields=fields))
        assert screen(message, US, Proof.UNPROVEN).automatic == ((sign,) if sign else ())


def test_of_what_servers_may_have_read_otherwise_nothing_is_proven() -> None:
    head = b"Authentication-Results: mx.shop.example; dmarc=pass header.from=x.example\r\n"
    whole = parse_message(head + b"From: anna@x.example\r\n" + REST)
    assert prove(whole, Ourselves(), "mx.shop.example") is Proof.PROVEN
    blanked = parse_message(head + b"From : anna@x.example\r\n" + REST)
    assert blanked.sender == whole.sender
    assert MENDED_HEADER in blanked.defects
    assert prove(blanked, Ourselves(), "mx.shop.example") is Proof.UNPROVEN
