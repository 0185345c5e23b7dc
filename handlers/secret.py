"""The secret that proves an answer to be an answer to our own mail.

It stands in the Message-ID of each reply, `<optoutd.SECRET@DOMAIN>` with SECRET in lower case, and
comes back in In-Reply-To, References and returned headers. Some submission services replace
Message-IDs, so a question shows it in its text as well: `[ABCD-EFGH-IJKL-MNOP]`.

No comparison tells by its time how much of a guess was right. The store looks a secret up by its
SHA-256: what an index walks along are characters of the hash, of which nobody can choose a prefix
without having the secret. Here hashes are compared in constant time, too.
"""

from __future__ import annotations

import hashlib
import hmac
import re

SECRET_CHARS = 16  # of base32 (RFC 4648 section 6): 80 bits
MAX_SECRETS = 20

# ASCII classes without IGNORECASE, under which "K" also matches the Kelvin sign. Of fixed length,
# so the search is linear in whatever a message holds.
_CHAR = "[A-Za-z2-7]"
_HYPHEN = "[-\u2010\u2011\u2013]"  # what mail clients make of one
SECRET_IN_MESSAGE_ID = re.compile(
    rf"(?<![A-Za-z0-9.])[Oo]ptoutd\.({_CHAR}{{{SECRET_CHARS}}})(?![A-Za-z0-9])"
)
SECRET_IN_TEXT = re.compile(rf"\[\s?{_HYPHEN.join([f'({_CHAR}{{4}})'] * 4)}\s?\]")

_SECRET = re.compile(rf"{_CHAR}{{{SECRET_CHARS}}}\Z")


def find_secrets(text: str) -> tuple[str, ...]:
    """The secrets in `text`, of either form, each once and in upper case; at most 20.

    Finding one proves nothing yet: anybody can write sixteen letters. The store knows the hashes
    of those that were given out.
    """
    if "ptoutd." not in text and "[" not in text:
        return ()  # as of nearly all, before anything is looked for
    found: dict[str, None] = {}
    for pattern in (SECRET_IN_MESSAGE_ID, SECRET_IN_TEXT):
        for match in pattern.finditer(text):
            found["".join(match.groups()).upper()] = None
            if len(found) == MAX_SECRETS:
                return tuple(found)
    return tuple(found)


def secret_hash(secret: str) -> str:
    """What the store keeps of a secret: the hexadecimal SHA-256 of its upper-case form."""
    return hashlib.sha256(_checked(secret).encode("ascii")).hexdigest()


def same_hash(one: str, other: str) -> bool:
    """Whether two hashes of secrets are one; as long as it takes for any other."""
    return hmac.compare_digest(one.encode("ascii", "replace"), other.encode("ascii", "replace"))


def code_form(secret: str) -> str:
    """The secret as a question shows it: `[ABCD-EFGH-IJKL-MNOP]`."""
    whole = _checked(secret)
    return f"[{'-'.join(whole[i : i + 4] for i in range(0, SECRET_CHARS, 4))}]"


def message_id(secret: str, domain: str) -> str:
    """The Message-ID of the one mail that carries `secret`, with its angle brackets."""
    return f"<optoutd.{_checked(secret).lower()}@{domain}>"


def _checked(secret: str) -> str:
    if not _SECRET.match(secret):
        raise ValueError("a secret is 16 characters of base32")  # and is not shown
    return secret.upper()
