"""The language of a text, among those the product may meet; a guess, and told as one."""

from __future__ import annotations

from functools import cache

from lingua import IsoCode639_1, Language, LanguageDetector, LanguageDetectorBuilder

# The seventeen that replies will be written in, and others common enough to be mistaken for them.
LANGUAGES = (
    "cs", "da", "de", "en", "es", "fi", "fr", "it", "ja", "ko",
    "nb", "nl", "pl", "pt", "ru", "sv", "tr", "uk", "zh",
)  # fmt: skip
MAX_CHARS = 500
_MIN_CONFIDENCE = 0.5
_MIN_LETTERS = 3
# Of a word or two a guess is worth little: "unsubscribe" alone is taken for Portuguese, at 0.6.
_FEW_LETTERS = 25
_MIN_CONFIDENCE_OF_FEW = 0.8


def detect_language(text: str) -> str:
    """The ISO 639-1 code of `text`'s language, or '' where it is too short or too mixed to tell.

    Reads the first 500 characters. Norwegian is `no`, written Bokmål or not.
    """
    sample = " ".join(text[:MAX_CHARS].split())
    letters = sum(c.isalpha() for c in sample)
    if letters < _MIN_LETTERS:
        return ""
    best = _detector().compute_language_confidence_values(sample)[0]
    if best.value < (_MIN_CONFIDENCE if letters >= _FEW_LETTERS else _MIN_CONFIDENCE_OF_FEW):
        return ""
    code = _CODES[best.language]
    return "no" if code == "nb" else code


_CODES: dict[Language, str] = {
    Language.from_iso_code_639_1(getattr(IsoCode639_1, code.upper())): code for code in LANGUAGES
}


@cache
def _detector() -> LanguageDetector:
    # Low accuracy mode keeps 14 MB of models in memory instead of 1.2 GB.
    return LanguageDetectorBuilder.from_languages(*_CODES).with_low_accuracy_mode().build()
