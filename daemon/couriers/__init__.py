"""What delivers mail. To add a courier, add its module, and choose it in `open_courier`."""

from __future__ import annotations

from config.settings import SmtpSettings
from daemon.ports import Courier


def open_courier(settings: SmtpSettings, password: str | None) -> Courier:
    """The courier for `[smtp]`; connects with the first mail.

    Raises PermanentFailure when `ca_file` cannot be used.
    """
    # Only the process that delivers loads the library that does.
    from daemon.couriers.pool import SmtpCourier

    return SmtpCourier(settings, password)


__all__ = ["open_courier"]
