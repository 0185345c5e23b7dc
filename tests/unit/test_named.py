"""Addresses that a request names beside its sender's own."""

from __future__ import annotations

import pytest

from handlers.address import Address, make_address
from handlers.named import MAX_NAMED, named_addresses
from handlers.screen import Ourselves
from handlers.values import Evidence, Finding, Intent, Verdict
from tests.unit.messages import message

US = Ourselves(domains=frozenset({"shop.example"}))
ASKS = "take me off your list"


def address(written: str) -> Address:
    made = make_address(written)
    assert made is not None
    return made


ANNA = address("anna@customer.example")


def verdict(text: str, *, part: str = "text", certain: bool = True) -> Verdict:
    """A verdict that stands on `ASKS` in `text`, or on the subject."""
    start = text.index(ASKS) if part == "text" else 0
    evidence = Evidence(rule="asks", words=ASKS, part=part, start=start, end=start + len(ASKS))
    finding = Finding(intent=Intent.OPT_OUT, confidence=0.9, evidence=(evidence,))
    return Verdict(certain=(finding,)) if certain else Verdict(unsure=(finding,))


def named(text: str, *, part: str = "text", certain: bool = True) -> list[str]:
    """The keys of the addresses that Anna names in `text`."""
    mail = message(text, senders=(ANNA,), reply_to=(address("reply@customer.example"),))
    found = named_addresses(mail, verdict(text, part=part, certain=certain), US)
    return [one.key for one in found]


@pytest.mark.parametrize(
    "text",
    [
        f"Please {ASKS}: I get your mail at old@other.example.",
        f"My old address is old@other.example, please {ASKS}.",
        f"Please {ASKS} (I mean Old@OTHER.example)!",
        f"Please {ASKS}.\nThe address that you write to is <old@other.example>.",
        f"Please {ASKS}, old@other.example, and again: old@other.example.",
        f"Please {ASKS} with mailto:old@other.example as well",
    ],
)
def test_an_address_near_the_words_that_ask_is_named(text: str) -> None:
    assert named(text) == ["old@other.example"]
    assert named(text, certain=False) == ["old@other.example"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"Please {ASKS}.", id="none"),
        pytest.param(f"Please {ASKS}, I am Anna@Customer.example.", id="the sender's"),
        pytest.param(f"Please {ASKS}, I read reply@customer.example.", id="the Reply-To"),
        pytest.param(f"Please {ASKS}, as I wrote to support@shop.example.", id="ours"),
        pytest.param(f"Please {ASKS}.\n\nAnna\nold@other.example", id="alone on its line"),
        pytest.param(f"Please {ASKS}.\n\nAnna\nMail: old@other.example", id="in a letter's foot"),
        pytest.param(
            f"Please {ASKS}.\n{'x' * 300}\nI also know old@other.example.", id="far away"
        ),
        pytest.param(f"Please {ASKS}, I wrote to old@other, I think.", id="half an address"),
        pytest.param(f"Please {ASKS}, and not old..one@other.example here.", id="a wrong one"),
    ],
)
def test_other_addresses_are_not_named(text: str) -> None:
    assert named(text) == []


def test_where_the_subject_asks_every_sentence_is_near() -> None:
    text = f"Hello,\n{'x' * 300}\nthe address that I mean is old@other.example."
    assert named(text, part="subject") == ["old@other.example"]


def test_without_anything_asked_nobody_is_named() -> None:
    mail = message("My colleague can be reached at old@other.example.", senders=(ANNA,))
    assert named_addresses(mail, Verdict(), US) == ()


def test_at_most_five_are_named() -> None:
    many = ", ".join(f"a{number}@other.example" for number in range(9))
    assert named(f"Please {ASKS}: {many}") == [f"a{n}@other.example" for n in range(MAX_NAMED)]


@pytest.mark.timeout(10)
@pytest.mark.parametrize("unit", ["anna@customer.example ", "x@other.example ", "a.b-", "a@b."])
def test_one_endless_line_of_addresses_is_read_soon(unit: str) -> None:
    text = f"Please {ASKS}: " + unit * (64_000 // len(unit))
    assert named(text, part="subject") in ([], ["x@other.example"])
