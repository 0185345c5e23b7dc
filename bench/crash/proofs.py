"""Whether each cancellation that was ever confirmed was confirmed by somebody who may do so.

The audit has each of them with its reason, and of each reason one knows who has to have acted.
Here no end is foreseen: it has to hold whatever raced with what.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from bench.crash.people import Person

_AGREED = frozenset({"confirmed", "handed_over", "completed"})
# Why it was confirmed: what has to have been done before.
_DEEDS = {
    "confirmed-by-answer": {"yes", "yes by code"},
    "confirmed-by-staff": {"requests confirm"},
    "recorded-by-staff": {"record cancellation"},
    "completed-by-staff": {"requests complete"},
    # Only goes on with what had been confirmed.
    "approved-by-staff": {"review approve"},
    "filed-by-staff": {"drag to ends"},
}
_GOES_ON = frozenset({"approved-by-staff", "filed-by-staff"})


def unasked(
    people: Sequence[Person], rows: Callable[[str], list[tuple[object, ...]]]
) -> Iterator[str]:
    """The cancellations that nobody proven asked for, a line each."""
    by_address = {person.address: person for person in people}
    of = {
        str(reference): by_address.get(str(key))
        for reference, key, kind in rows("SELECT reference, address_key, kind FROM request")
        if kind == "cancellation"
    }
    agreed: set[str] = set()
    for reference, told in rows("SELECT reference, detail FROM event ORDER BY sequence"):
        name = str(reference)
        detail = told if isinstance(told, dict) else json.loads(str(told))
        if name not in of or (detail.get("after") or detail.get("state")) not in _AGREED:
            continue
        person, reason = of[name], str(detail.get("reason"))
        if not _may(person, reason) or (reason in _GOES_ON and name not in agreed):
            who = person.address if person is not None else "a stranger"
            yield f"{who}: {name} is confirmed by {reason}, and nobody may have asked for it"
        agreed.add(name)


def _may(person: Person | None, reason: str) -> bool:
    if person is None:
        return False
    if reason == "cancellation-proven":
        return person.sort.dmarc == "pass"
    return not person.begun.isdisjoint(_DEEDS.get(reason, set()))
