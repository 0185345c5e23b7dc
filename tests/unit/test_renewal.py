"""What a change of the configuration changes, and what is refused before anything is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from config.credentials import Secrets
from config.reply_texts import ReplyTextError, load_reply_texts
from daemon.announcing import Announcer
from daemon.app import App
from daemon.errors import PermanentFailure
from daemon.outbox import Outbox
from daemon.renewal import NeedsRestartError, Renewal, prepare
from tests.contract.fake_courier import FakeCourier
from tests.contract.fake_store import FakeStore
from tests.contract.store_values import NOW
from tests.flow.routes import Clock
from tests.unit.configs import GOOD, loaded

SECRETS = Secrets(mailboxes={"support": "a", "cancel-de": "b"}, smtp=None)
SUPPORT, CANCEL = (f"[[mailbox]]{part}" for part in GOOD.split("[[mailbox]]")[1:])


def app(folder: Path) -> App:
    store, courier, clock = FakeStore(), FakeCourier(), Clock(NOW)
    outbox = Outbox(
        store=store,
        courier=courier,
        connections=1,
        replies_per_hour=0,
        now=clock,
        jitter=lambda: 0.5,
    )
    return App(
        settings=loaded(folder),
        store=store,
        courier=courier,
        outbox=outbox,
        announcer=Announcer(store=store, known={}, now=clock, jitter=lambda: 0.5),
        watches={},
        now=clock,
        secrets=SECRETS,
    )


def prepared(folder: Path, text: str, secrets: Secrets = SECRETS) -> Renewal:
    running = app(folder)
    settings = loaded(folder, text)
    return prepare(running, settings, secrets, texts=load_reply_texts(None))


@pytest.mark.parametrize(
    ("text", "changed", "anew"),
    [
        (GOOD, [], set()),
        (f'{GOOD}[log]\nlevel = "debug"', ["log.level"], set()),
        (f"{GOOD}[deadlines]\nopt_out_hours = 12.0", ["deadlines.opt_out_hours"], set()),
        (
            GOOD.replace('role = "support"', 'role = "support"\npoll_seconds = 30'),
            ["mailbox.support.poll_seconds"],
            {"support"},
        ),
        (GOOD.replace(CANCEL, ""), ["mailbox.cancel-de"], set()),
        (GOOD.replace('"cancel-de"', '"cancel-fr"'), ["mailbox.cancel-de", "mailbox.cancel-fr"],
         {"cancel-fr"}),
        (GOOD.replace("smtp.example.com", "out.example.com"), ["smtp.host"], set()),
    ],
)  # fmt: skip
def test_the_keys_that_changed_are_named_and_what_they_concern_is_made_anew(
    tmp_path: Path, text: str, changed: list[str], anew: set[str]
) -> None:
    secrets = Secrets(mailboxes={**SECRETS.mailboxes, "cancel-fr": "c"}, smtp=None)
    renewal = prepared(tmp_path, text, secrets)
    assert list(renewal.changed) == changed
    assert set(renewal.mailboxes) == anew
    assert (renewal.courier is not None) is any(key.startswith("smtp.") for key in changed)


def test_a_new_password_is_a_change_of_its_file_and_is_not_told(tmp_path: Path) -> None:
    secrets = Secrets(mailboxes={"support": "tulip", "cancel-de": "b"}, smtp="orchard")
    renewal = prepared(tmp_path, GOOD, secrets)
    assert renewal.changed == ("smtp.password_file", "mailbox.support.password_file")
    assert set(renewal.mailboxes) == {"support"}
    assert renewal.courier is not None
    assert "tulip" not in repr(renewal)
    assert "orchard" not in repr(renewal)


RECEIVERS = """
[[receiver]]
name = "crm"
url = "https://crm.example/"
secret_files = ["crm.key"]

[[receiver]]
name = "mails"
url = "https://mails.example/"
secret_files = ["mails.key"]
"""
KEYS = dict.fromkeys(("crm", "mails"), ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",))


def test_receivers_come_go_and_change_and_the_others_stay_as_they_are(tmp_path: Path) -> None:
    running, texts = app(tmp_path), load_reply_texts(None)
    secrets = replace(SECRETS, receivers=KEYS)
    both = prepare(running, loaded(tmp_path, GOOD + RECEIVERS), secrets, texts=texts)
    assert both.changed == ("receiver.crm", "receiver.mails")
    running.settings, running.secrets = both.settings, both.secrets
    running.announcer.known = both.receivers
    moved = RECEIVERS.replace("https://crm.example/", "https://crm.example/new")
    again = prepare(running, loaded(tmp_path, GOOD + moved), secrets, texts=texts)
    assert again.changed == ("receiver.crm.url",)
    assert again.receivers["mails"] is both.receivers["mails"]
    assert again.receivers["crm"] is not both.receivers["crm"]
    other = {**KEYS, "crm": ("whsec_" + "AAAA" * 8,)}
    keyed = replace(secrets, receivers=other)
    turned = prepare(running, running.settings, keyed, texts=texts)
    assert turned.changed == ("receiver.crm.secret_files",)
    assert turned.receivers["crm"] is not both.receivers["crm"]
    assert "AAAA" not in repr(turned)
    fewer = prepare(running, loaded(tmp_path, GOOD), SECRETS, texts=texts)
    assert fewer.changed == ("receiver.crm", "receiver.mails")
    assert fewer.receivers == {}


def test_a_receiver_that_cannot_be_told_is_refused(tmp_path: Path) -> None:
    secrets = replace(SECRETS, receivers={**KEYS, "mails": ("no key",)})
    with pytest.raises(PermanentFailure, match="the key is not whsec_") as caught:
        prepared(tmp_path, GOOD + RECEIVERS, secrets)
    assert caught.value.setting == "receiver.mails.secret_files"


def test_another_store_needs_a_restart(tmp_path: Path) -> None:
    text = f'[store]\nurl = "sqlite:///other.db"\n{GOOD}[log]\nlevel = "debug"\n'
    with pytest.raises(NeedsRestartError) as caught:
        prepared(tmp_path, text)
    assert caught.value.lines == ["store.url: needs a restart, and until then nothing is changed"]


def test_templates_are_read_again_and_broken_ones_refused(tmp_path: Path) -> None:
    folder = tmp_path / "texts" / "en"
    folder.mkdir(parents=True)
    template = folder / "opt_out_done.txt"
    template.write_text("Done: {{ address }}")
    text = f'{GOOD}[reply]\ntemplates = "texts"\n'
    assert prepared(tmp_path, text).changed == ("reply.templates",)
    running = app(tmp_path)
    running.settings = loaded(tmp_path, text)
    texts = load_reply_texts(running.settings.reply.templates)
    assert prepare(running, running.settings, SECRETS, texts=texts).changed == ()
    template.write_text("Now done: {{ address }}")
    again = prepare(running, running.settings, SECRETS, texts=texts)
    assert again.changed == ("reply.templates",)
    template.write_text("{{ adress }}")
    with pytest.raises(ReplyTextError, match="adress"):
        prepare(running, running.settings, SECRETS, texts=texts)


def test_certificates_that_cannot_be_used_are_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    text = GOOD.replace('"smtp.example.com"', '"smtp.example.com"\nca_file = "ca.pem"')
    with pytest.raises(PermanentFailure, match=r"ca\.pem"):
        prepared(tmp_path, text)
