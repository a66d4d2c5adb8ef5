"""The life of price lists, taxes and shipping methods: in force, or retired."""

from dingdan.kernel.lifecycle import Lifecycle, Turn

PRICING_LIFE = Lifecycle(
    name="price_list",
    initial="active",
    turns=(
        Turn(
            "retire",
            source=("active",),
            target="retired",
            meaning="Applies to no new order; old orders keep what they were told.",
        ),
        Turn("restore", source=("retired",), target="active", meaning="Applies again."),
    ),
)
