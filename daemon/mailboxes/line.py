"""The connection to an IMAP server: made, spoken over, and dropped where it breaks."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from config.settings import MailboxSettings
from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.mailboxes.connect import connect, shut
from daemon.mailboxes.failures import Lost, NotCreated, Refused, lasts, passes, words_of
from daemon.mailboxes.folders import Folders
from daemon.mailboxes.leftovers import let_go

LOGOUT_TIMEOUT_S = 2.0
_MOST_ALERTS = 100


class Line:
    """One connection at a time for the mailbox of these settings, by `client_class`.

    `decode` reads the names of folders (RFC 3501 section 5.1.3). `client` is None where there is
    no connection; `folders` are those of the last one that there was.
    """

    def __init__(
        self,
        settings: MailboxSettings,
        password: str,
        *,
        client_class: Any,
        decode: Callable[[bytes], str],
    ) -> None:
        self.name = settings.name
        self.where = f"{settings.host}:{settings.port}"
        self.client: Any = None
        self.folders: Folders
        self.is_new = False  # until somebody has told of it
        self._settings = settings
        self._password = password
        self._client_class, self._decode = client_class, decode
        self._alerts: list[str] = []

    @property
    def is_up(self) -> bool:
        """Whether there is a connection, as far as is known."""
        return self.client is not None

    def connect(self) -> None:
        """Connects and logs in. Raises TemporaryFailure, PermanentFailure."""
        self.is_new = True
        self.client = connect(
            self._client_class, self._settings, self._password, heard=self._heard
        )
        self.folders = Folders(
            self.client, decode=self._decode, sent_folder=self._settings.sent_folder
        )

    @contextlib.contextmanager
    def talk(self, doing: str, setting: str = "folder") -> Iterator[Any]:
        """The live connection; what goes wrong on it becomes a failure of the right kind."""
        if self.client is None:
            raise TemporaryFailure(f"{self.name}: is not connected", part=self.name)
        client = self.client
        try:
            yield client
            let_go(client)
        except (Lost, OSError, ValueError) as error:  # ValueError: an answer that cannot be read
            self.drop()
            raise TemporaryFailure(
                f"{self.name}: lost {self.where} while trying to {doing}: {words_of(error)}",
                part=self.name,
            ) from error
        except Refused as error:
            words = words_of(error)
            message = f"{self.name}: {self.where} did not {doing}: {words}"
            if lasts(words) or (isinstance(error, NotCreated) and not passes(words)):
                raise PermanentFailure(
                    message, part=self.name, setting=f"mailbox.{self.name}.{setting}"
                ) from error
            raise TemporaryFailure(message, part=self.name, is_refusal=True) from error

    def not_allowed(self, what: str, effect: str) -> PermanentFailure:
        """What the server has said that this user may not do, and what comes of that."""
        return PermanentFailure(
            f"{self.name}: {self.where} does not let this user {what}: {effect}",
            part=self.name,
            setting=f"mailbox.{self.name}.filing",
            cure="give this user the right to it",
        )

    def drop(self) -> None:
        """Ends the connection without a word."""
        client, self.client = self.client, None
        if client is not None:
            shut(client)

    def log_out(self) -> None:
        """Takes leave if the server answers within two seconds; never raises."""
        if self.client is not None:
            with contextlib.suppress(Refused, OSError, ValueError):
                self.client.socket().settimeout(LOGOUT_TIMEOUT_S)
                self.client.logout()
        self.drop()

    def take_alerts(self) -> list[str]:
        """What the server wants a person to read, since the last call."""
        taken, self._alerts = self._alerts, []
        return taken

    def _heard(self, alert: str) -> None:
        if len(self._alerts) < _MOST_ALERTS:
            self._alerts.append(alert)
