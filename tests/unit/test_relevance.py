"""Where the model may speak although no rule does."""

from __future__ import annotations

import pytest

from handlers.classify import Classifier
from handlers.classify.relevance import comes_near
from handlers.values import Intent, Role
from tests.unit.classified import english_book, message

OUT, CANCEL = Intent.OPT_OUT, Intent.CANCELLATION
LONG = "Yesterday we had rain and I walked the dog along the river until it grew dark. "


def near(text: str, role: Role = Role.SUPPORT) -> set[Intent]:
    understood = Classifier(english_book()).understand(message(text))
    return {intent for intent in Intent if comes_near(intent, understood, role)}


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("I never want to see that newsletter.", {OUT}),
        ("Could your newsletter just stop now?", {OUT, CANCEL}),
        ("You send me things, please don't.", {OUT}),
        ("Somebody has to close this whole business.", {CANCEL}),
        ("Our newsletter tool reports an error since Monday.", set()),
        # So short a text need not say what ends.
        ("The rain must stop here soon, and you?", {CANCEL}),
        ("Many thanks for the quick answer!", set()),
        # What was ended is told of, and what is ended is another contract.
        ("The plan was cancelled in April, the bill came in May.", set()),
        ("The plan should have been cancelled in April please.", {CANCEL}),
        ("I have to cancel, the gas contract goes with me.", {CANCEL}),
        ("I have to cancel my gym membership, it is too far away.", set()),
        # A word or two.
        ("Stop newsletter", set()),
        # What ends is named in a longer text, in one sentence with the ending.
        (LONG * 2 + "Then we close the account.", {CANCEL}),
        (LONG * 2 + "Then we close the shop. The account is mine.", set()),
        (LONG * 5 + "Then we close the account and I want no newsletter.", set()),
    ],
)
def test_only_what_ends_something_or_refuses_mail_comes_near(
    text: str, intents: set[Intent]
) -> None:
    assert near(text) == intents


def test_in_the_mailbox_for_cancellations_all_but_long_stories_come_near_to_one() -> None:
    assert near("Many thanks for the quick answer!", Role.CANCEL) == {CANCEL}
    assert near(LONG * 5, Role.CANCEL) == {CANCEL}
    assert near(LONG * 15, Role.CANCEL) == set()
    assert near("Thanks!", Role.CANCEL) == set()
