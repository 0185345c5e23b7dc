"""A message as read in one language: its sentences, and what "it" and "this" refer to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handlers.classify.clauses import Clause, Sentence, split
from handlers.classify.lexicon import Hit
from handlers.classify.words import Words

# The things that an act can be done to; self, address and it only point to one.
MAIN_THINGS = (
    "marketing", "mail", "list", "subscription", "service", "site", "payment", "part", "data",
    "other",
)  # fmt: skip
MAIN_TAGS = tuple(f"things.{name}" for name in MAIN_THINGS)
# "It" four sentences on is about something else.
_MAX_SENTENCES_BACK = 4


@dataclass(slots=True, kw_only=True)
class Discourse:
    """The words of a message with the phrases of one language found in them.

    `answers_newsletter` says that the message replies to a mailing; `subject_is_ours` that the
    subject begins with "Re:", so that its words were not chosen by the writer; `quoted_thing` is
    what the one or two lines that it answers were about, or ''.
    """

    language: str
    words: Words
    hits: Sequence[Hit]
    sentences: list[Sentence]
    answers_newsletter: bool
    subject_is_ours: bool
    quoted_thing: str

    def clauses(self) -> Iterator[tuple[Sentence, Clause]]:
        """The clauses in which the writer may ask for something, each with its sentence."""
        for sentence in self.sentences:
            if not (sentence.in_subject and self.subject_is_ours):
                for clause in sentence.clauses:
                    yield sentence, clause

    def has(self, *tags: str) -> bool:
        """Whether a phrase with one of `tags` is anywhere in the message."""
        return any(hit.tag in tags for hit in self.hits)

    def first(self, *tags: str) -> Hit | None:
        """The first phrase with one of `tags`."""
        return next((hit for hit in self.hits if hit.tag in tags), None)

    def antecedent(self, place: int, sentence: int, tags: tuple[str, ...]) -> str:
        """The thing of `tags` last named before the word `place`, or in a short quotation; or ''.

        That is what "it" refers to there.
        """
        since = self.sentences[max(0, sentence - _MAX_SENTENCES_BACK)].start
        found = self.quoted_thing if f"things.{self.quoted_thing}" in tags else ""
        for hit in self.hits:
            if hit.start >= place:
                break
            in_subject = hit.start < self.words.subject_words and not self.subject_is_ours
            if (hit.start >= since or in_subject) and hit.tag in tags:
                found = hit.key
        return found

    def topic(self, clause: Clause) -> str:
        """What a clause without a thing is about, where little was said before it; or ''.

        "Account 4411. Please cancel." and a subject that names the thing.
        """
        sentence = self.sentences[clause.sentence]
        before = [c for c in sentence.clauses if c.end <= clause.start]
        if not before and clause.sentence:
            before = self.sentences[clause.sentence - 1].clauses
        candidates = [c for c in before if not c.verbs]
        own = not self.subject_is_ours
        subject = [c for s in self.sentences if s.in_subject and own for c in s.clauses]
        for known in (*reversed(candidates), *subject):
            things = known.all(*MAIN_TAGS)
            if things and known is not clause:
                return things[0].key
        return ""


def read_discourse(
    language: str,
    words: Words,
    hits: Sequence[Hit],
    *,
    answers_newsletter: bool,
    subject_is_ours: bool,
    quoted_thing: str,
) -> Discourse:
    """Puts words and phrases in their sentences."""
    return Discourse(
        language=language,
        words=words,
        hits=hits,
        sentences=split(words, hits),
        answers_newsletter=answers_newsletter,
        subject_is_ours=subject_is_ours,
        quoted_thing=quoted_thing,
    )
