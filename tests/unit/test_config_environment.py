"""Environment variables that override the configuration."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.unit.configs import GOOD, lines, loaded


@pytest.mark.parametrize(
    ("name", "value", "place"),
    [
        ("OPTOUTD_SMTP__PORT", "587", "smtp.port"),
        ("OPTOUTD_SMTP__PORT", "4_65", "smtp.port"),
        ("OPTOUTD_LOG__LEVEL", "debug", "log.level"),
        ("OPTOUTD_COMPANY__NAME", "42", "company.name"),
        ("OPTOUTD_COMPANY__DOMAINS", '["a.example", "b.example"]', "company.domains"),
        ("OPTOUTD_CANCELLATION__MAX_AGE_DAYS", "3", "cancellation.max_age_days"),
        ("OPTOUTD_STORE__URL", "sqlite:////srv/o.db", "store.url"),
        ("OPTOUTD_REPLY__TEMPLATES", "/", "reply.templates"),
        ("OPTOUTD_MAILBOX__SUPPORT__HOST", "localhost", "mailbox.0.host"),
        ("OPTOUTD_MAILBOX__SUPPORT__IDLE", "false", "mailbox.0.idle"),
        ("OPTOUTD_MAILBOX__SUPPORT__BACKLOG", "2026-01-31", "mailbox.0.backlog"),
        ("OPTOUTD_MAILBOX__CANCEL_DE__POLL_SECONDS", "5.5", "mailbox.1.poll_seconds"),
        ("OPTOUTD_MAILBOX__CANCEL_DE__CA_FILE", "", "mailbox.1.ca_file"),
    ],
)
def test_a_variable_overrides_its_key_and_no_other(
    tmp_path: Path, name: str, value: str, place: str
) -> None:
    expected: dict[str, object] = {
        "587": 587,
        "4_65": 465,
        "false": False,
        "3": 3.0,
        "5.5": 5.5,
        "2026-01-31": date(2026, 1, 31),
        '["a.example", "b.example"]': ("a.example", "b.example"),
        "/": Path("/"),
        "": None,
    }
    before = loaded(tmp_path).model_dump()
    after = loaded(tmp_path, environ={name: value}).model_dump()
    old: Any = before
    new: Any = after
    *way, key = place.split(".")
    for step in way:
        old, new = ((part[int(step)] if step.isdigit() else part[step]) for part in (old, new))
    assert new[key] == expected.get(value, value)
    old[key] = new[key]
    assert before == after


def test_a_receiver_is_addressed_by_its_name(tmp_path: Path) -> None:
    section = '[[receiver]]\nname = "the-crm"\nurl = "https://a.example/"\nsecret_files = ["k"]\n'
    environ = {
        "OPTOUTD_RECEIVER__THE_CRM__URL": "http://[::1]:8080/hook",
        "OPTOUTD_RECEIVER__THE_CRM__EVENTS": '["opt_out.*"]',
        "OPTOUTD_RECEIVER__THE_CRM__OPTIONS": '{ identifier = "abc" }',
        "OPTOUTD_RECEIVER__THE_CRM__SECRET_FILES": '["/run/key"]',
    }
    (receiver,) = loaded(tmp_path, GOOD + section, environ).receiver
    assert receiver.url == "http://[::1]:8080/hook"
    assert receiver.events == ("opt_out.*",)
    assert receiver.options == {"identifier": "abc"}
    assert receiver.secret_files == ("/run/key",)
    assert loaded(tmp_path, GOOD + section).receiver[0].secret_files == (f"{tmp_path}/k",)


def test_a_variable_can_give_a_required_key_of_an_absent_section(tmp_path: Path) -> None:
    text = GOOD.replace('[smtp]\nhost = "smtp.example.com"\n', "")
    environ = {"OPTOUTD_SMTP__HOST": "localhost"}
    assert loaded(tmp_path, text, environ).smtp.host == "localhost"


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("OPTOUTD_SMTP__PROT", "1", "is not a setting; did you mean OPTOUTD_SMTP__PORT?"),
        ("OPTOUTD_SMTP_PORT", "1", "is not a setting; did you mean OPTOUTD_SMTP__PORT?"),
        ("OPTOUTD_smtp__port", "1", "is not a setting; did you mean OPTOUTD_SMTP__PORT?"),
        (
            "OPTOUTD_MAILBOX__SUPORT__HOST",
            "localhost",
            "is not a setting; did you mean OPTOUTD_MAILBOX__SUPPORT__HOST?",
        ),
        ("OPTOUTD_XYZZY", "1", "is not a setting"),
        ("OPTOUTD_SMTP__PORT", "imaps", 'must be a whole number, is "imaps"'),
        ("OPTOUTD_SMTP__PORT", "", 'must be a whole number, is ""'),
        (
            "OPTOUTD_SMTP__PORT",
            "1\nhost = 'x'",
            "must be a whole number, is \"1\ufffdhost = 'x'\"",
        ),
        ("OPTOUTD_SMTP__PORT", "99999", "must be at most 65535, is 99999"),
        ("OPTOUTD_MAILBOX__SUPPORT__IDLE", "yes", 'must be true or false, is "yes"'),
        (
            "OPTOUTD_MAILBOX__SUPPORT__MODE",
            "dry-run",
            'must be "live" or "shadow", is "dry-run"',
        ),
        (
            "OPTOUTD_COMPANY__DOMAINS",
            "a.example",
            'must be a list in brackets, like ["one", "two"]',
        ),
        (
            "OPTOUTD_COMPANY__DOMAINS",
            '["a.example", "@"]',
            "is not a domain name like example.com",
        ),
        ("OPTOUTD_REPLY__TEMPLATES", "${NOBODY}", "the environment variable NOBODY is not set"),
        ("OPTOUTD_COMPANY__NAME", "M\udcfcller", "is not UTF-8 text"),
    ],
)
def test_a_mistake_in_a_variable_names_the_variable(
    tmp_path: Path, name: str, value: str, problem: str
) -> None:
    assert lines(tmp_path, environ={name: value}) == [f"environment: {name}: {problem}"]


@pytest.mark.parametrize(
    "name", ["OPTOUTD_SMTP__PASSWORD", "OPTOUTD_PASSWORD", "OPTOUTD_MAILBOX__SUPPORT__PASSWORD"]
)
def test_a_password_in_a_variable_is_refused_with_the_cure(tmp_path: Path, name: str) -> None:
    (line,) = lines(tmp_path, environ={name: "hunter2"})
    assert line.startswith(f"environment: {name}: passwords do not stand in the configuration")
    assert "password_file" in line
    assert "hunter2" not in line


def test_mistakes_of_file_and_environment_are_told_together(tmp_path: Path) -> None:
    text = GOOD.replace('phone = "+1 555 0100"\n', "")
    environ = {"OPTOUTD_LOG__LEVEL": "x", "OPTOUTD_LGO__LEVEL": "info"}
    assert lines(tmp_path, text, environ) == [
        "environment: OPTOUTD_LGO__LEVEL: is not a setting; did you mean OPTOUTD_LOG__LEVEL?",
        "optoutd.toml: company.phone: is missing",
        'environment: OPTOUTD_LOG__LEVEL: must be "debug", "info", "warning" or "error", is "x"',
    ]


def test_a_variable_that_means_two_mailboxes_is_refused(tmp_path: Path) -> None:
    text = GOOD.replace('"support"\nrole', '"cancel.de"\nrole')
    (line,) = lines(tmp_path, text, {"OPTOUTD_MAILBOX__CANCEL_DE__HOST": "localhost"})
    assert "means more than one mailbox" in line


def test_variables_of_others_are_left_alone(tmp_path: Path) -> None:
    environ = {
        "PATH": "/usr/bin",
        "OPTOUT": "1",
        "OPTOUTD_CONFIG": "x",
        "OPTOUTD_REQUIRE_SERVERS": "1",
    }
    assert loaded(tmp_path, environ=environ) == loaded(tmp_path)
