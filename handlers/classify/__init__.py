"""What a message asks for: an opt-out, a cancellation, both, or nothing. See docs/classifier.md.

fold -> words -> lexicon (phrases) -> clauses -> acts -> frames and objections -> weigh -> Verdict
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from config.phrase_book import PhraseBook
from handlers.classify.answers import MAX_OTHER_WORDS, UNCLEAR, Answer, FoundAnswer, find_answer
from handlers.classify.candidate import Candidate
from handlers.classify.clauses import split
from handlers.classify.compiled import APART, compile_book, small_words
from handlers.classify.confidence import Thresholds
from handlers.classify.confirmed import asks_to_end, find_confirmed, question_in
from handlers.classify.discourse import VERB_LAST, Asked, Discourse, without_idle_commas
from handlers.classify.grounds import find_grounds
from handlers.classify.hints import with_hints
from handlers.classify.likely import (
    ENGLISH,
    SHORT_LETTERS,
    best_language,
    is_other_cyrillic,
    is_understood,
    likely_languages,
)
from handlers.classify.linear import Heard
from handlers.classify.mailings import without_mailings
from handlers.classify.outcome import SecondVote, by_both, by_rules_alone
from handlers.classify.polyglot import Polyglot
from handlers.classify.quoted import asks_of_other, doubt_unnamed, hits_in, quoted_thing
from handlers.classify.relevance import comes_near
from handlers.classify.standing import trust_in
from handlers.classify.terse import find_terse
from handlers.classify.together import add_up
from handlers.classify.tongues import Reading, weigh_languages
from handlers.classify.understood import Understood
from handlers.classify.unknown import find_shape
from handlers.classify.verdict import make_verdict
from handlers.classify.weigh import find_candidates, reconcile
from handlers.classify.words import Words, is_wide, read_words
from handlers.classify.writer import (
    names_of,
    our_names,
    own_addresses,
    own_names,
    own_subject,
    own_text,
    places_of_names,
)
from handlers.secret import SECRET_IN_TEXT
from handlers.values import Intent, Message, Role, Verdict

__all__ = ["APART", "Answer", "Classifier", "small_words"]

# What a Chinese or Japanese character says takes as many letters elsewhere.
_LETTERS_OF_WIDE = 3
_QUOTE_CHARS = 3_000
_SHORT_QUOTE_CHARS = 300
_CACHED_QUOTES = 64
# Those of a few mailings. The words of one may take 75 KB, whether it is of a mailing hardly any.
_CACHED_PARAGRAPHS, _CACHED_ANSWERS = 64, 256
# As words.py ends a paragraph.
_BLANK_LINE = re.compile(r"\n[ \t>]{0,40}\n")

_MAILING_TAGS = frozenset(
    {
        "things.marketing", "unsubscribe.do", "unsubscribe.noun", "message.footer", "leave.do",
    }
)  # fmt: skip
_NOTICE_TAGS = frozenset(
    {"renew.do", "cancel.done", "close.done", "cancel.noun", "things.payment"}
)
_TELLING_TAGS = _MAILING_TAGS | _NOTICE_TAGS | {"owners.reader"}


class Classifier:
    """Reads messages by a phrase book. Built once; `read` and `answer` are pure, thread-safe.

    Without a `second` vote the rules decide alone. `written` are the languages whose phrases were
    not compiled before.
    """

    def __init__(self, book: PhraseBook, second: SecondVote | None = None) -> None:
        self._second = second
        self._compiled = compile_book(book)
        self._asking = {name: one for name, one in self._compiled.items() if one.asks}
        self.languages = frozenset(book.languages)
        self.written = tuple(name for name in book.languages if name not in book.stored)
        self._polyglot = Polyglot(
            {
                name: (one.phrases.vocabulary, one.whole.vocabulary)
                for name, one in self._asking.items()
                if not one.is_wide
            }
        )
        self._is_mailing = lru_cache(maxsize=_CACHED_QUOTES)(self._find_mailing)
        self._told_of = lru_cache(maxsize=_CACHED_ANSWERS)(self._find_told_of)

    @property
    def thresholds(self) -> Thresholds:
        """How sure it has to be: those of the second vote, the defaults where there is none."""
        return self._second.thresholds if self._second is not None else Thresholds()

    def read(self, message: Message, *, role: Role) -> Verdict:
        """What the writer asks for in their own new words; never raises, whatever the text."""
        understood = self.understand(message)
        candidates = self.candidates(understood, role)
        heard = None
        if self._second is None or not len(understood.words):
            outcomes = by_rules_alone(candidates)
        else:
            heard = Heard(self._second.model, understood, self._second.net)
            # Answers to our letters are read by answers.py.
            counts = understood.is_heard and not message.secrets
            near = [intent for intent in Intent if counts and comes_near(intent, understood, role)]
            grounds = find_grounds(candidates, understood, role, heard=heard, near=near)
            outcomes = by_both(
                candidates,
                grounds,
                self._second,
                near=near,
                heard=counts,
                trust=trust_in(message, role, understood),
            )
        return make_verdict(
            candidates,
            understood,
            outcomes,
            heard=heard,
            shape=find_shape(understood, role),
            message=message,
        )

    def candidates(self, understood: Understood, role: Role) -> list[Candidate]:
        """What the rules find, with what speaks against it."""
        readings = [self._reading(one, role) for one in understood.discourses]
        found = add_up(reconcile(list(weigh_languages(readings))))
        return with_hints(without_mailings(found, readings, understood.best), readings)

    def understand(self, message: Message) -> Understood:
        """The words of a message as each language that it may be in reads them."""
        subject, is_ours = own_subject(message)
        words = read_words(subject, own_text(message))
        # What stands behind "Re:" is in the language of the other side.
        own = words.words[words.subject_words :] if is_ours else words.words
        telling = [word for word in own if len(word) > 1 or is_wide(word)]
        known = self._known(telling)
        language = best_language(known, words=len(telling))
        # "Bekräftar": a word of answers only is in the language of what it answers.
        answered = known if any(known.values()) else self._known(_answered_words(message))
        languages = likely_languages(answered, letters=_letters(own))
        return Understood(
            subject=subject,
            words=words,
            is_foreign=self._is_foreign(telling, known, words),
            discourses=self._discourses(
                message, words, languages, language=language, subject_is_ours=is_ours
            ),
            language=language,
        )

    def _reading(self, discourse: Discourse, role: Role) -> Reading:
        whole = self._asking[discourse.language].whole.find(
            discourse.words, misspelt=discourse.misspelt
        )
        terse = list(find_terse(discourse, whole, role))
        candidates = list(find_candidates(discourse, terse, role))
        if discourse.asked_of_other:
            hits = (*discourse.hits, *whole)
            candidates = [doubt_unnamed(candidate, hits) for candidate in candidates]
        told = self._compiled[discourse.language].answers
        answers = told.find(discourse.words) if discourse.asked_to_end else ()
        if discourse.asked_to_end:
            confirmed = find_confirmed(discourse, answers)
            if confirmed is not None and not any(c.is_vetoed for c in candidates):
                candidates.append(confirmed)
        return Reading(discourse=discourse, whole=whole, candidates=candidates, answers=answers)

    def answer(self, message: Message, *, asked_in: Collection[str] = ()) -> Answer:
        """What the writer answers to our own question or confirmation.

        `asked_in` are the languages that we wrote to them in, where known. What is clear in one of
        these is not weighed against the others: "tak" is Polish for yes, and Danish for thanks.
        """
        if message.headers.first("auto-submitted").strip().lower() not in ("", "no"):
            return Answer.UNCLEAR
        # The code of our question, which it asks to leave in the answer, is none of the words.
        words = read_words("", SECRET_IN_TEXT.sub(" ", message.new_text))
        certain = self.read(message, role=Role.CANCEL).certain
        cancels = any(finding.intent is Intent.CANCELLATION for finding in certain)
        names = names_of(message)
        ours = [language for language in sorted(asked_in) if language in self.languages]
        # There a courtesy is one only where nothing else is said, in whatever language.
        found = self._find_answer(words, ours, cancels=cancels, names=names, strict=True)
        if found.answer is Answer.UNCLEAR:
            likely = self._compiled
            if _letters(words.words) >= SHORT_LETTERS:
                own = self.understand(message).language
                likely = {k: v for k, v in likely.items() if k in (ENGLISH, own)}
            found = self._find_answer(words, likely, cancels=cancels, names=names)
        return found.answer

    def _find_answer(
        self,
        words: Words,
        languages: Iterable[str],
        *,
        cancels: bool,
        names: frozenset[str],
        strict: bool = False,
    ) -> FoundAnswer:
        """The one answer that the languages agree on; two different ones are unclear."""
        found = UNCLEAR
        for language in languages:
            compiled = self._compiled[language]
            hits = compiled.phrases.find(words) + compiled.answers.find(words)
            hits.sort(key=lambda hit: hit.start)
            # Where requests are not understood, one might stand beside the thanks.
            knows = compiled.asks and not strict
            beside = MAX_OTHER_WORDS if knows else 0
            one = find_answer(words, hits, cancels=cancels, names=names, beside_thanks=beside)
            if one.answer is Answer.UNCLEAR:
                continue
            if found.answer not in (Answer.UNCLEAR, one.answer):
                return UNCLEAR
            found = one
        return found

    def _discourses(
        self,
        message: Message,
        words: Words,
        languages: Iterable[str],
        *,
        language: str,
        subject_is_ours: bool,
    ) -> list[Discourse]:
        is_reply = subject_is_ours or bool(message.in_reply_to) or bool(message.quoted_text)
        quoted = message.quoted_text[:_QUOTE_CHARS] if is_reply else ""
        other_side = f"{message.subject}\n{quoted}" if is_reply else ""
        own = own_addresses(message, words)
        names = own_names(message, words)
        ours = our_names(message, words)
        short = quoted if len(quoted) <= _SHORT_QUOTE_CHARS else ""
        languages = list(languages)
        # An answer to our own letter is read elsewhere.
        domains = {a.domain for a in (*message.recipients, *message.delivered_to)}
        asked, is_ours = question_in(quoted, domains)
        if len(asked) > _SHORT_QUOTE_CHARS or message.secrets:
            asked = ""
        named = places_of_names(message, _read_paragraph(asked), asked) if asked else frozenset()
        most = Asked.PLAINLY if is_ours else Asked.UNCLEARLY
        ends = {name: min(most, self._asked_to_end(asked, name, named)) for name in languages}
        of_other = any(asks_of_other(short, self._asking[name].phrases) for name in languages)
        # "Shall we close your account?" speaks to its reader, and is no mailing.
        answers = bool(other_side) and not any(ends.values()) and self._is_mailing(other_side)
        long = _letters(words.words) >= SHORT_LETTERS
        found = []
        for name in languages:
            compiled = self._asking[name]
            # In another language than its own an unknown word is not misspelt.
            misspelt = not long or name == language
            read = without_idle_commas(words, name)
            hits = compiled.phrases.find(read, misspelt=misspelt)
            found.append(
                Discourse(
                    language=name,
                    words=read,
                    hits=hits,
                    small=compiled.small,
                    sentences=split(read, hits, verb_last=name in VERB_LAST),
                    answers_newsletter=answers,
                    subject_is_ours=subject_is_ours,
                    quoted_thing=quoted_thing(short, self._asking[name].phrases),
                    asked_to_end=ends[name],
                    asked_of_other=of_other,
                    own_addresses=own,
                    own_names=names,
                    our_names=ours,
                    misspelt=misspelt,
                )
            )
        return found

    def _known(self, words: Sequence[str]) -> Mapping[str, int]:
        """How many of the words each language that requests are read in knows."""
        known = dict.fromkeys(self._asking, 0)
        for names, count in Counter(self._polyglot.who_know(words)).items():
            for name in names:
                known[name] += count
        for name, one in self._asking.items():
            if one.is_wide and one.may_be_in(words):
                known[name] = sum(map(one.knows, words))
        return known

    def _is_foreign(self, own: Sequence[str], known: Mapping[str, int], words: Words) -> bool:
        """Whether no language knows enough of what the writer wrote.

        Of a short answer few words are known even of a language that is: then the subject that it
        answers counts, where both are in the same script.
        """
        if is_other_cyrillic(own):
            return True
        if is_understood(known, words=len(own)):
            return False
        written = [word for word in words.words if len(word) > 1 or is_wide(word)]
        is_latin = any(word.isascii() and word.isalpha() for word in own)
        return not is_latin or not is_understood(self._known(written), words=len(written))

    def _asked_to_end(self, text: str, language: str, own: frozenset[int]) -> Asked:
        """Whether a short quotation asks, in the language, if a contract is to be ended.

        `own` are the places of the writer's names in it.
        """
        if not text:
            return Asked.NOTHING
        compiled, words = self._compiled[language], _read_paragraph(text)
        hits = [*hits_in(words, compiled.phrases), *compiled.answers.find(words)]
        return asks_to_end(
            text,
            words,
            hits,
            small=compiled.small,
            verb_last=language in VERB_LAST,
            own=own,
        )

    def _find_mailing(self, text: str) -> bool:
        """Whether what is replied to speaks like a mailing, in any language that it may be in.

        Many answer the same one, and each mail program puts other lines above it: so each
        paragraph is read by itself, over whose end no phrase goes.
        """
        paragraphs = _BLANK_LINE.split(text)
        words = [word for one in paragraphs for word in _read_paragraph(one).words]
        languages = likely_languages(self._known(words), letters=_letters(words))
        found = (self._told_of(one, name) for name in languages for one in paragraphs)
        tags = frozenset().union(*found)
        # "Your plan renews soon", "your account will be closed": a notice, and no mailing.
        return bool(tags & _MAILING_TAGS) or ("owners.reader" in tags and not tags & _NOTICE_TAGS)

    def _find_told_of(self, paragraph: str, language: str) -> frozenset[str]:
        """What of it tells of a mailing or of a notice, by the names of the phrases' keys."""
        hits = self._asking[language].phrases.find(_read_paragraph(paragraph))
        return frozenset(hit.tag for hit in hits) & _TELLING_TAGS


@lru_cache(maxsize=_CACHED_PARAGRAPHS)
def _read_paragraph(text: str) -> Words:
    return read_words("", text)


def _answered_words(message: Message) -> Sequence[str]:
    """The words of a short quotation."""
    quoted = message.quoted_text
    return _read_paragraph(quoted).words if len(quoted) <= _SHORT_QUOTE_CHARS else ()


def _letters(words: Sequence[str]) -> int:
    """How many letters were written; counted no further than what makes a text long."""
    written = words[:SHORT_LETTERS]
    if (together := "".join(written)).isascii():
        return len(together)
    return sum(_LETTERS_OF_WIDE if is_wide(word) else len(word) for word in written)
