"""`record`: a mistake is told before anything is recorded."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from daemon.cli.all_commands import app
from tests.unit.configs import written


def test_an_end_that_is_in_no_calendar_is_refused_before_the_store_is_made(tmp_path: Path) -> None:
    words = ["record", "cancellation", "anna@b.example", "--channel", "phone", "--wanted-end"]
    config = str(written(tmp_path))
    done = CliRunner().invoke(app, ["--config", config, *words, "on 31 April 2026"])
    assert done.exit_code == 2
    assert "--wanted-end has 31 April 2026, and there is no such day" in done.stderr
    assert not (tmp_path / "optoutd.db").exists()
    done = CliRunner().invoke(app, ["--config", config, *words, "end of April 2026"])
    assert done.exit_code == 0
