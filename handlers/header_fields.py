"""Header fields of our own mail, written out as lines: nothing put into one can end it.

The standard library's header classes take encoded words out of whatever is assigned to them, so
that a subject of `=?utf-8?q?=0D=0ABcc:_...?=` becomes a field of its own. Here a value stays text.
"""

from __future__ import annotations

import base64
import re
import textwrap
from collections.abc import Iterator, Sequence

LINE_COLUMNS = 76  # RFC 2047 section 2: a line with an encoded word has at most 76 characters

# They make 52 characters of base64, and 64 with what goes around: that fits after "Subject: ".
_WORD_OCTETS = 39
# RFC 5322 section 3.2.3: what a display name may hold without quotes, with the blanks between.
_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+\Z")
_NOT_IN_A_FIELD = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def text_field(name: str, value: str) -> str:
    """An unstructured field such as Subject, folded where it is long.

    Raises ValueError, as do the others here, for a control character.
    """
    _check(name, value)
    words = value.split()
    too_long = any(len(word) >= LINE_COLUMNS for word in words)
    if _is_ambiguous(value) or too_long or value != " ".join(words):
        return _lines(name, _encoded_words(value))
    line = f"{name}: {value}"
    if words and len(line) <= LINE_COLUMNS:
        return line  # which is all that the library would make of it
    return "\r\n".join(
        textwrap.wrap(
            line,
            LINE_COLUMNS,
            subsequent_indent=" ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    )


def token_field(name: str, tokens: Sequence[str]) -> str:
    """A field of tokens without blanks inside, each on its line and never encoded.

    RFC 2047 section 5: a Message-ID or an address with an encoded word in it is another one.
    """
    for token in tokens:
        _check(name, token)
        if "=?" in token or " " in token:
            raise ValueError(f"a token of {name} that would not be read as it is written")
    return _lines(name, tokens)


def mailbox_field(name: str, display: str, addr_spec: str) -> str:
    """A field with one address and its display name, which may be ''."""
    _check(name, display)
    alone = token_field(name, [addr_spec])
    if not display:
        return alone
    if _is_ambiguous(display):
        words = list(_encoded_words(display))
    elif _PHRASE.match(display):
        words = [display]
    else:
        escaped = re.sub(r'(["\\])', r"\\\1", display)
        words = [f'"{escaped}"']
    parts = [*words, f"<{addr_spec}>"]
    whole = f"{name}: {' '.join(parts)}"
    return whole if len(whole) <= LINE_COLUMNS else _lines(name, parts)


def _check(name: str, value: str) -> None:
    if _NOT_IN_A_FIELD.search(value):
        raise ValueError(f"a value of {name} with a control character in it")


def _lines(name: str, parts: Iterator[str] | Sequence[str]) -> str:
    return f"{name}: " + "\r\n ".join(parts)


def _is_ambiguous(value: str) -> bool:
    """Whether a reader could take `value` for something else if it were not encoded."""
    return not value.isascii() or "=?" in value


def _encoded_words(value: str) -> Iterator[str]:
    """`value` in encoded words (RFC 2047 section 2), none of which ends inside a character."""
    piece = b""
    for character in value:
        octets = character.encode()
        if len(piece) + len(octets) > _WORD_OCTETS:
            yield _encoded_word(piece)
            piece = b""
        piece += octets
    yield _encoded_word(piece)


def _encoded_word(octets: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(octets).decode()}?="
