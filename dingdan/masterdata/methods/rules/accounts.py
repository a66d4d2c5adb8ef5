"""What an account at a payment firm must look like to be written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal

#: Of these an event tells that they changed, but not what they are.
VEILED = frozenset({"sealed"})


class UnknownFirm(Refusal):
    """There is no adapter for it."""

    status = 422
    sentence = _("Dingdan cannot speak to {gateway}.")
    remedy = _("Use one of these: {known}.")


class UnknownField(Refusal):
    """The firm does not ask for it."""

    status = 422
    sentence = _("{gateway} has no setting {name}.")
    remedy = _("Use these: {known}.")


class FieldMissing(Refusal):
    """The firm cannot be spoken to without it."""

    status = 422
    sentence = _("{gateway} needs {name}.")
    remedy = _("It stands on the pages of {gateway} for merchants.")


class NotUsable(Refusal):
    """The adapter cannot read it: no key, no certificate, no number of this firm."""

    status = 422
    sentence = _("This cannot be {name}: {why}")
    remedy = _("Copy it again, whole, with its first and last line.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantAccountDraft:
    """An account as it shall be. ``id`` names one that is to change; else firm and merchant tell which it is.

    ``settings`` are told to whoever may read accounts. ``secrets`` are sealed; one that is not given stays as it was, one
    that is given empty is forgotten.
    """

    gateway: str
    merchant: str
    name: str = ""
    mode: str = "live"
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    id: UUID | None = None
