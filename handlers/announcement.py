"""What other systems are told of a request: one announcement for each change of its state.

Its body is made anew for each attempt from what the store holds, so that no copy of an address
lies about waiting: of a person who was forgotten none goes out any more.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from handlers.pseudonym import is_pseudonym
from handlers.states import TRANSITIONS
from handlers.values import ALL_LISTS, Intent, Request, State

# Of the body, docs/webhook.schema.json. Members may be added within a version, none goes.
VERSION = 1

EVENT_TYPES = tuple(
    f"{kind.value}.{state.value}"
    for kind in Intent
    for state in State
    if any(
        which is kind and state in (before, *after)
        for (which, before), after in TRANSITIONS.items()
    )
)

OutcomeState = Literal["told", "skipped", "needs_person", "begin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A change of a request that one receiver is to be told of.

    `id` is the same at each attempt. `order` grows from change to change. `before` is None where
    the request is new. `lists` are those that the change put the address on or took it off ("*"
    for all); `off`, of opt-outs, those that it is off now. `request` is how it stands by now,
    which may be further on than `after`; `told` are the states that this receiver was told of
    before, or a person in its stead, or that it may know of. `begun`: an earlier telling of this
    one may have had its effect, and nobody knows; `noted`: it is in the store that this telling
    may have.
    """

    row: int
    id: str
    receiver: str
    before: State | None
    after: State
    reason: str
    changed_at: datetime
    lists: tuple[str, ...]
    off: tuple[str, ...] = ()
    request: Request
    span_began_at: datetime  # from then on it is tried for days: the change, or a retry by staff
    attempts: int = 1  # including this one
    told: tuple[State, ...] = ()
    begun: bool = False
    noted: bool = False

    @property
    def type(self) -> str:
        """One of EVENT_TYPES."""
        return event_type(self.request.kind, self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What has become of an announcement; `note` says it for people, without personal data.

    "told": the receiver has it. "skipped": there is nothing to tell any more. "needs_person": the
    receiver cannot be told by a program, and a person has to do by hand what `note` says.
    "begin": nothing was done yet; it is to be noted that it may have been from here on, and this
    one is to be told again, as it stands then, with `Announcement.noted`. Raises ValueError for
    any other state: what a module of others makes up would never be looked at again.

    `hands_over`, of one that is told: the receiver carries the confirmed cancellation out from
    here on.
    """

    state: OutcomeState
    note: str = ""
    hands_over: bool = False

    def __post_init__(self) -> None:
        if self.state not in get_args(OutcomeState):
            raise ValueError("there is no such outcome")


def event_type(kind: Intent, state: State) -> str:
    """What has become of what: "cancellation.confirmed"."""
    return f"{kind.value}.{state.value}"


def still_true(after: State, lists: Collection[str], off: Collection[str]) -> tuple[str, ...]:
    """The lists of a change as they are to be told now, where the address is off these lists.

    Who has opted out again since is not told of as having come back.
    """
    if after is not State.UNDONE:
        return tuple(lists)
    return tuple(name for name in lists if name not in off and ALL_LISTS not in off)


def is_wanted(kind: Intent, state: State, patterns: Collection[str]) -> bool:
    """Whether a receiver with these patterns is told: "opt_out.*", a type, or none for all."""
    wanted = {event_type(kind, state), f"{kind.value}.*"}
    return not patterns or any(pattern in wanted for pattern in patterns)


def body_of(announcement: Announcement) -> bytes:
    """The body of its webhook: JSON in UTF-8, as docs/webhook.schema.json has it."""
    request = announcement.request
    # Of a person who was forgotten nobody has the address any more.
    address = None if is_pseudonym(request.address_key) else request.address_key
    return json.dumps(
        {
            "type": announcement.type,
            "timestamp": rfc3339(announcement.changed_at),
            "version": VERSION,
            "data": {
                "reference": request.reference,
                "kind": request.kind.value,
                "state": announcement.after.value,
                "before": announcement.before.value if announcement.before else None,
                "reason": announcement.reason,
                "order": announcement.row,
                "address": address,
                "lists": list(announcement.lists),
                "off": list(announcement.off),
                "channel": request.channel,
                "received_at": rfc3339(request.received_at),
                "due_at": rfc3339(request.due_at),
            },
        },
        separators=(",", ":"),
        ensure_ascii=False,
    ).encode("utf-8", "replace")


def rfc3339(at: datetime) -> str:
    """A moment in UTC to the second, with the Z that every parser knows."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
