"""The Tab key in a real bash."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from daemon.stores import open_store
from tests.acceptance.company import COMMAND, clean_environment
from tests.contract.store_values import NOW, digest, entry, record, request
from tests.servers.terminal import Terminal
from tests.unit.configs import written

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")

RC = """
PS1='$ '
bind 'set bell-style none'
bind 'set show-all-if-ambiguous on'
bind 'set completion-query-items 0'
bind 'set page-completions off'
"""


@contextmanager
def bash(folder: Path) -> Iterator[Callable[[str, str], str]]:
    """A bash with the completion installed; yields what types words and a Tab.

    That waits for `expected` on the screen and returns all that is shown until then.
    """
    (folder / "home").mkdir()
    environ = {
        **clean_environment(),
        "HOME": str(folder / "home"),
        "PATH": f"{COMMAND.parent}:{os.environ['PATH']}",
    }
    subprocess.run(
        ["bash", "-c", "optoutd --install-completion; true"],
        env=environ,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    with (folder / "home" / ".bashrc").open("a") as file:
        file.write(RC)
    with Terminal(["bash", "-i"], environ=environ, cwd=folder, columns=200) as terminal:
        terminal.expect("$ ")

        def press_tab(words: str, expected: str) -> str:
            terminal.type(f"{words}\t")
            terminal.expect(words)
            shown = terminal.expect(expected)
            terminal.type("\x15")  # Ctrl-U: away with the line
            return shown

        yield press_tab


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a configuration and a store with two requests."""
    written(tmp_path)
    store = open_store("sqlite:///optoutd.db", access="own", base_dir=tmp_path, now=NOW)
    for uid, reference in enumerate(("C-7K3M2Q", "O-9ZZZZZ"), start=1):
        made = request(reference, origin_digest=digest(uid))
        record(store, entry(uid, requests=(made,)))
    store.close()
    return tmp_path


def test_tab_completes_commands_options_references_mailboxes_and_files(place: Path) -> None:
    (place / "letter.eml").touch()
    with bash(place) as press_tab:
        press_tab("optoutd requ", "ests ")
        press_tab("optoutd requests sh", "ow ")
        press_tab("optoutd log --foll", "ow ")
        press_tab("optoutd log --event reply_s", "ent ")
        press_tab("optoutd requests show C", "-7K3M2Q ")
        press_tab("optoutd requests show o", "-9ZZZZZ ")
        press_tab("optoutd log --mailbox can", "cel-de ")
        press_tab("optoutd classify let", "ter.eml ")
        press_tab("optoutd log let", "ter.eml ")
        press_tab("optoutd --config opt", "outd.toml")


@pytest.mark.parametrize("broken", ["no store", "no configuration", "a bad configuration"])
def test_where_something_is_wrong_tab_says_nothing(place: Path, broken: str) -> None:
    if broken == "no store":
        (place / "optoutd.db").unlink()
    elif broken == "no configuration":
        (place / "optoutd.toml").unlink()
    else:
        (place / "optoutd.toml").write_text("[smtp")
    done = subprocess.run(
        [COMMAND],
        env={
            **clean_environment(),
            "_OPTOUTD_COMPLETE": "complete_bash",
            "COMP_WORDS": "optoutd requests show ",
            "COMP_CWORD": "3",
        },
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(shell: str) -> None:
    done = subprocess.run(
        [COMMAND, "--show-completion", shell],
        env={**clean_environment(), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "_OPTOUTD_COMPLETE" in done.stdout
