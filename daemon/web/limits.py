"""How often somebody may do something: a bucket each, which fills again with time."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from threading import Lock


@dataclass(slots=True, kw_only=True)
class Buckets:
    """`burst` times at once, then once in `every_s` seconds, for each of `most` names.

    Of more names, those that have not come for longest are forgotten: their buckets are full anew.
    """

    burst: int
    every_s: float
    most: int = 10_000
    _held: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, name: str, *, now_s: float) -> float:
        """0 where it may be done now, else in how many seconds; `now_s` never goes back."""
        with self._lock:
            left, since_s = self._held.pop(name, (float(self.burst), now_s))
            left = min(self.burst, left + (now_s - since_s) / self.every_s)
            wait_s = 0.0 if left >= 1 else (1 - left) * self.every_s
            self._held[name] = (left if wait_s else left - 1, now_s)
            while len(self._held) > self.most:
                self._held.popitem(last=False)
            return wait_s


def network_of(client: str) -> str:
    """Whose address it is: of IPv6 the /64, which one customer has whole."""
    try:
        address = ip_address(client.partition("%")[0])
    except ValueError:
        return client
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(IPv6Address(int(address) >> 64 << 64))
    return str(address)
