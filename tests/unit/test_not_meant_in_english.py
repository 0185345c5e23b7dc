"""English messages that name a cancellation and ask for none: the rules are certain of none."""

from __future__ import annotations

import pytest

from handlers.classify.candidate import Candidate
from handlers.classify.shipped import shipped_classifier
from handlers.values import Intent, Role
from tests.unit.classified import message

NOT_ASKED = [
    "A customer of ours wrote: please cancel my account. How do we handle that in WHMCS?",
    "Testing your filter: cancel my account.",
    "Please delete the account of a former mailbox user anna@club.example.",
    "Please shut down the account that sends me spam: bad@host.example.",
    "Please terminate the contract of the site shop.example, it sells fakes.",
    "Your survey popped up again. Please close it.",
    "The window on my screen hangs since noon. Please close it.",
]
# What somebody did names no end that may be asked for.
TOLD = [
    "The choir ended its contract with the bank, so please change our IBAN.",
    "Our club cancelled the plan for the summer fair.",
]
ASKED = [
    "Please close it.",
    "Yes, I am sure. End it.",
    "We are testing other hosts now, so please cancel my account.",
    "I keep the domain, please cancel my plan.",
    "I never use it. Please cancel my account.",
]


@pytest.mark.parametrize("text", NOT_ASKED)
@pytest.mark.parametrize("role", Role)
def test_what_is_not_asked_for_is_not_certain(text: str, role: Role) -> None:
    assert not any(c.is_certain for c in _cancellations(text, role))


@pytest.mark.parametrize("text", TOLD)
@pytest.mark.parametrize("role", Role)
def test_what_was_done_is_no_loose_request(text: str, role: Role) -> None:
    assert not any(c.is_loose for c in _cancellations(text, role))


@pytest.mark.parametrize("text", ASKED)
def test_what_is_asked_for_is_certain(text: str) -> None:
    assert any(c.is_certain for c in _cancellations(text, Role.CANCEL))


def _cancellations(text: str, role: Role) -> list[Candidate]:
    classifier = shipped_classifier()
    found = classifier.candidates(classifier.understand(message(text)), role)
    return [c for c in found if c.intent is Intent.CANCELLATION]
