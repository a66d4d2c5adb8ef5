"""The life of a view: offered, or not any more."""

from dingdan.kernel.lifecycle import Lifecycle, Turn

VIEW_LIFE = Lifecycle(
    "view",
    "active",
    (Turn("retire", ("active",), "retired", "It is offered no longer."),),
)
