"""What asks not to cancel is acted upon in no language and in neither mailbox: the worst harm.

Small words around the "not" belong to many phrases, and a phrase that holds it must not hide it.
"""

from __future__ import annotations

from functools import cache

import pytest

from handlers.classify import Classifier
from handlers.classify.objections import NEGATED, TAKEN_BACK
from handlers.classify.shipped import shipped_classifier
from handlers.values import Role
from tests.unit.classified import message

TEXTS = {
    "en": (
        "Please do not cancel my account yet.",
        "Please never cancel my account.",
        "Don't close my account before I call.",
        "I do not want my contract cancelled.",
        "There is no need to cancel my account.",
        "Under no circumstances close my account.",
        "Please wait before cancelling my account.",
        "Please hold the cancellation of my account.",
        "I wanted to cancel my account but your support is great.",
        "Please tell me when my contract ends.",
    ),
    "de": (
        "Bitte kündigen Sie meinen Vertrag noch nicht.",
        "Bitte noch nicht kündigen.",
        "Kündigen Sie meinen Vertrag doch nicht.",
        "Kündigen Sie meinen Vertrag auf keinen Fall.",
        "Ich möchte meinen Vertrag vorerst nicht kündigen.",
        "Mein Vertrag soll nicht gekündigt werden.",
        "Kündigen Sie bitte niemals mein Konto.",
        "Ich wollte meinen Vertrag kündigen, aber nun bleibe ich gern.",
    ),
    "fr": (
        "Ne résiliez surtout pas mon contrat.",
        "Veuillez ne pas encore fermer mon compte.",
        "Je ne veux plus résilier mon contrat.",
        "Ne fermez jamais mon compte.",
        "Mon compte ne doit pas être supprimé.",
    ),
    "es": (
        "No cancelen todavía mi cuenta.",
        "Por favor no den de baja mi hosting.",
        "Nunca cierren mi cuenta.",
        "Mejor no cancelen mi contrato.",
        "Todavía no quiero dar de baja mi cuenta.",
    ),
    "it": (
        "Non disdite ancora il mio contratto.",
        "Per favore non chiudete il mio account.",
        "Non voglio più disdire il contratto.",
        "Il mio account non va cancellato.",
    ),
    "pt": (
        "Não cancelem ainda a minha conta.",
        "Por favor não encerrem o meu contrato.",
        "Já não quero cancelar a conta.",
        "Melhor não fecharem a minha conta.",
    ),
    "nl": (
        "Zeg mijn contract toch niet op.",
        "Zeg mijn contract nog niet op.",
        "Sluit mijn account alsjeblieft niet.",
        "Mijn account hoeft niet te worden opgezegd.",
    ),
    "pl": (
        "Jednak nie zamykajcie mojego konta.",
        "Proszę jeszcze nie zamykać mojego konta.",
        "Nie wypowiadajcie mojej umowy.",
        "Moje konto nie ma być usunięte.",
    ),
    "cs": (
        "Vlastně neukončujte moji smlouvu.",
        "Prosím ještě nerušte můj účet.",
        "Nechci ukončit smlouvu.",
        "Můj účet nemá být zrušen.",
    ),
    "ru": (
        "Всё-таки не закрывайте мой аккаунт.",
        "Пока не закрывайте мой аккаунт, пожалуйста.",
        "Не расторгайте мой договор.",
        "Пожалуйста, не удаляйте, мой аккаунт ещё нужен.",
        "Мой аккаунт удалять не надо.",
    ),
    "sv": (
        "Säg inte upp mitt avtal än.",
        "Säg förresten inte upp mitt abonnemang.",
        "Mitt konto ska inte stängas.",
    ),
    "da": (
        "Opsig alligevel ikke mit abonnement.",
        "Opsig ikke min aftale endnu.",
        "Min konto skal ikke lukkes.",
    ),
    "no": (
        "Si likevel ikke opp abonnementet mitt.",
        "Ikke si opp avtalen min ennå.",
        "Kontoen min skal ikke slettes.",
    ),
    "fi": (
        "Älkää sittenkään irtisanoko sopimustani.",
        "Älkää vielä irtisanoko sopimustani.",
        "En halua lopettaa tiliäni.",
    ),
    "tr": (
        "Hesabımı henüz kapatmayın.",
        "Sözleşmemi iptal etmek istemiyorum.",
        "Hesabım silinmesin lütfen.",
    ),
    "ja": (
        "まだ解約しないでください。",
        "アカウントを削除しないでください。",
        "解約したくありません。",
    ),
    "zh": ("请先不要注销我的账户。", "我不想取消合同。", "暂时别注销我的账户。"),
}


@cache
def shipped() -> Classifier:
    return shipped_classifier()


def test_every_language_has_its_sentences() -> None:
    assert set(TEXTS) == shipped().languages


@pytest.mark.parametrize("text", [text for texts in TEXTS.values() for text in texts])
@pytest.mark.parametrize("role", Role)
def test_a_cancellation_that_is_denied_is_not_acted_upon(text: str, role: Role) -> None:
    assert shipped().read(message(text), role=role).certain == ()


# They name no act that a phrase of theirs denies: known, and held or left by other means.
NOT_HEARD = {
    "Please wait before cancelling my account.",
    "Please hold the cancellation of my account.",
    "I wanted to cancel my account but your support is great.",
    "Please tell me when my contract ends.",
    "Ich wollte meinen Vertrag kündigen, aber nun bleibe ich gern.",
    "No cancelen todavía mi cuenta.",
    "Mejor no cancelen mi contrato.",
    "Il mio account non va cancellato.",
    "Zeg mijn contract nog niet op.",
    "Nie wypowiadajcie mojej umowy.",
    "Vlastně neukončujte moji smlouvu.",
    "Prosím ještě nerušte můj účet.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_it_stops_a_cancellation_that_is_on_its_way(language: str) -> None:
    read = [
        (text, shipped().read(message(text), role=Role.SUPPORT).against)
        for text in TEXTS[language]
        if text not in NOT_HEARD
    ]
    unheard = [
        text for text, against in read if not {NEGATED, TAKEN_BACK} & {e.rule for e in against}
    ]
    assert unheard == []
