"""From settings to a connection that is encrypted as they say and logged in."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator
from typing import Any

import stamina
import stamina.instrumentation

from config.settings import MailboxSettings
from daemon.errors import (
    LoginRefused,
    OptoutdError,
    PermanentFailure,
    TemporaryFailure,
    Unreachable,
)
from daemon.mailboxes.alerts import listen
from daemon.mailboxes.failures import Lost, Refused, lasts, passes, words_of

# OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH.
_OTHER_HOST = frozenset({62, 64})

# A second try is no event: what fails twice is told by the caller, in the caller's own log.
stamina.instrumentation.set_on_retry_hooks([])


def connect(
    make_client: Callable[..., Any],
    settings: MailboxSettings,
    password: str,
    heard: Callable[[str], None] = lambda _: None,
) -> Any:
    """A client that is connected and logged in; `make_client` is the class IMAPClient.

    `heard` is told of what the server wants a person to read, now and later.

    Tries twice where the first try ended quickly with a temporary failure, such as a server that
    is just restarting. Raises TemporaryFailure or PermanentFailure.
    """
    attempts = stamina.retry_context(
        on=_ended_quickly, attempts=2, timeout=None, wait_initial=0.2, wait_jitter=0.3
    )
    for attempt in attempts:
        with attempt:
            return _Connector(settings, password).connect(make_client, heard)
    raise AssertionError("the last attempt has returned or raised")


def shut(client: Any) -> None:
    """Closes the connection without a word; never raises."""
    with contextlib.suppress(Refused, OSError, ValueError):
        client.shutdown()


def _ended_quickly(error: Exception) -> bool:
    # After a timeout the caller has waited long enough already.
    return isinstance(error, TemporaryFailure) and not isinstance(error.__cause__, TimeoutError)


class _Connector:
    def __init__(self, settings: MailboxSettings, password: str) -> None:
        self._settings = settings
        self._password = password
        self._where = f"{settings.host}:{settings.port}"

    def connect(self, make_client: Callable[..., Any], heard: Callable[[str], None]) -> Any:
        settings, context = self._settings, self._tls_context()
        with self._connecting():
            client = make_client(
                settings.host,
                port=settings.port,
                ssl=settings.security == "tls",
                ssl_context=context,
                timeout=settings.timeout_seconds,
            )
        try:
            listen(client, heard)
            client._imap.debug = 0  # noqa: SLF001 - at its 5, imaplib formats each body it reads
            client.normalise_times = False  # else times come naive and in local time
            with self._connecting():
                client.socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                if settings.security == "starttls":
                    self._start_tls(client, context)
            self._log_in(client)
            with self._connecting():
                self._refuse_utf8_only(client)
        except BaseException:
            shut(client)
            raise
        return client

    def _refuse_utf8_only(self, client: Any) -> None:
        """RFC 6855 section 4: such a server may let nobody in who does not enable UTF-8.

        Folder names would come in another form then, and messages in one of their own.
        """
        if client.has_capability("UTF8=ONLY"):
            raise self._permanent(
                "talks only to clients that enable UTF8=ACCEPT, which optoutd does not",
                "host",
                cure="switch UTF8=ONLY off there, or name another server",
            )

    def _tls_context(self) -> ssl.SSLContext | None:
        if self._settings.security == "none":
            return None
        try:
            return ssl.create_default_context(cafile=self._settings.ca_file)
        except OSError as error:  # no such file, or no certificate in it
            raise self._permanent(
                f"cannot use the certificates in {self._settings.ca_file}: {error.strerror}",
                "ca_file",
            ) from error

    def _start_tls(self, client: Any, context: ssl.SSLContext | None) -> None:
        if not client.has_capability("STARTTLS"):
            raise self._permanent("does not offer STARTTLS", "security")
        client.starttls(context)

    def _log_in(self, client: Any) -> None:
        username, password = self._settings.username, self._password
        try:
            offered = client.capabilities()
            if b"AUTH=PLAIN" in offered:
                client.plain_login(username, password)  # UTF-8 (RFC 4616); LOGIN is ASCII only
            elif b"LOGINDISABLED" in offered:
                raise self._permanent("takes no password on this connection", "security")
            else:
                client.login(_quoted(username), password)
        except UnicodeEncodeError:
            raise self._permanent(
                "takes only user names and passwords in ASCII", "username"
            ) from None
        except (Refused, OSError, ValueError) as error:
            words = words_of(error, hide=password)
            # IMAPClient raises LoginError as well where the connection broke while logging in.
            broke = isinstance(error, OSError | ValueError) or isinstance(error.__context__, Lost)
            if passes(words) or (broke and not lasts(words)):
                raise self._temporary(f"did not finish the login: {words}") from error
            name = self._settings.name
            raise LoginRefused(
                f"{name}: {self._where} refused the login: {words}",
                part=name,
                setting=f"mailbox.{name}.username",
                cure="check username, and the password in password_file",
            ) from None

    @contextlib.contextmanager
    def _connecting(self) -> Iterator[None]:
        try:
            yield
        except ssl.SSLCertVerificationError as error:
            other_host = error.verify_code in _OTHER_HOST
            raise self._permanent(
                f"shows a certificate that cannot be trusted: {error.verify_message}",
                "host" if other_host else "ca_file",
                cure="set host to the name in the certificate"
                if other_host
                else "name the certificate of a private authority in ca_file",
            ) from error
        except ssl.SSLError as error:
            if error.reason == "WRONG_VERSION_NUMBER":
                raise self._permanent(
                    "does not speak TLS on this port", "security", cure='perhaps "starttls"'
                ) from error
            what = f"broke off the TLS handshake: {words_of(error)}"
            raise self._temporary(what, "security") from error
        except (Refused, OSError, ValueError) as error:
            raise self._temporary(f"cannot be reached: {words_of(error)}", "host") from error

    def _temporary(self, what: str, setting: str = "") -> TemporaryFailure:
        name = self._settings.name
        return Unreachable(
            f"{name}: {self._where} {what}",
            part=name,
            setting=f"mailbox.{name}.{setting}" if setting else "",
        )

    def _permanent(self, what: str, setting: str, *, cure: str = "") -> OptoutdError:
        name = self._settings.name
        return PermanentFailure(
            f"{name}: {self._where} {what}",
            part=name,
            setting=f"mailbox.{name}.{setting}",
            cure=cure,
        )


def _quoted(text: str) -> str:
    """An IMAP quoted string (RFC 9051 section 4.3): imaplib sends the user name as it stands."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
