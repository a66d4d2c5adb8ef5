"""What can be asked about tickets. Never writes."""

from dingdan.trade.tickets.queries.asking import (
    Said,
    about_order,
    all_topics,
    attachment,
    clock,
    clocks,
    contact_of,
    conversation,
    course_of,
    due_to_close,
    due_to_escalate,
    existing,
    found_by,
    going_on,
    hours_as_they_are,
    lock_ticket,
    lock_tickets,
    message,
    readable,
    retired_topics,
    templates,
    ticket,
    to_be_erased,
    topic,
    topic_by_code,
    topics,
    working_owner,
    working_time,
    written_out,
)
from dingdan.trade.tickets.queries.laws import LAWS
from dingdan.trade.tickets.queries.reports import ReportBy, ReportRow, as_csv, report

__all__ = [
    "LAWS", "ReportBy", "ReportRow", "Said", "about_order", "all_topics", "as_csv", "attachment", "clock", "clocks", "contact_of",
    "conversation", "course_of", "due_to_close", "due_to_escalate", "existing", "found_by", "going_on", "hours_as_they_are",
    "lock_ticket", "lock_tickets", "message", "readable", "report", "retired_topics", "templates", "ticket", "to_be_erased",
    "topic", "topic_by_code", "topics", "working_owner", "working_time", "written_out",
]  # fmt: skip
