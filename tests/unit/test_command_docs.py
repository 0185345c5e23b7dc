"""docs/commands.md and README.md name every command and option that there is, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import typer.main

from daemon.cli.all_commands import app

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")

HELP = {"--help", "-h"}


def commands() -> Iterator[tuple[str, set[str]]]:
    """Each command with its options, as Typer has them."""
    group = typer.main.get_command(app)

    def walk(command: object, name: str) -> Iterator[tuple[str, set[str]]]:
        children = getattr(command, "commands", None)
        if children:
            for child_name, child in children.items():
                yield from walk(child, f"{name} {child_name}".strip())
            return
        parameters = getattr(command, "params", [])
        yield (
            name,
            {o for p in parameters for o in (*p.opts, *p.secondary_opts) if o.startswith("-")}
            - HELP,
        )

    return walk(group, "")


def sections() -> dict[str, set[str]]:
    """Each command of the page with the options of its table."""
    found = {}
    for title, body in re.findall(
        r"^## `([^`]+)`\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL
    ):
        name = " ".join(word for word in title.split() if word.islower())
        cells = re.findall(r"^\| (`-[^|]+(?:\\\|[^|]+)*) \|", body, re.MULTILINE)
        found[name] = {o for cell in cells for o in re.findall(r"`(--?[a-z-]+)", cell)}
    return found


def test_each_command_has_its_section_and_each_option_its_row() -> None:
    assert sections() == dict(commands())


def test_each_option_before_the_command_is_told() -> None:
    group = typer.main.get_command(app)
    given = {option for parameter in group.params for option in parameter.opts} | HELP
    head = PAGE.split("## `")[0]
    assert given <= set(re.findall(r"`(--?[a-z-]+)", head))


def test_the_readme_names_every_command() -> None:
    told = set(re.findall(r"`([a-z]+(?: [a-z-]+)?)[ `]", README.split("## Commands")[1]))
    assert {name for name, _ in commands()} <= told


def test_every_page_that_the_readme_links_to_exists() -> None:
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", README)
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []
