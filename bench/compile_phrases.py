"""Compiles what is shipped in words: `python -m bench.compile_phrases`, after any change of it.

Writes config/phrases/<language>.bin for each .toml there, and config/machine_words/all.bin for all
of those. They hold nothing that is not in the
words: a start reads them quicker. What has not changed is written again, the same to the octet.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from config.machine_words_book import STORED_FILE, load_machine_words, pack_words
from config.packed import digest_of
from config.phrase_book import STORED, WRITTEN, load_phrases
from config.stored_phrases import pack_language
from handlers.classify.compiled import stored
from handlers.phrase_net import written
from handlers.stored_net import store

CONFIG = Path(__file__).parents[1] / "config"
PHRASES = CONFIG / "phrases"
MACHINE_WORDS = CONFIG / "machine_words" / STORED_FILE


def compiled() -> Iterator[tuple[Path, bytes]]:
    """Each file with what has to be in it."""
    for language, phrases in load_phrases().by_language.items():
        source = digest_of([(PHRASES / f"{language}{WRITTEN}").read_bytes()])
        yield PHRASES / f"{language}{STORED}", pack_language(stored(phrases), source)
    yield MACHINE_WORDS, pack_words(store(written(load_machine_words())))


def main() -> int:
    """Writes the files, and names those that have changed."""
    for path, data in compiled():
        if not path.exists() or path.read_bytes() != data:
            path.write_bytes(data)
            print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
