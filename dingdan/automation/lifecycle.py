"""What mails there are, and the life of one. The lives of an import of a register, and of reports that go out by mail."""

from enum import StrEnum

from dingdan.kernel.lifecycle import Lifecycle, Turn


class NoticeKind(StrEnum):
    """What a notice tells the customer."""

    ORDER_CONFIRMED = "order_confirmed"
    PAYMENT_RECEIVED = "payment_received"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    REFUNDED = "refunded"
    ORDER_CANCELED = "order_canceled"
    ORDER_CHANGED = "order_changed"
    TICKET_OPENED = "ticket_opened"
    TICKET_ANSWERED = "ticket_answered"
    TICKET_SOLVED = "ticket_solved"
    RETURN_LAPSED = "return_lapsed"
    PAYMENT_LINK = "payment_link"
    ORDER_LINK = "order_link"
    PAYMENT_REMINDER = "payment_reminder"
    ACCOUNT_STATEMENT = "account_statement"
    GIFT_CARD = "gift_card"
    BACK_IN_STOCK = "back_in_stock"


class Way(StrEnum):
    """How a notice goes to whoever it is for."""

    MAIL = "mail"
    SMS = "sms"
    LINE = "line"
    WECHAT = "wechat"
    PUSH = "push"


NOTICE_LIFE = Lifecycle(
    "notice",
    "queued",
    (
        Turn("hand_over", ("queued",), "unknown", "A firm was asked that keeps no keys; until it answers, nobody knows."),
        Turn("send", ("queued", "unknown"), "sent", "A mail server, or the firm that carries it, took it."),
        Turn("fail", ("queued", "unknown"), "failed", "It was refused for good, or tried in vain for long enough."),
        Turn("skip", ("queued",), "skipped", "There is nobody left to send it to."),
        Turn("retry", ("failed", "unknown"), "queued", "Somebody wants it tried again."),
    ),
)

LANGUAGES = ("en", "zh-Hant", "zh-Hans")
"""What mails are written in."""


class RowOutcome(StrEnum):
    """What would come of a row of an import, or came of it.

    waiting   nobody has looked at it
    new       it would be written down
    changed   it would be changed
    same      nothing is to be done
    refused   it cannot be
    added     it was written down
    saved     it was changed
    """

    WAITING = "waiting"
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"
    ADDED = "added"
    SAVED = "saved"


IMPORT_LIFE = Lifecycle(
    "register_import",
    "looking",
    (
        Turn("look", ("looking",), "looked", "It is known what would come of every row."),
        Turn("confirm", ("looked",), "running", "Somebody wants it written."),
        Turn("finish", ("running",), "finished", "Every row was written or refused."),
        Turn("stop", ("looking", "looked", "running"), "stopped", "Somebody stopped it; what was written stays."),
    ),
)

SCHEDULE_LIFE = Lifecycle(
    "report_schedule",
    "active",
    (
        Turn("pause", ("active",), "paused", "Nothing is sent for now."),
        Turn("resume", ("paused",), "active", "It is sent again, from the next time on."),
        Turn("send", ("active",), "active", "It is sent now, beside its times."),
        Turn("send", ("paused",), "paused", "It is sent once, though it is paused."),
        Turn("retire", ("active", "paused"), "retired", "It is sent no more."),
    ),
)

REPORT_MAIL_LIFE = Lifecycle(
    "report_mail",
    "queued",
    (
        Turn("send", ("queued",), "sent", "A mail server took it."),
        Turn("fail", ("queued",), "failed", "It was refused for good, or tried for a day in vain."),
        Turn("skip", ("queued",), "skipped", "Whoever was to get it may not see it any more, or has no address."),
    ),
)
