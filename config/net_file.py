"""The network's weights: the file config/model/net.npz, which bench/train_net.py writes.

It is numpy's own format, read without what could run code (pickles).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from importlib import resources
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
from numpy.lib.npyio import NpzFile

from config.model_error import ModelError

# What numpy and zipfile raise on files that are none of theirs.
_DAMAGED = (
    ValueError, OSError, BadZipFile, EOFError, KeyError, NotImplementedError, RuntimeError,
    SyntaxError, TypeError, zlib.error,
)  # fmt: skip
Arrays = Mapping[str, npt.NDArray[Any]]


def load_arrays() -> Arrays:
    """The shipped arrays by name.

    Raises:
        ModelError: the file is not what it has to be.
    """
    try:
        data = (resources.files("config") / "model" / "net.npz").read_bytes()
    except FileNotFoundError as error:
        raise ModelError("net.npz: the file is missing") from error
    return read_arrays(data)


def read_arrays(data: bytes) -> Arrays:
    """The arrays of a file's content.

    Raises:
        ModelError: it is none of numpy's, or has what would have to be run.
    """
    try:
        found = np.load(BytesIO(data), allow_pickle=False)
        if not isinstance(found, NpzFile):
            raise ModelError("net.npz: it is one array, not a file of arrays")
        with found:
            return {name: found[name] for name in found.files}
    except _DAMAGED as error:
        raise ModelError("net.npz: it is no file of arrays") from error


def as_bytes(arrays: Arrays) -> bytes:
    """What `read_arrays` reads; the same arrays are the same bytes."""
    out = BytesIO()
    np.savez(out, allow_pickle=False, **dict(sorted(arrays.items())))
    return out.getvalue()
