"""Who follows by the API: whoever has a key, for as long as it opens."""

from __future__ import annotations

from django.http import HttpRequest

from dingdan.kernel import clock
from dingdan.masterdata.staff.queries import actor_for_token
from dingdan.web.shared.following import Entrance, Follower, kinds_for


def _token(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip()[:200] if scheme.lower() == "bearer" else ""


def follower_of(token: str) -> Follower | None:
    """Whose key it is, and what it may hear of now; None for what is no key, or opens no longer."""
    bearer = actor_for_token(token, at=clock.now())
    if bearer is None:
        return None
    return Follower(bearer.tenant_id, f"api_key:{bearer.api_key_id}", kinds_for(bearer.actor))


PROGRAM = Entrance(_token, follower_of)
