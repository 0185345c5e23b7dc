"""The steps by which staff take a request from one state to another: a table to read aloud."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from handlers.values import Intent, Request, State

S = State
OPT_OUT, CANCELLATION = Intent.OPT_OUT, Intent.CANCELLATION


class Command(StrEnum):
    """What staff type: `requests COMMAND`, and `review approve|dismiss`."""

    CONFIRM = "confirm"
    REJECT = "reject"
    UNDO = "undo"
    WITHDRAW = "withdraw"
    COMPLETE = "complete"
    APPROVE = "approve"
    DISMISS = "dismiss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`command` takes a request of `kind` from one of `before` to `after`, for `reason`.

    `situation` is what the customer is told, '' where nobody is. `vouches` says that staff have
    made sure themselves who asks. `if_proven` narrows a step down to those whose sender is proven.
    """

    command: Command
    kind: Intent
    before: frozenset[State]
    after: State
    reason: str
    situation: str = ""
    vouches: bool = False
    if_proven: bool = False


class NotPossible(ValueError):  # noqa: N818 - what a command answers, not a fault
    """What staff want cannot be done; nothing changes. `cure` says what can be done instead.

    `is_done` is true where the request, with `reference`, is already what it would be made.
    """

    def __init__(
        self, message: str, *, cure: str = "", is_done: bool = False, reference: str = ""
    ) -> None:
        super().__init__(message)
        self.cure = cure
        self.is_done = is_done
        self.reference = reference


def _line(
    command: Command,
    kind: Intent,
    before: set[State],
    after: State,
    reason: str,
    situation: str = "",
    *,
    vouches: bool = False,
    if_proven: bool = False,
) -> Step:
    return Step(
        command=command,
        kind=kind,
        before=frozenset(before),
        after=after,
        reason=reason,
        situation=situation,
        vouches=vouches,
        if_proven=if_proven,
    )


C = Command
_OPEN = {S.AWAITING_CONFIRMATION, S.REVIEW}
_AGREED = {S.CONFIRMED, S.HANDED_OVER}

# Of two lines that fit, the upper one counts. All of them are in handlers/states.py, too.
# fmt: off
STEPS = (
    _line(C.CONFIRM, CANCELLATION, _OPEN, S.CONFIRMED, "confirmed-by-staff",
          "cancellation_confirmed", vouches=True),
    _line(C.CONFIRM, OPT_OUT, {S.REVIEW}, S.EFFECTIVE, "confirmed-by-staff",
          "opt_out_done", vouches=True),
    _line(C.REJECT, CANCELLATION, _OPEN, S.REJECTED, "rejected-by-staff",
          "cancellation_rejected"),
    _line(C.REJECT, OPT_OUT, {S.REVIEW}, S.REJECTED, "rejected-by-staff"),
    _line(C.UNDO, OPT_OUT, {S.EFFECTIVE}, S.UNDONE, "undone-by-staff",
          "opt_out_undone"),
    _line(C.WITHDRAW, CANCELLATION, _OPEN | _AGREED, S.WITHDRAWN, "withdrawn-by-staff",
          "cancellation_withdrawn"),
    _line(C.COMPLETE, CANCELLATION, _AGREED, S.COMPLETED, "completed-by-staff"),
    _line(C.APPROVE, OPT_OUT, {S.REVIEW}, S.EFFECTIVE, "approved-by-staff",
          "opt_out_done"),
    _line(C.APPROVE, CANCELLATION, {S.REVIEW}, S.CONFIRMED, "approved-by-staff",
          "cancellation_confirmed", if_proven=True),
    _line(C.APPROVE, CANCELLATION, {S.REVIEW}, S.AWAITING_CONFIRMATION, "asked-by-staff",
          "cancellation_question"),
    _line(C.DISMISS, OPT_OUT, {S.REVIEW}, S.REJECTED, "dismissed-by-staff"),
    _line(C.DISMISS, CANCELLATION, {S.REVIEW}, S.REJECTED, "dismissed-by-staff"),
)
# fmt: on

_DONE = {
    C.CONFIRM: "confirmed",
    C.REJECT: "rejected",
    C.UNDO: "undone",
    C.WITHDRAW: "withdrawn",
    C.COMPLETE: "completed",
    C.APPROVE: "approved",
    C.DISMISS: "dismissed",
}


def step_of(request: Request, command: Command, *, is_proven: bool) -> Step:
    """The line of the table for this command. Raises NotPossible where there is none."""
    of_kind = [s for s in STEPS if s.command is command and s.kind is request.kind]
    for step in of_kind:
        if request.state in step.before and (is_proven or not step.if_proven):
            return step
    here = words_of(request.state)
    if any(step.after is request.state for step in of_kind):
        raise NotPossible(
            f"{request.reference} is {here} already", is_done=True, reference=request.reference
        )
    commands = possible(request)
    cure = (
        f"possible: {', '.join(commands)}"
        if commands
        else "it is closed: what the customer asks for from now on makes a new request"
    )
    what = here if of_kind else _KIND_WITH_ARTICLE[request.kind]
    raise NotPossible(f"{request.reference} is {what}, and cannot be {_DONE[command]}", cure=cure)


def possible(request: Request) -> tuple[Command, ...]:
    """What staff may do about a request, in the order of the table."""
    steps = (s for s in STEPS if s.kind is request.kind and request.state in s.before)
    return tuple(dict.fromkeys(step.command for step in steps))


_KIND_WITH_ARTICLE = {OPT_OUT: "an opt-out", CANCELLATION: "a cancellation"}


def words_of(code: Intent | State) -> str:
    """A kind or a state as people read it: "opt-out", "awaiting confirmation", "in review"."""
    if code is S.REVIEW:
        return "in review"
    return code.value.replace("_", "-" if isinstance(code, Intent) else " ")
