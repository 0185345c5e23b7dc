"""The addresses in a header field, as people's mail programs write them (RFC 5322 section 3.4).

mail-parser reads the field. Where it finds more than one way to read it, a field that holds one
address in angle brackets and no other address is taken for that one: many programs leave out the
quotation marks around a name with a comma, or write the address twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.errors import MessageError

from mailparser.utils import get_addresses

from handlers.address import Address, make_address
from handlers.charsets import decode_words, word_octets

MAX_ADDRESSES = 200
# Of one field: what the standard library does with comments and quotes takes long on more.
MAX_CHARS = 20_000

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMMENT = re.compile(r"\([^()]*\)")
_ROUTE = re.compile(r"<\s*@")  # RFC 5322 section 4.4, obs-route
_ONE_ANGLE = re.compile(r"([^<>]*)<\s*(?:mailto:)?([^<>\s]{3,320})\s*>[\s,;]*\Z", re.IGNORECASE)
_ANY_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'“”‘’]+@[^\s<>()\[\],;:\"'“”‘’]+")
_MAX_COMMENT_DEPTH = 50
_SPEC = r"(?:[A-Za-z0-9_+-]+\.){0,9}[A-Za-z0-9_+-]+@(?:[A-Za-z0-9-]+\.){1,9}[A-Za-z0-9-]+"
_PLAIN = re.compile(rf"(?:((?:[A-Za-z0-9]+ ){{1,9}})<({_SPEC})>|({_SPEC}))\Z")
# A name as mail programs write it that has letters beyond ASCII: one encoded word of RFC 2047.
_ENCODED = re.compile(
    rf"(=\?(?:utf|UTF)-8\?(?:[bB]\?(?:[A-Za-z0-9+/]{{4}}){{1,15}}={{0,2}}"
    rf"|[qQ]\?(?:[A-Za-z0-9_.'-]|=[0-9A-F]{{2}}){{1,60}})\?=) <({_SPEC})>\Z"
)
_MAX_WORD_CHARS = 75


def read_addresses(value: str, *, guessed: bool = False) -> tuple[tuple[Address, ...], bool]:
    """The addresses of a field, and whether all of it could be read.

    With `guessed` the charset of the field is a guess: an address with letters outside of ASCII
    is then none, for nobody knows whose it would be.
    """
    if _ROUTE.search(value) or _is_group(value):
        return _taken(_found(value)[0], guessed), False
    found, complete = _found(value)
    addresses = _taken(found, guessed)
    if complete and len(addresses) == len(found):
        return addresses, bool(addresses)
    one = _only_angle(value, guessed)
    return ((one,), True) if one else (addresses, False)


def _found(value: str) -> tuple[list[tuple[str, str]], bool]:
    """Pairs of name and address as mail-parser finds them, and whether nothing was in doubt."""
    if plain := _PLAIN.match(value):  # there is but one way to read this
        return [((plain[1] or "").rstrip(), plain[2] or plain[3])], True
    if (encoded := _ENCODED.match(value)) and (name := _one_word(encoded[1])) is not None:
        return [(name, encoded[2])], True
    if value.count("(") > _MAX_COMMENT_DEPTH:
        return [], False
    defects: list[dict[str, object]] = []
    try:
        pairs = get_addresses(value[:MAX_CHARS], defects=defects, decode_names=True)
    except (MessageError, ValueError, LookupError, IndexError, TypeError, RecursionError):
        return [], False
    return pairs[:MAX_ADDRESSES], not defects


def _one_word(word: str) -> str | None:
    """What one encoded word says; None where mail-parser has to tell."""
    if len(word) > _MAX_WORD_CHARS:
        return None
    octets = word_octets(word[8], word[10:-2])
    try:
        name = (octets or b"").decode("utf-8")
    except UnicodeDecodeError:
        return None
    return name if name.isprintable() and name.strip() == name != "" else None


def _taken(pairs: Iterable[tuple[str, str]], guessed: bool) -> tuple[Address, ...]:
    made = (make_address(spec, name) for name, spec in pairs if spec.isascii() or not guessed)
    return tuple(address for address in made if address is not None)


def _is_group(value: str) -> bool:
    """Whether a colon stands where it makes a group (RFC 5322 section 3.4): "Staff: a@x, b@x;"."""
    if ":" not in value:
        return False
    plain = _COMMENT.sub(" ", _QUOTED.sub(" ", value[:MAX_CHARS])).partition("<")[0]
    return ":" in plain


def _only_angle(value: str, guessed: bool) -> Address | None:
    """The one address in angle brackets at the end, if the name holds no other one."""
    match = _ONE_ANGLE.match(value[:MAX_CHARS])
    if match is None:
        return None
    spec = match[2]
    name = decode_words(match[1])
    if '"' in _QUOTED.sub("", match[1]):
        return None  # a quotation that does not end: somebody else reads on
    others = {other.lower().strip(".") for other in _ANY_ADDRESS.findall(name)}
    if not others <= {spec.lower()} or "<" in name or (guessed and not spec.isascii()):
        return None
    return make_address(spec, name.strip().strip("\"'").strip())
