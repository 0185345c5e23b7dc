"""What customers write plainly in Japanese and Chinese, and what is close to it.

Help that is asked for, kinds of account and plan, words in kana, mail that one is to be taken off,
and reports of what does not work; beside each what asks for nothing.
"""

from __future__ import annotations

import pytest

from handlers.values import Intent, Role
from tests.unit.contrasts import acted, lines_of

# Before the bar what ends a contract in cancel@, behind it what ends nothing in either mailbox.
ENDS = {
    "ja": """
解約を手伝ってください。 | 契約の更新を手伝ってください。
アカウントの削除を手伝ってもらえますか。 | アカウントの統合を手伝ってもらえますか。
契約を終えるお手伝いをお願いします。 | 解約のお手伝いをいただき、ありがとうございました。
退会手続きのサポートをお願いできますか。 | アカウント復旧のサポートをお願いします。
サーバーを解約するための支援をお願いします。 | サーバーを解約するための書類を教えてください。
解約を助けていただきたいです。 | 予約のキャンセルを助けていただきたいです。
契約を終了してもらうことは可能でしょうか。 | 契約を終了することは可能でしょうか。
プランを解約してもらってもいいですか。 | プランを解約したらどうなりますか。
ゴールドプランを解約したいです。 | ゴールドプランに変更したいです。
学生プランの解約をお願いします。 | 学生プランの解約金を教えてください。
法人契約を終了してください。 | 電気の法人契約の解約金はいくらですか。
店舗登録を抹消してください。 | 店舗登録の方法を教えてください。
お店のアカウントを消してもらえますか。 | お店のアカウントのパスワードを消してもらえますか。
契約の方は解約でお願いします。 | 回線の契約の方は解約でお願いします。
もうつかわないので、かいやくしてください。 | かいやくしないでください。
あかうんとをさくじょしてください。 | あかうんとのぱすわーどをわすれました。
メールで解約をお願いしました。再度解約をお願いします。 | 解約をお願いしましたが取り消します。
解約ページがエラーです。そちらで解約してください。 | 解約ページがエラーです。原因を教えてください。
マイページから退会できません。退会させてください。 | マイページからメールアドレスを変更できません。
今月末で解約をお願いします。 | 店を続けるので解約は取りやめます。
""",
    "zh": """
请帮助我注销账户。 | 请帮助我恢复账户。
我需要协助取消合同。 | 我需要协助变更合同。
请贵司协助我们终止主机合同。 | 请不要协助他们终止我们的主机合同。
能否请贵司将我们的合同终止？ | 能否请贵司告知合同何时终止？
不知可否帮我注销账户？ | 不知可否为我介绍一下注销的流程？
请取消我的学生版套餐。 | 学生版套餐怎么取消？
我想注销店铺账户，谢谢。 | 注销店铺账户需要什么材料？
请把餐厅的账户关闭。 | 餐厅的账户昨天关闭了，为什么还扣费？
麻烦您将我们的账户删除。 | 麻烦您将账户里的旧邮件删除。
请取消旅游网站的托管。 | 请取消旅游网站的订单。
页面提示系统繁忙，请帮我取消合同。 | 页面提示系统繁忙，请帮我看看。
租约不用了解约吧。 | 课程不用了取消吧。
我想取消书店的账户。 | 我想取消书店的会员卡。
到期就关掉吧，不再使用主机，请注销账户。 | 服务到期就停了，怎么恢复？
""",
}

# Before the bar what is an opt-out in support@, behind it what is none in either mailbox.
OPTS_OUT = {
    "ja": """
メルマガを外してください。 | プラグインを外してください。
ニュースレターを切ってもらえますか。 | 回線を切ってもらえますか。
広告メールの設定をオフにしてください。 | 自動返信の設定をオフにしてください。
めるまがをとめてください。 | めるまががとどきません。
こうこくめーるはいりません。 | こうこくのだしかたをおしえてください。
新商品ニュースはもう不要です。 | サイトのニュース欄を直してください。
広告の同意をやめます。送らないでください。 | 広告の同意について教えてください。
セミナーの案内は求めておりません。 | セミナーの講師を求めています。
登録から外してください。メルマガは読みません。 | 担当者をアカウントから外してください。
配信停止してもらってもいいですか。 | 配信停止できたか教えてもらえますか。
""",
    "zh": """
不要再往我邮箱发广告了。 | 请往我邮箱发一份合同。
请停止向他的邮箱发送推广。 | 请向他的邮箱发送发票。
把你们的推广邮件都停掉，谢谢。 | 推广邮件发不出去，请处理。
请把账户里的促销通知关闭。 | 账户里的余额怎么退？
行业资讯我不想再收到。 | 网站上的资讯打不开。
请把本店从推广名单里剔除。 | 请把本店的名单导入系统。
我的工作邮箱也请退订。 | 我的工作邮箱密码忘了。
优惠券短信请停发，我不需要。 | 短信验证码收不到。
不知可否帮我退订？ | 不知退订是否成功？
""",
}


@pytest.mark.parametrize(("language", "asked", "told"), lines_of(ENDS))
def test_a_plain_end_is_heard_and_what_is_close_to_it_is_not(
    language: str, asked: str, told: str
) -> None:
    assert Intent.CANCELLATION in acted(asked, language, Role.CANCEL)
    assert not any(acted(told, language, role) for role in Role)


@pytest.mark.parametrize(("language", "asked", "told"), lines_of(OPTS_OUT))
def test_a_plain_opt_out_is_heard_and_what_is_close_to_it_is_not(
    language: str, asked: str, told: str
) -> None:
    assert acted(asked, language, Role.SUPPORT) == {Intent.OPT_OUT}
    assert not any(acted(told, language, role) for role in Role)
