"""How notices may be worded: the table of kinds, the language, its limits. Pure."""

from dingdan.masterdata.wording.rules.drafts import LEVELED, MailNeeded, WordingDraft, clean_wording, known_kind, worded
from dingdan.masterdata.wording.rules.formatting import Passage
from dingdan.masterdata.wording.rules.kinds import BLOCKS, KINDS, Amount, Kind, Lines, Name, Text
from dingdan.masterdata.wording.rules.language import (
    LeadsNowhere,
    TemplateBroken,
    TemplateTooMuch,
    UnknownFilter,
    UnknownName,
    UnknownTag,
)
from dingdan.masterdata.wording.rules.measuring import Measured, measured, parts_of
from dingdan.masterdata.wording.rules.samples import empty_values, no_values, sample_values, starting
from dingdan.masterdata.wording.rules.shorts import (
    LONGEST_NAME,
    ROOMS,
    SHORTS,
    BilledTooOften,
    Room,
    Said,
    TooLongForWay,
    linked,
    said_short,
    starting_short,
    usable,
)

__all__ = [
    "BLOCKS",
    "KINDS",
    "LEVELED",
    "LONGEST_NAME",
    "ROOMS",
    "SHORTS",
    "Amount",
    "BilledTooOften",
    "Kind",
    "LeadsNowhere",
    "Lines",
    "MailNeeded",
    "Measured",
    "Name",
    "Passage",
    "Room",
    "Said",
    "TemplateBroken",
    "TemplateTooMuch",
    "Text",
    "TooLongForWay",
    "UnknownFilter",
    "UnknownName",
    "UnknownTag",
    "WordingDraft",
    "clean_wording",
    "empty_values",
    "known_kind",
    "linked",
    "measured",
    "no_values",
    "parts_of",
    "said_short",
    "sample_values",
    "starting",
    "starting_short",
    "usable",
    "worded",
]
