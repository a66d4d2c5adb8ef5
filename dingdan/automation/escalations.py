"""Tickets by the clock: deadlines that passed are escalated and told to staff, and what was settled long ago is put away."""

from __future__ import annotations

import smtplib
from email.utils import formataddr, parseaddr
from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dingdan.automation.notices import shop_name
from dingdan.automation.sending import FOR_A_DAY, NotDelivered, mail_domain
from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.jobs import job
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.models import Tenant
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.staff.queries import owners, working
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import CloseTicket, EscalateTicket, close_tickets, escalate_tickets
from dingdan.trade.tickets.events import TicketEscalated
from dingdan.trade.tickets.lifecycle import ALIVE
from dingdan.trade.tickets.models import Ticket

_LATE: Final = {
    "answer": gettext_noop("Ticket {number} has waited for a first answer longer than it should."),
    "solution": gettext_noop("Ticket {number} is not solved, though it should be by now."),
}


def escalate(tenant_id: UUID) -> int:
    """Escalate a tenant's tickets whose deadline has passed, some at a time; return how many were."""
    calls = [
        (_call(tenant_id, f"escalate:{ticket_id}:{since.timestamp():.0f}"), EscalateTicket(ticket_id=ticket_id))
        for ticket_id, since in queries.due_to_escalate(clock.now())
    ]
    return sum(not isinstance(outcome, Refusal) for outcome in escalate_tickets.many(calls))


def put_away(tenant_id: UUID) -> int:
    """Close a tenant's tickets that were solved a week ago, some at a time; return how many were."""
    calls = [
        (_call(tenant_id, f"close:{ticket_id}:{since.timestamp():.0f}"), CloseTicket(ticket_id=ticket_id))
        for ticket_id, since in queries.due_to_close(clock.now())
    ]
    return sum(not isinstance(outcome, Refusal) for outcome in close_tickets.many(calls))


def _call(tenant_id: UUID, key: str) -> Call:
    return Call(tenant_id=tenant_id, actor=SYSTEM, key=key)


def tell_later(tenant_id: UUID, *, entry_id: UUID, event: TicketEscalated) -> None:
    """Let staff be told that a deadline has passed."""
    tell_staff.defer(tenant_id=str(tenant_id), entry_id=str(entry_id), ticket_id=str(event.ticket_id), late=event.late)


@job("tell_staff", queue="mails", retry=FOR_A_DAY)
def tell_staff(*, tenant_id: str, entry_id: str, ticket_id: str, late: str) -> None:
    """Write to whoever looks after the ticket, and to the owners of the shop. The mail has the same Message-ID every time."""
    tenant = Tenant.objects.get(id=UUID(tenant_id))
    with tenant_scope(tenant.id):
        ticket = queries.ticket(UUID(ticket_id))
        user_ids = owners() | working([ticket.owner_id] if ticket.owner_id is not None else [])
    if ticket.state not in ALIVE:  # somebody was faster than this mail
        return
    for user_id, email in User.objects.filter(pk__in=user_ids).exclude(email="").order_by("pk").values_list("pk", "email"):
        try:
            _letter(tenant, ticket, email, late=late, message_id=f"<{entry_id}.{user_id}@{mail_domain()}>").send()
        except (OSError, smtplib.SMTPException) as fault:  # the fault itself may name the address
            raise NotDelivered(f"ticket {ticket_id}: {type(fault).__name__}") from None


def _letter(tenant: Tenant, ticket: Ticket, email: str, *, late: str, message_id: str) -> EmailMessage:
    """Says which ticket it is and nothing of what it says: that is for those who may look at it."""
    with translation.override(tenant.language.lower()):
        subject = _("Ticket {number} at {shop} is overdue").format(number=ticket.number, shop=shop_name(tenant))
        body = [_(_LATE[late]).format(number=ticket.number), _("It is more urgent now. Look at it in the back office:")]
    return EmailMessage(
        subject=subject,
        body="\n\n".join(body) + f"\n\n{settings.PUBLIC_URL}/backoffice/tickets/ticket/{ticket.id}/\n",
        from_email=formataddr((shop_name(tenant), parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[email],
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated", "Content-Language": tenant.language},
    )
