"""What a batch adds to what the store knows: the second message sees what the first one did."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.case import Case
from handlers.classify.answers import Answer
from handlers.decide import decide
from handlers.memory import Copy, Identity, Known, Memory, ShadowCopies, Thread
from handlers.secret import secret_hash
from handlers.values import Decision, Filing, Proof, State
from tests.unit.cases import (
    ANNA,
    BOB,
    CANCELLATION,
    EFFECTIVE,
    HELD_OPT_OUT,
    OLD_SECRET,
    OPT_OUT,
    PENDING,
    POLICY,
    SECRET,
    TOKENS,
    address,
    answer_message,
    case,
    message,
    suppressed,
    told,
)


def known(memory: Memory, given: Case) -> Known:
    return memory.about(
        Identity(digest=given.message.digest),
        secret_hashes=tuple(secret_hash(secret) for secret in given.message.secrets),
        address_key=given.requester.key if given.requester else "",
        named_keys=tuple(address.key for address in given.named),
    )


def decide_in_turn(*cases: Case) -> list[Decision]:
    """Decides on a batch as the daemon does."""
    memory, decisions = Memory(), []
    for given in cases:
        decision = decide(replace(given, known=known(memory, given)), POLICY)
        memory.learn(given.message.digest, given.mailbox, decision)
        decisions.append(decision)
    return decisions


def said(number: int, **changes: object) -> Case:
    made = case(message(digest=f"{number:064}"), certain=[OPT_OUT])
    return replace(made, tokens=replace(TOKENS, opt_out_reference=f"O-NEW00{number}"), **changes)  # type: ignore[arg-type]


def test_an_empty_memory_knows_nothing() -> None:
    assert known(Memory(), case()) == Known()


def test_who_opts_out_twice_in_a_batch_is_opted_out_and_answered_once() -> None:
    first, second = decide_in_turn(said(1), said(2))
    assert [r.reference for r in first.requests] == ["O-NEW001"]
    assert (second.requests, second.repeated) == ((), ("O-NEW001",))
    assert [bool(first.reply), bool(second.reply)] == [True, False]


def test_a_copy_in_a_batch_is_a_copy() -> None:
    _, second = decide_in_turn(said(1), said(1, mailbox="cancel"))
    assert told(second) == ["leave: copy", "silent already-answered", "to Optoutd/Opt-outs"]


def test_the_first_copy_is_the_one_that_counts() -> None:
    memory = Memory(copies={"d": Copy(mailbox="cancel", filing=Filing.CANCELLATIONS)})
    memory.learn("d", "support", decide(said(1), POLICY))
    assert memory.copies == {"d": Copy(mailbox="cancel", filing=Filing.CANCELLATIONS)}


def test_opting_out_undoing_it_and_opting_out_again_is_opting_out() -> None:
    undo = replace(
        case(answer_message(digest="u" * 64, secrets=(SECRET,)), answer=Answer.UNDO),
        screening=said(1).screening,
    )
    first, second, third = decide_in_turn(said(1), undo, said(3))
    assert first.suppress[0].reference == second.lift[0].reference == "O-NEW001"
    assert third.suppress[0].reference == "O-NEW003"


def test_a_question_and_its_answer_may_come_in_one_batch() -> None:
    asked = case(certain=[CANCELLATION])
    yes = case(answer_message(digest="y" * 64, secrets=(SECRET,)), answer=Answer.YES)
    again = case(answer_message(digest="z" * 64, secrets=(SECRET,)), answer=Answer.YES)
    _, confirmed, settled = decide_in_turn(asked, yes, again)
    assert confirmed.changes[0].after is State.CONFIRMED
    assert settled.reason == "answered-before"


def test_a_changed_request_is_changed_wherever_it_is_known() -> None:
    memory = Memory(
        by_secret={"hash": (EFFECTIVE, PENDING)},
        newest={(ANNA, CANCELLATION): PENDING, (ANNA, OPT_OUT): EFFECTIVE},
    )
    proven = case(certain=[CANCELLATION], proof=Proof.PROVEN)
    memory.learn("p", "support", decide(replace(proven, known=known(memory, proven)), POLICY))
    # With its reason: the next message of the batch may be decided on by it.
    confirmed = replace(PENDING, state=State.CONFIRMED, reason="cancellation-proven")
    assert memory.newest[ANNA, CANCELLATION] == confirmed
    assert memory.by_secret["hash"] == (EFFECTIVE, confirmed)
    assert memory.newest[ANNA, OPT_OUT] == EFFECTIVE


def test_requests_that_share_a_secret_are_answered_together() -> None:
    both = case(certain=[OPT_OUT, CANCELLATION])
    memory = Memory()
    memory.learn("b", "support", decide(both, POLICY))
    about = known(memory, case(answer_message(secrets=(SECRET,))))
    assert [r.kind for r in about.answered] == [OPT_OUT, CANCELLATION]


def test_a_request_without_a_secret_is_nobodys_answer() -> None:
    memory = Memory()
    memory.learn("h", "support", decide(case(unsure=[OPT_OUT]), POLICY))
    assert memory.by_secret == {}
    assert memory.newest[ANNA, OPT_OUT].state is State.REVIEW


def test_each_letter_of_the_batch_counts_for_the_cap() -> None:
    memory = Memory(replies_last_day={ANNA: 2}, replies_last_month={ANNA: 7})
    memory.learn("1", "support", decide(said(1), POLICY))
    later = known(memory, said(2))
    assert (later.replies_last_day, later.replies_last_month) == (3, 8)


def test_a_tag_makes_no_other_inbox_for_the_cap() -> None:
    memory = Memory(replies_last_day={ANNA: 2})
    tagged = case(message(sender=ANNA.replace("@", "+1@")), certain=[OPT_OUT])
    memory.learn("1", "support", decide(tagged, POLICY))
    assert known(memory, said(2)).replies_last_day == 3


def test_a_letter_of_the_batch_makes_its_thread_longer() -> None:
    memory = Memory(
        by_secret={secret_hash(OLD_SECRET): (EFFECTIVE,)},
        newest={(ANNA, OPT_OUT): EFFECTIVE},
        threads={secret_hash(OLD_SECRET): Thread(name="t", mails=4)},
        mails_about={EFFECTIVE.reference: 2, "O-ELSE01": 5},
    )
    undo = case(answer_message(), answer=Answer.UNDO)
    about = known(memory, undo)
    assert about.thread == Thread(name="t", mails=4)
    assert about.mails_about == {EFFECTIVE.reference: 2}
    memory.learn("u", "support", decide(replace(undo, known=about), POLICY))
    later = known(memory, case(answer_message(secrets=(SECRET,))))
    assert later.thread == Thread(name="t", mails=5)
    assert later.mails_about == {EFFECTIVE.reference: 3}


def test_another_requests_suppression_stays_as_in_the_store() -> None:
    memory = Memory(suppressed={ANNA: suppressed("O-OTHER1")})
    memory.learn("u", "support", decision_lifting("O-OLD001"))
    assert memory.suppressed == {ANNA: suppressed("O-OTHER1")}
    memory.learn("v", "support", decision_lifting("O-OTHER1"))
    assert memory.suppressed == {}


def decision_lifting(reference: str) -> Decision:
    return replace(decide(case(), POLICY), lift=(suppressed(reference),))


def test_since_when_an_address_is_off_the_lists_does_not_change() -> None:
    memory = Memory(suppressed={ANNA: suppressed("O-OTHER1")})
    memory.learn("1", "support", decide(said(1), POLICY))
    assert memory.suppressed[ANNA].reference == "O-OTHER1"


@pytest.mark.parametrize(
    ("memory", "seen_to"),
    [
        (Memory(), False),
        (Memory(newest={(BOB, OPT_OUT): HELD_OPT_OUT}), True),
        (Memory(newest={(BOB, OPT_OUT): replace(EFFECTIVE, state=State.UNDONE)}), False),
        (Memory(suppressed={BOB: suppressed(key=BOB)}), True),
    ],
    ids=["unknown", "in review", "undone", "suppressed"],
)
def test_a_named_address_is_seen_to_where_people_have_it_or_nothing_is_left_to_do(
    memory: Memory, seen_to: bool
) -> None:
    about = known(memory, case(named=(address(BOB),)))
    assert about.named_open == (frozenset({BOB}) if seen_to else frozenset())


def test_nothing_is_known_of_nobody() -> None:
    memory = Memory(newest={(ANNA, OPT_OUT): EFFECTIVE}, suppressed={ANNA: suppressed()})
    two = case(message(senders=(address(ANNA), address(BOB))))
    assert known(memory, two) == Known()


# Shadow mode ---------------------------------------------------------------------------------

LIVE = Copy(mailbox="cancel", filing=Filing.CANCELLATIONS)
OWN = Copy(mailbox="support", filing=Filing.OPT_OUTS)
OTHER = Copy(mailbox="cancel", filing=Filing.REVIEW)


@pytest.mark.parametrize(
    ("live", "shadows", "counted", "found"),
    [
        # New mail of a live mailbox: nothing followed from the copy, so the request is not lost.
        (None, {"support": OWN}, "none", None),
        (None, {"cancel": OTHER}, "none", None),
        (LIVE, {"support": OWN}, "none", LIVE),
        # A live mailbox that was filled anew: what was left to people before stays theirs.
        (None, {"cancel": OTHER, "support": OWN}, "own", OWN),
        (None, {"cancel": OTHER}, "own", None),
        (LIVE, {"support": OWN}, "own", LIVE),
        # A shadow mailbox: as if what was decided had been done.
        (None, {"cancel": OTHER, "support": OWN}, "all", OWN),
        (None, {"cancel": OTHER}, "all", OTHER),
        (LIVE, {"support": OWN}, "all", LIVE),
        (None, {}, "all", None),
    ],
)
def test_which_messages_looked_at_in_shadow_mode_count_as_copies(
    live: Copy | None, shadows: dict[str, Copy], counted: ShadowCopies, found: Copy | None
) -> None:
    memory = Memory(copies={"d": live} if live else {}, shadow_copies={"d": shadows})
    about = memory.about(
        Identity(digest="d"),
        secret_hashes=(),
        address_key="",
        mailbox="support",
        shadow_copies=counted,
    )
    assert about.copy_of == found


def test_who_left_one_list_in_a_batch_may_leave_another_one_in_it() -> None:
    tips, news, everything, late = decide_in_turn(
        *(said(n, of_list=name) for n, name in enumerate(("tips", "news", "*", "tips"), start=1))
    )
    assert [s.list_name for d in (tips, news, everything, late) for s in d.suppress] == [
        "tips",
        "news",
        "*",
    ]
    assert [len(d.requests) for d in (tips, news, everything, late)] == [1, 0, 0, 0]
