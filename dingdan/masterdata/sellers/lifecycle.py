"""The life of a seller: selling, suspended, or retired."""

from dingdan.kernel.lifecycle import Lifecycle, Turn

SELLER_LIFE = Lifecycle(
    name="seller",
    initial="active",
    turns=(
        Turn("suspend", source=("active",), target="suspended", meaning="Takes no new orders for a while."),
        Turn("resume", source=("suspended",), target="active", meaning="Takes orders again."),
        Turn("retire", source=("active", "suspended"), target="retired", meaning="Has left; old orders and payouts go on."),
        Turn("restore", source=("retired",), target="active", meaning="Has come back."),
    ),
)
