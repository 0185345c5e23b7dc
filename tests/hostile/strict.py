"""A mail of ours read by somebody who forgives nothing: RFC 5322 as bytes, no library between."""

from __future__ import annotations

import re

MAX_LINE_OCTETS = 998  # RFC 5322 section 2.1.1, without CRLF
_FIELD = re.compile(rb"([!-9;-~]+): ?(.*)\Z", re.DOTALL)
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MESSAGE_IDS = re.compile(rb"<[!-;=?-~]+@[!-;=?A-~]+>(?:\r\n <[!-;=?-~]+@[!-;=?A-~]+>){0,19}\Z")

# The fields of every reply, in order, and those that some have (in brackets).
FIELDS = (
    "From", "To", "Subject", "Date", "Message-ID", "[In-Reply-To]", "[References]",
    "Auto-Submitted", "X-Auto-Response-Suppress", "X-Optoutd-Loop", "Content-Language",
    "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
)  # fmt: skip
_NEEDED = tuple(name for name in FIELDS if not name.startswith("["))
_KNOWN = tuple(name.strip("[]") for name in FIELDS)


def fields(raw: bytes) -> list[tuple[str, bytes]]:
    """The header fields as they stand there, folded lines with their CRLF. Raises ValueError."""
    head = raw.partition(b"\r\n\r\n")[0]
    found: list[tuple[str, bytes]] = []
    for line in head.split(b"\r\n"):
        if line[:1] in (b" ", b"\t"):
            name, value = found.pop()
            found.append((name, value + b"\r\n" + line))
            continue
        parts = _FIELD.match(line)
        if parts is None:
            raise ValueError(f"a line that is no field: {line[:80]!r}")
        found.append((parts[1].decode(), parts[2]))
    return found


def faults(raw: bytes) -> list[str]:
    """What is wrong with a written reply; nothing where it is exactly what we write."""
    found = []
    if bare := _BARE.search(raw):
        found.append(f"a bare {bare[0]!r} at {bare.start()}")
    if any(len(line) > MAX_LINE_OCTETS for line in raw.split(b"\r\n")):
        found.append("a line over 998 octets")
    try:
        given = fields(raw)
    except ValueError as error:
        return [*found, str(error)]
    names = [name for name, _ in given]
    if any(names.count(name) != 1 for name in _NEEDED):
        found.append(f"a field is missing or doubled: {names}")
    if foreign := [name for name in names if name not in _KNOWN]:
        found.append(f"fields that are not ours: {foreign}")
    values = dict(given)
    if values.get("To", b"").count(b"@") != 1 or b"," in values.get("To", b""):
        found.append(f"not one recipient: {values.get('To', b'')[:100]!r}")
    found += [
        f"{name} is no identifier: {values[name][:100]!r}"
        for name in ("Message-ID", "In-Reply-To", "References")
        if name in values and not _MESSAGE_IDS.match(values[name])
    ]
    return found
