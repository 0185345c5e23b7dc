"""The words of mail programs, in their languages, by which a quotation is known.

Data for quote_headers.py: a new program or language is a word here.
"""

from __future__ import annotations

# "On … wrote:". In alternation, so parts of regular expressions.
WROTE = (
    r"\b(?:wrote|writes|schrieb|geschrieben|a écrit|escribió|ha scritto|scrive|schreef|geschreven"
    r"|escreveu|skrev|skriver|kirjoitti|napisał(?:a|\(a\))?|napisana przez|pisze"
    r"|napsal(?:a|\(a\))?|píše|написав(?:ла)?|написал(?:а|\(а\))?|пишет|пише|yazdı|schreven)"
    r"\b\)?|写道|寫道|写到|书写|書きました|のメール\s?[:：]\Z|書きました|작성"
)
# Programs that begin a line with these name the address of whom they quote.
QUOTING = (
    r"(?:quoting|zitat von|citando a?|citat från|lainaus|selon|cytowanie|citerar|citerer"
    r"|citace|alıntı)\b"
)
# How a line begins that goes on with a date.
LEADS = (
    r"(?:on|at|am|le|el|il|il giorno|op|em|no dia|(?-i:Às)|den|dne|dnia|w dniu|på|pe|ma|v|в|у"
    r"|a (?:segunda|terça|quarta|quinta|sexta|sábado|domingo)|wiadomość napisana przez)\b|[在於于]"
)
# In a line between two rows of dashes: the message below is another one.
FRAMED = (
    r"original|origin(?:e|eel)\b|d['’]origine|forwarded|ursprüngliche|weitergeleitet"
    r"|transféré|réexpédié|reenviad|(?:re)?encaminhad|inoltrat|doorgestuurd|oorspronkelijk"
    r"|vidarebefordra|ursprungligt|videresend|opprinnelig|oprindelig|alkuperäinen|välitetty"
    r"|edelleenlähet|přepos[ií]?la|původní|przekaza|przesłan|oryginaln|пересыла|исходное|переслан|перенаправлен"
    r"|переадресован"
    r"|özgün|orijinal|iletilen|i̇letilen|iletilmiş|i̇letilmiş|yönlendiril"
    r"|转发|轉寄|轉發|原始|原邮件|原郵件|邮件原件|元の|転送|원본|전달"
)
# A line of these alone, one of the first kind among them, ends with a colon.
FORWARDED = frozenset(
    {"forwarded", "weitergeleiteten", "weitergeleitete", "transféré", "réexpédié",
     "reenviado", "inoltrato", "doorgestuurd", "encaminhada", "reencaminhada",
     "vidarebefordrat", "vidarebefordrade", "videresendt", "videresendte",
     "edelleenlähetetty", "välitetty", "przekazywanej", "przekazana", "przesłanej",
     "przekazanej", "přeposlané", "přeposílané", "přeposlaná", "iletilen", "i̇letilen",
     "yönlendirilen", "пересылаемое", "пересылаемого", "пересланное",
     "переадресованное", "переадресованного", "перенаправленное", "перенаправленного"}
)  # fmt: skip
AROUND_FORWARDED = frozenset(
    {"begin", "start", "beginning", "of", "the", "a", "message", "mail", "email", "e",
     "anfang", "der", "nachricht", "début", "du", "courriel", "inicio", "comienzo", "del",
     "mensaje", "inizio", "messaggio", "bericht", "início", "da", "de", "do", "mensagem",
     "brev", "mejl", "meddelande", "början", "på", "starten", "begynnelse", "begynd",
     "besked", "melding", "meddelelse", "post", "en", "et", "aloita", "viesti", "alkaa",
     "początek", "dalej", "wiadomości", "wiadomość", "začátek", "zprávy", "zpráva", "ileti",
     "iletinin", "başlangıcı", "mesaj", "mesajın", "postanın", "начало", "сообщение",
     "сообщения"}
)  # fmt: skip
# The same where words are not divided.
FORWARDED_CJK = (
    r"(?:开始|下面是|以下是|以下为|以下為|開始)?被?(?:转发|轉寄|轉發)(?:的|来的|來的)?"
    r"(?:邮件|郵件|信件|消息|訊息|邮件信息)\s?[:：]\Z"
    r"|(?:以下(?:は|、)?)?転送(?:された)?(?:メッセージ|メール)\s?[:：]\Z"
)
# Ticket systems ask for the answer to stand above a line.
ABOVE = (
    r"above this line|(?:über|oberhalb) dieser (?:linie|zeile)|au[- ]dessus de cette ligne"
    r"|(?:encima|arriba) de esta línea|sopra questa (?:linea|riga)|acima desta linha"
    r"|boven deze (?:lijn|regel)|powyżej tej linii|ovanför (?:den här|denna) (?:linjen?|raden?)"
    r"|over denne (?:linjen?|streken?)|tämän (?:rivin|viivan) yläpuolelle"
    r"|nad (?:tento řádek|touto čárou|tuto čáru|tímto řádkem)|bu (?:satırın|çizginin) üst"
    r"|この(?:行|線)より上|在?此[行线線](?:以上|上方|之上)"
)
# Outlook's block of fields. Two words and an apostrophe are written together here.
FIELDS = {
    "from": (
        "from von de da van od från fra lähettäjä от від kimden gönderen expéditeur absender"
        " remitente remetente mittente afzender nadawca odesílatel avsändare afsender avsender"
        " 差出人 送信者 送信元 发件人 寄件者 寄件人 發件人 보낸사람"
    ),
    "date": (
        "sent date gesendet datum envoyé envoyée dateenvoi dateden voi datedenvoi enviado enviada"
        " enviadoel enviadoem enviadaem fecha data inviato inviata verzonden wysłano wysłane"
        " datawysłania odesláno skickat skickades sendt lähetetty päivämäärä päiväys aika"
        " отправлено дата надіслано gönderildi gönderilme gönderilmezamanı gönderilmetarihi"
        " göndermetarihi tarih dato sendtden skickatden sentat 送信日時 送信日 日付 日時 发送时间"
        " 发送日期 日期 发件时间 發送時間 寄件日期 時間 时间 보낸날짜 날짜"
    ),
    "to": (
        "to an à a para aan do komu till til vastaanottaja кому kime alıcı 宛先 收件人 收件者"
        " 받는사람 destinataire destinatario destinatário cc bcc kopie kopia kopi copie"
        " copia cópia"
        " adresat příjemce mottagare modtager mottaker ontvanger empfänger alıcılar gönderilen"
    ),
    "subject": (
        "subject betreff objet sujet asunto oggetto onderwerp assunto temat předmět ämne emne"
        " aihe тема konu 件名 主题 主題 主旨 제목"
    ),
}
