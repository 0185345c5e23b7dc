"""What docs/configuration.md shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path

from daemon.receivers import open_receiver
from tests.unit.configs import GOOD, lines, loaded

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "configuration.md"


def test_the_smallest_configuration_of_the_guide_loads(tmp_path: Path) -> None:
    text = GUIDE.read_text().split("```toml\n", 1)[1].split("```", 1)[0]
    made = loaded(tmp_path, text, {"CREDENTIALS_DIRECTORY": "/run/credentials/optoutd.service"})
    assert made.smtp.password_file == "/run/credentials/optoutd.service/password_smtp"


def test_the_mistakes_in_the_guide_are_what_is_printed(tmp_path: Path) -> None:
    text = GOOD.replace('host = "smtp', 'prot = 465\nhost = "smtp')
    text = text.replace('role = "support"', 'role = "support"\npoll_seconds = 0')
    printed = lines(tmp_path, text, {"OPTOUTD_LOG__LEVEL": "loud"})
    assert "\n".join(f"optoutd: {line}" for line in printed) in GUIDE.read_text()


def test_the_variables_in_the_guide_work(tmp_path: Path) -> None:
    text = GOOD.replace('"cancel-de"', '"support-de"')
    for name, value in re.findall(r"(?m)^\| `(OPTOUTD_\w+)='?([^'`]+)'?` \|", GUIDE.read_text()):
        assert loaded(tmp_path, text, {name: value}) != loaded(tmp_path, text)


def test_the_receivers_of_the_page_can_be_opened(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "webhooks.md").read_text()
    blocks = [b for b in re.findall(r"```toml\n(.*?)```", page, re.DOTALL) if "[[receiver]]" in b]
    opened = []
    for block in blocks:
        for receiver in loaded(tmp_path, GOOD + block).receiver:
            key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
            opened.append(type(open_receiver(receiver, (key,))).__name__)
    assert opened == ["Webhook", "Whmcs"]
