"""Who works here and which programs may: roles, memberships, API keys."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict

from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.tokens import Token, digest_of
from dingdan.masterdata.staff.commands import (
    create_api_key,
    resume_membership,
    retire_role,
    revoke_api_key,
    save_membership,
    save_role,
    suspend_membership,
)
from dingdan.masterdata.staff.events import ApiKeyCreated
from dingdan.masterdata.staff.lifecycle import MEMBERSHIP_LIFE
from dingdan.masterdata.staff.models import ApiKey, Membership, Role
from dingdan.masterdata.staff.rules import ApiKeyDraft, LimitDraft
from dingdan.web.api.reads import read
from dingdan.web.api.registers import Register, registers
from dingdan.web.api.shapes import Moment
from dingdan.web.api.writes import Write, mount
from dingdan.web.shared.permissions import every_permission

TAG = "Staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleView:
    """A named set of permissions."""

    id: UUID
    name: str
    permissions: list[str]
    limits: list[LimitDraft]
    second_factor: bool
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipView:
    """That an account works here, and as what."""

    id: UUID
    user_id: int
    state: str
    role_ids: list[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyView:
    """A key for a program. Its token was shown when it was made, and is kept nowhere."""

    id: UUID
    name: str
    prefix: str
    scopes: list[str]
    limits: list[LimitDraft]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


registers(
    Register(
        plural="roles",
        states=("active", "retired"),
        singular="role",
        view=RoleView,
        rows=lambda: Role.objects.order_by("id"),
        permission="staff.read",
        tag=TAG,
    ),
    Register(
        plural="memberships",
        states=MEMBERSHIP_LIFE.states,
        singular="membership",
        view=MembershipView,
        rows=lambda: Membership.objects.prefetch_related("roles").order_by("id"),
        make=lambda rows: [
            MembershipView(id=row.id, user_id=row.user_id, state=row.state, role_ids=[one.role_id for one in row.roles.all()])
            for row in rows
        ],
        permission="staff.read",
        tag=TAG,
    ),
    Register(
        plural="api-keys",
        singular="api_key",
        view=ApiKeyView,
        rows=lambda: ApiKey.objects.order_by("id"),
        permission="staff.read",
        tag=TAG,
    ),
)


@read("/permissions", permission="staff.read", tag=TAG)
def list_permissions() -> dict[str, str]:
    """Everything that a role or a key can be allowed to do: every command, and what may be read."""
    return every_permission()


class TokenNotShownAgain(Refusal):
    """The key was made by this very request long ago, when the server's own secret was another one."""

    sentence = _("This key was made before, and its token was shown then.")
    remedy = _("Revoke the key and make a new one with another Idempotency-Key.")


class ApiKeySent(BaseModel):
    """A key to be made: what it is for, what it may do (names of permissions, or patterns such as orders.*), until when."""

    model_config = ConfigDict(extra="forbid")

    name: str
    scopes: tuple[str, ...]
    expires_at: Moment | None = None
    limits: tuple[LimitDraft, ...] = ()


def _token(call: Call) -> Token:
    """A token that follows from the request's own key, so that a repeated request is answered with the same token again."""
    secret = hmac.new(settings.SECRET_KEY.encode(), f"api key {call.tenant_id} {call.key}".encode(), hashlib.sha512).digest()
    prefix = secret[32:].hex()[:12]
    text = f"dd_{prefix}_{base64.urlsafe_b64encode(secret[:32]).decode().rstrip('=')}"
    return Token(text, prefix, digest_of(text))


def _create(call: Call, _ids: Mapping[str, Any], sent: ApiKeySent) -> Event:
    token = _token(call)
    key = ApiKeyDraft(
        name=sent.name, prefix=token.prefix, digest=token.digest, scopes=sent.scopes, expires_at=sent.expires_at,
        limits=sent.limits,
    )  # fmt: skip
    return create_api_key(call, key=key)


def _shown(call: Call, event: Event) -> str:
    token = _token(call)
    if not isinstance(event, ApiKeyCreated) or event.prefix != token.prefix:
        raise TokenNotShownAgain(field="Idempotency-Key")
    return token.text


mount(
    Write(path="/roles", command=save_role, makes="/roles/{role_id}", tag=TAG),
    Write(method="PUT", path="/roles/{role_id}", command=save_role, name="change_role", tag=TAG),
    Write(path="/roles/{role_id}/retire", command=retire_role, tag=TAG),
    Write(path="/memberships", command=save_membership, makes="/memberships/{membership_id}", tag=TAG),
    Write(path="/memberships/{membership_id}/suspend", command=suspend_membership, tag=TAG),
    Write(path="/memberships/{membership_id}/resume", command=resume_membership, tag=TAG),
    Write(
        path="/api-keys",
        command=create_api_key,
        makes="/api-keys/{api_key_id}",
        body=ApiKeySent,
        give=_create,
        beside={"token": (str, _shown)},
        tag=TAG,
    ),
    Write(path="/api-keys/{api_key_id}/revoke", command=revoke_api_key, tag=TAG),
)
