"""Words and phrases to clauses: the stretches in which a negation or a question holds.

Punctuation ends a clause, so do conjunctions such as "because"; "and" does where something is done
on either side of it ("cancel my account and stop the newsletter", not "ads and offers").
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from handlers.classify.kept import Kept
from handlers.classify.lexicon import Hit
from handlers.classify.words import Break, Words

# The tables whose phrases say that something is done.
VERBS = frozenset(
    {
        "cancel", "close", "unsubscribe", "leave", "stop", "remove", "send", "receive", "object",
        "carry_out", "renew",
    }
)  # fmt: skip
# What denies a sending, or that there be more of it.
NEGATIONS = ("negation.forbid", "negation.no_more")
# What denies a verb, a refusal among them.
DENIALS = ("negation.not", "negation.forbid", "mood.refuse")
_DENIALS = frozenset({"negation.not", "negation.forbid"})
_WISHES = frozenset({"mood.wish", "mood.please", "mood.perform"})
_TURNS = frozenset({"mood.refuse", *_WISHES})
_GOES_ON = frozenset({"mood.refuse", "mood.question", "mood.may_i", "mood.condition", *_WISHES})
_SENDING = frozenset({"send", "receive"})
_MAIL = ("things.marketing", "things.mail")
# Endings that say so only where they end a sentence, in languages with verbs last.
_PLAIN_ENDING = "mood.intend"
_WITH_PLAIN_ENDING = (_PLAIN_ENDING, "negation.forbid", "mood.refuse")
_ACTS = frozenset({"mood.refuse", "reversal.keep", "reversal.taken_back"})
_IS_VERB = Kept(lambda tag: tag.partition(".")[0] in VERBS, most=4_096)


@dataclass(slots=True, kw_only=True)
class Clause:
    """The words `start` to `end` with the phrases in them, in their order.

    `verb_last` says that in its language what is said of a verb stands behind it; `tags` are those
    of `hits`.
    """

    start: int
    end: int
    sentence: int
    hits: list[Hit]
    at: Sequence[int] = ()
    verb_last: bool = False
    covered: set[int] = field(default_factory=set)
    tags: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Which tags there are is asked some thirty times for each act, and mostly in vain."""
        self.tags = frozenset([hit.tag for hit in self.hits])

    def all(self, *tags: str) -> list[Hit]:
        """The phrases with one of `tags`."""
        if self.tags.isdisjoint(tags):
            return []
        return [hit for hit in self.hits if hit.tag in tags]

    def has(self, *tags: str) -> bool:
        """Whether a phrase with one of `tags` is there."""
        return not self.tags.isdisjoint(tags)

    def before(self, place: int, *tags: str) -> Hit | None:
        """The last phrase with one of `tags` that begins before the word `place`.

        Where verbs come last, one that begins anywhere.
        """
        if self.tags.isdisjoint(tags):
            return None
        place = self.end if self.verb_last else place
        found = [hit for hit in self.hits if hit.start < place and hit.tag in tags]
        return found[-1] if found else None

    def upon(self, verb: Hit, *tags: str) -> Hit | None:
        """The last phrase with one of `tags` that begins before `verb`, or that it says itself.

        Where a language puts a mood or a "not" inside the verb, both phrases cover the same words.
        """
        if self.tags.isdisjoint(tags):
            return None
        found = [
            hit
            for hit in self.hits
            if hit.tag in tags and (hit.start < verb.start or is_inside(hit, verb))
        ]
        return found[-1] if found else None

    def at_end_of(self, verb: Hit, *tags: str) -> Hit | None:
        """The phrase with one of `tags` that follows right behind, as verbs' endings do.

        The last character may be the ending's first: 消し and してください in 消してください.
        """
        if self.tags.isdisjoint(tags):
            return None
        places = (verb.end, verb.end - 1) if verb.end - verb.start > 1 else (verb.end,)
        return next((h for h in self.hits if h.start in places and h.tag in tags), None)

    def loose_before(self, place: int) -> int:
        """How many words before `place` belong to no phrase."""
        return self.loose(self.start, place)

    def count(self, start: int, end: int) -> int:
        """How many words from `start` to `end`, halves rounded up; negative where none."""
        return (self.at[end] - self.at[start] + 1) // 2

    def loose(self, start: int, end: int) -> int:
        """How many words from `start` to `end` belong to no phrase, halves rounded up."""
        if start >= end:
            return 0
        at, covered = self.at, self.covered
        halves = sum([at[i + 1] - at[i] for i in range(start, end) if i not in covered])
        return (halves + 1) // 2

    @property
    def verbs(self) -> list[Hit]:
        """What is done in it."""
        return [hit for hit in self.hits if _IS_VERB[hit.tag]]


@dataclass(slots=True, kw_only=True)
class Sentence:
    """Clauses up to a full stop; `asked` when it ends with a question mark."""

    start: int
    end: int
    clauses: list[Clause]
    asked: bool
    in_subject: bool
    tags: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """The tags of all clauses."""
        self.tags = frozenset().union(*[clause.tags for clause in self.clauses])

    def has(self, *tags: str) -> bool:
        """Whether a phrase with one of `tags` is in any of its clauses."""
        return not self.tags.isdisjoint(tags)

    def before(self, place: int, *tags: str) -> Hit | None:
        """The last phrase with one of `tags` that begins before the word `place`."""
        if self.tags.isdisjoint(tags):
            return None
        found = [c.before(place, *tags) for c in self.clauses if c.start < place]
        return next((hit for hit in reversed(found) if hit is not None), None)


def split(words: Words, hits: Sequence[Hit], *, verb_last: bool = False) -> list[Sentence]:
    """The sentences of a message with their clauses; each phrase belongs to one clause.

    `hits` are in the order in which they begin.
    """
    sentences: list[Sentence] = []
    if not len(words):
        return sentences
    waiting = list(_plainly_said(words, hits) if verb_last else hits)
    for start, end in _spans(words.breaks, Break.SENTENCE):
        inside = _take(waiting, end)
        starts = [hit.start for hit in inside]
        clauses = [
            Clause(
                start=a,
                end=b,
                sentence=len(sentences),
                hits=(found := inside[bisect_left(starts, a) : bisect_left(starts, b)]),
                at=words.at,
                verb_last=verb_last,
                covered={i for hit in found for i in (*range(hit.start, hit.end), hit.last - 1)},
            )
            for x, y in _spans_within(words.breaks, start, end)
            for a, b in _joined(
                x, y, inside[bisect_left(starts, x) : bisect_left(starts, y)], verb_last
            )
        ]
        sentences.append(
            Sentence(
                start=start,
                end=end,
                clauses=clauses,
                asked=end - 1 in words.asked,
                in_subject=start < words.subject_words,
            )
        )
    return sentences


def is_inside(hit: Hit, verb: Hit) -> bool:
    """Whether a phrase is part of the verb: "iptal etmeyin" is "do not cancel" in one word."""
    return (hit.start, hit.end, hit.last) == (verb.start, verb.end, verb.last)


def _plainly_said(words: Words, hits: Sequence[Hit]) -> Iterator[Hit]:
    """The phrases, of plain endings only those that end a sentence, which perform what they say.

    契約を解除する。 ends it, 契約を解除する場合 does not; nor does a verb (切れ) or a denial
    (なしで) that has the same words.
    """
    plain = {(h.start, h.end) for h in hits if h.tag == _PLAIN_ENDING}
    for hit in hits:
        with_ending = hit.tag in _WITH_PLAIN_ENDING or hit.key == "now"
        if not with_ending or (hit.start, hit.end) not in plain:
            yield hit
        elif _ends_sentence(hit, words):
            yield hit._replace(tag="mood.perform") if hit.tag == _PLAIN_ENDING else hit


def _ends_sentence(hit: Hit, words: Words) -> bool:
    """Whether a full stop follows, or nothing; what asks, or is quoted, says nothing."""
    ends = hit.end == len(words) or words.breaks[hit.end] >= Break.SENTENCE
    return ends and hit.end - 1 not in words.asked and hit.end - 1 not in words.quoted


def _take(waiting: list[Hit], end: int) -> list[Hit]:
    """Takes the phrases off `waiting` that begin before `end`."""
    count = next((i for i, hit in enumerate(waiting) if hit.start >= end), len(waiting))
    taken = waiting[:count]
    del waiting[:count]
    return taken


def _spans(breaks: Sequence[Break], least: Break) -> Iterator[tuple[int, int]]:
    starts = [i for i, kind in enumerate(breaks) if kind >= least]
    return zip(starts, [*starts[1:], len(breaks)], strict=True)


def _spans_within(breaks: Sequence[Break], start: int, end: int) -> Iterator[tuple[int, int]]:
    starts = [start, *(i for i in range(start + 1, end) if breaks[i])]
    return zip(starts, [*starts[1:], end], strict=True)


def _joined(start: int, end: int, hits: list[Hit], verb_last: bool) -> Iterator[tuple[int, int]]:
    """Splits at conjunctions; where verbs come last, "and" is an ending that tells of the next."""
    cut = start
    for hit in hits:
        if hit.start <= cut:
            continue
        joins = (
            hit.tag == "join.and"
            and not verb_last
            and (_both_act(hits, cut, hit) or _turns(hits, cut, hit))
        )
        if (hit.tag == "join.break" and not _is_adverb(hits, hit)) or joins:
            yield cut, hit.start
            cut = hit.start
    yield cut, end


def _is_adverb(hits: list[Hit], hit: Hit) -> bool:
    """Whether a word stands right behind a wish and before what is wished: "I would therefore".

    Then it leads to no clause of its own: "ich möchte daher keine Angebote mehr erhalten".
    """
    if hit.last - hit.start > 1:
        return False
    wished = any(h.last == hit.start and h.tag in ("mood.wish", "mood.refuse") for h in hits)
    return wished and any(_acts(h) for h in hits if h.start >= hit.end)


def _both_act(hits: list[Hit], cut: int, conjunction: Hit) -> bool:
    left = any(_acts(hit) for hit in hits if cut <= hit.start < conjunction.start)
    right = [hit for hit in hits if hit.start >= conjunction.end]
    return left and (any(map(_acts, right)) or _is_no_more_mail(right, conjunction.end))


def _is_no_more_mail(hits: list[Hit], place: int) -> bool:
    """Whether nothing but "no more mail" is said from `place` on: "delete it and no more ads"."""
    denied = [hit for hit in hits if hit.tag == "negation.no_more" and hit.start == place]
    return any(
        hit.tag in _MAIL and 0 <= hit.start - no_more.end <= 1
        for no_more in denied
        for hit in hits
    )


def _turns(hits: list[Hit], cut: int, conjunction: Hit) -> bool:
    """Whether a wish follows a plain denial: "I am not content and would like to cancel".

    So does what is done by saying it: "I do not agree and hereby cancel".

    After a wish that is denied, a question or a condition, what follows is still part of it.
    """
    left = {hit.tag for hit in hits if cut <= hit.start < conjunction.start}
    if not left & _DENIALS or left & _GOES_ON:
        return False
    place = conjunction.end
    for hit in hits:
        if hit.start == place:
            if hit.tag in _TURNS or (hit.key == "now" and hit.table not in _SENDING):
                return True
            if hit.tag == "message.polite":
                place = hit.end
    return False


def _acts(hit: Hit) -> bool:
    return _IS_VERB[hit.tag] or hit.tag in _ACTS
