"""F27: who may do what. Every operation of the OpenAPI document, by everybody; one that has no row here fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from dingdan.integrations.webhooks import collecting
from dingdan.kernel import clock, feed
from dingdan.kernel.ids import new_id
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.staff.commands import revoke_api_key
from dingdan.masterdata.staff.models import ApiKey
from dingdan.masterdata.staff.rules import USUAL_ROLES
from dingdan.web.shared.permissions import every_permission
from tests import kit
from tests.conftest import Shop
from tests.web.api.client import PREFIX, Answer, Caller, document, token_for
from tests.web.api.samples import sample

MAY: dict[str, str] = {
    "nobody else": """
        adopt_return_preset change_endpoint change_return_grade change_return_reason change_return_rule change_role
        change_seller create_api_key create_endpoint get_api_key get_delivery get_endpoint get_membership get_role
        list_api_keys list_deliveries list_event_types list_events list_memberships list_permissions list_roles
        list_webhook_endpoints pause_endpoint ping_endpoint preview_webhook replay_deliveries replay_delivery
        restore_return_grade restore_return_reason restore_return_rule restore_seller resume_endpoint resume_membership
        resume_seller retire_endpoint retire_return_grade retire_return_reason retire_return_rule retire_role retire_seller
        revoke_api_key rotate_secret save_favor_terms save_membership save_profile save_return_grade save_return_reason
        save_return_rule save_role save_seller suspend_membership suspend_seller
    """,
    "accounting": """
        allocate_payment apply_store_credit change_currency collect_cod grant_goodwill grant_store_credit issue_credit_note
        issue_invoice pay_order pay_payable record_authorization record_capture record_decline record_payment record_refund
        record_refund_by_hand record_unknown record_void refund_payment reinstate_receivable release_allocation
        request_authorization request_capture request_charge request_refund request_void settle_cod settle_payout
        write_off_receivable
    """,
    "catalog": """
        change_channel change_price_list change_product change_shipping_method change_tax_rate change_variant get_seller
        list_sellers restore_channel restore_price_list restore_shipping_method restore_variant retire_channel
        retire_price_list retire_product retire_shipping_method retire_tax_rate retire_variant save_channel save_price_list
        save_product save_shipping_method save_tax_rate save_variant set_prices
    """,
    "sales": """
        answer_interception authorize_return block_customer cancel_order cancel_return change_cart change_customer close_order
        deny_claim erase_customer_contact exchange_return expire_order file_claim get_notice get_order_link give_allowance
        give_goodwill hold_order intercept_parcel label_return lapse_return list_notices merge_customers note_order place_cart
        place_order record_consent record_return refund_order reorder replace_claimed resolve_claim resume_order retry_notice
        save_cart save_customer scan_return send_ahead settle_exchange skip_notice tag_order take_credit thank_customer
        unblock_customer withdraw_claim
    """,
    "sales accounting": """
        get_credit_note get_customer get_invoice get_payment get_shop get_store_credit list_accounts list_credit_notes
        list_customers list_invoices list_payables list_payments list_postings list_receivables match_customers
        print_credit_note print_invoice
    """,
    "sales warehouse": """
        grade_return inspect_return plan_shipments receive_return
    """,
    "sales warehouse accounting": """
        count_orders export_report get_cart get_claim get_favor_terms get_order get_reorder get_return get_return_grade
        get_return_offer get_return_reason get_return_rule get_shipment list_claims list_favor_terms list_interceptions
        list_orders list_return_grades list_return_reasons list_return_rules list_returns list_shipments list_warranties
        report_money_at_risk report_refund_leakage report_repeat_returners report_return_rates
    """,
    "sales warehouse accounting catalog": """
        explain_stock get_channel get_location get_lot get_node get_owner get_price_list get_product get_promisable
        get_shipping_method get_tax_rate get_transfer get_variant list_channels list_holdings list_late_promises
        list_locations list_lots list_nodes list_owners list_price_lists list_prices list_products list_shipping_methods
        list_stock list_supplies list_tax_rates list_transfers list_variants
    """,
    "warehouse": """
        adjust_stock allocate_stock announce_supply cancel_shipment cancel_supply count_stock deallocate_stock
        deliver_shipment dispatch_transfer fill_backorders hold_stock move_stock pack_shipment pick_shipment receive_stock
        receive_supply receive_transfer release_holds revise_supply save_location save_node save_owner set_safety_stock
        ship_shipment transfer_stock
    """,
}
"""Besides the owner, who may do everything: which of the usual roles may use which operations."""

ROLES = [role for role in USUAL_ROLES if role != "owner"]
ROWS = {operation: roles.split() if roles != "nobody else" else [] for roles, rows in MAY.items() for operation in rows.split()}
# What the least body would not say.
MORE: dict[str, dict[str, Any]] = {"tag_order": {"add": ["vip"]}}
QUERY = {"currency": "GBP", "position": "1", "since": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"}
STANDALONE = {"currency": "GBP", "items": [{"name": "A mistake of old", "amount": 100}]}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of every operation."""
    for path, methods in document()["paths"].items():
        if path.startswith(f"{PREFIX}/my/"):  # by a link and by no key: tests/web/api/test_own.py
            continue
        for method, operation in methods.items():
            yield method.upper(), path.removeprefix(PREFIX), operation


class Asked:
    """A shop that has everything which the operations may be about; and a way to ask for it."""

    def __init__(self, shop: Shop) -> None:
        kit.stock(shop, "MUG", 50)
        order, sent = kit.place(shop, ("MUG", 2)), kit.place(shop, ("MUG", 2))
        kit.pay(shop, sent)
        kit.deliver(shop, sent)
        self.owner = Caller(shop)
        self.ids: dict[str, Any] = {
            "some_id": str(new_id()),
            "order_id": str(order.order_id),
            "line_id": str(order.lines[0].line_id),
            "payment_id": str(kit.pay(shop, order, 100).payment_id),
            "shipment_id": str(kit.plan(shop, order).shipments[0].shipment_id),
            "user_id": 7,
            "account": "cash",
            "report": "return-rates",
            "serial": "SN-1",
            "document": {"kind": "order", "id": str(order.order_id)},
        }
        self._make_registers()
        back = {"lines": [{"line_id": str(sent.lines[0].line_id), "quantity": 1}]}
        gone = kit.ship(shop, kit.place(shop, ("MUG", 1)))
        self._make("interception_id", f"/shipments/{gone}/interceptions", {})
        claimed = {"lines": [{"line_id": str(sent.lines[0].line_id), "quantity": 1, "reason": "other"}]}
        self._make("return_id", f"/orders/{sent.order_id}/returns", back)
        self._make("claim_id", f"/orders/{sent.order_id}/claims", claimed)
        lines = [{"sku": "MUG", "quantity": 1, "unit_price": 250}]
        self._make("cart_id", "/carts", {"channel": "web", "lines": lines})
        self._make("invoice_id", "/invoices", {"order_id": str(sent.order_id)})
        self._make("credit_note_id", "/credit-notes", {"standalone": STANDALONE})
        self._make("endpoint_id", "/webhook-endpoints", {"url": "https://shop.example/hooks"})
        self._make("delivery_id", f"/webhook-endpoints/{self.ids['endpoint_id']}/ping", None)
        feed.sequence(shop.tenant_id)
        feed.consume(shop.tenant_id, collecting.CONSUMER, partial(collecting.collect, shop.tenant_id))

    def _make(self, name: str, path: str, body: Any, told: str = "") -> None:
        answer = self.owner.post(path, body)
        assert answer.status in (200, 201), (path, answer.body)
        self.ids[name] = answer[told or name]

    def _make_registers(self) -> None:
        self._make("channel_id", "/channels", {"code": "till", "name": "Till", "currency": "GBP"})
        self._make("customer_id", "/customers", {"number": "C-1"})
        self._make("kept_id", "/customers", {"number": "C-2"}, "customer_id")
        self._make("merged_id", "/customers", {"number": "C-3"}, "customer_id")
        self._make("seller_id", "/sellers", {"code": "s-1", "name": "Seller", "currency": "GBP"})
        self._make("price_list_id", "/price-lists", {"code": "p-1", "name": "Prices", "currency": "GBP"})
        self._make("tax_rate_id", "/tax-rates", {"country": "GB", "rate": "0.2", "name": "VAT"})
        self._make("shipping_method_id", "/shipping-methods", {"code": "m-1", "name": "Post"})
        self._make("role_id", "/roles", {"name": "helping hand", "permissions": ["orders.read"]})
        self._make("api_key_id", "/api-keys", {"name": "spare", "scopes": ["orders.read"]})
        self._make("return_rule_id", "/return-rules", {"code": "r-1", "name": "Rule"})
        self._make("return_reason_id", "/return-reasons", {"code": "other", "name": "Other"})
        self._make("return_grade_id", "/return-grades", {"code": "g-1", "name": "Grade"})
        self._make("favor_terms_id", "/favor-terms", {"currency": "GBP"})
        self._make("node_id", "/nodes", {"code": "n-1", "name": "Node", "country": "GB"})
        self._make("product_id", "/products", {"slug": "tea", "name": "Tea", "variants": [{"sku": "TEA"}]})
        self._make("transfer_id", "/transfers", self._departure())
        self._make("location_id", "/locations", {"code": "shelf-1"})
        self._make("owner_id", "/owners", {"kind": "seller", "party_id": self.ids["seller_id"]})
        coming = self.owner.post("/supplies", {"lines": [{"sku": "MUG", "quantity": 3}]})
        self.ids["supply_id"] = coming["lines"][0]["supply_id"]
        self.ids["variant_id"] = self.owner.get("/variants/TEA")["id"]
        self.ids["variant"] = self.ids["variant_id"]
        self._make("membership_id", "/memberships", {"user_id": 7, "role_ids": [self.ids["role_id"]]})

    def _departure(self) -> dict[str, Any]:
        main = self.owner.get("/nodes/main")["id"]
        lines = [{"sku": "MUG", "quantity": 1}]
        return {"source_node_id": main, "target_node_id": self.ids["node_id"], "lines": lines}

    def ask(self, caller: Caller, method: str, path: str, operation: dict[str, Any]) -> Answer:
        """Send the operation, about the things of this shop, with the least body that its schema allows."""
        filled = re.sub(r"{(\w+)}", lambda name: str(self.ids.get(name[1], self.ids["some_id"])), path)
        needed = [one["name"] for one in operation["parameters"] if one["in"] == "query" and one.get("required")]
        query = "?" + "&".join(f"{name}={QUERY[name]}" for name in needed) if needed else ""
        body = sample(operation, **self.ids)
        if body is not None:
            body |= MORE.get(operation["operationId"], {})
        return caller.send(method, filled, body, query=query)


@pytest.fixture
def asked(shop: Shop) -> Asked:
    return Asked(shop)


@pytest.fixture
def stranger() -> Shop:
    """Another shop on the same server."""
    from dingdan.automation.setup import create_tenant
    from dingdan.kernel.journal import SYSTEM

    return Shop(create_tenant(f"stranger-{new_id().hex}", "Another shop"), SYSTEM)


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    assert sorted(operation["operationId"] for _method, _path, operation in operations()) == sorted(ROWS)


def test_every_permission_that_is_asked_for_exists() -> None:
    known = every_permission()
    assert [operation["x-permission"] for *_path, operation in operations() if operation["x-permission"] not in known] == []


def test_nobody_is_let_in_without_a_key_that_is_valid_now(shop: Shop, asked: Asked) -> None:
    revoked, expired = token_for(shop), token_for(shop, expires_at=clock.now() + timedelta(seconds=30))
    revoke_api_key(shop.call(), api_key_id=ApiKey.objects.get(prefix=revoked.split("_")[1]).id)
    entries = JournalEntry.objects.count()
    with clock.moved_by(timedelta(minutes=1)):
        for caller in [Caller(shop, token=token) for token in ("", revoked, expired)]:
            assert {asked.ask(caller, *one).status for one in operations()} == {401}
    assert JournalEntry.objects.count() == entries


def test_a_key_may_do_nothing_that_its_scopes_do_not_name(shop: Shop, asked: Asked) -> None:
    every, wrong = sorted(every_permission()), []
    for method, path, operation in operations():
        without = Caller(shop, *[name for name in every if name != operation["x-permission"]])
        answer = asked.ask(without, method, path, operation)
        if answer.status != 403:
            wrong.append(f"{operation['operationId']}: {answer.status} {answer.body[:200]!r}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_the_usual_roles_may_do_what_their_rows_say(shop: Shop, asked: Asked) -> None:
    callers = {role: Caller(shop, *USUAL_ROLES[role]) for role in ROLES}
    wrong = []
    for method, path, operation in operations():
        for role, caller in callers.items():
            answer, name = asked.ask(caller, method, path, operation), operation["operationId"]
            if (answer.status == 403) == (role in ROWS[name]):
                wrong.append(f"{name} by {role}: {answer.status} {answer.body[:200]!r}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_the_owner_is_refused_nothing(asked: Asked) -> None:
    refused = [
        f"{operation['operationId']}: {answer.status} {answer.body[:200]!r}"
        for method, path, operation in operations()
        if (answer := asked.ask(asked.owner, method, path, operation)).status in (401, 403) or answer.status >= 500
    ]
    assert not refused, "\n" + "\n".join(refused)


def test_a_stranger_finds_nothing_of_another_shop(shop: Shop, asked: Asked, stranger: Shop) -> None:
    caller = Caller(stranger)
    with tenant_scope(stranger.tenant_id):
        kit.stock(stranger, "MUG", 5)
    entries = JournalEntry.objects.count()
    theirs = {id_ for id_ in asked.ids.values() if isinstance(id_, str) and len(id_) == 36} - {asked.ids["some_id"]}
    wrong = []
    for method, path, operation in operations():
        with tenant_scope(stranger.tenant_id):
            answer, name = asked.ask(caller, method, path, operation), operation["operationId"]
        if set(re.findall(r"{(\w+)}", path)) - {"account", "preset", "report", "serial"} and answer.status != 404:
            wrong.append(f"{name}: {answer.status} {answer.body[:200]!r}")
        if answer.status < 300 and any(id_ in answer.body.decode() for id_ in theirs):
            wrong.append(f"{name} tells of another shop: {answer.body[:300]!r}")
    assert JournalEntry.objects.count() == entries
    assert not wrong, "\n" + "\n".join(wrong)
