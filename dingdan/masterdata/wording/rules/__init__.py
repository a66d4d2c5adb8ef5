"""How mails may be worded: the table of kinds, the language, its limits. Pure."""

from dingdan.masterdata.wording.rules.drafts import MailNeeded, WordingDraft, clean_wording, known_kind, worded
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
from dingdan.masterdata.wording.rules.samples import empty_values, no_values, sample_values, starting

__all__ = [
    "BLOCKS",
    "KINDS",
    "Amount",
    "Kind",
    "LeadsNowhere",
    "Lines",
    "MailNeeded",
    "Name",
    "Passage",
    "TemplateBroken",
    "TemplateTooMuch",
    "Text",
    "UnknownFilter",
    "UnknownName",
    "UnknownTag",
    "WordingDraft",
    "clean_wording",
    "empty_values",
    "known_kind",
    "no_values",
    "sample_values",
    "starting",
    "worded",
]
