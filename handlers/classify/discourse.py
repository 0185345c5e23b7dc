"""A message as read in one language: its sentences, and what "it" and "this" refer to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import NamedTuple

from handlers.classify.clauses import Clause, Sentence
from handlers.classify.lexicon import Hit
from handlers.classify.words import Break, Words

# The things that an act can be done to; self, address and it only point to one.
MAIN_THINGS = (
    "marketing", "mail", "list", "subscription", "service", "site", "payment", "part", "data",
    "other",
)  # fmt: skip
# "No, wait!": what holds up a request before it, where nothing else is said.
HOLDS = ("reversal.hold", "negation.not", "negation.forbid", "negation.no_more")
MAIN_TAGS = tuple(f"things.{name}" for name in MAIN_THINGS)
# What is said of a verb (wishes, denials) stands behind it: 解約 + したい, 送ら + ないで.
VERB_LAST = frozenset({"ja"})
# What a verb is done to stands before it, unless it is said as an afterthought.
OBJECT_FIRST = frozenset({"tr"})
# Verbs look the same whether one asks or tells, and questions may stand behind them.
UNINFLECTED = frozenset({"zh"})
# Where a word of saying stands right behind what was said: Turkish "hesabı kapatın demiştim".
SAYS_BEHIND = frozenset({"tr"})
# Words before which a comma is only spelling: Danish "jeg beder jer om, at kontoen lukkes".
AFTER_COMMA: Mapping[str, str] = {"da": "at", "no": "at", "ru": "чтобы"}
# What a language sets off by commas in the midst of a clause, behind a verb with this ending:
# Russian "удалите, пожалуйста, мой аккаунт", as folded.
SET_OFF: Mapping[str, tuple[frozenset[str], str]] = {
    "ru": (frozenset({"пожалуиста", "пожалуста", "пажалуиста", "пожалуисто", "плиз"}), "те"),
}
# "Отпишите меня, пожалуйста, от …": the verb, and whom it is done to.
_SET_OFF_BEHIND = 2
# "Of my", "from my old".
_OWNER_WORDS = 3
_OF_MAIL = ("marketing", "mail", "list")
_ENDED = ("cancel.done", "close.done", "leave.done")
# "The order of Monday from the shop", by the words that no phrase knows.
_NAMING_WORDS = 3
# "It" four sentences on is about something else.
_MAX_SENTENCES_BACK = 4


def without_idle_commas(words: Words, language: str) -> Words:
    """The words without the commas of spelling rules: before "that", around "please"."""
    if language in SET_OFF:
        words = _without_set_off(words, *SET_OFF[language])
    that = AFTER_COMMA.get(language)
    if that is None or that not in words.words:
        return words
    pairs = zip(words.words, words.breaks, strict=True)
    breaks = [
        Break.NONE if kind is Break.CLAUSE and word == that else kind for word, kind in pairs
    ]
    return replace(words, breaks=breaks)


def _without_set_off(words: Words, set_off: frozenset[str], ending: str) -> Words:
    """The words without the commas around one of `set_off` that stands behind a verb."""
    if set_off.isdisjoint(words.words):
        return words
    breaks = list(words.breaks)
    for place, word in enumerate(words.words):
        if word not in set_off or breaks[place] is not Break.CLAUSE:
            continue
        before = words.words[max(0, place - _SET_OFF_BEHIND) : place]
        if any(one.endswith(ending) for one in before):
            breaks[place] = Break.NONE
            if place + 1 < len(words) and breaks[place + 1] is Break.CLAUSE:
                breaks[place + 1] = Break.NONE
    return replace(words, breaks=breaks)


class SmallWords(NamedTuple):
    """Words that are known by themselves, in or out of phrases.

    `of` are those that something belongs, or is attached, by: "of", "from", "in". `behind` may
    follow a thing without making another of it, as "contract upgrade" is no contract; empty in
    languages that put no nouns together. `links` are those before which the owner stands, as in
    Japanese and Chinese. `at` lead from a contract to whom it is with: "at", "with". `this`
    only point at what may be one's own: "this account". `that` open what is only told, or wished.
    """

    of: frozenset[str]
    behind: frozenset[str]
    links: frozenset[str] = frozenset()
    at: frozenset[str] = frozenset()
    this: frozenset[str] = frozenset()
    that: frozenset[str] = frozenset()


class Asked(IntEnum):
    """Whether a quotation asks if a contract is to be ended."""

    NOTHING = 0
    UNCLEARLY = 1  # it asks more, or says more than is understood
    PLAINLY = 2


@dataclass(slots=True, kw_only=True)
class Discourse:
    """The words of a message with the phrases of one language found in them.

    `small` are the language's words that tell what belongs to what, and what may stand behind.
    `answers_newsletter` says that the message replies to a mailing; `subject_is_ours` that the
    subject begins with "Re:", so that its words were not chosen by the writer; `quoted_thing` is
    what the one or two lines that it answers were about, or ''; `asked_to_end` whether these ask
    if a contract is to be ended, `asked_of_other` whether about what is none; `own_addresses` are
    the places of the sender's addresses among the words, `own_names` those of their names,
    `our_names` those of the company's; `misspelt` says that unknown words may be misspelt ones.
    """

    language: str
    words: Words
    hits: Sequence[Hit]
    small: SmallWords
    sentences: list[Sentence]
    answers_newsletter: bool
    subject_is_ours: bool
    quoted_thing: str
    asked_to_end: Asked = Asked.NOTHING
    asked_of_other: bool = False
    own_addresses: frozenset[int] = frozenset()
    own_names: frozenset[int] = frozenset()
    our_names: frozenset[int] = frozenset()
    misspelt: bool = True
    _tags: frozenset[str] = field(init=False, repr=False, compare=False)
    _things: list[Hit] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Which tags and things there are is asked for each act, and phrases may be thousands."""
        self._tags = frozenset([hit.tag for hit in self.hits])
        self._things = [hit for hit in self.hits if hit.table == "things"]

    def clauses(self) -> Iterator[tuple[Sentence, Clause]]:
        """The clauses in which the writer may ask for something, each with its sentence."""
        for sentence in self.sentences:
            if not (sentence.in_subject and self.subject_is_ours):
                for clause in sentence.clauses:
                    yield sentence, clause

    def all_clauses(self) -> Iterator[tuple[Sentence, Clause]]:
        """Every clause, each with its sentence, those of the other side's subject among them."""
        for sentence in self.sentences:
            for clause in sentence.clauses:
                yield sentence, clause

    def has(self, *tags: str) -> bool:
        """Whether a phrase with one of `tags` is anywhere in the message."""
        return not self._tags.isdisjoint(tags)

    def first(self, *tags: str) -> Hit | None:
        """The first phrase with one of `tags`."""
        if self._tags.isdisjoint(tags):
            return None
        return next((hit for hit in self.hits if hit.tag in tags), None)

    def antecedent(self, place: int, sentence: int, tags: tuple[str, ...]) -> str:
        """The thing of `tags` last named before the word `place`, or in a short quotation; or ''.

        That is what "it" refers to there.
        """
        since = self.sentences[max(0, sentence - _MAX_SENTENCES_BACK)].start
        found = self.quoted_thing if f"things.{self.quoted_thing}" in tags else ""
        if self.answers_newsletter and found not in _OF_MAIL:
            # "I do not want these", in answer to "Five ways to a faster shop", are the tips.
            found = ""
        last: Hit | None = None
        for hit in self._things:
            if hit.start >= place:
                break
            in_subject = hit.start < self.words.subject_words and not self.subject_is_ours
            if not (hit.start >= since or in_subject) or hit.tag not in tags:
                continue
            if self.subject_is_ours and hit.start < self.words.subject_words:
                continue  # "this" in "Please cancel this" is not what our subject advertised
            arrives_there = found in _OF_MAIL and self._is_own_place(hit, last)
            if not (self._belongs_to(hit, last) or self._is_over(hit, place) or arrives_there):
                found = hit.key
            last = hit
        return found

    def _belongs_to(self, thing: Hit, last: Hit | None) -> bool:
        """Whether a thing only tells whose the one before it is: "the bill of my contract"."""
        if last is None or not last.end < thing.start <= last.end + _OWNER_WORDS:
            return False
        return self.words.words[last.end] in self.small.of

    def _is_own_place(self, thing: Hit, last: Hit | None) -> bool:
        """Whether a thing is where the mail before it arrives: "your ads clutter up my inbox"."""
        if last is None or thing.tag != "things.other":
            return False
        own = any(h.tag == "owners.mine" and h.end == thing.start for h in self.hits)
        return own and not any(self.words.breaks[last.end : thing.start + 1])

    def _is_over(self, thing: Hit, place: int) -> bool:
        """Whether the thing was told of as ended: "my contract is cancelled since April"."""
        for sentence in self.sentences:
            for clause in sentence.clauses:
                if clause.start <= thing.start < clause.end <= place:
                    return clause.has(*_ENDED) and not clause.has("mood.wish", "mood.please")
        return False

    def topic(self, clause: Clause) -> str:
        """What a clause without a thing is about, where little was said before it; or ''.

        "Account 4411. Please cancel." and a subject that names the thing.
        """
        sentence = self.sentences[clause.sentence]
        before = [c for c in sentence.clauses if c.end <= clause.start]
        last = self.sentences[clause.sentence - 1] if clause.sentence else None
        theirs = last is not None and last.in_subject and self.subject_is_ours
        if not before and last is not None and not last.asked and not theirs:
            before = last.clauses
        candidates = [c for c in before if not c.verbs]
        own = not self.subject_is_ours
        subject = [c for s in self.sentences if s.in_subject and own for c in s.clauses]
        for known in (*reversed(candidates), *subject):
            things = known.all(*MAIN_TAGS)
            # "No discount, cancel at once": an offer that is refused is not the topic.
            is_refused = known.has("mood.refuse") and known.has("things.marketing")
            is_topic = known is not clause and not is_refused
            if things and is_topic and not self._tells(things[0], known):
                return things[0].key
        return self._named_below(clause) or self._other_talk(clause)

    def _tells(self, thing: Hit, clause: Clause) -> bool:
        """Whether more is said of something else than its name: "nobody answers the phone"."""
        told = clause.loose(clause.start, clause.end) > _NAMING_WORDS
        return told and thing.key == "other" and not clause.has("owners.mine")

    def _other_talk(self, clause: Clause) -> str:
        """A part, at most, where the sentence before is about other things; or ''.

        "I got an invoice that I do not understand. Please cancel."
        """
        before = self.sentences[max(0, clause.sentence - 1) : clause.sentence]
        if self.subject_is_ours and not self.answers_newsletter:
            # What we wrote about is in the subject, not what the writer speaks of.
            before = [s for s in before if not s.in_subject]
        named = [h for s in before for c in s.clauses for h in c.all(*MAIN_TAGS)]
        heads = {
            thing.key
            for last, thing in zip((None, *named), named, strict=False)
            if not self._belongs_to(thing, last)
        }
        return "part" if heads == {"other"} else ""

    def _named_below(self, clause: Clause) -> str:
        """The thing that the next sentence only names: "My contract: 5512"; or ''."""
        for sentence in self.sentences[clause.sentence + 1 : clause.sentence + 2]:
            hits = [hit for c in sentence.clauses for hit in c.hits]
            others = [hit for hit in hits if hit.tag not in (*MAIN_TAGS, "owners.mine")]
            loose = [
                i
                for c in sentence.clauses
                for i in range(c.start, c.end)
                if i not in c.covered and self.words.words[i].isalpha()
            ]
            things = [hit for hit in hits if hit.tag in MAIN_TAGS]
            if len(things) == 1 and not others and not loose and not sentence.asked:
                return things[0].key
        return ""
