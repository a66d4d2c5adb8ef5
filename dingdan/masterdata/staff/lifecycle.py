"""The life of a membership: working here, or suspended."""

from dingdan.kernel.lifecycle import Lifecycle, Turn

MEMBERSHIP_LIFE = Lifecycle(
    name="membership",
    initial="active",
    turns=(
        Turn("suspend", source=("active",), target="suspended", meaning="May do nothing here for now."),
        Turn("resume", source=("suspended",), target="active", meaning="May work again, with the same roles."),
    ),
)
