"""The names that machines write under: local parts of addresses, and display names."""

from __future__ import annotations

import re

_DAEMON_LOCALS = frozenset(
    {
        "mailer-daemon", "maildaemon", "postmaster", "mail-daemon", "mdaemon", "daemon", "bounce",
        "bounces", "listserv", "majordomo", "sympa", "mailman", "autoreply", "auto-reply",
        "autoresponder", "noreply", "no-reply", "donotreply", "do-not-reply", "no_reply",
        "do_not_reply", "root", "nobody",
    }
)  # fmt: skip
_OWNER_LOCALS = re.compile(r"owner-.+|.+-(?:owner|request|bounces?|noreply|no-reply)")
# The whole name, or all before an address or a comment: "Hotmail Systems Ltd" is a company.
_DAEMON_NAMES = re.compile(
    r"\W*(?:the )?(?:mail(?:er)?[ -]?(?:delivery[ -])?(?:sub)?(?:system|daemon)|postmaster"
    r"|delivery subsystem)\s*(?:[@(<].*)?\W*",
    re.IGNORECASE,
)


def is_daemon_local(local: str) -> bool:
    """Whether a local part is a machine's. Whole names only: "rootham" is a person."""
    name = local.lower().partition("+")[0]
    return name in _DAEMON_LOCALS or bool(_OWNER_LOCALS.fullmatch(name))


def is_daemon_name(display: str) -> bool:
    """Whether a display name is a mail system's."""
    return _DAEMON_NAMES.fullmatch(display) is not None
