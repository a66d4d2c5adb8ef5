"""Views of lists, and how people arranged their lists."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from dingdan.kernel.tenancy import TenantModel
from dingdan.masterdata.views.lifecycle import VIEW_LIFE
from dingdan.masterdata.views.rules import SIZES, USUAL_SIZE


class SavedView(TenantModel):
    """A list narrowed down and arranged in a way that somebody comes back to."""

    list_name = models.CharField(max_length=60)
    # Accounts belong to a library and to no tenant: hence a number and not a foreign key.
    user_id = models.BigIntegerField(help_text="Whose it is")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000, blank=True, help_text="Filters and order, as in the address of the list")
    columns = ArrayField(models.CharField(max_length=60), default=list, blank=True, help_text="None: the usual ones")
    is_shared = models.BooleanField(default=False, help_text="Seen by everybody who works here")
    state = models.CharField(max_length=10, default=VIEW_LIFE.initial)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("tenant_id", "list_name", "user_id", "name"), name="view_name_is_unique", condition=Q(state="active")
            ),
            models.CheckConstraint(condition=Q(state__in=VIEW_LIFE.states), name="view_state_is_known"),
            models.CheckConstraint(condition=~Q(name=""), name="view_has_a_name"),
        )
        indexes = (models.Index(fields=("tenant_id", "list_name"), name="views_of_a_list", condition=Q(state="active")),)

    def __str__(self) -> str:
        return self.name


class ListLayout(TenantModel):
    """How somebody wants one list."""

    list_name = models.CharField(max_length=60)
    user_id = models.BigIntegerField()
    columns = ArrayField(models.CharField(max_length=60), default=list, blank=True, help_text="None: the usual ones")
    page_size = models.IntegerField(default=USUAL_SIZE)
    default_view = models.CharField(max_length=40, blank=True, help_text="The view that opens first, by id or name")
    pinned = ArrayField(models.CharField(max_length=40), default=list, blank=True, help_text="Views above the list")

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "user_id", "list_name"), name="a_list_is_arranged_once_by_each"),
            models.CheckConstraint(condition=Q(page_size__in=SIZES), name="page_size_is_offered"),
        )
