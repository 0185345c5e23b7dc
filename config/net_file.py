"""The network's weights: the file config/model/net.npz, which bench/train_net.py writes.

It is numpy's own format, read without what could run code (pickles).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from config.model_file import ModelError

Arrays = Mapping[str, npt.NDArray[Any]]


@cache
def load_arrays() -> Arrays:
    """The shipped arrays by name, read once.

    Raises:
        ModelError: the file is not what it has to be.
    """
    return read_arrays((resources.files("config") / "model" / "net.npz").read_bytes())


def read_arrays(data: bytes) -> Arrays:
    """The arrays of a file's content.

    Raises:
        ModelError: it is none of numpy's, or has what would have to be run.
    """
    try:
        with np.load(BytesIO(data), allow_pickle=False) as found:
            return {name: found[name] for name in found.files}
    except (ValueError, OSError, BadZipFile, EOFError, KeyError) as error:
        raise ModelError("net.npz: it is no file of arrays") from error


def as_bytes(arrays: Arrays) -> bytes:
    """What `read_arrays` reads; the same arrays are the same bytes."""
    out = BytesIO()
    np.savez(out, allow_pickle=True, **dict(sorted(arrays.items())))
    return out.getvalue()
