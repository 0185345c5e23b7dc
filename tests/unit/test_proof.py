"""Who sent a message: fields as real servers write them, and as forgers would like to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.parse import parse_message
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
SEALED_PASS = (
    f"{OURS}; arc=pass (i=1 spf=pass dkim=pass dmarc=pass fromdomain=garden.example);"
    " dmarc=pass (p=REJECT) header.from=garden.example;"
)
FASTMAIL_PASS = (
    f"{OURS}; x-tls=pass smtp.bits=256; dkim=pass header.d=garden.example x-bits=2048;"
    " dmarc=pass policy.published-domain-policy=none policy.applied-disposition=none"
    " (p=none,d=none,d.eval=none) policy.policy-from=p header.from=garden.example;"
    " iprev=pass smtp.remote-ip=192.0.2.7 (mail.garden.example)"
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
NO_ID_NONE = NO_ID_FAIL.replace("dmarc=fail", "dmarc=none")
NO_ID_UNSIGNED = (
    "dkim=none (message not signed) header.d=none;dmarc=none action=none"
    " header.from=garden.example"
)
BY_EXCHANGE = (
    "Received",
    "from DB8PR04MB6521.eurprd04.prod.outlook.com (::7) by AM0PR04.eurprd04.prod.outlook.com; Z",
)
BY_STRANGER = (
    "Received",
    "from desk.evil.example ([192.0.2.66]) by relay.isp.example (by mx.host.example); Z",
)
BY_US = (
    "Received",
    "from relay.isp.example (by [192.0.2.66]) by mx.host.example (Postfix) with ESMTPS id 4X8; Z",
)
BY_SISTER = ("Received", "from relay.isp.example by mail.host.example; Mon, 2 Mar 2026 Z")
BY_DELIVERY = (
    "Received",
    "from mx.host.example by store7.storage.example with LMTP id 77; Mon, 2 Mar 2026 09:00:01 Z",
)
BY_LOOP = (
    ("Received", "from localhost (localhost [127.0.0.1]) by mx.host.example (Postfix) id 1; Z"),
    ("Received", "from mx.host.example ([IPv6:::1]) by localhost (mx.host.example [127.0.0.1])"),
)
BY_LMTP = ("Received", "from mx.host.example ([127.0.0.1]) by mx.host.example with LMTP id 3; Z")
BY_LIAR = ("Received", "from [127.0.0.1] (localhost [192.0.2.66]) by mx.host.example id 2; Z")
BY_ADDRESS = ("Received", "by 2002:a05:6a10:c785:b0:e7:f1aa with SMTP id a1; Mon, 2 Mar 2026 Z")
BY_FILTER = ("Received", "from mx.host.example by localhost (amavisd-new, port 10024) with ESMTP")
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
        PASS.replace("dmarc=pass", "DMARC = Pass"),
        PASS.replace("dmarc=pass (", "dmarc=pass("),
        PASS.replace("garden.example", "Garden.Example."),
        LONG_PASS,
        PASS_AMONG_OTHERS,
        SEALED_PASS,
        FASTMAIL_PASS,
    ],
    ids=["plain", "case", "yahoo", "dot", "long", "unknown-methods", "arc", "fastmail"],
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
        ([results(DKIM), RECEIVED, results(FAIL)], Proof.UNPROVEN),
        # Below a Received, another field or somebody else's, anybody can have written it.
        ([results(DKIM), RECEIVED, results(PASS)], Proof.DOUBTFUL),
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
        ([results(NO_ID_FAIL.replace("fail", "none")), results(NO_ID_PASS)], Proof.DOUBTFUL),
        ([results(NO_ID_NONE), RECEIVED, results(NO_ID_PASS)], Proof.DOUBTFUL),
        # As the sender's own tenant writes it: it vouches for nothing.
        ([results(NO_ID_NONE), RECEIVED, results(NO_ID_UNSIGNED)], Proof.UNPROVEN),
        ([BY_EXCHANGE, results(NO_ID_PASS), RECEIVED], Proof.PROVEN),
        ([BY_EXCHANGE, BY_STRANGER, results(NO_ID_PASS)], Proof.DOUBTFUL),
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


@pytest.mark.parametrize(
    "above",
    [
        [BY_US],
        [BY_DELIVERY, BY_US],
        [BY_ADDRESS, BY_US],
        [BY_DELIVERY, BY_US, BY_FILTER, BY_US],
        [BY_SISTER],
        [("Received", "from relay.isp.example by store.internal (Postfix); Mon, 2 Mar 2026 Z")],
        [("Received", "from relay.isp.example by mail; Mon, 2 Mar 2026 Z")],
        [("Received", "")],
    ],
    ids=["border", "delivery", "address", "filter", "sister", "private", "short", "empty"],
)
def test_our_results_may_stand_below_what_our_own_servers_received(
    above: list[tuple[str, str]],
) -> None:
    assert proof_of(*above, results(PASS), BY_STRANGER) is Proof.PROVEN


@pytest.mark.parametrize(
    ("fields", "proof"),
    [
        # A stranger's server has handled it after whoever wrote our id.
        ([BY_STRANGER, results(PASS)], Proof.UNPROVEN),
        ([BY_SISTER, BY_STRANGER, results(PASS)], Proof.DOUBTFUL),
        ([BY_FILTER, BY_STRANGER, results(PASS)], Proof.UNPROVEN),
        ([BY_US, BY_STRANGER, results(PASS)], Proof.DOUBTFUL),
        ([BY_DELIVERY, BY_US, BY_STRANGER, results(PASS)], Proof.DOUBTFUL),
        ([BY_US, BY_STRANGER, results(FAIL)], Proof.REFUTED),
        ([results(FOREIGN), BY_US, results(PASS)], Proof.DOUBTFUL),
        ([results(FOREIGN), results(DKIM), BY_US, results(PASS)], Proof.DOUBTFUL),
        ([results(f"{OURS}; dmarc=none"), BY_US, BY_STRANGER, results(PASS)], Proof.DOUBTFUL),
        ([results(f"{OURS}; dmarc=none"), BY_US, results(FOREIGN)], Proof.UNPROVEN),
        # It claims nothing: our server has passed on what it had taken without proof.
        ([results(DKIM), BY_US, results(f"{OURS}; dmarc=none")], Proof.UNPROVEN),
        ([results(f"{OURS}; dmarc=none"), BY_US, results(FOREIGN), results(PASS)], Proof.DOUBTFUL),
        ([results(FOREIGN), BY_US, results(FOREIGN), results(PASS)], Proof.DOUBTFUL),
        # Our server has taken it from a filter of its own, and has looked at it before that, too.
        ([results(DKIM), *BY_LOOP, results(DKIM), BY_US], Proof.UNPROVEN),
        ([results(f"{OURS}; dmarc=none"), *BY_LOOP, results(DKIM), BY_US], Proof.UNPROVEN),
        ([results(DKIM), *BY_LOOP, results(PASS), BY_US], Proof.UNPROVEN),
        ([results(FOREIGN), *BY_LOOP, results(DKIM), BY_US], Proof.UNPROVEN),
        ([results(DKIM), *BY_LOOP, BY_US, results(PASS)], Proof.DOUBTFUL),
        ([BY_LOOP[0], results(DKIM), BY_LOOP[1], BY_US, results(DKIM)], Proof.UNPROVEN),
        ([BY_LOOP[0], results(DKIM), BY_LOOP[1], BY_US, results(PASS)], Proof.UNPROVEN),
        ([BY_LOOP[0], results(DKIM), BY_US, BY_STRANGER, results(PASS)], Proof.DOUBTFUL),
        ([BY_LOOP[0], results(PASS), BY_LOOP[1], BY_US, results(PASS)], Proof.PROVEN),
        ([BY_LMTP, results(DKIM), BY_US, results(PASS)], Proof.DOUBTFUL),
        ([results(DKIM), BY_US, *BY_LOOP, results(PASS)], Proof.DOUBTFUL),
        ([results(DKIM), BY_LIAR, results(PASS)], Proof.DOUBTFUL),
        # Ours on top says it all.
        ([results(PASS), BY_US, results(PASS)], Proof.PROVEN),
        ([results(FAIL), BY_US, results(PASS)], Proof.REFUTED),
        ([results(PASS), BY_US, results(PASS.replace("host", "h0st"))], Proof.PROVEN),
    ],
)
def test_what_poses_as_ours_by_its_place(fields: list[tuple[str, str]], proof: Proof) -> None:
    assert proof_of(*fields) is proof


LOOKALIKES = [
    "mx.host.example.evil.example",
    "mx.host.example-evil.example",
    "mx.host.examples",
    "mx.host.example.",
    "x.mx.host.example",
    "evil-mx.host.example",
    "mx.h0st.example",
    "mx.host.exarnple",
    "mx-host.example",
    "mx_host_example",
    "mx.h\u043est.example",  # a Cyrillic o
    "m\u0445.host.example",
    "\uff4dx.host.example",
    "mx\u2024host.example",
    "mx.ho\u200bst.example",
    "mx.host.example\u202e",
    "mx.h\u00f3st.example",
    "mx.xn--hst-sna.example",
    "=?utf-8?q?mx.host.example?=",
    "mx.hostt.example",
    "mx.hsot.example",
    "evil.example (mx.host.example)",
    "(mx.host.example) evil.example",
    "mx.host.example evil.example",
    "evil.example mx.host.example",
    "mx.host.example/1",
    "mx.host.example@evil.example",
    "mx.host.example\x00",
]


@pytest.mark.parametrize("theirs", LOOKALIKES)
@pytest.mark.parametrize("above", [[], [BY_US], [BY_US, BY_STRANGER]], ids=["top", "ours", "deep"])
def test_an_id_that_looks_like_ours_makes_a_message_doubtful(
    theirs: str, above: list[tuple[str, str]]
) -> None:
    assert proof_of(*above, results(PASS.replace(OURS, theirs))) is Proof.DOUBTFUL


@pytest.mark.parametrize(
    "theirs",
    [
        "mx2.host.example",
        "webmail-mx.bakery.example",
        "relay.isp.example",
        "host.example",
        "mx.bakery.example",
        "",
        "webmx.host.example",
    ],
)
def test_an_id_of_somebody_else_vouches_for_nothing_and_poses_as_nobody(theirs: str) -> None:
    assert proof_of(results(PASS.replace(OURS, theirs))) is Proof.UNPROVEN


@pytest.mark.parametrize(
    "ours",
    [
        "MX.Host.Example",
        '"mx.host.example"',
        "mx.host.example 1",
        "mx.host.example (amavisd-new)",
        "(comment) mx.host.example",
        "mx.host.example\t2",
    ],
)
def test_our_id_in_a_spelling_that_is_not_our_servers_refutes_but_does_not_vouch(
    ours: str,
) -> None:
    assert proof_of(results(PASS.replace(OURS, ours))) is Proof.UNPROVEN
    assert proof_of(results(FAIL.replace(OURS, ours))) is Proof.REFUTED
    assert proof_of(results(PASS), results(PASS.replace(OURS, ours))) is Proof.UNPROVEN
    assert proof_of(results(DKIM), BY_US, results(PASS.replace(OURS, ours))) is Proof.DOUBTFUL


def test_a_short_id_looks_like_itself_only() -> None:
    said = PASS.replace(OURS, "mail.bakery.example")
    assert proof_of(results(said), trusted="mail") is Proof.UNPROVEN
    assert proof_of(results(PASS.replace(OURS, "mai1")), trusted="mail") is Proof.DOUBTFUL


NOT_OURS_TO_SAY = "spf=none smtp.mailfrom=evil.example"


@pytest.mark.parametrize(
    "said",
    [
        f"{NOT_OURS_TO_SAY} (dmarc=pass header.from=garden.example)",
        f"{NOT_OURS_TO_SAY} (; dmarc=pass header.from=garden.example)",
        f'{NOT_OURS_TO_SAY} reason="; dmarc=pass header.from=garden.example"',
        'spf=none smtp.mailfrom="; dmarc=pass header.from=garden.example"@evil.example',
        'spf=none smtp.mailfrom="\\"; dmarc=pass header.from=garden.example"@evil.example',
        "spf=none dmarc=pass header.from=garden.example",
        "spf=none reason=dmarc=pass header.from=garden.example",
        "spf=none policy.dmarc=pass header.from=garden.example",
        "x-dmarc=pass header.from=garden.example",
        "dmarc.x=pass header.from=garden.example",
        "dmarc=pass",
        "dmarc=pass header.from=",
        "dmarc=pass header.from=garden.example header.from=bakery.example",
        "dmarc=pass header.from=evil.example (header.from=garden.example)",
        "dmarc=pass (header.from=garden.example)",
        "dmarc=pass header.from=garden.example@evil.example",
        "dmarc=pass header.from=garden.example.evil.example",
        "dmarc=pass header.from=*.example",
        "dmarc=pass header.d=garden.example",
        "dmarc=pass smtp.mailfrom=anna@garden.example",
        'dmarc="pass" header.from=garden.example',
        "dmarc=passed header.from=garden.example",
        "dmarc=bestguesspass header.from=garden.example",
        "dmarc=pass-through header.from=garden.example",
        "dmarc pass header.from=garden.example",
        "dmarc: pass header.from=garden.example",
        "=pass header.from=garden.example",
        "dmarc=none header.from=garden.example; dmarc=pass header.from=garden.example",
        "dmarc=pass header.from=garden.example; dmarc=pass header.from=garden.example",
        "dmarc=pass header.from=garden.example; dmarc=pass header.from=bakery.example",
        "dmarc=pass header.from=garden.example (",
        "dmarc=pass header.from=garden.example )",
        'dmarc=pass header.from=garden.example "',
        "(dmarc=pass header.from=garden.example",
        "none; dmarc=pass header.from=garden.example (dmarc=none)",
        "dmarc=pass header.from=garden.example; dkim=none header.d=a(b",
        "d\u043carc=pass header.from=garden.example",
        "dmarc=p\u0430ss header.from=garden.example",
        "dkim=pass header.d=garden.example; spf=pass smtp.mailfrom=garden.example",
        "arc=pass (i=1 dmarc=pass fromdomain=garden.example)",
        "dmarc/2=pass header.from=garden.example",
        "dmarc=pass header.from=garden.example; x=y (" + "a" * 9_000 + ")",
        "(" * 3_000 + "; dmarc=pass header.from=garden.example",
        "(" * 3_000 + ")" * 3_000 + " dmarc=pass",
    ],
)
@pytest.mark.parametrize("trusted", [OURS, "exchange-online"])
def test_nothing_but_one_whole_result_of_our_server_vouches(said: str, trusted: str) -> None:
    value = said if trusted == "exchange-online" else f"{OURS}; {said}"
    assert proof_of(results(value), trusted=trusted) in (Proof.UNPROVEN, Proof.DOUBTFUL)


def test_a_field_that_may_have_been_cut_and_more_fields_than_servers_write_are_doubtful() -> None:
    signed = "".join(f"; dkim=fail header.d=d{n}.evil.example" for n in range(400))
    assert proof_of(results(f"{OURS}{signed}")) is Proof.DOUBTFUL
    assert proof_of(*[results(DKIM)] * 21, results(PASS)) is Proof.DOUBTFUL
    assert proof_of(*[results(FOREIGN)] * 101) is Proof.DOUBTFUL
    assert proof_of(results(f"{FAIL}{signed}")) is Proof.REFUTED


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
    assert with_forged is alone or (alone, with_forged) == (Proof.UNPROVEN, Proof.DOUBTFUL)


PIECES = st.sampled_from(
    [";", "; ", "(", ")", '"', "\\", " ", "@", "=", "dmarc=pass", "; dmarc=pass", "dmarc = pass ",
     " header.from=garden.example", "header.from=garden.example", "reason=", "policy.x=", "dkim=",
     "none", OURS, f"{OURS}; ", "a", "é", "\r\n", "\x00", "evil.example", "(x)", '"y"']
)  # fmt: skip
COPIED = st.lists(PIECES, max_size=12).map("".join)
VERDICTS = st.sampled_from(["none", "temperror", "permerror", "bestguesspass", "pass"])


def copied_anywhere(verdict: str, *values: str) -> str:
    """A field as servers write it that copy what they were told as it came."""
    envelope, helo, comment, selector = values
    return (
        f"{OURS}; spf=none ({comment}) smtp.mailfrom={envelope}@evil.example smtp.helo={helo};"
        f" {verdict}; dkim=none header.d=evil.example header.s={selector}"
    )


@given(verdict=VERDICTS, values=st.tuples(COPIED, COPIED, COPIED, COPIED))
def test_nothing_that_our_server_copies_makes_its_verdict_a_pass(
    verdict: str, values: tuple[str, str, str, str]
) -> None:
    """Its own "pass" is about the domain that really sent it, which is not Anna's."""
    domain = "evil.example" if verdict == "pass" else "garden.example"
    value = copied_anywhere(f"dmarc={verdict} (p=none) header.from={domain}", *values)
    assert proof_of(results(value), RECEIVED) is not Proof.PROVEN


def quoted(value: str) -> str:
    """As RFC 8601 wants it where a server copies: no control character, and quoted."""
    plain = "".join(c for c in value if c.isprintable())
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def commented(value: str) -> str:
    plain = "".join(c for c in value if c.isprintable())
    for sign in "\\()":
        plain = plain.replace(sign, f"\\{sign}")
    return f"({plain})"


@given(envelope=COPIED, comment=COPIED, selector=COPIED)
def test_nothing_that_our_server_quotes_proves_anything_where_it_has_no_verdict(
    envelope: str, comment: str, selector: str
) -> None:
    value = (
        f"{OURS}; spf=none {commented(comment)} smtp.mailfrom={quoted(envelope)}@evil.example;"
        f" dkim=none reason={quoted(comment)} header.s={quoted(selector)}"
    )
    assert proof_of(results(value), RECEIVED) is not Proof.PROVEN


@given(envelope=COPIED, helo=COPIED, comment=COPIED, selector=COPIED)
def test_nothing_that_our_server_copies_from_a_forger_takes_its_fail_back(
    envelope: str, helo: str, comment: str, selector: str
) -> None:
    verdict = FAIL.partition("; ")[2]
    value = copied_anywhere(verdict, envelope, helo, comment, selector)
    assert proof_of(results(value), RECEIVED) is Proof.REFUTED


LINES = st.lists(
    st.one_of(
        PIECES.map(lambda piece: piece.encode("utf-8", "replace")),
        st.sampled_from(
            [b"\r\n", b"\r\n ", b"\n\t", b"\r", b"\n", b"Authentication-Results: ",
             b"authentication-results : ", b"Authentication-Results\r\n : ", b"Received: by x\r\n",
             b"ARC-Authentication-Results: i=1; ", b"X-Authentication-Results: ",
             b"Authentication-Results: " + PASS.encode() + b"\r\n",
             b"Received: from a by mx.host.example\r\n", b"\x85", b"\x0b"]
        ),
    ),
    max_size=25,
)  # fmt: skip


@pytest.mark.parametrize("trusted", [OURS, "exchange-online"])
@given(lines=LINES)
def test_nothing_written_into_a_message_proves_its_sender(
    trusted: str, lines: list[bytes]
) -> None:
    """Our server has put its result on top, and has removed nothing."""
    head = f"{OURS}; " if trusted == OURS else ""
    top = f"Authentication-Results: {head}spf=none smtp.mailfrom=evil.example; dmarc=none\r\n"
    raw = (
        top.encode()
        + b"Received: from evil.example by mx.host.example; Mon, 2 Mar 2026 09:00:00 +0000\r\n"
        + b"".join(lines)
        + b"\r\nFrom: anna@garden.example\r\nTo: support@host.example\r\n\r\nHello\r\n"
    )
    assert prove(parse_message(raw), US, trusted) in (Proof.UNPROVEN, Proof.DOUBTFUL)


@given(value=st.text(max_size=200))
def test_any_text_in_the_field_is_taken(value: str) -> None:
    assert proof_of(results(f"{OURS}; {value}")) in Proof
    assert proof_of(results(value), trusted="exchange-online") in Proof
