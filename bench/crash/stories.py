"""What happens after the letter: the customer answers, staff drag and decide, mail comes back.

A story is told step by step, and with each step stands what is right if it stops there. Where two
steps race, more than one end may be right: which, is told there.
"""

from __future__ import annotations

import random

from bench.crash.people import REFUSED, SORTS, End, Sort, Step


def _step(
    deed: str, once: str, states: str, told: str, lies: str, puts: str = "", may: str = ""
) -> Step:
    """A step with one right end; the words after `once` are those of `End`."""
    end = End(states=states, told=told, may=may, lies=lies, puts=puts)
    return Step(deed=deed, once=once, ends=(end,))


_YES = _step("yes", "question", "confirmed", "question confirmed", "ends", "ends")
_DRAGGED_OUT = _step("drag to outs", "", "effective", "off", "outs")
_DRAGGED_END = _step("drag to ends", "", "awaiting_confirmation", "question", "ends")
_UNDO = _step("undo", "off", "undone", "off back", "outs", "outs")
_PAUSED = _step("drag back", "question", "review", "question", "flagged")

# Who was asked whether the account shall be cancelled.
_ASKED: tuple[tuple[Step, ...], ...] = (
    (_YES,),
    (_step("yes by code", "question", "confirmed", "question confirmed", "ends", "ends"),),
    (_step("no", "question", "rejected", "question rejected", "ends", "ends"),),
    (_step("yes from elsewhere", "question", "review", "question", "ends", "flagged"),
     _step("requests confirm", "review", "confirmed", "question confirmed", "ends", "ends")),
    (_step("yes from elsewhere", "question", "review", "question", "ends", "flagged"),
     _step("requests reject", "review", "rejected", "question rejected", "ends", "inbox")),
    (_step("vacation", "question", "awaiting_confirmation", "question", "ends", "auto"),
     _step("yes", "question", "confirmed", "question confirmed", "ends", "auto ends")),
    (_step("bounce", "question", "review", "question", "ends", "auto"),
     _step("requests confirm", "review", "confirmed", "question", "ends", "auto")),
    (_YES, _step("yes", "", "confirmed", "question confirmed", "ends", "ends ends")),
    (_YES, _step("yes again", "", "confirmed", "question confirmed", "ends", "ends inbox")),
    (_YES, _step("requests complete", "confirmed", "completed", "question", "ends", "ends",
                 "confirmed")),
    (_YES, _step("bounce of confirmation", "confirmed mail", "confirmed", "question confirmed",
                 "ends", "ends auto")),
    (_YES, _step("undo of confirmation", "confirmed mail", "review", "question confirmed",
                 "ends", "ends flagged")),
    # Staff stop it while the yes may not be read yet.
    (_YES, Step(deed="drag back", once="", ends=(
        End(states="review", told="question", may="confirmed", lies="flagged", puts="ends"),
        End(states="review", told="question", lies="flagged", puts="flagged"))),
     _step("requests confirm", "review", "confirmed", "question confirmed", "ends", "ends")),
    (_YES, _step("requests confirm", "", "confirmed", "question confirmed", "ends", "ends")),
    (_YES, Step(deed="requests withdraw", once="", ends=(
        End(states="withdrawn", told="question withdrawn", may="confirmed", lies="ends",
            puts="ends"),
        End(states="withdrawn", told="question withdrawn", lies="ends", puts="flagged")))),
    # Whoever comes first: a rejected one is not confirmed by a yes, nor the other way about.
    (_YES, Step(deed="requests reject", once="", ends=(
        End(states="confirmed", told="question confirmed", lies="ends", puts="ends",
            after="refused"),
        End(states="rejected", told="question rejected", lies="ends", puts="flagged",
            after="taken")))),
    (_step("requests reject", "awaiting_confirmation", "rejected", "rejected", "ends",
           may="question"),),
    (_step("requests confirm", "awaiting_confirmation", "confirmed", "confirmed", "ends",
           may="question"),),
    (_step("record cancellation", "awaiting_confirmation", "confirmed", "confirmed", "ends",
           may="question"),),
    (_PAUSED, _step("drag to ends", "review", "awaiting_confirmation", "question", "ends"),
     _step("yes", "awaiting_confirmation", "confirmed", "question confirmed", "ends", "ends")),
    (_PAUSED, _step("yes", "review", "review", "question", "flagged", "flagged")),
    (_step("ask once more", "question", "awaiting_confirmation", "question", "ends", "ends"),
     _step("yes", "", "confirmed", "question confirmed", "ends", "ends ends")),
    (_YES, _step("ask once more", "", "confirmed", "question confirmed", "ends", "ends ends")),
)  # fmt: skip

# Who was told that no more newsletters come.
_OFF: tuple[tuple[Step, ...], ...] = (
    (_UNDO,),
    (_step("undo from elsewhere", "off", "effective", "off", "outs", "flagged"),),
    (_step("vacation", "off", "effective", "off", "outs", "auto"),),
    (_step("bounce", "off", "effective", "off", "outs", "auto"),),
    (_step("requests undo", "effective", "undone", "back", "outs", may="off"),),
    (_UNDO, _step("requests undo", "", "undone", "off back", "outs", "outs")),
    (_step("record opt-out", "", "effective", "off", "outs"),),
    (_step("ask once more", "off", "effective", "off", "outs", "outs"),),
)  # fmt: skip
_OFF_BACK: tuple[tuple[Step, ...], ...] = (
    (_step("drag back", "effective", "effective", "off", "flagged"),
     _step("requests undo", "effective", "undone", "back", "inbox", may="off")),
)  # fmt: skip

# Whose question is refused: whatever staff do meanwhile, nobody waits for an answer. Where its
# outcome is not known, it counts as told.
_UNREACHED: tuple[tuple[Step, ...], ...] = (
    (_step("requests confirm", "review", "confirmed", "", "ends"),),
    (Step(deed="drag back", once="", ends=(
        End(states="review", lies="flagged"),
        End(states="review", told="question", lies="flagged"))),
     Step(deed="drag to ends", once="", ends=(
         End(states="review", lies="ends-flagged"),
         End(states="review", lies="ends"),  # there and back before anybody looked
         End(states="awaiting_confirmation", told="question", lies="ends")))),
)  # fmt: skip

_PROVEN: tuple[tuple[Step, ...], ...] = (
    (_step("drag back", "confirmed", "review", "confirmed", "flagged"),
     _step("drag to ends", "review", "confirmed", "confirmed", "ends")),
    (_step("drag back", "confirmed", "review", "confirmed", "flagged"),
     _step("review approve", "review", "confirmed", "confirmed", "ends")),
    (_step("requests withdraw", "confirmed", "withdrawn", "withdrawn", "ends", may="confirmed"),),
    (_step("drag back", "confirmed", "review", "confirmed", "flagged"),
     Step(deed="requests complete", once="", ends=(
         End(states="review", told="confirmed", lies="flagged", after="refused"),
         End(states="completed", told="confirmed", lies="inbox", after="taken")))),
)  # fmt: skip

_FORGED: tuple[tuple[Step, ...], ...] = (
    (_step("review dismiss", "review", "rejected", "", "inbox"),),
    (Step(deed="review approve", once="review", ends=(
        End(states="review", lies="flagged", after="refused"),)),),
    (_step("requests confirm", "review", "confirmed", "confirmed", "ends"),),
    (_step("drag to ends", "review", "review", "", "ends-flagged"),),
)  # fmt: skip

_UNSURE: tuple[tuple[Step, ...], ...] = (
    (_step("review approve", "review", "effective", "off", "outs"),),
    (_step("review dismiss", "review", "rejected", "", "inbox"),),
    (_step("drag to outs", "review", "effective", "off", "outs"),),
)
_UNSURE_END: tuple[tuple[Step, ...], ...] = (
    (_step("review approve", "review", "awaiting_confirmation", "question", "ends"), _YES),
    (_step("drag to ends", "review", "awaiting_confirmation", "question", "ends"), _YES),
    (_step("requests reject", "review", "rejected", "rejected", "inbox"),),
    (_step("review approve", "review", "awaiting_confirmation", "question", "ends"), _PAUSED),
)

_ORDINARY: tuple[tuple[Step, ...], ...] = (
    (_DRAGGED_OUT, _step("drag back", "off", "effective", "off", "flagged")),
    (_DRAGGED_OUT, _UNDO),
    (_DRAGGED_END, _YES),
    (_DRAGGED_END, _PAUSED),
)
_CALLS: tuple[tuple[Step, ...], ...] = (
    (_step("record opt-out", "", "effective", "off", ""), _step("undo", "off", "undone",
                                                               "off back", "", "outs")),
    (_step("record cancellation", "", "confirmed", "confirmed", ""),),
)  # fmt: skip

STORIES: dict[str, tuple[tuple[Step, ...], ...]] = {
    "opt-out": _OFF + _OFF_BACK,
    "opt-out to both": _OFF,
    "unproven": _ASKED,
    REFUSED: _UNREACHED,
    "proven": _PROVEN,
    "forged": _FORGED,
    "unsure": _UNSURE,
    "unsure end": _UNSURE_END,
    "ordinary": _ORDINARY,
    "ordinary to cancel": _ORDINARY,
    "calls": _CALLS,
}
# How many of a hundred letters are the beginning of one.
_TOLD = 70
_ORDINARY_TOLD = 30  # for most of it nobody looks at twice


def story_of(sort: Sort, dice: random.Random) -> tuple[Step, ...]:
    """What happens after a letter of this sort; often nothing."""
    (name,) = (name for name, one in SORTS.items() if one is sort)
    stories = STORIES.get(name, ())
    share = _ORDINARY_TOLD if name.startswith("ordinary") else _TOLD
    if not stories or (name != "calls" and dice.randrange(100) >= share):
        return ()
    return dice.choice(stories)
