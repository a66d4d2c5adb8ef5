"""Counts: what is to be counted at which places, what was found there, and what the books had at that moment."""

from django.db import models
from django.db.models import F, Q

from dingdan.kernel.models import JournalEntry
from dingdan.kernel.tenancy import TenantForeignKey, TenantModel
from dingdan.ledgers.inventory.models import Location, Lot, Node, Owner
from dingdan.masterdata.catalog.models import Variant
from dingdan.trade.counting.lifecycle import COUNT_LIFE


class Count(TenantModel):
    """A sheet of places of a node at which is counted what lies there."""

    number = models.CharField(max_length=32)
    node = TenantForeignKey(Node)
    state = models.CharField(max_length=10, default=COUNT_LIFE.initial)
    title = models.CharField(max_length=200, default="", help_text="What is counted, in words")
    is_blind = models.BooleanField(default=False, help_text="Whoever counts does not see what the books say")
    tolerance = models.BigIntegerField(default=0, help_text="A difference of so many steps needs no second count")
    tolerance_percent = models.SmallIntegerField(default=0, help_text="Nor one of so many hundredths of what the books say")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    applied_by = TenantForeignKey(JournalEntry, null=True, help_text="The entry that corrected the books")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="a_count_number_is_given_once"),
            models.CheckConstraint(condition=Q(state__in=COUNT_LIFE.states), name="count_states_are_real"),
            models.CheckConstraint(
                condition=Q(tolerance__gte=0, tolerance_percent__gte=0, tolerance_percent__lte=100),
                name="what_is_tolerated_is_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["applied", "taken_back"]) | Q(applied_by__isnull=True),
                name="only_an_applied_count_corrected_the_books",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CountLine(TenantModel):
    """One place, owner and lot of an article on a sheet, and what was counted there the last time.

    `books` is what should have lain on the shelf at that moment: what the moves up to `position` say, less the pieces in `taken`,
    which lay in totes and packages that had not left. Whatever moves later changes neither the count nor the difference.
    """

    count = TenantForeignKey(Count, related_name="lines")
    variant = TenantForeignKey(Variant)
    location = TenantForeignKey(Location)
    owner = TenantForeignKey(Owner)
    lot = TenantForeignKey(Lot, null=True)
    counted = models.BigIntegerField(null=True)
    books = models.BigIntegerField(null=True)
    taken = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0, help_text="The last move of the place that counts")
    difference = models.GeneratedField(
        expression=F("counted") - F("books"), output_field=models.BigIntegerField(null=True), db_persist=True
    )
    counted_at = models.DateTimeField(null=True)
    counted_by = models.CharField(max_length=80, default="", help_text="Kind and id of an actor")
    times = models.SmallIntegerField(default=0, help_text="How often it was counted")
    is_found = models.BooleanField(default=False, help_text="It was not on the sheet")
    refusal = models.CharField(max_length=80, default="", help_text="Why the books could not be corrected here")

    class Meta(TenantModel.Meta):
        indexes = [
            # Serves what was not counted for long.
            models.Index(fields=["tenant_id", "variant", "counted_at"], name="counted_lines_of_variant"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "count", "variant", "location", "owner", "lot"],
                name="a_place_stands_once_on_a_sheet",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(counted__gte=0, taken__gte=0), name="what_is_counted_is_not_negative"),
            models.CheckConstraint(
                condition=Q(counted__isnull=True, books__isnull=True, counted_at__isnull=True, times=0)
                | Q(counted__isnull=False, books__isnull=False, counted_at__isnull=False, times__gt=0),
                name="a_counted_place_knows_its_books_and_when",
            ),
        ]
