"""A courier without a server, scripted in the words of tests/servers/smtp.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from daemon.couriers.outcome import Step, lost, only_the_null_sender, refused
from daemon.errors import OptoutdError
from daemon.ports import Accepted, Speaks, unheard
from handlers.address import make_address
from handlers.values import OutgoingMail

Stage = Literal["ehlo", "mail", "rcpt", "data", "dot"]

DROP = "drop"
HANG = "hang"

_STEPS: dict[Stage, Step] = {
    "ehlo": Step.EHLO,
    "mail": Step.MAIL,
    "rcpt": Step.RCPT,
    "data": Step.DATA,
    "dot": Step.DOT,
}


@dataclass(slots=True, kw_only=True)
class _Rule:
    stage: Stage
    reply: str
    only: str | None
    sender: str | None
    left: int | None
    keep: bool


class FakeCourier:
    """Fulfils `daemon.ports.Courier`: what would have been taken is in `taken`."""

    def __init__(self) -> None:
        self.taken: list[OutgoingMail] = []
        self.closed = False
        self._rules: list[_Rule] = []

    def answer(
        self,
        stage: Stage,
        reply: str,
        *,
        only: str | None = None,
        sender: str | None = None,
        times: int | None = None,
        keep: bool = False,
    ) -> None:
        """As `SmtpServer.answer`: what the server says at a stage, DROP or HANG."""
        rule = _Rule(stage=stage, reply=reply, only=only, sender=sender, left=times, keep=keep)
        self._rules.insert(0, rule)

    async def deliver(self, mail: OutgoingMail, *, speaks: Speaks = unheard) -> Accepted:
        names: dict[Stage, str] = {"mail": mail.envelope_from}
        for stage in _STEPS:
            if stage == "data":
                speaks()
            name = names.get(stage, mail.recipient.written)
            rule = self._take_rule(stage, name, mail.envelope_from)
            if rule is not None:
                if rule.keep:
                    self.taken.append(mail)
                raise _failure(rule, null_sender=not mail.envelope_from)
        self.taken.append(mail)
        return Accepted(response="250 2.0.0 OK: taken")

    async def inspect(self, *, envelope_from: str, recipient: str) -> list[str]:
        rule = self._take_rule("mail", envelope_from, envelope_from)
        rule = rule or self._take_rule("rcpt", recipient, envelope_from)
        if rule is not None:
            raise _failure(rule, null_sender=not envelope_from)
        assert make_address(recipient) is not None
        return ["the fake takes everything"]

    async def close(self) -> None:
        self.closed = True

    def _take_rule(self, stage: Stage, name: str, sender: str) -> _Rule | None:
        for rule in self._rules:
            fits = rule.only in (None, name) and rule.sender in (None, sender)
            if rule.stage == stage and fits:
                if rule.left is not None:
                    rule.left -= 1
                    if not rule.left:
                        self._rules.remove(rule)
                return rule
        return None


def _failure(rule: _Rule, *, null_sender: bool) -> OptoutdError:
    step = _STEPS[rule.stage]
    if rule.reply in (DROP, HANG):
        return lost(step, "Connection lost")
    code, _, words = rule.reply.partition(" ")
    failure = refused(step, int(code), words, null_sender=null_sender)
    if step is Step.RCPT and rule.sender == "" and not getattr(failure, "setting", ""):
        return only_the_null_sender(failure)
    return failure
