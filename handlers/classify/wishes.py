"""What stands before an act and makes it wished for, refused or forbidden."""

from __future__ import annotations

from handlers.classify.clauses import NEGATIONS, Clause, Sentence, is_inside
from handlers.classify.discourse import MAIN_TAGS, OBJECT_FIRST, Discourse
from handlers.classify.lexicon import Hit

ASKING = ("mood.wish", "mood.please", "mood.perform")
_COURTESY = ("message.polite", "join.and")
# "I would like to know", "I do not want" and the like ask for nothing that follows.
_NO_PLAIN_WISH = (
    "mood.question", "mood.refuse", "mood.before", "mood.maybe", "mood.said", "mood.condition",
    "negation.not", "things.other",
)  # fmt: skip
_WORDS_BEHIND_WISH = 2
# A wish with more unknown words behind it wishes for what they say.
_MAX_LOOSE = 4
# A negation with more unknown words between it and the verb denies something else.
_NEAR_LOOSE = 2
# Characters of a joining ending that says no more than "and": して.
_MERELY_AND = 4
# Endings of what one does or is to do, folded: "reading", "ztratit", "imprimir", "вернуть".
_VERB_ENDINGS = {
    "en": ("ing",), "cs": ("t",), "pl": ("c",), "es": ("ar", "er", "ir"), "pt": ("ar", "er", "ir"),
    "ru": ("ть", "ться", "ти"),
}  # fmt: skip
# What points back to all that was named.
_POINTING = ("things.it", "message.all", "join.behind")
_ACTORS = ("things.site", "things.service", "things.part", "things.other")


def asks_to_go_on(verb: Hit, clause: Clause) -> bool:
    """Whether the ending both asks and joins: 終了していただき、…ください, and in thanks."""
    joined = clause.at_end_of(verb, "join.and") if clause.verb_last else None
    return joined is not None and joined.end - joined.start > _MERELY_AND


def is_refused(hit: Hit, clause: Clause) -> bool:
    """Whether a refusal stands before, as in "I do not want to receive"."""
    if clause.verb_last:
        return clause.at_end_of(hit, "mood.refuse") is not None
    refusal = clause.upon(hit, "mood.refuse")
    return refusal is not None and clause.loose(refusal.last, hit.start) <= _MAX_LOOSE


def refused_before(hit: Hit, clause: Clause, sentence: Sentence) -> Hit | None:
    """The refusal, or the "stop", that the clause before ends with: "I do not want, that you …".

    "… that my shop sends mail" is about what the writer's own things do.
    """
    for mine in clause.all("owners.mine"):
        own = (h for h in clause.all(*_ACTORS) if h.end <= hit.start)
        if any(0 <= h.start - mine.end <= 1 for h in own):
            return None
    for earlier in reversed([c for c in sentence.clauses if c.end <= clause.start]):
        said = [h for h in earlier.hits if h.tag not in _COURTESY]
        asks = earlier.has(*ASKING) and not earlier.verbs
        if asks or not (said or earlier.loose_before(earlier.end)):
            # "Stop, please, sending me ads."
            continue
        refusal = earlier.before(earlier.end, "mood.refuse", "stop.do")
        if refusal is None or any(verb.table != "stop" for verb in earlier.verbs):
            return None
        loose = earlier.loose_before(earlier.end) - earlier.loose_before(refusal.last)
        denied = earlier.before(refusal.start, "negation.not", "negation.forbid")
        return refusal if not loose and denied is None else None
    return None


def refused_right_before(clause: Clause, sentence: Sentence) -> bool:
    """Whether the clause before is a refusal and no more: "I do not want, that …"."""
    earlier = _right_before(clause, sentence)
    return earlier is not None and earlier.has("mood.refuse") and not earlier.verbs


def wished_right_before(clause: Clause, sentence: Sentence) -> bool:
    """Whether the clause before is a wish and no more, but for who wishes: "I ask you, to …"."""
    earlier = _right_before(clause, sentence)
    if earlier is None or earlier.verbs:
        return False
    wish = earlier.before(earlier.end, "mood.wish")
    if wish is None or any(h.start >= wish.start for h in earlier.all(*_NO_PLAIN_WISH)):
        return False
    if any(hit.tag == "join.break" and hit.start == clause.start for hit in clause.hits):
        return False
    # "Can you confirm, that it is closed?" asks for no more than that.
    allowed = 0 if sentence.asked else _WORDS_BEHIND_WISH
    return earlier.loose_before(earlier.end) - earlier.loose_before(wish.end) <= allowed


def ends_with_wish_before(clause: Clause, sentence: Sentence) -> bool:
    """Whether a wish is the last that the clause before says: "It would be nice, …"."""
    earlier = _right_before(clause, sentence)
    if earlier is None or earlier.verbs or earlier.has(*_NO_PLAIN_WISH):
        return False
    return any(hit.last == earlier.end for hit in earlier.all("mood.wish"))


def _right_before(clause: Clause, sentence: Sentence) -> Clause | None:
    return next((c for c in sentence.clauses if c.end == clause.start), None)


def is_forbidden(hit: Hit, clause: Clause) -> bool:
    """Whether a negation stands right before the verb, or anywhere beside a request."""
    if clause.verb_last:
        return clause.at_end_of(hit, "negation.forbid") is not None
    before = clause.upon(hit, "negation.forbid")
    if before is not None and is_inside(before, hit):
        # Czech "neposílejte", Turkish "göndermeyin": the negation is part of the word.
        return clause.loose_before(hit.start) <= 3 or clause.has(*ASKING)
    if before is not None and clause.count(before.end, hit.start) <= 2:
        # "My shop does not send": what is not asked of us has somebody before it.
        return clause.loose_before(before.start) <= 1 or clause.has(*ASKING)
    # "Mail não entra no celular": what stands between does something else.
    negated = any(
        h.start >= hit.end and h.tag in NEGATIONS and clause.loose(hit.last, h.start) <= 1
        for h in clause.hits
    )
    return negated and (clause.loose_before(hit.start) == 0 or clause.has(*ASKING))


def forbids_itself(verb: Hit, clause: Clause) -> bool:
    """Whether a verb says itself that it is not to be: Turkish "kapatmayın", Japanese しないで."""
    if clause.verb_last:
        return clause.at_end_of(verb, "negation.forbid") is not None
    return any(is_inside(h, verb) for h in clause.all("negation.not", "negation.forbid"))


def is_no_more(hit: Hit, clause: Clause) -> bool:
    """Whether "no more" stands right before the doing of something: "no more mailing to me"."""
    last = clause.before(hit.start, "negation.no_more")
    return last is not None and last.end == hit.start and last.end - last.start > 1


def wished(hit: Hit, clause: Clause, sentence: Sentence) -> bool:
    """Whether a wish stands before, in the clause or in one before it that does nothing else."""
    if clause.verb_last:
        return _wished_behind(hit, clause, sentence)
    wish = clause.before(hit.start, *ASKING)
    if wish is not None:
        return clause.loose(wish.last, hit.start) <= _MAX_LOOSE
    if any(other.tag == "join.break" and other.start == clause.start for other in clause.hits):
        # "I want to talk before I cancel."
        return False
    for earlier in reversed([c for c in sentence.clauses if c.end <= clause.start]):
        if earlier.verbs:
            return False
        if earlier.has(*ASKING):
            return True
    return False


def goes_on_asking(hit: Hit, clause: Clause, sentence: Sentence, *, noun: bool = False) -> bool:
    """Whether "and" joins it to what was just asked for: "please cancel it and not send …".

    A `noun` only to another one: "I ask for the closure of my account and removal from the list".
    """
    joined = any(h.tag == "join.and" and h.start == clause.start for h in clause.hits)
    if not joined or clause.loose_before(hit.start) > 1 or clause.has("owners.actor"):
        return False
    before = [c for c in sentence.clauses if c.end == clause.start]
    if noun:
        before = [c for c in before if _asks_for_noun(c)]
    return any(c.has(*ASKING) for c in before)


def _asks_for_noun(clause: Clause) -> bool:
    """Whether a clause wishes for something by a noun, and for nothing else."""
    if clause.has(*_NO_PLAIN_WISH) or {verb.key for verb in clause.verbs} != {"noun"}:
        return False
    wish, noun = clause.before(clause.end, *ASKING), clause.verbs[0]
    return wish is not None and wish.start < noun.start and not clause.loose(wish.end, noun.start)


def is_negated_beside(hit: Hit, clause: Clause) -> bool:
    """Whether a negation stands at the verb, or right behind it: "no longer receive"."""
    near = (
        clause.loose(n.last, hit.start) + clause.loose(hit.last, n.start)
        for n in clause.all(*NEGATIONS)
    )
    return any(loose <= _NEAR_LOOSE for loose in near)


def refuses_unknown(refusal: Hit, clause: Clause) -> bool:
    """Whether a thing stands too far behind for being what is refused."""
    things = [h.start for h in clause.all(*MAIN_TAGS) if h.start >= refusal.last]
    return bool(things) and clause.loose(refusal.last, things[0]) > _NEAR_LOOSE


def tells_unknown_of(
    thing: Hit | None, refusal: Hit, clause: Clause, discourse: Discourse
) -> bool:
    """Whether what becomes of the thing is refused, and no phrase knows what: "… that it ends".

    A word of "that" stands between, or, where the refusal stands last, an unknown word before it.
    """
    if thing is None:
        return False
    if thing.start < refusal.start:
        last = refusal.start - 1
        unknown = last >= thing.end and last not in clause.covered
        return unknown and discourse.language in OBJECT_FIRST
    between = discourse.words.words[refusal.start : thing.start]
    return any(word in discourse.small.that for word in between)


def is_of_unknown_verb(verb: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether what is stopped or refused is to do something that no phrase knows.

    "Stop reading mail", "I do not need to sort my mail"; where verbs are known by their ending.
    """
    endings = _VERB_ENDINGS.get(discourse.language)
    if endings is None or verb.end >= clause.end:
        return False
    words = discourse.words.words
    ends = words[verb.end].endswith(endings)
    if discourse.language == "en" and ends and verb.end in clause.covered:
        # "Using" is a small word as well, "sending" is none.
        beside = (h for h in clause.hits if h.start == verb.end)
        return all(h.table in ("join", "message") for h in beside)
    if verb.end in clause.covered:
        return False
    return ends or (discourse.language == "en" and words[verb.end - 1] == "to")


def _wished_behind(hit: Hit, clause: Clause, sentence: Sentence) -> bool:
    """Whether a wish is the ending of the verb, or of one that it is joined to: 解約し、…たい."""
    if clause.at_end_of(hit, *ASKING) or _asked_right_behind(hit, clause, sentence):
        return True
    joined = clause.at_end_of(hit, "join.and")
    if joined is None:
        return False
    near = (h for h in clause.all(*ASKING) if h.start >= joined.end)
    if any(not clause.loose(joined.end, hit.start) for hit in near):
        return True
    following = _right_behind(clause, sentence)
    if joined.end < clause.end or following is None:
        return False
    asked = any(following.at_end_of(v, *ASKING) is not None for v in following.verbs)
    return asked or (asks_to_go_on(hit, clause) and following.has(*ASKING))


def _asked_right_behind(hit: Hit, clause: Clause, sentence: Sentence) -> bool:
    """Whether it is named, and the next clause asks for it: 解約とメール停止、両方お願いします."""
    following = _right_behind(clause, sentence)
    if following is None or not following.has(*ASKING):
        return False
    if any(h.tag not in (*ASKING, *_POINTING) for h in following.hits):
        return False
    said = (h for h in clause.hits if h.start >= hit.end)
    if any(h.table in ("mood", "negation", "message", "reversal") for h in said):
        return False
    return not clause.loose(hit.last, clause.end) + following.loose(following.start, following.end)


def _right_behind(clause: Clause, sentence: Sentence) -> Clause | None:
    return next((c for c in sentence.clauses if c.start == clause.end), None)
