"""Reason codes in a few words, for the screen of a person; docs/reason-codes.md says it whole."""

from __future__ import annotations

REASON_WORDS: dict[str, str] = {
    # why a person has to look
    "unsure": "it may be a request, or not",
    "dmarc-fail": "our own server found the sender forged",
    "doubtful-results": "a field in it poses as our own server's verdict",
    "own-address": "a colleague passes a request on",
    "machine-asks": "it asks clearly, but may be from a machine",
    "cut-short": "it is too long to be read to its end",
    "names-another-address": "somebody else named this address",
    "no-single-sender": "it has no one sender",
    "set-aside": "it cannot be read",
    "too-old": "it asks for a cancellation of long ago",
    "refused-before": "a cancellation in this name was refused not long ago",
    "question-unanswered": "the customer has not answered our question",
    "question-undeliverable": "our question could not be delivered",
    "answer-unclear": "the answer to our question is unclear",
    "answer-disputes": "the customer disputes what was done",
    "answer-late": "a yes after the question was closed",
    "answer-unknown": "it answers a mail that we do not know",
    "answer-from-another-address": "our mail was answered from another address",
    "machine-answers": "an answer that a machine has passed on",
    "asks-not-to-cancel": "it asks not to cancel",
    "request-over": "it was filed by staff, and what it asked for is over",
    "cancellation-again": "the same person asks for it once more",
    "opt-out": "an opt-out with something beside it",
    "filed-by-staff": "staff have moved it into a folder",
    "moved-back-by-staff": "staff have moved it back to the inbox",
    "confirmation-moved-back": "it was confirmed, and staff have moved it back",
    "complaint": "a mail provider tells of a complaint",
    # why nobody may be written to
    "auto-response-suppress": "the sender wants no automatic answers",
    "unsubscribe-button": "a mail program's unsubscribe button wrote it",
    "optoutd-letter": "it reads as a letter of a program like this one",
    "abuse-desk": "an abuse desk wrote it",
    "look-alike": "its domain passes for one of ours",
    "reply-to-us": "its answers would come to ourselves",
    "spam-flag": "the receiving server calls it spam",
    "not-addressed": "it is not addressed to us",
    "address-cap": "the address has had its mails of the day or the month",
    "thread-cap": "we have written in this exchange often enough",
    "too-old-to-answer": "it arrived too long ago to be answered by itself",
    "already-answered": "it was answered before",
    "in-review": "a person has to decide first",
    "silenced-by-staff": "you asked for silence",
    "single-list": "it is about one list, and our letter speaks of all",
    "still-suppressed": "another request keeps the address off the lists",
    # what staff have decided
    "confirmed-by-staff": "staff have made sure of the customer",
    "rejected-by-staff": "staff have rejected it",
    "undone-by-staff": "staff have undone it",
    "withdrawn-by-staff": "the customer took it back, as staff say",
    "completed-by-staff": "staff have carried it out",
    "handed-over": "another system carries it out",
    "approved-by-staff": "staff have read it as a request",
    "asked-by-staff": "staff have the customer asked",
    "dismissed-by-staff": "staff have read it as no request",
    "recorded-by-staff": "staff have recorded it",
    "recorded-again": "it was in effect already",
    "signed-in": "the customer asked for it in the control panel",
}


def reason_words(code: str) -> str:
    """The words for a code, or the code itself."""
    return REASON_WORDS.get(code, code)
