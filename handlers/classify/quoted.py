"""What the one or two lines that a message answers are about: what "it" is in the answer."""

from __future__ import annotations

from collections.abc import Iterator

from handlers.classify.discourse import MAIN_TAGS
from handlers.classify.lexicon import Hit, Lexicon
from handlers.classify.words import Words, read_words

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
