"""What a clause of "that" tells is not asked for where the clause before denies it."""

import pytest

from handlers.classify.shipped import shipped_classifier
from handlers.values import Intent, Role
from tests.unit.classified import message

NOT_WANTED = [
    ("en", "I do not want, that you close my account."),
    ("de", "Ich möchte nicht, dass Sie meinen Account löschen."),
    ("de", "Ich möchte nicht, dass mein Konto gelöscht wird."),
    ("de", "Wir wünschen nicht, dass der Vertrag beendet wird."),
    ("de", "Ich habe nie gesagt, dass der Vertrag gekündigt wird."),
    ("de", "Es stimmt nicht, dass wir den Vertrag kündigen."),
    ("de", "Danke, dass der Vertrag gekündigt wird. Wann kommt die Bestätigung?"),
    ("nl", "Ik wil niet, dat u mijn account verwijdert."),
    ("nl", "Het klopt niet, dat het contract hierbij wordt opgezegd."),
    ("fr", "Je ne veux pas, que vous supprimiez mon compte."),
    ("es", "No quiero, que cancelen mi cuenta."),
    ("it", "Non voglio, che chiudiate il mio account."),
    ("sv", "Jag vill inte, att ni avslutar mitt konto."),
    ("da", "Jeg vil ikke have, at I lukker min konto."),
    ("pl", "Nie chcę, żeby zamknięto moje konto."),
]
WANTED = [
    ("de", "Ich möchte, dass mein Konto gelöscht wird."),
    ("de", "Ich will keine Werbung, sondern dass mein Konto gelöscht wird."),
    ("nl", "Hallo, dat contract graag opzeggen."),
    ("nl", "Ik wil graag, dat u mijn account verwijdert."),
    ("de", "Wir teilen Ihnen mit, dass wir den Vertrag kündigen."),
]


def _cancels(language: str, text: str) -> bool:
    classifier = shipped_classifier()
    understood = classifier.understand(message(text, language=language))
    found = classifier.candidates(understood, Role.CANCEL)
    return any(c.intent is Intent.CANCELLATION and c.is_certain for c in found)


@pytest.mark.parametrize(("language", "text"), NOT_WANTED)
def test_what_is_denied_before_that_is_not_asked_for(language: str, text: str) -> None:
    assert not _cancels(language, text)


@pytest.mark.parametrize(("language", "text"), WANTED)
def test_what_is_wished_before_that_is_asked_for(language: str, text: str) -> None:
    assert _cancels(language, text)
