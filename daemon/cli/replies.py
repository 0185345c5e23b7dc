"""`optoutd replies list|preview`: the letters, as customers will read them."""

from __future__ import annotations

import enum
from collections.abc import Collection
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer

from config.reply_texts import SITUATIONS, TEMPLATE_NAMES
from daemon.cli.context import Context, context_of
from daemon.cli.failures import EXIT_USAGE
from daemon.cli.output import complain, harmless, print_json

if TYPE_CHECKING:
    from config.reply_texts import ReplyTexts
    from config.settings import Settings
    from handlers.reply import ReplyWriter

replies = typer.Typer(help="Look at the letters that customers get.", no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]


class ChannelName(enum.StrEnum):
    """How it was asked for, as the option names it."""

    mail = "mail"
    phone = "phone"
    letter = "letter"
    panel = "panel"
    newsletter = "newsletter"


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.add_typer(replies, name="replies")


@replies.command("list")
def list_replies(context: typer.Context, json: JsonOption = False) -> None:
    """List the templates of each language, and which of them are your own.

    Example: optoutd replies list
    """
    texts = _texts(_settings(context_of(context)))
    if json:
        for language in texts.languages:
            for name in TEMPLATE_NAMES:
                text = texts.by_language[language][name]
                print_json(
                    {"language": language, "name": name, "own": text.own, "file": text.origin}
                )
        return
    # Sixteen languages and more fit on a terminal of 80 columns only this close together.
    print(f"{'template':<23} {' '.join(texts.languages)}")
    for name in TEMPLATE_NAMES:
        marks = ("*" if texts.by_language[x][name].own else "+" for x in texts.languages)
        print(f"{name:<23} {'  '.join(marks)}")
    own = [t.origin for by_name in texts.by_language.values() for t in by_name.values() if t.own]
    print("\n+ as shipped" + (", * your own:" if own else "; none is your own"))
    for origin in own:
        print(harmless(f"  {origin}"))


@replies.command("preview")
def preview(
    context: typer.Context,
    situations: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SITUATION…",
            help="What to write about; A+B is one letter about both. Without any, all letters.",
        ),
    ] = None,
    language: Annotated[
        str, typer.Option(metavar="CODE", help="Such as de; else the configured one.")
    ] = "",
    all_languages: Annotated[bool, typer.Option("--all", help="In every language.")] = False,
    channel: Annotated[
        ChannelName, typer.Option(help="How the customer has asked for it.")
    ] = ChannelName.mail,
    json: JsonOption = False,
) -> None:
    """Show letters as the customer will read them; sends nothing and needs no network.

    With a configuration they are written with your company and your own templates, else with those
    of an example company.

    Example: optoutd replies preview cancellation_question --language de --channel phone
    """
    from handlers.reply_example import LETTERS, as_sent

    letters = [as_sent(_blocks(wanted)) for wanted in situations or ()] or list(LETTERS)
    settings = _settings(context_of(context))
    texts = _texts(settings)
    if all_languages and language:
        _mistake("--all is every language: leave --language out")
    default = settings.reply.language if settings else "en"
    chosen = texts.languages if all_languages else (_language(language or default, texts),)
    if settings is None:
        complain("no configuration: this is an example company")
    writer, address = _writer(settings, texts)
    for code in chosen:
        for blocks in letters:
            subject, text = _read(writer, blocks, code, channel.value, address)
            found = {
                "language": code,
                "situation": "+".join(blocks),
                "channel": channel.value,
                "subject": subject,
                "text": text,
            }
            if json:
                print_json(found)
            else:
                print(f"---- {found['situation']} ({code}) ----\n")
                print(harmless(f"Subject: {subject}\n\n{text}"))


def _read(
    writer: ReplyWriter, blocks: tuple[str, ...], language: str, channel: str, address: str
) -> tuple[str, str]:
    """Subject and text of a letter, read from its bytes as a mail client does."""
    import email
    from email.policy import default

    from handlers.reply_example import write_example

    made = write_example(
        writer, blocks, language=language, channel=channel, mailbox_address=address
    )
    mail = email.message_from_bytes(made.raw, policy=default)
    return str(mail["Subject"]), mail.get_content().replace("\r\n", "\n")


def _settings(context: Context) -> Settings | None:
    """The settings, None where no configuration is found. Raises ConfigError for a bad one."""
    from config.mistakes import ConfigError

    try:
        context.path()
    except ConfigError:
        return None
    return context.settings()


def _texts(settings: Settings | None) -> ReplyTexts:
    from config.reply_texts import load_reply_texts

    return load_reply_texts(settings.reply.templates if settings else None)


def _writer(settings: Settings | None, texts: ReplyTexts) -> tuple[ReplyWriter, str]:
    """A writer for the company, and the address that it writes from."""
    from handlers.reply import ReplyWriter

    if settings is not None:
        from daemon.app import reply_writer

        return reply_writer(settings), settings.mailbox[0].address
    from config.settings import CompanySettings

    company = CompanySettings(
        name="Example Hosting",
        postal_address="1 Example Street\nExampletown",
        phone="+1 555 0100",
        panel_url="https://panel.example.com/",
    )
    writer = ReplyWriter(
        texts,
        company=company,
        cancel_address="cancel@example.com",
        default_language="en",
        envelope_from="",
    )
    return writer, "support@example.com"


def _blocks(wanted: str) -> tuple[str, ...]:
    """The situations that one argument names."""
    names = wanted.strip().lower().replace("-", "_").split("+")
    for name in names:
        if name not in SITUATIONS:
            _mistake(
                f"there is no situation {name}{_nearest(name, SITUATIONS)}; "
                f"there are {', '.join(SITUATIONS)}"
            )
    return tuple(names)


def _language(wanted: str, texts: ReplyTexts) -> str:
    """The language by its code. Norwegian may be named by either of its written forms."""
    code = wanted.strip().lower().replace("_", "-").partition("-")[0]
    code = {"nb": "no", "nn": "no"}.get(code, code)
    if code not in texts.languages:
        _mistake(
            f"there are no templates in {wanted}{_nearest(code, texts.languages)}; "
            f"there are {', '.join(texts.languages)}"
        )
    return code


def _nearest(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f" (did you mean {near[0]}?)" if near else ""


def _mistake(text: str) -> None:
    """Says what is wrong with the command line, and ends."""
    complain(f"{text}")
    raise typer.Exit(EXIT_USAGE)
