"""The inbox behind an address, as far as its form tells: mails to it are counted together.

`anna+news@shop.example` is the inbox of `anna@shop.example` with most providers (RFC 5233), so
nobody is flooded through us by way of a thousand tags. Only counting goes by it: who opts out, is
asked or confirms is always the address itself.
"""

from __future__ import annotations

# The one provider of weight that passes over dots, by its two names.
_WITHOUT_DOTS = frozenset({"gmail.com", "googlemail.com"})


def inbox_key(address_key: str) -> str:
    """The key of the inbox; what is no address, such as a forgotten person's hash, stays so."""
    local, at, domain = address_key.rpartition("@")
    if not at:
        return address_key
    untagged = local.partition("+")[0] or local
    if domain in _WITHOUT_DOTS:
        untagged, domain = untagged.replace(".", "") or untagged, "gmail.com"
    return f"{untagged}@{domain}"
