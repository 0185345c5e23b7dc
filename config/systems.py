"""The settings of other systems: who comes by HTTPS, the control panel, and who is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from config.kinds import FileName, Listen, OptionalPath, PlainName, ReceiverUrl, Text
from config.section import Section

_URL = re.compile(r"[!-;=?-~]+\Z")  # printable ASCII without angle brackets
_EVENT = re.compile(r"(opt_out|cancellation)\.([a-z_]+|\*)\Z")


class WebSettings(Section):
    """`[web]`: where a newsletter's reader can leave a list over HTTPS."""

    base_url: Text = ""  # "": the newsletter offers mail only
    listen: Listen = "127.0.0.1:8025"  # of `optoutd web`, for a proxy beside it
    token_files: tuple[FileName, ...] = ()  # of those who may ask whom not to send to

    @field_validator("base_url")
    @classmethod
    def _https_only(cls, value: str) -> str:
        if not value:
            return value
        try:
            parts = urlsplit(value)
        except ValueError:  # brackets that hold no address
            parts = urlsplit("")
        # RFC 8058 section 3.1: the URI of a one-click unsubscription is an HTTPS one.
        if parts.scheme != "https" or not parts.hostname:
            raise ValueError('must start with https:// and a host name, or be "" for none')
        if parts.query or parts.fragment or "@" in parts.netloc or not _URL.match(value):
            raise ValueError("must be a plain address such as https://www.example.com/optoutd")
        return value.rstrip("/")


class PanelSettings(Section):
    """`[panel]`: by what the control panel shows that it is the control panel; either suffices."""

    token_files: tuple[FileName, ...] = ()  # bearer tokens (RFC 6750)
    signing_key_files: tuple[FileName, ...] = ()  # whsec_… of Standard Webhooks


class ReceiverSettings(Section):
    """`[[receiver]]`: another system that is told of each change of a request.

    `options` are the module's own: each module says which it knows.
    """

    name: PlainName
    url: ReceiverUrl
    secret_files: tuple[FileName, ...] = Field(min_length=1)
    module: Text = Field(default="webhook", min_length=1)
    events: tuple[str, ...] = ()  # none: all that the module can tell
    options: Mapping[str, str] = Field(default={})
    ca_file: OptionalPath = None  # a private certificate authority; the system's when absent
    timeout_seconds: float = Field(default=15.0, gt=0, le=120)  # for all of one telling
    connections: int = Field(default=4, ge=1, le=32)

    @field_validator("events")
    @classmethod
    def _known_forms(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for event in value:
            if not _EVENT.match(event):
                raise ValueError(
                    f'"{event}" must be a kind and a state, such as "cancellation.confirmed" '
                    'or "opt_out.*"'
                )
        return value
