"""Being told of an order on a device: a browser says by which push service and with which keys, or that it wants no more."""

from __future__ import annotations

from django.http import HttpResponse

from dingdan.automation.pushing import public_key
from dingdan.integrations.push import sandbox
from dingdan.kernel.errors import Refusal
from dingdan.kernel.guessing import counted_deed
from dingdan.trade.orders.commands import drop_devices, save_device
from dingdan.trade.orders.queries import devices_of
from dingdan.trade.orders.rules import DeviceDraft
from dingdan.web.shared.clients import address_of
from dingdan.web.storefront.own.opening import Own, own_page


@own_page("POST")
def push(own: Own) -> HttpResponse:
    """Tell a browser of the order, or (``act`` is ``off``) no more. Answers 204, or what was refused in plain text.

    Where there is a double of push services, ``double`` lets a phone of the double stand in for a browser that has none.
    """
    if own.request.method != "POST":
        return own.went()
    sent = {name: own.request.POST.get(name, "").replace("\0", "") for name in ("endpoint", "p256dh", "auth")}
    is_double = sandbox.is_here() and "double" in own.request.POST
    try:
        counted_deed("push", client=address_of(own.request), at=own.reader.at)
        if own.request.POST.get("act") == "off":
            there = tuple(
                one.id
                for one in devices_of(own.order.id)
                if (sandbox.is_double(one.endpoint) if is_double else one.endpoint == sent["endpoint"])
            )
            drop_devices(own.call, order_id=own.order.id, device_ids=there)
        else:
            if is_double:
                sent = dict(sandbox.phone_of(public_key(), own.order.number))
            save_device(own.call, order_id=own.order.id, device=DeviceDraft(server_key=public_key(), **sent))
    except sandbox.NotThere:
        return HttpResponse(status=502)
    except Refusal as refusal:
        return HttpResponse(str(refusal), status=refusal.status, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)
