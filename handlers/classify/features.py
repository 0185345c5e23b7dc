"""What the linear model sees of a message: pieces of its words, and phrases beside each other.

Two groups. The *pieces* are runs of three to five letters of each word, whole words, and two words
in a row; they catch misspellings and words that no phrase knows. The *signs* are the phrases of a
clause, by their tags and in their order ("mood.wish cancel.do"), and where and how much was
written. They are the same in every language: what was learnt from one serves for all. What the
rules make of them is not among them: it would be believed, and the vote is a second one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from handlers.classify.clauses import Clause, Sentence
from handlers.classify.discourse import Discourse
from handlers.classify.words import Words
from handlers.values import Role

MIN_PIECE, MAX_PIECE = 3, 5
# People ask at the beginning or at the end, and a bag of many words tells nothing.
HEAD_WORDS, TAIL_WORDS = 250, 150
_MAX_SIGNS_OF_CLAUSE = 12
_LENGTHS = (1, 5, 12, 30, 80)  # words
ANSWERS = "answers a mailing"
# The signs that are of no clause.
OF_MESSAGE = frozenset(
    {ANSWERS}
    | {f"role {role.value}" for role in Role}
    | {f"length {step}" for step in range(len(_LENGTHS) + 1)}
)
_ENDINGS = frozenset({"cancel", "close", "leave", "unsubscribe", "remove", "stop"})
# Tags that say nothing by themselves, but for what stands beside them.
_SILENT = frozenset({"message.polite", "join.and", "join.break", "message.ignore"})


def texts(words: Words) -> Iterator[str]:
    """The words of a message, and the pairs of words in a row, each once."""
    return texts_of(words, _chosen(words))


def texts_of(words: Words, chosen: Sequence[int]) -> Iterator[str]:
    """The same of the words of these numbers; a pair may end with the word behind them."""
    found = [words.words[i] for i in chosen]
    found += [
        f"{words.words[i]} {words.words[i + 1]}"
        for i in chosen
        if i + 1 < len(words) and not words.breaks[i + 1]
    ]
    return iter(dict.fromkeys(found))


def pieces_of(text: str) -> tuple[str, ...]:
    """A pair of words as it is; of a word the runs of its letters, its ends marked, and itself."""
    if " " in text:
        return (text,)
    marked = f"^{text}$"
    found = (
        marked[i : i + size]
        for size in range(MIN_PIECE, MAX_PIECE + 1)
        for i in range(len(marked) - size + 1)
    )
    return tuple(dict.fromkeys((marked, *found)))


def signs(discourse: Discourse, role: Role) -> frozenset[str]:
    """The phrases of each clause and how they follow each other, as one language reads them."""
    found = {f"role {role.value}", f"length {_length(discourse.words)}"}
    if discourse.answers_newsletter:
        found.add(ANSWERS)
    for sentence in discourse.sentences:
        if not (sentence.in_subject and discourse.subject_is_ours):
            found.update(_signs_of(sentence))
    return frozenset(found)


def signs_of(sentences: Sequence[Sentence]) -> frozenset[str]:
    """Those of the clauses of some sentences."""
    return frozenset(sign for sentence in sentences for sign in _signs_of(sentence))


def _length(words: Words) -> int:
    """How long the text is, in steps: nothing, a phrase, a sentence, a letter, a story."""
    return bisect_right(_LENGTHS, len(words) - words.subject_words)


def _signs_of(sentence: Sentence) -> Iterator[str]:
    for clause in sentence.clauses:
        yield from _signs_within(clause, "?" if sentence.asked else "")
    for side, clauses in (("before", sentence.clauses), ("behind", sentence.clauses[::-1])):
        passed: set[str] = set()
        for clause in clauses:
            if any(tag.partition(".")[0] in _ENDINGS for tag in _tags(clause)):
                yield from (f"{side} {tag}" for tag in passed)
            passed.update(hit.tag for hit in clause.hits if hit.table in ("mood", "negation"))


def _signs_within(clause: Clause, asked: str) -> Iterator[str]:
    tags = _tags(clause)
    for tag in dict.fromkeys(tags):
        yield f"{tag}{asked}"
    for place, tag in enumerate(tags):
        for other in tags[place + 1 : place + 4]:
            yield f"{tag} {other}{asked}"


def _tags(clause: Clause) -> list[str]:
    return [hit.tag for hit in clause.hits if hit.tag not in _SILENT][:_MAX_SIGNS_OF_CLAUSE]


def _chosen(words: Words) -> range | list[int]:
    if len(words) <= HEAD_WORDS + TAIL_WORDS:
        return range(len(words))
    return [*range(HEAD_WORDS), *range(len(words) - TAIL_WORDS, len(words))]
