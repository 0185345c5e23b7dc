"""A real SMTP server on loopback that keeps what it is given, and misbehaves on request.

    with SmtpServer() as server:
        server.answer("rcpt", "550 5.1.1 no such user", only="gone@elsewhere.example")
        server.answer("dot", DROP, times=1)

Nothing here needs pytest.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from tests.servers.dovecot import HOST, Dovecot, free_port

Stage = Literal["ehlo", "mail", "rcpt", "data", "dot"]

DROP = "drop"  # the connection is cut instead of an answer
HANG = "hang"  # no answer at all, and the connection stays
GARBLE = "garble"  # an answer in clear text inside of an encrypted connection

# It warns of a deprecation of its own at each login.
logging.getLogger("mail.log").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A mail that the server has taken, with its envelope; `sender` is '' for `MAIL FROM:<>`."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes = field(repr=False)
    mail_options: tuple[str, ...]  # of MAIL FROM, such as SIZE=1234 and BODY=8BITMIME
    reports: tuple[str, ...]  # the parameters of MAIL FROM and RCPT TO that RFC 3461 defines
    encrypted: bool
    username: str  # '' without AUTH
    connection: int  # counts from 1


@dataclass(slots=True, kw_only=True)
class Rule:
    """What to answer at a stage, for whom, and how often still (None: always)."""

    stage: Stage
    reply: str
    only: str | None
    sender: str | None
    left: int | None
    keep: bool


class SmtpServer:
    """An SMTP server of one's own, started by `start` or `with`.

    `users` maps user names to passwords; with any, mail is taken after AUTH only. `security` is
    as in the settings: "tls" from the first byte, "starttls" required, or "none". `onward` is a
    Dovecot that gets, by LMTP, each mail to one of its users. `delay_s` is waited before the
    answer to the final dot, `names` stand in the certificate, and with `dsn` reports may be asked
    for (RFC 3461), which are never written.
    """

    host = HOST

    def __init__(
        self,
        *,
        users: Mapping[str, str] | None = None,
        security: Literal["tls", "starttls", "none"] = "none",
        onward: Dovecot | None = None,
        delay_s: float = 0.0,
        names: Sequence[str] = ("localhost", HOST),
        dsn: bool = False,
    ) -> None:
        self.users = dict(users or {})
        self.security = security
        self.onward = onward
        self.delay_s = delay_s
        self.dsn = dsn
        # What a server on the way to `onward` makes of a mail.
        self.on_the_way: Callable[[Received], Received] = lambda mail: mail
        self.port = 0
        self.connections = 0
        self.ca_pem = b""
        self._rules: list[Rule] = []
        self._received: list[Received] = []
        self._news = threading.Condition()
        self._names = tuple(names)
        self._context = self._make_context() if security != "none" else None
        self._controller: _Controller | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Starts the server, on the port that it had before if it was started once."""
        for attempts_left in (2, 1, 0):
            port = self.port or free_port()
            controller = _Controller(self, port)
            try:
                controller.start()
            except OSError:
                # Somebody else may have taken the port between the probe and the start.
                controller.stop(no_assert=True)
                if self.port or not attempts_left:
                    raise
            else:
                self.port, self._controller = port, controller
                break
        with self._news:
            self.connections = 0  # the controller itself connects once to see whether it runs

    def stop(self) -> None:
        """Cuts every connection and frees the port; what was received stays."""
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.hang_up()
            controller.stop()

    def answer(
        self,
        stage: Stage,
        reply: str,
        *,
        only: str | None = None,
        sender: str | None = None,
        times: int | None = None,
        keep: bool = False,
    ) -> None:
        """Makes the server answer `reply` at a stage: a line such as "451 4.3.0 later", or DROP,
        HANG or GARBLE. A 421 also ends the connection.

        `only` limits it to one recipient (at "mail": to one sender, '' is the null one), `sender`
        to one sender at any stage, `times` to the next so many. With `keep` a mail answered so at
        "dot" is taken all the same, as by a server that loses the connection after it took the
        mail. The newest rule comes first.
        """
        with self._news:
            rule = Rule(stage=stage, reply=reply, only=only, sender=sender, left=times, keep=keep)
            self._rules.insert(0, rule)

    def behave(self) -> None:
        """Forgets all that `answer` asked for."""
        with self._news:
            self._rules.clear()

    @property
    def received(self) -> list[Received]:
        """What the server has taken so far, in its order."""
        with self._news:
            return list(self._received)

    def forget(self) -> None:
        """Empties `received` and counts connections from none again."""
        with self._news:
            self._received.clear()
            self.connections = 0

    def wait_for(self, count: int, timeout_s: float = 20.0) -> list[Received]:
        """Waits until `count` mails have been taken; raises TimeoutError if they never are."""
        with self._news:
            if not self._news.wait_for(lambda: len(self._received) >= count, timeout_s):
                raise TimeoutError(f"{len(self._received)} of {count} mails came")
            return list(self._received)

    def write_ca(self, path: Path) -> Path:
        """Writes the certificate of the authority that signed the server's, and returns `path`."""
        path.write_bytes(self.ca_pem)
        return path

    def take_rule(self, stage: Stage, names: list[str], sender: str) -> Rule | None:
        """The rule for this stage, these names and sender, used up by one; for the handler."""
        with self._news:
            for rule in self._rules:
                fits = (rule.only is None or rule.only in names) and rule.sender in (None, sender)
                if rule.stage == stage and fits:
                    if rule.left is not None:
                        rule.left -= 1
                        if not rule.left:
                            self._rules.remove(rule)
                    return rule
        return None

    def take(self, mail: Received) -> None:
        """Keeps a mail; for the handler."""
        with self._news:
            self._received.append(mail)
            self._news.notify_all()

    def count_connection(self) -> int:
        """Counts a connection; for the handler."""
        with self._news:
            self.connections += 1
            return self.connections

    def _make_context(self) -> ssl.SSLContext:
        authority = trustme.CA()
        self.ca_pem = authority.cert_pem.bytes()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*self._names).configure_cert(context)
        return context


class _Handler:
    """The hooks that aiosmtpd calls; the answers are lines of SMTP."""

    def __init__(self, owner: SmtpServer) -> None:
        self._owner = owner

    async def handle_MAIL(  # noqa: N802 - aiosmtpd looks for this name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self._owner.users and not session.authenticated:
            return "530 5.7.0 Authentication required"
        sender = "" if address == "<>" else address
        if refusal := await self.obey(server, "mail", [sender], sender):
            return refusal
        envelope.mail_from = address  # '' would look to aiosmtpd like no MAIL command at all
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for this name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if refusal := await self.obey(server, "rcpt", [address], _sender_of(envelope)):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd looks for this name
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        mail = Received(
            sender=_sender_of(envelope),
            recipients=tuple(envelope.rcpt_tos),
            raw=bytes(envelope.original_content),
            mail_options=tuple(envelope.mail_options),
            reports=tuple(server.reports),
            encrypted=self._owner.security != "none",
            username=session.auth_data or "",
            connection=server.number,
        )
        await asyncio.sleep(self._owner.delay_s)
        rule = self._owner.take_rule("dot", envelope.rcpt_tos, mail.sender)
        if rule is None or rule.keep:
            await self._pass_on(mail)
            self._owner.take(mail)
        return await self._carry_out(server, rule) or "250 2.0.0 OK: taken"

    async def handle_EHLO(  # noqa: N802 - aiosmtpd looks for this name
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        if refusal := await self.obey(server, "ehlo", [], ""):
            return [refusal]
        return [*responses[:-1], *(["250-DSN"] if self._owner.dsn else []), responses[-1]]

    async def obey(self, server: Any, stage: Stage, names: list[str], sender: str) -> str:
        """The refusal that a test asked for, or '' to go on."""
        return await self._carry_out(server, self._owner.take_rule(stage, names, sender))

    async def _carry_out(self, server: Any, rule: Rule | None) -> str:
        if rule is None:
            return ""
        if rule.reply in (DROP, HANG, GARBLE):
            if rule.reply == DROP:
                server.transport.abort()
            if rule.reply == GARBLE:
                server.transport._ssl_protocol._transport.write(b"421 4.3.0 no more TLS\r\n")
            await asyncio.Event().wait()  # until the lost connection cancels this task
        if rule.reply.startswith("421"):
            await server.push(rule.reply)
            server.transport.close()
            await asyncio.Event().wait()
        return rule.reply

    async def _pass_on(self, mail: Received) -> None:
        onward = self._owner.onward
        for recipient in mail.recipients:
            if onward is not None and recipient in onward.users:
                passed = self._owner.on_the_way(mail)
                await asyncio.to_thread(
                    onward.deliver, recipient, passed.raw, sender=passed.sender
                )


def _sender_of(envelope: Any) -> str:
    sender: str = envelope.mail_from
    return "" if sender == "<>" else sender


class _Session(SMTP):
    """One connection; knows its number, and asks for rules at DATA, which has no hook.

    The parameters of RFC 3461, which aiosmtpd does not know, are taken out before it looks.
    """

    def __init__(self, owner: SmtpServer, handler: _Handler, **options: Any) -> None:
        super().__init__(handler, **options)
        self._owner, self._rules = owner, handler
        self.number = 0
        self.reports: list[str] = []

    def connection_made(self, transport: Any) -> None:
        if not self.number:  # STARTTLS makes the connection once more
            self.number = self._owner.count_connection()
        super().connection_made(transport)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd looks for this name
        self.reports = []
        await super().smtp_MAIL(self._without_reports(arg, "RET=", "ENVID="))

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd looks for this name
        await super().smtp_RCPT(self._without_reports(arg, "NOTIFY=", "ORCPT="))

    def _without_reports(self, arg: str | None, *names: str) -> str | None:
        if arg is None or not self._owner.dsn:
            return arg
        path, *options = arg.split(" ")
        self.reports += [o for o in options if o.startswith(names)]
        return " ".join([path, *(o for o in options if not o.startswith(names))])

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd looks for this name
        recipients = self.envelope.rcpt_tos if self.envelope else []
        if recipients and (
            refusal := await self._rules.obey(self, "data", recipients, _sender_of(self.envelope))
        ):
            await self.push(refusal)
            return
        await super().smtp_DATA(arg)


class _Controller(Controller):
    def __init__(self, owner: SmtpServer, port: int) -> None:
        self._owner = owner
        self._sessions: list[_Session] = []
        super().__init__(
            _Handler(owner),
            hostname=HOST,
            port=port,
            ssl_context=owner._context if owner.security == "tls" else None,
        )

    def factory(self) -> _Session:
        owner = self._owner
        session = _Session(
            owner,
            self.handler,
            hostname="mx.test",  # the default asks the DNS
            enable_SMTPUTF8=True,
            tls_context=owner._context if owner.security == "starttls" else None,
            require_starttls=owner.security == "starttls",
            auth_require_tls=False,
            auth_exclude_mechanism=[] if owner.users else ["LOGIN", "PLAIN"],
            authenticator=self._authenticate,
            loop=self.loop,
        )
        self._sessions.append(session)
        return session

    def hang_up(self) -> None:
        """Cuts all connections, so that none is left to the garbage collector."""
        asyncio.run_coroutine_threadsafe(self._cut(), self.loop).result(10)

    async def _cut(self) -> None:
        if self.server is not None:
            self.server.close()
        for session in self._sessions:
            for transport in (session.transport, session._original_transport):
                if isinstance(transport, asyncio.WriteTransport):
                    transport.abort()
        tasks = [s._handler_coroutine for s in self._sessions if s._handler_coroutine]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)

    def _authenticate(
        self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any
    ) -> Any:
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        username = data.login.decode(errors="replace")
        right = self._owner.users.get(username) == data.password.decode(errors="replace")
        return AuthResult(success=right, handled=False, auth_data=username)


class DeafServer:
    """Accepts connections and never says a word: what a hung server looks like."""

    host = HOST

    def __enter__(self) -> Self:
        self._listener = socket.create_server((HOST, 0))
        self.port = self.imap_port = int(self._listener.getsockname()[1])
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()


def new_ca_file(folder: Path) -> Path:
    """The certificate of an authority that has signed nothing here."""
    path = folder / f"other-ca-{time.monotonic_ns()}.pem"
    trustme.CA().cert_pem.write_to_path(str(path))
    return path


__all__ = ["DROP", "GARBLE", "HANG", "DeafServer", "Received", "SmtpServer", "new_ca_file"]
