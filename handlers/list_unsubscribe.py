"""The fields by which a newsletter says how it is left (RFC 2369, RFC 8058)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote

from handlers.address import MAX_LOCAL_BYTES, Address
from handlers.list_token import Sealer, check_sealable
from handlers.values import ALL_LISTS

LIST_UNSUBSCRIBE = "List-Unsubscribe"
LIST_UNSUBSCRIBE_POST = "List-Unsubscribe-Post"
ONE_CLICK = "List-Unsubscribe=One-Click"  # RFC 8058 section 3.1


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """How the reader of a newsletter may leave it.

    `mailbox` is the address that the mail client's button writes to. With `subaddressing` its
    server takes mail to `support+anything@` too, and the token stands there as well, where it
    fits: some clients leave the subject out. `base_url` is where `optoutd web` answers, '' where
    it does not.
    """

    mailbox: str
    base_url: str
    sealer: Sealer = field(repr=False)
    subaddressing: bool = False

    def fields(self, address: Address, list_name: str = ALL_LISTS) -> dict[str, str]:
        """The fields for the newsletter to one address, by their names, unfolded.

        Raises ValueError for a list's name that is empty, too long or not printable, and for one
        that is too long together with the address.
        """
        check_sealable(list_name)
        return self.fields_of(self.sealer.seal(address.key, list_name))

    def fields_of(self, token: str) -> dict[str, str]:
        """The fields with a token that was made before."""
        mail = f"<mailto:{self._recipient(token)}?subject=unsubscribe%20{token}>"
        if not self.base_url:
            return {LIST_UNSUBSCRIBE: mail}
        return {
            LIST_UNSUBSCRIBE: f"{mail}, <{self.base_url}/u/{token}>",
            LIST_UNSUBSCRIBE_POST: ONE_CLICK,
        }

    def _recipient(self, token: str) -> str:
        local, domain, octets = _mailbox(self.mailbox)
        # RFC 5321 section 4.5.3.1.1: what is longer, not every server takes.
        if self.subaddressing and octets + 1 + len(token) <= MAX_LOCAL_BYTES:
            local = f"{local}+{token}"
        return f"{local}@{domain}"


@lru_cache(maxsize=16)
def _mailbox(address: str) -> tuple[str, str, int]:
    """Local part and domain as a URI has them (RFC 6068), and the octets of the local part."""
    local, _, domain = address.rpartition("@")
    return quote(local, safe="+"), quote(domain, safe=""), len(local.encode())
