"""What can be done with tickets."""

from dingdan.trade.tickets.commands.ending import (
    CloseTicket,
    EraseTicket,
    adopt_tickets,
    close_tickets,
    erase_tickets,
    merge_tickets,
    reopen_ticket,
    solve_ticket,
)
from dingdan.trade.tickets.commands.handling import (
    AssignTicket,
    EscalateTicket,
    assign_tickets,
    change_ticket,
    escalate_tickets,
    tag_ticket,
)
from dingdan.trade.tickets.commands.keeping import retire_template, retire_topic, save_template, save_topic, save_working_hours
from dingdan.trade.tickets.commands.opening import open_ticket
from dingdan.trade.tickets.commands.talking import answer_ticket, attach_file, note_ticket, rate_ticket, reply_ticket

__all__ = [
    "AssignTicket",
    "CloseTicket",
    "EraseTicket",
    "EscalateTicket",
    "adopt_tickets",
    "answer_ticket",
    "assign_tickets",
    "attach_file",
    "change_ticket",
    "close_tickets",
    "erase_tickets",
    "escalate_tickets",
    "merge_tickets",
    "note_ticket",
    "open_ticket",
    "rate_ticket",
    "reopen_ticket",
    "reply_ticket",
    "retire_template",
    "retire_topic",
    "save_template",
    "save_topic",
    "save_working_hours",
    "solve_ticket",
    "tag_ticket",
]
