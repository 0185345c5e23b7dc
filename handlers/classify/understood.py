"""A message's words, and what each language that it may be in makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from handlers.classify.clauses import Sentence
from handlers.classify.discourse import Discourse
from handlers.classify.features import (
    HEAD_WORDS,
    TAIL_WORDS,
    Shape,
    Texts,
    own_sentences,
    shape_of,
    texts_of,
)
from handlers.classify.unmeant import tells_unmeant
from handlers.classify.words import Words

MIN_WORDS = 4
_MAX_PLAIN_WORDS = 150
_TURNING = ("reversal.resubscribe", "reversal.taken_back", "reversal.untrue")


@dataclass(frozen=True, kw_only=True)  # without slots: what is found is kept
class Understood:
    """The subject without "Re:", all words, and the readings of them, English first.

    `language` is what the writer's own words are in, as far as can be told, or ''; `is_foreign`
    says that no language with phrases knows enough of them. Single letters tell none.
    """

    subject: str
    words: Words
    is_foreign: bool
    discourses: Sequence[Discourse]
    language: str

    @cached_property
    def best(self) -> Discourse:
        """The reading whose phrases cover the most words."""
        return max(
            self.discourses,
            key=lambda one: len({i for hit in one.hits for i in range(hit.start, hit.end)}),
        )

    @cached_property
    def sentences(self) -> Sequence[Sentence]:
        """Those of the best reading that the writer chose."""
        return own_sentences(self.best)

    @cached_property
    def shapes(self) -> Sequence[Shape]:
        """What the model goes by of each of these."""
        return [shape_of(sentence) for sentence in self.sentences]

    @cached_property
    def texts(self) -> Texts:
        """What the model goes by of the words."""
        return texts_of(self.words)

    @property
    def is_plain(self) -> bool:
        """Whether the models' word may be acted upon: it is readable, short, and not turned round.

        "Put me back on the list" has all words of a request, and so may have a log.
        """
        return (
            self.is_readable
            and self.own_words <= _MAX_PLAIN_WORDS
            and not self.best.has(*_TURNING)
            and not tells_unmeant(self.best)
        )

    @property
    def is_heard(self) -> bool:
        """Whether the models' word counts where no rule speaks.

        Of a word or two, such as "Thanks.", they know nothing, and of more than they look at too
        little.
        """
        return MIN_WORDS <= self.own_words <= HEAD_WORDS + TAIL_WORDS

    @property
    def is_readable(self) -> bool:
        """Whether the text is plainly in a language with phrases, not in one of its kin.

        Catalan, Galician or Hindi in Latin letters share words with those that are read, and not
        their "not" or "if".
        """
        return bool(self.language) and not self.is_foreign

    @property
    def own_words(self) -> int:
        """How many of the words the writer chose: a subject behind "Re:" is the other side's."""
        theirs = self.words.subject_words if self.best.subject_is_ours else 0
        return len(self.words) - theirs
