"""What a short quotation asks: what "it" is in the answer, and what a plain yes says yes to.

What is quoted makes no request. But "Yes, please do." below "Shall we close your account?" is one
that a person should see.
"""

from __future__ import annotations

from collections.abc import Iterator

from handlers.classify.answers import Answer, find_answer
from handlers.classify.clauses import split
from handlers.classify.discourse import MAIN_TAGS, Discourse
from handlers.classify.lexicon import Hit, Lexicon
from handlers.classify.nearest import CONTRACT_TAGS
from handlers.classify.weigh import Candidate
from handlers.classify.words import Words, read_words
from handlers.values import Intent

RULE = "cancellation.agreed"
# Enough for a person's look, too little to act on by itself.
_CONFIDENCE = 0.60
_ENDS = ("cancel", "close", "leave")
_DENIALS = ("negation.not", "negation.forbid", "reversal.keep", "mood.refuse")
# "Account 4411 with all of its data": how far apart the two may stand.
_WORDS_TO_DATA = 5


def quoted_thing(text: str, phrases: Lexicon) -> str:
    """The last thing that a short quotation names, or ''; not data that go with an account."""
    named = [hit for hit in _hits(read_words("", text), phrases) if hit.tag in MAIN_TAGS]
    if not named:
        return ""
    with_it = (h for h in named if 0 <= named[-1].start - h.last <= _WORDS_TO_DATA)
    if named[-1].key == "data" and any(hit.key == "service" for hit in with_it):
        return "service"
    return named[-1].key


def asks_to_end(text: str, phrases: Lexicon) -> bool:
    """Whether a short quotation asks whether to end a contract: "Shall we close your account?"."""
    if "?" not in text and "\uff1f" not in text:
        return False
    words = read_words("", text)
    asked = [s for s in split(words, _hits(words, phrases)) if s.asked]
    return len(asked) == 1 and _is_to_end([h for c in asked[0].clauses for h in c.hits])


def _is_to_end(hits: list[Hit]) -> bool:
    ends = any(hit.table in _ENDS and hit.key in ("do", "done", "noun") for hit in hits)
    contract = any(hit.tag in CONTRACT_TAGS for hit in hits)
    return ends and contract and not any(hit.tag in _DENIALS for hit in hits)


def _hits(words: Words, phrases: Lexicon) -> list[Hit]:
    """The phrases, and what stands inside the words that speak to a reader: "close your account".

    In what we wrote ourselves these name a thing as any others do.
    """
    found = phrases.find(words) if len(words) else []
    inside = [hit for hit in found if hit.tag == "owners.reader"]
    return sorted(
        [*found, *(h for hit in inside for h in _within(hit, words, phrases))], key=_start
    )


def _within(reader: Hit, words: Words, phrases: Lexicon) -> Iterator[Hit]:
    for place in range(reader.start, reader.last):
        for hit in phrases.find(read_words("", words.words[place])):
            yield hit._replace(start=place, end=place + 1, last=place + 1)


def _start(hit: Hit) -> int:
    return hit.start


def find_agreed(discourse: Discourse, answers: Lexicon) -> Candidate | None:
    """A plain yes to a quoted question whether to end a contract, or None."""
    if not discourse.asked_to_end or discourse.answers_newsletter:
        return None
    hits = sorted([*discourse.hits, *answers.find(discourse.words)], key=_start)
    names = frozenset(discourse.words.words[place] for place in discourse.own_names)
    found = find_answer(discourse.words, hits, cancels=False, names=names)
    if found.answer is not Answer.YES:
        return None
    return Candidate(
        intent=Intent.CANCELLATION,
        rule=RULE,
        confidence=_CONFIDENCE,
        start=found.start,
        end=found.end,
        in_subject=False,
        told=True,
    )
