from __future__ import annotations

import re

from daemon.tokens import draw_tokens
from handlers.named import MAX_NAMED
from handlers.secret import code_form, find_secrets, message_id, secret_hash


def test_references_tell_the_kind_and_have_no_letter_that_is_misread() -> None:
    for _ in range(200):
        tokens = draw_tokens()
        for reference in (tokens.opt_out_reference, *tokens.named_references):
            assert re.fullmatch(r"O-[0-9A-HJKMNP-TV-Z]{6}", reference)
        assert re.fullmatch(r"C-[0-9A-HJKMNP-TV-Z]{6}", tokens.cancellation_reference)


def test_there_is_a_reference_for_each_address_that_a_message_may_name() -> None:
    assert len(draw_tokens().named_references) == MAX_NAMED


def test_a_secret_can_be_shown_and_found_again_in_either_form() -> None:
    secret = draw_tokens().secret
    assert find_secrets(code_form(secret)) == (secret,)
    assert find_secrets(message_id(secret, "host.example")) == (secret,)
    assert len(secret_hash(secret)) == 64


def test_no_token_comes_twice() -> None:
    drawn = [draw_tokens() for _ in range(500)]
    assert len({tokens.secret for tokens in drawn}) == 500
    for tokens in drawn:
        references = {tokens.opt_out_reference, *tokens.named_references}
        assert len(references) == 1 + MAX_NAMED


def test_each_of_the_80_bits_of_a_secret_varies() -> None:
    letters = [
        set(place) for place in zip(*(draw_tokens().secret for _ in range(2000)), strict=True)
    ]
    # 2000 draws miss one of 32 letters at one of 16 places once in 10^25 runs.
    assert [len(place) for place in letters] == [32] * 16
