"""What an account must look like to be written down. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal

VEILED: Final = frozenset({"sealed"})


class UnknownMessenger(Refusal):
    """There is no adapter for it."""

    status = 422
    sentence = _("Dingdan cannot send by {firm}.")
    remedy = _("Use one of these: {known}.")


class NotAsked(Refusal):
    """The firm does not ask for it."""

    status = 422
    sentence = _("{firm} has no setting {name}.")
    remedy = _("Use these: {known}.")


class NotSaid(Refusal):
    """The firm cannot be spoken to without it."""

    status = 422
    sentence = _("{firm} needs {name}.")
    remedy = _("It stands on the pages of {firm}.")


class NotReadable(Refusal):
    """The adapter cannot read it."""

    status = 422
    sentence = _("This cannot be {name}: {why}")
    remedy = _("Copy it again, whole.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessengerDraft:
    """An account as it shall be. ``id`` names one that is to change.

    ``settings`` are told to whoever may read accounts. ``secrets`` are sealed; one that is not given stays as it was.
    """

    firm: str
    name: str = ""
    mode: str = "live"
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    id: UUID | None = None
