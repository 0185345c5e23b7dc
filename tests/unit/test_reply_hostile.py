"""A reply to a hostile letter: whatever stands in the letter, the reply is exactly ours."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.reply_texts import load_reply_texts
from handlers.parse import UnparseableMessage, parse_message
from handlers.reply import MAX_SUBJECT_CHARS, ReplyWriter
from handlers.reply_text import VARIABLES
from handlers.values import Message, OutgoingMail
from tests.hostile import CASES, Case
from tests.hostile.fields import INJECTIONS
from tests.hostile.strict import faults, fields
from tests.hostile.terminals import ESCAPES
from tests.unit.letters import (
    CANCEL,
    COMPANY,
    MESSAGE,
    address,
    plan,
    subject_of,
    text_of,
    written,
)

# Pieces from which injections are made, and anything else.
_MARKS = (
    "\r\n", "\r", "\n", "\0", "Bcc: x@y.example", "=?utf-8?q?", "?=", "=0D=0A", "<a@b.example>",
    "<", ">", "@", ",", ";", '"', "\\", "(", "{{ code }}", "{% raw %}", "\x1b]0;x\x07", "\u202e",
    "\u2028", "\x85", " ", "é", "解約", "🙂", "\udc80", "x" * 90, "Re: ", "[O-7K3M2Q]",
)  # fmt: skip
PIECES = st.lists(st.sampled_from(_MARKS) | st.text(st.characters(), max_size=8), max_size=12).map(
    "".join
)
SITUATIONS = ("opt_out_done", "stop_everything", "cancellation_question")


def check(mail: OutgoingMail) -> None:
    """The mail is ours by the strictest reader, and by the most forgiving one."""
    assert faults(mail.raw) == []
    read = email.message_from_bytes(mail.raw, policy=email.policy.default)
    assert read["To"].addresses[0].addr_spec == mail.recipient.written
    assert len(read["To"].addresses) == len(read["From"].addresses) == 1
    assert read["From"].addresses[0].addr_spec == "support@host.example"
    assert read["Message-ID"] == mail.message_id
    assert not [value.defects for _, value in read.items() if value.defects]
    assert not read.defects
    assert [name for name, _ in fields(mail.raw)] == list(read.keys())
    # The words of a header end where its line ends, also for those who decode it.
    assert not any(set(str(value)) & set("\r\n\0\x85\u2028") for _, value in read.items())


@given(
    st.fixed_dictionaries(
        {"Subject": PIECES, "Message-ID": PIECES, "References": PIECES, "In-Reply-To": PIECES}
    ),
    PIECES,
    PIECES,
)
@example({"Subject": "=?utf-8?q?x=0D=0ABcc:_a@b.example?=", "References": "<a@b>\r<c@d>"}, "", "")
def test_whatever_a_letter_says_its_reply_has_our_fields_and_one_recipient(
    header: dict[str, str], display: str, wanted_end: str
) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in header.items())
    raw = f'{head}From: "{display}" <anna@shop.example>\r\n\r\nbye'.encode("utf-8", "replace")
    message = parse_message(raw)
    to = message.sender or address("anna@shop.example", display)
    check(written(replace(plan(SITUATIONS), to=to, wanted_end=wanted_end), message))


@given(PIECES, PIECES, st.lists(PIECES, max_size=5).map(tuple))
def test_nor_does_it_matter_what_parsing_lets_through(
    subject: str, message_id: str, references: tuple[str, ...]
) -> None:
    message = replace(
        MESSAGE, subject=subject, message_id=message_id, references=references, in_reply_to=()
    )
    mail = written(plan(("cancellation_confirmed",)), message)
    check(mail)


@pytest.mark.parametrize("text", [*INJECTIONS, *ESCAPES.values()], ids=ascii)
def test_a_subject_is_echoed_as_words_and_nothing_else(text: str) -> None:
    subject = subject_of(text)
    assert subject.isprintable()
    assert len(subject) <= MAX_SUBJECT_CHARS + len("Re:  [O-7K3M2Q]")
    if "7*7" in text:
        assert "49" not in subject


def _operators(folder: Path, write: Callable[[str], str]) -> ReplyWriter:
    """A writer with templates of the operator's for the frame and one block."""
    (folder / "en").mkdir()
    everything = "\n".join(f"{name}={{{{ {name} }}}}" for name in VARIABLES)
    (folder / "en" / "opt_out_done.txt").write_text(write(everything))
    (folder / "en" / "frame.txt").write_text("{{ blocks }}\n{{ address }}\n")
    return ReplyWriter(
        load_reply_texts(folder),
        company=COMPANY,
        cancel_address=CANCEL,
        default_language="en",
        envelope_from="",
    )


def test_a_template_of_the_operators_takes_every_value_as_words(tmp_path: Path) -> None:
    by = _operators(tmp_path, lambda text: text)
    to = address("{{7*7}}${7*7}{{code}}&@shop.example")
    asked = replace(
        plan(), to=to, opted_out_address=to.written, wanted_end="{{ 7*7 }}", language="en"
    )
    mail = written(asked, replace(MESSAGE, subject="{{ 7*7 }}{% raw %}"), by=by)
    check(mail)
    text = text_of(mail)
    assert "{{7*7}}${7*7}{{code}}&@shop.example" in text
    assert "49" not in text
    assert "wanted_end=\n" in text  # no date, so that it is left out


def test_a_template_reaches_nothing_but_its_values(tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"opt_out_done\.txt"):
        _operators(tmp_path, lambda _: "{{ address.__class__.__mro__[1].__subclasses__() }}")


def _parsed(case: Case) -> Message | None:
    try:
        return parse_message(case.make("anna@shop.example", "support@host.example")[:1_000_000])
    except UnparseableMessage:
        return None


def test_every_hostile_letter_has_a_reply_that_is_ours() -> None:
    families = ("senders", "identifiers", "encoded words", "injections", "terminal", "line ends")
    answered = 0
    for case in CASES:
        message = _parsed(case) if case.family in families else None
        if message is not None:
            check(written(plan(SITUATIONS), message))
            answered += 1
    assert answered > 100
