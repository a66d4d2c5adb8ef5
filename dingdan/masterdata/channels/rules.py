"""What kinds of channels there are."""

from enum import StrEnum


class ChannelKind(StrEnum):
    """How orders of a channel come about."""

    STOREFRONT = "storefront"
    MARKETPLACE = "marketplace"
    TILL = "till"
    STAFF = "staff"
    WHOLESALE = "wholesale"
    API = "api"
