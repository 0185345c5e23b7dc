"""What tells of an end that is denied, refused, feared or advised against ends nothing.

The worst of all mistakes: "Não queremos que a hospedagem acabe" wants it to go on.
"""

from __future__ import annotations

import pytest

from handlers.classify.shipped import shipped_classifier
from handlers.values import Role
from tests.unit.classified import message
from tests.unit.contrasts import acted

DENIED = """
es|No queremos que el alojamiento termine a fin de año.
es|Nadie de aquí ha pedido que se acabe el servicio, seguimos con vosotros.
es|No tenemos intención de cancelar nuestro contrato.
es|Me opongo a la cancelación de mi contrato.
es|Nadie de la empresa quiere cerrar la cuenta.
es|En lugar de cancelar mi cuenta, quisiera pausarla.
es|Hemos decidido no cancelar el contrato.
es|Eviten cerrar nuestra cuenta, por favor.
es|Ni se les ocurra cancelar mi cuenta.
es|No tengo planes de cancelar mi cuenta.
es|No entra en nuestros planes dejar el servicio.
es|No hay ninguna razón para cerrar nuestra cuenta.
es|No existe motivo alguno para rescindir el contrato.
es|No hay necesidad de dar de baja el hosting.
es|En ningún momento pedimos que se cancelara el contrato.
es|Bajo ningún concepto cancelen mi contrato.
es|De ninguna manera deseamos que se cierre la cuenta.
es|Bajo ninguna circunstancia queremos perder el hosting.
es|Cancelar el contrato está descartado.
es|Queda descartado cancelar el hosting.
es|Ni hablar de cancelar la cuenta.
es|Les ruego que se abstengan de cancelar mi contrato.
es|Por favor, eviten que se cancele nuestra cuenta.
es|Quiero impedir que se cierre mi cuenta.
es|Asegúrense de que no se dé de baja nuestro hosting.
es|Asegúrense de que la cuenta no se cancele.
es|No acepto la cancelación de mi cuenta.
es|No aceptamos la rescisión del contrato.
es|Impugno la rescisión de mi contrato.
es|Manifiesto mi oposición al cierre de mi cuenta.
es|No autorizo la cancelación de mi hosting.
es|No hemos autorizado ninguna baja de nuestro contrato.
es|No consiento que se cancele mi contrato.
es|No queremos que el hosting se acabe.
es|No nos gustaría que la cuenta desaparezca.
es|No quiero que me cierren la cuenta.
es|No quiero que se acabe el hosting.
es|Prefiero pagar más antes que cancelar el hosting.
es|He renovado el plan sin querer cancelar nada.
es|Hemos decidido en contra de cancelar la cuenta.
es|Decidí finalmente no dar de baja el hosting.
es|Lo último que quiero es cancelar mi cuenta.
es|No podemos permitirnos perder la cuenta.
es|No puedo permitirme que se cierre mi cuenta.
es|Me daría mucha pena perder mi cuenta.
es|Nos dolería cancelar el contrato.
es|Detengan la baja de nuestro contrato, por favor.
es|Anulen la cancelación de mi contrato.
es|Dejen sin efecto la baja del hosting.
es|Quiero revertir la cancelación de mi cuenta.
es|Ignoren la cancelación que les envié.
es|Todavía no queremos cancelar el contrato.
es|Aún no es momento de cancelar el hosting.
es|Es demasiado pronto para cancelar la cuenta.
es|No es necesario dar de baja el servicio.
es|No hay por qué cerrar la cuenta.
es|Ni en sueños cancelaríamos el hosting.
es|Jamás se nos ocurriría cancelar el contrato.
es|¿Quién ha dicho que queremos cancelar el contrato?
es|¿Por qué cancelar el hosting si va de maravilla?
es|Cancelar la cuenta no es lo que queremos.
es|Dar de baja el contrato no es nuestra intención.
es|El contrato no tiene que ser cancelado.
es|Mi cuenta no debería ser dada de baja.
es|No kiero cancelar mi cuenta.
es|no qiero q cancelen mi cuenta
es|Nadie quiere dar de baja nada.
es|Nunca quisimos cancelar el hosting.
es|Nunca he querido darme de baja del servicio.
es|No me interesa cancelar el contrato.
es|No vamos a cancelar el contrato.
es|No pedimos que nos dieran de baja el alojamiento.
es|Cancelar mi contrato, eso nunca lo pedí.
es|La baja del contrato no la hemos pedido nosotros.
es|No contemplamos cancelar el contrato.
es|No nos planteamos cerrar la cuenta.
es|No procede cancelar el contrato.
es|Solicito que no se lleve a cabo la baja de mi hosting.
es|Protesto contra la cancelación de mi cuenta.
es|Estamos en contra del cierre de nuestra cuenta.
es|Haced lo posible para que no se cancele el hosting.
es|Mi socio no desea que finalice el contrato.
es|No es mi deseo dar de baja la cuenta.
es|No tengo intención de darme de baja del boletín.
es|Nadie quiere darse de baja de la newsletter.
es|Lo último que quiero es darme de baja del boletín.
es|Eviten borrarme de la lista del boletín.
es|Hemos decidido no darnos de baja del boletín.
es|No hay motivo para dejar de recibir el boletín.
es|No me interesa en absoluto que desaparezca nuestra web.
es|Me niego a cancelar mi contrato.
es|Nos negamos a que cierren nuestra cuenta.
es|No contemplo en absoluto la rescisión del contrato.
es|Os pido que no procedáis a la baja de mi hosting.
es|Por nada del mundo cancelaría mi hosting.
es|Por nada del mundo quisiera cerrar la cuenta.
es|Antes muerto que cancelar mi cuenta.
es|¿Cómo vamos a querer cancelar el contrato?
es|Sentiría mucho perder mi cuenta.
es|Lamentaríamos que se cancelara el contrato.
es|Preferimos seguir a cancelar el contrato.
es|Desaconsejo cancelar el contrato.
es|La cancelación de mi cuenta es un error, no la autoricé.
es|La cancelación del contrato no procede.
es|La baja de la cuenta hay que pararla.
es|Hay que evitar la baja de la cuenta.
es|Considero improcedente la rescisión del contrato.
es|Exigimos que se respete el contrato y no se rescinda.
es|Denegamos la cancelación de nuestro hosting.
es|Nos resistimos a cerrar la cuenta.
es|Difícilmente cancelaremos el contrato.
es|Apenas hemos empezado, cancelar el hosting sería absurdo.
es|Cancelar el hosting sería un error.
es|Cerrar la cuenta nunca fue nuestra intención.
es|Que nadie cancele mi cuenta.
es|Ojalá no tengan que cerrar mi cuenta.
es|Estoy muy lejos de cancelar el hosting.
es|Con la cancelación del contrato no estamos conformes.
es|Tengo cero ganas de cancelar el hosting.
es|Pocas ganas tengo de cancelar mi cuenta.
es|Ningunas ganas de cerrar la cuenta.
es|Evítese la cancelación de la cuenta.
es|Queremos parar la cancelación del contrato.
es|Solicito la anulación de la baja de mi cuenta.
es|Solicito dejar sin efecto la cancelación de mi cuenta.
es|Temo que se cancele mi cuenta.
es|Nunca hemos pedido la cancelación del contrato.
es|Jamás pedimos la baja del alojamiento.
es|Ningún socio quiere cancelar la cuenta.
es|No queremos quedarnos sin hosting.
pt|Ninguém aqui quer encerrar coisa nenhuma, vamos ficar.
pt|Não temos intenção de cancelar o nosso contrato.
pt|Oponho-me ao cancelamento do meu contrato.
pt|Ninguém aqui quer encerrar a conta.
pt|Decidimos não cancelar o contrato.
pt|Não tenho planos de cancelar a minha conta.
pt|Não está nos nossos planos cancelar a hospedagem.
pt|Não faz parte dos nossos planos deixar o serviço.
pt|Não existe razão alguma para rescindir o contrato.
pt|Não há necessidade de cancelar a hospedagem.
pt|Em momento algum solicitei o cancelamento da minha conta.
pt|Em nenhum momento pedimos o cancelamento do contrato.
pt|Em hipótese alguma cancelem o meu contrato.
pt|Sob nenhuma circunstância queremos perder a hospedagem.
pt|Longe de querer cancelar o serviço, queremos ampliá-lo.
pt|Cancelar o contrato está fora de questão.
pt|Nem pensar em cancelar a conta.
pt|Peço que se abstenham de cancelar o meu contrato.
pt|Abstenham-se de encerrar a nossa conta.
pt|Por favor, evitem que a nossa conta seja cancelada.
pt|Quero impedir que a minha conta seja encerrada.
pt|Certifiquem-se de que a hospedagem não seja cancelada.
pt|Garantam que a conta não é cancelada.
pt|Rejeitamos o cancelamento do nosso contrato.
pt|Não aceitamos a rescisão do contrato.
pt|Contesto a rescisão do meu contrato.
pt|Não concordo com o cancelamento do meu plano.
pt|Não concordo com o encerramento da minha conta.
pt|Não autorizo o cancelamento da minha hospedagem.
pt|Não autorizamos nenhum cancelamento do contrato.
pt|Não admito que cancelem o meu contrato.
pt|Não queremos que o alojamento termine.
pt|Não gostaríamos que a conta desaparecesse.
pt|Não quero que me fechem a conta.
pt|Não quero que acabe a hospedagem.
pt|Prefiro pagar mais a cancelar a hospedagem.
pt|Renovei o plano sem querer cancelar nada.
pt|Decidimos contra o cancelamento da conta.
pt|Acabei por decidir não cancelar a hospedagem.
pt|A última coisa que quero é cancelar a minha conta.
pt|Não podemos dar-nos ao luxo de perder a conta.
pt|Não posso permitir que encerrem a minha conta.
pt|Teria muita pena de perder a minha conta.
pt|Ficaríamos tristes se cancelassem o contrato.
pt|Suspendam o cancelamento do nosso contrato, por favor.
pt|Anulem o cancelamento do meu contrato.
pt|Quero reverter o cancelamento da minha conta.
pt|Desconsiderem o pedido de cancelamento.
pt|Ainda não queremos cancelar o contrato.
pt|Ainda não é hora de cancelar a hospedagem.
pt|É cedo demais para cancelar a conta.
pt|Não é preciso cancelar a minha conta.
pt|Não há por que encerrar a conta.
pt|Nem em sonhos cancelaríamos a hospedagem.
pt|Jamais pensaríamos em cancelar o contrato.
pt|Por que eu iria querer cancelar a minha conta?
pt|Porquê cancelar a hospedagem se está tudo ótimo?
pt|Cancelar a conta não é o que queremos.
pt|Cancelar o contrato não é a nossa intenção.
pt|A conta não deve ser cancelada em caso algum.
pt|A minha conta não deveria ser encerrada.
pt|nao qero cancelar minha conta
pt|n quero q cancelem minha conta
pt|nao tenho intensao de canselar a hospedagem
pt|Nunca quisemos cancelar a hospedagem.
pt|Nunca tive vontade de cancelar o serviço.
pt|Não me interessa cancelar o contrato.
pt|Não vou cancelar a conta nem morto.
pt|Não pedimos que encerrassem o alojamento.
pt|Cancelar o meu contrato, isso nunca pedi.
pt|O cancelamento do contrato não foi pedido por nós.
pt|Longe de mim cancelar a conta.
pt|Não estamos pensando em encerrar a conta.
pt|Solicito que não se proceda ao cancelamento da hospedagem.
pt|Exijo que não rescindam o meu contrato.
pt|Protesto contra o cancelamento da minha conta.
pt|O meu sócio não deseja que o contrato termine.
pt|Nenhum de nós deseja cancelar o serviço.
pt|Não é meu desejo encerrar a conta.
pt|A gente não quer encerrar a conta não.
pt|Ninguém quer sair da lista da newsletter.
pt|A última coisa que quero é cancelar a newsletter.
pt|Não concordo que me removam da lista.
pt|Evitem remover-me da lista da newsletter.
pt|Recuso-me a cancelar o contrato.
pt|Recusamos que encerrem a nossa conta.
pt|Seria um desastre se a nossa conta fosse cancelada.
pt|Por nada deste mundo cancelaria a hospedagem.
pt|Antes morrer do que cancelar a conta.
pt|Como é que iríamos querer cancelar o contrato?
pt|Para que iríamos cancelar a hospedagem?
pt|Lamentaríamos muito perder a conta.
pt|Preferimos ficar a cancelar o contrato.
pt|Desaconselho cancelar o contrato.
pt|Aconselharam-me a não cancelar a hospedagem.
pt|O cancelamento da minha conta é um erro.
pt|O encerramento da conta tem de ser travado.
pt|Há que evitar o cancelamento da conta.
pt|Façam com que a minha conta não seja encerrada.
pt|Considero indevida a rescisão do contrato.
pt|Recusamos o cancelamento da nossa hospedagem.
pt|Resistimos a encerrar a conta.
pt|Dificilmente cancelaremos o contrato.
pt|Cancelar a hospedagem seria um erro.
pt|Cancelar o contrato não nos convém.
pt|Que ninguém cancele a minha conta.
pt|Tomara que não tenham de encerrar a minha conta.
pt|Estou bem longe de cancelar a hospedagem.
pt|Discordo do cancelamento da conta.
pt|Discordamos da rescisão do contrato.
pt|Zero vontade de cancelar a hospedagem.
pt|Vontade nenhuma de cancelar a conta.
pt|Queremos travar a rescisão do contrato.
pt|Solicito a anulação do cancelamento da minha conta.
pt|Solicito que fique sem efeito o cancelamento da conta.
pt|Receio que a minha conta seja cancelada.
pt|Não estou a pedir o cancelamento da conta.
pt|Quero deixar claro que o contrato é para manter, não para cancelar.
pt|Manifesto o meu desacordo com a rescisão do contrato.
pt|Nunca pedimos o cancelamento do contrato.
"""
# What becomes of the contract is refused, in a word that no phrase knows.
BECOMES = """
nl|Wij willen niet dat de website aan het eind van het jaar afloopt.
nl|Wij willen niet dat de hosting verloopt.
sv|Vi vill inte att webbhotellet tar slut.
ru|Мы не хотим, чтобы хостинг закончился.
ru|Не хочу, чтобы наш хостинг истёк в мае.
tr|Hosting'in yıl sonunda bitmesini istemiyoruz.
tr|Hesabımızın yok olmasını istemiyoruz.
da|Vi ønsker ikke at webhotellet forsvinder.
no|Vi ønsker ikke at webhotellet forsvinner.
"""
# What is refused is the contract, or that it goes on.
ASKED = """
es|Ya no quiero mi cuenta, ciérrenla.
es|Ya no necesitamos el hosting, por favor ciérrenlo.
es|Nadie usa ya la web, cancelen el contrato.
es|No tengo intención de renovar el contrato.
es|No deseamos continuar con el servicio, dennos de baja.
es|No quiero seguir con el hosting.
es|No voy a necesitar más el alojamiento. Cancelen, por favor.
es|No queremos renovar nuestro plan.
es|Ya no me interesa el servicio, quiero cancelar mi contrato.
es|No quiero que se renueve el contrato.
es|No queremos que el contrato se prorrogue.
es|Nunca uso el hosting. Por favor, cancelen mi cuenta.
es|No estamos contentos con el servicio y queremos cancelar el contrato.
es|No tiene sentido seguir, den de baja el hosting.
es|Sin más dilación, cancelen mi contrato.
es|No quiero pagar más, cancelen mi cuenta.
es|No hay motivo para seguir con ustedes, cancelen el contrato.
es|No podemos permitirnos el hosting, cancélenlo por favor.
es|Hemos decidido no renovar. Cancelen el hosting, por favor.
es|Quiero dar de baja mi cuenta porque no la uso.
es|No queremos que siga activo el hosting.
es|Nadie necesita ya este servidor, den de baja el contrato.
es|No hace falta que me llamen, solo cancelen mi cuenta.
es|Por favor cancelen mi contrato, no quiero ofertas.
es|No me hagan más preguntas y cancelen la cuenta.
es|No quiero nada más con ustedes, cierren mi cuenta.
es|Lo único que quiero es cancelar mi cuenta.
es|Deseo rescindir el contrato, no lo renueven.
es|No estoy de acuerdo con la subida de precio y por la presente cancelo mi contrato.
es|No acepto las nuevas tarifas. Cancelen mi contrato.
es|Nos oponemos a la subida; den de baja nuestro hosting.
es|No aceptamos la subida de precios, queremos dar de baja el contrato.
es|No quiero recibir más el boletín.
es|No quiero que me envíen más ofertas.
es|Decidimos no continuar con el hosting, cancélenlo por favor.
es|Cancelen mi cuenta sin demora.
es|Cancelen el contrato, no tengo intención de quedarme.
pt|Já não quero a minha conta, encerrem-na.
pt|Já não precisamos da hospedagem, por favor cancelem.
pt|Ninguém usa mais o site, cancelem o contrato.
pt|Não tenho intenção de renovar o contrato.
pt|Não desejamos continuar com o serviço, cancelem a conta.
pt|Não quero continuar com a hospedagem.
pt|Não vou precisar mais do alojamento. Cancelem, por favor.
pt|Não queremos renovar o nosso plano.
pt|Já não tenho interesse no serviço, quero cancelar o contrato.
pt|Não quero que o contrato seja renovado.
pt|Não queremos que o contrato se renove.
pt|Nunca uso a hospedagem. Por favor, cancelem a minha conta.
pt|Não estamos satisfeitos com o serviço e queremos cancelar o contrato.
pt|Não faz sentido continuar, cancelem a hospedagem.
pt|Sem mais demora, cancelem o meu contrato.
pt|Não quero pagar mais, cancelem a minha conta.
pt|Não há motivo para continuar com vocês, cancelem o contrato.
pt|Não podemos pagar a hospedagem, cancelem por favor.
pt|Decidimos não renovar. Cancelem a hospedagem, por favor.
pt|Quero encerrar a minha conta porque não a uso.
pt|Ninguém precisa mais deste servidor, cancelem o contrato.
pt|Não precisam de me ligar, só cancelem a minha conta.
pt|Por favor cancelem o meu contrato, não quero ofertas.
pt|Não quero mais nada com vocês, encerrem a minha conta.
pt|Quero rescindir o contrato, não o renovem.
pt|Não aceito os novos preços. Cancelem o meu contrato.
pt|Não aceitamos o aumento de preço, queremos cancelar o contrato.
pt|Não desejo mais publicidade, removam-me da lista.
pt|Decidimos não continuar com a hospedagem, cancelem-na por favor.
pt|Cancelem o contrato, não tenho intenção de ficar.
es|Nos oponemos al aumento, así que den de baja nuestro hosting.
es|Para evitar que me cobren otro mes, cancelen mi contrato.
es|En ningún momento me ayudaron y quiero cancelar mi contrato.
es|Ninguno de nosotros usa ya la cuenta, ciérrenla por favor.
es|Bajo ninguna circunstancia quiero seguir con ustedes, cancelen mi cuenta.
es|Me niego a pagar más. Cancelen mi contrato.
es|Es una pena, pero tengo que cancelar el hosting. Por favor, cancélenlo.
es|No quiero que la cuenta siga abierta.
pt|Sou contra o aumento e quero cancelar a conta.
pt|Para evitar que cobrem outro mês, cancelem o meu contrato.
pt|Em nenhum momento me ajudaram e quero cancelar o contrato.
pt|Seria uma loucura continuar a pagar, cancelem a hospedagem.
pt|O novo preço está fora de questão. Cancelem a minha conta.
pt|Cancelem a minha conta e evitem cobrar outra vez.
pt|Continuar seria um erro, cancelem a conta.
pt|Discordo do preço e quero cancelar o contrato.
es|Nunca hemos usado la cuenta, quiero cancelarla.
pt|Nunca pedi nada, agora peço o cancelamento da conta.
es|El aumento está descartado. Cancelen mi cuenta.
"""


def _lines(text: str) -> list[tuple[str, str]]:
    rows = (line.partition("|") for line in text.strip().splitlines())
    return [(language, said) for language, _, said in rows]


@pytest.mark.parametrize(("language", "text"), _lines(DENIED) + _lines(BECOMES))
def test_an_end_that_is_denied_ends_nothing(language: str, text: str) -> None:
    told = message(text, language=language)
    for role in Role:
        assert not acted(text, language, role), role
        assert not shipped_classifier().read(told, role=role).certain, role


@pytest.mark.parametrize(("language", "text"), _lines(ASKED))
def test_a_request_with_a_negation_in_it_is_heard(language: str, text: str) -> None:
    assert acted(text, language, Role.CANCEL)


def test_a_newsletter_that_is_not_to_come_is_refused_itself() -> None:
    assert acted("Não quero que a newsletter chegue.", "pt", Role.SUPPORT)
