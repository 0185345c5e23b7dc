"""Plain English requests, as people type them into a form, and what stands close to them."""

from __future__ import annotations

import pytest

from handlers.values import Intent, Role
from tests.unit.classified import message, rules_alone
from tests.unit.contrasts import mistaken, pairs_of

# Ends nothing in either mailbox, and a text that asks for the end in cancel@.
NO_END = {
    "en": (
        # Help with it, and help with something else.
        ("I need help with my account.", "I need help closing my account."),
        (
            "Can you help me to change my contract?",
            "Can you help me to terminate my contract?",
        ),
        ("I need a hand with moving my site.", "I need a hand with closing my account."),
        # What one failed to do oneself, and whether just that is handed over.
        (
            "I can't find where to close my account. Please tell me.",
            "I can't find where to close my account. Please do it for me.",
        ),
        (
            "The panel won't let us cancel. Can you please repair it?",
            "The panel won't let us cancel. Can you please do it?",
        ),
        (
            "I could not work out how to cancel my plan. Why is that?",
            "I could not work out how to cancel my plan, so please do it for me.",
        ),
        (
            "You cannot close my account just like that. Please do it properly.",
            "I cannot close my account by myself. Please do it now.",
        ),
        (
            "I can't cancel my account yet, please do the backup first.",
            "I can't cancel my account here, please do it from your side.",
        ),
        (
            "I do not want to cancel my contract. Please do it for the other firm.",
            "I did not manage to cancel my contract. Please do it for me.",
        ),
        (
            "I can't afford to close my account. Please do it some other way.",
            "I wasn't able to close my account. Please do it for me.",
        ),
        (
            "I tried to cancel my plan and got an error. What is wrong?",
            "I tried to cancel my plan and got an error. Please do it for me.",
        ),
        (
            "I tried to close the ticket in the panel. Please do it for me.",
            "I tried to close the account in the panel. Please do it for me.",
        ),
        (
            "I asked you on the phone to cancel my contract. Has it been done?",
            "I asked you on the phone to cancel my contract. Please do it now.",
        ),
        # A confirmation, of what it is.
        (
            "I cancelled my order last week. Please confirm the cancellation.",
            "Please confirm the cancellation of my contract.",
        ),
        (
            "Please confirm the cancellation of my appointment.",
            "Could you kindly confirm the termination of our hosting account?",
        ),
        # Wishes.
        (
            "Is it possible for you to renew my account this week?",
            "Is it possible for you to remove my account this week?",
        ),
        (
            "We need the hosting and ask you to keep it.",
            "We do not need the hosting and ask you to cancel it.",
        ),
        (
            "I'm requesting that you reopen my account.",
            "I'm requesting that you close my account.",
        ),
        # Somebody else's, or elsewhere, or no more.
        (
            "I tried to close the rival's account. Please do it.",
            "I tried to close my account. Please do it.",
        ),
        (
            "I couldn't close the account on the tax office site. Please do it for me.",
            "I couldn't close the account in the panel. Please do it for me.",
        ),
        (
            "I can't close my account. Please do it no more.",
            "I can't close my account. Please do it today.",
        ),
        # Registrations with somebody else.
        (
            "Please close the registration on our site at 6 pm.",
            "Please delete my registration with your site.",
        ),
        ("Cancel our registration for the marathon.", "Please delete our registration."),
        # Kinds of contract.
        ("Please cancel my gym membership.", "Please cancel our business plan."),
        ("Please cancel the game server order.", "Please cancel my game server account."),
        (
            "Could you restart the hosting of our shop, please?",
            "Could you terminate the hosting of our shop, please?",
        ),
        ("Has the account deletion failed?", "Account deletion, please"),
        # Denied in few words, and what is denied beside a request.
        (
            "You are about to close our account. We do not want that to happen.",
            "Please close our account. We do not want that to happen again.",
        ),
        (
            "We refuse to accept the termination of our contract.",
            "We refuse to accept the new prices, please terminate our contract.",
        ),
        (
            "I'd like to avoid the closure of my account.",
            "Please close my account, to avoid the closure of service desks.",
        ),
        (
            "Please protect our site from deletion.",
            "Please cancel our site today, it saves us from cancellation fees.",
        ),
        (
            "I object to the cancellation of my plan.",
            "I have no objection to the cancellation of my plan, please cancel it.",
        ),
        ("No plans 2 close my account.", "No plans left, close my account."),
        ("Yeah right, close my account and watch what happens.", "Close my account right now."),
        (
            "Rumours that we terminate our hosting are made up.",
            "I read rumours of a takeover. Please terminate our hosting.",
        ),
        ("Closure of our account: our mistake.", "Closure of our account, please"),
        ("Delete my account, you'd love that.", "Delete my account, I'd be glad."),
        (
            "I'd have to be mad to cancel our plan.",
            "You'd have to be mad to pay that. Cancel our plan.",
        ),
        ("Close my account? Nope, nope.", "Close my account. No backup needed."),
        (
            "Apparently our account is cancelled on Friday.",
            "Apparently our site is down again. Cancel our account.",
        ),
        (
            "Cancel my plan. Nobody here knows anything about that.",
            "Cancel my plan. Nobody here knows the password.",
        ),
        (
            "What makes you believe that we close our account?",
            "What makes you believe that we stay? Close our account.",
        ),
        ("It is a myth that we cancel our plan.", "The shop was a myth. Cancel our plan."),
        ("Close our plan, said no one here.", "Close our plan, no one here uses it."),
        ("Just try and close my account.", "I tried and failed. Close my account."),
        # A change of mind, and what it leads to.
        (
            "I changed our mind and want to keep the account.",
            "I changed my mind and want to close the account.",
        ),
        # What is finished, and what is brought to its end.
        ("Could you finish moving my account?", "Could you finish up my account?"),
        # Off and on again.
        (
            "Please shut our server down and start it again.",
            "Please shut our server down for good and cancel the plan.",
        ),
        # Before money is taken.
        ("Can I cancel before I am charged?", "Please cancel my trial before I get charged."),
        # Asked for by "could", with the courtesy behind it.
        ("Could my domain be moved please?", "Could my contract be terminated please?"),
        ("Can the ticket be closed please?", "Can my plan be cancelled please?"),
        # What a cancellation is booked or called about.
        (
            "Please book a call about my cancellation.",
            "Please book the cancellation of our hosting.",
        ),
        ("Please arrange a chat about the closure.", "Please arrange the closure of my account."),
        # What was written, and the request itself.
        (
            "Please disregard today's cancellation mail.",
            "Please regard today's mail as my cancellation. Cancel my plan.",
        ),
        ("Please close this enquiry.", "Please close this account."),
        # Typed in haste.
        ("can u explain the game server sub pls", "can u cansel the game server sub pls"),
    )
}

# Ends no mail in either mailbox, and a text that asks for that in support@.
NO_OPT_OUT = {
    "en": (
        ("Take our shop off the internet for a day.", "Take our shop off your mailing list."),
        ("Remove our school from the server.", "Remove our school from your newsletter."),
        ("I need help with my newsletter tool.", "I need help getting off your newsletter."),
        ("We want the newsletter.", "We also want off the newsletter."),
        ("Where is the newsletter?", "Newsletter removal, please"),
        (
            "I don't know how to unsubscribe a reader. Please tell me.",
            "I don't know how to unsubscribe. Can you do it for me please?",
        ),
        ("Please send my newsletter again.", "Please cancel my newsletter subscription."),
        # A switch of the mail, and of something else.
        ("Set the heating to off for our account.", "Set marketing to off for our account."),
        ("Switch everything off except the cache.", "Set everything to off except billing."),
        # What is to be the last of its kind, or not to come again.
        (
            "Two outages this week. Let that be the last of them please.",
            "Two adverts this week. Let that be the last of them please.",
        ),
        (
            "These bounces should not come any more.",
            "These promo mails should not come any more.",
        ),
        (
            "Our alarm rings daily, kindly see that it does not come on.",
            "A discount mail comes daily, kindly see that it does not come.",
        ),
        # Being asked to rate, and a plugin that asks.
        (
            "The plugin does not ask me to rate anything.",
            "Please don't ask me to rate my tickets.",
        ),
        ("Do you ask for reviews?", "Stop asking for reviews."),
        # Only so much mail.
        ("I only got invoices from you.", "I only want invoices from you."),
        # Where it was not the mail, or not ours, or is missed.
        (
            "Our readers opted out and still get our newsletter.",
            "I opted out and still get your newsletter.",
        ),
        ("I have not got your newsletter since May.", "I do not want your newsletter."),
        ("Can I cancel your hosting plan?", "I want to cancel your emails, not my hosting."),
        ("Please cancel our holiday cards order.", "Please no anniversary vouchers any more."),
        ("Which upgrade offers are there?", "Enough with the upgrade offers!"),
        (
            "Please send us the partner news as well.",
            "Please don't send us the partner news any longer.",
        ),
        ("Please end our project.", "Please end our subscription to GigaPros News."),
        (
            "Kindly do the needful to restore my mails.",
            "Kindly do the needful to unsubscribe my mail ID from promotional mails.",
        ),
    )
}


@pytest.mark.parametrize(("language", "told", "asked"), pairs_of(NO_END))
def test_plain_ends_of_a_contract_and_what_is_close_to_them(
    language: str, told: str, asked: str
) -> None:
    assert not mistaken(Intent.CANCELLATION, language, told, asked)


@pytest.mark.parametrize(("language", "told", "asked"), pairs_of(NO_OPT_OUT))
def test_plain_opt_outs_and_what_is_close_to_them(language: str, told: str, asked: str) -> None:
    assert not mistaken(Intent.OPT_OUT, language, told, asked)


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("We decided to stay.", False),
        ("We are keeping it after all.", False),
        ("The contract will not be continued.", True),
        ("We keep our data ourselves.", True),
    ],
)
def test_what_is_kept_is_not_ended_by_its_heading(text: str, acts: bool) -> None:
    found = rules_alone().read(message(text, subject="Please cancel my plan"), role=Role.CANCEL)
    assert [f.intent for f in found.certain] == ([Intent.CANCELLATION] if acts else [])
