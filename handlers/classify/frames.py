"""What is done to what, and which request that makes: a table to be read aloud.

Each frame says how sure one may be of it, in support@ and in cancel@, when it is asked for plainly
and nothing speaks against it. Acting needs `ACT`, a review `REVIEW`.
"""

from __future__ import annotations

from typing import NamedTuple

from handlers.values import Intent

# The harm decides: an invented cancellation is worse than a missed request, and that is worse
# than a needless review.
ACT = {Intent.OPT_OUT: 0.75, Intent.CANCELLATION: 0.85}
REVIEW = {Intent.OPT_OUT: 0.45, Intent.CANCELLATION: 0.5}

OPT_OUT, CANCELLATION = Intent.OPT_OUT, Intent.CANCELLATION


class Frame(NamedTuple):
    """The request that an act on a thing makes, by the name of its rule."""

    rule: str
    intent: Intent
    in_support: float
    in_cancel: float


# (what is done, to what) -> frame. What is not here is no request. The acts are the tables of
# the phrase files; "not-send", "not-receive" and "not-renew" are those under a negation, "refuse"
# is "I do not want …", "no-more" is "no more …". The things are the keys of [things];
# "nothing" where no thing is named, "sending" where what is stopped is the sending.
FRAMES: dict[tuple[str, str], Frame] = {
    ("cancel", "service"): Frame("cancellation.cancel-service", CANCELLATION, 0.97, 0.98),
    ("cancel", "site"): Frame("cancellation.cancel-site", CANCELLATION, 0.90, 0.95),
    ("cancel", "subscription"): Frame(
        "cancellation.cancel-subscription", CANCELLATION, 0.86, 0.93
    ),
    ("cancel", "self"): Frame("cancellation.cancel-me", CANCELLATION, 0.60, 0.90),
    ("cancel", "nothing"): Frame("cancellation.cancel", CANCELLATION, 0.60, 0.92),
    ("cancel", "part"): Frame("cancellation.cancel-part", CANCELLATION, 0.55, 0.60),
    ("cancel", "payment"): Frame("cancellation.cancel-payment", CANCELLATION, 0.60, 0.70),
    ("cancel", "marketing"): Frame("opt-out.cancel-newsletter", OPT_OUT, 0.95, 0.95),
    ("cancel", "mail"): Frame("opt-out.cancel-mail", OPT_OUT, 0.88, 0.85),
    ("cancel", "list"): Frame("opt-out.cancel-list", OPT_OUT, 0.80, 0.70),
    ("close", "service"): Frame("cancellation.close-service", CANCELLATION, 0.95, 0.97),
    ("close", "site"): Frame("cancellation.close-site", CANCELLATION, 0.75, 0.90),
    ("close", "subscription"): Frame("cancellation.close-subscription", CANCELLATION, 0.86, 0.92),
    ("close", "payment"): Frame("cancellation.end-payment", CANCELLATION, 0.55, 0.70),
    ("close", "data"): Frame("cancellation.erase-data", CANCELLATION, 0.55, 0.60),
    ("close", "part"): Frame("cancellation.close-part", CANCELLATION, 0.40, 0.55),
    ("close", "nothing"): Frame("cancellation.close", CANCELLATION, 0.30, 0.60),
    ("close", "marketing"): Frame("opt-out.end-newsletter", OPT_OUT, 0.90, 0.90),
    ("leave", "service"): Frame("cancellation.leave-service", CANCELLATION, 0.95, 0.97),
    ("leave", "site"): Frame("cancellation.leave-site", CANCELLATION, 0.80, 0.92),
    ("leave", "subscription"): Frame("cancellation.leave-subscription", CANCELLATION, 0.70, 0.90),
    ("leave", "self"): Frame("cancellation.leave", CANCELLATION, 0.60, 0.90),
    ("leave", "nothing"): Frame("cancellation.leave", CANCELLATION, 0.60, 0.90),
    ("leave", "marketing"): Frame("opt-out.leave-newsletter", OPT_OUT, 0.95, 0.95),
    ("leave", "list"): Frame("opt-out.leave-list", OPT_OUT, 0.95, 0.93),
    ("leave", "mail"): Frame("opt-out.leave-mail", OPT_OUT, 0.90, 0.85),
    ("unsubscribe", "nothing"): Frame("opt-out.unsubscribe", OPT_OUT, 0.95, 0.90),
    ("unsubscribe", "self"): Frame("opt-out.unsubscribe-me", OPT_OUT, 0.97, 0.93),
    ("unsubscribe", "address"): Frame("opt-out.unsubscribe-address", OPT_OUT, 0.97, 0.93),
    ("unsubscribe", "marketing"): Frame("opt-out.unsubscribe-newsletter", OPT_OUT, 0.98, 0.97),
    ("unsubscribe", "list"): Frame("opt-out.unsubscribe-list", OPT_OUT, 0.98, 0.97),
    ("unsubscribe", "mail"): Frame("opt-out.unsubscribe-mail", OPT_OUT, 0.97, 0.95),
    ("unsubscribe", "subscription"): Frame(
        "opt-out.unsubscribe-subscription", OPT_OUT, 0.80, 0.60
    ),
    ("unsubscribe", "service"): Frame(
        "cancellation.unsubscribe-service", CANCELLATION, 0.55, 0.70
    ),
    ("unsubscribe", "data"): Frame("opt-out.unsubscribe-data", OPT_OUT, 0.80, 0.70),
    ("stop", "sending"): Frame("opt-out.stop-sending", OPT_OUT, 0.95, 0.93),
    ("stop", "marketing"): Frame("opt-out.stop-newsletter", OPT_OUT, 0.96, 0.95),
    ("stop", "mail"): Frame("opt-out.stop-mail", OPT_OUT, 0.88, 0.85),
    ("stop", "nothing"): Frame("opt-out.stop", OPT_OUT, 0.30, 0.20),
    ("stop", "list"): Frame("opt-out.stop-list", OPT_OUT, 0.80, 0.75),
    ("stop", "service"): Frame("cancellation.stop-service", CANCELLATION, 0.75, 0.90),
    ("stop", "site"): Frame("cancellation.stop-site", CANCELLATION, 0.55, 0.70),
    ("stop", "subscription"): Frame("cancellation.stop-subscription", CANCELLATION, 0.80, 0.92),
    ("stop", "part"): Frame("cancellation.stop-part", CANCELLATION, 0.40, 0.55),
    ("stop", "payment"): Frame("cancellation.stop-payment", CANCELLATION, 0.55, 0.70),
    ("remove", "list"): Frame("opt-out.remove-from-list", OPT_OUT, 0.95, 0.93),
    ("remove", "marketing"): Frame("opt-out.remove-from-newsletter", OPT_OUT, 0.95, 0.95),
    ("remove", "mail"): Frame("opt-out.remove-from-mail", OPT_OUT, 0.80, 0.78),
    ("remove", "self"): Frame("opt-out.remove-me", OPT_OUT, 0.80, 0.65),
    ("remove", "address"): Frame("opt-out.remove-address", OPT_OUT, 0.78, 0.65),
    ("remove", "service"): Frame("cancellation.remove-service", CANCELLATION, 0.90, 0.95),
    ("remove", "subscription"): Frame(
        "cancellation.remove-subscription", CANCELLATION, 0.80, 0.92
    ),
    ("remove", "site"): Frame("cancellation.remove-site", CANCELLATION, 0.60, 0.86),
    ("remove", "nothing"): Frame("opt-out.remove", OPT_OUT, 0.40, 0.30),
    ("not-send", "marketing"): Frame("opt-out.do-not-send", OPT_OUT, 0.96, 0.95),
    ("not-send", "mail"): Frame("opt-out.do-not-mail", OPT_OUT, 0.90, 0.88),
    ("not-send", "list"): Frame("opt-out.do-not-send", OPT_OUT, 0.80, 0.80),
    ("not-send", "self"): Frame("opt-out.do-not-contact", OPT_OUT, 0.80, 0.78),
    ("not-send", "address"): Frame("opt-out.do-not-contact", OPT_OUT, 0.85, 0.80),
    ("not-send", "nothing"): Frame("opt-out.do-not-send", OPT_OUT, 0.50, 0.50),
    ("not-receive", "marketing"): Frame("opt-out.stop-receive", OPT_OUT, 0.96, 0.95),
    ("not-receive", "mail"): Frame("opt-out.stop-receive-mail", OPT_OUT, 0.90, 0.88),
    ("not-receive", "list"): Frame("opt-out.stop-receive", OPT_OUT, 0.92, 0.90),
    ("not-receive", "self"): Frame("opt-out.stop-receive", OPT_OUT, 0.50, 0.50),
    ("not-receive", "nothing"): Frame("opt-out.stop-receive", OPT_OUT, 0.60, 0.55),
    ("refuse", "marketing"): Frame("opt-out.not-wanted", OPT_OUT, 0.92, 0.90),
    ("refuse", "mail"): Frame("opt-out.mail-not-wanted", OPT_OUT, 0.76, 0.75),
    ("refuse", "list"): Frame("opt-out.list-not-wanted", OPT_OUT, 0.70, 0.70),
    ("refuse", "service"): Frame("cancellation.not-wanted", CANCELLATION, 0.60, 0.80),
    ("refuse", "site"): Frame("cancellation.site-not-wanted", CANCELLATION, 0.50, 0.75),
    ("refuse", "subscription"): Frame("cancellation.not-wanted", CANCELLATION, 0.60, 0.80),
    ("not-keep", "service"): Frame("cancellation.not-kept", CANCELLATION, 0.80, 0.92),
    ("not-keep", "site"): Frame("cancellation.not-kept", CANCELLATION, 0.65, 0.86),
    ("not-keep", "subscription"): Frame("cancellation.not-kept", CANCELLATION, 0.75, 0.90),
    ("not-keep", "nothing"): Frame("cancellation.not-kept", CANCELLATION, 0.40, 0.60),
    ("no-more", "marketing"): Frame("opt-out.no-more", OPT_OUT, 0.95, 0.94),
    ("no-more", "mail"): Frame("opt-out.no-more-mail", OPT_OUT, 0.80, 0.78),
    ("object", "marketing"): Frame("opt-out.objection", OPT_OUT, 0.96, 0.95),
    ("object", "mail"): Frame("opt-out.objection", OPT_OUT, 0.85, 0.80),
    ("object", "list"): Frame("opt-out.objection", OPT_OUT, 0.85, 0.80),
    ("object", "data"): Frame("opt-out.objection-to-use", OPT_OUT, 0.60, 0.55),
    ("object", "address"): Frame("opt-out.objection-to-use", OPT_OUT, 0.65, 0.60),
    ("carry_out", "cancellation"): Frame("cancellation.carry-out", CANCELLATION, 0.86, 0.93),
    ("carry_out", "unsubscription"): Frame("opt-out.carry-out", OPT_OUT, 0.88, 0.85),
    ("not-renew", "service"): Frame("cancellation.no-renewal", CANCELLATION, 0.88, 0.92),
    ("not-renew", "subscription"): Frame("cancellation.no-renewal", CANCELLATION, 0.80, 0.90),
    ("not-renew", "site"): Frame("cancellation.no-renewal", CANCELLATION, 0.60, 0.80),
    ("not-renew", "nothing"): Frame("cancellation.no-renewal", CANCELLATION, 0.40, 0.60),
    ("still", "marketing"): Frame("opt-out.still-receiving", OPT_OUT, 0.80, 0.78),
    ("still", "mail"): Frame("opt-out.still-receiving", OPT_OUT, 0.80, 0.78),
}
