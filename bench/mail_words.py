"""What people write to a support mailbox, in seven languages, for the generator of bench/mail.py.

A letter is put together from these pieces: a greeting, what it is about, whatever else the writer
has to tell, a farewell and a name.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The pieces of one language; `share` is how many of a hundred letters are written in it.

    `intro` stands above a quotation, with `{date}` and `{who}`; `headers` are the names of From,
    Sent, To and Subject in the header that Outlook writes above one.
    """

    share: int
    greetings: tuple[str, ...]
    opt_outs: tuple[str, ...]
    cancellations: tuple[str, ...]
    ordinary: tuple[str, ...]
    more: tuple[str, ...]
    farewells: tuple[str, ...]
    subjects: tuple[str, ...]
    absence: str
    intro: str
    headers: tuple[str, str, str, str]
    names: tuple[str, ...]


LANGUAGES = {
    "en": Words(
        share=46,
        greetings=("Hello,", "Hi,", "Dear support team,", "Dear Sir or Madam,", "Good morning,"),
        opt_outs=(
            "Please stop sending me your newsletter.",
            "Kindly remove me from your mailing list. I never read it.",
            "Unsubscribe me from all promotional emails, please.",
            "I no longer wish to receive your offers.",
            "Please take my address off your list.",
            "Could you please unsubscribe me from the newsletter?",
            "I do not want to get any more advertising from you.",
        ),
        cancellations=(
            "Please cancel my account at the end of the month.",
            "I would like to close my hosting account. We are moving to another company.",
            "We hereby cancel our contract.",
            "I want to cancel my subscription as soon as possible.",
            "Please close my account and confirm this in writing.",
        ),
        ordinary=(
            "My site has been slow since this morning. Could you have a look at it?",
            "Where do I find the invoice for last month?",
            "How do I move my domain to you, and what does it cost?",
            "Thank you for the quick help yesterday, everything works again.",
            "The certificate of our shop runs out on Friday. Will it be renewed by itself?",
            "I cannot log in to the panel any more, it says that my code is wrong.",
            "We would like to change the address on our invoices from January on.",
        ),
        more=(
            "I have been a customer of yours for some years and am content on the whole.",
            "My colleague told me to write to this address, so I hope it is the right one.",
            "The number of my account stands on the invoice, which I do not have at hand.",
            "It has been a busy month here, and I may be slow to answer.",
            "I tried to reach you by phone twice, but was put on hold for a quarter of an hour.",
            "In case you need anything else from me, you can call me in the afternoon.",
            "We are a small family business with two shops and about a dozen people.",
        ),
        farewells=("Kind regards", "Best regards,", "Thanks,", "Many thanks and best wishes"),
        subjects=("A request", "Hello", "My account", "Question", "Customer {number}"),
        absence="I am out of the office until Monday and will answer then.",
        intro="On {date}, {who} wrote:",
        headers=("From", "Sent", "To", "Subject"),
        names=(
            "Alice Warren",
            "Tom Becket",
            "Priya Nair",
            "Sean O'Brien",
            "Grace Kim",
            "Joe Lowe",
        ),
    ),
    "de": Words(
        share=16,
        greetings=("Guten Tag,", "Hallo,", "Sehr geehrte Damen und Herren,"),
        opt_outs=(
            "bitte schicken Sie mir keinen Newsletter mehr.",
            "bitte melden Sie mich vom Newsletter ab.",
            "ich möchte keine Werbung mehr von Ihnen bekommen.",
            "nehmen Sie mich bitte aus Ihrem Verteiler.",
        ),
        cancellations=(
            "hiermit kündige ich meinen Vertrag zum nächstmöglichen Zeitpunkt.",
            "bitte kündigen Sie mein Konto zum Monatsende.",
            "ich möchte meinen Vertrag kündigen.",
        ),
        ordinary=(
            "unsere Seite ist seit heute früh sehr langsam. Können Sie nachsehen?",
            "wo finde ich die Rechnung vom letzten Monat?",
            "vielen Dank für die schnelle Hilfe gestern, alles läuft wieder.",
        ),
        more=(
            "Ich bin seit vielen Jahren Kunde bei Ihnen und im Großen und Ganzen zufrieden.",
            "Meine Kundennummer steht auf der Rechnung, die ich gerade nicht zur Hand habe.",
            "Nachmittags bin ich am besten zu erreichen.",
        ),
        farewells=("Mit freundlichen Grüßen", "Viele Grüße", "Beste Grüße"),
        subjects=("Anfrage", "Mein Konto", "Frage", "Kundennummer {number}"),
        absence="Ich bin bis Montag nicht im Büro und antworte danach.",
        intro="Am {date} schrieb {who}:",
        headers=("Von", "Gesendet", "An", "Betreff"),
        names=("Jörg Müller", "Anna Weiß", "Katrin Schäfer", "Uwe Lange"),
    ),
    "fr": Words(
        share=11,
        greetings=("Bonjour,", "Madame, Monsieur,"),
        opt_outs=(
            "Merci de me désabonner de votre newsletter.",
            "Je ne souhaite plus recevoir vos publicités.",
            "Veuillez me retirer de votre liste de diffusion.",
        ),
        cancellations=(
            "Je souhaite résilier mon contrat.",
            "Merci de résilier mon abonnement à la fin du mois.",
        ),
        ordinary=(
            "Notre site est très lent depuis ce matin. Pouvez-vous vérifier ?",
            "Où puis-je trouver la facture du mois dernier ?",
        ),
        more=(
            "Je suis client chez vous depuis plusieurs années et plutôt satisfait.",
            "Vous pouvez me joindre l'après-midi au numéro ci-dessous.",
        ),
        farewells=("Cordialement", "Bien à vous", "Sincères salutations"),
        subjects=("Demande", "Mon compte", "Client n° {number}"),
        absence="Je suis absent jusqu'à lundi et vous répondrai à mon retour.",
        intro="Le {date}, {who} a écrit :",
        headers=("De", "Envoyé", "À", "Objet"),
        names=("Hélène Dubois", "François Garnier", "Chloé Petit"),
    ),
    "es": Words(
        share=11,
        greetings=("Hola:", "Buenos días:", "Estimados señores:"),
        opt_outs=(
            "Por favor, denme de baja del boletín.",
            "No quiero recibir más publicidad suya.",
            "Quiero darme de baja de la newsletter.",
        ),
        cancellations=(
            "Quiero cancelar mi contrato a final de mes.",
            "Por favor, cancelen mi cuenta.",
        ),
        ordinary=(
            "Nuestra página va muy lenta desde esta mañana. ¿Pueden mirarlo?",
            "¿Dónde encuentro la factura del mes pasado?",
        ),
        more=(
            "Soy cliente desde hace años y en general estoy contento.",
            "Por las tardes me pueden llamar al número de abajo.",
        ),
        farewells=("Un saludo", "Saludos cordiales", "Muchas gracias"),
        subjects=("Consulta", "Mi cuenta", "Cliente {number}"),
        absence="Estoy fuera de la oficina hasta el lunes y contestaré entonces.",
        intro="El {date}, {who} escribió:",
        headers=("De", "Enviado", "Para", "Asunto"),
        names=("Lucía Peña", "José Ibáñez", "Marta Núñez"),
    ),
    "it": Words(
        share=6,
        greetings=("Buongiorno,", "Salve,"),
        opt_outs=(
            "vi prego di cancellarmi dalla newsletter.",
            "non desidero più ricevere la vostra pubblicità.",
        ),
        cancellations=(
            "vorrei disdire il mio contratto.",
            "vorrei disdire il mio abbonamento.",
        ),
        ordinary=(
            "dove trovo la fattura del mese scorso?",
            "il nostro sito è lento da stamattina.",
        ),
        more=("Sono vostro cliente da molti anni e mi trovo bene.",),
        farewells=("Cordiali saluti", "Grazie e saluti"),
        subjects=("Richiesta", "Il mio account", "Cliente {number}"),
        absence="Sono fuori ufficio fino a lunedì e risponderò al mio ritorno.",
        intro="Il giorno {date} {who} ha scritto:",
        headers=("Da", "Inviato", "A", "Oggetto"),
        names=("Giulia Bianchi", "Marco Nicolò"),
    ),
    "nl": Words(
        share=5,
        greetings=("Hallo,", "Beste,"),
        opt_outs=(
            "Wilt u mij afmelden voor de nieuwsbrief?",
            "Ik wil geen reclame meer van u ontvangen.",
        ),
        cancellations=("Ik wil mijn contract opzeggen.", "Hierbij zeg ik mijn abonnement op."),
        ordinary=("Waar vind ik de factuur van vorige maand?", "Onze site is traag vandaag."),
        more=("Ik ben al jaren klant bij u en over het algemeen tevreden.",),
        farewells=("Met vriendelijke groet", "Groeten"),
        subjects=("Vraag", "Mijn account", "Klant {number}"),
        absence="Ik ben tot maandag afwezig en antwoord daarna.",
        intro="Op {date} schreef {who}:",
        headers=("Van", "Verzonden", "Aan", "Onderwerp"),
        names=("Sanne de Vries", "Daan Coöper"),
    ),
    "pt": Words(
        share=5,
        greetings=("Olá,", "Bom dia,"),
        opt_outs=(
            "Por favor, removam-me da vossa newsletter.",
            "Não quero receber mais publicidade.",
        ),
        cancellations=("Quero cancelar a minha conta.", "Quero cancelar o meu contrato."),
        ordinary=("Onde encontro a fatura do mês passado?", "O nosso site está muito lento hoje."),
        more=("Sou cliente há muitos anos e estou satisfeito.",),
        farewells=("Com os melhores cumprimentos", "Obrigado"),
        subjects=("Pedido", "A minha conta", "Cliente {number}"),
        absence="Estou fora do escritório até segunda-feira e responderei depois.",
        intro="Em {date}, {who} escreveu:",
        headers=("De", "Enviado", "Para", "Assunto"),
        names=("João Araújo", "Inês Magalhães"),
    ),
}

# What the company itself had sent, and people quote below their answer.
MAILING = (
    "Autumn offers: save on every plan until the end of the month.",
    "",
    "Hello,",
    "the days grow shorter and so do our prices. Until 30 November all plans of the",
    "first year cost 20 % less, and each comes with a certificate and daily backups.",
    "",
    "  * Starter: 10 GB, one domain",
    "  * Business: 100 GB, ten domains, priority support",
    "  * Agency: as many as you like",
    "",
    "Order now: https://shop.example/offers/autumn?utm_source=mailing&utm_campaign=11",
    "",
    "You get this because you are a customer of GigaPros, 1 Harbour Road.",
    "To unsubscribe, click here: https://shop.example/u/1f0c9a2e7d",
)
DISCLAIMER = (
    "This message and any attachment are meant for the addressee alone and may be confidential."
    " If you are not the addressee, please tell the sender and delete it; any use of its contents"
    " is then forbidden. Messages are checked for viruses, but we cannot vouch for their absence."
    " Please think of the environment before you print this."
)
