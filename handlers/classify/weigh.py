"""From acts and objections to candidates: certain, worth a person's look, or ruled out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from handlers.classify.acts import Act, find_acts, only_denies
from handlers.classify.beside import (
    ended_in_text,
    kept_in_text,
    mail_ended_in_text,
    narrowed_in_text,
    removes_other,
    stops_other,
    told_in_text,
)
from handlers.classify.candidate import DOUBTED, NAMED_LOOSELY, Candidate, doubted
from handlers.classify.discourse import MAIN_TAGS, Discourse
from handlers.classify.force import Force
from handlers.classify.frames import ACT, FRAMES
from handlers.classify.headings import HEADING, find_other_talk, is_heading, only_asks
from handlers.classify.moods import Mood
from handlers.classify.nearest import CONTRACT
from handlers.classify.objections import TAKEN_BACK, Objection, object_to
from handlers.classify.other_things import other_by_name
from handlers.classify.terse import Terse
from handlers.classify.wishes import forbids_itself
from handlers.values import Intent, Role

# How much of a frame's confidence each mood leaves.
_BY_MOOD = {Mood.ASKED: 1.0, Mood.SAID: 1.0, Mood.NAMED: 0.94, Mood.TOLD: 0.6, Mood.MENTIONED: 0.0}
_RESOLVED = 0.98
# An act that is spoken of and neither asked for nor denied is worth a look where it is one's own.
_MENTIONED = 0.55
_SUBSCRIBED_TO = ("things.marketing", "things.service", "things.site")
_ANSWERED = 0.80
# "Yes, I am sure": what else may be said where "it" is all that is to be ended.
_UNKNOWN_BESIDE_IT = 3

# What is asked for and is none of ours; it is never evidence for anything.
OTHER_THING = "cancellation.other-thing"


def find_candidates(
    discourse: Discourse, terse: Sequence[Terse], role: Role
) -> Iterator[Candidate]:
    """The requests that the message may make, as read in one language."""
    acts = list(find_acts(discourse))
    found = list(_all_candidates(discourse, terse, acts, role))
    if any(
        c.intent is Intent.CANCELLATION and c.rule != OTHER_THING and not c.is_loose for c in found
    ):
        # "Cancel my account, and close the ticket too."
        found = [c for c in found if c.rule != OTHER_THING]
    below = [c for c in found if not c.in_subject and c.is_doubtful and not c.told]
    for candidate in found:
        same = [c for c in below if c.intent is candidate.intent]
        if candidate.in_subject and all(c.objections for c in same):
            against = [o for c in same for o in c.objections]
            reversals = [o for o in against if o.rule == TAKEN_BACK]
            doubts = tuple((reversals or against)[:1])
            yield _beside_text(candidate, discourse, acts, doubts)
        else:
            yield candidate


def _beside_text(
    candidate: Candidate,
    discourse: Discourse,
    acts: Sequence[Act],
    doubts: tuple[Objection, ...],
) -> Candidate:
    """What only the subject asks for, in the light of the text."""
    cancels = candidate.intent is Intent.CANCELLATION
    if doubts and (candidate.is_topic or doubts[0].rule == TAKEN_BACK):
        return doubted(candidate, doubts)
    instead = mail_ended_in_text(discourse, acts) if cancels and candidate.is_topic else None
    if instead is not None:
        objection = Objection(rule=HEADING, force=instead[0], hit=instead[1])
        return replace(
            doubted(candidate, (objection,)), objections=(*candidate.objections, objection)
        )
    ended = None
    bare = candidate.is_terse or (candidate.named and candidate.rule == "opt-out.unsubscribe")
    if bare and not cancels:
        ended = (
            ended_in_text(discourse, acts)
            or stops_other(candidate.start, discourse)
            or removes_other(candidate.start, discourse, acts)
        )
    if ended is not None:
        # "Stop", and below it: "Please end my contract."
        return doubted(candidate, (Objection(rule=HEADING, force=Force.DOUBT, hit=ended),))
    lone = candidate.is_topic and candidate.end - candidate.start == 1
    question = only_asks(discourse) if cancels and lone else None
    if question is not None:
        # "Cancellation", and below it no more than "What is the notice period?".
        objection = Objection(rule=HEADING, force=Force.VETO, hit=question)
        return replace(candidate, objections=(*candidate.objections, objection))
    talk = find_other_talk(discourse, cancels=cancels)
    if talk is None and cancels and candidate.is_topic:
        talk = (
            told_in_text(candidate.start, discourse, acts)
            or kept_in_text(discourse)
            or narrowed_in_text(discourse)
        )
    if talk is None:
        return candidate
    return doubted(candidate, (Objection(rule=HEADING, force=Force.DOUBT, hit=talk),))


def _all_candidates(
    discourse: Discourse, terse: Sequence[Terse], acts: Sequence[Act], role: Role
) -> Iterator[Candidate]:
    for phrase in terse:
        yield Candidate(
            intent=phrase.intent,
            rule=phrase.rule,
            confidence=phrase.confidence,
            start=phrase.hit.start,
            end=phrase.hit.end,
            in_subject=phrase.hit.start < discourse.words.subject_words,
        )
    for act in acts:
        candidate = _candidate(act, discourse, role)
        if candidate is not None:
            yield candidate


def _candidate(act: Act, discourse: Discourse, role: Role) -> Candidate | None:
    frame = FRAMES.get((act.what, act.thing))
    if frame is None:
        return _of_other_thing(act, discourse) or _of_it(act, discourse, role)
    confidence = frame.in_cancel if _as_in_cancel(act, discourse, role) else frame.in_support
    if role is Role.CANCEL and _is_only_it(act, discourse):
        confidence = ACT[Intent.CANCELLATION]
    confidence *= _BY_MOOD[act.mood] * (_RESOLVED if act.resolved else 1.0)
    intent, rule = frame.intent, frame.rule
    answers = discourse.answers_newsletter and (
        act.thing == "subscription"
        or (act.resolved and act.thing in ("service", "site") and not _is_named_before(act))
    )
    if (
        act.what != "unsubscribe"
        and intent is Intent.CANCELLATION
        and (answers or _is_to_mailing(act, discourse))
    ):
        # In answer to a mailing "my subscription" may be either, and so may "this".
        intent, rule, confidence = Intent.OPT_OUT, "opt-out.subscription", DOUBTED
    if discourse.answers_newsletter and only_denies(act):
        # "Do not write again": that is, what it answers.
        confidence = max(confidence, _ANSWERED)
    objections = tuple(object_to(act, intent, discourse))
    if act.mood is Mood.MENTIONED and (
        _is_own(act, role) or _is_asked_of(act) or _is_asked_later(intent, objections)
    ):
        confidence = _MENTIONED
    if not confidence and not objections:
        if not _names_end_of_contract(act, intent):
            return None
        confidence = NAMED_LOOSELY
    hits = [act.verb] if act.thing_hit is None or act.resolved else [act.verb, act.thing_hit]
    return Candidate(
        intent=intent,
        rule=rule,
        confidence=min(confidence, DOUBTED) if objections else confidence,
        start=min(hit.start for hit in hits),
        end=max(hit.last for hit in hits),
        in_subject=act.verb.start < discourse.words.subject_words,
        # A lone verb says no more than a noun: "Unsubscribe", and below it "it worked".
        named=act.mood in (Mood.NAMED, Mood.TOLD) or act.thing == "nothing",
        told=act.mood in (Mood.MENTIONED, Mood.TOLD),
        forbidden=forbids_itself(act.verb, act.clause),
        objections=objections,
    )


def _names_end_of_contract(act: Act, intent: Intent) -> bool:
    """Whether verb and contract stand in one clause, however that is put.

    "Club shut cancel the plan", "The choir herewith ends its contract".
    """
    ends = intent is Intent.CANCELLATION and act.thing in CONTRACT
    thing = act.thing_hit
    if not ends or thing is None or act.resolved or act.sentence.asked:
        return False
    # "The choir ended its contract with the bank": that was done, and not to us.
    return act.verb.key != "done" or thing.start < act.verb.start


def _of_other_thing(act: Act, discourse: Discourse) -> Candidate | None:
    """What rules out a cancellation: "Please cancel my gas contract."."""
    thing = other_by_name(act, discourse)
    if thing is None:
        return None
    return Candidate(
        intent=Intent.CANCELLATION,
        rule=OTHER_THING,
        confidence=0.0,
        start=min(act.verb.start, thing.start),
        end=max(act.verb.last, thing.last),
        in_subject=act.sentence.in_subject,
        objections=(Objection(rule="not.other-thing", force=Force.VETO, hit=thing),),
    )


def _of_it(act: Act, discourse: Discourse, role: Role) -> Candidate | None:
    """What "it" is to be ended in cancel@, where something else was named last.

    "I joined for the photos and the blog. Please cancel it."
    """
    ends = act.what in ("cancel", "close") and act.thing == "other" and act.resolved
    if not ends or role is not Role.CANCEL or act.mood is not Mood.ASKED:
        return None
    objections = tuple(object_to(act, Intent.CANCELLATION, discourse))
    return Candidate(
        intent=Intent.CANCELLATION,
        rule=f"cancellation.{act.what}",
        confidence=0.0 if objections else NAMED_LOOSELY,
        start=act.verb.start,
        end=act.verb.last,
        in_subject=act.sentence.in_subject,
        told=True,
        objections=objections,
    )


def _as_in_cancel(act: Act, discourse: Discourse, role: Role) -> bool:
    """Whether what is cancelled without a name is the contract, as it is in cancel@.

    "I want to cancel, I have moved to another provider."
    """
    unnamed = act.what in ("cancel", "leave") and act.thing == "nothing"
    return role is Role.CANCEL or (unnamed and discourse.has("message.left"))


def _is_only_it(act: Act, discourse: Discourse) -> bool:
    """Whether "it" is to be ended and nothing else is spoken of: "Yes, I am sure. End it."."""
    if act.what != "close" or act.thing != "nothing" or act.mood is not Mood.ASKED:
        return False
    if discourse.quoted_thing not in ("", *CONTRACT):
        # "Shall we close your ticket?" - "Yes, close it."
        return False
    below = (h for h in discourse.hits if h.start >= discourse.words.subject_words)
    named = any(h.tag in MAIN_TAGS for h in below)
    # "Your survey popped up again. Please close it." What stands below is a name.
    unknown = sum(
        clause.loose(clause.start, clause.end)
        for sentence in discourse.sentences[: act.clause.sentence]
        if not sentence.in_subject
        for clause in sentence.clauses
    )
    return not (named or act.clause.loose(act.clause.start, act.clause.end)) and (
        unknown <= _UNKNOWN_BESIDE_IT
    )


def _is_named_before(act: Act) -> bool:
    """Whether the sentence names the contract: "We do not need the hosting, please cancel."."""
    earlier = (c for c in act.sentence.clauses if c.start <= act.clause.start)
    return any(h.start < act.verb.start for c in earlier for h in c.all(f"things.{act.thing}"))


def _is_to_mailing(act: Act, discourse: Discourse) -> bool:
    """Whether a newsletter was named last: "I joined your newsletter. End my subscription."."""
    if act.thing != "subscription" or act.thing_hit is None:
        return False
    start = min(act.verb.start, act.thing_hit.start)
    # A subject "Cancellation and newsletter" names two matters.
    text = range(discourse.words.subject_words, start)
    if not any(hit.tag == "things.marketing" and hit.start in text for hit in discourse.hits):
        return False
    return discourse.antecedent(start, act.clause.sentence, _SUBSCRIBED_TO) == "marketing"


def _is_asked_of(act: Act) -> bool:
    """Whether something unknown is asked of a noun: "Please postpone my cancellation"."""
    if act.clause.verb_last:
        # 解約の確認書を送ってください asks for something else.
        return False
    asking = act.clause.before(act.verb.start, "mood.please", "mood.wish")
    return act.verb.key == "noun" and asking is not None


def _is_asked_later(intent: Intent, objections: Sequence[Objection]) -> bool:
    """Whether one only asks whether one may cancel, and then to do it."""
    cancels = intent is Intent.CANCELLATION
    return cancels and any(o.rule == "not.question" and o.force is Force.DOUBT for o in objections)


def _is_own(act: Act, role: Role) -> bool:
    if act.verb.key not in ("do", "noun"):
        return False
    if act.verb.key == "noun" and not is_heading(act.verb, act.clause):
        return False
    if act.what == "unsubscribe":
        return act.clause.has("things.self")
    if act.sentence.asked:
        return False
    own = act.clause.has("owners.mine") and act.thing in ("service", "site", "subscription")
    return role is Role.CANCEL and own and act.what in ("cancel", "close", "leave")


def reconcile(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Lets what is ruled out in one place, or one language, count in the others.

    Words that one language reads as denied are no request in another that lacks the "not"; a
    subject is no request where the text denies it, and worth a look where it said so in full.
    """
    vetoed = [c for c in candidates if c.is_vetoed]
    kept: list[Candidate] = []
    for candidate in candidates:
        if candidate.is_vetoed:
            kept.append(candidate)
            continue
        same = [v for v in vetoed if v.intent is candidate.intent]
        if any(candidate.overlaps(v) for v in same):
            continue
        told = next((v for v in same if not v.in_subject), None)
        if candidate.in_subject and told is not None:
            if candidate.is_topic:
                continue
            kept.append(doubted(candidate, told.objections[:1]))
        else:
            kept.append(doubted(candidate, _heading_of(candidate, candidates)))
    return kept


def _heading_of(candidate: Candidate, others: Sequence[Candidate]) -> tuple[Objection, ...]:
    """What another language, or rule, found against the same words of the subject."""
    for other in others:
        if other.in_subject and other.intent is candidate.intent and other.overlaps(candidate):
            found = tuple(o for o in other.objections if o.rule == HEADING)
            if found:
                return found
    return ()
