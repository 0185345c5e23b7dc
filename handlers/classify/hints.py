"""What only hints at a request, or at a smaller one than it seems, so that a person has a look.

Nothing here is acted upon: a hint holds a message that nothing else would, or doubts an opt-out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handlers.classify.candidate import Candidate, doubted
from handlers.classify.clauses import Clause, Sentence
from handlers.classify.discourse import Discourse
from handlers.classify.force import Force
from handlers.classify.lexicon import Hit
from handlers.classify.nearest import CONTRACT_TAGS, MAIL_TAGS
from handlers.classify.objections import Objection
from handlers.classify.tongues import Reading
from handlers.values import Intent

DOUBT_RULE = "not.hinted"
# Above what is worth a look, below what may be acted upon.
_CONFIDENCE = 0.55
_MAX_HITS = 40
_EXCEPT = "caution.except"
# How many sentences beside that of an opt-out what doubts it may stand.
_NEAR = {"hints.narrowed": 0, "hints.unsure": 1}
# "P.S." between the two is no sentence of its own.
_MARK_LETTERS = 2
_HINTS = frozenset({"hints.letter", "hints.urge", "hints.pestered"})
# What says nothing of what it is that still comes.
_EMPTY = ("things.it", "things.self", "message.polite", "negation.still")
_ENDS_CONTRACT = frozenset({"cancel", "close", "leave", "stop", "renew", "remove"})
_ENDS_MAIL = frozenset({"unsubscribe", "stop", "remove", "leave", "cancel"})


def with_hints(candidates: Sequence[Candidate], readings: Sequence[Reading]) -> list[Candidate]:
    """The candidates, opt-outs doubted where a hint says so, and what is only hinted at."""
    doubting = [
        (reading, [hit for hit in reading.whole if hit.tag in _NEAR]) for reading in readings
    ]
    found = [_doubted(candidate, doubting) for candidate in candidates]
    for reading in readings:
        for intent, hit in _hinted(reading):
            if not any(c.intent is intent and c.is_doubtful for c in found):
                found.append(_hint(intent, hit, reading.discourse))
    return found


def _doubted(candidate: Candidate, doubting: Sequence[tuple[Reading, Sequence[Hit]]]) -> Candidate:
    if candidate.intent is not Intent.OPT_OUT or candidate.is_vetoed:
        return candidate
    for reading, hits in doubting:
        if not hits:
            continue
        sentences = reading.discourse.sentences
        own = next((i for i, s in enumerate(sentences) if s.start <= candidate.start < s.end), 0)
        for hit in hits[:_MAX_HITS]:
            place = next((i for i, s in enumerate(sentences) if s.start <= hit.start < s.end), own)
            if _apart(own, place, reading.discourse) <= _NEAR[hit.tag]:
                return doubted(candidate, (_objection(hit),))
    return candidate


def _apart(one: int, other: int, discourse: Discourse) -> int:
    """How many sentences two stand apart, marks such as "P.S." not counted."""
    first, last = min(one, other), max(one, other)
    between = discourse.sentences[first + 1 : last]
    words = discourse.words.words
    marks = sum(sum(map(len, words[s.start : s.end])) <= _MARK_LETTERS for s in between)
    return last - first - marks


def _hinted(reading: Reading) -> Iterator[tuple[Intent, Hit]]:
    clauses = (clause for one in reading.discourse.sentences for clause in one.clauses)
    yield from ((Intent.CANCELLATION, hit) for hit in map(_all_but, clauses) if hit)
    hints = [hit for hit in reading.whole if hit.tag in _HINTS]
    for sentence in reading.discourse.sentences if hints else ():
        inside = [h for h in hints if sentence.start <= h.start < sentence.end]
        for hit in inside:
            if hit.tag == "hints.letter" and not _names_other(hit, sentence):
                yield Intent.CANCELLATION, hit
            elif hit.tag == "hints.urge":
                yield from ((intent, hit) for intent in _urged(sentence))
            elif hit.tag == "hints.pestered" and _is_of_mail(hit, sentence):
                yield Intent.OPT_OUT, hit


def _all_but(clause: Clause) -> Hit | None:
    """The "except" of what is all but refused, where verbs come last: a contract's end, it may be.

    Turkish "hesabımı kapatmanız dışında hiçbir şey istemiyorum", "I want nothing but that you
    close my account".
    """
    for hit in clause.all(_EXCEPT):
        before = any(one.tag in CONTRACT_TAGS for one in clause.hits if one.end <= hit.start)
        behind = [one.tag for one in clause.hits if one.start >= hit.end]
        if before and "message.everything" in behind and behind[-1] == "mood.refuse":
            return hit
    return None


def _urged(sentence: Sentence) -> Iterator[Intent]:
    tables = {hit.table for clause in sentence.clauses for hit in clause.hits}
    if (
        tables & _ENDS_CONTRACT
        and sentence.has(*CONTRACT_TAGS)
        and not sentence.has("things.other")
    ):
        yield Intent.CANCELLATION
    if "unsubscribe" in tables or (tables & _ENDS_MAIL and sentence.has(*MAIL_TAGS)):
        yield Intent.OPT_OUT


def _names_other(hit: Hit, sentence: Sentence) -> bool:
    """Whether it is the cancellation of something else, or another thing comes with it."""
    others = (h for clause in sentence.clauses for h in clause.all("things.other"))
    return any(h.end <= hit.start or h.start >= hit.end for h in others)


def _is_of_mail(hit: Hit, sentence: Sentence) -> bool:
    """Whether mail is named, or nothing: "Why do I still get these?", not "these errors"."""
    hits = [h for clause in sentence.clauses for h in clause.hits]
    if sentence.has(*MAIL_TAGS) or any(h.table == "unsubscribe" for h in hits):
        return True
    clause = next((c for c in sentence.clauses if c.start <= hit.start < c.end), None)
    if clause is None or clause.loose(min(hit.last, clause.end), clause.end):
        return False
    return all(h.tag in _EMPTY for h in hits if h.start >= hit.last)


def _hint(intent: Intent, hit: Hit, discourse: Discourse) -> Candidate:
    name = "opt-out" if intent is Intent.OPT_OUT else "cancellation"
    return Candidate(
        intent=intent,
        rule=f"{name}.hinted",
        confidence=_CONFIDENCE,
        start=hit.start,
        end=hit.last,
        in_subject=hit.start < discourse.words.subject_words,
        told=True,
        # What is refused but for one thing is meant so, though it is not said what is to be done.
        objections=() if hit.tag == _EXCEPT else (_objection(hit),),
    )


def _objection(hit: Hit) -> Objection:
    return Objection(rule=DOUBT_RULE, force=Force.DOUBT, hit=hit)
