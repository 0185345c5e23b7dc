"""`optoutd web`: the web service."""

from __future__ import annotations

import os
import secrets
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.context import Context, context_of
from daemon.cli.failures import EXIT_FAILED
from daemon.cli.output import complain

if TYPE_CHECKING:
    from config.api_keys import ApiKeys
    from config.settings import Settings
    from daemon.web.service import Service


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command("web")(web)


def web(
    context: typer.Context,
    listen: Annotated[
        str,
        typer.Option(
            "--listen",
            metavar="ADDRESS:PORT",
            help="Where to listen; else as the configuration says.",
        ),
    ] = "",
) -> None:
    """Run the web service until SIGTERM: by one click a newsletter's reader is off its list.

    It speaks HTTP to a proxy of yours, which speaks TLS (docs/newsletter.md). It needs the store
    beside the daemon, and no mailbox. Started by a socket unit of systemd, it listens there.

    Example: optoutd --config /etc/optoutd/optoutd.toml web
    """
    from config.kinds import listen_address
    from daemon import __version__, events
    from daemon.names import check_package_names

    ours = context_of(context)
    settings = ours.settings()
    check_package_names()
    try:
        at = listen_address(listen) if listen else settings.web.listen
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--listen") from None
    try:
        from daemon.web.asgi import make_asgi
        from daemon.web.server import serve
    except ModuleNotFoundError as error:
        complain(f"the web service is not installed: pip install 'optoutd[web]' ({error})")
        raise typer.Exit(EXIT_FAILED) from None
    from daemon.web.sockets import handed_over, listening, name_of

    events.configure(
        level=settings.log.level,
        addresses=settings.log.addresses,
        # No event of this service holds an address: the store's key, which hashes them, may wait.
        key=secrets.token_bytes(32),
    )
    with ExitStack() as stack:
        sockets = handed_over(os.environ) or [listening(at)]
        for one in sockets:
            stack.callback(one.close)
        service = _service(ours, settings)
        stack.callback(service.keeper.close)
        places = tuple(map(name_of, sockets))

        def started() -> None:
            events.web_started(version=__version__, listens=places, pid=os.getpid())

        serve(make_asgi(service), sockets, started=started)
        events.web_stopped()
    sys.stderr.flush()


def _service(ours: Context, settings: Settings) -> Service:
    """The service, with its store open, if it can be now. Raises PermanentFailure of the store."""
    from functools import cache

    from daemon.app import policy, reply_writer
    from daemon.errors import TemporaryFailure
    from daemon.opening import utc_now
    from daemon.tokens import draw_tokens
    from daemon.web.keeper import Keeper
    from daemon.web.pages import make_pages
    from daemon.web.service import Service

    service = Service(
        settings=settings,
        api_keys=_api_keys(ours, settings),
        policy=policy(settings),
        # Never a new one: with an empty store every link would be refused.
        keeper=Keeper(opened=ours.standing_store),
        pages=make_pages(settings),
        now=utc_now,
        draw=draw_tokens,
        writer=cache(lambda: reply_writer(settings)),
    )
    if service.api_keys.panel or service.api_keys.signing:
        service.writer()  # a broken template stops the start, and not a customer
    try:
        service.keeper.store()
    except TemporaryFailure as error:
        # Callers are told to come again, which a closed port would not.
        from daemon import events

        events.store_failed(error=str(error), cure=error.cure, retry_in_s=0)
    return service


def _api_keys(ours: Context, settings: Settings) -> ApiKeys:
    """What callers show. Raises ConfigError with all mistakes; warns on stderr."""
    from config.api_keys import load_api_keys

    keys = load_api_keys(settings, file=ours.path())
    for warning in keys.warnings:
        complain(f"warning: {warning}")
    return keys
