"""Which cancellation is entered in WHMCS: only where nothing but one service can be meant.

Of what WHMCS answers, notes for people hold the numbers of clients and services alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal

from handlers.address import make_address
from handlers.announcement import Announcement, Outcome
from handlers.pseudonym import is_pseudonym
from handlers.values import Request, State

CancelType = Literal["End of Billing Period", "Immediate"]

# What a service's status has to be for it to run; and those of services that are over.
_RUNS = frozenset({"active", "suspended"})
_OVER = frozenset({"terminated", "cancelled", "fraud", "completed"})
# The days of WHMCS are those of its own time zone, whichever that is.
_ZONES_BEHIND, _ZONES_AHEAD = timedelta(hours=12), timedelta(hours=14)
# So soon nobody has ended the service that was meant by hand.
_LATE = timedelta(hours=1)
# What has become of a cancellation that is carried out, or is to be.
_STANDS = frozenset({State.CONFIRMED, State.HANDED_OVER, State.COMPLETED})


class Ambiguous(ValueError):  # noqa: N818 - what there is to say, not a fault
    """It is not plain whose service is meant, or which; the words say why, for people."""


def what_to_do(announcement: Announcement) -> Outcome | None:
    """What follows without asking WHMCS, or None where the cancellation is to be entered."""
    state = announcement.request.state
    if announcement.after is not State.CONFIRMED:
        if State.CONFIRMED not in announcement.told or state in _STANDS:
            return Outcome(state="skipped", note="nothing was entered that had to be taken back")
        return Outcome(
            state="needs_person",
            note="the cancellation was entered and does not stand any more: take it back in WHMCS",
        )
    if announcement.begun and state not in _STANDS:
        return Outcome(
            state="needs_person",
            note="the cancellation may have been entered, for an answer was lost, and does not "
            "stand any more: look in WHMCS, and take it back there",
        )
    if state not in _STANDS or state is State.COMPLETED:
        # Whoever has taken it back while WHMCS was out of reach is not cancelled after all.
        return Outcome(state="skipped", note=f"the request is {state.value} by now")
    why = _why_by_hand(announcement.request)
    return for_a_person(announcement, why) if why else None


def for_a_person(announcement: Announcement, why: str) -> Outcome:
    """That a person has to look, and enter it or not."""
    before = "; an answer was lost before, so look whether it is entered" * announcement.begun
    return Outcome(state="needs_person", note=f"{why}{before}")


def _why_by_hand(request: Request) -> str:
    """Why a person has to enter it, or ''."""
    if is_pseudonym(request.address_key):
        return "the person was forgotten"
    if request.wanted_end:
        return "the customer names an end date, which WHMCS cannot be told: enter it by hand"
    return ""


def the_client(answer: Mapping[str, Any], address_key: str) -> str:
    """The number of the one client with this address. Raises Ambiguous."""
    clients = _rows(answer, "clients", "client")
    # The search finds whatever begins so, in any field: the address itself is what counts.
    found = {
        str(client.get("id", "")) for client in clients if _key(client.get("email")) == address_key
    }
    if not found:
        raise Ambiguous("no client of WHMCS has this address")
    if len(found) > 1:
        raise Ambiguous(f"{len(found)} clients of WHMCS have this address")
    return _number(found.pop(), "client")


def is_late(announcement: Announcement, now: datetime) -> bool:
    """Whether somebody may have carried the cancellation out by hand meanwhile."""
    return now - announcement.changed_at > _LATE


def the_service(
    answer: Mapping[str, Any], client: str, *, asked_at: datetime, late: bool = False
) -> str:
    """The number of the one service of this client that is not over and can be meant.

    What was ordered after `asked_at`, when the request was received, cannot be. Raises Ambiguous,
    also where it may have been ordered about then; and where it is `late`, and a service that is
    over may be the one that was meant.
    """
    services = _rows(answer, "products", "product")
    if any(str(service.get("clientid", "")) != client for service in services):
        raise Ambiguous(f"WHMCS shows services of others for client {client}")
    last_day = (asked_at + _ZONES_AHEAD).date()
    running = [s for s in services if _status(s) not in _OVER]
    left = [s for s in running if (_ordered_on(s) or last_day) <= last_day]
    if running and not left:
        raise Ambiguous(f"client {client} has ordered all its services after the request")
    if not left:
        raise Ambiguous(f"client {client} has no service that could be cancelled")
    if len(left) > 1:
        raise Ambiguous(f"client {client} has {len(left)} services: which one is meant?")
    over = [s for s in services if s not in running and (_ordered_on(s) or last_day) <= last_day]
    if late and over:
        raise Ambiguous(
            f"client {client} has services that are over, and time has passed: was one meant?"
        )
    if _status(left[0]) not in _RUNS:
        raise Ambiguous(f"the service of client {client} does not run")
    ordered_on = _ordered_on(left[0])
    if ordered_on is None or ordered_on >= (asked_at - _ZONES_BEHIND).date():
        raise Ambiguous(
            f"the service of client {client} may have been ordered after the request: is it meant?"
        )
    return _number(str(left[0].get("id", "")), "service")


def cancel_fields(
    announcement: Announcement, service: str, cancel_type: CancelType
) -> dict[str, str]:
    """The parameters of AddCancelRequest."""
    request = announcement.request
    day = request.received_at.date().isoformat()
    return {
        "serviceid": service,
        "type": cancel_type,
        "reason": f"{request.reference}: asked for by {request.channel}, received {day} (optoutd)",
    }


def _rows(answer: Mapping[str, Any], outer: str, inner: str) -> Sequence[Mapping[str, Any]]:
    """All rows of a list as WHMCS nests it. Raises Ambiguous where some are missing."""
    try:
        total = int(answer.get("totalresults", -1))
    except (TypeError, ValueError, OverflowError):  # JSON knows Infinity
        total = -1
    if total == 0:
        return []
    nested = answer.get(outer)
    rows = nested.get(inner) if isinstance(nested, Mapping) else None
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise Ambiguous(f"WHMCS answers in a form that is not known ({outer})")
    if len(rows) != total:
        raise Ambiguous(f"WHMCS shows {len(rows)} of {total} {outer}")
    return rows


def _key(email: object) -> str:
    address = make_address(email) if isinstance(email, str) else None
    return address.key if address is not None else ""


def _status(service: Mapping[str, Any]) -> str:
    return str(service.get("status", "")).strip().lower()


def _ordered_on(service: Mapping[str, Any]) -> date | None:
    """The day that WHMCS has the service since; None where it says none."""
    day = service.get("regdate")
    try:
        return date.fromisoformat(day[:10]) if isinstance(day, str) else None
    except ValueError:  # such as 0000-00-00
        return None


def _number(text: str, what: str) -> str:
    if not (text.isascii() and text.isdecimal()):
        raise Ambiguous(f"WHMCS gives the {what} no number")
    return text
