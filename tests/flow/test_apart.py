"""What is over the limits is read in a process of its own, which is ended where it has to be."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from daemon.apart import Apart
from daemon.errors import AskedToStop
from tests.unit.log_capture import LogCapture, captured_log
from tests.unit.messages import multipart, part

ASKS = "Please unsubscribe me."
MANY = multipart(part("Hello."), *[part("x")] * 2_000, part(ASKS))


def here(*command: str, deadline_s: float = 60.0, stopping: bool = False) -> Apart:
    if not command:
        return Apart(stopping=lambda: stopping, deadline_s=deadline_s)
    program = (sys.executable, "-c", *command)
    return Apart(stopping=lambda: stopping, deadline_s=deadline_s, command=program)


def given_up(log: LogCapture) -> list[str]:
    return [str(e["error"]) for e in log.events if e["event"] == "reading_given_up"]


def nested(levels: int) -> bytes:
    head = b"From: a@b.example\r\nTo: support@shop.example\r\n"
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(levels)
    )
    closed = b"".join(b"--b%d--\r\n" % n for n in reversed(range(levels)))
    return head + opened + b"\r\n" + ASKS.encode() + b"\r\n" + closed


@pytest.mark.parametrize("raw", [MANY, nested(2_000)], ids=["2,000 parts", "2,000 levels"])
def test_what_is_far_inside_is_read_whole(raw: bytes) -> None:
    message = here().parse(raw)
    assert message.new_text.endswith(ASKS)
    assert not message.cut_short


def test_ordinary_mail_needs_no_process() -> None:
    raw = multipart(part("Hello."))
    assert here("raise SystemExit(7)").parse(raw).new_text == "Hello."


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("import time; time.sleep(600)", "it took more than 0.5 s"),
        ("raise SystemExit(7)", "the reader ended with 7"),
        ("import os; os.abort()", "the reader ended with -6"),
        ("print('no pickle')", "the reader's answer is none"),
        ("import sys; sys.stdout.buffer.write(b'h\\x07.')", "the reader's answer is none"),
        (
            "import pickle, sys; sys.stdout.buffer.write(pickle.dumps(7))",
            "the reader's answer is none",
        ),
    ],
    ids=["hangs", "fails", "crashes", "babbles", "is damaged", "lies"],
)
def test_a_reader_that_comes_to_nothing_costs_no_more_than_the_rest_of_the_message(
    program: str, told: str
) -> None:
    with captured_log() as log:
        message = here(program, deadline_s=0.5 if "sleep" in program else 60.0).parse(MANY)
    assert message.new_text.startswith("Hello.")
    assert message.cut_short
    assert given_up(log) == [told]


def test_where_no_process_can_be_started_the_beginning_is_read() -> None:
    with captured_log() as log:
        message = Apart(stopping=lambda: False, command=("/nonexistent/reader",)).parse(MANY)
    assert message.cut_short
    assert given_up(log) == ["no reader: No such file or directory"]


def test_an_answer_can_do_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "done"
    program = (
        "import pickle, sys, pathlib\n"
        "class Evil:\n"
        f"    def __reduce__(self): return (pathlib.Path.touch, (pathlib.Path({str(mark)!r}),))\n"
        "sys.stdout.buffer.write(pickle.dumps(Evil()))"
    )
    with captured_log() as log:
        here(program).parse(MANY)
    assert given_up(log) == ["the reader's answer is none"]
    assert not mark.exists()


def test_what_another_version_reads_is_no_answer() -> None:
    program = (
        "import daemon.reading_child as child\nchild.program = lambda: 'another'\nchild.main()"
    )
    with captured_log() as log:
        assert here(program).parse(MANY).cut_short
    assert given_up(log) == ["another version is installed: restart the daemon"]


def test_who_is_to_stop_does_not_wait_for_it() -> None:
    with pytest.raises(AskedToStop):
        here("import time; time.sleep(600)", stopping=True).parse(MANY)
