"""What phones, mail programs, companies and virus scanners put beside a writer's words.

Data for signatures.py, parts of regular expressions that are matched without regard to case. A
new program, language or company notice is a word here.
"""

from __future__ import annotations

# "Sent from my iPhone": what was done, by what, and which programs and devices do it.
SENT = (
    r"sent|gesendet|versendet|envoyée?|enviad[oa]|inviat[oa]|verzonden|verstuurd|gestuurd"
    r"|wysłan[oe]|skickat|skickades|sendt|odesláno|posláno|lähetetty|отправлено|надіслано"
)
BY = (
    r"from|via|with|using|by|von|mit|über|de|du|depuis|avec|à partir d[eu]|à l['’]aide d[eu]|desde"
    r"|con|com|do|da|dal|dalla|no|pelo|pela|a partir d[eoa]|mediante|vanaf|vanuit|met|van|z|ze|za"
    r" pomocą|pomocí|přes|från|fra|med|с|из|з|із|bezpieczną pocztą"
)
DEVICE = (
    r"(?:i-?phon|ipad|ios\b|android|samsung|galaxy|huawei|xiaomi|redmi|pixel|oneplus|oppo\b|vivo\b"
    r"|realme|nokia|motorola|honor\b|xperia|smartphone|smarttelefon|handy|mobil|telefon|phone"
    r"|tablet|blackberry|outlook|yahoo|gmail|aol\b|proton|gmx|web\.de|t-online|telekom|onet"
    r"|interia"
    r"|seznam|email\.cz|libero|virgilio|tiscali|orange|laposte|sfr\b|ziggo|kpn|spark\b|mailspring"
    r"|superhuman|shortwave|airmail|edison|blue ?mail|canary|fastmail|zoho|tutanota|tuta\b|k-9"
    r"|aqua ?mail|roundcube|thunderbird|(?:mail|e-?post|posta|poczta|pošty|email|correo|courrier"
    r"|e-mail) (?:for|für|pour|para|per|voor|för|til|dla|pro) windows|mail[- ]app\b|mail\Z|gerät"
    r"|apparaat|dispositivo|appareil|urządzeni|zařízení|celular|móvil|cellulare|device|телефон"
    r"|смартфон|устройств|айфон"
    r"|мобильн|яндекс|mail\.ru|почт[аы]? для windows)"
)
GET = (
    r"get|download|téléchargez|télécharger|obtenez|obtenir|holen sie sich|laden sie|obtener"
    r"|obtenga|descargar|descarga|scarica|ottieni|obter|obtenha|baixe|baixar|hämta|skaffa"
    r"|skaff deg|hent|få|pobierz|uzyskaj|získat|získejte|stáhnout|stáhněte|получить|получите"
    r"|скачать|скачайте"
)
# Whole lines in languages that put it otherwise.
WHOLE_LINES = (
    r"hanki outlook \w{3,12}",
    r"(?:ios|android|mac) için outlook.{0,20}(?:edinin|indirin|alın)\.?.{0,60}",
    r"(?:ios|android|windows) ?[版用] ?(?:の ?)?outlook.{0,20}",
    (
        r"outlook (?:für|voor|pour|para|per|for|för|til|dla|pro|для)"
        r" (?:ios|android|mac|windows).{0,60}"
    ),
    r"(?:获取|下载|取得|下載).{0,20}outlook.{0,30}",
    r"outlook.{0,20}を入手.{0,40}",
    r"yahoo mail: .{0,80}",
    r"provenance : (?:courrier|outlook) pour windows",
    r"diese nachricht wurde (?:von|mit) [^,;!?]{2,60}gesendet\.?",
    r"von (?:meinem |mein |meiner )?[^,;!?]{0,30}?" + DEVICE + r"[^,;!?]{0,25}gesendet\.?",
    (
        r".{0,12}(?:iphone|ipad|android|galaxy|xperia|aquos|スマートフォン|スマホ|携帯|outlook"
        r"|proton mail|アプリ|版の ?メール).{0,20}(?:から|で) ?送信(?:しました|されました)?。?"
    ),
    r"내 .{1,20}에서 보냄",
    r"从(?:我的| windows).{1,20}发送|從我的.{1,20}(?:傳送|發送|寄出)",
    (
        r"(?:发送自|发自|發自|傳送自|来自|來自) ?(?:我的|qq邮箱|网易|outlook|iphone|yahoo|新浪"
        r"|foxmail).{0,30}"
    ),
    r".{0,40}(?:iphone|ipad|cihaz|telefon|galaxy|samsung)\S{0,14} gönderildi\.?",
    (
        r"(?:\S{1,12} için )?(?:posta|proton mail|gmail|outlook(?: uygulaması)?|yahoo mail)"
        r"(?: ile|['’]?\w{2,6}|\w{0,6}ndan)(?: \S{1,14})? gönderildi\.?"
    ),
    (
        r"lähetetty .{0,30}(?:iphone|ipad|android|puhelim|laittee|galaxy|samsung|windows|outlook"
        r"|gmail|yahoo|proton|sähköpostisov)\S{0,12}(?: \S{1,20}){0,2}"
    ),
)

# What the notices of companies speak of. One alone is said by people as well.
CONFIDENTIAL = (
    r"confidenti|privileged|proprietary|vertraulich|geheim|confidenciais|riservat|reservad"
    r"|vertrouwelijk|poufn|konfidenti|fortrolig|luottamukselli|důvěrn|gizli|конфиденциальн|機密|秘密"
    r"|保密|机密"
)
RECIPIENT = (
    r"intended (?:recipient|addressee|only|solely|exclusively|for the)|addressee|named recipient"
    r"|adressat|empfänger|(?:ausschließlich|nur) für .{0,60}bestimmt|destinat|geadresseerde"
    r"|ontvanger|adresat|odbiorc|mottagar|modtager|mottaker|vastaanottaj|příjemc|alıcı|адресат"
    r"|получател|предназначен|受信者|宛先"
    r"|收件人|收信人"
)
IN_ERROR = (
    r"in error|by mistake|irrtümlich|versehentlich|par erreur|por error|por erro|per errore"
    r"|por engano|ten onrechte|per abuis|per vergissing|pomyłk|omyłk|av misstag|ved en fejl"
    r"|ved (?:en )?feil|ved en feiltakelse|vahingossa|erehdyksessä|omylem|yanlışlıkla|по ошибке"
    r"|ошибочно"
    r"|誤って|误收|誤收"
)
FORBIDDEN = (
    r"unauthori[sz]ed|prohibit|disclos|disseminat|distribut|copying|reproduc|liabilit|unbefugt"
    r"|verboten|nicht gestattet|untersagt|haftung|weitergabe|interdit|divulga|diffusi|prohibid"
    r"|proibid|vietat|difusión|verboden|openbaarmaking|verspreid|zabronion|rozpowszechni|förbjud"
    r"|spridning|forbudt|videregiv|kiellet|levittä|zakázán|šířen|yasak|запрещ|не допускается|禁止"
    r"|禁じ|開示|披露"
)
DISPOSAL = (
    r"delete|destroy|notify|inform the sender|löschen|vernichten|informieren|benachrichtig"
    r"|supprim|détrui|avis(?:er|ez)|prévenir|elimin|destru|borr|notifi|avis[ae]|cancell|distrugg"
    r"|verwijder|vernietig|apag|usun|zniszcz|poinformo|radera|förstör|slet|makul|poista|hävit"
    r"|smaž|smazat|vymaž|odstra|zniči|silin|siliniz|imha|удалит|уничтож|уведомит|сообщит|削除|破棄"
    r"|删除|刪除|销毁"
)
# Who says these speaks for themselves, and for no company.
FIRST_PERSON = (
    r"\b(?:I|my|me|ich|mein\w{0,2}|mir|mich|mon|mes|yo|mis|io|mio|mia|ik|mijn|eu|meu|minha"
    r"|proszę|mój|moje|moją|jag|mitt|jeg|minun|haluan|můj|mé|benim|istiyorum|я|мой|мою|моего"
    r"|моей|мне|меня|прошу|хочу)\b|私|わたし|我的|我想"
)
# What a notice of confidentiality never speaks of.
ASKED_ABOUT = (
    r"newsletter|mailing ?list|\blist\b|distribution list|verteiler|subscri|abonn|contract|vertrag"
    r"|contrat|account|konto|cuenta|conta\b|umow|avtal|aftale|avtale|sopimu|smlouv|sözleşme"
    r"|рассылк|подписк|договор|аккаунт|уч[её]тн"
    r"|契約|解約|合同|账户|帳戶|退订|退訂|配信停止|メルマガ"
)
# What scanners call what they looked at, at the beginning.
MESSAGE = (
    r"e-?mail|mail|message|nachricht|courriel|courrier|correo|mensaje|messaggio|bericht"
    r"|mensagem|wiadomość"
    r"|meddelande|meddelelse|melding|besked|brev|viesti|sähköposti|zpráva|e-?posta|ileti"
    r"|письмо|сообщение|メール|邮件|郵件"
)
SCANNED = (
    r"scanned|checked|tested|verified|certified|screened|geprüft|überprüft|gescannt|untersucht"
    r"|vérifié|analysé|contrôlé|comprobado|analizad|verificad|escanead|controllat|scansionat"
    r"|gecontroleerd|gescand|sprawdzon|przeskanowan|kontrollerats|genomsökt|skannats|scannet"
    r"|kontrolleret|skannet|kontrollert|sjekket|tarkistettu|zkontrolován|prověřen|tarandı"
    r"|taranmış|kontrol edil|проверен|просканирован|検査|チェック|スキャン|扫描|检查|掃描"
)
VIRUS = (
    r"virus|viren|virenschutz|vírus|wirus|virüs|viruk|virů|viry\b|malware|avast|\bavg\b|mcafee"
    r"|symantec"
    r"|kaspersky|mailscanner|messagelabs|mimecast|barracuda|proofpoint|bitdefender|sophos"
    r"|вирус|ウイルス|ウィルス|病毒"
)
CLEAN = (
    r"virus[- ]?free|virenfrei|(?:garanti )?sans virus|libre de virus|privo di virus|senza virus"
    r"|virusvrij|livre de vírus|sem vírus|não contém vírus|wolny od wirusów|virusfri\w?"
    r"|ei viruksia|virukseton|neobsahuje žádné viry|bez virů|virüs bulunmuyor|virüssüz"
    r"|virüsten arınmış\w*|без вирусов|вирусов (?:нет|не обнаружено)"
    r"|ウイルス ?フリー|ウイルスなし|ウイルスはありません"
    r"|无病毒|無病毒"
)
# What mail clients write by themselves when their unsubscribe button is pressed. Those without a
# name of their own say who pressed it, and nothing behind that.
PRESSED = (
    r"this (?:message|e?-?mail) was (?:automatically )?(?:sent|generated|written)"
    r"(?: automatically)? by (?:an?|the|my|your|your (?:customer|user|reader|subscriber)['’]s)"
    r" (?:e?-?mail )?(?:program|programme|app|application|client|software)"
    r" (?:because|when|as) \S{1,20}(?: \S{1,20}){0,2} (?:pressed|clicked|tapped|used|chose)"
    r"(?: on| the){0,2} [\"'“”‘’]?unsubscribe[\"'“”‘’]?(?: button| link)?"
)
BUTTONS = (
    r"apple mail sent this e?-?mail to unsubscribe from the message\b"
    r"|this (?:message|e-?mail) was (?:automatically )?(?:generated|sent) by (?:gmail|outlook"
    r"|yahoo|apple mail|thunderbird|fastmail)\b"
    rf"|{PRESSED}\W{{0,9}}\Z"
)
# Whole paragraphs that begin so.
OPENINGS = (
    (
        r"please consider (?:the|our) environment|consider the environment|(?:please )?think"
        r" before you"
        r" print|save a tree|denken sie (?:bitte )?an die umwelt|bitte (?:prüfen|denken"
        r"|drucken) sie"
        r".{0,40}(?:ausdruck|e-mail|umwelt)|pensez à l['’]environnement|pensons à"
        r" l['’]environnement"
        r"|n['’]imprimez (?:cet?|ce) (?:e-?mail|message|courriel) que|antes de imprimir|piense"
        r" en el medio"
        r"|pense (?:no (?:meio )?ambiente|antes de imprimir)|prima di stampare|pensa"
        r" all['’]ambiente"
        r"|rispetta l['’]ambiente|denk aan het milieu|denk aan het milieu|moet dit echt worden"
        r" geprint"
        r"|pomyśl o środowisku|zanim wydrukujesz|tänk på miljön|tænk på miljøet|tenk på miljøet"
        r"|ajattele ympäristöä|než (?:budete|začnete) tisk|myslete na životní|lütfen çevreyi"
        r"|このメールを印刷する前に|请考虑环境|打印前请"
    ),
    (
        r"(?:caution|warning|attention|notice|external(?: e?-?mail)?|achtung|vorsicht|hinweis"
        r"|warnung"
        r"|avertissement|atención|precaución|attenzione|let op|waarschuwing|atenção|cuidado|uwaga"
        r"|varning|advarsel|varoitus|upozornění|dikkat|注意)\W{1,4}[^\n]{0,60}"
        r"(?:e-?mail|e-?post|message|nachricht|courriel|correo|mensaje|messaggio|bericht|mensagem"
        r"|wiadomość|melding|besked|viesti|zpráva|e-?posta|ileti|письмо|сообщение|メール|邮件"
        r"|郵件)[^\n]{0,60}"
        r"(?:outside|extern|außerhalb|extérieur|fuera|externo|esterno|esterna|buiten|spoza|zewn"
        r"|utanför|utifrån|utenfor|udefra|ulkopuol|mimo|vnějš|dışarıdan|dışından|外部)"
    ),
    (
        r"(?:external\W{1,3})?this (?:e-?mail|message) (?:originated|was sent|came)"
        r" from (?:outside|an external)"
    ),
)
# What stands between strokes in the last line of a company's signature.
LINKS = (
    r"(?:manage )?(?:your )?(?:newsletter|(?:un)?subscribe|preferences)|newsletter abmelden"
    r"|abmelden|abbestellen|s['’]abonner|se désabonner|(?:se )?désinscri(?:re|ption)"
    r"|darse de baja|cancelar (?:la |a )?(?:suscripción|inscrição|subscrição)"
    r"|disiscri(?:viti|zione)|annulla (?:l['’])?iscrizione|uitschrijven|afmelden|wypisz się"
    r"|zrezygnuj|odhlásit(?: se)?|avregistrera|avsluta prenumerationen?|afmeld(?: nyhedsbrev)?"
    r"|meld (?:deg )?av|avmelding|peru(?:uta)? tilaus|abonelikten çık|отписаться|配信停止"
    r"|メルマガ|退订|退訂|imprint|impressum|privacy(?: policy)?|datenschutz|mentions légales"
    r"|aviso legal|privacyverklaring"
)
# A company's own advertising, which speaks to whom it writes.
FOOTERS = (
    (
        r"if you (?:no longer|do not|don['’]t) (?:wish|want) to (?:receive|hear|get)[^?]{0,80}"
        r"(?:click|reply|unsubscribe|let us|contact us|email us)"
    ),
    (
        r"(?:wenn|falls|sollten) sie (?:keine|nicht (?:mehr|länger)|zukünftig keine)[^?]{0,80}"
        r"(?:erhalten|wünschen|möchten|wollen)[^?]{0,60}(?:klick|antwort|abmeld|abbestell|link)"
    ),
    (
        r"si vous ne (?:souhaitez|désirez|voulez) (?:plus|pas)[^?]{0,80}(?:cliqu|répond|désabonn"
        r"|désinscri)"
    ),
    (
        r"si (?:usted )?(?:ya )?no (?:desea|quiere|quieres|deseas)[^?]{0,80}(?:clic|respond|baja"
        r"|cancel)"
    ),
    r"se non (?:desidera|desideri|vuole|vuoi|volete)[^?]{0,80}(?:clic|rispond|cancell|disiscri)",
    r"(?:wilt u|wil je|als u|indien u) (?:geen|niet)[^?]{0,80}(?:klik|antwoord|afmeld|uitschrijv)",
    (
        r"(?:se|caso) (?:você )?não (?:deseja|deseje|quer|queira|pretende|pretenda)[^?]{0,80}"
        r"(?:cliqu|respond|cancel|remov)"
    ),
    # "Follow us | Newsletter | Unsubscribe", below a name.
    rf"(?:[^\n|•·]{{0,120}}[|•·]){{1,5}}[ \t]{{0,3}}(?:{LINKS})[ \t]{{0,3}}(?:[|•·\n]|\Z)",
)
