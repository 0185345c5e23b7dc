"""Answers to our own mail: the secret proves what they answer, their words say what they mean."""

from __future__ import annotations

from collections.abc import Callable

from handlers import cancellation, opt_out
from handlers.case import Case, Part
from handlers.classify.answers import Answer
from handlers.moved_back import PAUSES
from handlers.screen import AGAINST
from handlers.values import Filing, Intent, Request, State

# A cancellation on its way: what speaks against it has to stop it before anything is cancelled.
_LIVE = (State.AWAITING_CONFIRMATION, State.CONFIRMED)
_DONE = (State.CONFIRMED, State.HANDED_OVER, State.COMPLETED)
_DROPPED = (State.REJECTED, State.WITHDRAWN)
_SAYS_SOMETHING = frozenset({Answer.YES, Answer.NO, Answer.UNDO})


def take_answer(case: Case) -> Part | None:
    """What follows from an answer to our question or confirmation.

    None where it is not one after all: it asks nothing of these requests, and is read like any
    other message.
    """
    mine = requests_of_sender(case)
    if not mine:
        return _from_another_address(case)
    if case.proof.speaks_against:
        return _for_people(case.known.answered, AGAINST[case.proof])
    answer = case.answer
    if answer is Answer.THANKS and case.verdict.intents:
        answer = Answer.UNCLEAR  # "Thanks, and please cancel my account": more than a courtesy
    cancels = any(request.kind is Intent.CANCELLATION for request in mine)
    if cancels and answer in (Answer.NO, Answer.UNDO) and _asks(case, Intent.CANCELLATION):
        return _for_people(mine, "answer-unclear")  # "No, I do want you to cancel it"
    return _BY_ANSWER[answer](case, mine)


def take_machine_answer(case: Case) -> Part:
    """A machine's signs on what says yes or no, as where a group's list passes a person's on."""
    return _for_people(case.known.answered, "machine-answers")


def take_unknown_answer(case: Case) -> Part | None:
    """What follows where the secret is none that the store holds.

    The letter that says "already done" carries one, and so do those before a store was lost. It
    proves nothing, so that nothing is confirmed or undone by it; but a cancellation that the
    customer may be protesting against stops.
    """
    if case.proof.speaks_against:
        return None
    newest = tuple(case.known.newest.values())
    agreed = _first_of(newest, Intent.CANCELLATION, *_DONE)
    if agreed is not None and case.answer is Answer.YES:
        return None  # a yes to what is confirmed protests against nothing
    if case.verdict.certain and not _live(newest):
        return None
    return _for_people(newest, "answer-unknown")


def says_something(case: Case) -> bool:
    """Whether the words are a yes, a no or an undo."""
    return case.answer in _SAYS_SOMETHING


def requests_of_sender(case: Case) -> tuple[Request, ...]:
    """Those of the answered requests that the answer's own sender made."""
    key = case.requester.key if case.requester is not None else None
    return tuple(request for request in case.known.answered if request.address_key == key)


def _from_another_address(case: Case) -> Part | None:
    if says_something(case) or _live(case.known.answered):
        return _for_people(case.known.answered, "answer-from-another-address")
    return None


def _yes(_: Case, mine: tuple[Request, ...]) -> Part:
    pending = _pending(mine)
    if pending is not None:
        return cancellation.confirm(pending, "confirmed-by-answer")
    closed = _first_of(mine, Intent.CANCELLATION, State.REVIEW, *_DROPPED)
    if closed is not None and not _first_of(mine, Intent.CANCELLATION, *_DONE):
        # After the deadline only people close a question; after a no, a yes contradicts it.
        return _for_people(mine, "answer-late")
    return _settled(mine)


def _no(_: Case, mine: tuple[Request, ...]) -> Part:
    pending = _pending(mine)
    if pending is not None:
        return cancellation.reject(pending, "refused-by-answer")
    states = {request.state for request in mine if request.kind is Intent.CANCELLATION}
    if states and states <= set(_DROPPED):
        return _settled(mine)
    # "That wasn't me", about something already in effect, is for a person.
    return _for_people(mine, "answer-disputes")


def _undo(case: Case, mine: tuple[Request, ...]) -> Part:
    effective = _first_of(mine, Intent.OPT_OUT, State.EFFECTIVE)
    confirmed = _first_of(mine, Intent.CANCELLATION, *_DONE)
    if confirmed is not None or (effective is not None and _asks(case, Intent.OPT_OUT)):
        # Whichever of the two is meant: what cannot be taken back stops first.
        return _for_people(mine, "answer-disputes")
    if effective is not None and case.requester is not None and _holds_it(case, effective):
        return opt_out.undo(case, effective, case.requester)
    pending = _pending(mine)
    if pending is not None:
        return cancellation.reject(pending, "refused-by-answer")
    newest = case.known.newest.get(Intent.OPT_OUT)
    stands = newest is not None and newest.state is State.EFFECTIVE
    if not stands and _first_of(mine, Intent.OPT_OUT, State.UNDONE):
        return _settled(mine)
    return _for_people(mine, "answer-disputes")


def _thanks(_: Case, __: tuple[Request, ...]) -> Part:
    return Part(reason="thanks", filing=Filing.NOWHERE, silence="nothing-asked")


def _unclear(_: Case, mine: tuple[Request, ...]) -> Part | None:
    pending = _pending(mine)
    if pending is None:
        return None
    return cancellation.put_on_review((pending,), "answer-unclear")


def _settled(mine: tuple[Request, ...]) -> Part:
    """The same answer once more: nothing is done or said twice."""
    cancels = any(request.kind is Intent.CANCELLATION for request in mine)
    return Part(
        reason="answered-before",
        filing=Filing.CANCELLATIONS if cancels else Filing.OPT_OUTS,
        repeated=tuple(request.reference for request in mine),
        silence="already-answered",
    )


def _for_people(requests: tuple[Request, ...], reason: str) -> Part:
    """Held for a person; a cancellation among them that is on its way is stopped."""
    stopped = _live(requests)
    if reason == "answer-disputes":
        # Who ends the pause has to know, or would go on with it where it was.
        stopped += tuple(r for r in requests if r.state is State.REVIEW and r.reason in PAUSES)
    if stopped:
        return cancellation.put_on_review(stopped, reason)
    repeated = tuple(request.reference for request in requests)
    return Part(reason=reason, filing=Filing.REVIEW, review=True, repeated=repeated)


def _asks(case: Case, intent: Intent) -> bool:
    return any(finding.intent is intent for finding in case.verdict.certain)


def _holds_it(case: Case, effective: Request) -> bool:
    """Whether it is this opt-out that keeps the address off the lists: else undoing it would not.

    Where nothing keeps it off any more, nothing stands in the way either.
    """
    held = case.known.suppressed
    return held is None or held.reference == effective.reference


def _live(requests: tuple[Request, ...]) -> tuple[Request, ...]:
    return tuple(r for r in requests if r.kind is Intent.CANCELLATION and r.state in _LIVE)


def _pending(requests: tuple[Request, ...]) -> Request | None:
    return _first_of(requests, Intent.CANCELLATION, State.AWAITING_CONFIRMATION)


def _first_of(requests: tuple[Request, ...], kind: Intent, *states: State) -> Request | None:
    matching = (r for r in requests if r.kind is kind and r.state in states)
    return next(matching, None)


_BY_ANSWER: dict[Answer, Callable[[Case, tuple[Request, ...]], Part | None]] = {
    Answer.YES: _yes,
    Answer.NO: _no,
    Answer.UNDO: _undo,
    Answer.THANKS: _thanks,
    Answer.UNCLEAR: _unclear,
}
