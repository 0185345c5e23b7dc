"""What only tells of a request, disowns it or takes it back, and beside it one that stays.

The rules alone read Turkish, Japanese and Chinese: in each pair the same words stand, and only
the second asks.
"""

from __future__ import annotations

import pytest

from handlers.values import Intent, Role
from tests.unit.contrasts import acted, mistaken, pairs_of

# Without authority, or not from us.
DISOWNED = {
    "tr": (
        (
            "Hesabımızın kapatılmasını talep eden yazı sahtedir.",
            "Hesabımızın kapatılmasını talep ediyoruz.",
        ),
        (
            "Hesabı kapatın mailini oğlum telefonumdan atmış.",
            "Hesabı kapatın, oğlum telefonunu değiştirdi.",
        ),
        (
            "Siteyi kapatmanızı rica eden e-posta eski eşimden, dikkate almayın.",
            "Hesabı kapatmanızı rica ederim, eski eşim de istiyor.",
        ),
        (
            "Aboneliğimizi sonlandırın başvurusu vakıf kararı olmadan yapılmıştır.",
            "Vakıf kararıyla aboneliğimizi sonlandırın.",
        ),
        (
            "Hesabımızı kapatın diye yazan eski ortağımmış, yetkisi yok.",
            "Hesabımızı kapatın, tek yetkili benim.",
        ),
        (
            "Size hesabı silin diye mail atan ben değilim.",
            "Size bu maili ben atıyorum, hesabı silin.",
        ),
        (
            "Sözleşmeyi feshedin diye giden yazı bizden çıkmadı.",
            "Sözleşmeyi feshedin, yazının aslı postada.",
        ),
        (
            "Hosting paketimi iptal edin maili benden habersiz gönderilmiş.",
            "Hosting paketimi iptal edin, benden habersiz para çekilmiş.",
        ),
        (
            "Hesabımı kapatmak istiyorum diye bir mesaj almışsınız. Onu ben göndermedim.",
            "Hesabımı kapatmak istiyorum. Size daha önce mesaj göndermedim.",
        ),
    ),
    "ja": (
        (
            "解約の申し出は当社の正式な決定ではありません。",
            "契約を解約してください。当社の正式な決定です。",
        ),
        (
            "退会手続きは第三者による不正操作です。取り消してください。",
            "退会します。手続きをお願いします。",
        ),
        (
            "アカウント削除の依頼は当社からのものではございません。",
            "アカウント削除を依頼します。当社の代表です。",
        ),
        (
            "解約しますという連絡が行ったそうですが、身に覚えがありません。",
            "解約します。請求に身に覚えがあります。",
        ),
        (
            "解約の件、担当者の一存でしたので差し戻してください。",
            "解約してください。担当者も了承済みです。",
        ),
        (
            "先週の解約申請は元社員が無断で出したものです。",
            "解約してください。無断で更新されたので。",
        ),
        (
            "アカウントを削除してくださいというメールは私が送ったものではありません。",
            "アカウントを削除してください。",
        ),
        (
            "契約を解約したいとの連絡は権限のない者によるものです。",
            "契約を解約したいです。権限のある代表者より連絡しています。",
        ),
        (
            "退会の申し込みは息子が勝手に送ったもので、本人の意思ではありません。",
            "退会を申し込みます。勝手に値上げされたので。",
        ),
        ("解約依頼はなりすましによるものです。", "解約してください。本人です。"),
    ),
    "zh": (
        ("退租申请是前台小妹自作主张,不算数。", "主机退租,请办理。"),
        ("离职员工以公司名义申请终止合同,我司不予承认。", "我司申请终止合同,请予办理。"),
        ("退租主机的申请并非我处提出,请核实。", "请办理主机退租,由我处提出。"),
        ("前员工私自申请注销账户,请勿办理。", "请注销账户,你们私自扣款。"),
        ("终止合同的邮件不是我们发的。", "请终止合同,正式函件随后寄出。"),
        ("注销主机账户的申请是离职同事冒名提交的。", "请注销主机账户。"),
        ("实习生无权代表公司要求解除合同。", "我代表公司要求解除合同。"),
        ("有人盗用我的邮箱要求关闭账户,不是本人操作。", "请关闭账户,本人操作。"),
    ),
}

# Asked for some other time, done already, or taken back.
TOLD = {
    "tr": (
        (
            "Üyeliğimi sonlandırın diyecek kadar kızmıştım, telefonda hallettiniz.",
            "Üyeliğimi sonlandırın, çok kızdım.",
        ),
        (
            "Hizmetin sonlandırılmasını istemiştik, bu talebimizi geri alıyoruz.",
            "Hizmetin sonlandırılmasını istiyoruz, talebimiz budur.",
        ),
        (
            "Paketi iptal edin şeklindeki dünkü mailimi yok sayınız.",
            "Paketi iptal edin, dünkü mailimi de okuyun.",
        ),
        (
            "Hostingi iptal edin demiştik, hemen yaptınız, ellerinize sağlık.",
            "Hostingi iptal edin, hemen yapın.",
        ),
        ("Hesabımı silin demiştim, silindi mi?", "Hesabımı silin."),
        (
            "Eski firmama üyeliğimi iptal edin dedim, iki ay uğraştım.",
            "Üyeliğimi iptal edin, iki ay uğraştım.",
        ),
        (
            "Siteyi ve hesabı kapatın diyecektim, ama yeğenim devraldı.",
            "Hesabı kapatın, site işini yeğenim devraldı.",
        ),
        (
            "Aboneliğimizi sonlandırın demiştik ya, onu geri çekiyoruz.",
            "Aboneliğimizi sonlandırın, kararımız kesin.",
        ),
        ("Hesabı kapatın dedik, iki günde kapattınız, sağ olun.", "Hesabı kapatın, sağ olun."),
    ),
    "ja": (
        ("契約解除の件は白紙に戻してください。", "契約を白紙に戻してください。"),
        ("契約解除の通知を取り下げます。", "契約解除を通知します。"),
        ("契約解除はなかったことにしてください。", "契約を解除してください。"),
        ("退会したいと書きましたが、このままでお願いします。", "退会したいです。お願いします。"),
        ("契約解除は撤回する。", "契約解除を申請する。"),
        (
            "アカウントを閉鎖してくださいと先日お送りしましたが、忘れてください。",
            "アカウントを閉鎖してください。",
        ),
        ("今月末の契約終了を取り消します。", "今月末で契約を終了します。"),
        ("解約したいと申しましたが、やはり継続でお願いします。", "解約したいです。"),
    ),
    "zh": (
        ("账号销了,谢谢啊,办事真利落。", "账号注销,谢谢啊。"),
        ("主机退了,钱也收到了。", "主机退了吧,钱不用退。"),
        ("主机给我停了,办得挺利索。", "主机给我停了。"),
        ("昨天就帮我把账户注销了,效率真高,谢谢。", "帮我把账户注销了,谢谢。"),
        ("服务器退了,手脚真快。", "请终止服务器合同。"),
        ("我司日前申请终止合同,现撤回该申请。", "我司现申请终止合同。"),
        ("账户已注销,收到,谢谢。", "账户注销,谢谢。"),
        ("前拟终止合同,今服务请予继续。", "现终止合同,请予办理。"),
    ),
}

# Of something else.
OTHERS = {
    "tr": (
        ("Fuar standımızı iptal edin lütfen.", "Fuar bitti, üyeliğimizi iptal edin lütfen."),
        (
            "Bizi daha küçük plana geçirin, eski planı kaldırın.",
            "Üyeliğimizi iptal edin, planı kaldırın.",
        ),
        ("Takılı kalan yedekleme işlemini sonlandırın.", "Hosting sözleşmemi sonlandırın."),
        ("Cuma günkü seminerdeki yerimi iptal ediniz.", "Üyeliğimi iptal ediniz."),
        ("Bizi en ucuz pakete düşürün lütfen.", "Paketimi iptal edin lütfen."),
        (
            "Saatlik yedek siteyi donduruyor. O görevi iptal edin.",
            "Site donuyor. Üyeliğimi iptal edin.",
        ),
    ),
    "ja": (
        (
            "撮影会、雨なのでキャンセルでお願いします。",
            "撮影会も終わったので契約を解約してください。",
        ),
        (
            "水曜のオンライン面談、都合がつかずキャンセルでお願いします。",
            "契約プラン、都合によりキャンセルでお願いします。",
        ),
        ("退職した田中のアカウント権限だけ消してください。", "田中のアカウントを消してください。"),
        ("会員ページの「解約する」ボタンが押せません。", "会員契約を解約します。"),
    ),
    "zh": (
        ("这句话用德语怎么写:我要终止合同。", "我要终止合同。"),
        ("那个脚本你帮我把它停了,网站可别停。", "那个网站你帮我把它停了。"),
        ("新的迁移方案不接受,别再推了。", "新的合同不接受,请终止合同。"),
        ('"请终止合同"这样写对吗?', "请终止合同。"),
        ("终止合同与解除合同,何者为宜?", "请终止合同。"),
    ),
}

# Mail that is to come again, came to an end by itself, or is another's or another kind.
MAIL = {
    "tr": (
        (
            "Reklam atmayın demiştim ama kampanyayı kaçırdım, beni listeye geri alın.",
            "Reklam atmayın, beni listeden çıkarın.",
        ),
        ('Müşterilerim bültenimdeki "göndermeyin" linkine basamıyor.', "Bülten göndermeyin."),
        (
            "Eski mailden yeni maile yönlendirme var, onu durdurun.",
            "Kampanya mailleriniz var, onu durdurun.",
        ),
        (
            "Şifre uyarısı her gün geliyor. Uyarının durdurulması rica olunur.",
            "Bülteniniz her gün geliyor. Bültenin durdurulması rica olunur.",
        ),
    ),
    "ja": (
        (
            "配信停止の依頼などしていないのに届かなくなりました。",
            "配信停止を依頼します。まだ届いています。",
        ),
        (
            "うちの店で退会したい子がいるんだけど、管理画面で会員のメール解除ってどこ?",
            "メルマガ解除してほしいんだけど。",
        ),
        (
            "以前お断りした貴社のメルマガ、また読みたくなりました。再び名簿に加えてください。",
            "貴社のメルマガはお断りします。",
        ),
        (
            "配信停止の依頼を受けたとの通知が届きましたが、当方は依頼していません。",
            "配信停止を依頼します。",
        ),
        ("当店のお客様が配信停止ボタンを押しても解除できないそうです。", "配信停止してください。"),
    ),
    "zh": (
        ("促销邮件已经退订成功了,不用再处理。", "促销邮件请退订。"),
        ("之前让你们停发营销邮件,现请予恢复。", "请停发营销邮件。"),
        ("广告邮件自己停了,清静。", "广告邮件停了吧。"),
        ("服务器告警邮件太多,在哪个面板停发?", "营销邮件太多,请停发。"),
    ),
}

# A subject, and below it a question about what is only supposed; or no question.
SUPPOSED = (
    ("zh", "終止服務", "若終止租用合約,病患資料將如何處置,敬請說明。", "敬請辦理,謝謝。"),
    (
        "tr",
        "Hesap iptali",
        "Sözleşmeyi feshedersem verilerim ne olacak, açıklayın.",
        "Kolay gelsin.",
    ),
    (
        "ja",
        "契約の解約",
        "契約を解約した場合、データがどうなるか教えてください。",
        "よろしくお願いします。",
    ),
    (
        "en",
        "Cancellation of my contract",
        "If I ended the contract, what becomes of my data, do tell.",
        "Thank you.",
    ),
)

_CANCELLATIONS = pairs_of(DISOWNED, TOLD, OTHERS)
_OPT_OUTS = pairs_of(MAIL)


@pytest.mark.parametrize(("language", "told", "asked"), _CANCELLATIONS)
def test_a_cancellation_that_is_told_of_is_not_done(language: str, told: str, asked: str) -> None:
    assert not mistaken(Intent.CANCELLATION, language, told, asked)


@pytest.mark.parametrize(("language", "told", "asked"), _OPT_OUTS)
def test_an_opt_out_that_is_told_of_is_not_done(language: str, told: str, asked: str) -> None:
    assert not mistaken(Intent.OPT_OUT, language, told, asked)


@pytest.mark.parametrize(("language", "subject", "question", "courtesy"), SUPPOSED)
def test_a_subject_is_a_topic_above_what_is_only_supposed(
    language: str, subject: str, question: str, courtesy: str
) -> None:
    for role in Role:
        assert not acted(question, language, role, subject=subject)
    assert Intent.CANCELLATION in acted(courtesy, language, Role.CANCEL, subject=subject)
