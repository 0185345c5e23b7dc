"""The texts of the replies: those that are shipped, and the operator's own before them.

Both come as `<language>/<name>.txt`, Jinja templates in UTF-8. handlers/reply.py compiles them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

# The situations that a block is written for, then what goes around the blocks: "frame" holds
# greeting and signature, "receipt" is the sentence that says what reached us and when, "subject"
# stands in for the subject that a customer left empty, "own_subject" is that of a letter which
# answers no message.
SITUATIONS = (
    "opt_out_done",
    "opt_out_already",
    "opt_out_undone",
    "cancellation_question",
    "cancellation_reminder",
    "cancellation_confirmed",
    "cancellation_withdrawn",
    "cancellation_rejected",
    "cancellation_already",
    "stop_everything",
)
TEMPLATE_NAMES = (*SITUATIONS, "frame", "receipt", "subject", "own_subject")

MAX_TEMPLATE_BYTES = 64 * 1024

_LANGUAGE = re.compile(r"[a-z]{2}\Z")  # ISO 639-1
_SUFFIX = ".txt"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class ReplyTextError(ValueError):
    """A template that cannot be used; the message starts with the file and says what is wrong."""

    def __init__(self, origin: str, problem: str) -> None:
        super().__init__(f"{origin}: {problem}")
        self.origin = origin


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyText:
    """The source of one template; `origin` is the file it came from, for errors.

    `own` says that it is the operator's: nobody has tried it out before.
    """

    source: str
    origin: str
    own: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyTexts:
    """All templates: language (ISO 639-1) -> name -> text. Each language has every name."""

    by_language: Mapping[str, Mapping[str, ReplyText]] = field(repr=False)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that a reply can be written in."""
        return tuple(sorted(self.by_language))


def load_reply_texts(override: Path | None) -> ReplyTexts:
    """The shipped templates, with those of the folder `override` put before them one by one.

    A language that is not shipped may be added when its folder is complete. Raises ReplyTextError,
    which names the file or folder, for whatever cannot be a template of ours: a misspelt file name
    that was passed over in silence would send the shipped text in its place.
    """
    shipped = resources.files("config") / "replies"
    texts = {
        name: _read_language(folder, own=False) for name, folder in _language_folders(shipped)
    }
    if override is not None:
        for name, folder in _own_folders(override):
            texts[name] = {**texts.get(name, {}), **_read_language(folder, own=True)}
            missing = [wanted for wanted in TEMPLATE_NAMES if wanted not in texts[name]]
            if missing:
                raise ReplyTextError(
                    str(folder),
                    f'"{name}" is not a shipped language, so it needs every template; '
                    f"missing: {', '.join(wanted + _SUFFIX for wanted in missing)}",
                )
    frozen = {language: MappingProxyType(by_name) for language, by_name in texts.items()}
    return ReplyTexts(by_language=MappingProxyType(frozen))


def _language_folders(shipped: Traversable) -> Iterator[tuple[str, Traversable]]:
    for entry in shipped.iterdir():
        if entry.is_dir() and _LANGUAGE.match(entry.name):
            yield entry.name, entry


def _own_folders(override: Path) -> Iterator[tuple[str, Path]]:
    try:
        entries = sorted(override.iterdir())
    except OSError as error:
        raise ReplyTextError(str(override), f"cannot be read: {error.strerror}") from error
    for entry in entries:
        if _is_clutter(entry.name):
            continue
        if not entry.is_dir() or not _LANGUAGE.match(entry.name):
            raise ReplyTextError(
                str(entry), 'is not the folder of a language, two lower-case letters like "de"'
            )
        yield entry.name, entry


def _read_language(folder: Traversable, *, own: bool) -> dict[str, ReplyText]:
    texts: dict[str, ReplyText] = {}
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        raise ReplyTextError(str(folder), f"cannot be read: {error.strerror}") from error
    for entry in entries:
        if _is_clutter(entry.name):
            continue
        name = entry.name.removesuffix(_SUFFIX)
        if name not in TEMPLATE_NAMES or name == entry.name:
            known = ", ".join(known + _SUFFIX for known in TEMPLATE_NAMES)
            raise ReplyTextError(str(entry), f"no reply has this name; there are {known}")
        texts[name] = ReplyText(source=_read(entry), origin=str(entry), own=own)
    return texts


def _read(file: Traversable) -> str:
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_TEMPLATE_BYTES + 1)
    except OSError as error:
        raise ReplyTextError(str(file), f"cannot be read: {error.strerror}") from error
    if len(data) > MAX_TEMPLATE_BYTES:
        raise ReplyTextError(str(file), f"is over {MAX_TEMPLATE_BYTES} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReplyTextError(str(file), f"is not UTF-8 at byte {error.start}") from error
    if not text.strip():
        raise ReplyTextError(str(file), "is empty")
    text = text.replace("\r\n", "\n")
    if stray := _CONTROL.search(text):
        line = text.count("\n", 0, stray.start()) + 1
        raise ReplyTextError(str(file), f"line {line}: holds a control character")
    return text


def _is_clutter(name: str) -> bool:
    """What editors, version control and file managers leave beside a file."""
    return name.startswith((".", "__")) or name.endswith(("~", ".bak", ".dpkg-old", ".rpmsave"))
