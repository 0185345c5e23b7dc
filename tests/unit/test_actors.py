"""Who does it is no imperative, but what is wished to end may stand where an actor stands."""

import pytest

from handlers.classify.shipped import shipped_classifier
from handlers.values import Intent, Role
from tests.unit.classified import message

ASKED = [
    ("nl", "Namens de stichting wil ik onze server opzeggen."),
    ("nl", "Wij willen graag onze server beëindigen per 1 mei."),
]
TOLD = [
    ("nl", "Onze server sluit steeds de verbinding."),
    ("nl", "Kunt u nagaan waarom onze server sluit?"),
    ("nl", "Kunt u helpen, onze server sluit steeds de verbinding."),
    ("nl", "Graag hulp: de server verwijdert ons account."),
    ("nl", "Ik wil weten of onze server opgezegd is."),
]


def _cancels(language: str, text: str) -> bool:
    classifier = shipped_classifier()
    understood = classifier.understand(message(text, language=language))
    found = classifier.candidates(understood, Role.CANCEL)
    return any(c.intent is Intent.CANCELLATION and c.is_certain for c in found)


@pytest.mark.parametrize(("language", "text"), ASKED)
def test_a_server_that_is_to_end_is_not_who_ends_it(language: str, text: str) -> None:
    assert _cancels(language, text)


@pytest.mark.parametrize(("language", "text"), TOLD)
def test_what_a_server_does_is_not_asked_for(language: str, text: str) -> None:
    assert not _cancels(language, text)
