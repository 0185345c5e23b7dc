"""Bytes to a Message: what people wrote is found, and what they passed on is not taken for it."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime

import pytest

from handlers.parse import parse_message
from handlers.values import Message
from tests.unit.messages import SECRET, joined, mail, multipart, nested, part

WISH = "Please cancel my account."
NOT_MINE = "Unsubscribe me from everything."
FORWARDED = part(
    f"From: Carl <carl@other.example>\r\nSubject: inner\r\n\r\n{NOT_MINE}", "message/rfc822"
)
WINDOWS = b"I don\x92t want this any more \x96 please k\xfcndigen."
MEANT = "I don’t want this any more – please kündigen."


# What was written ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(mail(WISH), id="plain"),
        pytest.param(mail(WISH, fields=["Content-Type: text/markdown"]), id="markdown"),
        pytest.param(mail(WISH, fields=["Content-Type: text"]), id="half a content type"),
        pytest.param(mail(WISH, fields=["Content-Type: text/pl\x00ain"]), id="NUL in the type"),
        pytest.param(mail(WISH.replace("my", "m\x00y")), id="NUL in the text"),
        pytest.param(
            mail(WISH, fields=['Content-Type: text/plain; name="wish.txt"']), id="with a file name"
        ),
        pytest.param(
            mail(WISH, fields=["Content-Disposition: attachment"]), id="sent as an attachment"
        ),
        pytest.param(
            mail(WISH, fields=["Content-Disposition: attachment; filename=wish.txt"]),
            id="sent as an attached file",
        ),
        pytest.param(
            mail(WISH, fields=["Content-Type: multipart/mixed; boundary=b1"]),
            id="a multipart without any part",
        ),
        pytest.param(
            multipart(part(WISH), declared="other"), id="a boundary other than the declared one"
        ),
        pytest.param(
            mail(joined(part(WISH)), fields=["Content-Type: multipart/mixed"]), id="no boundary"
        ),
        pytest.param(
            multipart(nested(part(WISH), part("<p>x</p>", "text/html"))).replace(
                b'boundary="b2"', b'boundary="b3"'
            ),
            id="a wrong boundary within",
        ),
        pytest.param(multipart(part(WISH))[: -len(b"--b1--\r\n")], id="cut short"),
        pytest.param(
            mail(
                base64.b64encode(WISH.encode()).rstrip(b"="),
                fields=["Content-Transfer-Encoding: base64"],
            ),
            id="base64 without its padding",
        ),
        pytest.param(mail(f"\ufeff{WISH}"), id="a byte order mark"),
        pytest.param(
            multipart(part(WISH), part("<p>x</p>", "text/html"), subtype="alternative"),
            id="plain before html",
        ),
        pytest.param(
            multipart(part(" \r\n"), part(f"<p>{WISH}</p>", "text/html"), subtype="alternative"),
            id="an empty plain alternative",
        ),
        pytest.param(
            multipart(
                part("This message is in HTML only: use another program."),
                part(f"<p>{WISH}</p>", "text/html"),
                subtype="alternative",
            ),
            id="a placeholder for the html",
        ),
        pytest.param(
            multipart(
                part(WISH),
                part("<amp>x</amp>", "text/x-amp-html"),
                part("<p>x</p>", "text/html"),
                subtype="alternative",
            ),
            id="a third alternative",
        ),
        pytest.param(
            multipart(part(WISH), part("BEGIN:VCARD", "text/vcard")), id="a visiting card"
        ),
        pytest.param(multipart(part(WISH), FORWARDED), id="beside a forwarded message"),
        pytest.param(
            multipart(part(WISH), FORWARDED.replace(b"message/rfc822", b"message/global")),
            id="beside a forwarded message of RFC 6532",
        ),
        pytest.param(
            multipart(part(WISH), part(NOT_MINE, "text/plain", "Content-Disposition: attachment")),
            id="beside an attached text",
        ),
        pytest.param(
            multipart(
                part(WISH),
                part(NOT_MINE, "text/plain", "Content-Disposition: inline; filename=log.txt"),
            ),
            id="beside a text file shown with it",
        ),
        pytest.param(
            multipart(part(WISH), part(NOT_MINE, 'text/plain; name="log.txt"')),
            id="beside a named text",
        ),
    ],
)
def test_the_writers_own_words_are_the_new_text(raw: bytes) -> None:
    assert parse_message(raw).new_text == WISH


def test_html_with_a_plain_footer_keeps_both() -> None:
    raw = multipart(part(f"<p>{WISH}</p>", "text/html"), part("Checked for viruses."))
    assert parse_message(raw).new_text == f"{WISH}\nChecked for viruses."


def test_a_text_that_begins_with_html_is_a_text() -> None:
    wish = "HTML does not work on my site, so close my account."
    assert parse_message(mail(wish)).new_text == wish


def test_the_parts_of_one_text_are_joined_in_their_order() -> None:
    image = part(b"\xff\xd8", "image/jpeg")
    assert parse_message(multipart(part("One."), image, part("Two."))).new_text == "One.\nTwo."


def test_a_message_that_only_forwards_says_nothing_new() -> None:
    for raw in (
        multipart(FORWARDED),
        mail(FORWARDED.partition(b"\r\n\r\n")[2], fields=["Content-Type: message/rfc822"]),
    ):
        message = parse_message(raw)
        assert message.new_text == ""
        assert NOT_MINE in message.quoted_text
        assert "carl@other.example" in message.quoted_text


def test_a_forwarded_message_within_a_forwarded_one_stays_inside() -> None:
    inner = multipart(part("middle"), FORWARDED, boundary="b9")
    message = parse_message(multipart(part(WISH), part(inner, "message/rfc822")))
    assert message.new_text == WISH


def test_a_missing_blank_line_ends_the_header_at_the_first_line_of_text() -> None:
    raw = b"From: anna@customer.example\r\nSubject: Hi\r\n" + WISH.encode() + b"\r\nAnna\r\n"
    message = parse_message(raw)
    assert message.new_text == f"{WISH}\nAnna"
    assert message.subject == "Hi"


# Charsets -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("charset", "octets", "text"),
    [
        ("iso-8859-1", WINDOWS, MEANT),
        ("us-ascii", WINDOWS, MEANT),
        ("x-unknown", WINDOWS, MEANT),
        ("undefined", WINDOWS, MEANT),
        ("utf-8", WINDOWS, MEANT),
        ("base64", WINDOWS, MEANT),
        ("us-ascii", "kündigen".encode(), "kündigen"),
        ("x-unknown", "kündigen".encode(), "kündigen"),
        ("koi8-r", "отписаться".encode("koi8-r"), "отписаться"),
        ("gb2312", "请退订㈱镕".encode("gb18030"), "请退订㈱镕"),
        ("shift_jis", "配信停止①".encode("cp932"), "配信停止①"),
        ("euc-kr", "수신거부똠".encode("cp949"), "수신거부똠"),
        ("utf-8", "kündigen: bitte kündigen".encode()[:-7], "kündigen: bitte k\ufffd"),
    ],
)
def test_a_text_is_read_in_the_charset_that_was_meant(
    charset: str, octets: bytes, text: str
) -> None:
    raw = mail(octets, fields=[f"Content-Type: text/plain; charset={charset}"])
    assert parse_message(raw).new_text == text


def test_a_text_without_a_declared_charset_is_read_as_utf_8_or_windows() -> None:
    for octets in ("kündigen".encode(), "kündigen".encode("cp1252")):
        assert parse_message(b"From: a@b.example\r\n\r\n" + octets).new_text == "kündigen"


@pytest.mark.parametrize(
    ("field", "subject"),
    [
        ("=?utf-8?Q?K=C3=BCndigung_bitte?=", "Kündigung bitte"),
        ("=?iso-8859-1?q?K=FCndigung?=", "Kündigung"),
        ("=?x-unknown?Q?K=FCndigung?=", "Kündigung"),
        ("=?x-unknown?Q?K=C3=BCndigung?=", "Kündigung"),
        ("=?utf-8?B?S8O8bmRpZ3VuZw?=", "Kündigung"),
        ("=?utf-8?B?S8O8b?= =?utf-8?B?bmRpZ3VuZw==?=", "Kündigung"),
        ("=?utf-8?Q?K=C3?= =?utf-8?Q?=BCndigung?=", "Kündigung"),
        ("=?utf-8?Q?a?=\r\n =?utf-8?Q?b?= c", "ab c"),
        ("=?utf-8*de?Q?K=C3=BCndigung?=", "Kündigung"),
        ("Re: =?utf-8?Q?K=C3=BCndigung?=, now", "Re: Kündigung, now"),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("Kündigung", "Kündigung"),
        ("K\udcfcndigung", "Kündigung"),
        ("two\r\n lines", "two lines"),
        ("a\x00b\u202ec", "abc"),
        ("", ""),
    ],
)
def test_a_subject_is_read_whoever_encoded_it(field: str, subject: str) -> None:
    assert parse_message(mail(subject=field)).subject == subject


# Headers ------------------------------------------------------------------------------------


def test_the_first_of_two_subjects_counts() -> None:
    assert parse_message(mail(subject="One", fields=["Subject: Two"])).subject == "One"


def test_a_subject_ends_after_500_characters() -> None:
    assert parse_message(mail(subject="x" * 2_000)).subject == "x" * 500


@pytest.mark.parametrize(
    ("sender", "key"),
    [
        ("Anna <anna@customer.example>", "anna@customer.example"),
        ("anna@Customer.EXAMPLE (Anna)", "anna@customer.example"),
        ('"Weiss, Anna" <anna@customer.example>', "anna@customer.example"),
        ("=?utf-8?q?victim=40bank=2Eexample?= <anna@customer.example>", "anna@customer.example"),
        ('"victim@bank.example" <anna@customer.example>', "anna@customer.example"),
        ("Anna\r\n <anna@customer.example>", "anna@customer.example"),
        ("anna@customer.example <anna@customer.example>", "anna@customer.example"),
        ("'anna@customer.example' <anna@customer.example>", "anna@customer.example"),
        ("Anna @ Work <anna@customer.example>", "anna@customer.example"),
        ("Anna [x] <anna@customer.example>", "anna@customer.example"),
        ("Weiss; Anna <anna@customer.example>", "anna@customer.example"),
        ("Dr. Anna Weiss, PhD <anna@customer.example>", "anna@customer.example"),
        ("Weiss, Anna <anna@customer.example>", "anna@customer.example"),
        ("Anna <mailto:anna@customer.example>", "anna@customer.example"),
        ("=?utf-8?B?!!!?= <anna@customer.example>", "anna@customer.example"),
        (f"=?utf-8?q?{'A' * 90}?= <anna@customer.example>", "anna@customer.example"),
    ],
)
def test_one_readable_from_is_the_sender(sender: str, key: str) -> None:
    found = parse_message(mail(sender=sender)).sender
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(
    ("sender", "fields"),
    [
        (None, ()),
        ("", ()),
        ("Anna", ()),
        ("anna@customer.example, carl@other.example", ()),
        ("anna@customer.example", ("From: carl@other.example",)),
        ("anna@customer.example", ("From: anna@customer.example",)),
        ("=?utf-8?q?anna=40customer=2Eexample?=", ()),
        ("anna@customer.example <carl@other.example", ()),
        ("anna%other.example@customer.example", ()),
        ("anna@[192.0.2.1]", ()),
        ("Undisclosed:;", ()),
        ("Staff: anna@customer.example;", ()),
        ('"\\" <anna@customer.example>', ()),
        ("Staff: Anna <anna@customer.example>", ()),
        ("<@hop.example:anna@customer.example>", ()),
        ("carl@other.example <anna@customer.example>", ()),
        ("=?utf-8?q?carl=40other.example,?= x <anna@customer.example>, y", ()),
        ("Anna <anna@customer.example> <carl@other.example>", ()),
        ("anna\udc80@customer.example", ()),
        ("Anna <anna\udc80@customer.example>", ()),
        ("anna@customer.example\x00, carl@other.example", ()),
        ("(" * 5_000, ()),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_from_that_is_not_one_readable_address_is_no_sender(
    sender: str | None, fields: tuple[str, ...]
) -> None:
    assert parse_message(mail(sender=sender, fields=fields)).sender is None


def test_recipients_are_those_of_to_cc_and_the_resent_fields() -> None:
    fields = [
        "Cc: b@x.example",
        "Resent-To: c@x.example, d@x.example",
        "Delivered-To: E@X.example",
    ]
    message = parse_message(mail(fields=fields))
    assert [a.key for a in message.recipients] == [
        "support@shop.example",
        "b@x.example",
        "c@x.example",
        "d@x.example",
    ]
    assert [a.key for a in message.delivered_to] == ["e@x.example"]


@pytest.mark.parametrize(
    ("field", "date"),
    [
        ("Mon, 01 Jun 2026 10:00:00 +0200", datetime(2026, 6, 1, 8, tzinfo=UTC)),
        ("Mon, 01 Jun 2026 10:00:00 -0000", datetime(2026, 6, 1, 10, tzinfo=UTC)),
        ("yesterday", None),
        ("Mon, 99 Jun 2026 10:00:00 +0200", None),
        ("", None),
    ],
)
def test_dates_are_aware_or_absent(field: str, date: datetime | None) -> None:
    raw = b"From: a@b.example\r\nDate: " + field.encode() + b"\r\n\r\nhi"
    assert parse_message(raw).date == date


def test_thread_fields_are_read_also_where_they_are_folded_or_doubled() -> None:
    fields = [
        "In-Reply-To: <a@x.example>",
        "In-Reply-To: <b@x.example>",
        "References: <r1@x.example>\r\n\t<r2@x.example>\r\n <a@x.example>",
    ]
    message = parse_message(mail(fields=fields))
    assert message.in_reply_to == ("<a@x.example>", "<b@x.example>")
    assert message.references == ("<r1@x.example>", "<r2@x.example>", "<a@x.example>")
    assert message.message_id == "<one@customer.example>"


def test_content_and_report_types_are_those_that_were_sent() -> None:
    raw = multipart(part("x"), subtype="Report; Report-Type=Delivery-Status")
    message = parse_message(raw)
    assert message.content_type == "multipart/report"
    assert message.report_type == "delivery-status"


@pytest.mark.parametrize(
    "kind",
    ["message/delivery-status", "message/disposition-notification", "message/feedback-report"],
)
def test_the_parts_of_a_report_are_told_and_their_fields_kept(kind: str) -> None:
    status = "Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\n"
    raw = multipart(part("Delayed."), part(f"{status}Action: delayed\r\n", kind))
    message = parse_message(raw)
    assert message.attached_types == ("text/plain", kind)
    assert message.new_text == "Delayed."
    if kind == "message/delivery-status":  # the others are one block (RFC 8098, RFC 5965)
        assert "Action: delayed" in message.quoted_text


def test_files_are_told_by_their_types() -> None:
    raw = multipart(part("x"), part(b"%PDF", "application/pdf"), FORWARDED)
    assert parse_message(raw).attached_types == ("text/plain", "application/pdf", "message/rfc822")


# Secrets ------------------------------------------------------------------------------------

IN_ID = f"<optoutd.{SECRET.lower()}@shop.example>"
IN_TEXT = "[ABCD-EFGH-2345-67XY]"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(mail(fields=[f"In-Reply-To: {IN_ID}"]), id="In-Reply-To"),
        pytest.param(mail(fields=[f"in-reply-to: {IN_ID[1:-1]}"]), id="without its brackets"),
        pytest.param(mail(fields=[f"In-Reply-To: =?utf-8?q?{IN_ID}?="]), id="as an encoded word"),
        pytest.param(
            mail(fields=[f"References: <a@x.example>\r\n {IN_ID}\r\n <b@x.example>"]),
            id="References",
        ),
        pytest.param(
            mail(fields=["References: " + "<a@x.example> " * 300 + IN_ID]), id="long References"
        ),
        pytest.param(mail(f"Yes.\n\n{IN_TEXT}"), id="new text"),
        pytest.param(mail(f"Yes.\n\n> Is it you?\n> {IN_TEXT}"), id="quoted text"),
        pytest.param(mail(f"Yes.\n\n-- \nAnna\n\n{IN_TEXT}"), id="below a signature"),
        pytest.param(
            mail(
                f"<p>Yes.</p><blockquote>{IN_TEXT}</blockquote>",
                fields=["Content-Type: text/html"],
            ),
            id="quoted HTML",
        ),
        pytest.param(
            mail(f"<p>Yes.</p><div hidden>{IN_TEXT}</div>", fields=["Content-Type: text/html"]),
            id="hidden HTML",
        ),
        pytest.param(
            multipart(part("Failed."), part(f"Message-ID: {IN_ID}", "text/rfc822-headers")),
            id="returned headers",
        ),
        pytest.param(
            multipart(part("Failed."), part(f"Message-ID: {IN_ID}\r\n\r\nx", "message/rfc822")),
            id="a returned message",
        ),
        pytest.param(
            multipart(
                part("Failed."), part(f"From: a@b.example\r\n\r\n{IN_TEXT}", "message/rfc822")
            ),
            id="the text of a returned message",
        ),
    ],
)
def test_a_secret_is_found_wherever_it_comes_back(raw: bytes) -> None:
    assert parse_message(raw).secrets == (SECRET,)


def test_a_message_without_a_secret_has_none() -> None:
    fields = ["In-Reply-To: <optoutd.tooshort@shop.example>", "X-Other: " + IN_ID]
    assert parse_message(mail("[ABCD-EFGH]", fields=fields)).secrets == ()


# Digests ------------------------------------------------------------------------------------

ORIGINAL = mail("Bye.\n\nAnna\n", subject="Goodbye everybody and thanks for all")


def digest(raw: bytes) -> str:
    return parse_message(raw).digest


@pytest.mark.parametrize(
    "copy",
    [
        pytest.param(ORIGINAL.replace(b"\r\n", b"\n"), id="LF"),
        pytest.param(b"Received: from a by b; x\r\n" + ORIGINAL, id="another hop"),
        pytest.param(b"Delivered-To: cancel@shop.example\r\n" + ORIGINAL, id="another mailbox"),
        pytest.param(b"X-Spam-Status: No\r\nDKIM-Signature: v=1\r\n" + ORIGINAL, id="checked"),
        pytest.param(ORIGINAL + b"\r\n\r\n", id="blank lines at its end"),
        pytest.param(ORIGINAL.replace(b"everybody and", b"everybody\r\n\tand"), id="folded anew"),
        pytest.param(ORIGINAL.replace(b"Subject:", b"SUBJECT:"), id="field names in capitals"),
    ],
)
def test_copies_have_the_same_digest(copy: bytes) -> None:
    assert copy != ORIGINAL
    assert digest(copy) == digest(ORIGINAL)


def test_of_what_its_writer_did_not_date_the_first_server_tells_one_from_the_next() -> None:
    """Two mailboxes get the same message, and a year later the same form sends the same words."""
    undated = re.sub(rb"Date: [^\r]*\r\n", b"", ORIGINAL)
    first, again = (
        b"Received: by form; Sun, 01 Feb %d 09:30:00 +0000\r\n" % year for year in (2026, 2027)
    )
    ours = b"Received: by mx; whenever\r\n"
    assert digest(first + undated) == digest(ours + first + undated)
    assert digest(first + undated) != digest(ours + again + undated)
    assert digest(ours + first + b"Date:  \r\n" + undated) == digest(first + undated)
    assert digest(undated) == digest(b"X-Spam-Status: No\r\n" + undated)


def test_copies_that_were_cut_at_different_places_have_the_same_digest() -> None:
    long = mail("All work and no play.\n" * 1_000)
    received = b"Received: from a by b; x\r\n" * 50
    assert digest((received + long)[:16_384]) == digest(long[:16_384])


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(ORIGINAL.replace(b"Bye.", b"Hi."), id="another body"),
        pytest.param(ORIGINAL.replace(b"Goodbye", b"Hello"), id="another subject"),
        pytest.param(ORIGINAL.replace(b"<one@", b"<two@"), id="another Message-ID"),
        pytest.param(ORIGINAL.replace(b"Anna Weiss", b"Carl"), id="another name"),
        pytest.param(ORIGINAL.replace(b"10:00:00", b"10:00:01"), id="a second later"),
        pytest.param(b"From: x@y.example\r\n" + ORIGINAL, id="a second From"),
    ],
)
def test_other_messages_have_other_digests(other: bytes) -> None:
    assert digest(other) != digest(ORIGINAL)


def test_a_message_does_not_show_its_words_when_printed() -> None:
    message: Message = parse_message(mail(WISH))
    assert "cancel" not in repr(message)
