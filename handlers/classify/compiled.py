"""A language of the phrase book, compiled: what its phrases find, how much of a text it knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.phrase_book import PhraseBook
from config.stored_phrases import StoredLanguage
from handlers.classify.clauses import VERBS
from handlers.classify.discourse import SmallWords
from handlers.classify.lexicon import Lexicon, Source
from handlers.classify.spelling import make_spellers
from handlers.classify.stored_graph import Stored, store
from handlers.classify.words import is_kana, is_wide, split_phrase
from handlers.classify.written import Written

# Not looked for as phrases of sentences.
APART = (
    "whole.", "hints.", "answers.", "join.of", "join.at", "join.this", "join.behind", "join.that",
)  # fmt: skip
_KEYWORDS = "spelling.keywords"
_SMALL = ("join.of", "join.behind", "join.at", "join.this", "join.that")
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
    languages: dict[str, Compiled] = {}
    keywords: list[str] = []
    for name in book.languages:
        stored = book.stored.get(name)
        if stored is None:
            phrases = book.by_language[name]
            graphs = written(phrases)
            languages[name] = _compiled(name, graphs, phrases, asks=asks(phrases))
            keywords += phrases[_KEYWORDS]
        else:
            found = {key: Stored(graph) for key, graph in stored.graphs.items()}
            languages[name] = _compiled(name, found, stored.lists, asks=stored.asks)
            keywords += stored.lists[_KEYWORDS]
    words = {
        name: frozenset[str]().union(*(group.vocabulary.words for group in _groups(language)))
        for name, language in languages.items()
        # A word in Latin letters is not misspelt Japanese.
        if language.asks and not language.is_wide
    }
    for name, speller in make_spellers(keywords, words).items():
        for group in _groups(languages[name]):
            group.use(speller)
    return languages


def written(phrases: Mapping[str, Sequence[str]]) -> Mapping[str, Written]:
    """The phrases of one language in the three groups that are looked for, by name."""

    def only(*prefixes: str) -> Written:
        return Written({k: v for k, v in phrases.items() if k.startswith(prefixes)})

    answers = only("answers.")
    sentences = {k: v for k, v in phrases.items() if not k.startswith(APART)}
    if any(map(is_wide, answers.vocabulary.words)):
        # Without spaces, small words have to be found like phrases.
        sentences["join.behind"] = phrases["join.behind"]
    return {
        "phrases": Written(sentences),
        "whole": only("whole.", "hints."),
        "answers": answers,
    }


def asks(phrases: Mapping[str, Sequence[str]]) -> bool:
    """Whether a language tells what can be asked for.

    Of the others there are only answers, whose courtesy must not outweigh what is asked.
    """
    return any(found for tag, found in phrases.items() if tag.partition(".")[0] in VERBS)


def stored(phrases: Mapping[str, Sequence[str]]) -> StoredLanguage:
    """What is stored of the phrases of one language."""
    return StoredLanguage(
        graphs={
            name: store(group.graph, group.vocabulary) for name, group in written(phrases).items()
        },
        lists={place: tuple(phrases[place]) for place in (_KEYWORDS, *_SMALL)},
        asks=asks(phrases),
    )


def small_words(phrases: Mapping[str, Sequence[str]]) -> SmallWords:
    """The words of [join] that are looked up one by one."""
    of, behind, at, this, that = (
        frozenset(word for phrase in phrases[key] for word in split_phrase(phrase))
        for key in _SMALL
    )
    links = frozenset(word for word in of if is_wide(word))
    return SmallWords(of - links, behind, links, at, this, that)


def _compiled(
    name: str,
    groups: Mapping[str, Source],
    lists: Mapping[str, Sequence[str]],
    *,
    asks: bool,
) -> Compiled:
    answers = groups["answers"].vocabulary.words
    return Compiled(
        name=name,
        phrases=Lexicon(name, groups["phrases"]),
        whole=Lexicon(name, groups["whole"]),
        answers=Lexicon(name, groups["answers"]),
        small=small_words(lists),
        asks=asks,
        is_wide=any(map(is_wide, answers)),
        has_kana=any(map(is_kana, answers)),
    )


def _groups(language: Compiled) -> tuple[Lexicon, Lexicon, Lexicon]:
    return language.phrases, language.whole, language.answers
