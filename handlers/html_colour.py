"""Colours of CSS as three numbers, as far as it takes to see white on white."""

from __future__ import annotations

import re

Colour = tuple[int, ...]

WHITE: Colour = (255, 255, 255)
# A picture, a variable, or a name that is not known: nobody can say whether text is seen on it.
UNKNOWN: Colour = ()
# Of each of red, green and blue; the eye does not tell more than this from each other.
_MOST_APART = 8

_NAMES = {
    "white": WHITE, "snow": (255, 250, 250), "ivory": (255, 255, 240), "black": (0, 0, 0),
    "whitesmoke": (245, 245, 245), "ghostwhite": (248, 248, 255), "gray": (128, 128, 128),
    "grey": (128, 128, 128), "silver": (192, 192, 192), "red": (255, 0, 0), "navy": (0, 0, 128),
    "blue": (0, 0, 255), "green": (0, 128, 0), "yellow": (255, 255, 0), "lightgray": (211,) * 3,
    "lightgrey": (211,) * 3, "darkgray": (169,) * 3, "orange": (255, 165, 0), "window": WHITE,
    "canvas": WHITE,
}  # fmt: skip
_NOTHING = frozenset({"", "none", "transparent", "inherit", "initial", "unset", "currentcolor"})
_HEX = re.compile(r"#([0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})\Z")
_BARE_HEX = re.compile(r"[0-9a-f]{6}\Z")
_RGB = re.compile(
    r"rgba?\(\s*(\d{1,3})[\s,]{1,3}(\d{1,3})[\s,]{1,3}(\d{1,3})\s*(?:[,/]\s*([\d.%]{1,9})\s*)?\)"
)
_HSL_WHITE = re.compile(r"hsla?\([^,\s]{1,9}[\s,]{1,3}[\d.]{1,9}%[\s,]{1,3}100%")


def colour_of(value: str) -> Colour | None:
    """The colour that a lower-case value of CSS means; None where it means none of its own."""
    if value in _NOTHING:
        return None
    known = _NAMES.get(value)
    if known is not None:
        return known
    numbers = _HEX.match(value) or (_BARE_HEX.match(value) and _HEX.match(f"#{value}"))
    if numbers:
        if len(numbers[1]) in (4, 8) and set(numbers[1][-(len(numbers[1]) // 4) :]) == {"0"}:
            return None
        digits = numbers[1] if len(numbers[1]) >= 6 else "".join(c * 2 for c in numbers[1])
        return tuple(int(digits[place : place + 2], 16) for place in (0, 2, 4))
    rgb = _RGB.match(value)
    if rgb:
        return None if rgb[4] and not rgb[4].strip("0.%") else tuple(map(int, rgb.groups()[:3]))
    return WHITE if _HSL_WHITE.match(value) else UNKNOWN


def is_clear(value: str) -> bool:
    """Whether a text of this colour is not seen on anything."""
    if value == "transparent":
        return True
    return value.startswith(("#", "rgba")) and colour_of(value) is None


def are_alike(one: Colour, other: Colour) -> bool:
    """Whether the two cannot be told apart; never of one that is unknown."""
    if not one or not other:
        return False
    return all(abs(a - b) <= _MOST_APART for a, b in zip(one, other, strict=True))
