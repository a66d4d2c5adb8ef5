"""Who follows at the back office: a session, for as long as it is signed in and works in the shop."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from dingdan.web.backoffice.access import has_factor, member_in, shop_of
from dingdan.web.shared.following import Entrance, Follower, kinds_for


def _session(request: HttpRequest) -> str:
    return request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")[:64]


def follower_of(session_key: str) -> Follower | None:
    """Whose session it is, and what they may hear of now; None for what is no session any more, or works nowhere."""
    request = HttpRequest()
    request.session = SessionStore(session_key)
    user = get_user(request)
    shop = shop_of(user)
    if shop is None:
        return None
    member = member_in(shop, user)
    if member.must_have_factor and not has_factor(user):
        return None
    actor = member.actor
    return Follower(shop.id, f"{actor.kind}:{actor.id}", kinds_for(actor))


DESK = Entrance(_session, follower_of)
