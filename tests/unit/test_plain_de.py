"""Plain German requests, as people type them into a form, each beside what is nearly the same.

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
        "Danke für die Hilfe bei der Kündigung meines Vertrags.",
        "Wir erbitten Hilfe bei der Kündigung unseres Vertrags.",
    ),
    (
        "Die Hilfe beim Kündigen meines Vertrags war freundlich.",
        "Ich bräuchte Hilfe beim Kündigen meines Vertrags.",
    ),
    (
        "Beim Löschen meines Kontos kommt Fehler 500.",
        "Ich bräuchte Unterstützung beim Löschen meines Kontos.",
    ),
    (
        "Ich brauche Hilfe, mein Konto wurde gelöscht.",
        "Ich brauche Hilfe, mein Konto zu löschen.",
    ),
    (
        "Können Sie mir bei der Kündigung meines Vertrags sagen, welche Frist gilt?",
        "Können Sie mir bei der Kündigung meines Vertrags helfen?",
    ),
    (
        "Können Sie mir helfen, falls ich meinen Vertrag kündigen möchte?",
        "Können Sie mir helfen, meinen Vertrag zu kündigen?",
    ),
    (
        "Helfen Sie mir, sonst kündige ich.",
        "Helfen Sie mir, den Vertrag zu kündigen.",
    ),
    (
        "Könnte mich jemand bei der Auflösung unseres Mietvertrags unterstützen?",
        "Könnte mich jemand bei der Auflösung unseres Kontos unterstützen?",
    ),
    (
        "Ich brauche Hilfe beim Löschen einer Mailbox.",
        "Ich brauche Hilfe beim Löschen unseres Vereinskontos.",
    ),
    (
        "Wir brauchen Hilfe bei der Kündigung unseres Mitarbeiters.",
        "Wir brauchen Hilfe bei der Kündigung unseres Hostings.",
    ),
    (
        "Bitte meine Registrierung zum Webinar löschen.",
        "Bitte meine Registrierung als Kundin löschen.",
    ),
    (
        "Bitte mein Profilbild löschen.",
        "Bitte mein Profil löschen.",
    ),
    (
        "Kann ich das Business-Paket kündigen?",
        "Bitte das Business-Paket kündigen.",
    ),
    (
        "Ich habe aus Versehen ein zweites Paket bestellt, bitte stornieren.",
        "Ich habe das falsche Programm, bitte mein Gold-Paket stornieren.",
    ),
    (
        "Würden Sie so freundlich sein, mir zu sagen, wie man kündigt?",
        "Würden Sie so freundlich sein, unser Schulkonto zu schließen?",
    ),
    (
        "Sie haben mich als Kunde gelöscht.",
        "Ich möchte mich als Kunde löschen lassen.",
    ),
    (
        "Hosting kündigen oder bleiben, ich sage Bescheid.",
        "Hosting kündigen, bitte sagen Sie Bescheid.",
    ),
    (
        "Ich muss aus Zeitgründen das Treffen absagen.",
        "Ich muss aus Zeitgründen das Hosting kündigen.",
    ),
    # Denied in few words, and what is denied beside a request.
    (
        "Die Löschung unseres Kontos ist vom Tisch.",
        "Die Verlängerung ist vom Tisch. Bitte löschen Sie unser Konto.",
    ),
    (
        "Den Vertrag zu beenden, war nie ein Thema.",
        "Ein Shop war nie ein Thema. Bitte beenden Sie den Vertrag.",
    ),
    (
        "Wir sind gegen die Schließung unseres Kontos.",
        "Gegen die Schließung habe ich nichts, bitte schließen Sie unser Konto.",
    ),
    (
        "Vorlage: Hiermit kündige ich unser Hosting.",
        "Ich kündige unser Hosting, Bestätigung bitte zur Vorlage beim Amt.",
    ),
    (
        "Ihre Annahme, dass wir das Hosting kündigen, ist falsch.",
        "Die Annahme der AGB verweigern wir. Bitte kündigen Sie das Hosting.",
    ),
    (
        "Kündigung des Hostings: Fehler von uns.",
        "Das Angebot war ein Fehler, bitte kündigen Sie das Hosting.",
    ),
    (
        "Unser Konto löschen, das hättet ihr wohl gern!",
        "Unser Konto löschen, das hätten wir gern erledigt.",
    ),
    (
        "Wir sind nicht verrückt und kündigen den Vertrag.",
        "Wir sind nicht verrückt. Bitte kündigen Sie den Vertrag.",
    ),
    (
        "Dass Sie unser Konto schließen, kommt nicht in Frage.",
        "Ein Umzug kommt nicht in Frage. Bitte schließen Sie unser Konto.",
    ),
    (
        "Seit wann wollen wir unser Konto löschen?",
        "Seit wann kostet es mehr? Bitte löschen Sie unser Konto.",
    ),
    ("Hosting kündigen, von wegen!", "Hosting kündigen, wegen Umzug."),
    (
        "Es ist eine Legende, dass wir das Hosting kündigen.",
        "Es ist beschlossen, dass wir das Hosting kündigen.",
    ),
    (
        "Das Hosting kündigen, davon war nie die Rede.",
        "Davon war nie die Rede. Bitte das Hosting kündigen.",
    ),
    (
        "Hiermit bestätige ich den o. g. Termin.",
        "Hiermit kündige ich den o. g. Tarif zum Jahresende.",
    ),
    (
        "Bitte stellen Sie alle Dienste auf IPv6 ein.",
        "Bitte stellen Sie alle Dienste zum 31.3. ein.",
    ),
    (
        "Bitte den Probemonat in einen Jahresvertrag umwandeln.",
        "Probemonat zu Ende, bitte nicht in ein Abo umwandeln.",
    ),
    (
        "Ist der Widerruf meines Vertrags eingegangen?",
        "Widerruf meines Hostingvertrags vom 2.10.",
    ),
    (
        "Alles umgezogen, die Mails laufen jetzt bei euch.",
        "Alles umgezogen, ihr könnt bei euch das Licht ausmachen.",
    ),
    (
        "Den Transfer unserer Domain bitte abbrechen.",
        "Nach dem Transfer unserer Domain bitte den Vertrag kündigen.",
    ),
    (
        "Sonst läuft das wieder schief und ich kündige.",
        "Bitte kündigen Sie den Vertrag, sonst läuft er wieder ein Jahr.",
    ),
    (
        "Was wurde aus meiner Bestellung des Hostingpakets?",
        "Bitte stornieren Sie meine Bestellung des Hostingpakets.",
    ),
    (
        "Ist eine Kündigung wegen Umzug kostenlos?",
        "Kündigung wegen Geschäftsaufgabe zum 30.6.",
    ),
)
# Stops no mail in either mailbox, and a text that asks for that in support@.
MAIL_STAYS = (
    (
        "Beim Abmelden vom Newsletter erscheint ein Fehler.",
        "Ich brauche Hilfe beim Abmelden vom Newsletter.",
    ),
    (
        "Newsletter aus dem Archiv bitte schicken.",
        "Newsletter aus bitte.",
    ),
    (
        "Löscht mich aus der Liste und ich komme persönlich vorbei.",
        "Löschen Sie mich aus der Liste, ich lese das nie.",
    ),
    (
        "Wären Sie so gut, mir wieder mehr Werbung zu mailen?",
        "Wären Sie so gut, mir keine Werbung mehr zu mailen?",
    ),
    (
        "Ich würde Ihre Werbung gern im Kundenblatt sehen.",
        "Ich würde Ihre Werbung gern abbestellen.",
    ),
    (
        "Abmeldung vom Webmail bricht ab.",
        "Abmeldung vom Newsletter bitte.",
    ),
    (
        "Ich werde im Kundencenter ständig abgemeldet.",
        "Ich möchte vom Rundbrief abgemeldet werden.",
    ),
    (
        "Wir hätten gern keine Ausfälle mehr.",
        "Die Reklame hätte ich gern nicht mehr.",
    ),
    (
        "Rechnungen müsst ihr mir nicht mehr schicken.",
        "Werbung müsst ihr mir dann auch keine mehr schicken.",
    ),
    (
        "Der Code aus der Rabatt-SMS ging nicht.",
        "Keine Rabatt-SMS mehr bitte.",
    ),
    (
        "Das Abmelden vom Newsletter hat inzwischen geklappt.",
        "Das Abmelden klappt nicht. Bitte streichen Sie mich aus dem Newsletter.",
    ),
    (
        "Wie melden Leser meinen Newsletter ab?",
        "Bitte meinen Newsletter abbestellen.",
    ),
    (
        "Mir reicht mit dem alten Tarif auch ein Postfach.",
        "Mir reicht es mit der Werbung.",
    ),
)


@pytest.mark.parametrize(("told", "asked"), NO_END)
def test_what_is_close_to_a_plain_end_ends_nothing(told: str, asked: str) -> None:
    assert not mistaken(Intent.CANCELLATION, "de", told, asked)


@pytest.mark.parametrize(("told", "asked"), MAIL_STAYS)
def test_what_is_close_to_a_plain_opt_out_stops_no_mail(told: str, asked: str) -> None:
    assert not mistaken(Intent.OPT_OUT, "de", told, asked)
