"""What narrows a cancellation: an exception, a choice, a word to wait for, who alone may ask.

"Delete everything except my account", "refund me or cancel my account", "cancel it when I tell
you", "cancel my account only with my signature". A person reads those; nobody is asked to end
anything today.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from handlers.classify.acts import Act
from handlers.classify.clauses import DENIALS, Clause, Sentence
from handlers.classify.discourse import MAIN_TAGS, Discourse
from handlers.classify.force import Force
from handlers.classify.lexicon import Hit
from handlers.classify.nearest import CONTRACT_TAGS, ENDING
from handlers.classify.words import NUMBER, Break
from handlers.values import Intent

_SENTENCES_BEHIND = 2
# "Except for all that is on my account": the thing is not far behind, or before it.
_NEAR_WORDS = 5
# "Or please just close": what stands between the choice and its verb, one unknown word among it.
_CHOICE_WORDS = 6
_CHOICE_LOOSE = 1
_EXCEPTED = (*CONTRACT_TAGS, "things.part")
# Signs that end the name of a day, a week, a month, a year: 今天, 下周, 年底.
_TIMES = frozenset("天日周週月年底")
_ENDS = frozenset({*ENDING, "unsubscribe", "object"})
# What begins anew behind an ending: "cancel it, or please …".
_NEW = ("mood.please", "mood.wish", "owners.actor", "join.break")


def find_exception(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    """What is to be left as it is: "delete everything except my account"."""
    if not discourse.has("caution.except"):
        return None
    if intent is Intent.OPT_OUT:
        return _all_but_contract(act)
    sentences = [act.sentence]
    following = discourse.sentences[act.clause.sentence + 1 :][:1]
    # "Cancel everything. Except my account.", "Cancel the SEO one. The account stays."
    sentences += [
        s
        for s in following
        if any(h.start == s.start or _names_thing(h, s) for h in _exceptions(s.clauses))
    ]
    for sentence in sentences:
        for clause in sentence.clauses:
            for hit in clause.all("caution.except"):
                if not _is_denied(hit, act, discourse):
                    force = _force_of_exception(hit, act, discourse)
                    if force is not None:
                        return force, hit
    return None


def _all_but_contract(act: Act) -> tuple[Force, Hit] | None:
    """What all but is refused: "but that my account is closed I want nothing" is not of mail.

    Turkish, where the exception stands between the contract and all else.
    """
    clause = act.clause
    everything = {h.start for h in clause.all("message.everything")}
    excepted = [h for h in clause.all("caution.except") if h.last in everything]
    named = any(h.end <= hit.start for hit in excepted for h in clause.all(*CONTRACT_TAGS))
    return (Force.DOUBT, excepted[0]) if named else None


def _names_thing(hit: Hit, sentence: Sentence) -> bool:
    """Whether a phrase holds a contract itself: "the account stays"."""
    hits = (h for c in sentence.clauses for h in c.hits if h.tag in CONTRACT_TAGS)
    return any(hit.start <= h.start < hit.last for h in hits)


def _exceptions(clauses: list[Clause]) -> list[Hit]:
    return [hit for clause in clauses for hit in clause.all("caution.except")]


def _is_denied(hit: Hit, act: Act, discourse: Discourse) -> bool:
    """Whether nothing else is wanted or said: "I want nothing but to cancel my account"."""
    start = max((i for i in range(hit.start + 1) if _begins(i, discourse)), default=0)
    before = [h for c in act.sentence.clauses for h in c.hits if start <= h.start < hit.start]
    denied = any(h.tag in (*DENIALS, "negation.no_more") for h in before)
    # "… no complaints except the price", but "do not delete anything except my account".
    return denied and (hit.last <= act.verb.start or act.verb.last <= start)


def _begins(place: int, discourse: Discourse) -> bool:
    return place == 0 or discourse.words.breaks[place] >= Break.CLAUSE


def _force_of_exception(hit: Hit, act: Act, discourse: Discourse) -> Force | None:
    thing = act.thing_hit
    behind = hit.start > act.verb.start
    if thing is not None and not act.resolved and _is_excepted(thing, hit, discourse):
        return Force.VETO if behind and act.what != "cancel" else Force.DOUBT
    named = any(_is_excepted(other, hit, discourse) for other in _named_behind(hit, discourse))
    if behind:
        # "Close the accounts, except mine", but "close it; all except the price was fine".
        between = discourse.words.breaks[act.verb.last : hit.start]
        named = named or not any(kind >= Break.CLAUSE for kind in between)
    else:
        # "Apart from the shop please delete everything."
        named = named or (hit in act.clause.hits and act.clause.has("message.all"))
    return Force.DOUBT if named else None


def _named_behind(hit: Hit, discourse: Discourse) -> list[Hit]:
    """The things that are named from an exception on, and not far behind it."""
    first = bisect_left(discourse.hits, hit.start, key=_start)
    until = bisect_right(discourse.hits, hit.last + _NEAR_WORDS, lo=first, key=_start)
    return [other for other in discourse.hits[first:until] if other.tag in _EXCEPTED]


def _start(hit: Hit) -> int:
    return hit.start


def _is_excepted(thing: Hit, hit: Hit, discourse: Discourse) -> bool:
    """Whether a thing stands right behind an exception, or inside: Dutch "op mijn account na"."""
    if hit.start <= thing.start < hit.last:
        return True
    between = discourse.words.breaks[hit.last + 1 : thing.start + 1]
    near = hit.last <= thing.start <= hit.last + _NEAR_WORDS
    return near and not any(kind >= Break.CLAUSE for kind in between)


def find_choice(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    """What leaves it to us: "refund me or cancel my account".

    Not what ends it in two words ("close or delete my account"), nor a choice of things or days.
    """
    if intent is not Intent.CANCELLATION or not discourse.has("caution.or"):
        return None
    start = act.verb.start
    thing = act.thing_hit
    if thing is not None and not act.resolved and act.sentence.start <= thing.start:
        start = min(start, thing.start)
    for clause in act.sentence.clauses:
        for hit in clause.all("caution.or"):
            if _is_before(hit, start, act, discourse) and _asks_before(hit, act):
                return Force.DOUBT, hit
    return None


def _is_before(hit: Hit, start: int, act: Act, discourse: Discourse) -> bool:
    """Whether a choice leads to the act, with nothing between that begins anew."""
    words = discourse.words
    if not 0 <= start - hit.last <= _CHOICE_WORDS:
        # "Today or tomorrow my account is to be closed" has its thing behind.
        return False
    if any(kind >= Break.CLAUSE for kind in words.breaks[hit.last + 1 : start + 1]):
        return False
    known = {
        place
        for clause in act.sentence.clauses
        for other in clause.hits
        for place in range(other.start, other.end)
    }
    loose = [i for i in range(hit.last, start) if i not in known]
    # "Today or tomorrow", "now or at the end".
    timed = any(
        words.words[i] == NUMBER or words.words[i] in discourse.small.behind for i in loose
    )
    return len(loose) <= _CHOICE_LOOSE and not timed and not _of_days(hit, act, discourse)


def _of_days(hit: Hit, act: Act, discourse: Discourse) -> bool:
    """Whether a choice is between days, weeks or the like: 今天或明天, but not 我们或你们."""
    signs = discourse.words.words
    small = [h for c in act.sentence.clauses for h in c.all("join.behind")]
    times = [h for h in small if h.last - h.start > 1 and signs[h.last - 1] in _TIMES]
    before = {signs[h.last - 1] for h in times if h.last == hit.start}
    return any(signs[h.last - 1] in before for h in times if h.start == hit.last)


def _asks_before(hit: Hit, act: Act) -> bool:
    """Whether something else than an ending is told before a choice."""
    hits = [h for c in act.sentence.clauses for h in c.hits if h.start < hit.start]
    verbs = [h for h in hits if h.table in _ENDS and h.last <= hit.start]
    if any(h.last >= hit.start - _CHOICE_LOOSE for h in verbs):
        # "Close or delete my account".
        return False
    things = [h for h in hits if h.tag in MAIN_TAGS and h.last == hit.start]
    after = [h for c in act.sentence.clauses for h in c.hits if h.start == hit.last]
    if things and any(h.tag in MAIN_TAGS for h in after):
        # "Den Account oder Vertrag kündigen".
        return False
    if verbs and not any(h.start > verbs[-1].last for h in hits if h.tag in _NEW):
        # "Close my account or delete it", "end my contract at once or cancel it".
        return False
    return hit.start > act.sentence.start


def find_wait(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    """A word that is still to come: "I will tell you when", "wait for my go-ahead"."""
    if intent is not Intent.CANCELLATION or not discourse.has("caution.wait"):
        return None
    first = act.clause.sentence
    for sentence in discourse.sentences[first : first + _SENTENCES_BEHIND + 1]:
        for clause in sentence.clauses:
            for hit in clause.all("caution.wait"):
                if hit.last > act.verb.start or clause is act.clause:
                    return Force.DOUBT, hit
    return None


def find_safeguard(act: Act, intent: Intent, _: Discourse) -> tuple[Force, Hit] | None:
    """How alone, or by whom, it may be asked for: "cancel my account only by telephone"."""
    if intent is not Intent.CANCELLATION:
        return None
    hits = [hit for clause in act.sentence.clauses for hit in clause.all("caution.only")]
    return (Force.DOUBT, hits[0]) if hits else None
