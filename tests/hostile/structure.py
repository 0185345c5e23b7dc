"""Hostile by their structure: depth, parts, size, and bytes that are no mail at all."""

from __future__ import annotations

from collections.abc import Iterator

from tests.hostile.case import (
    CANCEL,
    OPT_OUT,
    QUESTION,
    Case,
    Fate,
    Make,
    letter,
    octets,
    parts,
    text_part,
)

MIXED = 'multipart/mixed; boundary="b1"'
MEGABYTE = 1_000_000


def _levels(count: int, *, boundary: str = "n{}", innermost: str = OPT_OUT) -> Make:
    def make(who: str, to: str) -> bytes:
        opening = "".join(
            f'--{boundary.format(i)}\r\nContent-Type: multipart/mixed; boundary="'
            f'{boundary.format(i + 1)}"\r\n\r\n'
            for i in range(count)
        )
        body = f"{opening}--{boundary.format(count)}\r\n{text_part(innermost)}"
        return letter(who, to, body, kind=f'multipart/mixed; boundary="{boundary.format(0)}"')

    return make


def _forwarded(count: int) -> Make:
    body = "Content-Type: message/rfc822\r\n\r\n" * count + "\r\n" + OPT_OUT
    return lambda who, to: letter(who, to, body, kind="message/rfc822")


def _mixed(*each: str | bytes, kind: str = MIXED) -> Make:
    return lambda who, to: letter(who, to, parts(*each), kind=kind)


def nesting() -> Iterator[Case]:
    """Parts in parts."""
    # Whether the second is read to its end is a matter of time, on a busy machine.
    for count, fate in ((40, Fate.HONOURED), (2_000, Fate.SURVIVED), (20_000, Fate.REVIEW)):
        yield Case(
            family="nesting",
            name=f"{count} multiparts in each other",
            make=_levels(count),
            fate=fate,
            silent=fate is Fate.REVIEW,
        )
    yield Case(
        family="nesting", name="one boundary for 500 levels", make=_levels(500, boundary="n")
    )
    yield Case(family="nesting", name="boundaries that begin with each other",
               make=_levels(30, boundary="n" * 3 + "{}"))  # fmt: skip
    for count in (30, 2_000, 20_000):
        yield Case(
            family="nesting", name=f"{count} messages in each other", make=_forwarded(count)
        )
    yield Case(
        family="nesting",
        name="2,000 multiparts without a boundary",
        make=lambda who, to: letter(
            who,
            to,
            "Content-Type: multipart/mixed\r\n\r\n" * 2_000 + OPT_OUT,
            kind="multipart/mixed",
        ),
    )
    yield Case(
        family="nesting",
        name="multipart and message by turns, 500 times",
        make=lambda who, to: letter(
            who,
            to,
            "".join(
                f"--m{i}\r\nContent-Type: message/rfc822\r\n\r\n"
                f"Content-Type: multipart/mixed; boundary=m{i + 1}\r\n\r\n"
                for i in range(500)
            ),
            kind="multipart/mixed; boundary=m0",
        ),
    )


def many_parts() -> Iterator[Case]:
    """Very many parts."""
    for count in (400, 10_000):
        yield Case(
            family="many parts",
            name=f"{count} parts, the request first",
            make=_mixed(text_part(), *[text_part("x")] * count),
            fate=Fate.HONOURED,
        )
    yield Case(family="many parts", name="10,000 parts without anything",
               make=_mixed(*[b""] * 10_000))  # fmt: skip
    yield Case(family="many parts", name="100,000 lines that are boundaries",
               make=_mixed(*[b"--b1"] * 50_000))  # fmt: skip
    yield Case(
        family="many parts",
        name="300 alternatives of each other",
        make=_mixed(
            *[text_part(), text_part(f"<p>{OPT_OUT}</p>", "text/html")] * 150,
            kind='multipart/alternative; boundary="b1"',
        ),
    )
    file = 'Content-Disposition: attachment; filename="{}.pdf"\r\n\r\nx'
    yield Case(
        family="many parts",
        name="1,000 attachments with names",
        make=_mixed(text_part(), *[file.format(i) for i in range(1_000)]),
    )


def boundaries() -> Iterator[Case]:
    """Boundaries that are wrong, or mean something elsewhere."""
    for name, declared, used in (
        ("no boundary at all", "", "b1"),
        ("an empty boundary", '; boundary=""', ""),
        ("another boundary than is used", '; boundary="other"', "b1"),
        ("a boundary of regular expressions", '; boundary="(.*)+$"', "(.*)+$"),
        ("a boundary of 10,000 characters", f'; boundary="{"x" * 10_000}"', "x" * 10_000),
        ("a boundary with a line end", '; boundary="b\r\n 1"', "b 1"),
        ("a boundary in RFC 2231", "; boundary*0*=utf-8''b%31; boundary*1=2", "b12"),
        ("two boundaries", '; boundary="b1"; boundary="b2"', "b2"),
        ("a boundary in UTF-8", '; boundary="grüße"', "grüße"),
        ("a boundary with a NUL", '; boundary="b\x001"', "b\x001"),
    ):
        body = parts(text_part(), text_part("two"), boundary=used)
        yield Case(
            family="boundaries",
            name=name,
            make=lambda who, to, body=body, kind=f"multipart/mixed{declared}": letter(  # type: ignore[misc]
                who, to, body, kind=kind
            ),
        )
    yield Case(
        family="boundaries",
        name="never closed",
        make=lambda who, to: letter(who, to, f"--b1\r\n{text_part()}", kind=MIXED),
        fate=Fate.HONOURED,
    )
    yield Case(
        family="boundaries",
        name="the request in preamble and epilogue only",
        make=lambda who, to: letter(
            who, to, CANCEL.encode() + b"\r\n" + parts(text_part(QUESTION)) + CANCEL.encode(),
            kind=MIXED,
        ),
    )  # fmt: skip


def _sized(size: int, *, before: str = "", unit: str = "x" * 76 + "\r\n") -> Make:
    return lambda who, to: letter(who, to, before + unit * (size // len(unit)))


def _attached(size: int) -> Make:
    line = "QUJD" * 19 + "\r\n"
    head = (
        "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
        'Content-Disposition: attachment; filename="scan.pdf"\r\n\r\n'
    )
    return lambda who, to: letter(
        who, to, parts(text_part(), head + line * (size // len(line))), kind=MIXED
    )


def sizes() -> Iterator[Case]:
    """Large ones."""
    yield Case(family="sizes", name="an attachment of 3 MB, the request before it",
               make=_attached(3 * MEGABYTE), fate=Fate.HONOURED)  # fmt: skip
    yield Case(family="sizes", name="an attachment of 25 MB, the request before it",
               make=_attached(25 * MEGABYTE), fate=Fate.HONOURED, heavy=True)  # fmt: skip
    yield Case(family="sizes", name="a text of 25 MB", make=_sized(25 * MEGABYTE), heavy=True)
    yield Case(family="sizes", name="a text of 25 MB that begins with the request", heavy=True,
               make=_sized(25 * MEGABYTE, before=f"{OPT_OUT}\r\n\r\n"))  # fmt: skip
    yield Case(family="sizes", name="a line of 5 MB", make=_sized(5 * MEGABYTE, unit="x"))
    yield Case(family="sizes", name="5 MB of words on a line",
               make=_sized(5 * MEGABYTE, unit="unsubscribe me "), heavy=True)  # fmt: skip
    yield Case(family="sizes", name="2 MB of line ends", make=_sized(2 * MEGABYTE, unit="\r\n"))
    yield Case(family="sizes", name="2 MB of quote marks", make=_sized(2 * MEGABYTE, unit=">\r\n"))
    yield Case(
        family="sizes",
        name="100,000 header fields",
        make=lambda who, to: letter(
            who, to, QUESTION, head="\r\n".join(f"X-{i}: {i}" for i in range(100_000))
        ),
    )
    yield Case(
        family="sizes",
        name="100,000 continuation lines of one field",
        make=lambda who, to: letter(who, to, QUESTION, head="X-Long: a" + "\r\n b" * 100_000),
    )
    yield Case(
        family="sizes",
        name="25 MB of header",
        make=lambda who, to: letter(who, to, head="X-Long: " + "a" * 25 * MEGABYTE),
        heavy=True,
    )
    for name in ("From", "To", "Subject", "Reply-To", "Received", "Content-Type", "Date"):
        yield Case(
            family="sizes",
            name=f"a field {name} of 300 kB",
            make=lambda who, to, name=name: letter(  # type: ignore[misc]
                who, to, QUESTION, head=f"{name}: {'(' * 100_000}{'a@b.example, ' * 15_000}"
            ),
        )


def no_mail() -> Iterator[Case]:
    """Bytes that are hardly a message."""
    for name, raw in (
        ("one line end", b"\r\n"),
        ("a single character", b"x"),
        ("only a header", b"Subject: hello"),
        ("only a body", b"\r\n\r\n" + OPT_OUT.encode()),
        ("no colons", b"hello\r\nthere\r\n\r\nunsubscribe"),
        ("begins with a continuation", b" x: y\r\n\tz\r\n\r\nbye"),
        ("every octet", bytes(range(256)) * 8),
        ("100 kB of noise", bytes((i * i * 7 + i // 3) % 256 for i in range(100_000))),
        ("100 kB of NUL", b"\0" * 100_000),
        ("colons alone", b":\r\n" * 1_000),
        (
            "an mbox line before it",
            b"From x@y Tue Nov 24 10:00:00 2026\r\nSubject: x\r\n\r\nhello",
        ),
        ("a byte order mark before it", b"\xef\xbb\xbfSubject: x\r\n\r\nhello"),
        ("all of it in UTF-16", "Subject: x\r\n\r\nhello".encode("utf-16")),
        ("an HTTP request", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"),
        ("a gzip file", b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + b"\xff" * 2_000),
        ("an ELF file", b"\x7fELF\x02\x01\x01" + b"\0" * 2_000),
    ):
        yield Case(
            family="no mail",
            name=name,
            make=lambda _who, _to, raw=raw: raw,  # type: ignore[misc]
            silent=True,
        )


def line_ends() -> Iterator[Case]:
    """Line ends and NULs where none belong."""
    for name, change in (
        ("LF alone", (b"\r\n", b"\n")),
        ("CR alone", (b"\r\n", b"\r")),
        ("CR CR LF", (b"\r\n", b"\r\r\n")),
        ("LF CR", (b"\r\n", b"\n\r")),
    ):
        yield Case(
            family="line ends",
            name=name,
            make=lambda who, to, change=change: letter(who, to).replace(*change),  # type: ignore[misc]
            fate=Fate.HONOURED if name == "LF alone" else Fate.SURVIVED,
        )
    yield Case(
        family="line ends",
        name="no empty line before the body",
        make=lambda who, to: letter(who, to).replace(b"\r\n\r\n", b"\r\n"),
    )
    yield Case(
        family="line ends",
        name="CR in the subject",
        make=lambda who, to: letter(who, to, QUESTION, subject="hello\rBcc: victim@other.example"),
        fate=Fate.UNTOUCHED,
    )
    yield Case(
        family="line ends",
        name="the end of SMTP's DATA inside",
        make=lambda who, to: letter(
            who, to, f"{QUESTION}\r\n.\r\nMAIL FROM:<x@y.example>\r\n\n.\n\r.\r"
        ),
    )
    for name, make in (
        ("NUL in the text", lambda who, to: letter(who, to, f"a\0b\0\r\n{OPT_OUT}")),
        ("NUL in the subject", lambda who, to: letter(who, to, subject="he\0llo")),
        ("NUL in the name of a field", lambda who, to: letter(who, to, head="X\0Y: z")),
        ("NUL in the sender", lambda who, to: letter(who, to, sender=who.replace("@", "\0@"))),
        ("NUL between all", lambda who, to: b"\0".join(letter(who, to).split(b" "))),
        ("NUL at the end", lambda who, to: letter(who, to) + b"\0" * 100),
        ("octets of no charset in the header",
         lambda who, to: letter(who, to, subject=octets("x") + b"\xff\xfe\x80\xed\xa0\x80")),
    ):  # fmt: skip
        yield Case(family="line ends", name=name, make=make)


FAMILIES = (nesting, many_parts, boundaries, sizes, no_mail, line_ends)
