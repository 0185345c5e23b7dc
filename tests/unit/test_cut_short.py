"""Whether somebody's words lie behind what was read of a message."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handlers.classify.answers import Answer
from handlers.classify.shipped import shipped_classifier
from handlers.memory import Known
from handlers.parse import parse_message
from handlers.reading import Desk, make_case, read_message
from handlers.screen import Ourselves
from handlers.secret import code_form
from handlers.values import RawMessage, Role
from tests.unit.cases import TOKENS
from tests.unit.messages import SECRET, mail, multipart, part

LINE = "one more line of a log that nobody has written by hand\n"
LOG = LINE * 6_000
QUOTED = "".join(f"> {LINE}" for _ in range(6_000))
IMAGE = part("x" * 5_000, "image/png", "Content-Transfer-Encoding: base64")
HTML = "<p>Hello.</p>" + "<p>words</p>" * 30_000


def alternative(html: str) -> bytes:
    return mail(html, fields=["Content-Type: text/html; charset=utf-8"])


@pytest.mark.parametrize(
    ("raw", "cut"),
    [
        (mail("Hello.\n" + LOG), True),
        (mail("Hello.\n" + LINE * 4_000), False),
        (mail("Hello.\n\nOn Monday, Carl wrote:\n" + QUOTED), False),
        (mail("Hello.\n\n" + QUOTED + "\nAnd this as well.\n"), True),
        (alternative(HTML), True),
        (alternative("<p>Hello.</p>" + "<p>words</p>" * 3_000), False),
        (alternative("<p>Hello.</p><blockquote>" + "<p>words</p>" * 30_000), False),
        (multipart(part("Hello."), *[IMAGE] * 40), False),
    ],
    ids=[
        "long", "shorter", "quoted", "quoted-then-words", "html", "less-html", "html-quoted",
        "files",
    ],
)  # fmt: skip
def test_what_is_behind_a_limit_counts_only_where_words_may_be(raw: bytes, cut: bool) -> None:
    assert parse_message(raw).cut_short is cut


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk(
        mailbox="support",
        role=Role.SUPPORT,
        us=Ourselves(),
        trusted_authserv_id="",
        classifier=shipped_classifier(),
    )


@pytest.mark.parametrize(
    ("raw", "fetched", "cut"),
    [
        (mail("Hello.\n" + LOG), 20_000, True),
        (multipart(part("Hello."), IMAGE), 3_000, False),
        (multipart(IMAGE, part("Please unsubscribe me.")), 3_000, True),
        (mail("Hello."), 60, True),
    ],
    ids=["in-a-text", "in-a-file", "before-any-text", "in-the-header"],
)
def test_what_the_server_has_more_of_counts_as_well(
    desk: Desk, raw: bytes, fetched: int, cut: bool
) -> None:
    whole = RawMessage(
        uid=1, raw=raw[:fetched], size_bytes=len(raw), internal_date=datetime.now(UTC)
    )
    assert read_message(whole, desk).message.cut_short is cut


@pytest.mark.parametrize(
    ("sentence", "cut"),
    [
        ("Please unsubscribe me from the newsletter.", True),
        ("Please do not cancel my account.", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("place", [0.2, 0.5, 0.9])
def test_what_is_asked_in_the_middle_of_a_long_text_is_not_passed_over(
    desk: Desk, sentence: str, cut: bool, place: float
) -> None:
    lines = [LINE] * 1_000
    lines.insert(int(place * len(lines)), f"\n{sentence}\n\n")
    raw = mail("Hello.\n" + "".join(lines))
    whole = RawMessage(uid=1, raw=raw, size_bytes=len(raw), internal_date=datetime.now(UTC))
    assert read_message(whole, desk).message.cut_short is cut


@pytest.mark.parametrize(("more", "answer"), [(0, Answer.YES), (900, Answer.UNCLEAR)])
def test_a_yes_that_may_go_on_confirms_nothing(desk: Desk, more: int, answer: Answer) -> None:
    raw = mail(f"Yes\n\n> {code_form(SECRET)}\n\n")
    now = datetime.now(UTC)
    message = RawMessage(uid=1, raw=raw, size_bytes=len(raw) + more, internal_date=now)
    case = make_case(
        read_message(message, desk), desk, known=Known(), tokens=TOKENS, now=now, refilled=False
    )
    assert case.answer is answer
