"""Whether the words beside a newsletter's token ask for more than its list: for no mail at all.

The token alone leaves its list. What stands beside it is mostly the note of a mail client, or
"unsubscribe me from this list"; "take me off all your lists" is as plain as the press of the
page's other button, and nobody would hear of it again.
"""

from __future__ import annotations

import re

from handlers.button import is_only_the_button
from handlers.values import Intent, Message, Verdict

# The words for all and none, by language, as regular expressions for whole words.
_ALL = {
    "cs": r"všech\w*|vešker\w+|žádn\w+|jakék\w+|jakých\w+|nikdy|nic",
    "da": r"alle|alt|al|ethvert|enhver|overhovedet|nogensinde|aldrig|intet",
    "de": r"alle[mnrs]?|jede[mnrs]?|jegliche\w*|sämtlich\w*|keinerlei|gar|überhaupt|nie|niemals"
    r"|nichts",
    "en": r"all|every|everything|any|anything|none|nothing|never|ever|whatsoever",
    "es": r"tod[oa]s?|ning[uú]n\w*|cualquier\w*|nunca|jamás|nada",
    "fi": r"kaik\w+|mitään|mitkään|minkään\w*|yhtään|koskaan|ikinä",
    "fr": r"tous|toute?s?|aucune?s?|jamais|rien",
    "it": r"tutt[oaie]|ogni|nessun\w*|alcun\w*|qualsiasi|mai|niente|nulla",
    "nl": r"al (?:jullie|uw|je|de|die)|alle|alles|elke|iedere|enkele|helemaal|ooit|nooit|niets",
    "no": r"alle|alt|all|ethvert|enhver|overhodet|noensinne|aldri|ingenting",
    "pl": r"wszyst\w+|wszelk\w+|żadn\w+|jakichkolwiek|nigdy|nic",
    "pt": r"tod[oa]s?|nenhu(?:m|ma|ns|mas)|qualquer|quaisquer|nunca|jamais|nada",
    "ru": r"все|всех|всем|всё|всяк\w+|люб(?:ой|ых|ые)|никак\w+|никогда|ничего",
    "sv": r"alla|allt|all|alls|varje|överhuvudtaget|någonsin|aldrig|ingenting",
    "tr": r"tüm\w*|bütün|hiç\w*|her|asla",
}
# Where words are not set apart.
_ALL_WITHIN = re.compile("すべて|全て|全部|一切|二度と|所有|任何|永远|永遠")
_WORDS = {
    language: re.compile(rf"\b(?:{words}|{_ALL['en']})\b", re.IGNORECASE)
    for language, words in _ALL.items()
}
# "Not only" asks for more, and "only" for no more than this.
_NOT_ONLY = re.compile(
    r"\b(?:not (?:only|just)|nicht (?:nur|bloß)|niet (?:alleen|enkel)|pas seulement"
    r"|no (?:solo|sólo|solamente)|não (?:só|apenas|somente)|non (?:solo|soltanto)"
    r"|(?:inte|ikke) (?:bara|bare|kun)|nie tylko|nejen|ei vain)\b",
    re.IGNORECASE,
)
_ONLY = re.compile(
    r"\b(?:only|except|nur|bloß|außer|behalve|seulement|sauf|solo|sólo|solamente|excepto|salvo"
    r"|apenas|somente|exceto|soltanto|tranne|eccetto|utom|kun|undtagen|unntatt|tylko|oprócz|pouze"
    r"|kromě|только|кроме|paitsi|sadece|hariç|not (?:\w+ )?all|nicht (?:\w+ )?allen?)\b"
    r"|だけ|のみ|以外|只|仅|僅|除了",
    re.IGNORECASE,
)
# "Thanks for everything" asks for nothing.
_THANKS = re.compile(
    r"\b(?:thanks|thank you|thx|danke|dank|merci|gracias|grazie|obrigad[oa]|bedankt|tack|tak"
    r"|takk|kiitos|dziękuję|děkuji|спасибо)\W+(?:\w+\W+){0,2}(?:all|everything|alles|tout|todo|tudo"
    r"|tutto|allt|alt|kaikesta|wszystko|všechno|всё|все)\b",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?;。！？；]|\n\s*\n")


def asks_for_every_list(message: Message, verdict: Verdict) -> bool:
    """Whether its own text says plainly that no mail of any list is wanted any more.

    That is where a sentence of the text that asks for an opt-out, beyond doubt, says "all" or
    "none" beside, and neither "only" nor "except".
    """
    asked = [found for found in verdict.certain if found.intent is Intent.OPT_OUT]
    if not asked or is_only_the_button(message):
        return False
    if verdict.stop_everything:
        return True
    spots = (e for found in asked for e in found.evidence if e.part == "text")
    return any(
        _is_of_all(_sentence(message.new_text, spot.start, spot.end), message.language)
        for spot in spots
    )


def _sentence(text: str, start: int, end: int) -> str:
    ends = [match.start() for match in _END.finditer(text)]
    first = max((at + 1 for at in ends if at < start), default=0)
    return text[first : min((at for at in ends if at >= end), default=len(text))]


def _is_of_all(sentence: str, language: str) -> bool:
    asked = _NOT_ONLY.sub(" ", _THANKS.sub(" ", sentence))
    if _ONLY.search(asked):
        return False
    words = _WORDS.get(language, _WORDS["en"])
    return bool(words.search(asked) or _ALL_WITHIN.search(asked))
