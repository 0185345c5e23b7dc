"""Feedback reports (RFC 5965): a mail provider tells that somebody complains, or wants no more.

"abuse", "opt-out" and "opt-out-list" name whom to leave alone; of other types, such as "not-spam"
(RFC 6430), nothing follows. Anybody can write such a report, and who is named in it is not told:
that much harm a forged one can do, and no more. It never names an address of ours.

The token of our List-Unsubscribe in the mail complained of goes before all that the report says:
nobody can forge it, providers leave it where they hide the recipient (RFC 6449), and
of a mail that was forwarded it has the address that we wrote to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from handlers.address import Address, make_address
from handlers.brought_token import token_in_address
from handlers.list_token import is_imitated_in
from handlers.screen import Ourselves
from handlers.values import Headers, Message

# A report is about one mail to one person; those that hold more are of few. More are for people.
MAX_PEOPLE = 5

_ASKS = frozenset({"abuse", "opt-out", "opt-out-list"})
# RFC 5965 section 3.2, and its predecessor's for what is to be removed.
_NAMES = ("removal-recipient", "original-rcpt-to")
# What Microsoft puts into the mail complained of.
_NAMED_BY_PROVIDERS = ("x-hmxmroriginalrecipient",)
_MAX_FIELDS = 50
_MAX_CHARS = 2_000
_SPEC = re.compile(r"[^\s<>,;:()\[\]\"]{1,64}@[^\s<>,;:()\[\]\"]{1,255}")
_REDACTED = re.compile(
    r"redacted|anonym|(?:x+|\*+|hidden|removed)\Z"
    # A hash in its place: RFC 6590 shows SHA-1 in base64, others write hexadecimal digits.
    r"|[a-z0-9+/]{27}=\Z|[0-9a-f]{40}\Z|[0-9a-f]{64}\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """Whom a report names, none of them ours; `too_many` of them are named to nobody.

    `doubtful` says that the mail complained of has our field with a token that is none of ours.
    """

    people: tuple[Address, ...] = ()
    too_many: bool = False
    doubtful: bool = False


def complaint_in(
    message: Message, us: Ourselves, token_keys: Mapping[int, bytes]
) -> Complaint | None:
    """The complaint that a message is; None where it is none, or names nobody."""
    types = message.report_fields.all("feedback-type")[:_MAX_FIELDS] or _type_of_old(message)
    # Several are of nobody's making but a forger's: each has to ask.
    if not types or any(_first_word(kind) not in _ASKS for kind in types):
        return None
    way_out = _way_out(message)
    token = token_in_address(way_out, token_keys)
    named = _named(message) if token is None else [token.address]
    people: dict[str, Address] = {}
    for address in named:
        if not _is_ours(address, us):
            people.setdefault(address.key, address)
        if len(people) > MAX_PEOPLE:
            return Complaint(too_many=True)
    if not people:
        return None
    imitated = token is None and _leads_to_us(way_out, us) and is_imitated_in(way_out, token_keys)
    return Complaint(people=tuple(people.values()), doubtful=imitated)


def _type_of_old(message: Message) -> tuple[str, ...]:
    """Of Microsoft's own form, older than the standard: the mail with whom it went to."""
    by_microsoft = message.sender is not None and message.sender.key == "staff@hotmail.com"
    named = any(name in message.returned_fields for name in _NAMED_BY_PROVIDERS)
    return ("abuse",) if by_microsoft and named else ()


def _way_out(message: Message) -> str:
    """What the List-Unsubscribe fields of the mail complained of say."""
    fields = message.returned_fields.all("list-unsubscribe")[:_MAX_FIELDS]
    return unquote(" ".join(fields)[:_MAX_CHARS])


def _leads_to_us(way_out: str, us: Ourselves) -> bool:
    """Whether a mail to it would come into one of our mailboxes."""
    found = (make_address(spec) for spec in _SPEC.findall(way_out.replace("?", " ")))
    return any(address is not None and us.owns(address.key) for address in found)


def _named(message: Message) -> list[Address]:
    """Those whom the report's fields name, or else the mail that it complains of."""
    report, original = message.report_fields, message.returned_fields
    found = _in_fields(report, *_NAMES) or _in_fields(original, *_NAMED_BY_PROVIDERS)
    if found:
        return found
    found = _in_fields(original, "to")
    return found if len(found) == 1 else []  # one to several does not tell who of them complains


def _in_fields(fields: Headers, *names: str) -> list[Address]:
    values = (v[:_MAX_CHARS] for name in names for v in fields.all(name)[:_MAX_FIELDS])
    made = (make_address(spec) for value in values for spec in _SPEC.findall(value))
    return [a for a in made if a is not None and not _REDACTED.match(a.local)]


def _is_ours(address: Address, us: Ourselves) -> bool:
    domains = (address.domain == d or address.domain.endswith(f".{d}") for d in us.domains)
    return address.key in us.addresses | us.form_senders or any(domains)


def _first_word(value: str) -> str:
    return re.split(r"[\s;(]", value.strip().lower(), maxsplit=1)[0]
