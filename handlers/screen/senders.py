"""Who the From names: a machine, ourselves, nobody or several."""

from __future__ import annotations

from handlers.daemon_names import is_daemon_envelope, is_daemon_name, is_desk, is_mail_system
from handlers.screen.condition import Ourselves
from handlers.values import Message


def mail_system(message: Message, _: Ourselves) -> bool:
    """Whether a mail system or list server stands in the From: behind it never is a person."""
    return any(is_mail_system(sender.local, sender.display) for sender in message.senders)


def daemon_sender(message: Message, _: Ourselves) -> bool:
    """Whether an address stands in the From at which nobody reads; a person may write from it."""
    return any(
        is_daemon_envelope(sender.local) or is_daemon_name(sender.display)
        for sender in message.senders
    )


def desk(message: Message, _: Ourselves) -> bool:
    """Whether an abuse desk stands in the From, where people and programs write."""
    return any(is_desk(sender.local) for sender in message.senders)


def ourselves(message: Message, us: Ourselves) -> bool:
    """Whether we stand in the From ourselves; not our forms."""
    for sender in message.senders:
        if sender.key in us.form_senders:
            continue
        if us.owns(sender.key) or sender.domain in us.domains:
            return True
    return False


def look_alike(message: Message, us: Ourselves) -> bool:
    """Whether a domain stands in the From that passes for one of ours."""
    return any(us.resembles(sender.domain) for sender in message.senders)


def no_single_sender(message: Message, _: Ourselves) -> bool:
    """Whether there is not exactly one readable From."""
    return message.sender is None
