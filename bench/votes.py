"""What rules and models say of labelled messages, with the truth beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.score import Case, render
from config.phrase_book import load_stored
from handlers.classify import Classifier
from handlers.classify.confidence import state_of
from handlers.classify.grounds import Grounds, find_grounds
from handlers.classify.linear import Heard, LinearModel
from handlers.classify.net import Net
from handlers.classify.relevance import comes_near
from handlers.classify.standing import Standing, standing_of, trust_in
from handlers.parse import parse_message
from handlers.values import Intent, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One message and one intent: what speaks for and against it, and whether it is asked for.

    `standing` is what an action would stand on, None where it may not be acted upon.
    """

    id: str
    intent: Intent
    grounds: Grounds
    asked: bool
    standing: Standing | None = Standing.CERTAIN


def find_samples(cases: Sequence[Case], model: LinearModel, net: Net) -> Iterator[Sample]:
    """A sample for each message and intent; machine mail is told by the screen."""
    classifier = Classifier(load_stored())
    for case in cases:
        if "automatic" in case["labels"]:
            continue
        message, role = parse_message(render(case)), Role(case["mailbox"])
        understood = classifier.understand(message)
        if not len(understood.words):
            continue
        candidates = classifier.candidates(understood, role)
        counts = understood.is_heard and not message.secrets
        near = [intent for intent in Intent if counts and comes_near(intent, understood, role)]
        grounds = find_grounds(
            candidates, understood, role, heard=Heard(model, understood, net), near=near
        )
        trust = trust_in(message, role, understood)
        for intent in Intent:
            state = state_of(intent, candidates, intent in near)
            yield Sample(
                id=case["id"],
                intent=intent,
                grounds=grounds[intent],
                asked=intent.value in case["labels"],
                standing=standing_of(intent, state, candidates, trust, heard=counts),
            )
