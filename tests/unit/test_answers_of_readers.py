"""What a process that reads has answered is made of values: no function is among them."""

from __future__ import annotations

import copyreg
import pickle
from importlib import import_module

import pytest

from daemon import answers
from handlers.values import Screening


def test_all_that_is_known_are_classes() -> None:
    for module, name in answers.CONTENTS:
        assert isinstance(getattr(import_module(module), name), type)


@pytest.mark.parametrize(
    "answer",
    [
        b"cos\nsystem\n.",
        b"cbuiltins\neval\n.",
        b"ccopyreg\n_reconstructor\n(N(d\x8c\x04markK\x01stb.",  # which it would be changed by
        b"\x80\x05\x8c\x05cut",
        b"no pickle",
    ],
)
def test_anything_else_is_damaged_and_changes_nothing(answer: bytes) -> None:
    with pytest.raises(answers.DamagedAnswerError):
        answers.load(answer, answers.CONTENTS)
    assert not hasattr(copyreg._reconstructor, "mark")  # type: ignore[attr-defined]


def test_what_is_known_only_elsewhere_is_damaged() -> None:
    screening = pickle.dumps(Screening(silent=("null-return-path",)))
    assert answers.load(screening, answers.CONTENTS) == Screening(silent=("null-return-path",))
    with pytest.raises(answers.DamagedAnswerError):
        answers.load(screening, answers.MESSAGE)
