"""What a process of ours that reads hostile mail has answered: values, and nothing else."""

from __future__ import annotations

import io
import pickle
from collections.abc import Set as AbstractSet
from typing import IO

# A message, and what that is made of.
MESSAGE = frozenset(
    {
        ("handlers.values", "Message"),
        ("handlers.values", "Headers"),
        ("handlers.address", "Address"),
        ("datetime", "datetime"),
        ("datetime", "timezone"),
        ("datetime", "timedelta"),
    }
)
# All that is read of it.
CONTENTS = MESSAGE | {
    ("handlers.reading", "Contents"),
    ("handlers.classify.answers", "Answer"),
    ("handlers.values", "Evidence"),
    ("handlers.values", "Finding"),
    ("handlers.values", "Intent"),
    ("handlers.values", "Proof"),
    ("handlers.values", "Screening"),
    ("handlers.values", "Verdict"),
}


class DamagedAnswerError(Exception):
    """It is none of ours."""


def load(source: bytes | IO[bytes], known: AbstractSet[tuple[str, str]]) -> object:
    """The next value that `source` holds, made of nothing but what is `known`.

    Raises:
        DamagedAnswerError: it holds anything else.
        EOFError: nothing comes any more.
        OSError: `source` cannot be read.
    """
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        return _Answer(stream, known).load()
    except (EOFError, OSError):
        raise
    except Exception as error:  # noqa: BLE001 - a damaged pickle raises nearly anything
        # Without what it says, which may quote the message.
        raise DamagedAnswerError(type(error).__name__) from None


class _Answer(pickle.Unpickler):
    def __init__(self, stream: IO[bytes], known: AbstractSet[tuple[str, str]]) -> None:
        super().__init__(stream)
        self._known = known

    def find_class(self, module: str, name: str) -> object:
        if (module, name) not in self._known:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return super().find_class(module, name)
