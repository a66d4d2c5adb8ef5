"""Where payers come back to."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dingdan.automation import gateways
from dingdan.kernel import clock
from dingdan.kernel.links import opened
from dingdan.kernel.tenancy import tenant_scope


@require_safe
def payer_returns(request: HttpRequest, link: str) -> HttpResponse:
    """The payer is back: ask the gateway at once what became of it."""
    found = opened(link, gateways.ATTEMPT_LINK, at=clock.now())
    if found is None:
        raise Http404
    with tenant_scope(found.tenant_id):
        gateways.settle(found.tenant_id, found.id)
    return HttpResponse(_("Thank you. You can close this page."))
