"""New settings for a running service: prepared whole, or refused whole.

Whatever can go wrong with a configuration goes wrong in `prepare`, before anything is changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from config.credentials import Secrets
from config.mistakes import ConfigError
from config.reply_texts import ReplyTexts, load_reply_texts
from config.section import Section
from config.settings import LISTS, MailboxSettings, Settings
from config.systems import ReceiverSettings
from daemon.announcing import Known
from daemon.app import (
    App,
    make_classifier,
    make_courier,
    make_mailbox,
    make_reader,
    make_receiver,
    reply_writer,
)
from daemon.ports import Courier, Mailbox, Reader
from handlers.classify import Classifier
from handlers.reply import ReplyWriter

# What a process opens once: it cannot leave its store behind with all that is in hand.
_FIXED = ("store",)


class NeedsRestartError(ConfigError):
    """Settings were changed that a running process cannot take up."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__([])
        self.lines = [f"{key}: needs a restart, and until then nothing is changed" for key in keys]


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """Everything for a change of settings, ready to be put in place.

    `changed` names the keys, never a value. `courier`, `classifier` and `reader` are None where
    the old one stays, and `mailboxes` holds those that are new or reached in another way;
    `receivers` are all, those that stay as they are among them.
    """

    settings: Settings
    secrets: Secrets = field(repr=False)
    texts: ReplyTexts
    writer: ReplyWriter
    courier: Courier | None
    classifier: Classifier | None
    reader: Reader | None
    mailboxes: Mapping[str, Mailbox]
    receivers: Mapping[str, Known]
    changed: tuple[str, ...]


def prepare(app: App, settings: Settings, secrets: Secrets, *, texts: ReplyTexts) -> Renewal:
    """What the change from the settings of `app` needs; `texts` are the templates in use.

    Raises NeedsRestartError, ReplyTextError, or PermanentFailure.
    """
    old = app.settings
    changed = list(changed_keys(old, settings))
    if fixed := [key for key in changed if key.partition(".")[0] in _FIXED]:
        raise NeedsRestartError(fixed)
    changed += _changed_secrets(app.secrets, secrets, known=set(changed))
    new_texts = load_reply_texts(settings.reply.templates)
    if new_texts != texts and "reply.templates" not in changed:
        changed.append("reply.templates")
    writer = reply_writer(settings)
    smtp, how_sure = (
        any(key.startswith(section) for key in changed) for section in ("smtp.", "classifier.")
    )
    return Renewal(
        settings=settings,
        secrets=secrets,
        texts=new_texts,
        writer=writer,
        courier=make_courier(settings, secrets) if smtp else None,
        classifier=make_classifier(settings) if how_sure else None,
        reader=make_reader(app, settings) if "limits.reading_processes" in changed else None,
        mailboxes={
            box.name: make_mailbox(box, secrets)
            for box in settings.mailbox
            if any(_concerns(key, box) for key in changed)
        },
        receivers={
            each.name: make_receiver(each, secrets)
            if any(_concerns(key, each) for key in changed)
            else app.announcer.known[each.name]
            for each in settings.receiver
        },
        changed=tuple(changed),
    )


def changed_keys(old: Settings, new: Settings) -> Iterator[str]:
    """The keys whose values differ; a mailbox that comes or goes is `mailbox.NAME`.

    So with a receiver.
    """
    for name in type(new).model_fields:
        before, after = getattr(old, name), getattr(new, name)
        if isinstance(after, Section):
            yield from _changed_in(name, before, after)
    for section in LISTS:
        were = {table.name: table for table in getattr(old, section)}
        are = {table.name: table for table in getattr(new, section)}
        for name in dict.fromkeys([*were, *are]):
            if name in were and name in are:
                yield from _changed_in(f"{section}.{name}", were[name], are[name])
            else:
                yield f"{section}.{name}"


def _changed_in(section: str, before: Section, after: Section) -> Iterator[str]:
    for key in type(after).model_fields:
        if getattr(before, key) != getattr(after, key):
            yield f"{section}.{key}"


def _changed_secrets(before: Secrets | None, after: Secrets, known: set[str]) -> Iterator[str]:
    """The keys of passwords that have changed in their files."""
    if before is None:
        return
    if before.smtp != after.smtp and "smtp.password_file" not in known:
        yield "smtp.password_file"
    for name, secret in after.mailboxes.items():
        key = f"mailbox.{name}.password_file"
        if name in before.mailboxes and before.mailboxes[name] != secret and key not in known:
            yield key
    for name, secrets in after.receivers.items():
        key = f"receiver.{name}.secret_files"
        if before.receivers.get(name, secrets) != secrets and key not in known:
            yield key


def _concerns(key: str, table: MailboxSettings | ReceiverSettings) -> bool:
    section = "mailbox" if isinstance(table, MailboxSettings) else "receiver"
    place = f"{section}.{table.name}"
    return key == place or key.startswith(f"{place}.")
