"""The language that a visitor wants, by the Accept-Language field (RFC 9110 section 12.5.4)."""

from __future__ import annotations

import re
from collections.abc import Collection

MAX_CHARS = 1_000
_RANGE = re.compile(
    r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9]{1,8})*\s*(?:;\s*[qQ]\s*=\s*([01](?:\.\d{0,3})?)\s*)?\Z"
)
# Both written forms of Norwegian are named by their own codes; ours has the common one.
_SAME = {"nb": "no", "nn": "no"}


def wanted_language(field: str, offered: Collection[str], default: str) -> str:
    """The one of `offered` that the field wants most, the first of equals; else `default`.

    Of what is no language range, and of what is refused (q=0), nothing is taken.
    """
    best, best_weight = default, 0.0
    for part in field[:MAX_CHARS].split(","):
        match = _RANGE.match(part)
        if match is None:
            continue
        code = match[1].lower()
        code = default if code == "*" else _SAME.get(code, code)
        weight = float(match[2] or 1)
        if code in offered and weight > best_weight:
            best, best_weight = code, weight
    return best
