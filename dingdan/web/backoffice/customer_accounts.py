"""By which accounts a customer signs in at the storefront: since when, and what can be done about them."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from dingdan.masterdata.customers.models import Customer
from dingdan.masterdata.customers.queries import logins_of
from dingdan.web.backoffice import show
from dingdan.web.backoffice.acting import fresh_key
from dingdan.web.backoffice.customer_acts import Do
from dingdan.web.backoffice.pages import Button, Facts, Field, Form, Section


def account_sections(row: Customer, do: Do, allowed: set[str]) -> Iterator[Section]:
    """The accounts, and for whoever may, the forms to sign them out everywhere or to take them off this customer."""
    logins = logins_of(row.id)
    if not logins:
        return
    names = dict(User.objects.filter(pk__in=[one.user_id for one in logins]).values_list("pk", "email"))
    since = str(_("since {moment}"))
    told = [(names.get(one.user_id, show.NOTHING), since.format(moment=show.moment(one.linked_at))) for one in logins]
    yield Facts(_("Account at the storefront"), told)
    choices = [(str(one.id), names.get(one.user_id, show.NOTHING)) for one in logins]
    field = Field("login", _("Account"), "choice", choices[0][0], choices)
    if "sign_out" in allowed:
        lead = _("They have to sign in again, on every device: for a phone that was lost.")
        button = Button(_("Sign out everywhere"))
        yield Form(_("Sign out everywhere"), do(row, "sign_out"), fresh_key(), [field], [button], is_open=False, lead=lead)
    if "unlink" in allowed:
        lead = _("Whoever signs in with it sees nothing of this customer any more. The account itself stays.")
        button = Button(_("Take it off"), "bad")
        title = _("Take the account off this customer")
        yield Form(title, do(row, "unlink"), fresh_key(), [field], [button], is_open=False, lead=lead)
