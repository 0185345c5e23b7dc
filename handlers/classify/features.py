"""What the linear models see of a message: pieces of its words, and phrases beside each other.

Two groups. The *pieces* are runs of three to six letters of each word, whole words, and two words
in a row, of Chinese and Japanese up to four characters; they catch misspellings and words that no
phrase knows. The *signs* are the phrases of a clause, by their tags and in their order
("mood.wish cancel.do"), and where and how much was written. They are the same in every language:
what was learnt from one serves for all. What the rules make of them is not among them: it would be
believed, and the vote is a second one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import AnyStr, NamedTuple

from handlers.classify.clauses import Sentence
from handlers.classify.discourse import Discourse
from handlers.classify.words import Words, is_wide
from handlers.values import Role

MIN_PIECE, MAX_PIECE = 3, 6
# Of characters that are a word each.
_MAX_RUN = 4
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


# Of a sentence whether it is asked, and of each clause the tags of its phrases.
Shape = tuple[bool, tuple[tuple[str, ...], ...]]


class Texts(NamedTuple):
    """The words of a message, and the runs of more than one by the places where they begin.

    No run goes over a break. Those of place `i` are from number `starts[i]` to before `starts[i +
    1]`; behind the last place stands how many there are.
    """

    words: Sequence[str]
    runs: Sequence[str]
    starts: Sequence[int]

    def spans(self) -> list[tuple[slice, slice]]:
        """Where the words and runs stand that count: at the beginning and the end of a message."""
        count = len(self.words)
        if count <= HEAD_WORDS + TAIL_WORDS:
            return [self.span(0, count)]
        return [self.span(0, HEAD_WORDS), self.span(count - TAIL_WORDS, count)]

    def span(self, start: int, end: int) -> tuple[slice, slice]:
        """Where the words from place `start` to before `end` stand, and the runs of these."""
        return slice(start, end), slice(self.starts[start], self.starts[end])

    def chosen(self) -> list[str]:
        """The words that count, and the runs that begin among them, each once."""
        spans = self.spans()
        words = [word for of_words, _ in spans for word in self.words[of_words]]
        runs = [run for _, of_runs in spans for run in self.runs[of_runs]]
        return [*dict.fromkeys(words), *dict.fromkeys(runs)]


def texts_of(words: Words) -> Texts:
    """The words of a message and the runs of words."""
    runs: list[str] = []
    starts = [0]
    for place in range(len(words)):
        runs.extend(_runs_at(words, place))
        starts.append(len(runs))
    return Texts(words.words, runs, starts)


def _runs_at(words: Words, place: int) -> tuple[str, ...]:
    after = place + 1
    if after == len(words) or words.breaks[after]:
        return ()
    word, following = words.words[place], words.words[after]
    pair = f"{word} {following}"
    if not (is_wide(word) and is_wide(following)):
        return (pair,)
    found = [pair]
    for end in range(after + 1, min(place + _MAX_RUN, len(words))):
        if words.breaks[end] or not is_wide(words.words[end]):
            break
        found.append(f"{found[-1]} {words.words[end]}")
    return tuple(found)


def pieces_of(text: str) -> tuple[str, ...]:
    """A run of words as it is; of a word the runs of its letters, its ends marked, and itself."""
    if " " in text:
        return (text,)
    return tuple(dict.fromkeys(runs_of(f"^{text}$")))


def runs_of(marked: AnyStr) -> list[AnyStr]:
    """A word whose ends are marked, and the runs of its letters; some may be there twice."""
    found = [marked]
    for size in range(MIN_PIECE, MAX_PIECE + 1):
        found += [marked[i : i + size] for i in range(len(marked) - size + 1)]
    return found


def own_sentences(discourse: Discourse) -> list[Sentence]:
    """The sentences that the writer chose."""
    return [s for s in discourse.sentences if not (s.in_subject and discourse.subject_is_ours)]


def signs_of_message(discourse: Discourse, role: Role) -> frozenset[str]:
    """The signs that are of no clause, a part of `OF_MESSAGE`."""
    found = {f"role {role.value}", f"length {_length(discourse.words)}"}
    if discourse.answers_newsletter:
        found.add(ANSWERS)
    return frozenset(found)


def shape_of(sentence: Sentence) -> Shape:
    """What the signs of a sentence go by: whether it asks, and the phrases of each clause."""
    clauses = tuple([tuple([hit.tag for hit in clause.hits]) for clause in sentence.clauses])
    return sentence.asked, clauses


def signs_of(shape: Shape) -> frozenset[str]:
    """The signs of the clauses of a sentence."""
    asked, clauses = shape
    found: set[str] = set()
    for tags in clauses:
        found.update(_signs_within(_telling(tags), "?" if asked else ""))
    for side, ordered in (("before", clauses), ("behind", clauses[::-1])):
        passed: set[str] = set()
        for tags in ordered:
            if any(_table(tag) in _ENDINGS for tag in _telling(tags)):
                found.update(f"{side} {tag}" for tag in passed)
            passed.update(tag for tag in tags if _table(tag) in ("mood", "negation"))
    return frozenset(found)


def _length(words: Words) -> int:
    """How long the text is, in steps: nothing, a phrase, a sentence, a letter, a story."""
    return bisect_right(_LENGTHS, len(words) - words.subject_words)


def _signs_within(tags: Sequence[str], asked: str) -> Iterator[str]:
    for place, tag in enumerate(tags):
        yield f"{tag}{asked}"
        for other in tags[place + 1 : place + 4]:
            yield f"{tag} {other}{asked}"


def _telling(tags: Sequence[str]) -> list[str]:
    return [tag for tag in tags if tag not in _SILENT][:_MAX_SIGNS_OF_CLAUSE]


def _table(tag: str) -> str:
    return tag.partition(".")[0]
