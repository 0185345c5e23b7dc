"""An end that is denied, refused, objected to or put off ends nothing.

"We have no plans to close our account" has all words of a request, and none is made. Beside it
stand requests with a denial of something else: "We have no plans to stay, please cancel".
"""

from __future__ import annotations

import pytest

from handlers.classify.shipped import shipped_classifier
from handlers.values import Intent, Role
from tests.unit.classified import message
from tests.unit.contrasts import acted

DENIED = {
    "en": """
We have no plans to shut our account.
I've no plans to cancel the hosting this year.
There aren't any plans to close our account.
There is no plan to terminate the contract.
We had no plan of cancelling our hosting.
It was never the plan to cancel our account.
Cancelling our hosting is not planned.
A cancellation of our contract is not planned.
No cancellation of our hosting is intended.
No cancellation is wanted here, keep the account running.
We do not intend to cancel our hosting.
I don't intend on cancelling my account.
I never intended to cancel my account.
Not once did I ask for my account to be cancelled.
On no account is our hosting to be cancelled.
On no account should you delete my website.
Under no circumstances do we want the contract terminated.
In no circumstances may our account be deleted.
Under no condition is my site to be taken down.
No way am I cancelling my account.
No way do I want my account closed.
In no case should our hosting be cancelled.
By no means is the contract to be ended.
Far from cancelling our hosting, we would like to add a domain.
We're nowhere near cancelling our account.
I am a long way from cancelling my account.
Cancelling our hosting is out of the question.
Closing the account is not an option for us.
It is out of the question that our contract be terminated.
Ending the contract is not what we want.
Closing my account is not what I asked for.
Cancelling was never on the cards, keep our account open.
Cancelling my account is the last thing on my mind.
Losing my account is the last thing I want.
The last thing I wanted was for you to close my account.
Please refrain from terminating our hosting.
Please abstain from closing our account.
Kindly desist from cancelling our contract.
Please avoid closing our account.
Avoid deleting my account, please.
We would like to avoid the termination of our contract.
How can we avoid our hosting being cancelled?
I want to prevent my account from being closed.
I'd like to prevent the cancellation of our hosting.
Please see to it that our hosting is not cancelled.
Please ensure that our contract isn't terminated.
Make sure nobody closes our account.
Make sure you don't cancel my hosting.
Take care not to delete my account, please.
Be careful not to close our account please.
Please keep our account from being closed.
Please save my account from deletion.
Protect my account from being deleted, please.
I object to our contract being terminated.
We object to the termination of our hosting.
I oppose the closure of my account.
I protest against the cancellation of my hosting contract.
I contest the termination of our agreement.
We dispute the cancellation of our contract.
I want to appeal the termination of my account.
We challenge the closure of our account.
I do not accept the closing of my account.
I won't accept my account being closed.
We will not accept that our contract is cancelled.
I don't agree that my account should be closed.
We disagree with the cancellation of our contract.
I am against cancelling our hosting.
We are all against closing the account.
I'm not in favour of ending our contract.
I do not consent to the deletion of my account.
We don't approve of the account being closed.
I do not authorise the cancellation of my account.
You have no permission to close my account.
I will not have my account closed.
I won't let you close my account.
I won't stand for my hosting being cancelled.
I will not tolerate the termination of our contract.
We do not want the hosting to end.
We don't want our contract to end in December.
I do not want my hosting to expire.
We don't wish the contract to lapse.
I wouldn't want the website to go offline.
We would not want our account to be terminated.
I don't want that the contract ends.
I don't like the idea of my account being closed.
We'd rather not close our account.
I'd rather the account wasn't closed.
We would prefer that you did not cancel our hosting.
We'd prefer our account to stay open rather than be cancelled.
Rather than cancelling my account, please downgrade it.
Instead of closing our account, give us another month.
Instead of terminating the contract, please send me a new invoice.
Without cancelling our contract, can you change the billing date?
We decided not to cancel our hosting.
The board has decided against terminating the contract.
We've resolved not to close the account.
We voted against cancelling the hosting.
I have chosen not to cancel my account.
I can't afford to lose my account, do not delete it.
We can't afford our hosting to be cancelled.
I'd hate for my account to be closed.
We would hate to see our hosting cancelled.
It would be a disaster if you cancelled our hosting.
I would be sorry to see my account closed.
It would be a pity to cancel the account.
It would be a shame to close our account.
Please stop the termination of my contract.
Please halt the closure of our account.
Please undo the cancellation of our hosting.
Please reverse the closure of my account.
Please withdraw the cancellation of our contract.
Call off the cancellation of my hosting please.
Disregard the cancellation of our account.
Please ignore the request to close our account.
Please don't process the cancellation of my account.
Please do not go ahead with the closure of our account.
Don't carry out the cancellation of our contract.
Our account is not to be closed yet.
It is too soon to cancel our hosting.
It's far too early to close the account.
I'm not ready to cancel my account.
We are not cancelling our hosting just yet.
Not cancelling my account yet.
I would not dream of cancelling my account.
We wouldn't dream of closing our account.
I can't imagine cancelling my hosting.
It never crossed my mind to cancel my account.
It has never occurred to us to end the contract.
I would never think of closing my account.
We'd never cancel our hosting.
Why would I want to cancel my account?
Why should we close our account?
Why on earth would we cancel our hosting
Who says I want to cancel my account?
Who told you to close our account?
Since when do I want to cancel my contract?
Whoever said we are leaving was wrong, keep the account.
Do I look as if I want to cancel my account?
I am not asking you to cancel my account.
I'm not saying I want to close my account.
This is not a cancellation of our contract.
This is not a request to close my account.
That wasn't a notice of termination of our contract.
My mail should not be read as a cancellation of our hosting.
Please do not take this as a cancellation of my account.
My account shall not be closed.
Our hosting may not be terminated.
The contract mustn't be cancelled.
My account should never have been closed.
My account was not supposed to be cancelled.
Our hosting wasn't meant to be cancelled.
We dont wanna cancel our account.
i aint cancelling my account
i aint gonna close my account
Pls dnt cancel my account.
I have no inention of canceling my account.
We have no plans to cancell our acount.
We have no plans whatsoever, now or next year, to cancel our hosting.
To cancel our hosting we have no reason.
Cancel my account? Certainly not.
Cancel our hosting? No thanks, never.
Close our account? Nobody wants that.
You want to close my account - I don't.
My husband wants to cancel the account, I do not.
Our contract ends in June and we do not want that.
The account will be closed, says your letter. We do not agree.
It's not true that we want to cancel our hosting.
It is wrong that we asked to close our account.
We have by no means decided to cancel our contract.
It has not been decided to cancel our contract.
We're keeping the hosting, not cancelling it.
I am happy with the hosting and am not going to cancel it.
We're not about to cancel our hosting.
I'm not thinking of cancelling my account.
I am not considering closing my account.
Nothing could make me cancel my account.
You couldn't pay me to cancel my account.
Only a fool would cancel this hosting.
I have no plans to unsubscribe.
I have no intention of unsubscribing from your newsletter.
There's no reason to take me off the list.
At no time did I ask to be unsubscribed.
I never wanted to be removed from the mailing list.
Nobody asked you to unsubscribe us.
Please avoid removing me from the newsletter.
Please refrain from unsubscribing me.
I'd hate to be taken off your mailing list.
I would not dream of unsubscribing from your newsletter.
I object to being removed from the mailing list.
Unsubscribing is the last thing I want.
We decided against unsubscribing.
Rather than unsubscribe me, send fewer mails.
Instead of unsubscribing me, please change my address.
Why would I want to unsubscribe from the newsletter?
Under no circumstances take me off the mailing list.
I don't want the newsletter to end.
Please make sure that I am not unsubscribed.
I can't imagine unsubscribing from your newsletter.
""",
}
# Ended in cancel@, although something is denied as well.
ASKED = {
    "en": """
We no longer need the hosting, please close it.
Nobody uses the site any more, cancel it.
We have no plans to stay, please cancel our hosting.
I won't be needing my account, please close it.
I have no plans to renew the hosting.
There is no need for our hosting any more, please cancel it.
There's no reason to keep my account, please delete it.
We have no more use for the website, so please cancel the hosting.
We cannot afford the hosting any longer, please cancel our contract.
I can't afford this any more. Please cancel my account.
I don't intend to renew. Please cancel my hosting.
We decided not to continue with the hosting, please cancel our account.
We've decided against renewing our contract, so please terminate it.
Nobody here wants the hosting any more, please cancel our contract.
None of us uses the account. Please close it.
Please cancel my account. I never use it.
I never asked for a renewal. Please cancel my hosting contract.
Instead of renewing, please cancel my contract.
Rather than renew our plan, please cancel it.
We do not accept the new prices. Please cancel our hosting.
I object to the price increase and hereby terminate my contract.
We are not happy with the service. Please close our account.
Please do not renew my contract.
Do not extend our hosting contract, please.
We do not want to stay with you. Please cancel our hosting.
I don't see any reason to continue. Please cancel my account.
I would hate to pay for another year, so please cancel my account now.
Please cancel my account, I cannot log in.
Please close my account without delay.
I hereby cancel my contract without notice.
Please cancel our hosting at no further cost.
Please cancel my hosting. We never got the site to work.
Please terminate our contract; we are not going to need it.
We want to cancel our hosting, no matter what it costs.
I want my account closed, not paused.
Why is my account still open? Please cancel my account now.
Please cancel our contract no later than 30 June.
Please make sure our contract is not renewed.
Please see to it that my account is closed.
Please make sure that my account is closed.
Make sure my hosting is cancelled, please.
I refuse to pay more. Cancel my account.
To avoid further charges, please cancel my hosting.
To avoid being billed again I want to cancel my account.
Please cancel my account to prevent any further charges.
The shop has closed and nobody needs the hosting. Please terminate our contract.
It's not working out. Please cancel my account.
There are no plans to reopen the shop. Please cancel our hosting.
We have no plans to reopen the shop, so please cancel our hosting.
I have no interest in the service any longer, please delete my account.
We're not renewing. Please cancel the hosting account.
I am no longer in business. Please close my account.
I don't need my website anymore. Please cancel the hosting.
There's no point in keeping our account, please close it.
We will not be continuing with your hosting.
I don't need a confirmation, just cancel my account.
Cancel my hosting, don't ask why.
Don't charge me again and close my account.
I wouldn't recommend you to anybody. Cancel my account.
Not happy. Cancel my account.
Never again. Please close my account.
No one answers my mails. Please cancel my contract.
Without a phone line you are useless to us, cancel our contract.
We have nothing on the server any more, please cancel the contract.
It is not too late: please cancel my contract before it renews.
I haven't used the hosting for years, please delete my account.
I no longer wish to be your customer. Please close my account.
We don't want the hosting to be extended.
We do not want the contract to renew.
At no time was the service any good. Please cancel our hosting.
Please cancel my account, there is no reason to wait.
We never wanted to leave, but the shop has closed. Please cancel our hosting.
I object to the automatic renewal of my contract, please cancel it.
Rather than pay twice, I would like to cancel my account.
I want to cancel my account and there is no reason to discuss it.
We had hoped to stay but there is no reason for us to, please cancel our hosting.
At no point did your support answer and I want to cancel my account.
At this stage we want to cancel our hosting.
It would be a shame to pay again, so please cancel my account.
I'd be sorry to leave, but please cancel my hosting.
I would hate to leave, but we must cancel our contract.
It would be a mistake to continue; please cancel our contract.
Before it renews I want to cancel my account. It's too early to renew.
We decided against your new plan and want to cancel our account.
We decided against another year. Please cancel our hosting.
The committee voted against renewing, so please cancel our hosting.
The board decided against staying with you. Please terminate our contract.
I object to the price rise. Please cancel my account.
We object to the new terms and therefore cancel our contract.
To avoid being charged again, please close my account.
I want to avoid paying twice and so please cancel my account.
Please cancel my account to save me from being billed.
Please cancel my hosting. A refund is out of the question, I know.
None of us wants the hosting any more. Please cancel it.
None of us wants the account, please close it.
Neither of us uses the account. Please close it.
Nobody wants that website any more, please cancel our hosting.
Prices have doubled and nobody wants that. Please cancel my account.
I don't want to keep the website, I want it to end.
I do not want to renew. I want my hosting to end on 30 June.
I want my hosting to end with the year and no renewal.
I do not want the trial to turn into a paid plan. Please cancel it.
I have no plans for the domain, please close my account.
We have no plans to renew our hosting.
I have no further plans to use the hosting. Please close my account.
You have no plans for small shops. Please cancel our hosting.
We ain't staying. Cancel my account.
I aint paying, cancel my account.
You have no right to charge me. Please cancel my account.
I have not the slightest wish to stay, cancel my account please.
Not once did you answer. Please cancel my account.
There's no way I can pay this. Please cancel my account.
In any case please cancel my account.
Please cancel my account under any condition.
My mail was not understood as a cancellation. So again: please cancel my account.
I refuse to accept the new price. Please cancel my contract.
The last thing on my list: please cancel my account.
I wrote against closing time. Please close my account.
Please cancel my subscription to the hosting. It is too soon to say why.
I had no idea it renews; please cancel my account.
No plans for next year, so please cancel our hosting.
I am far from happy. Cancel my account.
We are far from happy and want to terminate our contract.
Not one of us wants to stay. Please cancel our contract.
We must not be charged again. Please cancel our hosting.
It must not renew. Please cancel my hosting.
No cancellation fee applies, so please cancel my contract.
There has been no confirmation of my cancellation. Please cancel my account.
I'd be furious if you charged me again. Cancel my account.
It'd be a mistake to think I'd stay. I hereby cancel my contract.
There's no need for you to reply. Just cancel my account.
Please cancel my account. There is no need to call me.
Please cancel my account, no need for a call.
""",
}


def _lines(of: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, line) for name, text in of.items() for line in text.strip().splitlines()]


@pytest.mark.parametrize(("language", "text"), _lines(DENIED))
def test_an_end_that_is_denied_ends_nothing(language: str, text: str) -> None:
    told = message(text, language=language)
    for role in Role:
        assert not acted(text, language, role), role
        assert not shipped_classifier().read(told, role=role).certain, role


@pytest.mark.parametrize(("language", "text"), _lines(ASKED))
def test_an_end_that_is_asked_for_beside_a_denial_is_carried_out(language: str, text: str) -> None:
    assert acted(text, language, Role.CANCEL) == {Intent.CANCELLATION}
