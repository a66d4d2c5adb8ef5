"""What can be asked about views of lists."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from dingdan.masterdata.views.lifecycle import VIEW_LIFE
from dingdan.masterdata.views.models import ListLayout, SavedView


def views_of(list_name: str, *, user_id: int) -> list[SavedView]:
    """The views of a list that somebody may open: their own and those that are shared, by name."""
    own = Q(user_id=user_id) | Q(is_shared=True)
    return list(SavedView.objects.filter(own, list_name=list_name, state=VIEW_LIFE.initial).order_by("name", "id"))


def layout_of(list_name: str, *, user_id: int) -> ListLayout:
    """How somebody wants a list; as it usually is where they never said."""
    found = ListLayout.objects.filter(list_name=list_name, user_id=user_id).first()
    return found or ListLayout(list_name=list_name, user_id=user_id)


def own_view(list_name: str, name: str, *, user_id: int) -> UUID | None:
    """The id of somebody's own view of that name."""
    rows = SavedView.objects.filter(list_name=list_name, name=name, user_id=user_id, state=VIEW_LIFE.initial)
    return rows.values_list("id", flat=True).first()
