"""What is to be renewed is no end: the models' word alone is not enough there."""

from __future__ import annotations

import pytest

from handlers.classify.shipped import shipped_classifier
from handlers.values import Intent
from tests.unit.classified import CANCEL, message

# Of a language a text that asks for a renewal, and one that forbids it.
RENEWALS = (
    ("de", "Bitte meinen Vertrag verlängern.", "Bitte meinen Vertrag nicht verlängern."),
    ("de", "Bitte mein Paket weiterführen.", "Bitte mein Paket nicht weiterführen."),
    ("nl", "Graag mijn contract verlengen.", "Graag mijn contract niet verlengen."),
    ("nl", "Ik wil mijn contract verlengen.", "Ik wil mijn contract niet verlengen."),
    ("fr", "Veuillez prolonger mon contrat.", "Veuillez ne pas prolonger mon contrat."),
    ("es", "Por favor renueven mi contrato.", "Por favor no renueven mi contrato."),
    ("it", "Vorrei rinnovare il mio contratto.", "Non vorrei rinnovare il mio contratto."),
    ("sv", "Vänligen förläng mitt avtal.", "Vänligen förläng inte mitt avtal."),
)


@pytest.mark.parametrize(("language", "wanted", "refused"), RENEWALS)
def test_what_is_to_be_renewed_is_not_ended(language: str, wanted: str, refused: str) -> None:
    """In cancel@, where the models may end a contract that the rules hear nothing of."""
    classifier = shipped_classifier()

    def acted(text: str) -> list[str]:
        verdict = classifier.read(message(text, language=language), role=CANCEL)
        return [finding.intent.value for finding in verdict.certain]

    assert acted(wanted) == []
    assert acted(refused) == [Intent.CANCELLATION.value]
