"""Which languages a text may be in: by how many of its words each one's phrases know.

A text is only read in these. No detector tells the language of "STOP" or "Rezygnacja", and on
closely related ones (Danish and Norwegian, Czech and Slovak) it is often wrong on longer texts.
"""

from __future__ import annotations

from collections.abc import Mapping

# Below this many letters no detector tells a language well enough to rely on it.
SHORT_LETTERS = 160
# Which part of the words of the language that knows the most another one has to know, so that
# the text is read in it too. In a long text what two languages share is a smaller part.
_PART_IN_SHORT, _PART_IN_LONG = 0.5, 0.75
ENGLISH = "en"


def likely_languages(known: Mapping[str, int], *, detected: str, letters: int) -> tuple[str, ...]:
    """The languages to read a text in, English first: it is mixed into many others.

    `known` is how many of its words each language knows; `detected` what a detector says, or '';
    `letters` how long the text is.
    """
    part = _PART_IN_SHORT if letters < SHORT_LETTERS else _PART_IN_LONG
    enough = max(1, part * max(known.values(), default=0))
    found = [name for name, count in known.items() if count >= enough]
    if letters >= SHORT_LETTERS and detected in known:
        found.append(detected)
    return tuple(dict.fromkeys((ENGLISH, *sorted(found, key=lambda name: -known[name]))))


def best_language(known: Mapping[str, int], *, detected: str, letters: int) -> str:
    """The language that a text is in: as detected, unless one knows its words plainly better.

    '' where neither tells.
    """
    ranked = sorted(known.items(), key=lambda item: -item[1])
    (first, most), second = ranked[0], (ranked[1][1] if len(ranked) > 1 else 0)
    if most == known.get(detected, -1):
        return detected
    if letters >= SHORT_LETTERS and detected:
        return detected
    return first if most > second else detected
