"""A yes to a quoted question whether to end the contract; nothing else is one."""

from dataclasses import replace

import pytest

from handlers.address import Address
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


# Bea Falk's account is "bea-shop", as her address is.
BEA = Address(written="bea@bea-shop.example", key="bea@bea-shop.example", display="Bea Falk")
US = Address(written="cancel@gigapros.example", key="cancel@gigapros.example")
TO_CONFIRM = [
    (
        "en",
        "We received a request. Please confirm that you want to cancel account bea-shop.",
        "Yes, I confirm. Go ahead.",
    ),
    ("en", "Please confirm the cancellation of your account.", "Confirmed, please proceed."),
    (
        "en",
        "Hi Bea, please reply YES to confirm that we should cancel the plan for bea-shop.example.",
        "YES",
    ),
    ("en", "Can you confirm that you want to close your account?", "Confirmed."),
    (
        "en",
        "Please confirm that you want us to delete your account.",
        "I confirm, thanks for your help.",
    ),
    (
        "en",
        "Do you really want to cancel your hosting plan?",
        "Yes, that's right. Please go ahead with it.",
    ),
    ("en", "Shall we go ahead and close your account?", "Yes, go for it"),
    ("en", "Are you sure you want to cancel your Pro plan?", "Yes I'm sure"),
    (
        "de",
        "Hallo Frau Falk, bitte bestätigen Sie kurz, dass wir das Konto bea-shop kündigen sollen.",
        "Ja, bestätigt.",
    ),
    (
        "de",
        "Bitte bestätigen Sie die Kündigung Ihres Vertrags.",
        "Hiermit bestätige ich das. Danke!",
    ),
    ("de", "Sollen wir Ihr Hosting-Paket wirklich kündigen?", "Ja, bitte machen."),
    (
        "de",
        "Bitte bestätigen Sie uns, dass Sie Ihr Konto schließen möchten.",
        "Ja, das ist richtig so. Bitte schließen.",
    ),
    ("de", "Möchten Sie den Vertrag Starter wirklich beenden?", "Ja, weg damit."),
    (
        "fr",
        "Confirmez-vous la résiliation de la formule Start pour bea-shop.example ?",
        "Je confirme, allez-y.",
    ),
    (
        "fr",
        "Merci de confirmer la résiliation de votre contrat.",
        "Oui, je confirme. Vous pouvez y aller.",
    ),
    (
        "fr",
        "Pouvez-vous confirmer que vous souhaitez fermer votre compte ?",
        "C'est exact, je confirme",
    ),
    ("fr", "Voulez-vous vraiment clôturer le compte bea-shop ?", "Oui oui, faites."),
    (
        "es",
        "¿Confirma que quiere cerrar la cuenta bea-shop y borrar sus datos?",
        "Sí, adelante con ello.",
    ),
    ("es", "Por favor, confirme que desea dar de baja su cuenta.", "Confirmo. Adelante."),
    ("es", "¿Desea realmente cancelar su plan Básico?", "Sí, procedan por favor"),
    ("es", "Confirme la cancelación de su plan, por favor.", "Correcto, confirmado"),
    ("it", "La preghiamo di confermare la disdetta del suo contratto.", "Confermo, grazie."),
    ("it", "Vuole davvero chiudere il suo account?", "Sì, procedete"),
    ("it", "Conferma la cancellazione del suo account?", "Sì, certo, fate pure."),
    ("pt", "Confirma que pretende cancelar o plano Base?", "Confirmo, sim. Podem avançar."),
    (
        "pt",
        "Por favor confirme que deseja encerrar a sua conta.",
        "Sim, confirmo, podem encerrar.",
    ),
    ("pt", "Você deseja mesmo cancelar a sua hospedagem?", "Sim, pode cancelar"),
    ("pt", "Podemos encerrar a sua conta?", "Pode sim, obrigado"),
    ("nl", "Wilt u bevestigen dat we account bea-shop opzeggen?", "Klopt, doe maar."),
    (
        "nl",
        "Graag uw bevestiging dat we uw hostingpakket mogen opzeggen.",
        "Bij deze bevestigd. Ga je gang.",
    ),
    ("nl", "Wilt u uw account echt sluiten?", "Ja, dat klopt, graag sluiten."),
    ("nl", "Kunt u bevestigen dat u uw contract wilt beëindigen?", "Ja, akkoord"),
    ("pl", "Prosimy o potwierdzenie, że chce Pan zamknąć konto.", "Potwierdzam, proszę zamknąć."),
    ("pl", "Czy potwierdza Pani rezygnację z hostingu?", "Tak, potwierdzam. Możecie działać."),
    ("pl", "Czy na pewno chce Pan usunąć konto?", "Tak, na pewno."),
    ("cs", "Potvrďte prosím, že si přejete zrušit účet bea-shop.", "Ano, potvrzuju."),
    ("cs", "Opravdu chcete zrušit svůj účet?", "Ano, opravdu. Zrušte ho prosím."),
    ("cs", "Potvrzujete výpověď hostingu?", "Potvrzuji, můžete to zrušit."),
    (
        "sv",
        "Vill du bekräfta att vi ska säga upp Start-paketet för bea-shop?",
        "Ja det stämmer, kör på!",
    ),
    ("sv", "Vänligen bekräfta att du vill avsluta ditt konto.", "Bekräftar, tack."),
    ("sv", "Är du säker på att du vill säga upp ditt webbhotell?", "Ja, jag är säker."),
    ("da", "Kan du bekræfte at vi skal opsige kontoen bea-shop?", "Ja tak, det er korrekt."),
    (
        "da",
        "Bekræft venligst, at du ønsker at lukke din konto.",
        "Ja, det bekræfter jeg. Bare luk den.",
    ),
    ("da", "Er du sikker på, at du vil opsige dit abonnement?", "Ja, kør bare."),
    ("no", "Vennligst bekreft at du ønsker å avslutte kontoen din.", "Bekreftet. Bare kjør på."),
    ("no", "Er du sikker på at du vil si opp webhotellet?", "Ja, helt sikker."),
    (
        "fi",
        "Vahvistatko, että irtisanomme Start-paketin tunnukselta bea-shop?",
        "Vahvistan, antaa mennä.",
    ),
    ("fi", "Vahvistathan, että haluat sulkea tilisi.", "Kyllä, vahvistan."),
    ("fi", "Haluatko varmasti poistaa tilisi?", "Kyllä haluan, poistakaa vain."),
    (
        "tr",
        "bea-shop hesabınızı kapatmamızı onaylıyor musunuz?",
        "Evet, onaylıyorum, işlemi yapın.",
    ),
    ("tr", "Lütfen hesabınızın kapatılmasını onaylayın.", "Onaylıyorum."),
    ("tr", "Hosting paketinizi iptal etmek istediğinize emin misiniz?", "Evet, eminim."),
    (
        "ja",
        "スタートプランの解約手続きを進めてよろしいでしょうか。",
        "はい、間違いありません。進めてください。",
    ),
    (
        "en",
        "Are you sure you want us to close your account? Please answer this mail with yes or no.",
        "Yes I'm sure.",
    ),
    ("en", "Do you want us to cancel your plan at the end of the term?", "Yes please"),
    ("en", "Do you still want to cancel your plan?", "yep still do"),
    ("en", "Shall we end your contract on 31 December?", "Yes, we still do."),
    (
        "en",
        'Please reply "confirmed" if your hosting is to be cancelled on 31 March.',
        "Confirmed.",
    ),
    ("ja", "アカウントを解約してよろしいですか？", "はい、よろしくお願いします。"),
    ("zh", "请确认是否取消 bea-shop 的主机套餐?", "确认,办吧。"),
    ("zh", "您确定要注销账户吗？", "确定,请注销。"),
    ("zh", "请您确认注销账户。", "确认，谢谢"),
    ("ru", "Подтвердите, пожалуйста, что хотите закрыть аккаунт.", "Да, подтверждаю."),
    ("ru", "Вы действительно хотите удалить аккаунт?", "Да, удаляйте."),
]
NOT_TO_CONFIRM = [
    # What agents ask every day.
    ("en", "Can we close this ticket?", "Yes please."),
    ("en", "May we close your support case?", "Yes, thanks."),
    ("en", "Are you happy for us to close this?", "Yes, all good."),
    ("en", "Shall we delete the old backup in your account?", "Yes please."),
    ("en", "Should we remove the domain from your account?", "Yes."),
    ("en", "Do you want us to cancel the SSL certificate in your plan?", "Yes please."),
    ("en", "Shall we switch off the staging site of your account?", "Yes."),
    ("en", "Can we end the trial of Backup Plus in your account?", "Yes please."),
    ("en", "Please confirm that we can delete the mailbox info in your account.", "Confirmed."),
    ("en", "Shall we terminate the session for your account?", "Yes."),
    ("en", "Could you confirm you want to delete the database of your plan?", "Confirmed."),
    ("en", "Please confirm the cancellation of the invoice for your account.", "Confirmed."),
    ("en", "Please confirm the end of the maintenance for your account.", "Confirmed."),
    ("en", "Please confirm the closing balance of your account.", "Confirmed."),
    ("en", "Can you confirm that you want to end the chat about your account?", "Yes."),
    ("en", "Do you want us to delete the spam in your account?", "Yes please."),
    ("en", "Your account was locked. Shall we end the lock now?", "Yes please!"),
    (
        "en",
        "Please confirm that the cancellation of your plan should be withdrawn.",
        "Yes, confirmed.",
    ),
    ("de", "Dürfen wir das Ticket zu Ihrem Konto schließen?", "Ja, danke."),
    ("de", "Sollen wir die Sperre Ihres Kontos beenden?", "Ja, bitte!"),
    ("de", "Sollen wir das alte Postfach in Ihrem Konto löschen?", "Ja, bitte."),
    (
        "de",
        "Bitte bestätigen Sie die Löschung des Postfachs in Ihrem Konto.",
        "Hiermit bestätigt.",
    ),
    ("de", "Können wir Ihre Anfrage zum Konto schließen?", "Ja."),
    ("fr", "Pouvons-nous clôturer votre ticket ?", "Oui, merci."),
    ("fr", "Pouvons-nous fermer la demande concernant votre compte ?", "Oui."),
    ("fr", "Souhaitez-vous supprimer la boîte mail de votre compte ?", "Oui, merci."),
    ("fr", "Confirmez-vous la levée de la suspension de votre compte ?", "Oui, je confirme."),
    ("es", "¿Podemos cerrar la incidencia de su cuenta?", "Sí, gracias."),
    ("es", "¿Confirma que quiere eliminar el buzón de su cuenta?", "Sí, confirmo."),
    ("it", "Possiamo chiudere il ticket del suo account?", "Sì, grazie."),
    ("it", "Conferma la cancellazione della casella del suo account?", "Confermo."),
    ("pt", "Podemos encerrar o chamado da sua conta?", "Sim, obrigado."),
    ("nl", "Mogen we het ticket over uw account sluiten?", "Ja hoor."),
    ("nl", "Zullen we de blokkade van uw account opheffen?", "Ja graag."),
    ("pl", "Czy możemy zamknąć zgłoszenie dotyczące konta?", "Tak, dziękuję."),
    ("cs", "Můžeme požadavek k vašemu účtu uzavřít?", "Ano, děkuji."),
    ("sv", "Får vi stänga ärendet om ditt konto?", "Ja tack."),
    ("sv", "Ska vi ta bort spärren på ditt konto?", "Ja tack."),
    ("da", "Må vi lukke sagen om din konto?", "Ja tak."),
    ("no", "Kan vi lukke saken om kontoen din?", "Ja takk."),
    ("no", "Skal vi fjerne sperren på kontoen?", "Ja takk."),
    ("fi", "Saammeko sulkea tilinne tukipyynnön?", "Kyllä, kiitos."),
    ("tr", "Hesabınızla ilgili talebi kapatabilir miyiz?", "Evet, teşekkürler."),
    ("tr", "Hesabınızdaki eski yedeği silelim mi?", "Evet."),
    ("ja", "アカウントに関するお問い合わせを終了してよろしいでしょうか。", "はい。"),
    ("ja", "アカウントのロックを解除してよろしいでしょうか。", "はい、お願いします。"),
    ("zh", "您账户的工单可以关闭吗？", "可以。"),
    ("zh", "是否要删除您账户里的旧备份？", "是的。"),
    ("zh", "请确认取消您账户的限制。", "确认。"),
    ("ru", "Можно закрыть обращение по вашему аккаунту?", "Да, спасибо."),
    ("ru", "Удалить старую копию в вашем аккаунте?", "Да."),
    (
        "en",
        "Is it okay if we close your account in our old system and move you over?",
        "Yes please.",
    ),
    ("en", "Can we cancel your cancellation?", "Yes please."),
    ("en", "Do you want to end your subscription to our newsletter?", "Yes please."),
    ("en", "Do you want to cancel your newsletter subscription?", "Yes."),
    ("de", "Möchten Sie Ihr Newsletter-Abonnement beenden?", "Ja, bitte."),
    ("fr", "Voulez-vous résilier votre abonnement à la newsletter ?", "Oui."),
    ("en", "Shall we close the account of bea-shop and move its data to Miller?", "Yes please"),
    ("en", "Please confirm that you did not cancel your account.", "Yes, confirmed."),
    ("en", "Please confirm that you want to keep your account.", "Yes, I confirm."),
    (
        "en",
        "Please confirm that you have read that we will close your account.",
        "Yes, confirmed.",
    ),
    ("en", "Please confirm that we may close the account of Miller.", "Yes, confirmed."),
    ("en", "Please confirm your request to move your account.", "Yes, confirmed."),
    (
        "en",
        "Please confirm the cancellation of the cancellation of your account.",
        "Yes, confirmed.",
    ),
    ("en", "Please confirm that the deletion of your account was wrong.", "Yes, confirmed."),
    (
        "en",
        "Please confirm that we may close your ticket. Your account is fine.",
        "Yes, confirmed.",
    ),
    (
        "en",
        "Please confirm your email address. Otherwise we close your account.",
        "Yes, confirmed.",
    ),
    ("en", "Please confirm the renewal of your plan, or we will cancel it.", "Yes, confirmed."),
    ("en", "Can you confirm that your account was closed?", "Yes, confirmed."),
    (
        "en",
        "Can you confirm that the deletion of your old backup plan file is fine?",
        "Yes, confirmed.",
    ),
    ("en", "Shall we close the account at Miller on 31 December?", "Yes please"),
    ("en", 'Reply "confirmed" if your hosting is to be moved on 31 March.', "Confirmed."),
    ("en", 'Reply "confirmed" if your hosting is not to be cancelled.', "Confirmed."),
    ("en", "Do you want us to cancel your plan at the end of the term, or keep it?", "Yes please"),
    ("en", "Shall we close your account? Please answer yes or no.", "No, I still do not."),
    ("de", "Bitte bestätigen Sie, dass wir den Vertrag nicht kündigen sollen.", "Ja, bestätigt."),
    (
        "de",
        "Bitte bestätigen Sie, dass Sie die Kündigung Ihres Vertrags zurückziehen.",
        "Ja, bestätigt.",
    ),
    ("de", "Bitte bestätigen Sie Ihre Adresse, sonst wird Ihr Konto gelöscht.", "Ja, bestätigt."),
    ("de", "Sollen wir die Kündigung des Kontos löschen?", "Ja, bitte."),
    ("de", "Sollen wir Ihren Vertrag kündigen?", "Ja, bitte nicht."),
    ("de", "Sollen wir Ihren Vertrag kündigen?", "Ja, gern, aber erst nach dem Umzug."),
    ("de", "Sollen wir Ihren Vertrag kündigen?", "Passt nicht."),
    ("fr", "Confirmez-vous ne pas vouloir résilier votre contrat ?", "Oui, je confirme."),
    (
        "fr",
        "Veuillez confirmer que la résiliation de votre compte est une erreur.",
        "Oui, je confirme.",
    ),
    ("es", "¿Confirma que no quiere cancelar su cuenta?", "Sí, confirmo."),
    ("es", "Confirme que la cancelación de su cuenta no fue solicitada por usted.", "Confirmo."),
    ("it", "Ci conferma di non voler chiudere il suo account?", "Confermo."),
    ("nl", "Wilt u bevestigen dat we uw account niet opzeggen?", "Ja, klopt."),
    ("nl", "Wilt u bevestigen dat de opzegging van uw account is ingetrokken?", "Ja, klopt."),
    ("pl", "Prosimy o potwierdzenie, że nie chce Pan zamknąć konta.", "Potwierdzam."),
    ("sv", "Vill du bekräfta att vi inte ska säga upp ditt konto?", "Ja, det stämmer."),
    ("da", "Vil du bekræfte, at du fortryder opsigelsen af din konto?", "Ja, det bekræfter jeg."),
    ("tr", "Hesabınızı kapatmak istemediğinizi onaylıyor musunuz?", "Evet, onaylıyorum."),
    ("ja", "解約のお申し込みを取り消してよろしいでしょうか。アカウント", "はい、お願いします。"),
    ("zh", "请确认您不需要注销账户。", "确认。"),
    ("zh", "请确认是否撤销注销账户的申请？", "确认。"),
    ("ru", "Подтвердите, что не хотите закрыть аккаунт.", "Да, подтверждаю."),
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


@pytest.mark.parametrize(("language", "quoted", "text"), TO_CONFIRM)
def test_what_we_ask_to_confirm_is_confirmed(language: str, quoted: str, text: str) -> None:
    assert [c.is_certain for c in _bea_says(text, quoted)] == [True], language


@pytest.mark.parametrize(("language", "quoted", "text"), NOT_TO_CONFIRM)
def test_another_question_or_answer_confirms_nothing(
    language: str, quoted: str, text: str
) -> None:
    assert not any(c.is_certain for c in _bea_says(text, quoted)), language


@pytest.mark.parametrize(
    ("account", "certain"),
    [
        ("bea-shop", True),
        ("bea-shop.example", True),
        ("bea@bea-shop.example", True),
        ("4411", True),
        ("miller", False),
        ("miller.example", False),
        ("miller@bea-shop.example", False),
    ],
)
def test_the_account_is_called_by_the_writers_own_name(account: str, certain: bool) -> None:
    found = _bea_says(
        "Yes, I confirm.", f"Please confirm that we may close the account {account}."
    )
    assert [c.is_certain for c in found] == [certain]


@pytest.mark.parametrize(
    "above",
    [
        "On Mon, Nov 9, 2026 at 9:00 AM GigaPros <cancel@gigapros.example> wrote:",
        "Am Mo., 9. Nov. 2026 um 11:20 Uhr schrieb GigaPros Kündigung <cancel@gigapros.example>:",
        "From: GigaPros <cancel@gigapros.example>\nSent: Monday, 9 November 2026 11:02\n\n",
    ],
)
def test_the_lines_above_a_question_are_none_of_its_words(above: str) -> None:
    found = _bea_says("Yes, please.", f"{above}\n> Shall we close your account?")
    assert [c.is_certain for c in found] == [True]


def _bea_says(text: str, quoted: str, sender: Address = BEA) -> list[Candidate]:
    asked = replace(
        message(text, subject="Re: Account", quoted=quoted), senders=(sender,), recipients=(US,)
    )
    understood = shipped_classifier().understand(asked)
    found = shipped_classifier().candidates(understood, Role.CANCEL)
    return [c for c in found if c.rule == RULE]


@pytest.mark.parametrize(
    ("address", "display", "quoted"),
    [
        ("bea@gmail.com", "", "Shall we delete the mail in your account?"),
        ("tickets@firm.example", "", "Shall we close the ticket for your account?"),
        ("orders@firm.example", "", "Shall we cancel the order for your account?"),
        ("anna@backupstudio.example", "", "Shall we cancel your backup plan?"),
        (
            "anna@firm.example",
            "anna@firm.example",
            "Shall we close the account miller@firm.example?",
        ),
        ("anna@firm.example", "firm.example", "Shall we cancel the hosting for miller.example?"),
    ],
)
def test_a_part_of_a_name_makes_nothing_the_writers_own(
    address: str, display: str, quoted: str
) -> None:
    sender = Address(written=address, key=address, display=display)
    assert not any(c.is_certain for c in _bea_says("Yes, please.", quoted, sender))


@pytest.mark.parametrize(
    "quoted",
    [
        "Shall we end your Pro plan and start Basic?",
        "Shall we cancel your Premium plan and start the Basic plan?",
        "Shall we delete the username of your account?",
        "Shall we delete the package in your account?",
        "Can we close your request?",
        "Can we close your request to us?",
        "Do you want us to close your customer's account?",
        "Vuole chiudere l'account del suo cliente?",
        "您确定要注销您客户的账户吗？",
        "Bitte bestätigen Sie, dass wir das Konto der Kunde kündigen sollen.",
        "Shall we delete the confirmation in your account?",
        "¿Cerramos la cuenta de su cliente?",
        "Ska vi stänga kontot för din kund?",
        "Souhaitez-vous résilier le compte de votre client ?",
        "Please confirm that you want to cancel your account. Otherwise reply yes and it stays.",
        "On Mon, Nov 9, 2026, Bob <bob@miller.example> wrote:\n> Shall we cancel the hosting?",
    ],
)
def test_what_else_is_asked_and_by_whom_is_not_confirmed(quoted: str) -> None:
    assert not any(c.is_certain for c in _bea_says("Yes, please.", quoted))
