"""What a message asks for: an opt-out, a cancellation, both, or nothing. See docs/classifier.md.

fold -> words -> lexicon (phrases) -> clauses -> acts -> frames and objections -> weigh -> Verdict
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from config.phrase_book import PhraseBook
from handlers.address import make_address
from handlers.classify.answers import MAX_OTHER_WORDS, UNCLEAR, Answer, FoundAnswer, find_answer
from handlers.classify.clauses import VERBS
from handlers.classify.discourse import MAIN_TAGS, Discourse, SmallWords, read_discourse
from handlers.classify.lexicon import Hit, Lexicon
from handlers.classify.spelling import make_spellers
from handlers.classify.terse import find_terse
from handlers.classify.tongues import Reading, weigh_languages
from handlers.classify.verdict import make_verdict
from handlers.classify.weigh import find_candidates, reconcile
from handlers.classify.words import ADDRESS, Words, read_words, split_phrase
from handlers.secret import SECRET_IN_TEXT
from handlers.values import Intent, Message, Role, Verdict

__all__ = ["APART", "Answer", "Classifier", "small_words"]

# Below this many letters no detector tells a language well enough to rely on it.
SHORT_LETTERS = 160
_ENGLISH = "en"
# So close that a detector takes one for the other: where it names one, both are read.
_ALIKE = {"da": "no", "no": "da"}
_QUOTE_CHARS = 3_000
_SHORT_QUOTE_CHARS = 300

_REPLY_PREFIX = re.compile(
    r"\s*(?:(?:re|fwd?|aw|wg|sv|vs|tr|rv|res|enc|antw|odp|rif|i|r|ref|vb|doorst|fs|vl|vá|ynt|ilt"
    r"|pd|回复|回覆|答复|转发|返信|転送)"
    r"\s?(?:\[\d{1,3}\])?\s?[:：]\s*){1,9}",
    re.IGNORECASE,
)
_MAILING_TAGS = frozenset(
    {
        "things.marketing", "unsubscribe.do", "unsubscribe.noun", "message.footer",
        "owners.reader", "leave.do",
    }
)  # fmt: skip
# Not looked for as phrases of sentences.
APART = ("whole.", "answers.", "join.of", "join.behind")


class Classifier:
    """Reads messages by a phrase book. Built once; `read` and `answer` are pure, thread-safe."""

    def __init__(self, book: PhraseBook) -> None:
        self._lexicons: dict[str, Lexicon] = {}
        self._whole: dict[str, Lexicon] = {}
        self._answers: dict[str, Lexicon] = {}
        self._small = {lang: small_words(book.by_language[lang]) for lang in book.languages}
        # Of the others there are only answers, whose courtesy must not outweigh what is asked.
        self._read_in = tuple(lang for lang in book.languages if _names_acts(book, lang))
        self.languages = frozenset(book.languages)
        for language in book.languages:
            phrases = book.by_language[language]
            self._lexicons[language] = Lexicon(
                language, {k: v for k, v in phrases.items() if not k.startswith(APART)}
            )
            for prefix, into in (("whole.", self._whole), ("answers.", self._answers)):
                into[language] = Lexicon(
                    language, {k: v for k, v in phrases.items() if k.startswith(prefix)}
                )
        groups = (self._lexicons, self._whole, self._answers)
        words = {
            language: frozenset[str]().union(*(group[language].known_words for group in groups))
            for language in self._read_in
        }
        keywords = [k for p in book.by_language.values() for k in p["spelling.keywords"]]
        for language, speller in make_spellers(keywords, words).items():
            for group in groups:
                group[language].use(speller)
        self._is_mailing = lru_cache(maxsize=256)(self._find_mailing)

    def read(self, message: Message, *, role: Role) -> Verdict:
        """What the writer asks for in their own new words; never raises, whatever the text."""
        subject, is_ours = _own_subject(message)
        words = read_words(subject, message.new_text)
        discourses = self._discourses(message, words, subject_is_ours=is_ours)
        readings = [self._reading(message, words, discourse, role) for discourse in discourses]
        candidates = list(weigh_languages(readings))
        offset = len(message.subject) - len(subject)
        return make_verdict(
            reconcile(candidates), discourses, message=message, subject_offset=offset
        )

    def _reading(
        self, message: Message, words: Words, discourse: Discourse, role: Role
    ) -> Reading:
        whole = self._find(self._whole, discourse.language, message, words)
        terse = list(find_terse(discourse, whole, role))
        candidates = list(find_candidates(discourse, terse, role))
        return Reading(discourse=discourse, whole=whole, candidates=candidates)

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
        names = _names(message)
        ours = [language for language in sorted(asked_in) if language in self.languages]
        # There a courtesy is one only where nothing else is said, in whatever language.
        found = self._find_answer(words, ours, cancels=cancels, names=names, strict=True)
        if found.answer is Answer.UNCLEAR:
            languages = self._languages(message, words, among=self._answers)
            found = self._find_answer(words, languages, cancels=cancels, names=names)
        return found.answer

    def _find_answer(
        self,
        words: Words,
        languages: Sequence[str],
        *,
        cancels: bool,
        names: frozenset[str],
        strict: bool = False,
    ) -> FoundAnswer:
        """The one answer that the languages agree on; two different ones are unclear."""
        found = UNCLEAR
        for language in languages:
            hits = self._lexicons[language].find(words) + self._answers[language].find(words)
            hits.sort(key=lambda hit: hit.start)
            # Where requests are not understood, one might stand beside the thanks.
            knows = language in self._read_in and not strict
            beside = MAX_OTHER_WORDS if knows else 0
            one = find_answer(words, hits, cancels=cancels, names=names, beside_thanks=beside)
            if one.answer is Answer.UNCLEAR:
                continue
            if found.answer not in (Answer.UNCLEAR, one.answer):
                return UNCLEAR
            found = one
        return found

    def _own_language(self, message: Message, words: Words) -> str:
        """The language that was detected, or '' where the text is too short to be sure."""
        letters = sum(map(len, words.words[:SHORT_LETTERS]))
        return message.language if letters >= SHORT_LETTERS else ""

    def _languages(
        self, message: Message, words: Words, *, among: Collection[str]
    ) -> tuple[str, ...]:
        """English, the language and its like; all of `among` where that is not certain."""
        if not self._own_language(message, words):
            return (_ENGLISH, *(x for x in among if x != _ENGLISH))
        own = (message.language, _ALIKE.get(message.language, ""))
        return (_ENGLISH, *(x for x in own if x in among and x != _ENGLISH))

    def _discourses(
        self, message: Message, words: Words, *, subject_is_ours: bool
    ) -> list[Discourse]:
        is_reply = subject_is_ours or bool(message.in_reply_to) or bool(message.quoted_text)
        languages = self._languages(message, words, among=self._read_in)
        quoted = message.quoted_text[:_QUOTE_CHARS] if is_reply else ""
        other_side = f"{message.subject}\n{quoted}" if is_reply else ""
        answers = bool(other_side) and any(self._is_mailing(other_side, x) for x in languages)
        own = _own_addresses(message, words)
        short = quoted if len(quoted) <= _SHORT_QUOTE_CHARS else ""
        return [
            read_discourse(
                language,
                words,
                self._find(self._lexicons, language, message, words),
                small=self._small[language],
                answers_newsletter=answers,
                subject_is_ours=subject_is_ours,
                quoted_thing=self._quoted_thing(short, language),
                own_addresses=own,
            )
            for language in languages
        ]

    def _find(
        self, group: dict[str, Lexicon], language: str, message: Message, words: Words
    ) -> list[Hit]:
        """The phrases of a language; where the text may be in it, misspelt ones too."""
        misspelt = self._own_language(message, words) in ("", language)
        return group[language].find(words, misspelt=misspelt)

    def _quoted_thing(self, text: str, language: str) -> str:
        """The last thing that a short quotation names, or ''."""
        hits = self._lexicons[language].find(read_words("", text)) if text else []
        return next((hit.key for hit in reversed(hits) if hit.tag in MAIN_TAGS), "")

    def _find_mailing(self, text: str, language: str) -> bool:
        """Whether what is replied to speaks like a mailing."""
        hits = self._lexicons[language].find(read_words("", text))
        return any(hit.tag in _MAILING_TAGS for hit in hits)


def _names_acts(book: PhraseBook, language: str) -> bool:
    """Whether the language's file says what can be asked for, and not only how we are answered."""
    phrases = book.by_language[language]
    return any(found for tag, found in phrases.items() if tag.partition(".")[0] in VERBS)


def _own_addresses(message: Message, words: Words) -> frozenset[int]:
    """The places in the text where the writer names an address that the message is from."""
    own = {address.key for address in (*message.senders, *message.reply_to)}
    found = set()
    for i in range(words.subject_words, len(words)):
        if words.words[i] == ADDRESS:
            address = make_address(message.new_text[words.starts[i] : words.ends[i]])
            if address is not None and address.key in own:
                found.add(i)
    return frozenset(found)


def small_words(phrases: Mapping[str, Sequence[str]]) -> SmallWords:
    """The words of [join] that are looked up one by one."""
    of, behind = (
        frozenset(word for phrase in phrases[key] for word in split_phrase(phrase))
        for key in ("join.of", "join.behind")
    )
    return SmallWords(of, behind)


def _own_subject(message: Message) -> tuple[str, bool]:
    """The subject without "Re:", and whether it had one: then its words are the other side's."""
    match = _REPLY_PREFIX.match(message.subject)
    if match is None:
        return message.subject, False
    return message.subject[match.end() :], True


def _names(message: Message) -> frozenset[str]:
    """The words of the senders' names and addresses, as they would be read in a text."""
    written = (f"{s.display} {' '.join(re.split('[^a-z]+', s.local))}" for s in message.senders)
    return frozenset(read_words("", " ".join(written)).words)
