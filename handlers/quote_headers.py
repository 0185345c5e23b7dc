"""The lines above a quotation: "On … wrote:", Outlook's block of fields, "Forwarded message".

mail-parser-reply knows some forms of "… wrote:"; those of other programs and languages, and all
blocks of fields, are recognised here by what they have in common, line by line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from mailparser_reply.constants import MAIL_LANGUAGES

# Real headers are far shorter, and the library's patterns are quadratic in a line's length.
MAX_LINE_CHARS = 250
_LIBRARY_CHARS = 150
MAX_LINES = 1_000
_WRAPPED_LINES = 3

_COLONS = (":", "：")
_WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb|geschrieben|a écrit|escribió|ha scritto|scrive|schreef|geschreven"
    r"|escreveu|skrev|kirjoitti|napisał(?:a|\(a\))?|pisze|napsal(?:a|\(a\))?|написав(?:ла)?"
    r"|написал(?:а|\(а\))?|пишет|пише|yazdı|schreven)\b\)?|写道|寫道|书写|書きました|작성",
    re.IGNORECASE,
)
# What a program writes names the time or the address of the message, which people do not.
_TIME_OR_ADDRESS = re.compile(r"\d{1,2}\s?[:.hH]\s?\d{2}\b|[^\s@]@[^\s@]+\.\w")
_OWN_WORDS = re.compile(
    r"\b(?:I|ich|ik|jag|jeg|we|wir)\s+(?:wrote|schrieb|schreef|skrev)\b"
    r"|\b(?:schrieb|schreef|skrev|habe|had|have)\s+(?:I|ich|ik|jag|jeg|we|wir)\b"
    r"|\b(?:I|we)\s+(?:have|had)\b|\b(?:ich|wir|ik)\b.{0,80}\bgesch(?:rieben|reven)",
    re.IGNORECASE,
)
_JAPANESE = re.compile(
    r"\d{4}年\d{1,2}月\d{1,2}日.{1,150}<[^<>\s]{1,100}@[^<>\s]{1,100}>\s?[:：]\Z"
)
_LEADS = re.compile(
    r"(?:on|am|le|el|il|op|em|no dia|às|a las|den|dne|dnia|w dniu|pe|ma|в|у|\d|\w{2,4}\.?,? \d)"
    r"\b",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"-{2,}\s*(?:original|forwarded|ursprüngliche|weitergeleitete|message|mensaje|messaggio"
    r"|mensagem|doorgestuurd|oorspronkelijk|vidarebefordra|videresend|opprinnelig|oprindelig"
    r"|přeposlan|původní|przekazan|wiadomość|пересыла|исходное|переслан|özgün|iletilen"
    r"|alkuperäinen|välitetty|转发|原始|轉寄|元の|転送|원본|전달).{0,60}?-{2,}"
    r"|-{3,}\s.{5,200}\b(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu)\s-{3,}\s*\Z"
    r"|(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)"
    r"|début du (?:message|courriel) (?:réexpédié|transféré)|inicio del mensaje reenviado"
    r"|inizio (?:del )?messaggio inoltrato|begin doorgestuurd bericht"
    r"|início d[ao] mensagem (?:re)?encaminhada|vidarebefordrat (?:brev|mejl|meddelande)"
    r"|start på videresendt (?:besked|melding|e-mail|e-post))\s?:"
    r"|\[?original message processed by david",
    re.IGNORECASE,
)
_KINDS = {
    "from": (
        "from von de da van od från fra lähettäjä от від kimden gönderen expéditeur absender"
        " remitente remetente mittente afzender 差出人 送信者 发件人 寄件者 보낸사람"
    ),
    "date": (
        "sent date gesendet datum envoyé enviado enviada fecha data inviato verzonden wysłano"
        " odesláno skickat sendt dato lähetetty päivämäärä отправлено дата надіслано gönderildi"
        " tarih 送信日時 日付 日時 发送时间 日期 發送時間 보낸날짜 날짜"
    ),
    "to": (
        "to an à a para aan do komu till til vastaanottaja кому kime alıcı 宛先 收件人 받는사람"
        " destinataire destinatario cc bcc kopie kopia kopi copie"
    ),
    "subject": (
        "subject betreff objet sujet asunto oggetto onderwerp assunto temat předmět ämne emne"
        " aihe тема konu 件名 主题 主題 제목"
    ),
}
_FIELDS = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_FIELD = re.compile(
    r"[*_\s]{0,3}(\w{1,16}(?: (?:사람|날짜))?)(?: (?:el|em|le|den|am))?\s?[*_]?[:：][*_]?(.*)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteHeader:
    """A quote header: `lines` of them from `start`, counted from 0.

    `takes_all` is set where the whole rest of the text belongs to the other side: under a
    forwarding line or a block of fields nobody marks what is quoted.
    """

    start: int
    lines: int
    takes_all: bool


def find_quote_header(lines: Sequence[str]) -> QuoteHeader | None:
    """The first quote header among the first 1,000 lines, or None.

    Lines marked as quoted are passed over: the headers in there are older ones.
    """
    short = [line.strip()[:MAX_LINE_CHARS] for line in lines[:MAX_LINES]]
    for index, line in enumerate(short):
        if not line or line[0] in ">|":
            continue
        if _FORWARDED.match(line):
            return QuoteHeader(start=index, lines=1, takes_all=True)
        if line.endswith(_COLONS):
            count = _wrote(short, index)
            if count:
                return QuoteHeader(start=index + 1 - count, lines=count, takes_all=False)
        count = _block(short, index)
        if count:
            return QuoteHeader(start=index, lines=count, takes_all=True)
    return None


def _wrote(lines: Sequence[str], last: int) -> int:
    """How many lines a "… wrote:" header takes that ends with line `last`; 0 if it is none.

    Mail programs wrap it at most twice.
    """
    found = 0
    for count in range(1, _WRAPPED_LINES + 1):
        first = last + 1 - count
        if first < 0 or not lines[first] or lines[first][0] in ">|":
            break
        if count > 1 and lines[first][-1] in ".!?":
            break  # a sentence of the writer's own
        if _is_wrote(" ".join(lines[first : last + 1])):
            if _LEADS.match(lines[first]) and _TIME_OR_ADDRESS.search(lines[first]):
                return count
            found = found or count
    return found


def _is_wrote(text: str) -> bool:
    if not _WROTE.search(text) or _OWN_WORDS.search(text):
        return bool(_JAPANESE.match(text))
    if _TIME_OR_ADDRESS.search(text):
        return True
    return len(text) <= _LIBRARY_CHARS and bool(_library_pattern().match(text))


def _block(lines: Sequence[str], first: int) -> int:
    """How many lines a block of fields takes from line `first`; 0 if there is none.

    A block says from whom and when, with the time of day or with an address. A web form's
    "From: … Subject: …" is no such block, and neither is the head of a letter.
    """
    if _field(lines[first]) is None:
        return 0
    kinds: dict[str, str] = {}
    end = first
    for index in range(first, min(first + 12, len(lines))):
        field = _field(lines[index])
        if field is not None:
            kinds.setdefault(*field)
            end = index + 1
        elif lines[index] and index > end:
            break  # two lines that are no fields: at most one is the rest of a wrapped one
    sender, date = kinds.get("from"), kinds.get("date")
    if sender is None or date is None:
        return 0
    return end - first if _TIME_OR_ADDRESS.search(f"{date} {sender}") else 0


def _field(line: str) -> tuple[str, str] | None:
    """The kind and the value of a field such as "Von: …"."""
    match = _FIELD.match(line)
    kind = _FIELDS.get(match[1].lower().replace(" ", "")) if match else None
    return (kind, match[2]) if match and kind else None


@cache
def _library_pattern() -> re.Pattern[str]:
    """The forms of "… wrote:" that mail-parser-reply knows, of all its languages."""
    forms = (
        language["wrote_header"]
        for language in MAIL_LANGUAGES.values()
        if "wrote_header" in language
    )
    return re.compile("|".join(forms), re.IGNORECASE)
