"""The life of an account at a firm that carries messages: in use, or retired."""

from typing import Final

from dingdan.kernel.lifecycle import Lifecycle, Turn

MESSENGER_LIFE: Final = Lifecycle(
    name="messenger",
    initial="active",
    turns=(
        Turn("retire", source=("active",), target="retired", meaning="Nothing more is sent by it."),
        Turn("restore", source=("retired",), target="active", meaning="It is used again."),
    ),
)
