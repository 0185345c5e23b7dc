"""What pydantic finds wrong with a value, in words for the person who wrote it."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping

from pydantic_core import ErrorDetails

from config.mistakes import Place
from config.settings import LISTS, SECTIONS

BELONGS_IN_A_FILE = (
    "passwords do not stand in the configuration: write it into a file of its own and name that "
    "file with password_file"
)

_WHOLE = "must be a whole number, is {input}"
_NUMBER = "must be a number, is {input}"
_BOOLEAN = "must be true or false, is {input}"
_TEXT = "must be text in quotes"

# By pydantic's type of error. Values are shown for numbers, switches and choices only: what is
# written as a text may be a secret in the wrong place.
_WORDS = {
    "missing": "is missing",
    "string_type": _TEXT,
    "path_type": _TEXT,
    "is_instance_of": _TEXT,
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": _WHOLE,
    "float_type": _NUMBER,
    "finite_number": "must be a finite number, is {input}",
    "bool_type": _BOOLEAN,
    "greater_than_equal": "must be at least {ge}, is {input}",
    "greater_than": "must be more than {gt}, is {input}",
    "less_than": "must be less than {lt}, is {input}",
    "less_than_equal": "must be at most {le}, is {input}",
    "too_short": "must name at least {min_length}",
    "dict_type": 'must be a table in braces, like {{ key = "text" }}',
    "tuple_type": 'must be a list in brackets, like ["one", "two"]',
}
# By tomllib's words, where these are not the operator's.
_SYNTAX = {
    "Invalid value": 'no value of TOML: a text stands in straight quotes, "like this"',
    "Illegal character '\\n'": "the quote that closes this text is missing",
    "Expected ']' at the end of a table declaration": "the bracket that closes it is missing",
    "Expected ']]' at the end of an array declaration": "the brackets that close it are missing",
    "Cannot overwrite a value": "this key stands twice",
    "Expected '=' after a key in a key/value pair": "an equals sign is missing after the key",
    "Invalid statement": 'neither a key, nor a section, nor a comment, which starts with "#"',
}
# How other programs call what is meant.
_ELSEWHERE = {
    "ssl": "security",
    "tls": "security",
    "use_ssl": "security",
    "starttls": "security",
    "encryption": "security",
    "user": "username",
    "login": "username",
    "server": "host",
    "hostname": "host",
    "email": "address",
    "interval": "poll_seconds",
    "from": "envelope_from",
    "replyto": "address",
}
_SECTION_TWICE = re.compile(r"Cannot declare \((.+)\) twice\Z")
_BACKLOG = 'must be "new", "all" or a date such as 2026-01-31, is {input}'


def problem_of(error: ErrorDetails, place: Place) -> str:
    """What is wrong at `place`, as words that follow its key."""
    kind = error["type"]
    fields = {name: _number(value) for name, value in error.get("ctx", {}).items()}
    fields["input"] = _shown(error["input"])
    if kind == "extra_forbidden":
        return _unknown(place, error["input"])
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if _is_section(place):
        return _section(place, kind, error["input"])
    if place[-1] == "backlog":
        return _BACKLOG.format(**fields)
    if kind == "literal_error":
        return _choice(fields["expected"], fields["input"])
    words = _WORDS.get(kind, "cannot be used").format(**fields)
    return f"{words}: write it without quotes" if _is_quoted_number(kind, error) else words


def syntax_problem(error: tomllib.TOMLDecodeError) -> tuple[str, str]:
    """Where in the file TOML's rules are broken, and how."""
    words, _, where = str(error).rpartition(" (at ")
    twice = _SECTION_TWICE.match(words)
    if twice:
        section = ".".join(part.strip(" '") for part in twice[1].split(",") if part)
        words = f"the section [{section}] stands twice"
    return where.removesuffix(")"), _SYNTAX.get(words, f"{words[:1].lower()}{words[1:]}")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean …?` with the word of `known` that comes nearest, or ''."""
    lowered = {candidate.lower(): candidate for candidate in known}
    near = difflib.get_close_matches(word.lower(), lowered, n=1)
    return f"; did you mean {lowered[near[0]]}?" if near else ""


def holds_password(key: str) -> bool:
    """Whether an unknown key is named as if a secret itself stood there."""
    if difflib.get_close_matches(key.lower(), ["password_file"], cutoff=0.85):
        return False  # a slip of the pen
    return any(word in key.lower() for word in ("password", "passwd", "secret", "token"))


def _is_quoted_number(kind: str, error: ErrorDetails) -> bool:
    text = error["input"]
    wanted = kind in ("int_type", "float_type")
    return wanted and isinstance(text, str) and text.replace(".", "", 1).isdigit()


def _is_section(place: Place) -> bool:
    return len(place) == 1 or (len(place) == 2 and isinstance(place[1], int))


def _section(place: Place, kind: str, value: object) -> str:
    if place[0] not in LISTS:
        if kind == "missing":
            return f"is missing: the section [{place[0]}] needs {_required(str(place[0]))}"
        if _is_list_of_tables(value):
            return f"must be written once, as [{place[0]}] in single brackets"
        return f"must be a section: [{place[0]}]"
    if kind in ("missing", "too_short"):
        return f"is missing: at least one {_brackets(str(place[0]))} is needed"
    return f"must be written as {_brackets(str(place[0]))}, in double brackets"


def _required(section: str) -> str:
    """The keys of a section that have no default."""
    fields = SECTIONS[section].model_fields.items()
    *others, last = [key for key, field in fields if field.is_required()]
    return f"{', '.join(others)} and {last}" if others else last


def _unknown(place: Place, value: object) -> str:
    key = str(place[-1])
    if len(place) == 1:
        if isinstance(value, dict) or _is_list_of_tables(value):
            near = did_you_mean(key, map(_brackets, SECTIONS))
            return f"is not a section{near or f'; there are {_listed(map(_brackets, SECTIONS))}'}"
        return f"stands in no section{_home(key)}"
    section = str(place[0])
    own = SECTIONS[section].model_fields
    if "password_file" in own and holds_password(key):
        return BELONGS_IN_A_FILE
    elsewhere = _ELSEWHERE.get(key.lower(), "")
    hint = did_you_mean(elsewhere, own) if elsewhere in own else ""
    hint = hint or _home(key) or did_you_mean(key, own) or f"; it has {_listed(own)}"
    return f"is not a key of {_brackets(section)}{hint}"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)


def _is_list_of_tables(value: object) -> bool:
    return isinstance(value, list | tuple) and any(isinstance(item, dict) for item in value)


def _home(key: str) -> str:
    """Where a key that stands in the wrong place belongs."""
    homes = [_brackets(name) for name, model in SECTIONS.items() if key in model.model_fields]
    return f"; it belongs to {' or '.join(homes)}" if homes else ""


def _brackets(section: str) -> str:
    return f"[[{section}]]" if section in LISTS else f"[{section}]"


def _choice(expected: str, shown: str) -> str:
    choices = expected.replace("'", '"')
    if '"tls"' in choices and "ssl" in shown.lower():
        return f'must be {choices}, is {shown}: "tls" is what others call SSL'
    if " or " not in choices:
        return f"this version offers only {choices}, not {shown}"
    return f"must be {choices}, is {shown}"


def _number(value: object) -> str:
    """A limit as one would write it: 1, not 1.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _shown(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int() if value.bit_length() > 63:
            return "beyond 64 bits"  # str() refuses the very long ones
        case str():
            return f'"{value[:40]}…"' if len(value) > 40 else f'"{value}"'
        case Mapping():
            return "a table"
        case list() | tuple():
            return "a list"
        case _:
            return str(value)  # a number or a date
