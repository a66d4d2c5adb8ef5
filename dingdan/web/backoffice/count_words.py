"""The sentences that the script of the counting desk says."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from dingdan.web.backoffice.warehouse_words import WORDS as SHARED

_OF_ALL: Final = ("scan", "enter", "camera", "close_camera", "torch", "no_camera", "insecure", "sound_on", "sound_off", "unsent",
                  "offline", "unknown", "here", "of", "lot", "back", "places")  # fmt: skip
WORDS: Final[dict[str, Any]] = {name: SHARED[name] for name in _OF_ALL} | {
    "plus": _("One more of {what}"),
    "pieces": _("How many of {what}"),
    "by": _("{count} counted by {who}"),
    "again": _("Count again"),
    "found": _("{what} is not on the sheet here. It is written down as found."),
    "lot_wanted": _("{what}: scan the lot or serial number."),
    "no_place": _("Scan the place first, or tap it."),
    "choose": _("Scan a place, or tap it in the list."),
    "done_here": _("Done here"),
    "rest_ask": _("{count} articles here have no number yet."),
    "rest_none": _("They are not there: 0"),
    "rest_later": _("Leave them for later"),
    "nothing_typed": _("Scan or type how many there are first."),
    "written": _("{place}: written down."),
    "all_done": _("Everything is counted."),
    "to_sheet": _("To the sheet: look at the differences"),
    "over": _("This count is over."),
    "may_not": _("This account may look at counts, but not count."),
    "empty_place": _("By the sheet nothing lies here. Scan what you find."),
}
