"""Plain requests in Spanish, as people type them into a form, and what stands close to them.

The rules alone act upon these; of what stands beside them nothing is acted upon.
"""

from __future__ import annotations

import pytest

from handlers.values import Intent, Role
from tests.unit.contrasts import acted, lines_of, mistaken, pairs_of

# Ends nothing in either mailbox, and a text that asks for the end in cancel@.
NO_END = {
    "es": (
        ("Necesito ayuda para cancelar un pedido.", "Necesito ayuda para cancelar la cuenta."),
        (
            "Gracias por la ayuda para cerrar la cuenta.",
            "Busco ayuda para cerrar la cuenta, gracias.",
        ),
        (
            "¿Quién me ayuda a entender cómo se cierra la cuenta?",
            "¿Quién me ayuda a cerrar la cuenta?",
        ),
        ("Ayer me ayudaron a cerrar la cuenta.", "¿Me ayudan a cerrar la cuenta?"),
        ("¿Podrías ayudarme a anular la cita?", "¿Podrías ayudarme a anular el contrato?"),
        (
            "Ayúdenme a entrar en la cuenta, no quiero cerrarla.",
            "Ayúdenme a cerrar la cuenta, no quiero seguir.",
        ),
        (
            "Confirmen que mi contrato no fue cancelado.",
            "Confirmen que mi contrato queda cancelado.",
        ),
        (
            "Confírmenme la cancelación de la cita, por favor.",
            "Confírmenme la cancelación del contrato, por favor.",
        ),
        ("¿Me das de baja si me atraso con el pago?", "¿Me das de baja hoy mismo?"),
        ("Me dan de baja sin avisar.", "Denme de baja sin más trámite."),
        ("¿Podés decirme cómo cierro la cuenta?", "¿Podés cerrar la cuenta?"),
        (
            "Eliminación de cuenta de correo antigua.",
            "Eliminación de cuenta, cliente 5120",
        ),
        (
            "Cancelen mi suscripción al gimnasio.",
            "Cancelen mi suscripción al hosting.",
        ),
        (
            "Cancelen mi inscripción al curso.",
            "Cancelen mi inscripción de cliente.",
        ),
        ("Borren mi registro MX.", "Borren mi registro de usuario."),
        ("Cancelen el cambio de plan.", "Cancelen el plan gratuito."),
        (
            "Me preocupa que no se renueve mi contrato.",
            "Prefiero que no se renueve mi contrato.",
        ),
        # denied, refused or only rumoured
        (
            "¿Quién les contó que queríamos cerrar la cuenta?",
            "¿Quién les contó que seguíamos? Cierren la cuenta.",
        ),
        (
            "Primera noticia: quiero rescindir mi contrato.",
            "Primera noticia, suben los precios. Quiero rescindir mi contrato.",
        ),
        (
            "Corre el bulo de que queremos cancelar el hosting.",
            "Corre el bulo de que cierran. Cancelen el hosting.",
        ),
        (
            "¿Cómo podéis pensar que quiero cerrar mi cuenta?",
            "¿Cómo podéis pensar que voy a pagar? Cierren mi cuenta.",
        ),
        ("Cancelar mi contrato, ni soñarlo.", "Cancelar mi contrato, por favor."),
        (
            "Rescindir mi contrato sería la última de mis ideas.",
            "Mi última idea es firme: rescindan mi contrato.",
        ),
        (
            "Quiero oponerme formalmente a la rescisión de mi contrato.",
            "Quiero oponerme a la publicidad y rescindir mi contrato.",
        ),
        (
            "Se impugna la cancelación del contrato de hosting.",
            "Se impugna la factura y se solicita la cancelación del contrato.",
        ),
        (
            "Cancelen mi cuenta, eso es lo que escribió el estafador.",
            "Cancelen mi cuenta, un estafador entró en mi web.",
        ),
        (
            "Estoy sin ganas de cerrar mi cuenta.",
            "Cierren mi cuenta por escrito, sin ganas de cancelar por teléfono.",
        ),
        (
            "Eviten cualquier baja de mi cuenta.",
            "Eviten cualquier baja de tensión y cancelen mi cuenta.",
        ),
        (
            "Cancelen mi contrato y verán a mi abogado.",
            "Cancelen mi contrato y verán que les pago.",
        ),
        (
            "Creía que quería cancelar mi cuenta, pero al final la conservo.",
            "Al final cancelo mi cuenta, cancelen ya mi cuenta.",
        ),
        ("Deseo que mi cancelación no se tramite.", "Deseo que mi cancelación se tramite."),
        ("Cancelar mi contrato, va a ser que no.", "Cancelar mi contrato, va a ser lo mejor."),
        # a number by its sign, the last month, a trial of a day
        ("El contrato nº 5512 no se cancela.", "Cancelen el contrato nº 5512."),
        ("¿Será mi último mes con ustedes?", "Marzo será mi último mes con ustedes."),
        ("Me arrepentí de la baja, dejen el plan.", "Me arrepentí de la compra, anulen el plan."),
        ("Sigan con la copia del VPS 2. Gracias.", "Sigan con la baja del VPS 2. Gracias."),
        ("Necesito el justificante de rescisión.", "Necesito la rescisión del contrato."),
    ),
}
# Refuses no mail in either mailbox, and a text that does in support@.
NO_OPT_OUT = {
    "es": (
        (
            "¿Dónde está la ayuda para darme de baja del boletín?",
            "Necesito ayuda para darme de baja del boletín.",
        ),
        (
            "Me di de baja del gimnasio y me sigue llegando la factura.",
            "Me di de baja del boletín y me sigue llegando el boletín.",
        ),
        ("Envíenme solo las facturas en papel.", "Envíenme solo las facturas."),
        ("¿Nos sacan de la lista si no pagamos?", "¿Nos sacan de la lista de ofertas?"),
        ("Necesito ayuda con la newsletter.", "Necesito ayuda para salir de la newsletter."),
        ("Quiero que me inviten a sus webinars.", "No me inviten más a sus webinars."),
        ("No me llamen hoy, mañana sí.", "No me llamen más con ofertas."),
        (
            "Que este sea el último fallo del servidor.",
            "Que este sea el último correo de ofertas.",
        ),
        (
            "¿Me mandaron la invitación a los seminarios?",
            "Bórrenme de las invitaciones a seminarios.",
        ),
    ),
}
# Asked for plainly, with nothing else that could be meant: acted upon in support@ as well.
PLAIN = {
    "es": """
cancellation | Preciso ayuda para eliminar mi cuenta
cancellation | ¿Tendrían la bondad de cerrar nuestra cuenta?
cancellation | Échenme una mano para anular el contrato
cancellation | Podrías ayudarnos a dar de baja el hosting
cancellation | Eliminen mi perfil de cliente
cancellation | Dar de baja mi usuario y mi plan, por favor
cancellation | Canselen mi cuenta porfa
cancellation | Pónganle fin al contrato
opt_out | Asistencia para desuscribirme, por favor
opt_out | La publicidad ya no la quiero
opt_out | Solo queremos recibir las facturas
opt_out | Desmarquen la casilla de publicidad en mi perfil
opt_out | Dar de baja boletín
""",
}


@pytest.mark.parametrize(("language", "told", "asked"), pairs_of(NO_END))
def test_a_contract_goes_on_where_its_end_is_only_spoken_of(
    language: str, told: str, asked: str
) -> None:
    assert not mistaken(Intent.CANCELLATION, language, told, asked)


@pytest.mark.parametrize(("language", "told", "asked"), pairs_of(NO_OPT_OUT))
def test_mail_goes_on_where_it_is_only_spoken_of(language: str, told: str, asked: str) -> None:
    assert not mistaken(Intent.OPT_OUT, language, told, asked)


@pytest.mark.parametrize(("language", "intent", "text"), lines_of(PLAIN))
def test_a_plain_request_is_acted_upon(language: str, intent: str, text: str) -> None:
    assert acted(text, language, Role.SUPPORT) == {Intent(intent)}
