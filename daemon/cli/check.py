"""`optoutd check`: tries every part of the configuration and says what is wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.check_web import Result, web_results
from daemon.cli.context import Context, context_of
from daemon.cli.failures import EXIT_FAILED
from daemon.cli.output import harmless, print_json
from daemon.cli.progress import doing

if TYPE_CHECKING:
    from config.credentials import Secrets
    from config.settings import MailboxSettings, Settings
    from config.systems import ReceiverSettings


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command("check")(check)


def check(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a part.")] = False,
) -> None:
    """Try every part: configuration, passwords, templates, web, store, mailboxes, SMTP, receivers.

    Logs in, opens the folders, writes to the store, asks the SMTP server whether it would take a
    reply, and reaches each receiver; sends nothing, tells nothing and changes no message. Exit
    status 1 if anything is wrong, 2 if the configuration cannot be read.

    Example: optoutd --config /etc/optoutd/optoutd.toml check
    """
    ours = context_of(context)
    settings = ours.settings()
    secrets = ours.secrets(settings)
    failed = False
    for result in _results(ours, settings, secrets):
        failed = failed or not result.ok
        if json:
            print_json(
                {
                    "part": result.part,
                    "ok": result.ok,
                    "setting": result.setting,
                    "lines": list(result.lines),
                }
            )
        else:
            _print(result)
    if failed:
        raise typer.Exit(EXIT_FAILED)


def _print(result: Result) -> None:
    print(f"{'ok  ' if result.ok else 'FAIL'}  {result.part}")
    for line in result.lines:
        print(harmless(f"      {line}"))
    sys.stdout.flush()


def _results(context: Context, settings: Settings, secrets: Secrets) -> Iterator[Result]:
    import asyncio

    boxes = len(settings.mailbox)
    yield Result(
        part="configuration",
        ok=True,
        setting="",
        lines=(f"{context.path()}: {boxes} mailbox{'es' if boxes != 1 else ''}",),
    )
    yield _try("installation", _installation)
    yield _try("reply templates", lambda: _templates(settings))
    yield from web_results(settings)
    yield _try("store", lambda: _store(settings))
    if settings.limits.reading_processes:
        yield _try("readers", lambda: _readers(settings))
    for box in settings.mailbox:
        yield _try(f"mailbox {box.name}", lambda box=box: _mailbox(box, secrets))  # type: ignore[misc]  # mypy cannot type a default
    yield _try("smtp", lambda: asyncio.run(_smtp(settings, secrets)))
    for told in settings.receiver:
        attempt = partial(_receiver, told, secrets)
        yield _try(f"receiver {told.name}", lambda attempt=attempt: asyncio.run(attempt()))  # type: ignore[misc]  # as above


def _try(part: str, attempt: Callable[[], list[str]]) -> Result:
    from config.reply_texts import ReplyTextError
    from daemon.errors import OptoutdError

    try:
        with doing(f"Trying {part}"):
            return Result(part=part, ok=True, setting="", lines=tuple(attempt()))
    except OptoutdError as error:
        setting = getattr(error, "setting", "")
        lines = [f"{setting}: {error}" if setting else str(error)]
        if error.cure:
            lines.append(f"cure: {error.cure}")
        return Result(part=part, ok=False, setting=setting, lines=tuple(lines))
    except ReplyTextError as error:
        return Result(part=part, ok=False, setting="reply.templates", lines=(str(error),))


def _installation() -> list[str]:
    from daemon import __version__
    from daemon.names import check_package_names

    check_package_names()
    return [f"optoutd {__version__}, Python {sys.version.split()[0]}"]


def _templates(settings: Settings) -> list[str]:
    from config.reply_texts import load_reply_texts
    from daemon.app import reply_writer

    reply_writer(settings)
    languages = load_reply_texts(settings.reply.templates).languages
    return [f"languages: {', '.join(languages)}"]


def _store(settings: Settings) -> list[str]:
    from daemon.errors import StoreBusy
    from daemon.opening import make_store, utc_now

    try:
        store = make_store(settings, access="own", now=utc_now())
    except StoreBusy:
        return ["in use by a running optoutd, so it works"]
    try:
        return store.check()
    finally:
        store.close()


def _readers(settings: Settings) -> list[str]:
    from daemon.readers import open_reader

    reader = open_reader(settings.limits.reading_processes, stopping=lambda: False)
    try:
        return reader.inspect()
    finally:
        reader.close()


def _mailbox(box: MailboxSettings, secrets: Secrets) -> list[str]:
    from daemon.app import make_mailbox

    mailbox = make_mailbox(box, secrets)
    try:
        mailbox.open()
        return mailbox.inspect()
    finally:
        mailbox.close()


async def _receiver(settings: ReceiverSettings, secrets: Secrets) -> list[str]:
    from daemon.app import make_receiver

    receiver = make_receiver(settings, secrets).receiver
    try:
        return await receiver.inspect()
    finally:
        await receiver.close()


async def _smtp(settings: Settings, secrets: Secrets) -> list[str]:
    from daemon.app import make_courier

    courier = make_courier(settings, secrets)
    own = settings.mailbox[0].address
    try:
        notes = await courier.inspect(envelope_from=settings.reply.envelope_from, recipient=own)
        # Questions leave with the mailbox's own address, so that their bounces are seen.
        notes += await courier.inspect(envelope_from=own, recipient=own)
        return [*notes, *_signatures(settings)]
    finally:
        await courier.close()


def _signatures(settings: Settings) -> list[str]:
    """What only a reply that has arrived can show: `<>` has no domain that SPF could vouch for."""
    if settings.reply.envelope_from:
        return []
    domains = sorted({box.address.rpartition("@")[2].lower() for box in settings.mailbox})
    return [
        f"look at one reply as it arrives: the server has to sign with DKIM for {domain} "
        "(docs/replies.md)"
        for domain in domains
    ]
