"""`optoutd init`: a configuration from a few answers."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daemon.cli.context import context_of
from daemon.cli.failures import EXIT_USAGE
from daemon.cli.output import complain, harmless

if TYPE_CHECKING:
    from config.settings import Settings
    from daemon.cli.init_questions import Question

_STATE_FOLDER = Path("/var/lib/optoutd")
_BOXES = ("support", "cancel")
_OPTOUTD = "/opt/optoutd/bin/optoutd"

# As the service will have it: its user, its state and its passwords (docs/install.md, step 5).
_CHECK_AS_SERVICE = """\
systemd-run --quiet --pipe --wait --collect \\
    --property=User=optoutd --property=UMask=0077 \\
    --property=StateDirectory=optoutd --property=StateDirectoryMode=0700 \\
    --property=LoadCredential=password:{credentials} \\
    {optoutd} --config {path} check"""


def _option(what: str, metavar: str = "TEXT") -> Any:
    return typer.Option(metavar=metavar, help=what, show_default=False, rich_help_panel="Answers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the configuration goes, and what goes with it."""

    path: Path
    for_service: bool

    def password(self, name: str) -> Path:
        """The file of a password."""
        if not self.for_service:
            return self.path.with_name(f"{name}.password")
        return self.credentials / name

    @property
    def credentials(self) -> Path:
        """The folder that the unit loads: `credentials`, or of optoutd@acme `acme.credentials`."""
        stem = self.path.stem
        return self.path.with_name("credentials" if stem == "optoutd" else f"{stem}.credentials")

    def as_written(self, name: str) -> str:
        """`password_file`, as it is to stand in the configuration."""
        if self.for_service:
            return f"${{CREDENTIALS_DIRECTORY}}/password_{name}"
        return self.password(name).name

    @property
    def store_url(self) -> str:
        """The store: where the service may write, else beside the configuration."""
        if not self.for_service:
            return f"sqlite:///{self.path.stem}.db"
        brand = "" if self.path.stem == "optoutd" else f"{self.path.stem}/"
        return f"sqlite:///{_STATE_FOLDER}/{brand}optoutd.db"


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command("init")(init)


def init(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE", show_default=False, help="What to write; else ./optoutd.toml."
        ),
    ] = None,
    *,
    name: Annotated[str | None, _option("The company's name.")] = None,
    postal_address: Annotated[str | None, _option("Its postal address; \\n parts lines.")] = None,
    phone: Annotated[str | None, _option("Its telephone.")] = None,
    panel_url: Annotated[str | None, _option("The customers' panel.", "URL")] = None,
    support: Annotated[str | None, _option("The support mailbox, or none.", "ADDRESS")] = None,
    cancel: Annotated[
        str | None, _option("The mailbox for cancellations, or none.", "ADDRESS")
    ] = None,
    imap_host: Annotated[str | None, _option("The IMAP server.", "HOST")] = None,
    imap_security: Annotated[str | None, _option("tls, starttls or none.", "HOW")] = None,
    imap_port: Annotated[str | None, _option("Its port.", "PORT")] = None,
    support_username: Annotated[str | None, _option("The support mailbox's login.")] = None,
    cancel_username: Annotated[str | None, _option("The other mailbox's login.")] = None,
    smtp_host: Annotated[str | None, _option("The submission server.", "HOST")] = None,
    smtp_security: Annotated[str | None, _option("tls, starttls or none.", "HOW")] = None,
    smtp_port: Annotated[str | None, _option("Its port.", "PORT")] = None,
    smtp_username: Annotated[str | None, _option("Its login, or none.")] = None,
    trusted_authserv_id: Annotated[
        str | None, _option("By what name your server signs Authentication-Results.")
    ] = None,
    store_url: Annotated[str | None, _option("The store.", "URL")] = None,
    mode: Annotated[str | None, _option("The mode of the mailboxes.")] = None,
    support_password_file: Annotated[
        str | None, _option("A file that holds this password.", "PATH")
    ] = None,
    cancel_password_file: Annotated[
        str | None, _option("A file that holds this password.", "PATH")
    ] = None,
    smtp_password_file: Annotated[
        str | None, _option("A file that holds this password.", "PATH")
    ] = None,
    system: Annotated[
        bool | None,
        typer.Option(
            "--system/--no-system",
            show_default=False,
            help="Whether it is for the service of docs/install.md: passwords as systemd's "
            "credentials, the store in /var/lib/optoutd. Else it is if FILE is in /etc/optoutd.",
        ),
    ] = None,
    probe: Annotated[
        bool, typer.Option("--probe", help="Look which servers answer, over the network.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    non_interactive: Annotated[
        bool, typer.Option("--non-interactive", help="Ask nothing: take options and defaults.")
    ] = False,
) -> None:
    """Write a configuration: asks what it needs to know, or takes it from options.

    Passwords are typed unseen and kept in files of their own. Nothing is written before all is
    answered, and what is written loads.

    Examples:
        optoutd init
        optoutd init /etc/optoutd/optoutd.toml --probe
        optoutd init my.toml --support help@example.com --cancel none
    """
    # Every option that takes a text is an answer, under the name of its question.
    given = {key: value for key, value in locals().items() if isinstance(value, str)}
    place = _place(file or context_of(context).config, system=system)
    if place.path.exists() and not force:
        from daemon.cli.init_files import exists

        raise exists(place.path)
    asks = not non_interactive and sys.stdin.isatty()
    files = {n: given.pop(f"{n}_password_file", "") for n in ("support", "cancel", "smtp")}
    answers = _answers(given, place, asks=asks, probe=probe)
    passwords = _passwords(answers, files, place, asks=asks, force=force)
    _write(answers, passwords, place, force=force)


def _place(file: Path | None, *, system: bool | None) -> Place:
    from config.load import FILE_NAME, SYSTEM_CONFIG

    path = (file or Path(FILE_NAME)).absolute()
    for_service = path.parent == SYSTEM_CONFIG.parent if system is None else system
    return Place(path=path, for_service=for_service)


# Asking ----------------------------------------------------------------------------------------


def _answers(given: dict[str, str], place: Place, *, asks: bool, probe: bool) -> dict[str, Any]:
    """The answers to all questions. Exits with every mistake where nobody can be asked."""
    from daemon.cli.init_questions import QUESTIONS

    answers: dict[str, Any] = {"default_store_url": place.store_url, "mode": "live"}
    found: dict[str, str] = {}  # by a probe
    missing: list[str] = []
    if asks:
        print(f"This writes {harmless(str(place.path))}. Ctrl-C ends it, and nothing is written.")
    for question in QUESTIONS:
        if probe and question.key in ("imap_host", "smtp_host"):
            found |= _probe(question, answers, given)
        if question.key in given or question.applies(answers):
            default = found.get(question.key, question.default(answers))
            answer = _answer(question, given.get(question.key), default, answers, asks=asks)
            if answer is not None:
                answers[question.key] = answer
            elif not (question.by_domain and "--support" in missing):
                missing.append(question.option)
        if question.key == "cancel" and not missing and not any(map(answers.get, _BOXES)):
            raise typer.BadParameter("at least one mailbox is needed: --support or --cancel")
    if missing:
        complain(f"init has to know {', '.join(missing)}")
        raise typer.Exit(EXIT_USAGE)
    return answers


def _answer(
    question: Question,
    given: str | None,
    default: str | None,
    answers: dict[str, Any],
    *,
    asks: bool,
) -> Any:
    """By the option, by the person, or by default; None where there is none of them."""
    from daemon.cli.init_questions import ask

    if given is not None:
        return question.read(given, answers)
    if asks:
        return ask(question, default, answers)
    return None if default is None else question.read(default, answers)


def _probe(question: Question, answers: dict[str, Any], given: dict[str, str]) -> dict[str, str]:
    """Looks which of the usual servers answer, tells it, and suggests the first that does."""
    from daemon.cli.probe import IMAP_PORTS, SMTP_PORTS, answering

    kind = question.key.partition("_")[0]
    ports = IMAP_PORTS if kind == "imap" else SMTP_PORTS
    domain = str(answers.get("support") or answers.get("cancel") or "").rpartition("@")[2]
    guess = given.get(question.key) or question.default(answers)
    hosts = [guess] if question.key in given else [guess, f"mail.{domain}", domain]
    found = answering([host for host in hosts if host], ports)
    for host, open_ports in found.items():
        told = ", ".join(f"{port} ({ports[port]})" for port in open_ports)
        print(harmless(f"  {host}: {f'answers at port {told}' if told else 'does not answer'}"))
    for host, open_ports in found.items():
        if open_ports:
            port = open_ports[0]
            answer = {"host": host, "security": ports[port], "port": str(port)}
            return {f"{kind}_{key}": value for key, value in answer.items()}
    return {}


def _passwords(
    answers: dict[str, Any], files: dict[str, str], place: Place, *, asks: bool, force: bool
) -> tuple[dict[Path, str], list[Path]]:
    """The passwords to write, by their files, and the files that somebody has to write later.

    Puts what is to stand as `password_file` into the answers.
    """
    typed: dict[Path, str] = {}
    later: list[Path] = []
    for name in (*_BOXES, "smtp"):
        login = answers.get(f"{name}_username")
        if not login:
            continue
        path = place.password(name)
        twin = name == "smtp" and next(
            (box for box in _BOXES if answers.get(f"{box}_username") == login), None
        )
        answers[f"{name}_password_file"] = files[name] or place.as_written(name)
        if files[name] or (path.exists() and not force):
            continue
        otherwise = "the same as for IMAP" if twin else f"later, into {path}"
        server = answers["smtp_host" if name == "smtp" else "imap_host"]
        word = _ask_password(f"{login} at {server}", otherwise) if asks else ""
        if word:
            typed[path] = word
        elif twin:
            answers[f"{name}_password_file"] = answers[f"{twin}_password_file"]
        elif not path.exists():
            later.append(path)
    return typed, later


def _ask_password(login: str, otherwise: str) -> str:
    from daemon.cli.init_questions import ask_password

    return ask_password(harmless(login), otherwise=harmless(otherwise))


# Writing ---------------------------------------------------------------------------------------


def _write(
    answers: dict[str, Any],
    passwords: tuple[dict[Path, str], list[Path]],
    place: Place,
    *,
    force: bool,
) -> None:
    from config.starter import starter_toml
    from daemon.cli.init_files import write_all

    typed, later = passwords
    settings = write_all(
        place.path, starter_toml(answers), typed, force=force, for_service=place.for_service
    )
    _tell(settings, typed, later, place)


def _tell(settings: Settings, typed: dict[Path, str], later: list[Path], place: Place) -> None:
    boxes = " and ".join(box.address for box in settings.mailbox)
    lines = [f"Wrote {place.path}, which loads: it reads {boxes}."]
    lines += [f"Wrote the password into {path}" for path in typed]
    lines += [f"Still to do: write the password into {path} (chmod 600)" for path in later]
    path = shlex.quote(str(place.path))
    if place.for_service:
        check = _CHECK_AS_SERVICE.format(
            credentials=place.credentials, optoutd=_OPTOUTD, path=path
        )
        unit = "optoutd" if place.path.stem == "optoutd" else f"optoutd@{place.path.stem}"
        lines += ["", "Next, try every part as the service will have it:", "", check, ""]
        lines += [f"and then start it: systemctl enable --now {unit}"]
    else:
        lines += ["", f"Next, try every part:  optoutd --config {path} check"]
        lines += [f"then make one pass:    optoutd --config {path} poll"]
        lines += [f"or run the daemon:     optoutd --config {path} run"]
    print(harmless("\n".join(lines)))
