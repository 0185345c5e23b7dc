"""What docs/configuration.md and docs/install.md show is what happens."""

from __future__ import annotations

import re
from pathlib import Path

from config.load import load_secrets
from tests.unit.configs import GOOD, lines, loaded

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "configuration.md"
INSTALL = ROOT / "docs" / "install.md"


def test_the_smallest_configuration_of_the_guide_loads(tmp_path: Path) -> None:
    text = GUIDE.read_text().split("```toml\n", 1)[1].split("```", 1)[0]
    made = loaded(tmp_path, text, {"CREDENTIALS_DIRECTORY": "/run/credentials/optoutd.service"})
    assert made.smtp.password_file == "/run/credentials/optoutd.service/password_smtp"


def test_the_configuration_of_the_installation_fits_the_unit_and_the_passwords(
    tmp_path: Path,
) -> None:
    install = INSTALL.read_text()
    text = install.split("<<'END'\n", 1)[1].split("END\n", 1)[0]
    passwords = re.findall(r"for name in (.+); do", install)[0].split()
    folder = tmp_path / "credentials"
    folder.mkdir()
    for name in passwords:
        # systemd.exec(5): a file of a folder is passed on as "password_" and its name.
        (folder / f"password_{name}").write_text(f"{name}\n")
        (folder / f"password_{name}").chmod(0o400)
    made = loaded(tmp_path, text, {"CREDENTIALS_DIRECTORY": str(folder)})
    secrets = load_secrets(made, file=tmp_path / "optoutd.toml")
    assert {*secrets.mailboxes.values(), secrets.smtp} == set(passwords)
    unit = (ROOT / "systemd" / "optoutd.service").read_text()
    assert "LoadCredential=password:/etc/optoutd/credentials\n" in unit
    assert "StateDirectory=optoutd\n" in unit
    assert made.store.url == "sqlite:////var/lib/optoutd/optoutd.db"


def test_the_mistakes_in_the_guide_are_what_is_printed(tmp_path: Path) -> None:
    text = GOOD.replace('host = "smtp', 'prot = 465\nhost = "smtp')
    text = text.replace('role = "support"', 'role = "support"\npoll_seconds = 0')
    printed = lines(tmp_path, text, {"OPTOUTD_LOG__LEVEL": "loud"})
    assert "\n".join(f"optoutd: {line}" for line in printed) in GUIDE.read_text()


def test_the_variables_in_the_guide_work(tmp_path: Path) -> None:
    text = GOOD.replace('"cancel-de"', '"support-de"')
    for name, value in re.findall(r"(?m)^\| `(OPTOUTD_\w+)='?([^'`]+)'?` \|", GUIDE.read_text()):
        assert loaded(tmp_path, text, {name: value}) != loaded(tmp_path, text)
