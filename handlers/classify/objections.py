"""What speaks against an act: negation, question, condition, the past, other people's things.

Each objection is a rule with a name. A veto ends the matter, a doubt leaves it to a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from handlers.classify.acts import Act
from handlers.classify.asides import is_of_telling
from handlers.classify.cautions import find_choice, find_exception, find_safeguard, find_wait
from handlers.classify.clauses import Clause, Sentence
from handlers.classify.contrasts import of_contract_left, of_mail_above, of_named_one, perhaps
from handlers.classify.denied import is_unable, negated
from handlers.classify.discourse import Discourse
from handlers.classify.earlier import asked_before
from handlers.classify.elsewhere import of_another_provider, of_kin
from handlers.classify.errands import asks_something_else, told_to_come_first
from handlers.classify.footers import bare, below_mailing, find_footer
from handlers.classify.force import Force
from handlers.classify.handed_over import TRIED, handed_over
from handlers.classify.junk import of_others_mail
from handlers.classify.lexicon import Hit
from handlers.classify.moods import Mood
from handlers.classify.other_things import (
    at_other_address,
    of_other_list,
    of_other_thing,
    of_own_list,
    of_own_mail,
    of_somebody,
)
from handlers.classify.questions import asked_about
from handlers.classify.reversals import taken_back
from handlers.classify.taken_out import from_other_list
from handlers.classify.unmeant import find_unmeant
from handlers.classify.whose import about_abuse, of_others
from handlers.classify.wishes import ends_with_wish_before
from handlers.classify.words import NUMBER
from handlers.values import Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """One thing that was said against an act, with the words."""

    rule: str
    force: Force
    hit: Hit


_Find = Callable[[Act, Intent, Discourse], tuple[Force, Hit] | None]

_LEADING = ("mood.intend", "mood.maybe")
_DAY_WORDS = 2
NEGATED = "not.negated"
TAKEN_BACK = "not.taken-back"


def _never_asked(act: Act, intent: Intent, _: Discourse) -> tuple[Force, Hit] | None:
    """What says that it was never asked for: "I never asked to", which elsewhere refuses mail."""
    objects = (hit for hit in act.clause.all("object.now") if hit.last == act.verb.start)
    hit = next(objects, None) if intent is Intent.CANCELLATION else None
    return (Force.DOUBT, hit) if hit is not None else None


def _on_condition(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    for clause in act.sentence.clauses:
        for hit in clause.all("mood.condition"):
            if intent is Intent.OPT_OUT and (
                _is_threat(act, hit, clause) or _is_of_sending(act, hit, clause)
            ):
                continue
            if clause is act.clause and _is_courtesy(hit, clause, act.sentence):
                continue
            if is_of_telling(hit, act, act.sentence) or _is_date(hit, clause, discourse):
                continue
            if _is_of_when(hit, act):
                continue
            leads = act.clause.upon(act.verb, *_LEADING) is not None or _goes_on(act)
            if clause.verb_last:
                leads = leads or act.clause.at_end_of(act.verb, "mood.perform") is not None
            threatened = act.mood is not Mood.ASKED or leads
            if act.mood is Mood.SAID and _is_only_choice(hit, act.sentence):
                # "Close it today or tomorrow", in words that also threaten (Turkish "ya da").
                threatened = False
            if _leaves_out(hit, clause, intent):
                threatened = False
            return (Force.VETO if threatened else Force.DOUBT), hit
    return None


def _leaves_out(hit: Hit, clause: Clause, intent: Intent) -> bool:
    """Whether it is no condition, but tells what alone is wanted, or not refused."""
    by_intent = {Intent.OPT_OUT: _is_all_but, Intent.CANCELLATION: _is_nothing_but}
    return by_intent[intent](hit, clause)


def _is_all_but(hit: Hit, clause: Clause) -> bool:
    """Whether it leaves one thing out of what is refused: "but my account I want nothing"."""
    return any(everything.start == hit.last for everything in clause.all("message.everything"))


def _is_nothing_but(hit: Hit, clause: Clause) -> bool:
    """Whether it may leave out what is asked: "I want nothing else, if not that you close it"."""
    refusal = clause.before(hit.start, "mood.refuse")
    return refusal is not None and hit.start - refusal.last <= 1


def _is_of_when(hit: Hit, act: Act) -> bool:
    """Whether an "or" only parts two days: "my account today or tomorrow close".

    It stands between the thing and its verb, with nothing but small words before it, and a word
    or two behind.
    """
    clause, thing = act.clause, act.thing_hit
    if thing is None or act.resolved or not thing.end < hit.start < act.verb.start:
        return False
    if act.verb.start - hit.last > _DAY_WORDS:
        return False
    small = {i for h in clause.all("message.polite") for i in range(h.start, h.end)}
    is_or = any(h.start == hit.start and h.last == hit.last for h in clause.all("caution.or"))
    return is_or and small.issuperset(range(thing.end, hit.start))


def _is_only_choice(hit: Hit, sentence: Sentence) -> bool:
    """Whether it is an "or", and no "either" before it."""
    choices = [h for clause in sentence.clauses for h in clause.all("caution.or")]
    return [(h.start, h.last) for h in choices] == [(hit.start, hit.last)]


def _is_date(hit: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether it only tells until when: "Keep it until 31 December, and close it then"."""
    sooner = any(h.start == hit.start and h.last == hit.last for h in clause.all("mood.sooner"))
    return sooner and discourse.words.words[hit.last : hit.last + 1] == [NUMBER]


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
    if condition.start < act.verb.end or (act.mood is not Mood.ASKED and act.what != "no-more"):
        return False
    if clause is not act.clause and act.what != "not-send":
        # "Do not mail me, call me instead" is about the way only.
        return True
    return any(0 <= h.start - condition.start <= 2 for h in clause.all("mood.intend"))


def _is_of_sending(act: Act, condition: Hit, clause: Clause) -> bool:
    """Whether it only says when: "Leave me out when you send offers".

    Not where it is the act that hangs on it: "If you stop sending these, I shall be sad".
    """
    if clause is act.clause and condition.end <= act.verb.start and not clause.verb_last:
        sent = (h for h in clause.hits if h.table == "send" and condition.end <= h.start)
        if all(h.start >= act.verb.start for h in sent):
            return False
    return any(
        hit.table == "send" and hit.start >= condition.end
        for hit in clause.hits
        if not clause.has("negation.not", "negation.forbid")
    )


def _hypothetical(act: Act, intent: Intent, _: Discourse) -> tuple[Force, Hit] | None:
    hit = act.clause.upon(act.verb, "mood.maybe")
    if hit is not None:
        return (Force.DOUBT if is_unable(hit, act) else Force.VETO), hit
    if intent is not Intent.CANCELLATION:
        return None
    hit = act.clause.upon(act.verb, "mood.intend") or perhaps(act)
    return (Force.DOUBT, hit) if hit is not None else None


def _reported(act: Act, _: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    hit = _said_of(act)
    if hit is not None:
        return (Force.DOUBT if _is_concluded(act, hit) else Force.VETO), hit
    quoted = discourse.words.quoted
    if act.verb.start in quoted:
        return Force.VETO, act.verb
    thing = act.thing_hit
    if act.what == "close" and thing is not None and thing.start in quoted:
        # 'The page "Offers 2024" may go' calls something by its name.
        return Force.DOUBT, thing
    return None


def _said_of(act: Act) -> Hit | None:
    """What tells that somebody said it: before it, where verbs come last right behind it."""
    if not act.clause.verb_last:
        return act.sentence.before(act.verb.start, "mood.said")
    for clause in act.sentence.clauses:
        for hit in clause.all("mood.said"):
            inside = clause is act.clause and hit.start >= act.verb.start
            if inside or (clause.start == act.clause.end and hit.start == clause.start):
                return hit
    return None


def _is_concluded(act: Act, said: Hit) -> bool:
    """Whether the writer draws a conclusion from it: "The board says no, so end our trial"."""
    if act.clause.start < said.last or act.mood not in (Mood.ASKED, Mood.SAID):
        return False
    # Not "that", which begins what was said.
    begins = {h.tag for h in act.clause.hits if h.start == act.clause.start}
    return {"join.break", "message.polite"} <= begins


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


def _doubts(find: Callable[[Act, Discourse], Hit | None]) -> _Find:
    def doubt(act: Act, _: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
        hit = find(act, discourse)
        return (Force.DOUBT, hit) if hit is not None else None

    return doubt


def _of_other(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    hit = of_other_thing(act, discourse)
    if hit is None:
        if intent is Intent.CANCELLATION:
            hit = of_named_one(act, discourse)
        else:
            hit = of_contract_left(act, discourse) or of_mail_above(act, discourse)
    return (Force.DOUBT, hit) if hit is not None else None


def _off_other_list(act: Act, _: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    named = from_other_list(act)
    if named is not None:
        return Force.VETO, named
    hit = of_other_list(act, discourse)
    return (Force.DOUBT, hit) if hit is not None else None


# Read a line as: where FIND finds something, that speaks against the act under the name RULE.
OBJECTIONS: tuple[tuple[str, _Find], ...] = (
    (NEGATED, negated),
    ("not.question", asked_about),
    ("not.condition", _on_condition),
    ("not.hypothetical", _hypothetical),
    ("not.asked-before", asked_before),
    ("not.never-asked", _never_asked),
    ("not.something-else", asks_something_else),
    ("not.sooner", told_to_come_first),
    ("not.reported", _reported),
    ("not.of-others", of_others),
    ("not.to-the-reader", _to_the_reader),
    ("not.to-software", _to_software),
    ("not.abuse-report", about_abuse),
    (TAKEN_BACK, taken_back),
    ("not.unmeant", find_unmeant),
    ("not.excepted", find_exception),
    ("not.either-or", find_choice),
    ("not.yet", find_wait),
    ("not.safeguard", find_safeguard),
    ("not.bare", bare),
    ("not.below-mailing", below_mailing),
    ("not.other-thing", _of_other),
    ("not.other-address", _doubts(at_other_address)),
    (
        "not.own-mail",
        _doubts(lambda act, told: of_own_mail(act, told) or of_others_mail(act, told)),
    ),
    ("not.own-list", _doubts(of_own_list)),
    ("not.other-list", _off_other_list),
    ("not.somebody", _doubts(of_somebody)),
    ("not.of-kin", _doubts(of_kin)),
    ("not.elsewhere", _doubts(of_another_provider)),
)


def object_to(act: Act, intent: Intent, discourse: Discourse) -> Iterator[Objection]:
    """Everything that speaks against reading `act` as a request for `intent`."""
    for rule, find in OBJECTIONS:
        found = find(act, intent, discourse)
        if found is not None and not (rule in TRIED and handed_over(act, discourse)):
            yield Objection(rule=rule, force=found[0], hit=found[1])
