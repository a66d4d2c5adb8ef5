"""The lives of products, variants and categories: sold, or retired. Registers are never deleted."""

from dingdan.kernel.lifecycle import Lifecycle, Turn

PRODUCT_LIFE = Lifecycle(
    name="product",
    initial="active",
    turns=(
        Turn("retire", source=("active",), target="retired", meaning="No longer sold; old orders keep it."),
        Turn("restore", source=("retired",), target="active", meaning="Sold again."),
    ),
)

CATEGORY_LIFE = Lifecycle(
    name="category",
    initial="active",
    turns=(
        Turn("retire", source=("active",), target="retired", meaning="Shown no longer; its products are still sold."),
        Turn("restore", source=("retired",), target="active", meaning="Shown again."),
    ),
)

VARIANT_LIFE = Lifecycle(
    name="variant",
    initial="active",
    turns=(
        Turn("retire", source=("active",), target="retired", meaning="No longer sold; what is promised is still delivered."),
        Turn("restore", source=("retired",), target="active", meaning="Sold again."),
    ),
)
