"""Very long texts, of which the classifier weighs the beginning and the end.

To weigh all of it at once would take the square of its length. So what lies between is read in
pieces, only to see whether anything is asked there: if so, a person reads the message.
"""

from __future__ import annotations

from dataclasses import replace

from handlers.classify import Classifier
from handlers.classify.words import MAX_HEAD_CHARS, MAX_TAIL_CHARS
from handlers.values import Message, Role

PIECE_CHARS = 8_000
# So that a sentence which one piece cuts stands whole in the next.
OVERLAP_CHARS = 400


def asks_between(message: Message, classifier: Classifier, role: Role) -> bool:
    """Whether something seems to be asked where the classifier's reading leaves text out."""
    text = message.new_text
    end = len(text) - MAX_TAIL_CHARS
    return any(
        classifier.read(replace(message, subject="", new_text=piece), role=role).intents
        for piece in (
            text[start : start + PIECE_CHARS + OVERLAP_CHARS]
            for start in range(MAX_HEAD_CHARS - OVERLAP_CHARS, end, PIECE_CHARS)
        )
    )
