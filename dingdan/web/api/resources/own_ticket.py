"""The customer's own door: one ticket, for whoever holds its link. The link is the bearer: `Authorization: Bearer <link>`."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpResponse

from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import attach_file, rate_ticket, reply_ticket, solve_ticket
from dingdan.web.api.names import id_of
from dingdan.web.api.reads import read
from dingdan.web.api.resources.files import FileSent
from dingdan.web.api.resources.ticket_views import OwnTicketView, own_view
from dingdan.web.api.resources.tickets import attach
from dingdan.web.api.writes import Write, mount
from dingdan.web.shared.downloads import MEDIA_TYPE, download

TAG: Final = "The customer's own ticket"
PATH: Final = "/my/ticket"


@read(PATH, permission="tickets.follow", tag=TAG, by_link="ticket_id")
def get_own_ticket(*, ticket_id: UUID) -> OwnTicketView:
    """The ticket that the link opens, with what was said in it; without what staff says among itself."""
    return own_view(queries.ticket(ticket_id))


@read(PATH + "/attachments/{attachment_id}", permission="tickets.follow", tag=TAG, media=MEDIA_TYPE, by_link="ticket_id")
def get_own_attachment(attachment_id: str, *, ticket_id: UUID) -> HttpResponse:
    """The bytes of a file on the ticket, as a download."""
    return download(queries.attachment(id_of("attachment_id", attachment_id), ticket_id=ticket_id, for_customer=True))


mount(
    Write(path=f"{PATH}/messages", command=reply_ticket, name="write_in_own_ticket", by_link="ticket_id", tag=TAG),
    Write(
        path=PATH + "/messages/{message_id}/attachments",
        command=attach_file,
        name="attach_to_own_ticket",
        body=FileSent,
        give=attach,
        makes=PATH + "/attachments/{attachment_id}",
        by_link="ticket_id",
        tag=TAG,
    ),
    Write(path=f"{PATH}/solve", command=solve_ticket, name="settle_own_ticket", by_link="ticket_id", tag=TAG),
    Write(method="PUT", path=f"{PATH}/rating", command=rate_ticket, name="rate_own_ticket", by_link="ticket_id", tag=TAG),
)
