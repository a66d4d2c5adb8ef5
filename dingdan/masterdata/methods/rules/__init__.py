"""What accounts at payment firms and payment methods must look like, and which method is offered when. Pure."""

from dingdan.masterdata.methods.rules.accounts import (
    VEILED,
    FieldMissing,
    MerchantAccountDraft,
    NotUsable,
    UnknownField,
    UnknownFirm,
)
from dingdan.masterdata.methods.rules.drafts import ICONS, PaymentMethodDraft, UnknownGateway, clean_method
from dingdan.masterdata.methods.rules.offers import (
    BUILT_IN,
    MethodTerms,
    PaymentMethodNotAvailable,
    Sale,
    check_offered,
    offered,
)
from dingdan.masterdata.methods.rules.reminders import ReminderLevelDraft, clean_level

__all__ = [
    "BUILT_IN",
    "ICONS",
    "VEILED",
    "FieldMissing",
    "MerchantAccountDraft",
    "MethodTerms",
    "NotUsable",
    "PaymentMethodDraft",
    "PaymentMethodNotAvailable",
    "ReminderLevelDraft",
    "Sale",
    "UnknownField",
    "UnknownFirm",
    "UnknownGateway",
    "check_offered",
    "clean_level",
    "clean_method",
    "offered",
]
