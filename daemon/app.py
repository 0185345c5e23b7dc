"""Puts the parts together: the one module that knows which store, mailbox and courier they are."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TextIO

import stamina

from config.credentials import Secrets
from config.reply_texts import load_reply_texts
from config.settings import MailboxSettings, Settings
from config.systems import ReceiverSettings
from daemon import events
from daemon.announcing import Announcer, Known
from daemon.apart import Apart
from daemon.couriers import open_courier
from daemon.flow import Route
from daemon.heart import Heart
from daemon.intake import Limits
from daemon.leases import MailboxLease
from daemon.liveness import longest_delivery_s, longest_step_s
from daemon.mailboxes import open_mailbox
from daemon.office import Office
from daemon.opening import make_store, utc_now
from daemon.outbox import Outbox
from daemon.ports import Courier, Mailbox, Reader, Store
from daemon.readers import open_reader
from daemon.readers.here import Here
from daemon.receivers import audience, open_receiver
from daemon.store_alarm import StoreAlarm
from daemon.tokens import draw_tokens
from daemon.watch import Watch
from handlers.address import make_address
from handlers.case import Policy
from handlers.classify import Classifier
from handlers.classify.confidence import Thresholds
from handlers.classify.shipped import shipped_classifier
from handlers.compiled_words import not_compiled
from handlers.machine_words import net
from handlers.reading import Desk
from handlers.reply import ReplyWriter
from handlers.screen import SPAM_FIELDS, Ourselves
from handlers.values import Role


@dataclass(slots=True, kw_only=True)
class App:
    """All parts of one running service, ready to be started by service.py."""

    settings: Settings
    store: Store
    courier: Courier
    outbox: Outbox
    announcer: Announcer
    watches: Mapping[str, Watch]
    now: Callable[[], datetime]
    mail_queued: list[Callable[[], None]] = field(default_factory=list)
    mailbox_changed: list[Callable[[], None]] = field(default_factory=list)
    copies_wait: list[Callable[[str], None]] = field(default_factory=list)
    stopping: bool = False
    pausing: bool = False  # what is in hand shall come to an end, for it goes on differently
    heart: Heart | None = None
    writer: ReplyWriter | None = None
    classifier: Classifier | None = None
    reader: Reader = field(default_factory=Here)
    secrets: Secrets | None = field(default=None, repr=False)
    log: TextIO | None = None
    store_alarm: StoreAlarm = field(default_factory=StoreAlarm)

    def tell_queued(self) -> None:
        """Tells those who want to know that a commit has put mail into the outbox."""
        for tell in self.mail_queued:
            tell()

    def tell_changed(self) -> None:
        """Tells those who want to know that a mailbox fails, or works again."""
        for tell in self.mailbox_changed:
            tell()

    def tell_copies_wait(self, mailbox: str) -> None:
        """Tells those who want to know that a pass has left copies of replies to be filed."""
        for tell in self.copies_wait:
            tell(mailbox)

    def close(self) -> None:
        """Lets go of readers and store; who runs mailboxes and courier closes them."""
        self.reader.close()
        self.store.close()


def ourselves(settings: Settings, box: MailboxSettings | None = None) -> Ourselves:
    """Who we are, by the configuration; with `box`, as its mailbox sees it."""
    return Ourselves(
        addresses=frozenset(_key(box.address) for box in settings.mailbox),
        domains=settings.own_domains,
        form_senders=frozenset(_key(sender) for sender in settings.company.form_senders),
        aliases=frozenset(_key(alias) for alias in settings.company.aliases),
        spam_fields=tuple(map(_spam_field, box.spam_fields)) if box else SPAM_FIELDS,
        always_return_path=box is not None and box.return_path == "always",
        own_list_ids=frozenset(
            list_id.lower() for box in settings.mailbox for list_id in box.own_list_ids
        ),
    )


def _spam_field(written: str) -> tuple[str, str]:
    name, _, word = written.lower().partition(":")
    return name, word.strip()


def thresholds(settings: Settings) -> Thresholds:
    """How sure the classifier has to be."""
    wanted = settings.classifier
    return Thresholds(
        act_on_opt_out=wanted.act_on_opt_out,
        act_on_cancellation=wanted.act_on_cancellation,
        review_opt_out=wanted.review_opt_out,
        review_cancellation=wanted.review_cancellation,
    )


def policy(settings: Settings) -> Policy:
    """What the operator has settled, as decide takes it."""
    return Policy(
        us=ourselves(settings),
        ask=settings.cancellation.ask,
        opt_out_due=timedelta(hours=settings.deadlines.opt_out_hours),
        cancellation_due=timedelta(hours=settings.deadlines.cancellation_hours),
        review_due=timedelta(hours=settings.deadlines.review_hours),
        cancellation_max_age=timedelta(days=settings.cancellation.max_age_days),
        reply_max_age=timedelta(days=settings.limits.reply_max_age_days),
        replies_per_address_per_day=settings.limits.replies_per_address_per_day,
    )


def reply_writer(settings: Settings) -> ReplyWriter:
    """The writer of replies, with the operator's templates before the shipped ones.

    Raises ReplyTextError for a template that cannot be used.
    """
    return ReplyWriter(
        load_reply_texts(settings.reply.templates),
        company=settings.company,
        cancel_address=settings.cancel_address,
        default_language=settings.reply.language,
        envelope_from=settings.reply.envelope_from,
    )


def make_mailbox(box: MailboxSettings, secrets: Secrets) -> Mailbox:
    """The mailbox that `box` describes; it does not connect yet."""
    return open_mailbox(box, secrets.mailboxes[box.name])


def make_courier(settings: Settings, secrets: Secrets) -> Courier:
    """The way out for replies; it does not connect yet."""
    return open_courier(settings.smtp, secrets.smtp)


# A module may call more than once for one telling: to look, and to act.
_CALLS_A_TELLING = 4


def make_receiver(settings: ReceiverSettings, secrets: Secrets) -> Known:
    """The receiver that `settings` describe; it does not connect yet. Raises PermanentFailure."""
    receiver = open_receiver(settings, secrets.receivers[settings.name])
    return Known(
        audience=audience(settings, receiver),
        receiver=receiver,
        connections=settings.connections,
        longest_s=_CALLS_A_TELLING * settings.timeout_seconds,
    )


def make_classifier(settings: Settings) -> Classifier:
    """The shipped one, as sure as the settings want it."""
    return shipped_classifier(thresholds(settings))


def make_reader(app: App, settings: Settings) -> Reader:
    """What reads the messages of all mailboxes of `app`; it starts nothing yet."""
    return open_reader(settings.limits.reading_processes, stopping=lambda: app.stopping)


def make_office(settings: Settings, store: Store) -> Office:
    """Where staff's decisions are carried out. Raises ReplyTextError for a broken template."""
    return Office(
        store=store,
        boxes=settings.mailbox,
        policy=policy(settings),
        writer=reply_writer(settings),
        now=utc_now,
        draw=draw_tokens,
    )


def configure_log(settings: Settings, store: Store, stream: TextIO | None) -> None:
    """Sets up the log as the settings say, with the store's key for addresses."""
    # stamina would log retries by itself, in words that docs/log-events.md does not know.
    stamina.instrumentation.set_on_retry_hooks([])
    events.configure(
        stream=stream,
        level=settings.log.level,
        addresses=settings.log.addresses,
        key=store.log_key(),
    )


def assemble(
    settings: Settings,
    secrets: Secrets,
    *,
    now: Callable[[], datetime] = utc_now,
    log: TextIO | None = None,
) -> App:
    """Opens the store and builds everything around it; nothing connects yet.

    `log` is where the log goes, stderr when absent.

    Raises StoreBusy where another process works with the store, PermanentFailure where it cannot
    be used, ReplyTextError for a broken template.
    """
    writer = reply_writer(settings)
    classifier = make_classifier(settings)
    receivers = {each.name: make_receiver(each, secrets) for each in settings.receiver}
    net()  # what is wrong with the words of machines is told now, not at the first message
    store = make_store(settings, access="own", now=now())
    configure_log(settings, store, log)
    if slow := not_compiled(classifier):
        events.phrases_not_compiled(files=slow)
    for box in settings.mailbox:
        if box.mode == "shadow":
            events.mailbox_in_shadow(mailbox=box.name)
    courier, alarm = make_courier(settings, secrets), StoreAlarm()
    app = App(
        settings=settings,
        store=store,
        courier=courier,
        outbox=Outbox(
            store=store,
            courier=courier,
            connections=settings.smtp.connections,
            replies_per_hour=settings.limits.replies_per_hour,
            now=now,
            jitter=random.random,
            longest_delivery_s=longest_delivery_s(timeout_s=settings.smtp.timeout_seconds),
            alarm=alarm,
        ),
        announcer=Announcer(
            store=store, known=receivers, now=now, jitter=random.random, alarm=alarm
        ),
        watches={},
        now=now,
        heart=Heart(store.process, store, now(), alarm),
        writer=writer,
        classifier=classifier,
        secrets=secrets,
        log=log,
        store_alarm=alarm,
    )
    app.reader = make_reader(app, settings)
    app.watches = {
        box.name: make_watch(app, box, make_mailbox(box, secrets), classifier, writer)
        for box in settings.mailbox
    }
    return app


def make_watch(
    app: App,
    box: MailboxSettings,
    mailbox: Mailbox,
    classifier: Classifier,
    writer: ReplyWriter,
) -> Watch:
    """What reads `mailbox` as `box` and the settings of `app` say; it does nothing yet."""
    route = Route(
        mailbox=mailbox,
        address=box.address,
        store=app.store,
        desk=Desk(
            mailbox=box.name,
            role=Role(box.role),
            us=ourselves(app.settings, box),
            trusted_authserv_id=box.trusted_authserv_id,
            classifier=classifier,
            language=app.settings.reply.language,
            parse=Apart(stopping=lambda: app.stopping).parse,
        ),
        policy=policy(app.settings),
        writer=writer,
        limits=Limits(
            batch_messages=app.settings.limits.batch_messages,
            message_bytes=app.settings.limits.message_bytes,
        ),
        backlog=box.backlog,
        now=app.now,
        draw=draw_tokens,
        queued=app.tell_queued,
        stopping=lambda: app.stopping or app.pausing,
        filing=box.filing,
        account=_account(app.settings, box),
        shadow=box.mode == "shadow",
        reader=app.reader,
    )
    return Watch(
        route=route,
        mailbox=mailbox,
        poll_seconds=box.poll_seconds,
        jitter=random.random,
        longest_step_s=longest_step_s(
            timeout_s=box.timeout_seconds, batch_messages=app.settings.limits.batch_messages
        ),
        now=app.now,
        changed=app.tell_changed,
        copies_wait=partial(app.tell_copies_wait, box.name),
        lease=MailboxLease(store=app.store, mailbox=box.name),
        alarm=app.store_alarm,
    )


def _account(settings: Settings, box: MailboxSettings) -> tuple[str, ...]:
    """The mailboxes that are folders of one account: they share the folders that we make in it."""
    place = box.host, box.port, box.username
    return tuple(
        other.name
        for other in settings.mailbox
        if (other.host, other.port, other.username) == place and other.filing == "move"
    )


def _key(address: str) -> str:
    made = make_address(address)
    return made.key if made is not None else address.lower()
