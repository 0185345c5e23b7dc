"""A yes to a question that the other side asked: "Shall we close your account?" - "Yes, please".

The question stands in what is quoted, and says what is to end; that it is to be done the writer
says in their own words. A plain yes to a plain question is as good as a request. Where either says
more, a person has a look.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from handlers.classify.answers import Answer, find_answer
from handlers.classify.candidate import DOUBTED, Candidate
from handlers.classify.clauses import Sentence, split
from handlers.classify.discourse import Asked, Discourse, SmallWords
from handlers.classify.force import Force
from handlers.classify.lexicon import Hit
from handlers.classify.objections import Objection
from handlers.classify.words import NUMBER, Words
from handlers.values import Intent

RULE, UNSETTLED = "cancellation.confirmed", "not.settled"
# As sure as of what only our question names.
_SURE = 0.90
# Not a site: that may only hold what is to be removed.
_CONTRACT = ("things.service", "things.subscription", "owners.reader")
# More than that is a letter of its own.
_MAX_WORDS = 60
_COURTESY = frozenset({"message.polite", "mood.please", "answers.thanks"})
_DENIED = ("answers.no", "answers.undo")
# One word as "no" or "mistake" may stand in any sentence; three in a row say what they mean.
_TELLING_WORDS = 3
# What makes a question another one: "How do you end it?", "Will you keep it, or shall we …?".
_OTHER_QUESTION = ("mood.question", "mood.condition", "reversal.keep", "things.other")
# All that a plain question says. "Your" is "su" in Spanish, which may be "her", too.
_PLAIN_TAGS = frozenset(
    {
        *_CONTRACT, *_COURTESY, "answers.offered", "answers.ending", "owners.actor", "things.it",
        "things.self", "join.behind", "mood.wish",
    }
)  # fmt: skip
_HER_IS_YOUR = frozenset({"es", "it", "pt"})
# "Do you wish that we close it": the forms of the languages that have no shorter way to ask.
_THAT_WE = frozenset({"que", "nous", "che", "etta"})
_MARKED = re.compile(r"\s{0,3}[>|]")
_MARKED_TWICE = re.compile(r"\s{0,3}[>|]\s{0,3}[>|]")


def asks_to_end(
    text: str,
    words: Words,
    hits: Sequence[Hit],
    *,
    language: str,
    small: SmallWords,
    verb_last: bool,
) -> Asked:
    """Whether a quotation asks if a contract is to be ended; `hits` are of one language.

    The contract may be named in the sentence before ("Your server is idle. Shall we cancel it?"),
    but then "it" may be something else.
    """
    found = split(words, [h for h in hits if h.table != "answers"], verb_last=verb_last)
    told = [hit for hit in hits if hit.table == "answers"]
    offers = [hit for hit in told if hit.tag == "answers.offered"]
    endings = [hit for hit in told if hit.tag == "answers.ending"]
    named = False
    for sentence in found:
        # "Your account" is how advertising speaks to its readers, too.
        named = named or sentence.has(*_CONTRACT)
        offered, ended = _within(sentence, offers), _within(sentence, endings)
        if not (offered and named and sentence.asked and ended):
            continue
        if _asks_other(sentence, offered):
            return Asked.NOTHING
        answered = any(h.tag == "answers.no" and h.start not in _places(sentence) for h in told)
        alone = len(words.asked) == 1 and not answered and not _quotes(text)
        if alone and _is_plain(sentence, words, hits, ended, language=language, small=small):
            return Asked.PLAINLY
        return Asked.UNCLEARLY
    return Asked.NOTHING


def _quotes(text: str) -> bool:
    """Whether there is a mail in the mail: whose question, and what was said to it, who knows."""
    lines = [line for line in text.splitlines() if line.strip()]
    plain = [line for line in lines if not _MARKED.match(line)]
    # "On Monday Bob wrote:" stands above what is marked.
    said = len(plain) < len(lines) and bool(plain) and not plain[-1].rstrip().endswith((":", "："))
    return said or any(_MARKED_TWICE.match(line) for line in lines)


def _places(sentence: Sentence) -> range:
    return range(sentence.start, sentence.end)


def _within(sentence: Sentence, hits: Sequence[Hit]) -> list[Hit]:
    return [hit for hit in hits if hit.start in _places(sentence)]


def _asks_other(sentence: Sentence, offered: Sequence[Hit]) -> bool:
    """Whether anything else is asked there than what is offered to be done."""
    other = (h for c in sentence.clauses for h in c.hits if h.tag in _OTHER_QUESTION)
    return any(
        not any(hit.start < one.end and one.start < hit.end for one in offered) for hit in other
    )


def _is_plain(
    sentence: Sentence,
    words: Words,
    hits: Sequence[Hit],
    ended: Sequence[Hit],
    *,
    language: str,
    small: SmallWords,
) -> bool:
    """Whether it asks for one end of the reader's own contract and no word says anything else.

    Not "shall we cancel the cancellation", "shall we close Miller's account", nor "the account
    of", whatever follows.
    """
    first = ended[0]
    twice = any(hit.start >= first.end for hit in ended)
    contracts = [hit for c in sentence.clauses for hit in c.all(*_CONTRACT)]
    behind = {words.words[hit.end] for hit in contracts if hit.end < sentence.end}
    if twice or not contracts or not behind.isdisjoint(small.of):
        return False
    tags = _PLAIN_TAGS | ({"owners.anyone"} if language in _HER_IS_YOUR else set())
    known = {i for h in hits if h.tag in tags for i in range(h.start, h.end)}
    little = small.at | small.this | _THAT_WE
    return all(
        place in known or words.words[place] == NUMBER or words.words[place] in little
        for place in _places(sentence)
    )


def find_confirmed(discourse: Discourse, answers: Sequence[Hit]) -> Candidate | None:
    """The yes to such a question; `answers` are the answers in the text, in the language."""
    words = discourse.words
    # "Re: Close the account?" is our own question.
    begin = words.subject_words if discourse.subject_is_ours else 0
    length = words.between(words.subject_words, len(words))
    if length > _MAX_WORDS or any(place >= begin for place in words.asked):
        return None
    inside = [h for h in (*discourse.hits, *answers) if h.start >= words.subject_words]
    inside.sort(key=lambda hit: (hit.start, -hit.end))
    courtesy = {i for h in inside if h.tag in _COURTESY for i in range(h.start, h.end)}
    starts = [s.start for s in discourse.sentences if s.start >= words.subject_words]
    # "Too tired to keep it" is no "Keep it".
    if any(
        h.tag in _DENIED and (h.start in starts or h.end - h.start >= _TELLING_WORDS)
        for h in inside
    ):
        return None
    for yes in inside:
        start = max((place for place in starts if place <= yes.start), default=None)
        if yes.tag != "answers.yes" or start is None:
            continue
        if courtesy.issuperset(range(start, yes.start)):
            return _candidate(yes, is_plain=_says_yes_alone(discourse, inside))
    return None


def _says_yes_alone(discourse: Discourse, inside: Sequence[Hit]) -> bool:
    """Whether both question and answer are plain: not "Yes, we use it every day"."""
    if discourse.asked_to_end is not Asked.PLAINLY:
        return False
    names = frozenset(discourse.words.words[place] for place in discourse.own_names)
    words = discourse.words
    # What our own subject asks was looked at.
    words = replace(words, asked=frozenset(i for i in words.asked if i >= words.subject_words))
    found = find_answer(words, inside, cancels=False, names=names)
    return found.answer is Answer.YES


def _candidate(yes: Hit, *, is_plain: bool) -> Candidate:
    doubts = () if is_plain else (Objection(rule=UNSETTLED, force=Force.DOUBT, hit=yes),)
    return Candidate(
        intent=Intent.CANCELLATION,
        rule=RULE,
        confidence=DOUBTED if doubts else _SURE,
        start=yes.start,
        end=yes.last,
        in_subject=False,
        objections=doubts,
    )
