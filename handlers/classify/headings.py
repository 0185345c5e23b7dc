"""Headings, and subjects that ask while the text does not: they tell the topic, the text the rest.

"Cancellation of my account", and below it "When will it be done?", asks for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from handlers.classify.clauses import Clause, Sentence
from handlers.classify.discourse import Discourse
from handlers.classify.lexicon import Hit
from handlers.classify.nearest import is_code, is_said_further

HEADING = "not.heading"
# Short letters without one are no word: "RW-2003", but not "was 2003".
_VOWELS = frozenset("aeiouy")
# What a heading is made of, and what may stand in it beside its thing.
_HEADING_TABLES = ("things", "owners", "cancel", "close", "unsubscribe", "remove", "leave")
_HEADING_TAGS = (
    "message.polite", "message.ignore", "join.behind", "mood.please", "mood.perform", "mood.wish",
    "join.and",
)  # fmt: skip
_NO_HEADING_TAGS = ("things.other", "owners.actor", "owners.anyone", "owners.others")
# "At the next possible date".
_DATE_WORDS = 3
# Who else it may be about, in a sentence before a question.
_TELLING = ("owners.kin", "owners.others", "owners.anyone", "mood.said")
# "The ads annoy me, can they stop?" asks for it, below "Unsubscribe".
_STOPPING = ("stop.do", "stop.done", "mood.refuse", "negation.forbid")
_NAME_WORDS = 3
_ENDING = ("cancel", "close", "leave")
# Who asks for it for themselves.
_OURS = frozenset(
    {
        "our", "my", "unser", "unsere", "unseren", "unserem", "unserer", "mein", "meine", "meinen",
        "meinem", "meiner", "onze", "ons", "mijn", "notre", "nos", "mon", "ma", "mes", "nuestro",
        "nuestra", "nuestros", "nuestras", "mi", "mis", "nostro", "nostra", "nostri", "nostre",
        "mio", "mia", "miei", "mie", "nosso", "nossa", "nossos", "nossas", "meu", "minha", "meus",
        "minhas",
    }
)  # fmt: skip
# Whoever it is of whom the text tells first: "A customer cannot get off it".
_SOMEBODY = frozenset({"a", "ein", "eine", "een", "un", "une", "una", "um", "uma"})
_SPEAKER = ("things.self", "things.address", "mood.refuse")
_KEPT = ("reversal.keep", "reversal.taken_back", "reversal.hold")
_DENIED = ("mood.refuse", "mood.condition", "negation.not", "negation.forbid", "negation.no_more")
_NO_CONTRACT = ("things.data", "things.part", "things.other", "things.site", "things.mail")
_CONTRACT = ("things.service", "things.site", "things.subscription", "things.part")


def find_other_talk(discourse: Discourse, *, cancels: bool) -> Hit | None:
    """What in the text shows that the subject is a topic: a question, or another thing.

    `cancels` says that the subject is about a cancellation; only then another thing counts.
    """
    inside = [s for s in discourse.sentences if not s.in_subject]
    kept = _kept(inside) if cancels else None
    if kept is not None:
        return kept
    asked = (c for s in inside if s.asked for c in s.clauses)
    question = next((hit for c in asked for hit in c.all("mood.question", "mood.may_i")), None)
    question = question or _supposed(inside) or _asked_without_sign(inside)
    if question is not None:
        return question
    for before, sentence in pairwise(inside):
        # "My colleague left the list and gets no news. Is that normal?"
        if sentence.asked and not _asks_for_it(sentence) and not _asks_for_it(before):
            for clause in before.clauses:
                for hit in clause.all(*_TELLING):
                    return hit
    if not cancels:
        return _questions_alone(inside) or _list_of_ours(inside, discourse)
    named = [hit for s in inside for clause in s.clauses for hit in clause.hits]
    others = [hit for hit in named if hit.tag == "things.other"]
    if any(hit.tag in _CONTRACT and not is_said_further(hit, others) for hit in named):
        return None
    return others[0] if others else None


def _kept(sentences: Sequence[Sentence]) -> Hit | None:
    """What says that the contract goes on after all: "We decided to stay".

    Not of another thing ("we keep our data"), and not what is denied ("will not be continued").
    """
    for sentence in sentences:
        for clause in sentence.clauses:
            if not clause.has(*_DENIED, *_NO_CONTRACT):
                for hit in clause.all(*_KEPT):
                    return hit
    return None


def _supposed(sentences: Sequence[Sentence]) -> Hit | None:
    """What asks about an ending that is only supposed: "If we end it, what becomes of …".

    Japanese says both in one phrase (解約した場合), which hides the ending and is a condition too.
    """
    for sentence in sentences:
        hits = [hit for clause in sentence.clauses for hit in clause.hits]
        supposed = [hit for hit in hits if hit.tag == "mood.condition"]
        hidden = {(hit.start, hit.end) for hit in hits if hit.tag == "message.ignore"}
        ends = any(hit.table in _ENDING for hit in hits)
        question = next((hit for hit in hits if hit.tag == "mood.question"), None)
        ends = ends or any((hit.start, hit.end) in hidden for hit in supposed)
        if supposed and ends and question is not None:
            return question
    return None


def _asked_without_sign(sentences: Sequence[Sentence]) -> Hit | None:
    """The word that opens the question that is all of the text: "Where does one close it".

    Of one clause only: "When you close it, send me a word" goes on.
    """
    found = None
    for sentence in sentences:
        if _is_courtesy(sentence):
            continue
        opens = (
            hit
            for hit in sentence.clauses[0].all("mood.question")
            if hit.start == sentence.start and len(sentence.clauses) == 1
        )
        opener = next(opens, None)
        if opener is None or _asks_for_it(sentence):
            return None
        found = found or opener
    return found


def _list_of_ours(inside: Sequence[Sentence], discourse: Discourse) -> Hit | None:
    """The writer's own mailing or readers, which the first sentence speaks of.

    "Unsubscribe", and below it "The link in our newsletter is dead."; but
    "Your customer's mail program" is what an unsubscribe button writes.
    """
    first = next((s for s in inside if not _is_courtesy(s)), None)
    told = first is not None and not first.has(*_SPEAKER)
    clauses = first.clauses if first is not None and told else []
    others = (hit for c in clauses for hit in c.all("owners.others"))
    told_of = _OURS | _SOMEBODY
    return next((h for h in others if discourse.words.words[h.start] in told_of), None)


def _questions_alone(sentences: Sequence[Sentence]) -> Hit | None:
    """Words of a text that does no more than ask, in whatever words: "Has it such a module?"."""
    said = [s for s in sentences if not _is_courtesy(s)]
    if any(not s.asked or _asks_for_it(s) or s.has(*_STOPPING) for s in said):
        return None
    return next((hit for s in said for clause in s.clauses for hit in clause.hits), None)


def only_asks(discourse: Discourse) -> Hit | None:
    """The question that is all there is below a subject, but for greetings and thanks."""
    found = None
    for sentence in discourse.sentences:
        if sentence.in_subject or _is_courtesy(sentence):
            continue
        asked = (h for c in sentence.clauses for h in c.all("mood.question"))
        question = next(asked, None) if sentence.asked else None
        if question is None or _asks_for_it(sentence):
            return None
        found = found or question
    return found


def _asks_for_it(sentence: Sentence) -> bool:
    return sentence.has("mood.please", "mood.wish", "mood.perform")


def _is_courtesy(sentence: Sentence) -> bool:
    """Whether a sentence greets, thanks, or is a name."""
    loose = sum(c.loose(c.start, c.end) for c in sentence.clauses)
    said = any(h.tag != "message.polite" for c in sentence.clauses for h in c.hits)
    return not said and loose <= _NAME_WORDS


def is_heading(noun: Hit, clause: Clause) -> bool:
    """Whether a noun heads its clause, as in "Cancellation of my account"."""
    told = any(hit.start < noun.start and hit.table in ("mood", "negation") for hit in clause.hits)
    return not told and clause.loose_before(noun.start) == 0 and len(clause.verbs) == 1


def is_told_of(noun: Hit, thing: Hit | None, clause: Clause, discourse: Discourse) -> bool:
    """Whether the clause goes on to say something of its heading, as a sentence does.

    "The cancellation of my contract was your error" does, "of my contract by 1 June" does not,
    nor does the code that tells which one ("of my contract RW-2003").
    """
    behind = thing is not None and clause.start <= noun.end <= thing.start < clause.end
    start = max(noun.last, thing.last) if thing is not None and behind else noun.last
    fitting = {i for hit in clause.hits if _fits(hit) for i in range(hit.start, hit.end)}
    governed = 0
    for place in range(start, clause.end):
        word = discourse.words.words[place]
        if word in discourse.small.of:
            governed = _DATE_WORDS
        elif place == start and is_code(place, discourse) and _VOWELS.isdisjoint(word):
            continue
        elif word.isalpha() and place not in fitting:
            if not governed or place in clause.covered:
                return True
            governed -= 1
    return False


def _fits(hit: Hit) -> bool:
    fits = hit.table in _HEADING_TABLES or hit.tag in _HEADING_TAGS
    return fits and hit.tag not in _NO_HEADING_TAGS
