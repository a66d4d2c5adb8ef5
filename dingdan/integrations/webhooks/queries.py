"""What can be asked about endpoints: what would be sent, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dingdan.integrations.webhooks.collecting import is_for
from dingdan.integrations.webhooks.lifecycle import Fault
from dingdan.integrations.webhooks.messages import body_of, headers_of, secrets_of
from dingdan.integrations.webhooks.models import Endpoint
from dingdan.integrations.webhooks.rules import delivery_id, type_of
from dingdan.kernel import clock, feed
from dingdan.kernel.errors import NotFound
from dingdan.kernel.sealing import Unsealable


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an endpoint would be sent about an entry if it were sent now.

    `is_wanted` says whether it is told of it at all, `error` why it could not even be tried.
    """

    delivery_id: UUID
    type: str
    is_wanted: bool
    error: str
    url: str
    headers: dict[str, str]
    body: str


def preview(endpoint: Endpoint, position: int) -> Preview:
    """A dry run: nothing is written and nothing sent. Refuses a position where there is no entry."""
    entry = feed.read_at([position]).get(position)
    if entry is None:
        raise NotFound(field="position", what="event", id=position)
    now, id_ = clock.now(), delivery_id(endpoint.id, entry.id)
    secrets, error = list[str](), ""
    try:
        secrets = secrets_of(endpoint, now)
    except Unsealable:
        error = Fault.UNSEALABLE
    since = feed.positions([endpoint.entry_id]).get(endpoint.entry_id)
    body = body_of(entry, feed.numbered("order", [position]).get(position, []))
    headers = headers_of(secrets, delivery_id=id_, at=now, body=body)
    return Preview(
        delivery_id=id_,
        type=type_of(type(entry.event)),
        is_wanted=since is not None and is_for(endpoint, since, entry),
        error=error,
        url=endpoint.url,
        headers=headers,
        body=body.decode(),
    )
