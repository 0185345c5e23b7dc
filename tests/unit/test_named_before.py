"""A name before a contract, in languages where it stands there, makes it another one."""

from __future__ import annotations

from functools import cache

import pytest

from config.phrase_book import load_stored
from handlers.classify import Classifier
from handlers.values import Intent
from tests.unit.classified import CANCEL, intents, message


@cache
def every_language() -> Classifier:
    return Classifier(load_stored())


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sv", "Säg upp min Zazzaplay prenumeration."),
        ("da", "Opsig mit Zazza Play-abonnement."),
        ("no", "Si opp mitt Zazzaplay abonnement."),
        ("tr", "Zazzaplay aboneliğimi iptal edin."),
        ("ja", "花園の契約を解約してください。"),
        ("zh", "请取消我的花园会员。"),
    ],
)
def test_a_contract_named_by_an_unknown_word_is_not_ended_unseen(language: str, text: str) -> None:
    verdict = every_language().read(message(text, language=language), role=CANCEL)
    assert intents(verdict) in (("", Intent.CANCELLATION), ("", ""))
    assert intents(verdict)[0] == ""


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sv", "Säg upp min prenumeration."),
        ("da", "Opsig mit abonnement."),
        ("tr", "Hosting aboneliğimi iptal edin."),
        ("ja", "サーバー契約を解約してください。"),
        ("ja", "更新せずアカウントを削除してください。"),
        ("zh", "请取消我的主机服务。"),
    ],
)
def test_a_contract_of_ones_own_is_ended(language: str, text: str) -> None:
    verdict = every_language().read(message(text, language=language), role=CANCEL)
    assert intents(verdict)[0] == Intent.CANCELLATION
