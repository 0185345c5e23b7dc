"""The pages as a visitor sees them: plain HTML without scripts, in one of seventeen languages."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, StrictUndefined, Template

from config.page_texts import load_page_template, load_page_texts
from config.settings import Settings
from handlers.accept_language import wanted_language

# Black on white and white on blue, both above 7:1 (WCAG 2.2, 1.4.6); buttons are 44 pixels high.
STYLE = (
    "body{margin:0;background:#f4f4f4;color:#1a1a1a;font:1.125rem/1.5 system-ui,sans-serif}"
    "main{max-width:34rem;margin:8vh auto;padding:2rem;background:#fff;border-radius:.5rem;"
    "overflow-wrap:anywhere}"
    "h1{font-size:1.6rem;line-height:1.25;margin:0 0 1rem}"
    ".company{color:#505050;margin:0 0 .5rem}"
    "form{margin:1rem 0 0}"
    "button{font:inherit;min-height:44px;padding:.5rem 1.25rem;border:2px solid #0b4a8f;"
    "border-radius:.375rem;background:#fff;color:#0b4a8f;cursor:pointer}"
    "button.main{background:#0b4a8f;color:#fff}"
    "button:focus-visible{outline:3px solid #1a1a1a;outline-offset:3px}"
)
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A form with one button that posts to `action` and sends nothing else."""

    text: str
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Writes pages. `contact` is where a visitor may write, `default` the language of others."""

    company: str
    contact: str
    default: str

    def language(self, fields: Mapping[str, str]) -> str:
        """The visitor's language, by the fields of the call."""
        return wanted_language(
            fields.get("accept-language", ""), load_page_texts().keys(), self.default
        )

    def text(self, language: str, name: str, **values: str) -> str:
        """One text with its fields filled in."""
        return load_page_texts()[language][name].format(**values)

    def page(
        self,
        language: str,
        title: str,
        texts: Sequence[str],
        buttons: Sequence[Button] = (),
        *,
        main_button: bool = False,
    ) -> str:
        """A page; with `main_button` the first button is what the visitor has come for."""
        return _template().render(
            language=language,
            company=self.company,
            style=STYLE,
            title=title,
            texts=texts,
            buttons=buttons,
            main_button=main_button,
        )

    def busy(self, language: str) -> str:
        """That nothing was done, and that it may be tried again."""
        return self.page(
            language, self.text(language, "busy_title"), [self.text(language, "busy")]
        )

    def invalid(self, language: str) -> str:
        """That there is nothing at this address."""
        text = self.text(language, "invalid", contact=self.contact)
        return self.page(language, self.text(language, "invalid_title"), [text])


def make_pages(settings: Settings) -> Pages:
    """The pages of this configuration."""
    wanted = settings.reply.language
    return Pages(
        company=settings.company.name,
        contact=settings.unsubscribe_address,
        default=wanted if wanted in load_page_texts() else "en",
    )


@cache
def _template() -> Template:
    # The style is ours; everything else is escaped.
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    source = load_page_template().replace("{{ style }}", "{{ style | safe }}")
    return environment.from_string(source)
