"""An end that is denied, refused, objected to or prevented ends nothing, in German and Dutch.

Whatever way it is said in; and what is asked for with a negation in it is still heard.
"""

from __future__ import annotations

import pytest

from handlers.classify.shipped import shipped_classifier
from handlers.values import Intent, Role
from tests.unit.classified import message
from tests.unit.contrasts import acted

# Nobody wants anything to end by these.
DENIED = {
    "de": """
Ich habe nicht vor, mein Konto zu kündigen.
Wir haben keine Pläne, unser Hosting zu kündigen.
Es gibt keine Pläne, unser Konto zu schließen.
Wir planen keine Kündigung unseres Vertrags.
Wir haben keinerlei Absicht, den Vertrag zu kündigen.
Es ist nicht unsere Absicht, das Konto zu löschen.
Ich beabsichtige nicht, meinen Vertrag zu kündigen.
Eine Kündigung des Hostings ist nicht geplant.
Eine Löschung unseres Kontos ist nicht vorgesehen.
Eine Kündigung kommt für uns nicht in Frage.
Die Kündigung unseres Vertrags kommt nicht infrage.
Es kommt nicht in Frage, unser Konto zu schließen.
Es besteht kein Anlass, den Vertrag zu beenden.
Ich sehe keinen Grund, meinen Account zu kündigen.
Es gibt für uns keinen Grund, das Hosting zu kündigen.
Es besteht keine Notwendigkeit, das Konto zu löschen.
Unser Konto muss nicht geschlossen werden.
Der Vertrag braucht nicht gekündigt zu werden.
Sie brauchen mein Konto nicht zu löschen.
Keiner von uns möchte den Vertrag kündigen.
Bei uns will keiner das Hosting kündigen.
Kein Mensch hier will den Account löschen.
Niemand hat die Absicht, unser Konto zu schließen.
Niemand hat darum gebeten, unser Konto zu löschen.
Ich habe nie gewollt, dass mein Konto gelöscht wird.
Wir haben nie verlangt, den Vertrag zu kündigen.
Zu keiner Zeit wollten wir den Vertrag kündigen.
Zu keinem Zeitpunkt haben wir die Löschung unseres Kontos gewünscht.
Ich habe zu keinem Zeitpunkt um die Kündigung meines Vertrags gebeten.
Unter keinen Umständen möchte ich mein Konto kündigen.
Auf gar keinen Fall wollen wir den Vertrag kündigen.
In keinem Fall darf unser Webspace gelöscht werden.
Wir sind weit davon entfernt, unseren Vertrag zu kündigen.
Es liegt uns fern, unser Hosting zu kündigen.
Nichts liegt mir ferner, als mein Konto zu kündigen.
Uns fällt nicht im Traum ein, das Hosting zu kündigen.
Wir denken nicht im Traum daran, unseren Vertrag zu kündigen.
Ich denke gar nicht daran, meinen Account zu löschen.
Wir denken nicht daran, bei euch wegzugehen.
Bitte unterlassen Sie es, mein Konto zu löschen.
Bitte unterlassen Sie die Löschung unseres Kontos.
Vermeiden Sie bitte die Kündigung unseres Vertrags.
Bitte vermeiden Sie, dass unser Konto gelöscht wird.
Bitte verhindern Sie die Löschung meines Accounts.
Verhindern Sie bitte, dass unser Vertrag gekündigt wird.
Sorgen Sie bitte dafür, dass mein Konto nicht gelöscht wird.
Stellen Sie sicher, dass das Hosting nicht gekündigt wird.
Bitte nehmen Sie Abstand von der Kündigung unseres Vertrags.
Wir nehmen von der Kündigung unseres Vertrags Abstand.
Von der Löschung meines Kontos bitte absehen.
Ich bitte Sie, von der Schließung meines Kontos abzusehen.
Ich erhebe Einspruch gegen die Kündigung meines Vertrags.
Gegen die Löschung unseres Kontos legen wir Widerspruch ein.
Wir protestieren gegen die Schließung unseres Kontos.
Wir akzeptieren die Kündigung unseres Vertrags nicht.
Die Kündigung meines Vertrags erkenne ich nicht an.
Die Kündigung unseres Hostings weisen wir zurück.
Ich bin mit der Löschung meines Kontos nicht einverstanden.
Wir sind nicht damit einverstanden, dass Sie unser Konto schließen.
Der Löschung meines Accounts habe ich nicht zugestimmt.
Wir wollen nicht, dass unser Vertrag endet.
Ich will nicht, dass das Hosting abgeschaltet wird.
Wir möchten nicht, dass die Website offline geht.
Es ist nicht gewollt, dass das Konto geschlossen wird.
Wir möchten auf keinen Fall, dass unser Hosting endet.
Ich wünsche keine Kündigung meines Vertrags.
Wir wünschen keine Löschung unseres Kontos.
Wir bitten nicht um die Kündigung unseres Vertrags.
Ich bitte nicht um Löschung meines Accounts.
Anstatt das Konto zu löschen, möchten wir es umbenennen.
Anstelle einer Kündigung möchten wir den Tarif wechseln.
Lieber zahle ich mehr, als dass ich den Vertrag kündige.
Bevor ich mein Konto kündige, friert die Hölle zu.
Ohne den Vertrag kündigen zu wollen, hätte ich eine Frage zur Rechnung.
Ohne gleich den Vertrag kündigen zu wollen: die Ladezeiten sind schlecht.
Wir haben beschlossen, den Vertrag nicht zu kündigen.
Wir haben uns entschieden, das Konto doch nicht zu schließen.
Unser Vorstand hat gegen die Kündigung des Hostings gestimmt.
Das Letzte, was wir wollen, ist unser Konto zu kündigen.
Wir können es uns nicht leisten, das Hosting zu kündigen.
Es wäre schade, unser Konto zu verlieren.
Ich fände es furchtbar, wenn mein Konto gelöscht würde.
Wir würden das Hosting nur ungern kündigen.
Bitte stoppen Sie die Kündigung unseres Vertrags.
Bitte machen Sie die Kündigung meines Vertrags rückgängig.
Betrachten Sie die Kündigung unseres Vertrags als gegenstandslos.
Es ist noch zu früh, den Vertrag zu kündigen.
Noch wollen wir das Hosting nicht kündigen.
Eine Kündigung unseres Vertrags muss nicht sein.
Warum sollte ich mein Konto kündigen wollen?
Wieso sollten wir den Vertrag kündigen?
Wer behauptet, wir wollten unser Hosting kündigen?
Kündigen wollen wir den Vertrag ganz sicher nicht.
Mein Konto löschen? Niemals!
Ich hab nich vor meinen vertrag zu kündigen
wir wolln das konto garnicht kündigen
Ich hab keinen Bock, mein Konto zu löschen.
Von Kündigung des Vertrags kann keine Rede sein.
Von einer Kündigung unseres Hostings war nie die Rede.
Wir hegen keinerlei Kündigungsabsichten bezüglich unseres Vertrags.
Unser Vertrag soll bitte nicht gekündigt werden.
Der Vertrag soll keineswegs beendet werden.
Das Hosting darf nicht gekündigt werden.
Unser Webhosting soll weiterlaufen und nicht gekündigt werden.
Wir haben weder um eine Kündigung noch um eine Löschung unseres Kontos gebeten.
Von unserer Seite liegt keine Kündigung des Vertrags vor.
Mir ist nicht danach, den Vertrag zu kündigen.
Ich habe kein Interesse daran, mein Konto zu kündigen.
Uns ist nicht daran gelegen, dass das Hosting endet.
Es war nie mein Wunsch, das Konto zu schließen.
Es entspricht nicht unserem Willen, den Vertrag zu beenden.
Ich habe nicht vor, den Newsletter abzubestellen.
Ich möchte mich keinesfalls vom Newsletter abmelden.
Es besteht kein Grund, mich vom Newsletter abzumelden.
Niemand hier will den Newsletter abbestellen.
Bitte sehen Sie davon ab, mich aus dem Verteiler zu streichen.
Eine Abmeldung vom Newsletter ist nicht beabsichtigt.
Ich will nicht, dass der Newsletter aufhört.
Warum sollte ich den Newsletter abbestellen?
Wir möchten nicht, dass das Hosting zum Jahresende ausläuft.
Bitte lassen Sie den Vertrag keinesfalls auslaufen.
Es soll nichts beendet werden, wir bleiben bei Ihnen.
Ich will den Webspace nicht loswerden, das war ein Missverständnis.
Keiner von uns hat vor, bei euch aufzuhören.
Wir haben nicht vor, den Vertrag zu kündigen.
Eine Kündigung unseres Vertrags ist nicht beabsichtigt.
Es besteht kein Grund, unser Konto zu schließen.
Wir lehnen die Kündigung unseres Vertrags ab.
Einer Kündigung des Vertrags stimmen wir nicht zu.
Wir sind gegen die Löschung unseres Kontos.
Statt den Vertrag zu kündigen, möchte ich ihn pausieren.
Niemand bei uns will das Konto kündigen.
Auf keinen Fall soll das Konto gelöscht werden.
Ich widerspreche der Kündigung meines Vertrags.
Bitte sehen Sie davon ab, unseren Vertrag zu kündigen.
Von einer Kündigung des Vertrags bitte ich abzusehen.
Das Konto zu löschen wäre das Letzte, was ich will.
Wir haben uns gegen eine Kündigung unseres Vertrags entschieden.
Keinesfalls möchten wir, dass der Vertrag endet.
Wir waren nie dafür, dass unser Hosting beendet wird.
Keineswegs möchten wir unseren Vertrag bei Ihnen beenden.
Niemals würden wir unser Konto bei Ihnen kündigen.
Nie im Leben kündige ich meinen Vertrag bei euch.
Einen Teufel werde ich tun und meinen Vertrag kündigen.
Ich bin nicht einverstanden, dass unser Account gelöscht wird.
Wir sind dagegen, dass unser Hosting abgeschaltet wird.
Wir sind strikt dagegen, unser Konto zu löschen.
Ich habe keineswegs vor, euch zu verlassen.
Wir haben nicht im Entferntesten vor, unser Hosting aufzugeben.
Ich wüsste nicht, warum ich meinen Vertrag kündigen sollte.
Mir fällt kein Grund ein, warum wir das Konto schließen sollten.
Uns käme es nie in den Sinn, den Vertrag zu kündigen.
Bitte schließen Sie unser Konto unter keinen Umständen.
Löschen Sie mein Konto bitte auf gar keinen Fall.
Kündigen Sie unseren Vertrag bloß nicht!
Bitte kündigen Sie uns nicht den Vertrag, wir zahlen morgen.
Schließt bitte unser Konto noch nicht, wir brauchen es noch.
Es ist ein Irrtum, dass wir unser Konto löschen wollen.
Die Behauptung, wir wollten den Vertrag kündigen, ist falsch.
Der Vertrag soll nicht zum Jahresende enden, sondern weiterlaufen.
Der Vertrag darf nicht enden.
Ich will verhindern, dass mein Konto gelöscht wird.
Um zu verhindern, dass unser Hosting gekündigt wird, haben wir gezahlt.
Wir haben Angst, dass unser Konto gelöscht wird.
Ich befürchte, dass mein Vertrag gekündigt wird.
Nehmen Sie die Kündigung meines Vertrags bitte zurück.
Bitte heben Sie die Kündigung unseres Vertrags auf.
Bitte halten Sie die Löschung unseres Kontos an.
Bitte brechen Sie die Löschung meines Kontos ab.
Streichen Sie bitte die Kündigung unseres Hostings.
Die Kündigung unseres Vertrags war nicht in unserem Sinne.
Wir wollen das Hosting weder kündigen noch ändern.
Weder ich noch meine Frau möchten das Konto schließen.
Keine von uns beiden will den Vertrag kündigen.
Mein Mann und ich möchten den Account beide nicht kündigen.
Ich will ja gar nicht kündigen, ich will nur eine Rechnung.
Statt einer Kündigung des Vertrags hätten wir gern ein Upgrade.
Wir möchten lieber den Tarif wechseln, als das Hosting zu kündigen.
Lieber den Tarif wechseln als den Vertrag kündigen.
Unsere Firma hat nicht vor, das Hosting einzustellen.
Das Hosting soll nicht eingestellt werden.
Eine Beendigung des Vertrags lehnen wir ab.
Eine Kündigung des Vertrags wäre für uns fatal.
Ein Ende unseres Hostings wollen wir nicht.
Das Ende des Vertrags ist nicht gewünscht.
Wir stimmen der Löschung unseres Kontos nicht zu.
Ohne meine Zustimmung darf mein Konto nicht gelöscht werden.
Wir haben die Kündigung unseres Vertrags nie veranlasst.
Eine Löschung meines Kontos habe ich nie beantragt.
Wer hat denn gesagt, dass ich meinen Account löschen will?
Wie kommen Sie darauf, dass wir den Vertrag kündigen möchten?
Wozu sollte ich mein Hosting kündigen, wenn alles läuft?
Sehe ich so aus, als wollte ich meinen Vertrag kündigen?
Kündigen? Das Hosting? Nicht mit uns.
ich möcht auf keinen fall das mein konto gelöscht wird
bitte nicht mein account löschen!!
bitte net mein hosting kündign
Wir verzichten auf die Kündigung unseres Vertrags.
Auf eine Kündigung des Vertrags verzichten wir.
Wir haben von einer Kündigung unseres Vertrags Abstand genommen.
Wir haben die Idee verworfen, unser Konto zu schließen.
Der Plan, den Vertrag zu kündigen, ist vom Tisch.
Eine Kündigung des Accounts ist vom Tisch.
Die Löschung des Kontos wurde von mir nicht gewünscht.
Bitte sorgt dafür, dass unser Vertrag nicht ausläuft.
Lassen Sie mein Hosting bitte nicht auslaufen.
Mein Vertrag soll sich verlängern und nicht beendet werden.
Ich möchte mein Konto behalten und nicht löschen.
Wir sind weit davon entfernt, euch den Rücken zu kehren.
Wir hoffen, dass Sie unser Konto nicht schließen.
Ich bestehe darauf, dass mein Konto nicht gelöscht wird.
Hiermit untersage ich Ihnen, mein Konto zu löschen.
Ich verbiete Ihnen, unseren Vertrag zu kündigen.
Ich verbiete die Löschung meines Kontos.
Hiermit widerspreche ich der Beendigung meines Vertrags.
Ich wehre mich gegen die Kündigung meines Hostings.
Ihre Kündigung unseres Vertrags ist unwirksam.
Wir fechten die Kündigung unseres Vertrags an.
Das Konto kündigen zu wollen, war nie Thema.
Ich habe keinen Grund, den Newsletter abzubestellen.
Ich will den Newsletter keinesfalls abbestellen.
Keiner von uns möchte den Newsletter abbestellen.
Unter keinen Umständen möchte ich mich vom Newsletter abmelden.
Ich bin dagegen, aus dem Verteiler gestrichen zu werden.
Zu keiner Zeit wollte ich mich vom Newsletter abmelden.
Streichen Sie mich bloß nicht aus dem Verteiler!
Ich denke nicht daran, mich vom Newsletter abzumelden.
""",
    "nl": """
Ik ben niet van plan mijn account op te zeggen.
Wij hebben geen plannen om de hosting stop te zetten.
Er zijn geen plannen om ons account te sluiten.
We plannen geen opzegging van ons contract.
Wij hebben geenszins de intentie het contract op te zeggen.
Het is niet onze bedoeling het account te verwijderen.
Opzegging van ons contract is niet aan de orde.
Een opzegging van de hosting is niet de bedoeling.
Beëindiging van ons contract is niet gepland.
Er is geen sprake van dat wij het contract opzeggen.
Van opzegging van ons contract is geen sprake.
Er is geen reden om ons account te sluiten.
Ik zie geen reden om mijn account op te zeggen.
Er is geen aanleiding om het contract te beëindigen.
Het is niet nodig om mijn account te verwijderen.
Ons account hoeft niet gesloten te worden.
Het contract hoeft niet te worden opgezegd.
U hoeft mijn account niet te verwijderen.
Niemand van ons wil het contract opzeggen.
Geen van ons wil de hosting opzeggen.
Bij ons wil niemand het account sluiten.
Niemand heeft gevraagd om ons account te verwijderen.
Ik heb nooit gewild dat mijn account verwijderd wordt.
Wij hebben nooit gevraagd het contract op te zeggen.
Op geen enkel moment wilden wij het contract opzeggen.
Op geen enkel moment hebben wij om de beëindiging van ons contract gevraagd.
Onder geen enkele omstandigheid wil ik mijn account opzeggen.
In geen geval willen wij het contract opzeggen.
Wij zijn verre van plan ons contract op te zeggen.
Het is verre van ons om de hosting op te zeggen.
Wij peinzen er niet over om ons contract op te zeggen.
Ik denk er niet aan mijn account te verwijderen.
Ik moet er niet aan denken mijn account op te zeggen.
Geen haar op mijn hoofd die eraan denkt mijn account op te zeggen.
Het komt niet bij ons op om de hosting op te zeggen.
Gelieve ons account niet te sluiten.
Gelieve af te zien van de opzegging van ons contract.
Graag afzien van het sluiten van mijn account.
Wij zien af van de opzegging van ons contract.
Vermijd alstublieft dat ons account wordt verwijderd.
Voorkom alstublieft de verwijdering van mijn account.
Kunt u voorkomen dat ons contract wordt beëindigd?
Zorg ervoor dat mijn account niet wordt verwijderd.
Wij maken bezwaar tegen de beëindiging van onze hosting.
Tegen de sluiting van ons account tekenen wij bezwaar aan.
Wij protesteren tegen het sluiten van ons account.
Wij accepteren de opzegging van ons contract niet.
De beëindiging van mijn contract erken ik niet.
Wij wijzen de opzegging van ons contract af.
Wij zijn het niet eens met de sluiting van ons account.
Wij gaan er niet mee akkoord dat u ons account sluit.
Ik heb niet ingestemd met de verwijdering van mijn account.
Wij zijn tegen de beëindiging van ons contract.
Wij willen niet dat ons contract eindigt.
Ik wil niet dat de hosting wordt afgesloten.
Wij willen absoluut niet dat de hosting stopt.
Ik wens geen beëindiging van mijn contract.
Wij vragen niet om de opzegging van ons contract.
In plaats van het account te verwijderen willen wij de naam wijzigen.
Liever betaal ik meer dan dat ik het contract opzeg.
Zonder het contract te willen opzeggen, heb ik een vraag over de factuur.
Wij hebben besloten het account toch niet te sluiten.
Ons bestuur heeft tegen de opzegging van de hosting gestemd.
Het laatste wat ik wil is mijn account opzeggen.
We kunnen het ons niet veroorloven de hosting op te zeggen.
Ik zou het vreselijk vinden als mijn account werd verwijderd.
Stop alstublieft de opzegging van ons contract.
Beschouw de opzegging van ons contract als niet verzonden.
Het is nog te vroeg om het contract op te zeggen.
Voorlopig willen wij de hosting niet opzeggen.
Waarom zou ik mijn account willen opzeggen?
Waarom zouden wij het contract opzeggen?
Wie zegt dat wij onze hosting willen opzeggen?
Opzeggen willen wij het contract beslist niet.
Mijn account opzeggen? Nooit!
ik ben nie van plan men contract op te zeggen
Ik heb geen zin om mijn account te verwijderen.
Wij hebben er geen belang bij dat de hosting eindigt.
Het is nooit mijn wens geweest het account te sluiten.
Ons contract moet niet worden opgezegd.
De hosting mag niet worden beëindigd.
Wij hebben noch om opzegging, noch om verwijdering van ons account gevraagd.
Het is niet zo dat ik mijn contract wil opzeggen.
Ik ben niet van plan me af te melden voor de nieuwsbrief.
Niemand hier wil de nieuwsbrief opzeggen.
Er is geen reden om mij van de nieuwsbrief af te melden.
Gelieve mij niet van de mailinglijst te halen.
Ik wil niet dat de nieuwsbrief stopt.
Waarom zou ik de nieuwsbrief opzeggen?
Wij willen niet dat de hosting aan het eind van het jaar afloopt.
Er hoeft niets te worden stopgezet, we blijven.
Wij hebben geen plannen om ons contract op te zeggen.
Ik ga niet akkoord met de opzegging van mijn contract.
Niemand bij ons wil het account sluiten.
In plaats van mijn account op te zeggen wil ik het pauzeren.
Wij hebben besloten het contract niet op te zeggen.
Ik maak bezwaar tegen de opzegging van mijn contract.
Nooit van mijn leven zeg ik mijn contract bij jullie op.
Ik zou er niet over peinzen mijn account te sluiten.
Wij denken er niet over na om de hosting op te zeggen.
Absoluut niet willen wij ons contract beëindigen.
Wij zijn erop tegen dat ons account wordt gesloten.
Ik ben ertegen dat de hosting wordt beëindigd.
Ik begrijp niet waarom ik mijn contract zou opzeggen.
Sluit ons account in geen geval.
Verwijder mijn account alsjeblieft niet!
Zeg ons contract vooral niet op.
Sluit ons account nog niet, we hebben het nog nodig.
Het is een misverstand dat wij ons account willen verwijderen.
De bewering dat wij het contract willen opzeggen is onjuist.
Het contract mag niet aflopen.
De hosting moet niet eindigen maar doorlopen.
Ik wil voorkomen dat mijn account wordt verwijderd.
Wij vrezen dat ons account wordt verwijderd.
Draai de opzegging van ons contract alstublieft terug.
Trek de opzegging van mijn contract alstublieft in.
Maak de verwijdering van mijn account alstublieft ongedaan.
Schrap de opzegging van onze hosting alstublieft.
Noch ik, noch mijn vrouw willen het account sluiten.
Geen van beiden wil het contract opzeggen.
Ik wil helemaal niet opzeggen, ik wil alleen een factuur.
In plaats van een opzegging van het contract willen wij een upgrade.
Wij wisselen liever van pakket dan de hosting op te zeggen.
Beëindiging van het contract wijzen wij af.
Wij stemmen niet in met de verwijdering van ons account.
Zonder mijn toestemming mag mijn account niet worden verwijderd.
De verwijdering van mijn account heb ik nooit aangevraagd.
Hoe komt u erbij dat wij het contract willen opzeggen?
Waarom zouden we de hosting opzeggen als alles werkt?
ik wil egt niet dat mijn account verwijdert word
niet mijn account verwijderen aub!!
Wij zien ervan af ons contract op te zeggen.
Zie er alstublieft van af ons contract op te zeggen.
Wij zijn afgestapt van het idee om het account te sluiten.
Opzegging van het account is van de baan.
Laat mijn hosting alstublieft niet aflopen.
Ik wil mijn account houden en niet verwijderen.
Wij hopen dat u ons account niet sluit.
Ik sta erop dat mijn account niet wordt verwijderd.
Ik verbied u mijn account te verwijderen.
Wij vechten de opzegging van ons contract aan.
Wij verzetten ons tegen de beëindiging van de hosting.
Het opzeggen van de hosting is geen optie.
Opzegging van het contract is uitgesloten.
Het is uitgesloten dat wij het contract opzeggen.
Wij willen niet dat het contract aan het einde van de looptijd stopt.
Niets wijst erop dat wij het account willen sluiten.
Het zou zonde zijn om het account te verwijderen.
Wij zijn niet voornemens de overeenkomst te beëindigen.
Er bestaat geen enkele noodzaak om het contract te beëindigen.
Wij hebben geenszins behoefte om de hosting stop te zetten.
Ik heb nooit gezegd dat ik het contract wilde beëindigen.
Wij hebben niet verzocht om beëindiging van de overeenkomst.
Ik ben nooit akkoord gegaan met het sluiten van mijn account.
In geen geval wil ik mij afmelden voor de nieuwsbrief.
Op geen enkel moment wilde ik de nieuwsbrief opzeggen.
Haal mij vooral niet van de lijst.
Wij zijn niet van plan de nieuwsbrief op te zeggen.
""",
}
# These ask, and deny something else.
ASKED = {
    "de": """
Wir brauchen das Hosting nicht mehr, bitte kündigen Sie es.
Niemand nutzt die Seite mehr, bitte kündigen Sie den Vertrag.
Wir möchten den Vertrag nicht fortsetzen.
Es gibt keinen Grund mehr, das Konto zu behalten. Bitte löschen Sie es.
Ich benötige meinen Account nicht mehr, bitte löschen.
Wir haben keine Verwendung mehr für das Hosting und kündigen den Vertrag.
Bitte verlängern Sie unseren Vertrag nicht.
Ich kündige meinen Vertrag, da ich nicht zufrieden bin.
Keiner von uns benutzt das Hosting. Bitte kündigen Sie unseren Vertrag.
Wir wollen nicht länger Kunde bei Ihnen sein, bitte beenden Sie den Vertrag.
Ich sehe keinen Grund, weiter zu zahlen. Hiermit kündige ich meinen Vertrag.
Statt zu verlängern möchten wir den Vertrag kündigen.
Wir haben uns gegen eine Verlängerung entschieden und kündigen unseren Vertrag.
Der Verlängerung unseres Vertrags stimmen wir nicht zu und kündigen ihn.
Ich widerspreche der Verlängerung und kündige meinen Vertrag zum 31. Mai.
Wir können uns das Hosting nicht mehr leisten. Bitte kündigen Sie es.
Es soll nichts verlängert werden, bitte beenden Sie den Vertrag.
Bitte lassen Sie den Vertrag zum Jahresende auslaufen und verlängern Sie ihn nicht.
Wir möchten nicht, dass der Vertrag verlängert wird. Bitte kündigen Sie ihn.
Ich möchte nicht, dass mein Konto weiter besteht. Bitte löschen Sie es.
Ich lehne die Preiserhöhung ab und kündige meinen Vertrag.
Mit der Preiserhöhung sind wir nicht einverstanden und kündigen hiermit unser Hosting.
Ohne Angabe von Gründen kündige ich meinen Vertrag.
Auf keinen Fall will ich weiter Kunde sein. Bitte löschen Sie mein Konto.
Zögern Sie bitte nicht, mein Konto zu löschen.
Vergessen Sie bitte nicht, mein Konto zu löschen.
Hiermit kündige ich den Vertrag. Von Rückfragen bitte ich abzusehen.
Bitte kündigen Sie den Vertrag und sehen Sie von Werbeanrufen ab.
Ich bitte um Kündigung meines Vertrags und keine weiteren Mails.
Wir haben keine Website mehr, bitte kündigen Sie unser Hosting.
Ich möchte den Vertrag kündigen, nicht pausieren.
Ich will nicht nur den Tarif wechseln, sondern den Vertrag kündigen.
Es kommt keine Verlängerung in Frage, kündigen Sie bitte meinen Vertrag.
Da wir nicht vorhaben zu bleiben, kündigen wir hiermit unseren Vertrag.
Bitte schließen Sie unser Konto, wir planen keine neue Website.
Ich werde den Account nicht mehr brauchen, bitte schließen Sie ihn.
Ich will keine Rechnungen mehr bekommen, löschen Sie mein Konto.
Ich habe kein Interesse mehr an dem Hosting, bitte kündigen Sie meinen Vertrag.
Ich möchte den Newsletter nicht mehr bekommen.
Niemand hier liest den Newsletter, bitte melden Sie uns ab.
Auf keinen Fall will ich verlängern, bitte kündigen Sie meinen Vertrag.
Keiner nutzt das Konto mehr, bitte löschen.
Es ist zu früh für eine Website, bitte kündigen Sie unser Hosting.
Wir sehen keine andere Möglichkeit, als den Vertrag zu kündigen, und kündigen ihn hiermit.
Ich bitte Sie, da Sie nicht antworten, mein Konto zu löschen.
Unter keinen Umständen möchte ich den Vertrag verlängern. Ich kündige ihn hiermit.
Ich habe keine Website mehr. Ich bitte darum, meinen Account zu löschen.
Da es keinen Sinn mehr macht, bitte ich darum, den Vertrag zu beenden.
Ich kündige den Vertrag und bitte von Rückrufen abzusehen.
Wir haben nichts gegen Sie, möchten aber den Vertrag kündigen.
Ich lege Widerspruch gegen die Verlängerung ein und kündige meinen Vertrag.
Ich bitte Sie nochmals, mir keine Mails zu schicken und mein Konto zu löschen.
Ich konnte mich nicht einloggen, um den Vertrag zu kündigen. Bitte kündigen Sie ihn für mich.
""",
    "nl": """
Wij hebben de hosting niet meer nodig, graag opzeggen.
Niemand gebruikt de site meer, zeg het contract alstublieft op.
Wij willen het contract niet voortzetten.
Er is geen reden meer om het account te houden. Verwijder het alstublieft.
Ik heb mijn account niet meer nodig, graag verwijderen.
Wij hebben geen website meer en zeggen hierbij ons contract op.
Gelieve ons contract niet te verlengen.
Ik zeg mijn contract op omdat ik niet tevreden ben.
Niemand van ons gebruikt de hosting. Graag ons contract opzeggen.
Wij willen niet langer klant zijn, beëindig ons contract alstublieft.
Ik zie geen reden om te blijven betalen. Hierbij zeg ik mijn contract op.
In plaats van te verlengen willen wij het contract opzeggen.
Wij kunnen ons de hosting niet meer veroorloven. Graag opzeggen.
Wij willen niet dat het contract wordt verlengd. Graag opzeggen.
Ik wil niet dat mijn account blijft bestaan. Graag verwijderen.
Wij accepteren de prijsverhoging niet en zeggen hierbij onze hosting op.
Zonder opgaaf van redenen zeg ik mijn contract op.
Aarzel niet om mijn account te verwijderen.
Vergeet niet mijn account te verwijderen.
Graag ons contract opzeggen en geen telefoontjes meer.
Ik wil het contract opzeggen, niet pauzeren.
Sluit alstublieft ons account, we plannen geen nieuwe website.
Ik wil geen facturen meer ontvangen, verwijder mijn account.
Ik heb geen belangstelling meer voor de hosting, graag mijn contract opzeggen.
Ik maak bezwaar tegen de verlenging en zeg mijn contract op.
Wij zien af van verlenging en zeggen ons contract op.
Er hoeft niets te worden verlengd, graag het contract stopzetten.
Wij hebben er geen zin meer in, graag het account sluiten.
Het heeft geen zin meer, zeg mijn abonnement alstublieft op.
Het contract mag worden beëindigd, wij gebruiken het niet meer.
Niet verlengen a.u.b., ik zeg mijn contract op.
Ik wil de nieuwsbrief niet meer ontvangen.
Niemand hier leest de nieuwsbrief, graag uitschrijven.
Ik heb er nooit om gevraagd, schrijf mij uit van de nieuwsbrief.
In geen geval wil ik verlengen, zeg mijn contract alstublieft op.
Ik heb geen keus, hierbij zeg ik mijn contract op.
Ik maak bezwaar tegen de verlenging. Graag mijn contract opzeggen.
Wij hebben niets tegen jullie, maar willen het contract opzeggen.
Om te voorkomen dat het contract verlengd wordt, zeg ik het hierbij op.
Graag mijn account verwijderen om verdere kosten te voorkomen.
Ik wil niet dat het contract automatisch verlengd wordt. Hierbij zeg ik het op.
Ik weet dat de verwijdering niet ongedaan gemaakt kan worden. Verwijder mijn account.
""",
}


def _lines(of: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, line) for name, text in of.items() for line in text.strip().splitlines()]


@pytest.mark.parametrize(("language", "text"), _lines(DENIED))
def test_a_denied_end_is_not_acted_on(language: str, text: str) -> None:
    told = message(text, language=language)
    for role in Role:
        assert not acted(text, language, role), role
        assert not shipped_classifier().read(told, role=role).certain, role


@pytest.mark.parametrize(("language", "text"), _lines(ASKED))
def test_what_is_asked_for_with_a_negation_is_acted_on(language: str, text: str) -> None:
    assert acted(text, language, Role.CANCEL) & {Intent.CANCELLATION, Intent.OPT_OUT}
