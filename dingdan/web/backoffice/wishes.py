"""Who wants to be told when an article can be had again."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.journal import Call, Event
from dingdan.trade.wishes.commands import withdraw_wishes
from dingdan.trade.wishes.lifecycle import WISH_LIFE
from dingdan.trade.wishes.models import Wish
from dingdan.trade.wishes.queries import waiting_counts
from dingdan.web.backoffice import show
from dingdan.web.backoffice.acting import Act, Acting, fresh_key
from dingdan.web.backoffice.base import badge, history, link, listed_badge
from dingdan.web.backoffice.filters import by_day, by_state
from dingdan.web.backoffice.naming import language_named, named
from dingdan.web.backoffice.pages import Button, Cell, Facts, Form, Page
from dingdan.web.backoffice.words import word


def _withdraw(call: Call, row: Wish, _sent: QueryDict) -> Event:
    return withdraw_wishes(call, wish_id=row.id)


class Wishes(Acting):
    """Those who wait for an article that cannot be had, and those who were told that it is back."""

    many = _("Wishes to be told")
    permission = "wishes.read"
    when_empty = _("Nobody waits. Who looks at an article that is sold out in the storefront can leave an address there.")
    list_display = ("wished", "article", "address", "waiting", "wish_state")
    asks = (by_state("state", _("State"), WISH_LIFE.states), *by_day("wished_at"))
    search_fields = ("variant__sku", "variant__name", "email")
    search_help_text = _("SKU, name or e-mail")
    ordering = ("-wished_at", "-id")
    sortable_by = ()
    acts: ClassVar = {"withdraw": Act("wishes.withdraw_wishes", _withdraw, lambda _event: _("They are told nothing more."))}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Wish]:
        found: QuerySet[Wish] = super().get_queryset(request)
        return found.select_related("variant", "channel", "customer")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list, with how many wait for each article that is on the page."""
        found = super().get_changelist_instance(request)
        counts = waiting_counts({row.variant_id for row in found.result_list})
        for row in found.result_list:
            row.waiting_now = counts.get(row.variant_id, 0)
        return found

    @display(description=_("Date"))
    def wished(self, row: Wish) -> str:
        return show.moment(row.wished_at)

    @display(description=_("Article"))
    def article(self, row: Wish) -> str:
        return f"{row.variant.sku} {row.variant.name}"

    @display(description=_("E-mail"))
    def address(self, row: Wish) -> str:
        return row.email or show.NOTHING

    @display(description=_("Wait for it"))
    def waiting(self, row: Wish) -> str:
        return show.count(getattr(row, "waiting_now", 0))

    @display(description=_("State"))
    def wish_state(self, row: Wish) -> str:
        return listed_badge(row.state)

    def page_for(self, request: HttpRequest, row: Wish) -> Page:
        """What is known of the wish, and what can be done."""
        facts = Facts(
            _("Wish to be told"),
            [
                (_("Article"), Cell(f"{row.variant.sku} {row.variant.name}", url=link("variant", row.variant_id))),
                (_("E-mail"), row.email or _("Forgotten")),
                (_("Customer"), Cell(row.customer.number, url=link("customer", row.customer_id)) if row.customer else ""),
                (_("Channel"), named(row.channel)),
                (_("Language"), language_named(row.language)),
                (_("Since"), show.moment(row.wished_at)),
                (_("Told at"), show.moment(row.told_at) if row.told_at else ""),
                (_("Address is deleted at"), show.moment(row.forget_at) if row.email else ""),
            ],
        )
        turns = [turn for turn in self.acts if WISH_LIFE.may(turn, row.state) and turn in self.allowed(request, turn)]
        forms = [Form("", self.do(row, turn), fresh_key(), (), [Button(word(turn))]) for turn in turns]
        return Page(row.variant.sku, [badge(row.state)], lead=row.variant.name, sections=[facts, *forms, history(row.id)])


def wanted_back(variant_id: UUID) -> Cell:
    """How many wait for an article, and the way to the list of them; empty where nobody does."""
    count = waiting_counts([variant_id]).get(variant_id, 0)
    if not count:
        return Cell("")
    url = f"{reverse('admin:wishes_wish_changelist')}?state=waiting"
    return Cell(show.count(count), url=url)
