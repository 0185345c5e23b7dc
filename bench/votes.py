"""What rules and model say of messages: `python -m bench.votes FILE.jsonl… --into FILE.tsv`.

What is fitted to messages that phrases were made for promises too much of mail that nobody has
seen. So the first word on new messages is kept: before a phrase is made with them in sight, what
the classifier found in each is added to tests/corpus/first_votes.tsv, from which bench.calibrate
fits. A line has the message's id, the intent, the state of the rules, the grounds
(handlers/classify/grounds.py), and 1 where it is asked for.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.score import Case, read_cases, render
from config.model_file import load_model
from config.phrase_book import load_stored
from handlers.classify import Classifier
from handlers.classify.confidence import State, state_of
from handlers.classify.grounds import Grounds, find_grounds
from handlers.classify.linear import LinearModel
from handlers.classify.relevance import comes_near
from handlers.parse import parse_message
from handlers.values import Intent, Role

FIRST_VOTES = Path(__file__).parents[1] / "tests" / "corpus" / "first_votes.tsv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One message and one intent: what rules and model say, and whether it is asked for."""

    id: str
    intent: Intent
    state: State
    grounds: Grounds
    asked: bool


def find_samples(cases: Sequence[Case], model: LinearModel) -> list[Sample]:
    """A sample for each message and intent; machine mail is told by the screen."""
    classifier = Classifier(load_stored())
    found = []
    for case in cases:
        if "automatic" in case["labels"]:
            continue
        message, role = parse_message(render(case)), Role(case["mailbox"])
        understood = classifier.understand(message)
        candidates = classifier.candidates(understood, role)
        near = [intent for intent in Intent if comes_near(intent, understood, role)]
        grounds = find_grounds(
            candidates, understood, vote=model.vote(understood, role), model=model, near=near
        )
        found += [
            Sample(
                id=case["id"],
                intent=intent,
                state=state_of(intent, candidates, intent in near),
                grounds=grounds[intent],
                asked=intent.value in case["labels"],
            )
            for intent in Intent
        ]
    return found


def write_line(sample: Sample) -> str:
    """The line of a sample."""
    numbers = (f"{value:.2f}".removesuffix(".00") for value in sample.grounds.values)
    names = (sample.id, sample.intent.value, sample.state.value)
    return "\t".join((*names, *numbers, str(int(sample.asked)))) + "\n"


def read_lines(path: Path) -> list[Sample]:
    """The samples of a file."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        name, intent, state, *numbers, asked = line.split("\t")
        whole, there, about, question, polite, last, beside = map(float, numbers)
        grounds = Grounds(
            whole=whole,
            there=there,
            about=about,
            question=question,
            polite=polite,
            last=last,
            beside=beside,
        )
        sample = Sample(
            id=name,
            intent=Intent(intent),
            state=State(state),
            grounds=grounds,
            asked=asked == "1",
        )
        found.append(sample)
    return found


def main() -> int:
    """Adds what is said of the messages of some files, in which none may be that is there."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--into", type=Path, default=FIRST_VOTES)
    arguments = parser.parse_args()
    file = load_model()
    model = LinearModel(bias=file.bias, pieces=file.pieces, signs=file.signs)
    cases = [case for path in arguments.files for case in read_cases(path)]
    known = {s.id for s in read_lines(arguments.into)} if arguments.into.exists() else set()
    again = sorted(known & {case["id"] for case in cases})
    if again:
        print(f"{len(again)} messages were voted on before, {again[0]} among them")
        return 1
    with arguments.into.open("a", encoding="utf-8") as out:
        out.writelines(map(write_line, find_samples(cases, model)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
