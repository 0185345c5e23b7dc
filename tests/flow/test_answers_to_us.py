"""Each of our letters, and what a customer writes back: from the bytes to the state of things."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Mapping
from pathlib import Path

from daemon.ports import Store
from handlers.values import Filing, OutgoingMail
from tests.contract.fake_mailbox import FakeMailbox
from tests.flow.routes import Clock, message, route, store_in

OPT_OUT, CANCEL, BOTH = (
    "Please unsubscribe me from your newsletter.",
    "Please cancel my account.",
    "Please take me off your mailing list, and cancel my account as well.",
)
# What the customer has written so far, each in answer to the letter before, and a day later.
LETTERS = {
    "opt_out_done": [OPT_OUT],
    "opt_out_already": [OPT_OUT, OPT_OUT],
    "opt_out_undone": [OPT_OUT, "UNDO"],
    "cancellation_question": [CANCEL],
    "cancellation_confirmed": [CANCEL, "YES"],
    "cancellation_rejected": [CANCEL, "NO"],
    "opt_out_done, cancellation_question": [BOTH],
}
# To each letter: (what is written back, the decision, the states, whether we write again).
EFFECTIVE, UNDONE = "opt_out effective", "opt_out undone"
ASKED, CONFIRMED, REJECTED, HELD = (
    f"cancellation {state}"
    for state in ("awaiting_confirmation", "confirmed", "rejected", "review")
)
ANSWERS = {
    "opt_out_done": [
        ("Thanks a lot!", "thanks", [EFFECTIVE], False),
        ("UNDO", "opt-out-undone", [UNDONE], True),
        ("YES", "answered-before", [EFFECTIVE], False),
        ("NO", "answer-disputes", [EFFECTIVE], False),
        ("And when does my domain expire?", "ordinary", [EFFECTIVE], False),
    ],
    "opt_out_already": [
        ("Thank you.", "thanks", [EFFECTIVE], False),
        ("Undo", "opt-out-undone", [UNDONE], True),
        ("But I still get them", "ordinary", [EFFECTIVE], False),
    ],
    "opt_out_undone": [
        ("Thanks!", "thanks", [UNDONE], False),
        ("UNDO", "answered-before", [UNDONE], False),
        ("Please unsubscribe me after all.", "opt-out", [EFFECTIVE], True),
    ],
    "cancellation_question": [
        ("Thanks.", "thanks", [ASKED], False),
        ("YES", "confirmed-by-answer", [CONFIRMED], True),
        ("NO", "refused-by-answer", [REJECTED], True),
        ("I never asked for that", "refused-by-answer", [REJECTED], True),
        ("UNDO", "refused-by-answer", [REJECTED], True),
        ("What does that mean?", "answer-unclear", [HELD], False),
        ("Yes, but not before May", "answer-unclear", [HELD], False),
    ],
    "cancellation_confirmed": [
        ("Thanks!", "thanks", [CONFIRMED], False),
        ("YES", "answered-before", [CONFIRMED], False),
        ("UNDO", "answer-disputes", [HELD], False),
        ("That wasn't me", "answer-disputes", [HELD], False),
        ("Will I get my money back?", "ordinary", [CONFIRMED], False),
    ],
    "cancellation_rejected": [
        ("Thank you", "thanks", [REJECTED], False),
        ("NO", "answered-before", [REJECTED], False),
        ("YES", "answer-late", [REJECTED], False),
    ],
    "opt_out_done, cancellation_question": [
        ("YES", "confirmed-by-answer", [EFFECTIVE, CONFIRMED], True),
        ("NO", "refused-by-answer", [EFFECTIVE, REJECTED], True),
        ("UNDO", "opt-out-undone", [UNDONE, ASKED], True),
    ],
}
CASES = [
    (f"customer-{number}@customer.example", letter, *case)
    for number, (letter, case) in enumerate(
        (letter, case) for letter, cases in ANSWERS.items() for case in cases
    )
]


class Company:
    """Reads what customers write, and keeps the letters that each of them has got."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock = store, clock
        self.letters: dict[str, list[OutgoingMail]] = {customer: [] for customer, *_ in CASES}
        self._box = FakeMailbox()
        self._route = route(self._box, store, clock=clock)
        self._number = 0

    def gets(self, texts: Mapping[str, str]) -> None:
        """What customers write, in answer to their last letter; it is read and answered."""
        for customer, text in texts.items():
            self._number += 1
            self._box.deliver(self._answer(customer, text), internal_date=self.clock())
        self._route.run()
        for queued in self.store.take_due(len(CASES), now=self.clock()):
            self.store.sent({queued.row: "250 taken"}, now=self.clock())
            self.letters[queued.mail.recipient.key].append(queued.mail)
        self.clock.forward(hours=25)

    def _answer(self, customer: str, text: str) -> bytes:
        more, subject = "", "Hello"
        if letters := self.letters[customer]:
            last = email.message_from_bytes(letters[-1].raw, policy=email.policy.default)
            assert isinstance(last, email.message.EmailMessage)
            quoted = "\n".join(f"> {line}" for line in last.get_content().splitlines())
            text = f"{text}\n\nOn Monday, GigaPros wrote:\n{quoted}"
            subject = f"Re: {last['Subject']}"
            more = f"In-Reply-To: {last['Message-ID']}\r\n"
        return message(text, sender=customer, number=self._number, subject=subject, more=more)


def test_what_a_customer_writes_back_to_each_letter_is_understood(tmp_path: Path) -> None:
    clock = Clock()
    with store_in(tmp_path, clock) as store:
        company = Company(store, clock)
        for turn in range(2):
            company.gets(
                {
                    customer: LETTERS[letter][turn]
                    for customer, letter, *_ in CASES
                    if turn < len(LETTERS[letter])
                }
            )
        before = {customer: len(letters) for customer, letters in company.letters.items()}
        assert before == {customer: len(LETTERS[letter]) for customer, letter, *_ in CASES}
        company.gets({customer: text for customer, _, text, *_ in CASES})
        rows = store.ledger("support")[-len(CASES) :]
        states: dict[str, set[str]] = {}
        for held in store.requests():
            states.setdefault(held.address_key, set()).add(f"{held.kind.value} {held.state.value}")
    found = {
        (letter, text): (
            row.reason,
            states[customer],
            len(company.letters[customer]) > before[customer],
            row.filing is Filing.NOWHERE,
        )
        for row, (customer, letter, text, *_) in zip(rows, CASES, strict=True)
    }
    # What is for people to answer lies where it lay, and without a flag.
    assert found == {
        (letter, text): (reason, set(after), speaks, reason in ("thanks", "ordinary"))
        for _, letter, text, reason, after, speaks in CASES
    }
