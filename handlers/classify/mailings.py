"""A subscription to a newsletter that reads like a contract: "Cancel my Web Insider subscription".

A word that means either, a bare verb or a heading ends no contract where a mailing is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.classify.candidate import Candidate, doubted
from handlers.classify.discourse import Discourse
from handlers.classify.force import Force
from handlers.classify.lexicon import Hit
from handlers.classify.objections import Objection
from handlers.classify.tongues import Reading
from handlers.values import Intent

RULE = "not.mailing"
_OPT_OUT_RULE = "opt-out.subscription"
# With the hosting said to stay it is the mailing that is meant; else it may be.
_SURE, _HELD = 0.80, 0.60
_EXPLICIT_RULES = ("-service", "-site")
_EXPLICIT_TAGS = ("things.service", "things.site")
_NAME_WORDS = 6
_MAX_HITS = 40
_REFUSALS = ("opt-out.not-wanted", "opt-out.stop-receive", "opt-out.no-more")
_DENIED = ("negation.not", "negation.forbid", "negation.no_more", "mood.refuse")
_CLOSE_BEHIND_WORDS = 2


def without_mailings(
    candidates: Sequence[Candidate], readings: Sequence[Reading], best: Discourse
) -> list[Candidate]:
    """The candidates, cancellations that name no contract doubted or ruled out.

    A mailing that is named, and not ended by itself, or a contract that is said to stay, doubts
    them. Both together rule them out, as does "my subscription of the newsletter"; then what is
    asked for is the end of the mailing.
    """
    whole = next((r.whole for r in readings if r.discourse is best), ())
    told = [hit for hit in whole if hit.tag in ("hints.mailing", "hints.stays")][:_MAX_HITS]
    found = [c for c in candidates if _is_open(c)]
    stays = next((h for h in told if h.tag == "hints.stays" and _is_said(h, found, best)), None)
    if not found or any(_is_explicit(c, best) and not c.told for c in found):
        return [_beside_stays(c, stays, best) for c in candidates]
    subscribed = {(c.start, c.end): _subscribed_to(c, told, best) for c in found}
    of_mailing = any(hit is not None and hit.tag for hit in subscribed.values())
    kept: list[Candidate] = []
    for candidate in candidates:
        if not _is_open(candidate):
            kept.append(candidate)
            continue
        own = subscribed[candidate.start, candidate.end]
        mailing = own or _mailing_of(candidate, candidates, told, best)
        ruled_out = (own is not None and own.tag) or (of_mailing and candidate.is_topic)
        both = mailing is not None and bool(stays or ruled_out)
        hit = mailing or stays
        if hit is None or (candidate.objections and not both):
            kept.append(candidate)
            continue
        kept.append(_against(candidate, hit, Force.VETO if both else Force.DOUBT))
        if mailing is not None and not candidate.told:
            kept.append(_of_mailing(candidate, sure=both))
    return kept


def _is_open(candidate: Candidate) -> bool:
    """Whether it is a cancellation that nothing rules out; data are erased of either."""
    cancels = candidate.intent is Intent.CANCELLATION and not candidate.is_vetoed
    return cancels and not candidate.rule.endswith("-data")


def _subscribed_to(candidate: Candidate, told: Sequence[Hit], best: Discourse) -> Hit | None:
    """What a subscription is of: a mailing, or without a tag a name in quotation marks."""
    words, place = best.words, candidate.end
    named = [h for h in best.hits if h.tag == "things.subscription"]
    if not any(h.last == place and candidate.start <= h.start for h in named):
        return None
    if place + 1 >= len(words) or words.breaks[place] or words.words[place] not in best.small.of:
        return None
    end = next((i for i in range(place + 1, len(words)) if _ends_name(i, place, best)), len(words))
    inside = range(place, end)
    if any(h.start in inside for h in best.hits if h.tag in (*_EXPLICIT_TAGS, "join.and")):
        return None
    mailing = next((h for h in told if h.tag == "hints.mailing" and h.start in inside), None)
    quoted = next((i for i in inside if i in words.quoted), None)
    return mailing or (None if quoted is None else Hit("", quoted, quoted + 1, quoted + 1))


def _ends_name(place: int, start: int, best: Discourse) -> bool:
    words = best.words
    # A quotation mark is a break of its own.
    opens = place in words.quoted and place - 1 not in words.quoted
    return place - start > _NAME_WORDS or (bool(words.breaks[place]) and not opens)


def _is_explicit(candidate: Candidate, best: Discourse) -> bool:
    """Whether it names the contract that it ends."""
    if candidate.rule.endswith(_EXPLICIT_RULES):
        return True
    named = (hit for hit in best.hits if hit.tag in _EXPLICIT_TAGS)
    return any(candidate.start <= hit.start < candidate.end for hit in named)


def _beside_stays(candidate: Candidate, stays: Hit | None, best: Discourse) -> Candidate:
    """The candidate, doubted where "it" is ended and a contract is said to stay.

    "Our account has two modules. Please cancel the south one, the account stays as it is."
    """
    if stays is None or candidate.objections or not _is_open(candidate):
        return candidate
    named = [hit for hit in best.hits if hit.tag in _EXPLICIT_TAGS]
    explicit = any(candidate.start <= hit.start < candidate.end for hit in named)
    everything = any(h.tag == "message.all" and h.start == candidate.end for h in best.hits)
    sentence = next((s for s in best.sentences if s.start <= stays.start < s.end), None)
    if explicit or everything or sentence is None or sentence.has(*_DENIED):
        # "There is no sense in keeping it", "it is to end, and not the account alone".
        return candidate
    if not any(stays.start <= hit.start < stays.last for hit in named):
        return candidate
    return doubted(candidate, (Objection(rule="not.excepted", force=Force.DOUBT, hit=stays),))


def _is_said(hit: Hit, found: Sequence[Candidate], best: Discourse) -> bool:
    """Whether it is neither asked ("Does my hosting stay?") nor denied ("I need not keep it").

    Nor part of the request itself: Danish "abonnementet bliver opsagt".
    """
    if any(c.start < hit.last and hit.start < c.end for c in found):
        return False
    for sentence in best.sentences:
        if sentence.start <= hit.start < sentence.end:
            own = [c for c in sentence.clauses if c.start <= hit.start < c.end]
            denied = [h.start for c in own for h in c.all(*_DENIED)]
            return not sentence.asked and not any(_is_beside(i, hit) for i in denied)
    return True


def _is_beside(place: int, hit: Hit) -> bool:
    """Whether a denial stands before, in the gap of or right behind: "keep it no longer"."""
    return place < hit.start or hit.end <= place < hit.last + _CLOSE_BEHIND_WORDS


def _mailing_of(
    candidate: Candidate, candidates: Sequence[Candidate], told: Sequence[Hit], best: Discourse
) -> Hit | None:
    """The mailing named beside a cancellation; not one that another request ends.

    "Cancel my subscription, and stop the newsletter" are two; a subject is the topic of both.
    "Cancel my subscription, I want no newsletters" is one with its reason.
    """
    own = () if candidate.in_subject else candidates
    ended = [
        c
        for c in own
        if c.intent is Intent.OPT_OUT and not c.is_vetoed and not c.overlaps(candidate)
    ]
    reason = next((c for c in ended if _is_reason(c, candidate, best)), None)
    if reason is not None:
        return Hit("", reason.start, reason.end, reason.end)
    named = [hit for hit in told if hit.tag == "hints.mailing"]
    by_itself = [h for h in named if any(c.start <= h.start < c.end for c in ended)]
    # "Cancellation, newsletter" is the subject of two requests below it.
    return None if by_itself else next(iter(named), None)


def _is_reason(refusal: Candidate, candidate: Candidate, best: Discourse) -> bool:
    """Whether a mailing is refused behind a subscription, in its sentence and with no "and"."""
    behind = range(candidate.end, refusal.end)
    named = (h.start for h in best.hits if h.tag == "things.subscription")
    if refusal.rule not in _REFUSALS or not any(
        candidate.start <= place < candidate.end for place in named
    ):
        return False
    parted = any(behind.start <= s.start <= refusal.start for s in best.sentences)
    joined = any(h.table == "join" and h.start in behind for h in best.hits)
    return refusal.start in behind and not parted and not joined


def _against(candidate: Candidate, hit: Hit, force: Force) -> Candidate:
    objection = Objection(rule=RULE, force=force, hit=hit)
    return replace(
        candidate,
        confidence=min(candidate.confidence, _HELD),
        objections=(*candidate.objections, objection),
    )


def _of_mailing(candidate: Candidate, *, sure: bool) -> Candidate:
    """The same words as the end of the mailing, with what else speaks against them."""
    return replace(
        candidate,
        intent=Intent.OPT_OUT,
        rule=_OPT_OUT_RULE,
        confidence=_SURE if sure and candidate.is_certain else min(candidate.confidence, _HELD),
    )
