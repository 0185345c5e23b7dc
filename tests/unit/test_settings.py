"""The validators of the settings, as tables."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from config.kinds import Backlog, Domain, Host, MailAddress, Text, is_loopback
from config.settings import Server, Settings, SmtpSettings, StoreSettings
from config.store_url import postgres_url
from handlers.address import make_address

HOST: TypeAdapter[str] = TypeAdapter(Host)
DOMAIN: TypeAdapter[str] = TypeAdapter(Domain)
ADDRESS: TypeAdapter[str] = TypeAdapter(MailAddress)
TEXT: TypeAdapter[str] = TypeAdapter(Text)
BACKLOG: TypeAdapter[Any] = TypeAdapter(Backlog)


def settings(**changes: Any) -> Settings:
    box = {
        "name": "support",
        "role": "support",
        "address": "support@example.com",
        "host": "imap.example.com",
        "username": "support",
        "password_file": "support.password",
    }
    data: dict[str, Any] = {
        "smtp": {"host": "smtp.example.com"},
        "company": {"name": "Example", "postal_address": "1 Street", "phone": "+1 555 0100"},
        "mailbox": [box],
    }
    return Settings.model_validate({**data, **changes})


def words(error: ValidationError) -> list[str]:
    return [str(e["ctx"]["error"]) if "ctx" in e else e["msg"] for e in error.errors()]


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "127.0.0.1", "127.255.255.254", "::1", "0:0:0:0:0:0:0:1"]
)
def test_clear_text_is_allowed_to_a_loopback_address(host: str) -> None:
    assert is_loopback(host)
    assert Server(host=host, security="none").security == "none"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.999",  # no address at all
        "127.1",  # read as 127.0.0.1 by getaddrinfo, but not by everything
        "2130706433",
        "0.0.0.0",  # every interface
        "::",
        "::ffff:127.0.0.1",
        "128.0.0.1",
        "10.0.0.1",
        "localhost.example.com",
        "127.0.0.1.example.com",
        "imap.example.com",
        "localhost.localdomain",  # a name that a resolver may turn anywhere
        "xlocalhost",
    ],
)
def test_clear_text_is_refused_to_any_other(host: str) -> None:
    assert not is_loopback(host)
    with pytest.raises(ValidationError):
        Server(host=host, security="none")


@pytest.mark.parametrize(
    "host",
    [
        "imap.example.com",
        "IMAP.Example.COM",
        "imap.example.com.",
        "mail",
        "mail_1.internal",
        "1and1.example",
        "192.0.2.1",
        "2001:db8::1",
        "fe80::1%eth0",
        "пошта.example",
        "xn--80a1acny.example",
    ],
)
def test_a_host_is_a_name_or_an_address(host: str) -> None:
    assert HOST.validate_python(host) == host


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "imap.example.com:993",
        "imaps://imap.example.com",
        "[2001:db8::1]",
        "imap example com",
        " imap.example.com",
        "imap.example.com\n",
        "-imap.example.com",
        "imap..example.com",
        "user@imap.example.com",
        "imap.example.com/inbox",
        "192.0.2.256",
        "a" * 64 + ".example",
        ".".join(["a" * 60] * 5),
    ],
)
def test_a_host_is_nothing_else(host: str) -> None:
    with pytest.raises(ValidationError):
        HOST.validate_python(host)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("example.com", "example.com"),
        ("Example.COM", "example.com"),
        ("example.com.", "example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),  # IDNA 2008: not strasse
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("3com.example", "3com.example"),
        ("example.xn--p1ai", "example.xn--p1ai"),
    ],
)
def test_a_domain_is_kept_in_its_idna_form(written: str, kept: str) -> None:
    assert DOMAIN.validate_python(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "",
        "example",
        ".example.com",
        "example..com",
        "example.com..",
        "@example.com",
        "support@example.com",
        "exam ple.com",
        "example.com\n",
        "*.example.com",
        "-example.com",
        "example-.com",
        "192.0.2.1",
        "exam❤ple.com",
        "a" * 64 + ".com",
        ".".join(["a" * 60] * 5),
        "exa\u202emple.com",
    ],
)
def test_what_is_no_domain_is_refused_in_our_words(written: str) -> None:
    with pytest.raises(ValidationError) as caught:
        DOMAIN.validate_python(written)
    assert words(caught.value) == ["is not a domain name like example.com"]


@pytest.mark.parametrize(
    "written",
    [
        "support@example.com",
        "Support@Example.COM",
        "support+optout@example.com",
        "o'brien@example.com",
        "a.b.c@mail.example.co.uk",
        "kündigung@bücher.example",
        "s@straße.example",
        "a" * 64 + "@example.com",
    ],
)
def test_an_address_stays_as_it_is_written(written: str) -> None:
    assert ADDRESS.validate_python(written) == written
    # The daemon makes its own values of them: none may turn out to be unusable then.
    made = make_address(written)
    assert made is not None
    assert made.domain == DOMAIN.validate_python(written.rpartition("@")[2])


@pytest.mark.parametrize(
    "written",
    [
        "",
        "support",
        "@example.com",
        "support@",
        "support@example",
        "support@@example.com",
        "a@b@example.com",
        "Support <support@example.com>",
        "<support@example.com>",
        "support@example.com, cancel@example.com",
        "support @example.com",
        "support@example.com\r\nBcc: x@example.net",
        '"quoted part"@example.com',
        ".support@example.com",
        "support.@example.com",
        "sup..port@example.com",
        "user%host@example.com",
        "host!user@example.com",
        "support@[192.0.2.1]",
        "support@192.0.2.1",
        "support@exam❤ple.com",
        "a" * 65 + "@example.com",
        "ü" * 33 + "@example.com",  # 66 octets
    ],
)
def test_what_is_no_address_is_refused_in_our_words(written: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ADDRESS.validate_python(written)
    assert words(caught.value) == ["is not a mail address like support@example.com"]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), st.text(max_size=12))
def test_whatever_address_is_accepted_the_daemon_can_use(local: str, domain: str) -> None:
    written = f"{local}@{domain}.example"
    try:
        ADDRESS.validate_python(written)
    except ValidationError:
        return
    assert make_address(written) is not None


@given(st.text(alphabet="aü.-_1@ß例", max_size=10))
def test_addresses_and_domains_agree_with_the_daemon_about_idna(domain: str) -> None:
    written = f"support@{domain}.example"
    try:
        ADDRESS.validate_python(written)
    except ValidationError:
        return
    made = make_address(written)
    assert made is not None
    assert made.domain == DOMAIN.validate_python(f"{domain}.example")


@pytest.mark.parametrize("text", ["one\ntwo", "tab\there", "nul\0", "bell\x07", "\u202ereversed"])
def test_a_line_has_no_control_characters(text: str) -> None:
    with pytest.raises(ValidationError):
        TEXT.validate_python(text)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("new", "new"),
        ("all", "all"),
        ("2026-01-31", date(2026, 1, 31)),
        (date(2026, 1, 31), date(2026, 1, 31)),
    ],
)
def test_a_backlog_is_a_word_or_a_day(written: object, kept: object) -> None:
    assert BACKLOG.validate_python(written, strict=True) == kept


@pytest.mark.parametrize(
    "written",
    ["", "none", "2026-02-30", "31.01.2026", "2026-1-31", 0, True, datetime(2026, 1, 31, 9)],  # noqa: DTZ001 - what TOML gives
)
def test_a_backlog_is_nothing_else(written: object) -> None:
    with pytest.raises(ValidationError):
        BACKLOG.validate_python(written, strict=True)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///optoutd.db",
        "sqlite:////var/lib/optoutd/optoutd.db",
        "sqlite:///${STATE_DIRECTORY}/optoutd.db",
        "postgresql+psycopg:///optoutd",
        "postgresql+psycopg:///optoutd?host=/run/postgresql",
        "postgresql+psycopg://optoutd@:5433/optoutd?host=/run/postgresql",
        "postgresql+psycopg://optoutd@localhost/optoutd",
        "postgresql+psycopg://optoutd@127.0.0.1:5432/optoutd?sslmode=disable",
        "postgresql+psycopg://optoutd@[::1]/optoutd",
        "postgresql+psycopg://db.example.com/optoutd",
        "postgresql+psycopg://o%40b@db.example.com:6432/opt%20out?sslmode=verify-full",
        "postgresql+psycopg://optoutd@db.example.com/o?sslrootcert=/ca.pem&sslmode=verify-ca",
        "postgresql+psycopg://optoutd@db.example.com/o?sslcert=/c.pem&sslkey=/k.pem",
    ],
)
def test_a_store_is_a_file_or_a_database(url: str) -> None:
    assert StoreSettings(url=url).url == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "optoutd.db",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite+pysqlite:///optoutd.db",
        "sqlite:///optoutd.db?mode=ro",
        "sqlite:///optoutd.db\n",
        "postgres://db.example.com/optoutd",
        "postgresql+asyncpg://db.example.com/optoutd",
        "postgresql+psycopg://",
        "postgresql+psycopg://db.example.com",
        "postgresql+psycopg://db.example.com/",
        "postgresql+psycopg://db.example.com/a/b",
        "postgresql+psycopg://db.example.com:0x/optoutd",
        "postgresql+psycopg://db.example.com:99999/optoutd",
        "postgresql+psycopg://[::1/optoutd",
        "postgresql+psycopg://optoutd:hunter2@localhost/optoutd",
        "postgresql+psycopg://optoutd:@localhost/optoutd",
        "postgresql+psycopg:///optoutd?password=hunter2",
        "postgresql+psycopg:///optoutd?host=db.example.com",
        "postgresql+psycopg:///optoutd?hostaddr=192.0.2.1",
        "postgresql+psycopg:///optoutd?host=/run&host=/tmp",
        "postgresql+psycopg:///optoutd?host",
        "postgresql+psycopg:///optoutd?sslmode=verify",
        "postgresql+psycopg:///optoutd?sslrootcert=ca.pem",
        "postgresql+psycopg:///optoutd#hunter2",
        "postgresql+psycopg:///opt outd",
        "postgresql+psycopg://db.example.com/optoutd?sslmode=disable",
        "postgresql+psycopg://db.example.com/optoutd?sslmode=prefer",
        "postgresql+psycopg://db.example.com/optoutd?sslmode=require",
        "postgresql+psycopg://db.example.com/optoutd?sslmode=verify-ca",
        "postgresql+psycopg://localhost.example.com/optoutd?sslmode=disable",
    ],
)
def test_a_store_is_nothing_else(url: str) -> None:
    with pytest.raises(ValidationError) as caught:
        StoreSettings(url=url)
    assert "hunter2" not in str(caught.value)


def test_another_machine_has_to_prove_who_it_is() -> None:
    far = postgres_url("postgresql+psycopg://optoutd@db.example.com/optoutd")
    assert (far.sslmode, far.sslrootcert) == ("verify-full", "system")
    own = postgres_url("postgresql+psycopg://db.example.com/optoutd?sslrootcert=/ca.pem")
    assert (own.sslmode, own.sslrootcert) == ("verify-full", "/ca.pem")
    here = postgres_url("postgresql+psycopg:///optoutd?host=/run/postgresql")
    assert (here.host, here.sslmode, here.user, here.port) == ("/run/postgresql", "", "", 0)


@pytest.mark.parametrize(
    ("username", "password_file", "accepted"),
    [("", "", True), ("u", "p", True), ("u", "", False), ("", "p", False)],
)
def test_a_login_is_whole_or_absent(username: str, password_file: str, accepted: bool) -> None:
    server = {"host": "localhost", "username": username, "password_file": password_file}
    if accepted:
        assert SmtpSettings.model_validate(server).username == username
        return
    with pytest.raises(ValidationError) as caught:
        SmtpSettings.model_validate(server)
    assert [e["loc"] for e in caught.value.errors()] == [("password_file",)]


@pytest.mark.parametrize(
    ("security", "port", "accepted"),
    [
        ("tls", None, True),
        ("starttls", 587, True),
        ("starttls", 25, True),
        ("starttls", 465, False),
        ("starttls", None, False),  # the default is the port of TLS
        ("none", 465, True),
    ],
)
def test_starttls_is_not_spoken_on_the_port_of_tls(
    security: str, port: int | None, accepted: bool
) -> None:
    server: dict[str, object] = {"host": "localhost", "security": security}
    if port is not None:
        server["port"] = port
    if accepted:
        assert SmtpSettings.model_validate(server).port == (port or 465)
        return
    with pytest.raises(ValidationError) as caught:
        SmtpSettings.model_validate(server)
    assert [e["loc"] for e in caught.value.errors()] == [("port",)]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_no_duration_is_without_end(number: float) -> None:
    with pytest.raises(ValidationError):
        settings(cancellation={"max_age_days": number})


def test_a_null_envelope_sender_is_not_an_address_and_allowed() -> None:
    assert settings(reply={"envelope_from": ""}).reply.envelope_from == ""
    with pytest.raises(ValidationError):
        settings(reply={"envelope_from": "<>"})


def test_own_domains_are_those_named_and_those_of_the_mailboxes() -> None:
    boxes = [
        {
            "name": name,
            "role": "cancel",
            "address": address,
            "host": "localhost",
            "username": name,
            "password_file": "p",
        }
        for name, address in [("a", "a@Bücher.example"), ("b", "b@example.com")]
    ]
    company = {
        "name": "E",
        "postal_address": "S",
        "phone": "1",
        "domains": ["Example.ORG", "example.com"],
    }
    made = settings(mailbox=boxes, company=company)
    assert made.own_domains == {"xn--bcher-kva.example", "example.com", "example.org"}
    assert made.cancel_address == "a@Bücher.example"


def test_without_a_cancel_mailbox_there_is_no_cancel_address() -> None:
    assert settings().cancel_address == ""


def test_settings_never_change() -> None:
    with pytest.raises(ValidationError):
        settings().log.level = "debug"  # type: ignore[misc] # the point of the test
