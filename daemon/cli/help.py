"""What `--help` shows: the commands in their panels, and each command's page in paragraphs.

A docstring is the page. Its first paragraph stands in the list of commands too; a paragraph that
begins with `Example:` or `Examples:` keeps its lines, the others are broken anew for the terminal.
"""

from __future__ import annotations

import inspect
import re

import typer
from rich.markup import escape
from typer.core import TyperGroup

# Every command's panel; the order of both is that of the screen. Those in no panel come last.
PANELS = {
    "Start": ("demo", "init", "check"),
    "Service": ("run", "poll", "status", "log", "outbox", "receivers"),
    "Requests": ("requests", "review", "due", "record"),
    "Newsletter": ("suppressed", "filter", "headers", "keys", "web", "export"),
    "Try out": ("classify", "replies"),
    "Data": ("report", "access", "forget", "retention", "audit", "backup"),
}
_ORDER = [name for names in PANELS.values() for name in names]
_LABEL = re.compile(r"(Examples?:)\s*")


class Commands(TyperGroup):
    """The commands in the order of PANELS."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """All names, those of PANELS first."""
        names = super().list_commands(ctx)
        return sorted(names, key=lambda n: _ORDER.index(n) if n in _ORDER else len(_ORDER))


def arrange(app: typer.Typer) -> None:
    """Puts the registered commands of `app` into their panels, and sets their pages."""
    for panel, names in PANELS.items():
        for command in app.registered_commands:
            if command.name in names:
                command.rich_help_panel = panel
        for group in app.registered_groups:
            if group.name in names:
                group.rich_help_panel = panel
    _set_pages(app)


def _set_pages(app: typer.Typer) -> None:
    for command in app.registered_commands:
        text = command.help or (command.callback and command.callback.__doc__) or ""
        command.help = page(inspect.cleandoc(text))
    for group in app.registered_groups:
        if group.typer_instance is not None:
            _set_pages(group.typer_instance)


def page(text: str) -> str:
    """A docstring as rich's markup: prose in whole paragraphs, each example on a line of its own.

    Brackets are meant as they stand: `[web] base_url` is no markup.
    """
    paragraphs = []
    for paragraph in text.split("\n\n"):
        lines = [line.strip() for line in paragraph.splitlines()]
        label = _LABEL.match(lines[0])
        if label:
            examples = [escape(line) for line in (lines[0][label.end() :], *lines[1:]) if line]
            paragraphs.append("\n".join((label[1], *(f"[cyan]{line}[/]" for line in examples))))
        else:
            paragraphs.append(escape(" ".join(lines)))
    return "\n\n".join(paragraphs)
