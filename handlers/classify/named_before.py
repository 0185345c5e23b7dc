"""A contract that an unknown word before it makes another one: "min Viaplay prenumeration".

In Chinese, Japanese and Turkish what a contract is for stands right before it, in the Nordic
languages the name of whom a subscription is with. The writer's own name and ours say nothing.
"""

from __future__ import annotations

from handlers.classify.clauses import Clause
from handlers.classify.discourse import Discourse
from handlers.classify.lexicon import Hit
from handlers.classify.nearest import CONTRACT_TAGS
from handlers.classify.words import is_hiragana, is_wide

_SUBSCRIPTION = ("things.subscription",)
# Of which things an unknown word before them says that they are others.
_THINGS = {
    "zh": CONTRACT_TAGS, "ja": CONTRACT_TAGS, "tr": _SUBSCRIPTION,
    "sv": _SUBSCRIPTION, "da": _SUBSCRIPTION, "no": _SUBSCRIPTION,
}  # fmt: skip
# With so many characters a thing says no more than "contract", "account" or "member":
# サーバー契約 tells itself what it is for.
_WIDE = {"zh": 2, "ja": 3}
# "Mitt Viaplay abonnement": whose it is stands before it, else it is said of something else.
_OWNED = frozenset({"sv", "da", "no"})
_OWNER_WORDS = 3


def is_of_unknown(thing: Hit, clause: Clause, discourse: Discourse) -> bool:
    """Whether a word that no phrase knows, and is no name of ours, stands right before a thing."""
    language, words = discourse.language, discourse.words.words
    # Who speaks for others names them.
    if thing.tag not in _THINGS.get(language, ()) or discourse.has("owners.late"):
        return False
    place = thing.start - 1
    linked = place >= clause.start and words[place] in discourse.small.links
    if linked:
        # 駐車場の契約: what it is of.
        place -= 1
    known = place in clause.covered or place in discourse.own_names | discourse.our_names
    if place < clause.start or known:
        return False
    if language in _WIDE:
        # 更新せずアカウントを: what ends in hiragana there is a verb.
        noun = is_wide(words[place]) and (linked or not is_hiragana(words[place]))
        return noun and thing.end - thing.start <= _WIDE[language]
    if language in _OWNED:
        owners = (h.end for h in clause.all("owners.mine"))
        return words[place].isalnum() and any(0 <= place - end < _OWNER_WORDS for end in owners)
    return words[place].isalpha()
