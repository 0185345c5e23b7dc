"""Notices of absence and other words of machines, which no header field gives away."""

from __future__ import annotations

import re

from handlers.screen.condition import Ourselves
from handlers.values import Message

_AWAY_SUBJECT = re.compile(
    r"\s*(?:(?:re|aw|sv|antw)\s*:\s*)?(?:"
    r"auto(?:matic|mated|matische|matisk|matico|matica|mático|mática)?[ -]?(?:re(?:ply|sponse)|"
    r"antwort|svar|antwoord)|automatic reply|out of (?:the )?office|abwesen|ich bin abwesend|"
    r"réponse automatique|absence du bureau|respuesta automática|fuera de la oficina|"
    r"risposta automatica|fuori (?:sede|ufficio)|resposta automática|fora do escritório|"
    r"ausência|afwezig|frånvaro|fravær|automatická odpověď|autorespuesta|vacation reply|"
    r"odpowiedź automatyczna|otomatik yanıt|poissa|自动回复|自動返信)",
    re.IGNORECASE,
)
_AWAY_TEXT = re.compile(
    r"this is an (?:automatic|automated|auto)[ -]?(?:reply|response|message)"
    r"|dies(?:e|es)? ist eine automatische|i am (?:currently )?out of (?:the )?office"
    r"|automatisch (?:generiert|erzeugt)",
    re.IGNORECASE,
)


def away(message: Message, _: Ourselves) -> bool:
    """Whether it reads like a notice of absence or an automatic reply."""
    return bool(_AWAY_SUBJECT.match(message.subject) or _AWAY_TEXT.search(message.new_text[:2000]))
