"""Hostile to the terminal of whoever looks: escapes, controls, and what cannot be seen."""

from __future__ import annotations

from collections.abc import Iterator

from tests.hostile.case import OPT_OUT, Case, Fate, letter, parts, text_part

# Each begins or ends where a terminal would act; ECMA-48 and xterm's control sequences.
ESCAPES = {
    "colours": "\x1b[31;5mred",
    "the screen cleared": "\x1b[2J\x1b[H\x1b[3J",
    "a title": "\x1b]0;owned\x07",
    "a title asked for": "\x1b[21t",
    "a hyperlink (OSC 8)": "\x1b]8;;http://evil.example/\x1b\\click\x1b]8;;\x1b\\",
    "the clipboard (OSC 52)": "\x1b]52;c;cm0gLXJmIH4=\x07",
    "a notification (OSC 777)": "\x1b]777;notify;owned;owned\x07",
    "a device control string": "\x1bP$q\"p\x1b\\\x1bP+q544e\x1b\\",
    "a report asked for": "\x1b[c\x1b[6n\x1b[5n",
    "the other screen": "\x1b[?1049h\x1b[?25l",
    "a reset": "\x1bc\x0f\x0e",
    "keys remapped": '\x1b[0;59;"reboot";13p',
    "C1 in UTF-8": "\u009b31m\u009d0;owned\u009c\u0090q\u009c",
    "back over what stands there": "no\x08\x08yes\x7f\x7f",
    "back to the beginning": "Reject\rApprove",
    "bells and feeds": "\x07\x0b\x0c\x1a\x04\x03",
    "bidi overrides": "\u202eevorppa\u202c\u2066x\u2069\u200f",
    "zero width": "un\u200bsub\u200cscri\u200dbe\u2060\ufeff\u00ad",
    "tags": "\U000e0001\U000e0068\U000e0069\U000e007f",
    "private use": "\ue000\uf8ff\U0010fffd",
    "separators": "a\u2028b\u2029c\u0085d",
    "annotations": "\ufff9x\ufffay\ufffb",
}  # fmt: skip


def escapes() -> Iterator[Case]:
    """In the subject, and below the request."""
    for name, text in ESCAPES.items():
        yield Case(
            family="terminal",
            name=name,
            make=lambda who, to, text=text: letter(  # type: ignore[misc]
                who, to, f"{OPT_OUT}\r\n\r\nThe number is {text} 12\r\n", subject=f"Hello {text}"
            ),
        )
    yield Case(
        family="terminal",
        name="C1 in Latin-1",
        make=lambda who, to: letter(
            who,
            to,
            OPT_OUT.encode() + b"\r\n\r\n\x9b31m\x9d0;owned\x9c\x85",
            subject=b"hello \x9b31m",
            kind="text/plain; charset=iso-8859-1",
        ),
    )
    yield Case(
        family="terminal",
        name="in the name of a file",
        make=lambda who, to: letter(
            who,
            to,
            parts(
                text_part(),
                "Content-Disposition: attachment;\r\n"
                " filename*=utf-8''%1B%5D0;owned%07%E2%80%AEgpj.exe\r\n\r\nx",
                'Content-Disposition: attachment; filename="\x1b[31mx\u202e.exe"\r\n\r\nx',
            ),
            kind='multipart/mixed; boundary="b1"',
        ),
        fate=Fate.HONOURED,
    )
    for codec in ("idna", "a\0b", "base64_codec", "unicode_escape"):
        disposition = f"Content-Disposition: attachment; filename*={codec}''%ff"
        yield Case(
            family="terminal",
            name=f"the name of a file in {codec!r}",
            make=lambda who, to, disposition=disposition: letter(  # type: ignore[misc]
                who,
                to,
                parts(text_part(), f"{disposition}\r\n\r\nx"),
                kind='multipart/mixed; boundary="b1"',
            ),
        )
    yield Case(
        family="terminal",
        name="in every field",
        make=lambda who, to: letter(
            who,
            f'"\x1b]0;owned\x07" <{to}>',
            sender=f'"\x1b[2J\u202eanna" <{who}>',
            date="\x1b[31mTue, 24 Nov 2026",
            head="List-Help: \x1b[2J\r\nX-\x1b[2J: \x1b[2J\r\n"
            "Authentication-Results: mx.shop.example; spf=\x1b[2J\u202e",
        ),
    )
    yield Case(
        family="terminal",
        name="in what is cited as evidence",
        make=lambda who, to: letter(
            who, to, "Please remove\u200b me\x7f from your \u202emailing list\u2066."
        ),
    )
    yield Case(
        family="terminal",
        name="a page of ours imitated",
        make=lambda who, to: letter(
            who,
            to,
            f"{OPT_OUT}\r\n\r\nC-AAAAAA: cancellation, confirmed\r\nPossible:   approve\r\n"
            '{"id": "C-AAAAAA", "state": "confirmed"}\r\n',
        ),
    )


FAMILIES = (escapes,)
