"""The classifier's phrases: config/phrases/<language>.toml, checked and expanded, as one value.

A phrase is a few words. `{a,b}` in it stands for either (`{,a}` for nothing or `a`), `..` for up
to eight words that do not matter, and `*` at the beginning or end of a word for any letters.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import product
from math import prod
from types import MappingProxyType
from typing import overload

from config.packed import NotPackedError, digest_of
from config.stored_phrases import StoredLanguage, unpack_language

WRITTEN, STORED = ".toml", ".bin"
MAX_FILE_BYTES = 256 * 1024
MAX_WORDS = 10
MAX_EXPANSIONS = 400

_FORMS = ("do", "now", "done", "noun")

# Every table with its keys; docs/classifier.md says what each holds. A file has all of them, so
# that who adds a language goes through the whole list; a key that a language has no use for is [].
TABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "cancel": _FORMS,
        "close": _FORMS,
        "unsubscribe": _FORMS,
        "leave": _FORMS,
        "stop": _FORMS,
        "remove": _FORMS,
        "send": _FORMS,
        "receive": _FORMS,
        "object": _FORMS,
        "carry_out": ("do",),
        "renew": ("do",),
        "things": (
            "marketing", "mail", "list", "subscription", "service", "site", "payment", "part",
            "data", "other", "self", "address", "it",
        ),
        "owners": ("mine", "others", "anyone", "kin", "late", "elsewhere", "reader", "actor"),
        "mood": (
            "please", "wish", "refuse", "perform", "question", "may_i", "condition", "maybe",
            "intend", "before", "sooner", "said",
        ),
        "negation": ("not", "forbid", "no_more", "still"),
        "reversal": (
            "hold", "instead", "taken_back", "keep", "resubscribe", "unmeant", "reported",
            "untrue",
        ),
        "caution": ("except", "or", "wait", "only"),
        "message": (
            "footer", "software", "abuse", "polite", "everything", "tell", "left", "all", "ignore",
        ),
        "join": ("and", "break", "that", "of", "at", "this", "behind"),
        "whole": ("opt_out", "vague", "cancellation"),
        "hints": ("letter", "urge", "pestered", "narrowed", "unsure", "mailing", "stays"),
        "answers": (
            "yes", "no", "undo", "thanks", "offered", "to_confirm", "around", "ending",
            "unsettled",
        ),
        "spelling": ("keywords",),
    }
)  # fmt: skip

_LANGUAGE = re.compile(r"[a-z]{2}\Z")  # ISO 639-1
_BRACES = re.compile(r"\{([^{}]*)\}")
_BAD_STAR = re.compile(r"\w\*\w|(?:^|\s)\*(?:\s|$)")


class PhraseError(ValueError):
    """A phrase file that cannot be used; names the file, the key, and what is wrong."""

    def __init__(self, file: str, key: str, problem: str) -> None:
        super().__init__(": ".join(part for part in (file, key, problem) if part))
        self.file = file
        self.key = key


class Phrases(Sequence[str]):
    """Phrases kept as lines of one text: strings of their own take three times the memory."""

    __slots__ = ("lines",)

    def __init__(self, phrases: Iterable[str]) -> None:
        self.lines = "\n".join(phrases)

    def __len__(self) -> int:
        return self.lines.count("\n") + 1 if self.lines else 0

    def __iter__(self) -> Iterator[str]:
        return iter(self.lines.split("\n") if self.lines else ())

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        return tuple(self)[index]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseBook:
    """All phrases: language (ISO 639-1) -> "table.key" -> phrases with their braces expanded.

    Of those in `stored` there is what has been compiled from them instead.
    """

    by_language: Mapping[str, Mapping[str, Sequence[str]]] = field(repr=False)
    stored: Mapping[str, StoredLanguage] = field(default_factory=dict, repr=False)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that can be read, in alphabetical order."""
        return tuple(sorted({*self.by_language, *self.stored}))


def load_phrases() -> PhraseBook:
    """The shipped phrases as they are written; reading them all takes a second, and 20 MB.

    Raises:
        PhraseError: a file is not what it has to be.
    """
    return read_phrases(resources.files("config") / "phrases")


def load_stored() -> PhraseBook:
    """The shipped phrases as they were compiled; written, those that have changed since.

    Raises:
        PhraseError: such a file is not what it has to be.
    """
    return read_stored(resources.files("config") / "phrases")


def read_stored(folder: Traversable) -> PhraseBook:
    """The phrases in `folder`: of each language what is stored, where that is of its .toml."""
    written: dict[str, Mapping[str, Sequence[str]]] = {}
    stored: dict[str, StoredLanguage] = {}
    for language, file in _files(folder):
        try:
            data = (folder / f"{language}{STORED}").read_bytes()
            stored[language] = unpack_language(data, digest_of([file.read_bytes()]))
        except (FileNotFoundError, NotPackedError):
            written[language] = _read(file, TABLES, expand)
    return PhraseBook(by_language=written, stored=stored)


def read_phrases(
    folder: Traversable,
    tables: Mapping[str, tuple[str, ...]] = TABLES,
    expand_phrase: Callable[[str], list[str]] | None = None,
) -> PhraseBook:
    """The phrases of every `<language>.toml` in `folder`, which all have these `tables`.

    `expand_phrase` makes of what is written the phrases that are kept, and raises ValueError
    where it is none; without it, as `expand` does. Raises PhraseError.
    """
    found = {
        language: _read(file, tables, expand_phrase or expand) for language, file in _files(folder)
    }
    return PhraseBook(by_language=MappingProxyType(found))


def _files(folder: Traversable) -> Iterator[tuple[str, Traversable]]:
    """The languages that have a file, with it, in alphabetical order; English is among them."""
    files = sorted(folder.iterdir(), key=lambda entry: entry.name)
    if not any(file.name == f"en{WRITTEN}" for file in files):
        raise PhraseError(str(folder), "", "en.toml is missing: English is read in every message")
    for file in files:
        if not file.name.endswith(WRITTEN):
            continue
        language = file.name.removesuffix(WRITTEN)
        if not _LANGUAGE.match(language):
            raise PhraseError(file.name, "", 'is not named after a language, such as "de.toml"')
        yield language, file


def _read(
    file: Traversable,
    wanted: Mapping[str, tuple[str, ...]],
    expand_phrase: Callable[[str], list[str]],
) -> Mapping[str, Sequence[str]]:
    data = file.read_bytes()
    if len(data) > MAX_FILE_BYTES:
        raise PhraseError(file.name, "", f"is over {MAX_FILE_BYTES} bytes")
    try:
        tables = tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PhraseError(file.name, "", f"is not TOML in UTF-8: {error}") from error
    phrases: dict[str, Sequence[str]] = {}
    for table, keys in wanted.items():
        entries = tables.pop(table, None)
        if not isinstance(entries, dict):
            raise PhraseError(file.name, table, "the table is missing")
        for key in keys:
            place = f"{table}.{key}"
            if key not in entries:
                raise PhraseError(file.name, place, "is missing; write [] if there are none")
            phrases[place] = _phrases(file.name, place, entries.pop(key), expand_phrase)
        for key in entries:
            raise PhraseError(file.name, f"{table}.{key}", "there is no such key")
    for table in tables:
        raise PhraseError(file.name, table, "there is no such table")
    return MappingProxyType(phrases)


def _phrases(
    file: str, place: str, value: object, expand_phrase: Callable[[str], list[str]]
) -> Phrases:
    if not isinstance(value, list):
        raise PhraseError(file, place, "must be a list of phrases")
    found: dict[str, None] = {}
    seen: set[str] = set()
    for phrase in value:
        if not isinstance(phrase, str) or not phrase.strip():
            raise PhraseError(file, place, f"{phrase!r} is not a phrase")
        if phrase in seen:
            raise PhraseError(file, place, f"{phrase!r} is there twice")
        seen.add(phrase)
        try:
            found.update(dict.fromkeys(expand_phrase(phrase)))
        except ValueError as error:
            raise PhraseError(file, place, f"{phrase!r} {error}") from None
    return Phrases(found)


def expand(phrase: str) -> list[str]:
    """The phrases that one with braces stands for. Raises ValueError that says what is wrong."""
    parts = _BRACES.split(phrase)
    # The odd parts are what stood in braces.
    options = [part.split(",") if i % 2 else [part] for i, part in enumerate(parts)]
    if prod(map(len, options)) > MAX_EXPANSIONS:
        raise ValueError(f"stands for more than {MAX_EXPANSIONS} phrases")
    done = [" ".join("".join(chosen).split()) for chosen in product(*options)]
    for words in done:
        _check(words)
    return done


def _check(words: str) -> None:
    if "{" in words or "}" in words:
        raise ValueError("has a brace without its partner")
    if not words:
        raise ValueError("may be empty")
    if words.count(" ") >= MAX_WORDS:
        raise ValueError(f"has more than {MAX_WORDS} words")
    if "*" in words and _BAD_STAR.search(words):
        raise ValueError('has "*" elsewhere than at one end of a word')
    head, gap, tail = words.partition("..")
    if gap and (not head.endswith(" ") or not tail.startswith(" ") or ".." in tail):
        raise ValueError('may have one ".." between words, with a space on either side')
