"""The link in a newsletter: what its reader may do with it, and what follows (RFC 8058).

The token in the link says whose newsletter it is. It leaves a list for ever; it takes back what it
did itself, and only for a day, because a newsletter may be passed on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.case import Policy
from handlers.dossier import Dossier
from handlers.list_token import ListToken
from handlers.staff import suppression_for
from handlers.values import (
    ALL_LISTS,
    Change,
    Decision,
    Disposition,
    Intent,
    Proof,
    Request,
    State,
    Suppression,
    Tokens,
)

CHANNEL = "newsletter"
UNDO_WITHIN = timedelta(days=1)
_KIND = Intent.OPT_OUT


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the reader stands: off the token's list, off all, and whether that may be undone."""

    left_list: bool
    left_all: bool
    may_undo: bool


def standing(
    token: ListToken,
    dossier: Dossier,
    requests: Mapping[str, Request],
    *,
    repeated: Collection[str],
    now: datetime,
) -> Standing:
    """How a reader stands; `requests` are those behind the suppressions, by reference.

    `repeated` are the references of those that were asked for once more since.
    """
    key = token.address.key
    return Standing(
        left_list=dossier.suppression(key, token.list_name) is not None,
        left_all=dossier.suppression(key, ALL_LISTS) is not None,
        may_undo=bool(_undoable(token, dossier, requests, repeated, now)),
    )


def concerned(token: ListToken, dossier: Dossier) -> list[str]:
    """The references of the requests to look up for `standing` and `undo`."""
    return [held.reference for held in _held(token, dossier)]


def leave(
    token: ListToken,
    list_name: str,
    *,
    dossier: Dossier,
    policy: Policy,
    tokens: Tokens,
    language: str,
    now: datetime,
) -> Decision | None:
    """What follows where the reader leaves the list, or all; None where that is so already.

    Nobody is written to: the page has said it, or the mail client that sent the request.
    """
    key = token.address.key
    if dossier.suppression(key, list_name) is not None:
        return None
    newest = dossier.newest.get((key, _KIND))
    if newest is not None and newest.state is State.REVIEW and list_name == ALL_LISTS:
        # A person has not looked at the first one yet, and this one is clear. Of one list it is
        # another matter: what is held may have been about more.
        change = Change(
            reference=newest.reference,
            before=newest.state,
            after=State.EFFECTIVE,
            reason="asked-again",
        )
        return _decision(changes=(change,), suppress=(suppression_for(newest, now=now),))
    request = Request(
        reference=tokens.opt_out_reference,
        kind=_KIND,
        state=State.EFFECTIVE,
        address_key=key,
        address_written=token.address.written,
        channel=CHANNEL,
        mailbox="",
        received_at=now,
        due_at=now + policy.opt_out_due,
        language=language,
        proof=Proof.UNPROVEN.value,
        reason="left-list",
        origin_digest=_origin(key, tokens.opt_out_reference),
    )
    suppress = suppression_for(request, now=now, list_name=list_name)
    return _decision(requests=(request,), suppress=(suppress,))


def undo(
    token: ListToken,
    *,
    dossier: Dossier,
    requests: Mapping[str, Request],
    repeated: Collection[str],
    now: datetime,
) -> Decision | None:
    """What follows where the reader takes back what the link did; None where nothing can be."""
    lifted = _undoable(token, dossier, requests, repeated, now)
    if not lifted:
        return None
    # One request may have taken the address off several lists; it is over with the last.
    over = [
        reference
        for reference in dict.fromkeys(held.reference for held in lifted)
        if set(dossier.held_by(token.address.key, reference)) <= set(lifted)
    ]
    changes = tuple(
        Change(
            reference=reference,
            before=State.EFFECTIVE,
            after=State.UNDONE,
            reason="undone-by-customer",
        )
        for reference in over
    )
    return Decision(
        disposition=Disposition.ACT,
        reason="opt-out-undone",
        intents=(_KIND,),
        changes=changes,
        lift=lifted,
    )


def _decision(
    *,
    suppress: tuple[Suppression, ...],
    requests: tuple[Request, ...] = (),
    changes: tuple[Change, ...] = (),
) -> Decision:
    return Decision(
        disposition=Disposition.ACT,
        reason="left-list",
        intents=(_KIND,),
        requests=requests,
        changes=changes,
        suppress=suppress,
        silence="left-list",
    )


def _held(token: ListToken, dossier: Dossier) -> list[Suppression]:
    lists = dict.fromkeys((token.list_name, ALL_LISTS))
    found = (dossier.suppressions.get((token.address.key, name)) for name in lists)
    return [held for held in found if held is not None]


def _undoable(
    token: ListToken,
    dossier: Dossier,
    requests: Mapping[str, Request],
    repeated: Collection[str],
    now: datetime,
) -> tuple[Suppression, ...]:
    """What such a link did, and not long ago. What was asked by mail or telephone stays.

    Also where the link was first: no other way repeats a request, for the link itself leaves no
    trace where nothing is left to do.
    """
    return tuple(
        held
        for held in _held(token, dossier)
        if (request := requests.get(held.reference)) is not None
        and (request.channel, request.state) == (CHANNEL, State.EFFECTIVE)
        and request.reason == "left-list"
        and held.reference not in repeated
        and held.since >= now - UNDO_WITHIN
    )


def _origin(address_key: str, reference: str) -> str:
    """What tells this request from others: who leaves, comes back and leaves makes another one."""
    parts = ("link", _KIND.value, address_key, reference)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
