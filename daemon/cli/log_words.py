"""The log in words: event -> sentence, a line of SENTENCES each.

`{field}` stands for a field of the event; what stands in brackets is left out where the event
lacks a field of it. An event without a sentence appears with its name and all its fields.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

Event = Mapping[str, Any]

_ACTED = {
    "act": "acted on",
    "review": "held for a person",
    "leave": "left alone",
    "ignore": "ignored",
}
# What every line shows in its own place.
_SHOWN = frozenset({"time", "level", "event", "mailbox"})


def _decided(event: Event) -> str:
    disposition = str(event.get("disposition", ""))
    intents = _plain(event.get("intents", [])).replace("_", "-").replace(", ", " and ")
    what = _ACTED.get(disposition, disposition)
    # "acted on opt-out", but "left alone": of ordinary mail the intents say nothing.
    what += f" {intents}" if disposition == "act" and intents else ""
    what += f" ({intents})" if disposition == "review" and intents else ""
    what += " in shadow mode" if event.get("shadow") else ""
    return _fill(
        "message {uid} {what}: {reason}[ → {requests}][, from {sender}]"
        "[, not answered: {silence}]",
        {**event, "what": what},
    )


def _set_aside(event: Event) -> str:
    stays = (
        "is left where it is (shadow mode)" if event.get("shadow") else "is flagged for a person"
    )
    return _fill(
        "message {uid} cannot be processed and {stays}: {error}[, tried again {next_at}]",
        {**event, "stays": stays},
    )


def _recorded(event: Event) -> str:
    kind = str(event.get("kind", "request")).replace("_", "-")
    state = str(event.get("state", "")).replace("_", " ")
    return _fill(
        "{request} recorded: {kind}, {state} ({reason})[ for {sender}][, due {due_at}]",
        {**event, "kind": kind, "state": state},
    )


def _finished(event: Event) -> str:
    counts = [f"{event[key]} {words}" for key, words in _ACTED.items() if event.get(key)]
    told = {**event, "counts": counts} if counts else event
    return _fill("pass done in {duration_s} s ({trigger}): {seen} new[: {counts}]", told)


def _filed(event: Event) -> str:
    if event.get("folder") == "review":
        return _fill("flagged for review: message {uids}[ ({requests})]", event)
    return _fill("filed in {folder}: message {uids}[ ({requests})]", event)


def _stopped(event: Event) -> str:
    if event.get("clean"):
        return "optoutd has stopped"
    return _fill(
        "optoutd has stopped before everything was finished[ ({left})]; the next start repeats it",
        event,
    )


def _failed(event: Event) -> str:
    if event.get("temporary"):
        return _fill("cannot be used: {error}[; next try in {retry_in_s} s]", event)
    return _fill(
        "cannot be used until it is mended: {error}[; next try in {retry_in_s} s]",
        event,
    )


def _unknown(event: Event) -> str:
    return _fill(
        "reply about {requests} may have been delivered, {again}[ (attempt {attempt})]: {error}",
        {**event, "again": "sent once more" if event.get("again") else "not sent again"},
    )


def _sent(event: Event) -> str:
    twice = {"again": "perhaps for the second time"} if event.get("perhaps_twice") else {}
    return _fill(
        "reply sent to {recipient} about {requests} (attempt {attempt})[, {again}][: {response}]",
        {**event, **twice},
    )


def _near(event: Event) -> str:
    return _fill(
        "{percent} % of the time of {request} is over[, due {due_at}]: {what}", _due(event)
    )


def _missed(event: Event) -> str:
    return _fill("{request} is late[, it was due {due_at}]: {what}", _due(event))


def _due(event: Event) -> Event:
    kind = str(event.get("kind", "request")).replace("_", "-")
    state = str(event.get("state", "")).replace("_", " ")
    return {**event, "what": f"{kind}, {state}" if state else kind}


Sentence = str | Callable[[Event], str]

SENTENCES: dict[str, Sentence] = {
    # the process
    "daemon_started": "optoutd {version} has started[, reading {mailboxes}][ (process {pid})]",
    "daemon_stopping": "asked to stop by {signal}: finishing what is in hand",
    "daemon_stopped": _stopped,
    "configuration_reloaded": "the configuration was read again and is in effect"
    "[; changed: {changed}]",
    "configuration_rejected": "the configuration was read again and changes nothing: {mistakes}",
    "watchdog_withheld": "{stuck} does not move: systemd is told no sign of life until it does",
    "watchdog_resumed": "everything moves again, and systemd is told so",
    "library_warning": "the library {library} logged a {severity}",
    "unexpected_error": "a mistake in the program, in {where}: {error}[, at {trace}]",
    # several processes
    "lease_taken": "read by this process from now on (fence {fence})",
    "lease_held_elsewhere": "read by the process {holder}: this one stands by",
    "lease_taken_over": "taken over from the process {after}, which gave no sign of life "
    "(fence {fence})",
    "lease_lost": "another process has taken it over: what was not committed is left to that one",
    "lease_handed_over": "not reached for some minutes: another process may try",
    # poll, fetch
    "mailbox_connected": "connected: the folder holds {messages} messages",
    "mailbox_failed": _failed,
    "server_alert": "the mail server wants you to read: {text}",
    "mailbox_recovered": "works again",
    "idle_ended": "the connection was lost while waiting for mail: {error}",
    "first_start": "read for the first time, backlog {backlog}: mail up to UID "
    "{skipped_through_uid} is left alone",
    "uids_given_out_again": "the server gives UIDs out again (read through {read_through}, "
    "the next is {uid_next}): read anew",
    "uid_validity_changed": "the server has renumbered the folder ({before} → {after}): read anew",
    "batch_fetched": "fetched {messages} messages, {octets} bytes (UID {first_uid} to {last_uid})",
    "poll_finished": _finished,
    # parse, screen, classify, decide
    "message_set_aside": _set_aside,
    "reading_given_up": "a message of {octets} bytes is read from its beginning only: {error}",
    "message_decided": _decided,
    "reader_lost": "a process that reads was lost ({error}); its {messages} messages are not",
    "phrases_not_compiled": "phrases have changed since they were compiled: each start is slow",
    "mailbox_in_shadow": "in shadow mode: what is decided is only noted, people handle the mail",
    "would_have_done": "shadow mode, not done for message {uid}[; to {folder}][; request: {made}]"
    "[; reply to {recipient}: {situations}]",
    "answer_not_taken": "shadow mode: message {uid} would take {request} from {before} to {after} "
    "({reason}), which stays as it is",
    # commit, file
    "request_recorded": _recorded,
    "request_changed": "{request} went from {before} to {after} ({reason})",
    "batch_committed": "committed {messages} messages, up to UID {uid}",
    "messages_filed": _filed,
    "filing_failed": "cannot file into {folder}[ message {uids}], tried again: {error}",
    "filing_recovered": "what could not be filed into {folder} can be again",
    "copies_filed": "put copies of {messages} replies into the Sent folder",
    "copies_failed": "cannot put copies of replies into the Sent folder: {error}",
    "copies_recovered": "copies of replies go into the Sent folder again",
    # what people decide in their mail client
    "folder_watched": "what people drag into {folder} is their decision from now on; what lies "
    "there up to UID {skipped_through_uid} decides nothing",
    "folder_failed": "{folder} cannot be looked into, so nobody can decide by it: {error}",
    "folder_recovered": "{folder} can be looked into again",
    "message_filed_by_staff": "somebody has dragged message {uid} into {folder}[ ({requests})]",
    "message_moved_back": "somebody has dragged message {uid} back to the inbox: "
    "a person has to decide[ on {requests}]",
    "cancellation_not_stopped": "{request} is handed over already, and message {uid} speaks "
    "against it or was dragged back: stop it in the billing system",
    "many_moved_back": "{messages} messages came back to the inbox in one pass: "
    "those after them are left alone",
    "reviews_ended": "wait for nobody any more: message {uids}[ ({requests})]",
    # reply
    "reply_queued": "reply to {recipient} about {requests} queued",
    "reply_sent": _sent,
    "reply_put_off": "reply about {requests} put off until {next_at} (attempt {attempt}): {error}",
    "reply_failed": "reply about {requests} given up (attempt {attempt}): {error}",
    "reply_outcome_unknown": _unknown,
    "replies_held": "{cap_per_hour} replies an hour are reached: the next goes in {waiting_s} s",
    "replies_near_cap": "half of the {cap_per_hour} replies an hour is used: {sent} sent",
    "courier_failed": "the mail server lets nobody in, replies wait: {error}",
    "courier_recovered": "the mail server takes replies again[ ({setting})]",
    "courier_misconfigured": "the mail server takes no replies, look at {setting}: {error}",
    "outbox_recovered": "{unknown} replies were in delivery when the last process ended",
    "questions_expired": "nobody answered the questions about {requests}: a person has to decide",
    "questions_reminded": "asked once more about {requests}",
    # other systems
    "announcement_told": "{receiver} knows of {request}: {change} (attempt {attempt})",
    "announcement_skipped": "{receiver} need not know of {request} any more: {change}[ ({note})]",
    "announcement_needs_person": "{receiver} has to be told of {request} by hand: {change}"
    "[ ({note})]",
    "announcement_put_off": "{receiver} is told of {request} ({change}) again {next_at} "
    "(attempt {attempt}): {error}",
    "announcement_failed": "{receiver} is not told of {request} ({change}), given up "
    "(attempt {attempt}): {error}",
    "announcements_recovered": "{again} announcements were on their way when a process ended: "
    "they go out again",
    "receiver_failed": "{receiver} takes nothing, what it is to be told waits: {error}"
    "[ ({setting})][: {cure}]",
    "receiver_recovered": "{receiver} takes what it is told again, after {after_s} s",
    "receiver_gone": "{receiver} wants nothing any more: {error}",
    # deadlines
    "deadline_near": _near,
    "deadline_missed": _missed,
    # the store
    "store_failed": "the store cannot be used: {error}[ ({cure})][; next try in {retry_in_s} s]",
    "store_recovered": "the store can be used again, after {after_s} s",
    # the web service
    "web_started": "optoutd web {version} has started[, listening at {listens}][ (process {pid})]",
    "web_stopped": "optoutd web has stopped",
    "list_left": "{request}: the reader of {list_name} has left it by its link",
    "list_joined_again": "{requests}: the reader has taken back leaving by the link",
    "link_refused": "a newsletter's link was refused: {why}",
    "ticket_taken": "{request}: a ticket of the control panel ({outcome})",
    "call_refused": "a program's call was refused: {why}",
    # the store, at times
    "retention_done": "what had outlived its time is gone: {reply_bytes} mails' bytes, {evidence} "
    "messages' words, {ordinary} ordinary messages, {requests} requests, {tickets} tickets, "
    "{replies} records of mails, {announcements} announcements, {processes} processes "
    "(in {duration_s} s)",
}


def in_words(event: Event) -> str:
    """The sentence of an event; its name and its fields where it has none or cannot fill it."""
    sentence = SENTENCES.get(str(event.get("event")))
    if sentence is None:
        return _generic(event)
    try:
        return sentence(event) if callable(sentence) else _fill(sentence, event)
    except KeyError:  # a field is missing: an older or a newer optoutd wrote it
        return _generic(event)


def references_of(event: Event) -> list[str]:
    """The references of the requests that an event is about."""
    many = event.get("requests")
    found = [str(reference) for reference in many] if isinstance(many, list) else []
    return [str(event["request"]), *found] if "request" in event else found


def fields_of(sentence: str) -> set[str]:
    """The fields that a sentence names."""
    return set(re.findall(r"{(\w+)}", sentence))


def _fill(sentence: str, event: Event) -> str:
    """The sentence with its fields; raises KeyError for one that is missing outside brackets."""
    words = []
    for optional, text, names in _parts(sentence):
        if optional and not all(name in event for name in names):
            continue
        words.append(text.format_map({name: _plain(event[name]) for name in names}))
    return "".join(words)


@lru_cache(maxsize=512)
def _parts(sentence: str) -> tuple[tuple[bool, str, tuple[str, ...]], ...]:
    """The parts of a sentence: whether each is optional, its text, its fields."""
    return tuple(
        (part.startswith("["), part.strip("[]"), tuple(re.findall(r"{(\w+)}", part)))
        for part in re.findall(r"\[[^\]]*\]|[^\[]+", sentence)
    )


def _generic(event: Event) -> str:
    told = [
        f"{name}={_plain(value)}"
        for name, value in event.items()
        if name not in _SHOWN and not str(name).endswith("_hash")
    ]
    name = str(event.get("event", "")).replace("_", " ") or "?"
    return f"{name}: {' '.join(told)}" if told else name


_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d(\.\d+)?)?(Z|\+00:00)\Z")


def _plain(value: object) -> str:
    """A value as one reads it: lists with commas, times to the minute."""
    match value:
        case str():
            # Quick to exclude: most texts are no times.
            time = _TIME.match(value) if value[4:5] == "-" else None
            return f"{time[1]} {time[2]}" if time else value
        case list():
            return ", ".join(map(_plain, value))
        case bool() | dict() | None:
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)
