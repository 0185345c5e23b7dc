"""Something else that is asked for: to think a cancellation over, to tell before it is done."""

from __future__ import annotations

from collections.abc import Iterator

from handlers.classify.acts import Act
from handlers.classify.clauses import Clause
from handlers.classify.discourse import UNINFLECTED, Discourse
from handlers.classify.force import Force
from handlers.classify.lexicon import Hit
from handlers.classify.moods import Mood
from handlers.classify.wishes import ASKING
from handlers.classify.words import is_wide
from handlers.values import Intent

_ENDS = ("cancel", "close", "leave")
# What is done to somebody, not to a contract: "remind me to cancel".
_TO_SOMEBODY = ("send.do", "receive.do")
# Before these stands no noun of a time or a way, but what else is to be done.
_BEFORE_VERBS = frozenset({"to", "zu", "te", "at", "att", "a", "de", "di", "d"})
# Where a comma may stand between a wish and what is wished for.
_COMMA_BEFORE_VERBS = frozenset({"de", "nl", "da", "no", "pl", "cs", "ru"})
# Little words, of any language: "to", "zu", "at".
_MIN_LETTERS = 3
_MIN_WIDE = 2
_DATES = frozenset("一二三四五六七八九十零两年月日号號底")
# "Before you close my account", but "before the next bill comes close my account".
_NEAR = 3


def asks_something_else(
    act: Act, intent: Intent, discourse: Discourse
) -> tuple[Force, Hit] | None:
    """A word that no phrase knows between a wish and the act: "please reconsider cancelling".

    The request is what that word says. A noun of a time may stand there, behind a preposition.
    """
    clause = act.clause
    asked = act.verb.key == "do" and act.mood is Mood.ASKED and act.what in _ENDS
    if intent is not Intent.CANCELLATION or not asked or clause.verb_last:
        return None
    for one, start, end in _between(act, discourse.language):
        to_somebody = any(start <= h.start and h.end <= end for h in one.all(*_TO_SOMEBODY))
        unknown = [i for i in range(start, end) if _is_unknown(i, start, one, discourse)]
        wide = discourse.language in UNINFLECTED
        if to_somebody or len(unknown) >= (_MIN_WIDE if wide else 1):
            return Force.DOUBT, act.verb
    return None


def _between(act: Act, language: str) -> Iterator[tuple[Clause, int, int]]:
    """What stands between the wish and the act, or the thing where it stands first."""
    clause, thing = act.clause, act.thing_hit
    end = act.verb.start
    if thing is not None and not act.resolved and clause.start <= thing.start < end:
        end = thing.start
    wish = clause.before(act.verb.start, *ASKING)
    if wish is not None:
        yield clause, max([wish.last, *_joined(clause, end)]), end
        return
    yield clause, clause.start, end
    if language not in _COMMA_BEFORE_VERBS or clause.hits[0][:2] == ("join.and", clause.start):
        return
    for earlier in reversed([c for c in act.sentence.clauses if c.end <= clause.start]):
        asking = earlier.all(*ASKING)
        if earlier.verbs:
            return
        if asking:
            yield earlier, asking[0].last, earlier.end
            return


def _joined(clause: Clause, end: int) -> Iterator[int]:
    """Where the verb is joined to another that is asked for: "please check it and cancel"."""
    return (h.end for h in clause.all("join.and") if end - 1 <= h.end <= end)


def _is_unknown(place: int, start: int, clause: Clause, discourse: Discourse) -> bool:
    words, small = discourse.words.words, discourse.small
    word = words[place]
    if place in clause.covered or not word.isalpha():
        return False
    if is_wide(word):
        return word not in _DATES
    before = words[place - 1] if place > start else ""
    of_time = (before in small.of and before not in _BEFORE_VERBS) or not before.isalpha()
    known = word in small.of or word in small.behind or place in discourse.own_names
    return len(word) >= _MIN_LETTERS and not known and not (of_time and before)


def told_to_come_first(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    """The act is what something else is to happen before: "tell me before you close it"."""
    if intent is not Intent.CANCELLATION:
        return None
    first = [act.verb]
    if act.thing_hit is not None and not act.resolved:
        first.append(act.thing_hit)
    start, end = min(h.start for h in first), max(h.last for h in first)
    for hit in act.clause.all("mood.sooner"):
        if act.clause.verb_last or discourse.language in UNINFLECTED:
            if 0 <= hit.start - end <= 1:
                return Force.VETO, hit
        elif hit.start < act.verb.start and not any(
            hit.end <= h.start < act.verb.start for h in act.clause.all(*ASKING)
        ):
            near = act.clause.count(hit.end, start) <= _NEAR
            return (Force.VETO if near else Force.DOUBT), hit
    return None
