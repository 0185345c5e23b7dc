"""What stands at the foot of mailings, told from what their readers write."""

from __future__ import annotations

from handlers.classify.acts import Act
from handlers.classify.belongings import goes_on_with_noun
from handlers.classify.clauses import Clause, Sentence
from handlers.classify.discourse import Discourse
from handlers.classify.force import Force
from handlers.classify.lexicon import Hit
from handlers.classify.moods import Mood
from handlers.classify.terse import MAX_OTHER_WORDS
from handlers.classify.words import ADDRESS, URL
from handlers.values import Intent

# How many sentences behind a foot another of its links may stand.
_LINKS = 2
# Who asks for something asks before this many words, or has none of a mailing's in the text.
_HEAD_WORDS = 80
# A phrase of unsubscribing with so many words names what from.
_NAMING_WORDS = 4
_TO_READERS = ("message.footer", "owners.reader")


def find_footer(sentence: Sentence) -> Hit | None:
    """The first words as at the foot of a mailing that are not the writer's own wish."""
    for clause in sentence.clauses:
        for hit in clause.all("message.footer"):
            if not _is_wished(hit, clause):
                return hit
    return None


def _is_wished(footer: Hit, clause: Clause) -> bool:
    """Whether a wish runs into the words: "I want to be removed", "please unsubscribe from"."""
    wish = clause.before(footer.start, "mood.wish", "mood.please")
    if clause.verb_last:
        return False
    if wish is None or wish.end < footer.start:
        return False
    return wish.end > footer.start or any(v.start == footer.start for v in clause.verbs)


def bare(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    """A bare "Unsubscribe." behind other sentences, as at the foot of any newsletter.

    Beside it may stand "Cancel account", another of its links.
    """
    if intent is Intent.CANCELLATION and act.mood is Mood.ASKED:
        return _bare_cancellation(act, discourse)
    return _bare_unsubscription(act, discourse)


# What people say of themselves, and mailings do not.
_PERSONAL = (
    "things.self", "owners.mine", "mood.refuse", "mood.wish", "mood.please", "mood.perform",
    "negation.still", "things.address",
)  # fmt: skip


def _bare_unsubscription(act: Act, discourse: Discourse) -> tuple[Force, Hit] | None:
    bare_thing = act.thing == "nothing" or _is_link(act, discourse)
    if act.what != "unsubscribe" or act.mood is not Mood.ASKED or not bare_thing:
        return None
    if act.clause.has("mood.please", "mood.wish", "mood.may_i") or _says_who(act):
        return None
    # "Anulen mi alta en la newsletter semanal": a phrase that names the mailing is not bare.
    names = act.verb.last - act.verb.start >= _NAMING_WORDS
    force = None if names else _before_noun(act, discourse)
    if force is not None:
        return force, act.verb
    if act.clause.has("owners.mine"):
        return None
    # The subject of what is answered is a mailing's: "Re: Last days", and below it "unsubscribe".
    own = [s for s in discourse.sentences if not (s.in_subject and discourse.subject_is_ours)]
    footers = [f for f in map(find_footer, own) if f is not None]
    if footers or _leads_to_address(act, discourse):
        return Force.VETO, (*footers, act.verb)[0]
    # Who answers us is a person: "Not for me. Unsubscribe."
    stands_behind = not (names or discourse.subject_is_ours) and any(
        clause.loose_before(clause.end)
        for sentence in discourse.sentences
        if sentence.start < act.clause.start and not sentence.in_subject
        for clause in sentence.clauses
        if clause.end <= act.clause.start
    )
    return (Force.DOUBT, act.verb) if stands_behind else None


def _says_who(act: Act) -> bool:
    """Whether the phrase itself says who is to be taken off: "sáquenme de ahí"."""
    verb = act.verb
    own = act.clause.all("things.self")
    return any(verb.start <= hit.start and hit.end <= verb.last for hit in own)


def _bare_cancellation(act: Act, discourse: Discourse) -> tuple[Force, Hit] | None:
    """A cancellation without "please", "I" or "my" in the sentence behind a foot."""
    if act.clause.has("mood.please", "mood.wish", "mood.perform", "owners.mine"):
        return None
    at = act.clause.sentence
    for sentence in discourse.sentences[max(0, at - _LINKS) : at]:
        footer = None if sentence.in_subject else find_footer(sentence)
        if footer is not None:
            return Force.VETO, footer
    return None


def _is_link(act: Act, discourse: Discourse) -> bool:
    """Whether "Unsubscribe from the newsletter" may be a link: nobody speaks of themselves."""
    of_mail = act.thing in ("marketing", "list", "mail")
    one_word = act.verb.last - act.verb.start == 1  # "take me off" is no link
    return of_mail and one_word and not discourse.has(*_PERSONAL)


def _leads_to_address(act: Act, discourse: Discourse) -> bool:
    """Whether it says where to, among other addresses: "Unsubscribe: list-leave@lists.example"."""
    words = discourse.words.words
    if act.clause.end >= len(words) or words[act.clause.end] not in (ADDRESS, URL):
        return False
    listed = sum(word in (ADDRESS, URL) for word in words[discourse.words.subject_words :])
    return act.clause.end not in discourse.own_addresses and listed > 1


def _before_noun(act: Act, discourse: Discourse) -> Force | None:
    """What an unknown word behind it tells: "Unsubscribe links", "our unsubscribe links"."""
    if not goes_on_with_noun(act.verb, act.clause, discourse):
        return None
    if any(hit.end == act.verb.start for hit in act.clause.all("owners.mine")):
        return Force.VETO
    polite = {
        i for h in discourse.hits if h.tag == "message.polite" for i in range(h.start, h.end)
    }
    inside = range(act.clause.start, act.clause.end)
    others = [i for i in range(len(discourse.words)) if i not in polite and i not in inside]
    at = discourse.words.at
    if sum(at[i + 1] - at[i] for i in others) <= 2 * MAX_OTHER_WORDS:
        return None
    return Force.VETO if act.sentence.in_subject else Force.DOUBT


def below_mailing(act: Act, intent: Intent, discourse: Discourse) -> tuple[Force, Hit] | None:
    """A request far down in a text that speaks to its readers, as mailings do at their foot.

    Not to cancel what is one's own, with which long complaints end.
    """
    if intent is Intent.CANCELLATION and act.clause.has("owners.mine"):
        return None
    if act.verb.start - discourse.words.subject_words < _HEAD_WORDS:
        return None
    footers = [hit for hit in discourse.hits if hit.tag in _TO_READERS]
    if not footers:
        return None
    return (Force.VETO if len(footers) > 1 else Force.DOUBT), footers[0]
