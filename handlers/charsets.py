"""Octets to text where the declared charset is missing, wrong or unknown; encoded words."""

from __future__ import annotations

import binascii
import codecs
import quopri
import re

# What mail programs declare, and what they mean by it.
_MEANT = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "big5": "big5hkscs",
    "iso-8859-1": "cp1252",
    "iso-8859-9": "cp1254",
    "tis-620": "cp874",
}
# Codecs of Python that no mail program writes, and two of them take the square of the length.
_REFUSED = frozenset(
    {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf-7", "mbcs"}
)
# Python's names of charsets with one octet a character. Not the Thai ones: in them short words
# may be UTF-8 by accident.
_ONE_OCTET = re.compile(r"iso8859-(?!11)|cp125|koi8-")
# RFC 2047 section 2; longer than it allows, because senders do.
_ENCODED_WORD = re.compile(
    r"=\?(?P<charset>[\w.:+-]{1,40})(?:\*[\w-]{0,20})?\?(?P<form>[bBqQ])\?(?P<text>.{0,500}?)\?="
)
# ISO 8859-1 has controls where Windows has quotation marks, apostrophes and dashes.
_C1 = re.compile(r"[\x80-\x9f]")
_WINDOWS = {code: bytes([code]).decode("cp1252", "ignore") or None for code in range(0x80, 0xA0)}


def decode_octets(octets: bytes, charset: str) -> str:
    """`octets` as text; never raises.

    Tries the declared charset, then UTF-8, then what the declared one usually means. Where
    nothing fits, single characters are replaced, not the whole.
    """
    known = "utf-8" if _is_utf_8_after_all(octets, charset) else _codec(charset)
    for name in (known, "utf-8", _MEANT.get(charset.lower(), "")):
        text = _strictly(octets, name) if name else None
        if text is not None:
            return text
    plain = known in ("", "ascii", "utf-8")
    name = "cp1252" if plain else codecs.lookup(_MEANT.get(charset.lower(), known)).name
    if known == "utf-8" and _mostly_utf_8(octets):
        name = "utf-8"
    return _scalars(octets.decode(name, "replace"))


def is_readable(octets: bytes, charset: str) -> bool:
    """Whether the declared charset, UTF-8 where none is, decodes `octets` as they were meant."""
    if _is_utf_8_after_all(octets, charset):
        return False
    name = _codec(charset) if charset else "utf-8"
    return bool(name) and _strictly(octets, name) is not None


def decode_words(value: str) -> str:
    """A header value with its encoded words (RFC 2047) decoded; what is damaged stays as it is."""
    pieces: list[str] = []
    octets, charset, place = b"", "", 0
    for match in _ENCODED_WORD.finditer(value):
        between = value[place : match.start()]
        word = word_octets(match["form"], match["text"])
        if word is None:
            continue
        if place and not between.strip() and match["charset"].lower() == charset:
            # Section 6.2: space between encoded words is not part of the text; and some senders
            # cut a character in two.
            octets += word
        else:
            pieces.append(decode_octets(octets, charset))
            pieces.append("" if place and not between.strip() else between)
            octets, charset = word, match["charset"].lower()
        place = match.end()
    return "".join([*pieces, decode_octets(octets, charset), value[place:]])


def without_c1(text: str) -> str:
    """`text` with the C1 controls replaced by the characters that Windows has there."""
    return text.translate(_WINDOWS) if _C1.search(text) else text


def word_octets(form: str, text: str) -> bytes | None:
    """The octets of an encoded word in the `form` B or Q; None where it is damaged."""
    if form in "qQ":
        return quopri.decodestring(text.encode("utf-8", "replace"), header=True)
    letters = re.sub(r"[^A-Za-z0-9+/]", "", text)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    try:
        return binascii.a2b_base64(letters + "=" * (-len(letters) % 4))
    except binascii.Error:
        return None


def _codec(charset: str) -> str:
    """The name of Python's codec for `charset`, or '' for an unknown or refused one."""
    if not charset or "\x00" in charset:
        return ""
    try:
        b"a".decode(charset, "replace")  # fails where it is a codec, but not one of text
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        return ""
    return "" if name in _REFUSED or charset.lower() in _REFUSED else name


def _is_utf_8_after_all(octets: bytes, charset: str) -> bool:
    """Whether a charset in which any octet is a letter is declared for what is UTF-8.

    Words in such a charset are no UTF-8, which has letters outside of ASCII in a certain order.
    """
    if octets.isascii() or not _ONE_OCTET.match(_codec(charset)):
        return False
    return _strictly(octets, "utf-8") is not None


def _strictly(octets: bytes, name: str) -> str | None:
    try:
        text = octets.decode(name)
        text.encode("utf-8")  # some codecs make lone surrogates
    except (LookupError, ValueError):
        return None
    return text


def _mostly_utf_8(octets: bytes) -> bool:
    """Whether UTF-8 is right but for a few octets, as where a text is cut short."""
    text = octets.decode("utf-8", "replace")
    return text.count("\ufffd") * 20 <= sum(not c.isascii() for c in text) or len(
        text
    ) - 1 == text.find("\ufffd")


def _scalars(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
