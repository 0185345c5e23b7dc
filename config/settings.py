"""The settings, typed, with defaults and units. docs/configuration.md tells an operator the same.

Frozen: a running daemon never changes its settings, it is given new ones.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

Security = Literal["tls", "starttls", "none"]
Port = Annotated[int, Field(ge=1, le=65535)]

_LOOPBACK = re.compile(r"(127(\.\d{1,3}){3}|::1|localhost)\Z")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}\Z")
_DOMAIN = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}\Z")
_ADDRESS = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@([^\s@<>\"(),:;\\\[\]]{1,255})\Z")


def _address(value: str) -> str:
    match = _ADDRESS.match(value)
    if not match or not _DOMAIN.match(match[1].lower().encode("idna").decode()):
        raise ValueError("is not a mail address like support@example.com")
    return value


def _domain(value: str) -> str:
    try:
        ascii_form = value.lower().rstrip(".").encode("idna").decode()
    except UnicodeError:
        ascii_form = ""
    if not _DOMAIN.match(ascii_form):
        raise ValueError("is not a domain name like example.com")
    return ascii_form


MailAddress = Annotated[str, AfterValidator(_address)]
Domain = Annotated[str, AfterValidator(_domain)]


class Section(BaseModel):
    """A table of the configuration file: unknown keys are errors, nothing is guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, hide_input_in_errors=True)


class Server(Section):
    """How to reach a server; `security` says how the connection is protected."""

    host: str = Field(min_length=1)
    security: Security = "tls"
    ca_file: Path | None = None  # a private certificate authority; the system's when absent
    timeout_seconds: float = Field(default=30.0, gt=0, le=600)  # for every read and write

    @model_validator(mode="after")
    def _clear_text_stays_at_home(self) -> Server:
        if self.security == "none" and not _LOOPBACK.match(self.host):
            raise ValueError(
                'security = "none" is for loopback addresses only; use "tls" or "starttls"'
            )
        return self


class StoreSettings(Section):
    """`[store]`: where requests are kept; an SQLAlchemy URL."""

    url: str = "sqlite:///optoutd.db"

    @field_validator("url")
    @classmethod
    def _known_kind(cls, value: str) -> str:
        if not value.startswith("sqlite:///"):
            raise ValueError('must start with "sqlite:///", followed by the path of the file')
        if value == "sqlite:///" or ":memory:" in value:
            raise ValueError("must name a file: a store in memory would forget every request")
        return value


class SmtpSettings(Server):
    """`[smtp]`: the submission server that takes the replies."""

    port: Port = 465
    username: str = ""
    password_file: str = ""
    connections: int = Field(default=4, ge=1, le=64)

    @model_validator(mode="after")
    def _login_is_whole(self) -> SmtpSettings:
        if bool(self.username) != bool(self.password_file):
            raise ValueError("username and password_file go together: give both, or neither")
        return self


class CompanySettings(Section):
    """`[company]`: what the replies say, and which addresses are our own."""

    name: str = Field(min_length=1, max_length=100)
    postal_address: str = Field(min_length=1, max_length=500)
    phone: str = Field(min_length=1, max_length=50)
    panel_url: str = ""
    domains: tuple[Domain, ...] = ()
    form_senders: tuple[MailAddress, ...] = ()

    @field_validator("name", "phone", "panel_url")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("must be one line without control characters")
        return value

    @field_validator("panel_url")
    @classmethod
    def _a_url(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("must start with https://")
        return value


class MailboxSettings(Server):
    """`[[mailbox]]`: one folder on an IMAP server."""

    name: str
    role: Literal["support", "cancel"]
    address: MailAddress
    port: Port = 993
    username: str = Field(min_length=1)
    password_file: str = Field(min_length=1)
    folder: str = Field(default="INBOX", min_length=1)
    sent_folder: str = ""  # found by its special use (RFC 6154) when empty
    poll_seconds: float = Field(default=60.0, ge=1, le=86_400)
    idle: bool = True
    backlog: Literal["new", "all"] | date = "new"
    mode: Literal["live"] = "live"
    filing: Literal["move"] = "move"
    trusted_authserv_id: str = ""
    own_list_ids: tuple[str, ...] = ()

    @field_validator("name")
    @classmethod
    def _plain_name(cls, value: str) -> str:
        if not _NAME.match(value):
            raise ValueError("must be letters, digits, '.', '_' or '-', at most 63 of them")
        return value


class CancellationSettings(Section):
    """`[cancellation]`: whom to ask before a cancellation is confirmed."""

    ask: Literal["unproven", "always"] = "unproven"
    max_age_days: float = Field(default=14, gt=0)  # an older request goes to review
    question_days: float = Field(default=7, gt=0)  # an unanswered question goes to review


class DeadlineSettings(Section):
    """`[deadlines]`: within how many hours of its receipt a request is due."""

    opt_out_hours: float = Field(default=24, gt=0)
    cancellation_hours: float = Field(default=72, gt=0)
    review_hours: float = Field(default=24, gt=0)


class LimitSettings(Section):
    """`[limits]`: how much is answered, and how much is read."""

    replies_per_hour: int = Field(default=20_000, ge=0)  # 0: no cap
    replies_per_address_per_day: int = Field(default=3, ge=0)
    reply_max_age_days: float = Field(default=14, gt=0)  # by INTERNALDATE
    batch_messages: int = Field(default=200, ge=1, le=1000)
    message_bytes: int = Field(default=1_048_576, ge=16_384)  # fetched of each message


class ReplySettings(Section):
    """`[reply]`: how replies are sent and written."""

    envelope_from: str = ""  # "" is the null reverse-path <>
    language: str = "en"  # when the customer's is unknown, or has no templates
    templates: Path | None = None  # a folder whose templates go before the shipped ones

    @field_validator("envelope_from")
    @classmethod
    def _null_or_address(cls, value: str) -> str:
        return _address(value) if value else value


class LogSettings(Section):
    """`[log]`: what the log shows of addresses, and from which level on."""

    addresses: Literal["masked", "hashed", "plain"] = "masked"
    level: Literal["debug", "info", "warning", "error"] = "info"


class Settings(Section):
    """The whole configuration."""

    store: StoreSettings = StoreSettings()
    smtp: SmtpSettings
    company: CompanySettings
    mailbox: tuple[MailboxSettings, ...] = Field(min_length=1)
    cancellation: CancellationSettings = CancellationSettings()
    deadlines: DeadlineSettings = DeadlineSettings()
    limits: LimitSettings = LimitSettings()
    reply: ReplySettings = ReplySettings()
    log: LogSettings = LogSettings()

    @model_validator(mode="after")
    def _mailboxes_are_distinct(self) -> Settings:
        names = [box.name for box in self.mailbox]
        for name in sorted({n for n in names if names.count(n) > 1}):
            raise ValueError(f'two mailboxes are named "{name}": give each its own name')
        places = [(box.host, box.port, box.username, box.folder) for box in self.mailbox]
        for place in sorted({p for p in places if places.count(p) > 1}):
            raise ValueError(
                f"two mailboxes read the same folder {place[3]} of {place[2]} at {place[0]}"
            )
        return self

    @property
    def own_domains(self) -> frozenset[str]:
        """The company's domains: those named, and those of its mailboxes."""
        return frozenset(self.company.domains) | {
            _domain(box.address.rpartition("@")[2]) for box in self.mailbox
        }

    @property
    def cancel_address(self) -> str:
        """Where a customer writes to have the account deactivated, or '' if there is none."""
        return next((box.address for box in self.mailbox if box.role == "cancel"), "")
