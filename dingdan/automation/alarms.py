"""Mails to the owners of a shop about what they must look at themselves."""

from __future__ import annotations

import smtplib
from email.utils import formataddr, parseaddr
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from dingdan.automation.notices import shop_name
from dingdan.automation.sending import FOR_A_DAY, NotDelivered, mail_domain
from dingdan.integrations.webhooks.lifecycle import PauseReason
from dingdan.integrations.webhooks.models import Endpoint
from dingdan.kernel.jobs import job
from dingdan.kernel.models import Tenant
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.staff.queries import owners


def endpoint_paused(tenant_id: UUID, *, entry_id: UUID, endpoint_id: UUID) -> None:
    """Let the owners be told that an endpoint takes nothing any more."""
    tell_owners.defer(tenant_id=str(tenant_id), entry_id=str(entry_id), endpoint_id=str(endpoint_id))


@job("tell_owners", queue="mails", retry=FOR_A_DAY)
def tell_owners(*, tenant_id: str, entry_id: str, endpoint_id: str) -> None:
    """Write to every owner. The mail has the same Message-ID every time, so that a mailbox shows it once."""
    tenant = Tenant.objects.get(id=UUID(tenant_id))
    with tenant_scope(tenant.id):
        endpoint = Endpoint.objects.get(id=UUID(endpoint_id))
        user_ids = sorted(owners())
    if endpoint.state != "paused":  # somebody knew before
        return
    for user_id, email in User.objects.filter(pk__in=user_ids).exclude(email="").order_by("pk").values_list("pk", "email"):
        try:
            _letter(tenant, endpoint, email, f"<{entry_id}.{user_id}@{mail_domain()}>").send()
        except (OSError, smtplib.SMTPException) as fault:  # the fault itself may name the address
            raise NotDelivered(f"endpoint {endpoint_id}: {type(fault).__name__}") from None


def _letter(tenant: Tenant, endpoint: Endpoint, email: str, message_id: str) -> EmailMessage:
    host = urlsplit(endpoint.url).hostname or ""
    with translation.override(tenant.language.lower()):
        subject = _("Webhooks to {host} are paused").format(host=host)
        said = [
            _("{host} answered that it is gone, so nothing that happens at {shop} is sent there for now.")
            if endpoint.paused_because == PauseReason.GONE
            else _("Nothing that {shop} sent to {host} has arrived for three days, so nothing is sent there for now."),
            _("What happens meanwhile is kept. Look at the endpoint in the back office, and resume it when it works again."),
        ]
    return EmailMessage(
        subject=subject,
        body="\n\n".join(said).format(shop=shop_name(tenant), host=host) + f"\n\n{settings.PUBLIC_URL}/backoffice/\n",
        from_email=formataddr((shop_name(tenant), parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[email],
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated", "Content-Language": tenant.language},
    )
