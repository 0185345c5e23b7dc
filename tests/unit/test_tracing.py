from __future__ import annotations

from pathlib import Path

from daemon.tracing import places

HERE = Path(__file__).name


def read(words: str) -> None:
    raise ValueError(f"cannot read {words}")


def deeper(depth: int) -> None:
    if depth:
        deeper(depth - 1)
    else:
        read("secret words")


def caught(depth: int) -> ValueError:
    try:
        deeper(depth)
    except ValueError as error:
        return error
    raise AssertionError


def test_the_calls_are_named_from_the_outside_in() -> None:
    names = [place.split(" ") for place in places(caught(1))]
    assert [function for _, function in names] == ["caught", "deeper", "deeper", "read"]
    assert all(where.startswith(f"{HERE}:") for where, _ in names)
    assert names[-1][0] == f"{HERE}:{read.__code__.co_firstlineno + 1}"


def test_no_value_is_told() -> None:
    assert "secret" not in " ".join(places(caught(3)))


def test_of_a_deep_recursion_the_innermost_calls_are_named() -> None:
    found = places(caught(300))
    assert len(found) == 12
    assert found[-1].endswith(" read")
    assert found[0].endswith(" deeper")


def test_an_exception_that_was_never_raised_comes_from_nowhere() -> None:
    assert places(ValueError("x")) == ()
