"""The company that the journeys go to."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.acceptance.company import Company
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import shared_postgres
from tests.servers.smtp import SmtpServer

_numbers = itertools.count(1)


@pytest.fixture
def mail_out(dovecot: Dovecot) -> Iterator[SmtpServer]:
    """An SMTP server that brings each mail to those of its recipients that `dovecot` knows."""
    with SmtpServer(onward=dovecot) as server:
        yield server


@pytest.fixture
def company(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    dovecot: Dovecot,
    mail_out: SmtpServer,
    new_user: Callable[[str], str],
) -> Company:
    """Two fresh mailboxes and a configuration for them.

    With the parameter "postgres" two daemons share a store.
    """
    made = Company(
        tmp_path, dovecot, mail_out, support=new_user("support"), cancel=new_user("cancel")
    )
    made.write_config()
    if getattr(request, "param", "sqlite") == "postgres":
        server = shared_postgres()
        made.share_store(server.url(server.new_database()))
    return made


@pytest.fixture
def new_customer(dovecot: Dovecot) -> Callable[[], str]:
    """Makes the address of a customer, whose mail can be looked at."""

    def make() -> str:
        address = f"anna-{next(_numbers)}@customer.example"
        dovecot.add_user(address)
        return address

    return make


@pytest.fixture
def customer(new_customer: Callable[[], str]) -> str:
    """The address of a customer, whose mail can be looked at."""
    return new_customer()
