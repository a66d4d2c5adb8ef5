"""The life of a wording: used, or put away for the program's own. Mails of a kind are written, or not."""

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
