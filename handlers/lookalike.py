"""Names that look like another: one plain form for all that a reader takes for the same.

For domains and the like, not for words: "rn" and "m" are one here, and so are "1" and "l".
"""

from __future__ import annotations

import unicodedata

import idna

from handlers.classify.fold import fold

MAX_CHARS = 500

# Letters of other scripts that pass for Latin ones; fold.py rewrites them in mixed words only.
_LETTERS = str.maketrans(
    "авеіјкмнорсѕтухуԁһԛԝɡıαεικνορτυχγѵոбгзьօսհքցյ",
    "abeijkmhopcstyxydhqwgiaeiknoptuxyvn6r3bouhqgj",
)
_SIGNS = str.maketrans("0134589-_․。·", "oleas" + "bg" + ".....")
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("i", "l"), ("|", "l"))


def skeleton(text: str) -> str:
    """What is equal of two texts that look alike; no more than 500 characters are read."""
    name = "".join(map(_visible, text[:MAX_CHARS]))
    name = ".".join(_decoded(label) for label in fold(name).text.split("."))
    name = fold(name).text.translate(_LETTERS).translate(_SIGNS)
    for pair, letter in _PAIRS:
        name = name.replace(pair, letter)
    return name


def _visible(character: str) -> str:
    return "" if unicodedata.category(character) in ("Cc", "Cf", "Mn", "Me") else character


def _decoded(label: str) -> str:
    """A label of an internationalized domain as it is shown (RFC 5890)."""
    if not label.startswith("xn--"):
        return label
    try:
        return idna.decode(label)
    except (idna.IDNAError, UnicodeError):
        return label
