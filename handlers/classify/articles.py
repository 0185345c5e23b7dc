"""What an article leads to, in languages where a noun that is done something to has one."""

from __future__ import annotations

from handlers.classify.clauses import Clause
from handlers.classify.discourse import Discourse

# Only where the phrases of things are without it.
_ARTICLES = {
    "es": frozenset(
        ["el", "la", "los", "las", "o", "un", "una", "mi", "mis", "nuestro", "nuestra"]
    ),
    "pt": frozenset(
        ["o", "a", "os", "as", "um", "uma", "meu", "minha", "meus", "minhas", "nosso", "nossa"]
    ),
}
LANGUAGES = frozenset(_ARTICLES)
_PLURAL = ("os", "as", "es")
_NO_WORDS: frozenset[str] = frozenset()
_BELONGING = ("de", "del", "do", "da", "dos", "das")
_MORE = ("mas", "mais")
# "Cancela o que contratei", "no me manden el suyo" name nothing else.
_NO_NOUNS = frozenset({"que", "suyo", "suya", "suyos", "vuestro", "vuestra", "vosso", "seu"})


def leads_to_unknown(place: int, clause: Clause, discourse: Discourse) -> bool:
    """Whether an article leads to a noun that no phrase knows: "cancelar la paella".

    It stands at `place`, behind "more" there, or is the end of the phrase before: "cancelem a".
    """
    words, articles = discourse.words.words, _ARTICLES.get(discourse.language, _NO_WORDS)
    if place < clause.end and words[place] in _MORE:
        # "No me envíen más el código."
        place += 1
    if place < clause.end and place not in clause.covered and words[place].endswith(_PLURAL):
        # "No me mandes más audios."
        return articles is not _NO_WORDS and words[place].isalpha()
    if words[place - 1] not in articles:
        place += 1
    if place >= clause.end or place in clause.covered or words[place - 1] not in articles:
        return False
    known = words[place] in _NO_NOUNS or words[place] in discourse.small.of
    return words[place].isalpha() and not known


def belongs_to_unknown(place: int, clause: Clause, discourse: Discourse) -> bool:
    """Whether "of" at `place` leads to what no phrase of mail knows: "la lista de la cena"."""
    words = discourse.words.words
    if place >= clause.end or place in clause.covered or words[place] not in _BELONGING:
        return False
    noun = place + 1
    if noun < clause.end and words[noun] in _ARTICLES.get(discourse.language, _NO_WORDS):
        noun += 1
    if noun >= clause.end or not words[noun].isalpha() or words[noun] in _NO_NOUNS:
        return False
    return noun not in clause.covered or any(
        h.start <= noun < h.end for h in clause.all("things.other")
    )
