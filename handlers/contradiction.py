"""A message that people file as a request, and that itself speaks against it.

They may not have read what lies in an answer, or have moved it out and back by accident. A
cancellation nobody asked for is the worst harm: where it is in doubt, a person looks again.
"""

from __future__ import annotations

from handlers import cancellation
from handlers.case import Case, Part
from handlers.classify.answers import Answer
from handlers.classify.objections import NEGATED, TAKEN_BACK
from handlers.confirmation import requests_of_sender
from handlers.states import CLOSED
from handlers.telling import ASKED_BEFORE
from handlers.values import Filing, Intent, Request, State

_NOT_TO = frozenset({NEGATED, TAKEN_BACK})
_ON_THEIR_WAY = frozenset({State.AWAITING_CONFIRMATION, State.CONFIRMED})
_AGREED = frozenset({State.CONFIRMED, State.HANDED_OVER, State.COMPLETED})


def contradicts(case: Case, folder: Filing) -> bool:
    """Whether a person has to look at it before it may count as a request of this folder.

    One opt-out too many harms nobody, unless it is an opt-out that the customer takes back.
    """
    if folder is Filing.OPT_OUTS:
        return bool(stopped(case, folder)) or (_says_no(case) and _is_about_opt_out(case))
    return speaks_against(case) or _is_from_machine(case) or _is_over(case)


def dispute(case: Case, folder: Filing) -> Part:
    """Holds it for a person; a cancellation on its way that it may be about is stopped."""
    reason = _reason(case)
    found = stopped(case, folder)
    if found:
        return cancellation.put_on_review(found, reason)
    about = case.known.answered or case.known.concerned or tuple(case.known.newest.values())
    return Part(
        reason=reason,
        filing=Filing.REVIEW,
        review=True,
        repeated=tuple(dict.fromkeys(request.reference for request in about)),
    )


def stopped(case: Case, folder: Filing) -> tuple[Request, ...]:
    """The cancellations that wait for a person because of what it says, or who sent it."""
    if speaks_against(case):
        return tuple(r for r in _cancellations(case) if _may_go_on(case, r))
    if folder is Filing.CANCELLATIONS and _is_from_machine(case):
        # Nothing that is agreed already hangs on what a machine says.
        waiting = State.AWAITING_CONFIRMATION
        return tuple(r for r in _cancellations(case) if r.state is waiting)
    return ()


def asks_to_stop(case: Case) -> bool:
    """Whether its sender asks not to cancel, while a cancellation of theirs is not over.

    In a letter of its own: what answers ours is read as an answer.
    """
    newest = case.known.newest.get(Intent.CANCELLATION)
    return newest is not None and newest.state not in CLOSED and _asks_not_to(case)


def speaks_against(case: Case) -> bool:
    """Whether its own words say no, take back, or ask not to cancel."""
    return _says_no(case) or _asks_not_to(case)


def _reason(case: Case) -> str:
    """The code of why a person has to look at it."""
    if _says_no(case) and case.known.answered:
        if not requests_of_sender(case):
            return "answer-from-another-address"
        return "answer-unclear" if _cancels(case) else "answer-disputes"
    if _says_no(case) and case.message.secrets:
        return "answer-unknown"
    if speaks_against(case):
        return "asks-not-to-cancel"
    return "machine-answers" if _is_from_machine(case) else "request-over"


def _says_no(case: Case) -> bool:
    return case.answer in (Answer.NO, Answer.UNDO)


def _asks_not_to(case: Case) -> bool:
    negated = any(evidence.rule in _NOT_TO for evidence in case.verdict.against)
    return negated and not _cancels(case)


def _cancels(case: Case) -> bool:
    return any(finding.intent is Intent.CANCELLATION for finding in case.verdict.certain)


def _is_from_machine(case: Case) -> bool:
    """Whether a machine answers our mail: a notice of absence confirms nothing."""
    newest = case.known.newest.get(Intent.CANCELLATION)
    if not case.screening.is_automatic or (newest is not None and newest.state in _AGREED):
        return False
    waits = newest is not None and newest.state is State.AWAITING_CONFIRMATION
    return bool(case.known.answered or case.message.secrets) or waits


def _is_over(case: Case) -> bool:
    """Whether all cancellations that it concerned are over: what it asked for was dealt with.

    Or all that it answers, as where a yes follows a no; unless it asks for one in so many words.
    """
    about = case.known.concerned
    if not about and not _cancels(case):
        about = case.known.answered
    mine = [r for r in about if r.kind is Intent.CANCELLATION]
    return bool(mine) and all(r.state in CLOSED for r in mine)


def _is_about_opt_out(case: Case) -> bool:
    about = case.known.answered
    if not about and case.message.secrets:
        about = tuple(case.known.newest.values())
    return any(request.kind is Intent.OPT_OUT for request in about)


def _cancellations(case: Case) -> list[Request]:
    """Those that it may be about: what it answers, and the newest of its sender."""
    every = (*case.known.answered, *case.known.newest.values())
    found = {r.reference: r for r in every if r.kind is Intent.CANCELLATION}
    return list(found.values())


def _may_go_on(case: Case, request: Request) -> bool:
    """Whether a drag, or staff who do not know of this message, could go on with it.

    Its own request is its review: there what it says is seen.
    """
    if request.state is State.REVIEW:
        own = request.origin_digest == case.message.digest
        return not own and request.reason not in ASKED_BEFORE
    return request.state in _ON_THEIR_WAY
