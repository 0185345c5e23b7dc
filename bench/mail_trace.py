"""What the servers on the way put above a message, for the generator of bench/mail.py.

Postfix before Dovecot has taken it from Google, Microsoft 365, a telephone's provider or a small
server; their fields make half of a short mail, and more.
"""

from __future__ import annotations

import base64
import random
from datetime import datetime, timedelta

OUR_AUTHSERV_ID = "mx.shop.example"
# How the clients make their Message-IDs.
TEMPLATE_OF = {
    "web": "CA+{0:024x}",
    "outlook": "DB9PR01MB{0:024X}",
    "phone": "{0:024X}",
    "plain": "{0:020x}",
}


def trace(
    dice: random.Random,
    client: str,
    sender: str,
    to: str,
    written: datetime,
    *,
    vouched: bool,
) -> list[str]:
    """The lines, the last server's first; `vouched` says that ours has found dmarc=pass."""
    domain = sender.partition("@")[2]
    arrived = written + timedelta(seconds=dice.randrange(2, 40))
    theirs = {
        "web": _google,
        "outlook": _microsoft,
        "phone": _provider,
        "plain": _small_server,
    }[client]
    dmarc = "pass (p=none dis=none)" if vouched else "none (p=none dis=none)"
    aligned = domain if vouched else "relay.example"
    ours = [
        f"Return-Path: <{sender}>",
        f"Delivered-To: {to}",
        *_received(dice, "mx.shop.example", "imap.shop.example (Dovecot) with LMTP", to, arrived),
        *_received(
            dice,
            f"mail-{dice.randrange(200)}.{domain}",
            "mx.shop.example (Postfix) with ESMTPS",
            to,
            arrived,
        ),
        (
            f"Authentication-Results: {OUR_AUTHSERV_ID}; dkim=pass (2048-bit key)"
            f" header.d={aligned} header.i=@{aligned} header.a=rsa-sha256 header.s=s1;"
        ),
        f"\tspf=pass smtp.mailfrom={sender}; dmarc={dmarc} header.from={domain}",
    ]
    return [*ours, *theirs(dice, domain, aligned, to, written)]


def _google(
    dice: random.Random, _domain: str, aligned: str, to: str, written: datetime
) -> list[str]:
    return [
        *_received(
            dice, f"mail-sor-f{dice.randrange(90)}.google.test", "mx.google.test", to, written
        ),
        *_signature(dice, "DKIM-Signature", aligned, "20230601"),
        *_signature(dice, "X-Google-DKIM-Signature", "1e100.test", "20230601"),
        f"X-Gm-Message-State: {_blob(dice, 60)}",
        f"X-Gm-Gg: {_blob(dice, 90)}",
        f"X-Google-Smtp-Source: {_blob(dice, 54)}",
        (
            f"X-Received: by 2002:a17:906:{dice.getrandbits(16):x}:b0:ace:3129 with SMTP id"
            f" {dice.getrandbits(60):x}; {_date(written)}"
        ),
    ]


def _microsoft(
    dice: random.Random, domain: str, aligned: str, to: str, written: datetime
) -> list[str]:
    tenant = f"{dice.getrandbits(128):032x}"
    server = f"DB9PR01MB{dice.randrange(10_000)}.eurprd01.prod.exchange.test"
    return [
        *_received(
            dice, server, "AM0PR02CA01.outlook.test with Microsoft SMTP Server", to, written
        ),
        *_signature(dice, "ARC-Seal", "microsoft.test", "arcselector10001"),
        *_signature(dice, "ARC-Message-Signature", "microsoft.test", "arcselector10001"),
        (
            "ARC-Authentication-Results: i=1; mx.microsoft.test 1; spf=pass smtp.mailfrom="
            f"{domain}; dmarc=pass action=none header.from={domain}; dkim=pass header.d={domain}"
        ),
        *_signature(dice, "DKIM-Signature", aligned, "selector1"),
        *_received(
            dice, server, f"{server} ([fe80::{dice.getrandbits(16):x}]) with mapi", to, written
        ),
        "Thread-Topic: Autumn offers",
        f"Thread-Index: {_blob(dice, 30)}",
        "Accept-Language: en-GB, en-US",
        "X-MS-Has-Attach:",
        "X-MS-TNEF-Correlator:",
        "X-MS-PublicTrafficType: Email",
        f"X-MS-TrafficTypeDiagnostic: {server[:16]}:EE_|{server[:12]}:EE_",
        f"X-MS-Office365-Filtering-Correlation-Id: {tenant}",
        "X-MS-Exchange-SenderADCheck: 1",
        "X-Microsoft-Antispam: BCL:0;ARA:13230040|366016|1800799024|376014|38070700018;",
        *_folded("X-Microsoft-Antispam-Message-Info: ", _blob(dice, 900)),
        *_folded("X-MS-Exchange-AntiSpam-MessageData-0: ", _blob(dice, 600)),
        f"X-MS-Exchange-CrossTenant-Id: {tenant}",
        f"X-MS-Exchange-CrossTenant-Network-Message-Id: {dice.getrandbits(128):032x}",
        "X-MS-Exchange-CrossTenant-FromEntityHeader: Hosted",
        "X-MS-Exchange-Transport-CrossTenantHeadersStamped: DB9PR01MB0001",
        f"X-OriginatorOrg: {domain}",
    ]


def _provider(
    dice: random.Random, domain: str, aligned: str, to: str, written: datetime
) -> list[str]:
    return [
        *_received(dice, f"out-{dice.randrange(60)}.{domain}", f"mta.{domain}", to, written),
        *_received(
            dice, f"[100.64.{dice.randrange(256)}.7]", f"smtp.{domain} with ESMTPSA", to, written
        ),
        *_signature(dice, "DKIM-Signature", aligned, "mail"),
        "X-Mailer: iPhone Mail (22B91)",
        f"X-Proofpoint-GUID: {_blob(dice, 32)}",
        "X-Proofpoint-Virus-Version: vendor=baseguard engine=ICAP:2.0.293,Aquarius:18.0.1121",
        "\tdefinitions=2026-11-24_05,2026-11-24_01,2026-02-28_01",
        "X-Proofpoint-Spam-Details: rule=notspam policy=default score=0 mlxscore=0",
    ]


def _small_server(
    dice: random.Random, domain: str, aligned: str, to: str, written: datetime
) -> list[str]:
    lines = _received(
        dice, f"[192.0.2.{dice.randrange(256)}]", f"mail.{domain} (Postfix)", to, written
    )
    lines += [f"User-Agent: Mozilla Thunderbird {dice.randrange(91, 132)}.0"]
    return [*lines, *_signature(dice, "DKIM-Signature", aligned, "default")]


def _received(
    dice: random.Random, sent_by: str, taken_by: str, to: str, when: datetime
) -> list[str]:
    return [
        f"Received: from {sent_by} ({sent_by} [192.0.2.{dice.randrange(256)}])",
        "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))",
        f"\tby {taken_by} id {dice.getrandbits(64):016X}",
        f"\tfor <{to}>; {_date(when)}",
    ]


def _signature(dice: random.Random, field: str, domain: str, selector: str) -> list[str]:
    return [
        f"{field}: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s={selector};",
        "\th=from:to:subject:date:message-id:mime-version:content-type;",
        f"\tbh={_blob(dice, 32)};",
        *_folded("\tb=", _blob(dice, 256)),
    ]


def _folded(begin: str, value: str) -> list[str]:
    lines = [value[start : start + 70] for start in range(0, len(value), 70)]
    return [begin + lines[0], *("\t" + line for line in lines[1:])]


def _blob(dice: random.Random, octets: int) -> str:
    return base64.b64encode(dice.randbytes(octets)).decode("ascii")


def _date(when: datetime) -> str:
    return f"{when:%a, %d %b %Y %H:%M:%S +0000 (UTC)}"
