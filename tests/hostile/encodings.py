"""Hostile by how they are encoded: charsets, transfer encodings, parameters, archives."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from collections.abc import Iterator

from tests.hostile.case import OPT_OUT, QUESTION, Case, Fate, letter, parts, text_part

# Unknown ones, Python codecs that are no charsets, and those that are rarely whole.
_CHARSETS = (
    "unknown-8bit", "DEFAULT", "x-user-defined", "base64_codec", "rot13", "hex", "zlib", "bz2",
    "punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "utf_8_sig",
    "utf-7", "hz", "cp037", "utf-16", "utf-32", "iso-2022-jp", "iso-2022-kr", "gb18030", "big5",
    "../../etc/passwd", "os.system", "", "''", "x" * 10_000, "a\0b", "utf-8\r\n X: y", "%s", "=?",
)  # fmt: skip


def charsets() -> Iterator[Case]:
    """Names of charsets, and octets that are not of them."""
    for name in _CHARSETS:
        yield Case(
            family="charsets",
            name=f"charset {name[:40]!r}",
            make=lambda who, to, name=name: letter(  # type: ignore[misc]
                who, to, OPT_OUT, kind=f'text/plain; charset="{name}"'
            ),
        )
    for name, body, charset in (
        ("broken iso-2022-jp", b"\x1b$B" + b"\xff" * 50 + b"\x1b(B", "iso-2022-jp"),
        ("an iso-2022-jp that never returns", b"\x1b$B!!", "iso-2022-jp"),
        ("UTF-16 with half a character", OPT_OUT.encode("utf-16")[:-1], "utf-16"),
        ("half surrogates in UTF-8", b"\xed\xa0\x80\xed\xb0\x80" + OPT_OUT.encode(), "utf-8"),
        ("overlong UTF-8", b"\xc0\xbc\xc0\xafscript" + OPT_OUT.encode(), "utf-8"),
        ("UTF-8 beyond Unicode", b"\xf4\x90\x80\x80 \xf8\x88\x80\x80\x80", "utf-8"),
        ("UTF-7 that says it is UTF-7", b"+ADw-script+AD4-" + OPT_OUT.encode(), "utf-7"),
        ("a request spelt in UTF-7", b"+AFAAbABlAGEAcwBl- remove me from your list", "utf-7"),
        ("UTF-32 without its mark", OPT_OUT.encode("utf-32-le"), "utf-32"),
        ("8 bit in US-ASCII", "Bitte kündigen".encode("latin-1"), "us-ascii"),
        ("EBCDIC", OPT_OUT.encode("cp037"), "cp037"),
        ("100,000 combining marks", "e\u0301".encode() + "\u0301".encode() * 100_000, "utf-8"),
        ("ligatures that grow eighteenfold", "\ufdfa".encode() * 20_000, "utf-8"),
    ):
        yield Case(
            family="charsets",
            name=name,
            make=lambda who, to, body=body, charset=charset: letter(  # type: ignore[misc]
                who, to, body, kind=f"text/plain; charset={charset}"
            ),
        )


def transfer() -> Iterator[Case]:
    """Transfer encodings that are broken, unknown, or where none may be."""
    whole = base64.b64encode(OPT_OUT.encode())
    for name, encoding, body in (
        ("base64 with noise", "base64", b"!!" + whole + b"@@"),
        ("base64 without padding", "base64", whole.rstrip(b"=")[:-1]),
        ("base64 with padding inside", "base64", whole[:8] + b"====" + whole[8:]),
        ("base64 that is none", "base64", OPT_OUT.encode()),
        ("base64 of 2 MB on a line", "base64", b"QUJD" * 500_000),
        ("quoted-printable that ends early", "quoted-printable", OPT_OUT.encode() + b" ="),
        ("quoted-printable of no digits", "quoted-printable", b"=XX=0=\xff" + OPT_OUT.encode()),
        ("500,000 soft line ends", "quoted-printable", b"=\r\n" * 500_000),
        ("NUL in quoted-printable", "quoted-printable", b"=00=00" + OPT_OUT.encode()),
        (
            "an escape in quoted-printable",
            "quoted-printable",
            b"=1B]0;owned=07" + OPT_OUT.encode(),
        ),
        ("uuencode", "x-uuencode", b"begin 644 x\r\n" + b"M" + b"a" * 60 + b"\r\n`\r\nend"),
        ("uuencode without an end", "x-uuencode", b"begin 644 x\r\n" + b"~" * 50_000),
        ("an unknown one", "x-rot13", OPT_OUT.encode()),
        ("one of 10,000 characters", "x" * 10_000, OPT_OUT.encode()),
        ("two at once", "base64\r\nContent-Transfer-Encoding: 7bit", OPT_OUT.encode()),
        ("binary", "binary", b"\0\xff\x1b" * 1_000),
    ):
        yield Case(
            family="transfer encodings",
            name=name,
            make=lambda who, to, body=body, encoding=encoding: letter(  # type: ignore[misc]
                who, to, body, encoding=encoding
            ),
        )
    yield Case(
        family="transfer encodings",
        name="a multipart in base64",
        make=lambda who, to: letter(
            who,
            to,
            base64.encodebytes(parts(text_part())),
            kind='multipart/mixed; boundary="b1"',
            encoding="base64",
        ),
    )


def parameters() -> Iterator[Case]:
    """Parameters in pieces (RFC 2231), and fields of MIME that are none."""
    flood = "".join(f";\r\n name*{i}*=%41" for i in range(20_000))
    for name, kind in (
        ("20,000 pieces of a parameter", f"text/plain{flood}"),
        ("20,000 pieces, the last first",
         "text/plain" + "".join(f";\r\n name*{i}=a" for i in range(20_000, 0, -1))),
        ("20,000 parameters", "text/plain" + "".join(f";\r\n p{i}=a" for i in range(20_000))),
        ("pieces with gaps", "text/plain; charset*0=ut; charset*2=8; charset*1*=%66%2D"),
        ("a piece of a billion", "text/plain; charset*999999999=utf-8"),
        ("a piece of minus one", "text/plain; charset*-1=utf-8"),
        ("a piece with a strange digit", "text/plain; charset*\u0663=utf-8"),
        ("escapes of no charset", "text/plain; charset*=no-such''%FF%FE; name*=''"),
        ("quotes without an end", 'text/plain; charset="utf-8'),
        ("100,000 backslashes", 'text/plain; charset="' + "\\" * 100_000),
        ("a type with slashes", "a/b/c/d; charset=utf-8"),
        ("no type", "; charset=utf-8"),
        ("a type with a NUL", "text/pl\0ain"),
        ("two types", "text/plain\r\nContent-Type: text/html"),
    ):  # fmt: skip
        yield Case(
            family="parameters",
            name=name,
            make=lambda who, to, kind=kind: letter(who, to, kind=kind),  # type: ignore[misc]
        )
    disposition = "Content-Disposition: attachment" + flood.replace("name*", "filename*")
    yield Case(
        family="parameters",
        name="20,000 pieces of a file name",
        make=lambda who, to: letter(
            who, to, parts(text_part(), f"{disposition}\r\n\r\nx"),
            kind='multipart/mixed; boundary="b1"',
        ),
    )  # fmt: skip


def _zip(levels: int) -> bytes:
    octets = b"\0" * 10_000_000
    for _ in range(levels):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            # A fixed time, or the bytes would differ from run to run.
            archive.writestr(zipfile.ZipInfo("unsubscribe.txt"), octets, zipfile.ZIP_DEFLATED)
        octets = out.getvalue()
    return octets


def archives() -> Iterator[Case]:
    """Archives that grow; none is ever unpacked."""
    for name, kind, made in (
        ("a zip of 10 MB of nothing", "application/zip", lambda: _zip(1)),
        ("a zip in a zip in a zip", "application/zip", lambda: _zip(3)),
        ("a deflated stream as text", "text/plain", lambda: zlib.compress(b"\0" * 10_000_000)),
        ("a zip that says it is text", 'text/plain; name="a.txt"', lambda: _zip(1)),
    ):
        yield Case(
            family="archives",
            name=name,
            make=lambda who, to, kind=kind, made=made: letter(  # type: ignore[misc]
                who,
                to,
                parts(
                    text_part(QUESTION),
                    f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n"
                    "Content-Disposition: attachment\r\n\r\n".encode()
                    + base64.encodebytes(made()).replace(b"\n", b"\r\n"),
                ),
                kind='multipart/mixed; boundary="b1"',
            ),
            fate=Fate.UNTOUCHED,
        )


FAMILIES = (charsets, transfer, parameters, archives)
