"""What is compiled from the phrases: the same as they are, and never older than they are."""

from __future__ import annotations

import gc
import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.compile_phrases import compiled
from config.packed import NotPackedError, Packer, Unpacker, digest_of
from config.phrase_book import load_phrases, load_stored, read_phrases, read_stored
from config.stored_phrases import StoredLanguage, pack_language, unpack_language
from handlers.classify import Classifier
from handlers.classify.compiled import stored, written
from handlers.classify.lexicon import Lexicon
from handlers.classify.stored_graph import Stored, _Walked
from handlers.classify.words import read_words
from tests.unit.classified import message
from tests.unit.test_phrase_book import written as phrase_file

pytestmark = pytest.mark.long

CORPUS = Path(__file__).parents[1] / "corpus" / "dev"
SOURCE = digest_of([b"words"])


def test_what_is_shipped_is_what_the_phrases_give() -> None:
    stale = [path.name for path, data in compiled() if path.read_bytes() != data]
    assert not stale, f"run `python -m bench.compile_phrases`: {stale} are not of their words"


@cache
def both(language: str) -> tuple[list[Lexicon], list[Lexicon]]:
    """The groups of a language, as they are written and as they are stored."""
    groups = written(load_phrases().by_language[language])
    graphs = load_stored().stored[language].graphs
    return (
        [Lexicon(language, groups[name]) for name in graphs],
        [Lexicon(language, Stored(graph)) for graph in graphs.values()],
    )


@pytest.mark.parametrize("language", ["de", "ja"])
def test_stored_phrases_are_found_like_written_ones(language: str) -> None:
    lines = (CORPUS / f"{language}.jsonl").read_text("utf-8").splitlines()
    for line in lines:
        case = json.loads(line)
        words = read_words(case.get("subject") or "", case.get("text") or "")
        for before, after in zip(*both(language), strict=True):
            assert after.vocabulary == before.vocabulary
            assert after.find(words) == before.find(words)


def test_what_a_lexicon_forgets_it_finds_again_and_lets_go_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def walks() -> int:
        gc.collect()
        return sum(type(one) is _Walked for one in gc.get_objects())

    graph = load_stored().stored["de"].graphs["phrases"]
    words = read_words("", "Ich kündige mein Konto und bestelle den Newsletter ab. " * 3)
    kept = Lexicon("de", Stored(graph)).find(words)
    assert kept
    before = walks()
    monkeypatch.setattr("handlers.classify.lexicon._MAX_STEPS", 2)
    lexicon = Lexicon("de", Stored(graph))
    assert lexicon.find(words) == lexicon.find(words) == kept
    assert walks() == before + 1


def small(tmp_path: Path) -> Path:
    """A folder with English and German phrases, the English ones compiled."""
    phrase_file(
        tmp_path, {"things.list": '["newsletter"]', "stop.do": '["{halt,stop} .. at once"]'}
    )
    phrase_file(tmp_path, {"stop.do": '["stoppt"]'}, name="de")
    language = stored(read_phrases(tmp_path).by_language["en"])
    source = digest_of([(tmp_path / "en.toml").read_bytes()])
    (tmp_path / "en.bin").write_bytes(pack_language(language, source))
    return tmp_path


def test_a_language_without_its_compiled_file_is_read_from_its_words(tmp_path: Path) -> None:
    book = read_stored(small(tmp_path))
    assert (list(book.stored), list(book.by_language)) == (["en"], ["de"])
    assert book.languages == ("de", "en")
    classifier = Classifier(book)
    assert classifier.written == ("de",)
    for text, language in (("Halt the newsletter at once", "en"), ("Stoppt den", "de")):
        assert classifier.understand(message(text)).language == language


@pytest.mark.parametrize("place", [0, 30, 70, 100, -1])
def test_changed_words_and_damaged_files_are_not_used(tmp_path: Path, place: int) -> None:
    folder = small(tmp_path)
    octets = bytearray((folder / "en.bin").read_bytes())
    octets[place] ^= 1
    (folder / "en.bin").write_bytes(octets)
    assert not read_stored(folder).stored
    folder = small(tmp_path)
    assert read_stored(folder).stored
    (folder / "en.bin").write_bytes((folder / "en.bin").read_bytes()[:-1])
    assert not read_stored(folder).stored
    folder = small(tmp_path)
    with (folder / "en.toml").open("a") as file:
        file.write("# another word\n")
    assert not read_stored(folder).stored


def test_what_was_packed_is_unpacked(tmp_path: Path) -> None:
    language = stored(read_phrases(small(tmp_path)).by_language["en"])
    again = unpack_language(pack_language(language, SOURCE), SOURCE)
    assert again.asks
    assert {k: list(v) for k, v in again.lists.items()} == {
        k: list(v) for k, v in language.lists.items()
    }
    assert pack_language(again, SOURCE) == pack_language(language, SOURCE)
    assert isinstance(again, StoredLanguage)


@given(
    st.lists(st.text(st.characters(exclude_characters="\n", codec="utf-8"), min_size=1)),
    st.lists(st.integers(0, 2**32 - 1)),
)
def test_tables_come_back_as_they_were_packed(words: list[str], numbers: list[int]) -> None:
    packer = Packer()
    packer.words(words)
    packer.numbers(numbers)
    unpacker = Unpacker(packer.packed(SOURCE), SOURCE)
    assert unpacker.words() == words
    assert list(unpacker.numbers()) == numbers


def test_tables_are_taken_in_their_order_and_no_more_than_there_are() -> None:
    packer = Packer()
    packer.words(["a"])
    data = packer.packed(SOURCE)
    with pytest.raises(NotPackedError):
        Unpacker(data, SOURCE).numbers()
    unpacker = Unpacker(data, SOURCE)
    unpacker.words()
    with pytest.raises(NotPackedError):
        unpacker.words()
