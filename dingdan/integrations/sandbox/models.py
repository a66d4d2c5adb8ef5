"""What the sandbox remembers. To the rest of the house it is another firm's database: only the sandbox reads or writes it."""

from django.db import models
from django.db.models import F, Q

from dingdan.kernel.tenancy import AppendedModel, TenantForeignKey, TenantModel


class Charge(TenantModel):
    """A payment as the gateway sees it. Its id is the payment's reference."""

    currency = models.CharField(max_length=3)
    authorized = models.BigIntegerField(default=0)
    captured = models.BigIntegerField(default=0)
    voided = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(authorized__gte=F("captured") + F("voided"), captured__gte=F("refunded"), refunded__gte=0),
                name="the_sandbox_keeps_its_own_limits",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class Movement(TenantModel):
    """One thing that was asked under a key, and what became of it."""

    key = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    charge = TenantForeignKey(Charge, null=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=16, help_text="lost, pending, done or declined")
    error = models.CharField(max_length=64, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "key"], name="a_sandbox_key_moves_money_once"),
            models.CheckConstraint(
                condition=Q(state__in=["lost", "pending", "done", "declined"]), name="sandbox_states_are_real"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Notice(AppendedModel):
    """A notice that waits to be fetched. `turn` says in which order: later ones may be told first."""

    movement = TenantForeignKey(Movement)
    turn = models.BigIntegerField()
