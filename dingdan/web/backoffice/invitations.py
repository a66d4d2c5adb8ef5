"""People are invited: by mail, with a link that is good for a week and only until they have chosen a password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from allauth.account.forms import ResetPasswordKeyForm
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core import signing
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from dingdan.kernel.contact import clean_email
from dingdan.kernel.models import Tenant
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.staff.queries import working

GOOD_FOR: Final = timedelta(days=7)
_SALT: Final = "dingdan invitation"


@dataclass(frozen=True, slots=True)
class Invited:
    """Who was invited, and where to."""

    user: User
    shop: Tenant


def account_for(email: str) -> User:
    """The account of that address, made where there is none: with no password, so that nobody can sign in to it yet.

    Refuses what is no address.
    """
    address = clean_email(email, "email")
    found = User.objects.filter(username=address.lower()).first() or User.objects.filter(email__iexact=address).first()
    if found is None:
        found, made = User.objects.get_or_create(username=address.lower(), defaults={"email": address, "is_staff": True})
        if made:
            found.set_unusable_password()
            found.save(update_fields=["password"])
    return found


def send_invitation(user: User, shop: Tenant, *, by: str) -> None:
    """Write to somebody that they may work in a shop now: with a link to begin, or, where they can sign in already, where."""
    begins = not user.has_usable_password()
    path = reverse("account_invitation", args=[link_for(user, shop.id)]) if begins else reverse("account_login")
    told = {"shop": " ".join(shop.name.split()), "by": by, "begins": begins, "days": GOOD_FOR.days}
    told |= {"url": settings.PUBLIC_URL + path}
    subject, text = (render_to_string(f"account/email/invitation_{part}.txt", told).strip() for part in ("subject", "message"))
    EmailMessage(subject, text, to=[user.email]).send()


def link_for(user: User, tenant_id: UUID) -> str:
    """What opens an invitation: signed, and worth nothing once there is a password."""
    return signing.dumps([user.pk, str(tenant_id), _seal(user)], salt=_SALT)


def opened(link: str) -> Invited | None:
    """Whom a link invites, and where to; None for one that was changed, is over, was used, or whose shop thought better of it."""
    try:
        user_id, tenant_id, seal = signing.loads(link, salt=_SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or user.has_usable_password() or seal != _seal(user):
        return None
    with tenant_scope(UUID(tenant_id)):
        return Invited(user, Tenant.objects.get(id=tenant_id)) if working([user.pk]) else None


def _seal(user: User) -> str:
    return salted_hmac(_SALT, f"{user.pk}{user.password}{user.last_login}").hexdigest()[:16]


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, link: str) -> HttpResponse:
    """Choose a password, or come in by somebody who vouches; a link that opens nothing says so."""
    invited = opened(link)
    if invited is None:
        return render(request, "account/invitation.html", {"is_over": True}, status=404)
    form = ResetPasswordKeyForm(request.POST or None, user=invited.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        proven(invited.user)
        messages.success(request, _("Your password is set. Sign in with it."))
        return HttpResponseRedirect(reverse("account_login"))
    told: dict[str, Any] = {"form": form, "shop": invited.shop.name, "email": invited.user.email}
    return render(request, "account/invitation.html", told)


def proven(user: User) -> None:
    """Note that whoever has the account reads its mails."""
    EmailAddress.objects.update_or_create(user=user, email=user.email.lower(), defaults={"verified": True, "primary": True})
