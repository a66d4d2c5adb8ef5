"""The life of a count."""

from dingdan.kernel.lifecycle import Lifecycle, Turn

COUNT_LIFE = Lifecycle(
    "count",
    "open",
    (
        Turn("count", ("open",), "open", "What lies at places of it was counted, or counted again."),
        Turn("apply", ("open",), "applied", "The books were corrected by the differences that were found."),
        Turn("abandon", ("open",), "abandoned", "Nothing comes of it; the books stay as they are."),
        Turn("take_back", ("applied",), "taken_back", "What it corrected was corrected back."),
    ),
)
