"""The token that a message brings, in whichever form: in its subject, or behind a plus."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from handlers.address import Address
from handlers.list_token import ListToken, token_in
from handlers.plus_token import plus_token_in
from handlers.values import Message


def token_of(message: Message, keys: Mapping[int, bytes]) -> ListToken | None:
    """The token that a message brings: in its subject, or behind the plus of a recipient.

    Some clients write to the address of the field and leave out its subject, and some leave the
    subject as the field has it, with %20 for a blank.
    """
    found = token_in(message.subject, keys) or token_in(unquote(message.subject), keys)
    if found is not None:
        return found
    details = (a.written.rpartition("@")[0].partition("+")[2] for a in _written_to(message))
    return token_in_address(" ".join(filter(None, details)), keys)


def token_in_address(text: str, keys: Mapping[int, bytes]) -> ListToken | None:
    """The first token of ours in an address, also as addresses had it in earlier versions."""
    return token_in(text, keys) or plus_token_in(text, keys)


def _written_to(message: Message) -> tuple[Address, ...]:
    return (*message.recipients, *message.delivered_to)
