"""`optoutd headers`: the fields as a newsletter has to carry them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from daemon.cli.all_commands import app
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


def test_the_address_of_the_mailbox_is_written_as_a_uri_wants_it(tmp_path: Path) -> None:
    config = GOOD.replace("support@example.com", "help+me?@example.com")
    assert (
        "<mailto:help%2Bme%3F@example.com?subject="
        in headers(tmp_path, ANNA, config=config).stdout
    )


@pytest.mark.parametrize("words", [["anna"], [ANNA, "--list", ""], [ANNA, "--list", "l" * 65]])
def test_a_mistake_is_told(tmp_path: Path, words: list[str]) -> None:
    done = headers(tmp_path, *words)
    assert done.exit_code == 2
    assert done.stdout == ""
