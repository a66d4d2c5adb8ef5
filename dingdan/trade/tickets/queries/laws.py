"""What must be true of all tickets: replayed by `dingdan audit`."""

from __future__ import annotations

from collections.abc import Iterator

from dingdan.kernel.laws import breaches


def law_a_ticket_counts_what_is_in_it() -> Iterator[str]:
    """A ticket has as many messages and files as it counts, and at least the one that it was opened with, unless merged away."""
    return breaches(
        """
        SELECT ticket.id, ticket.number, ticket.messages_count, ticket.files_count, count(DISTINCT said.id), count(file.id)
        FROM tickets_ticket AS ticket
        LEFT JOIN tickets_message AS said ON said.tenant_id = ticket.tenant_id AND said.ticket_id = ticket.id
        LEFT JOIN tickets_attachment AS file ON file.tenant_id = said.tenant_id AND file.message_id = said.id
        WHERE ticket.tenant_id = %(tenant)s
        GROUP BY ticket.id, ticket.number, ticket.messages_count, ticket.files_count, ticket.merged_into_id
        HAVING ticket.messages_count <> count(DISTINCT said.id) OR ticket.files_count <> count(file.id)
            OR (count(DISTINCT said.id) = 0) <> (ticket.merged_into_id IS NOT NULL)
        """,
        "ticket {1} counts {2} messages and {3} files; there are {4} and {5}",
        about=("document",),
    )


def law_what_was_erased_cannot_be_read() -> Iterator[str]:
    """Of an erased ticket nobody can read a word, a name or a file."""
    return breaches(
        """
        SELECT ticket.id, ticket.number FROM tickets_ticket AS ticket
        WHERE ticket.tenant_id = %(tenant)s AND ticket.erased_at IS NOT NULL AND (
            EXISTS (SELECT FROM tickets_ticketcontact AS who WHERE who.tenant_id = %(tenant)s AND who.ticket_id = ticket.id
                    AND who.name || who.email || who.phone <> '')
            OR EXISTS (SELECT FROM tickets_message AS said WHERE said.tenant_id = %(tenant)s AND said.ticket_id = ticket.id
                       AND said.erased_at IS NULL)
            OR EXISTS (SELECT FROM tickets_message AS said
                       JOIN tickets_attachment AS file ON file.tenant_id = %(tenant)s AND file.message_id = said.id
                       WHERE said.tenant_id = %(tenant)s AND said.ticket_id = ticket.id AND file.erased_at IS NULL))
        """,
        "ticket {1} was erased, and something of it can still be read",
        about=("document",),
    )


def law_a_file_is_what_was_attached() -> Iterator[str]:
    """The bytes of a file are as many as it says, and have the digest that was told when it was attached."""
    return breaches(
        """
        SELECT said.ticket_id, file.id, file.size, length(file.content) FROM tickets_attachment AS file
        JOIN tickets_message AS said ON said.tenant_id = file.tenant_id AND said.id = file.message_id
        WHERE file.tenant_id = %(tenant)s AND file.content IS NOT NULL
          AND (length(file.content) <> file.size OR encode(sha256(file.content), 'hex') <> file.digest)
        """,
        "attachment {1}: {2} bytes were attached, {3} are there, or they were changed",
        about=("document",),
    )


def law_what_is_due_has_a_deadline() -> Iterator[str]:
    """A ticket is due by the earlier of the deadlines that still stand: the first answer's until it came, the solution's while
    nobody waits for the customer."""
    return breaches(
        """
        SELECT ticket.id, ticket.number, ticket.due_at FROM tickets_ticket AS ticket
        WHERE ticket.tenant_id = %(tenant)s AND ticket.state NOT IN ('solved', 'closed')
          AND ticket.due_at IS DISTINCT FROM least(
              CASE WHEN ticket.answered_at IS NULL THEN ticket.answer_by_at END,
              CASE WHEN ticket.paused_at IS NULL THEN ticket.solve_by_at END)
        """,
        "ticket {1} says that it is due at {2}, which is none of its deadlines",
        about=("document",),
    )


LAWS = (
    law_a_ticket_counts_what_is_in_it,
    law_what_was_erased_cannot_be_read,
    law_a_file_is_what_was_attached,
    law_what_is_due_has_a_deadline,
)
