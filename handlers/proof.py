"""Who sent a message, by what evidence; and for whom it asks.

A sender address proves nothing. What our own receiving server found out does: its
Authentication-Results field (RFC 8601) with our authserv-id, as long as nobody else can have
written it.
"""

from __future__ import annotations

from typing import NamedTuple

from authres import AuthenticationResultsHeader, AuthResError, FeatureContext, dmarc

from handlers.address import Address
from handlers.daemon_names import is_daemon_local
from handlers.screen import Ourselves
from handlers.values import Message, Proof

_FIELD = "authentication-results"
_NO_ID = "exchange-online"
_DMARC = FeatureContext(dmarc)


class _Field(NamedTuple):
    """A field with our authserv-id, and whether only our own server can have put it there."""

    parsed: AuthenticationResultsHeader
    unforgeable: bool


def prove(message: Message, us: Ourselves, trusted_authserv_id: str) -> Proof:
    """What is known of the sender.

    A "pass" counts only in the topmost Authentication-Results, if it has our exact authserv-id,
    and in those of ours directly after it: what stands lower was there before our server took the
    message, so anybody can have put it there; our server removes forged ones with its own id (RFC
    8601 section 5). A "fail" also counts where somebody else's stand above ours: nobody forges
    a refutation of himself, and a server behind ours may add its own. `trusted_authserv_id` ''
    trusts none, and "exchange-online" means the topmost field that has no authserv-id.
    """
    found = _fields_of_ours(message, trusted_authserv_id.lower())
    if "fail" in _dmarc_results([field.parsed for field in found], message.sender):
        return Proof.REFUTED
    if message.sender is not None and message.sender.key in us.form_senders:
        return Proof.FORM
    trusted = [field.parsed for field in found if field.unforgeable]
    if message.sender is not None and _dmarc_results(trusted, message.sender) == {"pass"}:
        return Proof.PROVEN
    return Proof.UNPROVEN


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
        parsed = _read(value, without_id=wanted == _NO_ID)
        if parsed is not None and str(parsed.authserv_id).lower() == wanted:
            found.append(_Field(parsed=parsed, unforgeable=directly))
            if wanted == _NO_ID:
                break
        elif found:
            break
        else:
            directly = False  # somebody else's is the topmost: ours would stand above it
    return found


def _read(value: str, *, without_id: bool) -> AuthenticationResultsHeader | None:
    # Some servers end the field with a semicolon, which RFC 8601 does not know.
    value = value.rstrip().removesuffix(";")
    text = f"{_NO_ID}; {value}" if without_id else value
    try:
        return _DMARC.parse_value(text)
    except (AuthResError, ValueError, IndexError, TypeError, RecursionError):
        return None


def _dmarc_results(
    fields: list[AuthenticationResultsHeader], sender: Address | None
) -> frozenset[str]:
    """The dmarc results; one that speaks of another domain than the From's vouches for nothing."""
    found = set()
    for field in fields:
        for result in field.results:
            if str(result.method).lower() == "dmarc":
                domain = str(getattr(result, "header_from", None) or "").rpartition("@")[2].lower()
                aligned = sender is not None and domain in ("", sender.domain)
                verdict = str(result.result).lower()
                found.add(verdict if aligned or verdict != "pass" else "unaligned")
    return frozenset(found)
