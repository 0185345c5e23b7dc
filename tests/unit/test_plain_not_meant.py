"""Words of ending that ask for no end: threats, reports, haste, other things and other people.

Each stands beside a near text that asks for it.
"""

from __future__ import annotations

import pytest

from handlers.classify.shipped import shipped_classifier
from handlers.values import Intent, Role
from tests.unit.classified import message
from tests.unit.contrasts import mistaken, pairs_of

# What the writer would do about it, told behind an "and".
THREATS = {
    "es": (
        ("Me borras la cuenta y te denuncio.", "Me borras la cuenta y me avisas."),
        ("Anulad mi contrato y os llevo a juicio.", "Anulad mi contrato y avisadme."),
    ),
    "de": (("Schließt unser Konto und wir verklagen euch.", "Schließt unser Konto bitte."),),
    "nl": (("Sluit ons account en wij stappen naar de politie.", "Sluit ons account."),),
    "en": (
        ("Delete our account and we will sue.", "Delete our account and confirm it."),
        ("End my contract and our lawyer rings you.", "End my contract and send the papers."),
        (
            "Close my account and you will hear from my solicitor.",
            "Close my account and send the last bill.",
        ),
    ),
    "fr": (
        ("Supprimez mon compte et je porte plainte.", "Supprimez mon compte et confirmez-le."),
    ),
    "it": (("Chiudete il mio account e vi porto in tribunale.", "Chiudete il mio account."),),
    "pt": (
        ("Encerrem a minha conta e eu vou ao tribunal.", "Encerrem a minha conta e confirmem."),
    ),
}
# What is wrong with the service, and not what is wished for.
REPORTS = {
    "de": (
        (
            "Unser Vertrag kann per Chat gekündigt werden, das ist ein Sicherheitsrisiko!",
            "Unser Vertrag kann zum Quartalsende gekündigt werden.",
        ),
        (
            "Der Account kann mit einer Nummer gelöscht werden, das ist zu riskant.",
            "Der Account kann ab sofort gelöscht werden.",
        ),
        (
            "Der VPS kann zum Proben gelöscht werden, danach bitte neu installieren.",
            "Der VPS kann zum Monatsende gelöscht werden.",
        ),
    ),
    "it": (
        (
            "Il nostro account può essere chiuso da fuori, è una falla di sicurezza!",
            "Il nostro account può essere chiuso.",
        ),
    ),
    "pt": (
        ("Toda a gente pode fechar a minha conta!", "Podem fechar a minha conta."),
        (
            "A nossa conta pode ser apagada por qualquer pessoa, é uma falha de segurança!",
            "A nossa conta pode ser apagada.",
        ),
    ),
    "en": (("Anybody can close my account from there.", "You can close my account."),),
}
# What is to be made anew, or stands still for a moment.
ANEW = {
    "de": (
        (
            "Bitte löschen Sie unseren Server und installieren Sie ihn neu.",
            "Bitte löschen Sie unseren Server und bestätigen Sie das.",
        ),
    ),
    "en": (
        ("Please delete my server and set it up again.", "Please delete my server and confirm."),
    ),
    "nl": (
        ("Verwijder de server en zet hem opnieuw op.", "Verwijder ons account en bevestig dat."),
    ),
    "es": (("Borren mi servidor y reinstálenlo.", "Borren mi servidor y avísenme."),),
    "pt": (("Apaguem o meu servidor e instalem tudo de novo.", "Apaguem o meu servidor."),),
}
# Another thing by the same word, or of somebody else.
OTHERS = {
    "es": (
        ("Doy por terminado el servicio de jardinería.", "Doy por terminado el servicio."),
        ("Cierren la cuenta de resultados.", "Cierren la cuenta."),
        ("Cierren la cuenta del señor Prieto.", "Cierren la cuenta."),
        ("Eliminen la cuenta de mi Thunderbird.", "Eliminen la cuenta de mi empresa."),
        ("Baja de la cuenta: ¿cómo se pide?", "Baja de la cuenta: la pido hoy."),
    ),
    "pt": (
        ("Dou por terminado o serviço de limpeza.", "Dou por terminado o serviço."),
        ("Cancelem a nossa inscrição no torneio.", "Cancelem a nossa inscrição."),
        ("Fechem a conta da senhora Alves.", "Fechem a conta."),
        ("Dou por encerrado o tema da conta.", "Dou por encerrada a conta."),
    ),
    "it": (
        ("Considero terminato il servizio di trasloco.", "Considero terminato il servizio."),
        ("Cancellate l'account del signor Rossi.", "Cancellate l'account."),
        ("Eliminate l'account dal mio telefono.", "Eliminate l'account."),
    ),
    "fr": (
        ("Je mets fin au service de ménage.", "Je mets fin au service."),
        ("Merci de clôturer les comptes annuels.", "Merci de clôturer nos comptes."),
        ("Merci de clôturer le compte de charges.", "Merci de clôturer le compte."),
        ("Fermez le compte de M. Perrin.", "Fermez le compte."),
    ),
    "de": (
        ("Ich brauche Hilfe bei der Auflösung des DNS.", "Hilfe bei der Auflösung des Vertrags"),
        (
            "Bitte helfen Sie bei der Namensauflösung meines Servers.",
            "Bitte helfen Sie mir bei der Auflösung meines Vertrags.",
        ),
        ("Bitte löschen Sie das Konto von Frau Zell.", "Bitte löschen Sie das Konto."),
        (
            "Bitte das Konto meiner Praktikantin Ida löschen.",
            "Bitte das Konto meines Betriebs löschen.",
        ),
        ("Bitte schließen Sie das Konto-Menü.", "Bitte schließen Sie das Konto."),
    ),
    "nl": (
        ("Verwijder het account van mevrouw Bos.", "Verwijder het account."),
        ("Beëindig het contract met onze boekhouder.", "Beëindig het contract."),
        ("Zeg het abonnement op het weekblad op.", "Zeg het abonnement op."),
    ),
    "en": (
        ("Please close the business account banner.", "Please close the business account."),
        ("Please delete the school account of Mrs Hale.", "Please delete the school account."),
        ("Cancel our registration at the trade fair.", "Cancel our registration with you."),
        ("I hereby end the laundry service.", "I hereby end the service."),
        ("Please remove the account in my Outlook.", "Please remove the account."),
    ),
}
# A mailing that is wanted, but otherwise, or that was missed.
WANTED_OTHERWISE = {
    "en": (
        ("Stop sending us the newsletter as a pdf.", "Stop sending us the newsletter."),
        ("Stop unsubscribing us.", "Start unsubscribing us: take us off your list."),
    ),
    "de": (("Bitte keine Newsletter als Anlage schicken.", "Bitte keine Newsletter schicken."),),
    "nl": (("Stuur ons geen nieuwsbrieven als pdf.", "Stuur ons geen nieuwsbrieven."),),
    "fr": (
        ("J'ai reçu mes factures et pas de pub.", "Juste les factures et pas de pub"),
        (
            "Cessez de nous envoyer la newsletter en pièce jointe.",
            "Cessez de nous envoyer la newsletter.",
        ),
    ),
    "it": (
        ("Inviatemi più newsletter!", "Non inviatemi più newsletter!"),
        ("Smettete di mandarci le offerte in allegato.", "Smettete di mandarci le offerte."),
    ),
    "es": (("Dejen de enviarnos el boletín en pdf.", "Dejen de enviarnos el boletín."),),
    "pt": (("Parem de nos enviar a newsletter em pdf.", "Parem de nos enviar a newsletter."),),
}
ENDS = (THREATS, REPORTS, ANEW, OTHERS)


@pytest.mark.parametrize(("language", "told", "asked"), pairs_of(*ENDS))
def test_words_of_ending_may_ask_for_no_end(language: str, told: str, asked: str) -> None:
    assert not mistaken(Intent.CANCELLATION, language, told, asked)


@pytest.mark.parametrize(("language", "told", "asked"), pairs_of(WANTED_OTHERWISE))
def test_mail_that_is_wanted_otherwise_is_not_stopped(
    language: str, told: str, asked: str
) -> None:
    assert not mistaken(Intent.OPT_OUT, language, told, asked)


@pytest.mark.parametrize(
    ("language", "subject", "hasty", "asked"),
    [
        ("fr", "rétractation", "J'ai annulé trop vite. Merci d'annuler.", "Merci d'annuler."),
        ("it", "recesso", "Ho disdetto troppo presto. Annullate.", "Annullate il contratto."),
        ("de", "Widerruf", "Ich habe voreilig gekündigt. Bitte stornieren.", "Bitte kündigen."),
        ("en", "cancellation", "I cancelled in haste. Please cancel.", "Please cancel."),
    ],
)
def test_haste_takes_back_what_the_subject_names(
    language: str, subject: str, hasty: str, asked: str
) -> None:
    assert not mistaken(Intent.CANCELLATION, language, hasty, asked, subject=subject)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Dürfte ich Sie bitten, uns gerne mehr Angebote zu schicken?"),
        ("en", "Could you send us more offers again?"),
        ("nl", "Wilt u ons weer meer aanbiedingen sturen?"),
        ("es", "Mándenme más promociones, por favor."),
        ("pt", "Mandem-me mais promoções, por favor."),
        ("de", "Die Rechnungen erhalten und keine Werbung."),
        ("en", "I received my bills and no offers."),
    ],
)
def test_the_models_stop_no_mail_that_is_wanted(language: str, text: str, role: Role) -> None:
    verdict = shipped_classifier().read(message(text, language=language), role=role)
    assert not verdict.certain
