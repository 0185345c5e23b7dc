"""The settings, typed, with defaults and units. docs/configuration.md tells an operator the same.

Frozen: a running daemon never changes its settings, it is given new ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from pydantic import (
    Field,
    ValidationInfo,
    field_validator,
)

from config.kinds import (
    Backlog,
    Domain,
    Host,
    MailAddress,
    OptionalPath,
    PlainName,
    Port,
    Security,
    Text,
    address,
    domain,
    is_loopback,
)
from config.section import Section
from config.store_url import POSTGRES, SQLITE, check_store_url
from config.systems import PanelSettings, ReceiverSettings, WebSettings

_FIELD = re.compile(r"[!-9;-~]{1,100}: ?[!-~]{1,100}\Z")
_LANGUAGE = re.compile(r"[a-z]{2}\Z")


class Server(Section):
    """How to reach a server; `security` says how the connection is protected."""

    host: Host
    security: Security = "tls"
    ca_file: OptionalPath = None  # a private certificate authority; the system's when absent
    timeout_seconds: float = Field(default=30.0, gt=0, le=600)  # for every read and write

    # Checks over two fields are validators of the second one, not of the model: they also run
    # where a third field is wrong, so that all mistakes are told at once, each with its key.
    @field_validator("security")
    @classmethod
    def _clear_text_stays_at_home(cls, value: Security, info: ValidationInfo) -> Security:
        host = info.data.get("host")
        if value == "none" and host is not None and not is_loopback(host):
            raise ValueError(
                '"none" is for loopback addresses only, because it sends the password in clear '
                'text; use "tls" or "starttls"'
            )
        return value


def _not_the_tls_port(port: int, info: ValidationInfo, *, tls: int, starttls: int) -> int:
    if info.data.get("security") == "starttls" and port == tls:
        raise ValueError(
            f'{tls} is the port of security = "tls" (RFC 8314 section 3); '
            f'"starttls" is usually spoken on port = {starttls}'
        )
    return port


class StoreSettings(Section):
    """`[store]`: where requests are kept, and for how long a process that died holds a mailbox."""

    url: str = "sqlite:///optoutd.db"
    password_file: Text = Field(default="", validate_default=True)  # PostgreSQL's
    lease_seconds: float = Field(default=30.0, ge=5, le=600)  # PostgreSQL's

    @field_validator("url")
    @classmethod
    def _known_kind(cls, value: str) -> str:
        return check_store_url(value)

    @field_validator("password_file")
    @classmethod
    def _only_where_one_is_asked_for(cls, value: str, info: ValidationInfo) -> str:
        if value and info.data.get("url", POSTGRES).startswith(SQLITE):
            raise ValueError("is for PostgreSQL only: a file of SQLite has no password")
        return value


class SmtpSettings(Server):
    """`[smtp]`: the submission server that takes the replies."""

    port: Port = Field(default=465, validate_default=True)
    username: Text = ""
    password_file: Text = Field(default="", validate_default=True)
    connections: int = Field(default=4, ge=1, le=64)

    @field_validator("port")
    @classmethod
    def _starttls_has_its_own_port(cls, value: int, info: ValidationInfo) -> int:
        return _not_the_tls_port(value, info, tls=465, starttls=587)

    @field_validator("password_file")
    @classmethod
    def _login_is_whole(cls, value: str, info: ValidationInfo) -> str:
        username = info.data.get("username")
        if username is not None and bool(username) != bool(value):
            given, missing = ("username", "password_file")[:: 1 if username else -1]
            raise ValueError(
                f"{given} is given and {missing} is missing: they go together, both or neither"
            )
        return value


class CompanySettings(Section):
    """`[company]`: what the replies say, and which addresses are our own."""

    name: Text = Field(min_length=1, max_length=100)
    postal_address: str = Field(min_length=1, max_length=500)
    phone: Text = Field(min_length=1, max_length=50)
    panel_url: Text = ""
    domains: tuple[Domain, ...] = ()
    form_senders: tuple[MailAddress, ...] = ()
    aliases: tuple[MailAddress, ...] = ()

    @field_validator("panel_url")
    @classmethod
    def _a_url(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("must start with https:// or http://")
        return value


class MailboxSettings(Server):
    """`[[mailbox]]`: one folder on an IMAP server."""

    name: PlainName
    role: Literal["support", "cancel"]
    address: MailAddress
    port: Port = Field(default=993, validate_default=True)
    username: Text = Field(min_length=1)
    password_file: Text = Field(min_length=1)
    folder: Text = Field(default="INBOX", min_length=1)
    sent_folder: Text = ""  # found by its special use (RFC 6154) when empty
    poll_seconds: float = Field(default=60.0, ge=1, le=86_400)
    idle: bool = True
    backlog: Backlog = "new"
    mode: Literal["live", "shadow"] = "live"
    filing: Literal["move", "flag", "none"] = "move"
    trusted_authserv_id: Text = ""
    own_list_ids: tuple[Text, ...] = ()
    subaddressing: bool = False  # whether mail to support+anything@ comes here, too (RFC 5233)
    return_path: Literal["sometimes", "always"] = "sometimes"
    spam_fields: tuple[Text, ...] = ("X-Spam-Flag: YES", "X-Spam-Status: Yes", "X-Spam: Yes")

    @field_validator("port")
    @classmethod
    def _starttls_has_its_own_port(cls, value: int, info: ValidationInfo) -> int:
        return _not_the_tls_port(value, info, tls=993, starttls=143)

    @field_validator("spam_fields")
    @classmethod
    def _fields_with_a_word(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for field in value:
            if not _FIELD.match(field):
                raise ValueError(f'"{field}" must be a field and its first word, "X-Spam: Yes"')
        return value


class ClassifierSettings(Section):
    """`[classifier]`: how sure the classifier has to be, as probabilities.

    From `act_on_…` on it is acted upon unattended, from `review_…` on a person looks; below, a
    message is ordinary, unless the rules find a request against which nothing speaks. What the
    rules rule out is never acted upon, however the thresholds stand.
    """

    review_opt_out: float = Field(default=0.25, gt=0, lt=1)
    review_cancellation: float = Field(default=0.25, gt=0, lt=1)
    act_on_opt_out: float = Field(default=0.92, ge=0.5, lt=1)
    act_on_cancellation: float = Field(default=0.95, ge=0.5, lt=1)

    @field_validator("act_on_opt_out", "act_on_cancellation")
    @classmethod
    def _acting_needs_more(cls, value: float, info: ValidationInfo) -> float:
        key = f"review_{(info.field_name or '').removeprefix('act_on_')}"
        if value < info.data.get(key, 0.0):
            raise ValueError(f"must be at least {key}: acting needs more than a look")
        return value


class CancellationSettings(Section):
    """`[cancellation]`: whom to ask before a cancellation is confirmed."""

    ask: Literal["unproven", "always"] = "unproven"
    max_age_days: float = Field(default=14.0, gt=0, le=365)  # an older request goes to review
    question_days: float = Field(default=7.0, gt=0, le=365)  # an unanswered one goes to review
    reminder_days: float = Field(default=3.0, ge=0, le=28)  # asked once more; 0: never


class DeadlineSettings(Section):
    """`[deadlines]`: within how many hours of its receipt a request is due.

    The upper limits are the law's: ten business days for an opt-out (CAN-SPAM, 15 U.S.C.
    7704(a)(4); CASL section 11(3)), which may hide in a review too, and a month for the rest
    (GDPR article 12(3)); February's, to be safe.
    """

    opt_out_hours: float = Field(default=24.0, gt=0, le=240)
    cancellation_hours: float = Field(default=72.0, gt=0, le=672)
    review_hours: float = Field(default=24.0, gt=0, le=240)


class LimitSettings(Section):
    """`[limits]`: how much is answered, and how much is read."""

    replies_per_hour: int = Field(default=20_000, ge=0)  # 0: no cap
    # It stops the loops that no sign gives away, so that there is no way to do without.
    replies_per_address_per_day: int = Field(default=3, ge=1)
    reply_max_age_days: float = Field(default=14.0, gt=0, le=365)  # by INTERNALDATE
    batch_messages: int = Field(default=200, ge=1, le=1000)
    reading_processes: int = Field(default=0, ge=0, le=32)  # beside the daemon's own
    message_bytes: int = Field(
        default=1_048_576, ge=16_384, le=4_194_304
    )  # fetched of each message


class ReplySettings(Section):
    """`[reply]`: how replies are sent and written."""

    envelope_from: str = ""  # "" is the null reverse-path <>
    language: str = "en"  # when the customer's is unknown, or has no templates
    templates: OptionalPath = None  # a folder whose templates go before the shipped ones

    @field_validator("envelope_from")
    @classmethod
    def _null_or_address(cls, value: str) -> str:
        try:
            return address(value) if value else value
        except ValueError:
            raise ValueError('must be a mail address, or "" for the null sender <>') from None

    @field_validator("language")
    @classmethod
    def _two_letters(cls, value: str) -> str:
        if not _LANGUAGE.match(value):
            raise ValueError('must be a code of two small letters (ISO 639-1) such as "en"')
        return value


class RetentionSettings(Section):
    """`[retention]`: after how many days personal data goes. docs/privacy.md gives the reasons.

    Of ordinary mail, at least as long as anything may still follow from it: a message that is
    found again later would be decided on anew.
    """

    reply_bytes_days: int = Field(default=30, ge=1, le=36_500)
    evidence_days: int = Field(default=180, ge=1, le=36_500)
    ordinary_days: int = Field(default=90, ge=30, le=36_500)
    request_days: int = Field(default=1_095, ge=30, le=36_500)


class LogSettings(Section):
    """`[log]`: what the log shows of addresses, and from which level on."""

    addresses: Literal["masked", "hashed", "plain"] = "masked"
    level: Literal["debug", "info", "warning", "error"] = "info"


def twins(boxes: Iterable[tuple[object, object, object, object, object]]) -> list[str]:
    """What is wrong with mailboxes, each given as (name, host, port, username, folder).

    Two must neither have one name, which the ledger goes by, nor read the same folder, where
    each would take the other's messages away.
    """
    known = list(boxes)
    names = [name for name, *_ in known]
    places = [tuple(place) for _, *place in known]
    return [
        f'two mailboxes are named "{name}": give each its own name'
        for name in dict.fromkeys(n for n in names if names.count(n) > 1)
    ] + [
        f'two mailboxes read the same folder "{folder}" of {username} at {host}:{port}'
        for host, port, username, folder in dict.fromkeys(p for p in places if places.count(p) > 1)
    ]


class Settings(Section):
    """The whole configuration."""

    store: StoreSettings = StoreSettings()
    smtp: SmtpSettings
    company: CompanySettings
    mailbox: tuple[MailboxSettings, ...] = Field(min_length=1)
    classifier: ClassifierSettings = ClassifierSettings()
    cancellation: CancellationSettings = CancellationSettings()
    deadlines: DeadlineSettings = DeadlineSettings()
    limits: LimitSettings = LimitSettings()
    reply: ReplySettings = ReplySettings()
    web: WebSettings = WebSettings()
    panel: PanelSettings = PanelSettings()
    receiver: tuple[ReceiverSettings, ...] = ()
    retention: RetentionSettings = RetentionSettings()
    log: LogSettings = LogSettings()

    @field_validator("mailbox")
    @classmethod
    def _mailboxes_are_distinct(
        cls, value: tuple[MailboxSettings, ...]
    ) -> tuple[MailboxSettings, ...]:
        problems = twins((box.name, box.host, box.port, box.username, box.folder) for box in value)
        if problems:
            raise ValueError("; ".join(problems))
        return value

    @field_validator("receiver")
    @classmethod
    def _receivers_are_distinct(
        cls, value: tuple[ReceiverSettings, ...]
    ) -> tuple[ReceiverSettings, ...]:
        names = [receiver.name for receiver in value]
        if twice := next((name for name in names if names.count(name) > 1), ""):
            raise ValueError(f'two receivers are named "{twice}": give each its own name')
        return value

    @property
    def own_domains(self) -> frozenset[str]:
        """The company's domains: those named, and those of its mailboxes."""
        return frozenset(self.company.domains) | {
            domain(box.address.rpartition("@")[2]) for box in self.mailbox
        }

    @property
    def unsubscribe_address(self) -> str:
        """Where a mail client's unsubscribe button writes: the first support mailbox, or any."""
        return self.unsubscribe_box.address

    @property
    def unsubscribe_box(self) -> MailboxSettings:
        """The mailbox of that address."""
        return min(self.mailbox, key=lambda box: box.role != "support")

    @property
    def cancel_address(self) -> str:
        """Where a customer writes to have the account deactivated, or '' if there is none."""
        return next((box.address for box in self.mailbox if box.role == "cancel"), "")


# Those that may stand more than once, in double brackets; each has a `name`.
LISTS = ("mailbox", "receiver")

# The model of each section, [[mailbox]]'s too: what the loader knows of keys, it knows from here.
SECTIONS: dict[str, type[Section]] = {
    "store": StoreSettings,
    "smtp": SmtpSettings,
    "company": CompanySettings,
    "mailbox": MailboxSettings,
    "classifier": ClassifierSettings,
    "cancellation": CancellationSettings,
    "deadlines": DeadlineSettings,
    "limits": LimitSettings,
    "reply": ReplySettings,
    "web": WebSettings,
    "panel": PanelSettings,
    "receiver": ReceiverSettings,
    "retention": RetentionSettings,
    "log": LogSettings,
}
