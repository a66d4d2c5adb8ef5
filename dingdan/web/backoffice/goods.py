"""Products, variants and stock: what there is, where, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dingdan.integrations.importers.registers.goods import Products as ProductRegister
from dingdan.kernel.models import EntrySubject
from dingdan.ledgers.inventory import queries as inventory
from dingdan.ledgers.inventory.models import Balance, Node
from dingdan.masterdata.catalog.commands import restore_product, restore_variant, retire_product, retire_variant
from dingdan.masterdata.catalog.lifecycle import PRODUCT_LIFE, VARIANT_LIFE
from dingdan.masterdata.catalog.models import KitComponent, Product, Variant
from dingdan.masterdata.catalog.rules import ProductKind
from dingdan.masterdata.pricing.models import Price
from dingdan.trade.orders.models import Order
from dingdan.web.backoffice import show
from dingdan.web.backoffice.base import Shown, badge, history, link, listed_badge, number
from dingdan.web.backoffice.filters import by_state
from dingdan.web.backoffice.orders import counted
from dingdan.web.backoffice.pages import Cell, Facts, Page, Section, Table
from dingdan.web.backoffice.registers.kept import Kept, turned
from dingdan.web.backoffice.registers.pictures import Pictured
from dingdan.web.backoffice.waiting import Low
from dingdan.web.backoffice.words import word

STEPS_SHOWN = 300


class Products(Pictured):
    """What the shop shows as one thing."""

    register = ProductRegister
    acts: ClassVar = {
        "retire": turned(retire_product, "product_id", _("It is sold no more.")),
        "restore": turned(restore_product, "product_id", _("It is sold again.")),
    }
    list_display = ("product_name", "address", "kind_shown", "product_state")
    list_filter = (by_state("kind", _("Kind"), ProductKind), by_state("state", _("State"), PRODUCT_LIFE.states))
    search_fields = ("name", "slug")
    search_help_text = _("Name or address")
    ordering = ("name", "id")
    sortable_by = ("product_name",)

    @display(description=_("Product"), ordering="name")
    def product_name(self, row: Product) -> str:
        return row.name

    @display(description=_("Address"))
    def address(self, row: Product) -> str:
        return row.slug

    @display(description=_("Kind"))
    def kind_shown(self, row: Product) -> str:
        return word(row.kind)

    @display(description=_("State"))
    def product_state(self, row: Product) -> str:
        return listed_badge(row.state)

    def page(self, row: Product) -> Page:
        facts = Facts(
            _("Product"),
            [
                (_("Name"), row.name),
                (_("Other names"), "\n".join(f"{language}: {name}" for language, name in sorted(row.name_i18n.items()))),
                (_("Address"), row.slug),
                (_("Kind"), word(row.kind)),
                (_("Valid for so many months"), row.valid_months or ""),
                (_("Tax class"), row.tax_class),
                (_("Description"), row.description),
            ],
        )
        variants = list(Variant.objects.filter(product=row).order_by("sku"))
        return Page(row.name, [badge(row.state)], sections=[facts, _variants(variants), history(row.id)])


def _variants(variants: Sequence[Variant]) -> Table:
    stock: dict[UUID, int] = {}
    for line in inventory.stock([variant.id for variant in variants]):
        stock[line.variant_id] = stock.get(line.variant_id, 0) + line.available
    return Table(
        _("Variants"),
        [_("SKU"), _("Name"), _("State"), _("Available")],
        [
            [
                Cell(one.sku, url=link("variant", one.id)),
                Cell(one.name, small=", ".join(f"{name}: {value}" for name, value in one.options.items())),
                badge(one.state),
                number(counted(stock.get(one.id, 0), one) if one.needs_stock else show.NOTHING),
            ]
            for one in variants
        ],
    )


class Variants(Kept):
    """What is ordered, counted and shipped. Written on the pages of their products."""

    register = ProductRegister
    has_form = False
    many = _("Variants")
    acts: ClassVar = {
        "retire": turned(retire_variant, "variant_id", _("It is sold no more.")),
        "restore": turned(restore_variant, "variant_id", _("It is sold again.")),
    }
    list_display = ("sku_shown", "variant_name", "barcode_shown", "shortage_shown", "variant_state")
    list_filter = (by_state("state", _("State"), VARIANT_LIFE.states),)
    search_fields = ("sku", "name", "barcode")
    search_help_text = _("SKU, name or barcode")
    ordering = ("sku",)
    sortable_by = ("sku_shown",)

    @display(description=_("SKU"), ordering="sku")
    def sku_shown(self, row: Variant) -> str:
        return row.sku

    @display(description=_("Name"))
    def variant_name(self, row: Variant) -> str:
        return row.name

    @display(description=_("Barcode"))
    def barcode_shown(self, row: Variant) -> str:
        return row.barcode or show.NOTHING

    @display(description=_("When it is short"))
    def shortage_shown(self, row: Variant) -> str:
        return word(row.shortage)

    @display(description=_("State"))
    def variant_state(self, row: Variant) -> str:
        return listed_badge(row.state)

    def page(self, row: Variant) -> Page:
        sections: list[Section] = [_variant_facts(row), _components(row), _stock(row), _prices(row), history(row.id)]
        shown = [section for section in sections if not isinstance(section, Table) or section.rows]
        return Page(row.sku, [badge(row.state)], lead=row.name, sections=shown)


def _variant_facts(row: Variant) -> Facts:
    size = " × ".join(str(side) if side else "?" for side in (row.length_mm, row.width_mm, row.height_mm))
    return Facts(
        _("Variant"),
        [
            (_("Name"), row.name),
            (_("Product"), Cell(row.product.name, url=link("product", row.product_id))),
            (_("Options"), ", ".join(f"{name}: {value}" for name, value in row.options.items())),
            (_("Barcode"), row.barcode),
            (_("Unit"), row.unit),
            (_("Weight"), f"{show.count(row.weight_grams)} g" if row.weight_grams else ""),
            (_("Size"), f"{size} mm" if row.length_mm or row.width_mm or row.height_mm else ""),
            (_("Tax class"), row.tax_class or row.product.tax_class),
            (_("Tracked by"), word(row.tracking) if row.tracking != "none" else ""),
            (_("When it is short"), word(row.shortage) if row.needs_stock else _("Needs no stock")),
        ],
    )


def _components(row: Variant) -> Table:
    parts = KitComponent.objects.filter(kit=row).select_related("component").order_by("component__sku")
    return Table(
        _("Contains"),
        [_("SKU"), _("Name"), _("Quantity")],
        [
            [
                Cell(one.component.sku, url=link("variant", one.component_id)),
                Cell(one.component.name),
                number(counted(one.quantity, one.component)),
            ]
            for one in parts
        ],
    )


def _stock(row: Variant) -> Table:
    balances = Balance.objects.filter(variant=row).select_related("node").order_by("node__code", "id")
    return Table(
        _("Stock"),
        [_("Node"), _("On hand"), _("Reserved"), _("Available")],
        [
            [
                Cell(one.node.name, url=link("balance", one.id)),
                number(counted(one.on_hand, row)),
                number(counted(one.reserved, row)),
                number(counted(one.on_hand - one.reserved - one.safety, row)),
            ]
            for one in balances
        ],
    )


def _prices(row: Variant) -> Table:
    prices = Price.objects.filter(variant=row).select_related("price_list").order_by("price_list__name", "min_quantity")
    return Table(
        _("Prices"),
        [_("Price list"), _("From quantity"), _("Unit price")],
        [
            [
                Cell(one.price_list.name),
                number(counted(one.min_quantity, row)),
                number(show.unit_price(one.unit_price, one.price_list.currency)),
            ]
            for one in prices
        ],
    )


class Stock(Shown):
    """How much of what lies where, and what made it so."""

    many = _("Stock")
    permission = "inventory.read"
    list_display = ("sku_shown", "variant_name", "node_shown", "on_hand_shown", "reserved_shown", "available_shown")
    list_select_related = ("variant", "node")
    search_fields = ("variant__sku", "variant__name")
    search_help_text = _("SKU or name")
    ordering = ("variant__sku", "node__code", "id")
    sortable_by = ()

    def get_list_filter(self, request: HttpRequest) -> Sequence[Any]:
        """By node, where there are several."""
        nodes = list(Node.objects.order_by("code").values_list("code", flat=True))
        return [*([by_state("node__code", _("Node"), nodes)] if len(nodes) > 1 else []), Low]

    @display(description=_("SKU"))
    def sku_shown(self, row: Balance) -> str:
        return row.variant.sku

    @display(description=_("Name"))
    def variant_name(self, row: Balance) -> str:
        return row.variant.name

    @display(description=_("Node"))
    def node_shown(self, row: Balance) -> str:
        return row.node.name

    @display(description=_("On hand"))
    def on_hand_shown(self, row: Balance) -> str:
        return counted(row.on_hand, row.variant)

    @display(description=_("Reserved"))
    def reserved_shown(self, row: Balance) -> str:
        return counted(row.reserved, row.variant)

    @display(description=_("Available"))
    def available_shown(self, row: Balance) -> str:
        return counted(row.on_hand - row.reserved - row.safety, row.variant)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Balance]:
        found: QuerySet[Balance] = super().get_queryset(request)
        return found.select_related("variant", "node")

    def page(self, row: Balance) -> Page:
        variant = row.variant
        facts = Facts(
            _("Stock"),
            [
                (_("Variant"), Cell(variant.name, url=link("variant", variant.id))),
                (_("Node"), row.node.name),
                (_("On hand"), counted(row.on_hand, variant)),
                (_("Reserved"), counted(row.reserved, variant)),
                (_("Kept back"), counted(row.safety, variant) if row.safety else ""),
                (_("Available"), counted(row.on_hand - row.reserved - row.safety, variant)),
            ],
        )
        return Page(variant.sku, lead=f"{variant.name} · {row.node.name}", sections=[facts, _why(row)])


def _why(row: Balance) -> Table:
    where = inventory.Where(node_id=row.node_id, owner_id=row.owner_id)
    steps = inventory.why(row.variant_id, where, limit=STEPS_SHOWN + 1)
    shown = steps[-STEPS_SHOWN:][::-1]
    orders = _orders_of([step.entry_id for step in shown])
    return Table(
        str(_("Why is it {quantity}?")).format(quantity=counted(row.on_hand, row.variant)),
        [_("Date"), _("What happened"), _("From"), _("To"), _("Change"), _("On hand")],
        [
            [
                Cell(show.moment(step.at)),
                _cause(step, orders),
                Cell(step.source),
                Cell(step.target),
                number(f"{'+' if step.change > 0 else ''}{counted(step.change, row.variant)}"),
                number(counted(step.on_hand, row.variant)),
            ]
            for step in shown
        ],
        note=_("Only the last moves are shown.") if len(shown) < len(steps) else "",
    )


def _cause(step: inventory.Step, orders: dict[UUID, tuple[UUID, str]]) -> Cell:
    order_id, order_number = orders.get(step.entry_id, (None, ""))
    small = str(_("Order {number}")).format(number=order_number) if order_number else ""
    return Cell(word(step.reason), url=link("order", order_id), small=small)


def _orders_of(entry_ids: list[UUID]) -> dict[UUID, tuple[UUID, str]]:
    about = EntrySubject.objects.filter(entry_id__in=entry_ids, kind="order").values_list("entry_id", "subject_id")
    by_entry = dict(about)
    numbers = dict(Order.objects.filter(id__in=set(by_entry.values())).values_list("id", "number"))
    return {entry_id: (order_id, numbers[order_id]) for entry_id, order_id in by_entry.items() if order_id in numbers}
