"""Delivers mail to a submission server over a few connections that are kept (RFC 5321, RFC 6409).

C: MAIL FROM:<> SIZE=2113
C: RCPT TO:<customer@example.net> NOTIFY=NEVER
C: DATA
S: 354 go ahead
C: (the mail) .
S: 250 taken            <- from here on the server is responsible, and not before
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Iterator
from typing import Literal

import aiosmtplib

from config.settings import SmtpSettings
from daemon.couriers.outcome import Step, lost, only_the_null_sender, refused, server_words
from daemon.couriers.tls import tls_context, tls_fault
from daemon.couriers.wire import dotted, own_address, path_of, xtext
from daemon.errors import (
    CourierMisconfigured,
    NotHandedOver,
    OptoutdError,
    PermanentFailure,
    SenderDeferred,
    TemporaryFailure,
)
from daemon.ports import Accepted
from handlers.address import Address, make_address
from handlers.values import OutgoingMail

# Servers drop idle connections (Postfix under load after 10 s), and firewalls do so in silence.
PROBE_AFTER_IDLE_S = 5.0
PROBE_TIMEOUT_S = 5.0
QUIT_TIMEOUT_S = 2.0
# RFC 5321 section 4.5.3.2.6: a server that filters what it has seen takes its time, and who gives
# up too early sends the mail twice. So many of the other time limits, at most ten minutes.
DOT_PATIENCE = 20
MAX_DOT_TIMEOUT_S = 600.0

_START_INPUT = 354
_SERVICE_CLOSING = 421


class SmtpCourier:
    """Fulfils `daemon.ports.Courier` with `settings.connections` connections to one server.

    A connection carries one mail at a time and is kept for the next; more mails wait for a free
    one. `password` matters with `settings.username` only. Raises PermanentFailure when
    `settings.ca_file` cannot be used.
    """

    def __init__(self, settings: SmtpSettings, password: str | None) -> None:
        self._settings = settings
        self._password = password or ""
        self._context = tls_context(settings)
        self._lines = [self._new_line() for _ in range(settings.connections)]
        # Last in, first out: under little load one connection does all, and stays warm.
        self._free: asyncio.LifoQueue[_Line] = asyncio.LifoQueue()
        for line in self._lines:
            self._free.put_nowait(line)

    async def deliver(self, mail: OutgoingMail) -> Accepted:
        """Hands `mail` to the server; returns when it has taken responsibility for it.

        Raises CourierMisconfigured where the server takes no mail of ours as it is set up,
        CourierUnreachable where it takes none for now, PermanentFailure where it refuses this one,
        OutcomeUnknown where the connection was lost after the final dot, TemporaryFailure for all
        else, and NotHandedOver when it is cancelled before that dot.
        """
        try:
            line = await self._free.get()
        except asyncio.CancelledError:
            raise NotHandedOver from None
        try:
            return await line.deliver(mail)
        finally:
            self._free.put_nowait(line)

    async def inspect(self, *, envelope_from: str, recipient: str) -> list[str]:
        """Goes as far as RCPT TO on a connection of its own, and sends nothing.

        Raises what `deliver` would.
        """
        line = self._new_line()
        try:
            return await line.inspect(envelope_from, recipient)
        finally:
            await line.quit()

    async def close(self) -> None:
        """Says QUIT on the idle connections and cuts those at work; never raises.

        Let the deliveries end first: one that is cut after its final dot is OutcomeUnknown.
        """
        idle: list[_Line] = []
        while not self._free.empty():
            idle.append(self._free.get_nowait())
        for line in self._lines:
            if line not in idle:
                line.cut()
        await asyncio.gather(*(line.quit() for line in idle))
        for line in idle:
            self._free.put_nowait(line)

    def _new_line(self) -> _Line:
        return _Line(self._settings, self._password, self._context)


class _GoneBeforehand(TemporaryFailure):
    """The connection ended before the server had taken even the sender of this mail."""


class _Line:
    """One connection, with its login, to the server; made anew whenever it is gone."""

    def __init__(
        self, settings: SmtpSettings, password: str, context: ssl.SSLContext | None
    ) -> None:
        self._settings = settings
        self._password = password
        self._client = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            timeout=settings.timeout_seconds,
            use_tls=settings.security == "tls",
            start_tls=False,  # a step of its own here, so that its errors can be told apart
            tls_context=context,
        )
        self._last_used_s = 0.0  # by the loop's clock
        self._is_handed_over = False  # the mail in hand, as far as we know

    async def deliver(self, mail: OutgoingMail) -> Accepted:
        """One mail transaction, on a new connection where the kept one turns out to be gone."""
        self._is_handed_over = False
        try:
            if await self._is_alive():
                with contextlib.suppress(_GoneBeforehand):
                    return await self._transact(mail)
            await self._connect()
            return await self._transact(mail)
        except PermanentFailure:
            raise  # answered in full, and the connection is reset
        except asyncio.CancelledError:
            self.cut()
            if self._is_handed_over:
                raise
            raise NotHandedOver from None
        except BaseException:
            # Lost or put off: nobody knows what the server would say next.
            self.cut()
            raise
        finally:
            self._last_used_s = asyncio.get_running_loop().time()

    async def inspect(self, envelope_from: str, recipient: str) -> list[str]:
        """What `optoutd check` prints; see the courier."""
        to = make_address(recipient)
        if to is None:
            raise PermanentFailure("the address to try RCPT TO with is none", part="smtp")
        await self._connect()
        settings = self._settings
        notes = [f"connected to {settings.host} port {settings.port}, {self._protection()}"]
        if settings.username:
            notes.append("the login is accepted")
        await self._send_envelope(envelope_from, to, own=recipient, size_bytes=0)
        sender = envelope_from and "an address of ours"
        notes.append(f"MAIL FROM:<{sender}> and RCPT TO are accepted; nothing was sent")
        if not self._client.supports_extension("smtputf8"):
            notes.append("no SMTPUTF8: addresses with letters beyond ASCII cannot be answered")
        await self._reset()
        return notes

    async def quit(self) -> None:
        """Ends the connection, politely where the server still answers; never raises."""
        try:
            if self._client.is_connected:
                await self._client.quit(timeout=QUIT_TIMEOUT_S)
        except (aiosmtplib.SMTPException, OSError):
            pass  # it is gone, which is what was wanted
        finally:
            self.cut()

    def cut(self) -> None:
        """Ends the connection at once."""
        self._client.close()

    async def _is_alive(self) -> bool:
        if not self._client.is_connected:
            return False
        idle_s = asyncio.get_running_loop().time() - self._last_used_s
        if idle_s < PROBE_AFTER_IDLE_S:
            return True
        try:
            await self._client.noop(timeout=min(PROBE_TIMEOUT_S, self._settings.timeout_seconds))
        except (aiosmtplib.SMTPException, OSError):
            return False
        return True

    async def _connect(self) -> None:
        self.cut()
        client, settings = self._client, self._settings
        with _at(Step.CONNECT):
            # The library asks for this machine's own name without a limit.
            async with asyncio.timeout(2 * settings.timeout_seconds):
                await client.connect()
        with _at(Step.EHLO):
            await client.ehlo()
        if settings.security == "starttls":
            if not client.supports_extension("starttls"):
                raise CourierMisconfigured(
                    "STARTTLS: the server does not offer it",
                    setting="smtp.security",
                    cure='set smtp.security = "tls" and the port to go with it, mostly 465',
                )
            with _at(Step.STARTTLS):
                await client.starttls()
            with _at(Step.EHLO):
                await client.ehlo()
        if settings.username:
            await self._log_in()

    async def _log_in(self) -> None:
        # One method and one attempt: the library tries each in turn, and a wrong password then
        # counts three times with whoever bans after three.
        client = self._client
        methods = {
            "plain": client.auth_plain,
            "login": client.auth_login,
            "cram-md5": client.auth_crammd5,
        }
        offered = [
            method for name, method in methods.items() if name in client.server_auth_methods
        ]
        if not offered:
            raise CourierMisconfigured(
                "AUTH: the server offers no login by password",
                setting="smtp.username",
                cure="leave out smtp.username and smtp.password_file, or use another port",
            )
        with _at(Step.AUTH):
            await offered[0](self._settings.username, self._password)

    async def _transact(self, mail: OutgoingMail) -> Accepted:
        try:
            await self._send_envelope(
                mail.envelope_from,
                mail.recipient,
                own=own_address(mail.raw),
                envelope_id=mail.message_id.strip("<>").partition("@")[0],
                size_bytes=len(mail.raw),
                # The writer encodes bodies, so that a byte beyond ASCII is one of a header.
                eight_bit=not mail.raw.isascii(),
            )
            return await self._send_data(mail.raw, null_sender=not mail.envelope_from)
        except PermanentFailure:
            await self._reset()
            raise
        except TemporaryFailure:
            # A fresh connection for the next mail: the fault may be this one's (too many mails).
            await self.quit()
            raise

    async def _send_envelope(
        self,
        sender: str,
        recipient: Address,
        *,
        own: str,
        envelope_id: str = "",
        size_bytes: int,
        eight_bit: bool = False,
    ) -> None:
        """MAIL and RCPT. `own` is an address of ours, and `envelope_id` comes back in a report."""
        client = self._client
        made = make_address(sender)
        from_path, to_path = path_of(made) if made else sender, path_of(recipient)
        mail_options = [f"SIZE={size_bytes}"] if client.supports_extension("size") else []
        international = eight_bit or not (from_path + to_path).isascii()
        if international:
            if not client.supports_extension("smtputf8"):
                raise PermanentFailure(
                    "the address has letters beyond ASCII and the server no SMTPUTF8", part="smtp"
                )
            mail_options += ["SMTPUTF8", "BODY=8BITMIME"]  # RFC 6531 sections 3.1 and 3.2
        to_options: list[str] = []
        if client.supports_extension("dsn"):
            wanted, to_options = _reports(sender, to_path, envelope_id)
            mail_options += wanted
        encoding: Literal["ascii", "utf-8"] = "utf-8" if international else "ascii"
        with _at(Step.MAIL, null_sender=not sender):
            await client.mail(from_path, options=mail_options, encoding=encoding)
        with _at(Step.RCPT, null_sender=not sender):
            try:
                await client.rcpt(to_path, options=to_options, encoding=encoding)
            except aiosmtplib.SMTPResponseException as error:
                failure = refused(Step.RCPT, error.code, error.message, null_sender=not sender)
                of_sender = isinstance(failure, CourierMisconfigured | SenderDeferred)
                # Not every server says so where it is the null sender that it refuses.
                if not (sender or of_sender) and await self._is_taken_from(own, to_path, encoding):
                    raise only_the_null_sender(failure) from None
                raise

    async def _is_taken_from(
        self, own: str, to_path: str, encoding: Literal["ascii", "utf-8"]
    ) -> bool:
        """Whether the server would take a mail to `to_path` from our own address `own`."""
        if not own:
            return False
        client = self._client
        options = ["SMTPUTF8"] if encoding == "utf-8" else []
        try:
            await client.rset()
            await client.mail(own, options=options, encoding=encoding)
            await client.rcpt(to_path, encoding=encoding)
        except (aiosmtplib.SMTPException, OSError, ValueError):
            return False
        return True

    async def _send_data(self, raw: bytes, *, null_sender: bool) -> Accepted:
        # Not the library's own `data`: it raises the same before and after the final dot, and
        # between the two lies whether the mail may have been taken.
        client = self._client
        with _at(Step.DATA):
            code, words = await client.execute_command(b"DATA")
            if code != _START_INPUT:
                raise refused(Step.DATA, code, words, null_sender=null_sender)
            if client.protocol is None:
                raise aiosmtplib.SMTPServerDisconnected("Connection lost")
            protocol = client.protocol
            self._is_handed_over = True
            protocol.write(dotted(raw))
        with _at(Step.DOT):
            code, words = await protocol.read_response(timeout=self._dot_timeout_s())
        if not 200 <= code <= 299:
            raise refused(Step.DOT, code, words, null_sender=null_sender)
        return Accepted(response=f"{code} {server_words(words)}")

    def _dot_timeout_s(self) -> float:
        limit_s = self._settings.timeout_seconds
        return max(limit_s, min(DOT_PATIENCE * limit_s, MAX_DOT_TIMEOUT_S))

    async def _reset(self) -> None:
        try:
            await self._client.rset()
        except (aiosmtplib.SMTPException, OSError):
            self.cut()
        except asyncio.CancelledError:
            self.cut()
            raise

    def _protection(self) -> str:
        tls = self._client.get_transport_info("ssl_object")
        return str(tls.version()) if tls is not None else "without encryption"


def _reports(sender: str, to_path: str, envelope_id: str) -> tuple[list[str], list[str]]:
    """The parameters of MAIL and of RCPT that say which reports are wanted (RFC 3461).

    What has no sender to be told shall not be reported either (section 4.1). A question is known
    again by `envelope_id` and by the address that we wrote to, even where the server has replaced
    its Message-ID and whoever has it forwarded: both come back in the report.
    """
    if not sender:
        return [], ["NOTIFY=NEVER"]
    of_mail = ["RET=HDRS", *([f"ENVID={xtext(envelope_id)}"] if envelope_id else [])]
    of_rcpt = ["NOTIFY=FAILURE"]
    if to_path.isascii():  # RFC 6533 section 3 has another form for the others, which few know
        of_rcpt.append(f"ORCPT=rfc822;{xtext(to_path)}")
    return of_mail, of_rcpt


@contextlib.contextmanager
def _at(step: Step, *, null_sender: bool = False) -> Iterator[None]:
    """Turns whatever the library raises at `step` into one of our errors.

    Without its cause: that holds the customer's address and the server's words uncut.
    """
    try:
        yield
    except OptoutdError:
        raise
    except aiosmtplib.SMTPResponseException as error:
        failure = refused(step, error.code, error.message, null_sender=null_sender)
        gone = error.code == _SERVICE_CLOSING
    except (aiosmtplib.SMTPException, OSError) as error:
        failure = tls_fault(step, error) or lost(step, str(error) or type(error).__name__)
        gone = True
    except ValueError as error:
        # UnicodeError from a host name; from the library for what cannot stand in a command.
        failure = _unusable(step, error)
        gone = False
    else:
        return
    if gone and step is Step.MAIL:
        failure = _GoneBeforehand(str(failure), part="smtp")
    raise failure from None


def _unusable(step: Step, error: ValueError) -> OptoutdError:
    if step is Step.CONNECT:
        return CourierMisconfigured(
            f"{step}: smtp.host is not the name of a host: {type(error).__name__}",
            setting="smtp.host",
        )
    if step is Step.DOT:
        return lost(step, type(error).__name__)
    return PermanentFailure(f"{step}: the address cannot be carried by SMTP", part="smtp")
