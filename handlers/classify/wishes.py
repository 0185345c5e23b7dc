"""What stands before an act and makes it wished for, refused or forbidden."""

from __future__ import annotations

from handlers.classify.clauses import NEGATIONS, Clause, Sentence
from handlers.classify.lexicon import Hit

ASKING = ("mood.wish", "mood.please", "mood.perform")
_COURTESY = ("message.polite", "join.and")
# "I would like to know", "I do not want" and the like ask for nothing that follows.
_NO_PLAIN_WISH = (
    "mood.question", "mood.refuse", "mood.before", "mood.maybe", "mood.said", "mood.condition",
    "negation.not", "things.other",
)  # fmt: skip
_WORDS_BEHIND_WISH = 2
_ACTORS = ("things.site", "things.service", "things.part", "things.other")


def is_refused(hit: Hit, clause: Clause) -> bool:
    """Whether a refusal stands before, as in "I do not want to receive"."""
    return clause.before(hit.start, "mood.refuse") is not None


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
    behind = earlier.loose_before(earlier.end) - earlier.loose_before(wish.end)
    return behind <= _WORDS_BEHIND_WISH


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
    before = clause.before(hit.start, "negation.forbid")
    if before is not None and hit.start - before.end <= 2:
        # "My shop does not send": what is not asked of us has somebody before it.
        return clause.loose_before(before.start) <= 1 or clause.has(*ASKING)
    negated = any(h.start >= hit.end and h.tag in NEGATIONS for h in clause.hits)
    return negated and (clause.loose_before(hit.start) == 0 or clause.has(*ASKING))


def wished(hit: Hit, clause: Clause, sentence: Sentence) -> bool:
    """Whether a wish stands before, in the clause or in one before it that does nothing else."""
    if clause.before(hit.start, *ASKING):
        return True
    if any(other.tag == "join.break" and other.start == clause.start for other in clause.hits):
        # "I want to talk before I cancel."
        return False
    for earlier in reversed([c for c in sentence.clauses if c.end <= clause.start]):
        if earlier.verbs:
            return False
        if earlier.has(*ASKING):
            return True
    return False
