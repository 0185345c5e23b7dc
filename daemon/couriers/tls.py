"""TLS towards the submission server: whom we trust, and what a failed handshake means."""

from __future__ import annotations

import ssl

from config.settings import SmtpSettings
from daemon.couriers.outcome import Step
from daemon.errors import CourierMisconfigured, PermanentFailure

# Later a broken stream is no fault of the settings; behind the final dot it tells nothing at all.
_HANDSHAKES = (Step.CONNECT, Step.STARTTLS)
# OpenSSL's words for a peer that does not speak TLS.
_NOT_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL"})


def tls_context(settings: SmtpSettings) -> ssl.SSLContext | None:
    """The context for `settings`, None where nothing is encrypted.

    Certificates and names are checked always, against `ca_file` alone where there is one. Raises
    PermanentFailure when that file cannot be used.
    """
    if settings.security == "none":
        return None
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except OSError as error:  # ssl.SSLError is one
        raise PermanentFailure(
            f"{settings.ca_file} cannot be used: {error.strerror or error}",
            part="smtp",
            setting="smtp.ca_file",
            cure="it has to hold the certificates of the authority in PEM form",
        ) from error


def tls_fault(step: Step, error: Exception) -> CourierMisconfigured | None:
    """What to change where `error` comes from a handshake that can never succeed, else None."""
    if step not in _HANDSHAKES:
        return None
    cause = error if isinstance(error, ssl.SSLError) else error.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return CourierMisconfigured(
            f"{step}: the server's certificate is not trusted: {cause.verify_message}",
            setting="smtp.ca_file",
            cure="use the name that the certificate is for in smtp.host; for a certificate "
            "authority of your own, name its file in smtp.ca_file",
        )
    if isinstance(cause, ssl.SSLError) and cause.reason in _NOT_TLS:
        return CourierMisconfigured(
            f"{step}: the server does not speak TLS on this port",
            setting="smtp.security",
            cure='port 465 goes with "tls", port 587 with "starttls"',
        )
    return None
