"""The page with everything about one customer: who they are, what they bought, what is open, what they agreed to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final
from urllib.parse import quote, urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dingdan.insight.board.models import BoardRow
from dingdan.insight.rollups.queries import Figures, added_up, figures_of, segments_of
from dingdan.kernel import clock
from dingdan.ledgers.payments.models import GiftCard
from dingdan.ledgers.payments.queries import credit_of
from dingdan.masterdata.customers.models import Customer, CustomerContact, CustomerNote
from dingdan.masterdata.customers.queries import (
    addresses_of,
    consents_of,
    contact_of,
    identities_of,
    notes_on,
    one_person,
    tags_of,
)
from dingdan.masterdata.customers.rules import NoteAbout
from dingdan.trade.aftersales.models import Return
from dingdan.trade.tickets.lifecycle import ALIVE
from dingdan.trade.tickets.models import Ticket
from dingdan.web.backoffice import customer_acts, saved, show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import fresh_key
from dingdan.web.backoffice.base import account_names, badge, history, link, number
from dingdan.web.backoffice.customer_accounts import account_sections
from dingdan.web.backoffice.customer_acts import Do
from dingdan.web.backoffice.customer_merging import MERGE
from dingdan.web.backoffice.customer_privacy import ERASE, EXPORT
from dingdan.web.backoffice.naming import language_named
from dingdan.web.backoffice.new_order_finding import NEW
from dingdan.web.backoffice.pages import Button, Cell, Facts, Form, Forms, Page, Section, Table
from dingdan.web.backoffice.words import word

ORDERS_SHOWN: Final = 10
ORDERS_LOOKED_AT: Final = 200
"""Of so many of the newest orders returns and gift cards are shown, however many there are."""
OTHERS_SHOWN: Final = 10
CHANGES: Final = "customers."
"""Of what happened, that is told which changed the customer: orders and tickets have pages of their own."""


@dataclass(frozen=True, slots=True)
class Known:
    """A customer, the customers that were merged into them, and what is kept of what they bought together."""

    row: Customer
    contact: CustomerContact
    people: list[UUID]
    figures: dict[str, Figures]

    @classmethod
    def of(cls, row: Customer) -> Known:
        """What is known of a customer."""
        people = one_person(row.id)
        return cls(row, contact_of(row.id) or CustomerContact(), people, added_up(figures_of(people).values()))

    @property
    def name(self) -> str:
        """What people call them."""
        return self.contact.name or self.contact.company or self.row.number

    @property
    def worth(self) -> str:
        """What they bought and kept, in every currency."""
        return " · ".join(show.money(one.kept, currency) for currency, one in self.figures.items())


def customer_page(request: HttpRequest, row: Customer, do: Do) -> Page:
    """Everything about a customer that whoever asks may see, with what they may do."""
    known, allowed = Known.of(row), {name for name, act in customer_acts.ACTS.items() if may(request, act.permission)}
    segment = segments_of([row.id], at=clock.now()).get(row.id)
    badges = [badge(row.state), badge("forgotten" if row.erased_at else ""), badge(segment or "")]
    figures = [(_("Orders"), show.count(sum(one.orders for one in known.figures.values())))]
    figures += [(_("Bought and kept"), known.worth)] if known.figures else []
    return Page(
        title=known.name,
        badges=[one for one in badges if one.text],
        lead=" · ".join(filter(None, (row.number, known.contact.email, known.contact.phone))),
        links=_ways(request, row),
        sections=list(_told(request, known, do, allowed)),
        beside=[*_beside(request, known, do, allowed), history(row.id, of=CHANGES)],
        figures=figures,
    )


def _ways(request: HttpRequest, row: Customer) -> list[Cell]:
    """Where to go on from here, for whoever may."""
    ways = []
    if may(request, "orders.read"):
        url = reverse("admin:board_boardrow_changelist")
        ways.append(Cell(_("All orders"), url=f"{url}?customer={quote(row.number)}"))
    if may(request, NEW) and may(request, "orders.read") and row.state == "active" and row.erased_at is None:
        ways.append(Cell(_("New order"), url=f"{reverse('admin:board_boardrow_new')}?{urlencode({'customer': str(row.id)})}"))
    if may(request, "tickets.open_ticket") and row.erased_at is None:
        ways.append(Cell(_("Open a ticket"), url=f"{reverse('admin:tickets_new')}?{urlencode({'customer': str(row.id)})}"))
    if may(request, MERGE) and row.erased_at is None and row.merged_into is None:
        ways.append(Cell(_("Merge"), url=reverse("admin:customers_customer_merge", args=[row.id])))
    return ways


def _privacy(request: HttpRequest, row: Customer) -> Iterator[Forms | Facts]:
    """What the person may ask for, for whoever may give it."""
    if may(request, EXPORT):
        url = reverse("admin:customers_customer_hand_out", args=[row.id])
        lead = _("Everything that is known of this person, as a file for them. That it was handed out is written down.")
        yield Forms(
            _("What the person may ask for"),
            [Form(_("Their data as a file"), url, fresh_key(), (), [Button(_("Take the file along"))], is_open=False, lead=lead)],
        )
    if may(request, ERASE) and row.erased_at is None and row.merged_into is None:
        way = Cell(_("See what would be forgotten"), url=reverse("admin:customers_customer_forget", args=[row.id]))
        yield Facts(_("To be forgotten"), [(_("Forget this person"), way)])


def _told(request: HttpRequest, known: Known, do: Do, allowed: set[str]) -> Iterator[Section]:
    """What happened, the newest first."""
    row = known.row
    if row.merged_into is not None:
        url = link("customer", row.merged_into_id)
        yield Facts(_("Merged"), [(_("Is the same person as"), Cell(row.merged_into.number, url=url))])
    notes = notes_on(row.id)
    if notes:
        yield _notes(notes)
    is_open = row.erased_at is None and row.merged_into is None
    if "note" in allowed and is_open:
        yield customer_acts.note_form(row, do)
    if "pin" in allowed and notes:
        yield customer_acts.pin_form(row, notes, do)
    orders = _newest(known.people) if may(request, "orders.read") else []
    if may(request, "orders.read"):
        yield _orders(known, orders)
    if may(request, "tickets.read"):
        yield from _tickets(known.people)
    if may(request, "aftersales.read"):
        yield from _returns([one.id for one in orders])


def _beside(request: HttpRequest, known: Known, do: Do, allowed: set[str]) -> list[Section]:
    """Who they are, and what they left here."""
    row = known.row
    told: list[Section] = [_profile(known), *account_sections(row, do, allowed), *_addresses(row.id), *_figures(known)]
    if may(request, "orders.read"):
        told += _since(known.people)
    if may(request, "payments.read"):
        told += _money(row.id, known.people)
    told += saved.sections(request, row.id, do(row, "forget"))
    consents = consents_of(row.id)
    told += _consents(consents)
    if "consent" in allowed and row.erased_at is None and row.merged_into is None:
        told.append(customer_acts.consent_form(row, consents, do))
    return [*told, *customer_acts.more(row, do, allowed), *_privacy(request, row)]


def _profile(known: Known) -> Facts:
    row, contact = known.row, known.contact
    return Facts(
        _("Customer"),
        [
            (_("Number"), row.number),
            (_("Kind"), word(row.kind)),
            (_("Name"), contact.name),
            (_("Company"), contact.company),
            (_("E-mail"), Cell(contact.email, url=f"mailto:{contact.email}") if contact.email else ""),
            (_("Phone"), Cell(contact.phone, url=f"tel:{contact.phone}") if contact.phone else ""),
            (_("Tax number"), contact.tax_number),
            (_("Group"), row.group),
            (_("Tags"), ", ".join(tags_of([row.id]).get(row.id, []))),
            (_("Language"), language_named(row.language)),
            (_("Known elsewhere as"), "\n".join(f"{source}: {external_id}" for source, external_id in identities_of(row.id))),
            (_("Forgotten"), show.moment(row.erased_at) if row.erased_at else ""),
        ],
    )


def _addresses(customer_id: UUID) -> Iterator[Facts]:
    found = addresses_of(customer_id)
    if found:
        yield Facts(
            _("Addresses"),
            [(f"{word(one.purpose)} · {_('Default')}" if one.is_default else word(one.purpose), _written(one)) for one in found],
        )


def _written(one: Any) -> str:
    parts = (one.name, one.company_name, one.street_address, one.postal_code, one.city_area, one.city, one.country_area)
    place = ", ".join([part.replace("\n", ", ") for part in parts if part] + [one.country_code])
    return f"{place}\n{one.phone}" if one.phone else place


def _figures(known: Known) -> Iterator[Facts]:
    """What they ordered, by currency: kept sums, however many orders there are."""
    for currency, one in known.figures.items():
        back = Decimal(one.given_back) / one.total if one.total else Decimal(0)
        yield Facts(
            str(_("Purchases in {currency}")).format(currency=currency),
            [
                (_("Bought and kept"), show.money(one.kept, currency)),
                (_("Ordered for, in all"), show.money(one.total, currency)),
                (_("Orders"), show.count(one.orders)),
                (_("Of them canceled"), show.count(one.canceled) if one.canceled else ""),
                (_("Average order"), show.money(one.average, currency)),
                (_("Given back"), f"{show.money(one.given_back, currency)} ({show.percent(round(back, 3))})"),
            ],
        )


def _since(people: Sequence[UUID]) -> Iterator[Facts]:
    """When they ordered first, and last."""
    first, last = _first_and_last(people)
    if first is not None and last is not None:
        yield Facts(
            _("Since when"),
            [
                (_("First order"), Cell(show.moment(first.placed_at), url=link("order", first.id))),
                (_("Last order"), Cell(show.moment(last.placed_at), url=link("order", last.id))),
            ],
        )


def _first_and_last(people: Sequence[UUID]) -> tuple[BoardRow | None, BoardRow | None]:
    """Read at both ends of the index, of each of the customers who are one person."""
    ends = []
    for order in (("placed_at", "id"), ("-placed_at", "-id")):
        found = [BoardRow.objects.filter(customer_id=one).order_by(*order).first() for one in people]
        ends.append([one for one in found if one is not None])
    firsts, lasts = ends
    return min(firsts, key=attrgetter("placed_at"), default=None), max(lasts, key=attrgetter("placed_at"), default=None)


def _money(customer_id: UUID, people: Sequence[UUID]) -> Iterator[Section]:
    """Store credit, and what is left on the gift cards that they bought with their newest orders."""
    credit = credit_of(customer_id)
    ids = [one.id for one in _newest(people)]
    cards = list(GiftCard.objects.filter(document_id__in=ids).select_related("payable").order_by("-id")[:OTHERS_SHOWN])
    if credit:
        of = str(_("of {amount}"))
        left = [(one.currency, show.money(one.due, one.currency), show.money(one.amount, one.currency)) for one in credit]
        yield Facts(_("Store credit"), [(code, Cell(due, small=of.format(amount=whole))) for code, due, whole in left])
    if cards:
        yield Table(
            _("Gift cards"),
            [_("Code"), _("State"), _("Left")],
            [
                [
                    Cell(f"… {one.last4}" if one.last4 else show.NOTHING, url=link("gift_card", one.id)),
                    badge(one.state),
                    number(show.money(one.payable.due, one.payable.currency)),
                ]
                for one in cards
            ],
        )


def _consents(consents: Sequence[Any]) -> Iterator[Table]:
    if consents:
        yield Table(
            _("Consents"),
            [_("For"), _("Given"), _("Withdrawn")],
            [
                [
                    Cell(word(one.purpose), small=word(one.source)),
                    Cell(show.moment(one.granted_at)),
                    Cell(show.moment(one.withdrawn_at)),
                ]
                for one in consents
            ],
        )


def _notes(notes: Sequence[CustomerNote]) -> Table:
    names = account_names()
    return Table(
        _("Notes"),
        [_("Note"), _("Date")],
        [
            [
                Cell(one.text, small=_why(one)),
                Cell(show.moment(one.written_at), small=_writer(one.author, names)),
            ]
            for one in notes
        ],
    )


def _why(note: CustomerNote) -> str:
    about = word(note.about) if note.about != NoteAbout.ANYTHING else ""
    return " · ".join(filter(None, (str(_("Pinned")) if note.is_pinned else "", about)))


def _writer(author: str, names: dict[int, str]) -> str:
    kind, _colon, id_ = author.partition(":")
    return names.get(int(id_), "") if kind == "staff" and id_.isdecimal() else word(kind)


def _newest(people: Sequence[UUID]) -> list[BoardRow]:
    """The newest orders of customers who are one person, of each no more than are looked at."""
    found = [
        order
        for one in people
        for order in BoardRow.objects.filter(customer_id=one).order_by("-placed_at", "-id")[:ORDERS_LOOKED_AT]
    ]
    return sorted(found, key=lambda one: (one.placed_at, one.id), reverse=True)[:ORDERS_LOOKED_AT]


def _orders(known: Known, found: Sequence[BoardRow]) -> Table:
    more = f"{reverse('admin:board_boardrow_changelist')}?customer={quote(known.row.number)}"
    return Table(
        _("Orders"),
        [_("Order"), _("State"), _("Payment"), _("Fulfillment"), _("Total")],
        [
            [
                Cell(one.number, url=link("order", one.id), small=show.moment(one.placed_at)),
                badge(one.state),
                badge(one.payment_status),
                badge(one.fulfillment_status),
                number(show.money(one.total, one.currency)),
            ]
            for one in found[:ORDERS_SHOWN]
        ],
        more=Cell(_("All orders"), url=more) if len(found) > ORDERS_SHOWN else None,
    )


def _tickets(people: Sequence[UUID]) -> Iterator[Table]:
    found = list(Ticket.objects.filter(customer_id__in=people, state__in=ALIVE).order_by("-opened_at", "-id")[:OTHERS_SHOWN])
    if found:
        yield Table(
            _("Open tickets"),
            [_("Ticket"), _("State"), _("Date")],
            [
                [
                    Cell(f"{one.number} {one.title}"[:80], url=link("ticket", one.id)),
                    badge(one.state),
                    Cell(show.moment(one.opened_at)),
                ]
                for one in found
            ],
        )


def _returns(order_ids: Sequence[UUID]) -> Iterator[Table]:
    rows = Return.objects.filter(order_id__in=order_ids).select_related("order").prefetch_related("lines").order_by("-id")
    found = list(rows[:OTHERS_SHOWN])
    if found:
        yield Table(
            _("Returns"),
            [_("Return"), _("State"), _("Order"), _("Given back")],
            [
                [
                    Cell(one.number, url=link("return", one.id), small=show.moment(one.authorized_at)),
                    badge(one.state),
                    Cell(one.order.number, url=link("order", one.order_id)),
                    number(show.money(sum(line.refund for line in one.lines.all()), one.order.currency)),
                ]
                for one in found
            ],
        )


def so_far(request: HttpRequest, customer: Customer) -> Facts:
    """A customer on a page about something else: who they are, and what they bought so far."""
    known = Known.of(customer)
    url = f"{reverse('admin:board_boardrow_changelist')}?customer={quote(customer.number)}"
    reaches = may(request, "customers.read")
    return Facts(
        _("Customer so far"),
        [
            (_("Number"), Cell(customer.number, url=link("customer", customer.id) if reaches else "")),
            (_("Orders"), Cell(show.count(sum(one.orders for one in known.figures.values())), url=url)),
            (_("Bought and kept"), known.worth),
        ],
    )
