"""What stands close to a request in German, Dutch, French, Italian, Spanish and Portuguese.

What a later line takes back, what a thing that stays is told beside, praise of how easy an end
was, and words that somebody else said: each beside a request in nearly the same words.
"""

from __future__ import annotations

import pytest

from handlers.values import Intent
from tests.unit.contrasts import mistaken, pairs_of

# Ends nothing in either mailbox, and a text that asks for the end in cancel@.
NO_END = {
    "de": (
        (
            "Wir kündigen den Vertrag. PS: Obiges ist als gegenstandslos zu betrachten.",
            "Wir kündigen den Vertrag. PS: Dies ist als fristgerecht zu betrachten.",
        ),
        (
            "Der Vertrag wird gekündigt. Diese Zeile ist als nicht geschrieben anzusehen.",
            "Der Vertrag wird gekündigt. Das bitte bestätigen.",
        ),
        (
            "Der Tarif wurde zum 1.3. gekündigt, die Bestätigung ist schon da.",
            "Der Tarif wird zum 1.3. gekündigt, die Bestätigung bitte per Mail.",
        ),
        (
            "Die Seite vom Sommerfest bitte löschen, Konto und Vertrag laufen weiter.",
            "Die Seite bitte löschen, Konto und Vertrag ebenfalls.",
        ),
        (
            "Vertrag kündigen oder behalten, darüber entscheidet mein Bruder.",
            "Vertrag kündigen, so hat mein Bruder entschieden.",
        ),
        (
            "Beim alten Anbieter dauerte es ein Jahr, den Vertrag zu kündigen.",
            "Nach einem Jahr bitte ich, den Vertrag zu kündigen.",
        ),
    ),
    "nl": (
        (
            "Graag het contract beëindigen. Of nee, laat nog maar even.",
            "Graag het contract beëindigen. Liefst per direct.",
        ),
        (
            "Wij zeggen het pakket op. PS: het bestuur is er net op teruggekomen.",
            "Wij zeggen het pakket op. PS: het bestuur is het eens.",
        ),
        (
            "Account sluiten graag. Ach, vergeet dat maar.",
            "Account sluiten graag. Ach, het was mooi.",
        ),
        (
            "Dat ons contract moet stoppen heb ik niet geschreven.",
            "Ons contract moet stoppen, zoals ik schreef.",
        ),
        (
            "Contract opzeggen. Of het doorgaat hangt van de penningmeester af.",
            "Contract opzeggen. De penningmeester gaat ermee akkoord.",
        ),
        (
            "Contract stoppen. Nog even wachten graag.",
            "Contract stoppen. Niet langer wachten.",
        ),
        (
            "Wilt u het abonnement niet verlengen? Mijn vrouw zegt: verleng het toch gewoon.",
            "Wilt u het abonnement niet verlengen?",
        ),
    ),
    "fr": (
        (
            "Clôturer le compte. PS : ma soeur dit non, alors rien clôturer.",
            "Clôturer le compte. PS : ma soeur dit oui.",
        ),
        (
            "Le forfait 12, résilié le 3 mars, a donné lieu à une facture.",
            "Je résilie le forfait 12, facturé le 3 mars.",
        ),
        (
            "Chez l'hébergeur précédent, résilier le contrat prit un an.",
            "Veuillez résilier le contrat, il court depuis un an.",
        ),
        (
            "Chez notre ancien prestataire, fermer le compte coûta cher.",
            "Veuillez fermer le compte, il coûte cher.",
        ),
    ),
    "it": (
        (
            "La domanda di chiudere il contratto, spedita lunedì, è revocata.",
            "La domanda di chiudere il contratto è confermata: chiudete il contratto.",
        ),
        (
            "La lettera con cui disdico il contratto si intende revocata.",
            "Con questa lettera disdico il contratto.",
        ),
        ("«Chiudete», disse il nonno. Parlava del cancello.", "Chiudete il contratto."),
        (
            "Presso il fornitore precedente chiudere il contratto era un incubo.",
            "Vorrei chiudere il contratto, è un incubo.",
        ),
        (
            "Volevo capire come si scrive, mica disdire il contratto!",
            "Voglio disdire il contratto!",
        ),
    ),
    "es": (
        (
            "Cancelar el contrato fue muy rápido, gracias.",
            "Quiero cancelar el contrato, y muy rápido, gracias.",
        ),
        (
            "Borren la web de la feria, la cuenta y el resto siguen.",
            "Borren la web, la cuenta y el resto.",
        ),
        (
            "Cierren mi cuenta. ntc, no cierren nada.",
            "Cierren mi cuenta. Ya no vendo nada.",
        ),
        (
            "Que cierren la cuenta se lo dijo mi cuñado, que no sabe nada.",
            "Cierren la cuenta, mi cuñado ya lo sabe.",
        ),
        (
            "Como el servidor no vuelva hoy, la baja la pido mañana.",
            "El servidor no vuelve. Quiero la baja del contrato.",
        ),
        (
            "si cancelara el plan ahora, cuánto me costaría",
            "cancelen el plan ahora, cueste lo que cueste",
        ),
        (
            "Me llega que quiero cancelar el contrato. Eso no lo he pedido yo.",
            "Quiero cancelar el contrato.",
        ),
        (
            "En el hosting anterior, cancelar el contrato costó sangre.",
            "Quiero cancelar el contrato anterior.",
        ),
    ),
    "pt": (
        (
            "O cancelamento do contrato, pedido ontem, fica assim sem efeito.",
            "Peço o cancelamento do contrato com efeito a partir de ontem.",
        ),
        (
            "Estivemos em vias de pedir a rescisão do contrato.",
            "Vimos pedir a rescisão do contrato.",
        ),
        (
            "Obrigado por terem cancelado o plano do meu vizinho.",
            "Obrigado por tudo. Cancelem o meu plano.",
        ),
        (
            "Pode apagar o site das rifas, a conta e o resto continuam.",
            "Pode apagar o site, a conta e o resto.",
        ),
        ("Fechem a conta, disse uma tal Rita.", "Fechem a conta, por favor."),
        (
            "No antigo fornecedor em que estávamos, encerrar a conta foi um drama.",
            "Queremos encerrar a conta em que estávamos.",
        ),
        (
            "fechar a conta ou n, quem decide é o meu pai",
            "quero fechar a conta, o meu pai concorda",
        ),
    ),
}

# Opts nobody out in either mailbox, and a text that asks for it in support@.
NO_OPT_OUT = {
    "de": (
        (
            "Keine Werbung mehr! Ach, ein Rabatt? Dann weiter schicken.",
            "Keine Werbung mehr! Auch keine Rabatte.",
        ),
        (
            "Bitte keine Angebote mehr. Moment, wie schön, schicken Sie ruhig weiter.",
            "Bitte keine Angebote mehr. Auch das Gartenheft nicht.",
        ),
        (
            "Die Abmeldung vom Newsletter ging wirklich flott.",
            "Die Abmeldung vom Newsletter bitte, und flott.",
        ),
        (
            "Unser Nachbar schrieb Ihnen, wir wollen keine Werbung mehr.",
            "Wir wollen keine Werbung mehr.",
        ),
    ),
    "nl": (
        (
            "Haal mij van de lijst! Wacht, leuk stuk. Laat mij er toch op.",
            "Haal mij van de lijst! Leuk was het niet.",
        ),
        (
            "Geen reclame meer. O, een korting, laat maar komen.",
            "Geen reclame meer. Dank u.",
        ),
        (
            "Afmelden voor de nieuwsbrief ging heel soepel.",
            "Afmelden voor de nieuwsbrief graag.",
        ),
        (
            "Die mail, alle reclame stop, kwam niet van ons.",
            "Alle reclame stop, wij lezen die niet.",
        ),
    ),
    "fr": (
        (
            "Me désabonner de la newsletter fut un jeu d'enfant.",
            "Je veux me désabonner de la newsletter.",
        ),
        (
            "Publicités : arrêter. PS : on les reprend, donc rien arrêter.",
            "Publicités : arrêter. PS : merci.",
        ),
        (
            "Le courriel qui dit d'arrêter la publicité n'est pas de nous.",
            "Arrêtez la publicité, elle n'est pas pour nous.",
        ),
    ),
    "it": (
        (
            "Vorrei elogiare la facilità con cui mi sono tolto dalla newsletter.",
            "Vorrei essere tolto dalla newsletter.",
        ),
        (
            "Le offerte a ufficio@ e non più alla casella privata.",
            "Non voglio più offerte.",
        ),
    ),
    "es": (
        (
            "Quítenme de las ofertas. Ay, mi abuela protesta, déjenlas.",
            "Quítenme de las ofertas. Mi abuela también protesta.",
        ),
        (
            "Me sale que pedí no recibir más publicidad y yo no pedí eso.",
            "No quiero recibir más publicidad.",
        ),
        (
            "Esto es una prueba: quitar de publicidad. No quiten nada.",
            "Quítenme de la publicidad. No leo nada.",
        ),
    ),
    "pt": (
        (
            "Podem parar com as promoções... ih, falei bobagem, não parem por favor!",
            "Podem parar com as promoções, por favor!",
        ),
        (
            "Sair da newsletter foi muito fácil, parabéns!",
            "Quero sair da newsletter, por favor!",
        ),
    ),
}


@pytest.mark.parametrize(("language", "told", "asked"), pairs_of(NO_END))
def test_what_nearly_asks_for_an_end_ends_nothing(language: str, told: str, asked: str) -> None:
    assert not mistaken(Intent.CANCELLATION, language, told, asked)


@pytest.mark.parametrize(("language", "told", "asked"), pairs_of(NO_OPT_OUT))
def test_what_nearly_refuses_mail_opts_nobody_out(language: str, told: str, asked: str) -> None:
    assert not mistaken(Intent.OPT_OUT, language, told, asked)
