"""What a person may ask for: what they agree to, everything that is known of them, and to be forgotten."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth import logout
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dingdan.automation.notice_links import customer_link
from dingdan.automation.reacting import part_of
from dingdan.insight.dossier.queries import dossier
from dingdan.kernel import clock
from dingdan.kernel.canonical import json_bytes
from dingdan.kernel.errors import Invalid, Refusal
from dingdan.masterdata.customers.commands import erase_customer_contact, export_customer, record_consent
from dingdan.masterdata.customers.queries import consents_of, one_person
from dingdan.trade.orders.lifecycle import OVER
from dingdan.trade.orders.models import Order
from dingdan.web.shared.downloads import taken_along
from dingdan.web.storefront.account import letters
from dingdan.web.storefront.account.orders import day_of, left_out
from dingdan.web.storefront.account.who import Desk, account_page

PURPOSES: Final = {
    "marketing_email": gettext_lazy("News and offers by e-mail"),
    "marketing_sms": gettext_lazy("News and offers by text message"),
    "marketing_phone": gettext_lazy("Calls about offers"),
    "marketing_post": gettext_lazy("News and offers by post"),
}
SOURCE: Final = "account"


@account_page("POST")
def privacy(desk: Desk) -> HttpResponse:
    """Consents, each on or off with since when; a button turns one."""
    sent = desk.request.POST
    if desk.request.method == "POST":
        held = _held(desk)
        purpose, wanted = sent.get("purpose", ""), sent.get("granted") == "1"
        if (purpose in PURPOSES or purpose in held) and (purpose in held) != wanted:
            record_consent(
                part_of(desk.call, f"{purpose} {wanted}"),
                customer_id=desk.me.customer.id,
                purpose=purpose,
                granted=wanted,
                source=SOURCE,
            )
        return desk.went(desk.at("privacy"))
    held = _held(desk)
    others = {purpose: purpose.replace("_", " ") for purpose in held if purpose not in PURPOSES}
    rows = [(purpose, str(words), held.get(purpose, "")) for purpose, words in (PURPOSES | others).items()]
    to = desk.reader.to
    notices = customer_link(desk.me.customer.id, to.shop, to.language, at=clock.now())
    return desk.shown("privacy", consents=rows, notices=notices, left_out=left_out(desk), email=desk.me.proved)


def _held(desk: Desk) -> dict[str, str]:
    """What is agreed to now, and since when."""
    rows: Any = [one for one in consents_of(desk.me.customer.id) if one.withdrawn_at is None]
    return {one.purpose: day_of(desk.reader, one.granted_at) for one in rows}


@account_page("POST", fresh=True)
def data(desk: Desk) -> HttpResponse:
    """Everything that is known of somebody, as a file for them; that it was handed out is written down first."""
    if desk.request.method != "POST":
        return desk.went(desk.at("privacy"))
    row = desk.me.customer
    export_customer(part_of(desk.call, "export"), customer_id=row.id)
    name = f"{row.number}-{desk.reader.today.isoformat()}.json"
    return taken_along(json_bytes(dossier(row.id)), name=name, media="application/json")


@account_page("POST", fresh=True)
def erase(desk: Desk) -> HttpResponse:
    """What is forgotten and what stays; with the address typed, it is done, and nobody is signed in any more."""
    trouble = None
    if desk.request.method == "POST":
        try:
            if desk.request.POST.get("confirm", "").strip().lower() != desk.me.user.email.lower():
                raise Invalid(field="confirm", reason=_("Type {email} to confirm.").format(email=desk.me.user.email))
            erase_customer_contact(part_of(desk.call, "erase"), customer_id=desk.me.customer.id)
        except Refusal as refusal:
            trouble = refusal
        else:
            email = desk.me.user.email
            logout(desk.request)
            letters.tell_forgotten(desk.reader, email)
            return Desk(desk.request, desk.reader, None).shown("forgotten")
    open_ = Order.objects.filter(customer_id__in=one_person(desk.me.customer.id)).exclude(state__in=OVER)[:100].count()
    return desk.shown("erase", trouble=trouble, email=desk.me.user.email, open_orders=open_, left_out=left_out(desk))
