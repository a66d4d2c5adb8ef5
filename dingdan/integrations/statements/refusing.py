"""Why a file is not taken for a bank statement."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal


class StatementNotReadable(Refusal):
    """The file is no bank statement, or a broken one."""

    status = 422
    sentence = _("This file cannot be read as a bank statement: {reason}")
    remedy = _("Export it from the bank again, as camt.053, MT940 or CSV, and send it as it is.")

    def __init__(self, reason: object) -> None:
        super().__init__(field="file", reason=reason)


class StatementNotSafe(Refusal):
    """The file is built to harm whoever reads it."""

    status = 422
    sentence = _("This file is refused: {reason}")
    remedy = _("No bank sends such files. Export it from the bank's own page again; if it comes back, ask the bank.")

    def __init__(self, reason: object) -> None:
        super().__init__(field="file", reason=reason)


class MappingNeeded(Refusal):
    """A table whose columns nobody has explained."""

    status = 422
    sentence = _("Nobody has said what the columns of this table mean; it has: {columns}.")
    remedy = _("Save a mapping that names the columns of day and amount, and import the file with it.")


class AccountNeeded(Refusal):
    """A table does not say whose account it is of."""

    status = 422
    sentence = _("The file does not say which account it is of, or in which currency.")
    remedy = _("Give the account and the currency along with it.")
