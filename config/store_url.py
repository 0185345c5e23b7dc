"""The two kinds of `store.url`, and what each may say.

    sqlite:///PATH
    postgresql+psycopg://USER@HOST:PORT/DATABASE?sslmode=verify-full&sslrootcert=/PATH
    postgresql+psycopg:///DATABASE?host=/run/postgresql

The path of SQLite is taken as it is; the URL of PostgreSQL is percent-encoded (RFC 3986).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, unquote, urlsplit

from config.kinds import is_loopback

SQLITE = "sqlite:///"
POSTGRES = "postgresql+psycopg://"

# Where Debian, Fedora and others have it; libpq would look into the environment first.
SOCKET_FOLDER = "/run/postgresql"

# What libpq may be told; everything else is ours to say, or would let the password in.
_OPTIONS = ("host", "sslmode", "sslrootcert", "sslcert", "sslkey")
_SSLMODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
# Those that make sure who answers. "require" encrypts, but takes whoever answers for the server.
_CHECKED = ("verify-full", "verify-ca")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresUrl:
    """Where a PostgreSQL is, and how the connection is protected; '' and 0 leave it to libpq.

    `host` is a name, an address or, for a Unix socket, the absolute path of its folder; without
    any that is /run/postgresql.
    """

    host: str
    port: int
    database: str
    user: str
    sslmode: str
    sslrootcert: str
    sslcert: str
    sslkey: str

    @property
    def is_here(self) -> bool:
        """Whether the connection never leaves this machine."""
        return self.host.startswith("/") or is_loopback(self.host)


def postgres_url(url: str) -> PostgresUrl:
    """`url` taken apart; raises ValueError with what is wrong, never with a password."""
    if not url.isprintable() or " " in url:
        raise ValueError("must not hold spaces or control characters: write %20 for a space")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError("is no URL: look at the brackets of an IPv6 address") from None
    if parts.password is not None:
        raise ValueError(
            "must not hold a password: write it into a file of its own and name that file with "
            "password_file"
        )
    database = unquote(parts.path.removeprefix("/"))
    if not database or "/" in database:
        raise ValueError(
            "must name one database, as in postgresql+psycopg://optoutd@db.example.com/optoutd"
        )
    options = _options(parts.query, parts.fragment)
    host = options.get("host") or unquote(parts.hostname or "") or SOCKET_FOLDER
    found = PostgresUrl(
        host=host,
        port=_port(parts.netloc),
        database=database,
        user=unquote(parts.username or ""),
        sslmode=options.get("sslmode", ""),
        sslrootcert=options.get("sslrootcert", ""),
        sslcert=options.get("sslcert", ""),
        sslkey=options.get("sslkey", ""),
    )
    return found if found.is_here else _protected(found)


def check_store_url(url: str) -> str:
    """`url` if a store can be there; raises ValueError."""
    if url.startswith(POSTGRES):
        postgres_url(url)
        return url
    if url.startswith("postgres"):
        raise ValueError(f'must start with "{POSTGRES}", which names the driver too')
    if not url.startswith(SQLITE):
        raise ValueError(
            f'must start with "{SQLITE}", followed by the path of the file, or with "{POSTGRES}"'
        )
    if url == SQLITE or ":memory:" in url:
        raise ValueError("must name a file: a store in memory would forget every request")
    if "?" in url or not url.isprintable():
        raise ValueError(f'must be "{SQLITE}" and a plain path, without options after a "?"')
    return url


def _options(query: str, fragment: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True) if query else []
    except ValueError:
        raise ValueError('has options after the "?" that are not name=value') from None
    options = dict(pairs)
    if fragment or len(options) != len(pairs) or not set(options) <= set(_OPTIONS):
        raise ValueError(f'may have each of these options once after the "?": {_listed(_OPTIONS)}')
    if options.get("sslmode", _CHECKED[0]) not in _SSLMODES:
        raise ValueError(f"sslmode must be {_listed(_SSLMODES)}")
    for name, value in options.items():
        is_path = value.startswith("/") or (name, value) == ("sslrootcert", "system")
        if name != "sslmode" and not is_path:
            raise ValueError(f"{name} must be an absolute path" + _UNLESS.get(name, ""))
    return options


_UNLESS = {
    "host": ", the folder of a Unix socket; the name of a server stands before the database",
    "sslrootcert": ', or "system"',
}


def _port(netloc: str) -> int:
    try:
        return urlsplit(f"//{netloc}").port or 0
    except ValueError:
        raise ValueError("has a port that is none: 1 to 65535") from None


def _protected(url: PostgresUrl) -> PostgresUrl:
    """The same with what a connection to another machine needs; raises ValueError."""
    sslmode = url.sslmode or _CHECKED[0]
    if sslmode not in _CHECKED:
        raise ValueError(
            f"sslmode must be {_listed(_CHECKED)} for a server on another machine: the others "
            "would hand the customers' addresses to whoever answers"
        )
    if sslmode == "verify-ca" and url.sslrootcert in ("", "system"):
        # Of the world's authorities any may vouch for anybody: then the name has to be right.
        raise ValueError("sslmode verify-ca needs sslrootcert, the file of your own authority")
    return replace(url, sslmode=sslmode, sslrootcert=url.sslrootcert or "system")


def _listed(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
