"""A first configuration from a few answers: what each must look like, and the file they make.

The file holds what was answered, with a comment on each, and names optoutd.example.toml for the
rest, whose defaults are good to start with.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import ValidationError

from config.settings import SECTIONS, MailboxSettings
from config.wording import problem_of

# A section with these is whole, so that one answer can be tried before the others are known.
_WHOLE: dict[str, dict[str, Any]] = {
    "store": {},
    "smtp": {"host": "localhost"},
    "company": {"name": "-", "postal_address": "-", "phone": "-"},
    "mailbox": {
        "name": "support",
        "role": "support",
        "address": "support@example.com",
        "host": "localhost",
        "username": "-",
        "password_file": "-",
    },
}


def problem_of_answer(section: str, key: str, value: object, known: Mapping[str, object]) -> str:
    """What is wrong with `value` for a key, as words that follow it, or ''.

    `known` are the other keys of the section that are settled: a port goes with its `security`.
    """
    whole = {**_WHOLE[section], **known, key: value}
    if section == "smtp" and whole.get("username"):
        whole.setdefault("password_file", "-")
    try:
        SECTIONS[section].model_validate(whole, strict=True)
    except ValidationError as error:
        # One answer is in question: what else is wrong was said, or will be.
        wrong = next((e for e in error.errors() if e["loc"][:1] == (key,)), None)
        return problem_of(wrong, (section, 0, key)) if wrong else ""
    return ""


def modes() -> tuple[str, ...]:
    """The modes of a mailbox that this version offers."""
    return get_args(MailboxSettings.model_fields["mode"].annotation)


def starter_toml(answers: Mapping[str, Any]) -> str:
    """The text of a configuration file with these answers, by their names in QUESTIONS.

    `support_password_file`, `cancel_password_file` and `smtp_password_file` are taken as they are
    to stand there.
    """
    parts = [_HEAD, _STORE.format(**_quoted(answers)), _smtp(answers), _company(answers)]
    parts += [_mailbox(role, answers) for role in ("support", "cancel") if answers.get(role)]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


_HEAD = """\
# The configuration of optoutd, written by `optoutd init`.
#
# Every key that is not here has its default: config/optoutd.example.toml shows all of them, and
# docs/configuration.md explains them. After a change, `optoutd check` tries every part.
"""

_STORE = """
[store]
# Where requests, suppressions and replies are kept.
url = {store_url}
"""

_SMTP = """
# The submission server that takes the replies.
[smtp]
host = {smtp_host}
security = {smtp_security}
port = {smtp_port}
"""

_COMPANY = """
# What the replies say.
[company]
name = {name}
postal_address = {postal_address}
phone = {phone}
# Where customers manage their account; "" leaves it out of the replies.
panel_url = {panel_url}
# Further domains of the company, and the senders of its own web forms.
domains = []
form_senders = []
"""

_MAILBOX = """
[[mailbox]]
# The ledger goes by the name: do not change it.
name = {role}
role = {role}
address = {address}
host = {imap_host}
security = {imap_security}
port = {imap_port}
username = {username}
password_file = {password_file}
# Mail from before the first start: "new" leaves it alone, "all" reads it.
backlog = "new"
# "live" acts and answers.{shadow}
mode = {mode}
# By what name our own mail server signs Authentication-Results; with "" no sender is proven, and
# every cancellation is asked about.
trusted_authserv_id = {trusted_authserv_id}
"""
_SHADOW = ' "shadow" only decides and logs: nothing is filed or answered.'


def _smtp(answers: Mapping[str, Any]) -> str:
    words = _quoted(answers)
    text = _SMTP.format(**words).rstrip("\n")
    if answers.get("smtp_username"):
        text += f"\nusername = {words['smtp_username']}"
        text += f"\npassword_file = {words['smtp_password_file']}"
    return text


def _company(answers: Mapping[str, Any]) -> str:
    return _COMPANY.format(**_quoted(answers))


def _mailbox(role: str, answers: Mapping[str, Any]) -> str:
    words = _quoted(answers)
    own = {key: words[f"{role}_{key}"] for key in ("username", "password_file")}
    shadow = _SHADOW if "shadow" in modes() else ""
    return _MAILBOX.format(
        **{**words, **own, "role": _quote(role), "address": words[role], "shadow": shadow}
    )


def _quoted(answers: Mapping[str, Any]) -> dict[str, str]:
    return {key: _quote(value) for key, value in answers.items()}


def _quote(value: object) -> str:
    """A value as TOML has it: JSON's strings are TOML's basic ones, but for DEL (TOML 1.0)."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
