"""Answers to our own mail: the secret proves what they answer, their words say what they mean."""

from __future__ import annotations

from collections.abc import Callable

from handlers import cancellation, opt_out
from handlers.case import Case, Part
from handlers.classify.answers import Answer
from handlers.values import Filing, Intent, Proof, Request, State


def take_answer(case: Case) -> Part | None:
    """What follows from an answer to our question or confirmation.

    None where it is not one after all: it asks nothing of these requests, and is read like any
    other message.
    """
    request = _pending(case) or _effective(case) or case.known.answered[0]
    if case.requester is None or case.requester.key != request.address_key:
        return _for_people(request, "answer-from-another-address")
    if case.proof is Proof.REFUTED:
        return _for_people(request, "dmarc-fail")
    return _BY_ANSWER[case.answer](case)


def _yes(case: Case) -> Part:
    pending = _pending(case)
    if pending is not None:
        return cancellation.confirm(pending, "confirmed-by-answer")
    return _settled(case)


def _no(case: Case) -> Part:
    pending = _pending(case)
    if pending is not None:
        return cancellation.reject(pending, "refused-by-answer")
    # "That wasn't me", about something already in effect, is for a person.
    return _for_people(case.known.answered[0], "answer-disputes")


def _undo(case: Case) -> Part:
    effective = _effective(case)
    if effective is not None and case.requester is not None:
        return opt_out.undo(case, effective, case.requester)
    pending = _pending(case)
    if pending is not None:
        return cancellation.reject(pending, "refused-by-answer")
    if any(r.state is State.UNDONE for r in case.known.answered):
        return _settled(case)
    return _for_people(case.known.answered[0], "answer-disputes")


def _thanks(_: Case) -> Part:
    return Part(reason="thanks", filing=Filing.NOWHERE, silence="nothing-asked")


def _unclear(case: Case) -> Part | None:
    pending = _pending(case)
    if pending is None:
        return None
    return cancellation.put_on_review(pending, "answer-unclear")


def _settled(case: Case) -> Part:
    """The same answer once more: nothing is done or said twice."""
    kinds = {request.kind for request in case.known.answered}
    cancels = Intent.CANCELLATION in kinds
    return Part(
        reason="answered-before",
        filing=Filing.CANCELLATIONS if cancels else Filing.OPT_OUTS,
        repeated=tuple(request.reference for request in case.known.answered),
        silence="already-answered",
    )


def _for_people(request: Request, reason: str) -> Part:
    if request.kind is Intent.CANCELLATION and request.state in (
        State.AWAITING_CONFIRMATION,
        State.CONFIRMED,
    ):
        return cancellation.put_on_review(request, reason)
    return Part(reason=reason, filing=Filing.REVIEW, review=True, repeated=(request.reference,))


def _pending(case: Case) -> Request | None:
    return _first(case, Intent.CANCELLATION, State.AWAITING_CONFIRMATION)


def _effective(case: Case) -> Request | None:
    return _first(case, Intent.OPT_OUT, State.EFFECTIVE)


def _first(case: Case, kind: Intent, state: State) -> Request | None:
    matching = (r for r in case.known.answered if r.kind is kind and r.state is state)
    return next(matching, None)


_BY_ANSWER: dict[Answer, Callable[[Case], Part | None]] = {
    Answer.YES: _yes,
    Answer.NO: _no,
    Answer.UNDO: _undo,
    Answer.THANKS: _thanks,
    Answer.UNCLEAR: _unclear,
}
