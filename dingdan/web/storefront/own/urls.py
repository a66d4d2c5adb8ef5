"""The addresses of one order's pages, below whatever opens it."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, path

from dingdan.web.storefront.own import act_urls, again, calling_off, messages, order, papers, pushed

urlpatterns: Final[list[URLPattern]] = [
    path("", order.order, name="shop_order"),
    path("invoices/<uuid:paper_id>/", papers.invoice, name="shop_order_invoice"),
    path("credit-notes/<uuid:paper_id>/", papers.credit_note, name="shop_order_credit_note"),
    path("receipt/", papers.receipt, name="shop_order_receipt"),
    path("returns/<uuid:return_id>/call-off/", calling_off.call_off, name="shop_order_return_off"),
    path("claims/<uuid:claim_id>/withdraw/", calling_off.withdraw, name="shop_order_claim_off"),
    path("files/<uuid:file_id>/", calling_off.file, name="shop_order_file"),
    path("messages/", messages.messages, name="shop_order_messages"),
    path("messages/files/<uuid:file_id>/", messages.file, name="shop_order_message_file"),
    path("messages/<uuid:ticket_id>/rating/", messages.rating, name="shop_order_rating"),
    path("messages/<uuid:ticket_id>/settled/", messages.is_settled, name="shop_order_settled"),
    path("push/", pushed.push, name="shop_order_push"),
    path("again/", again.again, name="shop_order_again"),
    *act_urls.urlpatterns,
]
