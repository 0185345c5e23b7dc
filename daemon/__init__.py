"""The process, and all input and output."""

from __future__ import annotations


def __getattr__(name: str) -> str:
    """`__version__`, looked up when it is asked for: importlib.metadata takes long to import."""
    if name != "__version__":
        raise AttributeError(name)
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("optoutd")
    except PackageNotFoundError:  # run from a source tree that was never installed
        return "0"
