"""The things before and after one in the list from which its page was opened."""

from __future__ import annotations

import copy
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Model
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from dingdan.web.backoffice.keyset import PLACES, Listing
from dingdan.web.backoffice.pages import Around
from dingdan.web.backoffice.site import site

FROM = "_changelist_filters"
"""Where the address of a page keeps how its list was looked at: Django puts it there."""


def listing_of(request: HttpRequest, model: type[Model], query: str) -> Listing | None:
    """A list as it is looked at under an address, none of its rows read; None where it has no such order or filters."""
    asked = copy.copy(request)
    asked.__dict__ = {**request.__dict__, "arrangements": {}, "rows_only": True}
    asked.GET = QueryDict(query)
    try:
        listing: Listing = site.get_model_admin(model).get_changelist_instance(asked)
    except IncorrectLookupParameters:
        return None
    return listing if listing.key is not None else None


def neighbors(request: HttpRequest, row: Any) -> Around:
    """The addresses of the rows before and after one; empty at the ends. Two statements."""
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}"
    query = QueryDict(request.GET.get(FROM, "")[:2000], mutable=True)
    for place in PLACES:
        query.pop(place, None)
    kept = query.urlencode()
    back = reverse(f"{name}_changelist") + (f"?{kept}" if kept else "")
    listing = listing_of(request, type(row), kept)
    if listing is None or listing.key is None:
        return Around("", "", back)
    here = listing.key.values(listing.key.of(row)) or []

    def at(pk: Any) -> str:
        return reverse(f"{name}_change", args=[pk]) + _with(kept) if pk else ""

    before = listing.queryset.filter(listing.key.beyond(here, back=True)).reverse().values_list("pk", flat=True).first()
    after = listing.queryset.filter(listing.key.beyond(here)).values_list("pk", flat=True).first()
    return Around(at(before), at(after), back)


def _with(kept: str) -> str:
    if not kept:
        return ""
    query = QueryDict(mutable=True)
    query[FROM] = kept
    return f"?{query.urlencode()}"
