"""The life of a rate: in use, or retired because it was wrong."""

from dingdan.kernel.lifecycle import Lifecycle, Turn

RATE_LIFE = Lifecycle(
    name="rate",
    initial="active",
    turns=(
        Turn("retire", source=("active",), target="retired", meaning="Nothing is shown at it any more."),
        Turn("restore", source=("retired",), target="active", meaning="Amounts may be shown at it again."),
    ),
)
