"""What a server's words mean: does it pass by itself, or does a person have to change something?

IMAPClient raises imaplib's own classes, so this needs no more than those. Note that imaplib
makes `Lost` a kind of `Refused`: whoever handles a refusal has to let `Lost` pass first.
"""

from __future__ import annotations

import imaplib
import re

Refused = imaplib.IMAP4.error  # the server said NO or BAD, or nothing that can be understood
Lost = imaplib.IMAP4.abort  # the connection is no longer of use: BYE, end of file, a broken line
ReadOnly = imaplib.IMAP4.readonly  # a folder that cannot be changed; imaplib derives it from Lost


class NotCreated(Refused):
    """The server will not create a folder."""


MAX_WORDS = 200

# RFC 9051 section 7.1 and RFC 5530 section 3.
_CODE = re.compile(r"\[([A-Z][A-Z-]*)")
_PASSING = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "EXPUNGEISSUED"})
_LASTING = frozenset(
    {
        "AUTHENTICATIONFAILED",
        "AUTHORIZATIONFAILED",
        "EXPIRED",
        "PRIVACYREQUIRED",
        "CONTACTADMIN",
        "NOPERM",
        "CANNOT",
        "OVERQUOTA",
        "NONEXISTENT",
    }
)
# For servers without codes: Gmail counts connections in words, Exchange has "Server Unavailable"
# and "User is authenticated but not connected", both of which end by themselves.
_PASSING_WORDS = re.compile(
    r"too many|try again|temporar|unavailable|not connected|server busy", re.IGNORECASE
)
# IMAPClient and imaplib wrap bytes into their messages by str().
_BYTES_LITERAL = re.compile(r"b'((?:[^'\\]|\\.)*)'|b\"((?:[^\"\\]|\\.)*)\"")
# Dovecot ends its answers with how long they took.
_TOOK = re.compile(r" \(\d+\.\d+(?: \+ \d+\.\d+)+ secs\)\.?$")
_ESCAPE = re.compile(rb"\\x([0-9a-f]{2})|\\(.)")


def words_of(error: BaseException, *, hide: str = "") -> str:
    """The server's own words on one line of at most 200 characters, without `hide` in them."""
    said = error.args[0] if error.args else ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(error)
    text = _BYTES_LITERAL.sub(_unwrapped, text)
    if hide:
        text = text.replace(hide, "***")
    printable = "".join(c if c.isprintable() else " " for c in text)
    words = _TOOK.sub("", " ".join(printable.split()))
    return words[:MAX_WORDS] or type(error).__name__


def code_of(words: str) -> str:
    """The response code in brackets, or ''."""
    found = _CODE.search(words)
    return found[1] if found else ""


def passes(words: str) -> bool:
    """Whether a refusal in these words is said to end by itself."""
    code = code_of(words)
    return code in _PASSING or (code not in _LASTING and bool(_PASSING_WORDS.search(words)))


def lasts(words: str) -> bool:
    """Whether a refusal in these words is said to stay until a person changes something."""
    return code_of(words) in _LASTING


def _unwrapped(literal: re.Match[str]) -> str:
    def byte(escape: re.Match[bytes]) -> bytes:
        if escape[1]:
            return bytes.fromhex(escape[1].decode())
        return b" " if escape[2] in b"nrt" else escape[2]

    inner = (literal[1] or literal[2] or "").encode("utf-8", "replace")
    return _ESCAPE.sub(byte, inner).decode("utf-8", "replace")
