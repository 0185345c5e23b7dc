"""What the one or two lines that a message answers are about: what "it" is in the answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handlers.classify.candidate import Candidate, doubted
from handlers.classify.discourse import MAIN_TAGS
from handlers.classify.force import Force
from handlers.classify.lexicon import Hit, Lexicon
from handlers.classify.objections import Objection
from handlers.classify.words import Break, Words, read_words
from handlers.values import Intent

OF_QUESTION = "not.other-thing"
# "Account 4411 with all of its data": how far apart the two may stand.
_WORDS_TO_DATA = 5
_ENDED_APART = ("things.other", "things.part")
_CONTRACT = ("things.service", "things.subscription")


def quoted_thing(text: str, phrases: Lexicon) -> str:
    """The last thing that a short quotation names, or ''; not data that go with an account."""
    named = [hit for hit in hits_in(read_words("", text), phrases) if hit.tag in MAIN_TAGS]
    if not named:
        return ""
    with_it = (h for h in named if 0 <= named[-1].start - h.last <= _WORDS_TO_DATA)
    if named[-1].key == "data" and any(hit.key == "service" for hit in with_it):
        return "service"
    return named[-1].key


def asks_of_other(text: str, phrases: Lexicon) -> bool:
    """Whether a question in a short quotation names what is no contract: "close the ticket?"."""
    words = read_words("", text)
    if not words.asked:
        return False
    for hit in phrases.find(words):
        if hit.tag in _ENDED_APART:
            end = next(
                (i for i in range(hit.end, len(words)) if words.breaks[i] >= Break.SENTENCE),
                len(words),
            )
            if end - 1 in words.asked:
                return True
    return False


def doubt_unnamed(candidate: Candidate, hits: Sequence[Hit]) -> Candidate:
    """A cancellation that names no contract, in answer to such a question: "Yes, close it"."""
    inside = [h for h in hits if candidate.start <= h.start < candidate.end]
    named = any(hit.tag in _CONTRACT for hit in inside)
    if candidate.intent is not Intent.CANCELLATION or named or not inside:
        return candidate
    return doubted(candidate, (Objection(rule=OF_QUESTION, force=Force.DOUBT, hit=inside[0]),))


def hits_in(words: Words, phrases: Lexicon) -> list[Hit]:
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
