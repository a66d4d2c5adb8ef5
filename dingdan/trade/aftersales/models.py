"""Returns and allowances, and what the database refuses to write into them."""

from django.db import models
from django.db.models import F, Q

from dingdan.kernel.filing import StoredFile, file_constraints
from dingdan.kernel.models import append_only
from dingdan.kernel.tenancy import TenantForeignKey, TenantModel
from dingdan.ledgers.inventory.models import Demand, Lot, Node
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.policies.lifecycle import Condition, GoesTo, RefundAt
from dingdan.masterdata.policies.models import ReturnGrade, ReturnReason, ReturnRule
from dingdan.trade.aftersales.lifecycle import CLAIM_LIFE, INTERCEPTION_LIFE, OPEN, PARCEL_LIFE, RETURN_LIFE, Resolution
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.models import Order, OrderLine


class Return(TenantModel):
    """Goods of one order that come back to one node. Amounts in minor units of the order's currency."""

    number = models.CharField(max_length=32)
    external_number = models.CharField(max_length=64, blank=True, help_text="The number it had where it was brought over from")
    order = TenantForeignKey(Order, related_name="returns")
    node = TenantForeignKey(Node, help_text="Where the goods come back to")
    state = models.CharField(max_length=10, default=RETURN_LIFE.initial)
    follow_up = TenantForeignKey(Order, null=True, related_name="+", help_text="The order that the customer gets in exchange")
    override_reason = models.CharField(max_length=200, blank=True, help_text="Why it may come back against the rules")
    refund_at = models.CharField(max_length=10, default=RefundAt.INSPECTION.value, help_text="When the money goes back")
    shipping_fee = models.BigIntegerField(default=0, help_text="Kept back once for the way, as the rules said")
    carrier = models.CharField(max_length=60, blank=True)
    tracking_number = models.CharField(max_length=80, blank=True)
    label_url = models.CharField(max_length=500, blank=True, help_text="Where the label for the parcel can be fetched")
    is_ahead = models.BooleanField(default=False, help_text="The goods in exchange leave before these are back")
    due_back_at = models.DateTimeField(null=True, help_text="When they must be back, where something left ahead")
    authorized_at = models.DateTimeField()
    scanned_at = models.DateTimeField(null=True, help_text="When the parcel was first seen on its way")
    arrived_at = models.DateTimeField(null=True, help_text="When its parcel lay at the returns desk, opened or not")
    received_at = models.DateTimeField(null=True)
    inspected_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant_id", "order"], name="returns_of_order"),
            # Serves the returns desk: what is to come to a node and to be looked at there, oldest first.
            models.Index(fields=["tenant_id", "node", "authorized_at"], name="returns_to_do", condition=Q(state__in=OPEN)),
            # Serves the schedule that lets returns lapse which did not come, and scans of parcels.
            models.Index(
                fields=["tenant_id", "due_back_at"],
                name="returns_to_lapse",
                condition=Q(state="authorized", due_back_at__isnull=False),
            ),
            models.Index(fields=["tenant_id", "tracking_number"], name="return_by_tracking", condition=~Q(tracking_number="")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="a_return_number_is_given_once"),
            models.UniqueConstraint(fields=["tenant_id", "follow_up"], name="a_follow_up_order_is_for_one_return"),
            models.CheckConstraint(condition=Q(state__in=RETURN_LIFE.states), name="return_states_are_real"),
            models.CheckConstraint(
                condition=Q(refund_at__in=[one.value for one in RefundAt]), name="returns_are_refunded_at_a_known_time"
            ),
            models.CheckConstraint(condition=Q(shipping_fee__gte=0), name="the_way_back_never_costs_less_than_nothing"),
            models.CheckConstraint(
                condition=Q(is_ahead=False) | Q(due_back_at__isnull=False), name="what_left_ahead_is_due_back_some_day"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ReturnLine(TenantModel):
    """So many units of an order line come back, and what is given back for them."""

    rma = TenantForeignKey(Return, related_name="lines")
    order_line = TenantForeignKey(OrderLine)
    component = TenantForeignKey(
        Demand, null=True, related_name="+", help_text="The part of a kit that comes back alone; then pieces of it are counted"
    )
    quantity = models.BigIntegerField(help_text="Units authorized; a kit is one unit")
    accepted = models.BigIntegerField(default=0, help_text="Units that are back in whole, counted when they were inspected")
    refund = models.BigIntegerField(default=0, help_text="What the customer no longer owes for them")
    fee = models.BigIntegerField(default=0, help_text="What was kept back of their value, in all")
    wear = models.BigIntegerField(default=0, help_text="Of it: what their grade took off")
    restocking = models.BigIntegerField(default=0, help_text="Of it: for putting them away again")
    shipping = models.BigIntegerField(default=0, help_text="Of it: for the way back")
    reason = models.CharField(max_length=40, default="other", help_text="The reason's code, as it was then")
    why = TenantForeignKey(ReturnReason, null=True, related_name="+")
    condition = models.CharField(max_length=10, blank=True, help_text="In which condition they were said to be")
    rule = TenantForeignKey(ReturnRule, null=True, related_name="+", help_text="The rule that decided")
    restocking_rate = models.DecimalField(max_digits=9, decimal_places=6, default=0, help_text="As the rule said then")
    restocking_each = models.BigIntegerField(default=0, help_text="Per unit, as the rule said then")
    grades_count = models.BooleanField(default=True, help_text="Whether the grade lowers what is given back")
    override = models.CharField(max_length=200, blank=True, help_text="Why it may come back against the rules")

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "order_line"], name="returns_of_order_line")]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "rma", "order_line", "component"],
                name="a_return_names_an_order_line_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="a_return_line_brings_something"),
            models.CheckConstraint(
                condition=Q(accepted__gte=0) & Q(accepted__lte=F("quantity")), name="never_accept_more_than_was_authorized"
            ),
            models.CheckConstraint(condition=Q(refund__gte=0) & Q(fee__gte=0), name="return_amounts_are_never_negative"),
            models.CheckConstraint(
                condition=Q(wear__gte=0, restocking__gte=0, shipping__gte=0)
                & Q(fee__gte=F("wear") + F("restocking") + F("shipping")),
                name="a_fee_is_never_less_than_its_parts",
            ),
            models.CheckConstraint(
                condition=Q(condition__in=["", *(one.value for one in Condition)]), name="conditions_of_returns_are_real"
            ),
        ]


class ComponentWeight(TenantModel):
    """Which part of a kit's price falls on a piece of one of its components: said once, when the first comes back alone."""

    order_line = TenantForeignKey(OrderLine, related_name="+")
    demand = TenantForeignKey(Demand, related_name="+")
    weight = models.BigIntegerField(help_text="Against the weights of the kit's other pieces")

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "order_line"], name="weights_of_order_line")]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "demand"], name="a_component_is_weighed_once"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="every_component_weighs_something"),
        ]
        triggers = append_only("component_weights")


class ReturnPiece(TenantModel):
    """So many pieces of a demand come back: one row per return line, or one per component of a kit."""

    line = TenantForeignKey(ReturnLine, related_name="pieces")
    demand = TenantForeignKey(Demand)
    quantity = models.BigIntegerField(help_text="Pieces authorized")
    received = models.BigIntegerField(default=0)
    restocked = models.BigIntegerField(default=0)
    damaged = models.BigIntegerField(default=0)
    scrapped = models.BigIntegerField(default=0)
    refurbished = models.BigIntegerField(default=0, help_text="Put where they are made good")
    sent_back = models.BigIntegerField(default=0, help_text="To who had supplied them")

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "demand"], name="returns_of_demand")]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "line", "demand"], name="a_return_line_takes_a_demand_once"),
            models.CheckConstraint(
                condition=Q(received__gte=0) & Q(received__lte=F("quantity")), name="never_receive_more_than_was_authorized"
            ),
            models.CheckConstraint(
                condition=Q(restocked__gte=0)
                & Q(damaged__gte=0)
                & Q(scrapped__gte=0)
                & Q(refurbished__gte=0)
                & Q(sent_back__gte=0)
                & Q(received__gte=F("restocked") + F("damaged") + F("scrapped") + F("refurbished") + F("sent_back")),
                name="never_sort_more_than_was_received",
            ),
        ]


class Examination(TenantModel):
    """Pieces of a return were held at the desk, by somebody, and are of a grade; undone, it was a mistake.

    Nothing moves before all of them are: the inspection is made of these.
    """

    piece = TenantForeignKey(ReturnPiece, related_name="examinations")
    lot = TenantForeignKey(
        Lot, null=True, related_name="+", help_text="Which piece it is, or of which lot, as far as it was told"
    )
    code = models.CharField(max_length=40, help_text="The grade's code")
    quantity = models.BigIntegerField()
    examiner = models.CharField(max_length=80, help_text="Kind and id of an actor")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "piece"], name="examinations_of_piece")]
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="an_examination_is_of_something")]


class Grading(TenantModel):
    """So many pieces of a return were found to be of a grade, and went where that grade goes."""

    piece = TenantForeignKey(ReturnPiece, related_name="gradings")
    grade = TenantForeignKey(ReturnGrade, null=True, related_name="+", help_text="Nothing where the shop has no list of its own")
    code = models.CharField(max_length=40, help_text="The grade's code, as it was then")
    goes_to = models.CharField(max_length=10)
    given_back = models.DecimalField(max_digits=9, decimal_places=6, help_text="As the grade said then")
    quantity = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "piece", "code"], name="pieces_are_given_a_grade_once"),
            models.CheckConstraint(condition=Q(goes_to__in=[one.value for one in GoesTo]), name="graded_goods_go_somewhere_real"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="a_grade_is_given_to_something"),
        ]
        triggers = append_only("gradings")


class ExchangeLine(TenantModel):
    """What the customer gets in place of what comes back."""

    rma = TenantForeignKey(Return, related_name="wanted")
    variant = TenantForeignKey(Variant)
    quantity = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "rma", "variant"], name="an_exchange_names_a_variant_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="an_exchange_line_wants_something"),
        ]


class Interception(TenantModel):
    """A carrier is asked to turn a parcel back that is under way."""

    shipment = TenantForeignKey(Shipment, related_name="interceptions")
    state = models.CharField(max_length=10, default=INTERCEPTION_LIFE.initial)
    rma = TenantForeignKey(Return, null=True, related_name="interceptions", help_text="The return that brings the goods back")
    reason = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "shipment"], name="a_parcel_is_intercepted_once"),
            models.CheckConstraint(condition=Q(state__in=INTERCEPTION_LIFE.states), name="interception_states_are_real"),
            models.CheckConstraint(
                condition=Q(state="stopped", rma__isnull=False) | (~Q(state="stopped") & Q(rma__isnull=True)),
                name="what_was_stopped_comes_back_by_a_return",
            ),
        ]


class Claim(TenantModel):
    """Something was wrong with goods of an order: damaged, missing, other than ordered. Nothing has to come back for it."""

    number = models.CharField(max_length=32)
    order = TenantForeignKey(Order, related_name="claims")
    state = models.CharField(max_length=10, default=CLAIM_LIFE.initial)
    resolution = models.CharField(max_length=12, blank=True)
    follow_up = TenantForeignKey(Order, null=True, related_name="+", help_text="The order that replaces what was claimed")
    note = models.CharField(max_length=2000, blank=True, help_text="What whoever filed it says")
    answer = models.CharField(max_length=200, blank=True, help_text="Why it was denied")
    filed_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    thanked_at = models.DateTimeField(null=True, help_text="When credit was given for the trouble")

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant_id", "order"], name="claims_of_order"),
            # Serves the list of what waits for an answer, oldest first.
            models.Index(fields=["tenant_id", "filed_at"], name="claims_to_answer", condition=Q(state="filed")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="a_claim_number_is_given_once"),
            models.UniqueConstraint(fields=["tenant_id", "follow_up"], name="a_replacement_is_for_one_claim"),
            models.CheckConstraint(condition=Q(state__in=CLAIM_LIFE.states), name="claim_states_are_real"),
            models.CheckConstraint(
                condition=Q(resolution__in=["", *(one.value for one in Resolution)]), name="claim_resolutions_are_real"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["replacing", "resolved"]) | ~Q(resolution=""), name="a_resolved_claim_says_how"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ClaimLine(TenantModel):
    """So many units of an order line are claimed; `settled` of them were given money back for, and so are done with."""

    claim = TenantForeignKey(Claim, related_name="lines")
    order_line = TenantForeignKey(OrderLine)
    quantity = models.BigIntegerField()
    settled = models.BigIntegerField(default=0)
    refund = models.BigIntegerField(default=0, help_text="What the customer no longer owes for them")
    fee = models.BigIntegerField(default=0, help_text="What of their worth stays owed")
    reason = models.CharField(max_length=40, help_text="The reason's code, as it was then")
    why = TenantForeignKey(ReturnReason, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "order_line"], name="claims_of_order_line")]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "claim", "order_line"], name="a_claim_names_an_order_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="a_claim_line_claims_something"),
            models.CheckConstraint(
                condition=Q(settled__gte=0) & Q(settled__lte=F("quantity")), name="never_settle_more_than_was_claimed"
            ),
            models.CheckConstraint(condition=Q(refund__gte=0) & Q(fee__gte=0), name="claim_amounts_are_never_negative"),
        ]


class StrayParcel(TenantModel):
    """A parcel that nobody had asked for: put aside at the desk, until it is known whose it is or what becomes of it."""

    number = models.CharField(max_length=32)
    node = TenantForeignKey(Node, related_name="+", help_text="Where it lies")
    code = models.CharField(max_length=80, blank=True, help_text="What was scanned from it")
    note = models.CharField(max_length=2000, blank=True, help_text="What whoever opened it saw")
    state = models.CharField(max_length=10, default=PARCEL_LIFE.initial)
    rma = TenantForeignKey(Return, null=True, related_name="parcels", help_text="The return that it turned out to be of")
    answer = models.CharField(max_length=200, blank=True, help_text="What became of it, where it is of no return")
    parked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [
            # Serves the list of what after-sales works off, oldest first.
            models.Index(fields=["tenant_id", "parked_at"], name="parcels_to_work_off", condition=Q(state="parked")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="a_parcel_number_is_given_once"),
            models.CheckConstraint(condition=Q(state__in=PARCEL_LIFE.states), name="parcel_states_are_real"),
            models.CheckConstraint(
                condition=Q(state="joined", rma__isnull=False) | (~Q(state="joined") & Q(rma__isnull=True)),
                name="a_joined_parcel_is_of_a_return",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Attachment(StoredFile):
    """A photo or a paper on a return, a claim or a parcel: what somebody saw, at home or at the inspection."""

    rma = TenantForeignKey(Return, null=True, related_name="attachments")
    line = TenantForeignKey(ReturnLine, null=True, related_name="attachments", help_text="Which goods of the return it shows")
    claim = TenantForeignKey(Claim, null=True, related_name="attachments")
    parcel = TenantForeignKey(StrayParcel, null=True, related_name="attachments")

    class Meta(StoredFile.Meta):
        indexes = [
            models.Index(fields=["tenant_id", "rma"], name="files_of_return", condition=Q(rma__isnull=False)),
            models.Index(fields=["tenant_id", "claim"], name="files_of_claim", condition=Q(claim__isnull=False)),
            models.Index(fields=["tenant_id", "parcel"], name="files_of_parcel", condition=Q(parcel__isnull=False)),
        ]
        constraints = [
            *file_constraints("photo"),
            models.CheckConstraint(
                condition=Q(rma__isnull=False, claim=None, parcel=None)
                | Q(rma=None, claim__isnull=False, parcel=None)
                | Q(rma=None, claim=None, parcel__isnull=False),
                name="a_photo_hangs_on_one_thing",
            ),
            models.CheckConstraint(condition=Q(line=None) | Q(rma__isnull=False), name="a_photo_of_a_line_hangs_on_its_return"),
        ]


class Allowance(TenantModel):
    """A part of an order's price that is given up as a favor, without anything coming back."""

    order = TenantForeignKey(Order, related_name="allowances")
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField()
    reason = models.CharField(max_length=200, blank=True)
    given_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "order"], name="allowances_of_order")]
        constraints = [models.CheckConstraint(condition=Q(total__gt=0), name="an_allowance_gives_something")]
        triggers = append_only("allowances")


class AllowanceLine(TenantModel):
    """The part of an allowance that falls on an order line."""

    allowance = TenantForeignKey(Allowance, related_name="lines")
    order_line = TenantForeignKey(OrderLine)
    amount = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "order_line"], name="allowances_of_order_line")]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "allowance", "order_line"], name="an_allowance_names_a_line_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="an_allowance_line_gives_something"),
        ]
        triggers = append_only("allowance_lines")
