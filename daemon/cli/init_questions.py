"""What `optoutd init` asks: a table, and how its questions are put.

Each question is also an option of the command; what is given there is not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from getpass import getpass
from typing import Any

import typer

from config.credentials import MAX_SECRET_BYTES
from config.starter import modes, problem_of_answer

Answers = Mapping[str, Any]

NONE = "none"  # what a person types where there is a default, and it is not wanted
_FREEMAIL = {
    "gmail.com": ("imap.gmail.com", "smtp.gmail.com"),
    "googlemail.com": ("imap.gmail.com", "smtp.gmail.com"),
    "outlook.com": ("outlook.office365.com", "smtp.office365.com"),
    "hotmail.com": ("outlook.office365.com", "smtp.office365.com"),
    "onmicrosoft.com": ("outlook.office365.com", "smtp.office365.com"),
    "icloud.com": ("imap.mail.me.com", "smtp.mail.me.com"),
    "yahoo.com": ("imap.mail.yahoo.com", "smtp.mail.yahoo.com"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: `key` is the option, `place` the setting that the answer is tried with.

    `default` makes its suggestion of the answers so far; None says that there is none. `applies`
    tells whether to ask at all, `by_domain` that the default is made of a mailbox's domain.
    """

    key: str
    ask: str
    place: tuple[str, str]
    default: Callable[[Answers], str | None]
    why: str = ""
    applies: Callable[[Answers], bool] = lambda _: True
    by_domain: bool = False

    @property
    def option(self) -> str:
        """The option of the command."""
        return f"--{self.key.replace('_', '-')}"

    def read(self, text: str, answers: Answers) -> Any:
        """The answer that `text` is; raises typer.BadParameter."""
        text = text.strip()
        value: Any = "" if text == NONE and self.key in _MAY_BE_NONE else text
        if self.key == "postal_address":
            value = value.replace("\\n", "\n")
        if self.key.endswith("_port"):
            value = int(text) if text.isascii() and text.isdigit() else text
        section, setting = self.place
        if not (value == "" and self.key in _MAY_BE_NONE):
            problem = problem_of_answer(section, setting, value, self._known(answers))
            problem = problem or _own_problem(self.key, value, answers)
            if problem:
                raise typer.BadParameter(problem, param_hint=self.option)
        return value

    def _known(self, answers: Answers) -> dict[str, Any]:
        """The settings of its section that were answered before."""
        section = self.place[0]
        asked = [q for q in QUESTIONS if q.place[0] == section and q.key in answers]
        return {q.place[1]: answers[q.key] for q in asked if answers[q.key] != ""}


def _domain(answers: Answers) -> str:
    address = str(answers.get("support") or answers.get("cancel") or "")
    return address.rpartition("@")[2].lower()


def _host(number: int, label: str) -> Callable[[Answers], str | None]:
    """The usual name: the big providers' own, of others imap. or smtp. and the domain."""

    def guess(answers: Answers) -> str | None:
        domain = _domain(answers)
        known = next(
            (h for d, h in _FREEMAIL.items() if domain == d or domain.endswith(f".{d}")), None
        )
        if known:
            return known[number]
        return f"{label}.{domain}" if domain else None

    return guess


def _security(kind: str) -> Callable[[Answers], str]:
    def guess(answers: Answers) -> str:
        host = str(answers.get(f"{kind}_host", ""))
        # Microsoft takes replies on 587 only.
        return "starttls" if kind == "smtp" and host.endswith(".office365.com") else "tls"

    return guess


def _port(kind: str, tls: int, other: int) -> Callable[[Answers], str]:
    return lambda a: str(tls if a.get(f"{kind}_security") == "tls" else other)


def _with_support(answers: Answers) -> bool:
    return bool(answers.get("support"))


def _with_cancel(answers: Answers) -> bool:
    return bool(answers.get("cancel"))


_MAY_BE_NONE = frozenset({"support", "cancel", "smtp_username"})

QUESTIONS = (
    Question(
        key="name",
        ask="Company name",
        why="It stands in the From and in the signature of the replies.",
        place=("company", "name"),
        default=lambda _: None,
    ),
    Question(
        key="postal_address",
        ask="Postal address",
        why="In the signature, as CAN-SPAM wants it. Write \\n where a new line begins.",
        place=("company", "postal_address"),
        default=lambda _: None,
    ),
    Question(
        key="phone",
        ask="Telephone",
        why="In the signature, for customers who want to speak with a person.",
        place=("company", "phone"),
        default=lambda _: None,
    ),
    Question(
        key="panel_url",
        ask="Customer panel (https://…)",
        why="Where customers manage their account; Enter leaves it out.",
        place=("company", "panel_url"),
        default=lambda _: "",
    ),
    Question(
        key="support",
        ask="Support mailbox",
        why=f'The address that customers write to; "{NONE}" if there is only the one below.',
        place=("mailbox", "address"),
        default=lambda _: None,
    ),
    Question(
        key="cancel",
        ask="Mailbox for cancellations",
        why=f'"{NONE}" if there is no such mailbox.',
        place=("mailbox", "address"),
        default=lambda a: f"cancel@{_domain(a)}" if _domain(a) else None,
        by_domain=True,
    ),
    Question(
        key="imap_host",
        ask="IMAP server",
        place=("mailbox", "host"),
        default=_host(0, "imap"),
        by_domain=True,
    ),
    Question(
        key="imap_security",
        ask="Its security (tls, starttls, none)",
        place=("mailbox", "security"),
        default=_security("imap"),
    ),
    Question(
        key="imap_port",
        ask="Its port",
        place=("mailbox", "port"),
        default=_port("imap", 993, 143),
    ),
    Question(
        key="support_username",
        ask="Login for the support mailbox",
        place=("mailbox", "username"),
        default=lambda a: str(a["support"]),
        applies=_with_support,
    ),
    Question(
        key="cancel_username",
        ask="Login for the mailbox for cancellations",
        place=("mailbox", "username"),
        default=lambda a: str(a["cancel"]),
        applies=_with_cancel,
    ),
    Question(
        key="smtp_host",
        ask="SMTP server (submission)",
        why="It takes the replies.",
        place=("smtp", "host"),
        default=_host(1, "smtp"),
        by_domain=True,
    ),
    Question(
        key="smtp_security",
        ask="Its security (tls, starttls, none)",
        place=("smtp", "security"),
        default=_security("smtp"),
    ),
    Question(
        key="smtp_port",
        ask="Its port",
        place=("smtp", "port"),
        default=_port("smtp", 465, 587),
    ),
    Question(
        key="smtp_username",
        ask="Its login",
        why=f'"{NONE}" if it takes mail from this machine without one.',
        place=("smtp", "username"),
        default=lambda a: str(a.get("support_username") or a.get("cancel_username") or ""),
    ),
    Question(
        key="trusted_authserv_id",
        ask="Authserv-id of your mail server",
        why="The first word of the topmost Authentication-Results header in a message that you "
        "got: with it optoutd believes what your own server says of a sender, and without it "
        "(Enter) every cancellation is asked about.",
        place=("mailbox", "trusted_authserv_id"),
        default=lambda _: "",
    ),
    Question(
        key="store_url",
        ask="Store",
        why="Where requests are kept: sqlite:/// and the path of a file on a local disk.",
        place=("store", "url"),
        default=lambda a: str(a["default_store_url"]),
    ),
    Question(
        key="mode",
        ask=f"Mode ({' or '.join(modes())})",
        why="Begin with shadow: everything is decided and logged, nothing filed or answered, so "
        "that you see what it would do.",
        place=("mailbox", "mode"),
        default=lambda _: "shadow" if "shadow" in modes() else "live",
        applies=lambda _: len(modes()) > 1,
    ),
)


def ask(question: Question, default: str | None, answers: Answers) -> Any:
    """Puts a question until its answer can be used; raises typer.Abort at Ctrl-C."""
    if question.why:
        typer.secho(question.why, dim=True)

    def read(text: str) -> Any:
        try:
            return question.read(text, answers)
        except typer.BadParameter as error:
            raise typer.BadParameter(f"{question.ask}: {error.message}") from None

    return typer.prompt(question.ask, default=default, show_default=default != "", value_proc=read)


def ask_password(login: str, *, otherwise: str) -> str:
    """A password, typed unseen; '' where only Enter was pressed, which means `otherwise`."""
    while True:
        # Not Typer's prompt: that shows its words before it has hidden what is typed.
        typed = getpass(f"Password of {login} (unseen; Enter: {otherwise}): ")
        if typed.isprintable() and len(typed.encode()) <= MAX_SECRET_BYTES:
            return typed
        typer.echo(f"Error: must be one line of at most {MAX_SECRET_BYTES} bytes")


def _own_problem(key: str, value: Any, answers: Answers) -> str:
    if key == "cancel_username" and value == answers.get("support_username"):
        return "is the login of the support mailbox: two mailboxes must not be the same one"
    if key == "cancel" and value == answers.get("support"):
        return f'is the support mailbox already: "{NONE}" if there is only one'
    return ""
