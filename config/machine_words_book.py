"""The words of machines: config/machine_words/<language>.toml, checked like the phrases.

A notice of absence from Japan may answer an English letter, so that all languages are looked for
in every message: they are one set of phrases here. Words have more forms than the classifier has
patience for, so that braces stay as they are written: handlers/phrase_net.py reads them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType

from config.packed import NotPackedError, Packer, Unpacker, digest_of
from config.phrase_book import WRITTEN, read_phrases
from config.stored_phrases import StoredGraph, pack_graph, unpack_graph

# Every table with its keys; handlers/machine_words.py says what each key weighs.
TABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "automatic": ("subject", "text"),
        "away": ("subject", "topic", "absent", "unread", "gone", "back", "instead", "moved"),
        "acknowledgement": (
            "subject", "received", "contacting", "promise", "number", "no_reply",
        ),
        "common": ("thanks", "asks", "button", "goes_on"),
        "bounce": ("subject", "text"),
        "challenge": ("subject", "text"),
        "receipt": ("subject", "text"),
    }
)  # fmt: skip

_BRACES = re.compile(r"\{[^{}]*\}")
_BAD_STAR = re.compile(r"\w\*\w|(?:^|[\s{,])\*(?:[\s},]|$)")
_GAP = re.compile(r"(?<=[\s{},])\.\.(?= )")


STORED_FILE = "all.bin"


@cache
def load_stored_words() -> StoredGraph | None:
    """The net of the shipped words as it was compiled; None where a word has changed since."""
    folder = resources.files("config") / "machine_words"
    try:
        unpacker = Unpacker((folder / STORED_FILE).read_bytes(), _source(folder))
        return unpack_graph(unpacker)
    except (FileNotFoundError, NotPackedError):
        return None


def pack_words(graph: StoredGraph) -> bytes:
    """The file of the shipped words' net."""
    packer = Packer()
    pack_graph(packer, graph)
    return packer.packed(_source(resources.files("config") / "machine_words"))


def _source(folder: Traversable) -> bytes:
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    written = [file for file in files if file.name.endswith(WRITTEN)]
    return digest_of(part for file in written for part in (file.name.encode(), file.read_bytes()))


@cache
def load_machine_words() -> Mapping[str, tuple[str, ...]]:
    """The shipped words of all languages, read once: "table.key" -> phrases.

    Raises:
        PhraseError: a file is not what it has to be.
    """
    book = read_phrases(resources.files("config") / "machine_words", TABLES, check_phrase)
    found: dict[str, dict[str, None]] = {}
    for language in book.languages:
        for place, phrases in book.by_language[language].items():
            found.setdefault(place, {}).update(dict.fromkeys(phrases))
    return MappingProxyType({place: tuple(phrases) for place, phrases in found.items()})


def check_phrase(phrase: str) -> list[str]:
    """The phrase itself, as a list. Raises ValueError that says what is wrong with it."""
    rest = _BRACES.sub("x", phrase)
    if "{" in rest or "}" in rest:
        raise ValueError("has a brace without its partner")
    if not _BRACES.sub(lambda braces: "" if _may_be_nothing(braces.group()) else "x", phrase):
        raise ValueError("may be empty")
    if _BAD_STAR.search(phrase):
        raise ValueError('has "*" elsewhere than at one end of a word')
    if phrase.count("..") != len(_GAP.findall(phrase)):
        raise ValueError('may have ".." between words only, with a space on either side')
    return [" ".join(phrase.split())]


def _may_be_nothing(braces: str) -> bool:
    return not all(option.strip() for option in braces[1:-1].split(","))
