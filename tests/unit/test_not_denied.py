"""Words of denial beside a request that are not about it, and their near misses that are."""

from __future__ import annotations

import pytest

from handlers.values import Intent, Role
from tests.unit.classified import message, rules_alone

ASKED = [
    ("de", "Ich bin nicht mehr zufrieden, Sie haben mein Konto zu löschen."),
    ("de", "Ich widerspreche der Nutzung meiner Daten, Sie haben mein Konto zu löschen."),
    ("es", "No estoy contento con el servicio, para cancelar mi cuenta adjunto mi DNI."),
    ("zh", "请今天或明天注销我的账户。"),
]
DENIED = [
    ("de", "Ich sehe keinen Grund, mein Konto zu löschen."),
    ("de", "Bitte unterlassen Sie es, mein Konto zu löschen."),
    ("es", "No tengo la intención, ni mañana ni nunca, de cancelar mi cuenta."),
    ("fr", "Je n'ai pas l'intention, ni demain, de résilier mon contrat."),
    ("zh", "请退款给我们或你们终止合同。"),
    ("en", "I object to the closure of Bakehouse. Somebody typed: cancel my contract."),
]


def step(language: str, text: str) -> str:
    """What the rules alone make of a cancellation in cancel@."""
    verdict = rules_alone().read(message(text, language=language), role=Role.CANCEL)
    for name, found in (("act", verdict.certain), ("review", verdict.unsure)):
        if any(one.intent is Intent.CANCELLATION for one in found):
            return name
    return "leave"


@pytest.mark.parametrize(("language", "text"), ASKED)
def test_what_is_asked_beside_a_denial_of_something_else_is_not_vetoed(
    language: str, text: str
) -> None:
    assert step(language, text) != "leave"


@pytest.mark.parametrize(("language", "text"), DENIED)
def test_what_is_denied_or_left_to_us_is_never_acted_upon(language: str, text: str) -> None:
    assert step(language, text) != "act"
