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
        # denied, refused or only rumoured
        (
            "Quem é que vos disse que queremos encerrar a conta?",
            "Quem é que vos disse que ficamos? Encerrem a conta.",
        ),
        (
            "Novidade: quero cancelar o meu contrato.",
            "Novidade para mim, mais um aumento. Quero cancelar o meu contrato.",
        ),
        (
            "Corre o boato de que queremos cancelar a hospedagem.",
            "Corre o boato de que vão fechar. Cancelem a hospedagem.",
        ),
        (
            "Como podem achar que eu quero encerrar a minha conta?",
            "Como podem achar que vou pagar? Encerrem a minha conta.",
        ),
        ("Cancelar o meu contrato, nem pensar.", "Cancelar o meu contrato, por favor."),
        (
            "Cancelar a conta seria a última das minhas ideias.",
            "A minha última ideia é firme: cancelem a conta.",
        ),
        (
            "Venho opor-me formalmente à rescisão do meu contrato.",
            "Venho opor-me à publicidade e pedir a rescisão do meu contrato.",
        ),
        (
            "Cancelem a minha conta, foi o que o burlão escreveu.",
            "Cancelem a minha conta, um burlão entrou no site.",
        ),
        (
            "Recuso-me a encerrar a conta.",
            "Recuso-me a encerrar a conta por telefone, por isso cancelem o meu contrato.",
        ),
        (
            "Só faltava encerrarem a nossa conta.",
            "Só faltava outro aumento. Encerrem a nossa conta.",
        ),
        (
            "Cancelem o meu contrato e vão ver o meu advogado.",
            "Cancelem o meu contrato e vão ver o pagamento.",
        ),
        (
            "Oponho-me ao encerramento da minha conta, fico com o contrato.",
            "Oponho-me ao encerramento da escola, mas cancelem o meu contrato.",
        ),
        (
            "Não me façam dizer que quero encerrar a minha conta.",
            "Digo-vos que quero encerrar a minha conta.",
        ),
        (
            "Escusado será encerrar a minha conta.",
            "Escusado será dizer que quero encerrar a minha conta.",
        ),
        (
            "Cancelar o meu contrato, isso é que não.",
            "Cancelar o meu contrato, isso é que importa.",
        ),
        # a number by its sign, the last month, regret of one or the other
        ("Será este o meu último mês convosco?", "Março será o meu último mês convosco."),
        (
            "Arrependi-me do cancelamento, mantenham o plano.",
            "Arrependi-me da compra, anulem o plano.",
        ),
        ("Não deixem o alojamento expirar.", "Deixem o alojamento expirar."),
        ("Peço o comprovante de rescisão.", "Peço a rescisão do contrato."),
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
        ("Convidem-me para os webinars, por favor.", "Não me convidem mais para webinars."),
        ("Não me liguem hoje, amanhã sim.", "Não me liguem mais com promoções."),
        ("Que este seja o último erro do servidor.", "Que este seja o último e-mail de ofertas."),
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
