"""The button of a mail client: from the fields of a newsletter to the list that it leaves."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from tests.acceptance.company import Company

ANNA = "anna@garden.example"


def button_of(company: Company, *words: str) -> tuple[str, str]:
    """Where the button of a newsletter to Anna writes, and with which subject."""
    (fields,) = company.objects("headers", ANNA, *words)
    uri = re.fullmatch(r"<(mailto:[^>]+)>", fields["List-Unsubscribe"])
    assert uri is not None
    assert "List-Unsubscribe-Post" not in fields
    parts = urlsplit(uri[1])
    return parts.path, parse_qs(parts.query)["subject"][0]


def press(company: Company, *subjects: str, sender: str = ANNA) -> None:
    for subject in subjects:
        company.write_to(company.support, sender, subject, "")
    assert company.command("poll").returncode == 0


def suppressed(company: Company, list_name: str) -> bool:
    status = company.command("suppressed", ANNA, "--list", list_name).returncode
    assert status in (0, 1)
    return status == 0


def test_the_button_takes_the_address_in_the_token_off_its_list_in_silence(
    company: Company,
) -> None:
    recipient, subject = button_of(company, "--list", "tips")
    assert recipient == company.support
    assert subject.startswith("unsubscribe ")
    forged = subject.removeprefix("unsubscribe ")[:-3] + "xyz"
    company.write_to(company.support, "mallory@evil.example", forged, "Hello there.\n")
    # From another address of hers: the token says who she is. Pressed twice, and once more in
    # another list's newsletter.
    more = button_of(company, "--list", "news")[1]
    press(company, subject, f"{subject} ", more, sender="anna@elsewhere.example")
    assert suppressed(company, "tips")
    assert suppressed(company, "news")
    assert not suppressed(company, "*")
    (request,) = company.requests().values()
    assert (request["address"], request["kind"], request["state"]) == (
        ANNA,
        "opt_out",
        "effective",
    )
    # All lists, by the token of all; the forged one took her off nothing.
    press(company, button_of(company)[1])
    assert suppressed(company, "*")
    assert len(company.requests()) == 1
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
    assert suppressed(company, "tips")


def test_with_a_web_server_the_fields_offer_one_click(company: Company) -> None:
    company.write_config(extra='[web]\nbase_url = "https://www.shop.example/optoutd/"\n')
    done = company.command("headers", ANNA, "--list", "tips")
    assert done.returncode == 0, done.stderr
    folded = done.stdout.splitlines()
    assert folded[2] == "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
    mail, web = folded[0], folded[1]
    token = re.fullmatch(r" <https://www\.shop\.example/optoutd/u/([A-Za-z0-9_-]+)>", web)
    assert token is not None
    assert mail == (
        f"List-Unsubscribe: <mailto:{company.support}?subject=unsubscribe%20{token[1]}>,"
    )
    assert max(map(len, folded)) <= 998


def test_a_mistake_is_told(company: Company) -> None:
    assert company.command("headers", "anna").returncode == 2
    assert company.command("headers", ANNA, "--list", "").returncode == 2
