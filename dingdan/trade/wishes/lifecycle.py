"""The life of a wish to be told."""

from typing import Final

from dingdan.kernel.lifecycle import Lifecycle, Turn

WISH_LIFE: Final = Lifecycle(
    "wish",
    "waiting",
    (
        Turn("tell", ("waiting",), "told", "The article is there again, and the mail about it is on its way."),
        Turn("withdraw", ("waiting",), "withdrawn", "It is wanted no more."),
        Turn("lapse", ("waiting",), "lapsed", "A year has passed, or the person was forgotten."),
    ),
)
