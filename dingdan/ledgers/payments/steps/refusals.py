"""Why money does not move. Amounts are `Money`, so that people read them in the currency and programs in minor units."""

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import NotFound, Refusal, WrongGuess, refuses
from dingdan.kernel.money import Money


class AmountNotPositive(Refusal):
    status = 422
    sentence = _("An amount of {amount} cannot be paid.")
    remedy = _("Give an amount of at least one minor unit.")

    @classmethod
    def check(cls, money: Money) -> Money:
        """The same money; refused unless it is more than nothing."""
        if money.amount <= 0:
            raise cls(amount=money, field="amount")
        return money


class ForeignCurrency(Refusal):
    """Money of one currency for a document or payment of another."""

    status = 422
    sentence = _("This is in {currency}, what it is for is in {expected}.")
    remedy = _("Give the amount in {expected}.")

    @classmethod
    def check(cls, currency: str, expected: str) -> None:
        """Refuses unless the two are the same."""
        if currency != expected:
            raise cls(currency=currency, expected=expected, field="currency")


class UnknownMethod(Refusal):
    """Neither a method nor a gateway that is there."""

    status = 422
    sentence = _("There is no payment method {method} here.")
    remedy = _("Use one of these: {known}.")


class NotThisWay(Refusal):
    """The method is there, but not for this."""

    status = 422
    sentence = _("Money cannot be recorded as {method} here.")
    remedy = _("Use one of these: {known}.")


class NothingToAsk(Refusal):
    """All that a gateway was asked is answered."""

    sentence = _("Everything about this payment is known: {gateway} owes no answer.")
    remedy = _("Look at the payment: its attempts say what became of it.")


class NoMerchantAccount(Refusal):
    """The shop has no account at the firm, so that nobody could get the money."""

    sentence = _("This shop has no account at {gateway} in use.")
    remedy = _("Add the shop's account at {gateway} first, or pay another way.")


class CurrencyNotTaken(Refusal):
    """The firm takes only some currencies."""

    status = 422
    sentence = _("{gateway} takes no {currency}.")
    remedy = _("Pay another way. {gateway} takes {known}.")


class WayNotOffered(Refusal):
    """The firm cannot be met this way."""

    status = 422
    sentence = _("{gateway} cannot be paid by the way {way}.")
    remedy = _("Use one of these: {known}.")


class UnknownGatewayReference(NotFound):
    """A gateway speaks of something that we did not ask for."""

    sentence = _("Nothing here is known to {gateway} as {reference}.")
    remedy = _("Check that the notice belongs to this shop and to this gateway's account.")


class ReferenceUsed(Refusal):
    """The bank's or gateway's name for this money is already in the books."""

    sentence = _("{gateway} {reference} is already recorded.")
    remedy = _("Nothing is to be done if it is the same money. Otherwise give its own reference.")


class AlreadyRecorded(Refusal):
    """The answer to this attempt is known already; whoever tells it again has nothing more to do."""

    sentence = _("This attempt is already {state}.")
    remedy = _("Nothing is to be done.")


class AmountDiffers(Refusal):
    """A gateway speaks of another amount or currency than was asked for: never taken for the answer."""

    status = 422
    sentence = _("{asked} was asked for, the answer says {told}.")
    remedy = _("Look at the gateway's own page, and do not trust this notice.")


class CaptureAboveAuthorized(Refusal):
    sentence = _("{asked} cannot be captured: {left} is left.")
    remedy = _("Capture at most {left}, or ask for a new authorization.")


class CaptureWaits(Refusal):
    """What the money is for is being looked at first."""

    sentence = _("Nothing is captured for this {document} yet: it is being reviewed.")
    remedy = _("Let it pass at the review desk first.")


class NothingToVoid(Refusal):
    sentence = _("Nothing of this payment is held any more.")
    remedy = _("Refund what was captured.")


class RefundAboveCaptured(Refusal):
    """More than what was captured and neither given back nor promised to be."""

    sentence = _("{asked} cannot be refunded: {left} is left.")
    remedy = _("Refund at most {left}. What is to be given beyond that is goodwill.")


class AllocationAboveUnapplied(Refusal):
    sentence = _("{asked} cannot be put to documents: {left} of this payment is free.")
    remedy = _("Use at most {left}, or release it from another document first.")


class AllocationAboveDue(Refusal):
    sentence = _("{asked} cannot be put to this document: {left} is due.")
    remedy = _("Use at most {left}; the rest stays free for other documents or a refund.")


class ReleaseAboveAllocated(Refusal):
    sentence = _("{asked} cannot be released: {left} of this payment is on this document.")
    remedy = _("Release at most {left}.")


class CreditAboveInvoiced(Refusal):
    sentence = _("{asked} cannot be credited: {left} of what was invoiced is left.")
    remedy = _("Credit at most {left}. A debt that was written off is reinstated first.")


class WriteOffAboveOpen(Refusal):
    sentence = _("{asked} cannot be written off: {left} is invoiced and open.")
    remedy = _("Write off at most {left}.")


class ReinstateAboveWrittenOff(Refusal):
    sentence = _("{asked} cannot be reinstated: {left} was written off.")
    remedy = _("Reinstate at most {left}.")


class NotEnoughCredit(Refusal):
    """More than the credit, gift card or payable holds."""

    sentence = _("{asked} cannot be used: {left} is left.")
    remedy = _("Use at most {left}, and pay the rest another way.")


class NobodyToCredit(Refusal):
    """Credit belongs to a customer, and the payment names none."""

    sentence = _("Payment {payment} belongs to no customer, so nobody can be given credit.")
    remedy = _("Give the money back another way.")


class NothingDue(Refusal):
    sentence = _("Nothing is due on this document.")
    remedy = _("Nothing is to be done.")


class SettledAboveCaptured(Refusal):
    sentence = _("{asked} cannot have been passed on: {left} of this payment was still out.")
    remedy = _("Compare the statement with the payments that it names.")


class CardNotUsable(WrongGuess):
    """Strangers are not told whether there is no such card, or one that is void or over."""

    status = 422
    sentence = _("This gift card cannot be used here.")
    remedy = _("Look at the code character by character, or ask the shop.")


class CardCodeUsed(Refusal):
    sentence = _("There is a gift card with this code already.")
    remedy = _("Nothing is to be done if it is the same card.")


class CardUsed(Refusal):
    """Cards of a line were to be taken back that somebody has paid with, or that are over."""

    sentence = _("Of {name}, {asked} cannot be taken back: {unused} of the gift cards are unused.")
    remedy = _("Take back unused ones only. What was paid with a used card has bought something else.")


class CardSoldOnOrder(Refusal):
    sentence = _("This gift card was sold on an order and goes back with its line.")
    remedy = _("Cancel the line on the order: the card is void then, and the money goes back. A lost card is replaced.")


class CardIsVoid(Refusal):
    """Money cannot go back to where nobody could use it."""

    sentence = _("The gift card that this was paid with is void.")
    remedy = _("Give the money back another way, such as store credit.")


class NothingToIssue(Refusal):
    """No card of the document waits for its code, or the document is not paid."""

    sentence = _("No gift card of this order waits for its code, or the order is not paid yet.")
    remedy = _("Gift cards get their codes when the order is invoiced and paid in full.")


class DisputeAboveCaptured(Refusal):
    sentence = _("{asked} cannot be disputed: {left} of this payment is neither refunded nor disputed.")
    remedy = _("Compare the gateway's notice with the refunds of the payment; withdraw one that was not sent.")


class DecidedAboveDisputed(Refusal):
    sentence = _("{asked} cannot be decided: {left} of this dispute is open.")
    remedy = _("Give what was won, or lost, in all: at most {left}.")


class BeyondLimit(Refusal):
    """Somebody else used what was left in the same moment: the database's own refusal."""

    sentence = _("This goes beyond what is left.")
    remedy = _("Read the payment again and use at most what is left of it.")


for _constraint in (
    "captured_never_exceeds_requested",
    "captured_and_voided_never_exceed_authorized",
    "refunded_never_exceeds_captured",
    "payment_uses_never_exceed_captured",
    "payment_settled_never_exceeds_captured",
    "allocation_refunded_never_exceeds_amount",
    "receivable_refunded_never_exceeds_allocated",
    "receivable_relief_never_exceeds_invoiced",
    "payable_paid_never_exceeds_amount",
    "payment_amounts_are_never_negative",
    "allocation_amounts_are_never_negative",
    "receivable_amounts_are_never_negative",
    "payable_amounts_are_never_negative",
    "what_is_disputed_is_not_refunded_too",
):
    refuses(_constraint, BeyondLimit)
refuses("a_gift_card_code_opens_one_card", CardCodeUsed)
refuses("a_dispute_is_opened_once", lambda: AlreadyRecorded(state=_("open")))
for _constraint in ("a_gateway_reference_is_paid_once", "a_gateway_reference_happens_once"):
    refuses(_constraint, lambda: ReferenceUsed(gateway=_("This"), reference=_("reference")))
