"""The text of a reply: the templates compiled, checked, and filled in.

A reply is one text: the blocks of its situations one after another, inside the frame with its
greeting and signature. The operator may replace each template; these are tried out when the
daemon starts and not when a customer waits. The shipped ones were tried out by the tests, and are
compiled on use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from itertools import product

import jinja2
import jinja2.meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from config.reply_texts import SITUATIONS, ReplyText, ReplyTextError, ReplyTexts
from handlers.values import CHANNELS
from handlers.wrap import unbroken, wrapped

# Without these a reply would say nothing, or its answer could not be told from a stranger's.
_NEEDED = {
    "frame": "blocks",
    "cancellation_question": "code",
    "cancellation_reminder": "code",
}
# What an expression in a template can come to: a filter or an operator on the wrong value.
_RENDER_ERRORS = (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyValues:
    """What every template may use; docs/replies.md explains each. All text is cleaned already."""

    company_name: str
    phone: str
    postal_address: str  # one line or several
    panel_url: str  # '' where there is none
    cancel_address: str
    address: str  # that was opted out
    channel: str  # how it was asked for: one of CHANNELS
    answering: bool  # whether the letter answers a message
    received: str  # '2026-11-24 14:03 UTC', or '' where that is not known
    cancellation_received: str  # likewise, of what asked for the cancellation
    opt_out_reference: str
    cancellation_reference: str
    wanted_end: str  # '' where none was named
    code: str
    stop_everything: bool  # whether the block of this name is in the reply
    cancelling: bool  # whether a block about a pending cancellation is in the reply


VARIABLES = tuple(field.name for field in fields(ReplyValues))
# What is given beside the values: to each block whether it is the first and the sentence that
# acknowledges receipt, to the frame the blocks, to a subject of ours the names of the blocks.
BLOCK_EXTRAS = ("first", "receipt")
FRAME_EXTRAS = ("blocks",)
SUBJECT_EXTRAS = ("situations",)
_EXTRAS = {
    "frame": FRAME_EXTRAS,
    "subject": ("first",),
    "own_subject": SUBJECT_EXTRAS,
    "receipt": (),
}

_FULL = ReplyValues(
    company_name="Company",
    phone="+1 555 0100",
    postal_address="Street\nTown",
    panel_url="https://panel.example/",
    cancel_address="cancel@company.example",
    address="customer@shop.example",
    channel="mail",
    answering=True,
    received="2026-01-31 12:00 UTC",
    cancellation_received="2026-01-30 12:00 UTC",
    opt_out_reference="O-000000",
    cancellation_reference="C-000000",
    wanted_end="2026-01-31",
    code="[AAAA-BBBB-CCCC-DDDD]",
    stop_everything=True,
    cancelling=True,
)

# What may be missing: all of it is there or nothing is.
_OPTIONAL = ("panel_url", "received", "cancellation_received", "wanted_end")
_VARIED: Mapping[str, tuple[object, ...]] = {
    "channel": CHANNELS,
    "answering": (True, False),
    "stop_everything": (True, False),
    "cancelling": (True, False),
    "first": (True, False),
    "situations": tuple((name,) for name in SITUATIONS),
}


def _samples(used: frozenset[str]) -> Iterator[dict[str, object]]:
    """What a template that uses these variables may be given, in every combination that counts."""
    bare = dict.fromkeys(_OPTIONAL, "")
    varied = [name for name in _VARIED if name in used]
    for missing in ({}, bare) if used & bare.keys() else ({},):
        for chosen in product(*(_VARIED[name] for name in varied)):
            yield {
                **asdict(_FULL),
                "first": True,
                "receipt": "We have your message.",
                "blocks": "The blocks.",
                **missing,
                **dict(zip(varied, chosen, strict=True)),
            }


class ReplyTemplates:
    """The templates. Raises ReplyTextError for one of the operator's that cannot be used.

    `try_all` has the shipped ones tried out as well.
    """

    def __init__(self, texts: ReplyTexts, *, try_all: bool = False) -> None:
        # The operator writes the templates, strangers the values: the sandbox is for a template
        # taken from the wrong place, StrictUndefined for a misspelt variable.
        self._environment = ImmutableSandboxedEnvironment(
            undefined=jinja2.StrictUndefined,
            autoescape=False,  # text/plain has nothing to escape
        )
        self._texts = texts
        self._try_all = try_all
        self._compiled: dict[tuple[str, str], jinja2.Template] = {}
        self.languages = frozenset(texts.by_language)
        for language, by_name in texts.by_language.items():
            for name, text in by_name.items():
                if text.own or try_all:
                    self._template(language, name)

    def body(self, language: str, situations: tuple[str, ...], values: ReplyValues) -> str:
        """The text of a reply in `language`, which must be one of `languages`, with a line end.

        Raises ValueError for a situation that no template is written for.
        """
        if unknown := sorted(set(situations) - set(SITUATIONS)):
            raise ValueError(f"no reply template is written for {', '.join(unknown)}")
        given = _given(values)
        given["receipt"] = self._render(language, "receipt", given)
        blocks = [
            self._render(language, situation, {**given, "first": place == 0})
            for place, situation in enumerate(in_order(situations))
        ]
        whole = self._render(language, "frame", {**given, "blocks": "\n\n".join(blocks)})
        # A telephone number or a time on two lines is hard to read, and no client makes it a link.
        for kept in (values.phone, values.received, values.cancellation_received, values.address):
            whole = whole.replace(kept, unbroken(kept)) if kept else whole
        return wrapped(whole) + "\n"

    def subject(self, language: str, values: ReplyValues) -> str:
        """What stands in for the subject that a customer left empty."""
        return self._one_line(language, "subject", {**_given(values), "first": True})

    def own_subject(self, language: str, situations: tuple[str, ...], values: ReplyValues) -> str:
        """The subject of a letter that answers no message."""
        return self._one_line(
            language, "own_subject", {**_given(values), "situations": situations}
        )

    def _one_line(self, language: str, name: str, given: Mapping[str, object]) -> str:
        return " ".join(self._render(language, name, given).split())

    def _render(self, language: str, name: str, given: Mapping[str, object]) -> str:
        return _tidy(self._template(language, name).render(given))

    def _template(self, language: str, name: str) -> jinja2.Template:
        found = self._compiled.get((language, name))
        if found is None:
            found = self._compile(name, self._texts.by_language[language][name])
            self._compiled[language, name] = found
        return found

    def _compile(self, name: str, text: ReplyText) -> jinja2.Template:
        extras = _EXTRAS.get(name, BLOCK_EXTRAS)
        try:
            parsed = self._environment.parse(text.source)
            used = jinja2.meta.find_undeclared_variables(parsed)
            template = self._environment.from_string(parsed)
        except jinja2.TemplateSyntaxError as error:
            problem = f"line {error.lineno}: {error.message}"
            raise ReplyTextError(text.origin, problem) from error
        # Found without rendering: a variable inside a condition may not be reached by a sample.
        if unknown := sorted(used - {*VARIABLES, *extras}):
            known = ", ".join(sorted({*VARIABLES, *extras}))
            raise ReplyTextError(
                text.origin, f"uses {', '.join(unknown)}; the variables are {known}"
            )
        if text.own or self._try_all:
            for sample in _samples(frozenset(used)):
                _try_out(template, name, text, sample)
        return template


def _try_out(
    template: jinja2.Template, name: str, text: ReplyText, sample: Mapping[str, object]
) -> None:
    try:
        rendered = template.render(sample)
    except _RENDER_ERRORS as error:
        raise ReplyTextError(text.origin, f"cannot be rendered: {error}") from error
    needed = _NEEDED.get(name, "")
    if needed and str(sample[needed]) not in rendered:
        raise ReplyTextError(text.origin, f"has to contain {{{{ {needed} }}}} in every case")
    if not rendered.strip():
        raise ReplyTextError(text.origin, "says nothing in some cases")


def _given(values: ReplyValues) -> dict[str, object]:
    """The values by name; `asdict` would copy each, and takes ten times as long."""
    return {name: getattr(values, name) for name in VARIABLES}


def in_order(situations: Iterable[str]) -> tuple[str, ...]:
    """As one letter tells them: what is done about newsletters, then the cancellation."""
    return tuple(sorted(situations, key=lambda name: name.startswith("cancellation")))


def _tidy(rendered: str) -> str:
    """Without the blank lines that conditions leave behind, and without blanks at line ends."""
    lines = "\n".join(line.rstrip() for line in rendered.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n")
