"""The lives of an account at a payment firm, and of what the shop offers: in use, or retired."""

from dingdan.kernel.lifecycle import Lifecycle, Turn

MERCHANT_ACCOUNT_LIFE = Lifecycle(
    name="merchant_account",
    initial="active",
    turns=(
        Turn("retire", source=("active",), target="retired", meaning="Begins no payment; what was begun goes on."),
        Turn("restore", source=("retired",), target="active", meaning="Begins payments again."),
    ),
)

METHOD_LIFE = Lifecycle(
    name="payment_method",
    initial="active",
    turns=(
        Turn("retire", source=("active",), target="retired", meaning="Offered no more; what was begun goes on."),
        Turn("restore", source=("retired",), target="active", meaning="Offered again."),
    ),
)
