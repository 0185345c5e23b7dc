"""Plain Dutch requests, as people type them into a form, each beside what is nearly the same.

Help that is asked for, kinds of accounts and courtesies: the first of a pair asks for nothing that
is acted upon in either mailbox, the second does.
"""

from __future__ import annotations

import pytest

from handlers.values import Intent
from tests.unit.contrasts import mistaken

# Ends nothing in either mailbox, and a text that asks for the end in cancel@.
NO_END = (
    (
        "Bedankt voor de hulp bij het opzeggen van mijn contract.",
        "Wij vragen hulp bij het opzeggen van ons contract.",
    ),
    (
        "De hulp bij het opzeggen van mijn contract was vriendelijk.",
        "Graag hulp bij het opzeggen van mijn contract.",
    ),
    (
        "Bij het opzeggen van mijn contract krijg ik een foutmelding.",
        "Kunt u mij helpen met het opzeggen van mijn contract?",
    ),
    (
        "Ik heb hulp nodig, mijn account is verwijderd.",
        "Ik heb hulp nodig om mijn account te verwijderen.",
    ),
    (
        "Kunt u mij helpen? Anders zeg ik mijn contract op.",
        "Kunt u mij helpen om mijn contract op te zeggen?",
    ),
    (
        "Kunt u mij helpen om mijn contract niet op te zeggen?",
        "Kan iemand ons helpen om het contract op te zeggen?",
    ),
    (
        "Kunt u mij helpen met het verwijderen van een mailbox?",
        "Kunt u mij helpen met het verwijderen van mijn schoolaccount?",
    ),
    (
        "Kunt u mij helpen met het opzeggen van mijn telefooncontract?",
        "Kunt u mij begeleiden bij het opzeggen van mijn hostingpakket?",
    ),
    (
        "Kunt u mijn profielfoto verwijderen?",
        "Kunt u mijn profiel verwijderen?",
    ),
    (
        "Kan ik mijn gratis account opzeggen?",
        "Graag mijn gratis account opzeggen.",
    ),
    (
        "Bent u bereid onze overeenkomst te verlengen?",
        "Bent u bereid onze overeenkomst te ontbinden?",
    ),
    (
        "Ik heb per ongeluk een tweede pakket besteld, graag annuleren.",
        "Ik heb per ongeluk verlengd, graag mijn basispakket annuleren.",
    ),
    (
        "Wij willen u vragen of het contract is opgezegd.",
        "Wij willen u vragen het contract op te zeggen.",
    ),
    (
        "De opzeg van mijn contract is niet verwerkt.",
        "Zet mijn salonaccount stop.",
    ),
    # Denied in few words, and what is denied beside a request.
    (
        "De beëindiging van ons contract is van de baan.",
        "De verhuizing is van de baan. Graag ons contract beëindigen.",
    ),
    (
        "Wij zijn tegen het sluiten van ons account.",
        "Ik heb niets tegen het sluiten, graag ons account sluiten.",
    ),
    ("Stel, we verwijderen ons account.", "Verwijder ons account, ik stel een antwoord op prijs."),
    (
        "Ons account sluiten, dat zouden jullie wel willen.",
        "Ons account sluiten, dat zouden wij graag willen.",
    ),
    (
        "Het gerucht dat wij ons contract opzeggen klopt niet.",
        "Lang verhaal, kort: zeg ons contract op.",
    ),
    ("Hosting opzeggen: foutje van ons.", "Hosting opzeggen graag, die van ons."),
    (
        "Mijn zoon typte account verwijderen.",
        "Mijn zoon gebruikt het niet meer, graag mijn account verwijderen.",
    ),
    ("Contract opzeggen. Dat is een vergissing.", "Graag het contract opzeggen."),
    (
        "Sinds wanneer willen wij ons account sluiten?",
        "Sinds wanneer is het zo duur? Graag ons account sluiten.",
    ),
    ("Hosting opzeggen, mooi niet!", "Hosting opzeggen, mooi geweest!"),
    (
        "Het contract opzeggen, daar heeft niemand om gevraagd.",
        "Daar heeft niemand om gevraagd. Graag het contract opzeggen.",
    ),
    (
        "Sluit het pakket alstublieft niet af!",
        "Sluit het pakket alstublieft af.",
    ),
    (
        "Met de opzegging van ons contract gaan wij niet akkoord.",
        "Met de nieuwe prijzen gaan wij niet akkoord en wij zeggen het contract op.",
    ),
    (
        "Wij zijn het niet eens met het einde van het contract.",
        "Wij zijn het niet eens met de nieuwe tarieven en beëindigen het contract.",
    ),
    (
        "Graag de overdracht van onze website stopzetten.",
        "Na de overdracht van onze website graag het contract stopzetten.",
    ),
    (
        "Graag de proefmaand omzetten naar een betaald abonnement.",
        "Graag de proefmaand niet omzetten naar een betaald abonnement.",
    ),
    (
        "Los het op, anders zeg ik mijn contract op.",
        "Zeg mijn pakket op, anders zit ik er weer een jaar aan vast.",
    ),
    (
        "Anders krijg ik ruzie en zeg ik het contract op.",
        "Sluit ons account, anders blijven we betalen.",
    ),
    (
        "Bedankt voor het aanbod maar wanneer gaat het in?",
        "Bedankt voor het aanbod maar ik wil mijn contract opzeggen.",
    ),
    (
        "Waar blijft mijn bestelling van het hostingpakket?",
        "Graag mijn bestelling van het hostingpakket annuleren.",
    ),
    (
        "Wegens verhuizing wijzigt ons adres.",
        "Opzegging wegens verhuizing, klant 5512.",
    ),
    (
        "Als erfgenaam vraag ik inzage in het contract van mijn vader.",
        "Als erfgenaam zeg ik het contract van mijn vader op.",
    ),
    (
        "Ik blijf klant, negeer mijn opzegging.",
        "Ik blijf bij mijn opzegging.",
    ),
)
# Stops no mail in either mailbox, and a text that asks for that in support@.
MAIL_STAYS = (
    (
        "Bij het afmelden van de nieuwsbrief krijg ik een foutmelding.",
        "Ik heb hulp nodig bij het afmelden van de nieuwsbrief.",
    ),
    (
        "Jullie hoeven geen mails meer te sturen over ticket 4411.",
        "Gelieve geen reclame meer naar onze garage te sturen.",
    ),
    (
        "Onze school staat op de mailinglijst.",
        "Schrap onze school van de mailinglijst.",
    ),
    (
        "Wat staat er in de promotie?",
        "Geen promoties meer aub.",
    ),
    (
        "Het afmelden voor de nieuwsbrief is me inmiddels gelukt.",
        "Het afmelden is me niet gelukt. Graag uitschrijven voor de nieuwsbrief.",
    ),
    (
        "Afmelden bij de webmail gaat niet.",
        "Afmelden voor de nieuwsbrief graag.",
    ),
    (
        "Ben ik al van de maillijst af?",
        "Graag van de maillijst af.",
    ),
    (
        "Om de haverklap word ik afgemeld.",
        "Graag wil ik worden afgemeld voor de nieuwsbrief.",
    ),
    (
        "De code uit de reclame-sms werkt niet.",
        "Geen reclame-sms'jes meer graag.",
    ),
    (
        "Staat mijn adres in uw bestand?",
        "Gelieve mijn adres uit uw bestand te schrappen.",
    ),
    (
        "De afmeldlink werkt niet in onze eigen mails.",
        "De afmeldlink werkt niet. Kunt u mij afmelden?",
    ),
)


@pytest.mark.parametrize(("told", "asked"), NO_END)
def test_what_is_close_to_a_plain_end_ends_nothing(told: str, asked: str) -> None:
    assert not mistaken(Intent.CANCELLATION, "nl", told, asked)


@pytest.mark.parametrize(("told", "asked"), MAIL_STAYS)
def test_what_is_close_to_a_plain_opt_out_stops_no_mail(told: str, asked: str) -> None:
    assert not mistaken(Intent.OPT_OUT, "nl", told, asked)
