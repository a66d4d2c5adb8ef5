"""The life of a wording: used, or put away for the program's own. Notices of a kind are written, or not."""

from dingdan.kernel.lifecycle import Lifecycle, Turn

WORDING_LIFE = Lifecycle(
    name="wording",
    initial="active",
    turns=(
        Turn("retire", source=("active",), target="retired", meaning="Mails are worded by the program again."),
        Turn("restore", source=("retired",), target="active", meaning="Mails are worded by the shop again."),
    ),
)

LANGUAGES = ("en", "zh-Hant", "zh-Hans")
"""What mails are written in."""

MAIL = "mail"
WAYS = (MAIL, "sms", "line", "wechat", "push")
"""How somebody is told; each is worded by itself."""

MOST_LEVELS = 9
"""Levels of reminders that may be worded each by itself; what is worded for level 0 is for all others."""
