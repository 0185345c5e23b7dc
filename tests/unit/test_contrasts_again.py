"""More of what stands close to a request and is none, beside a request in nearly the same words.

What undoes an ending ("un-close our account"), one of several things that is ended while the
contract stays, a request that a later line takes back, and what somebody else asked for.
"""

from __future__ import annotations

import pytest

from handlers.values import Intent, Role
from tests.unit.contrasts import acted, mistaken, pairs_of

# What is to be had back, and a text that asks for its end in cancel@.
UNDONE = {
    "en": (
        ("Can you un-close our account?", "Can you close our account?"),
        ("Please un-terminate our hosting.", "Please terminate our hosting."),
        ("Kindly un-deactivate my account.", "Kindly deactivate my account."),
        ("Could you un-cancel our plan, please?", "Could you cancel our plan, please?"),
        (
            "Please bring back our account that you deleted.",
            "Please delete our account, nothing is to be brought back.",
        ),
        ("Can you re-open the account we closed in May?", "Can you close the account in May?"),
        (
            "Please give us back the contract you terminated.",
            "Please terminate the contract and give us back the deposit.",
        ),
        ("Please re-enable the cancelled account.", "Please have the account cancelled."),
        ("We'd like the site switched back on.", "We'd like the site switched off."),
        ("Please un-delete our website.", "Please delete our website."),
        (
            "Please get our terminated contract up and running again.",
            "Please have our contract terminated.",
        ),
        (
            "Can you revive the account you closed last week?",
            "Please close the account you opened last week.",
        ),
        ("Please set our deactivated account to active.", "Please have our account deactivated."),
    ),
    "de": (
        ("Können Sie unser Konto ent-kündigen?", "Können Sie unser Konto kündigen?"),
        ("Bitte die abgeschaltete Seite wieder anschalten.", "Bitte unsere Website löschen."),
        ("Bitte das geschlossene Konto reaktivieren.", "Bitte das Konto schließen."),
        (
            "Bitte die Kündigung unseres Kontos ungeschehen machen.",
            "Bitte die Kündigung unseres Kontos bestätigen. Wir kündigen hiermit.",
        ),
    ),
    "fr": (
        ("Pouvez-vous dé-résilier notre contrat ?", "Pouvez-vous résilier notre contrat ?"),
        (
            "Merci de remettre en service notre contrat résilié.",
            "Merci de résilier notre contrat.",
        ),
        (
            "Rendez-nous le compte que vous avez supprimé.",
            "Supprimez le compte, s'il vous plaît.",
        ),
        ("Veuillez ré-activer notre compte clôturé.", "Veuillez clôturer notre compte."),
        (
            "Merci d'avoir fermé le compte de l'ancien bureau.",
            "Merci de fermer le compte de l'ancien bureau.",
        ),
        (
            "Nous voudrions récupérer l'hébergement résilié lundi.",
            "Nous voudrions résilier l'hébergement lundi.",
        ),
    ),
    "es": (
        ("¿Pueden des-cancelar nuestro contrato?", "¿Pueden cancelar nuestro contrato?"),
        ("Por favor re-abran la cuenta cerrada.", "Por favor cierren la cuenta."),
        (
            "Por favor, vuelvan a activar la cuenta cerrada.",
            "Por favor, cierren la cuenta y no vuelvan a cobrarme.",
        ),
    ),
    "it": (
        ("Potete de-cancellare il nostro account?", "Potete cancellare il nostro account?"),
        ("Potete ri-attivare l'account cancellato?", "Potete cancellare l'account?"),
        ("Ridateci il contratto che avete chiuso.", "Chiudete il contratto."),
        (
            "Vorremmo riavere l'hosting disdetto lunedì.",
            "Vorremmo disdire l'hosting lunedì.",
        ),
    ),
    "nl": (
        ("Kunt u ons gesloten account heropenen?", "Kunt u ons account sluiten?"),
        ("Kunt u ons account ont-sluiten?", "Kunt u ons account sluiten?"),
        ("Graag ons verwijderde account terugzetten.", "Graag ons account verwijderen."),
    ),
    "pt": (
        ("Podem re-ativar a conta cancelada?", "Podem cancelar a conta?"),
        ("Podem des-cancelar a nossa conta?", "Podem cancelar a nossa conta?"),
        ("Por favor voltem a ligar o site que fecharam.", "Por favor fechem o site."),
        (
            "Queríamos de volta o alojamento cancelado na segunda.",
            "Queríamos cancelar o alojamento na segunda, por favor.",
        ),
    ),
    "ja": (
        ("解約済みの契約を復活させてください。", "契約を解約してください。"),
        (
            "先月閉鎖したアカウントを元に戻していただけますか。",
            "アカウントを閉鎖していただけますか。",
        ),
        (
            "契約を早速解約していただき感謝します。",
            "契約を早速解約していただきたいです。",
        ),
    ),
    "zh": (
        ("请重新激活我们注销的账户。", "请注销我们的账户。"),
        ("能把停掉的主机再开通吗?", "能把主机停掉吗?请办理。"),
        ("请撤销对合同的终止。", "请终止合同。"),
        ("请恢复已删除的网站。", "请删除网站并注销账户,不用恢复。"),
    ),
}
# One of several that is to end while the contract stays, and a text that ends the contract.
PARTS = {
    "en": (
        (
            "The site X is to be deleted. The account is to be retained.",
            "The site X is to be deleted. The account is to be closed.",
        ),
        (
            'The website "Old Choir" is to be deleted; the contract is to be continued.',
            'The website "Old Choir" is to be deleted; the contract is to be ended.',
        ),
        ("Delete the old site please. The hosting continues.", "Delete the hosting please."),
        (
            "Of our four websites only the museum's should be closed.",
            "We have four websites. The account should be closed.",
        ),
        (
            "Please delete the site shop.example. We will keep the hosting.",
            "Please cancel our hosting. My account continues to be charged.",
        ),
        (
            "Please delete the old site. We still need the account.",
            "Please close the account, we no longer need it.",
        ),
        (
            "Kindly remove the website. Do keep the contract alive.",
            "Kindly cancel the contract. Do not keep the website alive.",
        ),
    ),
    "de": (
        (
            "Die Website der Messe soll gelöscht werden, das Konto soll bestehen bleiben.",
            "Die Website soll gelöscht werden, und das Konto bitte löschen.",
        ),
        (
            "Von unseren vier Websites bitte die des Museums löschen.",
            "Wir haben vier Websites. Bitte den Vertrag kündigen.",
        ),
        (
            "Der Blog ist zu löschen. Der Vertrag ist fortzuführen.",
            "Der Blog ist zu löschen. Der Vertrag ist zu kündigen.",
        ),
    ),
    "fr": (
        (
            "Le site « Vieille chorale » doit être supprimé. Le contrat doit continuer.",
            "Le site doit être supprimé. Merci de résilier le contrat.",
        ),
        (
            "Sur nos trois sites il faut fermer celui de la fête, le reste du contrat continue.",
            "Il faut fermer notre compte, le reste est payé.",
        ),
        (
            "Supprimez l'ancien site. Nous gardons l'hébergement.",
            "Supprimez l'ancien site et résiliez l'hébergement.",
        ),
        (
            "L'un de nos sites est à supprimer, celui de la fête.",
            "L'un de nos sites a été piraté. Merci de résilier notre contrat.",
        ),
    ),
    "es": (
        (
            "De nuestras cuatro webs hay que cerrar la del museo.",
            "Tenemos cuatro webs. Cancelen el contrato.",
        ),
        (
            "Cierren la web de la feria; la cuenta sigue.",
            "Cierren la web y cancelen la cuenta.",
        ),
    ),
    "it": (
        (
            "Dei nostri tre siti bisogna chiudere quello della fiera.",
            "Abbiamo tre siti. Disdite il contratto.",
        ),
        (
            "Cancellate il vecchio sito, per favore. L'hosting continua.",
            "Cancellate il sito e disdite l'hosting, per favore.",
        ),
        (
            "Cancellate il vecchio sito. Abbiamo ancora bisogno dell'account.",
            "Chiudete il mio account, non ne ho più bisogno.",
        ),
    ),
    "nl": (
        (
            "De site X moet worden verwijderd. Het account moet behouden blijven.",
            "De site X moet worden verwijderd. Graag het account opzeggen.",
        ),
        (
            "Van onze vier sites graag die van het museum sluiten.",
            "We hebben vier sites. Graag het contract opzeggen.",
        ),
        (
            "Verwijder de oude website a.u.b. De hosting loopt door.",
            "Verwijder de website a.u.b. en zeg de hosting op.",
        ),
        (
            "Verwijder de oude site. Het account hebben we nog nodig.",
            "Sluit mijn account, ik heb het niet meer nodig.",
        ),
    ),
    "pt": (
        (
            "O site X deve ser eliminado. A conta deve ser mantida.",
            "O site X deve ser eliminado. Cancelem a conta, por favor.",
        ),
        (
            "Dos nossos três sites é preciso fechar o da feira.",
            "Temos três sites. Cancelem o contrato.",
        ),
    ),
    "ja": (
        (
            "ブログサイトは閉鎖してください。契約は続けます。",
            "ブログサイトを閉じ、契約も解約してください。",
        ),
        (
            "五つのサイトのうち一つを閉鎖してください。",
            "サイトは五つあります。契約を解約してください。",
        ),
        (
            "サーバー移設の予約をキャンセルしてください。契約は使います。",
            "サーバー移設は終わりました。契約をキャンセルしてください。",
        ),
        (
            "古いサイトを削除してください。アカウントはまだ必要です。",
            "アカウントはもう必要ないので削除してください。",
        ),
    ),
    "zh": (
        ("网站X需删除。账户需保留。", "网站需删除。账户需注销。"),
        ("三个网站里请关掉庙会那个。", "我们有三个网站。请终止合同。"),
        ("网站可以关了。主机照旧。", "网站可以关了。请终止合同。"),
        (
            "我们的一个网站要删除,就是庙会那个。",
            "我们的一个网站坏了。请终止合同。",
        ),
    ),
}
# What a later line takes back, or disowns, or was only a plan or another's.
TAKEN_BACK = {
    "en": (
        (
            "Please cancel our contract 4471. Postscript: the foregoing is withdrawn.",
            "Please cancel our contract 4471. The foregoing applies to both sites.",
        ),
        (
            "We hereby terminate our plan. P.S. Do not act on this, the board has met again.",
            "We hereby terminate our plan. P.S. Please act on this, the board has met.",
        ),
        (
            "Please close our account. PS: the chairman says leave it running.",
            "Please close our account and leave nothing running.",
        ),
        (
            "I'd like to cancel my hosting. Oh, it's only the tiredness talking, leave it be.",
            "I'd like to cancel my hosting. There is no point in talking.",
        ),
        (
            "Please close my account. Oh no, sorry, do not close it.",
            "Please close my account. Do not close the ticket.",
        ),
        (
            "Martha wrote on Monday that our account should be closed. She got that wrong.",
            "Martha wrote to you on Monday. Please close our account.",
        ),
        (
            "Did my brother ask you to close our account? He is mistaken.",
            "My brother asked about it. We ask you to close our account.",
        ),
        (
            "Our gallery was to have closed and the contract been ended.",
            "Our gallery has closed. Please end the contract.",
        ),
        (
            "We wrote that our account should be closed. Please do nothing until you hear.",
            "Our account should be closed, please.",
        ),
        (
            "So I used to have 2 accounts and cancelled both, that is my answer.",
            "I used to have two shops. Please cancel my account.",
        ),
        (
            "Please terminate my contract. On second reading: don't.",
            "Please cancel my account. Don't, under any circumstances, charge me again.",
        ),
        (
            "Please cancel our hosting. Addendum: the committee has voted to stay.",
            "The board voted to leave. Please terminate our contract.",
        ),
        (
            "Please end our contract. Correction: please extend our contract.",
            "Please cancel my account. I don't want to extend my contract.",
        ),
        (
            "We terminate our contract. Postscript: this letter is void.",
            "We terminate our contract. The letter is enclosed. Please cancel it.",
        ),
        (
            "I'd like to end the hosting, my career and Friday. Joking, but do look at it.",
            "I'd like to end the hosting on Friday, and no joking.",
        ),
        (
            "Please close our account. Update: problem solved, we stay.",
            "Please cancel our hosting. The problem was never solved.",
        ),
        (
            "You write that I wanted to cancel my contract. I did not.",
            "You write that my bill is due. I want to cancel my contract.",
        ),
        (
            "Please add a note: only the treasurer may end the contract.",
            "Please end the contract, the treasurer.",
        ),
        (
            "Please cancel the renewal reminder for our account.",
            "Please cancel our account before the renewal.",
        ),
        (
            "Contract cancellation: received your confirmation, thank you.",
            "Contract cancellation: please confirm.",
        ),
        (
            "I can't come to the webinar on Tuesday, please cancel.",
            "I can't log in on Tuesday, please cancel.",
        ),
    ),
    "de": (
        (
            "Bitte den Vertrag 4471 kündigen. Nachtrag: Vorstehendes ist hinfällig.",
            "Bitte den Vertrag 4471 kündigen. Nachtrag: Vorstehendes gilt ab Mai.",
        ),
        (
            "Bitte kündigen Sie den Vertrag. Nachtrag: Der Vorstand hat beschlossen zu bleiben.",
            "Wir haben beschlossen zu gehen. Bitte kündigen Sie den Vertrag.",
        ),
        (
            "Bitte den Vertrag kündigen. PS: Meine Frau sagt, wir behalten ihn.",
            "Bitte kündigen Sie den Vertrag, meine Frau sagt es auch.",
        ),
        (
            "Am Donnerstag kann ich nicht, bitte stornieren.",
            "Am Donnerstag kann ich nicht mehr zahlen, bitte den Vertrag kündigen.",
        ),
    ),
    "fr": (
        (
            "Résiliez notre contrat 4471. PS : ce qui précède est sans objet.",
            "Résiliez notre contrat 4471. PS : ce qui précède est urgent.",
        ),
        (
            "Je reviens sur ma demande de résiliation, ne résiliez rien.",
            "Je reviens vers vous : résiliez notre contrat.",
        ),
        (
            "Merci de résilier le contrat. Ajout : le bureau a décidé de rester.",
            "Nous avons décidé de partir, résiliez le contrat.",
        ),
        (
            "Résiliez le contrat. PS : ma femme dit de le garder.",
            "Résiliez le contrat. PS : ma femme est d'accord.",
        ),
    ),
    "es": (
        (
            "Cancelen el contrato 4471. Posdata: lo anterior queda sin efecto.",
            "Cancelen el contrato 4471. Posdata: lo anterior es urgente.",
        ),
        (
            "Si decidiéramos terminar el contrato en octubre, ¿con cuánto hay que avisar?",
            "Decidimos terminar el contrato en octubre. Cancelen el contrato, por favor.",
        ),
        (
            "Cancelen el contrato. Añadido: la junta ha decidido quedarse.",
            "Hemos decidido irnos. Cancelen el contrato.",
        ),
        (
            "Cancelen el contrato. PD: mi mujer dice que lo mantengamos.",
            "Cancelen el contrato. PD: mi mujer está de acuerdo.",
        ),
    ),
    "it": (
        (
            "Qualcuno ha scritto che il nostro account va chiuso. Non ero io.",
            "Qualcuno ci ha rubato i dati. Chiudete il nostro account, per favore.",
        ),
        (
            "Sospendete il contratto fino a maggio, poi riprenderlo.",
            "Chiudete il contratto a maggio, per favore.",
        ),
        (
            "Disdite il contratto. Aggiunta: il direttivo ha deciso di restare.",
            "Abbiamo deciso di andarcene. Disdite il contratto.",
        ),
        (
            "Disdite il contratto. PS: mia moglie dice di tenerlo.",
            "Disdite il contratto. PS: mia moglie è d'accordo.",
        ),
    ),
    "nl": (
        (
            "Zeg contract 4471 op. PS: het bovenstaande vervalt.",
            "Zeg ons contract op. PS: het bovenstaande is dringend.",
        ),
        (
            "Zeg het contract op. Aanvulling: het bestuur heeft besloten te blijven.",
            "We hebben besloten te stoppen. Graag ons contract opzeggen.",
        ),
    ),
    "pt": (
        (
            "Cancelem o plano. Opa, espera aí, não cancelem não.",
            "Cancelem o plano. Não cobrem mais nada.",
        ),
        (
            "Se não houver direto no domingo, fecho a conta. Têm até sábado.",
            "Por favor fechem a conta até sábado.",
        ),
        (
            "Cancelem o contrato. Aditamento: a direção decidiu ficar.",
            "Decidimos sair. Cancelem o contrato.",
        ),
        (
            "Cancelem o contrato. PS: a minha mulher diz para ficarmos com ele.",
            "Cancelem o contrato. PS: a minha mulher concorda.",
        ),
    ),
    "ja": (
        (
            "解約してください。追伸、会長が残せと言うので、この申請は無効です。",
            "解約してください。追伸、確認のメールは不要です。",
        ),
        ("解約します、と書こうとしましたが、続けます。", "解約します。長く続けましたが。"),
        (
            "契約をやめたいと社員が書いたようですが、手続きは不要です。",
            "契約をやめたいです。社員も了承しました。",
        ),
        ("解約、待て。社長に聞きます。", "解約をお願いします。社長も了承です。"),
        (
            "全部解約したい気分です、というのは冗談として、請求書を送ってください。",
            "全部解約したいです。請求書を送ってください。",
        ),
        (
            "明日までに復旧しなきゃ、契約は終わりにします。",
            "復旧しましたが、契約は終わりにします。",
        ),
        ("生徒が退会希望です。どの画面で処理しますか?", "生徒が減ったので、退会を希望します。"),
        (
            "契約は先月末に終了しています。返金をお願いします。",
            "契約を先月末に更新しましたが、解約をお願いします。",
        ),
        (
            "契約を解約してください。追記、理事会で継続と決まりました。",
            "契約を解約してください。理事会でそう決まりました。",
        ),
        (
            "契約を解約してください。追伸、妻が続けようと言っています。",
            "契約を解約してください。追伸、妻もそう言っています。",
        ),
        (
            "契約を解約します。なお、本書は役員会の決議により無効とします。",
            "本書をもって契約を解約します。",
        ),
        (
            "木曜は行けないので、キャンセルしてください。",
            "忙しくてもう使えないので、契約を解約してください。",
        ),
        (
            "「解約します」を英語に訳してください。",
            "英語のサイトは不要です。解約します。",
        ),
    ),
    "zh": (
        ("解约吧。哦不,不解约了。", "解约吧。哦,对了,多谢。"),
        ("请注销账户。又及:会长说留着,不撤了。", "请注销账户。又及:会长已签字。"),
        ("请终止合同。因改期,特予撤回,一切照旧。", "请终止合同。款项照旧支付。"),
        ("前秘书擅自以本会名义申请注销账户,应属无效。", "本会申请注销账户。"),
        ("伙计来信言本店要销户,实系误会。", "本店要销户,请办理。"),
        ("有位学员要注销账户,后台怎么弄?", "我要注销账户,请办理。"),
        ("旧合同你们给停了,多谢!上课去了", "请终止合同,多谢!"),
        ('表单测试:"请注销账户。"无视。', "请注销账户。"),
        (
            "请终止合同。附:太太说还是留着。",
            "请终止合同。附:太太的地址。",
        ),
        (
            "请注销账户。刚才是孩子乱按的。",
            "孩子大了,用不着了,请注销账户。",
        ),
        (
            "理事会否决了终止合同。",
            "理事会决定终止,请终止合同。",
        ),
        (
            "再涨价就终止合同。",
            "又涨价了,请终止合同。",
        ),
        (
            '表单里我选了"终止合同",选错了。',
            "我在表单里选了,请终止合同。",
        ),
        (
            "周四来不了,请取消。",
            "我来不了店里,请注销我的账户。",
        ),
    ),
}
# Mail that is not to stop after all, or that was stopped, and a text that asks for it.
MAIL = {
    "en": (
        (
            "No more newsletters please. P.S. Leave it, my wife reads them.",
            "No more newsletters please. P.S. My wife does not read them.",
        ),
        (
            "Please remove sales@acme.example from promotions. Correction: keep it.",
            "Please remove me from promotions.",
        ),
        (
            "Stop the offers. Oh damn no, don't touch anything.",
            "Stop the offers. I don't want anything.",
        ),
        (
            "Please stop the newsletter. The above is void, by order of the chair.",
            "Please stop the newsletter, by order of the chair.",
        ),
        (
            "No more newsletters came since May. Is something broken?",
            "No more newsletters from May on, please.",
        ),
        ("I sent STOP to your promotional number and it's confirmed.", "STOP your promotions."),
        ("Close the newsletter mailbox on our server.", "Stop the newsletter to our mailbox."),
        (
            "Please un-unsubscribe me.",
            "Please un-subscribe me.",
        ),
        (
            "Stop the newsletter, said my boss. Five minutes later: don't.",
            "Stop the newsletter. Don't you dare send more.",
        ),
        (
            "Your newsletter lands in my spam, please stop that.",
            "Your newsletter is of no use to me, please stop it.",
        ),
    ),
    "it": (
        (
            "Niente più pubblicità. P.S. Mio fratello dice di lasciarla, gli piacciono.",
            "Niente più pubblicità. P.S. Mio fratello è d'accordo.",
        ),
    ),
    "nl": (
        (
            "Geen nieuwsbrief meer. Haha nee wacht, alles laten zoals het is.",
            "Geen nieuwsbrief meer. Bedankt.",
        ),
    ),
    "pt": (
        (
            "Não me mandem mais a newsletter. Pensando melhor, mantenho-a.",
            "Não me mandem mais a newsletter. Pensei nisso.",
        ),
    ),
    "ja": (
        (
            "広告の停止、二分で完了。ありがとうございます。",
            "広告の停止をお願いします。ありがとうございます。",
        ),
        (
            "メルマガは不要です。追伸、妻が読むそうで、不要を撤回します。",
            "メルマガは不要です。妻も読みません。",
        ),
        (
            "宣伝メールを止めてください、というテスト投稿です。",
            "宣伝メールを止めてください。二分で終わると思います。",
        ),
        (
            "お知らせメールをやめたいんじゃなくて、頻度を知りたいのです。",
            "お知らせメールをやめたいです。",
        ),
    ),
    "zh": (
        ("请停发促销邮件。啊不对,还是寄吧。", "请停发促销邮件。不要再寄了。"),
        ("请停止推广邮件。又及:家母倒想看,那还是寄吧。", "请停止推广邮件。家母不看。"),
        ("百度推广广告停了,网站怎么打不开?", "推广邮件请停止。"),
        ("请不要再寄广告。以上为测试。", "请不要再寄广告。"),
        (
            "谢谢停了广告邮件。",
            "请停了广告邮件,谢谢。",
        ),
    ),
}
# A subject that names mail above what is ended without a name: an opt-out is only one reading.
ABOVE = (
    ("en", "webinars", "Customer 4410. Cancellation as of 30 June. Thank you.", "Unsubscribe me."),
    ("it", "webinar", "Cliente 7719. Disdetta. Grazie.", "Cancellatemi dalla lista."),
    ("nl", "mail valt uit", "Voor de vierde maal. Ik zeg op.", "Stuur mij geen mail meer."),
    ("ja", "ご案内を読んで", "今月で解約させていただきます。", "ご案内を停止してください。"),
)
# A topic above a text that asks for nothing.
TOPICS = (
    ("en", "end of trial", "The trial is nearly over, and I am carrying on. Any invoice?"),
    ("zh", "关张", "旧刊哪里看?"),
)

_CANCELLATIONS = pairs_of(UNDONE, PARTS, TAKEN_BACK)
_OPT_OUTS = pairs_of(MAIL)


@pytest.mark.parametrize(("language", "told", "asked"), _CANCELLATIONS)
def test_what_nearly_asks_for_an_end_ends_nothing(language: str, told: str, asked: str) -> None:
    assert not mistaken(Intent.CANCELLATION, language, told, asked)


@pytest.mark.parametrize(("language", "told", "asked"), _OPT_OUTS)
def test_what_nearly_refuses_mail_opts_nobody_out(language: str, told: str, asked: str) -> None:
    assert not mistaken(Intent.OPT_OUT, language, told, asked)


@pytest.mark.parametrize(("language", "subject", "ended", "asked"), ABOVE)
def test_a_subject_alone_makes_no_opt_out_of_an_end(
    language: str, subject: str, ended: str, asked: str
) -> None:
    assert not mistaken(Intent.OPT_OUT, language, ended, asked, subject=subject)


@pytest.mark.parametrize(("language", "subject", "text"), TOPICS)
def test_a_subject_that_tells_the_occasion_ends_nothing(
    language: str, subject: str, text: str
) -> None:
    for role in Role:
        assert not acted(text, language, role, subject=subject)
