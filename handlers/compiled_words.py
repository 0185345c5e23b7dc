"""Whether what is shipped in words was compiled: `python -m bench.compile_phrases` does so."""

from __future__ import annotations

from config.machine_words_book import load_stored_words
from handlers.classify import Classifier


def not_compiled(classifier: Classifier) -> tuple[str, ...]:
    """The files of words that have changed since: each start compiles them, which is slow."""
    found = tuple(f"phrases/{language}.toml" for language in classifier.written)
    return found if load_stored_words() else (*found, "machine_words")
