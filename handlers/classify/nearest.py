"""Which phrase of a clause is nearest to a verb, and what that verb may be about."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.classify.clauses import Clause
from handlers.classify.discourse import MAIN_TAGS, Discourse
from handlers.classify.lexicon import Hit
from handlers.classify.words import NUMBER

CONTRACT = ("service", "site", "subscription")
OF_MAIL = ("marketing", "mail", "list")
CONTRACT_TAGS, MAIL_TAGS = (tuple(f"things.{key}" for key in keys) for keys in (CONTRACT, OF_MAIL))
DONE_BY_MAIL = ("not-send", "not-receive", "unsubscribe")
ENDING = ("cancel", "close", "leave", "remove", "stop")
# Languages that write "it" and "me" at the end of a verb.
ENCLITIC = ("es", "it", "pt")
# "RW-2003".
_CODE_LETTERS = 3
_OBJECT_ENDINGS = ("lo", "la", "los", "las", "li", "le")
_BEFORE_OBJECT = (
    "owners.mine", "mood.please", "mood.perform", "message.polite", "things.self",
)  # fmt: skip


def goes_on(hit: Hit, clause: Clause) -> bool:
    """Whether a word that no phrase knows follows."""
    return hit.end < clause.end and hit.end not in clause.covered


def nearest(
    verb: Hit, clause: Clause, tags: tuple[str, ...], *, object_first: bool = False
) -> Hit | None:
    """The nearest of the phrases; those behind the verb count as nearer by a word.

    With `object_first` they count only where none stands before it.
    """
    found = [hit for hit in clause.all(*tags) if hit.end <= verb.start or hit.start >= verb.end]
    if clause.verb_last:
        before = [hit for hit in found if hit.end <= verb.start]
        found = before if before or len(clause.verbs) > 1 else found
    if object_first:
        found = [hit for hit in found if hit.end <= verb.start] or found
    if any(hit.tag == "join.and" and hit.end == verb.start for hit in clause.hits):
        # "All my data and take me off": what stands before "and" belongs to another verb.
        found = [hit for hit in found if hit.start >= verb.end] or found
    return min(
        found,
        key=lambda hit: (_distance(verb, hit), hit.start < verb.start, hit.key != "other"),
        default=None,
    )


def _distance(verb: Hit, thing: Hit) -> int:
    if thing.start >= verb.end:
        return thing.start - verb.end
    return verb.start - thing.end + 1


def possible(what: str, clause: Clause) -> tuple[str, ...]:
    """What "it" may stand for: one receives, and is taken off, no account."""
    if what in DONE_BY_MAIL or (what in ("remove", "stop") and clause.has("things.self")):
        return MAIL_TAGS
    return MAIN_TAGS


def ends_in_object(verb: Hit, discourse: Discourse) -> bool:
    """Whether "it" is the end of the verb: "desactívenlo en mi cuenta"."""
    last = discourse.words.words[verb.end - 1]
    return discourse.language in ENCLITIC and last.endswith(_OBJECT_ENDINGS)


def has_unknown_behind(verb: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether an unknown word follows, behind owners and courtesy, or what a noun is of."""
    words, place = discourse.words.words, verb.end
    passed = {i for h in clause.all(*_BEFORE_OBJECT) for i in range(h.start, h.end)}
    of = discourse.small.of if verb.key == "noun" else ()
    # Behind "and" something else is done: "I cancel and expect my money back".
    joined = {h.start for h in clause.all("join.and")}
    while place < clause.end and place not in joined and (place in passed or words[place] in of):
        place += 1
    if place == clause.end or place in clause.covered or words[place] in discourse.small.of:
        return False
    return words[place].isalpha()


def is_said_further(hit: Hit, others: Iterable[Hit]) -> bool:
    """Whether another phrase goes on: "membership of the choir" behind "my membership"."""
    return any(other.start < hit.end <= other.end for other in others)


def is_code(place: int, discourse: Discourse) -> bool:
    """Whether a word begins the code that tells which one: "contract RW-2003"."""
    words = discourse.words
    end = place + 1
    numbered = end < len(words) and words.words[end] == NUMBER and not words.breaks[end]
    return numbered and len(words.words[place]) <= _CODE_LETTERS
