"""What takes a request back: a change of mind, what is to be kept, or taken instead."""

from __future__ import annotations

from itertools import pairwise

from handlers.classify.acts import Act
from handlers.classify.clauses import DENIALS, Clause
from handlers.classify.discourse import HOLDS, UNINFLECTED, Discourse
from handlers.classify.force import Force
from handlers.classify.lexicon import Hit
from handlers.classify.moods import Mood
from handlers.classify.undone import find_undone
from handlers.classify.unsaid import forbidden_later, undone_by_prefix
from handlers.classify.wishes import ASKING
from handlers.classify.words import NUMBER
from handlers.values import Intent

_MAIL = ("things.marketing", "things.mail", "things.list", "things.self", "things.address")
# What may be a mistake, dropped or void without an end being so.
_MATTERS = ("things.other", "things.site", "things.part", "things.payment", "renew.do")
_NOTICES = ("cancel", "close")
_ENDED = ("cancel", "close", "leave")
# Russian "отмените" also stops what is going on.
_TAKES_BACK = ("cancel", "stop")
_END_NOUNS = ("cancel.noun", "close.noun", "leave.noun", "remove.noun")
_CLOSE_BEHIND_WORDS = 2


def taken_back(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    """A change of mind; what stands before the request was overtaken by it."""
    undone = undone_by_prefix(act, discourse)
    if undone is not None:
        return Force.VETO, undone
    if intent is Intent.OPT_OUT:
        return _reversed(act, intent, discourse) or forbidden_later(act, intent, discourse)
    found = [
        find_undone(act.clause, discourse),
        _of_notice(act, discourse),
        _reversed(act, intent, discourse),
        _kept(act, discourse),
        _instead(act, discourse),
        _held_up(act, discourse),
        forbidden_later(act, intent, discourse),
    ]
    told = [one for one in found if one is not None]
    return next((one for one in told if one[0] is Force.VETO), next(iter(told), None))


def _of_notice(act: Act, discourse: Discourse) -> tuple[Force, Hit] | None:
    """What "it" may be instead: "I handed in my notice on Friday. Please cancel it."."""
    clause = act.clause
    if act.what not in _TAKES_BACK or (act.thing != "nothing" and not act.resolved):
        return None
    if clause.verb_last or not clause.has("things.it"):
        return _of_notice_before(act, discourse)
    last = discourse.sentences[max(0, clause.sentence - 1) : clause.sentence]
    before = [c for s in (*last, act.sentence) if not s.in_subject for c in s.clauses]
    but = any(h.tag == "join.break" and h.start == clause.start for h in clause.hits)
    for earlier in (c for c in before if c.end <= clause.start):
        for hit in earlier.hits:
            named = hit.key == "noun" or (hit.key == "do" and discourse.language in UNINFLECTED)
            named = named and act.what == "cancel"
            # "We asked you to end the contract, but cancel that."
            turned = but and hit.key == "do" and earlier.before(hit.start, "mood.before")
            told = earlier.has("mood.before") or earlier.loose_before(hit.start)
            if hit.table not in _NOTICES or not (named or turned) or not told:
                continue
            if earlier.has(*ASKING):
                continue
            if not any(_is_still_there(c) for c in before if earlier.end <= c.end <= clause.start):
                return Force.DOUBT, hit
    return None


def _of_notice_before(act: Act, discourse: Discourse) -> tuple[Force, Hit] | None:
    """The notice that was told of before in its sentence, where no "it" needs to stand for it.

    Not where the same word asks for it again: 解約をお願いしましたが、取り消してください.
    """
    if act.what != "cancel" or not (act.clause.verb_last or discourse.language in UNINFLECTED):
        return None
    words = discourse.words.words
    said = frozenset(pairwise(words[act.verb.start : act.verb.end]))
    for earlier in act.sentence.clauses:
        if earlier.end > act.clause.start or not earlier.has("mood.before"):
            continue
        for hit in earlier.hits:
            # 办理解约 asks again for the 解约 that was told of.
            other = said.isdisjoint(pairwise(words[hit.start : hit.end]))
            if hit.table in _ENDED and hit.key in ("noun", "do") and other:
                return None if earlier.has(*ASKING) else (Force.DOUBT, hit)
    return None


def _is_still_there(clause: Clause) -> bool:
    """Whether "it" is what outlived the notice: "… and the account is still active"."""
    return clause.has("negation.still") and clause.has("things.service", "things.site")


def _reversed(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    tag = "reversal.taken_back" if intent is Intent.CANCELLATION else "reversal.resubscribe"
    # Most messages have none, and each act would go through all clauses for it.
    if not discourse.has(tag):
        return None
    found: tuple[Force, Hit] | None = None
    for _, clause in discourse.all_clauses():
        for hit in clause.all(tag):
            negation = clause.before(hit.start, *DENIALS)
            if negation is not None and hit.start <= negation.start and negation.end <= hit.end:
                # Japanese "that was not our decision": what says it is itself a denial.
                negation = None
            denied = negation is not None
            if negation is not None and (
                intent is Intent.OPT_OUT or hit.start <= negation.end + 1
            ):
                # "I do not want you to put me back", "I have not changed my mind".
                continue
            if intent is Intent.OPT_OUT and _is_of_other(hit, clause):
                # "The invoices I want to get, of course."
                continue
            late = hit.last > act.verb.start or intent is Intent.OPT_OUT
            if intent is Intent.CANCELLATION and _is_end_of_other(hit, clause, discourse):
                # The plan may be ended all the same; who says it behind that may take it back.
                here = clause in act.sentence.clauses and act.mood in (Mood.ASKED, Mood.SAID)
                if late or not here:
                    found = found or (Force.DOUBT, hit)
                continue
            if late and not denied and not (clause is not act.clause and _tells_of(hit, clause)):
                return Force.VETO, hit
            found = found or (Force.DOUBT, hit)
    return found


def _tells_of(reversal: Hit, clause: Clause) -> bool:
    """Whether it is said of another thing, which stands before it: "The order was a mistake"."""
    if clause.has("things.it", *_MAIL) or any(h.table in _ENDED for h in clause.hits):
        return False
    last = max((h.last for h in clause.all(*_MATTERS) if h.last <= reversal.start), default=-1)
    # "I cleared the inbox and I am staying" is of the writer.
    joined = any(last <= h.start < reversal.start for h in clause.all("join.and"))
    return last >= 0 and not joined


def _is_end_of_other(hit: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether the end that is objected to is that of another thing: "against the shop's closing".

    It ends with a noun of ending, and what that is of no phrase knows, or as something else.
    """
    words, of = discourse.words.words, discourse.small.of
    nouns = [h for h in clause.all(*_END_NOUNS) if hit.start < h.end <= hit.last]
    if not nouns:
        return False
    # "The administrative closing of", in which "administrative" is not known.
    place = max(noun.end for noun in nouns)
    place += place < clause.end and place not in clause.covered and words[place] not in of
    if place >= clause.end or words[place] not in of:
        return False
    small = {
        i
        for h in clause.all("owners.mine", "things.it", "message.polite")
        for i in range(h.start, h.end)
    }
    told = next((i for i in range(place + 1, clause.end) if i not in small), None)
    if told is None or not words[told].isalpha() or words[told] == NUMBER or words[told] in of:
        return False
    if told in discourse.own_names or told in discourse.our_names:
        return False
    others = any(h.start <= told < h.end for h in clause.all("things.other"))
    return others or told not in clause.covered


def _kept(act: Act, discourse: Discourse) -> tuple[Force, Hit] | None:
    """What is wanted to be kept of what the act ends."""
    if not discourse.has("reversal.keep"):
        return None
    kept = (
        _wants_to_keep(act, clause)
        for _, clause in discourse.all_clauses()
        if not _names_another(act, clause, discourse)
    )
    return next(((Force.DOUBT, hit) for hit in kept if hit is not None), None)


def _names_another(act: Act, clause: Clause, discourse: Discourse) -> bool:
    """Whether both are told apart by name: "Account one may go. Account two is to stay"."""
    ended = act.thing_hit
    if ended is None or act.resolved:
        return False
    others = [h for h in clause.all(f"things.{act.thing}") if h.start != ended.start]
    named = _name_behind(ended, act.clause, discourse)
    names = [_name_behind(other, clause, discourse) for other in others]
    return bool(named and names) and all(name and _differ(name, named) for name in names)


def _name_behind(thing: Hit, clause: Clause, discourse: Discourse) -> str:
    """The word or number right behind a thing that no phrase knows, or ''."""
    place = thing.end
    named = place < clause.end and place not in clause.covered
    word = discourse.words.words[place] if named else ""
    return word if word == NUMBER or (word.isalnum() and word not in discourse.small.of) else ""


def _differ(one: str, other: str) -> bool:
    # Nobody ends and keeps the same number; which one it is has not been kept.
    return one != other or one == NUMBER


def _instead(act: Act, discourse: Discourse) -> tuple[Force, Hit] | None:
    """Another thing that is asked or taken instead, behind it: "Or can I pause it?"."""
    for sentence in discourse.sentences[act.clause.sentence : act.clause.sentence + 2]:
        for clause in sentence.clauses:
            for hit in clause.all("reversal.instead"):
                # "Het pakket tot dan stilzetten" has it before the verb.
                near = hit.last > act.verb.start or (clause is act.clause and act.what == "stop")
                if near and not _is_refused_near(hit, clause):
                    return Force.DOUBT, hit
    return None


def _is_refused_near(hit: Hit, clause: Clause) -> bool:
    """Whether that is denied: "I do not want to stay with the Pro plan"."""
    denial = clause.before(hit.start, *DENIALS)
    return denial is not None and 0 <= clause.count(denial.end, hit.start) <= _CLOSE_BEHIND_WORDS


def _held_up(act: Act, discourse: Discourse) -> tuple[Force, Hit] | None:
    """A "No, wait!" behind a cancellation, in the rest of its sentence or in the next one."""
    for sentence in discourse.sentences[act.clause.sentence : act.clause.sentence + 2]:
        rest = [clause for clause in sentence.clauses if clause.start >= act.clause.end]
        holds = [hit for clause in rest for hit in clause.hits if hit.tag in HOLDS]
        if holds and all(_says_only(clause, (*HOLDS, "message.polite")) for clause in rest):
            return Force.DOUBT, holds[0]
    return None


def _says_only(clause: Clause, tags: tuple[str, ...]) -> bool:
    said = {i for hit in clause.hits if hit.tag in tags for i in range(hit.start, hit.end)}
    return said.issuperset(range(clause.start, clause.end))


def _is_of_other(reversal: Hit, clause: Clause) -> bool:
    """Whether what is wanted again is another thing, and no mail is spoken of."""
    inside = range(reversal.start, reversal.end)
    others = [hit for hit in clause.all("things.other") if hit.start not in inside]
    return bool(others) and not clause.has(*_MAIL)


def _wants_to_keep(act: Act, clause: Clause) -> Hit | None:
    """The words behind a cancellation that want to keep what it ends."""
    for hit in clause.all("reversal.keep"):
        if hit.start < act.verb.start or not clause.has("things.it", f"things.{act.thing}"):
            continue
        if clause.before(hit.start, "mood.wish") and not clause.before(hit.start, *DENIALS):
            return hit
    return None
