"""A yes to a quoted question whether to end the contract; nothing else is one."""

from dataclasses import replace

import pytest

from handlers.classify.candidate import Candidate
from handlers.classify.confidence import State
from handlers.classify.confirmed import RULE
from handlers.classify.shipped import shipped_classifier
from handlers.classify.standing import Trust, standing_of
from handlers.values import Intent, Role
from tests.unit.classified import message

YES = [
    ("en", "Shall we close your account?", "Yes please, go ahead."),
    ("en", "Would you like us to cancel your plan?", "Yes, please do."),
    (
        "en",
        "On Mon, Bob wrote:\n> Shall we close your account 4411?",
        "Yes.\n\nKind regards\nAnna",
    ),
    ("de", "Sollen wir Ihr Konto schließen?", "Ja, bitte."),
    ("fr", "Souhaitez-vous que nous fermions votre compte ?", "Oui, merci"),
    ("es", "¿Quiere que cerremos su cuenta?", "Sí, por favor"),
    ("it", "Vuole che chiudiamo il suo account?", "Sì, grazie"),
    ("pt", "Quer que encerremos a sua conta?", "Sim, por favor"),
    ("nl", "Zullen we uw account sluiten?", "Ja graag"),
    ("pl", "Czy mamy zamknąć konto?", "Tak, proszę."),
    ("cs", "Máme Váš účet zrušit?", "Ano, prosím."),
    ("sv", "Ska vi avsluta ditt konto?", "Ja tack"),
    ("da", "Skal vi lukke kontoen?", "Ja tusind tak."),
    ("no", "Skal vi avslutte kontoen din?", "Ja takk, gjør det."),
    ("fi", "Haluatteko, että suljemme tilinne?", "Kyllä, kiitos."),
    ("tr", "Hesabınızı kapatmamızı ister misiniz?", "Evet, lütfen."),
    ("ja", "アカウントを閉鎖してよろしいでしょうか？", "はい、お願いします。"),
    ("zh", "请问是否需要为您关闭账户？", "是的"),
    ("zh", "要不要我们帮您把账户关掉?", "要的要的，关吧。"),
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
    ("ご契約を終了してよろしいでしょうか。", "大丈夫です。"),
    ("请问是否需要为您关闭账户？", "不用，谢谢。"),
    ("Hesabınızı kapatmamızı onaylıyor musunuz?", "Kapatmayın, düşünüyoruz."),
]
OPEN = [
    ("Shall we close your account?", "Yes, but only after Friday."),
    ("Shall we close your account?", "Yes, if the domain is moved by then."),
    # What the yes goes on to say may be anything.
    ("Would you like us to cancel your plan?", "Yes, please do. Nothing there is needed."),
    ("Shall we close your account?", "Yes, please, I am too tired to keep it."),
    ("Shall we close your account?", "Yes, we use it every day."),
    ("Shall we close your account?", "Yes, keep it please."),
    ("Shall we close your account?", "Yes hello, my site is down again."),
    ("Shall we close your account?", "Yes, over my dead body."),
    ("Shall we close your account?", "Yes, never."),
    ("Shall we close your account?", "Yes, please call me."),
    ("Shall we close your account?", "Yes, I have to ask my wife first."),
    ("Sollen wir Ihr Konto schließen?", "Ja, das nutzen wir jeden Tag."),
    ("Souhaitez-vous que nous fermions votre compte ?", "Oui, je garde tout"),
    ("ご契約を終了してよろしいでしょうか。", "総会で決まった。閉じていい。"),
    ("アカウントを閉鎖してもよろしいですか。", "差し支えありません。控えは取りました。"),
    ("Hesabınızı kapatmamızı onaylıyor musunuz?", "Evet, kapatalım."),
    # So may a question that says more, or is not the only one.
    ("Shall we close your account? Or would you like to keep it?", "Yes please"),
    ("Would you like to keep your account? Or shall we close it?", "Yes please"),
    ("Has your mail been mended? Do you want to cancel your account?", "Yes"),
    ("Shall we cancel the cancellation of your account?", "Yes please"),
    ("Shall we delete the cancellation request for your account?", "Yes please"),
    ("Shall we not close your account after all?", "Yes"),
    ("Shall we cancel the old plan and move you to the new one?", "Yes please"),
    ("Shall we send you the form to cancel your contract?", "Yes please"),
    ("Shall we move your account to the new server by the end of May?", "Yes please"),
    ("Your account is fine. The mailbox is not used. Shall I delete it?", "Yes please"),
    # Whose contract?
    ("Would your neighbour like us to close her account?", "Yes please"),
    ("Shall we close Mr Miller's account?", "Yes"),
    ("Zullen we het account van uw man sluiten?", "Ja"),
    ("My bank asks: Shall we close your account?", "Yes"),
    ("Should we cancel our contract with Strato?", "Yes"),
    ("Can I cancel my plan at any time?", "Yes"),
    # Who asked, and what was said to it?
    ("Bob wrote:\n> Fine, we keep it.\n> > Shall we close your account?\n> > No.", "Yes"),
    ("We keep your plan, as you wish.\n> Do you want us to cancel your plan?", "Yes"),
    ("Shall we close your account?\n\nNo.", "Yes, thank you"),
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
    # However sure the models are.
    assert standing_of(Intent.CANCELLATION, State.DOUBTED, [found], Trust(), heard=True) is None


def test_an_answer_to_our_own_letter_is_read_elsewhere() -> None:
    """Its secret tells which request is answered; as a new request it would come twice."""
    asked = message("Yes please", subject="Re: Account", quoted="Shall we close your account?")
    for secrets, found in ((), True), (("k7f3-9q2m",), False):
        understood = shipped_classifier().understand(replace(asked, secrets=secrets))
        assert any(discourse.asked_to_end for discourse in understood.discourses) is found


@pytest.mark.parametrize(("subject", "found"), [("Re: Close it?", True), ("Any costs?", False)])
def test_only_a_subject_of_ours_may_ask_beside_a_yes(subject: str, found: bool) -> None:
    """The subject behind "Re:" may be the very question; another one is the writer's."""
    asked = message("Yes please.", subject=subject, quoted="Shall we close your account?")
    understood = shipped_classifier().understand(asked)
    candidates = shipped_classifier().candidates(understood, Role.CANCEL)
    assert any(c.rule == RULE for c in candidates) is found


@pytest.mark.parametrize(
    ("quoted", "text"),
    [
        ("Shall we close the ticket?", "Yes, close it."),
        ("Pouvons-nous clôturer votre ticket ?", "Mais oui, clôturez, clôturez !"),
    ],
)
def test_what_our_question_names_is_what_it_means(quoted: str, text: str) -> None:
    classifier = shipped_classifier()
    understood = classifier.understand(message(text, subject="Re: Ticket", quoted=quoted))
    found = classifier.candidates(understood, Role.CANCEL)
    assert not any(c.intent is Intent.CANCELLATION and c.is_certain for c in found)
