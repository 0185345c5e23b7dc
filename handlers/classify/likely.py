"""Which languages a text may be in: by how many of its words each one's phrases know.

A text is only read in these. Of 1,200 messages in eleven languages, mostly of one to five
sentences, the language that knows the most words is the right one in 99 %; a detector that knows
letters only was right in 97 %, and tells nothing of "STOP" or "Rezygnacja".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

SHORT_LETTERS = 160
# Which part of the words of the language that knows the most another one has to know, so that
# the text is read in it too. In a long text what two languages share is a smaller part.
_PART_IN_SHORT, _PART_IN_LONG = 0.5, 0.75
ENGLISH = "en"


# Of a text in a language that has phrases at least so many words stand in these: of 2,400 messages
# in seven languages 99 in 100 are over 0.5, of others hardly any is over 0.2.
_UNDERSTOOD_PART = 0.4
# Where words have many endings (Finnish, Turkish) fewer are known, to others hardly any.
_UNDERSTOOD_PART_IF_ALONE, _ALONE, _ALONE_WORDS = 0.15, 2, 2
# Cyrillic letters that Russian has not, as folded, and how many words may stand to one with them.
_OTHER_CYRILLIC = re.compile("[іїєґјљњћђџѕ]")
_OTHER_WORDS = 6


def likely_languages(known: Mapping[str, int], *, letters: int) -> tuple[str, ...]:
    """The languages to read a text in, English first: it is mixed into many others.

    `known` is how many of its words each language knows; `letters` how long the text is.
    """
    part = _PART_IN_SHORT if letters < SHORT_LETTERS else _PART_IN_LONG
    enough = max(1, part * max(known.values(), default=0))
    found = [name for name, count in known.items() if count >= enough]
    return tuple(dict.fromkeys((ENGLISH, *sorted(found, key=lambda name: -known[name]))))


def best_language(known: Mapping[str, int], *, words: int) -> str:
    """The language that a text of so many words is in, or '' where that is not plain."""
    first = max(known, key=lambda name: known[name])
    most, second, *_ = *sorted(known.values(), reverse=True), 0
    return first if most > second and is_understood(known, words=words) else ""


def is_understood(known: Mapping[str, int], *, words: int) -> bool:
    """Whether a text of so many words is in a language that has phrases."""
    most, second, *_ = *sorted(known.values(), reverse=True), 0, 0
    alone = most >= max(_ALONE * second, _ALONE_WORDS)
    part = _UNDERSTOOD_PART_IF_ALONE if alone else _UNDERSTOOD_PART
    return most >= part * words


def is_other_cyrillic(words: Sequence[str]) -> bool:
    """Whether the letters are those of Ukrainian, Serbian or their kin, and not Russian.

    A name in a signature is no more than a word or two of many.
    """
    return _OTHER_WORDS * sum(map(bool, map(_OTHER_CYRILLIC.search, words))) > len(words)
