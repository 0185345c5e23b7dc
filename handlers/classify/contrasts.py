"""What is ended beside a contract that is only spoken of, and what is but perhaps to be ended.

"My plan has a chat widget. Please remove the widget": no "it" that stands for the plan.
"Contract opzeggen misschien": the doubt stands behind what it is of.
"""

from __future__ import annotations

from handlers.classify.acts import Act
from handlers.classify.clauses import Clause
from handlers.classify.discourse import Discourse
from handlers.classify.lexicon import Hit
from handlers.classify.nearest import CONTRACT_TAGS, ENDING, MAIL_TAGS
from handlers.classify.wishes import ASKING

# What stands before a noun and points at one, as folded.
_ARTICLES = {
    "en": frozenset({"the", "that", "those", "his", "her", "their"}),
    "de": frozenset({"das", "die", "den", "dieses", "diese", "diesen", "seinen", "seine"}),
    "nl": frozenset({"de", "het", "die", "dat", "deze", "dit", "zijn", "haar"}),
    "fr": frozenset({"le", "la", "les", "l", "ce", "cette", "ces", "cet", "son", "sa"}),
    "es": frozenset({"el", "la", "los", "las", "ese", "esa", "esos", "esas", "su"}),
    "it": frozenset({"il", "lo", "la", "i", "gli", "le", "l", "quel", "quella", "quello"}),
    "pt": frozenset({"o", "a", "os", "as", "esse", "essa", "aquele", "aquela"}),
}
# Languages in which what is ended may stand right before the verb.
_OBJECT_BEFORE = frozenset({"de", "nl"})
# "Quello stesso giorno" says when.
_DAYS = frozenset({"day", "tag", "dag", "jour", "dia", "giorno"})
# "Und kündigen Sie den Premium-Support."
_SUBJECTS = frozenset({"sie", "ihr", "wir", "ich", "u", "jullie", "wij", "ik"})
# "I have two accounts, cancel the south one" stands for one of them.
_ONES = frozenset({"one", "ones"})
# "Mich gern abmelden": of no noun.
_ADVERBS = frozenset(
    {"gern", "gerne", "wieder", "hier", "dort", "selbst", "graag", "weer", "zelf"}
)
# Verbs that are said of contracts first.
_OF_CONTRACT = frozenset({"cancel", "leave"})
_PASSED = ("mood.please", "mood.perform", "message.polite", "join.behind")


def of_named_one(act: Act, discourse: Discourse) -> Hit | None:
    """An article and a noun that no phrase knows, where "it", or nothing, was taken for the thing.

    "Please remove the widget", "Die Warenwirtschaft kündige ich".
    """
    articles = _ARTICLES.get(discourse.language)
    unnamed = act.thing_hit is None or act.resolved
    if articles is None or not unnamed or act.what not in ENDING or act.verb.key == "noun":
        return None
    words, clause = discourse.words.words, act.clause
    polite = {i for h in clause.all(*_PASSED) for i in range(h.start, h.end)}
    polite |= {i for i in range(clause.start, clause.end) if words[i] in _SUBJECTS}
    for start in (act.verb.end, act.verb.last):
        place = next(
            (i for i in range(start, clause.end) if i not in polite or words[i] in articles), -1
        )
        if place >= 0 and words[place] in articles:
            dated = place + 2 < clause.end and words[place + 2] in _DAYS
            counted = _ONES.intersection(words[place + 1 : min(place + 4, clause.end)])
            if not (dated or counted) and _is_unknown(place + 1, clause, discourse):
                return act.verb
    if discourse.language not in _OBJECT_BEFORE or act.verb.key not in ("do", "now"):
        return None
    place = act.verb.start - 1
    while place in polite and words[place] not in articles:
        place -= 1
    named = _is_unknown(place, clause, discourse) and place > clause.start
    pointed = named and words[place - 1] in articles
    # "Das kleine für den Jugendchor kündigen": what it is for is not what is ended.
    governed = place > clause.start + 1 and words[place - 2] in discourse.small.of
    return act.verb if pointed and not governed else None


def of_contract_left(act: Act, discourse: Discourse) -> Hit | None:
    """What else one takes leave of where one word says both: German "die Vereinsseite abmelden".

    A contract in its sentence, where no mail is named, or a noun right before the verb that no
    phrase knows.
    """
    # "Nieuwsbrief stopzetten" says itself what of.
    alone = act.verb.last - act.verb.start == 1 and not act.sentence.in_subject
    unnamed = act.what == "unsubscribe" and act.thing == "nothing" and alone
    mailed = discourse.answers_newsletter or discourse.has(*MAIL_TAGS)
    if discourse.language not in _OBJECT_BEFORE or not unnamed or mailed:
        return None
    if act.sentence.has(*CONTRACT_TAGS):
        return act.verb
    place = act.verb.start - 1
    known = act.verb.key != "do" or not _is_unknown(place, act.clause, discourse)
    return None if known or discourse.words.words[place] in _ADVERBS else act.verb


def of_mail_above(act: Act, discourse: Discourse) -> Hit | None:
    """What only the subject, or the mail that is answered, makes an opt-out of.

    "Webinars" above "Customer 7719. Cancellation. Thanks.": it may well be the contract.
    """
    if act.what not in _OF_CONTRACT or not act.resolved or act.sentence.in_subject:
        return None
    above = discourse.words.subject_words
    named = any(h.start >= above and h.tag in MAIL_TAGS for h in discourse.hits)
    return None if named else act.verb


def _is_unknown(place: int, clause: Clause, discourse: Discourse) -> bool:
    if not clause.start <= place < clause.end or place in clause.covered:
        return False
    word, small = discourse.words.words[place], discourse.small
    names = discourse.own_names | discourse.our_names
    return word.isalpha() and word not in small.of | small.behind | small.at and place not in names


def perhaps(act: Act) -> Hit | None:
    """A word of `mood.maybe` right behind an act or inside its verb, or before what "and" joins.

    "Account löschen vielleicht", "maybe I close my business and cancel the hosting".
    """
    clause, verb = act.clause, act.verb
    thing = act.thing_hit
    inside = thing is not None and not act.resolved and clause.start <= thing.start < clause.end
    done = max(verb.last, thing.last) if inside and thing is not None else verb.last
    for hit in clause.all("mood.maybe"):
        one = hit.last - hit.start <= 2
        if one and ((verb.end <= hit.start and hit.last < verb.last) or hit.start == done):
            return hit
    begins = [h for h in clause.hits if h.start == clause.start]
    # German "und kündige" is one phrase, which separates as well.
    joined = any(h.tag == "join.and" for h in begins) or (
        verb in begins and any(h.tag == "join.break" and h.end == verb.end for h in begins)
    )
    if not joined:
        return None
    if clause.before(verb.start, *ASKING, "mood.perform") or act.sentence.asked:
        return None
    before = next((c for c in act.sentence.clauses if c.end == clause.start), None)
    if before is None or before.has(*ASKING):
        return None
    return next(iter(before.all("mood.maybe")), None)
