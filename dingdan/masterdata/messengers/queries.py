"""What can be asked about accounts at firms that carry messages. Never writes."""

from __future__ import annotations

import json
from typing import Final

from dingdan.kernel.sealing import unseal
from dingdan.masterdata.messengers.models import MessengerAccount
from dingdan.masterdata.messengers.ports import Credentials

PURPOSE: Final = "messengers"


def ways_in_use() -> set[str]:
    """The ways for which the shop has an account. One small statement."""
    return set(MessengerAccount.objects.filter(state="active").values_list("way", flat=True))


def credentials(way: str) -> Credentials | None:
    """The account that messages go by, with its secrets open; None where there is none. Raises `Unsealable`."""
    row = MessengerAccount.objects.filter(way=way, state="active").first()
    return Credentials(row.firm, row.mode, {**row.settings, **opened(row.sealed)}) if row else None


def opened(sealed: str) -> dict[str, str]:
    """The secrets in a seal."""
    secrets: dict[str, str] = json.loads(unseal(sealed, purpose=PURPOSE)) if sealed else {}
    return secrets
