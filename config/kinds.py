"""The kinds of value that settings are made of: addresses, domain names, hosts, paths.

Each is an annotated type whose validator raises ValueError with the words that follow the key in
an error line: "is not a domain name like example.com".
"""

from __future__ import annotations

import ipaddress
import re
from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import idna
from pydantic import AfterValidator, BeforeValidator, Field

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z")
_HOST_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\Z")
# What handlers/address.py takes too: an address that it refuses could be neither read nor written.
_LOCAL_PART = re.compile(r"(?!\.)(?!.*\.\.)[^\s\x00-\x20\x7f\"(),:;<>@\[\\\]%!|]+(?<!\.)\Z")
_URL = re.compile(r"[!-;=?-~]{1,2000}\Z")  # printable ASCII without angle brackets
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}\Z")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


def _ascii_name(value: str) -> str:
    """The IDNA form (RFC 5891) of a domain name, as handlers/address.py makes it, or ''."""
    name = value.removesuffix(".").lower()
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True, transitional=False).decode("ascii")
        except UnicodeError:  # idna.IDNAError is one
            return ""
    return name if len(name) <= 253 else ""


def domain(value: str) -> str:
    """`value` as a domain name in its IDNA form, lower case; raises ValueError."""
    name = _ascii_name(value)
    labels = name.split(".")
    if len(labels) < 2 or not all(map(_LABEL.match, labels)) or labels[-1].isdigit():
        raise ValueError("is not a domain name like example.com")
    return name


def address(value: str) -> str:
    """`value` if it is an address (RFC 5322 addr-spec) that mail can go to; raises ValueError."""
    local, _, domain_part = value.rpartition("@")
    try:
        domain(domain_part)
    except ValueError:
        local = ""
    # As handlers/address.py: nothing invisible, and nothing that libraries decode.
    if not local.isprintable() or "=?" in local:
        local = ""
    if not _LOCAL_PART.match(local) or len(local.encode()) > 64:  # RFC 5321 section 4.5.3.1.1
        raise ValueError("is not a mail address like support@example.com")
    return value


def _host(value: str) -> str:
    labels = _ascii_name(value).split(".")
    # getaddrinfo reads "127.1" and "2130706433" as addresses; whoever means one writes it whole.
    is_name = all(map(_HOST_LABEL.match, labels)) and not labels[-1].isdigit()
    if not is_name and _ip_address(value) is None:
        raise ValueError(
            "is not a host name or an IP address; scheme, port and brackets do not belong to it"
        )
    return value


def _ip_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_loopback(host: str) -> bool:
    """Whether `host` names this machine itself: RFC 1122 section 3.2.1.3, RFC 4291, RFC 6761.

    Only names and addresses that no resolver can turn elsewhere; others are not looked up.
    """
    address = _ip_address(host)
    return address.is_loopback if address else host.lower() == "localhost"


def listen_address(value: str) -> str:
    """`value` if it is an IP address and a port, as in `[::1]:8025`; raises ValueError."""
    host, _, port = value.rpartition(":")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    is_right = _ip_address(bare) is not None and (":" in bare) == (bare != host)
    if not is_right or not (port.isascii() and port.isdecimal() and int(port) < 65_536):
        raise ValueError("must be an IP address and a port such as 127.0.0.1:8025 or [::1]:8025")
    return value


def receiver_url(value: str) -> str:
    """`value` if one can send to it: https, or http to this machine itself; raises ValueError."""
    try:
        parts = urlsplit(value)
        host, port = parts.hostname or "", parts.port
    except ValueError:  # brackets that hold no address, or a port that is none
        raise ValueError("is not an address like https://www.example.com/hook") from None
    if not _URL.match(value) or not host or port == 0 or parts.scheme not in ("https", "http"):
        raise ValueError("is not an address like https://www.example.com/hook")
    if "@" in parts.netloc or parts.fragment:
        raise ValueError("must hold neither a user's name nor a fragment")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError(
            "must start with https://, because it holds customers' addresses; http:// is for "
            "loopback addresses only"
        )
    return value


def _one_line(value: str) -> str:
    if not value.isprintable():
        raise ValueError("must be one line without control characters")
    return value


def _plain_name(value: str) -> str:
    if not _PLAIN_NAME.match(value):
        raise ValueError("must be letters, digits, '.', '_' or '-', at most 63 of them")
    return value


def _file_name(value: str) -> str:
    if not value:
        raise ValueError("must name a file")
    return value


def _date_in_quotes(value: object) -> object:
    if isinstance(value, str) and _ISO_DATE.match(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError("is not a day of the calendar") from None
    return value


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


Security = Literal["tls", "starttls", "none"]
Port = Annotated[int, Field(ge=1, le=65535)]
Text = Annotated[str, AfterValidator(_one_line)]
PlainName = Annotated[str, AfterValidator(_plain_name)]  # of a mailbox, or of a receiver
FileName = Annotated[Text, AfterValidator(_file_name)]
Host = Annotated[str, Field(min_length=1), AfterValidator(_host)]
Listen = Annotated[str, AfterValidator(listen_address)]
Backlog = Annotated[Literal["new", "all"] | date, BeforeValidator(_date_in_quotes)]
ReceiverUrl = Annotated[str, AfterValidator(receiver_url)]
MailAddress = Annotated[str, AfterValidator(address)]
Domain = Annotated[str, AfterValidator(domain)]
OptionalPath = Annotated[Path | None, BeforeValidator(_none_if_empty)]
