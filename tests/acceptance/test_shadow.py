"""A careful company starts in shadow mode, reads the report, and switches to live."""

from __future__ import annotations

import json

from tests.acceptance.company import Company

UNSUBSCRIBED = "Newsletter/Unsubscribed"


def people_move(company: Company, box: str, uids: list[int], folder: str) -> None:
    """As a person with another mail client does."""
    with company.dovecot.client(box) as client:
        if not client.folder_exists(folder):
            client.create_folder(folder)
        client.select_folder("INBOX")
        client.move(uids, folder)


def folders(company: Company, box: str) -> set[str]:
    with company.dovecot.client(box) as client:
        return {name for flags, _, name in client.list_folders() if rb"\Noselect" not in flags}


def test_two_weeks_in_shadow_mode_the_report_and_the_switch(
    company: Company, customer: str
) -> None:
    company.write_config(box_extra='mode = "shadow"')
    box = company.support
    wishes = ("Please stop sending me your newsletter.\n", "Please unsubscribe me.\n")
    for text in (*wishes, "Where is my invoice?\n", "As we said on the phone yesterday.\n"):
        company.write_to(box, customer, "Hello", text)
    company.write_to(company.cancel, customer, "Goodbye", "Please cancel my account.\n")
    mail, there = company.folder_of(box), folders(company, box)

    # Before: `check` and `poll` say that nothing follows, and nothing does.
    checked = company.command("check")
    assert checked.returncode == 0
    assert checked.stdout.count("in shadow mode") == 2
    polled = company.command("poll", "--json")
    assert polled.returncode == 0
    first = json.loads(polled.stdout.splitlines()[0])
    assert (first["mailbox"], first["mode"], first["act"]) == ("support", "shadow", 2)
    events = [json.loads(line)["event"] for line in polled.stderr.splitlines()]
    assert events.count("mailbox_in_shadow") == 2
    assert events.count("would_have_done") == 3
    assert company.folder_of(box) == mail
    assert folders(company, box) == there
    assert company.requests() == {}
    assert company.command("suppressed", customer).returncode == 1
    assert company.smtp.received == []

    # People handle the mail as ever, with their own mail client.
    people_move(company, box, [1, 4], UNSUBSCRIBED)
    people_move(company, box, [2], "Archive")
    people_move(company, box, [3], "Invoices")

    # The report, from a process of its own, changes nothing either.
    before = {name: company.folder_of(box, name) for name in folders(company, box)}
    told = {
        (line["mailbox"], line["uid"]): line
        for line in company.objects("report", "--shadow", "--folder", f"opt_out={UNSUBSCRIBED}")
    }
    assert {
        key: (line["would"], line["folder"], line["because"]) for key, line in told.items()
    } == {
        ("support", 1): ("opt_out", UNSUBSCRIBED, "same-kind"),
        ("support", 2): ("opt_out", "Archive", "not-filed-so"),
        ("support", 3): ("leave", "Invoices", "untold"),
        ("support", 4): ("leave", UNSUBSCRIBED, "missed"),
        ("cancel", 1): ("cancellation", "INBOX", "untouched"),
    }
    shown = company.command(
        "report",
        "--shadow",
        "--folder",
        f"opt_out={UNSUBSCRIBED}",
        "--show",
        "--mailbox",
        "support",
    )
    assert shown.returncode == 0
    differences = shown.stdout.partition("What else")[0]
    assert "Where people decided otherwise: 2" in differences
    assert differences.index("Archive") < differences.index(UNSUBSCRIBED)
    assert customer in differences
    assert {name: company.folder_of(box, name) for name in folders(company, box)} == before

    # The switch: what people have seen stays theirs, new mail is handled.
    company.write_config()
    company.write_to(box, "new@customer.example", "Hello", "Please unsubscribe me.\n")
    assert company.command("poll").returncode == 0
    assert {address for address, _ in company.requests()} == {"new@customer.example"}
    assert len(company.folder_of(box, "Optoutd/Opt-outs")) == 1
    assert company.folder_of(box, UNSUBSCRIBED) == before[UNSUBSCRIBED]
    assert len(company.folder_of(company.cancel)) == 1
    assert [mail.recipients for mail in company.smtp.received] == [("new@customer.example",)]

    # The figures of the period count what was done, and say that more was looked at.
    counted = {line["figure"]: line for line in company.objects("report")}
    assert (counted["messages"]["reason"], counted["messages"]["count"]) == ("opt-out", 1)
    assert counted["shadow_messages"]["count"] == 5
    assert (counted["requests"]["state"], counted["requests"]["count"]) == ("effective", 1)
    assert counted["time_to"]["count"] == counted["time_to_answer"]["count"] == 1
    assert (counted["replies"]["state"], counted["replies"]["count"]) == ("sent", 1)
