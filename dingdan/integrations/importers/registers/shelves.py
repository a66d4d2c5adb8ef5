"""How goods are shown: the categories that they stand in, and the storefronts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dingdan.integrations.importers.registers.columns import Cells, Column, chosen
from dingdan.integrations.importers.registers.register import NotInRegister, Register, Turn
from dingdan.masterdata.catalog import commands as catalog
from dingdan.masterdata.catalog.models import Category
from dingdan.masterdata.catalog.rules import CategoryDraft, clean_category
from dingdan.masterdata.channels.models import Channel
from dingdan.masterdata.shop import commands as shop
from dingdan.masterdata.shop.models import Storefront
from dingdan.masterdata.shop.rules import Corners, Font, StorefrontDraft, clean_storefront

_I18N = _("By language, such as zh-Hant: 藍杯; zh-Hans: 蓝杯.")


def category_choices() -> list[tuple[str, str]]:
    """The categories by slug, and none."""
    return [("", "–"), *Category.objects.order_by("position", "name").values_list("slug", "name")]


def channel_choices() -> list[tuple[str, str]]:
    """The channels by code."""
    return list(Channel.objects.order_by("code").values_list("code", "name"))


class Categories(Register):
    """The shelves of the shop."""

    slug, title, one = "categories", _("Categories"), _("Category")
    model = Category
    columns = (
        Column(name="name", label=_("Name"), is_needed=True, for_many=False, most=200),
        Column(name="slug", label=_("Web address"), is_needed=True, for_many=False, most=100,
               note=_("Part of web addresses: small letters, digits and dashes, such as blue-mug.")),
        Column(name="name_i18n", label=_("Other names"), kind="words", for_many=False, note=_I18N),
        Column(name="parent", label=_("Inside of"), kind="choice", choices=category_choices),
        Column(name="position", label=_("Position"), kind="whole", empty="0", note=_("Smaller numbers come first.")),
    )  # fmt: skip
    key = must = ("slug",)
    reads = "catalog.read"
    save, argument, saved = catalog.save_category, "category", "category_id"
    draft_of, clean = CategoryDraft, staticmethod(clean_category)
    turns: ClassVar = {
        "retired": (Turn(("active",), catalog.retire_category, "category_id"),),
        "active": (Turn(("retired",), catalog.restore_category, "category_id"),),
    }

    def rows(self) -> QuerySet[Any]:
        return Category.objects.select_related("parent")

    def cells(self, of: Any) -> Cells:
        """Of a category, or of a draft, which names the one around it."""
        parent = of.parent if isinstance(of, CategoryDraft) else of.parent.slug if of.parent else ""
        return {
            column.name: parent if column.name == "parent" else column.write(getattr(of, column.name)) for column in self.columns
        }


class Storefronts(Register):
    """What is open to everybody, and how it looks."""

    slug, title, one = "storefronts", _("Storefronts"), _("Storefront")
    model = Storefront
    columns = (
        Column(name="code", label=_("Channel"), kind="choice", choices=channel_choices, is_needed=True, for_many=False),
        Column(name="title", label=_("Title"), most=120, note=_("Empty: the name of the shop.")),
        Column(name="tagline", label=_("Tagline"), most=200, note=_("One sentence on the first page.")),
        Column(name="tagline_i18n", label=_("Tagline in other languages"), kind="words",
               note=_("By language, such as zh-Hant: 藍杯; zh-Hans: 蓝杯.")),
        Column(name="country", label=_("Country"), most=2, note=_("Whose tax is in the prices shown; empty: the shop's.")),
        Column(name="accent", label=_("Color"), empty="#14566b", is_needed=True, most=7, part=_("Look"),
               note=_("Six digits after a #, such as #14566b.")),
        Column(name="font", label=_("Letters"), kind="choice", choices=chosen(list(Font)), empty="sans", part=_("Look")),
        Column(name="corners", label=_("Corners"), kind="choice", choices=chosen(list(Corners)), empty="soft", part=_("Look")),
        Column(name="origins", label=_("Pages of others that may use its carts"), kind="several", part=_("Embedding"),
               note=_("Where they come from, such as https://blog.example.")),
    )  # fmt: skip
    reads = "shop.read"
    save, argument, saved = shop.save_storefront, "storefront", "storefront_id"
    draft_of, clean = StorefrontDraft, staticmethod(clean_storefront)
    turns: ClassVar = {
        "retired": (Turn(("active",), shop.retire_storefront, "storefront_id"),),
        "active": (Turn(("retired",), shop.restore_storefront, "storefront_id"),),
    }

    def values(self, read: dict[str, Any]) -> dict[str, Any]:
        if not Channel.objects.filter(code=read["code"]).exists():
            raise NotInRegister(field="code", what=_("channel"), name=read["code"])
        return read
