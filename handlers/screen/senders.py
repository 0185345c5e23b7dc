"""Who the From names: a machine, ourselves, nobody or several."""

from __future__ import annotations

from handlers.daemon_names import is_daemon_local, is_daemon_name
from handlers.screen.condition import Ourselves
from handlers.values import Message


def daemon_sender(message: Message, _: Ourselves) -> bool:
    """Whether a machine stands in the From."""
    return any(
        is_daemon_local(sender.local) or is_daemon_name(sender.display)
        for sender in message.senders
    )


def ourselves(message: Message, us: Ourselves) -> bool:
    """Whether we stand in the From ourselves; not our forms."""
    for sender in message.senders:
        if sender.key in us.form_senders:
            continue
        if sender.key in us.addresses or sender.domain in us.domains:
            return True
    return False


def no_single_sender(message: Message, _: Ourselves) -> bool:
    """Whether there is not exactly one readable From."""
    return message.sender is None
