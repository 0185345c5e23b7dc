"""Putting together what follows from a message: its parts, one for each intent, to a decision."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.case import Case, Part, Policy
from handlers.values import Decision, Disposition, Filing, ReplyPlan, State

# Why a message is held that speaks against a cancellation of its own sender.
_DISPUTES = frozenset({"answer-disputes", "asks-not-to-cancel"})


def combine(case: Case, policy: Policy, parts: Sequence[Part]) -> Decision:
    """One decision for all parts: one reply at most, one folder, one reason."""
    review = any(part.review for part in parts)
    reply, silence = _reply(case, policy, parts)
    folder = _folder(parts)
    leading = next((part for part in parts if part.review), None)
    leading = leading or next(part for part in parts if part.filing is folder)
    nothing = all(part.filing is Filing.NOWHERE for part in parts)
    disposition = Disposition.REVIEW if review else Disposition.ACT
    return Decision(
        disposition=Disposition.LEAVE if nothing else disposition,
        reason=leading.reason,
        intents=case.verdict.intents,
        evidence=case.verdict.evidence,
        requests=tuple(request for part in parts for request in part.requests),
        changes=tuple(change for part in parts for change in part.changes),
        suppress=tuple(item for part in parts for item in part.suppress),
        lift=tuple(item for part in parts for item in part.lift),
        reply=reply,
        silence=silence,
        filing=Filing.REVIEW if review else folder,
        repeated=tuple(reference for part in parts for reference in part.repeated),
        by_itself=any(part.by_itself for part in parts),
        too_late=_too_late(case, parts),
    )


def _too_late(case: Case, parts: Sequence[Part]) -> tuple[str, ...]:
    """The cancellations that are disputed, and that another system carries out already."""
    if case.proof.speaks_against:
        return ()
    known = {r.reference: r for r in (*case.known.answered, *case.known.newest.values())}
    disputed = [ref for part in parts if part.reason in _DISPUTES for ref in part.repeated]
    return tuple(
        reference
        for reference in dict.fromkeys(disputed)
        if reference in known and known[reference].state is State.HANDED_OVER
    )


def _folder(parts: Sequence[Part]) -> Filing:
    filings = {part.filing for part in parts}
    order = (Filing.CANCELLATIONS, Filing.OPT_OUTS, Filing.REVIEW, Filing.NOWHERE)
    return next(filing for filing in order if filing in filings)


def _reply(case: Case, policy: Policy, parts: Sequence[Part]) -> tuple[ReplyPlan | None, str]:
    """One reply for all parts, or the reason for silence."""
    speaking = [part for part in parts if part.situations]
    if not speaking or case.requester is None:
        silences = [part.silence for part in parts if part.silence]
        if any(part.review for part in parts):
            silences.append(case.screening.reason or "in-review")
        return None, next(iter(silences), "")
    about = tuple(reference for part in speaking for reference in part.about)
    silence = case.silence(policy, about)
    if silence:
        return None, silence
    languages = [part.language for part in speaking if part.language]
    asked_before = (part.received_at for part in speaking if part.received_at)
    opts_out = any(name.startswith("opt_out") for part in speaking for name in part.situations)
    return (
        ReplyPlan(
            to=case.requester,
            situations=tuple(name for part in speaking for name in part.situations),
            # "YES" is too short to tell a language by: the request that it answers was longer.
            language=next(iter(languages), case.message.language),
            references=about,
            opted_out_address=case.requester.written if opts_out else "",
            received_at=case.received_at,
            cancellation_received_at=next(asked_before, case.received_at),
            secret=case.tokens.secret,
            asks=any(part.asks for part in speaking),
            wanted_end=next((part.wanted_end for part in speaking if part.wanted_end), ""),
            stop_everything=case.verdict.stop_everything,
            thread=case.known.thread.name if case.known.thread else "",
        ),
        "",
    )
