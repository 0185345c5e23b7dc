"""Whether each cancellation that was ever confirmed was confirmed by somebody who may do so.

The audit has each of them with its reason, the state before it and the message that brought it
about; of each reason one knows who has to have acted, and from which state it may lead on. Here no
end is foreseen: it has to hold whatever raced with what.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bench.crash.people import Person

_AGREED = frozenset({"confirmed", "handed_over", "completed"})
_OPEN = frozenset({"awaiting_confirmation", "review"})
_YES = frozenset({"yes", "yes by code", "yes again"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """What may lead to a state for one reason: one of `deeds`, from one of the states `before`.

    '' is no request at all. `by` says what has to have done it: the person's "letter", one of
    "answers" that say yes, a "receiver" that carries out what was agreed before, or else a deed.
    `paused` is why it has to have been on review.
    """

    before: frozenset[str]
    deeds: frozenset[str] = frozenset()
    by: str = ""
    paused: str = ""


_FILED = Right(before=frozenset({"review"}), deeds=frozenset({"drag to ends"}), by="letter")
# To be confirmed.
_CONFIRMS = {
    "cancellation-proven": Right(before=frozenset({""}), by="letter"),
    # Of what is paused, or was never asked, a yes confirms nothing.
    "confirmed-by-answer": Right(
        before=frozenset({"awaiting_confirmation"}), deeds=_YES, by="answers"
    ),
    "confirmed-by-staff": Right(before=_OPEN, deeds=frozenset({"requests confirm"})),
    "recorded-by-staff": Right(before=_OPEN | {""}, deeds=frozenset({"record cancellation"})),
    "completed-by-staff": Right(
        before=frozenset({"confirmed", "handed_over"}), deeds=frozenset({"requests complete"})
    ),
    "handed-over": Right(before=frozenset({"confirmed"}), by="receiver"),
    # Only goes on with what had been confirmed.
    "approved-by-staff": Right(
        before=frozenset({"review"}),
        deeds=frozenset({"review approve"}),
        paused="confirmation-moved-back",
    ),
    "filed-by-staff": replace(_FILED, paused="confirmation-moved-back"),
}
# To wait for an answer, and so for a yes: after the first time only staff bring that about.
_ASKS = {
    "asked-by-staff": Right(before=frozenset({"review"}), deeds=frozenset({"review approve"})),
    "cancellation-asked": _FILED,  # what was never asked before
    "filed-by-staff": replace(_FILED, paused="moved-back-by-staff"),
}

_Detail = Mapping[str, object]
_Place = tuple[str, str, str]


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
    names = {
        (str(place), str(validity), str(uid)): str(name)
        for place, validity, uid, name in rows(
            "SELECT mailbox, uid_validity, uid, message_id_hash FROM message"
        )
    }
    stood: dict[str, tuple[str, str]] = {}
    for reference, told in rows("SELECT reference, detail FROM event ORDER BY sequence"):
        name = str(reference)
        detail: _Detail = told if isinstance(told, dict) else json.loads(str(told))
        state = str(detail.get("after") or detail.get("state") or "")
        if name not in of or not state:
            continue
        reason, person, before = str(detail.get("reason")), of[name], stood.get(name, ("", ""))
        stood[name] = state, reason
        if state in _AGREED:
            right = _CONFIRMS.get(reason)
        elif state == "awaiting_confirmation" and before[0]:
            right = _ASKS.get(reason)
        else:
            continue
        message = names.get(_place(detail), "")
        if person is None or right is None or not _may(person, right, before, message):
            who = person.address if person is not None else "a stranger"
            what = "confirmed" if state in _AGREED else "asked about again"
            yield f"{who}: {name} is {what} by {reason}, and nobody may have asked for it"


def _may(person: Person, right: Right, before: tuple[str, str], message: str) -> bool:
    """Whether it was so; `message` is the hash of the Message-ID of what brought it about."""
    if before[0] not in right.before or (right.paused and before[1] != right.paused):
        return False
    if right.by == "receiver":
        return True
    if right.by == "letter" and not right.deeds:
        return person.sort.dmarc == "pass" and message == _hash_of_letter(person)
    if right.by == "letter" and message != _hash_of_letter(person):
        return False
    if right.by == "answers":
        said = [answer for answer in person.answers if answer.deed in right.deeds]
        return message in {_hash(answer.message_id) for answer in said}
    return not person.begun.isdisjoint(right.deeds)


def _hash_of_letter(person: Person) -> str:
    return _hash(person.letter.message_id) if person.letter is not None else "none"


def _hash(message_id: str) -> str:
    return hashlib.sha256(message_id.encode()).hexdigest()


def _place(detail: _Detail) -> _Place:
    return str(detail.get("mailbox")), str(detail.get("uid_validity")), str(detail.get("uid"))
