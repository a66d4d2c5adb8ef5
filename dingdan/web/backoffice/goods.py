"""Products and variants: what there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final
from uuid import UUID

from django.contrib.admin import display
from django.utils.translation import gettext_lazy as _

from dingdan.integrations.importers.registers.goods import Products as ProductRegister
from dingdan.ledgers.inventory import queries as inventory
from dingdan.ledgers.inventory.models import Balance
from dingdan.masterdata.catalog.commands import restore_product, restore_variant, retire_product, retire_variant
from dingdan.masterdata.catalog.lifecycle import PRODUCT_LIFE, VARIANT_LIFE
from dingdan.masterdata.catalog.models import KitComponent, Product, Variant
from dingdan.masterdata.catalog.rules import ProductKind
from dingdan.masterdata.pricing.models import Price
from dingdan.masterdata.pricing.queries import prices_over_time
from dingdan.web.backoffice import show
from dingdan.web.backoffice.base import badge, history, link, listed_badge, number
from dingdan.web.backoffice.filters import by_state
from dingdan.web.backoffice.naming import named
from dingdan.web.backoffice.order_goods import counted
from dingdan.web.backoffice.pages import Cell, Facts, Page, Section, Table
from dingdan.web.backoffice.registers.kept import Kept, turned
from dingdan.web.backoffice.registers.pictures import Pictured
from dingdan.web.backoffice.wishes import wanted_back
from dingdan.web.backoffice.words import word

MOST_PAST: Final = 20
"""So many earlier prices stand on the page of a variant."""


class Products(Pictured):
    """What the shop shows as one thing."""

    register = ProductRegister
    acts: ClassVar = {
        "retire": turned(retire_product, "product_id", _("It is sold no more.")),
        "restore": turned(restore_product, "product_id", _("It is sold again.")),
    }
    list_display = ("product_name", "address", "kind_shown", "product_state")
    asks = (by_state("kind", _("Kind"), ProductKind), by_state("state", _("State"), PRODUCT_LIFE.states))
    search_fields = ("name", "slug")
    search_help_text = _("Name or address")
    ordering = ("name", "id")
    sortable_by = ("product_name",)

    @display(description=_("Product"), ordering="name")
    def product_name(self, row: Product) -> str:
        return row.name

    @display(description=_("Web address"))
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
                (_("Category"), row.category.name if row.category else ""),
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
    asks = (by_state("state", _("State"), VARIANT_LIFE.states),)
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
        sections: list[Section] = [
            _variant_facts(row),
            _components(row),
            _stock(row),
            _prices(row),
            _past_prices(row),
            history(row.id),
        ]
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
            (_("Want to be told"), wanted_back(row.id)),
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
                Cell(named(one.node), url=f"{link('balance', row.id)}?node={one.node_id}"),
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


def _past_prices(row: Variant) -> Table:
    """What it cost before: the prices that are over, the last one first."""
    over = prices_over_time(row.id).exclude(ended_at=None).order_by("-ended_at", "-id")[:MOST_PAST]
    return Table(
        _("Earlier prices"),
        [_("Price list"), _("From quantity"), _("Unit price"), _("Asked from"), _("Asked until")],
        [
            [
                Cell(one.price_list.name),
                number(counted(one.min_quantity, row)),
                number(show.unit_price(one.unit_price, one.price_list.currency)),
                Cell(show.moment(one.began_at)),
                Cell(show.moment(one.ended_at)),
            ]
            for one in over
        ],
    )
