"""What a command has printed, looked at for anything that a terminal would act on."""

from __future__ import annotations

import re
import unicodedata

# Colours and weights are rich's own; its spinner hides the cursor and clears its line.
_OWN = re.compile(r"\x1b\[[0-9;]*m|\r(?=\x1b\[[12][AK])|\x1b\[\?25[lh]|\x1b\[[12]K|\x1b\[1A")
_ACTING = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def acting(printed: bytes) -> set[str]:
    """The characters in it that act or hide, but for line ends and colours; as `U+202E`."""
    text = _OWN.sub("", printed.decode("utf-8", "surrogateescape")).replace("\r\n", "\n")
    return {
        f"U+{ord(c):04X}" for c in set(text) if c != "\n" and unicodedata.category(c) in _ACTING
    }
