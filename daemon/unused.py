"""References that nothing has yet, where one is drawn beside a caller who will not call again.

There are a thousand million of each kind (tokens.py): in a store with a million requests every
thousandth draw is taken. The daemon decides such a batch anew; a mail provider whose one click is
answered with 503 may leave it at that, and a file that is imported would stop.
"""

from __future__ import annotations

from collections.abc import Callable

from handlers.values import Intent, Tokens

# So many in a row are taken in no store there could be: something else is wrong, and is told.
_TRIES = 16


def unused_tokens(
    draw: Callable[[], Tokens], kind: Intent, is_taken: Callable[[str], bool]
) -> Tokens:
    """Tokens of `draw` whose reference for a request of `kind` is not taken."""
    for _ in range(_TRIES - 1):
        tokens = draw()
        if not is_taken(reference_of(tokens, kind)):
            return tokens
    return draw()


def reference_of(tokens: Tokens, kind: Intent) -> str:
    """The reference that a new request of this kind gets."""
    if kind is Intent.OPT_OUT:
        return tokens.opt_out_reference
    return tokens.cancellation_reference
