"""What an action on an intent would stand on, and how sure one has to be of it there.

The calibration weighs the rules' objections as well as the votes, so that it is right about as
often as it says, whatever the rules found. It was fitted to mail, though, and what ends a contract
wrongly is the worst there is: the less the rules found of it, the surer the models have to be.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from handlers.classify.candidate import Candidate
from handlers.classify.clauses import DENIALS
from handlers.classify.confidence import State, Thresholds
from handlers.classify.elsewhere import ends_another
from handlers.classify.taken_out import takes_other_out
from handlers.classify.understood import Understood
from handlers.values import Intent, Message, Role


class Standing(StrEnum):
    """What an action would stand on, the firmest first."""

    CERTAIN = "certain"  # the rules are certain of it
    ASKED = "asked"  # they find it asked for, but not plainly enough
    UNCLEAR = "unclear"  # they do not understand what stands beside it
    ALONE = "alone"  # only the models hear it, in a text that comes near to it
    FAR = "far"  # only they do, in a text that comes near to nothing
    AGAINST = "against"  # in plain words something speaks against it


# From which confidence on, where that is more than the setting. Of fresh messages that are no
# contrasts, by models, lines and trees that had not learnt them, right were from there on: of
# opt-outs 1,665 of 1,689 that only the models heard, 888 of 899 far from any, 82 of 82 against an
# objection; of cancellations 696 of 701 asked for, 186 of 186 unclear, 572 of 576 that only they
# heard, and 93 of 93 against an objection.
_LEAST: Mapping[tuple[Intent, Standing], float] = {
    (Intent.OPT_OUT, Standing.ALONE): 0.96,
    (Intent.OPT_OUT, Standing.FAR): 0.975,
    (Intent.OPT_OUT, Standing.AGAINST): 0.96,
    (Intent.CANCELLATION, Standing.ASKED): 0.97,
    (Intent.CANCELLATION, Standing.UNCLEAR): 0.96,
    (Intent.CANCELLATION, Standing.ALONE): 0.97,
    (Intent.CANCELLATION, Standing.FAR): 0.99,
    (Intent.CANCELLATION, Standing.AGAINST): 0.985,
}
# There the models take one short text in twenty that comes close to a cancellation for one
# ("契約更新の手続きをお願いします", "Фонд просит продлить договор").
_NEVER_ALONE = frozenset({"ja", "ru"})
# What speaks against a request in so many words, or says that it is about somebody else. Other
# doubts ("account" before an unknown word, a heading) are of what the rules do not understand.
_PLAIN = frozenset(
    {
        "not.abuse-report", "not.condition", "not.either-or", "not.elsewhere", "not.excepted",
        "not.negated", "not.never-asked", "not.of-kin", "not.of-others", "not.safeguard",
        "not.settled", "not.taken-back", "not.to-software", "not.unmeant", "not.yet",
    }
)  # fmt: skip
# What ends a contract wants a plain word: not what one will do some day, or asked for, or did not;
# nor what may end something of an account ("delete my account picture").
_PLAIN_OF = {
    Intent.OPT_OUT: _PLAIN,
    Intent.CANCELLATION: _PLAIN | {"not.asked-before", "not.hypothetical", "not.other-thing"},
}
# Against these the models' word is worth nothing. They hear a denial badly ("I did not ask you to
# cancel"), and a condition ("if there are more than two a week"), and not what is quoted; what
# talks to a program or reports a crime has all words of a request, and so has what is said of
# mail, of something else, or of all but what is to stay.
_NEVER = frozenset(
    {
        "not.abuse-report", "not.condition", "not.excepted", "not.mailing", "not.negated",
        "not.never-asked", "not.settled", "not.taken-back", "not.to-software", "not.unmeant",
        "not.yet",
    }
)  # fmt: skip
_NEVER_OF = {
    Intent.OPT_OUT: _NEVER,
    Intent.CANCELLATION: _NEVER
    | {
        "not.asked-before",
        "not.either-or",
        "not.elsewhere",
        "not.other-thing",
        "not.safeguard",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """How far the models' word goes in a message, whatever they say.

    It may be acted upon for `intents` only. It may end a contract that the rules hear nothing of
    where it counts `alone`, and one that is not named ("please cancel") where it counts `barely`;
    where anything is `denied`, none that the rules do not find asked for.
    """

    intents: Collection[Intent] = tuple(Intent)
    alone: bool = False
    barely: bool = False
    denied: bool = False


def trust_in(message: Message, role: Role, understood: Understood) -> Trust:
    """How far the models are trusted with a message.

    Alone they are in cancel@, in most languages, but not where something is to be renewed: "please
    renew my contract" has all their words of an end. Nor may an answer end what it does not name:
    what is answered would tell what is to end, an order or a contract.
    """
    answers = message.in_reply_to or message.quoted_text or understood.best.subject_is_ours
    return Trust(
        intents=trusted_intents(understood),
        alone=role is Role.CANCEL
        and understood.language not in _NEVER_ALONE
        and not understood.best.has("renew.do"),
        barely=not answers,
        denied=is_denied(understood),
    )


def standing_of(
    intent: Intent,
    state: State,
    candidates: Sequence[Candidate],
    trust: Trust,
    *,
    heard: bool,
) -> Standing | None:
    """What an action on `intent` would stand on; None where it may not be acted upon at all.

    Not what is asked of a part, which ends no contract. Where the models are not `heard` (in a
    text of a word or two, in an answer to our letters, in a language without phrases, and where it
    is forbidden) or not to be trusted with it, it is only what the rules are certain of.
    """
    if state is State.CERTAIN or not heard or intent not in trust.intents:
        return Standing.CERTAIN if state is State.CERTAIN else None
    mine = [c for c in candidates if c.intent is intent]
    if state is State.WEAK:
        asked = any(c.is_asked_for or (trust.barely and c.is_bare) for c in mine)
        return Standing.ASKED if asked else None
    objections = {o.rule for c in mine for o in c.objections}
    open_to_doubt = [c for c in mine if _PLAIN_OF[intent].isdisjoint(o.rule for o in c.objections)]
    if state is State.DOUBTED:
        unclear = any(c.is_doubtful and not c.is_of_a_part for c in open_to_doubt)
        return Standing.UNCLEAR if unclear else _against(intent, mine, objections)
    # Also where it was too little for a doubt: what is only mentioned, and on a condition.
    if len(open_to_doubt) < len(mine) or any(c.is_vetoed for c in mine):
        return _against(intent, mine, objections)
    if intent is Intent.CANCELLATION:
        loose = any(c.is_loose for c in mine)
        alone = trust.alone and state is State.NONE and not mine
        if trust.denied or not (loose or alone):
            return None
    return Standing.ALONE if state is State.NONE else Standing.FAR


def _against(intent: Intent, mine: Sequence[Candidate], objections: set[str]) -> Standing | None:
    of_parts = all(c.is_of_a_part for c in mine)
    heard = not of_parts and objections.isdisjoint(_NEVER_OF[intent])
    return Standing.AGAINST if heard else None


def act_from(intent: Intent, standing: Standing, thresholds: Thresholds) -> float:
    """From which confidence on it is acted upon."""
    return max(thresholds.act(intent), _LEAST.get((intent, standing), 0.0))


def trusted_intents(understood: Understood) -> tuple[Intent, ...]:
    """Of which intents the models' word may be acted upon.

    Of none where the text is not plainly in a language with phrases, or takes something else off;
    of no cancellation where it is a contract with somebody else that ends.
    """
    best = understood.best
    if not understood.is_plain or takes_other_out(best):
        return ()
    return (Intent.OPT_OUT,) if ends_another(best) else tuple(Intent)


def is_denied(understood: Understood) -> bool:
    """Whether anything is denied or refused: it may be the end that is.

    Of fresh mail in which something was, 243 of 244 cancellations that only the models heard were
    right from 0.993 on: one that nobody asked for is worse than 243 that a person looks at.
    """
    best, language = understood.best, understood.language
    readings = (one for one in understood.discourses if one is best or one.language == language)
    return any(one.has(*DENIALS) for one in readings)
