"""Acts that are only asked about: "How do I cancel?", "Can I cancel?"."""

from __future__ import annotations

from handlers.classify.acts import Act
from handlers.classify.clauses import Clause, is_inside
from handlers.classify.discourse import MAIN_TAGS, UNINFLECTED, Discourse
from handlers.classify.force import Force
from handlers.classify.lexicon import Hit
from handlers.classify.moods import Mood
from handlers.classify.nearest import CONTRACT, OF_MAIL
from handlers.values import Intent

_TAKEN_OFF = ("remove", "unsubscribe")
# A clause with as many words is no greeting: "Hello Ida, …".
_LEADING_WORDS = 3


def asked_about(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    """A question ("How do I cancel?"); what is asked after the request does not count."""
    opener = _opener("mood.question", act)
    if opener is None and (act.clause.verb_last or discourse.language in UNINFLECTED):
        opener = _asked_behind(act, discourse)
    if opener is not None:
        return Force.VETO, opener
    how = _only_asked_behind(act, discourse) if _is_asked_for(act, intent) else None
    if how is not None:
        return Force.DOUBT, how
    if act.clause.verb_last and act.mood is Mood.ASKED:
        # 解約していただけますか asks for it with the ending of the verb.
        return None
    may = _opener("mood.may_i", act)
    if may is not None:
        force = _force_of_may(act, intent, discourse)
        return (force, may) if force is not None else None
    whom = _asked_before_condition(act)
    if whom is not None:
        return Force.VETO, whom
    return _asked_in_sentence(act, intent, discourse) if _may_ask(act, intent) else None


def _may_ask(act: Act, intent: Intent) -> bool:
    """Whether the question mark of its sentence may be one about it."""
    refused = intent is Intent.OPT_OUT and (act.clause.has("mood.refuse") or _only_tagged(act))
    return act.sentence.asked and not refused and not act.clause.has("mood.wish", "mood.please")


def _asked_before_condition(act: Act) -> Hit | None:
    """What asks before a condition: "Whom do I ask, if I wanted to close my account?"."""
    if not act.sentence.asked or act.clause.before(act.verb.start, "mood.condition") is None:
        return None
    return act.sentence.before(act.clause.start, "mood.question")


def _is_asked_for(act: Act, intent: Intent) -> bool:
    return intent is Intent.CANCELLATION and act.mood is Mood.ASKED


def _only_asked_behind(act: Act, discourse: Discourse) -> Hit | None:
    """The question word that is all of the next sentence: "I want to close it. How?"."""
    following = discourse.sentences[act.clause.sentence + 1 :][:1]
    for sentence in following:
        for hit in (h for c in sentence.clauses for h in c.all("mood.question")):
            if sentence.asked and (hit.start, hit.end) == (sentence.start, sentence.end):
                return hit
    return None


def _only_tagged(act: Act) -> bool:
    """Whether a courtesy behind what is told makes the question: "No more ads, understood?"."""
    tag = act.sentence.clauses[-1]
    said = all(hit.tag == "message.polite" for hit in tag.hits)
    alone = tag.start >= act.verb.last and not tag.loose(tag.start, tag.end)
    return said and alone and (act.verb.key in ("do", "now") or act.what == "no-more")


def _opener(tag: str, act: Act) -> Hit | None:
    """What opens a question in the clause of an act.

    Behind other words a wish has the same order: Swedish "tyvärr måste jag säga upp" tells of one,
    "måste jag säga upp?" asks. Such a phrase stands in both tables.
    """
    found = [
        hit
        for hit in act.clause.all(tag)
        if (hit.start < act.verb.start or is_inside(hit, act.verb)) and not _is_told(hit, act)
    ]
    return found[-1] if found else None


def _is_told(opener: Hit, act: Act) -> bool:
    """Whether something else begins the sentence, and no question mark ends it."""
    if act.sentence.asked or not any(
        is_inside(wish, opener) for wish in act.clause.all("mood.wish")
    ):
        return False
    before = [c for c in act.sentence.clauses if c.end <= act.clause.start]
    if any(c.has("mood.question") for c in before):
        return False
    joined = {i for hit in act.clause.hits if hit.table == "join" for i in _places(hit)}
    if any(place not in joined for place in range(act.clause.start, opener.start)):
        return True
    # "Since we move, must we cancel": but a greeting begins none.
    return any(c.end - c.start - _polite_words(c) >= _LEADING_WORDS for c in before)


def _polite_words(clause: Clause) -> int:
    return len({i for hit in clause.all("message.polite") for i in _places(hit)})


def _places(hit: Hit) -> range:
    return range(hit.start, hit.end)


def _asked_behind(act: Act, discourse: Discourse) -> Hit | None:
    """A question behind the act, in languages that put it there.

    Behind a wish it counts where it is about nothing else: "我想注销，怎么操作".
    """
    for clause in act.sentence.clauses:
        if clause.start < act.clause.start:
            continue
        for hit in clause.all("mood.question"):
            if clause is act.clause and act.mood is not Mood.ASKED:
                return hit
            others = [h for h in clause.all(*MAIN_TAGS) if h is not act.thing_hit]
            if hit.start >= act.verb.end and (clause is act.clause or not others):
                return hit
    following = discourse.sentences[act.clause.sentence + 1 :][:1]
    for clause in (c for sentence in following for c in sentence.clauses):
        if clause.has(*MAIN_TAGS) or clause.verbs or clause.loose(clause.start, clause.end) > 1:
            break
        return next(iter(clause.all("mood.question")), None)
    return None


def _asked_in_sentence(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    """What makes a sentence with a question mark a question, though its clause has no opener."""
    opener = act.sentence.before(act.verb.start, "mood.question")
    if opener is not None:
        return Force.VETO, opener
    may = act.sentence.before(act.verb.start, "mood.may_i")
    if may is not None:
        force = _force_of_may(act, intent, discourse)
        return (force, may) if force is not None else None
    wish = act.sentence.before(act.verb.start, "mood.wish", "mood.please")
    later = (c for c in act.sentence.clauses if c.start >= act.clause.end)
    if wish is not None or act.mood is Mood.MENTIONED or any(map(_is_tag, later)):
        # "Can you cancel my plan and take me off the list?", "Strike me off it, would you?"
        return None
    if act.what == "stop" and act.thing in OF_MAIL:
        # "The ads annoy me, can they stop?"
        return None
    if act.what == "refuse":
        # "No interest? Then you will not hear from us again."
        return Force.VETO, act.verb
    # "Cancel my account?" has no opener, and is no request either; "Cancellation done?" is none.
    thing = act.thing_hit.last if act.thing_hit is not None else 0
    noun = act.verb.key == "noun" and not act.sentence.has("mood.please")
    goes_on = noun and max(act.verb.last, thing) < act.sentence.end
    return (Force.VETO if goes_on else Force.DOUBT), act.verb


def _is_tag(clause: Clause) -> bool:
    """Whether a clause is a wish and no more."""
    asks = clause.has("mood.wish", "mood.please") and not clause.has("mood.question")
    return asks and not (clause.verbs or clause.loose(clause.start, clause.end))


def _force_of_may(act: Act, intent: Intent, discourse: Discourse) -> Force | None:
    """What "can I" does: it asks whether one may, or asks for it politely."""
    polite = act.sentence.has("mood.please")
    if intent is Intent.OPT_OUT:
        # "Is it possible to take me off the list?" is asked of us, "to be spared the ads", too.
        of_us = (
            act.verb.key == "done"
            or act.what == "refuse"
            or (act.what in _TAKEN_OFF and act.clause.has("things.self"))
        )
        return None if polite or of_us else Force.DOUBT
    if act.verb.key == "done" and act.clause.has("mood.please") and act.thing in CONTRACT:
        # "Can I get my account closed please?"
        return None
    return Force.DOUBT if polite or _is_then_asked(act, discourse) else Force.VETO


def _is_then_asked(act: Act, discourse: Discourse) -> bool:
    """Whether the next sentence asks for what was a question: "If so, please do it."."""
    following = discourse.sentences[act.clause.sentence + 1 :][:1]
    return any(
        not sentence.asked
        and sentence.has("mood.please", "mood.wish")
        and not any(_acts(c) or c.loose_before(c.end) > 1 for c in sentence.clauses)
        for sentence in following
    )


def _acts(clause: Clause) -> bool:
    """Whether anything is done there but to carry "it" out."""
    return any(verb.table != "carry_out" for verb in clause.verbs)
