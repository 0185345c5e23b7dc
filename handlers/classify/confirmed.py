"""A yes to a question that the other side asked: "Shall we close your account?" - "Yes, please".

The question stands in what is quoted, and says what is to end; that it is to be done the writer
says in their own words. "Please confirm that you wish to cancel" is such a question, too. A plain
yes to a plain question is as good as a request. Where either says more, a person has a look.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from handlers.classify.answers import Answer, find_answer
from handlers.classify.candidate import DOUBTED, Candidate
from handlers.classify.clauses import DENIALS, Sentence, split
from handlers.classify.discourse import Asked, Discourse, SmallWords
from handlers.classify.force import Force
from handlers.classify.lexicon import Hit
from handlers.classify.objections import Objection
from handlers.classify.words import NUMBER, Words
from handlers.quote_headers import find_quote_header
from handlers.values import Intent

RULE, UNSETTLED = "cancellation.confirmed", "not.settled"
# As sure as of what only our question names.
_SURE = 0.90
# Not a site: that may only hold what is to be removed.
_CONTRACT = ("things.service", "things.subscription")
# "Delete all the data".
_WORDS_TO_DATA = 2
# More than that is a letter of its own.
_MAX_WORDS = 60
_COURTESY = frozenset({"message.polite", "mood.please", "answers.thanks"})
_DENIED = ("answers.no", "answers.undo")
# One word as "no" or "mistake" may stand in any sentence; three in a row say what they mean.
_TELLING_WORDS = 3
# What makes a question another one: "How do you end it?", "Will you keep it, or shall we …?".
_OTHER_QUESTION = ("mood.question", "mood.condition", "reversal.keep", "things.other")
# All that a plain question says.
_PLAIN_TAGS = frozenset(
    {
        *_CONTRACT, *_COURTESY, "owners.reader", "answers.offered", "answers.to_confirm",
        "answers.around", "answers.ending", "owners.actor", "things.it", "things.self",
        "join.behind", "mood.wish",
    }
)  # fmt: skip
# The names that plans have in all languages.
_PLANS = frozenset(
    {
        "start", "starter", "basic", "basis", "base", "standard", "plus", "pro", "premium",
        "business", "mini", "xl",
    }
)  # fmt: skip
# What else may not be said beside the question: "Otherwise it stays".
_OPEN = frozenset({"reversal.keep", "hints.stays", "mood.condition", "mood.question"})
# "Are you sure that you do not want to close it?", "… the account of your customer?"
_NOT = frozenset({*DENIALS, "answers.no", "owners.others", "owners.kin"})
# "Do you wish that we close it": the forms of the languages that have no shorter way to ask.
_THAT_WE = frozenset({"que", "nous", "che", "etta"})
_AT = re.compile(r"@([\w.-]{1,253})")
_MARKED = re.compile(r"\s{0,3}[>|]")
_MARKED_TWICE = re.compile(r"\s{0,3}[>|]\s{0,3}[>|]")


def question_in(quoted: str, ours: Collection[str]) -> tuple[str, bool]:
    """A quotation without the lines that tell who wrote it and when, and whether we did.

    A long one would be read as the beginning of the sentence below it. `ours` are our domains:
    where addresses stand there and none is at one of these, or where a mail is in the mail, the
    question is somebody else's.
    """
    lines = quoted.splitlines()
    header = find_quote_header(lines)
    if header is None:
        return quoted, True
    behind = header.start + header.lines
    named = _AT.findall("\n".join(lines[header.start : behind]).lower())
    rest = lines[: header.start] + lines[behind:]
    is_ours = not named or any(domain in ours for domain in named)
    return "\n".join(rest), is_ours and find_quote_header(rest) is None


def asks_to_end(
    text: str,
    words: Words,
    hits: Sequence[Hit],
    *,
    small: SmallWords,
    verb_last: bool,
    own: frozenset[int] = frozenset(),
) -> Asked:
    """Whether a quotation asks if a contract is to be ended; `hits` are of one language.

    `own` are the places of the asked one's name and address: "the account anna-mills". The
    contract may be named in the sentence before ("Your server is idle. Shall we cancel it?"), but
    then "it" may be something else.
    """
    found = split(words, [h for h in hits if h.table != "answers"], verb_last=verb_last)
    told = [hit for hit in hits if hit.table == "answers"]
    offers = [hit for hit in told if hit.tag == "answers.offered"]
    invitations = [hit for hit in told if hit.tag == "answers.to_confirm"]
    endings = [hit for hit in told if hit.tag == "answers.ending"]
    named = False
    for sentence in found:
        named = named or bool(_contracts([h for c in sentence.clauses for h in c.hits]))
        # "Please confirm that …" asks without "?".
        offered = _within(sentence, offers) if sentence.asked else []
        offered += _within(sentence, invitations)
        ended = _within(sentence, endings)
        if not (offered and named and ended):
            continue
        if _asks_other(sentence, offered, own):
            return Asked.NOTHING
        answered = any(h.tag == "answers.no" and h.start not in _places(sentence) for h in told)
        alone = words.asked.issubset(_places(sentence)) and not answered and not _quotes(text)
        alone = alone and not any(h.tag in _OPEN for h in hits if h.start not in _places(sentence))
        known = _called(sentence, words, hits, own, small)
        if alone and _is_plain(sentence, words, hits, ended, known=known, small=small):
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


def _asks_other(sentence: Sentence, offered: Sequence[Hit], own: frozenset[int]) -> bool:
    """Whether anything else is asked there than what is offered to be done.

    What only stands in a name ("the account mills-shop") is nothing else.
    """
    hits = (h for c in sentence.clauses for h in c.hits if h.tag in _OTHER_QUESTION)
    other = (hit for hit in hits if not own.issuperset(range(hit.start, hit.end)))
    return any(
        not any(hit.start < one.end and one.start < hit.end for one in offered) for hit in other
    )


def _called(
    sentence: Sentence, words: Words, hits: Sequence[Hit], own: frozenset[int], small: SmallWords
) -> frozenset[int]:
    """The places of what the reader or the plan is called by, of numbers and of little words.

    A part of a name that is a phrase, too, is none where it stands alone: "the mail in your
    account", asked of somebody at a mail provider.
    """
    told = (hit for hit in hits if hit.tag not in _COURTESY and hit.tag != "things.address")
    phrases = {i for hit in told for i in range(hit.start, hit.end)}
    called = {i for i in own if i not in phrases or not own.isdisjoint((i - 1, i + 1))}
    contracts = _contracts(hits)
    little = small.at | small.this | small.that | _THAT_WE | {NUMBER}
    for place in _places(sentence):
        beside = not contracts.isdisjoint((place - 1, place + 1))
        if words.words[place] in little or (words.words[place] in _PLANS and beside):
            called.add(place)
    return frozenset(called)


def _is_plain(
    sentence: Sentence,
    words: Words,
    hits: Sequence[Hit],
    ended: Sequence[Hit],
    *,
    known: frozenset[int],
    small: SmallWords,
) -> bool:
    """Whether it asks for one end of the reader's own contract and no word says anything else.

    `known` are the places of what these are called by. Not "shall we cancel the cancellation",
    "shall we close Miller's account", "the user name of your account", nor "the account of",
    whatever follows, but for what `known` names.
    """
    inside = [hit for hit in hits if hit.start in _places(sentence)]
    with_data = [_with_data(hit, inside) for hit in ended if hit.start >= ended[0].end]
    contracts = _contracts(inside)
    if not all(with_data) or not contracts or any(hit.tag in _NOT for hit in inside):
        return False
    meant = known.union(contracts, *with_data)
    around = _covered(inside, ("answers.around",))
    phrases = {i for h in inside if h.end > h.start + 1 for i in range(h.start, h.end)}
    # "Your customer's account": one word behind "your" that is no contract.
    owners = {h.start for h in inside if h.tag == "owners.reader"} - phrases
    first = min((place for place in contracts if place >= ended[0].end), default=0)
    between = set(range(ended[0].end + 1, first)) - phrases
    leading = small.at | small.of
    # "The package in your account".
    between |= set(range(first, max(contracts))) - contracts
    if any(place + 1 in around - phrases - meant for place in owners) or any(
        words.words[place] in leading for place in between
    ):
        return False
    plain = meant | _covered(inside, _PLAIN_TAGS)
    belongs = {i for i in _places(sentence) if words.words[i] in small.of} - phrases - known
    for place in _places(sentence):
        if place in belongs:
            # Over what says nothing: "of", or "that" where both are the same word.
            ahead = (i for i in range(place + 1, sentence.end) if i in meant or i not in around)
            led_to = next(ahead, None)
            if led_to is None or (led_to not in meant and place not in around):
                return False
        elif place not in plain:
            return False
    return True


def _contracts(hits: Sequence[Hit]) -> set[int]:
    """The places of contracts; Turkish "hesabınızı" says "your account" in one word."""
    return {
        place
        for hit in hits
        if hit.tag in _CONTRACT or (hit.tag == "owners.reader" and hit.end == hit.start + 1)
        for place in range(hit.start, hit.end)
    }


def _covered(hits: Sequence[Hit], tags: Collection[str]) -> set[int]:
    return {i for hit in hits if hit.tag in tags for i in range(hit.start, hit.end)}


def _with_data(ended: Hit, hits: Sequence[Hit]) -> range:
    """The places of "delete all of its data" behind an "and"; none where other than data end."""
    joined = any(h.tag == "join.and" and h.end == ended.start for h in hits)
    data = (
        h for h in hits if h.tag == "things.data" and 0 <= h.start - ended.end <= _WORDS_TO_DATA
    )
    found = next(data, None)
    return range(ended.start, found.end) if joined and found is not None else range(0)


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
