"""What words say of a machine: each sign has a weight, and those of one kind of mail add up.

Many notices of absence and most acknowledgements carry no header field that gives them away. One
sentence does not either, for people write "I am out of office next week, so please cancel": a
weak sign needs another beside it, and what only a customer asks for weighs against. Only the
subject and the beginning of the new text are read, in all languages at once; the time depends on
their length alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from config.machine_words_book import load_machine_words, load_stored_words
from handlers.address import clean_text
from handlers.charsets import decode_words
from handlers.classify.words import NUMBER, Words, read_words
from handlers.phrase_net import Found, PhraseNet, written
from handlers.stored_net import restore
from handlers.values import Message

MAX_TEXT_CHARS = 2_500
MAX_SUBJECT_CHARS = 300
MAX_SUBJECTS = 4  # RFC 5322 section 3.6 allows one
MAX_SHORT_WORDS = 12
ENOUGH = 3

_REPLY = re.compile(
    r"\s*(?:(?:re|aw|antw|sv|vs|odp|rif|r|res|rép|ynt|ref|回复|回覆|答复|返信)"
    r"\s?(?:\[\d{1,3}\])?\s?[:：]\s*){1,9}",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"\s*(?:(?:fwd?|wg|tr|rv|enc|vb|doorst|vl|pd|ilt|i|fs|转发|転送)\s?[:：]\s*)", re.IGNORECASE
)
# "[support.example #33575] AutoReply: …": the tag of a ticket system.
_TAG = re.compile(r"\s*\[[^\[\]]{1,80}\]\s*")
_TAG_NUMBER = re.compile(r"\d{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What speaks for one kind of mail: sign -> weight. Without one of its own signs it is none.

    The signs are the keys of config/machine_words/. Those of a subject have three forms: as they
    are where they stand alone at one end of it, `-answered` behind "Re:", and `-inside`
    elsewhere; `automatic.heading` is one that is all of a clause of the text. Further signs are
    `tagged`, a ticket system's tag; `empty`, a text of nothing; `short`, one of a sentence that
    answers something and asks for nothing; `asked`, a question; `fresh`, a subject that neither
    answers nor says what it is; `many`, several sentences of a bounce; and `recipients`, whom
    handlers/bounces.py found in it.
    """

    weights: Mapping[str, int]
    of_others: frozenset[str] = frozenset(
        {
            "common.thanks", "common.button", "away.back", "away.instead",
            "away.moved", "acknowledgement.promise", "tagged", "empty", "short", "asked",
            "fresh",
        }
    )  # fmt: skip


KINDS: Mapping[str, Kind] = {
    "away-notice": Kind(
        weights={
            "automatic.subject": 3,
            "automatic.subject-answered": 2,
            "automatic.subject-inside": 1,
            "automatic.heading": 3,
            "automatic.text": 5,
            "away.subject": 3,
            "away.subject-answered": 2,
            "away.subject-inside": 1,
            "away.topic": 1,
            "away.absent": 2,
            "away.unread": 2,
            "away.gone": 2,
            "away.back": 1,
            "away.instead": 1,
            "away.moved": 1,
            "common.thanks": 1,
            "common.button": -4,
            "short": 1,
            "asked": -2,
            "fresh": -2,
        }
    ),
    "acknowledgement": Kind(
        weights={
            "acknowledgement.subject": 2,
            "acknowledgement.subject-answered": 1,
            "acknowledgement.subject-inside": 1,
            "acknowledgement.received": 2,
            "acknowledgement.contacting": 2,
            "acknowledgement.no_reply": 2,
            "acknowledgement.promise": 1,
            "acknowledgement.number": 1,
            "tagged": 1,
            "short": 1,
            "automatic.text": 1,
            "common.thanks": 1,
        },
    ),
    "bounce-text": Kind(
        weights={
            "bounce.subject": 2,
            "bounce.subject-answered": 1,
            "bounce.subject-inside": 1,
            "bounce.text": 2,
            "many": 1,
            "recipients": 2,
        },
    ),
    "challenge": Kind(
        weights={"challenge.subject": 3, "challenge.text": 3},
    ),
    "read-receipt": Kind(
        weights={"receipt.subject": 2, "receipt.text": 2, "empty": 1},
    ),
}

# The conditions of the screen that go by words alone. People write such words, too.
BY_WORDS = frozenset(KINDS)


def speaks_of(kind: str, message: Message) -> bool:
    """Whether the words of `message` are those of mail of this kind, a name in KINDS.

    Of several subjects the strictest reading counts.
    """
    return any(_weighs_enough(KINDS[kind], signs, message) for signs in _readings(message))


def _weighs_enough(known: Kind, signs: frozenset[str], message: Message) -> bool:
    if message.bounced:
        signs |= {"recipients"}
    if "new subject" in signs and not (message.in_reply_to or message.references):
        signs |= {"fresh"}
    own = any(sign in known.weights for sign in signs - known.of_others)
    return own and sum(known.weights.get(sign, 0) for sign in signs) >= ENOUGH


def hints_at_bounce(message: Message) -> bool:
    """Whether any of its words stand in bounces; people write some of them, too."""
    return any(sign.startswith("bounce.") for signs in _readings(message) for sign in signs)


def _readings(message: Message) -> Iterator[frozenset[str]]:
    """The signs, with each of the subjects that the message has."""
    others = message.headers.all("subject")[1:MAX_SUBJECTS]
    for subject in (message.subject, *(clean_text(decode_words(other)) for other in others)):
        yield _signs(subject[:MAX_SUBJECT_CHARS], message.new_text[:MAX_TEXT_CHARS])


@lru_cache(maxsize=MAX_SUBJECTS)  # each condition of the screen asks for the same message
def _signs(subject: str, text: str) -> frozenset[str]:
    """The signs in a subject and a text."""
    forwarded = _FORWARD.match(subject)
    answered = None if forwarded else _REPLY.match(subject)
    prefix = forwarded or answered
    rest = subject[prefix.end() :] if prefix else subject
    tag = _TAG.match(rest)
    words = read_words(rest, text)
    tag_words = len(read_words("", tag.group())) if tag else 0
    found = net().find(words)
    said = [one for one in found if one.start not in words.quoted]
    signs = {_sign(one, found, words, tag_words, answered=bool(answered)) for one in said}
    signs -= {f"{sign.removesuffix('-answered')}-inside" for sign in signs}
    if forwarded:
        signs = {sign if ".subject" not in sign else f"{sign}-forwarded" for sign in signs}
    if tag and _TAG_NUMBER.search(tag.group()):
        signs.add("tagged")
    if not text.strip():
        signs.add("empty")
    if words.asked:
        signs.add("asked")
    # A machine answers: its subject is ours behind "Re:", or says what it is.
    if not prefix and not any(".subject" in sign or sign == "away.topic" for sign in signs):
        signs.add("new subject")
    asks = "common.asks" in signs
    if len(words) - words.subject_words <= MAX_SHORT_WORDS and not asks | ("new subject" in signs):
        signs.add("short")
    if asks:
        # "Holiday", "Ticket 4711": what a person's request is about.
        signs -= {"away.topic", "tagged"}
    if len({one.start for one in said if one.tag == "bounce.text"}) >= 3:
        signs.add("many")
    return frozenset(signs)


def _sign(one: Found, found: list[Found], words: Words, tag_words: int, *, answered: bool) -> str:
    """The sign that a phrase is at its place; '' where it is none there."""
    in_subject = one.start < words.subject_words
    of_subject = one.tag.endswith((".subject", ".topic"))
    if not of_subject:
        # The subject behind "Re:" is what we wrote.
        return "" if in_subject and answered else one.tag
    if not in_subject:
        clause = words.breaks[one.start] and (one.end == len(words) or words.breaks[one.end])
        return "automatic.heading" if clause and one.tag == "automatic.subject" else ""
    if not _stands_alone(one, found, words, tag_words):
        return f"{one.tag}-inside"
    return f"{one.tag}-answered" if answered else one.tag


def _stands_alone(one: Found, found: list[Found], words: Words, tag_words: int) -> bool:
    """Whether a phrase of the subject is all of it, or one end of it, set off from the rest.

    "Out of office: Your offers" and "Out of office until Monday", not "Out of office supplies?".
    """
    begins = one.start in (0, tag_words) or (bool(words.breaks[one.start]) and _ends(one, words))
    if not begins:
        return False
    if _ends(one, words) or words.breaks[one.end] or words.words[one.end] == NUMBER:
        return True
    return any(next_.tag == "common.goes_on" and next_.start == one.end for next_ in found)


def _ends(one: Found, words: Words) -> bool:
    return one.end >= words.subject_words


@cache
def net() -> PhraseNet:
    """The words of machines, made ready once. Raises PhraseError where a file is none of them."""
    stored = load_stored_words()
    return written(load_machine_words()) if stored is None else restore(stored)
