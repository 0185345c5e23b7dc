"""Which language a sentence is in: the one whose phrases cover the most of its words.

A short text is read in every language, and "stop", "cancel" and "account" are words of many. A
language that knows hardly anything else of the sentence has not understood its "if" or "not".
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from handlers.classify.candidate import Candidate, doubted
from handlers.classify.clauses import VERBS
from handlers.classify.discourse import Discourse
from handlers.classify.force import Force
from handlers.classify.lexicon import Hit
from handlers.classify.likely import ENGLISH
from handlers.classify.objections import Objection
from handlers.classify.words import ADDRESS

RULE = "not.other-language"


class Reading(NamedTuple):
    """A message as read in one language: all phrases found, and what it may ask for.

    `answers` are the phrases of answers, where a question was asked.
    """

    discourse: Discourse
    whole: Sequence[Hit]
    candidates: Sequence[Candidate]
    answers: Sequence[Hit] = ()


def weigh_languages(readings: Sequence[Reading]) -> Iterator[Candidate]:
    """The candidates of the language that knows the most words of their sentence.

    One that knows fewer leaves it to a person, unless the other one knows what is done there and
    has judged it; one that knows less than half as many is mistaken, and what it rules out counts
    as little as what it finds.
    """
    starts = [sentence.start for sentence in readings[0].discourse.sentences]
    known = [_known_words(reading, starts) for reading in readings]
    for reading, words in zip(readings, known, strict=True):
        for candidate in reading.candidates:
            sentence = bisect_right(starts, candidate.start) - 1
            most = max(each[sentence] for each in known)
            if candidate.is_terse and (
                _is_judged(candidate, reading, readings, known)
                or _is_strange(reading, readings, known)
            ):
                continue
            if words[sentence] == most:
                doubts = _doubt_of_better(candidate, sentence, reading, readings, known)
                yield doubted(candidate, doubts)
            elif 2 * words[sentence] >= most and not any(
                _knows_act(other, candidate)
                for other, each in zip(readings, known, strict=True)
                if each[sentence] == most
            ):
                hit = Hit("", candidate.start, candidate.end, candidate.end)
                objection = Objection(rule=RULE, force=Force.DOUBT, hit=hit)
                yield doubted(candidate, (objection,))


def _doubt_of_better(
    candidate: Candidate,
    sentence: int,
    reading: Reading,
    readings: Sequence[Reading],
    known: Sequence[Sequence[int]],
) -> tuple[Objection, ...]:
    """What a language doubts that knows more of the message, and as much of the sentence."""
    if candidate.objections:
        return ()
    total = {id(one): sum(each) for one, each in zip(readings, known, strict=True)}
    mine = next(each for one, each in zip(readings, known, strict=True) if one is reading)
    for other, each in zip(readings, known, strict=True):
        if total[id(other)] <= total[id(reading)] or each[sentence] < mine[sentence]:
            continue
        same = [
            c for c in other.candidates if c.intent is candidate.intent and c.overlaps(candidate)
        ]
        if same and all(c.objections for c in same):
            return same[0].objections[:1]
    return ()


def _is_judged(
    candidate: Candidate,
    reading: Reading,
    readings: Sequence[Reading],
    known: Sequence[Sequence[int]],
) -> bool:
    """Whether a language that knows more of the message knows the act, and finds no request.

    A phrase that is all that is said ("Stop!") is the same in many languages; what is said below
    it ("Do not cancel") is not.
    """
    total = {id(one): sum(each) for one, each in zip(readings, known, strict=True)}
    return any(
        total[id(other)] > total[id(reading)]
        and _knows_act(other, candidate)
        and not any(c.intent is candidate.intent and not c.is_vetoed for c in other.candidates)
        for other in readings
    )


def _is_strange(
    reading: Reading, readings: Sequence[Reading], known: Sequence[Sequence[int]]
) -> bool:
    """Whether the message is in another language by far: "Spam" above English sentences.

    English words head mail in any language ("Unsubscribe").
    """
    if reading.discourse.language == ENGLISH:
        return False
    total = {id(one): sum(each) for one, each in zip(readings, known, strict=True)}
    return 2 * total[id(reading)] < max(total.values())


def _known_words(reading: Reading, starts: Sequence[int]) -> list[int]:
    """How many words of each sentence stand in phrases; an address is of no language."""
    words = reading.discourse.words.words
    hits = (*reading.discourse.hits, *reading.whole, *reading.answers)
    known = {i for hit in hits for i in range(hit.start, hit.end) if words[i] != ADDRESS}
    count = [0] * len(starts)
    for place in known:
        count[bisect_right(starts, place) - 1] += 1
    return count


def _knows_act(reading: Reading, candidate: Candidate) -> bool:
    hits = (hit for hit in reading.discourse.hits if hit.table in VERBS)
    return any(hit.start < candidate.end and candidate.start < hit.end for hit in hits)
