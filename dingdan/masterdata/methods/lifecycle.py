"""The life of an account at a payment firm: in use, or retired."""

from dingdan.kernel.lifecycle import Lifecycle, Turn

MERCHANT_ACCOUNT_LIFE = Lifecycle(
    name="merchant_account",
    initial="active",
    turns=(
        Turn("retire", source=("active",), target="retired", meaning="Begins no payment; what was begun goes on."),
        Turn("restore", source=("retired",), target="active", meaning="Begins payments again."),
    ),
)
