"""Mail that is known to bring readers down, one row a trap: what is read of each is right."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from handlers.parse import MAX_ADDRESSES, parse_message
from handlers.values import Message
from tests.unit.messages import multipart, part

ASKS = "Please unsubscribe me."
TO = "To: support@shop.example\r\n"
FROM = "From: Anna <anna@x.example>\r\n"
HEAD = FROM + TO + "Subject: Hello\r\n"
ANNA = "anna@x.example"
BASE64 = "Content-Transfer-Encoding: base64"


def octets(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")


def letter(*fields: str | bytes, head: str = HEAD, text: str | bytes = ASKS) -> bytes:
    """A letter with further fields, each without its line end."""
    return octets(head) + b"".join(octets(f) + b"\r\n" for f in fields) + b"\r\n" + octets(text)


def zip_bomb() -> bytes:
    """An archive that is a thousand times as large unpacked."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(20_000_000))
    return base64.encodebytes(packed.getvalue())


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What is to be read of a message."""

    text: str = ASKS
    sender: str | None = ANNA
    subject: str = "Hello"
    cut_short: bool = False
    holds: Callable[[Message], bool] = lambda _: True


def charset(name: str, text: str | bytes = ASKS, *fields: str) -> bytes:
    return letter(f"Content-Type: text/plain; charset={name}", *fields, text=text)


def lone(sender: str | bytes, *fields: str) -> bytes:
    """A letter of which the From alone is strange."""
    return letter(b"From: " + octets(sender), *fields, head=TO + "Subject: Hello\r\n")


NOBODY = Read(sender=None)
NO_HEADER = Read(sender=None, subject="")
PLAIN = Read()

TRAPS: dict[str, tuple[bytes, Read]] = {
    # What email.policy.default raises for ------------------------------------------------------
    "line ends in an encoded name": (lone("=?utf-8?q?A=0D=0ABcc:_e@x?= <anna@x.example>"), NOBODY),
    "line ends in an encoded subject": (
        letter("Subject: =?utf-8?q?a=0D=0ABcc:_b?=", head=FROM + TO),
        Read(subject="a Bcc: b"),
    ),
    "an empty Message-ID": (letter("Message-ID: <>"), Read(holds=lambda m: m.message_id == "")),
    "a domain literal in the Message-ID": (
        letter("Message-ID: <a@[x]>"),
        Read(holds=lambda m: m.message_id == "<a@[x]>"),
    ),
    "no brackets around the Message-ID": (
        letter("Message-ID: a@x.example"),
        Read(holds=lambda m: m.message_id == ""),
    ),
    "blanks in the Message-ID": (
        letter("Message-ID: <a b@x>"),
        Read(holds=lambda m: m.message_id == ""),
    ),
    "two Message-IDs": (
        letter("Message-ID: <a@x>", "Message-ID: <b@x>"),
        Read(holds=lambda m: m.message_id == "<a@x>"),
    ),
    "a Message-ID of 5,000 characters": (
        letter(f"Message-ID: <{'x' * 5_000}>"),
        Read(holds=lambda m: m.message_id == ""),
    ),
    **{
        f"the date {date!r}": (letter(b"Date: " + date), Read(holds=lambda m: m.date is None))
        for date in (
            b"Thu, 99 Foo 99999 99:99:99 +9999", b"1 Jan 0000 00:00:00 +0000", b"\xff\xfe", b"",
            b"Mon, 01 Jun 2026 10:00:00 +9999999", b"31 Dec 9999 23:59:59 -2359",
            b"1 Jan 0001 00:00 +2359", b"9" * 5_000,
        )
    },
    **{
        f"the charset {name!r}": (charset(name), PLAIN)
        for name in (
            "unknown-8bit", "DEFAULT", "base64_codec", "rot13", "hex", "idna", "undefined", "''",
            "a\0b", "utf-7", "utf-16", "../../x",
        )
    },
    "a broken iso-2022-jp": (
        charset("iso-2022-jp", b"\x1b$B\xff\x1b(B\r\n" + ASKS.encode()),
        Read(holds=lambda m: m.new_text.endswith(ASKS), text=""),
    ),
    # UTF-7 writes markup and words that no filter sees.
    "utf-7": (
        charset("utf-7", "+AFAAbABlAGEAcwBl- unsubscribe me."),
        Read(text="+AFAAbABlAGEAcwBl- unsubscribe me."),
    ),
    "UTF-16": (charset("utf-16", ASKS.encode("utf-16")), PLAIN),
    "UTF-16 in base64": (
        charset("utf-16", base64.b64encode(ASKS.encode("utf-16")), BASE64),
        PLAIN,
    ),
    "UTF-8 that says Latin 1": (charset("iso-8859-1", "Grüße"), Read(text="Grüße")),
    "Latin 1 that says UTF-8": (charset("utf-8", "Grüße".encode("latin-1")), Read(text="Grüße")),
    # Nesting and floods ------------------------------------------------------------------------
    "20,000 nested comments": (lone("anna@x.example " + "(" * 20_000 + ")" * 20_000), NOBODY),
    "20,000 nested comments beside the sender": (
        letter("Cc: " + "(" * 20_000 + ")" * 20_000),
        Read(holds=lambda m: len(m.recipients) == 1),
    ),
    "three nested comments": (lone("anna@x.example (a (b (c)))"), PLAIN),
    "20,000 continuations": (
        letter("Content-Type: text/plain", *(f" ;n*{n}*=%41" for n in range(20_000))),
        PLAIN,
    ),
    "200,000 comments that do not end": (
        letter("Content-Type: text/html", text=f"<p>{ASKS}</p>" + "<!--" * 200_000),
        Read(cut_short=True),
    ),
    "2,000 recipients": (
        letter("Cc: " + ",\r\n ".join(f"p{n}@x.example" for n in range(2_000))),
        Read(holds=lambda m: len(m.recipients) == MAX_ADDRESSES),
    ),
    # What no message should be -----------------------------------------------------------------
    "NUL in the text": (letter(text="Please\0 unsubscribe\0 me.\0"), PLAIN),
    "NUL in the subject": (letter("Subject: He\0llo", head=FROM + TO), PLAIN),
    "NUL in the address": (lone("anna\0@x.example"), NOBODY),
    "bare CR": (letter().replace(b"\r\n", b"\r"), PLAIN),
    "bare LF": (letter().replace(b"\r\n", b"\n"), PLAIN),
    "all line ends": (letter().replace(b"\r\n", b"\n", 1).replace(b"\r\n", b"\r", 1), PLAIN),
    "nothing": (b"", Read(text="", sender=None, subject="")),
    "no header": (b"\r\n" + ASKS.encode(), NO_HEADER),
    "no header and no blank line": (ASKS.encode(), NO_HEADER),
    "no blank line": (octets(HEAD + ASKS), PLAIN),
    "no text": (octets(HEAD), Read(text="")),
    "a line before the header": (b"From anna@x.example Mon Jun  1\r\n" + letter(), PLAIN),
    "a mark before the header": (b"\xef\xbb\xbf" + letter(), PLAIN),
    "a mark before the text": (letter(text="\ufeff" + ASKS), PLAIN),
    "all in UTF-16": (
        letter().decode().encode("utf-16"),
        Read(text="", sender=None, subject="", holds=lambda m: m.new_text.endswith(ASKS)),
    ),
    # The strictest reading ---------------------------------------------------------------------
    "two From": (letter("From: b@x.example"), Read(sender=None)),
    "two From that are one": (letter(FROM.strip()), Read(sender=None)),
    "two Subject": (letter("Subject: Other"), PLAIN),
    "two Auto-Submitted": (
        letter("Auto-Submitted: no", "Auto-Submitted: auto-replied"),
        Read(holds=lambda m: m.headers.all("auto-submitted") == ("no", "auto-replied")),
    ),
    # Senders -----------------------------------------------------------------------------------
    "a group": (lone("Staff: anna@x.example;"), NOBODY),
    "a source route": (lone("<@relay.example:anna@x.example>"), NOBODY),
    "two senders": (lone("anna@x.example, bob@x.example"), NOBODY),
    "an address of an unknown charset": (lone(b"h68\x80@x.example"), NOBODY),
    "SMTPUTF8": (lone("анна@x.example"), Read(sender="анна@x.example")),
    "a domain of other letters": (
        lone("anna@bücher.example"),
        Read(
            sender="anna@bücher.example",
            holds=lambda m: m.senders[0].key == "anna@xn--bcher-kva.example",
        ),
    ),
    "a homoglyph": (
        lone("аnna@x.example"),
        Read(sender="аnna@x.example", holds=lambda m: m.senders[0].key != ANNA),
    ),
    "a name that turns the line": (
        lone("Anna \u202eevE <anna@x.example>"),
        Read(holds=lambda m: "\u202e" not in m.senders[0].display),
    ),
    # Encodings ---------------------------------------------------------------------------------
    "broken base64": (letter(BASE64, text=base64.b64encode(ASKS.encode())[:-1] + b"!"), PLAIN),
    "broken quoted-printable": (
        letter("Content-Transfer-Encoding: quoted-printable", text="Please un=\r\nsubscribe=ZZ"),
        Read(text="Please unsubscribe=ZZ"),
    ),
    "an archive": (
        multipart(part(ASKS), part(zip_bomb(), "application/zip", BASE64)),
        Read(
            sender="anna@customer.example",
            holds=lambda m: m.attached_types == ("text/plain", "application/zip"),
        ),
    ),
    # Size --------------------------------------------------------------------------------------
    "a header of 10 MB in many fields": (
        letter(*(f"X-{n}: {'y' * 1_000}" for n in range(10_000))),
        PLAIN,
    ),
    "a header of 10 MB in one field": (letter("X: " + "y" * 10_000_000), PLAIN),
    "a line of 5 MB": (
        letter(text=f"{ASKS}\r\n" + "x" * 5_000_000),
        Read(text="", cut_short=True, holds=lambda m: m.new_text.startswith(ASKS)),
    ),
    "a text of 25 MB": (
        letter(text=f"{ASKS}\r\n" + "words and words\r\n" * 1_500_000),
        Read(text="", cut_short=True, holds=lambda m: m.new_text.startswith(ASKS)),
    ),
    "an attachment of 25 MB": (
        multipart(part(ASKS), part(b"QUJD" * 6_250_000, "application/pdf", BASE64)),
        Read(sender="anna@customer.example"),
    ),
}  # fmt: skip


@pytest.mark.timeout(10)  # the worst of them took 12 s and more, of which no count of calls tells
@pytest.mark.parametrize(("raw", "read"), TRAPS.values(), ids=TRAPS.keys())
def test_what_is_read_of_a_trap_is_right(raw: bytes, read: Read) -> None:
    message = parse_message(raw)
    assert (message.sender.written if message.sender else None) == read.sender
    assert message.subject == read.subject
    assert message.cut_short is read.cut_short
    if read.text or not message.new_text:
        assert message.new_text == read.text
    assert read.holds(message)
