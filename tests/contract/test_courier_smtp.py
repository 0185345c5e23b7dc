"""What only the SMTP courier does: the dialogue word by word, TLS, logins, kept connections."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import SmtpSettings
from daemon.couriers.outcome import MAX_WORDS_CHARS, Step, lost, refused
from daemon.couriers.pool import SmtpCourier
from daemon.couriers.wire import dotted
from daemon.errors import (
    CourierMisconfigured,
    CourierUnreachable,
    OptoutdError,
    OutcomeUnknown,
    PermanentFailure,
    TemporaryFailure,
)
from daemon.ports import Accepted
from daemon.ports.courier import NotHandedOver
from tests.contract.test_courier import CUSTOMER, OURS, mail
from tests.servers.dovecot import free_port
from tests.servers.smtp import DROP, GARBLE, HANG, DeafServer, SmtpServer, new_ca_file

T = TypeVar("T")

_DEFAULT = {
    "": "220 mx.test ESMTP",
    "EHLO": "250-mx.test\r\n250 PIPELINING",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go",
    ".": "250 taken",
    "RSET": "250 ok",
    "NOOP": "250 ok",
    "QUIT": "221 bye",
    "AUTH": "235 welcome",
}


@dataclass
class LineServer:
    """Answers each command with a line of `answers`, and keeps the commands it was given.

    An answer "" closes the connection instead, HANG says nothing more.
    """

    answers: dict[str, str]
    commands: list[str] = field(default_factory=list)
    connections: list[asyncio.StreamWriter] = field(default_factory=list)
    open_at_once: int = 0
    most_at_once: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait_until(self, so: Callable[[], bool]) -> None:
        while not so():
            self.news.clear()
            await self.news.wait()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(writer)
        self.news.set()
        self.open_at_once += 1
        self.most_at_once = max(self.most_at_once, self.open_at_once)
        try:
            await self._converse(reader, writer)
        except ConnectionError:
            pass
        finally:
            self.open_at_once -= 1
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        verb, in_data = "", False
        while answer := self.answers.get(verb, _DEFAULT.get(verb, "500 what?")):
            if answer == HANG:
                await reader.read()  # until the client has had enough
                return
            writer.write(f"{answer}\r\n".encode())
            if verb == "QUIT":
                return
            in_data = verb == "DATA" and answer.startswith("354")
            line = await reader.readline()
            while in_data and line not in (b".\r\n", b""):
                line = await reader.readline()
            if not line:
                return
            self.commands.append(line.decode().rstrip("\r\n"))
            self.news.set()
            verb = "." if in_data else line.decode().split()[0].upper()


@asynccontextmanager
async def line_server(answers: dict[str, str]) -> AsyncIterator[tuple[LineServer, int]]:
    server = LineServer(answers)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    try:
        yield server, listener.sockets[0].getsockname()[1]
    finally:
        listener.close()
        for writer in server.connections:
            writer.transport.abort()
        await asyncio.sleep(0)


def settings(port: int, **more: Any) -> SmtpSettings:
    given_settings = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "timeout_seconds": 30.0,  # a busy machine takes its time for a handshake
        "connections": 1,
        **more,
    }
    return SmtpSettings(**given_settings)


def login() -> dict[str, str]:
    return {"username": "optoutd", "password_file": "password"}


def at_line_server(
    answers: dict[str, str],
    do: Callable[[SmtpCourier, LineServer], Awaitable[T]],
    *,
    password: str | None = None,
    **more: Any,
) -> T:
    async def run() -> T:
        async with line_server(answers) as (server, port):
            courier = SmtpCourier(settings(port, **more), password)
            try:
                return await do(courier, server)
            finally:
                await courier.close()

    return asyncio.run(run())


def dialogue(answers: dict[str, str], *mails: Any, **more: Any) -> list[str]:
    """The commands that the server gets for these mails; each has to be accepted."""

    async def deliver(courier: SmtpCourier, server: LineServer) -> list[str]:
        for each in mails:
            assert isinstance(await courier.deliver(each), Accepted)
        return server.commands

    return at_line_server(answers, deliver, **more)


def failure(answers: dict[str, str], **more: Any) -> OptoutdError:
    """What delivering one mail raises."""

    async def deliver(courier: SmtpCourier, server: LineServer) -> OptoutdError:
        with pytest.raises(OptoutdError) as caught:
            await courier.deliver(mail())
        return caught.value

    return at_line_server(answers, deliver, **more)


def offering(*extensions: str) -> dict[str, str]:
    lines = ["mx.test", *extensions]
    return {"EHLO": "\r\n".join([f"250-{x}" for x in lines[:-1]] + [f"250 {lines[-1]}"])}


def test_a_confirmation_is_one_transaction_from_the_null_sender() -> None:
    commands = dialogue({}, mail())
    assert [c for c in commands if not c.startswith("EHLO")] == [
        "MAIL FROM:<>",
        f"RCPT TO:<{CUSTOMER}>",
        "DATA",
        ".",
        "QUIT",
    ]


def test_the_size_is_announced_where_the_server_asks_for_it() -> None:
    commands = dialogue(offering("SIZE 1000000"), mail())
    assert f"MAIL FROM:<> SIZE={len(mail().raw)}" in commands


def test_no_report_is_wanted_for_what_has_no_sender_to_report_to() -> None:
    commands = dialogue(offering("DSN"), mail(sender=""), mail(sender=OURS))
    assert [c for c in commands if c.startswith("RCPT")] == [
        f"RCPT TO:<{CUSTOMER}> NOTIFY=NEVER",
        f"RCPT TO:<{CUSTOMER}> NOTIFY=FAILURE ORCPT=rfc822;{CUSTOMER}",
    ]
    assert [c for c in commands if c.startswith("MAIL")] == [
        "MAIL FROM:<>",
        f"MAIL FROM:<{OURS}> RET=HDRS ENVID=1",
    ]


def test_a_parameter_holds_no_character_that_would_end_it() -> None:
    asked = replace(
        mail(to="a+b=c@elsewhere.example", sender=OURS), message_id="<x+y=z@a.example>"
    )
    commands = dialogue(offering("DSN"), asked)
    assert [c.partition("> ")[2] for c in commands if c.startswith(("MAIL", "RCPT"))] == [
        "RET=HDRS ENVID=x+2By+3Dz",
        "NOTIFY=FAILURE ORCPT=rfc822;a+2Bb+3Dc@elsewhere.example",
    ]


def test_the_reports_that_are_wanted_are_what_a_real_server_gets() -> None:
    with SmtpServer(dsn=True) as server:

        async def deliver() -> None:
            courier = SmtpCourier(settings(server.port), None)
            await courier.deliver(mail(1, sender=""))
            await courier.deliver(mail(2, sender=OURS))
            await courier.inspect(envelope_from=OURS, recipient=OURS)
            await courier.close()

        asyncio.run(deliver())
        assert [(taken.sender, taken.reports) for taken in server.received] == [
            ("", ("NOTIFY=NEVER",)),
            (OURS, ("RET=HDRS", "ENVID=2", "NOTIFY=FAILURE", f"ORCPT=rfc822;{CUSTOMER}")),
        ]


def test_smtputf8_is_used_only_for_an_address_that_needs_it() -> None:
    offer = offering("8BITMIME", "SMTPUTF8")
    commands = dialogue(offer, mail(), mail(to="jürgen@bücher.example"))
    assert [c for c in commands if c.startswith(("MAIL", "RCPT"))] == [
        "MAIL FROM:<>",
        f"RCPT TO:<{CUSTOMER}>",
        "MAIL FROM:<> SMTPUTF8 BODY=8BITMIME",
        "RCPT TO:<jürgen@xn--bcher-kva.example>",
    ]


def test_an_international_domain_needs_no_smtputf8() -> None:
    plain = mail().raw

    async def deliver(courier: SmtpCourier, server: LineServer) -> list[str]:
        await courier.deliver(replace(mail(to="anna@bücher.example"), raw=plain))
        return server.commands

    assert "RCPT TO:<anna@xn--bcher-kva.example>" in at_line_server({}, deliver)


def test_an_address_that_needs_smtputf8_cannot_be_written_to_without_it() -> None:
    async def deliver(courier: SmtpCourier, server: LineServer) -> list[str]:
        with pytest.raises(PermanentFailure, match="SMTPUTF8") as caught:
            await courier.deliver(mail(to="jürgen@elsewhere.example"))
        assert "jürgen" not in str(caught.value)
        return server.commands

    assert not [c for c in at_line_server({}, deliver) if c.startswith("MAIL")]


def test_one_connection_and_one_login_serve_many_mails() -> None:
    answers = offering("AUTH PLAIN LOGIN")
    commands = dialogue(answers, *(mail(n) for n in range(5)), password="s3cret", **login())
    assert len([c for c in commands if c.startswith("AUTH")]) == 1
    assert len([c for c in commands if c.startswith("MAIL")]) == 5


def test_no_more_connections_are_opened_than_the_settings_say() -> None:
    async def deliver(courier: SmtpCourier, server: LineServer) -> int:
        await asyncio.gather(*(courier.deliver(mail(n)) for n in range(30)))
        return server.most_at_once

    assert at_line_server({}, deliver, connections=3) == 3


def test_a_kept_connection_that_the_server_has_dropped_costs_no_mail() -> None:
    async def deliver(courier: SmtpCourier, server: LineServer) -> int:
        await courier.deliver(mail(1))
        server.connections[0].transport.abort()
        await courier.deliver(mail(2))
        return len(server.connections)

    assert at_line_server({}, deliver) == 2


def test_a_server_that_ends_a_kept_connection_with_a_421_costs_no_mail() -> None:
    async def deliver(courier: SmtpCourier, server: LineServer) -> int:
        await courier.deliver(mail(1))
        server.answers["MAIL"] = "421 4.7.0 too many mails on this connection"
        delivery = asyncio.create_task(courier.deliver(mail(2)))
        await server.wait_until(lambda: len(server.connections) == 2)
        del server.answers["MAIL"]
        await delivery
        return len(server.connections)

    assert at_line_server({}, deliver) == 2


def test_the_kernel_notices_a_server_that_is_gone_while_nothing_is_said() -> None:
    async def deliver(courier: SmtpCourier, server: LineServer) -> list[int]:
        await courier.deliver(mail())
        sock = courier._lines[0]._client.get_transport_info("socket")
        options = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
        return [
            sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE),
            *(sock.getsockopt(socket.IPPROTO_TCP, option) for option in options),
        ]

    assert at_line_server({}, deliver) == [1, 30, 10, 3]


def test_a_connection_that_idled_is_probed_before_it_gets_a_mail(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("daemon.couriers.smtp.PROBE_AFTER_IDLE_S", 0.0)
    commands = dialogue({"NOOP": "421 4.4.2 timeout"}, mail(1), mail(2))
    assert [c.split()[0] for c in commands] == [
        *("EHLO", "MAIL", "RCPT", "DATA", "."),
        *("NOOP", "EHLO", "MAIL", "RCPT", "DATA", ".", "QUIT"),
    ]


def test_a_refused_recipient_is_followed_by_rset_on_the_same_connection() -> None:
    async def deliver(courier: SmtpCourier, server: LineServer) -> tuple[list[str], int]:
        server.answers["RCPT"] = "550 5.1.1 unknown"
        with pytest.raises(PermanentFailure):
            await courier.deliver(mail(1))
        del server.answers["RCPT"]
        await courier.deliver(mail(2))
        return [c.split()[0] for c in server.commands], len(server.connections)

    commands, connections = at_line_server({}, deliver)
    # The second MAIL finds out whether it is the recipient or the null sender that is refused.
    assert commands == [
        *("EHLO", "MAIL", "RCPT", "RSET", "MAIL", "RCPT", "RSET"),
        *("MAIL", "RCPT", "DATA", "."),
    ]
    assert connections == 1


def test_a_cancelled_delivery_leaves_no_half_of_a_transaction_behind() -> None:
    async def deliver(courier: SmtpCourier, server: LineServer) -> list[str]:
        delivery = asyncio.create_task(courier.deliver(mail(1)))
        await server.wait_until(lambda: server.commands[-1:] == [f"RCPT TO:<{CUSTOMER}>"])
        delivery.cancel()
        with pytest.raises(NotHandedOver):
            await delivery
        del server.answers["RCPT"]
        await courier.deliver(mail(2))
        return [c.split()[0] for c in server.commands]

    assert at_line_server({"RCPT": HANG}, deliver, timeout_seconds=30.0) == [
        *("EHLO", "MAIL", "RCPT"),
        *("EHLO", "MAIL", "RCPT", "DATA", "."),
    ]


def test_a_delivery_that_is_cancelled_behind_the_final_dot_may_have_handed_the_mail_over() -> None:
    async def deliver(courier: SmtpCourier, server: LineServer) -> None:
        delivery = asyncio.create_task(courier.deliver(mail(1)))
        await server.wait_until(lambda: server.commands[-1:] == ["."])
        delivery.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await delivery
        assert not isinstance(caught.value, NotHandedOver)

    at_line_server({".": HANG}, deliver, timeout_seconds=30.0)


def test_a_server_that_looks_through_the_mail_for_long_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with SmtpServer(delay_s=1.5) as server:

        async def deliver() -> Accepted:
            courier = SmtpCourier(settings(server.port, timeout_seconds=1.0), None)
            try:
                return await courier.deliver(mail())
            finally:
                await courier.close()

        assert asyncio.run(deliver()).response.startswith("250")
        monkeypatch.setattr("daemon.couriers.smtp.MAX_DOT_TIMEOUT_S", 0.0)
        with pytest.raises(OutcomeUnknown):
            asyncio.run(deliver())


def test_any_2yz_behind_the_final_dot_is_an_acceptance() -> None:
    async def deliver(courier: SmtpCourier, server: LineServer) -> Accepted:
        return await courier.deliver(mail())

    accepted = at_line_server({".": "251 2.6.0 queued for <a@b.example> as 4F2"}, deliver)
    assert accepted.response == "251 2.6.0 queued for <<address>> as 4F2"


@pytest.mark.parametrize("nonsense", ["hello", "354 go on", "999 what", "2 5 0", "-1 x"])
def test_nonsense_behind_the_final_dot_leaves_the_outcome_unknown(nonsense: str) -> None:
    assert isinstance(failure({".": nonsense}), OutcomeUnknown)


@pytest.mark.parametrize("step", ["", "EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("nonsense", ["hello", "111 what", ""])
def test_nonsense_or_a_hang_up_before_the_final_dot_is_temporary(step: str, nonsense: str) -> None:
    found = failure({step: nonsense})
    assert isinstance(found, TemporaryFailure)
    assert not isinstance(found, CourierMisconfigured)


@pytest.mark.parametrize(
    ("answers", "setting"),
    [
        ({"": "554 5.7.1 go away"}, "smtp.host"),
        ({"EHLO": "550 5.7.1 go away"}, "smtp.host"),
        ({"MAIL": "550 5.1.7 null sender refused"}, "reply.envelope_from"),
        (
            {"RCPT": "554 5.7.1 <>: Sender address rejected: no null senders here"},
            "reply.envelope_from",
        ),
        ({"DATA": "554 5.7.1 we take no blank sender"}, "reply.envelope_from"),
        ({".": "550 5.7.1 Null return path is not accepted here"}, "reply.envelope_from"),
        ({"MAIL": "530 5.7.0 Must issue a STARTTLS command first"}, "smtp.username"),
        ({"RCPT": "554 5.7.1 <x@y.example>: Relay access denied"}, "smtp.username"),
    ],
)
def test_a_server_that_serves_us_no_mail_at_all_is_a_fault_of_the_configuration(
    answers: dict[str, str], setting: str
) -> None:
    found = failure(answers)
    assert isinstance(found, CourierMisconfigured)
    assert found.setting == setting
    assert found.cure


def test_a_4yz_greeting_is_temporary() -> None:
    found = failure({"": "421 4.3.2 too busy"})
    assert isinstance(found, CourierUnreachable)
    assert "too busy" in str(found)


def test_a_refused_login_is_tried_once_and_is_a_fault_of_the_configuration() -> None:
    answers = {**offering("AUTH CRAM-MD5 PLAIN LOGIN"), "AUTH": "535 5.7.8 no"}

    async def deliver(courier: SmtpCourier, server: LineServer) -> list[str]:
        with pytest.raises(CourierMisconfigured, match=r"535 5\.7\.8 no") as caught:
            await courier.deliver(mail())
        assert caught.value.setting == "smtp.password_file"
        assert "s3cret" not in str(caught.value)
        return server.commands

    commands = at_line_server(answers, deliver, password="s3cret", **login())
    assert [c.split()[:2] for c in commands if c.startswith("AUTH")] == [["AUTH", "PLAIN"]]


def test_a_login_that_the_server_cannot_check_now_is_temporary() -> None:
    answers = {**offering("AUTH PLAIN"), "AUTH": "454 4.7.0 directory is down"}
    found = failure(answers, password="s3cret", **login())
    assert isinstance(found, CourierUnreachable)


def test_a_server_without_logins_is_a_fault_of_the_configuration() -> None:
    found = failure({}, password="s3cret", **login())
    assert isinstance(found, CourierMisconfigured)
    assert found.setting == "smtp.username"


def test_a_server_without_starttls_is_given_no_mail() -> None:
    found = failure({}, security="starttls")
    assert isinstance(found, CourierMisconfigured)
    assert found.setting == "smtp.security"


def test_a_server_that_speaks_no_tls_is_a_fault_of_the_configuration() -> None:
    found = failure({}, security="tls")
    assert isinstance(found, CourierMisconfigured)
    assert found.setting == "smtp.security"


def test_a_port_where_nobody_listens_is_temporary() -> None:
    async def deliver() -> None:
        await SmtpCourier(settings(free_port()), None).deliver(mail())

    with pytest.raises(TemporaryFailure, match="connecting"):
        asyncio.run(deliver())


def test_a_server_that_never_greets_is_temporary() -> None:
    async def deliver(port: int) -> None:
        await SmtpCourier(settings(port, timeout_seconds=0.2), None).deliver(mail())

    with DeafServer() as server, pytest.raises(TemporaryFailure, match="connecting"):
        asyncio.run(deliver(server.port))


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_mail_and_login_go_encrypted_to_a_server_whose_authority_is_known(
    security: Any, tmp_path: Path
) -> None:
    with SmtpServer(security=security, users={"optoutd": "s3cret"}) as server:
        ca_file = server.write_ca(tmp_path / "ca.pem")
        chosen = settings(server.port, security=security, ca_file=ca_file, **login())

        async def deliver() -> list[str]:
            courier = SmtpCourier(chosen, "s3cret")
            await courier.deliver(mail())
            notes = await courier.inspect(envelope_from="", recipient=OURS)
            await courier.close()
            return notes

        notes = asyncio.run(deliver())
        (received,) = server.received
    assert received.encrypted
    assert received.username == "optoutd"
    assert "TLSv1." in notes[0]
    assert "the login is accepted" in notes


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_server_of_an_unknown_authority_is_given_nothing(security: Any, tmp_path: Path) -> None:
    with SmtpServer(security=security, users={"optoutd": "s3cret"}) as server:
        chosen = settings(
            server.port,
            security=security,
            ca_file=new_ca_file(tmp_path),
            **login(),
        )

        async def deliver() -> None:
            courier = SmtpCourier(chosen, "s3cret")
            try:
                await courier.deliver(mail())
            finally:
                await courier.close()

        with pytest.raises(CourierMisconfigured, match="certificate") as caught:
            asyncio.run(deliver())
        assert caught.value.setting == "smtp.ca_file"
        assert server.received == []


@pytest.mark.parametrize(
    ("stage", "broken"), [("rcpt", TemporaryFailure), ("dot", OutcomeUnknown)]
)
@pytest.mark.parametrize("how", [DROP, GARBLE])
def test_encryption_that_breaks_in_the_middle_is_a_lost_connection(
    tmp_path: Path, stage: Any, broken: type[OptoutdError], how: str
) -> None:
    with SmtpServer(security="tls") as server:
        server.answer(stage, how, times=1, keep=True)
        chosen = settings(
            server.port,
            security="tls",
            ca_file=server.write_ca(tmp_path / "ca.pem"),
        )

        async def deliver() -> Accepted:
            courier = SmtpCourier(chosen, None)
            with pytest.raises(broken) as caught:
                await courier.deliver(mail())
            # What calls it a fault of the settings has it sent again without counting it.
            assert not isinstance(caught.value, CourierMisconfigured)
            accepted = await courier.deliver(mail())
            await courier.close()
            return accepted

        assert asyncio.run(deliver()).response.startswith("250")


def test_an_authority_file_that_is_missing_or_no_certificate_is_found_at_the_start(
    tmp_path: Path,
) -> None:
    (tmp_path / "no.pem").write_text("hello")
    for name in ("absent.pem", "no.pem"):
        chosen = settings(465, security="tls", ca_file=tmp_path / name)
        with pytest.raises(PermanentFailure, match=re.escape(name)) as caught:
            SmtpCourier(chosen, None)
        assert caught.value.setting == "smtp.ca_file"


@given(
    st.binary(max_size=300) | st.lists(st.sampled_from([b".", b"\r", b"\n", b"a"])).map(b"".join)
)
def test_only_the_final_dot_ends_a_mail_and_no_line_end_is_bare(raw: bytes) -> None:
    wire = dotted(raw)
    assert (b"\r\n" + wire).index(b"\r\n.\r\n") == len(wire) - 3
    lines = wire[: -len(b".\r\n")].split(b"\r\n")[:-1]
    # RFC 5321 section 4.5.2: the receiver takes one leading dot off.
    assert [line.removeprefix(b".") for line in lines] == raw.splitlines()
    assert all(b"\r" not in line and b"\n" not in line for line in lines)


@given(
    st.sampled_from(list(Step)),
    st.integers(min_value=-1, max_value=999),
    st.text(max_size=600),
    st.booleans(),
)
def test_every_answer_gives_an_error_of_one_clean_line_without_addresses(
    step: Step, code: int, words: str, null_sender: bool
) -> None:
    found = refused(step, code, f"{words} {CUSTOMER} {words}", null_sender=null_sender)
    assert str(found).isprintable()
    assert CUSTOMER not in str(found)
    assert len(str(found)) <= MAX_WORDS_CHARS + 100
    assert isinstance(found, OutcomeUnknown) <= (step is Step.DOT)


def test_only_behind_the_final_dot_can_a_lost_mail_have_arrived() -> None:
    assert [s for s in Step if isinstance(lost(s, "gone"), OutcomeUnknown)] == [Step.DOT]
