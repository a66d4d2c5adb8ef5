"""The life of a channel: open, or retired."""

from dingdan.kernel.lifecycle import Lifecycle, Turn

CHANNEL_LIFE = Lifecycle(
    name="channel",
    initial="active",
    turns=(
        Turn("retire", source=("active",), target="retired", meaning="Takes no more orders; its old orders go on."),
        Turn("restore", source=("retired",), target="active", meaning="Takes orders again."),
    ),
)
