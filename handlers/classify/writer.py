"""What of a message is the writer's own: the subject, addresses and names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from handlers.address import make_address
from handlers.classify.words import ADDRESS, DOMAIN, Words, read_words
from handlers.values import Message

# A user name is not shorter, and a name that somebody bears not longer.
_MIN_NAME = 4
_NAME_CHARS = 100
_NAME_MARKS = re.compile("[._+-]")
_MAX_SENDERS = 4
_REPLY_PREFIX = re.compile(
    r"\s*(?:(?:re|fwd?|aw|wg|sv|vs|tr|rv|res|enc|antw|odp|rif|i|r|ref|vb|doorst|fs|vl|vá|ynt|yanıt|ilt"
    r"|pd|回复|回覆|答复|转发|返信|転送)"
    r"\s?(?:\[\d{1,3}\])?\s?[:：]\s*){1,9}",
    re.IGNORECASE,
)
# A token of a newsletter, as its unsubscribe button puts it there: letters that say nothing.
_CODE = re.compile(
    r"(?<![\w-])(?=[\w-]{0,499}\d)(?=[\w-]{0,499}[a-z])(?=[\w-]{0,499}[A-Z])[A-Za-z0-9_-]{28,500}(?![\w-])"
)
# What a link of a newsletter hands on: "id=55102" in a subject, and a text that is one such word.
_HANDED_ON = re.compile(r"\b(?:u?id|cid|key|token|list)=[\w-]{1,200}", re.IGNORECASE)
_ONLY_A_CODE = re.compile(
    r"[\[(<{]?(?=\D{0,499}\d\D{0,499}\d)(?=[^A-Za-z]{0,499}[A-Za-z])[\w:=+/-]{8,500}[\])>}]?"
)


def own_text(message: Message) -> str:
    """The writer's new text, or as many spaces where it is no more than a code."""
    text = message.new_text
    return " " * len(text) if _ONLY_A_CODE.fullmatch(text.strip()) else text


def own_addresses(message: Message, words: Words) -> frozenset[int]:
    """The places in the text where the writer names an address that the message is from."""
    own = {address.box for address in (*message.senders, *message.reply_to)}
    found = set()
    for i in range(words.subject_words, len(words)):
        if words.words[i] == ADDRESS:
            address = make_address(message.new_text[words.starts[i] : words.ends[i]])
            if address is not None and address.box in own:
                found.add(i)
    return frozenset(found)


def places_of_names(message: Message, words: Words, text: str) -> frozenset[int]:
    """The places in `text`, whose words are `words`, of the writer's name, domain or address.

    So we name a contract, or greet a customer: "Dear Ms Mills, your plan for mills.example".
    """
    names = {word for word in names_of(message) if word not in (ADDRESS, DOMAIN)}
    for sender in message.senders[:_MAX_SENDERS]:
        for name in (sender.display, sender.local, sender.domain.rpartition(".")[0]):
            names |= _forms_of(name[:_NAME_CHARS])
    ours = message.recipients[:_MAX_SENDERS]
    names |= {address.domain.rpartition(".")[0].replace("-", "") for address in ours}
    named = {place for place, word in enumerate(words.words) if word in names}
    owned = {*(s.domain for s in message.senders), *(s.box for s in message.senders)}
    found = (i for i, word in enumerate(words.words) if word in (DOMAIN, ADDRESS))
    named.update(i for i in found if text[words.starts[i] : words.ends[i]].lower() in owned)
    return frozenset(named)


def own_subject(message: Message) -> tuple[str, bool]:
    """The subject without "Re:", and whether it had one: then its words are the other side's.

    Where a code stands, it has as many spaces.
    """
    match = _REPLY_PREFIX.match(message.subject)
    subject = message.subject[match.end() if match else 0 :]
    for code in (_CODE, _HANDED_ON):
        subject = code.sub(lambda found: " " * len(found[0]), subject)
    return subject, match is not None


def own_names(message: Message, words: Words) -> frozenset[int]:
    """The places of words made of the writer's name or address: "ivycho" of Ivy Cho's."""
    written: set[str] = set()
    for sender in message.senders[:_MAX_SENDERS]:
        for name in (sender.display, sender.local, sender.domain.rpartition(".")[0]):
            written |= _forms_of(name[:_NAME_CHARS])
    return _made_of(written, words)


@lru_cache(maxsize=256)  # many write from the same few domains
def _forms_of(name: str) -> frozenset[str]:
    """A name in one word, and with all but its last word shortened to a letter."""
    spaced = _NAME_MARKS.sub(" ", name)
    # As most are: there is but one way to read it, and nobody else asks for it.
    is_plain = spaced.isascii() and spaced.replace(" ", "").isalpha()
    parts = spaced.lower().split() if is_plain else read_words("", spaced).words
    if not parts:
        return frozenset()
    return frozenset({"".join(parts), "".join(part[:1] for part in parts[:-1]) + parts[-1]})


def our_names(message: Message, words: Words) -> frozenset[int]:
    """The places of words made of the domain that was written to, which is the company's name."""
    written = (*message.recipients[:_MAX_SENDERS], *message.delivered_to[:_MAX_SENDERS])
    domains = {address.domain.rpartition(".")[0].replace("-", "") for address in written}
    return _made_of(domains, words)


def _made_of(names: Iterable[str], words: Words) -> frozenset[int]:
    """The places of words that stand in one of the names."""
    together = "\n".join(names)  # no word has a line end in it
    return frozenset(
        [i for i, word in enumerate(words.words) if len(word) >= _MIN_NAME and word in together]
    )


def names_of(message: Message) -> frozenset[str]:
    """The words of the senders' names and addresses, as they would be read in a text."""
    keys = (f"{s.local} {s.domain.rpartition('.')[0]}" for s in message.senders)
    apart = re.sub("[^a-z]+", " ", " ".join(keys))
    names = " ".join(s.display for s in message.senders)
    return frozenset(read_words("", f"{names} {apart}").words)
