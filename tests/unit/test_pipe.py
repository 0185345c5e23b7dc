"""The lines of a pipe: one at a time for who asks, and many at once where many wait."""

from __future__ import annotations

import os

from daemon.cli.pipe import lines_of


def test_a_program_may_ask_line_by_line_and_what_waits_comes_together() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    lines = lines_of(reading)
    os.write(writing, b"anna@garden.example\n")
    assert next(lines) == [b"anna@garden.example"]
    many = b"reader@garden.example\n" * 20_000
    # The kernel's own measure is 64 KiB: each such portion would be a question to the store.
    assert os.write(writing, many) == len(many)
    os.close(writing)
    assert next(lines) == many.split()
    assert list(lines) == []
    os.close(reading)


def test_a_mark_of_the_byte_order_is_no_part_of_the_first_line() -> None:
    """Windows writes one: without its fields the first reader's newsletter has no way out."""
    reading, writing = os.pipe()
    os.write(writing, b"\xef\xbb\xbfanna@garden.example\n\xef\xbb\xbfben@b.example\n")
    os.close(writing)
    found = [line for lines in lines_of(reading) for line in lines]
    assert found == [b"anna@garden.example", b"\xef\xbb\xbfben@b.example"]
    os.close(reading)
