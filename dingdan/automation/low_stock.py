"""Low stock: looked for by the clock, and told once to whoever is in charge."""

from __future__ import annotations

import smtplib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from email.utils import formataddr, parseaddr
from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from dingdan.automation.notices import shop_name
from dingdan.automation.reacting import entry_of
from dingdan.automation.sending import FOR_A_DAY, NotDelivered, mail_domain
from dingdan.kernel.jobs import job
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.models import Tenant
from dingdan.kernel.quantity import UNITS, plain_quantity
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.commands import find_low_stock
from dingdan.ledgers.inventory.events import LowStockFound
from dingdan.ledgers.inventory.models import Low, Threshold
from dingdan.masterdata.staff.queries import by_role, owners, working

MOST_LISTED: Final = 50
"""Articles that one mail names; it says how many more there are."""


def look_for_low(tenant_id: UUID) -> bool:
    """Mark what has become low in a shop, and what is low no more; return whether there was anything."""
    if not queries.is_watched() or not (queries.fallen(limit=1) or queries.risen(limit=1)):
        return False
    find_low_stock(Call(tenant_id=tenant_id, actor=SYSTEM))
    return True


def tell_low(call: Call, event: LowStockFound) -> None:
    """Let whoever is in charge be told what has become low: one mail for all of it."""
    if event.fallen:
        tell_in_charge.defer(
            tenant_id=str(call.tenant_id), entry_id=str(entry_of(call)), fallen=[str(one.balance_id) for one in event.fallen]
        )


@job("tell_in_charge", queue="mails", retry=FOR_A_DAY)
def tell_in_charge(*, tenant_id: str, entry_id: str, fallen: list[str]) -> None:
    """Write to whoever is in charge what has become low and still is. The mail has the same Message-ID every time."""
    tenant = Tenant.objects.get(id=UUID(tenant_id))
    with tenant_scope(tenant.id):
        rows = Low.objects.filter(id__in=[UUID(one) for one in fallen]).select_related("variant", "node", "threshold")
        by_person = _by_person(list(rows.order_by("variant__sku", "node__code")))
        there = _available(by_person)
    people = User.objects.filter(pk__in=list(by_person)).exclude(email="").order_by("pk")
    for user_id, email in people.values_list("pk", "email"):
        try:
            _letter(tenant, by_person[user_id], there, to=email, message_id=f"<{entry_id}.{user_id}@{mail_domain()}>").send()
        except (OSError, smtplib.SMTPException) as fault:  # the fault itself may name the address
            raise NotDelivered(f"low stock {entry_id}: {type(fault).__name__}") from None


def _by_person(rows: Sequence[Low]) -> dict[int, list[Low]]:
    """What each person is in charge of."""
    found: dict[int, list[Low]] = defaultdict(list)
    people = in_charge([row.threshold for row in rows])
    for row in rows:
        for user_id in people[row.threshold_id]:
            found[user_id].append(row)
    return found


def in_charge(thresholds: Iterable[Threshold]) -> dict[UUID, set[int]]:
    """Who is to be told, by threshold: the person, those who have the role, or the owners where that is nobody who works here.

    Three statements, however many there are.
    """
    asked = list(thresholds)
    there = working(one.user_id for one in asked if one.user_id is not None)
    roles, shops = by_role(one.role for one in asked if one.role), owners()
    return {one.id: ({one.user_id} & there if one.user_id is not None else roles.get(one.role, set())) or shops for one in asked}


def _available(by_person: Mapping[int, Sequence[Low]]) -> dict[UUID, int]:
    ids = {row.id for rows in by_person.values() for row in rows}
    return {row.id: row.on_hand - row.reserved - row.safety for row in queries.balances(ids)}


def _letter(tenant: Tenant, rows: Sequence[Low], there: Mapping[UUID, int], *, to: str, message_id: str) -> EmailMessage:
    with translation.override(tenant.language.lower()):
        subject = _("Low stock at {shop}: {count}").format(shop=shop_name(tenant), count=len(rows))
        lines = [
            _("{sku} {name}, {node}: {available} available, low at {low_at}").format(
                sku=row.variant.sku, name=row.variant.name, node=row.node.name,
                available=plain_quantity(there[row.id], UNITS[row.variant.unit]),
                low_at=plain_quantity(row.threshold.low_at or 0, UNITS[row.variant.unit]),
            )
            for row in rows[:MOST_LISTED]
        ]  # fmt: skip
        if len(rows) > MOST_LISTED:
            lines.append(_("… and {count} more").format(count=len(rows) - MOST_LISTED))
        end = _("You are told again when it has been above its threshold and falls once more.")
    return EmailMessage(
        subject=subject,
        body="\n".join(lines) + f"\n\n{settings.PUBLIC_URL}/backoffice/inventory/balance/?shown=low\n\n{end}\n",
        from_email=formataddr((shop_name(tenant), parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[to],
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated", "Content-Language": tenant.language},
    )
