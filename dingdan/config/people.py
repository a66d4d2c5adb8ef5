"""Accounts and keys, as the command line makes them. What they may do is decided by the staff register's commands."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from dingdan.automation.setup import default_tenant
from dingdan.kernel.errors import Invalid
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.models import Tenant
from dingdan.kernel.tenancy import tenant_scope
from dingdan.kernel.tokens import new_token
from dingdan.masterdata.staff.commands import create_api_key as create_key
from dingdan.masterdata.staff.commands import save_membership, save_role
from dingdan.masterdata.staff.queries import roles_by_name
from dingdan.masterdata.staff.rules import EVERYTHING, USUAL_ROLES, ApiKeyDraft, RoleDraft
from dingdan.web.backoffice.invitations import proven


def create_user(email: str, *, password: str, roles: tuple[str, ...], tenant: Tenant | None = None) -> bool:
    """Let a person sign in to the shop with these roles; whether the account is new. One that is there keeps its name.

    Raises `Invalid` for an address that is none, a password that is too weak, and roles that nobody knows.
    """
    tenant = tenant or default_tenant()
    _check(email, password)
    with tenant_scope(tenant.id):
        role_ids = tuple(_role(tenant, name) for name in roles)
        with transaction.atomic():
            user, made = User.objects.get_or_create(username=email.lower(), defaults={"email": email})
            user.set_password(password)
            user.is_active = user.is_staff = True
            user.is_superuser = any(EVERYTHING in USUAL_ROLES.get(name, ()) for name in roles)
            user.save()
            proven(user)
        save_membership(Call(tenant_id=tenant.id, actor=SYSTEM), user_id=user.pk, role_ids=role_ids)
    return made


def note_addresses() -> None:
    """Accounts of before there was a library of sign-in: whoever made them said whose address it is, and that is noted."""
    for user in User.objects.filter(is_staff=True, emailaddress=None).exclude(email=""):
        proven(user)


def create_api_key(name: str, *, scopes: tuple[str, ...], days: int | None = None, tenant: Tenant | None = None) -> str:
    """A token for a program. It is shown once: only its digest is kept. Raises a refusal for scopes that are none."""
    tenant = tenant or default_tenant()
    token = new_token()
    expires_at = datetime.now(UTC) + timedelta(days=days) if days else None
    draft = ApiKeyDraft(name=name, prefix=token.prefix, digest=token.digest, scopes=scopes, expires_at=expires_at)
    with tenant_scope(tenant.id):
        create_key(Call(tenant_id=tenant.id, actor=SYSTEM), key=draft)
    return token.text


def _check(email: str, password: str) -> None:
    try:
        validate_email(email)
        validate_password(password)
    except ValidationError as fault:
        raise Invalid(reason=" ".join(fault.messages)) from fault


def _role(tenant: Tenant, name: str) -> UUID:
    found = roles_by_name([name])
    if name in found:
        return found[name].id
    if name not in USUAL_ROLES:
        raise Invalid(reason=f"There is no role {name}. The usual ones are {', '.join(USUAL_ROLES)}.", field="role")
    draft = RoleDraft(name=name, permissions=USUAL_ROLES[name])
    return save_role(Call(tenant_id=tenant.id, actor=SYSTEM, key=f"setup:role:{name}"), role=draft).role_id
