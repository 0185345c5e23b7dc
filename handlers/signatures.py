"""What stands below a text: the signature, "Sent from my phone", the disclaimer of a company."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MAX_PARAGRAPH_CHARS = 4_000
# A company's notice is long; a sentence like "this message is confidential" may be a person's.
_MIN_DISCLAIMER_CHARS = 100
_DEVICE = (
    r"(?:i-?phon|ipad|ios\b|android|samsung|galaxy|huawei|xiaomi|smartphone|handy|mobil|telefon"
    r"|phone|tablet|blackberry|outlook|yahoo|gmail|aol\b|proton|gmx|web\.de|t-online|telekom"
    r"|mail (?:for|für|pour|para|per|voor) windows|mail\Z|gerät|apparaat|dispositivo|appareil"
    r"|celular|móvil|cellulare|thunderbird|device)"
)
# Within a clause: "Sent from my phone, please cancel" is more than the phone says.
_FEW = r"[^,;!?]"
_SENT_FROM = re.compile(
    r"(?:(?:sent|gesendet|envoyé|envoyée|enviad[oa]|inviat[oa]|verzonden|verstuurd|gestuurd"
    r"|wysłan[oe]|skickat|sendt|odesláno|lähetetty|отправлено|надіслано)"
    r"\s(?:from|via|with|using|von|mit|über|de|du|depuis|avec|desde|con|do|pelo|da|dal|dalla"
    r"|vanaf|met|van|z|ze|från|fra|med|с|из|з|із)\b"
    rf"{_FEW}{{0,40}}?{_DEVICE}{_FEW}{{0,60}}"
    r"|(?:get|téléchargez|obtenez|holen sie sich|obtener|obtenga|scarica|ottieni|obter|obtenha"
    r"|download|hämta|hent|pobierz|uzyskaj|získat|získejte)(?: o| la| il| aplikację)? outlook"
    r"(?: (?:for|für|pour|para|per|för|til|dla|pro)\b.{0,60})?|hanki outlook \w{3,12}"
    r"|(?:ios|android) için outlook.{0,20}|(?:ios|android) ?[版用] ?outlook.{0,20}"
    r"|(?:获取|下载|取得).{0,20}outlook.{0,30}|outlook.{0,20}を入手"
    r"|outlook (?:für|voor|pour|para|per|for) (?:ios|android|mac|windows).{0,60}"
    r"|yahoo mail: .{0,80}"
    rf"|von (?:meinem |mein )?{_FEW}{{0,30}}?{_DEVICE}{_FEW}{{0,25}}gesendet\.?"
    rf"|diese nachricht wurde (?:von|mit) {_FEW}{{2,60}}gesendet\.?"
    r"|(?:iphone|ipad|android).{0,20}から送信|내 .{1,20}에서 보냄"
    r"|从我的.{1,20}发送|发自我的.{1,20}|來自我的.{0,20}手機|来自我的.{0,20}手机"
    r"|.{0,40}(?:iphone|ipad|cihaz|telefon)\S{0,12} gönderildi\.?"
    r"|lähetetty .{0,30}(?:iphone|ipad|android|puhelim|laittee)\S{0,10})\Z",
    re.IGNORECASE,
)
_MAX_SENT_FROM_CHARS = 120
_NOTICE = (
    r"\W*(?:(?:confidentiality|privacy|legal|important)\s+(?:notice|note)|disclaimer|confidential"
    r"|hinweis|vertraulichkeit\w*|avis|aviso(?: legal| de \w+)?|avviso)?\W*"
)
_DISCLAIMER = re.compile(
    _NOTICE + r"(?:(?:the )?(?:(?:information|contents?)(?: contained)? (?:in|of) )?this"
    r" (?:e-?mail|message|communication)|(?:der inhalt )?dieser? (?:e-?mail|nachricht)"
    r"|ce (?:message|courriel|mail)|este (?:mensaje|correo|e-?mail)|questo messaggio"
    r"|questa e-?mail|deze e-?mail|dit (?:bericht|e-?mail\w*)|esta mensagem|as informações"
    r"|la información|le informazioni)\b.{0,300}?"
    r"(?:confiden|privileged|intended (?:only|solely|exclusively|for the)|vertraulich"
    r"|(?:nur|ausschließlich) für .{0,60}bestimmt|(?:exclusi|uniquement|solo|só)\S* .{0,20}destin"
    r"|destinat[aá]r|vertrouwelijk|\bvirus)"
    + "|"
    + _NOTICE
    + r"(?:if you (?:are not the intended|(?:have )?received this (?:e-?mail|message)[^.]{0,40} in"
    r" error)|(?:wenn|falls|sollten) sie nicht der (?:richtige|beabsichtigte|vorgesehene)"
    r"|si vous n['’]êtes pas (?:le|la|l['’]) ?(?:véritable )?destinataire"
    r"|si (?:usted )?no es (?:usted )?el destinatario|se non (?:siete|è|sei) il destinatario"
    r"|(?:indien|als) u niet de (?:bedoelde )?(?:geadresseerde|ontvanger)"
    r"|se (?:você )?não (?:é|for) o destinatário)",
    re.IGNORECASE | re.DOTALL,
)
_GREEN = re.compile(
    r"\W*(?:please consider the environment|denken sie an die umwelt|bitte prüfen sie, ob diese"
    r"|pensez à l['’]environnement|antes de imprimir|prima di stampare|denk aan het milieu)",
    re.IGNORECASE,
)


def signature_start(lines: Sequence[str]) -> int:
    """The index of the line at which the writer's own words end; the number of lines if nowhere.

    A signature begins at its delimiter. Without one, lines of devices and the disclaimers at the
    end are taken off; never all of a text for its disclaimer.
    """
    for index, line in enumerate(lines):
        # RFC 3676 section 4.3: two hyphens and a space; many clients lose the space.
        if line.rstrip() == "--" or line.strip() in ("—", "__"):
            return index
    end = len(lines)
    while True:
        while end and (not lines[end - 1].strip() or _is_sent_from(lines[end - 1].strip())):
            end -= 1
        start = _last_paragraph(lines, end)
        if not start or not _is_notice("\n".join(lines[start:end])[:_MAX_PARAGRAPH_CHARS]):
            return end
        end = start


def _is_notice(paragraph: str) -> bool:
    if _GREEN.match(paragraph):
        return True
    return len(paragraph) >= _MIN_DISCLAIMER_CHARS and bool(_DISCLAIMER.match(paragraph))


def _is_sent_from(line: str) -> bool:
    return len(line) <= _MAX_SENT_FROM_CHARS and bool(_SENT_FROM.match(line))


def _last_paragraph(lines: Sequence[str], end: int) -> int:
    for index in range(end - 1, -1, -1):
        if not lines[index].strip():
            return index + 1
    return 0
