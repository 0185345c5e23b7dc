"""MAIL FROM and RCPT TO with what the server offers: size, letters beyond ASCII, reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from daemon.couriers.wire import path_of, xtext
from daemon.errors import PermanentFailure
from handlers.address import Address, make_address


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Both paths as they go over the wire, and their parameters."""

    sender: str  # '' is the null sender
    recipient: str
    of_mail: tuple[str, ...]
    of_rcpt: tuple[str, ...]
    encoding: Literal["ascii", "utf-8"]


def make_envelope(
    sender: str,
    recipient: Address,
    *,
    offers: Callable[[str], bool],
    size_bytes: int,
    envelope_id: str = "",
    eight_bit: bool = False,
) -> Envelope:
    """`offers` tells whether the server has an extension; `envelope_id` comes back in a report.

    `eight_bit` says that the header has letters beyond ASCII. Raises PermanentFailure where the
    server cannot be given such letters.
    """
    made = make_address(sender)
    from_path, to_path = path_of(made) if made else sender, path_of(recipient)
    of_mail = [f"SIZE={size_bytes}"] if offers("size") else []
    international = eight_bit or not (from_path + to_path).isascii()
    if international:
        if not offers("smtputf8"):
            raise PermanentFailure(
                "the address has letters beyond ASCII and the server no SMTPUTF8", part="smtp"
            )
        of_mail += ["SMTPUTF8", "BODY=8BITMIME"]  # RFC 6531 sections 3.1 and 3.2
    of_rcpt: list[str] = []
    if offers("dsn"):
        wanted, of_rcpt = _reports(sender, to_path, envelope_id)
        of_mail += wanted
    return Envelope(
        sender=from_path,
        recipient=to_path,
        of_mail=tuple(of_mail),
        of_rcpt=tuple(of_rcpt),
        encoding="utf-8" if international else "ascii",
    )


def _reports(sender: str, to_path: str, envelope_id: str) -> tuple[list[str], list[str]]:
    """The parameters of MAIL and of RCPT that say which reports are wanted (RFC 3461).

    What has no sender to be told shall not be reported either (section 4.1). A question is known
    again by `envelope_id` and by the address that we wrote to, even where the server has replaced
    its Message-ID and whoever has it forwarded: both come back in the report.
    """
    if not sender:
        return [], ["NOTIFY=NEVER"]
    of_mail = ["RET=HDRS", *([f"ENVID={xtext(envelope_id)}"] if envelope_id else [])]
    of_rcpt = ["NOTIFY=FAILURE"]
    if to_path.isascii():  # RFC 6533 section 3 has another form for the others, which few know
        of_rcpt.append(f"ORCPT=rfc822;{xtext(to_path)}")
    return of_mail, of_rcpt
