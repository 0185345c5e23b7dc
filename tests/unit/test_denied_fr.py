"""An end that is denied, refused, objected to, prevented or advised against is no request.

French and Italian: the same words with and without what turns them round. What is refused may also
be the end itself ("we do not want the hosting to end"), and a request may deny something else.
"""

from __future__ import annotations

import pytest

from handlers.classify.shipped import shipped_classifier
from handlers.values import Intent, Role
from tests.unit.classified import message
from tests.unit.contrasts import acted

DENIED = {
    "fr": """
Il n'y a aucune raison de fermer notre compte.
Je ne vois aucune raison de résilier mon hébergement.
Pas besoin de supprimer mon compte.
Personne ne souhaite supprimer le compte.
Aucun de nous ne souhaite la fermeture du compte.
Je n'ai jamais voulu résilier mon contrat.
À aucun moment je n'ai voulu que mon compte soit supprimé.
En aucun cas nous ne voulons que le contrat prenne fin.
En aucune façon je ne souhaite clôturer mon compte.
Ne résiliez sous aucun prétexte notre contrat.
Loin de nous l'idée de fermer notre compte.
Il est impensable de résilier notre contrat.
La résiliation de notre contrat est hors de question.
La résiliation de mon contrat n'est pas d'actualité.
Merci de vous abstenir de clôturer mon compte.
Veuillez empêcher la résiliation de notre contrat.
Je m'oppose formellement à la clôture de mon compte.
Nous n'acceptons pas la clôture de notre compte.
Je refuse de résilier mon contrat.
Je ne consens pas à la suppression de mon compte.
Nous ne sommes pas d'accord pour résilier le contrat.
Nous ne voulons pas que l'hébergement s'arrête à la fin de l'année.
Nous ne souhaitons pas que notre hébergement expire.
Au lieu de résilier mon contrat, je préfère changer de formule.
Nous avons finalement renoncé à résilier notre contrat.
Je serais désolé de devoir fermer mon compte.
Veuillez arrêter la clôture de notre compte.
Stoppez la suppression de mon compte.
Il ne me viendrait pas à l'idée de résilier mon contrat.
Jamais il ne nous viendrait à l'esprit de fermer notre compte.
Jamais je n'ai demandé la suppression de mon compte.
Résilier notre contrat, il n'en est pas question.
Il serait dommage de résilier notre contrat.
g pas demandé a fermer mon compte
Nous tenons à ce que le contrat ne soit pas résilié.
Je tiens à ne pas résilier mon contrat.
Je n'ai aucune intention de me désabonner de la newsletter.
Loin de moi l'idée de me désabonner.
Personne ici ne veut se désabonner de votre newsletter.
Je ne veux surtout pas que vous cessiez de m'envoyer la newsletter.
Je m'oppose à la résiliation de mon contrat.
Personne chez nous ne veut fermer le compte.
Merci d'éviter de supprimer mon compte.
Plutôt que de résilier mon contrat, je voudrais le suspendre.
Je ne suis pas d'accord avec la clôture de mon compte.
Loin de moi l'idée de résilier mon contrat.
Je ne veux pas que l'hébergement soit coupé à la fin du mois.
Nous ne souhaitons pas que le site disparaisse.
Nous ne voulons pas que notre compte disparaisse.
Comment éviter que mon compte soit supprimé ?
Je ne compte pas résilier mon contrat.
Le bureau a décidé de ne pas résilier le contrat.
Nous avons choisi de ne pas fermer le compte.
J'aimerais autant ne pas fermer mon compte.
Prière de ne pas clôturer notre compte.
Vous ne pouvez pas fermer mon compte comme ça.
Pour rien au monde nous ne voulons résilier le contrat.
Nous ne sommes nullement disposés à résilier le contrat.
Je ne suis pas prêt à fermer mon compte.
Nous rejetons la résiliation de notre contrat.
Nous formons opposition contre la résiliation de notre contrat.
Ne donnez pas suite à la résiliation de mon contrat.
Mon compte n'aurait jamais dû être supprimé.
Nous regretterions de devoir résilier notre contrat.
Je détesterais devoir fermer mon compte.
Je tiens trop à mon hébergement pour le résilier.
Mon intention n'est pas de résilier mon contrat.
Je veux juste changer de formule, pas résilier mon contrat.
jai pas l intention de cloturer mon compte
ne surtout pas fermer le compte svp
Fermer le compte ? Non merci.
Résilier mon contrat ? Certainement pas !
Supprimer mon compte serait la pire des choses.
J'exclus de fermer mon compte.
Je me refuse à résilier mon contrat.
""",
    "it": """
Non ho la minima intenzione di chiudere il mio account.
Non intendiamo affatto disdire l'hosting.
Non è nelle nostre intenzioni chiudere l'account.
Non abbiamo in programma di disdire il contratto.
Non è prevista alcuna disdetta del contratto.
Non vedo ragione di disdire il mio contratto.
Inutile disdire il contratto.
Nessuno vuole disdire l'hosting.
Nessuno ha chiesto la disdetta del nostro contratto.
Non ho mai voluto disdire il contratto.
In nessun momento abbiamo voluto la disdetta del contratto.
Mai abbiamo chiesto di chiudere l'account.
In nessun caso vogliamo che il contratto termini.
Per nessun motivo l'account deve essere chiuso.
Non disdite per nessuna ragione il nostro contratto.
Lungi da noi voler disdire il contratto.
Siamo ben lontani dal voler disdire il contratto.
È fuori discussione chiudere il mio account.
Fuori questione disdire il contratto.
Non se ne parla di chiudere l'account.
Vi prego di evitare di chiudere il mio account.
Evitate per favore di disdire il nostro contratto.
Contestiamo la chiusura del nostro account.
Non approviamo la disdetta del nostro contratto.
Non vogliamo che il contratto cessi.
Rinuncio alla disdetta del mio contratto.
L'ultima cosa che voglio è disdire il contratto.
È troppo presto per disdire il contratto.
Il nostro account non va chiuso.
Chiudere l'account non è quello che voglio.
Disdire il contratto, non ci pensiamo nemmeno.
Non è per chiudere l'account che vi scrivo.
nn vogliamo disdire il contrato
Non ho nessuna voglia di disdire il contratto.
Vietato cancellare il mio account.
Guai a chiudere il nostro account.
Mica voglio chiudere il mio account.
Lungi da me l'idea di cancellarmi dalla newsletter.
Vi prego di evitare di cancellarmi dalla newsletter.
Mi oppongo alla mia cancellazione dalla newsletter.
Fuori discussione disiscrivermi.
Nessuno qui vuole chiudere, restiamo con voi.
Mi oppongo alla disdetta del mio contratto.
Non vorremmo che l'hosting terminasse.
Non voglio che il mio abbonamento hosting si interrompa.
Vogliamo evitare che il contratto venga disdetto.
Come posso evitare che il mio account venga cancellato?
Non prevediamo di chiudere l'account.
Preferisco non disdire il mio contratto.
Si prega di non chiudere il nostro account.
Vi proibisco di chiudere il mio account.
Pietà, non cancellate il mio account.
Per nulla al mondo vogliamo disdire il contratto.
Non siamo affatto disposti a disdire il contratto.
Non sono pronto a chiudere il mio account.
Non accetteremo mai la disdetta del nostro contratto.
Respingo categoricamente la chiusura del mio account.
Il mio contratto non doveva essere disdetto.
Tengo troppo al mio hosting per disdirlo.
La mia intenzione non è disdire il contratto.
Anziché disdire, vogliamo rinnovare il contratto.
mi raccomando non chiudete l'account
Disdire? Fuori discussione.
Disdire il nostro contratto sarebbe una follia.
Chiudere l'account non avrebbe senso.
Escludo di chiudere il mio account.
Non mi rassegno a chiudere il mio account.
Non ho mai chiesto di essere cancellato dalla newsletter.
Astenetevi dal cancellarmi dalla newsletter.
È fuori discussione disiscrivermi dalla vostra newsletter.
Guardatevi dal disiscrivermi.
Lontano da me l'idea di disdire il contratto.
Nessun bisogno di chiudere il mio account.
Nessuna ragione di disdire il nostro contratto.
Non mi conviene disdire il contratto.
""",
}
# What is denied here is the use, the renewal or something beside it.
ASKED = {
    "fr": """
Je ne veux plus de mon compte, merci de le fermer.
Nous n'avons plus besoin de l'hébergement, veuillez le résilier.
Plus personne n'utilise le site, merci de résilier l'hébergement.
Nous ne souhaitons pas continuer, merci de résilier notre contrat.
Je n'ai plus l'utilité de mon compte, veuillez le supprimer.
Nous ne souhaitons pas renouveler notre contrat d'hébergement.
Je ne souhaite pas que mon contrat soit reconduit.
Nous ne voulons pas que l'hébergement soit renouvelé.
Je ne veux pas que mon contrat se renouvelle.
Merci de ne pas renouveler notre contrat.
Merci d'éviter le renouvellement et de résilier mon contrat.
Plutôt que de renouveler, je résilie mon contrat.
Au lieu de prolonger le contrat, merci de le résilier.
Je ne suis pas satisfait, je résilie mon contrat.
Je ne suis pas d'accord avec la hausse, merci de résilier mon contrat.
Nous avons décidé de ne pas prolonger notre contrat.
Nous avons décidé de ne plus continuer, merci de fermer notre compte.
Personne chez nous n'utilise le compte, merci de le clôturer.
Je ne peux plus me permettre l'hébergement, merci de résilier mon contrat.
Il n'y a plus de raison de garder le compte, veuillez le fermer.
Inutile de me relancer, résiliez mon contrat.
Il n'est pas nécessaire de me rappeler, merci de fermer mon compte.
Pas besoin de remboursement, fermez simplement mon compte.
Ne me facturez plus et résiliez mon contrat.
Je n'ai pas de raison particulière, je souhaite simplement résilier mon contrat.
Je n'ai jamais utilisé le service, merci de résilier mon contrat.
Je ne veux pas de nouvelle offre, je veux résilier mon contrat.
Nous ne sommes plus intéressés, veuillez clôturer notre compte.
Je ne souhaite pas conserver mon compte.
Je ne veux pas garder mon hébergement.
Merci de supprimer mon compte, je n'en veux plus.
Veuillez fermer mon compte, il ne sert à rien.
N'attendez pas la fin du mois, résiliez mon contrat tout de suite.
N'hésitez pas à résilier mon contrat dès aujourd'hui.
Merci de résilier mon contrat pour éviter de payer une année de plus.
Afin d'éviter de nouveaux frais, merci de fermer mon compte.
Merci d'éviter de me rappeler et de fermer mon compte.
Évitez de m'appeler, résiliez simplement mon contrat.
Je suis loin de vouloir rester : résiliez mon contrat.
Nul besoin de me répondre, fermez mon compte.
""",
    "it": """
Non voglio più il mio account, vi prego di chiuderlo.
Non abbiamo più bisogno dell'hosting, vi preghiamo di disdirlo.
Nessuno usa più il sito, vi prego di disdire l'hosting.
Non desideriamo continuare, vi preghiamo di disdire il nostro contratto.
Il mio account non mi serve più, cancellatelo per favore.
Non desideriamo rinnovare il nostro contratto di hosting.
Non desidero che il mio contratto venga rinnovato.
Non vogliamo che l'hosting venga rinnovato.
Non voglio che il contratto si rinnovi.
Vi prego di non rinnovare il nostro contratto.
Rifiuto il rinnovo del mio contratto.
Vi prego di evitare il rinnovo e di disdire il contratto.
Piuttosto che rinnovare, disdico il contratto.
Invece di rinnovare il contratto, vi prego di disdirlo.
Non sono soddisfatto, disdico il mio contratto.
Non sono d'accordo con l'aumento, vi prego di disdire il contratto.
Non accettiamo i nuovi prezzi e disdiciamo il nostro contratto.
Abbiamo deciso di non rinnovare il contratto.
Abbiamo deciso di non continuare, vi prego di chiudere il nostro account.
Nessuno da noi usa l'account, vi prego di chiuderlo.
Non posso più permettermi l'hosting, vi prego di disdire il contratto.
Non c'è più motivo di tenere l'account, chiudetelo per favore.
Inutile contattarmi, disdite il mio contratto.
Non serve richiamarmi, chiudete il mio account.
Non ho bisogno del rimborso, chiudete semplicemente il mio account.
Non fatturate più nulla e disdite il mio contratto.
Non ho un motivo particolare, voglio solo disdire il mio contratto.
Non ho mai usato il servizio, vi prego di disdire il contratto.
Non siamo più interessati, vi preghiamo di chiudere il nostro account.
Non desidero mantenere il mio account.
Non voglio tenere l'hosting.
Vi prego di cancellare il mio account, non lo voglio più.
Non aspettate la fine del mese, disdite subito il mio contratto.
Vi prego di disdire il mio contratto per evitare di pagare un altro anno.
Per evitare altri costi, vi prego di chiudere il mio account.
Evitate di chiamarmi, disdite semplicemente il mio contratto.
Vi prego di evitare di richiamarmi e di chiudere il mio account.
Sono lontano dal voler restare: disdite il mio contratto.
Abbiamo rinunciato al progetto del sito, vi prego di disdire l'hosting.
Rinuncio al mio hosting, vi prego di disdirlo.
""",
}


def _lines(of: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, line) for name, text in of.items() for line in text.strip().splitlines()]


@pytest.mark.parametrize(("language", "text"), _lines(DENIED))
def test_a_denied_end_is_not_acted_on(language: str, text: str) -> None:
    told = message(text, language=language)
    for role in Role:
        assert not acted(text, language, role), role
        assert not shipped_classifier().read(told, role=role).certain, role


@pytest.mark.parametrize(("language", "text"), _lines(ASKED))
def test_a_request_that_denies_something_else_is_acted_on(language: str, text: str) -> None:
    assert acted(text, language, Role.CANCEL) == {Intent.CANCELLATION}
