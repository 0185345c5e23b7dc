"""Plain Italian mail, as it is typed into a contact form: each request beside a near miss."""

from __future__ import annotations

import pytest

from handlers.values import Intent
from tests.unit.contrasts import mistaken

# Ends nothing in either mailbox, and a text that asks for the end in cancel@.
NO_END = (
    # help
    (
        "Grazie per il vostro aiuto per chiudere l'account.",
        "Chiedo il vostro aiuto per chiudere l'account.",
    ),
    (
        "Il vostro collega mi ha aiutato a disdire l'abbonamento.",
        "Mi aiutate a disdire l'abbonamento?",
    ),
    (
        "Mi serve aiuto per recuperare l'account cancellato.",
        "Mi serve aiuto per cancellare l'account.",
    ),
    (
        "Ho bisogno di assistenza per eliminare un account FTP.",
        "Ho bisogno di assistenza per eliminare il mio account.",
    ),
    ("Nessuno mi aiuta a disdire il contratto.", "Qualcuno mi aiuta a disdire il contratto?"),
    ("Ho bisogno di aiuto per capire la disdetta.", "Ho bisogno di aiuto per la disdetta."),
    ("Mi aiutate a disdire il contratto con TIM?", "Mi aiutate a disdire il contratto?"),
    # kinds of account
    ("Vorrei passare al piano premium.", "Vorrei chiudere il mio piano premium."),
    ("Vorrei cancellare la foto del mio profilo.", "Vorrei cancellare il mio profilo cliente."),
    ("Vorrei annullare la mia adesione al sindacato.", "Vorrei annullare la mia adesione."),
    ("Vorrei annullare il piano aggiuntivo.", "Vorrei annullare il piano."),
    (
        "Vorrei annullare la mia registrazione al webinar.",
        "Vorrei annullare la mia registrazione presso di voi.",
    ),
    # headings
    ("Cancellazione della casella di posta", "Cancellazione account"),
    ("Cancellazione ordine", "Cancellazione account premium"),
    # confirmation
    (
        "Potete confermarmi la disdetta del contratto?",
        "Vi prego di confermare la disdetta del contratto.",
    ),
    ("Vi prego di confermare la chiusura del ticket.", "Confermatemi la chiusura dell'account."),
    # no longer needed, no renewal
    ("Non ci serve più il servizio di backup.", "Non ci serve più il servizio."),
    ("Non mi serve più l'account FTP.", "Non mi serve più l'account."),
    ("Non rinnovo il dominio.", "Non rinnovo, grazie."),
    # courtesies and fillings
    ("Mi hanno detto che devo chiudere l'account.", "Ho la necessità di chiudere l'account."),
    ("Vi spiacerebbe spiegarmi come disdire?", "Vi pregherei di voler disdire il contratto."),
    ("Lasciare tutto così.", "Vi chiedo se potete gentilmente chiudere il mio account."),
    (
        "Con la presente comunichiamo la disdetta dell'affitto.",
        "Il sottoscritto manifesta la volontà di disdire il contratto.",
    ),
    # denied, refused or only rumoured
    (
        "Chi mai vi ha raccontato che vogliamo chiudere l'account?",
        "Chi mai vi ha raccontato che restiamo? Chiudete l'account.",
    ),
    (
        "Chi ha detto che intendo disdire il contratto?",
        "Intendo, come detto, disdire: disdite il contratto.",
    ),
    (
        "Prima notizia: voglio disdire il mio contratto.",
        "Prima notizia, i prezzi salgono. Voglio disdire il mio contratto.",
    ),
    (
        "Gira voce che vogliamo chiudere l'hosting.",
        "Gira voce che chiudiate. Vogliamo chiudere l'hosting.",
    ),
    (
        "Come potete credere che io voglia chiudere il mio account?",
        "Come potete credere che io paghi? Chiudete il mio account.",
    ),
    ("Disdire il nostro contratto, figuriamoci.", "Disdire il nostro contratto, grazie."),
    (
        "Chiudere l'account sarebbe l'ultima delle nostre idee.",
        "La nostra ultima idea è questa: chiudete l'account.",
    ),
    (
        "Si contesta la disdetta del mio contratto.",
        "Si contesta la fattura, e disdico il mio contratto.",
    ),
    (
        "La disdetta del mio contratto è partita per sbaglio.",
        "Disdite il mio contratto, la fattura è partita per sbaglio.",
    ),
    (
        "Disdite il mio contratto, così ha scritto un truffatore.",
        "Disdite il mio contratto, un truffatore ha bucato il sito.",
    ),
    (
        "Chiudete il mio account e vedrete il mio avvocato.",
        "Chiudete il mio account e vedrete il mio saldo a zero.",
    ),
    (
        "Mi oppongo alla chiusura del mio account, tengo il contratto.",
        "Mi oppongo alla chiusura della strada, ma disdite il mio contratto.",
    ),
    ("Evitate di chiudere il mio account.", "Evitate di chiamarmi, chiudete il mio account."),
    (
        "Non fatemi dire che voglio chiudere il mio account.",
        "Vi dico che voglio chiudere il mio account.",
    ),
    (
        "Considerate decaduta la mia lettera di disdetta.",
        "Considerate disdetto il mio contratto dal 31 maggio.",
    ),
    ("Disdire il mio contratto, anche no.", "Disdire il mio contratto, anche subito."),
    (
        "Con che diritto chiudete il mio account?",
        "Con che diritto mi addebitate 50 euro? Chiudete il mio account.",
    ),
    (
        "Dove avete letto che vogliamo disdire l'hosting?",
        "Dove avete letto che restiamo? Disdite l'hosting.",
    ),
    ("Se lascio scadere il dominio, che succede?", "Lascio scadere il contratto, grazie."),
    (
        "Chiusura account RW-3312 rifiutata dal vostro collega.",
        "Chiusura account RW-3312, grazie.",
    ),
    ("Il mio conto corrente è cambiato.", "Chiudete il mio conto cliente."),
    ("Spegnete pure quando volete il server di prova.", "Chiudete il mio account quando volete."),
    ("Come disdico il contratto?", "Come da accordi disdico il contratto."),
)

# No opt-out in either mailbox, and a text that asks for one in support@.
NO_OPT_OUT = (
    ("Niente newsletter da marzo, come mai?", "Mandate solo le fatture, niente newsletter."),
    ("Potrei non ricevere le mail per un guasto?", "Potrei non ricevere più le vostre offerte?"),
    ("Via dalla rete il sito non si vede.", "Via dalla newsletter, grazie."),
    ("Vorrei una posta più grande.", "Basta con i codici sconto, grazie."),
    ("Vorrei eliminare un indirizzo email.", "Cancellateci dalla mailing list."),
    ("Mi cancelli dalla rubrica il vecchio numero?", "Mi cancelli dalla newsletter?"),
    ("Aiuto, il sito non va!", "Mi serve una mano per uscire dalla newsletter."),
    (
        "Vorrei restare iscritto alla newsletter.",
        "Vorrei non essere più iscritto alla newsletter.",
    ),
    ("Cancellazione di un file", "Cancellazione dalla vostra newsletter"),
    ("Vorrei ricevere solo fatture via PEC.", "Vorrei ricevere solo fatture e avvisi tecnici."),
    (
        "La richiesta di togliermi dalla newsletter non vale più.",
        "La richiesta di togliermi dalla newsletter vale ancora: toglietemi.",
    ),
    (
        "Il questionario di gradimento del mio sito non va.",
        "Niente più questionari di gradimento, grazie.",
    ),
    ("Dal cliente non arrivano più notifiche.", "Disattivate le notifiche promozionali."),
    ("Non chiamatemi più, scrivete.", "Non chiamatemi più per le vostre offerte."),
    ("Non ho ricevuto nessuna mail promozionale.", "Nessuna mail promozionale, grazie."),
)


@pytest.mark.parametrize(("told", "asked"), NO_END)
def test_an_end_that_is_plainly_asked_for_is_told_from_its_near_miss(
    told: str, asked: str
) -> None:
    assert not mistaken(Intent.CANCELLATION, "it", told, asked)


@pytest.mark.parametrize(("told", "asked"), NO_OPT_OUT)
def test_an_opt_out_that_is_plainly_asked_for_is_told_from_its_near_miss(
    told: str, asked: str
) -> None:
    assert not mistaken(Intent.OPT_OUT, "it", told, asked)
