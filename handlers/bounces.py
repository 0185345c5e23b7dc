"""Whose mail a bounce could not deliver. The only importer of flufl.bounce.

Three in a hundred bounces have no From, and every fifth has none of a null reverse-path, a report
and Auto-Submitted: what flufl.bounce reads in their text counts beside those signs, and tells a
bounce of our own mail that does not carry its Message-ID.
"""

from __future__ import annotations

import logging
import re
from email.message import Message as MimePart
from email.parser import BytesParser
from email.policy import compat32

from flufl.bounce import scan_message

from handlers.address import make_address
from handlers.daemon_names import is_daemon_local, is_daemon_name
from handlers.machine_words import hints_at_bounce
from handlers.values import Message

# A bounce says why at its beginning; the message that comes back stands below.
MAX_BYTES = 65_536
MAX_PARTS = 20
MAX_DEPTH = 4
MAX_LINES = 400
MAX_ADDRESSES = 20
# Some of its patterns take the square or the cube of the length of a line, and of the number of
# brackets in it.
MAX_LINE_CHARS = 200
MAX_BRACKETS = 4
MAX_FIELDS = 100
MAX_FIELD_CHARS = 1_000

_BLANKS = re.compile(r"[ \t\f\v]{9,}")
_FIELDS = ("from", "subject", "x-failed-recipients", "x-mailer")

# Without a handler its errors would go to stderr.
logging.getLogger("flufl.bounce").addHandler(logging.NullHandler())
logging.getLogger("flufl.bounce").propagate = False


def bounced_addresses(raw: bytes, message: Message) -> tuple[str, ...]:
    """The keys of the addresses that mail could not be delivered to for good, in their order.

    Empty where nothing speaks for a bounce, where it only says that the mail waits, and where
    nothing can be read. Looks at the first 64 KiB, 20 parts and 400 lines a part.
    """
    if not _may_be_bounce(message):
        return ()
    try:
        found = scan_message(_bounded(raw))
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        return ()  # it is no worse a sign than none
    written = sorted(octets.decode("ascii", "replace") for octets in found)
    addresses = (make_address(address.strip("<> ")) for address in written[:MAX_ADDRESSES])
    return tuple(dict.fromkeys(address.key for address in addresses if address is not None))


def _may_be_bounce(message: Message) -> bool:
    """Whether anything speaks for a bounce: only then is it worth reading a second time."""
    headers = message.headers
    return (
        not message.senders
        or message.report_type == "delivery-status"
        or "message/delivery-status" in message.attached_types
        or "x-failed-recipients" in headers
        or any(value.strip() in ("", "<>") for value in headers.all("return-path"))
        or any(is_daemon_local(s.local) or is_daemon_name(s.display) for s in message.senders)
        or hints_at_bounce(message)
    )


def _bounded(raw: bytes) -> MimePart:
    """The beginning of a message as a tree that flufl.bounce reads in bounded time."""
    whole = BytesParser(policy=compat32).parsebytes(raw[:MAX_BYTES])
    tree = MimePart()
    for name in _FIELDS:
        for value in whole.get_all(name, [])[:MAX_PARTS]:
            tree[name] = _short(str(value))
    if "from" not in tree:
        tree["From"] = "nobody@invalid"  # without any, one of its detectors raises IndexError
    left = [MAX_PARTS]
    _copy(whole, tree, left, depth=0)
    return tree


def _copy(part: MimePart, into: MimePart, left: list[int], *, depth: int) -> None:
    """Copies what a part says; `left` is how many parts may still come."""
    kind = part.get_content_type()
    into["Content-Type"] = kind
    if "content-description" in part:
        into["Content-Description"] = _short(str(part["content-description"]))
    payload = part.get_payload()
    if not isinstance(payload, list):
        into.set_payload(_lines(part))
        return
    children: list[MimePart | str] = []
    for child in payload:
        if depth >= MAX_DEPTH or left[0] <= 0 or not isinstance(child, MimePart):
            break
        left[0] -= 1
        copied = MimePart()
        if kind == "message/delivery-status":
            for name, value in child.items()[:MAX_FIELDS]:
                copied[name] = _short(str(value))
        _copy(child, copied, left, depth=depth + 1)
        children.append(copied)
    into.set_payload(children)


def _lines(part: MimePart) -> str:
    """The first lines of a text, decoded; those that are no bounce's are cut or left out."""
    octets = part.get_payload(decode=True)
    text = octets.decode("ascii", "replace") if isinstance(octets, bytes) else ""
    text = text.replace("\ufffd", " ")  # else they would be letters of addresses
    lines = [_BLANKS.sub(" ", line)[:MAX_LINE_CHARS] for line in text.splitlines()[:MAX_LINES]]
    return "\n".join(line for line in lines if line.count("<") <= MAX_BRACKETS)


def _short(value: str) -> str:
    return " ".join(value.split())[:MAX_FIELD_CHARS]
