"""Plain requests in Portuguese, as people type them into a form, and what stands close to them.

The rules alone act upon these; of what stands beside them nothing is acted upon.
"""

from __future__ import annotations

import pytest

from handlers.values import Intent, Role
from tests.unit.contrasts import acted, lines_of, mistaken, pairs_of

# Ends nothing in either mailbox, and a text that asks for the end in cancel@.
NO_END = {
    "pt": (
        ("Preciso de ajuda para cancelar o boleto.", "Preciso de ajuda para cancelar a conta."),
        (
            "Obrigado pela ajuda para encerrar a conta.",
            "Peço ajuda para encerrar a conta, obrigado.",
        ),
        (
            "Quem me ajuda a perceber o fecho da conta?",
            "Quem me ajuda a fechar a conta?",
        ),
        ("Alguém me ajudou a excluir a conta.", "Alguém me ajuda a excluir a conta?"),
        ("Podem ajudar-me a anular a consulta?", "Podem ajudar-me a anular o contrato?"),
        (
            "Ajudem-me a entrar na conta, não quero fechá-la.",
            "Ajudem-me a fechar a conta, não quero continuar.",
        ),
        (
            "Confirmem que o contrato não foi rescindido.",
            "Confirmem a rescisão do contrato.",
        ),
        (
            "Confirmem o cancelamento da encomenda.",
            "Confirmem o cancelamento da conta.",
        ),
        ("Tenho interesse em saber como cancelar.", "Tenho interesse em cancelar."),
        ("A gente quer manter a conta.", "A gente quer encerrar a conta."),
        ("Cancela pra mim a reunião.", "Cancela pra mim a hospedagem."),
        ("Apaguem o meu registo MX.", "Apaguem o meu registo de cliente."),
        ("Anulem o meu registo no curso.", "Anulem o meu registo e o alojamento."),
        ("Cancelem o pacote SEO.", "Cancelem o plano gratuito."),
    ),
}
# Refuses no mail in either mailbox, and a text that does in support@.
NO_OPT_OUT = {
    "pt": (
        (
            "Onde está a ajuda para me descadastrar?",
            "Preciso de ajuda para me descadastrar.",
        ),
        ("Só quero receber faturas em papel.", "Só quero receber faturas."),
        (
            "No fim da newsletter falta o logótipo.",
            "Fim da newsletter, por favor.",
        ),
        (
            "A saída da newsletter dos nossos clientes não abre.",
            "Saída da newsletter",
        ),
        (
            "Alterem as minhas preferências para receber o recibo.",
            "Alterem as minhas preferências para não receber publicidade.",
        ),
    ),
}
# Asked for plainly, with nothing else that could be meant: acted upon in support@ as well.
PLAIN = {
    "pt": """
cancellation | Me ajuda a encerrar minha conta
cancellation | Preciso de uma mão para eliminar a conta
cancellation | A agência quer pôr termo ao contrato.
cancellation | Peço o apagamento da conta.
cancellation | Eliminem o meu perfil de cliente
cancellation | Seria possível darem por terminado o contrato?
opt_out | Ajuda para me desinscrever, por favor
opt_out | Não sei como entrei nessa lista, me tirem dela
opt_out | Dispensem-nos das promoções
opt_out | Tirem o marketing das minhas preferências
opt_out | Mandem-me só as faturas
opt_out | A escola não tem mais interesse no boletim
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
