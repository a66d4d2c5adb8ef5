"""The life of a promotion: in force, or retired."""

from dingdan.kernel.lifecycle import Lifecycle, Turn

PROMOTION_LIFE = Lifecycle(
    name="promotion",
    initial="active",
    turns=(
        Turn("retire", source=("active",), target="retired", meaning="Given to no new order; what was given stays."),
        Turn("restore", source=("retired",), target="active", meaning="Given again."),
    ),
)
