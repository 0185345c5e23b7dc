"""The names that machines write under: local parts of addresses, and display names.

Whole words only, as dots, hyphens and underscores part them: "rootham" and "bounceton" are people.
"""

from __future__ import annotations

import re
from functools import lru_cache

# At whatever place in the local part: nobody's name is one of these words.
_SYSTEM_WORDS = frozenset(
    {
        "mailerdaemon", "maildaemon", "mdaemon", "maildeliverysystem", "maildeliverysubsystem",
        "maildelivery", "mailsystem", "autoreply", "autoresponder", "autoresponse", "autorespond",
        "listserv", "majordomo", "antispam", "antivirus", "mailscanner", "mailgateway",
        "mailsweeper", "spamfilter", "virusscanner", "smtp", "ndr", "microsoftexchange",
        "mailservice",
    }
)  # fmt: skip
# As the whole, or as the first or the last word.
_SYSTEM_EDGES = frozenset({"daemon", "bounce", "bounces", "mailman", "sympa", "vacation", "dsn"})
# Nobody reads what is sent there; a person may still write from it.
_UNATTENDED = frozenset(
    {
        "noreply", "noreplies", "donotreply", "dontreply", "noresponse", "notreply", "neverreply",
        "unattended", "unmonitored", "nichtantworten", "bittenichtantworten", "keineantwort",
        "nepasrepondre", "nepasrépondre", "merciedenepasrepondre", "sansreponse", "nonrispondere",
        "noresponder", "norespondas", "norespondaestecorreo", "sinrespuesta", "naoresponda",
        "naoresponder", "nãoresponda", "nieodpowiadaj", "nieodpowiadac", "svarainte", "svarikke",
        "ikkesvar", "eivastata", "alavastaa", "neodpovidat", "neodpovidejte", "yanitlamayin",
        "cevaplamayin", "nietantwoorden", "nietbeantwoorden", "geenantwoord",
    }
)  # fmt: skip
# As the whole only: "john.root" is a person.
_ROLES = frozenset(
    {
        "postmaster", "root", "nobody", "cron", "www-data", "uucp", "amavis", "virusalert", "fbl",
        "arf", "scomp", "feedbackloop",
        "automated", "notification", "notifications", "notify", "alerts",
    }
)  # fmt: skip
# Teams of people behind an address that programs write from, too (RFC 2142).
_DESKS = frozenset({"abuse"})
_MAX_WORDS = 6  # that make one name: "bitte-nicht-antworten"
_OWNER = re.compile(
    r"owner-.+|.+-(?:owner|request|bounces?|confirm|subscribe|unsubscribe|join|leave)"
)
_WORDS = re.compile(r"[._\-+=#]+")
_OTHER_THAN_DOTS = re.compile(r"[_\-+=#]+")
_DIGITS = re.compile(r"\d+\Z")
# Exchange's own name: MicrosoftExchange and 32 hexadecimal digits.
_EXCHANGE = re.compile(r"microsoftexchange[0-9a-f]{8,32}")
# How servers rewrite a reverse-path: SRS, BATV, and addresses that are made for one message.
_SRS = re.compile(r"srs[01][=+-].*[=](.+)", re.IGNORECASE)
_BATV = re.compile(r"(?:(?:ms)?prvs\d?|btv1)=[^=]*=+(?:[^=]*=+)?(.+)", re.IGNORECASE)
_RETURNS = re.compile(r".+-(?:return|returns|bounces?|errors?)-.*\d.*", re.IGNORECASE)

# The whole name, or all before an address or a comment: "Hotmail Systems Ltd" is a company.
_SYSTEM_NAME = re.compile(
    r"\W*(?:the )?(?:(?:internet |e-?)?mail(?:er)?[ -]?(?:delivery[ -]?)?(?:sub)?(?:system|daemon)"
    r"|(?:internet )?mail[ -]?delivery(?: service| agent)?|delivery (?:sub)?system"
    r"|mail (?:router|gateway|transfer agent)|mail delivery status"
    r"|delivery status notification|postmaster|mail-?zustell(?:system|dienst)"
    r"|syst[èe]me de (?:messagerie|distribution)"
    r"|sistema de (?:correo|entrega)(?: de correo)?|sistema di posta|microsoft exchange"
    r"|autoresponder|auto-?reply|automatic reply|anti-?spam|mailing list manager)"
    r"\s*(?:[@(<].*)?\W*",
    re.IGNORECASE,
)
# Bounces of old servers come from an administrator, and so do customers.
_UNATTENDED_NAME = re.compile(
    r"\W*(?:(?:system[- ]?administrat(?:or|eur|ore|ör)|administrateur (?:du )?syst[èe]me"
    r"|administrador del? sistema|amministratore (?:di|del) sistema|administrador do sistema"
    r"|systeembeheer(?:der)?|mail administrator)|(?:please )?(?:do not|don't|no)[ -]?reply"
    r"|(?:bitte )?nicht antworten"
    r"|(?:merci de )?ne pas r[ée]pondre|no responder|non rispondere|n[ãa]o respond[ae]r?"
    r"|niet (?:be)?antwoorden|svara inte|svar ikke|ikke svar|nie odpowiada[ćcj]|[äa]l[äa] vastaa"
    r"|neodpov[íi]dat|yan[ıi]tlamay[ıi]n|返信不可|请勿回复|請勿回覆)\W*",
    re.IGNORECASE,
)
_MAX_CHARS = 320
# The From and the reverse-path of a message are mostly the same, and each is asked about twice.
_KEPT = 8


def is_mail_system(local: str, display: str = "") -> bool:
    """Whether a sender is a mail system, a list server or a responder: never a person."""
    words = _words(local)
    runs = _runs(words)
    return (
        any(run in _SYSTEM_WORDS for run in runs)
        or not _edges(local).isdisjoint(_SYSTEM_EDGES)
        or _EXCHANGE.fullmatch(local.lower()) is not None
        or _SYSTEM_NAME.fullmatch(display[:_MAX_CHARS]) is not None
    )


@lru_cache(maxsize=_KEPT)
def is_daemon_local(local: str) -> bool:
    """Whether at a local part nobody reads, or a machine does."""
    name = local.lower()[:_MAX_CHARS].partition("+")[0]
    return (
        name in _ROLES
        or _DIGITS.sub("", name) in _ROLES
        or _OWNER.fullmatch(name) is not None
        or any(run in _UNATTENDED for run in _runs(_words(local)))
        or is_mail_system(local)
    )


def is_desk(local: str) -> bool:
    """Whether a local part is that of a desk that people and programs share."""
    return local.lower().partition("+")[0] in _DESKS


def is_daemon_name(display: str) -> bool:
    """Whether a display name is a mail system's, or says that nobody reads."""
    name = display[:_MAX_CHARS]
    return bool(_SYSTEM_NAME.fullmatch(name) or _UNATTENDED_NAME.fullmatch(name))


@lru_cache(maxsize=_KEPT)
def is_daemon_envelope(local: str) -> bool:
    """Whether a reverse-path's local part is a machine's, also where a server has rewritten it."""
    name = local[:_MAX_CHARS].strip('"')
    rewritten = _SRS.fullmatch(name) or _BATV.fullmatch(name)
    bare = rewritten[1] if rewritten else name
    return is_daemon_local(bare) or _RETURNS.fullmatch(bare) is not None


def _words(local: str) -> list[str]:
    """The words of a local part in lower case, each without the digits at its end."""
    words = [word for word in _WORDS.split(local.lower()[:_MAX_CHARS]) if word]
    return [_DIGITS.sub("", word) or word for word in words] or [""]


def _edges(local: str) -> set[str]:
    """The first and the last word. A dot parts people's names: "bounce.bill" is one of them."""
    words = [_DIGITS.sub("", word) or word for word in _OTHER_THAN_DOTS.split(local.lower())]
    by_dots = local.lower().split(".")
    numbered = {by_dots[0]} if all(any(map(str.isdigit, w)) for w in by_dots[1:]) else set()
    return {words[0], words[-1]} | numbered


def _runs(words: list[str]) -> set[str]:
    """Each word, and each few that follow one another, written as one: "no-reply" is "noreply"."""
    return {
        "".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, min(start + _MAX_WORDS, len(words)) + 1)
    }
