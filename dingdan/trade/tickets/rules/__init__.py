"""What may be said in a ticket, by when it must be answered, and which files may hang on it. Pure."""

from dingdan.trade.tickets.rules.deadlines import CLOSED_AFTER, Course, Terms, begun, escalated, raised, retermed, turned
from dingdan.trade.tickets.rules.drafts import (
    MOST_MESSAGES,
    MOST_TAGS,
    MOST_TEXT,
    PLACEHOLDERS,
    RATINGS,
    USUAL_TOPICS,
    About,
    ContactDraft,
    NotStaff,
    RatingNotUsable,
    TemplateDraft,
    TicketDraft,
    TimeNotUsable,
    TooManyTags,
    TopicDraft,
    UnknownPlaceholder,
    UnknownTopic,
    clean_rating,
    clean_tags,
    clean_template,
    clean_ticket,
    clean_topic,
    filled,
)
from dingdan.trade.tickets.rules.files import (
    MEDIA_TYPES,
    MOST_BYTES,
    MOST_FILES,
    MOST_FILES_OF_TICKET,
    EmptyFile,
    FileNotUsable,
    FileTooLarge,
    TooManyFiles,
    clean_name,
    media_type_of,
)
from dingdan.trade.tickets.rules.working_time import (
    USUAL_WEEK,
    WEEKDAYS,
    AroundTheClock,
    Clock,
    HoursDraft,
    HoursNotUsable,
    Span,
    TooManyDays,
    WeekTooShort,
    WorkingTime,
    shown,
    week_of,
)

__all__ = [
    "CLOSED_AFTER", "MEDIA_TYPES", "MOST_BYTES", "MOST_FILES", "MOST_FILES_OF_TICKET", "MOST_MESSAGES", "MOST_TAGS", "MOST_TEXT",
    "PLACEHOLDERS", "RATINGS", "USUAL_TOPICS", "USUAL_WEEK", "WEEKDAYS", "About", "AroundTheClock", "Clock", "ContactDraft",
    "Course", "EmptyFile", "FileNotUsable", "FileTooLarge", "HoursDraft", "HoursNotUsable", "NotStaff", "RatingNotUsable", "Span",
    "TemplateDraft", "Terms", "TicketDraft", "TimeNotUsable", "TooManyDays", "TooManyFiles", "TooManyTags", "TopicDraft",
    "UnknownPlaceholder", "UnknownTopic", "WeekTooShort", "WorkingTime", "begun", "clean_name", "clean_rating", "clean_tags",
    "clean_template", "clean_ticket", "clean_topic", "escalated", "filled", "media_type_of", "raised", "retermed", "shown",
    "turned", "week_of",
]  # fmt: skip
