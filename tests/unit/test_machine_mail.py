"""Mail that machines write, one of each family, takes the whole route up to the decision.

tests/corpus/machines.mbox holds them; the first line of each names its family. Each is decided as
it is, and once more with a request as its first line: then nothing but the screen stands between
the machine and an answer.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from bench.put_in import with_request
from handlers.classify import Classifier
from handlers.classify.shipped import shipped_classifier
from handlers.judge import judge
from handlers.values import Disposition

MAILBOX = Path(__file__).parents[1] / "corpus" / "machines.mbox"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
REQUEST = "Please cancel my account and unsubscribe me from the newsletter."
MESSAGES = {
    part.split()[1]: part.partition("\n")[2].encode()
    for part in re.split(r"(?m)^(?=From \S+ Tue )", MAILBOX.read_text(encoding="utf-8"))
    if part
}


@cache
def classifier() -> Classifier:
    return shipped_classifier()


def test_the_mailbox_holds_every_family() -> None:
    families = {name.partition("-")[0] for name in MESSAGES}
    assert families == {
        "bounce", "receipt", "away", "ticket", "list", "feedback", "challenge", "system",
    }  # fmt: skip


@pytest.mark.parametrize("name", MESSAGES)
def test_a_machine_is_not_answered(name: str) -> None:
    judgement = judge(MESSAGES[name], classifier(), now=NOW)
    assert judgement.decision.reply is None
    assert not judgement.may_reply


@pytest.mark.parametrize("name", MESSAGES)
def test_a_machine_that_seems_to_ask_is_not_answered_either(name: str) -> None:
    asking = with_request(MESSAGES[name], REQUEST)
    assert asking is not None
    judgement = judge(asking, classifier(), now=NOW)
    # A complaint is recorded for whom it names, whatever else is written in it.
    acts = judgement.decision.disposition is Disposition.ACT
    assert not acts or judgement.decision.reason == "complaint"
    assert judgement.decision.reply is None
    assert not judgement.may_reply
