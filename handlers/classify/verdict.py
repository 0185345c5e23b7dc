"""Candidates to a Verdict, with evidence that points into the original subject and text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence

from handlers.classify.candidate import Candidate
from handlers.classify.discourse import Discourse
from handlers.classify.grounds import telling_place
from handlers.classify.linear import Heard
from handlers.classify.objections import Objection
from handlers.classify.outcome import Outcome, Step
from handlers.classify.understood import Understood
from handlers.classify.unknown import RULE as SHAPE_RULE
from handlers.classify.unknown import Shape
from handlers.values import Evidence, Finding, Intent, Message, Verdict

MAX_EVIDENCE = 4
MAX_AGAINST = 4
MAX_WORDS_CHARS = 200
MODEL_RULE = "model.words"
SENTENCE_RULE = "model.sentence"


def make_verdict(
    candidates: Sequence[Candidate],
    understood: Understood,
    outcomes: Mapping[Intent, Outcome],
    *,
    heard: Heard | None,
    shape: Shape | None,
    message: Message,
) -> Verdict:
    """Puts together what is certain, what is unsure, and what speaks against.

    `heard` is None where the rules decide alone; `shape` what a text that cannot be
    read looks like.
    """
    discourses = understood.discourses
    place = _Places(message, understood)
    certain = _findings(Step.ACT, candidates, outcomes, heard, place)
    unsure = _findings(Step.REVIEW, candidates, outcomes, heard, place)
    confidence = _confidence(outcomes)
    if shape is not None and not (certain or unsure):
        evidence = place.evidence(SHAPE_RULE, shape.start, shape.end)
        confidence = shape.confidence
        unsure = (Finding(intent=shape.intent, confidence=confidence, evidence=(evidence,)),)
    sure = {finding.intent for finding in certain}
    against = [
        place.objection(objection)
        for candidate in candidates
        if candidate.intent not in sure
        for objection in candidate.objections
    ]
    return Verdict(
        certain=certain,
        unsure=unsure,
        confidence=confidence,
        against=tuple(dict.fromkeys(against))[:MAX_AGAINST],
        stop_everything=Intent.OPT_OUT in sure and _everything(candidates, discourses),
        language=understood.language,
    )


class _Places:
    """Turns places among the words into places in the message."""

    def __init__(self, message: Message, understood: Understood) -> None:
        self._message = message
        self._understood = understood
        self._words = understood.words
        # Of the subject "Re: " is not read.
        self._subject_offset = len(message.subject) - len(understood.subject)

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

    def heard(self, intent: Intent, heard: Heard) -> tuple[Evidence, ...]:
        """Where the words stand that the models heeded most, and the sentence that says most."""
        wanted = heard.loudest(intent).split()
        words = self._words.words
        found = []
        for start in range(len(words)):
            if wanted and words[start : start + len(wanted)] == wanted:
                found.append(self.evidence(MODEL_RULE, start, start + len(wanted)))
                break
        place = telling_place(intent, heard, len(self._understood.sentences))
        if place is not None:
            sentence = self._understood.sentences[place]
            found.append(self.evidence(SENTENCE_RULE, sentence.start, sentence.end))
        return tuple(found)


def _findings(
    step: Step,
    candidates: Sequence[Candidate],
    outcomes: Mapping[Intent, Outcome],
    heard: Heard | None,
    place: _Places,
) -> tuple[Finding, ...]:
    """A finding for each intent with which `step` is taken."""
    return tuple(
        Finding(
            intent=intent,
            confidence=round(outcomes[intent].confidence, 3),
            evidence=_evidence(intent, candidates, heard, place),
        )
        for intent in Intent
        if outcomes[intent].step is step
    )


def _evidence(
    intent: Intent, candidates: Sequence[Candidate], heard: Heard | None, place: _Places
) -> tuple[Evidence, ...]:
    """The words of the best candidates; where the rules saw none, what the models heard.

    Where these only name what would be ended, both are told.
    """
    mine = [c for c in candidates if c.intent is intent]
    for found in (
        [c for c in mine if c.is_certain],
        [c for c in mine if c.is_doubtful],
        [c for c in mine if c.is_vetoed],
        [c for c in mine if c.is_loose],
    ):
        if found:
            found.sort(key=lambda candidate: -candidate.confidence)
            evidence = dict.fromkeys(place.candidate(candidate) for candidate in found)
            if heard is not None and found[0].is_loose:
                evidence |= dict.fromkeys(place.heard(intent, heard))
            return tuple(evidence)[:MAX_EVIDENCE]
    return place.heard(intent, heard) if heard is not None else ()


def _confidence(outcomes: Mapping[Intent, Outcome]) -> float:
    """That of the weakest finding to act on; else of the likeliest request; else of none."""
    for step, choose in ((Step.ACT, min), (Step.REVIEW, max)):
        found = [outcome.confidence for outcome in outcomes.values() if outcome.step is step]
        if found:
            return choose(found)
    return 1.0 - max(outcome.confidence for outcome in outcomes.values())


def _everything(candidates: Sequence[Candidate], discourses: Sequence[Discourse]) -> bool:
    """Whether an opt-out, or the sentence after it, is about every mail there is."""
    places = {c.start for c in candidates if c.intent is Intent.OPT_OUT and c.is_certain}
    return any(_says_everything(discourse, places) for discourse in discourses)


def _says_everything(discourse: Discourse, places: Collection[int]) -> bool:
    """Whether one of the sentences with these places says so, or the one behind it."""
    if not discourse.has("message.everything"):
        return False
    starts = [sentence.start for sentence in discourse.sentences]
    numbers = {bisect_right(starts, place) - 1 for place in places}
    near = (one for i in numbers if i >= 0 for one in discourse.sentences[i : i + 2])
    return any(one.has("message.everything") for one in near)
