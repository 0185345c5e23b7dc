"""The commands as an administrator types them: exit status, output, and words for each mistake."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.acceptance.company import COMMAND, Company, clean_environment, mail
from tests.servers.smtp import DROP


def optoutd(
    *words: str | Path, cwd: Path, environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs the command without any configuration of ours."""
    return subprocess.run(
        [COMMAND, *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=cwd,
        env={**clean_environment(), **(environ or {})},
    )


def lines(text: str) -> list[str]:
    return text.strip().splitlines()


# poll ------------------------------------------------------------------------------------------


def test_poll_tells_what_it_did_and_a_second_one_does_nothing(
    company: Company, customer: str
) -> None:
    company.write_to(company.support, customer, "News", "Please unsubscribe me.\n")
    company.write_to(company.support, "bob@other.example", "Hello", "Where is my invoice?\n")
    first = company.objects("poll")
    assert first == [
        {"mailbox": "support", "ok": True, "seen": 2, "act": 1, "review": 0, "leave": 1,
         "ignore": 0},
        {"mailbox": "cancel", "ok": True, "seen": 0, "act": 0, "review": 0, "leave": 0,
         "ignore": 0},
        {"outbox": {"sent": 1, "waiting": 0}},
    ]  # fmt: skip
    # One pass also leaves the copy in the Sent folder.
    assert len(company.folder_of(company.support, "Sent")) == 1
    again = company.objects("poll")
    assert [row.get("seen", row.get("outbox")) for row in again] == [
        0, 0, {"sent": 0, "waiting": 0},
    ]  # fmt: skip
    assert len(company.smtp.received) == 1


def test_poll_is_done_although_the_replies_have_to_wait_and_sends_them_once_later(
    company: Company, customer: str
) -> None:
    company.write_to(company.support, customer, "News", "Please unsubscribe me.\n")
    company.smtp.stop()
    done = company.command("poll", "--timeout", "1", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(lines(done.stdout)[-1]) == {"outbox": {"sent": 0, "waiting": 1}}
    # The opt-out is in effect all the same.
    assert company.command("suppressed", customer).returncode == 0
    company.smtp.start()
    assert company.objects("poll")[-1] == {"outbox": {"sent": 1, "waiting": 0}}
    assert len(company.smtp.received) == 1


def test_poll_tries_a_mail_that_was_put_off_again_after_two_seconds(
    company: Company, customer: str
) -> None:
    company.write_to(company.support, customer, "News", "Please unsubscribe me.\n")
    company.smtp.answer("rcpt", "451 4.3.0 try again later", times=1)
    assert company.objects("poll")[-1] == {"outbox": {"sent": 1, "waiting": 0}}


def test_a_mail_whose_outcome_is_unknown_is_sent_once_more_with_the_same_message_id(
    company: Company, customer: str
) -> None:
    company.write_to(company.support, customer, "News", "Please unsubscribe me.\n")
    company.smtp.answer("dot", DROP, times=1, keep=True)
    assert company.command("poll").returncode == 0
    first, second = company.smtp.received
    assert first.raw == second.raw


def test_poll_fails_where_a_mailbox_cannot_be_used_and_does_the_other_one(
    company: Company, customer: str
) -> None:
    company.write_to(company.support, customer, "News", "Please unsubscribe me.\n")
    (company.folder / "cancel.password").write_text("wrong\n")
    done = company.command("poll", "--json")
    assert done.returncode == 1
    support, cancel, _ = map(json.loads, lines(done.stdout))
    assert (support["ok"], support["act"]) == (True, 1)
    assert cancel["ok"] is False
    (failed,) = [e for e in map(json.loads, lines(done.stderr)) if e["event"] == "mailbox_failed"]
    assert "refused the login" in failed["error"]
    assert "wrong" not in done.stdout + done.stderr


def test_a_store_that_a_daemon_works_with_is_refused_to_a_second_process(
    company: Company,
) -> None:
    with company.daemon() as daemon:
        daemon.wait_for("daemon_started")
        for command in ("poll", "run"):
            done = company.command(command)
            assert done.returncode == 1
            (line,) = lines(done.stderr)
            assert line.startswith(
                f"optoutd: another optoutd (process {daemon.process.pid}) is at work"
            )
        # Looking is free.
        assert company.command("requests", "list").returncode == 0


# check -----------------------------------------------------------------------------------------


def test_check_tries_every_part_and_changes_nothing(company: Company) -> None:
    company.write_to(company.support, "bob@other.example", "News", "Unsubscribe me, please.\n")
    before = company.folder_of(company.support)
    parts = company.objects("check")
    assert [part["part"] for part in parts] == [
        "configuration", "installation", "reply templates", "store", "mailbox support",
        "mailbox cancel", "smtp",
    ]  # fmt: skip
    assert all(part["ok"] for part in parts)
    assert company.folder_of(company.support) == before
    assert company.smtp.received == []
    printed = company.command("check").stdout
    assert "ok    mailbox support" in printed
    assert "Optoutd/Opt-outs" in printed


def test_check_names_the_setting_and_the_servers_own_words_for_each_thing_that_is_wrong(
    company: Company,
) -> None:
    (company.folder / "support.password").write_text("wrong\n")
    company.smtp.answer("mail", "550 5.7.1 null sender not allowed here", only="")
    done = company.command("check", "--json")
    assert done.returncode == 1
    wrong = {p["part"]: p for p in map(json.loads, lines(done.stdout)) if not p["ok"]}
    assert set(wrong) == {"mailbox support", "smtp"}
    assert wrong["mailbox support"]["setting"] == "mailbox.support.username"
    assert "Authentication failed" in wrong["mailbox support"]["lines"][0]
    assert wrong["smtp"]["setting"] == "reply.envelope_from"
    assert "null sender not allowed here" in wrong["smtp"]["lines"][0]
    assert done.stderr == ""


def test_check_finds_a_null_sender_that_is_put_off_and_tells_what_no_check_can_see(
    company: Company,
) -> None:
    assert "has to sign with DKIM for " in company.command("check").stdout
    company.smtp.answer("rcpt", "450 4.7.1 come back later", sender="")
    done = company.command("check")
    assert done.returncode == 1
    assert "FAIL  smtp" in done.stdout
    assert "reply.envelope_from: RCPT TO: the server answered 450 4.7.1 come back" in done.stdout
    assert "cure: the server does not take the null sender" in done.stdout


def test_check_tells_of_servers_that_are_not_there(company: Company) -> None:
    company.config.write_text(
        company.config.read_text().replace(f"port = {company.dovecot.imap_port}", "port = 1")
    )
    company.smtp.stop()
    done = company.command("check", "--json")
    assert done.returncode == 1
    wrong = {p["part"]: p for p in map(json.loads, lines(done.stdout)) if not p["ok"]}
    assert {part: told["setting"] for part, told in wrong.items()} == {
        "mailbox support": "mailbox.support.host",
        "mailbox cancel": "mailbox.cancel.host",
        "smtp": "smtp.host",
    }
    assert done.stderr == ""
    told = company.command("check").stdout
    assert told.count("FAIL") == 3
    assert "mailbox.support.host: support: 127.0.0.1:1 cannot be reached: " in told


# the configuration -----------------------------------------------------------------------------

READERS = [("run",), ("poll",), ("check",), ("requests", "list"), ("suppressed", "a@b.example")]


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_all_mistakes_are_told_at_once_a_line_each(words: Sequence[str], tmp_path: Path) -> None:
    config = tmp_path / "optoutd.toml"
    config.write_text('[smtp]\nhost = "smtp.example.com"\nprot = 25\n\n[log]\nlevel = "loud"\n')
    done = optoutd("--config", config, *words, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert sorted(lines(done.stderr)) == [
        (
            f"optoutd: {config}: company: is missing: "
            "the section [company] needs name, postal_address and phone"
        ),
        f'optoutd: {config}: log.level: must be "debug", "info", "warning" or "error", is "loud"',
        f"optoutd: {config}: mailbox: is missing: at least one [[mailbox]] is needed",
        f"optoutd: {config}: smtp.prot: is not a key of [smtp]; did you mean port?",
    ]


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_a_configuration_that_is_nowhere_is_told_with_the_cure(
    words: Sequence[str], tmp_path: Path
) -> None:
    done = optoutd(*words, cwd=tmp_path)
    assert done.returncode == 2
    (line,) = lines(done.stderr)
    assert "--config FILE" in line


def test_a_missing_password_is_a_mistake_of_run_and_not_of_looking(
    company: Company, customer: str
) -> None:
    assert company.command("poll").returncode == 0
    (company.folder / "support.password").unlink()
    done = company.command("run")
    assert done.returncode == 2
    (line,) = lines(done.stderr)
    assert 'mailbox[0] "support": password_file' in line
    assert company.command("requests", "list").returncode == 0
    assert company.command("suppressed", customer).returncode == 1


def test_an_unknown_command_or_option_is_a_mistake_in_usage(tmp_path: Path) -> None:
    for words in (("pol",), ("poll", "--now"), ("classify",), ("requests", "show")):
        done = optoutd(*words, cwd=tmp_path)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


# classify --------------------------------------------------------------------------------------


def test_classify_decides_on_files_in_order_and_also_on_those_that_cannot_be_read(
    tmp_path: Path,
) -> None:
    asks = tmp_path / "asks.eml"
    asks.write_bytes(mail("anna@a.example", "cancel@shop.example", "Bye", "Cancel my account.\n"))
    asks_nothing = tmp_path / "nothing.eml"
    asks_nothing.write_bytes(mail("anna@a.example", "support@shop.example", "Hi", "Thanks!\n"))
    form = tmp_path / "form.eml"
    form.write_bytes(
        mail(
            "forms@shop.example", "support@shop.example", "Form", "Unsubscribe me, please.\n",
            **{"Reply-To": "anna@a.example"},
        )
    )  # fmt: skip
    broken = tmp_path / "broken.eml"
    broken.write_bytes(b"Content-Type: multipart/mixed; boundary=x\n" * 60 + b"\n")
    files = [asks, asks_nothing, form, broken, tmp_path / "absent.eml", tmp_path]
    done = optoutd("classify", "--json", *files, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in lines(done.stdout)]
    assert [one["path"] for one in found] == list(map(str, files))
    for one in found:
        assert {
            "path", "intents", "disposition", "confidence", "language", "evidence", "may_reply",
            "reason",
        } <= set(one)  # fmt: skip
    assert [one["disposition"] for one in found] == [
        "act", "leave", "act", "review", "review", "review",
    ]  # fmt: skip
    assert [one["intents"] for one in found[:3]] == [["cancellation"], [], ["opt_out"]]
    assert [one["may_reply"] for one in found[:3]] == [True, True, True]
    evidence = found[0]["evidence"][0]
    assert set(evidence) == {"rule", "words", "part", "start", "end"}
    assert "Cancel my account.\n"[evidence["start"] : evidence["end"]] == evidence["words"]


def test_the_role_is_that_of_the_option_where_it_is_given(tmp_path: Path) -> None:
    terse = tmp_path / "terse.eml"
    terse.write_bytes(mail("anna@a.example", "info@shop.example", "cancel", "please cancel\n"))
    as_cancel = optoutd("classify", "--json", "--role", "cancel", terse, cwd=tmp_path)
    as_support = optoutd("classify", "--json", "--role", "support", terse, cwd=tmp_path)
    assert json.loads(as_cancel.stdout)["disposition"] == "act"
    assert json.loads(as_support.stdout)["disposition"] == "review"


def test_a_terminal_is_shown_no_control_character_of_a_message(tmp_path: Path) -> None:
    hostile = tmp_path / "hostile.eml"
    hostile.write_bytes(
        mail("a@a.example", "cancel@shop.example", "x", "Cancel my\x1b[2J account, please\n")
    )
    done = optoutd("classify", hostile, cwd=tmp_path)
    assert "\x1b" not in done.stdout


# requests, suppressed --------------------------------------------------------------------------


def test_requests_are_shown_with_what_happened_to_them(company: Company, customer: str) -> None:
    company.write_to(company.support, customer, "News", "Please unsubscribe me.\n")
    company.command("poll")
    (listed,) = company.objects("requests", "list")
    assert set(listed) == {
        "id", "kind", "address", "state", "channel", "mailbox", "received_at", "due_at",
    }  # fmt: skip
    for name in ("received_at", "due_at"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", listed[name])
    (shown,) = company.objects("requests", "show", listed["id"])
    assert shown.items() >= listed.items()
    assert [event["what"] for event in shown["history"]] == [
        "request_recorded", "suppressed", "reply_queued", "reply_sent",
    ]  # fmt: skip
    printed = company.command("requests", "show", listed["id"].lower())
    assert printed.returncode == 0
    assert customer in printed.stdout
    assert company.command("requests", "show", "O-000000").returncode == 1
    assert listed["id"] in company.command("requests", "list").stdout


def test_suppressed_answers_by_its_exit_status(company: Company, customer: str) -> None:
    assert company.command("suppressed", customer).returncode == 2  # there is no store yet
    company.write_to(company.support, customer, "News", "Please unsubscribe me.\n")
    company.command("poll")
    assert company.command("suppressed", customer).returncode == 0
    assert company.command("suppressed", customer.upper()).returncode == 0
    assert company.command("suppressed", "--list", "tips", customer).returncode == 0
    # Of a list without a name, such as that of a variable that is not set, nothing is known.
    assert company.command("suppressed", "--list", "", customer).returncode == 2
    assert company.command("suppressed", customer, "bob@other.example").returncode == 1
    assert company.command("suppressed", customer, "nobody").returncode == 2


@pytest.mark.parametrize(
    "words",
    [
        ("export", "--format", "csv"),
        ("access", "anna@example.org"),
        ("forget", "--yes", "anna@example.org"),
        ("backup", "copy.db"),
        ("retention",),
    ],
    ids=lambda words: words[0],
)
def test_an_empty_store_is_not_made_to_say_that_nothing_is_held(
    company: Company, words: Sequence[str]
) -> None:
    done = company.command(*words)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = lines(done.stderr)
    assert "does not exist yet" in line
    assert list((company.folder / "store").iterdir()) == []


def test_a_store_that_is_none_is_told_in_one_line(company: Company) -> None:
    (company.folder / "store" / "optoutd.db").write_text("This is not a database, not at all.\n")
    for words in (("poll",), ("requests", "list")):
        done = company.command(*words)
        assert done.returncode == 1
        (line,) = lines(done.stderr)
        assert "store.url" in line


def test_a_store_of_a_newer_version_is_refused(company: Company) -> None:
    assert company.command("poll").returncode == 0
    with sqlite3.connect(company.folder / "store" / "optoutd.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    done = company.command("poll")
    assert done.returncode == 1
    assert "a newer optoutd has made" in done.stderr


# demo ------------------------------------------------------------------------------------------


def test_the_demonstration_shows_everything_and_keeps_it(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    done = optoutd("demo", "--keep", kept, cwd=tmp_path, environ={"OPTOUTD_SMTP__PORT": "1"})
    assert done.returncode == 0, done.stderr
    for shown in (
        "came in", "decided", "because of", "stored", "lies now in",
        "Optoutd/Opt-outs", "Optoutd/Cancellations", "INBOX",
        "Auto-Submitted: auto-replied", "In-Reply-To:", "Message-ID:",
    ):  # fmt: skip
        assert shown in done.stdout
    events = [json.loads(line) for line in (kept / "optoutd.log").read_text().splitlines()]
    assert {"message_decided", "reply_sent"} <= {event["event"] for event in events}
    assert not any(event["level"] in ("warning", "error") for event in events)
    replies = sorted((kept / "replies").iterdir())
    assert replies
    # What it leaves is a configuration and a store that the commands can be tried on.
    listed = optoutd("--config", kept / "optoutd.toml", "requests", "list", "--json", cwd=tmp_path)
    assert listed.returncode == 0, listed.stderr
    references = {json.loads(line)["id"] for line in listed.stdout.splitlines()}
    assert all(reference in done.stdout for reference in references)


def test_the_demonstration_decides_each_sample_as_its_title_says(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    done = optoutd("demo", "--keep", kept, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    listed = optoutd("--config", kept / "optoutd.toml", "requests", "list", "--json", cwd=tmp_path)
    requests = [json.loads(line) for line in listed.stdout.splitlines()]
    found = {(r["address"].partition("@")[0], r["kind"], r["state"]) for r in requests}
    assert found == {
        ("dana", "opt_out", "effective"),
        ("jonas", "opt_out", "effective"),
        ("elise", "opt_out", "effective"),
        ("marcos", "opt_out", "effective"),
        ("priya", "cancellation", "confirmed"),
        ("sven", "cancellation", "awaiting_confirmation"),
        ("ruth", "opt_out", "effective"),
        ("ruth", "cancellation", "awaiting_confirmation"),
    }


def test_the_demonstration_wants_a_folder_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    done = optoutd("demo", "--keep", tmp_path, cwd=tmp_path)
    assert done.returncode == 1
    assert "is not empty" in done.stderr
    assert (tmp_path / "mine").read_text() == "mine"


def test_the_module_is_the_command(tmp_path: Path) -> None:
    for words in ([COMMAND], [sys.executable, "-m", "daemon"]):
        done = subprocess.run(
            [*words, "--version"], capture_output=True, text=True, check=True, cwd=tmp_path
        )
        assert re.fullmatch(r"optoutd \d+\.\d+\.\d+\n", done.stdout)
