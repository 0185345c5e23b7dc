"""Texts in languages without phrases: held where their shape is a request's, else left."""

from __future__ import annotations

import pytest

from config.phrase_book import load_stored
from handlers.classify import Classifier
from handlers.classify.unknown import RULE
from handlers.values import Intent, Role, Verdict
from tests.unit.classified import message

CLASSIFIER = Classifier(load_stored())


def read(text: str, *, subject: str = "", role: Role = Role.SUPPORT, quoted: str = "") -> Verdict:
    mail = message(text, subject=subject, quoted=quoted, language="")
    return CLASSIFIER.read(mail, role=role)


@pytest.mark.parametrize(
    ("text", "subject", "role", "quoted", "intent"),
    [
        ("Прошу закрити мій обліковий запис і договір", "", Role.CANCEL, "", Intent.CANCELLATION),
        ("Kérem, szüntessék meg a fiókomat", "", Role.CANCEL, "", Intent.CANCELLATION),
        ("Більше не надсилайте мені рекламу", "newsletter", Role.SUPPORT, "", Intent.OPT_OUT),
        ("Kérem, ne küldjenek több hírlevelet", "newsletter", Role.SUPPORT, "", Intent.OPT_OUT),
        (
            "Παρακαλώ διαγράψτε με από τη λίστα",
            "Re: Our newsletter",
            Role.SUPPORT,
            "Click here to unsubscribe from our newsletter.",
            Intent.OPT_OUT,
        ),
    ],
)
def test_its_shape_holds_it(
    text: str, subject: str, role: Role, quoted: str, intent: Intent
) -> None:
    verdict = read(text, subject=subject, role=role, quoted=quoted)
    assert [finding.intent for finding in verdict.unsure] == [intent]
    assert not verdict.certain
    assert verdict.evidence[0].rule == RULE


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Сайт не відкривається вже дві години, допоможіть", Role.SUPPORT),
        ("Nem tudok belépni a vezérlőpultba", Role.SUPPORT),
        ("Why is my website so slow today?", Role.CANCEL),
        ("Warum ist meine Seite heute so langsam?", Role.CANCEL),
        ("E-mail não entra no celular desde ontem, a senha está certa.", Role.SUPPORT),
        ("ok", Role.CANCEL),
    ],
)
def test_other_mail_is_left(text: str, role: Role) -> None:
    verdict = read(text, role=role)
    assert (verdict.certain, verdict.unsure) == ((), ())
