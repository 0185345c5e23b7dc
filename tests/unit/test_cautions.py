"""What narrows a cancellation is acted upon in neither mailbox, and what only sounds like it is.

Exceptions, choices, a word to wait for, safeguards, other people's accounts, jests and examples.
"""

from __future__ import annotations

from functools import cache

import pytest

from handlers.classify import Classifier
from handlers.classify.shipped import shipped_classifier
from handlers.values import Intent, Role
from tests.unit.classified import CANCEL, message, read, rules

NARROWED = {
    "en": (
        "Close all my services save for the main account.",
        "Except for my account, please delete everything.",
        "Please end all services, with the sole exception of my website.",
        "Refund me or cancel my account.",
        "Either you fix it or you can close my account.",
        "Cancel my account or refund me, one of the two.",
        "Close my account after I've moved my data, I'll let you know.",
        "Please close my account. I'll only mean it if Dave signs too.",
        "Cancel my contract, but wait for my go-ahead.",
        "Cancel my account, subject to my husband's approval.",
        "He had an account with Barclays, cancel it.",
        "The guy next door has an account with you, shut it down.",
        "Cancel my account! Ha ha, got you.",
        "Cancel my account. Psych!",
        "Do the opposite: cancel my account.",
        "Sample text: Please cancel my account.",
        "Please cancel my account. (dummy text, please ignore)",
        "Cancel my account only by telephone.",
        "Close my account only with my signature.",
        "Cancel my account by letter only.",
        "There was no request from me to cancel my account.",
    ),
    "de": (
        "Bitte alles kündigen, nur nicht das Hosting.",
        "Kündigen Sie alles, das Hosting ausgenommen.",
        "Kündigen Sie sämtliche Verträge außer meinem Hostingvertrag.",
        "Stellen Sie die Seite wieder her oder beenden Sie den Vertrag.",
        "Bitte kündigen Sie meinen Vertrag. Warten Sie aber auf mein Zeichen.",
        "Bitte kündigen Sie meinen Vertrag, Bestätigung folgt noch.",
        "Bitte kündigen Sie den Vertrag meines Exmannes.",
        "Sie hat ein Konto bei Ihnen, bitte löschen Sie es.",
        "Ich kündige meinen Vertrag. Reingelegt!",
        "Bitte löschen Sie mein Konto. April, April!",
        "Machen Sie das Gegenteil: Kündigen Sie meinen Vertrag.",
        "Beispieltext: Bitte kündigen Sie meinen Vertrag.",
        "Bitte kündigen Sie meinen Vertrag nur auf schriftlichen Antrag.",
        "Mein Vertrag kann nur von mir persönlich gekündigt werden.",
    ),
    "nl": (
        "Verwijder alles behalve mijn account.",
        "Op mijn account na mag u alles verwijderen.",
        "Verwijder mijn account, maar wacht op mijn seintje.",
        "Sluit mijn account, bevestiging volgt nog.",
        "Zeg het contract van mijn ex-man op.",
        "Hij had een account bij de Rabobank, zeg het op.",
        "Verwijder mijn account. 1 april!",
        "Doe het tegenovergestelde: zeg mijn contract op.",
        "Zeg mijn contract alleen telefonisch op.",
    ),
    "sv": (
        "Radera allt utom mitt konto.",
        "Säg upp mitt avtal, men vänta på mitt klartecken.",
        "Avsluta mitt konto. Jag säger till när.",
        "Avsluta min exmans konto.",
        "Hon har ett konto hos er, avsluta det.",
        "Avsluta mitt konto. April april!",
        "Gör tvärtom: avsluta mitt konto.",
        "Avsluta mitt konto endast per telefon.",
    ),
    "da": (
        "Slet alt på nær min konto.",
        "Luk min konto, når flytningen er færdig.",
        "Opsig min aftale, men vent på mit signal.",
        "Luk min bofælles konto.",
        "Luk min konto. Aprilsnar!",
        "Gør det modsatte: luk min konto.",
        "Kun jeg må opsige min aftale.",
    ),
    "no": (
        "Slett alt unntatt kontoen min.",
        "Avslutt kontoen min når flyttingen er ferdig.",
        "Si opp avtalen min, men vent på klarsignal fra meg.",
        "Avslutt kontoen til eksmannen min.",
        "Slett kontoen min. Neida, jeg tøyser bare.",
        "Gjør det motsatte: avslutt kontoen min.",
        "Avslutt kontoen min bare per telefon.",
    ),
    "fi": (
        "Poistakaa kaikki paitsi tilini.",
        "Tiliäni lukuun ottamatta voitte poistaa kaiken.",
        "Irtisanokaa sopimukseni, mutta odottakaa lupaani.",
        "Sulkekaa tilini, kun siirto on valmis.",
        "Hänellä oli tili Nordeassa, sulkekaa se.",
        "Irtisanon sopimukseni. Hähää, menitte halpaan!",
        "Tehkää päinvastoin: sulkekaa tilini.",
        "Sulkekaa tilini vain puhelimitse.",
    ),
}

ASKED = {
    "en": (
        "I don't want anything except that you close my account.",
        "I want nothing but to cancel my account.",
        "End everything, account included.",
        "Please close my account; everything except the price was fine.",
        "Apart from that, please cancel my account.",
        "Please close or delete my account.",
        "Please cancel my account either today or tomorrow.",
        "Please cancel my account now or as soon as possible.",
        "After my phone call yesterday, please cancel my account as discussed.",
        "Please cancel my account and let me know when it is done.",
        "My late husband had an account with you. Please close it.",
        "I had an account with you for years, please cancel it.",
        "Cancel my account, and I am not joking.",
        "Your support is a joke, cancel my account.",
        "This was only a test account, please delete my account.",
        "Please cancel my account; you can only reach me by phone.",
        "I never got an answer: close my account.",
    ),
    "de": (
        "Ich will nichts außer dass Sie mein Konto schließen.",
        "Ich kündige meinen Vertrag außerordentlich.",
        "Bitte schließen oder löschen Sie mein Konto.",
        "Ich kündige meinen Vertrag, und das ist kein Scherz.",
        "Ihr Service ist ein Witz, ich kündige meinen Vertrag.",
        "Bitte kündigen Sie meinen Vertrag, ich bin nur telefonisch erreichbar.",
        "Bitte kündigen Sie meinen Vertrag zum 30. April.",
    ),
    "nl": (
        "Zeg alles op, ook het account.",
        "Zeg mijn contract op per 1 april.",
        "Sluit mijn account en laat mij weten wanneer het rond is.",
        "Ik zeg mijn contract op, jullie service is een grap.",
    ),
    "sv": (
        "Avsluta mitt konto, och jag skämtar inte.",
        "Avsluta mitt konto i dag eller i morgon.",
    ),
    "da": ("Luk min konto, og det er ikke for sjov.", "Luk min konto i dag eller i morgen."),
    "no": ("Avslutt kontoen min, og jeg tuller ikke.", "Avslutt eller slett kontoen min."),
    "fi": ("Sulkekaa tilini, enkä vitsaile.", "Lopettakaa kaikki, myös tili."),
}


@cache
def shipped() -> Classifier:
    return shipped_classifier()


@pytest.mark.parametrize("text", [text for texts in NARROWED.values() for text in texts])
@pytest.mark.parametrize("role", Role)
def test_a_cancellation_that_is_narrowed_is_not_acted_upon(text: str, role: Role) -> None:
    assert shipped().read(message(text), role=role).certain == ()


@pytest.mark.parametrize("text", [text for texts in ASKED.values() for text in texts])
def test_what_only_sounds_like_it_is_acted_upon_or_held(text: str) -> None:
    verdict = shipped().read(message(text), role=CANCEL)
    assert Intent.CANCELLATION in {f.intent for f in (*verdict.certain, *verdict.unsure)}


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("not.excepted", "Delete everything except my account."),
        ("not.excepted", "Cancel everything. Except my hosting plan."),
        ("not.either-or", "Lower the price or please cancel my plan."),
        ("not.yet", "Cancel my account. I'll tell you when."),
        ("not.safeguard", "Cancel my account only with my written consent."),
    ],
)
def test_each_caution_has_its_name(rule: str, text: str) -> None:
    assert rule in rules(read(text, role=CANCEL))


@pytest.mark.parametrize(
    "text",
    [
        "I want nothing but to cancel my account.",
        "Please close my account; everything except the price was fine.",
        "Please close or delete my account.",
        "Please cancel my account and let me know when it is done.",
    ],
)
def test_none_speaks_where_nothing_is_narrowed(text: str) -> None:
    cautions = {"not.excepted", "not.either-or", "not.yet", "not.safeguard"}
    assert not rules(read(text, role=CANCEL)) & cautions


def test_a_subject_is_taken_back_in_the_text() -> None:
    subject, text = "Cancel my account - WRONG SUBJECT", "Could you send me the invoice?"
    assert shipped().read(message(text, subject=subject), role=CANCEL).certain == ()
    below = message("Ignore the subject, I only want the invoice.", subject="Cancel my account")
    assert shipped().read(below, role=CANCEL).certain == ()


@pytest.mark.parametrize("role", Role)
def test_who_cancels_and_unsubscribes_gets_both(role: Role) -> None:
    verdict = shipped().read(message("cancel my account and unsubscribe me"), role=role)
    assert {f.intent for f in verdict.certain} == set(Intent)
