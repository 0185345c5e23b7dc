"""Who sent a message: fields as real servers write them, and as forgers would like to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.proof import prove, requester
from handlers.values import Headers, Message, Proof
from tests.unit.cases import ANNA, BOB, FORM, SUPPORT, US, address, message

OURS = "mx.host.example"
PASS = f"{OURS}; dmarc=pass (p=reject dis=none) header.from=garden.example"
FAIL = f"{OURS}; dmarc=fail (p=none dis=none) header.from=garden.example"
DKIM = f"{OURS}; dkim=pass (2048-bit key) header.d=garden.example header.b=Ab/cd+="
LONG_PASS = (
    f"{OURS}; dkim=pass header.i=@garden.example header.s=s1; spf=pass (host.example: domain"
    " of anna@garden.example designates 192.0.2.7 as permitted sender)"
    " smtp.mailfrom=anna@garden.example; dmarc=pass (p=REJECT sp=REJECT dis=NONE)"
    " header.from=garden.example"
)
PASS_AMONG_OTHERS = (
    f"{OURS}; arc=none; dkim=pass header.a=rsa-sha256 header.d=garden.example; dkim-atps=neutral;"
    " dmarc=pass (p=none dis=none) header.from=garden.example; x-tls=pass"
)
FOREIGN = "relay.isp.example; dmarc=pass header.from=garden.example"
FOREIGN_FAIL = "relay.isp.example; dmarc=fail header.from=garden.example"
NO_ID_PASS = (
    "spf=pass (sender IP is 192.0.2.7) smtp.mailfrom=garden.example; dkim=pass (signature was"
    " verified) header.d=garden.example;dmarc=pass action=none"
    " header.from=garden.example;compauth=pass reason=100"
)
NO_ID_FAIL = (
    "spf=fail (sender IP is 192.0.2.7) smtp.mailfrom=garden.example; dkim=none (message not"
    " signed) header.d=none;dmarc=fail action=oreject header.from=garden.example;compauth=fail"
    " reason=000"
)
# What a sender chose as his envelope address, copied as it came. authres leaves out the rest of
# the first, and takes nothing of the second.
UNREADABLE_FAIL = f"{OURS}; spf=pass smtp.mailfrom=a(b;c@evil.example; {FAIL.partition('; ')[2]}"
UNREADABLE_PASS = UNREADABLE_FAIL.replace("fail", "pass")
REFUSED_FAIL = UNREADABLE_FAIL.replace("a(b;c@", "é@")
INJECTED_PASS = f"{OURS}; spf=pass smtp.mailfrom=x; dmarc=pass header.from=garden.example"
NO_ID_UNREADABLE_FAIL = NO_ID_FAIL.replace("smtp.mailfrom=", "smtp.mailfrom=a(b;c@")
RECEIVED = ("Received", "from mail.garden.example by mx.host.example; Mon, 2 Mar 2026 09:00:00 Z")
FILTER = ("DKIM-Filter", "OpenDKIM Filter v2.11.0 mx.host.example")


def results(value: str) -> tuple[str, str]:
    return ("Authentication-Results", value)


def proof_of(*fields: tuple[str, str], trusted: str = OURS, **changes: Any) -> Proof:
    said = message(headers=Headers((*fields, ("From", ANNA))), **changes)
    return prove(said, US, trusted)


@pytest.mark.parametrize(
    "value",
    [
        PASS,
        PASS.upper().replace("DMARC=PASS", "dmarc=pass"),
        f"{OURS} 1; dmarc=pass",
        LONG_PASS,
        PASS_AMONG_OTHERS,
    ],
    ids=["plain", "upper-case-id", "version", "long", "unknown-methods"],
)
def test_a_pass_of_our_own_server_on_top_proves_the_sender(value: str) -> None:
    assert proof_of(results(value), RECEIVED) is Proof.PROVEN


@pytest.mark.parametrize(
    ("fields", "proof"),
    [
        ([results(DKIM), results(PASS), RECEIVED], Proof.PROVEN),
        ([RECEIVED, results(PASS)], Proof.PROVEN),
        ([], Proof.UNPROVEN),
        ([results(DKIM)], Proof.UNPROVEN),
        ([results(f"{OURS}; none")], Proof.UNPROVEN),
        ([results(f"{OURS}; dmarc=none header.from=garden.example")], Proof.UNPROVEN),
        ([results(f"{OURS}; dmarc=temperror header.from=garden.example")], Proof.UNPROVEN),
        ([results(f"{OURS}; spf=pass smtp.mailfrom=garden.example")], Proof.UNPROVEN),
        ([results(f"{OURS}; dmarc=pass header.from=bakery.example")], Proof.UNPROVEN),
        ([results(f"{OURS}; dmarc=pass header.from=mail.garden.example")], Proof.UNPROVEN),
        ([results(PASS.replace(OURS, "mx.host.example.evil.example"))], Proof.UNPROVEN),
        ([results(PASS.replace(OURS, "x.mx.host.example"))], Proof.UNPROVEN),
        ([results(FOREIGN)], Proof.UNPROVEN),
        ([results(FOREIGN_FAIL)], Proof.UNPROVEN),
        # Somebody else's on top: ours would stand above it.
        ([results(FOREIGN), results(PASS)], Proof.UNPROVEN),
        ([results("(unreadable"), results(PASS)], Proof.UNPROVEN),
        ([results(UNREADABLE_PASS)], Proof.UNPROVEN),
        ([results(REFUSED_FAIL.replace("fail", "pass"))], Proof.UNPROVEN),
        ([results(REFUSED_FAIL.replace("fail", "pass")), results(PASS)], Proof.UNPROVEN),
        ([results(f"{INJECTED_PASS}; a=b (c@evil.example; dmarc=none (p=none))")], Proof.UNPROVEN),
        ([results(f"{PASS}; x-dmarc=fail; policy.dmarc=none")], Proof.PROVEN),
        ([results(UNREADABLE_FAIL.replace(OURS, "relay.isp.example"))], Proof.UNPROVEN),
        ([results(DKIM), RECEIVED, results(UNREADABLE_FAIL)], Proof.UNPROVEN),
        # Below a Received, another field or somebody else's, anybody can have written it.
        ([results(DKIM), RECEIVED, results(PASS)], Proof.UNPROVEN),
        ([results(DKIM), FILTER, results(PASS)], Proof.UNPROVEN),
        ([results(DKIM), results(FOREIGN), results(PASS)], Proof.UNPROVEN),
        ([results(PASS), RECEIVED, results(FAIL)], Proof.PROVEN),
        # Both a pass and something else is no clear pass.
        ([results(PASS), results(f"{OURS}; dmarc=none")], Proof.UNPROVEN),
        ([results(f"{OURS}; dmarc=pass header.from=bakery.example; dmarc=pass")], Proof.UNPROVEN),
    ],
)
def test_what_proves_and_what_does_not(fields: list[tuple[str, str]], proof: Proof) -> None:
    assert proof_of(*fields) is proof


@pytest.mark.parametrize(
    ("fields", "proof"),
    [
        ([results(FAIL)], Proof.REFUTED),
        ([results(DKIM), results(FAIL)], Proof.REFUTED),
        ([results(PASS), results(FAIL)], Proof.REFUTED),
        ([results(f"{OURS}; dmarc=fail")], Proof.REFUTED),
        ([results(f"{OURS}; dmarc=fail header.from=bakery.example")], Proof.REFUTED),
        ([results(UNREADABLE_FAIL)], Proof.REFUTED),
        ([results(REFUSED_FAIL)], Proof.REFUTED),
        ([results(f"{INJECTED_PASS}; a=b (c@evil.example; dmarc=fail (p=none))")], Proof.REFUTED),
        ([results(DKIM), results(UNREADABLE_FAIL)], Proof.REFUTED),
        ([results(FOREIGN), results(UNREADABLE_FAIL)], Proof.REFUTED),
        # Somebody else's stand above ours: no pass is believed any more, but a fail is.
        ([results(FOREIGN), results(FAIL)], Proof.REFUTED),
        ([results(FOREIGN), RECEIVED, results(FAIL), RECEIVED], Proof.REFUTED),
        ([results(FOREIGN), results(DKIM), results(FAIL)], Proof.REFUTED),
        ([results(FOREIGN), FILTER, results(DKIM), FILTER, results(FAIL)], Proof.REFUTED),
        # Another hop's, or one below somebody else's in our run: too far down to be of this hop.
        ([results(FOREIGN), results(DKIM), RECEIVED, results(FAIL)], Proof.UNPROVEN),
        ([results(FOREIGN), results(DKIM), results(FOREIGN), results(FAIL)], Proof.UNPROVEN),
        ([results(FOREIGN_FAIL), results(DKIM)], Proof.UNPROVEN),
    ],
)
def test_what_refutes_and_what_does_not(fields: list[tuple[str, str]], proof: Proof) -> None:
    assert proof_of(*fields) is proof


@pytest.mark.parametrize(
    ("fields", "proof"),
    [
        ([results(NO_ID_PASS)], Proof.PROVEN),
        ([results(NO_ID_FAIL)], Proof.REFUTED),
        ([results(NO_ID_PASS), results(NO_ID_FAIL)], Proof.PROVEN),
        ([results(NO_ID_FAIL.replace("fail", "none")), results(NO_ID_PASS)], Proof.UNPROVEN),
        ([results(NO_ID_UNREADABLE_FAIL)], Proof.REFUTED),
        ([results(NO_ID_UNREADABLE_FAIL.replace("fail", "pass"))], Proof.UNPROVEN),
        ([results(NO_ID_UNREADABLE_FAIL), results(NO_ID_PASS)], Proof.REFUTED),
        ([results(FOREIGN_FAIL)], Proof.UNPROVEN),
        ([results(UNREADABLE_FAIL)], Proof.UNPROVEN),
        ([results(PASS)], Proof.UNPROVEN),
        ([results(PASS), results(NO_ID_PASS)], Proof.UNPROVEN),
        ([results(PASS), results(NO_ID_FAIL)], Proof.REFUTED),
    ],
)
def test_exchange_online_is_the_topmost_field_without_an_id(
    fields: list[tuple[str, str]], proof: Proof
) -> None:
    assert proof_of(*fields, trusted="exchange-online") is proof


@pytest.mark.parametrize("value", [PASS, FAIL, NO_ID_PASS, NO_ID_FAIL])
def test_without_a_trusted_server_nothing_proves_or_refutes(value: str) -> None:
    assert proof_of(results(value), trusted="") is Proof.UNPROVEN


@pytest.mark.parametrize(
    "changes",
    [
        {"senders": (address(ANNA), address(BOB))},
        {"senders": (address(ANNA),), "senders_readable": False},
        {"senders": ()},
    ],
    ids=["two", "unreadable", "none"],
)
def test_a_pass_proves_nothing_where_the_sender_is_not_one(changes: dict[str, Any]) -> None:
    assert proof_of(results(PASS), **changes) is Proof.UNPROVEN
    assert proof_of(results(FAIL), **changes) is Proof.REFUTED


@pytest.mark.parametrize(
    ("value", "proof"),
    [
        (f"{OURS}; dmarc=pass header.from=host.example", Proof.FORM),
        (f"{OURS}; dmarc=none header.from=host.example", Proof.FORM),
        (f"{OURS}; dmarc=fail header.from=host.example", Proof.REFUTED),
    ],
)
def test_a_form_proves_the_form_whatever_our_server_vouches_for(value: str, proof: Proof) -> None:
    assert proof_of(results(value), senders=(address(FORM),)) is proof


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        (message(), ANNA),
        (message(reply_to=(address(BOB),)), ANNA),
        (message(senders=(address(ANNA), address(BOB))), None),
        (message(senders_readable=False), None),
        (message(sender=FORM, reply_to=(address(ANNA),)), ANNA),
        (message(sender=FORM), None),
        (message(sender=FORM, reply_to=(address(ANNA), address(BOB))), None),
        (message(sender=FORM, reply_to=(address(SUPPORT),)), None),
    ],
    ids=[
        "From",
        "From, not Reply-To",
        "two",
        "unreadable",
        "form",
        "form without Reply-To",
        "form with two",
        "form with ours",
    ],
)
def test_for_whom_a_message_asks(said: Message, asks: str | None) -> None:
    found = requester(said, US)
    assert (found.key if found else None) == asks


FIELDS = st.sampled_from(
    [results(v) for v in (PASS, FAIL, DKIM, FOREIGN, FOREIGN_FAIL, NO_ID_PASS, NO_ID_FAIL)]
    + [RECEIVED, FILTER]
)


@given(above=st.lists(FIELDS, max_size=6), forged=st.lists(FIELDS, max_size=6))
def test_nothing_that_a_sender_writes_below_our_own_hop_proves_him(
    above: list[tuple[str, str]], forged: list[tuple[str, str]]
) -> None:
    """Above is what servers wrote, ending with our own result and our Received."""
    alone = proof_of(*above, results(DKIM), RECEIVED)
    with_forged = proof_of(*above, results(DKIM), RECEIVED, *forged)
    assert with_forged is alone


COPIED = st.text(alphabet='ab@.=;()<>"\\, é\r\n', max_size=30)


@given(envelope=COPIED, selector=COPIED)
def test_nothing_that_our_server_copies_from_a_forger_takes_its_fail_back(
    envelope: str, selector: str
) -> None:
    value = (
        f"{OURS}; spf=pass smtp.mailfrom={envelope}; dkim=none header.s={selector};"
        f" {FAIL.partition('; ')[2]}"
    )
    assert proof_of(results(value), RECEIVED) is Proof.REFUTED


@given(value=st.text(max_size=200))
def test_any_text_in_the_field_is_taken(value: str) -> None:
    assert proof_of(results(f"{OURS}; {value}")) in Proof
    assert proof_of(results(value), trusted="exchange-online") in Proof
