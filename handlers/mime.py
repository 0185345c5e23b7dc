"""The MIME tree of a message, read within limits and mended where mail programs break it.

mail-parser reads the tree afterwards. What it would lose is put right here, and what is not the
writer's own is taken out: forwarded messages, text files, HTML beside the same words in plain.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.errors import StartBoundaryNotFoundDefect
from email.message import Message as MimePart
from email.parser import Parser
from email.policy import Compat32
from functools import lru_cache
from typing import Any, cast

from handlers.cms import signed_content
from handlers.mime_tree import plain_tree
from handlers.written import MAX_TEXT_CHARS, TextPart, choose_written, payload_text, retype

MAX_PARTS = 500
MAX_HEADER_FIELDS = 1_000
MAX_HEADER_CHARS = 20_000
# The standard library takes the square of their length for the parameters of these.
MAX_MIME_HEADER_CHARS = 2_000
# Of a field whose parameters are kept, and of a text whose octets are.
_KEPT_CHARS, _KEPT_TEXT_CHARS = 200, 65_536
# Each takes another pass over the text.
MAX_MENDED = 5
MAX_UNWRAPPED = 3
_SIGNED_WITHIN = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
# Somebody's words may be in these, and nobody here can read them.
_SEALED = _SIGNED_WITHIN | {
    "application/pgp-encrypted", "application/ms-tnef", "application/vnd.ms-tnef",
}  # fmt: skip

_BOUNDARY_LINE = re.compile(
    r"^--([^\s\"]{1,200})[ \t]*\r?\n(?=content-)", re.IGNORECASE | re.MULTILINE
)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_INNER_FIELDS = ("Message-ID", "In-Reply-To", "References", "From", "Subject")
# By these a feedback report tells whom it is about (handlers/feedback.py).
_RETURNED_FIELDS = ("To", "List-Unsubscribe", "X-HmXmrOriginalRecipient")


@lru_cache(maxsize=64)
def _params_of(value: str, unquote: bool) -> tuple[tuple[str, Any], ...]:
    """The parameters of a field: nearly all mail has the same few, and asks for each ten times."""
    part = MimePart()
    part["Content-Type"] = value
    return tuple(part.get_params([], unquote=unquote))


class Part(MimePart):
    """A MIME part whose header fields are as many as `MAX_HEADER_FIELDS`; more are left out."""

    _payload: Any  # the library's, which sets it past `set_payload`, too
    # The text and its encoding, and the octets that they make.
    _decoded: tuple[str, str, Any] | None = None

    def set_raw(self, name: str, value: str) -> None:
        """Takes a field from the parser."""
        if len(self) < MAX_HEADER_FIELDS:
            super().set_raw(name, value)

    # The library's own ways, short for values as nearly all are: some forty times a message the
    # type of a part is asked for.
    def get(self, name: str, failobj: Any = None) -> Any:
        """The first value of a field."""
        wanted = name.lower()
        for key, value in self._headers:
            if key.lower() == wanted:
                is_plain = isinstance(value, str) and value.isascii()
                return value if is_plain else self.policy.header_fetch_parse(key, value)
        return failobj

    def get_param(
        self, param: str, failobj: Any = None, header: str = "content-type", unquote: bool = True
    ) -> Any:
        """One parameter of a field; no field is taken apart that does not even hold its name."""
        value = self.get(header)
        wanted = param.lower()
        if value is None or (isinstance(value, str) and wanted not in value.lower()):
            return failobj
        if not isinstance(value, str) or len(value) > _KEPT_CHARS or wanted == "boundary":
            return super().get_param(param, failobj, header, unquote)
        found = (value for name, value in _params_of(value, unquote) if name.lower() == wanted)
        return next(found, failobj)

    def get_payload(self, i: int | None = None, decode: bool = False) -> Any:
        """The parts or the text; with `decode` the octets, which are asked for thrice."""
        text = self._payload
        is_kept = decode and i is None and isinstance(text, str) and len(text) <= _KEPT_TEXT_CHARS
        if not is_kept:
            return super().get_payload(i, decode)  # type: ignore[call-overload]  # of each form
        encoding = str(self.get("content-transfer-encoding", ""))
        if self._decoded is None or self._decoded[0] is not text or self._decoded[1] != encoding:
            self._decoded = text, encoding, super().get_payload(decode=True)
        return self._decoded[2]

    def get_content_type(self) -> str:
        """The type in lower case, text/plain where it is none."""
        value = self.get("content-type")
        if not isinstance(value, str):
            return super().get_content_type()
        kind = value.partition(";")[0].strip().lower()
        return kind if kind.count("/") == 1 else "text/plain"

    def keep(self, wanted: Callable[[str], bool]) -> None:
        """Leaves only the fields whose lower-case names are `wanted`."""
        # One by one through `del` costs the square of their number.
        self._headers = [(name, v) for name, v in self.raw_items() if wanted(name.lower())]


class _Policy(Compat32):
    """The standard policy, with each field cut at a length that the readers of it bear."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        if name[:8].lower() != "content-":
            return name, value[:MAX_HEADER_CHARS]
        if len(value) > MAX_MIME_HEADER_CHARS:
            # Half a parameter makes the whole field unreadable.
            value = value[:MAX_MIME_HEADER_CHARS].rpartition(";")[0]
        # The library raises for octets in the name of a type or of a charset.
        return name, _NOT_ASCII.sub("?", value)


_POLICY = _Policy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What was found in a tree."""

    types: tuple[str, ...]  # of all parts but the multiparts
    inner: str  # the text of the messages and reports inside
    report: str = ""  # the fields of a feedback report
    returned: str = ""  # the header of the first message inside, as far as we read it
    cut: bool = False  # whether parts were left out
    is_open_ended: bool = False  # whether the last part is somebody's text, or none has any


@dataclass(slots=True)
class _Found:
    """What a walk over the tree comes by."""

    types: list[str] = field(default_factory=list)
    inner: list[str] = field(default_factory=list)
    texts: list[TextPart] = field(default_factory=list)
    report: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    mended: int = 0
    unwrapped: int = 0
    sealed: bool = False  # whether there is a part whose words cannot be read
    last: MimePart | None = None  # but the multiparts
    cut: bool = False


def read_tree(raw: bytes) -> Part:
    """The tree of `raw`. Raises RecursionError where it is nested some hundred levels deep."""
    text = raw.decode("ascii", "surrogateescape")
    tree = plain_tree(text, Part, _POLICY)
    return cast("Part", Parser(Part, policy=_POLICY).parsestr(text)) if tree is None else tree


def is_about_content(name: str) -> bool:
    """Whether mail-parser is given the field of this lower-case name; the others take long."""
    return name == "date" or name.startswith("content-")


def prepare(tree: Part, *, most_parts: int = MAX_PARTS) -> Prepared:
    """Makes `tree` what mail-parser reads well; of its parts no more than `most_parts` stay."""
    tree.keep(is_about_content)
    found = _walk(tree, most_parts)
    begun = _is_text(found.last) and not _has_octets(found.last)  # nobody knows with what
    written = choose_written(found.texts)
    _leave_out_empty(tree)
    return Prepared(
        types=tuple(found.types),
        inner="\n".join(found.inner)[:MAX_TEXT_CHARS],
        report="\n".join(found.report)[:MAX_HEADER_CHARS],
        returned="".join(found.returned[:1])[:MAX_HEADER_CHARS],
        cut=found.cut or (found.sealed and not written),
        is_open_ended=begun or not written or _is_words(found.last),
    )


def _leave_out_empty(tree: MimePart) -> None:
    """Takes out the texts of which nothing is left, such as the HTML beside the same in plain."""
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        children = _children(part)
        kept = [child for child in children if child.get_payload() != "" or child.defects]
        if 0 < len(kept) < len(children):
            part.set_payload([*kept])
        waiting += kept


def _is_words(part: MimePart | None) -> bool:
    """Whether a part is a text that somebody wrote, as it was left by `choose_written`."""
    return (
        _is_text(part)
        and part is not None
        and part.get_content_disposition() != "attachment"
        and _has_octets(part)
    )


def _is_text(part: MimePart | None) -> bool:
    return part is not None and part.get_content_maintype() == "text"


def _has_octets(part: MimePart | None) -> bool:
    # Without `decode` the library looks for the charset, and some of them raise.
    return part is not None and bool(part.get_payload(decode=True))


def _walk(tree: Part, most_parts: int) -> _Found:
    found = _Found()
    waiting: list[tuple[MimePart, MimePart | None]] = [(tree, None)]
    for _ in range(most_parts):
        if not waiting:
            return found
        part, alternative = waiting.pop()
        if part.get_content_maintype() == "multipart":
            found.mended += _mend_boundary(part, mendable=found.mended < MAX_MENDED)
            if part.get_content_type() == "multipart/alternative":
                alternative = alternative or part
        if part.get_content_maintype() == "multipart":
            waiting += [(child, alternative) for child in reversed(_children(part))]
        elif part.get_content_type() in _SIGNED_WITHIN and _unwrap(part, found):
            waiting += [(child, alternative) for child in _children(part)]
        else:
            found.last = part
            _take(part, alternative, found)
    for part, _ in waiting:
        found.cut = True
        retype(part, "application/octet-stream")
        part.set_payload("")
    return found


def _take(part: MimePart, alternative: MimePart | None, found: _Found) -> None:
    kind = part.get_content_type()
    found.types.append(kind)
    found.sealed = found.sealed or kind in _SEALED
    if part.get_content_maintype() == "message" and part.is_multipart():
        children = _children(part)
        if kind in ("message/rfc822", "message/global", "message/news"):
            found.inner += [_message_text(child) for child in children]
            found.returned += [_lines(child, _RETURNED_FIELDS) for child in children]
        else:
            blocks = [_fields(child) for child in children]
            found.inner += blocks
            found.report += blocks if kind == "message/feedback-report" else []
        part.set_payload([])
    elif kind == "text/rfc822-headers":
        found.inner.append(payload_text(part))
        found.returned.append(payload_text(part))
    elif part.get_content_maintype() == "text":
        found.texts.append(TextPart(part=part, alternative=alternative))


def _unwrap(part: MimePart, found: _Found) -> bool:
    """Puts what is inside of a signed part in its place; False where it cannot be read."""
    octets = part.get_payload(decode=True)
    content = signed_content(octets) if isinstance(octets, bytes) else None
    if content is None or found.unwrapped >= MAX_UNWRAPPED:
        return False
    found.unwrapped += 1
    found.types.append(part.get_content_type())
    for name in ("Content-Transfer-Encoding", "Content-Disposition"):
        del part[name]
    retype(part, "multipart/mixed")
    part.set_payload([read_tree(content)])
    return True


def _mend_boundary(part: MimePart, *, mendable: bool) -> bool:
    """Finds the boundary that a multipart really has, if it is not the one that it declares.

    Without any it is a plain text. Returns whether it was mended.
    """
    part.defects = [d for d in part.defects if not isinstance(d, StartBoundaryNotFoundDefect)]
    octets = None if part.is_multipart() else part.get_payload(decode=True)
    if not isinstance(octets, bytes):
        return False
    body = octets.decode("ascii", "surrogateescape")
    boundary = _BOUNDARY_LINE.search(body) if mendable else None
    if boundary is None:
        retype(part, "text/plain")
        return False
    head = f'Content-Type: {part.get_content_type()}; boundary="{boundary[1]}"\n\n'
    mended = Parser(Part, policy=_POLICY).parsestr(head + body)
    part.set_payload([*_children(mended)])
    return True


def _children(part: MimePart) -> list[MimePart]:
    payload = part.get_payload() if part.is_multipart() else []
    return [child for child in payload if isinstance(child, MimePart)]


def _message_text(message: MimePart) -> str:
    """Headers and first text of a forwarded or returned message: for reference only."""
    lines = [_lines(message, _INNER_FIELDS)]
    for part in message.walk():
        if part.get_content_type() == "text/plain" and not part.is_multipart():
            return "\n".join([*lines, payload_text(part)])
    return "\n".join(lines)


def _lines(message: MimePart, names: tuple[str, ...]) -> str:
    return "\n".join(f"{name}: {str(message.get(name, ''))[:1_000]}" for name in names)


def _fields(block: MimePart) -> str:
    """One block of fields of a report (RFC 3464 section 2.1, RFC 8098 section 3.1)."""
    fields = [f"{name}: {str(value)[:1_000]}" for name, value in block.items()]
    return "\n".join([*fields, "" if block.is_multipart() else payload_text(block)])
