"""What narrows a cancellation, or is not meant, is acted upon in none of ten languages.

An exception, a choice, a word that is still to come, somebody else's contract, a jest, an example,
a safeguard, a denial. Near ones that ask for it are acted upon or held.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest

from handlers.classify import Classifier
from handlers.classify.shipped import shipped_classifier
from handlers.values import Intent, Role
from tests.unit.classified import message

TRAPS = {
    "fr": (
        "Supprimez tout sauf mon compte.",
        "Résiliez tout sauf l'hébergement.",
        "Résiliez mon contrat dès que je vous le dirai.",
        "Résiliez mon contrat quand je vous donnerai le feu vert.",
        "Résiliez le compte de mon ex-mari.",
        "Fermez le compte de mon ancienne collègue.",
        "Résiliez mon contrat. C'était une blague !",
        "Fermez mon compte. Je vous ai bien eus !",
        "Faites le contraire : résiliez mon compte.",
        "Il suffit d'écrire par exemple : résiliez mon compte.",
        "Résiliez mon compte uniquement par téléphone.",
        "Résiliez mon contrat uniquement avec ma signature.",
        "Qui vous a demandé de fermer mon compte ? Pas moi.",
    ),
    "es": (
        "Borren todo excepto mi cuenta.",
        "Pueden eliminarlo todo, salvo mi cuenta.",
        "Cancelen mi cuenta en cuanto yo les avise.",
        "Eliminen mi cuenta después de que haya copiado mis datos, les avisaré.",
        "Cancelen la cuenta de mi exmarido.",
        "Él tenía una cuenta en Movistar, cancélenla.",
        "Cierren mi cuenta. ¡Inocente, inocente!",
        "Cancelen mi contrato. ¡Inocentes!",
        "Hagan lo contrario: cancelen mi cuenta.",
        "Escriba por ejemplo: cancelen mi contrato.",
        "Cancelen mi cuenta solo por teléfono.",
        "Cancelen mi contrato únicamente con mi firma.",
    ),
    "it": (
        "Cancellate tutto tranne il mio account.",
        "Potete eliminare tutto, eccetto il mio account.",
        "O mi fate uno sconto o potete disdire il mio contratto.",
        "Chiudete il mio account appena ve lo dico.",
        "Chiudete il mio account solo dopo la mia conferma.",
        "Chiudete l'account del mio ex marito.",
        "Disdite il contratto della mia ex collega.",
        "Disdite il mio contratto. Ci siete cascati!",
        "Disdico il contratto. Ahah, è una battuta.",
        "Fate il contrario: chiudete il mio account.",
        "Scrivete ad esempio: chiudete il mio account.",
        "Chiudete il mio account solo per telefono.",
        "Disdite il mio contratto solo con la mia firma.",
    ),
    "pt": (
        "Apaguem tudo exceto a minha conta.",
        "Podem eliminar tudo, menos a minha conta.",
        "Ou me dão um desconto ou podem cancelar o meu contrato.",
        "Cancelem a minha conta assim que eu disser.",
        "Encerrem a minha conta só depois de eu confirmar.",
        "Cancelem a conta do meu ex-marido.",
        "Encerrem a conta da minha antiga colega.",
        "Encerrem a minha conta. Primeiro de abril!",
        "Cancelem a minha conta. Caíram!",
        "Façam o contrário: cancelem a minha conta.",
        "Escreva por exemplo: cancelem o meu contrato.",
        "Cancelem a minha conta só por telefone.",
        "Cancelem o meu contrato apenas com a minha assinatura.",
    ),
    "pl": (
        "Możecie skasować wszystko, z wyjątkiem mojego konta.",
        "Proszę zrezygnować ze wszystkiego poza hostingiem.",
        "Zamknijcie moje konto, jak tylko dam znać.",
        "Rozwiążcie moją umowę, kiedy wam powiem.",
        "Proszę zamknąć konto mojego współlokatora.",
        "Miał konto w mBanku, zamknijcie je.",
        "Zamknijcie moje konto. Daliście się nabrać!",
        "Usuńcie wszystko. Haha, taki żarcik.",
        "Zróbcie odwrotnie: zamknijcie moje konto.",
        "Napiszcie na przykład: proszę zamknąć moje konto.",
        "Zamknijcie moje konto tylko telefonicznie.",
        "Rozwiążcie umowę tylko z moim podpisem.",
        "Ani razu nie prosiłem, żebyście zamknęli moje konto.",
    ),
    "cs": (
        "Zrušte všechno kromě hostingu.",
        "Zrušte všechny doplňky vyjma smlouvy.",
        "Buďto mi vrátíte peníze, anebo ukončete smlouvu.",
        "Zrušte můj účet, jakmile vám dám vědět.",
        "Ukončete mou smlouvu, až vám řeknu.",
        "Prosím o zrušení účtu mého spolubydlícího.",
        "Měl účet u Seznamu, zrušte ho.",
        "Zrušte můj účet. Naletěli jste!",
        "Zrušte všechno. Haha, sranda.",
        "Udělejte opak: zrušte můj účet.",
        "Napište třeba: prosím zrušte můj účet.",
        "Zrušte můj účet jen telefonicky.",
        "Ukončete smlouvu pouze s mým podpisem.",
        "Ani jednou jsem nežádal, abyste zrušili můj účet.",
        "Nepsal jsem, abyste zrušili můj účet.",
    ),
    "ru": (
        "Удалите всё, кроме моего аккаунта.",
        "Можете удалить всё, за исключением моего аккаунта.",
        "Верните деньги или закройте мой аккаунт.",
        "Или верните деньги, или расторгните договор.",
        "Закройте мой аккаунт, как только я скажу.",
        "Расторгните мой договор, когда я дам знать.",
        "У него был аккаунт в МТС, закройте его.",
        "Расторгните договор моей невестки.",
        "Расторгаю договор. С первым апреля!",
        "Удалите мой аккаунт. Я пошутил.",
        "Сделайте наоборот: закройте мой аккаунт.",
        "Напишите, например: прошу закрыть мой аккаунт.",
        "Закройте мой аккаунт только по телефону.",
        "Расторгните договор только с моей подписью.",
        "Я не просил закрывать аккаунт.",
        "Я не просила удалить мой аккаунт.",
    ),
    "tr": (
        "Hesabım hariç her şeyi silin.",
        "Hesabımın dışında her şeyi silebilirsiniz.",
        "Ya paramı verin ya sözleşmemi feshedin.",
        "Sunucuyu onarın veya sözleşmemi iptal edin.",
        "Ben söyleyince hesabımı kapatın.",
        "Size haber verdiğimde sözleşmemi iptal edin.",
        "Yengemin sözleşmesini feshedin.",
        "Sevgilimin hesabını kapatmak istiyorum.",
        "Sözleşmemi iptal edin. 1 Nisan şakası!",
        "Aboneliğimi iptal edin. Sadece şakaydı.",
        "Tam tersini yapın: hesabımı kapatın.",
        "Mesela şöyle yazın: hesabımı kapatın.",
        "Hesabımı sadece telefonla kapatın.",
        "Sözleşmemi yalnızca imzamla iptal edin.",
        "Hesabımın kapatılmasını hiç istemedim.",
        "Hesabımı kapatın demedim.",
    ),
    "ja": (
        "アカウント以外はすべて削除してください。",
        "ホスティング以外は全部解約してください。",
        "返金するか、アカウントを解約してください。",
        "今日中に直すか、それとも解約してください。",
        "データを移した後でアカウントを削除してください。また連絡します。",
        "私の合図を待ってからアカウントを閉じてください。",
        "以前の共同経営者のアカウントを削除してください。",
        "アカウントを削除してください。なんちゃって。",
        "解約してください。うそです。",
        "反対のことをしてください：アカウントを解約してください。",
        "テストです、何もしないでください：アカウントを解約してください。",
        "書留でのみ契約を解約してください。",
    ),
    "zh": (
        "除了我的账户，全部删除。",
        "除我的账户以外，请全部删除。",
        "不是退钱，就是取消我的合同。",
        "我确认之后再注销我的账户。",
        "收到我的指示后请注销我的账户。",
        "他在移动有个账户，请注销。",
        "我前妻在你们这里有账户，请注销它。",
        "我要注销账户。逗你们玩的。",
        "请删除我的账户。骗你的。",
        "请反着做：注销我的账户。",
        "测试测试，什么都别做：注销我的账户。",
        "只有我本人可以注销我的账户。",
    ),
}

WANTED = {
    "fr": (
        "Je ne veux rien d'autre sauf que vous fermiez mon compte.",
        "Résiliez mon contrat dès que possible.",
        "Fermez mon compte aujourd'hui ou demain.",
        "Je n'ai jamais eu de réponse : résiliez mon contrat.",
        "Résiliez le contrat de mon mari décédé.",
        "Résiliez mon contrat, et ce n'est pas une blague.",
        "Résiliez tout, y compris mon compte.",
        "Supprimez tous mes comptes, sans exception.",
    ),
    "es": (
        "No quiero nada excepto que cierren mi cuenta.",
        "Cancelen mi cuenta lo antes posible.",
        "Cancelen mi cuenta hoy o mañana.",
        "Nunca recibí respuesta: cancelen mi cuenta.",
        "Cancelen la cuenta de mi difunto marido.",
        "Cancelen mi cuenta, y no es broma.",
        "Cancelen todo, incluida mi cuenta.",
        "Cierren todas mis cuentas, sin excepción.",
    ),
    "it": (
        "Non voglio altro se non che chiudiate il mio account.",
        "Disdite il mio contratto il prima possibile.",
        "Chiudete il mio account oggi o domani.",
        "Non ho mai avuto risposta: chiudete il mio account.",
        "Disdite il contratto del mio defunto marito.",
        "Chiudete il mio account, e non sto scherzando.",
        "Disdite tutto, compreso il mio account.",
        "Chiudete tutti i miei account, senza eccezioni.",
    ),
    "pt": (
        "Não quero nada exceto que encerrem a minha conta.",
        "Cancelem o meu contrato o mais depressa possível.",
        "Cancelem a minha conta hoje ou amanhã.",
        "Nunca recebi resposta: cancelem a minha conta.",
        "Cancelem a conta do meu falecido marido.",
        "Cancelem a minha conta, e não estou a brincar.",
        "Cancelem tudo, incluindo a minha conta.",
        "Encerrem todas as minhas contas, sem exceção.",
    ),
    "pl": (
        "Nie chcę nic oprócz tego, żebyście zamknęli moje konto.",
        "Zamknijcie moje konto jak najszybciej.",
        "Zamknijcie moje konto dziś albo jutro.",
        "Nigdy nie dostałem odpowiedzi: zamknijcie moje konto.",
        "Zamknijcie konto mojego zmarłego męża.",
        "Zamknijcie moje konto, i to nie jest żart.",
        "Zamknijcie wszystko, łącznie z moim kontem.",
        "Usuńcie wszystkie moje konta bez wyjątku.",
    ),
    "cs": (
        "Nechci nic kromě toho, abyste zrušili můj účet.",
        "Zrušte můj účet co nejdříve.",
        "Zrušte můj účet dnes nebo zítra.",
        "Nikdy jsem nedostal odpověď: zrušte můj účet.",
        "Zrušte účet mého zesnulého manžela.",
        "Zrušte můj účet, a nedělám si legraci.",
        "Zrušte všechno včetně mého účtu.",
        "Zrušte všechny mé účty bez výjimky.",
    ),
    "ru": (
        "Мне ничего не нужно, кроме того, чтобы вы закрыли мой аккаунт.",
        "Закройте мой аккаунт как можно скорее.",
        "Закройте мой аккаунт сегодня или завтра.",
        "Ответа я так и не получил: закройте мой аккаунт.",
        "Закройте аккаунт моего покойного мужа.",
        "Закройте мой аккаунт, и я не шучу.",
        "Удалите всё, включая мой аккаунт.",
        "Удалите все мои аккаунты без исключения.",
    ),
    "tr": (
        "Hesabımı kapatmanız dışında hiçbir şey istemiyorum.",
        "Hesabımı bir an önce kapatın.",
        "Hesabımı bugün ya da yarın kapatın.",
        "Hiç cevap alamadım: hesabımı kapatın.",
        "Vefat eden eşimin hesabını kapatın.",
        "Hesabımı kapatın, şaka yapmıyorum.",
        "Hesabım dahil her şeyi iptal edin.",
        "İstisnasız bütün hesaplarımı kapatın.",
    ),
    "ja": (
        "アカウントの解約以外は何も望みません。",
        "できるだけ早く解約してください。",
        "今日か明日、アカウントを解約してください。",
        "返事がありません。アカウントを解約してください。",
        "亡くなった夫のアカウントを解約してください。",
        "アカウントを解約してください。冗談ではありません。",
        "アカウントを含めて全部解約してください。",
        "例外なく全部のアカウントを解約してください。",
    ),
    "zh": (
        "我什么都不要，除了注销我的账户。",
        "请尽快注销我的账户。",
        "请今天或明天注销我的账户。",
        "我一直没收到回复，请注销我的账户。",
        "请注销我已故丈夫的账户。",
        "请注销我的账户，我不是开玩笑。",
        "全部取消，包括我的账户。",
        "请注销我所有的账户，没有例外。",
    ),
}


# The negation stands in the verb or behind it, and nothing else is said of it: not even held.
FORBIDDEN = {
    "tr": (
        "Üyeliğimi sonlandırmayın, para yolda.",
        "Hesabımı kapatmak istemiyorum, sadece şifremi unuttum.",
        "Sözleşmemi iptal etmek istemiyorum.",
        "Aboneliğimi iptal etmeyin, sadece kartımı değiştirdim.",
    ),
    "ja": (
        "アカウントを削除しないでください。",
        "契約を終わらせないでください。",
        "契約を解除しないようお願いします。",
        "アカウントを消さないで。大事な写真が入っています。",
        "解約なさらないでください。",
        "解約手続きを進めないでください。",
    ),
}


@cache
def shipped() -> Classifier:
    return shipped_classifier()


def all_of(texts: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(language, text) for language, some in texts.items() for text in some]


@pytest.mark.parametrize(("language", "text"), all_of(TRAPS))
@pytest.mark.parametrize("role", Role)
def test_what_nobody_asked_for_today_is_not_acted_upon(
    language: str, text: str, role: Role
) -> None:
    verdict = shipped().read(message(text, language=language), role=role)
    assert verdict.certain == ()


def test_what_is_refused_but_for_one_thing_is_held_and_never_acted_upon() -> None:
    for text in (
        "Hesabımı kapatmanız dışında hiçbir şey istemiyorum.",
        "Hesabım dışında hiçbir şey istemiyorum.",
    ):
        for role in Role:
            verdict = shipped().read(message(text, language="tr"), role=role)
            assert verdict.certain == ()
            assert verdict.unsure


@pytest.mark.parametrize(("language", "text"), all_of(WANTED))
def test_what_is_near_to_it_and_asked_for_is_acted_upon_or_held(language: str, text: str) -> None:
    verdict = shipped().read(message(text, language=language), role=Role.CANCEL)
    assert Intent.CANCELLATION in {f.intent for f in (*verdict.certain, *verdict.unsure)}


@pytest.mark.parametrize(("language", "text"), all_of(FORBIDDEN))
@pytest.mark.parametrize("role", Role)
def test_what_the_verb_itself_forbids_calls_no_person(
    language: str, text: str, role: Role
) -> None:
    verdict = shipped().read(message(text, language=language), role=role)
    assert (verdict.certain, verdict.unsure) == ((), ())
