"""Damaged and hostile bytes: parsing ends soon, in a Message or in UnparseableMessage."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handlers.parse import MAX_ADDRESSES, MAX_REFERENCES, UnparseableMessage, parse_message
from handlers.values import Message
from handlers.written import MAX_TEXT_CHARS
from tests.unit.messages import ANNA, joined, mail, multipart, nested, part

SAMPLES = (
    mail("Bitte kündigen.\n\nAm 01.06.2026 um 10:00 schrieb Shop <a@shop.example>:\n> Hallo"),
    multipart(
        nested(
            part("One"), part("<p>Zwei <b>drei</b></p><blockquote>q</blockquote>", "text/html")
        ),
        part("From: a@b.example\r\n\r\nhi", "message/rfc822"),
        part("Action: failed", "message/delivery-status"),
        part(b"JVBERg==", "application/pdf", "Content-Transfer-Encoding: base64"),
    ),
    mail("x", subject="=?utf-8?Q?K=C3=BCndigung?=", fields=["References: <a@b> <c@d>"]),
)
TOKENS = (
    b"\r\n", b"\n", b"\r", b"\x00", b"--b1", b"--b1--", b"\r\n\r\n", b": ", b";", b'"', b"=?",
    b"?=", b"=?utf-8?b?", b"\xff\xfe", b"\xc3", b"<", b">", b"@", b"(", b"From: ", b"boundary=",
    b"Content-Type: multipart/mixed\n", b"Content-Type: text/html; charset=idna\n",
    b"Content-Transfer-Encoding: base64\n", b"boundary*0*=utf-8''%ff", b"charset*=x''y",
    b"Content-Type: message/rfc822\n",
)  # fmt: skip


def outcome(raw: bytes) -> Message | None:
    """The message, or None where it is refused in the one allowed way."""
    try:
        message = parse_message(raw)
    except UnparseableMessage:
        return None
    for text in (message.subject, message.new_text, message.quoted_text, message.signature):
        assert len(text) <= 2 * MAX_TEXT_CHARS
        text.encode("utf-8")  # it can be stored: no lone surrogates
        assert "\x00" not in text
    for _, value in message.headers.items():  # noqa: PERF102 - Headers is no mapping
        value.encode("utf-8")
        assert "\n" not in value
    return message


@given(st.binary(max_size=2_000))
@example(b"")
@example(b"\n")
@example(b"From nobody\n\nhi")
def test_any_bytes_are_parsed_or_refused(raw: bytes) -> None:
    outcome(raw)


@given(st.lists(st.sampled_from(TOKENS) | st.binary(max_size=5), max_size=60))
def test_any_sequence_of_the_marks_of_mail_is_parsed_or_refused(pieces: list[bytes]) -> None:
    outcome(b"".join(pieces))


@settings(max_examples=200)
@given(
    st.sampled_from(SAMPLES),
    st.lists(
        st.tuples(
            st.floats(0, 1), st.integers(0, 20), st.sampled_from(TOKENS) | st.binary(max_size=4)
        ),
        min_size=1,
        max_size=6,
    ),
)
def test_a_damaged_message_is_parsed_or_refused(
    raw: bytes, damages: list[tuple[float, int, bytes]]
) -> None:
    for place, cut, put in damages:
        start = int(place * len(raw))
        raw = raw[:start] + put + raw[start + cut :]
    outcome(raw)


@given(st.sampled_from(SAMPLES), st.floats(0, 1))
def test_a_message_cut_anywhere_is_parsed(raw: bytes, place: float) -> None:
    assert outcome(raw[: int(place * len(raw))]) is not None


@pytest.mark.parametrize("letters", ["boundary=", "BOUNDARY =", "boundary*=", "boundary*0*="])
def test_of_sixty_nested_multiparts_the_outer_ones_are_read(letters: str) -> None:
    levels = (
        f"Content-Type: multipart/mixed; {letters}b{i}\r\n\r\n--b{i}\r\n\r\nhi {i}\r\n--b{i}\r\n"
        for i in range(60)
    )
    message = parse_message(b"From: a@b.example\r\n" + "".join(levels).encode() + b"\r\nhi")
    assert message.new_text.split("\n")[0] == "hi 0"
    assert "hi 48" in message.new_text
    assert "hi 58" not in message.new_text
    assert message.cut_short


def test_twenty_nested_multiparts_are_read() -> None:
    raw = part("Bye.")
    for level in range(20):
        raw = nested(raw, subtype="mixed", boundary=f"n{level}")
    assert parse_message(b"From: a@b.example\r\n" + raw).new_text == "Bye."


def test_of_more_than_500_parts_the_first_are_read() -> None:
    few = parse_message(multipart(*[part("x")] * 490))
    assert not few.cut_short
    many = parse_message(multipart(part("Please unsubscribe me."), *[part("x")] * 10_000))
    assert many.new_text.startswith("Please unsubscribe me.")
    assert many.cut_short
    # Where nothing but files can follow, nobody's words are lost.
    files = parse_message(multipart(part("Hello."), *[part("x", "image/png")] * 10_000))
    assert (files.new_text, files.cut_short) == ("Hello.", False)


@pytest.mark.parametrize("levels", [100, 5_000])
def test_messages_in_messages_are_read_or_refused(levels: int) -> None:
    raw = mail(
        b"Content-Type: message/rfc822\r\n\r\n" * levels, fields=["Content-Type: message/rfc822"]
    )
    message = outcome(raw)
    assert message is None or message.new_text == ""


def test_of_very_many_header_fields_the_topmost_1000_count() -> None:
    fields = [f"X-{number}: {number}" for number in range(2_000)]
    message = parse_message(mail("Bye.", fields=[*fields, "Reply-To: carl@other.example"]))
    assert len(message.headers.items()) == 1_000
    assert message.sender is not None
    assert message.new_text == "Bye."
    assert message.reply_to == ()


def test_long_fields_and_lists_are_cut_off() -> None:
    many = ", ".join(f"a{number}@x.example" for number in range(1_000))
    references = " ".join(f"<{number}@x.example>" for number in range(100))
    message = parse_message(
        mail(subject="s" * 50_000, fields=[f"Cc: {many}", f"References: {references}"])
    )
    assert len(message.headers.first("subject")) <= 20_000
    assert len(message.recipients) == MAX_ADDRESSES
    assert len(message.references) == MAX_REFERENCES
    assert message.references[-1] == "<99@x.example>"


def test_a_long_text_is_cut_off() -> None:
    assert len(parse_message(mail("word " * 40_000)).new_text) <= MAX_TEXT_CHARS


@pytest.mark.parametrize(
    "kind",
    [b"multipart/\xcdixed; boundary=b1", b"multipart/mixed; boundary=b1; charset=iso-8859-\xce"],
)
def test_octets_in_the_name_of_a_type_or_a_charset_harm_nobody(kind: bytes) -> None:
    inner = b'Content-Type: text/plain; charset="iso-8859-\xce"\r\n\r\nPlease unsubscribe me.'
    head = b"From: a@b.example\r\nContent-Type: " + kind + b"\r\n\r\n"
    assert parse_message(head + joined(inner)).new_text == "Please unsubscribe me."


# Work that grows no faster than the input ---------------------------------------------------


def _line(unit: str) -> Callable[[int], bytes]:
    return lambda size: mail(unit * (size // len(unit)))


def _html(unit: str) -> Callable[[int], bytes]:
    kind = ["Content-Type: text/html; charset=utf-8"]
    return lambda size: mail(unit * (size // len(unit)), fields=kind)


def _field(name: str, unit: str) -> Callable[[int], bytes]:
    return lambda size: mail(fields=[f"{name}: " + unit * (size // len(unit))])


def _levels(size: int) -> bytes:
    count = size // 60
    levels = (f"Content-Type: multipart/mixed\r\n\r\n--b{i}\r\n" for i in range(count))
    return b"From: a@b.example\r\n" + "".join(levels).encode() + b"\r\nhi"


TRAPS = {
    "one line": _line("a"),
    "words on one line": _line("a b "),
    "empty lines": _line("\n"),
    "quote marks": _line(">\n"),
    "quote headers": _line("On 1 Jun 2026 at 10:00, a@b.example x wrote\n"),
    "colons": _line("On Am Le El Il Op wrote a:\n"),
    "fields": _line("From: a\n\n\n"),
    "dashes": _line("--- "),
    "spaces": _line(" "),
    "signatures": _line("this message is confidential \n"),
    "codes": _line("[ABCD-EFGH-"),
    "message ids": _line("optoutd."),
    "html elements": _html("<div>"),
    "html styles": _html("<p style='display:none;height:0'>x"),
    "html quotes": _html("<blockquote>x"),
    "html preformatted": _html("<pre>\n"),
    "html zeros": _html("<p style='height:00000000;width:"),
    "html comments": _html("<!--"),
    "html entities": _html("&#"),
    "encoded words": _field("Subject", "=?a?q?x"),
    "encoded words of others": _field("X-Other", "=?a?q?x"),
    "comments": _field("From", "("),
    "addresses": _field("To", "a@b.example,"),
    "angles": _field("Reply-To", "<@a,"),
    "quotes": _field("Cc", '"\\'),
    "parameters": _field("Content-Type", 'text/plain;a=";'),
    "dates": _field("Date", "(\\"),
    "references": _field("References", "<a@"),
    "many fields": lambda size: mail(fields=[f"X{i}:" for i in range(size // 8)]),
    "many vendor fields": lambda size: mail(fields=[f"X-MS-{i}:" for i in range(size // 12)]),
    "blanks before the colon": lambda size: mail(fields=["X-A :"] * (size // 7)),
    "levels without boundaries": _levels,
    "many alternatives": lambda size: multipart(
        *[part(" ")] * min(size // 60, 499), subtype="alternative"
    ),
    "a codec of squares": lambda size: mail(
        b"kva" * (size // 3), fields=["Content-Type: text/plain; charset=punycode"]
    ),
}


def steps(raw: bytes) -> int:
    """How many calls parsing makes: a measure of its work that no other load disturbs."""
    profile = cProfile.Profile()
    profile.enable()
    outcome(raw)
    profile.disable()
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


@pytest.mark.timeout(20)  # calls do not tell of what one call does: that would take minutes here
@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS.keys())
def test_ten_times_the_bytes_take_about_ten_times_the_work(trap: Callable[[int], bytes]) -> None:
    outcome(mail())  # what is built once is built
    small, large = steps(trap(10_000)), steps(trap(100_000))
    assert large <= 15 * small + 1_000
    outcome(trap(500_000))


def test_an_ordinary_message_has_its_sender() -> None:
    """The builder of the traps makes mail that is read, so that they do not test nothing."""
    message = parse_message(mail(sender=ANNA))
    assert message.sender is not None


def test_a_multipart_of_the_traps_is_read() -> None:
    kind = 'Content-Type: multipart/mixed; boundary="b1"'
    assert parse_message(mail(joined(part("Bye.")), fields=[kind])).new_text == "Bye."
