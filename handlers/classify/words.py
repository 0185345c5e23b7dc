"""Text to words: each with its place in the original, and with what separates it from the last.

A word is a run of letters in lower case without accents. Chinese, Japanese and Korean characters
are a word each, and count as half of one; addresses, web addresses and numbers are one word of a
fixed name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from handlers.classify.fold import Folded, fold

# People ask at the beginning or at the end; nobody writes this much by hand.
MAX_HEAD_CHARS = 8_000
MAX_TAIL_CHARS = 4_000
# What is longer is no sentence; and reading one costs more than its length.
MAX_SENTENCE_WORDS = 80
MAX_WORD_CHARS = 40
# A line this long was wrapped by a mail program, not ended by its writer.
_WRAPPED_CHARS = 50
# In one of two columns a character, writers break lines themselves, mostly between sentences.
_WRAPPED_WIDE_CHARS = 30

ADDRESS, URL, DOMAIN, NUMBER = "<address>", "<url>", "<domain>", "<number>"

_KANA = r"\u3040-\u30fa\u30fc-\u30ff"
_CJK = rf"{_KANA}\u3400-\u9fff\uac00-\ud7af"
# Abbreviations behind which a number belongs to the sentence, in the languages that are read.
_BEFORE_NUMBERS = frozenset(
    {"kl", "n", "nr", "num", "art", "abs", "ref", "tlf", "kdnr", "ziff", "pkt", "ust", "bl"}
)
_NUMBER_NEXT = re.compile(r"[ \t]?[#]?\d")
_ARE_WIDE = re.compile(rf"[{_CJK}]+\Z")
_HAS_WIDE = re.compile(rf"[{_CJK}]")
_IS_WIDE = re.compile(rf"[{_CJK}]\Z")
_IS_KANA = re.compile(rf"[{_KANA}]\Z")
_IS_HIRAGANA = re.compile(r"[\u3040-\u309f]\Z")
# Behind these a sentence goes on below: it ends with none of them in Japanese, nor with a comma.
_GOES_ON = re.compile(rf"(?:[をはがにでのとも、]|[{_CJK}],)\s*\Z")
# A question without its mark.
_ASKS = re.compile(r"(?:[すんうのたいる]か|か[ねな]|[吗嗎呢]|[什怎]么|[什怎]麼)\Z")
# What stands between quotation marks and is no longer is only stressed: 「解約」, "配信停止".
_STRESSED_WIDE = 6
_TLD = (
    "com|net|org|info|biz|eu|example|test|invalid|io|co|uk|de|at|ch|fr|be|es|it|pt|br|nl|pl|cz"
    "|se|no|dk|fi|ru|ua|tr|jp|cn|kr|us|ca|au|shop|online|site|app|dev|cloud|me|tv|php|html"
)
_TOKEN = re.compile(
    # Most words, of which nothing below would make anything else; the blank before is passed over.
    r" ?(?P<plain>[a-z]++(?=[ \n,;?!)]|\Z))"
    rf"|(?P<item>^[ \t]*(?:\d[.)]|[*-])(?=[ \t]+\S))"
    # "Lösen Sie meinen Vertrag (Nr. 4711) auf": the sentence goes on as though it was not there.
    rf"|(?P<aside>\((?:[^\W\d_]{{1,20}}(?:[.:]{{1,2}}[ \t]?|[ \t])){{0,2}}"
    rf"[\w/.-]{{0,12}}\d[\w/.-]{{0,20}}\)(?=[ \t]*\w)"
    # "Ich kündige den o. g. Vertrag": German for "the above", which ends no sentence.
    rf"|\b[ou]\. ?[ga]\.(?=[ \t]+\w))"
    rf"|(?P<address>[\w.+-]{{1,64}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,8}})"
    rf"|(?P<url>(?:https?://|www\.)[^\s<>\"]{{0,499}}[^\s<>\".,;:!?)])"
    rf"|(?P<domain>[a-z0-9-]{{1,63}}(?:\.[a-z0-9-]{{1,63}}){{0,4}}\.(?:{_TLD})\b(?![.-]\w))"
    # The full stop belongs to a day ("31. Mai"), and ends a sentence behind a longer number.
    rf"|(?P<number>[#]?\d(?:[\d.,/:-]*\d)?(?:(?<!\d\d\d)\.)?)"
    rf"|(?P<not>\w{{1,12}}?n't\b)"
    rf"|(?P<email>e-mail(?:s|ing|ed)?\b)"
    rf"|(?P<cjk>[{_CJK}])"
    rf"|(?P<word>[^\W{_CJK}]+)"
    rf"|(?P<line>\n)"
    rf"|(?P<end>[.!?。？！…¿¡]+)"
    rf"|(?P<pause>[,;:()\[\]|、；：，•·—]|(?<=\s)[-+](?=\s))"
    rf"|(?P<quote>\")",
    re.MULTILINE,
)
# Romance languages write no full stop behind a day: "au 31. Merci" ends a sentence, and so does
# the number of a machine: "the VPS 3. Please end it".
_ROMANCE_DAYS = frozenset({"au", "du", "le", "al", "dal", "il", "dia", "ate", "hasta", "vps"})
_LAST_DAY = 31
_NAMES = {"address": ADDRESS, "url": URL, "domain": DOMAIN, "number": NUMBER}


class Break(IntEnum):
    """What stands before a word; a greater one also separates what a smaller one does."""

    NONE = 0
    CLAUSE = 1
    SENTENCE = 2
    PARAGRAPH = 3


_NONE, _CLAUSE, _SENTENCE = Break.NONE, Break.CLAUSE, Break.SENTENCE  # for each word of each text


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of a subject and a text; all lists are equally long.

    The first `subject_words` are the subject's. `asked` holds the places of the words that a
    question mark follows, `quoted` those of the words inside quotation marks. `at` counts the half
    words before each place, and before the end: a Chinese or Japanese character is half a word.
    """

    words: list[str]
    starts: list[int]
    ends: list[int]
    breaks: list[Break]
    asked: frozenset[int]
    quoted: frozenset[int]
    subject_words: int
    at: list[int]

    def __len__(self) -> int:
        return len(self.words)

    def between(self, start: int, end: int) -> int:
        """How many words there are from place `start` to place `end`, halves rounded up."""
        return (self.at[end] - self.at[start] + 1) // 2


class _Collector:
    """Gathers words; one for subject and text together."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.breaks: list[Break] = []
        self.asked: set[int] = set()
        self.quotes: list[int] = []
        self.pending = Break.PARAGRAPH
        self.at = [0]
        self._sentence_at = 0

    def add(self, word: str, start: int, end: int, halves: int = 2) -> None:
        pending, at = self.pending, self.at[-1]
        self.words.append(word if len(word) <= MAX_WORD_CHARS else word[:MAX_WORD_CHARS])
        self.starts.append(start)
        self.ends.append(end)
        self.breaks.append(pending)
        self.at.append(at + halves)
        if pending is _NONE or pending is _CLAUSE:
            too_long = at - self._sentence_at >= 2 * MAX_SENTENCE_WORDS
            self.pending = _SENTENCE if too_long else _NONE
        else:
            self._sentence_at = at
            self.pending = _NONE

    def separate(self, kind: Break) -> None:
        self.pending = max(self.pending, kind)
        # In Chinese and Japanese alone a word tells.
        asks = kind >= _SENTENCE and self.words and not self.words[-1].isascii()
        if asks and _ASKS.search("".join(self.words[-2:])):
            self.asked.add(len(self.words) - 1)


@lru_cache(maxsize=4)  # what machines write is looked for in the same texts as what people ask
def read_words(subject: str, text: str) -> Words:
    """The words of `subject` and `text`; of a very long text the beginning and the end."""
    found = _Collector()
    _collect(found, subject, 0)
    subject_words = len(found.words)
    found.separate(Break.PARAGRAPH)
    if len(text) <= MAX_HEAD_CHARS + MAX_TAIL_CHARS:
        _collect(found, text, 0)
    else:
        _collect(found, text[:MAX_HEAD_CHARS], 0)
        found.separate(Break.PARAGRAPH)
        _collect(found, text[-MAX_TAIL_CHARS:], len(text) - MAX_TAIL_CHARS)
    found.separate(Break.PARAGRAPH)
    return Words(
        words=found.words,
        starts=found.starts,
        ends=found.ends,
        breaks=found.breaks,
        asked=frozenset(found.asked),
        quoted=frozenset(_inside(found)),
        subject_words=subject_words,
        at=found.at,
    )


def is_wide(word: str) -> bool:
    """Whether a word is a Chinese, Japanese or Korean character."""
    return not word.isascii() and _IS_WIDE.match(word) is not None


def is_kana(word: str) -> bool:
    """Whether a word is a character that only Japanese is written in."""
    return not word.isascii() and _IS_KANA.match(word) is not None


def is_hiragana(word: str) -> bool:
    """Whether a word is a character that Japanese endings and small words are written in."""
    return not word.isascii() and _IS_HIRAGANA.match(word) is not None


def split_phrase(text: str) -> list[str]:
    """The words of one phrase, as they would be read in a message."""
    return [word for piece in text.split() for word in _split_piece(piece)]


@lru_cache(maxsize=2_048)
def _split_piece(piece: str) -> tuple[str, ...]:
    """The words of what stands between two spaces; phrases repeat a few thousand of these."""
    if piece.isascii() and piece.isalpha():
        return (piece.lower(),)
    plain = fold(piece).text
    if plain.isalpha():
        # Nearly all of them: one word, or as many as there are characters.
        wide = _ARE_WIDE.match(plain)
        if wide or not _HAS_WIDE.search(plain):
            return tuple(plain) if wide else (plain,)
    found = _Collector()
    _collect(found, piece, 0)
    return tuple(found.words)


def _collect(found: _Collector, text: str, base: int) -> None:
    folded = fold(text)
    plain, is_moved = folded.text, folded.offsets is not None
    for match in _TOKEN.finditer(plain):
        kind = match.lastgroup or ""
        if kind == "plain" and not is_moved:
            start, end = match.span(1)
            found.add(plain[start:end], base + start, base + end)
        elif kind in ("plain", "word", "cjk"):
            start, end = folded.span(*match.span(kind))
            found.add(match[kind], base + start, base + end, 1 if kind == "cjk" else 2)
        elif kind == "line":
            _end_line(found, folded, match.start())
        elif kind == "end":
            _end_sentence(found, plain, match)
        elif kind == "pause":
            found.separate(Break.CLAUSE)
        elif kind == "quote":
            found.quotes.append(len(found.words))
        elif kind == "item":
            _begin_item(found, folded, match, base)
        elif kind != "aside":
            _add_special(found, folded, match, base)


def _add_special(found: _Collector, folded: Folded, match: re.Match[str], base: int) -> None:
    """An address or the like, which is known by a fixed name, or a word with a mark in it."""
    text = match.group()
    word = _NAMES.get(match.lastgroup or "") or text.replace("-", "").replace("'", "")
    ordinal = match.lastgroup == "number" and text[-1] == "."
    if ordinal and found.pending >= Break.SENTENCE and len(text) == 2:
        # "Two requests. 1. Cancel the plan. 2. No more ads.", all in one line.
        return
    french = found.words[-1:] and found.words[-1] in _ROMANCE_DAYS
    # "Account UPW-44. Please close it.", and no month has a day 44.
    code = folded.text[max(0, match.start() - 2) : match.start()]
    digits = text.strip("#.")
    is_day = not (code[:1].isalpha() and code[1:] == "-" and digits.isdigit())
    is_day = is_day and not (digits.isdigit() and int(digits) > _LAST_DAY)
    ends = ordinal and (french or not is_day)
    start, end = folded.span(*match.span())
    found.add(word, base + start, base + end)
    if ends:
        found.separate(Break.SENTENCE)


def _begin_item(found: _Collector, folded: Folded, match: re.Match[str], base: int) -> None:
    """The "1." or "-" of a list is no word; below a wrapped line "1." is the day of a date."""
    mark = match.group().strip()
    if mark[0].isdigit() and found.pending < Break.SENTENCE:
        start, end = folded.span(match.end() - len(mark), match.end())
        found.add(NUMBER, base + start, base + end)
    else:
        found.separate(Break.SENTENCE)


def _end_sentence(found: _Collector, text: str, match: re.Match[str]) -> None:
    if "?" in match.group() or "？" in match.group():
        found.asked.add(len(found.words) - 1)
    after = text[match.end() : match.end() + 1]
    # "U.S.", "z.B." and the like: one letter before, and a letter after without a space.
    if match.group() == "." and after.isalnum() and found.words and len(found.words[-1]) == 1:
        return
    # "kl. 18", "Art. 21"
    short = match.group() == "." and found.words and found.words[-1] in _BEFORE_NUMBERS
    if short and _NUMBER_NEXT.match(text, match.end()):
        return
    # "Cancelación de cuenta: ¿cómo se hace?" is one sentence, as it is in other languages.
    opens = match.group() == "¿" and text[: match.start()].rstrip(" ")[-1:] == ":"
    found.separate(Break.CLAUSE if opens else Break.SENTENCE)


def _end_line(found: _Collector, folded: Folded, place: int) -> None:
    """A line ends a sentence, unless it was wrapped and goes on below."""
    text = folded.text
    rest = text[place + 1 : place + 80].lstrip(" \t>")
    if not rest or rest[0] == "\n":
        found.separate(Break.PARAGRAPH)
        return
    line = text[max(text.rfind("\n", 0, place) + 1, place - _WRAPPED_CHARS) : place]
    if _GOES_ON.search(line[-4:]):
        return
    wide = bool(line) and is_wide(line[-1])
    if len(line) < (_WRAPPED_WIDE_CHARS if wide else _WRAPPED_CHARS):
        found.separate(Break.SENTENCE)


def _inside(found: _Collector) -> Iterator[int]:
    """The places inside quotation marks of two words or more; a word alone is only stressed."""
    for start, end in zip(found.quotes[::2], found.quotes[1::2], strict=False):
        wide = all(map(is_wide, found.words[start:end]))
        if end - start > (_STRESSED_WIDE if wide else 1):
            yield from range(start, end)
