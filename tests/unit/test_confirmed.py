"""A yes to a quoted question whether to end the contract; nothing else is one."""

from dataclasses import replace

import pytest

from handlers.classify.confirmed import RULE
from handlers.classify.shipped import shipped_classifier
from handlers.classify.weigh import Candidate
from handlers.values import Role
from tests.unit.classified import message

YES = [
    ("en", "Shall we close your account?", "Yes please, go ahead."),
    ("en", "Would you like us to cancel your plan?", "Yes, please do. Nothing there is needed."),
    ("en", "Shall we close your account?", "Yes, please, I am too tired to keep it."),
    ("de", "Sollen wir Ihr Konto schließen?", "Ja, bitte."),
    ("fr", "Souhaitez-vous que nous fermions votre compte ?", "Oui, merci"),
    ("es", "¿Quiere que cerremos su cuenta?", "Sí, por favor"),
    ("it", "Vuole che chiudiamo il suo account?", "Sì, grazie"),
    ("pt", "Quer que encerremos a sua conta?", "Sim, por favor"),
    ("nl", "Zullen we uw account sluiten?", "Ja graag"),
    ("pl", "Czy mamy zamknąć konto?", "Tak, proszę."),
    ("cs", "Máme Váš účet zrušit?", "Ano, prosím."),
    ("sv", "Ska vi avsluta ditt konto?", "Ja tack"),
    ("da", "Skal vi lukke kontoen?", "Ja tusind tak, det må I meget gerne."),
    ("no", "Skal vi avslutte kontoen din?", "Ja takk, gjør det."),
    ("fi", "Haluatteko, että suljemme tilinne?", "Kyllä, kiitos."),
    ("tr", "Hesabınızı kapatmamızı ister misiniz?", "Evet, lütfen."),
    ("ja", "アカウントを閉鎖してよろしいでしょうか？", "はい、お願いします。"),
    ("zh", "请问是否需要为您关闭账户？", "是的"),
    ("ru", "Вы хотите закрыть аккаунт?", "Да, пожалуйста."),
]
NO_YES = [
    ("Shall we close your account?", "No."),
    ("Shall we close your account?", "Yes. When would it end?"),
    ("Shall we close the ticket?", "Yes, it works now."),
    ("Do you know how to close your account?", "Yes, I know how."),
    ("Do you want to keep your account, or shall we close it?", "Yes"),
    ("May we delete the old banner from your home page?", "Yes, you may."),
    ("We have closed your account.", "Yes, thank you."),
    ("Shall we close your account?", "The site is down again, please help."),
]
OPEN = [
    ("Shall we close your account?", "Yes, but only after Friday."),
    ("Shall we close your account?", "Yes, if the domain is moved by then."),
]


def _confirmed(quoted: str, text: str, subject: str = "Re: Account") -> list[Candidate]:
    classifier = shipped_classifier()
    understood = classifier.understand(message(text, subject=subject, quoted=quoted))
    return [c for c in classifier.candidates(understood, Role.CANCEL) if c.rule == RULE]


@pytest.mark.parametrize(("language", "quoted", "text"), YES)
def test_a_yes_to_our_question_is_found(language: str, quoted: str, text: str) -> None:
    assert [c.is_certain for c in _confirmed(quoted, text)] == [True], language


def test_a_question_in_the_subject_is_not_the_writers() -> None:
    found = _confirmed("Shall we close your account?", "Yes please.", "Re: Close it?")
    assert [c.is_certain for c in found] == [True]


@pytest.mark.parametrize(("quoted", "text"), NO_YES)
def test_what_is_no_yes_to_it_is_not_found(quoted: str, text: str) -> None:
    assert not _confirmed(quoted, text)


@pytest.mark.parametrize(("quoted", "text"), OPEN)
def test_a_yes_that_leaves_something_open_is_doubted(quoted: str, text: str) -> None:
    (found,) = _confirmed(quoted, text)
    assert found.is_doubtful
    assert not found.is_certain


def test_an_answer_to_our_own_letter_is_read_elsewhere() -> None:
    """Its secret tells which request is answered; as a new request it would come twice."""
    asked = message("Yes please", subject="Re: Account", quoted="Shall we close your account?")
    for secrets, found in ((), True), (("k7f3-9q2m",), False):
        understood = shipped_classifier().understand(replace(asked, secrets=secrets))
        assert any(discourse.asked_to_end for discourse in understood.discourses) is found
