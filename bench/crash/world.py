"""The servers that rounds run on, and the company whose daemons are killed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.acceptance.company import Company
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Postgres
from tests.servers.smtp import SmtpServer
from tests.servers.wire import Wire


@dataclass(slots=True, kw_only=True)
class World:
    """The servers that the rounds of one worker share; a user or a database is for one round."""

    dovecot: Dovecot
    smtp: SmtpServer
    postgres: Postgres | None
    wire: Wire


def wire_to(dovecot: Dovecot) -> Wire:
    """What the daemons reach their mailboxes by, all of them at once."""
    return Wire(dovecot.imap_port, clients=100)


# What a server without MOVE says that it can do.
_LESSER = "IMAP4rev1 NAMESPACE UIDPLUS IDLE"


@contextmanager
def world(store: str, *, moves: bool = True) -> Iterator[World]:
    """Real servers of one's own, gone afterwards; `moves` says that Dovecot offers MOVE."""
    dovecot_of_it = Dovecot(capability="" if moves else _LESSER)
    with dovecot_of_it as dovecot, SmtpServer() as smtp, wire_to(dovecot) as wire:
        if store == "postgres":
            with Postgres(durable=True) as postgres:
                yield World(dovecot=dovecot, smtp=smtp, postgres=postgres, wire=wire)
        else:
            yield World(dovecot=dovecot, smtp=smtp, postgres=None, wire=wire)


class WiredCompany(Company):
    """A company whose daemons reach their mailboxes by the wire."""

    wire: Wire

    def write_config(self, **given: object) -> None:
        """As `Company.write_config`, with the wire's port in place of the server's."""
        super().write_config(**given)  # type: ignore[arg-type]
        direct, through = f"port = {self.dovecot.imap_port}\n", f"port = {self.wire.imap_port}\n"
        self.config.write_text(self.config.read_text().replace(direct, through))
