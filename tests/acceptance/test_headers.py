"""The button of a mail client: from the fields of a newsletter to the list that it leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

from daemon.ports import Store
from daemon.stores import open_store
from handlers.address import make_address
from handlers.list_token import seal
from tests.acceptance.company import Company
from tests.contract.store_values import NOW

ANNA = "anna@garden.example"


@contextmanager
def store_of(company: Company) -> Iterator[Store]:
    store = open_store(
        "sqlite:///store/optoutd.db", access="read", base_dir=company.folder, now=NOW
    )
    yield store
    store.close()


def token_for(company: Company, list_name: str) -> str:
    """The token of another newsletter, with the key that the command has made."""
    address = make_address(ANNA)
    assert address is not None
    with store_of(company) as store:
        ((number, key),) = store.token_keys().items()
    return seal(address, list_name, key_number=number, key=key)


def lists(company: Company) -> set[str]:
    """Those of the lists below that Anna gets nothing of."""
    with store_of(company) as store:
        return {name for name in ("tips", "news", "offers") if store.suppression(ANNA, name)}


def button_of(company: Company, *words: str) -> tuple[str, str]:
    """Where the button of a newsletter to Anna writes, and with which subject."""
    (fields,) = company.objects("headers", ANNA, *words)
    uri = re.fullmatch(r"<(mailto:[^>]+)>", fields["List-Unsubscribe"])
    assert uri is not None
    parts = urlsplit(uri[1])
    return parts.path, parse_qs(parts.query)["subject"][0]


def test_the_button_takes_the_address_in_the_token_off_its_list_in_silence(
    company: Company,
) -> None:
    recipient, subject = button_of(company, "--list", "tips")
    assert recipient == company.support
    word, token = subject.split()
    assert (word, token) == ("unsubscribe", token_for(company, "tips"))
    # From another address of hers: the token says who she is. Pressed twice, and once more in
    # another list's newsletter; and somebody tries to make a token of all lists.
    forged = f"{token_for(company, '*')[:-3]}xyz"
    for pressed in (subject, f"{subject} ", f"unsubscribe {token_for(company, 'news')}", forged):
        company.write_to(company.support, "anna@elsewhere.example", pressed, "")
    assert company.command("poll").returncode == 0
    assert lists(company) == {"tips", "news"}
    # All lists, by the token of all.
    company.write_to(company.support, ANNA, f"unsubscribe {token_for(company, '*')}", "")
    assert company.command("poll").returncode == 0
    assert lists(company) == {"tips", "news", "offers"}
    with store_of(company) as store:
        (request,) = store.requests()
    assert (request.address_key, request.state, request.reason) == (ANNA, "effective", "left-list")
    assert company.smtp.received == []
    assert len(company.folder_of(company.support)) == 1
    assert len(company.folder_of(company.support, "Optoutd/Opt-outs")) == 4


def test_a_running_daemon_knows_a_key_that_is_made_beside_it(company: Company) -> None:
    company.write_config(poll_seconds=1)
    with company.daemon() as daemon:
        daemon.wait_for("daemon_started")
        _, subject = button_of(company, "--list", "tips")
        company.write_to(company.support, ANNA, subject, "")
        (decided,) = daemon.wait_for("message_decided")
    assert decided["reason"] == "left-list"
    assert lists(company) == {"tips"}
