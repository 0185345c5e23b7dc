"""Lines broken at 72 columns, as people read them in a plain text client.

Between words; in Chinese and Japanese, which write none of the blanks, between characters, but not
where their typesetting forbids it (kinsoku, JIS X 4051). Each of these takes two columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

LINE_COLUMNS = 72

# Stands for a blank at which no line may be broken; no text of ours or of others holds one.
GLUE = "\x1f"
# Stands between two characters where no line may be broken; takes no column.
JOINER = "\x1e"

# In French these stand after a blank, and never at the beginning of a line.
_BEFORE_MARK = re.compile(r" (?=[:;!?»](?: |\Z))")
_UNBROKEN = re.compile(r"([ \t]*)([^ \t]+)")
# Han, kana, and the full-width forms with their punctuation. Korean puts blanks between words.
_CHARACTER = re.compile(
    r"[\u3001-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60\uffe0-\uffe6]"
)
# What may take no column or two; below all of it is one column wide.
_NOT_ONE_COLUMN = re.compile(r"[\x1e\u0300-\uffff\U00010000-\U0010ffff]")
_NOT_FIRST = frozenset(
    "、。，．・：；？！ー々〻ゝゞヽヾ゛゜〜～…‥％‰℃）］｝〕〉》」』】〗”’"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"
    ",.:;?!)]}%"
)
_NOT_LAST = frozenset("（［｛〔〈《「『【〖“‘([{￥＄")


def columns(text: str) -> int:
    """How many columns a terminal or a text client takes for `text`, which is one line."""
    if not _NOT_ONE_COLUMN.search(text):
        return len(text)
    return sum(map(_width, text))


def unbroken(text: str) -> str:
    """`text` so that `wrapped` breaks it nowhere."""
    glued = text.replace(" ", GLUE)
    return JOINER.join(glued) if _CHARACTER.search(glued) else glued


def wrapped(text: str) -> str:
    """`text` with every line that is longer than 72 columns broken.

    Lines are never joined, so that addresses and codes keep theirs; a word that is longer than a
    line, such as a URL, stays whole.
    """
    made = "\n".join(_wrapped_line(line) for line in text.split("\n"))
    return made.replace(GLUE, " ").replace(JOINER, "")


def _width(character: str) -> int:
    if character == JOINER or unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _wrapped_line(line: str) -> str:
    if line.isascii() and len(line) <= LINE_COLUMNS:
        return line
    is_plain = not _NOT_ONE_COLUMN.search(line)
    if (len(line) if is_plain else columns(line)) <= LINE_COLUMNS:
        return line
    return _broken(line, is_plain=is_plain)


@lru_cache(maxsize=256)  # most are of our templates, which are few
def _broken(line: str, *, is_plain: bool) -> str:
    # What a list item goes on with stands below its text, not below its dash.
    item = re.match(r" *(?:- )?", line)
    indent = " " * (item.end() if item else 0)
    lines: list[str] = []
    current, used = "", 0
    glued = _BEFORE_MARK.sub(GLUE, line)
    for blanks, piece in _UNBROKEN.findall(glued) if is_plain else _pieces(glued):
        width = len(piece) if is_plain else columns(piece)
        if current.strip() and used + len(blanks) + width > LINE_COLUMNS:
            lines.append(current)
            current, used = indent + piece, len(indent) + width
        else:
            current, used = current + blanks + piece, used + len(blanks) + width
    return "\n".join([*lines, current])


def _pieces(line: str) -> Iterator[tuple[str, str]]:
    """What may not be broken, each with the blanks before it."""
    for blanks, word in _UNBROKEN.findall(line):
        if not _CHARACTER.search(word):
            yield blanks, word
            continue
        start = 0
        for place in range(1, len(word)):
            if _may_break(word[place - 1], word[place]):
                yield "" if start else blanks, word[start:place]
                start = place
        yield "" if start else blanks, word[start:]


def _may_break(before: str, after: str) -> bool:
    if JOINER in (before, after) or before in _NOT_LAST or after in _NOT_FIRST:
        return False
    return bool(_CHARACTER.match(before) or _CHARACTER.match(after))
