"""Products, variants and the components of kits."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q, Value

from dingdan.kernel.files import SHOWN
from dingdan.kernel.filing import StoredFile, file_constraints
from dingdan.kernel.quantity import UNITS
from dingdan.kernel.tenancy import TenantForeignKey, TenantModel
from dingdan.masterdata.catalog.lifecycle import CATEGORY_LIFE, PRODUCT_LIFE, VARIANT_LIFE
from dingdan.masterdata.catalog.rules import ProductKind, Shortage, Tracking

_KINDS = tuple(value.value for value in ProductKind)
_TRACKINGS = tuple(value.value for value in Tracking)
_SHORTAGES = tuple(value.value for value in Shortage)


class Category(TenantModel):
    """A shelf of the shop, inside of another one or not. What lies on a shelf inside lies on the outer one, too."""

    slug = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    name_i18n = models.JSONField(default=dict, blank=True, help_text="Other names by language tag, such as zh-Hant.")
    parent = TenantForeignKey("self", null=True, blank=True, related_name="inner")
    position = models.IntegerField(default=0)
    state = models.CharField(
        max_length=10, default=CATEGORY_LIFE.initial, choices=[(state, state) for state in CATEGORY_LIFE.states]
    )

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "slug"), name="category_slug_is_unique"),
            models.CheckConstraint(condition=Q(state__in=CATEGORY_LIFE.states), name="category_state_is_known"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(slug=""), name="category_has_a_slug_and_a_name"),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="a_category_is_not_inside_of_itself"),
        )

    def __str__(self) -> str:
        return self.name


class Product(TenantModel):
    """What the shop shows as one thing; what is sold are its variants."""

    slug = models.CharField(max_length=100)
    name = models.CharField(max_length=300)
    name_i18n = models.JSONField(default=dict, blank=True, help_text="Other names by language tag, such as zh-Hant.")
    description = models.TextField(default="", blank=True)
    description_i18n = models.JSONField(default=dict, blank=True, db_default=Value({}, models.JSONField()))
    options_i18n = models.JSONField(default=dict, blank=True, db_default=Value({}, models.JSONField()))
    category = TenantForeignKey(Category, null=True, blank=True, related_name="products")
    kind = models.CharField(max_length=10, default=ProductKind.GOODS.value, choices=[(value, value) for value in _KINDS])
    tax_class = models.CharField(max_length=40, default="standard")
    valid_months = models.SmallIntegerField(null=True, blank=True, help_text="Of a gift card; empty: it never expires.")
    open_amount = models.BooleanField(
        default=False, db_default=False, help_text="Of a gift card: whoever buys it says what is on it, at least its price."
    )
    state = models.CharField(
        max_length=10, default=PRODUCT_LIFE.initial, choices=[(state, state) for state in PRODUCT_LIFE.states]
    )

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "slug"), name="product_slug_is_unique"),
            models.CheckConstraint(condition=Q(kind__in=_KINDS), name="product_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=PRODUCT_LIFE.states), name="product_state_is_known"),
            models.CheckConstraint(condition=~Q(name=""), name="product_has_a_name"),
            models.CheckConstraint(
                condition=Q(kind=ProductKind.GIFT_CARD.value) | Q(valid_months=None, open_amount=False),
                name="only_gift_cards_are_valid_for_a_time",
            ),
        )
        indexes = (models.Index(fields=("tenant_id", "category"), name="products_of_a_category"),)

    def __str__(self) -> str:
        return self.name


class ProductImage(StoredFile):
    """A picture of a product. Taken away, it is emptied; that there was one stays."""

    product = TenantForeignKey(Product, related_name="images")
    position = models.SmallIntegerField(default=0)
    alt = models.CharField(max_length=300, default="", blank=True, help_text="What is to be seen, for those who do not see it.")

    class Meta(StoredFile.Meta):
        constraints = (
            *file_constraints("product_image"),
            models.CheckConstraint(condition=Q(media_type__in=SHOWN), name="a_product_image_is_a_picture"),
        )
        indexes = (models.Index(fields=("tenant_id", "product", "position"), name="images_of_a_product"),)


class Variant(TenantModel):
    """What is ordered, counted and shipped: one SKU."""

    product = TenantForeignKey(Product, related_name="variants")
    sku = models.CharField(max_length=64)
    name = models.CharField(max_length=300)
    options = models.JSONField(default=dict, blank=True, help_text='What tells it from its sisters, such as {"size": "L"}.')
    barcode = models.CharField(max_length=64, default="", blank=True)
    unit = models.CharField(max_length=12, default="piece", choices=[(code, code) for code in UNITS])
    weight_grams = models.PositiveBigIntegerField(null=True, blank=True)
    length_mm = models.PositiveBigIntegerField(null=True, blank=True)
    width_mm = models.PositiveBigIntegerField(null=True, blank=True)
    height_mm = models.PositiveBigIntegerField(null=True, blank=True)
    tax_class = models.CharField(max_length=40, default="", blank=True, help_text="Empty: the product's.")
    tracking = models.CharField(max_length=10, default=Tracking.NONE.value, choices=[(value, value) for value in _TRACKINGS])
    needs_stock = models.BooleanField(default=True)
    shortage = models.CharField(max_length=10, default=Shortage.DENY.value, choices=[(value, value) for value in _SHORTAGES])
    backorder_limit = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="The most that may be owed at once; empty: no limit."
    )
    state = models.CharField(
        max_length=10, default=VARIANT_LIFE.initial, choices=[(state, state) for state in VARIANT_LIFE.states]
    )

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "sku"), name="variant_sku_is_unique"),
            models.CheckConstraint(condition=Q(tracking__in=_TRACKINGS), name="variant_tracking_is_known"),
            models.CheckConstraint(condition=Q(shortage__in=_SHORTAGES), name="variant_shortage_is_known"),
            models.CheckConstraint(condition=Q(state__in=VARIANT_LIFE.states), name="variant_state_is_known"),
            models.CheckConstraint(condition=Q(unit__in=tuple(UNITS)), name="variant_unit_is_known"),
            models.CheckConstraint(condition=~Q(sku="") & ~Q(name=""), name="variant_has_a_sku_and_a_name"),
            models.CheckConstraint(
                condition=Q(needs_stock=True) | Q(tracking=Tracking.NONE.value), name="only_stock_is_tracked_by_lot_or_serial"
            ),
        )
        indexes = (
            models.Index(fields=("tenant_id", "product"), name="variants_of_a_product"),
            models.Index(fields=("tenant_id", "barcode"), condition=~Q(barcode=""), name="variant_by_barcode"),
        )

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"


class KitComponent(TenantModel):
    """How much of another variant one kit holds."""

    kit = TenantForeignKey(Variant, related_name="components")
    component = TenantForeignKey(Variant, related_name="part_of")
    quantity = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "kit", "component"), name="kit_names_each_component_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="kit_component_quantity_is_positive"),
            models.CheckConstraint(condition=~Q(kit=F("component")), name="kit_does_not_contain_itself"),
        )
        indexes = (models.Index(fields=("tenant_id", "component"), name="kits_with_a_component"),)
