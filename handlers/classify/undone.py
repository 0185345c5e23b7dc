"""An ending that is itself to be stopped: "Stop the cancellation of my account"."""

from __future__ import annotations

from handlers.classify.clauses import Clause
from handlers.classify.discourse import MAIN_TAGS, UNINFLECTED, Discourse
from handlers.classify.force import Force
from handlers.classify.lexicon import Hit

_ENDED = ("cancel", "close", "leave")
_UNDOING = (
    "stop.do", "stop.now", "cancel.do", "cancel.now", "close.do", "close.now", "close.done",
)  # fmt: skip
# Articles, an owner and courtesy: "stop then please the …".
_BETWEEN = 3


def find_undone(clause: Clause, discourse: Discourse) -> tuple[Force, Hit] | None:
    """What ends or stops an ending in `clause`, or None.

    To stop or cancel a cancellation keeps the contract; to close one may also complete it. Where
    verbs come last, phrases of `reversal.taken_back` tell it.
    """
    if clause.verb_last:
        return None
    found: tuple[Force, Hit] | None = None
    endings = _endings(clause, discourse)
    for undoing in clause.all(*_UNDOING):
        if not any(_is_object(h, undoing, clause, discourse) for h in endings):
            continue
        if undoing.table != "close":
            return Force.VETO, undoing
        found = Force.DOUBT, undoing
    return found


def _endings(clause: Clause, discourse: Discourse) -> list[Hit]:
    """What may be stopped: nouns, and any verb where it looks like one."""
    keys = ("noun", "do") if discourse.language in UNINFLECTED else ("noun",)
    return [h for h in clause.hits if h.table in _ENDED and h.key in keys]


def _is_object(ending: Hit, undoing: Hit, clause: Clause, discourse: Discourse) -> bool:
    if undoing.start <= ending.start and ending.last == undoing.last:
        # "I submit, as agreed, my notice" is one phrase.
        return False
    if undoing.end <= ending.start:
        return _stands_behind(ending, undoing, clause, discourse)
    if ending.last <= undoing.start and ending.key == "noun":
        return _stands_before(ending, undoing, clause, discourse)
    return False


def _stands_behind(ending: Hit, undoing: Hit, clause: Clause, discourse: Discourse) -> bool:
    """As in "cancel the closure", "cancel my account closure"; not "cancel with notice of …"."""
    if _parts(undoing.end, ending.start, clause, discourse):
        return False
    things = [h for h in clause.all(*MAIN_TAGS) if undoing.end <= h.start < ending.start]
    if things:
        # 停止服务注销账户 are two requests.
        one = ending.key == "noun" or not _names_thing(ending.last, clause.end, clause)
        return one and any(h.end == ending.start for h in things)
    if ending.key == "do":
        return undoing.end == ending.start
    return clause.count(undoing.end, ending.start) <= _BETWEEN


def _stands_before(ending: Hit, undoing: Hit, clause: Clause, discourse: Discourse) -> bool:
    """As in "die Kündigung meines Vertrags stornieren"; not "mit der Kündigung den Vertrag …"."""
    words, of = discourse.words.words, discourse.small.of
    before = words[max(clause.start, ending.start - 2) : ending.start]
    if any(word in of for word in before) or _names_thing(undoing.end, clause.end, clause):
        return False
    if any(h.tag == "join.and" and ending.last <= h.start < undoing.start for h in clause.hits):
        return False
    things = [h for h in clause.all(*MAIN_TAGS) if ending.last <= h.start < undoing.start]
    last = things[-1].last if things else ending.last
    return len(things) <= 1 and clause.loose(last, undoing.start) == 0


def _parts(start: int, end: int, clause: Clause, discourse: Discourse) -> bool:
    """Whether a small word or "and" between makes the second another matter."""
    if any(h.tag == "join.and" and start <= h.start < end for h in clause.hits):
        return True
    return any(word in discourse.small.of for word in discourse.words.words[start:end])


def _names_thing(start: int, end: int, clause: Clause) -> bool:
    return any(start <= h.start < end for h in clause.all(*MAIN_TAGS))
