"""What holds of every decision, whatever the case: the order of harm as properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from handlers.case import Case, Policy
from handlers.classify.answers import Answer
from handlers.decide import decide
from handlers.every_list import asks_for_every_list
from handlers.memory import Copy, Known, Thread
from handlers.reasons import REASONS, Place
from handlers.screen import screen
from handlers.states import may_become
from handlers.values import Decision, Disposition, Filing, Intent, Message, Proof, Request, State
from tests.unit.cases import (
    ANNA,
    BOB,
    CANCELLATION,
    FORM,
    NOW,
    OLD_SECRET,
    OPT_OUT,
    OTHER_SECRET,
    SUPPORT,
    US,
    address,
    case,
    message,
    request,
    suppressed,
    verdict,
)

SIGNS = (
    ("Auto-Submitted", "auto-replied"),
    ("Auto-Submitted", "auto-generated"),
    ("Return-Path", "<>"),
    ("Precedence", "list"),
    ("List-Id", "<roses.garden.example>"),
    ("X-Auto-Response-Suppress", "All"),
    ("X-Apple-Unsubscribe", "true"),
    ("X-Optoutd-Loop", SUPPORT),
)
STATES: dict[Intent, list[State]] = {
    OPT_OUT: [State.EFFECTIVE, State.UNDONE, State.REVIEW, State.REJECTED],
    CANCELLATION: [s for s in State if s not in (State.EFFECTIVE, State.UNDONE)],
}


@st.composite
def messages(draw: st.DrawFn) -> Message:
    sender = draw(st.sampled_from([ANNA, ANNA, ANNA, BOB, FORM, SUPPORT, "noreply@x.example"]))
    two = draw(st.integers(0, 9)) == 0
    return message(
        *draw(st.lists(st.sampled_from(SIGNS), max_size=2)),
        senders=(address(sender), address(BOB)) if two else (address(sender),),
        reply_to=draw(st.sampled_from([(), (address(ANNA),), (address(SUPPORT),)])),
        recipients=draw(st.sampled_from([(address(SUPPORT),), (address(SUPPORT),), ()])),
        subject=draw(st.sampled_from(["A message", "unsubscribe", "Automatic reply: x"])),
        new_text=draw(st.sampled_from(["", "Some words", "unsubscribe"])),
        report_type=draw(st.sampled_from(["", "", "", "delivery-status"])),
        language=draw(st.sampled_from(["", "en", "fr"])),
        secrets=draw(st.sampled_from([(), (OLD_SECRET,), (OTHER_SECRET,)])),
    )


@st.composite
def requests_of(draw: st.DrawFn, key: str) -> dict[Intent, Request]:
    made = {}
    for kind, states in STATES.items():
        state = draw(st.none() | st.sampled_from(states))
        if state is not None:
            reference = f"{kind.value[0].upper()}-{key[:3].upper()}001"
            made[kind] = request(kind, state, address_key=key, reference=reference)
    return made


@st.composite
def cases(draw: st.DrawFn) -> Case:
    said = draw(messages())
    proof = draw(st.sampled_from(Proof))
    both = draw(st.permutations(list(Intent)))
    split = draw(st.integers(0, 2))
    end = draw(st.integers(split, 2))
    made = case(said, proof=proof)
    key = made.requester.key if made.requester else ""
    newest = draw(requests_of(key)) if key else {}
    answered: list[Request] = []
    if OLD_SECRET in said.secrets and draw(st.booleans()):
        carlas = draw(requests_of("carla@mill.example"))
        whose = draw(st.sampled_from([(newest,), (carlas,), (carlas, newest)]))
        answered = [r for requests in whose for r in requests.values()]
    held = newest.get(OPT_OUT)
    known = Known(
        copy_of=draw(
            st.sampled_from(
                [None] * 8
                + [Copy(mailbox=m, filing=f) for m in ("support", "cancel") for f in Filing]
            )
        ),
        answered=tuple(answered),
        newest=newest,
        suppressed=draw(
            st.sampled_from([None, suppressed(held.reference if held else "O-OTHER1", key)])
        ),
        replies_last_day=draw(st.integers(0, 4)),
        thread=draw(st.none() | st.builds(Thread, name=st.just("s"), mails=st.integers(1, 6))),
        mails_about=draw(
            st.dictionaries(st.sampled_from(["O-OLD001", "C-OLD001"]), st.integers(1, 6))
        ),
        named_open=draw(st.sampled_from([frozenset[str](), frozenset({"old@mill.example"})])),
    )
    return replace(
        made,
        screening=screen(said, US, proof),
        verdict=verdict(
            [i for i in Intent if i in both[:split]],
            [i for i in Intent if i in both[split:end]],
            stop_everything=draw(st.booleans()),
        ),
        answer=draw(st.sampled_from(Answer)) if said.secrets else Answer.UNCLEAR,
        named=draw(st.sampled_from([(), (address("old@mill.example"),)])),
        dated_at=NOW - timedelta(days=draw(st.integers(0, 20))),
        known=known,
    )


policies = st.builds(
    Policy,
    us=st.just(US),
    ask=st.sampled_from(["unproven", "always"]),
    replies_per_address_per_day=st.sampled_from([1, 3]),
)


def requests_before(given: Case) -> dict[str, Request]:
    return {r.reference: r for r in (*given.known.newest.values(), *given.known.answered)}


def does_something(decision: Decision) -> bool:
    return bool(decision.requests or decision.changes or decision.suppress or decision.lift)


@given(asked=cases(), policy=policies)
def test_every_change_is_one_that_may_follow(asked: Case, policy: Policy) -> None:
    decision = decide(asked, policy)
    before = requests_before(asked)
    for change in decision.changes:
        assert before[change.reference].state is change.before
        assert may_become(before[change.reference].kind, change.before, change.after)
    references = [change.reference for change in decision.changes]
    assert len(references) == len(set(references))


@given(asked=cases(), policy=policies)
def test_no_cancellation_is_confirmed_without_proof_or_a_yes(asked: Case, policy: Policy) -> None:
    decision = decide(asked, policy)
    before = requests_before(asked)
    confirmed = [r for r in decision.requests if r.state is State.CONFIRMED]
    confirmed += [before[c.reference] for c in decision.changes if c.after is State.CONFIRMED]
    for made in confirmed:
        assert asked.requester is not None
        assert made.address_key == asked.requester.key
        proven = asked.proof is Proof.PROVEN and policy.ask == "unproven"
        fresh = asked.age <= policy.cancellation_max_age
        certain = CANCELLATION in {finding.intent for finding in asked.verdict.certain}
        said_yes = asked.answer is Answer.YES and made in asked.known.answered
        assert (proven and fresh and certain) or said_yes
        assert not asked.screening.is_automatic
        assert asked.proof is not Proof.REFUTED


@given(asked=cases(), policy=policies)
def test_a_reply_goes_to_the_requester_once_with_a_secret(asked: Case, policy: Policy) -> None:
    decision = decide(asked, policy)
    if decision.reply is None:
        return
    assert decision.silence == ""
    assert decision.reply.to == asked.requester
    assert decision.reply.secret == asked.tokens.secret
    assert decision.reply.situations
    assert len(set(decision.reply.situations)) == len(decision.reply.situations)
    told = {r.reference for r in decision.requests} | set(requests_before(asked))
    assert set(decision.reply.references) <= told
    opts_out = any(s.startswith("opt_out") for s in decision.reply.situations)
    assert bool(decision.reply.opted_out_address) is opts_out


@given(asked=cases(), policy=policies)
def test_a_machine_a_refuted_sender_and_who_had_enough_are_not_answered(
    asked: Case, policy: Policy
) -> None:
    decision = decide(asked, policy)
    cap = policy.replies_per_address_per_day
    if (
        not asked.screening.may_reply
        or asked.proof is Proof.REFUTED
        or asked.age > policy.reply_max_age
        or asked.known.replies_last_day >= cap
        or (asked.known.thread and asked.known.thread.mails >= policy.mails_per_thread)
    ):
        assert decision.reply is None


@given(asked=cases(), policy=policies)
def test_each_silence_has_a_reason_and_each_question_an_answerable_mail(
    asked: Case, policy: Policy
) -> None:
    decision = decide(asked, policy)
    if decision.reason != "ordinary":
        assert (decision.reply is None) is bool(decision.silence)
    pending = [r for r in decision.requests if r.state is State.AWAITING_CONFIRMATION]
    if pending:
        assert decision.reply is not None
        assert decision.reply.asks
        assert "cancellation_question" in decision.reply.situations
        assert decision.reply.secret
        assert {r.reference for r in pending} <= set(decision.reply.references)
    elif decision.reply is not None:
        assert not decision.reply.asks


@given(asked=cases(), policy=policies)
def test_only_the_requesters_own_address_is_suppressed_or_freed(
    asked: Case, policy: Policy
) -> None:
    decision = decide(asked, policy)
    own = asked.requester.key if asked.requester else None
    assert {s.address_key for s in (*decision.suppress, *decision.lift)} <= {own}
    for named in asked.named:
        of_named = [r for r in decision.requests if r.address_key == named.key]
        assert all(r.state is State.REVIEW for r in of_named)


@given(asked=cases(), policy=policies)
def test_where_nothing_is_certain_nothing_takes_effect(asked: Case, policy: Policy) -> None:
    if asked.verdict.certain or asked.message.secrets:
        asked = replace(
            asked,
            verdict=verdict((), asked.verdict.intents),
            message=replace(asked.message, secrets=()),
            answer=Answer.UNCLEAR,
            known=replace(asked.known, answered=()),
        )
    decision = decide(asked, policy)
    assert all(r.state is State.REVIEW for r in decision.requests)
    assert (decision.changes, decision.suppress, decision.lift) == ((), (), ())
    assert decision.reply is None


@given(asked=cases(), policy=policies)
def test_ordinary_and_automatic_mail_leaves_the_store_alone(asked: Case, policy: Policy) -> None:
    decision = decide(asked, policy)
    if decision.disposition is Disposition.LEAVE:
        assert not does_something(decision)
        assert decision.filing is Filing.NOWHERE or decision.reason == "copy"
    if decision.disposition is Disposition.IGNORE:
        assert asked.screening.is_automatic
        assert (decision.requests, decision.suppress, decision.lift) == ((), (), ())
        assert all(change.after is State.REVIEW for change in decision.changes)
    if not asked.verdict.intents and not asked.message.secrets and not asked.known.answered:
        assert not does_something(decision)
    assert (decision.disposition is Disposition.REVIEW) <= (decision.filing is Filing.REVIEW)


@given(asked=cases(), policy=policies)
def test_a_certain_request_is_never_lost(asked: Case, policy: Policy) -> None:
    """It is recorded, known already, or held; only machines that never ask are passed over."""
    decision = decide(asked, policy)
    if asked.screening.is_automatic or decision.reason == "copy":
        return
    for finding in asked.verdict.certain:
        kinds = {r.kind for r in decision.requests}
        before = requests_before(asked)
        touched = {c.reference for c in decision.changes} | set(decision.repeated)
        kinds |= {before[reference].kind for reference in touched}
        held = decision.disposition is Disposition.REVIEW
        assert finding.intent in kinds or held


@given(asked=cases(), policy=policies)
def test_every_code_is_documented_for_its_place(asked: Case, policy: Policy) -> None:
    decision = decide(asked, policy)
    assert Place.DECISION in REASONS[decision.reason]
    if decision.silence:
        assert Place.SILENCE in REASONS[decision.silence]
    reasons = [r.reason for r in decision.requests] + [c.reason for c in decision.changes]
    assert all(Place.REQUEST in REASONS[reason] for reason in reasons)


@given(asked=cases(), policy=policies, of_list=st.sampled_from(["tips", "*"]))
def test_a_token_takes_its_address_off_its_list_in_silence_and_confirms_nothing(
    asked: Case, policy: Policy, of_list: str
) -> None:
    if asked.known.answered or asked.requester is None:
        asked = replace(
            asked, requester=address(ANNA), known=replace(asked.known, answered=(), newest={})
        )
    decision = decide(replace(asked, of_list=of_list), policy)
    if decision.reason == "copy":
        return
    assert decision.reply is None
    assert decision.silence
    assert asked.requester is not None
    off = {(s.address_key, s.list_name) for s in decision.suppress}
    wants_none = asks_for_every_list(asked.message, asked.verdict)
    is_reader = (
        asked.message.sender is not None and asked.message.sender.key == asked.requester.key
    )
    names = {of_list, *(["*"] if wants_none and is_reader else [])}
    is_off = len(off) == 1 and off <= {(asked.requester.key, name) for name in names}
    assert is_off or asked.known.suppressed is not None
    assert all(change.after is State.EFFECTIVE for change in decision.changes)
    kinds = {r.kind: r.state for r in decision.requests if r.kind is not OPT_OUT}
    assert set(kinds.values()) <= {State.REVIEW}
    for finding in asked.verdict.certain:
        touched = decision.disposition is Disposition.REVIEW or finding.intent in kinds
        assert touched or finding.intent is OPT_OUT
