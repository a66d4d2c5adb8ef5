"""The one table of mails whose wording is the shop's: what each kind is called, which names it knows, how the program words it.

A new kind of mail becomes editable by a row in `KINDS` whose code is that of its notice, and by putting the values of its names
into the letter where it is written. What every kind knows (`customer`, `shop`) is added by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Amount(int):
    """An amount in minor units that is shown written out, with its currency."""


class Lines(tuple):  # type: ignore[type-arg]
    """Lines of goods or invoices, each with the names in `LINE`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Name:
    """A value that a wording may call by its path. Where a mail has no such value, it is nil. ``sample`` is a text, yes or no, an
    `Amount`, a date or `Lines`."""

    path: str
    meaning: Any
    sample: Any


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence of the program's: its words, and which name stands for each of its braces. With ``when`` it is said where that
    name is true, else ``otherwise`` is."""

    words: Any
    names: Mapping[str, str] = field(default_factory=dict)
    when: str = ""
    otherwise: Text | None = None

    @property
    def template(self) -> str:
        """The sentence as a wording that shops may go on from, in the active language."""
        said = str(self.words).format(**{name: f"{{{{ {path} }}}}" for name, path in self.names.items()})
        if not self.when:
            return said
        rest = f"{{% else %}}{self.otherwise.template}" if self.otherwise else ""
        return f"{{% if {self.when} %}}{said}{rest}{{% endif %}}"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of mail. ``blocks`` are what the program itself puts into it: a wording may place them, and cannot lose them.

    ``may_be_off`` tells whether a shop can do without it.
    """

    code: str
    title: Any
    names: tuple[Name, ...]
    subject: Text
    heading: Text
    body: tuple[Text, ...]
    blocks: tuple[str, ...]
    may_be_off: bool = False
    is_about_order: bool = True

    @property
    def all_names(self) -> tuple[Name, ...]:
        """What such a mail knows, with what every mail does."""
        return (*self.names, *EVERYWHERE)


BLOCKS: Final[Mapping[str, Any]] = {
    "notes": _("What the reader must know: how to pay, what follows, what was answered"),
    "button": _("The button"),
    "facts": _("The table of facts, and the code to be scanned"),
    "order_lines": _("The lines"),
    "totals": _("The totals"),
    "addresses": _("The addresses"),
}
"""The program's own blocks, in the order in which they stand in a mail by themselves."""

LINE: Final[Mapping[str, Any]] = {
    "name": _("What it is"),
    "sku": _("Its number"),
    "quantity": _("How many"),
    "amount": _("What it comes to"),
}

SAMPLE_LINES: Final = (
    {"name": pgettext_lazy("sample", "Mug “Harbor”"), "sku": "MUG-HARBOR", "quantity": "2", "amount": Amount(3600)},
    {"name": pgettext_lazy("sample", "Oolong tea, 100 g"), "sku": "TEA-OOLONG", "quantity": "1", "amount": Amount(950)},
)

EVERYWHERE: Final = (
    Name("customer.name", _("Whoever the mail goes to"), pgettext_lazy("sample", "Ann Lee")),
    Name("shop.name", _("What customers call the shop"), pgettext_lazy("sample", "Amy’s Mugs")),
    Name("shop.email", _("Where answers go"), "hello@shop.example"),
    Name("shop.phone", _("The shop’s phone"), "+44 20 7946 0958"),
    Name("shop.website", _("The shop’s own site"), "https://shop.example"),
)
_ORDER: Final = (
    Name("order.number", _("Number of the order"), "1042"),
    Name("order.date", _("When it was placed"), date(2027, 1, 4)),
    Name("order.total", _("What it comes to"), Amount(5045)),
    Name("order.due", _("What is still to be paid; nil if nothing is"), Amount(5045)),
    Name(
        "order.page",
        _("Where the customer looks at the order (address); nil if there is no such page"),
        "https://shop.example/o/1042",
    ),
)
_LINES: Final = Name("lines", _("The lines, each with name, sku, quantity and amount"), Lines(SAMPLE_LINES))
_SHIPMENT: Final = Name("shipment.number", _("Number of the shipment"), "S1042")
_NUMBERED: Final = {"number": "order.number", "shop": "shop.name"}
_NUMBER: Final = {"number": "order.number"}
_ORDER_BLOCKS: Final = ("notes", "button", "facts", "order_lines", "totals", "addresses")

_TICKET: Final = (
    Name("ticket.number", _("Number of the ticket"), "T1042"),
    Name("ticket.about", _("The order or return that it is about; nil if it is about none"), "1042"),
    Name(
        "ticket.page", _("Where the customer follows it (address); nil if there is no such page"), "https://shop.example/t/1042"
    ),
)
_TICKET_NUMBERED: Final = {"number": "ticket.number", "shop": "shop.name"}
_TICKET_BLOCKS: Final = ("notes", "button", "facts")

_ALL: Final = (
    Kind(
        "order_confirmed", _("Order confirmed"),
        (
            *_ORDER,
            Name("order.payment_method", _("How it is paid; nil if nobody said"), _("Bank transfer")),
            Name("order.shipping_method", _("How it is sent; nil if it is not"), pgettext_lazy("sample", "Parcel")),
            Name("order.promised_on", _("By when it is sent; nil if nobody knows"), date(2027, 1, 7)),
            _LINES,
        ),
        Text(_("Your order {number} at {shop}"), _NUMBERED), Text(_("Thank you for your order")),
        (Text(_("We have received your order {number}."), _NUMBER),), _ORDER_BLOCKS,
    ),
    Kind(
        "payment_received", _("Payment received"),
        (
            *_ORDER,
            Name("payment.amount", _("What has arrived; nil if it is not known"), Amount(5045)),
            Name("payment.method", _("How it was paid; nil if it is not known"), _("Card")),
        ),
        Text(_("Payment received for order {number} at {shop}"), _NUMBERED), Text(_("We have received your payment")),
        (
            Text(
                _("{amount} for your order {number} has arrived."), {**_NUMBER, "amount": "payment.amount"}, "payment.amount",
                Text(_("Your payment for order {number} has arrived."), _NUMBER),
            ),
        ),
        ("notes", "facts", "totals"), may_be_off=True,
    ),
    Kind(
        "shipped", pgettext_lazy("mail", "Shipped"),
        (
            *_ORDER, _SHIPMENT,
            Name("shipment.sent_on", _("When it left; nil if it is not known"), date(2027, 1, 6)),
            Name("shipment.carrier", _("Who carries it; nil if nobody said"), "Royal Mail"),
            Name("shipment.tracking_number", _("Its first tracking number; nil if it has none"), "RM123456789GB"),
            Name("shipment.tracking_url", _("Where it can be followed (address); nil if we do not know the carrier"),
                 "https://www.royalmail.com/track-your-item#/tracking-results/RM123456789GB"),
            _LINES,
        ),
        Text(_("Order {number} from {shop} is on its way"), _NUMBERED), Text(_("Your goods are on their way")),
        (Text(_("Goods of your order {number} have left our house."), _NUMBER),),
        ("notes", "button", "facts", "order_lines", "addresses"), may_be_off=True,
    ),
    Kind(
        "delivered", pgettext_lazy("mail", "Delivered"),
        (*_ORDER, _SHIPMENT, Name("shipment.arrived_on", _("When it arrived; nil if it is not known"), date(2027, 1, 8)), _LINES),
        Text(_("Order {number} from {shop} has arrived"), _NUMBERED), Text(_("Your goods have arrived")),
        (
            Text(_("The carrier tells us that goods of your order {number} are with you."), _NUMBER),
            Text(_("If something is missing or broken, please tell us.")),
        ),
        ("facts", "order_lines"), may_be_off=True,
    ),
    Kind(
        "refunded", pgettext_lazy("mail", "Refunded"),
        (*_ORDER, Name("refund.amount", _("What was given back"), Amount(950))),
        Text(_("Refund for order {number} at {shop}"), _NUMBERED), Text(_("Your money is on its way back")),
        (
            Text(_("We have given back {amount} for your order {number}."), {**_NUMBER, "amount": "refund.amount"}),
            Text(_("Banks and card companies may take a few days to show it.")),
        ),
        ("facts", "totals"),
    ),
    Kind(
        "order_canceled", _("Order canceled"),
        (
            *_ORDER,
            Name("order.is_canceled", _("Whether all of it is canceled, and not only a part"), True),
            Name("refund.amount", _("What goes back; nil if nothing does"), Amount(5045)),
            _LINES,
        ),
        Text(_("Order {number} at {shop} is canceled"), _NUMBERED, "order.is_canceled",
             Text(_("A part of order {number} at {shop} is canceled"), _NUMBERED)),
        Text(_("Your order is canceled"), {}, "order.is_canceled", Text(_("A part of your order is canceled"))),
        (
            Text(_("Your order {number} is canceled. Nothing more of it will be sent."), _NUMBER, "order.is_canceled",
                 Text(_("These parts of your order {number} are canceled. The rest goes on as planned."), _NUMBER)),
        ),
        ("notes", "facts", "order_lines"),
    ),
    Kind(
        "order_changed", _("Order changed"), (*_ORDER, _LINES),
        Text(_("Order {number} at {shop} was changed"), _NUMBERED), Text(_("Your order was changed")),
        (Text(_("This is what your order {number} says now."), _NUMBER),), _ORDER_BLOCKS,
    ),
    Kind(
        "return_lapsed", _("Goods have not come back"),
        (
            *_ORDER,
            Name("return.number", _("Number of the return"), "R1042"),
            Name("return.due_back_on", _("When it was to be back; nil if nobody said"), date(2027, 1, 20)),
        ),
        Text(_("Please pay for order {number} at {shop}"), _NUMBERED), Text(_("Your goods have not come back")),
        (
            Text(_("We sent you order {number} ahead, before the goods that it replaces were back. They have not arrived here."),
                 _NUMBER),
            Text(_("Please pay {amount} for it, or tell us if they are on their way."), {"amount": "order.due"}),
        ),
        ("button", "facts", "totals"),
    ),
    Kind(
        "payment_link", _("Link to pay"), (*_ORDER, Name("pay.url", _("Where it is paid (address)"), "https://shop.example/pay/1042")),
        Text(_("Please pay for order {number} at {shop}"), _NUMBERED), Text(_("Here you can pay for your order")),
        (Text(_("{amount} is to be paid for your order {number}."), {**_NUMBER, "amount": "order.due"}),),
        ("button", "facts", "totals"),
    ),
    Kind(
        "order_link", _("Link to the order"), _ORDER,
        Text(_("The way to your order {number} at {shop}"), _NUMBERED), Text(_("Here is your order")),
        (
            Text(_("Somebody asked for the way to your order {number}, with this address. The button leads there."), _NUMBER),
            Text(_("Whoever has this mail can look at the order. If it was not you who asked, you need not do anything.")),
        ),
        ("button", "facts"),
    ),
    Kind(
        "payment_reminder", _("Payment reminder"),
        (
            *_ORDER,
            Name("invoice.number", _("Number of the invoice"), "INV-1042"),
            Name("invoice.issued_on", _("When it was issued"), date(2027, 1, 4)),
            Name("invoice.due_on", _("By when it was to be paid"), date(2027, 1, 18)),
            Name("invoice.open", _("What is open of it"), Amount(5045)),
            Name("reminder.level", _("Which reminder it is, counted from 1"), "1"),
            Name("reminder.is_first", _("Whether it is the first"), True),
        ),
        Text(_("Reminder: invoice {invoice} of {shop}"), {"invoice": "invoice.number", "shop": "shop.name"}),
        Text(_("A reminder"), {}, "reminder.is_first", Text(_("Reminder no. {level}"), {"level": "reminder.level"})),
        (
            Text(_("{amount} of our invoice {invoice} was due on {due} and has not arrived here."),
                 {"amount": "invoice.open", "invoice": "invoice.number", "due": "invoice.due_on"}),
            Text(_("If you have paid meanwhile, please forgive this mail. Otherwise please pay now.")),
        ),
        ("notes", "button", "facts", "totals"),
    ),
    Kind(
        "account_statement", _("Account statement"),
        (Name("statement.date", _("The day on which it was made"), date(2027, 2, 1)), _LINES),
        Text(_("What is open at {shop}"), {"shop": "shop.name"}), Text(_("Your account with us")),
        (Text(_("These invoices are open on {date}."), {"date": "statement.date"}),),
        ("button", "facts", "order_lines", "totals"),
    ),
    Kind(
        "gift_card", _("Gift card"),
        (
            Name("card.amount", _("What is on the card"), Amount(5000)),
            Name("card.from", _("Who gives it; nil if it is nobody’s gift"), pgettext_lazy("sample", "Bo Ek")),
            Name("card.last_day", _("By when it is to be used; nil if it lasts for good"), date(2028, 1, 4)),
        ),
        Text(_("Your gift card over {amount} for {shop}"), {"amount": "card.amount", "shop": "shop.name"}),
        Text(_("A gift card for you")),
        (Text(_("With this code you can pay at {shop}, all at once or bit by bit."), {"shop": "shop.name"}),),
        ("notes", "facts"),
    ),
    Kind(
        "ticket_opened", _("Message received"), _TICKET,
        Text(_("We have your message {number} at {shop}"), _TICKET_NUMBERED), Text(_("We have received your message")),
        (Text(_("We look into it and write to you. This is what you told us:")),), _TICKET_BLOCKS,
        may_be_off=True, is_about_order=False,
    ),
    Kind(
        "ticket_answered", _("Message answered"), _TICKET,
        Text(_("An answer to your message {number} at {shop}"), _TICKET_NUMBERED), Text(_("We have an answer for you")),
        (), _TICKET_BLOCKS, is_about_order=False,
    ),
    Kind(
        "ticket_solved", _("Matter settled"), _TICKET,
        Text(_("Your message {number} at {shop} is settled"), _TICKET_NUMBERED), Text(_("We hope that all is well now")),
        (Text("{{{{ notes }}}}"), Text(_("We take the matter to be settled. If it is not, please write to us again."))),
        _TICKET_BLOCKS, may_be_off=True, is_about_order=False,
    ),
    Kind(
        "back_in_stock", _("Back in stock"),
        (
            Name("article.name", _("What can be had again"), pgettext_lazy("sample", "Mug “Harbor”")),
            Name("article.page", _("Where it is bought (address); nil if there is no storefront"), "https://shop.example/p/harbor/"),
        ),
        Text(_("{article} can be had again at {shop}"), {"article": "article.name", "shop": "shop.name"}), Text(_("It is back")),
        (
            Text(_("You wanted to know when {article} can be had again. It can be now."), {"article": "article.name"}),
            Text(_("We keep no piece aside for you: it is sold to whoever orders first.")),
        ),
        ("button",), is_about_order=False,
    ),
    Kind(
        "account_sign_in", _("Link to sign in"), (),
        Text(_("Your link to sign in at {shop}"), {"shop": "shop.name"}), Text(_("Sign in")),
        (Text(_("With this link you sign in at {shop}. If you have no account yet, it makes one."), {"shop": "shop.name"}),),
        ("notes", "button"), is_about_order=False,
    ),
    Kind(
        "account_move", _("New address of an account"), (),
        Text(_("Your new address at {shop}"), {"shop": "shop.name"}), Text(_("Is this your new address?")),
        (Text(_("Somebody wants to use this address for their account at {shop}."), {"shop": "shop.name"}),),
        ("notes", "button"), is_about_order=False,
    ),
    Kind(
        "account_changed", _("Account changed"),
        (Name("account.change", _("What was changed"), _("The password of your account was changed")),),
        Text(_("Your account at {shop} was changed"), {"shop": "shop.name"}), Text("{what}", {"what": "account.change"}),
        (), ("notes", "button"), is_about_order=False,
    ),
    Kind(
        "account_forgotten", _("Person forgotten"), (),
        Text(_("You are forgotten at {shop}"), {"shop": "shop.name"}), Text(_("You are forgotten")),
        (), ("notes",), is_about_order=False,
    ),
)  # fmt: skip

KINDS: Final[Mapping[str, Kind]] = {one.code: one for one in _ALL}
"""By code: every kind of mail that a shop may word."""
