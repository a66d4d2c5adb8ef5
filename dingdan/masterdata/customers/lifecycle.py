"""The life of a customer: served, blocked, or merged into another."""

from dingdan.kernel.lifecycle import Lifecycle, Turn

CUSTOMER_LIFE = Lifecycle(
    name="customer",
    initial="active",
    turns=(
        Turn("block", source=("active",), target="blocked", meaning="May not order for now."),
        Turn("unblock", source=("blocked",), target="active", meaning="May order again."),
        Turn(
            "merge", source=("active", "blocked"), target="merged", meaning="Is the same person as another customer, who goes on."
        ),
    ),
)
