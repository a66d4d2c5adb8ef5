"""The life of a storefront: open to everybody, or closed."""

from dingdan.kernel.lifecycle import Lifecycle, Turn

STOREFRONT_LIFE = Lifecycle(
    name="storefront",
    initial="active",
    turns=(
        Turn("retire", source=("active",), target="retired", meaning="Closed: nobody sees it; orders go on."),
        Turn("restore", source=("retired",), target="active", meaning="Open again."),
    ),
)
