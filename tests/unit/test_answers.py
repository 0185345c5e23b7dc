"""Answers to our own questions and confirmations."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.phrase_book import PhraseBook, load_phrases, load_stored
from handlers.address import make_address
from handlers.classify import Classifier
from handlers.classify.answers import Answer
from handlers.secret import code_form
from handlers.values import Role
from tests.unit.classified import english, message

YES, NO, UNDO, THANKS, UNCLEAR = Answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Yes", YES),
        ("Yes please.", YES),
        ("Hello,\n\nyes, I confirm.\n\nKind regards\nAda Lind", YES),
        ("I confirm the cancellation.", YES),
        ("ok, go ahead", YES),
        ("YES\n\nBest regards\nAnna Schmidt\nSchmidt Bakery Ltd\nMobile 0170 123", YES),
        ("YES\n\nKind regards,\n\nAnna Schmidt\nDirector\nSchmidt Bakery Ltd", YES),
        ("YES\n\nplease call me first", UNCLEAR),
        ("YES\n\nRegards,\nAnna Schmidt\nSchmidt Bakery Ltd\nMill Lane 1", YES),
        ("YES\n\nKind regards\nAnna\n\nPS: but not before June, please", UNCLEAR),
        ("YES\n\nKind regards\nAnna\n\nPS: do not cancel the domain", UNCLEAR),
        ("Yes, please cancel my account, the shop has closed and nobody has a use for it.", YES),
        ("yes?", UNCLEAR),
        ("Yes, but not yet.", UNCLEAR),
        ("Yes. One question first: when does it end?", UNCLEAR),
        ("Yes, if you refund me.", UNCLEAR),
        ("Yes we can talk about the weather and all that", UNCLEAR),
        ("The answer is yes", UNCLEAR),
        ("I am out of office, yes", UNCLEAR),
        ("No", NO),
        ("No, that wasn't me!", NO),
        ("No, thanks", NO),
        ("No please", NO),
        ("No. I never asked for it", NO),
        ("No that wasn't me", NO),
        ("No problem, go ahead", YES),
        ("No doubt about it, cancel", UNCLEAR),
        ("No entiendo el mensaje", UNCLEAR),
        ("I did not request this.", NO),
        ("Please do not cancel my account.", NO),
        ("I changed my mind, keep my account.", NO),
        ("Yes. No.", UNCLEAR),
        ("No idea what this is, who are you?", UNCLEAR),
        ("Please undo this, it was a mistake.", UNDO),
        ("I did not unsubscribe, put me back on the list.", UNDO),
        ("Was this by mistake?", UNCLEAR),
        ("Thank you!", THANKS),
        ("Great, thanks for the quick reply.\nAda", THANKS),
        ("Thanks. Now about my invoice of last week, which is wrong again", UNCLEAR),
        ("", UNCLEAR),
        ("Hello", UNCLEAR),
        ("cancel", UNCLEAR),
    ],
)
def test_an_answer_is_read(text: str, answer: Answer) -> None:
    assert english().answer(message(text)) is answer


def test_a_machine_answers_nothing() -> None:
    fields = (("Auto-Submitted", "auto-replied"),)
    assert english().answer(message("Yes", headers=fields)) is UNCLEAR
    assert english().answer(message("Yes", headers=(("Auto-Submitted", "no"),))) is YES


@pytest.mark.parametrize("where", ["quoted", "signature", "hidden"])
def test_what_the_writer_did_not_write_now_is_no_answer(where: str) -> None:
    mail = message("", **{where: "Yes, I confirm."})  # type: ignore[arg-type]
    assert english().answer(mail) is UNCLEAR


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert english().answer(message(text)) in Answer


@given(st.sampled_from(["but", "if", "not", "later", "wait", "maybe", "unless", "?"]))
def test_a_yes_with_something_open_confirms_nothing(word: str) -> None:
    assert english().answer(message(f"Yes {word}")) is not YES


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=16, max_size=16))
def test_the_code_of_the_question_is_none_of_the_words(secret: str) -> None:
    code = code_form(secret)
    for text in (f"YES\n\n{code}", f"YES {code}", f"{code}\n\nYES", f"YES, please\n\n{code}"):
        assert english().answer(message(text)) is YES
    assert english().answer(message(code)) is UNCLEAR


@pytest.mark.parametrize(
    "text",
    [
        "No hay problema, cancelen",
        "No recibí el correo anterior",
        "Não percebi a mensagem",
        "Non c'è problema, procedete",
        "Geen probleem, ga uw gang",
    ],
)
def test_a_sentence_that_only_begins_with_no_rejects_nothing_in_any_language(text: str) -> None:
    assert _everything().answer(message(text)) is not NO


def test_thanks_with_something_open_are_no_thanks() -> None:
    classifier = Classifier(load_stored())
    assert classifier.answer(message("Non ho capito", language="it")) is UNCLEAR
    assert classifier.answer(message("Ho capito, grazie", language="it")) is Answer.THANKS


@pytest.mark.parametrize(
    "text",
    [
        "OK. I never asked for that",
        "Yes. Someone hacked me",
        "Yes. It was fraud",
        "Yes!\nKeep everything",
        "Yes\n\nNever do that",
        "Yes\n\nDo nothing",
        "Okay. Please investigate",
        "Yes. In two weeks",
        "Yes! Phishing!",
        "Ja. Das war Betrug",
        "Ja. Nicht von mir",
        "Oui. Une arnaque",
        "Sí. Es una estafa",
        "Sì. Una truffa",
        "Ja. Dat is oplichting",
        "Sim. É golpe",
    ],
)
def test_a_polite_yes_before_a_denial_confirms_nothing(text: str) -> None:
    assert _everything().answer(message(text)) is not YES


@pytest.mark.parametrize(
    ("language", "text", "answer"),
    [
        ("es", "Confirmo recibido", UNCLEAR),
        ("es", "Recibido, gracias", THANKS),
        ("es", "Gracias. Recibido.", THANKS),
        ("es", "Sí, confirmo, gracias", YES),
        ("it", "Confermo, ricevuto", UNCLEAR),
        ("it", "Ricevuto, grazie", THANKS),
        ("pt", "Confirmo, recebido", UNCLEAR),
        ("fr", "Je confirme, bien reçu", UNCLEAR),
        ("fr", "C'est noté, merci", THANKS),
        ("zh", "确认收到", UNCLEAR),
        ("zh", "是的，收到", UNCLEAR),
        ("zh", "收到，谢谢", THANKS),
        ("ja", "はい、承知しました。", UNCLEAR),
        ("ja", "了解しました。ありがとうございます。", THANKS),
    ],
)
def test_to_say_that_our_mail_has_come_confirms_no_cancellation(
    language: str, text: str, answer: Answer
) -> None:
    found = _everything().answer(message(text, language=language), asked_in={language})
    assert found is answer


@pytest.mark.parametrize(
    ("language", "text", "answer"),
    [
        ("pl", "Dzień dobry,\n\ntak, potwierdzam.\n\nPozdrawiam", YES),
        ("pl", "Tak, ale nie teraz", UNCLEAR),
        ("pl", "Dziękuję!", THANKS),
        ("pl", "Dziękuję, proszę o telefon", UNCLEAR),
        ("pl", "Nie, to nie ja", NO),
        ("sv", "Hej,\n\nja tack.\n\nMvh", YES),
        ("sv", "Nej tack", NO),
        ("sv", "Ja, men först i juni", UNCLEAR),
        ("da", "Nej tak", NO),
        ("da", "Ja tak", YES),
        ("da", "Tak for hjælpen", THANKS),
        ("no", "Ja, jeg bekrefter.\n\nMed vennlig hilsen", YES),
        ("no", "Nei, det var ikke meg.", NO),
        ("fi", "Kyllä, vahvistan.\n\nTerveisin", YES),
        ("fi", "Ei kiitos", NO),
        ("fi", "Kyllä, mutta vasta kesäkuussa", UNCLEAR),
        ("cs", "Ano, potvrzuji.\n\nS pozdravem", YES),
        ("cs", "Ano, ale až v červnu", UNCLEAR),
        ("cs", "Ne, děkuji", NO),
        ("ru", "Да, подтверждаю.\n\nС уважением", YES),
        ("ru", "Да, но только в июне", UNCLEAR),
        ("ru", "Нет, спасибо", NO),
        ("ru", "Нет, это был не я.", NO),
        ("ru", "Спасибо!", THANKS),
        ("tr", "Evet, onaylıyorum.\n\nSaygılarımla", YES),
        ("tr", "Hayır, ben değildim.", NO),
        ("tr", "Evet, ama haziranda", UNCLEAR),
        ("ja", "はい、お願いします。", YES),
        ("ja", "お世話になっております。\n\nはい\n\nよろしくお願いいたします。", YES),
        ("ja", "はい、でもまだ解約しないでください", UNCLEAR),
        ("ja", "いいえ、心当たりがありません。", NO),
        ("ja", "ありがとうございました。", THANKS),
        ("zh", "是的，确认注销。\n\n谢谢！", YES),
        ("zh", "您好，\n\n是。", YES),
        ("zh", "不是", NO),
        ("zh", "不是我", UNCLEAR),
        ("zh", "是的，但请等到下个月", UNCLEAR),
        ("ja", "はい、来月末で", UNCLEAR),
        ("zh", "是不是可以晚一点？", UNCLEAR),
        ("zh", "谢谢", THANKS),
    ],
)
def test_an_answer_in_a_language_that_only_answers_are_read_in(
    language: str, text: str, answer: Answer
) -> None:
    assert _everything().answer(message(text), asked_in={language}) is answer


def test_a_language_without_acts_changes_nothing_that_is_read() -> None:
    shipped = load_phrases().by_language
    only_answers = ("pl", "da", "fi")
    others = {name: phrases for name, phrases in shipped.items() if name not in only_answers}
    answers = {
        name: {key: p if key.startswith("answers.") else () for key, p in shipped[name].items()}
        for name in only_answers
    }
    before = Classifier(PhraseBook(by_language=others))
    after = Classifier(PhraseBook(by_language=others | answers))
    for text in (
        "Hei, unsubscribe, takk",
        "Dzień dobry, please cancel my account, pozdrawiam",
        "Hej, stop newsletter",
        "Tak, unsubscribe",
    ):
        for role in Role:
            assert after.read(message(text), role=role) == before.read(message(text), role=role)


def test_a_yes_may_be_signed_with_the_senders_own_name() -> None:
    sender = make_address("a.lind@garden.example", "Ada Lind")
    assert sender is not None
    signed = replace(message("Yes\n\nAda Lind"), senders=(sender,))
    assert _everything().answer(signed) is YES
    assert _everything().answer(message("Yes\n\nAda Lind")) is UNCLEAR


@cache
def _everything() -> Classifier:
    return Classifier(load_stored())
