"""What a form offered and nobody chose: boxes without a tick, questions answered with no."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

_MAX_LINE_CHARS = 300
_EMPTY = r"(?:\[[ _\u00a0]{0,3}\]|\([ _\u00a0]{1,3}\)|[☐□◻❏⬜▢])"
_TICKED = r"(?:\[ ?[xX✓✔*] ?\]|\( ?[xX✓✔*•] ?\)|[☑☒✅✔✓🗹])"
_BOX = re.compile(rf"{_EMPTY}|{_TICKED}")
_UNTICKED = re.compile(_EMPTY)
_NO = (
    r"(?:no|nein|non|não|nao|nee|nej|nei|nie|ne|ei|hayır|hayir|いいえ|否|不|false|falsch|faux|falso"
    r"|off|unchecked|not (?:checked|selected|ticked)|nicht (?:ausgewählt|angekreuzt)|n/?a|none|0"
    r"|[-–—])"
)
_REFUSED = re.compile(rf"\s*\S.{{1,100}}?\s?(?:[:：?？]|\t)\s*+{_NO}\.?\s*\Z", re.IGNORECASE)
_NO_ALONE = re.compile(rf"\s*{_NO}\.?\s*\Z", re.IGNORECASE)
_LABEL = re.compile(r"\s*\S.{1,100}?\s?[:：?？]\s*\Z")
# One of these stands in whatever is offered: a box, or the mark behind a label.
_OFFERS = re.compile(r"[\[(☐□◻❏⬜▢:：?？\t]")
_FIELD = re.compile(r"\s*\S[^:：]{0,60}[:：]")


def without_unchosen(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines, and what of them was offered and not chosen; a part of a line is one there.

    A label alone is nothing chosen where other fields stand right above and below it.
    """
    own: list[str] = []
    unchosen: list[str] = []
    answered = False
    for index, line in enumerate(lines):
        if answered:
            unchosen.append(line)
            answered = False
        elif len(line) > _MAX_LINE_CHARS or not _OFFERS.search(line):
            own.append(line)
        elif _UNTICKED.search(line):
            kept, left = _by_box(line)
            own += kept
            unchosen += left
        elif _REFUSED.match(line):
            unchosen.append(line)
        elif _LABEL.match(line) and _is_unanswered(lines, index):
            answered = index + 1 < len(lines) and bool(_NO_ALONE.match(lines[index + 1]))
            unchosen.append(line)
        else:
            own.append(line)
    return own, unchosen


def _is_unanswered(lines: Sequence[str], index: int) -> bool:
    after = lines[index + 1][:_MAX_LINE_CHARS] if index + 1 < len(lines) else ""
    before = lines[index - 1][:_MAX_LINE_CHARS] if index else ""
    return bool(_NO_ALONE.match(after) or (_FIELD.match(before) and _FIELD.match(after)))


def _by_box(line: str) -> tuple[list[str], list[str]]:
    """The ticked and the unticked pieces of a line; a box stands before its words or behind."""
    boxes = [*_BOX.finditer(line)]
    if line[: boxes[0].start()].strip(" \t-*•·:") and not line[boxes[-1].end() :].strip():
        ends = [box.end() for box in boxes]
        pieces = [line[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    else:
        starts = [0, *(box.start() for box in boxes[1:]), len(line)]
        pieces = [line[start:end] for start, end in itertools.pairwise(starts)]
    ticked = [piece for piece in pieces if not _UNTICKED.search(piece)]
    if len(pieces) > 1 and not ticked:
        return [], [line]
    own = " ".join(ticked)
    return ([own] if own.strip() else []), [piece for piece in pieces if piece not in ticked]
