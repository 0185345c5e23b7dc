"""A message that cannot be read: people look at it, and what they have decided on it holds."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.copy_hash import copy_hash, octets_digest
from handlers.memory import COPY, Known
from handlers.moved_back import Sighting, open_among, put_back, stop, was_moved_back
from handlers.values import Decision, Disposition, Filing, RawMessage

SET_ASIDE = "set-aside"

# Two of the reasons: it is there and does not come; and it may end whoever reads it.
NOT_GIVEN = "the server does not give its text"
ENDED = "the process ended while it was being read"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A message that cannot be processed, with the reason in one line."""

    raw: RawMessage
    error: str

    @property
    def digest(self) -> str:
        """That of its octets, '' where the server does not give any."""
        return octets_digest(self.raw.raw) if self.raw.raw else ""

    @property
    def copy_hash(self) -> str:
        """As that of a reading, '' where the server does not give any octets."""
        return copy_hash(self.raw.raw) if self.raw.raw else ""


def decide_set_aside(known: Known, seen: Sighting, *, folder: Filing) -> Decision:
    """What follows from a message that cannot be read and lies in `folder`, NOWHERE the inbox.

    It is held for a person, unless one has decided on it already, and goes on being held for the
    requests that it concerns.
    """
    placed = known.placed
    in_folder = folder is not Filing.NOWHERE
    if in_folder and placed is not None and placed.was_put_into(folder):
        return _copy()
    if not in_folder and was_moved_back(known, seen):
        return put_back(known)
    is_held = placed is not None and placed.is_held
    is_settled = known.copy_of is not None and known.copy_of.is_settled
    if is_settled and not (is_held or in_folder):
        return _copy()
    waiting = open_among(known)
    # Whoever makes an opt-out of it, stops the cancellation that it was taken for.
    part = stop(waiting) if folder is Filing.OPT_OUTS else None
    return Decision(
        disposition=Disposition.REVIEW,
        reason=SET_ASIDE,
        filing=Filing.REVIEW,
        changes=part.changes if part else (),
        repeated=part.repeated if part else tuple(r.reference for r in waiting),
    )


def _copy() -> Decision:
    return Decision(disposition=Disposition.LEAVE, reason=COPY, silence="already-answered")
