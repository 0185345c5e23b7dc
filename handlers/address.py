"""Mail addresses: as people write them, and as the store knows them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import idna

# RFC 5321 section 4.5.3.1: 64 octets of local part, 255 of domain.
MAX_LOCAL_BYTES = 64
MAX_DOMAIN_BYTES = 255

# RFC 5322 dot-atom and RFC 6532 letters; quoted local parts are valid but never a customer's, and
# each character left out here is one that cannot reach an SMTP command or a header.
_LOCAL = re.compile(r"[^\s\x00-\x20\x7f\"(),:;<>@\[\\\]%!|]+\Z")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One mailbox address (RFC 5322 addr-spec) with its display name.

    `written` is the address as it stood in the message and the one that mail goes to; `key` is
    what the store compares: lower case, in Unicode's form NFC, with the domain in its IDNA form.
    """

    written: str
    key: str
    display: str = ""

    @property
    def local(self) -> str:
        """The local part of the key."""
        return self.key.rpartition("@")[0]

    @property
    def box(self) -> str:
        """The key without what may stand behind a plus (RFC 5233): whose the mailbox is."""
        return box_of(self.key)

    @property
    def domain(self) -> str:
        """The domain of the key, in its IDNA (ASCII) form."""
        return self.key.rpartition("@")[2]


def box_of(address_key: str) -> str:
    """The key without what may stand behind a plus (RFC 5233); most are their own box."""
    if "+" not in address_key:
        return address_key
    local, _, domain = address_key.rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


@lru_cache(maxsize=64)  # most messages name ours in several fields, and name theirs again
def make_address(addr_spec: str, display: str = "") -> Address | None:
    """An address from `local@domain`, or None where it is not one that mail could be sent to.

    Refuses control characters, address literals, source routes and percent hacks: none of them
    is how a customer writes, and each has been used to smuggle a second recipient.
    """
    written = addr_spec.strip().rstrip(".")
    local, at, domain = written.rpartition("@")
    # Not printable: also what is invisible, turns the direction, or is half a character.
    if not at or not _LOCAL.match(local) or not written.isprintable():
        return None
    folded = _folded(local)
    is_too_long = max(len(local.encode()), len(folded.encode())) > MAX_LOCAL_BYTES
    if is_too_long or not _LOCAL.match(folded):  # U+037E is a semicolon in NFC
        return None
    if "=?" in local:
        return None  # the beginning of an encoded word, which libraries decode wherever it stands
    if local.startswith(".") or local.endswith(".") or ".." in local:
        return None
    ascii_domain = _ascii_domain(domain)
    if ascii_domain is None:
        return None
    return Address(written=written, key=f"{folded}@{ascii_domain}", display=clean_text(display))


def _folded(local: str) -> str:
    """The local part as it is compared: in lower case, and in one form (RFC 6532 section 3.1).

    macOS writes "\u00e9" as "e" and an accent of its own: the same address, in other octets.
    """
    lower = local.lower()
    return lower if lower.isascii() else unicodedata.normalize("NFC", lower)


def clean_text(text: str, *, limit: int = 200) -> str:
    """Text from a header on one line, without control and direction-changing characters."""
    if text.isprintable():  # and so nothing is white space but the blanks
        return " ".join(text.split())[:limit]
    printable = "".join(" " if c.isspace() else c for c in text if c.isprintable() or c.isspace())
    return " ".join(printable.split())[:limit]


def _ascii_domain(domain: str) -> str | None:
    domain = domain.lower()
    if "." not in domain or len(domain) > MAX_DOMAIN_BYTES:
        return None
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True, transitional=False).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    if len(domain) > MAX_DOMAIN_BYTES or not all(_LABEL.match(x) for x in domain.split(".")):
        return None
    if domain.rpartition(".")[2].isdigit():
        return None  # an IP address without its brackets
    return domain
