"""What customers may take back of what was changed. Pure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal


class ChangedByTheShop(Refusal):
    """A customer would take back what staff did."""

    sentence = _("The shop made this change, so the customer does not take it back.")
    remedy = _("Write to the shop.")
