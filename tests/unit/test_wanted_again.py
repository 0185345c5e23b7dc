"""Who withdraws an objection to advertising wants it again; who withdraws a consent wants none."""

from __future__ import annotations

from functools import cache

import pytest

from handlers.classify import Classifier
from handlers.classify.shipped import shipped_classifier
from handlers.values import Intent, Role
from tests.unit.classified import message, rules_alone

WITHDRAWN = [
    ("en", "I withdraw my objection to marketing."),
    ("en", "We take back our objection, you may send us offers again."),
    ("de", "Ich ziehe meinen Widerspruch gegen Werbung vom Mai zurück."),
    ("de", "Meinen Widerspruch gegen die Werbung nehme ich hiermit zurück."),
    ("fr", "Je retire mon opposition à la prospection."),
    ("es", "Retiro mi oposición al marketing."),
    ("es", "Les doy permiso expreso para seguir enviándome ofertas."),
    ("it", "Ritiro la mia opposizione al marketing."),
    ("pt", "Retiro a minha oposição ao marketing."),
    ("nl", "Ik trek mijn verzet tegen reclame hierbij in."),
    ("pl", "Cofam sprzeciw marketingowy."),
    ("sv", "Jag återkallar min invändning mot reklam."),
    ("da", "Jeg trækker min indsigelse mod markedsføring tilbage."),
    ("no", "Reservasjonen min mot reklame trekkes."),
    ("fi", "Perun keväällä tekemäni markkinointikiellon."),
    ("cs", "Beru svou námitku proti reklamě zpět."),
    ("tr", "Reklam itirazımı geri çekiyorum."),
    ("ja", "広告配信に対する異議を撤回します。"),
    ("zh", "我撤回之前的拒收申请。"),
    ("ru", "Возражение против рекламы отзываю."),
]
# In near alike words, and no advertising any more.
ASKED = [
    ("en", "I withdraw my consent to marketing."),
    ("de", "Hiermit widerspreche ich der Werbung."),
    ("fr", "Je retire mon consentement à la prospection."),
    ("es", "Retiro mi consentimiento para recibir publicidad."),
    ("it", "Ritiro il mio consenso al marketing."),
    ("pt", "Retiro o meu consentimento para receber publicidade."),
    ("nl", "Ik trek mijn toestemming voor reclame in."),
    ("pl", "Cofam zgodę marketingową."),
    ("sv", "Jag återkallar mitt samtycke till reklam."),
    ("da", "Jeg trækker mit samtykke til markedsføring tilbage."),
    ("no", "Jeg trekker samtykket mitt til reklame."),
    ("fi", "Perun keväällä antamani markkinointiluvan."),
    ("cs", "Odvolávám souhlas s reklamou."),
    ("tr", "Reklam iznimi geri çekiyorum."),
    ("ja", "広告配信への同意を撤回します。"),
    ("zh", "我撤回对推广邮件的同意。"),
    ("ru", "Отзываю согласие на рекламу."),
]


@cache
def shipped() -> Classifier:
    return shipped_classifier()


@pytest.mark.parametrize(("language", "text"), WITHDRAWN)
def test_who_withdraws_an_objection_leaves_no_list(language: str, text: str) -> None:
    for role in Role:
        for classifier in (rules_alone(), shipped()):
            assert classifier.read(message(text, language=language), role=role).certain == ()


@pytest.mark.parametrize(("language", "text"), ASKED)
def test_who_withdraws_a_consent_does(language: str, text: str) -> None:
    verdict = shipped().read(message(text, language=language), role=Role.SUPPORT)
    assert [found.intent for found in verdict.certain] == [Intent.OPT_OUT]
