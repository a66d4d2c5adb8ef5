"""Notices of payment firms."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dingdan.automation.hearing import hear
from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.payments.ports import Post


@csrf_exempt  # signed by the firm; no browser and no cookie is involved
@require_POST
def gateway_notice(request: HttpRequest, gateway: str, tenant_id: UUID, account_id: UUID) -> HttpResponse:
    """Write a notice down. Answers what the firm wants to read; a refusal in the firm's own manner, so that it sends it again."""
    post = Post(
        account_id=account_id,
        headers={name.lower(): value for name, value in request.headers.items()},
        query=request.GET.dict(),
        body=request.body,
        at=clock.now(),
    )
    try:
        with tenant_scope(tenant_id):
            answer, content_type = hear(tenant_id, gateway, post)
    except Refusal as refusal:
        if request.content_type == "application/json":
            return JsonResponse({"code": "FAIL", "message": str(refusal)}, status=refusal.status)
        return HttpResponse(str(refusal), status=refusal.status, content_type="text/plain; charset=utf-8")
    return HttpResponse(answer, content_type=content_type)
