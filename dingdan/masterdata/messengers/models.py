"""The shop's accounts at firms that carry messages. What is secret is sealed as one text; the database does not know it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dingdan.kernel.tenancy import TenantModel
from dingdan.masterdata.messengers.lifecycle import MESSENGER_LIFE
from dingdan.masterdata.messengers.ports import Way


class MessengerAccount(TenantModel):
    """An account by which messages go one way. Each way has one that is in use."""

    firm = models.CharField(max_length=32)
    way = models.CharField(max_length=10)
    name = models.CharField(max_length=200, default="", blank=True)
    mode = models.CharField(max_length=8)
    settings = models.JSONField(default=dict)
    sealed = models.TextField(default="", blank=True)
    secrets_known = models.JSONField(default=list, help_text="The names of the secrets that are there")
    state = models.CharField(
        max_length=10, default=MESSENGER_LIFE.initial, choices=[(state, state) for state in MESSENGER_LIFE.states]
    )

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("tenant_id", "way"), condition=Q(state="active"), name="a_way_has_one_messenger_in_use"
            ),
            models.CheckConstraint(condition=Q(state__in=MESSENGER_LIFE.states), name="messenger_states_are_real"),
            models.CheckConstraint(condition=Q(way__in=list(Way)), name="ways_of_messengers_are_real"),
        )

    def __str__(self) -> str:
        return self.name or f"{self.firm} {self.way}"
