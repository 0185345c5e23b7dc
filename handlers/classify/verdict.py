"""Candidates to a Verdict, with evidence that points into the original subject and text."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.classify.discourse import Discourse
from handlers.classify.frames import ACT
from handlers.classify.objections import Objection
from handlers.classify.weigh import Candidate
from handlers.classify.words import Words
from handlers.values import Evidence, Finding, Intent, Message, Verdict

MAX_EVIDENCE = 4
MAX_AGAINST = 4
MAX_WORDS_CHARS = 200
# How sure a verdict of "nothing" is: without any sign, and where signs were ruled out.
_NOTHING, _NOTHING_AFTER_ALL = 0.98, 0.85
# Beside a request that is certain, a faint sign of the other is not worth holding the message.
_FAINT = 0.65


def make_verdict(
    candidates: Sequence[Candidate],
    discourses: Sequence[Discourse],
    *,
    message: Message,
    subject_offset: int,
) -> Verdict:
    """Puts together what is certain, what is unsure, and what speaks against.

    `subject_offset` counts the characters of the subject that were not read ("Re: ").
    """
    place = _Places(message, discourses[0].words, subject_offset)
    certain = [f for intent in Intent if (f := _certain(intent, candidates, place)) is not None]
    sure = {finding.intent for finding in certain}
    unsure = [
        finding
        for intent in Intent
        if intent not in sure
        and (finding := _unsure(intent, candidates, place, beside=bool(sure))) is not None
    ]
    against = [
        place.objection(objection)
        for candidate in candidates
        if candidate.intent not in sure
        for objection in candidate.objections
    ]
    return Verdict(
        certain=tuple(certain),
        unsure=tuple(unsure),
        confidence=_confidence(certain, unsure, against),
        against=tuple(dict.fromkeys(against))[:MAX_AGAINST],
        stop_everything=Intent.OPT_OUT in sure and _everything(candidates, discourses),
    )


class _Places:
    """Turns places among the words into places in the message."""

    def __init__(self, message: Message, words: Words, subject_offset: int) -> None:
        self._message = message
        self._words = words
        self._subject_offset = subject_offset

    def evidence(self, rule: str, start: int, end: int) -> Evidence:
        words = self._words
        in_subject = start < words.subject_words
        if in_subject:
            end = min(end, words.subject_words)
        offset = self._subject_offset if in_subject else 0
        first, last = words.starts[start] + offset, words.ends[end - 1] + offset
        text = self._message.subject if in_subject else self._message.new_text
        return Evidence(
            rule=rule,
            words=text[first:last][:MAX_WORDS_CHARS],
            part="subject" if in_subject else "text",
            start=first,
            end=last,
        )

    def candidate(self, candidate: Candidate) -> Evidence:
        return self.evidence(candidate.rule, candidate.start, candidate.end)

    def objection(self, objection: Objection) -> Evidence:
        return self.evidence(objection.rule, objection.hit.start, objection.hit.last)


def _certain(intent: Intent, candidates: Sequence[Candidate], place: _Places) -> Finding | None:
    return _finding(intent, [c for c in candidates if c.intent is intent and c.is_certain], place)


def _unsure(
    intent: Intent, candidates: Sequence[Candidate], place: _Places, *, beside: bool
) -> Finding | None:
    found = [
        c
        for c in candidates
        if c.intent is intent
        and c.is_doubtful
        and (not beside or (c.confidence >= _FAINT and not c.objections))
    ]
    return _finding(intent, found, place)


def _finding(intent: Intent, found: list[Candidate], place: _Places) -> Finding | None:
    if not found:
        return None
    found.sort(key=lambda candidate: -candidate.confidence)
    evidence = dict.fromkeys(place.candidate(candidate) for candidate in found)
    return Finding(
        intent=intent,
        confidence=round(found[0].confidence, 3),
        evidence=tuple(evidence)[:MAX_EVIDENCE],
    )


def _confidence(
    certain: Sequence[Finding], unsure: Sequence[Finding], against: Sequence[Evidence]
) -> float:
    """That of the weakest finding to act on; of what is unsure, how near it came to that."""
    if certain:
        return min(finding.confidence for finding in certain)
    if unsure:
        return max(min(f.confidence, ACT[f.intent] - 0.01) for f in unsure)
    return _NOTHING_AFTER_ALL if against else _NOTHING


def _everything(candidates: Sequence[Candidate], discourses: Sequence[Discourse]) -> bool:
    """Whether an opt-out, or the sentence after it, is about every mail there is."""
    for candidate in candidates:
        if candidate.intent is Intent.OPT_OUT and candidate.is_certain:
            for discourse in discourses:
                if _says_everything(discourse, candidate.start):
                    return True
    return False


def _says_everything(discourse: Discourse, start: int) -> bool:
    for index, sentence in enumerate(discourse.sentences):
        if sentence.start <= start < sentence.end:
            near = discourse.sentences[index : index + 2]
            return any(one.has("message.everything") for one in near)
    return False
