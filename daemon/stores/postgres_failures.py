"""What PostgreSQL and its driver say, as failures of ours.

Its words may hold what a row holds (`DETAIL: Key (address_key)=(…)`), so that they are shown for
the errors of this table alone, and of those the first line alone.
"""

from __future__ import annotations

from daemon.errors import OptoutdError, PermanentFailure, TemporaryFailure

_PART = "store"
_SETTING = "store.url"

# By SQLSTATE or its class (https://www.postgresql.org/docs/current/errcodes-appendix.html): those
# that pass by themselves, and those that a person has to see to; the second column cures them.
_CONNECTIONS = "raise max_connections of the server, or the CONNECTION LIMIT of role or database"
_TEMPORARY = {
    "08": "",  # the connection
    # A standby, until it is promoted; or one that its keepers have closed to writers for a while.
    "25006": "the server takes no writes: name the primary one, not a standby",
    "25P03": "",  # idle in a transaction for too long: the process was stopped meanwhile
    "40": "",  # serialization, deadlock
    "53100": "free some space on the server's disk",
    "53300": _CONNECTIONS,
    "53": "the server is short of something: look into its log",
    "55P03": "",  # a lock that was not got in time
    "57": "",  # cancelled, shutting down, starting up
    "58": "the server's disk may be failing: look into its log",
}
_PERMANENT = {
    "28": "role, password_file and the server's pg_hba.conf must fit together",
    "3D000": "make the database: docs/store.md shows how",
    "3F000": "the schema that search_path of the role names must exist",
    "42501": "the role must own the database: docs/store.md shows how",
    "XX": "the server's data may be damaged: look into its log, restore a backup",
}
# Before a connection stands there is no SQLSTATE but only words, in the server's language. What
# none of these fits is taken to pass: then it is tried again, with the setting named.
_FULL = ("too many clients", "too many connections", "connection slots")
_CLOSED = "not currently accepting connections"
_REFUSED = {
    "password authentication failed": "store.password_file",
    "no password supplied": "store.password_file",
    "authentication failed": _SETTING,
    "pg_hba.conf": _SETTING,
    'role "': _SETTING,
    'database "': _SETTING,
    "certificate": _SETTING,
    "does not support SSL": _SETTING,
    "sslmode": _SETTING,
}
_CURES = {"store.password_file": "the file must hold the password of the role"}
_NOT_CONNECTED = ("connection failed", "connection is bad", "failed to resolve host")
_ATTEMPT = "connection to server "


class UnforeseenAnswerError(Exception):
    """PostgreSQL refuses a statement of ours; without its words, which may hold a customer's."""


def is_postgres(error: BaseException | None) -> bool:
    """Whether it comes from PostgreSQL's driver, which need not be installed."""
    return type(error).__module__.partition(".")[0] == "psycopg"


def postgres_failure(error: BaseException) -> OptoutdError | None:
    """The failure that `error` stands for, or None where it can only be a mistake of ours."""
    code = str(getattr(error, "sqlstate", None) or "")
    if not code:
        return _without_code(error)
    if code.startswith("23"):
        # Two random references may be equal, once in a long while: the next draw differs.
        rule = getattr(error, "diag", None)
        name = getattr(rule, "constraint_name", None) or getattr(rule, "table_name", None) or code
        return TemporaryFailure(f"the store refuses what is there already: {name}", part=_PART)
    words = f"{_first_line(error)} (SQLSTATE {code})"
    if (cure := _found(_TEMPORARY, code)) is not None:
        return TemporaryFailure(
            f"the store cannot be used now: {words}", part=_PART, setting=_SETTING, cure=cure
        )
    if (cure := _found(_PERMANENT, code)) is not None:
        return PermanentFailure(
            f"the store cannot be used: {words}", part=_PART, setting=_SETTING, cure=cure
        )
    return None


def unforeseen(error: BaseException) -> UnforeseenAnswerError:
    """A mistake of ours, by its kind alone."""
    code = getattr(error, "sqlstate", None) or "none"
    return UnforeseenAnswerError(f"{type(error).__name__} (SQLSTATE {code})")


def _found(table: dict[str, str], code: str) -> str | None:
    return table.get(code, table.get(code[:2]))


def _without_code(error: BaseException) -> OptoutdError | None:
    if type(error).__name__ in ("DataError", "ProgrammingError", "NotSupportedError"):
        return None  # the driver itself refuses a value
    words = _one_line(str(error))
    if not str(error).startswith(_NOT_CONNECTED):
        return TemporaryFailure(
            f"the connection to the store was lost: {words}", part=_PART, setting=_SETTING
        )
    cure = _CONNECTIONS if any(sign in words for sign in _FULL) else ""
    passes = bool(cure) or _CLOSED in words  # though they name the role or the database
    for sign, setting in _REFUSED.items():
        if sign in words and not passes:
            return PermanentFailure(
                f"the store refuses the connection: {words}",
                part=_PART,
                setting=setting,
                cure=_CURES.get(setting, "docs/store.md shows how to make role and database"),
            )
    return TemporaryFailure(
        f"the store cannot be reached: {words}", part=_PART, setting=_SETTING, cure=cure
    )


def _one_line(text: str) -> str:
    """The driver's words on a connection; each attempt once, where it has made several."""
    first, *more = " ".join(text.split()).split(_ATTEMPT)
    attempts = [f"{_ATTEMPT}{words.strip()}" for words in dict.fromkeys(w.strip() for w in more)]
    return "; ".join(attempts) or first


def _first_line(error: BaseException) -> str:
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    return str(primary or type(error).__name__)
