"""What speaks for or against a finding of the rules, beside what they know: votes and three signs.

A vote on the whole message is not enough. A request in a long letter, or beside another one, is a
small part of the words, and the model hears the rest; in one sentence alone it does not hear that
it was meant in jest. So it votes three times: on all, on the sentence of the finding, and on that
with its neighbours. Right findings more often stand last and say "please", wrong ones stand beside
a question. bench/calibrate.py fits how much each counts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter

from handlers.classify.clauses import Sentence
from handlers.classify.confidence import State, clipped, state_of
from handlers.classify.linear import INTENTS, LinearModel, Vote
from handlers.classify.understood import Understood
from handlers.classify.weigh import Candidate
from handlers.values import Intent

# A greeting or a name may stand behind what is said last.
_LAST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """Three votes in log-odds, within ±`MAX_LOG_ODDS`, and four signs, 0 or 1.

    `there` is the vote on the sentence of the finding, or where the rules found nothing on that
    which says most; `about` on it with the sentences before and behind. `question` says that any
    sentence asks to know something, `polite` that "please" or the like is in the one of the
    finding, `last` that no more than a sentence stands behind it, `beside` that the other request
    is certain.
    """

    whole: float
    there: float
    about: float
    question: float = 0.0
    polite: float = 0.0
    last: float = 0.0
    beside: float = 0.0

    @property
    def values(self) -> tuple[float, ...]:
        """All of them in the order of the fields, as the files of numbers have them."""
        return _VALUES(self)


_VALUES: Callable[[Grounds], tuple[float, ...]] = attrgetter(*(f.name for f in fields(Grounds)))


def find_grounds(
    candidates: Sequence[Candidate],
    understood: Understood,
    *,
    vote: Vote,
    model: LinearModel,
    near: Collection[Intent],
) -> Mapping[Intent, Grounds]:
    """The grounds of each intent; `vote` is the one on all, `near` what the text comes near to."""
    states = {intent: state_of(intent, candidates, intent in near) for intent in Intent}
    sentences = understood.sentences
    asks = float(any(map(_asks, sentences)))
    votes = _Votes(model, understood)
    return {
        intent: _grounds(
            intent,
            _places(sentences, _telling(intent, states[intent], candidates)),
            sentences,
            votes,
            whole=clipped(vote.log_odds[intent]),
            question=asks,
            beside=any(states[other] is State.CERTAIN for other in Intent if other is not intent),
        )
        for intent in Intent
    }


def _asks(sentence: Sentence) -> bool:
    """Whether a sentence asks to know something: not "Could you close my account?"."""
    wished = sentence.has("mood.wish", "mood.please")
    return sentence.asked and (not wished or sentence.has("mood.question", "mood.may_i"))


class _Votes:
    """The model's votes on some of the sentences, each asked for once."""

    def __init__(self, model: LinearModel, understood: Understood) -> None:
        self._model = model
        self._understood = understood
        self._known: dict[tuple[int, int], tuple[float, float]] = {}

    def on(self, intent: Intent, first: int, behind: int) -> float:
        """On the sentences from the number `first` to before the number `behind`."""
        if (first, behind) not in self._known:
            self._known[first, behind] = self._model.vote_on(self._understood, first, behind)
        return clipped(self._known[first, behind][INTENTS.index(intent)])


def _grounds(
    intent: Intent,
    places: Sequence[int],
    sentences: Sequence[Sentence],
    votes: _Votes,
    *,
    whole: float,
    question: float,
    beside: bool,
) -> Grounds:
    found = [(votes.on(intent, i, i + 1), -i) for i in places]
    if not found:
        return Grounds(
            whole=whole, there=whole, about=whole, question=question, beside=float(beside)
        )
    there, place = max(found)
    place = -place
    return Grounds(
        whole=whole,
        there=there,
        about=votes.on(intent, max(0, place - 1), min(place + 2, len(sentences))),
        question=question,
        polite=float(sentences[place].has("mood.please")),
        last=float(place >= len(sentences) - _LAST),
        beside=float(beside),
    )


def _telling(intent: Intent, state: State, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates that the state is told by; none where the rules found nothing to hold."""
    mine = [c for c in candidates if c.intent is intent and c.is_doubtful]
    if state is State.CERTAIN:
        return [c for c in mine if c.is_certain]
    return [c for c in mine if not c.objections] if state is State.WEAK else mine


def _places(sentences: Sequence[Sentence], candidates: Sequence[Candidate]) -> Sequence[int]:
    """The numbers of the sentences that hold a candidate; of all where there is none."""
    if not candidates:
        return range(len(sentences))
    starts = {candidate.start for candidate in candidates}
    return [
        number
        for number, sentence in enumerate(sentences)
        if any(sentence.start <= start < sentence.end for start in starts)
    ]
