"""What speaks against an act: negation, question, condition, the past, other people's things.

Each objection is a rule with a name. A veto ends the matter, a doubt leaves it to a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from handlers.classify.acts import Act
from handlers.classify.clauses import Clause, Sentence, is_inside
from handlers.classify.discourse import HOLDS, MAIN_TAGS, UNINFLECTED, VERB_LAST, Discourse
from handlers.classify.earlier import asked_before
from handlers.classify.elsewhere import of_another_provider, of_kin
from handlers.classify.errands import asks_something_else, told_to_come_first
from handlers.classify.footers import bare, below_mailing, find_footer
from handlers.classify.force import Force
from handlers.classify.lexicon import Hit
from handlers.classify.moods import Mood
from handlers.classify.nearest import CONTRACT_TAGS
from handlers.classify.other_things import (
    at_other_address,
    of_other_list,
    of_other_thing,
    of_own_list,
    of_own_mail,
    of_somebody,
)
from handlers.classify.questions import asked_about
from handlers.classify.undone import find_undone
from handlers.classify.unmeant import find_unmeant
from handlers.classify.wishes import ASKING, ends_with_wish_before, refused_right_before
from handlers.values import Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """One thing that was said against an act, with the words."""

    rule: str
    force: Force
    hit: Hit


_Find = Callable[[Act, Intent, Discourse], tuple[Force, Hit] | None]

# Acts that are requests because they are negated: a negation in their clause is their own.
_NEGATIVE = ("not-send", "not-receive", "not-renew", "not-keep", "refuse", "no-more", "object")
_LEADING = ("mood.intend", "mood.maybe")
_NEGATION = ("negation.not", "negation.forbid", "mood.refuse")
TAKEN_BACK = "not.taken-back"
_MAIL = ("things.marketing", "things.mail", "things.list", "things.self", "things.address")
_NOTICES = ("cancel", "close")
# Words for one's own that only point at it, as they are folded: "this account".
_POINTING = frozenset(
    {
        "this", "these", "este", "esta", "denna", "detta", "denne", "dette", "deze", "dit",
        "dieses", "diesen", "diese", "dieser", "diesem", "tego", "tej",
        "te", "to", "tuto", "tento", "toto", "teto", "tohoto", "tenhle",
        "tuhle", "nama", "uvedeny", "uvedenou",
    }
)  # fmt: skip
_CLOSE_BEHIND_WORDS = 2
_LAST_BEHIND_WORDS = 3


def _negated(act: Act, intent: Intent, _: Discourse) -> tuple[Force, Hit] | None:
    if act.what in _NEGATIVE or act.what == "still":
        return None
    for hit in act.clause.hits:
        # "We no longer": a verb of stopping that looks like a negation is none to itself.
        inside = hit.tag == "negation.not" and is_inside(hit, act.verb)
        if hit.tag not in _NEGATION or (hit.start == act.verb.start and not inside):
            continue
        if act.clause.verb_last and hit is not act.clause.at_end_of(act.verb, hit.tag):
            continue
        if intent is Intent.OPT_OUT and _is_of_verb_before(hit, act):
            continue
        if _is_of_thing_before(hit, act):
            continue
        if hit.start < act.verb.end + _CLOSE_BEHIND_WORDS:
            return (Force.DOUBT if _is_unable(hit, act) else Force.VETO), hit
        last = hit.last == act.clause.end and hit.start <= act.verb.end + _LAST_BEHIND_WORDS
        if last and hit.tag != "mood.refuse":
            # "Entfernen Sie mich nicht."
            return Force.VETO, hit
        if intent is Intent.CANCELLATION:
            return Force.DOUBT, hit
    return (Force.VETO, act.verb) if _is_not_wanted_done(act) else None


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
    """Whether a thing is denied, and then asked: "I do not need the site please cancel"."""
    clause = act.clause
    asked = [h for h in clause.all("mood.please") if hit.last <= h.start < act.verb.start]
    return any(
        hit.last <= thing.start and thing.last <= please.start
        for please in asked
        for thing in clause.all(*MAIN_TAGS)
    )


def _is_unable(hit: Hit, act: Act) -> bool:
    """Whether one cannot unsubscribe and so may want it: both negated and only possible."""
    if act.what != "unsubscribe" or act.clause.has("owners.others", "owners.actor"):
        return False
    tags = {other.tag for other in act.clause.hits if other.start == hit.start}
    return {"mood.maybe", "negation.not"} <= tags


def _on_condition(act: Act, intent: Intent, _: Discourse) -> tuple[Force, Hit] | None:
    for clause in act.sentence.clauses:
        for hit in clause.all("mood.condition"):
            if intent is Intent.OPT_OUT and _is_threat(act, hit, clause):
                continue
            if clause is act.clause and _is_courtesy(hit, clause, act.sentence):
                continue
            leads = act.clause.upon(act.verb, *_LEADING) is not None or _goes_on(act)
            if clause.verb_last:
                leads = leads or act.clause.at_end_of(act.verb, "mood.perform") is not None
            threatened = act.mood is not Mood.ASKED or leads
            return (Force.VETO if threatened else Force.DOUBT), hit
    return None


def _goes_on(act: Act) -> bool:
    """Whether "and" joins it to what is only thought of: "I must look elsewhere and cancel"."""
    joined = any(h.tag == "join.and" and h.start == act.clause.start for h in act.clause.hits)
    return joined and any(
        c.end == act.clause.start and c.has(*_LEADING) for c in act.sentence.clauses
    )


def _is_courtesy(condition: Hit, clause: Clause, sentence: Sentence) -> bool:
    """Whether the clause before ends with a wish: "I should be grateful, if you took me off"."""
    return condition.start == clause.start and ends_with_wish_before(clause, sentence)


def _is_threat(act: Act, condition: Hit, clause: Clause) -> bool:
    """Whether a threat stands behind the request: "Take me off or I will report you".

    What is asked for in a clause of its own does not hang on what follows.
    """
    if act.mood is not Mood.ASKED or condition.start < act.verb.end:
        return False
    if clause is not act.clause and act.what != "not-send":
        # "Do not mail me, call me instead" is about the way only.
        return True
    return any(0 <= h.start - condition.start <= 2 for h in clause.all("mood.intend"))


def _hypothetical(act: Act, intent: Intent, _: Discourse) -> tuple[Force, Hit] | None:
    hit = act.clause.upon(act.verb, "mood.maybe")
    if hit is not None:
        return (Force.DOUBT if _is_unable(hit, act) else Force.VETO), hit
    hit = act.clause.upon(act.verb, "mood.intend")
    if hit is not None and intent is Intent.CANCELLATION:
        return Force.DOUBT, hit
    return None


def _reported(act: Act, _: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    hit = act.sentence.before(act.verb.start, "mood.said")
    if hit is not None:
        return Force.VETO, hit
    quoted = discourse.words.quoted
    if act.verb.start in quoted:
        return Force.VETO, act.verb
    thing = act.thing_hit
    if act.what == "close" and thing is not None and thing.start in quoted:
        # 'The page "Offers 2024" may go' calls something by its name.
        return Force.DOUBT, thing
    return None


def _of_others(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    hits = act.clause.all("owners.others")
    if act.resolved and discourse.language in VERB_LAST | UNINFLECTED:
        # 友人のアカウントが… 停止してください: whose it is was said before.
        near = discourse.sentences[max(0, act.clause.sentence - 1) : act.clause.sentence + 1]
        hits = [h for s in near for c in s.clauses for h in c.all("owners.others")]
    if hits and not (intent is Intent.OPT_OUT and _is_for_writer(act, discourse)):
        return Force.VETO, hits[0]
    if intent is Intent.CANCELLATION and not discourse.has("owners.late"):
        for hit in act.clause.all("owners.anyone"):
            if act.thing_hit is not None and 0 <= act.thing_hit.start - hit.end <= 1:
                return Force.DOUBT, hit
        said = _says_whose(act, discourse)
        if said is not None:
            return Force.DOUBT, said
    return None


def _says_whose(act: Act, discourse: Discourse) -> Hit | None:
    """The thing that itself says that it is somebody else's: Finnish "hänen tilinsä"."""
    first = max(0, act.clause.sentence - 1) if act.resolved else act.clause.sentence
    for sentence in discourse.sentences[first : act.clause.sentence + 1]:
        for clause in sentence.clauses:
            things = [h for h in clause.hits if h.tag in CONTRACT_TAGS]
            for hit in clause.all("owners.anyone"):
                if any(is_inside(hit, thing) for thing in things):
                    return hit
    return None


def _is_for_writer(act: Act, discourse: Discourse) -> bool:
    """Whether the writer is named beside others, and not as the one it comes from."""
    words, of = discourse.words.words, discourse.small.of
    # "My customers want no more newsletters from me."
    return any(words[h.start - 1] not in of for h in act.clause.all("things.self"))


def _to_the_reader(act: Act, _: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    """What advertising says to its readers: "Click here to unsubscribe"."""
    footer = find_footer(act.sentence)
    if footer is not None:
        return Force.VETO, footer
    # German "ihr Konto" is the reader's as well as that of a mother who died.
    hits = [] if discourse.has("owners.late") else act.clause.all("owners.reader")
    return (Force.VETO, hits[0]) if hits else None


def _to_software(act: Act, _: Intent, __: Discourse) -> tuple[Force, Hit] | None:
    for clause in act.sentence.clauses:
        for hit in clause.all("message.software"):
            if act.thing_hit is None or hit.start != act.thing_hit.start:
                return Force.VETO, hit
    return None


def _about_abuse(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    hit = discourse.first("message.abuse") if intent is Intent.CANCELLATION else None
    if hit is None:
        return None
    mine = act.clause.all("owners.mine")
    if not mine:
        return Force.VETO, hit
    # "This account", where another one is complained of; it is one's own in other letters.
    near = all(_points(h, discourse) for h in mine)
    own = discourse.has("owners.mine") and _names_own_contract(discourse)
    return (Force.DOUBT, hit) if near and not own else None


def _points(mine: Hit, discourse: Discourse) -> bool:
    """Whether a word for what is one's own only points at it: "this"."""
    return mine.end == mine.start + 1 and discourse.words.words[mine.start] in _POINTING


def _names_own_contract(discourse: Discourse) -> bool:
    """Whether the writer speaks of a contract as their own: "my account"."""
    return any(
        0 <= thing.start - mine.end <= 1 and not _points(mine, discourse)
        for _, clause in discourse.all_clauses()
        for mine in clause.all("owners.mine")
        for thing in clause.all("things.service")
    )


def _taken_back(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    """A change of mind; what stands before the request was overtaken by it."""
    if intent is Intent.OPT_OUT:
        return _reversed(act, intent, discourse)
    found = [
        find_undone(act.clause, discourse),
        _of_notice(act, discourse),
        _reversed(act, intent, discourse),
        _kept(act, discourse),
        _instead(act, discourse),
        _held_up(act, discourse),
    ]
    told = [one for one in found if one is not None]
    return next((one for one in told if one[0] is Force.VETO), next(iter(told), None))


def _of_notice(act: Act, discourse: Discourse) -> tuple[Force, Hit] | None:
    """What "it" may be instead: "I handed in my notice on Friday. Please cancel it."."""
    clause = act.clause
    if act.what != "cancel" or clause.verb_last or not clause.has("things.it"):
        return None
    if act.thing != "nothing" and not act.resolved:
        return None
    last = discourse.sentences[max(0, clause.sentence - 1) : clause.sentence]
    before = [c for s in (*last, act.sentence) if not s.in_subject for c in s.clauses]
    for earlier in (c for c in before if c.end <= clause.start):
        for hit in earlier.hits:
            named = hit.key == "noun" or (hit.key == "do" and discourse.language in UNINFLECTED)
            told = earlier.has("mood.before") or earlier.loose_before(hit.start)
            if hit.table in _NOTICES and named and told and not earlier.has(*ASKING):
                return Force.DOUBT, hit
    return None


def _reversed(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    tag = "reversal.taken_back" if intent is Intent.CANCELLATION else "reversal.resubscribe"
    # Most messages have none, and each act would go through all clauses for it.
    if not discourse.has(tag):
        return None
    found: tuple[Force, Hit] | None = None
    for _, clause in discourse.all_clauses():
        for hit in clause.all(tag):
            negation = clause.before(hit.start, *_NEGATION)
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
            if late and not denied:
                return Force.VETO, hit
            found = found or (Force.DOUBT, hit)
    return found


def _kept(act: Act, discourse: Discourse) -> tuple[Force, Hit] | None:
    """What is wanted to be kept of what the act ends."""
    if not discourse.has("reversal.keep"):
        return None
    kept = (_wants_to_keep(act, clause) for _, clause in discourse.all_clauses())
    return next(((Force.DOUBT, hit) for hit in kept if hit is not None), None)


def _instead(act: Act, discourse: Discourse) -> tuple[Force, Hit] | None:
    """Another thing that is asked or taken instead, behind it: "Or can I pause it?"."""
    for sentence in discourse.sentences[act.clause.sentence : act.clause.sentence + 2]:
        for clause in sentence.clauses:
            for hit in clause.all("reversal.instead"):
                if hit.last > act.verb.start and not _is_refused_near(hit, clause):
                    return Force.DOUBT, hit
    return None


def _is_refused_near(hit: Hit, clause: Clause) -> bool:
    """Whether that is denied: "I do not want to stay with the Pro plan"."""
    denial = clause.before(hit.start, *_NEGATION)
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
        if clause.before(hit.start, "mood.wish") and not clause.before(hit.start, *_NEGATION):
            return hit
    return None


def _doubts(find: Callable[[Act, Discourse], Hit | None]) -> _Find:
    def doubt(act: Act, _: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
        hit = find(act, discourse)
        return (Force.DOUBT, hit) if hit is not None else None

    return doubt


# Read a line as: where FIND finds something, that speaks against the act under the name RULE.
OBJECTIONS: tuple[tuple[str, _Find], ...] = (
    ("not.negated", _negated),
    ("not.question", asked_about),
    ("not.condition", _on_condition),
    ("not.hypothetical", _hypothetical),
    ("not.asked-before", asked_before),
    ("not.something-else", asks_something_else),
    ("not.sooner", told_to_come_first),
    ("not.reported", _reported),
    ("not.of-others", _of_others),
    ("not.to-the-reader", _to_the_reader),
    ("not.to-software", _to_software),
    ("not.abuse-report", _about_abuse),
    (TAKEN_BACK, _taken_back),
    ("not.unmeant", find_unmeant),
    ("not.bare", bare),
    ("not.below-mailing", below_mailing),
    ("not.other-thing", _doubts(of_other_thing)),
    ("not.other-address", _doubts(at_other_address)),
    ("not.own-mail", _doubts(of_own_mail)),
    ("not.own-list", _doubts(of_own_list)),
    ("not.other-list", _doubts(of_other_list)),
    ("not.somebody", _doubts(of_somebody)),
    ("not.of-kin", _doubts(of_kin)),
    ("not.elsewhere", _doubts(of_another_provider)),
)


def object_to(act: Act, intent: Intent, discourse: Discourse) -> Iterator[Objection]:
    """Everything that speaks against reading `act` as a request for `intent`."""
    for rule, find in OBJECTIONS:
        found = find(act, intent, discourse)
        if found is not None:
            yield Objection(rule=rule, force=found[0], hit=found[1])
