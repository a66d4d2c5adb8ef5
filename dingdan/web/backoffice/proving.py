"""What could lock others out or let others in wants to know once more who is there."""

from __future__ import annotations

import time
from typing import Any, Final
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import Acting

GOOD_FOR: Final = 600
"""For so many seconds after somebody signed in or proved who they are they are not asked again."""


def asked_again(request: HttpRequest, back: str) -> HttpResponse | None:
    """Where to prove once more who one is, and then come back; None for whoever did so lately."""
    proofs = get_authentication_records(request, request.user)
    if any(time.time() - one["at"] < GOOD_FOR for one in proofs):
        return None
    messages.info(request, _("Confirm that it is you, and then do it once more."))
    ways = get_adapter().get_reauthentication_methods(request.user)
    there = ways[0]["url"] if ways else reverse("account_logout")
    return HttpResponseRedirect(f"{there}?{urlencode({'next': back})}")


class Guarded(Acting):
    """A list whose rows have pages with things to do for which one proves who one is."""

    def act_view(self, request: HttpRequest, object_id: UUID, name: str) -> HttpResponse:
        """As elsewhere, for whoever proved lately who they are."""
        act = self.acts.get(name)
        again = None
        if act is not None and may(request, act.permission) and self.row(request, object_id) is not None:
            again = asked_again(request, reverse(f"admin:{self._name}_change", args=[object_id]))
        return again or super().act_view(request, object_id, name)

    def row(self, request: HttpRequest, object_id: UUID) -> Any:
        """What has that id, or None."""
        return super().row(request, object_id)
