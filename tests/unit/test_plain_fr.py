"""Plain French mail, as it is typed into a contact form: each request beside a near miss."""

from __future__ import annotations

import pytest

from handlers.values import Intent
from tests.unit.contrasts import mistaken

# Ends nothing in either mailbox, and a text that asks for the end in cancel@.
NO_END = (
    # help
    (
        "Merci de votre aide pour la clôture de mon compte.",
        "Je sollicite votre aide pour la clôture de mon compte.",
    ),
    (
        "Mon collègue m'a aidé à résilier l'abonnement.",
        "Pourriez-vous m'aider à résilier l'abonnement ?",
    ),
    (
        "J'ai besoin d'aide pour récupérer mon compte supprimé.",
        "J'ai besoin d'aide pour supprimer mon compte.",
    ),
    (
        "J'ai besoin d'aide pour supprimer un compte FTP.",
        "J'ai besoin aide pour supprimer compte.",
    ),
    (
        "Personne n'a pu m'aider à fermer mon compte.",
        "Quelqu'un peut m'aider à fermer mon compte ?",
    ),
    ("Où trouver de l'aide pour résilier ?", "Je cherche de l'aide pour résilier."),
    # kinds of account
    ("Je voudrais passer au compte premium.", "Je voudrais fermer mon compte premium."),
    ("Merci de supprimer la photo de mon profil.", "Merci de supprimer mon profil client."),
    ("Supprimez mon profil Facebook de la page.", "Supprimez mon profil."),
    ("Je souhaite résilier mon adhésion au club de tennis.", "Je souhaite résilier mon adhésion."),
    ("Je voudrais annuler le pack sécurité.", "Je voudrais annuler le pack."),
    (
        "Merci d'annuler mon inscription au webinaire.",
        "Merci d'annuler mon inscription chez vous.",
    ),
    # headings
    ("Suppression du compte mail", "Suppression du compte et de mes données"),
    ("Effacement du cache", "Effacement complet de mon compte"),
    ("Quel est le compte à supprimer ?", "Compte gratuit à supprimer svp"),
    # confirmation
    (
        "Pouvez-vous me confirmer la résiliation de mon contrat ?",
        "Merci de me confirmer la résiliation de mon contrat au 31 mars.",
    ),
    ("Merci de confirmer la fermeture du ticket.", "Merci de confirmer la fermeture du compte."),
    # no longer needed, no renewal
    (
        "Je n'ai plus besoin de votre hébergement, que proposez-vous de plus grand ?",
        "Je n'ai plus besoin de votre hébergement.",
    ),
    ("Je ne renouvelle pas le domaine.", "Je ne renouvelle pas."),
    # courtesies and fillings
    (
        "Je vous serais reconnaissant de ne pas fermer mon compte.",
        "Je vous serais très reconnaissant de bien vouloir fermer mon compte.",
    ),
    ("On veut savoir comment résilier le contrat.", "On veut résilier le contrat."),
    (
        "Il ne faut pas qu'on supprime le compte du club.",
        "Il faut qu'on supprime le compte du club.",
    ),
    # denied, refused or only rumoured
    (
        "Qui a bien pu vous dire que nous voulions fermer le compte ?",
        "Qui vous a dit que nous restions ? Fermez le compte.",
    ),
    (
        "D'où tenez-vous que je souhaite clore mon contrat, résilier mon hébergement ?",
        "Je souhaite résilier mon hébergement.",
    ),
    (
        "Première nouvelle : nous voudrions fermer notre compte.",
        "Première nouvelle, les prix montent. Nous voudrions fermer notre compte.",
    ),
    (
        "Le bruit court que nous résilions notre contrat.",
        "Le bruit court que vous fermez. Nous résilions notre contrat.",
    ),
    ("Résilier notre hébergement, moi vivante, jamais.", "Résilier notre hébergement, merci."),
    (
        "Fermer mon site serait la dernière de mes idées, résilier mon contrat aussi.",
        "Ma dernière idée est prise : résilier mon contrat.",
    ),
    (
        "Nous démentons avoir demandé la résiliation du contrat.",
        "Nous démentons avoir commandé ce domaine, et demandons la résiliation du contrat.",
    ),
    (
        "Résiliez mon contrat, c'est ce que l'escroc a écrit.",
        "Résiliez mon contrat, un escroc a piraté mon site.",
    ),
    (
        "Notre demande de clôture du compte est partie par mégarde.",
        "Clôturez notre compte, votre facture est partie par mégarde à l'ancienne adresse.",
    ),
    (
        "Je n'ai pas l'intention, même après la panne, de fermer mon compte.",
        "Je vous prie, ne pouvant plus payer, de fermer mon compte.",
    ),
    (
        "Fermez mon compte, et vous aurez affaire à mon avocat.",
        "Fermez mon compte, et confirmez-le à mon avocat.",
    ),
    (
        "Je m'oppose à la fermeture de mon compte, je garde mon contrat.",
        "Je m'oppose à la fermeture de l'école, mais résiliez mon contrat.",
    ),
    (
        "Évitez la clôture de notre compte.",
        "Pour éviter la fermeture administrative du magasin, je résilie mon contrat.",
    ),
    (
        "Résiliez mon contrat ? Il n'en est pas question.",
        "Résiliez mon contrat. Il n'en est plus fait usage.",
    ),
    (
        "Je refuse de résilier mon contrat.",
        "Je refuse de résilier par téléphone, clôturez mon compte par ce mail.",
    ),
    (
        "Veuillez considérer ma lettre de résiliation comme caduque.",
        "Veuillez considérer mon contrat comme résilié au 31 mai.",
    ),
    ("Annulation de la clôture du compte.", "Annulation de mon compte svp."),
    (
        "Résilier mon contrat, très peu pour nous.",
        "Résilier mon contrat, très peu de visites chez nous.",
    ),
    (
        "Je m'oppose à la hausse au 1er mars.",
        "Je m'oppose à la tacite reconduction de mon contrat.",
    ),
    ("J'arrête tout le serveur chaque nuit.", "J'arrête tout chez vous fin mars."),
    ("Clôture du compte RW-3312 refusée par votre collègue.", "Clôture du compte RW-3312, merci."),
    (
        "Bien reçu votre confirmation de clôture de compte, merci.",
        "Merci de confirmer la clôture de mon compte.",
    ),
    (
        "Mon compte peut être supprimé par erreur ?",
        "Mon compte peut être supprimé dès maintenant.",
    ),
    (
        "Je vous signale la fin du contrat de bail.",
        "Je vous notifie la fin du contrat d'hébergement.",
    ),
    (
        "C'est juste pour savoir si mon compte est résilié.",
        "C'est juste pour résilier mon compte.",
    ),
)

# No opt-out in either mailbox, and a text that asks for one in support@.
NO_OPT_OUT = (
    ("Je n'ai pas de pub sur mon blog.", "On ne veut pas de pub."),
    ("Aucun message commercial ne part de mon site.", "Uniquement les factures, pas de pub."),
    (
        "Puis-je ne plus avoir accès à mon compte ?",
        "Pourrait-on ne plus recevoir vos promotions ?",
    ),
    ("Où se trouve l'aide pour se désabonner ?", "J'ai besoin d'aide pour me désabonner."),
    ("Mes codes promo ne marchent pas.", "Je ne veux plus recevoir de codes promo."),
    (
        "Par ce message je résilie mon contrat.",
        "Par ce message je vous demande de me désinscrire de la newsletter.",
    ),
    (
        "Je ne reçois plus vos mails malgré mon inscription.",
        "Je reçois toujours vos mails malgré ma désinscription.",
    ),
    ("On ne peut pas désactiver les promos ?", "Merci de stopper vos SMS de promo."),
    ("Le sondage de mon site ne s'affiche plus.", "Arrêtez vos sondages après chaque ticket."),
    (
        "Pouvez-vous passer le mode debug sur off ?",
        "Pouvez-vous passer mes préférences marketing sur off ?",
    ),
    (
        "Les notifications de mon serveur sont coupées.",
        "Désactivez les notifications marketing svp.",
    ),
    ("Ne m'appelez plus, écrivez-moi.", "Ne m'appelez plus pour vos offres."),
    (
        "Cette boîte ne doit plus recevoir de virus.",
        "Cette boîte ne doit plus recevoir de publicité.",
    ),
)


@pytest.mark.parametrize(("told", "asked"), NO_END)
def test_an_end_that_is_plainly_asked_for_is_told_from_its_near_miss(
    told: str, asked: str
) -> None:
    assert not mistaken(Intent.CANCELLATION, "fr", told, asked)


@pytest.mark.parametrize(("told", "asked"), NO_OPT_OUT)
def test_an_opt_out_that_is_plainly_asked_for_is_told_from_its_near_miss(
    told: str, asked: str
) -> None:
    assert not mistaken(Intent.OPT_OUT, "fr", told, asked)
