"""A message on the screen: its words with the evidence marked, and nothing in them that acts.

On a terminal the evidence is bold and reversed; in a pipe it stands in [[double brackets]].
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from daemon.cli.output import harmless

if TYPE_CHECKING:
    from handlers.shown import Shown, Span

_MARK = "bold reverse"
_QUOTED = "dim"


class Page:
    """Prints a message to stdout, in colours where somebody looks."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)
        self._in_colours = self._console.is_terminal and not self._console.is_dumb_terminal

    def line(self, name: str, value: str) -> None:
        """A field with its name before it; nothing where it is empty."""
        if value:
            self._print(Text.assemble((f"{name + ':':<12}", _QUOTED), _clean(value)))

    def text(self, words: str = "") -> None:
        """Words of our own."""
        self._print(_clean(words))

    def message(self, shown: Shown) -> None:
        """The message: what is said of it, what was written, and what was quoted."""
        if shown.problem:
            self.text(shown.problem)
        self.line("From", shown.sender)
        self.line("To", shown.to)
        self.line("Date", shown.date)
        if shown.subject:
            subject = self._marked(shown.subject, shown.subject_spans)
            self._print(Text.assemble((f"{'Subject:':<12}", _QUOTED), subject))
        labelled = [("Our server", result) for result in shown.results]
        labelled += [("Not ours", result) for result in shown.posing]
        for label, result in labelled:
            self.line(label, result)
        for attachment in shown.attachments:
            self.line("Attached", f"{attachment.name} ({attachment.content_type})")
        self.text()
        # Each line stands in from ours, so that none of them can pass for one of ours.
        for line in self._marked(shown.text, shown.text_spans).split("\n", allow_blank=True):
            self._print(Text.assemble("  ", line))
        if shown.left_out_chars:
            self.text(f"… {shown.left_out_chars:,} more characters")
        if shown.quoted:
            self.text()
            for words in shown.quoted.split("\n"):
                quoted = _clean(f"| {words}")
                quoted.stylize(_QUOTED)
                self._print(quoted)
        if shown.left_out_lines:
            self.text(f"| … {shown.left_out_lines:,} more quoted lines")

    def _marked(self, text: str, spans: Iterable[Span]) -> Text:
        marked = Text()
        done = 0
        for start, end in spans:
            marked.append(_one_for_one(text[done:start]))
            words = _one_for_one(text[start:end])
            if self._in_colours:
                marked.append(words, style=_MARK)
            else:
                marked.append(f"[[{words}]]")
            done = end
        marked.append(_one_for_one(text[done:]))
        return marked

    def _print(self, text: Text) -> None:
        self._console.print(text, markup=False, highlight=False)


def _clean(text: str) -> Text:
    return Text(_one_for_one(text))


def _one_for_one(text: str) -> str:
    """Harmless text of the same length: a tab is a blank."""
    return harmless(text.replace("\t", " "))
