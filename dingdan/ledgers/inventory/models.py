"""The tables of the goods, and what the database refuses to write into them."""

from django.db import models
from django.db.models import Case, F, Q, Value, When

from dingdan.kernel.models import JournalEntry, append_only
from dingdan.kernel.tenancy import AppendedModel, TenantForeignKey, TenantModel
from dingdan.ledgers.inventory.lifecycle import TRANSFER_LIFE, FulfillmentStatus, LocationKind, OwnerKind
from dingdan.masterdata.catalog.models import Variant


class Owner(TenantModel):
    """Whose goods they are. The tenant's own row has the tenant's id, the others the id of their party."""

    kind = models.CharField(max_length=16, default=OwnerKind.TENANT)
    party_id = models.UUIDField(null=True, help_text="The seller or consignor")

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(OwnerKind)), name="owner_kinds_are_real"),
            models.CheckConstraint(
                condition=Q(kind=OwnerKind.TENANT, party_id__isnull=True)
                | (~Q(kind=OwnerKind.TENANT) & Q(party_id__isnull=False, party_id=F("id"))),
                name="an_owner_is_the_shop_or_a_party",
            ),
        ]


class Node(TenantModel):
    """A place that can ship."""

    code = models.CharField(max_length=32)
    name = models.CharField(max_length=200)
    priority = models.IntegerField(default=100, help_text="Lower ships first")
    country = models.CharField(max_length=2, default="GB")
    active = models.BooleanField(default=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "code"], name="a_node_code_is_used_once")]

    def __str__(self) -> str:
        return self.name


class Location(TenantModel):
    """A spot goods can be at: inside a node, or outside (supplier, customer, production) without one."""

    node = TenantForeignKey(Node, null=True, blank=True)
    code = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    active = models.BooleanField(default=True, help_text="Whether goods may be put there")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="a_location_code_is_used_once"),
            models.CheckConstraint(condition=Q(kind__in=list(LocationKind)), name="location_kinds_are_real"),
        ]

    def __str__(self) -> str:
        return self.code


class Lot(TenantModel):
    """Goods of one batch, or one piece with its serial number."""

    variant = TenantForeignKey(Variant)
    code = models.CharField(max_length=64)
    is_serial = models.BooleanField(default=False)
    expires_on = models.DateField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "variant", "code"], name="a_lot_code_is_used_once")]


class Balance(TenantModel):
    """Sellable stock of a variant at a node for an owner: the row on which nothing can be oversold."""

    variant = TenantForeignKey(Variant)
    node = TenantForeignKey(Node)
    owner = TenantForeignKey(Owner)
    on_hand = models.BigIntegerField(default=0)
    reserved = models.BigIntegerField(default=0)
    safety = models.BigIntegerField(default=0, help_text="Kept back from sale")
    channel_safety = models.JSONField(default=dict, help_text="Kept back from single channels: pieces by channel id")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "variant", "node", "owner"], name="one_balance_per_variant_node_and_owner"
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0) & Q(reserved__lte=F("on_hand")), name="reserved_never_exceeds_on_hand"
            ),
            models.CheckConstraint(condition=Q(safety__gte=0), name="safety_stock_is_not_negative"),
        ]


class Holding(TenantModel):
    """What lies at one location, by owner and lot. The stock holdings of a node are the children of its balance."""

    variant = TenantForeignKey(Variant)
    location = TenantForeignKey(Location)
    owner = TenantForeignKey(Owner)
    lot = TenantForeignKey(Lot, null=True, blank=True)
    on_hand = models.BigIntegerField(default=0)
    allocated = models.BigIntegerField(default=0, help_text="Chosen for a shipment; part of what the balance has reserved")
    boundless = models.BooleanField(default=False, help_text="Supplier, customer, production, scrap: may go below zero")
    is_serial = models.BooleanField(default=False, help_text="Its lot is one piece")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "variant", "location", "owner", "lot"],
                name="one_holding_per_place_owner_and_lot",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(boundless=True) | (Q(allocated__gte=0) & Q(allocated__lte=F("on_hand"))),
                name="a_place_never_holds_less_than_is_allocated",
            ),
            models.CheckConstraint(
                condition=Q(is_serial=False) | Q(boundless=True) | Q(on_hand__lte=1), name="a_serial_number_is_one_piece"
            ),
        ]


class Demand(TenantModel):
    """We owe goods: one row per line of a document and component of a kit."""

    document_kind = models.CharField(max_length=32)
    document_id = models.UUIDField()
    line_id = models.UUIDField()
    variant = TenantForeignKey(Variant)
    owner = TenantForeignKey(Owner)
    quantity = models.BigIntegerField()
    per_line_unit = models.BigIntegerField(default=1, help_text="Pieces per unit of the line; more than 1 in kits")
    canceled = models.BigIntegerField(default=0)
    pegged = models.BigIntegerField(default=0, help_text="Answered by open pegs")
    issued = models.BigIntegerField(default=0)
    delivered = models.BigIntegerField(default=0)
    returned = models.BigIntegerField(default=0)
    due_at = models.DateTimeField(null=True, help_text="When it was promised to be on its way; nothing while nobody knows")
    expires_at = models.DateTimeField(null=True, help_text="When a hold that nobody placed lets go")

    class Meta(TenantModel.Meta):
        indexes = [
            # Serves what a document still needs, and taking goods back.
            models.Index(fields=["tenant_id", "document_id"], name="demand_of_document"),
            # Serves letting go of holds whose time is over.
            models.Index(
                fields=["tenant_id", "expires_at"],
                name="holds_to_expire",
                condition=Q(expires_at__isnull=False, quantity__gt=F("canceled") + F("issued")),
            ),
            # Serves filling backorders when goods arrive.
            models.Index(
                fields=["tenant_id", "variant", "id"],
                name="unanswered_demand",
                condition=Q(quantity__gt=F("canceled") + F("issued") + F("pegged")),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="a_demand_asks_for_something"),
            models.CheckConstraint(
                condition=Q(pegged__gte=0)
                & Q(issued__gte=0)
                & Q(canceled__gte=0)
                & Q(quantity__gte=F("canceled") + F("issued") + F("pegged")),
                name="never_ship_more_than_ordered",
            ),
            models.CheckConstraint(
                condition=Q(delivered__gte=0) & Q(delivered__lte=F("issued")), name="never_deliver_more_than_shipped"
            ),
            models.CheckConstraint(
                condition=Q(returned__gte=0) & Q(returned__lte=F("issued")), name="never_take_back_more_than_shipped"
            ),
        ]


class Supply(TenantModel):
    """Goods will come: from a purchase order, a transfer, a work order."""

    document_kind = models.CharField(max_length=32)
    document_id = models.UUIDField()
    variant = TenantForeignKey(Variant)
    node = TenantForeignKey(Node)
    owner = TenantForeignKey(Owner)
    lot = TenantForeignKey(Lot, null=True)
    quantity = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    pegged = models.BigIntegerField(default=0)
    canceled = models.BigIntegerField(default=0)
    expected_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [
            # Serves ATP by date and filling backorders.
            models.Index(fields=["tenant_id", "variant", "expected_at"], name="supply_by_date"),
            models.Index(fields=["tenant_id", "document_id"], name="supply_of_document"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="a_supply_brings_something"),
            models.CheckConstraint(
                condition=Q(pegged__gte=0)
                & Q(received__gte=0)
                & Q(canceled__gte=0)
                & Q(quantity__gte=F("received") + F("canceled") + F("pegged")),
                name="never_promise_more_than_will_come",
            ),
        ]


class Peg(TenantModel):
    """Which supply answers which demand: stock at hand, or goods to come."""

    demand = TenantForeignKey(Demand)
    balance = TenantForeignKey(Balance, null=True)
    supply = TenantForeignKey(Supply, null=True)
    quantity = models.BigIntegerField(help_text="Still open; issued and released take from it")

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant_id", "demand"], name="peg_of_demand"),
            # Serves the audit of reserved stock, and whom a receipt answers.
            models.Index(fields=["tenant_id", "balance"], name="open_peg_of_balance", condition=Q(quantity__gt=0)),
            models.Index(fields=["tenant_id", "supply"], name="open_peg_of_supply", condition=Q(quantity__gt=0)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=0), name="a_peg_is_never_negative"),
            models.CheckConstraint(
                condition=Q(balance__isnull=False, supply__isnull=True) | Q(balance__isnull=True, supply__isnull=False),
                name="a_peg_has_exactly_one_source",
            ),
        ]


class Allocation(TenantModel):
    """From which place and lot a demand's reserved pieces will be taken."""

    demand = TenantForeignKey(Demand)
    holding = TenantForeignKey(Holding)
    quantity = models.BigIntegerField(help_text="Still open; issued and deallocated take from it")

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant_id", "demand"], name="open_allocation_of_demand", condition=Q(quantity__gt=0)),
            models.Index(fields=["tenant_id", "holding"], name="open_allocation_of_holding", condition=Q(quantity__gt=0)),
        ]
        constraints = [models.CheckConstraint(condition=Q(quantity__gte=0), name="an_allocation_is_never_negative")]


class Backlog(TenantModel):
    """How many pieces of a variant are owed beyond stock: nothing answers them yet, or goods to come do. Its id is the variant's.

    One row, so that a limit on what may be owed can be kept by one conditional update.
    """

    owed = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [models.CheckConstraint(condition=Q(owed__gte=0), name="what_is_owed_is_never_negative")]


class Transfer(TenantModel):
    """Goods on their way from one node to another. What is expected there are its supplies."""

    number = models.CharField(max_length=32)
    source = TenantForeignKey(Node, related_name="transfers_out")
    target = TenantForeignKey(Node, related_name="transfers_in")
    state = models.CharField(max_length=12, default=TRANSFER_LIFE.initial)
    dispatched_at = models.DateTimeField()
    expected_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="a_transfer_number_is_given_once"),
            models.CheckConstraint(condition=Q(state__in=TRANSFER_LIFE.states), name="transfer_states_are_real"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="a_transfer_goes_somewhere_else"),
        ]

    def __str__(self) -> str:
        return self.number


class Threshold(TenantModel):
    """From when on stock is low: of an article or of all, at a node or at all of them. What is said closer counts."""

    variant = TenantForeignKey(Variant, null=True)
    node = TenantForeignKey(Node, null=True)
    low_at = models.BigIntegerField(null=True, help_text="Low with so many available or fewer; nothing: it is not watched")
    # Accounts belong to a library and to no tenant: hence a number and not a foreign key.
    user_id = models.BigIntegerField(null=True, help_text="Who is in charge")
    role = models.CharField(max_length=60, default="", help_text="Or who has this role; nobody said: the owners")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "variant", "node"], name="one_threshold_per_article_and_node", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(low_at__gte=0), name="a_threshold_is_not_negative"),
            models.CheckConstraint(condition=Q(user_id__isnull=True) | Q(role=""), name="a_person_or_a_role_is_in_charge"),
        ]


class Low(TenantModel):
    """Stock that fell to its threshold and has not been above it since; its id is the balance's."""

    variant = TenantForeignKey(Variant)
    node = TenantForeignKey(Node)
    threshold = TenantForeignKey(Threshold)
    fallen_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "variant"], name="low_stock_of_variant")]


class Move(AppendedModel):
    """Goods went from one place to another. Never edited: a mistake is moved back."""

    entry = TenantForeignKey(JournalEntry)
    variant = TenantForeignKey(Variant)
    source = TenantForeignKey(Location, related_name="moves_out")
    target = TenantForeignKey(Location, related_name="moves_in")
    owner = TenantForeignKey(Owner)
    lot = TenantForeignKey(Lot, null=True)
    demand = TenantForeignKey(Demand, null=True)
    supply = TenantForeignKey(Supply, null=True)
    quantity = models.BigIntegerField()
    reason = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta(AppendedModel.Meta):
        indexes = [
            # Serves "why is it 47?" for a variant, in order.
            models.Index(fields=["tenant_id", "variant", "id"], name="moves_of_variant"),
            # Serves what lay there on a day, and what moved in a period.
            models.Index(fields=["tenant_id", "at"], name="moves_by_time"),
            # Serves goods that come home.
            models.Index(fields=["tenant_id", "demand"], name="moves_of_demand", condition=Q(demand__isnull=False)),
            # Serves the audit of one supply.
            models.Index(fields=["tenant_id", "supply"], name="moves_of_supply", condition=Q(supply__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="a_move_moves_something"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="a_move_goes_somewhere_else"),
        ]
        triggers = append_only("moves")


class Cost(AppendedModel):
    """What one unit of an article (a piece, a kilogram) cost from a moment on, in minor units. The last one counts.

    Said by somebody, or the moving average after goods came at a price of their own.
    """

    entry = TenantForeignKey(JournalEntry)
    variant = TenantForeignKey(Variant)
    unit_cost = models.DecimalField(max_digits=20, decimal_places=6)
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()

    class Meta(AppendedModel.Meta):
        indexes = [
            # Serves what an article cost at a moment.
            models.Index(fields=["tenant_id", "variant", "id"], name="costs_of_variant"),
        ]
        constraints = [models.CheckConstraint(condition=Q(unit_cost__gte=0), name="a_cost_is_not_negative")]
        triggers = append_only("costs")


class Remark(TenantModel):
    """What somebody wrote about a correction of stock; its id is the entry's. Words of people stay out of the journal."""

    text = models.CharField(max_length=500)


_due = F("demanded") - F("canceled")


class Tally(TenantModel):
    """The goods of one document, summed; its id is the document's."""

    document_kind = models.CharField(max_length=32)
    demanded = models.BigIntegerField(default=0)
    canceled = models.BigIntegerField(default=0)
    issued = models.BigIntegerField(default=0)
    delivered = models.BigIntegerField(default=0)
    returned = models.BigIntegerField(default=0)
    fulfillment_status = models.GeneratedField(
        expression=Case(
            When(demanded=0, then=Value(FulfillmentStatus.NOTHING_TO_SHIP)),
            When(demanded=F("canceled"), then=Value(FulfillmentStatus.CANCELED)),
            When(issued=0, then=Value(FulfillmentStatus.UNFULFILLED)),
            When(returned=F("issued"), then=Value(FulfillmentStatus.RETURNED)),
            When(returned__gt=0, then=Value(FulfillmentStatus.PARTLY_RETURNED)),
            When(issued__lt=_due, then=Value(FulfillmentStatus.PARTLY_SHIPPED)),
            When(delivered__lt=F("issued"), then=Value(FulfillmentStatus.SHIPPED)),
            default=Value(FulfillmentStatus.DELIVERED),
        ),
        output_field=models.CharField(max_length=20),
        db_persist=True,
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(canceled__gte=0) & Q(issued__gte=0) & Q(demanded__gte=F("canceled") + F("issued")),
                name="a_document_never_ships_more_than_it_demands",
            ),
            models.CheckConstraint(
                condition=Q(returned__gte=0) & Q(returned__lte=F("issued")) & Q(delivered__gte=0) & Q(delivered__lte=F("issued")),
                name="a_document_never_takes_back_more_than_it_sent",
            ),
        ]
