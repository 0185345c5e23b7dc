"""Whether an act is denied: "do not cancel it", "no reason to close it", "not that it ends"."""

from __future__ import annotations

import re

from handlers.classify.acts import Act
from handlers.classify.asides import is_of_what_follows
from handlers.classify.clauses import DENIALS, Clause, is_inside
from handlers.classify.discourse import MAIN_TAGS, Discourse
from handlers.classify.force import Force
from handlers.classify.lexicon import Hit
from handlers.classify.nearest import CONTRACT
from handlers.classify.wishes import ASKING, refused_right_before, tells_unknown_of
from handlers.values import Intent

# Acts that are requests because they are negated: a negation in their clause is their own.
NEGATIVE = ("not-send", "not-receive", "not-renew", "not-keep", "refuse", "no-more", "object")
_THANKS = frozenset({"danke", "bedankt", "dank"})
# Dutch "dat" may also begin what is asked for: "dat contract opzeggen".
# "Nie ma powodu, żeby je zamykać", "Nechtěli jsme, aby byl zrušen", "Olemme sitä vastaan, että …".
_THAT = {
    "dass": Force.VETO, "dat": Force.DOUBT, "aby": Force.DOUBT, "abyste": Force.DOUBT,
    "zeby": Force.DOUBT, "zebyscie": Force.DOUBT, "etta": Force.DOUBT,
}  # fmt: skip
# "Nikdo neřekl, že končíme", "Nikt nie mówił, że …"; Dutch "ze" is another word.
_TELLING = frozenset({("cs", "ze"), ("pl", "ze"), ("ru", "что")})
# Where an infinitive with "to" is told apart: before it stands "zu", or inside it ("abzumelden").
# Dutch also asks by it ("gelieve te stoppen").
_GERMAN, _TO = "de", "zu"
_INSIDE = re.compile(r"\w+zu\w+en")
# "Mein Konto ist zu löschen", "Sie haben es zu löschen" asks for it.
_MUST = frozenset({"ist", "sind", "haben", "habt"})
# What an infinitive hangs on over an aside: "l'intention, …, de résilier".
_OF = frozenset({"de", "d", "di"})
_STOPPING = ("stop.do", "stop.now", "object.do", "object.now")
_CLOSE_BEHIND_WORDS = 2
_LAST_BEHIND_WORDS = 3


def negated(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    """What denies an act, in its clause or in the one before."""
    if act.what in NEGATIVE or act.what == "still":
        return _refuses_a_deed(act, discourse)
    for hit in act.clause.hits:
        # "We no longer": a verb of stopping that looks like a negation is none to itself.
        inside = hit.tag == "negation.not" and is_inside(hit, act.verb)
        if hit.tag not in DENIALS or (hit.start == act.verb.start and not inside):
            continue
        if act.clause.verb_last and hit is not act.clause.at_end_of(act.verb, hit.tag):
            continue
        if intent is Intent.OPT_OUT and _is_of_verb_before(hit, act):
            continue
        if _is_of_thing_before(hit, act) or is_of_what_follows(hit, act):
            continue
        if hit.start < act.verb.end + _CLOSE_BEHIND_WORDS:
            return (Force.DOUBT if is_unable(hit, act) else Force.VETO), hit
        last = hit.last == act.clause.end and hit.start <= act.verb.end + _LAST_BEHIND_WORDS
        if last and hit.tag != "mood.refuse":
            # "Entfernen Sie mich nicht."
            return Force.VETO, hit
        if intent is Intent.CANCELLATION:
            return Force.DOUBT, hit
    return _denied_before(act, discourse)


def _refuses_a_deed(act: Act, discourse: Discourse) -> tuple[Force, Hit] | None:
    """A contract of which is refused what no phrase knows: "I do not want that it ends"."""
    if act.what != "refuse" or act.thing not in CONTRACT:
        return None
    told = tells_unknown_of(act.thing_hit, act.verb, act.clause, discourse)
    return (Force.DOUBT, act.verb) if told else None


def _denied_before(act: Act, discourse: Discourse) -> tuple[Force, Hit] | None:
    """A denial of what a clause of "that" tells: "Ich möchte nicht, dass Sie es löschen"."""
    if _is_not_wanted_done(act):
        return Force.VETO, act.verb
    first = discourse.words.words[act.clause.start]
    told_of = Force.DOUBT if (discourse.language, first) in _TELLING else None
    force = _THAT.get(first, told_of)
    before = next((c for c in act.sentence.clauses if c.end == act.clause.start), None)
    if before is not None and _is_infinitive(act, discourse):
        return _denied_infinitive(before, act.clause)
    if force is None or before is None or before.verbs:
        return _denied_over_aside(act, discourse)
    told = (*DENIALS, "reversal.untrue")
    if discourse.words.words[before.start] in _THANKS and before.hits:
        # "Danke, dass der Vertrag gekündigt wird."
        return Force.DOUBT, before.hits[0]
    denials = (hit for hit in before.hits if hit.tag in told)
    return next(((force, hit) for hit in denials if not _wishes_behind(hit, before)), None)


def _denied_over_aside(act: Act, discourse: Discourse) -> tuple[Force, Hit] | None:
    """A denial parted from what it denies: "je n'ai pas l'intention, même demain, de résilier".

    The clause goes on with a word that it hangs on, so that it says nothing by itself; not behind
    a wish: "je vous prie, ne pouvant plus payer, de résilier".
    """
    words, clause = discourse.words.words, act.clause
    if words[clause.start] not in _OF & discourse.small.of or act.verb.key != "do":
        return None
    if act.verb.start > clause.start + 1 or clause.has(*ASKING):
        return None
    before = [c for c in act.sentence.clauses if c.end <= clause.start]
    if not before or any(c.verbs or c.has(*ASKING) for c in before):
        return None
    return next(((Force.VETO, h) for c in before for h in c.hits if h.tag in DENIALS), None)


def _wishes_behind(denial: Hit, clause: Clause) -> bool:
    """Whether "and" joins a wish to what is denied: "I do not need it, and wish that it ends"."""
    ands = [h.last for h in clause.all("join.and") if h.start >= denial.last]
    return any(wish.start in ands for wish in clause.all(*ASKING))


def _is_infinitive(act: Act, discourse: Discourse) -> bool:
    """Whether "to" stands right before the verb, or in it: "keinen Grund, es zu löschen"."""
    clause, words = act.clause, discourse.words.words
    if discourse.language != _GERMAN or act.verb.key == "noun":
        return False
    asked = any(hit.start < act.verb.start for hit in clause.all(*ASKING))
    if asked or not _MUST.isdisjoint(words[clause.start : clause.end]):
        # "Ich nutze es nicht mehr, daher bitte ich es zu löschen."
        return False
    before = words[act.verb.start - 1] if act.verb.start > clause.start else ""
    own = words[act.verb.start : act.verb.end]
    return _TO in (before, *own) or any(map(_INSIDE.fullmatch, own))


def _denied_infinitive(before: Clause, clause: Clause) -> tuple[Force, Hit] | None:
    """What denies or stops what the infinitive behind it tells: "Bitte unterlassen Sie es, …"."""
    if any(h.tag == "join.break" and h.start == before.start for h in before.hits):
        # "Ich bitte Sie, da Sie nicht antworten, mein Konto zu löschen."
        return None
    told = DENIALS if not before.verbs else _STOPPING
    hit = next((h for h in before.hits if h.tag in told), None)
    joined = any(h.tag == "join.and" and h.start == before.end for h in clause.hits)
    if joined and before.verbs:
        # "Ich bitte Sie, die Abbuchungen zu stoppen und den Vertrag zu kündigen."
        return None
    if hit is None:
        return None
    # "It was not possible for me to unsubscribe."
    return (Force.DOUBT if before.has("mood.maybe") else Force.VETO), hit


def _is_not_wanted_done(act: Act) -> bool:
    """Whether the clause before refuses just this: "I do not want, that my account is closed"."""
    if act.verb.key != "done" or not refused_right_before(act.clause, act.sentence):
        return False
    begins = any(h.tag == "join.break" and h.start == act.clause.start for h in act.clause.hits)
    if begins and act.clause.before(act.verb.start, "mood.wish") is not None:
        # "I am not interested, so I want to be taken off."
        return False
    return not any(c.end == act.clause.start and c.has(*MAIN_TAGS) for c in act.sentence.clauses)


def _is_of_verb_before(hit: Hit, act: Act) -> bool:
    """Whether a refusal is inside another verb: "reklam almak istemiyorum durdurun"."""
    before = (verb for verb in act.clause.verbs if verb.end <= act.verb.start)
    return any(is_inside(hit, verb) for verb in before)


def _is_of_thing_before(hit: Hit, act: Act) -> bool:
    """Whether a thing is denied, and then asked: "I do not need it please (and ask to) cancel"."""
    clause = act.clause
    asked = [h for h in clause.all("mood.please") if hit.last <= h.start < act.verb.start]
    if hit.tag == "mood.refuse" and any(h.start >= act.verb.end for h in clause.all("things.it")):
        # Without an "it" the thing may be what is not to be done to: "I do not want it closed".
        joined = {h.last for h in clause.all("join.and", *MAIN_TAGS)}
        asked += [
            h for h in clause.all("mood.wish") if h.start in joined and h.last <= act.verb.start
        ]
    return any(
        hit.last <= thing.start and thing.last <= please.start
        for please in asked
        for thing in clause.all(*MAIN_TAGS)
    )


def is_unable(hit: Hit, act: Act) -> bool:
    """Whether one cannot unsubscribe and so may want it: both negated and only possible."""
    if act.what != "unsubscribe" or act.clause.has("owners.others", "owners.actor"):
        return False
    tags = {other.tag for other in act.clause.hits if other.start == hit.start}
    return {"mood.maybe", "negation.not"} <= tags
