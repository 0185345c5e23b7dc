"""Text that was signed or encrypted inline with PGP (RFC 9580 sections 6 and 7)."""

from __future__ import annotations

from collections.abc import Sequence

_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_BLOCKS = ("-----BEGIN PGP SIGNATURE-----", "-----BEGIN PGP MESSAGE-----",
           "-----BEGIN PGP PUBLIC KEY BLOCK-----")  # fmt: skip
_END = "-----END PGP "
SEALED = _BLOCKS[1]


def without_armour(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines of a text as its writer saw them, and the lines that PGP put around them.

    Behind a block without an end everything belongs to it.
    """
    if not any(line.startswith("-----BEGIN PGP ") for line in lines):
        return [*lines], []
    own: list[str] = []
    armour: list[str] = []
    heading = block = signed = False
    for line in lines:
        bare = line.rstrip()
        if block or heading or bare == _SIGNED or bare in _BLOCKS:
            armour.append(line)
            signed = signed or bare == _SIGNED
            heading = (heading or bare == _SIGNED) and bool(bare)
            block = (block or bare in _BLOCKS) and not bare.startswith(_END)
        else:
            # Section 7.1: a line that begins with a dash has two characters before it.
            own.append(line[2:] if signed and line.startswith("- ") else line)
    return own, armour
