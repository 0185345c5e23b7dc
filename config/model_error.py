"""What is said of a file of the models that cannot be used."""

from __future__ import annotations


class ModelError(ValueError):
    """A model file that cannot be used; names the file, the line if it has any, and what is wrong.

    It comes with the program, so that nothing but installing it again helps.
    """
