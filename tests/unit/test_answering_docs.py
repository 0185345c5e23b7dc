"""docs/answering.md and the screen say the same."""

from __future__ import annotations

import re
from pathlib import Path

from handlers.screen import SCREEN

PAGE = Path(__file__).parents[2] / "docs" / "answering.md"
ROW = re.compile(r"^\| `([a-z-]+)` \| (automatic|silent) \| .+ \| (.+) \|$", re.MULTILINE)


def test_the_page_has_each_condition_in_its_order_and_no_other() -> None:
    rows = [(code, says) for code, says, _ in ROW.findall(PAGE.read_text())]
    assert rows == [(c.name, c.says.value) for c in SCREEN]


def test_the_page_names_the_source_that_the_table_names() -> None:
    sources = {code: source for code, _, source in ROW.findall(PAGE.read_text())}
    for condition in SCREEN:
        numbers = re.findall(r"(?:RFC |, )(\d{4})", condition.rfc)
        assert all(number in sources[condition.name] for number in numbers), condition.name
