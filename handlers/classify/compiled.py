"""A language of the phrase book, compiled: what its phrases find, how much of a text it knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.phrase_book import PhraseBook
from handlers.classify.clauses import VERBS
from handlers.classify.discourse import SmallWords
from handlers.classify.lexicon import Lexicon
from handlers.classify.spelling import make_spellers
from handlers.classify.words import is_kana, is_wide, split_phrase

# Not looked for as phrases of sentences.
APART = ("whole.", "hints.", "answers.", "join.of", "join.at", "join.this", "join.behind")
# One kana alone also stands in Chinese, as an ornament.
_MIN_KANA = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """One language: the phrases of sentences, of whole messages, and of answers.

    `asks` says whether its file tells what can be asked for, and not only how we are answered;
    `is_wide` that it is written in Chinese characters, `has_kana` that it is in kana, too.
    """

    name: str
    phrases: Lexicon
    whole: Lexicon
    answers: Lexicon
    small: SmallWords
    asks: bool
    is_wide: bool
    has_kana: bool

    def knows(self, word: str) -> bool:
        """Whether a word stands in phrases of sentences or of whole messages."""
        return self.phrases.knows(word) or self.whole.knows(word)

    def may_be_in(self, words: Sequence[str]) -> bool:
        """Whether the script is that of a language without spaces, and of this one of them.

        Words in Latin letters stand in Japanese, too.
        """
        if not any(map(is_wide, words)):
            return False
        return self.has_kana or sum(map(is_kana, words)) < _MIN_KANA


def compile_book(book: PhraseBook) -> Mapping[str, Compiled]:
    """Every language of `book`, by its code, with the spellers that need all of them."""
    languages = {name: _compile(name, book.by_language[name]) for name in book.languages}
    asking = {name: language for name, language in languages.items() if language.asks}
    words = {
        name: frozenset[str]().union(*(group.known_words for group in _groups(language)))
        for name, language in asking.items()
        # A word in Latin letters is not misspelt Japanese.
        if not language.is_wide
    }
    keywords = [word for p in book.by_language.values() for word in p["spelling.keywords"]]
    for name, speller in make_spellers(keywords, words).items():
        for group in _groups(languages[name]):
            group.use(speller)
    return languages


def small_words(phrases: Mapping[str, Sequence[str]]) -> SmallWords:
    """The words of [join] that are looked up one by one."""
    of, behind, at, this = (
        frozenset(word for phrase in phrases[key] for word in split_phrase(phrase))
        for key in ("join.of", "join.behind", "join.at", "join.this")
    )
    links = frozenset(word for word in of if is_wide(word))
    return SmallWords(of - links, behind, links, at, this)


def _compile(name: str, phrases: Mapping[str, Sequence[str]]) -> Compiled:
    def lexicon(*prefixes: str) -> Lexicon:
        return Lexicon(name, {k: v for k, v in phrases.items() if k.startswith(prefixes)})

    answers = lexicon("answers.")
    wide = any(map(is_wide, answers.known_words))
    sentences = {k: v for k, v in phrases.items() if not k.startswith(APART)}
    if wide:
        # Without spaces, small words have to be found like phrases.
        sentences["join.behind"] = phrases["join.behind"]
    return Compiled(
        name=name,
        phrases=Lexicon(name, sentences),
        whole=lexicon("whole.", "hints."),
        answers=answers,
        small=small_words(phrases),
        # Of the others there are only answers, whose courtesy must not outweigh what is asked.
        asks=any(found for tag, found in phrases.items() if tag.partition(".")[0] in VERBS),
        is_wide=wide,
        has_kana=any(map(is_kana, answers.known_words)),
    )


def _groups(language: Compiled) -> tuple[Lexicon, Lexicon, Lexicon]:
    return language.phrases, language.whole, language.answers
