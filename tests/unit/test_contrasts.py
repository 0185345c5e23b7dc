"""What stands close to a request and is none, beside a request in nearly the same words.

A letter that was withdrawn, what somebody had no right to ask, a plan of some day, thanks for what
was done, another thing that is ended while the contract stays, a threat, mail of one's own.
"""

from __future__ import annotations

import pytest

from handlers.values import Intent, Role
from tests.unit.contrasts import acted

CANCELLATION, OPT_OUT = Intent.CANCELLATION, Intent.OPT_OUT

# What (subject | text) is no such request, and a text that is one in cancel@.
CONTRASTS = {
    "en": (
        (
            CANCELLATION,
            "Cancel my plan, says my wife. I say no.",
            "Cancel my plan, please, my wife agrees.",
        ),
        (
            CANCELLATION,
            "Delete the old blog from my account.",
            "Delete my account and the old blog.",
        ),
        (
            CANCELLATION,
            "We have your notice that our account was closed. Agreed.",
            "We wish our account closed.",
        ),
        (
            CANCELLATION,
            "The mail asking you to cancel our hosting did not come from us.",
            "The mail asking you to renew our hosting was wrong. Please cancel our hosting.",
        ),
        (
            CANCELLATION,
            "The cancellation of our contract of 3 May is hereby withdrawn.",
            "My consent is withdrawn. Please cancel our contract.",
        ),
        (
            CANCELLATION,
            "We'd like our trainee removed from our account.",
            "We'd like our account removed from your system.",
        ),
        (
            CANCELLATION,
            "Our account has an old intern in it, pls remove the intern",
            "I have two accounts, pls cancel the south one.",
        ),
        (
            CANCELLATION,
            "I have the hosting and a ticket tool. Cancel tool, keep hosting",
            "Please cancel the hosting, keep the change.",
        ),
        (
            CANCELLATION,
            "Maybe I close the shop in winter and cancel the plan, I only tell you.",
            "I close the shop and cancel the plan now.",
        ),
        (
            CANCELLATION,
            "Cancel account maybe, wife decides",
            "Cancel my account please, my wife decided so.",
        ),
        (
            CANCELLATION,
            "Cancel my contract or keep it, the board decides on Monday",
            "The board has decided: please cancel my contract.",
        ),
        (
            CANCELLATION,
            "We'd decided to cancel the contract, but the merger is off, so all stays as it was.",
            "We've decided to cancel the contract.",
        ),
        (
            CANCELLATION,
            "Is the site still down on Friday, I cancel the contract.",
            "The site is still down, I hereby cancel the contract.",
        ),
        (
            CANCELLATION,
            "Refund me half. Then cancel my plan. Otherwise leave everything.",
            "Please cancel my plan. I expect a refund of half.",
        ),
        (
            CANCELLATION,
            "Please stop all services for three weeks while we renovate.",
            "Please stop all services and cancel my contract.",
        ),
        (
            OPT_OUT,
            "Please stop the error mails that the contact form sends me.",
            "Please stop the newsletter mails that you send me.",
        ),
        (
            OPT_OUT,
            "I'd like the offers in my other inbox instead, please don't send them here.",
            "Please don't send your offers any more.",
        ),
        (
            OPT_OUT,
            "I've unsubscribed myself this morning, no more newsletters, works fine, thanks.",
            "Please unsubscribe me, no more newsletters, thanks.",
        ),
        (
            OPT_OUT,
            "Stop the reminders for ticket 4711, it is solved.",
            "Stop the newsletters, please.",
        ),
    ),
    "de": (
        (
            CANCELLATION,
            "Kündigen Sie den Vertrag, sagt meine Frau. Ich sage nein.",
            "Kündigen Sie den Vertrag, meine Frau ist einverstanden.",
        ),
        (
            CANCELLATION,
            "Bitte stufen Sie mein Paket herunter und kündigen Sie den Premium-Support.",
            "Bitte kündigen Sie mein Paket mit dem Support.",
        ),
        (
            CANCELLATION,
            "Die Kündigung vom 3. Mai ist gegenstandslos, wir machen weiter.",
            "Bitte bestätigen Sie die Kündigung: hiermit kündige ich meinen Vertrag.",
        ),
        (
            CANCELLATION,
            "Der Brief mit der Bitte um Kündigung unseres Vertrags stammt nicht von uns.",
            "Ich bitte um Kündigung unseres Vertrags.",
        ),
        (
            CANCELLATION,
            "Das Forum kündige ich. Der Rest bleibt.",
            "Das Hosting kündige ich.",
        ),
        (
            CANCELLATION,
            "Account kündigen vielleicht, muss noch mit dem Chef reden",
            "Account kündigen bitte, der Chef will es so.",
        ),
        (
            CANCELLATION,
            "Vielleicht schließe ich den Laden und kündige den Vertrag",
            "Ich schließe den Laden und kündige den Vertrag.",
        ),
        (
            CANCELLATION,
            "Funktioniert das bis Freitag nicht, kündigen wir den Vertrag!",
            "Da das nicht funktioniert, kündigen wir den Vertrag.",
        ),
        (
            CANCELLATION,
            "Kommt bis Montag keine Antwort, kündige ich den Vertrag.",
            "Da keine Antwort kam, kündige ich den Vertrag.",
        ),
        (
            CANCELLATION,
            "Wir wollten den Vertrag kündigen, nun geht es weiter, also bleibt alles.",
            "Wir wollten den Vertrag kündigen, bitte.",
        ),
        (
            OPT_OUT,
            "Bitte keine Mails von laden@ mehr auf mein privates Postfach umleiten.",
            "Bitte keine Werbemails mehr schicken.",
        ),
        (
            OPT_OUT,
            "Vereinsseite bitte abmelden, der Verein ist aufgelöst.",
            "Mich bitte vom Newsletter abmelden.",
        ),
        (
            OPT_OUT,
            "Abmelden | Eine Kundin kommt nicht aus unserem Verteiler raus.",
            "Abmelden | Bitte nehmen Sie mich aus Ihrem Verteiler.",
        ),
        (
            OPT_OUT,
            "Bitte keine Newsletter mehr an mich, sondern an buero@neu.example.",
            "Bitte keine Newsletter mehr an mich.",
        ),
    ),
    "nl": (
        (
            CANCELLATION,
            "Nog zo een dag en ik zeg mijn contract op.",
            "Ik zeg hierbij mijn contract op.",
        ),
        (
            CANCELLATION,
            "Ons contract is per 1 maart conform ons verzoek beëindigd, waarvoor dank.",
            "Wij verzoeken u ons contract per 1 maart te beëindigen, waarvoor dank.",
        ),
        (
            CANCELLATION,
            "De opzegging van 3 mei is ingetrokken, wij gaan door.",
            "Hierbij de opzegging van mijn contract per 3 mei.",
        ),
        (
            CANCELLATION,
            "Account opheffen misschien, ik weet het nog niet",
            "Account opheffen alstublieft.",
        ),
        (
            CANCELLATION,
            "Misschien sluit ik de winkel en zeg ik het contract op",
            "Ik sluit de winkel en zeg hierbij het contract op.",
        ),
        (
            CANCELLATION,
            "Graag het pakket over de winter stilzetten.",
            "Graag het pakket opzeggen voor de winter.",
        ),
        (
            OPT_OUT,
            "Graag geen nieuwsbrief meer naar mij maar naar kantoor@nieuw.example.",
            "Graag geen nieuwsbrief meer naar mij.",
        ),
        (
            OPT_OUT,
            "Afmelden | Een klant raakt niet van onze lijst af.",
            "Afmelden | Haal mij van de lijst.",
        ),
    ),
    "fr": (
        (
            CANCELLATION,
            "Je retire la résiliation de mon contrat.",
            "Je demande la résiliation de mon contrat.",
        ),
        (
            CANCELLATION,
            "La résiliation du 3 mai est sans objet, nous continuons avec vous.",
            "Résiliation de mon contrat au 3 mai, merci de confirmer.",
        ),
        (
            CANCELLATION,
            "Fermer mon compte peut-être, j'hésite encore",
            "Fermer mon compte s'il vous plaît.",
        ),
        (
            CANCELLATION,
            "Peut-être que je ferme la boutique et résilie le contrat",
            "Je ferme la boutique et je résilie le contrat.",
        ),
        (
            CANCELLATION,
            "Encore une panne et je résilie mon contrat !",
            "Encore une panne ! Je résilie mon contrat.",
        ),
        (
            CANCELLATION,
            "Merci de suspendre le forfait pendant l'hiver.",
            "Merci de résilier le forfait.",
        ),
        (
            OPT_OUT,
            "Merci de ne plus envoyer les mails de boutique@ sur mon portable.",
            "Merci de ne plus envoyer vos publicités.",
        ),
        (
            OPT_OUT,
            "N'envoyez plus la newsletter à moi mais à bureau@nouveau.example.",
            "Ne m'envoyez plus la newsletter.",
        ),
    ),
    "es": (
        (
            CANCELLATION,
            "Cancelen el contrato, dice mi mujer. Yo digo que no.",
            "Cancelen el contrato, mi mujer está de acuerdo.",
        ),
        (
            CANCELLATION,
            "Se agradece la cancelación del contrato 12; el contrato 11 se mantiene.",
            "Se solicita la cancelación del contrato 12.",
        ),
        (
            CANCELLATION,
            "Cerrar la cuenta quizás, aún lo pienso",
            "Cerrar la cuenta por favor.",
        ),
        (
            CANCELLATION,
            "Queríamos cancelar el contrato, pero la tienda sigue, así que todo queda igual.",
            "Queríamos cancelar el contrato, por favor.",
        ),
    ),
    "it": (
        (
            CANCELLATION,
            "Un altro giorno così e disdico il contratto.",
            "Con la presente disdico il contratto.",
        ),
        (
            CANCELLATION,
            "Abbiamo un piano e un forum. Disdite il forum per favore, il piano resta.",
            "Abbiamo un piano da voi. Disdite il piano per favore.",
        ),
        (
            CANCELLATION,
            "Disdire il contratto o no, deve decidere il consiglio",
            "Il consiglio ha deciso: vogliamo disdire il contratto.",
        ),
        (
            CANCELLATION,
            "Chiudere il contratto forse, non sono sicura",
            "Vi prego di chiudere il contratto.",
        ),
        (
            CANCELLATION,
            "Ancora un guasto e disdico il contratto!",
            "Ancora un guasto! Disdico il contratto.",
        ),
        (
            CANCELLATION,
            "Sospendete il contratto fino a ottobre.",
            "Disdite il contratto da ottobre.",
        ),
        (
            OPT_OUT,
            "Non mandate la newsletter a me ma a ufficio@nuovo.example.",
            "Non mandatemi più la newsletter.",
        ),
    ),
    "pt": (
        (
            CANCELLATION,
            "Cancelem o contrato, diz a minha mulher. Eu digo que não.",
            "Cancelem o contrato, a minha mulher concorda.",
        ),
        (
            CANCELLATION,
            "A carta a pedir o fim do nosso contrato não é nossa.",
            "Venho pedir o fim do nosso contrato.",
        ),
        (
            CANCELLATION,
            "Encerrar a conta talvez, ainda não sei",
            "Encerrar a conta por favor.",
        ),
        (
            CANCELLATION,
            "Queríamos cancelar o contrato, mas a loja continua, por isso fica tudo igual.",
            "Queríamos cancelar o contrato, por favor.",
        ),
        (
            OPT_OUT,
            "Não mandem a newsletter para mim mas para escritorio@novo.example.",
            "Não me mandem mais a newsletter.",
        ),
    ),
}
CASES = [(language, *case) for language, cases in CONTRASTS.items() for case in cases]


def _acted_upon(text: str, language: str, role: Role) -> set[Intent]:
    subject, _, body = text.rpartition(" | ")
    return acted(body, language, role, subject=subject)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("language", "intent", "text", "request_"), CASES)
def test_what_stands_close_to_a_request_is_none(
    language: str, intent: Intent, text: str, request_: str, role: Role
) -> None:
    assert intent not in _acted_upon(text, language, role)


@pytest.mark.parametrize(("language", "intent", "text", "request_"), CASES)
def test_the_request_beside_it_stays_one(
    language: str, intent: Intent, text: str, request_: str
) -> None:
    assert intent in _acted_upon(request_, language, Role.CANCEL)
