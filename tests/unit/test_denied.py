"""An end that is denied, refused, objected to, put off or advised against ends nothing.

Nor does who is to stay on a list leave it. The worst of all mistakes is a cancellation that nobody
asked for, and here stand the words of one. The sentences are those of tests/corpus/read that are
tagged `denied`, and beside them the requests with a denial in them, tagged `negation-in-request`.
Phrases were made for them, and the models learnt them: none of this tells how new ones fare.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from bench.score import Case, read_cases, render
from handlers.classify import Classifier
from handlers.classify.shipped import shipped_classifier
from handlers.parse import parse_message
from handlers.values import Intent, Role
from tests.unit.classified import rules_alone

FILES = sorted((Path(__file__).parents[1] / "corpus" / "read").glob("*.jsonl"))
# Of the requests that were written beside them, so many are acted upon in their mailbox.
HEARD = 0.8


@cache
def shipped() -> Classifier:
    return shipped_classifier()


def acted(classifier: Classifier, case: Case, role: Role) -> set[Intent]:
    found = classifier.read(parse_message(render(case)), role=role).certain
    return {one.intent for one in found}


def tagged(file: Path, tag: str) -> list[Case]:
    return [case for case in read_cases(file) if tag in case["tags"]]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_is_denied_is_not_done(file: Path) -> None:
    denied = tagged(file, "denied")
    assert len(denied) > 50
    done = {
        case["id"]
        for case in denied
        for role in Role
        for classifier in (rules_alone(), shipped())
        if acted(classifier, case, role)
    }
    assert done == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_request_with_a_denial_in_it_is_heard(file: Path) -> None:
    cases = tagged(file, "negation-in-request")
    done = [(acted(shipped(), case, Role(case["mailbox"])), {*case["labels"]}) for case in cases]
    assert all(found <= asked for found, asked in done)
    assert sum(found == asked for found, asked in done) >= HEARD * len(cases) > 18
