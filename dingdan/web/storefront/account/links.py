"""Links in mails by which somebody signs in, or takes another address: sealed for one shop, good for half an hour and once."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from dingdan.kernel.sealing import Unsealable, seal, unseal

GOOD_FOR: Final = timedelta(minutes=30)
_LONGEST: Final = 3000


@dataclass(frozen=True, slots=True)
class SignIn:
    """Whoever reads the mails of an address comes in; `seal` is what its account was when the link was made."""

    email: str
    seal: str
    next: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """Whoever reads the mails of an address makes it the address of an account."""

    email: str
    seal: str
    user_id: int


_KINDS: Final = {SignIn: "shopper signs in", Move: "shopper moves"}


def link_of(wish: SignIn | Move, *, at: datetime) -> str:
    """The link, for the shop in scope."""
    said = asdict(wish) | {"until": (at + GOOD_FOR).timestamp()}
    return seal(json.dumps(said), purpose=_KINDS[type(wish)]).rstrip("=")


def sign_in_by(link: str, *, at: datetime) -> SignIn | None:
    """What a link to sign in says; None for what is none of this shop, or over."""
    said = _said(link, _KINDS[SignIn], at)
    return None if said is None else SignIn(said["email"], said["seal"], said["next"])


def move_by(link: str, *, at: datetime) -> Move | None:
    """What a link to another address says; None for what is none of this shop, or over."""
    said = _said(link, _KINDS[Move], at)
    return None if said is None else Move(said["email"], said["seal"], said["user_id"])


def _said(link: str, purpose: str, at: datetime) -> dict[str, Any] | None:
    if len(link) > _LONGEST or not link.isascii():
        return None
    try:
        said: dict[str, Any] = json.loads(unseal(link + "=" * (-len(link) % 4), purpose=purpose))
    except (Unsealable, ValueError):
        return None
    return said if at.timestamp() < said["until"] else None
