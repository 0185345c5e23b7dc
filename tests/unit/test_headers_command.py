"""`optoutd headers`: the fields as a newsletter has to carry them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from daemon.cli.all_commands import app
from daemon.newsletter import open_newsletter
from tests.unit.configs import GOOD, written

ANNA = "Anna@Garden.example"


def headers(folder: Path, *words: str, config: str = GOOD) -> Result:
    path = written(folder, config)
    return CliRunner().invoke(app, ["--config", str(path), "headers", *words])


def test_without_a_web_server_the_field_offers_mail(tmp_path: Path) -> None:
    done = headers(tmp_path, ANNA)
    assert re.fullmatch(
        r"List-Unsubscribe: <mailto:support@example\.com\?subject=unsubscribe%20[\w-]+>\n",
        done.stdout,
    )
    # The same each time: the key was made once.
    assert headers(tmp_path, "anna@garden.example").stdout == done.stdout
    assert headers(tmp_path, ANNA, "--list", "tips").stdout != done.stdout


def test_with_one_the_fields_offer_one_click_and_are_folded(tmp_path: Path) -> None:
    config = f'{GOOD}[web]\nbase_url = "https://www.shop.example/optoutd/"\n'
    long_one = f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.example"
    done = headers(tmp_path, long_one, "--list", "l" * 64, config=config)
    mail, web, post = done.stdout.splitlines()
    assert post == "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
    token = re.fullmatch(r" <https://www\.shop\.example/optoutd/u/([\w-]+)>", web)
    assert token is not None
    assert mail.endswith(f"?subject=unsubscribe%20{token[1]}>,")
    assert max(map(len, (mail, web))) <= 998
    found = json.loads(headers(tmp_path, ANNA, "--json", config=config).stdout)
    assert list(found) == ["address", "list", "List-Unsubscribe", "List-Unsubscribe-Post"]
    assert (found["address"], found["list"]) == ("anna@garden.example", "*")


def test_where_the_token_stands_in_the_address_too_and_where_there_is_no_room_is_told(
    tmp_path: Path,
) -> None:
    config = GOOD.replace("[[mailbox]]", "[[mailbox]]\nsubaddressing = true", 1)
    done = headers(tmp_path, ANNA, "--list", "tips", config=config)
    assert re.match(r"List-Unsubscribe: <mailto:support\+[a-z2-7]{55}@example\.com\?", done.stdout)
    assert done.stderr == ""
    for words in ([f"reader.of.{ANNA}"], [f"reader.of.{ANNA}", "--json"]):
        done = headers(tmp_path, *words, config=config)
        assert "<mailto:support@example.com?subject=unsubscribe%20" in done.stdout
        assert "holds no token" in done.stderr
        assert done.exit_code == 0


def test_the_address_of_the_mailbox_is_written_as_a_uri_wants_it(tmp_path: Path) -> None:
    config = GOOD.replace("support@example.com", "help+me?@example.com")
    assert (
        "<mailto:help+me%3F@example.com?subject=" in headers(tmp_path, ANNA, config=config).stdout
    )


@pytest.mark.parametrize(
    "words",
    [["anna"], [ANNA, "--list", ""], [ANNA, "--list", "l" * 65], [ANNA, "--list", "é" * 33]],
)
def test_a_mistake_is_told(tmp_path: Path, words: list[str]) -> None:
    done = headers(tmp_path, *words)
    assert done.exit_code == 2
    assert done.stdout == ""


def test_addresses_from_a_pipe_are_answered_in_their_order(tmp_path: Path) -> None:
    """By the command itself: how much of a pipe is there at once is the system's."""
    path = written(tmp_path, GOOD)
    command = [str(Path(sys.executable).with_name("optoutd")), "--config", str(path), "headers"]
    pipe = subprocess.Popen(
        [*command, "-", "--list", "tips"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert pipe.stdin is not None
    assert pipe.stdout is not None
    with pipe:
        # A program that asks one after the other is answered before it closes the pipe.
        pipe.stdin.write(f"{ANNA}\n")
        pipe.stdin.flush()
        first = json.loads(pipe.stdout.readline())
        pipe.stdin.write(f"nobody\n\n{'x' * 200_000}\nbob@bakery.example\r\ncleo@mill.example")
        pipe.stdin.close()
        others = [json.loads(line) for line in pipe.stdout]
    one = json.loads(headers(tmp_path, ANNA, "--list", "tips", "--json").stdout)
    assert first == one
    assert [o["address"] for o in others if "error" not in o] == [
        "bob@bakery.example",
        "cleo@mill.example",
    ]
    assert [o.get("error", "") for o in others] == ["not a mail address"] * 3 + ["", ""]
    assert pipe.returncode == 1


def test_a_program_gets_the_same_fields_from_python(tmp_path: Path) -> None:
    config = f'{GOOD}[web]\nbase_url = "https://www.shop.example/optoutd"\n'
    told = json.loads(headers(tmp_path, ANNA, "--list", "tips", "--json", config=config).stdout)
    newsletter = open_newsletter(tmp_path / "optoutd.toml")
    fields = newsletter.fields(ANNA, "tips")
    assert fields == {name: told[name] for name in ("List-Unsubscribe", "List-Unsubscribe-Post")}
    with pytest.raises(ValueError, match="not a mail address"):
        newsletter.fields("nobody", "tips")
    with pytest.raises(ValueError, match="1 to 64"):
        newsletter.fields(ANNA, "")
    # As docs/newsletter.md puts them into a mail: long, and not encoded.
    mail = EmailMessage(policy=SMTP.clone(max_line_length=998))
    for name, value in fields.items():
        mail[name] = value
    assert f"List-Unsubscribe: {fields['List-Unsubscribe']}\r\n".encode() in mail.as_bytes()


def test_a_new_key_makes_other_tokens(tmp_path: Path) -> None:
    before = headers(tmp_path, ANNA).stdout
    made = CliRunner().invoke(app, ["--config", str(tmp_path / "optoutd.toml"), "keys", "new"])
    assert made.stdout.startswith("Key 2 makes all tokens from now on")
    assert headers(tmp_path, ANNA).stdout != before
    listed = CliRunner().invoke(
        app, ["--config", str(tmp_path / "optoutd.toml"), "keys", "list", "--json"]
    )
    keys = [json.loads(line) for line in listed.stdout.splitlines()]
    assert [(key["number"], key["seals"]) for key in keys] == [(1, False), (2, True)]
