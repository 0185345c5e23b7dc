"""Who sent a message, by what evidence; and for whom it asks.

A sender address proves nothing. What our own receiving server found out does: its
Authentication-Results field (RFC 8601) with our authserv-id, as long as nobody else can have
written it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from authres import AuthenticationResultsHeader, AuthResError, FeatureContext, dmarc

from handlers.address import Address
from handlers.daemon_names import is_daemon_local
from handlers.screen import Ourselves
from handlers.values import Message, Proof

_FIELD = "authentication-results"
_NO_ID = "exchange-online"
_DMARC = FeatureContext(dmarc)
_DMARC_IN_WORDS = re.compile(r"(?<![\w.-])dmarc\s*=\s*([a-z]+)", re.IGNORECASE)


class _Field(NamedTuple):
    """The dmarc results of a field with our authserv-id.

    And whether only our own server can have put it there; and the field as it stands.
    """

    results: frozenset[str]
    unforgeable: bool
    value: str


def prove(message: Message, us: Ourselves, trusted_authserv_id: str) -> Proof:
    """What is known of the sender.

    A "pass" counts only in the topmost Authentication-Results, if it has our exact authserv-id,
    and in those of ours directly after it: what stands lower was there before our server took the
    message, so anybody can have put it there; our server removes forged ones with its own id (RFC
    8601 section 5). A "fail" also counts where somebody else's stand above ours: nobody forges
    a refutation of himself, and a server behind ours may add its own. `trusted_authserv_id` ''
    trusts none, and "exchange-online" means the topmost field that has no authserv-id.

    A server copies into its field what the sender chose, such as the envelope address, and so a
    sender can make a field unreadable from there on. Therefore a pass must be read, and every
    other result counts as soon as the words of it stand in our field, be it in a comment.
    """
    found = _fields_of_ours(message, trusted_authserv_id.lower())
    if any("fail" in field.results for field in found):
        return Proof.REFUTED
    if message.sender is not None and message.sender.key in us.form_senders:
        return Proof.FORM
    trusted = frozenset[str]().union(*(field.results for field in found if field.unforgeable))
    if message.sender is not None and trusted == {"pass"}:
        return Proof.PROVEN
    return Proof.UNPROVEN


def results_of_ours(message: Message, trusted_authserv_id: str) -> tuple[str, ...]:
    """The Authentication-Results of our own server that `prove` goes by, for a person to read."""
    return tuple(field.value for field in _fields_of_ours(message, trusted_authserv_id.lower()))


def requester(message: Message, us: Ourselves) -> Address | None:
    """For whom the message asks: the From, or the Reply-To of our own web form.

    None where there is not exactly one readable From, or a form names no customer.
    """
    sender = message.sender
    if sender is None or sender.key not in us.form_senders:
        return sender
    if len(message.reply_to) != 1:
        return None
    customer = message.reply_to[0]
    machine = is_daemon_local(customer.local)  # anybody can type "noreply@…" into a form
    return None if machine or customer.domain in us.domains else customer


def _fields_of_ours(message: Message, wanted: str) -> list[_Field]:
    """The topmost field of ours and those that follow it above the next Received."""
    found: list[_Field] = []
    directly = True
    for name, value in message.headers.items() if wanted else ():
        if name != _FIELD:
            if found and name == "received":
                break
            directly = directly and not found
            continue
        results = _results_of_ours(value, wanted, message.sender)
        if results is not None:
            found.append(_Field(results=results, unforgeable=directly, value=value))
            if wanted == _NO_ID:
                break
        elif found:
            break
        else:
            directly = False  # somebody else's is the topmost: ours would stand above it
    return found


def _results_of_ours(value: str, wanted: str, sender: Address | None) -> frozenset[str] | None:
    """The dmarc results of a field with the id `wanted`; None for somebody else's."""
    in_words = {verdict.lower() for verdict in _DMARC_IN_WORDS.findall(value)} - {"pass"}
    # Some servers end the field with a semicolon, which RFC 8601 does not know.
    value = value.rstrip().removesuffix(";")
    text = f"{_NO_ID}; {value}" if wanted == _NO_ID else value
    try:
        parsed = _DMARC.parse_value(text)
    except (AuthResError, ValueError, IndexError, TypeError, RecursionError):
        return frozenset({"unreadable", *in_words}) if _begins_as_ours(value, wanted) else None
    if str(parsed.authserv_id).lower() != wanted:
        return None
    # authres leaves out, without a word, what follows the first thing that it cannot read.
    return _dmarc_results(parsed, sender) | in_words


def _begins_as_ours(value: str, wanted: str) -> bool:
    first = value.partition(";")[0].lower().split()
    if wanted == _NO_ID:  # begins with a result at once
        return bool(first) and "=" in first[0]
    return first[:1] == [wanted]


def _dmarc_results(field: AuthenticationResultsHeader, sender: Address | None) -> frozenset[str]:
    """The dmarc results; one that speaks of another domain than the From's vouches for nothing."""
    found = set()
    for result in field.results:
        if str(result.method).lower() == "dmarc":
            domain = str(getattr(result, "header_from", None) or "").rpartition("@")[2].lower()
            aligned = sender is not None and domain in ("", sender.domain)
            verdict = str(result.result).lower()
            found.add(verdict if aligned or verdict != "pass" else "unaligned")
    return frozenset(found)
