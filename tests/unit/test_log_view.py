"""`optoutd log`: what it takes from where, what it leaves out, and what a terminal gets to see."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from daemon.cli import log_source
from daemon.cli.all_commands import app
from daemon.cli.output import rfc3339

COMMAND = Path(sys.executable).with_name("optoutd")
PATIENCE_S = 30.0


def event(name: str, /, at: str = "2026-11-24T14:03:05.25Z", **fields: object) -> str:
    level = fields.pop("level", "info")
    return json.dumps({"time": at, "level": level, "event": name, **fields})


SENT = event("reply_sent", requests=["O-1", "C-2"], attempt=1, recipient="a***@b.example")
CHANGED = event("request_changed", request="C-2", before="review", after="confirmed", reason="x")
CONNECTED = event("mailbox_connected", mailbox="support", uid_validity=1, messages=4)
PASSED = event(
    "poll_finished", mailbox="cancel", trigger="idle", seen=0, duration_s=1, level="debug"
)
FAILED = event(
    "mailbox_failed", mailbox="cancel", error="gone", temporary=True, retry_in_s=5, level="error"
)
ALL = [SENT, CHANGED, CONNECTED, PASSED, FAILED]


@pytest.fixture
def show(tmp_path: Path) -> Callable[..., list[str]]:
    """Runs `optoutd log` on these lines and returns what it prints."""
    path = tmp_path / "optoutd.log"

    def run(lines: list[str], *options: str) -> list[str]:
        path.write_text("".join(f"{line}\n" for line in lines))
        done = CliRunner().invoke(app, ["log", str(path), *options])
        assert done.exit_code == 0, done.output
        return done.stdout.splitlines()

    return run


Show = Callable[..., list[str]]


def test_an_event_is_a_line_with_time_level_mailbox_and_sentence(show: Show) -> None:
    assert show([CONNECTED, FAILED]) == [
        "2026-11-24 14:03:05 info    support  connected: the folder holds 4 messages",
        "2026-11-24 14:03:05 error   cancel   cannot be used: gone; next try in 5 s",
    ]


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ((), ALL),
        (("--request", "o-1"), [SENT]),
        (("--request", "C-2"), [SENT, CHANGED]),
        (("--request", "O-1", "--request", "C-2"), [SENT, CHANGED]),
        (("--mailbox", "cancel"), [PASSED, FAILED]),
        (("--mailbox", "cancel", "--mailbox", "support"), [CONNECTED, PASSED, FAILED]),
        (("--event", "reply_sent", "--event", "poll_finished"), [SENT, PASSED]),
        (("--level", "debug"), ALL),
        (("--level", "info"), [SENT, CHANGED, CONNECTED, FAILED]),
        (("--level", "warning"), [FAILED]),
        (("--mailbox", "cancel", "--level", "info"), [FAILED]),
        (("--mailbox", "support", "--level", "error"), []),
        (("--lines", "2"), [PASSED, FAILED]),
        (("--lines", "1", "--request", "C-2"), [CHANGED]),
        (("--lines", "0"), []),
    ],
)
def test_filters_combine(show: Show, options: tuple[str, ...], shown: list[str]) -> None:
    assert show(ALL, "--json", *options) == shown


def test_since_takes_a_time_or_how_long_ago(show: Show) -> None:
    now = datetime.now(UTC)
    old, new = (
        event("idle_ended", at=rfc3339(now - timedelta(hours=hours)), mailbox="a", error="x")
        for hours in (5, 1)
    )
    for since in ("2h", "120min", "7200s", (now - timedelta(hours=2)).isoformat()):
        assert show([old, new], "--json", "--since", since) == [new]
    assert show([old, new], "--json", "--since", "1d") == [old, new]
    assert show([old, new], "--json", "--since", "2020-01-01") == [old, new]


def test_what_is_no_event_is_shown_as_it_is_unless_only_some_events_are_wanted(
    show: Show,
) -> None:
    noise = [
        "Traceback (most recent call last):",
        "[1, 2]",
        '{"a": 1}',
        '{"event": 5}',
        "[" * 9999,
    ]
    assert show([*noise[:4], SENT])[:4] == noise[:4]
    assert show(noise)[4].startswith("[[[")
    assert show([*noise, SENT], "--json") == [SENT]
    assert len(show([*noise, SENT], "--level", "info")) == 1


def test_nothing_of_a_line_can_steer_the_terminal(show: Show) -> None:
    lines = [
        "\x1b]0;title\x07 raw \x9b2J",
        event("idle_ended", mailbox="a\x1b[2J\nb", error="\u202egnp.exe\r\nforged line"),
        event("new\x1b[2J\nevent", field="\x1b[31m"),
    ]
    shown = show(lines)
    assert len(shown) == 3
    assert all(row.isprintable() for row in shown)


def test_a_line_beyond_all_measure_is_cut_and_the_next_one_is_whole(show: Show) -> None:
    for size in (2_000, log_source._LINE_BYTES + 9, 3 * log_source._CHUNK_BYTES):
        first, second = show(["x" * size, CONNECTED])
        assert first.startswith("xxx")
        assert first.endswith("…")
        assert len(first) < 1_100
        assert second.endswith("holds 4 messages")


def test_a_terminal_gets_colours_and_a_pipe_none(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    assert "\x1b" not in "".join(show(ALL))
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b[1;31m" in "".join(show([FAILED]))
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in "".join(show(ALL))


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--since", "yesterday"], "must be a time such as"),
        (["--event", "reply_snet"], "did you mean reply_sent?"),
        (["/nowhere/log", "--unit", "optoutd"], "not both"),
    ],
)
def test_a_slip_of_the_pen_is_told(words: list[str], problem: str) -> None:
    done = CliRunner().invoke(app, ["log", *words], env={"COLUMNS": "200"})
    assert done.exit_code == 2
    assert problem in done.output


# Files, pipes, the journal ---------------------------------------------------------------------


def run(*words: str, text: str | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "log", *words],
        input=text,
        stdin=subprocess.DEVNULL if text is None else None,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
        env={**os.environ, **environ},
    )


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = run(str(tmp_path / "nothing.log"))
    assert done.returncode == 1
    assert done.stderr.startswith(f"optoutd: {tmp_path}/nothing.log: No such file or directory (")
    assert run(str(tmp_path)).returncode == 1


@pytest.mark.parametrize("words", [(), ("-",)])
def test_a_pipe_is_read_to_its_end_and_its_last_line_needs_no_newline(
    words: tuple[str, ...],
) -> None:
    done = run(*words, "--json", text=f"{SENT}\n{CONNECTED}")
    assert done.stdout.splitlines() == [SENT, CONNECTED]


def test_who_reads_and_has_enough_hears_no_complaint(tmp_path: Path) -> None:
    (tmp_path / "optoutd.log").write_text(f"{SENT}\n" * 5_000)
    with subprocess.Popen(
        [COMMAND, "log", tmp_path / "optoutd.log"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(PATIENCE_S) == 0


def test_without_a_file_and_a_pipe_the_journal_is_asked(tmp_path: Path) -> None:
    # A stand-in, for this machine's own journal has no service of ours.
    journalctl = tmp_path / "journalctl"
    journalctl.write_text(f"#!/bin/sh\necho \"$@\" > {tmp_path}/words\necho '{SENT}'\n")
    journalctl.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    assert run("--json", PATH=path).stdout == f"{SENT}\n"
    words = (tmp_path / "words").read_text().split()
    assert words == ["--unit=optoutd", "--output=cat", "--quiet", "--no-pager"]
    run("--unit", "optoutd@acme", "--since", "2026-01-01", "--lines", "3", PATH=path)
    words = (tmp_path / "words").read_text().split()
    assert {"--unit=optoutd@acme", "--since=@1767225600"} <= set(words)
    assert "--lines=3" not in words  # the last three of those that are wanted
    run("--lines", "3", "--follow", PATH=path)
    assert {"--lines=3", "--follow"} <= set((tmp_path / "words").read_text().split())
    journalctl.write_text("#!/bin/sh\necho 'Failed to open it: denied' >&2\nexit 1\n")
    done = run(PATH=path)
    assert done.returncode == 1
    assert done.stderr == (
        "optoutd: journalctl: Failed to open it: denied "
        "(run as root or as a member of the group systemd-journal)\n"
    )


def test_without_journalctl_a_file_is_asked_for(tmp_path: Path) -> None:
    done = run(PATH=str(tmp_path))
    assert done.returncode == 1
    assert "there is no journalctl" in done.stderr


# Following -------------------------------------------------------------------------------------


@contextmanager
def following(path: Path, *options: str) -> Iterator[Callable[[], str]]:
    """Runs `optoutd log --follow` and yields what reads its next line."""
    with subprocess.Popen(
        [COMMAND, "log", path, "--follow", "--json", *options],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE_S) == 0
            process.kill()


@pytest.mark.timeout(60)
def test_following_shows_what_comes_and_survives_rotation(tmp_path: Path) -> None:
    path = tmp_path / "optoutd.log"
    numbered = [event("idle_ended", mailbox="a", error=str(number)) for number in range(8)]
    path.write_text("".join(f"{line}\n" for line in numbered[:3]))
    with following(path, "--lines", "2") as next_line:
        assert [next_line(), next_line()] == [f"{line}\n" for line in numbered[1:3]]
        with path.open("a") as file:
            file.write(numbered[3][:20])
            file.flush()
            time.sleep(0.3)  # it may look at the half line, and must not show it
            file.write(f"{numbered[3][20:]}\n")
        assert next_line() == f"{numbered[3]}\n"
        # logrotate's create: the writer goes on with the old file for a moment.
        with path.open("a") as file:
            path.rename(tmp_path / "optoutd.log.1")
            file.write(f"{numbered[4]}\n")
            file.flush()
            path.write_text(f"{numbered[5]}\n")
        assert [next_line(), next_line()] == [f"{numbered[4]}\n", f"{numbered[5]}\n"]
        # logrotate's copytruncate.
        with path.open("a") as file:
            file.write(f"{numbered[6]}\n")
        assert next_line() == f"{numbered[6]}\n"
        path.write_text(f"{numbered[7]}\n")
        assert next_line() == f"{numbered[7]}\n"
