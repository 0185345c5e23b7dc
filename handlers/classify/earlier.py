"""What was asked for earlier, and what is only put politely in the past.

"I asked you to cancel" tells of another letter; "I just wanted to cancel" asks for it now, unless
a "but" follows.
"""

from __future__ import annotations

from handlers.classify.acts import Act
from handlers.classify.clauses import NEGATIONS, Clause, Sentence, is_inside
from handlers.classify.discourse import MAIN_TAGS, SAYS_BEHIND, Discourse
from handlers.classify.force import Force
from handlers.classify.lexicon import Hit
from handlers.classify.unsaid import ended_already
from handlers.classify.wishes import ASKING
from handlers.classify.words import Break
from handlers.values import Intent

_AGAIN_SENTENCES = 2
_LOOSE_JOINED = 1
_ENDED = ("cancel", "close", "leave")
_TAKES_OFF = ("stop", "unsubscribe", "remove")
_DENIES = ("negation.not", "negation.forbid", "mood.refuse")


def asked_before(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    """What tells that it was asked for, or tried, earlier.

    A phrase of `mood.before` that is one of `mood.wish` as well is a wish put in the past.
    """
    hit = (
        act.clause.upon(act.verb, "mood.before")
        or _told_right_before(act.verb, act.clause, act.sentence)
        or _told_with_other(act)
        or _only_confirmed(act)
        or _told_behind(act, discourse)
        or ended_already(act, discourse)
    )
    if hit is None or act.what == "still":
        # "I have unsubscribed and still get ads" tells of it by its nature.
        return None
    if act.verb.key == "now" and _joined_between(hit, act):
        # "I have ordered a plan and hereby withdraw from the contract."
        return None
    wished = any(is_inside(wish, hit) for wish in act.clause.all("mood.wish"))
    if wished and not _goes_on_otherwise(act, discourse):
        return None
    if intent is Intent.OPT_OUT and _asks_again(act, discourse):
        return None
    return Force.DOUBT, hit


def _told_behind(act: Act, discourse: Discourse) -> Hit | None:
    """What tells of the act right behind it, or behind a later verb that it is said together with.

    Turkish says so of what stands before: "hesabı kapatıp her şeyi silin demiştim".
    """
    if discourse.language not in SAYS_BEHIND:
        return None
    breaks = discourse.words.breaks
    clauses = act.sentence.clauses
    ends = {v.end for c in clauses for v in c.verbs if v.start >= act.verb.start}
    for clause in clauses:
        for hit in clause.all("mood.before", "mood.said"):
            through = breaks[act.verb.end : hit.start + 1]
            if hit.start in ends and not any(kind >= Break.CLAUSE for kind in through):
                return hit
    return None


def _asks_again(act: Act, discourse: Discourse) -> bool:
    """Whether mail that was to end is to end now: "I asked you to stop the ads. Stop it."."""
    for sentence in discourse.sentences[act.clause.sentence + 1 :][:_AGAIN_SENTENCES]:
        if sentence.has(*MAIN_TAGS, *_DENIES, "mood.question", "mood.before", "mood.maybe"):
            continue
        asks = sentence.has("mood.wish", "mood.please")
        if asks and sentence.has("things.it", "things.self"):
            # "Can you do it for me?"
            return True
        if not sentence.asked and any(_only_ends(clause) for clause in sentence.clauses):
            return True
    return False


def _only_ends(clause: Clause) -> bool:
    """Whether it asks to stop or to be taken off, and says no more."""
    ends = any(v.table in _TAKES_OFF and v.key in ("do", "now") for v in clause.verbs)
    return ends and not clause.loose(clause.start, clause.end)


def _told_right_before(verb: Hit, clause: Clause, sentence: Sentence) -> Hit | None:
    """What the clause before ends with: "Please confirm, that my account is closed"."""
    earlier = next((c for c in sentence.clauses if c.end == clause.start), None)
    if earlier is None or earlier.verbs or verb.key == "now":
        return None
    if earlier.has("mood.refuse", *NEGATIONS, *MAIN_TAGS):
        # "I do not need the server, please cancel" tells of now.
        return None
    told = earlier.before(earlier.end, "mood.before")
    if told is None or earlier.loose(told.last, earlier.end):
        return None
    wish = earlier.before(earlier.end, "mood.wish")
    return told if wish is None or wish.start < told.start else None


def _only_confirmed(act: Act) -> Hit | None:
    """What tells that it is done where only a word of it is asked for.

    "We have closed the account already, please confirm the closure."
    """
    confirms = act.what == "carry_out" or any(
        h.start <= act.verb.start <= h.last for h in act.clause.all("message.ignore")
    )
    before = next((c for c in act.sentence.clauses if c.end == act.clause.start), None)
    if not confirms or before is None or before.has(*ASKING):
        return None
    ended = [h for h in before.hits if h.table in _ENDED and h.key == "done"]
    told = (h for h in before.all("mood.before") if any(is_inside(v, h) for v in ended))
    return next(told, None)


def _told_with_other(act: Act) -> Hit | None:
    """What tells of an act that "and" joins this one to: "I asked you to close and wipe it"."""
    clause, verb = act.clause, act.verb
    joined = any(h.tag == "join.and" and h.start == clause.start for h in clause.hits)
    if not joined or clause.verb_last or verb.key not in ("do", "done"):
        return None
    if clause.before(verb.start, *ASKING) or clause.loose_before(verb.start) > _LOOSE_JOINED:
        return None
    earlier = next((c for c in act.sentence.clauses if c.end == clause.start), None)
    if earlier is None or not earlier.verbs:
        return None
    last = earlier.verbs[-1]
    told = earlier.before(last.start, "mood.before")
    asked = earlier.before(last.start, *ASKING)
    if told is None:
        # "I asked you, to close it and to wipe all."
        return _told_right_before(last, earlier, act.sentence) if asked is None else None
    if asked is not None and (asked.start >= told.last or is_inside(asked, told)):
        # "I tried, so please cancel it and delete all", "I wanted to cancel it and delete all".
        return None
    return told


def _joined_between(hit: Hit, act: Act) -> bool:
    """Whether "and" stands between a phrase and the verb."""
    return any(hit.last <= h.start <= act.verb.start for h in act.clause.all("join.and"))


def _goes_on_otherwise(act: Act, discourse: Discourse) -> bool:
    """Whether a "but" stands behind, in the sentence or right at the beginning of the next."""
    following = discourse.sentences[act.clause.sentence + 1 :][:1]
    later = [c for c in act.sentence.clauses if c.start >= act.clause.end]
    later += [c for s in following for c in s.clauses[:1]]
    return any(h.start == c.start for c in later for h in c.all("join.break"))
