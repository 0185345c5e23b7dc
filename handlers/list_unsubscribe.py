"""The fields by which a newsletter says how it is left (RFC 2369, RFC 8058)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from handlers.address import MAX_LOCAL_BYTES, Address
from handlers.list_token import Sealer, check_sealable
from handlers.plus_token import PlusSealer
from handlers.values import ALL_LISTS

LIST_UNSUBSCRIBE = "List-Unsubscribe"
LIST_UNSUBSCRIBE_POST = "List-Unsubscribe-Post"
ONE_CLICK = "List-Unsubscribe=One-Click"  # RFC 8058 section 3.1


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """How the reader of a newsletter may leave it.

    `mailbox` is the address that the mail client's button writes to. With `plus` its server
    takes mail to `support+anything@` too, and a token stands there as well, where it fits: some
    clients leave the subject out. `base_url` is where `optoutd web` answers, '' where it does
    not.
    """

    mailbox: str
    base_url: str
    sealer: Sealer = field(repr=False)
    plus: PlusSealer | None = field(default=None, repr=False)

    def fields(self, address: Address, list_name: str = ALL_LISTS) -> dict[str, str]:
        """The fields for the newsletter to one address, by their names, unfolded.

        Raises ValueError for a list's name that is empty, too long or not printable, and for one
        that is too long together with the address.
        """
        check_sealable(list_name)
        return self.fields_for(address.key, list_name)

    def fields_for(self, address_key: str, list_name: str) -> dict[str, str]:
        """As `fields`, for a list whose name was looked at before."""
        token = self.sealer.seal(address_key, list_name)
        box, plus = _mailbox(self.mailbox), self._behind_plus(address_key, list_name, token)
        recipient = f"{box.local}+{plus}@{box.domain}" if plus else f"{box.local}@{box.domain}"
        mail = f"<mailto:{recipient}?subject=unsubscribe%20{token}>"
        if not self.base_url:
            return {LIST_UNSUBSCRIBE: mail}
        return {
            LIST_UNSUBSCRIBE: f"{mail}, <{self.base_url}/u/{token}>",
            LIST_UNSUBSCRIBE_POST: ONE_CLICK,
        }

    def has_plus(self, address: Address, list_name: str) -> bool:
        """Whether a token stands in the address to write to, too."""
        token = self.sealer.seal(address.key, list_name)
        return self._behind_plus(address.key, list_name, token) != ""

    def _behind_plus(self, address_key: str, list_name: str, token: str) -> str:
        """What stands behind the plus; '' where there is no room for it, or no plus."""
        if self.plus is None:
            return ""
        # RFC 5321 section 4.5.3.1.1: what is longer, not every server takes.
        room = MAX_LOCAL_BYTES - _mailbox(self.mailbox).octets - 1
        made = self.plus.seal(address_key, list_name, most_chars=room)
        # Capitals and letters of other scripts fit into that one better, where servers keep case.
        return made or (token if len(token) <= room else "")


class _Mailbox(NamedTuple):
    """Local part and domain as a URI has them (RFC 6068), and the octets of the local part."""

    local: str
    domain: str
    octets: int


@lru_cache(maxsize=16)
def _mailbox(address: str) -> _Mailbox:
    local, _, domain = address.rpartition("@")
    return _Mailbox(quote(local, safe="+"), quote(domain, safe=""), len(local.encode()))
