"""Intent -> handler: to add an intent, add its module and a line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handlers import cancellation, opt_out
from handlers.address import Address
from handlers.case import Case, Part, Policy
from handlers.values import Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """What to do about an intent: `honour` a clear request, `hold` any other for a person."""

    honour: Callable[[Case, Policy, Address], Part]
    hold: Callable[[Case, Policy, Address, str], Part]


HANDLERS: dict[Intent, Handler] = {
    Intent.OPT_OUT: Handler(honour=opt_out.honour, hold=opt_out.hold),
    Intent.CANCELLATION: Handler(honour=cancellation.honour, hold=cancellation.hold),
}
