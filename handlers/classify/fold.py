"""One way to write each letter, with the place where it stood in the original."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from handlers.classify.kept import Kept

# Letters of other scripts that pass for Latin ones; only words that mix scripts are rewritten.
_LOOK_ALIKES = str.maketrans(
    "авеіјкмнорсѕтухуԁһԛԝɡıαεικνορτυχγѵո",
    "abeijkmhopcstyxydhqwgiaeiknoptuxyvn",
)
# The other way round, as keys lie beside each other on a Russian keyboard.
_AS_CYRILLIC = str.maketrans("aceopxykmth", "асеорхукмтн")
_ONLY_LATIN = re.compile(r"[bdfgijlnqrsuvwz]")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_OTHER_SCRIPT = re.compile(r"[\u0370-\u052f\u0561-\u0587]")
_WORD = re.compile(r"\w+")
_LATIN = re.compile(r"[a-z]")
_MARKS = {
    **dict.fromkeys("’‘ʼ′´`＇‛ʹ", "'"),
    **dict.fromkeys("“”„‟«»「」『』〝〞", '"'),
    **dict.fromkeys("‐‑‒−", "-"),
    **dict.fromkeys("–—―", "—"),
    # "nº 4711" is a number, and no "no": the sign is as good as that of degrees.
    "º": "°",
    "ı": "i",
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "æ": "ae",
    "œ": "oe",
    "\u2800": " ",
    "\u2028": "\n",
    "\u2029": "\n",
}
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """Folded text; `offsets` gives each character's place in the original, None if the same."""

    text: str
    offsets: tuple[int, ...] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]`, which is not empty, stands in the original."""
        if self.offsets is None:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1


def fold(text: str) -> Folded:
    """Lower case without accents and invisible characters, compatibility forms as plain ones."""
    if text.isascii():
        return Folded(text=text.lower(), offsets=None)
    pieces = [*map(_FOLDED.__getitem__, text)]
    folded = "".join(pieces)
    offsets = None
    if len(folded) != len(text) or not all(pieces):
        offsets = tuple(place for place, piece in enumerate(pieces) for _ in piece)
    if _OTHER_SCRIPT.search(folded):
        folded = _WORD.sub(_unmixed, folded)
    return Folded(text=folded, offsets=offsets)


def _fold_character(character: str) -> str:
    if character in _MARKS:
        return _MARKS[character]
    category = unicodedata.category(character)
    if category == "Cf" or character in _FILLERS or "\ufe00" <= character <= "\ufe0f":
        return ""
    if category == "Zs":
        return " "
    folded = unicodedata.normalize("NFKD", character).casefold()
    plain = "".join(c for c in folded if not "\u0300" <= c <= "\u036f")
    plain = "".join(_MARKS.get(c, c) for c in plain)
    # Composed again, so that Hangul syllables and kana stay single characters.
    return unicodedata.normalize("NFC", plain)


_FOLDED = Kept(_fold_character, most=8_192)


def _unmixed(match: re.Match[str]) -> str:
    word = match.group()
    if not _LATIN.search(word):
        return word
    latin = word.translate(_LOOK_ALIKES)
    if _CYRILLIC.search(latin) and not _ONLY_LATIN.search(word):
        # "cайт" with a Latin c: letters are left that no Latin word has.
        return word.translate(_AS_CYRILLIC)
    return latin
