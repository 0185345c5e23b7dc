"""One connection to a submission server, and the mails that it carries (RFC 5321, RFC 6409).

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
import socket
import ssl
from collections.abc import Iterator

import aiosmtplib

from config.settings import SmtpSettings
from daemon.couriers.envelope import Envelope, make_envelope
from daemon.couriers.outcome import Step, lost, only_the_null_sender, refused, server_words
from daemon.couriers.tls import tls_fault
from daemon.couriers.wire import dotted, own_address
from daemon.errors import (
    CourierMisconfigured,
    OptoutdError,
    PermanentFailure,
    SenderDeferred,
    TemporaryFailure,
)
from daemon.ports import Accepted, Speaks
from daemon.ports.courier import NotHandedOver
from handlers.address import make_address
from handlers.values import OutgoingMail

# Servers drop idle connections (Postfix under load after 10 s), and firewalls do so in silence.
PROBE_AFTER_IDLE_S = 5.0
PROBE_TIMEOUT_S = 5.0
QUIT_TIMEOUT_S = 2.0
# RFC 5321 section 4.5.3.2.6: a server that filters what it has seen takes its time, and who gives
# up too early sends the mail twice. So many of the other time limits, at most ten minutes.
DOT_PATIENCE = 20
MAX_DOT_TIMEOUT_S = 600.0

# Who is gone is known to be so within a minute.
_KEEPALIVE = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}

_START_INPUT = 354
_SERVICE_CLOSING = 421


class _GoneBeforehand(TemporaryFailure):
    """The connection ended before the server had taken even the sender of this mail."""


class Line:
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

    async def deliver(self, mail: OutgoingMail, speaks: Speaks) -> Accepted:
        """One mail transaction, on a new connection where the kept one turns out to be gone.

        `speaks` is called once the server has taken sender and recipient.
        """
        self._is_handed_over = False
        try:
            if await self._is_alive():
                with contextlib.suppress(_GoneBeforehand):
                    return await self._transact(mail, speaks)
            await self._connect()
            return await self._transact(mail, speaks)
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
        offers = self._client.supports_extension
        envelope = make_envelope(envelope_from, to, offers=offers, size_bytes=0)
        await self._send_envelope(envelope, own=recipient)
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
            _notice_death(client.get_transport_info("socket"))
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

    async def _transact(self, mail: OutgoingMail, speaks: Speaks) -> Accepted:
        try:
            envelope = make_envelope(
                mail.envelope_from,
                mail.recipient,
                offers=self._client.supports_extension,
                size_bytes=len(mail.raw),
                envelope_id=mail.message_id.strip("<>").partition("@")[0],
                # The writer encodes bodies, so that a byte beyond ASCII is one of a header.
                eight_bit=not mail.raw.isascii(),
            )
            await self._send_envelope(envelope, own=own_address(mail.raw))
            speaks()
            return await self._send_data(mail.raw, null_sender=not mail.envelope_from)
        except PermanentFailure:
            await self._reset()
            raise
        except TemporaryFailure:
            # A fresh connection for the next mail: the fault may be this one's (too many mails).
            await self.quit()
            raise

    async def _send_envelope(self, envelope: Envelope, *, own: str) -> None:
        """MAIL and RCPT. `own` is an address of ours."""
        client, null_sender = self._client, not envelope.sender
        encoding = envelope.encoding
        with _at(Step.MAIL, null_sender=null_sender):
            await client.mail(envelope.sender, options=envelope.of_mail, encoding=encoding)
        with _at(Step.RCPT, null_sender=null_sender):
            try:
                await client.rcpt(envelope.recipient, options=envelope.of_rcpt, encoding=encoding)
            except aiosmtplib.SMTPResponseException as error:
                failure = refused(Step.RCPT, error.code, error.message, null_sender=null_sender)
                of_sender = isinstance(failure, CourierMisconfigured | SenderDeferred)
                # Not every server says so where it is the null sender that it refuses.
                suspected = null_sender and not of_sender
                if suspected and await self._is_taken_from(own, envelope):
                    raise only_the_null_sender(failure) from None
                raise

    async def _is_taken_from(self, own: str, envelope: Envelope) -> bool:
        """Whether the server would take this mail from our own address `own`."""
        if not own:
            return False
        client, encoding = self._client, envelope.encoding
        options = ["SMTPUTF8"] if encoding == "utf-8" else []
        try:
            await client.rset()
            await client.mail(own, options=options, encoding=encoding)
            await client.rcpt(envelope.recipient, encoding=encoding)
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


def _notice_death(sock: socket.socket) -> None:
    """Has the kernel ask whether the other side is there while nothing is said.

    Else a server that lost its power behind the final dot would be waited for until the end.
    """
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _KEEPALIVE.items():
        if hasattr(socket, option):  # not every system has them
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


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
