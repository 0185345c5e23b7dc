"""Messages of plain text and what the classifier's steps make of them, in English."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

from config.phrase_book import PhraseBook, load_stored, read_phrases
from handlers.classify import Classifier, small_words
from handlers.classify.acts import Act, find_acts
from handlers.classify.clauses import split
from handlers.classify.discourse import Discourse
from handlers.classify.lexicon import Hit, Lexicon
from handlers.classify.stored_graph import Stored
from handlers.classify.words import Words, read_words
from handlers.classify.written import Written
from handlers.values import Headers, Message, Role, Verdict

SUPPORT, CANCEL = Role.SUPPORT, Role.CANCEL


def message(
    text: str,
    *,
    subject: str = "",
    language: str = "en",
    quoted: str = "",
    signature: str = "",
    hidden: str = "",
    headers: tuple[tuple[str, str], ...] = (),
) -> Message:
    """A parsed message with nothing but its texts."""
    return Message(
        digest="",
        message_id="",
        in_reply_to=(),
        references=(),
        senders=(),
        senders_readable=False,
        reply_to=(),
        recipients=(),
        delivered_to=(),
        subject=subject,
        date=None,
        headers=Headers(headers),
        content_type="text/plain",
        report_type="",
        new_text=text,
        quoted_text=quoted,
        signature=signature,
        hidden_text=hidden,
        language=language,
    )


@cache
def rules_alone() -> Classifier:
    """What it is certain of, no training of the models changes."""
    return Classifier(load_stored())


@cache
def english_book() -> PhraseBook:
    """The shipped English phrases alone."""
    with TemporaryDirectory() as folder:
        shipped = resources.files("config") / "phrases" / "en.toml"
        (Path(folder) / "en.toml").write_bytes(shipped.read_bytes())
        return read_phrases(Path(folder))


@cache
def english() -> Classifier:
    """A classifier that reads English."""
    return Classifier(PhraseBook(by_language={}, stored={"en": load_stored().stored["en"]}))


@cache
def lexicon() -> Lexicon:
    """The English phrases that are looked for in sentences."""
    return Lexicon("en", Stored(load_stored().stored["en"].graphs["phrases"]))


def whole_hits(words: Words) -> list[Hit]:
    """The phrases of [whole] in `words`."""
    phrases = english_book().by_language["en"]
    chosen = {k: v for k, v in phrases.items() if k.startswith("whole.")}
    return Lexicon("en", Written(chosen)).find(words)


def discourse(
    text: str, *, subject: str = "", newsletter: bool = False, reply: bool = False, thing: str = ""
) -> Discourse:
    """A text as read in English."""
    words = read_words(subject, text)
    hits = lexicon().find(words)
    return Discourse(
        language="en",
        words=words,
        hits=hits,
        sentences=split(words, hits),
        small=small_words(english_book().by_language["en"]),
        answers_newsletter=newsletter,
        subject_is_ours=reply,
        quoted_thing=thing,
    )


def acts(text: str, *, subject: str = "") -> list[Act]:
    """The acts of a text, in their order."""
    return list(find_acts(discourse(text, subject=subject)))


def read(text: str, *, subject: str = "", role: Role = SUPPORT, quoted: str = "") -> Verdict:
    """What is read in a text."""
    return english().read(message(text, subject=subject, quoted=quoted), role=role)


def intents(verdict: Verdict) -> tuple[str, str]:
    """The certain and the unsure intents, each as words, for tables of expectations."""
    certain = " ".join(sorted(f.intent.value for f in verdict.certain))
    unsure = " ".join(sorted(f.intent.value for f in verdict.unsure))
    return certain, unsure


def rules(verdict: Verdict) -> set[str]:
    """The names of all rules that spoke."""
    return {evidence.rule for evidence in verdict.evidence}
