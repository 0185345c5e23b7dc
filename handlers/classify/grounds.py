"""What speaks for and against an intent: what the rules found, votes of the models, some facts.

A vote on the whole message is not enough. A request in a long letter, or beside another one, is a
small part of the words, and a model hears the rest; in one sentence alone it does not hear that
it was meant in jest. So each model votes on all, on the sentence of the rules' finding, on the
one that says most, and on these with their neighbours. bench/calibrate.py fits how much each of
the grounds counts, to messages that no phrase was made for.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from handlers.classify.candidate import Candidate
from handlers.classify.clauses import Sentence
from handlers.classify.confirmed import RULE as CONFIRMED
from handlers.classify.linear import INTENTS, Heard, Vote
from handlers.classify.understood import Understood
from handlers.values import Intent, Role

# Beyond these log-odds there is nothing that they were compared with.
MAX_LOG_ODDS = 8.0

_SPANS = ("clause_", "there_", "about_", "most_", "most_about_")
# More findings of a kind tell nothing more.
_MAX_COUNT = 4


class Grounds(NamedTuple):
    """Numbers: votes in log-odds within ±`MAX_LOG_ODDS`, logarithms of counts, and 0 or 1.

    `net` is the network's vote on all, `net_other` its vote for the other intent.

    The votes by `_words` and by `_signs` are on all; `clause` on the clause of the finding and
    `there` on its sentence, or where the rules found nothing on the sentence that says most;
    `most` on that; `about` and `most_about` on each with the sentences before and behind. The
    votes without either are the sum of both: `second` on the sentence that says second most,
    `least` on that which says least, `first` and `last` on the first and last one, `other` on all
    for the other intent.

    `clear`, `doubted` and `vetoed` are the confidence of the rules' best finding against which
    nothing speaks, something does, or which something rules out, 0 where there is none, and
    `…_count` how many there are, four at the most; `other_clear` is that of the other intent.
    `asked` says that something is asked for plainly enough, `forbidden` that a prohibition stands
    right before it, `confirmed` that it is a yes to our question, of which the models hear
    nothing.
    """

    net: float = 0.0
    net_other: float = 0.0
    words: float = 0.0
    signs: float = 0.0
    clause_words: float = 0.0
    clause_signs: float = 0.0
    there_words: float = 0.0
    there_signs: float = 0.0
    about_words: float = 0.0
    about_signs: float = 0.0
    most_words: float = 0.0
    most_signs: float = 0.0
    most_about_words: float = 0.0
    most_about_signs: float = 0.0
    second: float = 0.0
    least: float = 0.0
    first: float = 0.0
    last: float = 0.0
    other: float = 0.0
    clear: float = 0.0
    clear_count: float = 0.0
    doubted: float = 0.0
    doubted_count: float = 0.0
    vetoed: float = 0.0
    vetoed_count: float = 0.0
    other_clear: float = 0.0
    asked: float = 0.0
    confirmed: float = 0.0
    forbidden: float = 0.0
    near: float = 0.0  # comes near to it (relevance.py)
    other_near: float = 0.0
    question: float = 0.0  # any sentence asks to know something
    polite: float = 0.0  # "please" or the like in the sentence of the finding
    behind: float = 0.0  # logarithm of the sentences behind it, and one
    sentences: float = 0.0  # logarithm of all of them, and one
    length: float = 0.0  # logarithm of the writer's own words, and one
    answers: float = 0.0  # a mailing is answered
    reply: float = 0.0  # the subject is the other side's
    to_cancel: float = 0.0  # it came to cancel@

    @property
    def values(self) -> tuple[float, ...]:
        """All of them in the order of `NAMES`."""
        return tuple(self)


NAMES = Grounds._fields


def find_grounds(
    candidates: Sequence[Candidate],
    understood: Understood,
    role: Role,
    *,
    heard: Heard,
    near: Collection[Intent],
) -> Mapping[Intent, Grounds]:
    """The grounds of each intent; `near` are those that the text comes near to."""
    votes = _Votes(heard, len(understood.sentences))
    whole, in_order = heard.vote(role), heard.vote_in_order(role)
    facts = {
        "question": float(any(map(_asks, understood.sentences))),
        "sentences": math.log1p(len(understood.sentences)),
        "length": math.log1p(understood.own_words),
        "answers": float(understood.best.answers_newsletter),
        "reply": float(understood.best.subject_is_ours),
        "to_cancel": float(role is Role.CANCEL),
    }
    return {
        intent: Grounds(
            **facts,
            **_votes_for(intent, candidates, understood.sentences, whole, votes),
            **_rules_for(intent, candidates),
            net=clipped(in_order[INTENTS.index(intent)]),
            net_other=clipped(in_order[1 - INTENTS.index(intent)]),
            near=float(intent in near),
            other_near=float(any(one in near for one in Intent if one is not intent)),
        )
        for intent in Intent
    }


def telling_place(intent: Intent, heard: Heard, sentences: int) -> int | None:
    """The number of the one of so many sentences that says most for an intent; None of none."""
    votes = _Votes(heard, sentences)
    return max(range(sentences), key=lambda i: (votes.on(intent, i), -i), default=None)


class _Votes:
    """The models' votes on some of the sentences, each asked for once."""

    def __init__(self, heard: Heard, sentences: int) -> None:
        self._heard = heard
        self._sentences = sentences
        self._known: dict[tuple[int, int], Vote] = {}

    def find(self, first: int, behind: int) -> Vote:
        """On the sentences from the number `first` to before the number `behind`."""
        known = self._known.get((first, behind))
        if known is None:
            known = self._heard.vote_on(first, behind)
            self._known[first, behind] = known
        return known

    def about(self, place: int) -> Vote:
        """On a sentence with those before and behind it."""
        return self.find(max(0, place - 1), min(place + 2, self._sentences))

    def in_clause(self, intent: Intent, sentence: int, places: Sequence[int]) -> Vote:
        """On that clause of a sentence, of those with words at `places`, which says most."""
        which = INTENTS.index(intent)
        found = [self._heard.vote_on_clause(sentence, place) for place in places[:_MAX_COUNT]]
        return max(
            found, key=lambda vote: vote.both[which], default=self.find(sentence, sentence + 1)
        )

    def on(self, intent: Intent, place: int) -> float:
        """On one sentence, by words and signs."""
        return self.find(place, place + 1).both[INTENTS.index(intent)]


def _votes_for(
    intent: Intent,
    candidates: Sequence[Candidate],
    sentences: Sequence[Sentence],
    whole: Vote,
    votes: _Votes,
) -> dict[str, float]:
    which = INTENTS.index(intent)
    found = {"other": clipped(whole.both[1 - which])}
    if not sentences:
        pairs = dict.fromkeys(("", *_SPANS), whole)
    else:
        told = [votes.on(intent, i) for i in range(len(sentences))]
        order = sorted(range(len(told)), key=lambda i: (-told[i], i))
        most = order[0]
        places = _places(sentences, _telling(intent, candidates))
        there = next((i for i in order if i in places), most)
        pairs = {
            "": whole,
            "clause_": votes.in_clause(intent, there, places.get(there, ())),
            "there_": votes.find(there, there + 1),
            "about_": votes.about(there),
            "most_": votes.find(most, most + 1),
            "most_about_": votes.about(most),
        }
        found |= {
            "second": clipped(told[order[1]] if len(order) > 1 else -MAX_LOG_ODDS),
            "least": clipped(told[order[-1]]),
            "first": clipped(told[0]),
            "last": clipped(told[-1]),
            "polite": float(sentences[there].has("mood.please")),
            "behind": math.log1p(len(sentences) - 1 - there),
        }
    for name, vote in pairs.items():
        found[f"{name}words"] = clipped(vote.words[which])
        found[f"{name}signs"] = clipped(vote.signs[which])
    return found


def _rules_for(intent: Intent, candidates: Sequence[Candidate]) -> dict[str, float]:
    if not candidates:
        return {}  # as in most mail: nothing of all this
    mine = [c for c in candidates if c.intent is intent]
    kinds = {
        "clear": [c for c in mine if not c.objections],
        "doubted": [c for c in mine if c.objections and not c.is_vetoed],
        "vetoed": [c for c in mine if c.is_vetoed],
    }
    others = (c.confidence for c in candidates if c.intent is not intent and not c.objections)
    found = {
        "other_clear": max(others, default=0.0),
        "forbidden": float(any(c.is_forbidden for c in mine)),
        "confirmed": float(any(c.rule == CONFIRMED for c in mine)),
        "asked": float(any(c.is_asked_for for c in mine)),
    }
    for name, those in kinds.items():
        found[name] = max((c.confidence for c in those), default=0.0)
        found[f"{name}_count"] = float(min(len(those), _MAX_COUNT))
    return found


def _telling(intent: Intent, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best candidates that there are: certain ones, undisputed ones, any worth a look."""
    mine = [c for c in candidates if c.intent is intent and c.is_doubtful]
    return [c for c in mine if c.is_certain] or [c for c in mine if not c.objections] or mine


def _places(
    sentences: Sequence[Sentence], candidates: Sequence[Candidate]
) -> Mapping[int, Sequence[int]]:
    """The numbers of the sentences that hold a candidate, with the places where these begin."""
    starts = [sentence.start for sentence in sentences]
    found: dict[int, list[int]] = {}
    for candidate in candidates:
        number = bisect_right(starts, candidate.start) - 1
        if number >= 0:
            found.setdefault(number, []).append(candidate.start)
    return found


def _asks(sentence: Sentence) -> bool:
    """Whether a sentence asks to know something: not "Could you close my account?"."""
    wished = sentence.has("mood.wish", "mood.please")
    return sentence.asked and (not wished or sentence.has("mood.question", "mood.may_i"))


def clipped(log_odds: float) -> float:
    """Log-odds within ±`MAX_LOG_ODDS`."""
    # As max and min would, which take three times as long, fifty times a message.
    if -MAX_LOG_ODDS < log_odds < MAX_LOG_ODDS:
        return log_odds
    return -MAX_LOG_ODDS if log_odds < 0 else MAX_LOG_ODDS
