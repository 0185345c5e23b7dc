"""The process, and all input and output."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("optoutd")
except PackageNotFoundError:  # run from a source tree that was never installed
    __version__ = "0"
