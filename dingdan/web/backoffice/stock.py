"""The stock desk: articles with their figures at every node, found by parts of their names, or by what is the matter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Final
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from dingdan.kernel.sheets import guarded, table
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.models import Balance, Node
from dingdan.ledgers.inventory.queries import Asked, Figures, Matter
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.channels.queries import all_channels
from dingdan.web.backoffice import show
from dingdan.web.backoffice.acting import Acting
from dingdan.web.backoffice.base import link, number
from dingdan.web.backoffice.naming import named
from dingdan.web.backoffice.order_goods import counted
from dingdan.web.backoffice.pages import Button, Cell, Field, Form, Hint, Page, Section, Table
from dingdan.web.backoffice.stock_acts import ACTS
from dingdan.web.backoffice.stock_item import item_page
from dingdan.web.backoffice.typed import known_id
from dingdan.web.backoffice.words import word
from dingdan.web.shared.downloads import streamed

SHOWN: Final = 50
EXPORTED_AT_ONCE: Final = 500
_FILTERS: Final = ("q", "node", "shown", "channel")


class Stock(Acting):
    """How much of what lies where. A page is about an article: its stock everywhere, and what can be done with it."""

    many = _("Stock")
    permission = "inventory.read"
    acts: ClassVar = ACTS

    def list_urls(self) -> list[URLPattern]:
        """This list is by article, and not arranged by anybody."""
        return []

    def get_urls(self) -> list[URLPattern]:
        """The list, its file, and the pages."""
        export = self.admin_site.admin_view(require_safe(self.export_view))
        return [path("export/", export, name="stock_export"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The articles that are asked for, a page at a time."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self.shown(request, _list_page(request.GET))

    def row(self, request: HttpRequest, object_id: UUID) -> Variant | None:
        """An article by its id, or by that of one of its balances."""
        found = Variant.objects.filter(id=object_id).first()
        balance = None if found else Balance.objects.filter(id=object_id).select_related("variant").first()
        return balance.variant if balance else found

    def page_for(self, request: HttpRequest, row: Variant) -> Page:
        """All about the stock of an article, and the forms for what whoever asks may do."""
        return item_page(row, request.GET, allowed=self.allowed(request, *ACTS), url=lambda name: self.do(row, name))

    def export_view(self, request: HttpRequest) -> StreamingHttpResponse:
        """Every article that is asked for, by node, as a table."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        head = [_("SKU"), _("Name"), _("Barcode"), _("Node"), _("On hand"), _("Reserved"), _("Available"), _("Incoming"),
                pgettext_lazy("stock", "Kept back"), pgettext_lazy("stock", "Owed")]  # fmt: skip
        pieces = table([str(one) for one in head], _told_all(_asked(request.GET)), mark=True)
        return streamed(pieces, name="stock.csv", media="text/csv; charset=utf-8", tenant_id=current_tenant_id())


def _asked(given: QueryDict) -> Asked:
    return Asked(
        q=given.get("q", "").strip()[:100],
        node_id=known_id(given, "node"),
        matter=given.get("shown", "") if given.get("shown", "") in list(Matter) else "",
        channel_id=known_id(given, "channel"),
    )


# ── the list ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _list_page(given: QueryDict) -> Page:
    asked, here = _asked(given), reverse("admin:inventory_balance_changelist")
    found = queries.articles(asked, after=given.get("after", ""), most=SHOWN)
    nodes = [one for one in Node.objects.order_by("code") if asked.node_id in (None, one.id)]
    kept = {name: given.get(name, "") for name in _FILTERS if given.get(name)}
    more = Cell(_("Go on"), f"{here}?{urlencode({**kept, 'after': found.next})}") if found.next else None
    sections: list[Section] = [_filter(asked, here)]
    if found.variant_ids:
        sections.append(_table(found.variant_ids, nodes, more=more))
    elif found.next:
        sections.append(Hint(_("Nothing up to {sku}").format(sku=found.next), _("Not all articles were looked at yet."), more))
    elif kept:
        sections.append(Hint(_("Nothing fits."), _("Ask for something else."), Cell(_("Show everything"), here)))
    else:
        goods = reverse("admin:catalog_product_changelist")
        text = _("Write down articles that need stock; then receive them here.")
        sections.append(Hint(_("There is nothing here yet."), text, Cell(_("Products"), goods)))
    export = Cell(_("Export"), f"{reverse('admin:stock_export')}?{urlencode(kept)}")
    return Page(str(_("Stock")), links=[export], sections=sections)


def _filter(asked: Asked, here: str) -> Form:
    nodes = [("", _("All nodes")), *((str(one.id), one.name) for one in Node.objects.order_by("code"))]
    fields = [Field("q", _("Part of a name, SKU or barcode"), value=asked.q, most=100)]
    if len(nodes) > 2:
        fields.append(Field("node", _("Node"), "choice", str(asked.node_id or ""), nodes))
    matters = [("", _("All articles")), *((str(one), word(one)) for one in Matter)]
    fields.append(Field("shown", _("Show"), "choice", asked.matter, matters))
    if asked.matter == Matter.SHORT:
        channels = [("", _("All channels")), *((str(one.id), one.name) for one in all_channels())]
        fields.append(Field("channel", _("Channel"), "choice", str(asked.channel_id or ""), channels))
    return Form("", here, "", fields, [Button(_("Search"))], method="get")


def _table(ids: Sequence[UUID], nodes: Sequence[Node], *, more: Cell | None) -> Table:
    variants, there, owed = Variant.objects.in_bulk(list(ids)), queries.figures(ids), queries.owed(ids)
    columns = [
        _("SKU"),
        _("Node"),
        _("On hand"),
        _("Reserved"),
        _("Available"),
        _("Incoming"),
        pgettext_lazy("stock", "Kept back"),
        pgettext_lazy("stock", "Owed"),
    ]
    rows: list[list[Cell]] = []
    for id_ in ids:
        at = [(node, there[id_].get(node.id, Figures())) for node in nodes]
        rows += _rows(variants[id_], [one for one in at if one[0].active or one[1].on_hand], owed.get(id_, 0))
    return Table(_("Articles"), columns, rows, more=more)


def _rows(variant: Variant, at: Sequence[tuple[Node, Figures]], owed: int) -> Iterator[list[Cell]]:
    """An article, a row for each of its nodes."""
    for index, (node, one) in enumerate(at):
        first = Cell(variant.sku, url=link("balance", variant.id), small=variant.name)
        yield [
            first if index == 0 else Cell("", small=variant.sku),
            Cell(named(node), url=f"{link('balance', variant.id)}?node={node.id}"),
            *(number(counted(pieces, variant)) for pieces in (one.on_hand, one.reserved)),
            _available(one, variant),
            *(number(counted(pieces, variant) if pieces else show.NOTHING) for pieces in (one.incoming, one.safety)),
            number(counted(owed, variant) if owed and index == 0 else show.NOTHING),
        ]


def _available(one: Figures, variant: Variant) -> Cell:
    text = counted(one.available, variant)
    if one.is_low:
        return Cell(text, badge="warning", small=word(Matter.LOW), is_number=True)
    return Cell(text, badge="danger", is_number=True) if one.available < 0 else number(text)


# ── the file ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _told_all(asked: Asked) -> Iterator[list[str]]:
    after: str | None = ""
    while after is not None:
        found = queries.articles(asked, after=after, most=EXPORTED_AT_ONCE)
        yield from _told(found.variant_ids, asked.node_id)
        after = found.next or None


def _told(ids: Sequence[UUID], node_id: UUID | None) -> Iterator[list[str]]:
    variants, there, owed = Variant.objects.in_bulk(list(ids)), queries.figures(ids), queries.owed(ids)
    nodes = Node.objects.in_bulk()
    for id_ in ids:
        variant = variants[id_]
        for at, one in there[id_].items():
            if node_id in (None, at):
                figures = (one.on_hand, one.reserved, one.available, one.incoming, one.safety, owed.get(id_, 0))
                names = (variant.sku, variant.name, variant.barcode, nodes[at].code)
                yield [*(guarded(name) for name in names), *(counted(pieces, variant) for pieces in figures)]
