"""What customers left with firms to pay with again, on the page of a customer. The firms are asked; nothing is kept here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from dingdan.automation.saved_methods import FORGET, Left, firms_that_keep, forget, left_by, saved_url
from dingdan.automation.words import method_name
from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import Act, fresh_key
from dingdan.web.backoffice.pages import Button, Cell, Facts, Field, Form, Section, Table


def _forget(call: Call, row: Any, sent: QueryDict) -> Event:
    return forget(call, customer_id=row.id, method_id=sent.get("method", "")[:200])


ACTS = {"forget": Act(FORGET, _forget, lambda _event: _("Forgotten. It cannot be paid with any more."))}


def sections(request: HttpRequest, customer_id: UUID, url: str) -> list[Section]:
    """What the customer left, the form to forget it for whoever may, and the link by which the customer does so alone."""
    if not firms_that_keep() or not may(request, "payments.read"):
        return []
    try:
        found = left_by(customer_id)
    except Refusal as refusal:
        return [Table(_("Saved methods"), [_("Method")], [], note=str(refusal))]
    rows = [[Cell(one.means, small=method_name(one.gateway)), Cell(_until(one))] for one in found]
    note = "" if rows else _("The customer left nothing to pay with again.")
    told: list[Section] = [Table(_("Saved methods"), [_("Method"), _("Good until")], rows, note=note)]
    if rows and may(request, FORGET):
        choices = [(one.id, f"{one.means} · {method_name(one.gateway)}") for one in found]
        field = Field("method", _("Method"), "choice", found[0].id, choices)
        told.append(
            Form(
                _("Forget a saved method"), url, fresh_key(), [field], [Button(_("Forget"), "bad")], is_open=False,
                lead=_("The firm keeps it no longer, and nothing can be charged to it any more."),
            )
        )  # fmt: skip
    if may(request, "payments.link"):
        link = saved_url(customer_id, at=clock.now())
        told.append(Facts(_("For the customer"), [(_("Link to see and forget them, without an account"), link)]))
    return told


def _until(one: Left) -> str:
    """The month in which a card ends, as it is printed on it."""
    return (one.expires_on - timedelta(days=1)).strftime("%m/%Y") if one.expires_on else show.NOTHING
