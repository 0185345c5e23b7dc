"""Japanese: plain endings ask where they end a sentence; what was said stands before "said"."""

from __future__ import annotations

import pytest

from handlers.classify.shipped import shipped_classifier
from handlers.values import Intent
from tests.unit.classified import CANCEL, message

ENDED = Intent.CANCELLATION.value


def certain(text: str) -> set[str]:
    """What is acted upon in cancel@."""
    verdict = shipped_classifier().read(message(text, language="ja"), role=CANCEL)
    return {finding.intent.value for finding in verdict.certain}


@pytest.mark.parametrize(
    "text",
    [
        "本契約を解除する。",
        "契約は三月末で終了とする。",
        "サーバー契約は打ち切りで。",
        "アカウントを閉鎖しろ!",
        "契約を切れ。",
        "プランを解約して。",
        "契約の終了を求める。",
    ],
)
def test_a_plain_ending_asks_where_the_sentence_ends(text: str) -> None:
    assert ENDED in certain(text)


@pytest.mark.parametrize(
    "text",
    [
        "本契約を解除する場合の書式はありますか。",
        "契約を終了とする条件を教えてください。",
        "契約を解除する?",
        "契約を切れない理由は何ですか。",
        "「契約を解除する。」と書かれた通知は本物ですか。",
        "契約を解除する、と御社の担当者に言われました。",
        "契約はやめない。",
    ],
)
def test_a_plain_ending_elsewhere_asks_for_nothing(text: str) -> None:
    assert ENDED not in certain(text)


def test_what_somebody_said_earlier_in_the_sentence_is_not_the_request() -> None:
    assert ENDED in certain("会計士に高いと言われ、契約は終了でお願いします。")
    assert ENDED not in certain("契約を終了してくださいと会計士に言われました。")


def test_what_is_named_and_asked_for_in_the_next_clause_is_a_request() -> None:
    assert certain("契約の解約と宣伝メールの停止、両方お願いします。") == {
        ENDED,
        Intent.OPT_OUT.value,
    }
    assert ENDED not in certain("解約の方法、お願いします。")


@pytest.mark.parametrize(
    "text",
    [
        "アカウントを閉鎖するな。",
        "契約を終わらせずに続けて。",
        "アカウントの停止を解除して。",
        "友人が契約をやめる。",
    ],
)
def test_what_forbids_or_undoes_an_end_is_no_request(text: str) -> None:
    assert ENDED not in certain(text)
