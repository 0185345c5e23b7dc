"""Two weaker signs of a cancellation that tell of two things together make one to act on.

"Take down the site" may be about the site alone, and "end the payments" about a card; who asks for
both is leaving.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.classify.candidate import Candidate
from handlers.classify.frames import ACT, REVIEW
from handlers.values import Intent

# What the better of the two has to say by itself: less is about data, a part or a payment only.
_LEAST = 0.70
_CANCELLATION = Intent.CANCELLATION


def add_up(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, the best of a cancellation made certain where another one bears it out.

    Nothing is added where anything speaks against either of them.
    """
    found = [c for c in candidates if c.intent is _CANCELLATION]
    if any(c.objections or c.is_certain for c in found):
        return list(candidates)
    clean = [c for c in found if c.confidence >= REVIEW[_CANCELLATION]]
    best = max(clean, key=lambda c: c.confidence, default=None)
    if best is None or best.confidence < _LEAST or not _is_borne_out(best, clean):
        return list(candidates)
    raised = replace(best, confidence=ACT[_CANCELLATION])
    return [raised if candidate is best else candidate for candidate in candidates]


def _is_borne_out(best: Candidate, others: Sequence[Candidate]) -> bool:
    """Whether another sign stands on other words, and is not only a heading over these."""
    return any(
        other.rule != best.rule and not other.overlaps(best) and not other.is_topic
        for other in others
    )
