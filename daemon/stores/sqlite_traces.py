"""Whether the files of a SQLite store still hold some words, wherever in them.

A row that was changed or deleted leaves no bytes behind where secure_delete is on
(https://sqlite.org/pragma.html#pragma_secure_delete), and the write-ahead log none once it was
brought into the file and emptied. Looking at the bytes proves it.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

_CHUNK_BYTES = 4 * 1024 * 1024


def traces(store: Path, words: Collection[str]) -> int:
    """How often any of `words` stands in the store's file or its write-ahead log.

    ASCII letters count in either case; also as JSON writes a word. Longer words that hold one
    count as well.
    """
    forms = {form for word in words if word for form in _forms(word)}
    if not forms:
        return 0
    files = (store, store.with_name(f"{store.name}-wal"))
    return sum(_count(file, forms) for file in files if file.exists())


def _forms(word: str) -> set[bytes]:
    written = {word, word.lower(), json.dumps(word)[1:-1]}
    return {form.encode().lower() for form in written}


def _count(file: Path, forms: Collection[bytes]) -> int:
    found, rest = 0, b""
    keep = max(map(len, forms)) - 1
    # Its bytes alone; see sqlite.py for why the store's own process must not close such a file.
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK_BYTES):
            text = rest + chunk.lower()
            found += sum(text.count(form) for form in forms)
            rest = text[-keep:] if keep else b""
            # What ends within the rest was counted, unless it is cut.
            found -= sum(rest.count(form) for form in forms)
    return found + (sum(rest.count(form) for form in forms) if rest else 0)
