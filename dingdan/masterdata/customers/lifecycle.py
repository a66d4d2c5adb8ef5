"""The life of a customer: served, blocked, or merged into another. And of a watch on a contact: kept, or retired."""

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

WATCH_LIFE = Lifecycle(
    name="watch",
    initial="active",
    turns=(
        Turn("retire", source=("active",), target="retired", meaning="Nobody looks out for this contact any longer."),
        Turn("restore", source=("retired",), target="active", meaning="Is looked out for again."),
    ),
)
