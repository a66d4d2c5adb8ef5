"""What all lists and pages of the back office share. Nothing here can add, change or delete: what can be done has an address of
its own (see `acting`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from dingdan.integrations.importers.registers import REGISTERS
from dingdan.kernel.canonical import json_text
from dingdan.kernel.feed import timeline
from dingdan.kernel.tail import count_about
from dingdan.masterdata.staff.queries import members
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.arranged import Arranged
from dingdan.web.backoffice.pages import Cell, Frame, Moment, Page, Timeline
from dingdan.web.backoffice.site import site
from dingdan.web.backoffice.words import tone, word
from dingdan.web.shared.headers import with_mail

MOST_COUNTED = 10_000
MOMENTS_SHOWN = 200
_MAILS = "automation."


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than anybody turns pages, so that a list of millions opens as fast as one of ten."""

    template_name = "backoffice/pagination.html"

    @cached_property
    def count(self) -> int:
        """How many rows there are, up to `MOST_COUNTED`."""
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return int(rows.order_by()[:MOST_COUNTED].count())

    is_capped_at = MOST_COUNTED
    """So many are counted, and no more."""

    @property
    def is_capped(self) -> bool:
        """Whether there may be more than were counted."""
        return bool(self.count >= MOST_COUNTED)


class Shown(Arranged):
    """A list, and a page about each of its rows. To be read."""

    many: Any = ""
    """What the list is called."""
    permission = ""
    """What one must be allowed to look at it."""
    when_empty: Any = ""
    """What to do where the list holds nothing at all."""
    actions = None
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = 0
    list_fullwidth = True
    paginator = CappedPaginator
    change_list_template = "backoffice/list.html"

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may(request, self.permission)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request, self.permission)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        """The list, and a page by id: Django's forms have no address here."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(require_safe(self.changelist_view)), name=f"{name}_changelist"),
            *self.list_urls(),
            path("<uuid:object_id>/", wrap(require_safe(self.page_view)), name=f"{name}_change"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, under our own name for it."""
        place = f"{self.opts.app_label}_{self.opts.model_name}"
        context = {"title": self.many, "when_empty": self.when_empty, "followed": " ".join(followed_at(place))}
        answer: HttpResponse = super().changelist_view(request, {**context, **(extra_context or {})})
        return answer

    def page_view(self, request: HttpRequest, object_id: UUID) -> TemplateResponse:
        """The page about one row. Somebody else's row is not there."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.row(request, object_id)
        if row is None:
            raise Http404
        return self.shown(request, self.page_about(request, row))

    def shown(self, request: HttpRequest, page: Page) -> TemplateResponse:
        """A page, with the way back to the list."""
        return drawn(request, page, Cell(self.many, reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")))

    def row(self, request: HttpRequest, object_id: UUID) -> Any:
        """What has that id, or None."""
        return self.get_queryset(request).filter(pk=object_id).first()

    def page_about(self, request: HttpRequest, row: Any) -> Page:
        """The page about a row, which follows what happens to it."""
        return followed(request, row.pk, lambda: self.page_for(request, row))

    def page_for(self, request: HttpRequest, row: Any) -> Page:
        """What whoever asks sees on the page about a row."""
        return self.page(row)

    def page(self, row: Any) -> Page:
        """What the page about a row shows: its name, unless a list says more."""
        return Page(title=str(row))


def drawn(request: HttpRequest, page: Page, back: Cell, *, followed: str = "") -> TemplateResponse:
    """A page, with the way back to a list. It is drawn anew when something happens to one of the kinds that are followed."""
    context = {**site.each_context(request), "title": page.title, "page": page, "list_title": back.text, "list_url": back.url}
    context |= {"followed": followed}
    request.current_app = site.name
    answer = TemplateResponse(request, "backoffice/page.html", context)
    return with_mail(answer) if any(isinstance(section, Frame) for section in page.sections) else answer


def link(kind: str, id: UUID | None) -> str:  # noqa: A002
    """The address of the page about a thing (`orders`, `customers` …); empty where there is none."""
    return reverse(f"admin:{PLACES[kind]}_change", args=[id]) if id else ""


PLACES = {
    "order": "board_boardrow",
    "promotion": "promotions_promotion",
    "customer": "customers_customer",
    "product": "catalog_product",
    "variant": "catalog_variant",
    "balance": "inventory_balance",
    "transfer": "inventory_transfer",
    "count": "counting_count",
    "shipment": "fulfillment_shipment",
    "return": "aftersales_return",
    "claim": "aftersales_claim",
    "parcel": "aftersales_strayparcel",
    "payment": "payments_payment",
    "merchant_account": "methods_merchantaccount",
    "gift_card": "payments_giftcard",
    "invoice": "settlement_invoice",
    "credit_note": "settlement_creditnote",
    "notice": "automation_notice",
    "wish": "wishes_wish",
    "messenger_account": "messengers_messengeraccount",
    "report_schedule": "automation_reportschedule",
    "review": "review_review",
    "endpoint": "webhooks_endpoint",
    "delivery": "webhooks_delivery",
    "ticket": "tickets_ticket",
    "statement_line": "reconciliation_statementline",
    "day_close": "closing_dayclose",
    "bill": "closing_bill",
    "payout": "closing_payout",
}


def followed_at(place: str) -> list[str]:
    """The kinds of things that a list shows: it is drawn anew when something happens to one of them."""
    return [kind for kind, its_place in (PLACES | _SHOWN_AS_WELL).items() if its_place == place]


_SHOWN_AS_WELL: Final = {"variant": "inventory_balance", "bulk": "changes_bulk", "discrepancy": "reconciliation_discrepancy"}


def badge(code: str) -> Cell:
    """A state as a badge."""
    return Cell(word(code), badge=tone(code)) if code else Cell("")


def listed_badge(code: str) -> str:
    """A state as a badge in a list."""
    return format_html('<span class="bo-badge {}">{}</span>', tone(code), word(code)) if code else show.NOTHING


def number(text: str) -> Cell:
    """A number, set to the right."""
    return Cell(text, is_number=True)


def history(subject_id: UUID, *, of: str = "") -> Timeline:
    """The journal's entries about a thing, the last first; with `of`, of commands whose names begin so."""
    return Timeline(_("Timeline"), _moments(timeline(subject_id, last=MOMENTS_SHOWN, of=of)))


def news_about(subject_id: UUID, *, drawn_for: int) -> list[Moment]:
    """What happened to a thing after a page about it was drawn, the last first. That a mail went out is no news: nothing that
    the page shows is another one for it."""
    more = count_about(subject_id) - drawn_for
    rows = timeline(subject_id, last=min(more, MOMENTS_SHOWN)) if more > 0 else []
    return [replace(one, facts="") for one in _moments([row for row in rows if not row["command"].startswith(_MAILS)])]


def followed(request: HttpRequest, subject_id: UUID, draw: Callable[[], Page]) -> Page:
    """A page that follows a thing while it is open. Whoever had it before says so, and is told what is new."""
    drawn_for, before = count_about(subject_id), request.headers.get("X-Drawn", "")
    news = news_about(subject_id, drawn_for=int(before)) if before.isdecimal() and before.isascii() else []
    return replace(draw(), about=subject_id, drawn_for=drawn_for, news=news)


def _moments(rows: Sequence[Mapping[str, Any]]) -> list[Moment]:
    people = _people(row["actor"] for row in rows)
    return [
        Moment(
            at=show.moment(row["at"]),
            what=word(row["event"]),
            who=people.get(row["actor"]) or _actor(row["actor"]),
            facts=json_text(row["facts"]),
            iso=row["at"].isoformat(),
            changes=_changes(row["facts"]),
        )
        for row in reversed(rows)
    ]


def _changes(facts: Any) -> list[tuple[str, str, str]]:
    """What was changed by a save: each field with what it said before and says now."""
    told = facts.get("changes") if isinstance(facts, dict) else None
    fields = [one for one in told or () if isinstance(one, dict) and "field" in one]
    return [(_field(one["field"]), _value(one.get("before")), _value(one.get("after"))) for one in fields]


def _value(text: str | None) -> str:
    """What a field says, as people write it: without the quotes and brackets in which texts and lists are kept."""
    if text in ("true", "false"):
        return str(_("Yes") if text == "true" else _("No"))
    if not text or text[0] not in '["':
        return text or ""
    try:
        kept = json.loads(text)
    except ValueError:
        return text
    of_words = isinstance(kept, list) and all(isinstance(one, str | int) for one in kept)
    return ", ".join(map(str, kept)) if of_words else kept if isinstance(kept, str) else text


_OF_ALL: Final = {"name": _("Name"), "code": _("Code")}
"""Fields that mean the same in every register, whatever one of them calls them."""


def _field(name: str) -> str:
    of, colon, field = name.rpartition(": ")
    code = field.rpartition(".")[2]
    if code in _OF_ALL:
        return f"{of}{colon}{_OF_ALL[code]}"
    label = next((one.label for kind in REGISTERS.values() for one in kind.columns if one.name == code), None)
    return f"{of}{colon}{label or word(code)}"


def account_names() -> dict[int, str]:
    """The accounts that work here, by what they sign in with."""
    return dict(User.objects.filter(pk__in=members()).order_by("username").values_list("pk", "username"))


def _people(actors: Any) -> dict[str, str]:
    ids = {actor: actor.partition(":")[2] for actor in set(actors) if actor.startswith("staff:")}
    names = {str(pk): name for pk, name in User.objects.filter(pk__in=list(ids.values())).values_list("pk", "username")}
    return {actor: names.get(id_, "") for actor, id_ in ids.items()}


def _actor(actor: str) -> str:
    return word(actor.partition(":")[0])
