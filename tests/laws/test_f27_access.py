"""F27: who may do what. Every operation of the OpenAPI document, by everybody; one that has no row here fails."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import groupby
from typing import Any
from uuid import UUID

import pytest

from dingdan.automation.setup import create_tenant
from dingdan.integrations.webhooks import collecting
from dingdan.kernel import clock, feed
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import SYSTEM, Actor
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.customers.commands import link_login
from dingdan.masterdata.staff.commands import revoke_api_key
from dingdan.masterdata.staff.models import ApiKey
from dingdan.masterdata.staff.rules import USUAL_ROLES
from dingdan.web.shared.permissions import every_permission
from tests import kit
from tests.conftest import Shop
from tests.laws.size import sized
from tests.web.api.client import PREFIX, Answer, Caller, document, token_for
from tests.web.api.samples import VALUES, sample

MAY: dict[str, str] = {
    "nobody else": """
        activate_rule adopt_return_preset change_endpoint change_merchant_account change_messenger change_payment_method
        change_reminder_level change_return_grade change_return_reason change_return_rule change_role change_rule
        change_seller change_storefront create_api_key create_endpoint pause_endpoint pause_rule ping_endpoint
        put_storefront_logo remove_storefront_logo
        replay_deliveries replay_delivery restore_merchant_account restore_messenger restore_payment_method restore_reminder_level
        restore_return_grade restore_return_reason restore_return_rule restore_rule restore_seller restore_storefront
        resume_endpoint resume_membership resume_seller retire_endpoint retire_merchant_account retire_messenger
        retire_payment_method
        retire_reminder_level retire_return_grade retire_return_reason retire_return_rule retire_role retire_rule
        retire_seller retire_storefront review_order revoke_api_key rotate_secret save_favor_terms save_membership
        save_merchant_account save_messenger save_payment_method save_profile save_reminder_level save_return_grade
        save_return_reason
        save_return_rule save_role save_rule save_seller save_storefront suspend_membership suspend_seller
        withdraw_review restore_wording restore_wording_version retire_wording save_wording switch_mail
    """,
    "accounting": """
        accept_dispute allocate_payment answer_dispute apply_store_credit ask_gateway ask_gift_card_balance
        change_currency change_rate close_day collect_cod count_cash forget_saved_method grant_goodwill
        grant_store_credit ignore_lines import_gift_card import_gift_cards import_rates import_statements
        issue_credit_note issue_gift_card issue_invoice lose_dispute lose_dispute_by_reference map_accounts match_lines
        match_refunds open_dispute pay_order pay_payable receive_payout record_authorization record_capture
        record_captures record_decline record_payment record_payments record_refund record_refund_by_hand record_refunds
        record_unknown record_void redeem_gift_card refund_payment reinstate_receivable release_allocation
        remind_invoice reopen_day reopen_line replace_gift_card report_discrepancies request_authorization
        request_capture request_charge request_refund request_void resolve_discrepancy restore_rate resume_reminders
        retire_rate retire_statement_mapping return_refund reverse_line save_rate save_rates save_statement_mapping
        save_tolerances send_statement settle_cod settle_payout stop_reminders unmatch_line void_gift_card win_dispute
        win_dispute_by_reference write_off_difference write_off_receivable
    """,
    "accounting reader": """
        export_journal export_journal_of_close get_bill get_day get_day_close get_day_close_csv get_day_close_pdf
        get_discrepancy get_payout get_statement get_statement_line list_account_mappings list_bill_lines list_bills
        list_day_closes list_discrepancies list_payouts list_statement_lines list_statement_mappings list_statements
    """,
    "catalog": """
        add_product_image arrange_product_images change_category change_channel change_price_list change_product
        change_promotion change_shipping_method change_tax_rate change_variant remove_product_image restore_category
        restore_channel restore_price_list restore_product restore_promotion restore_shipping_method restore_tax_rate
        restore_variant retire_category retire_channel retire_price_list retire_product retire_promotion
        retire_shipping_method retire_tax_rate retire_variant save_category save_channel save_price_list save_product
        save_promotion save_shipping_method save_tax_rate save_variant set_prices
    """,
    "reader": """
        get_api_key get_delivery get_endpoint get_membership get_role list_api_keys list_deliveries list_event_types
        list_events list_memberships list_permissions list_roles list_webhook_endpoints preview_webhook
    """,
    "sales reader": """
        get_messenger get_wording list_mail_kinds list_messengers list_wording_versions list_wordings preview_wording
    """,
    "reader catalog": """
        get_seller list_sellers
    """,
    "review": """
        assign_review pass_order pass_orders question_order reject_order review_again
    """,
    "sales": """
        block_customer change_cart change_customer change_order change_report_schedule close_order
        erase_customer_contact export_customer get_notices_link keep_order_apart mail_payment_link merge_customers merge_orders
        note_customer pause_report_schedule pin_customer_note place_cart place_order record_consent reorder
        restore_watch resume_report_schedule retire_report_schedule retire_watch retry_notice save_cart save_customer
        save_report_schedule save_watch send_report_now sign_out_login skip_notice split_order start_bulk_change
        make_wish stop_bulk_change tag_customer unblock_customer undo_change undo_regrouping unlink_login withdraw_wishes
    """,
    "sales accounting": """
        get_invoice_payment_link get_payment_link get_saved_methods_link
    """,
    "sales accounting aftersales reader": """
        get_credit_note get_invoice list_credit_notes list_invoices print_credit_note print_invoice
    """,
    "sales accounting reader": """
        get_merchant_account get_payment_method get_rate get_reminder_level get_report get_report_file
        get_report_schedule get_shop get_storefront get_storefront_logo
        get_storefront_logo_content list_merchant_accounts list_offered_payment_methods
        list_open_invoices list_payment_firms list_payment_methods list_presented_amounts list_rates
        list_reminder_levels list_report_mails list_report_schedules list_storefronts
    """,
    "sales accounting review aftersales reader": """
        get_customer get_dispute get_gift_card get_payment get_store_credit get_watch list_accounts list_checkouts
        list_customers list_disputes list_gift_cards list_payables list_payments list_postings list_receivables
        list_saved_methods list_watches match_customers preview_customer_merge
    """,
    "sales aftersales": """
        answer_interception answer_ticket assign_ticket assign_tickets attach_file attach_to_claim authorize_return
        cancel_order cancel_return change_ticket close_ticket close_tickets deny_claim erase_ticket exchange_return
        expire_order file_claim get_order_link get_ticket_link give_allowance give_goodwill hold_order intercept_parcel
        label_return lapse_return merge_tickets note_order note_ticket open_ticket record_return refund_order
        reopen_ticket replace_claimed reply_ticket resolve_claim resume_order retire_template retire_topic save_template
        save_topic save_working_hours scan_return send_ahead settle_exchange solve_ticket tag_order tag_ticket
        take_credit thank_customer withdraw_claim
    """,
    "sales aftersales reader": """
        export_ticket_report fill_templates get_attachment get_notice get_template get_ticket get_topic
        get_wish get_working_hours list_notices list_ticket_templates list_tickets list_topics list_wishes report_tickets
    """,
    "sales review aftersales reader": """
        get_review get_rule list_review_rules list_reviews list_rule_kinds list_rule_versions rehearse_rules
    """,
    "sales warehouse": """
        plan_shipments
    """,
    "sales warehouse accounting review aftersales reader": """
        count_orders export_report get_bulk_change get_cart get_change get_claim get_claim_attachment get_favor_terms
        get_order get_reorder get_return get_return_attachment get_return_grade get_return_offer get_return_reason
        get_return_rule get_shipment get_wave list_bulk_changes list_bulk_orders list_changes list_claims list_errands
        list_favor_terms list_interceptions list_mergeable list_orders list_return_grades list_return_reasons
        list_return_rules list_returns list_shipments list_warranties list_waves preview_change preview_merge
        preview_order preview_split preview_undo preview_ungrouping report_money_at_risk report_on_time report_pickers
        report_refund_leakage report_repeat_returners report_return_rates
    """,
    "sales warehouse accounting review aftersales reader catalog": """
        explain_stock get_category get_channel get_location get_lot get_node get_owner get_price_list get_product
        get_product_image get_promisable get_promotion get_shipping_method get_tax_rate get_transfer get_variant
        list_categories list_channels list_holdings list_late_promises list_locations list_lots list_low_stock
        list_nodes list_owners list_price_history list_price_lists list_prices list_product_images list_products
        list_promotion_uses list_promotions list_shipping_methods list_stock list_supplies list_tax_rates list_thresholds
        list_transfers list_variants
    """,
    "sales warehouse aftersales": """
        attach_to_return examine_pieces finish_examination grade_return inspect_return note_arrival receive_return
        undo_examination
    """,
    "warehouse": """
        abandon_count adjust_stock adjust_stocks allocate_stock announce_supply apply_count cancel_shipment
        cancel_supply count_stock count_stocks deallocate_stock deliver_shipment deliver_shipments dispatch_transfer
        enter_counts fill_backorders find_low_stock hold_stock move_stock pack_shipment pack_shipments pick_pieces
        pick_shipment pick_shipments receive_stock receive_stocks receive_supply receive_transfer release_holds
        report_short revise_supply save_location save_node save_owner save_threshold set_safety_stock
        ship_shipment ship_shipments start_count start_wave stop_wave take_back_adjustment take_back_count take_shipment
        take_wave transfer_stock undo_pick unpack_shipment
    """,
    "warehouse accounting": "set_costs",
    "warehouse accounting reader": "get_count list_count_lines list_counts",
}
"""Besides the owner, who may do everything: which of the usual roles may use which operations."""

BY_LINK = dict.fromkeys(
    [
        "attach_to_own_ticket",
        "get_own_attachment",
        "get_own_ticket",
        "rate_own_ticket",
        "settle_own_ticket",
        "write_in_own_ticket",
    ],
    "ticket",
) | dict.fromkeys(
    [
        "ask_for_my_exchange",
        "ask_for_my_return",
        "ask_my_gift_card_balance",
        "attach_to_my_claim",
        "attach_to_my_return",
        "cancel_my_order",
        "cancel_my_return",
        "change_my_order",
        "file_my_claim",
        "get_my_claim_attachment",
        "get_my_order",
        "get_my_return_attachment",
        "get_my_return_offer",
        "list_my_reasons",
        "preview_my_cancellation",
        "preview_my_claim",
        "preview_my_change",
        "preview_my_return",
        "preview_my_undo",
        "redeem_my_gift_card",
        "undo_my_change",
        "withdraw_my_claim",
    ],
    "order",
)
"""What needs no key, but a link in its place, and the link of what."""
KINDS = ("ticket", "order")

ROLES = [role for role in USUAL_ROLES if role != "owner"]
ROWS = {operation: roles.split() if roles != "nobody else" else [] for roles, rows in MAY.items() for operation in rows.split()}
# What the least body would not say.
MORE: dict[str, dict[str, Any]] = {
    "tag_customer": {"add": ["vip"]},
    "tag_order": {"add": ["vip"]},
    "tag_ticket": {"add": ["vip"]},
    "resolve_discrepancy": {"resolution": "ignored", "note": "Known."},
}
TEXTS = {"language": "en", "subject": "Some text", "heading": "Some text"}
MORE |= {name: {"kind": "shipped", **TEXTS} for name in ("save_wording", "preview_wording")}
NO_ROWS = {
    "mail_kind": "shipped",
    "version": "1",
    "day": "2026-11-01",
    "format": "csv",
    "target": "xero",
    "report_name": "sales-by-day",
}
"""What a path may name that is no row of a shop."""
QUERY = {
    "currency": "GBP",
    "channel": "web",
    "country": "GB",
    "amount": "100",
    "position": "1",
    "since": "2026-01-01T00:00:00Z",
    "until": "2026-02-01T00:00:00Z",
}
STANDALONE = {"currency": "GBP", "items": [{"name": "A mistake of old", "amount": 100}]}


def operations(*, by_link: str = "") -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of every operation that needs a key, or of those that need the link of that."""
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            if BY_LINK.get(operation["operationId"], "") == by_link:
                yield method.upper(), path.removeprefix(PREFIX), operation


class Asked:
    """A shop that has everything which the operations may be about; and a way to ask for it."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        kit.stock(shop, "MUG", 50)
        order, sent = kit.place(shop, ("MUG", 2)), kit.place(shop, ("MUG", 2))
        kit.pay(shop, sent)
        kit.deliver(shop, sent)
        self.owner = Caller(shop)
        self.ids: dict[str, Any] = {
            **NO_ROWS,
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
        self._make("change_id", f"/orders/{sent.order_id}/changes", {"changes": [{"kind": "add_note", "text": "Rings twice"}]})
        file = {"name": "mug.pdf", "content": VALUES["content"]}
        self._make("return_file", f"/returns/{self.ids['return_id']}/attachments", file, "attachment_id")
        self._make("claim_file", f"/claims/{self.ids['claim_id']}/attachments", file, "attachment_id")
        self.own = {"line_id": str(sent.lines[0].line_id), "line": str(sent.lines[0].line_id), "quantity": 1}
        self.links = {"order": str(self.owner.get(f"/orders/{sent.order_id}/link")["token"])}
        self.others = {"order": str(self.owner.get(f"/orders/{order.order_id}/link")["token"])}
        lines = [{"sku": "MUG", "quantity": 1, "unit_price": 250}]
        self._make("cart_id", "/carts", {"channel": "web", "lines": lines})
        self._make("invoice_id", "/invoices", {"order_id": str(sent.order_id)})
        self._make("credit_note_id", "/credit-notes", {"standalone": STANDALONE})
        self._make("endpoint_id", "/webhook-endpoints", {"url": "https://shop.example/hooks"})
        self._make("delivery_id", f"/webhook-endpoints/{self.ids['endpoint_id']}/ping", None)
        self._make_ticket(order.order_id)
        feed.sequence(shop.tenant_id)
        feed.consume(shop.tenant_id, collecting.CONSUMER, partial(collecting.collect, shop.tenant_id))

    def _make(self, name: str, path: str, body: Any, told: str = "") -> None:
        answer = self.owner.post(path, body)
        assert answer.status in (200, 201), (path, answer.body)
        self.ids[name] = answer[told or name]

    def _make_ticket(self, order_id: UUID) -> None:
        told = {"topic": "damaged", "text": "The mug is broken.", "about": {"kind": "order", "id": str(order_id)}}
        self._make("ticket_id", "/tickets", told)
        self._make("message_id", f"/tickets/{self.ids['ticket_id']}/replies", {"text": "Both of them."})
        file = {"name": "mug.pdf", "content": VALUES["content"]}
        path = f"/tickets/{self.ids['ticket_id']}/messages/{self.ids['message_id']}/attachments"
        self._make("attachment_id", path, file)
        self._make("template_id", "/ticket-templates", {"code": "sorry", "name": "Sorry", "text": "Sorry."})
        self._make("double", "/tickets", told, "ticket_id")
        self.ids["about"] = {"kind": "order", "id": str(order_id)}
        self.links["ticket"] = str(self.owner.get(f"/tickets/{self.ids['ticket_id']}/link")["link"])
        self.others["ticket"] = str(self.owner.get(f"/tickets/{self.ids['double']}/link")["link"])

    def _make_registers(self) -> None:
        self._make("channel_id", "/channels", {"code": "till", "name": "Till", "currency": "GBP"})
        self._make("customer_id", "/customers", {"number": "C-1"})
        linked = link_login(self.shop.call(), user_id=7, email="shopper@example.com")
        self.ids["login_id"] = str(linked.login_id)
        self._make("note_id", f"/customers/{self.ids['customer_id']}/notes", {"text": "Rings in the evening"})
        self._make("kept_id", "/customers", {"number": "C-2"}, "customer_id")
        self._make("merged_id", "/customers", {"number": "C-3"}, "customer_id")
        self._make("seller_id", "/sellers", {"code": "s-1", "name": "Seller", "currency": "GBP"})
        self._make("price_list_id", "/price-lists", {"code": "p-1", "name": "Prices", "currency": "GBP"})
        self._make("tax_rate_id", "/tax-rates", {"country": "GB", "rate": "0.2", "name": "VAT"})
        self._make("category_id", "/categories", {"slug": "cups", "name": "Cups"})
        self._make("storefront_id", "/storefronts", {"code": "web"})
        self._make("wording_id", "/wordings", {"kind": "shipped", **TEXTS})
        self._make("promotion_id", "/promotions", {"code": "post", "name": "Free post", "gives": "free_shipping"})
        self._make("shipping_method_id", "/shipping-methods", {"code": "m-1", "name": "Post"})
        self._make("role_id", "/roles", {"name": "helping hand", "permissions": ["orders.read", "reports.read"]})
        self._make("api_key_id", "/api-keys", {"name": "spare", "scopes": ["orders.read"]})
        watch = {"email": "bad@example.com", "reason": "never pays"}
        self._make("watch_id", "/watches", watch)
        rule = {"code": "r-1", "name": "Large", "kind": "amount", "parameters": {"amounts": {"GBP": 100}}}
        self._make("rule_id", "/review-rules", rule)
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
        line = {"firm": "line", "secrets": {"channel_access_token": "x" * 40}}
        self._make("messenger_id", "/messengers", line)
        wish = {"variant_id": self.ids["variant_id"], "channel_id": self.ids["channel_id"], "email": "bo@example.com"}
        self._make("wish_id", "/wishes", wish)
        mailed = {"report": "sales-by-day", "rhythm": "daily", "hour": 8, "readers": [7]}
        self._make("schedule_id", "/report-schedules", mailed)

    def _departure(self) -> dict[str, Any]:
        main = self.owner.get("/nodes/main")["id"]
        lines = [{"sku": "MUG", "quantity": 1}]
        return {"source_node_id": main, "target_node_id": self.ids["node_id"], "lines": lines}

    def ask(self, caller: Caller, method: str, path: str, operation: dict[str, Any]) -> Answer:
        """Send the operation, about the things of this shop, with the least body that its schema allows."""
        ids = self.ids | self.own if path.startswith("/my/order") else self.ids
        for kind in ("return", "claim"):
            if f"/{kind}s/" in path:
                ids = ids | {"attachment_id": self.ids[f"{kind}_file"]}
        filled = re.sub(r"{(\w+)}", lambda name: str(ids.get(name[1], ids["some_id"])), path)
        needed = [one["name"] for one in operation["parameters"] if one["in"] == "query" and one.get("required")]
        query = "?" + "&".join(f"{name}={(ids | QUERY)[name]}" for name in needed) if needed else ""
        body = sample(operation, **ids)
        if body is not None:
            body |= MORE.get(operation["operationId"], {})
        return caller.send(method, filled, body, query=query)


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    """One shop for all who are let in nowhere, or only where nothing is lost by it."""
    shop = Shop(create_tenant(f"asked-{new_id().hex}", "A shop"), SYSTEM)
    with tenant_scope(shop.tenant_id):
        yield Asked(shop)


@pytest.fixture
def stranger() -> Shop:
    """Another shop on the same server, which sells the same article."""
    shop = Shop(create_tenant(f"stranger-{new_id().hex}", "Another shop"), SYSTEM)
    with tenant_scope(shop.tenant_id):
        kit.stock(shop, "MUG", 5)
    return shop


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    assert sorted(operation["operationId"] for _method, _path, operation in operations()) == sorted(ROWS)
    by_link = {operation["operationId"]: kind for kind in KINDS for _method, _path, operation in operations(by_link=kind)}
    assert by_link == BY_LINK
    assert {path.split("/")[1] for kind in KINDS for _method, path, _operation in operations(by_link=kind)} == {"my"}


def test_every_permission_that_is_asked_for_exists() -> None:
    known = every_permission()
    assert [operation["x-permission"] for *_path, operation in operations() if operation["x-permission"] not in known] == []


def test_nobody_is_let_in_without_a_key_that_is_valid_now(asked: Asked, chance: random.Random) -> None:
    revoked, expired = token_for(asked.shop), token_for(asked.shop, expires_at=clock.now() + timedelta(seconds=30))
    revoke_api_key(asked.shop.call(), api_key_id=ApiKey.objects.get(prefix=revoked.split("_")[1]).id)
    entries = JournalEntry.objects.count()
    callers = [Caller(asked.shop, token=token) for token in ("", revoked, expired)]
    with clock.moved_by(timedelta(minutes=1)):
        for one in operations():
            assert {asked.ask(caller, *one).status for caller in chance.sample(callers, sized(1, 3, 3))} == {401}, one[:2]
    assert JournalEntry.objects.count() == entries


def test_a_key_may_do_nothing_that_its_scopes_do_not_name(asked: Asked) -> None:
    caller, wrong = Caller(asked.shop), []
    key = ApiKey.objects.filter(prefix=caller.token.split("_")[1])
    for needed, those in groupby(sorted(operations(), key=_needed), key=_needed):
        key.update(scopes=sorted({*every_permission()} - {needed}))
        for method, path, operation in those:
            answer = asked.ask(caller, method, path, operation)
            if answer.status != 403:
                wrong.append(f"{operation['operationId']}: {answer.status} {answer.body[:200]!r}")
    assert not wrong, "\n" + "\n".join(wrong)


def _needed(one: tuple[str, str, dict[str, Any]]) -> str:
    return str(one[2]["x-permission"])


def test_the_usual_roles_hold_what_their_rows_say() -> None:
    rows = {operation["operationId"]: operation["x-permission"] for _method, _path, operation in operations()}
    actors = {role: Actor("staff", "7", frozenset(USUAL_ROLES[role])) for role in ROLES}
    held = {name: {role for role in ROLES if actors[role].may(needed)} for name, needed in rows.items()}
    assert held == {name: set(roles) for name, roles in ROWS.items()}


def test_the_usual_roles_may_do_what_their_rows_say_and_the_owner_everything(shop: Shop, chance: random.Random) -> None:
    asked, wrong = Asked(shop), []
    callers = {role: Caller(shop, *USUAL_ROLES[role]) for role in ROLES} | {"owner": asked.owner}
    for method, path, operation in operations():
        name = operation["operationId"]
        for role in (*chance.sample(ROLES, sized(1, len(ROLES), len(ROLES))), "owner"):
            answer = asked.ask(callers[role], method, path, operation)
            if (answer.status == 403) == (role in ("owner", *ROWS[name])) or answer.status == 401 or answer.status >= 500:
                wrong.append(f"{name} by {role}: {answer.status} {answer.body[:200]!r}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_a_stranger_finds_nothing_of_another_shop(asked: Asked, stranger: Shop) -> None:
    caller = Caller(stranger)
    entries = JournalEntry.objects.count()
    theirs = {id_ for id_ in asked.ids.values() if isinstance(id_, str) and len(id_) == 36} - {asked.ids["some_id"]}
    wrong = []
    for method, path, operation in operations():
        with tenant_scope(stranger.tenant_id):
            answer, name = asked.ask(caller, method, path, operation), operation["operationId"]
        if set(re.findall(r"{(\w+)}", path)) - {"account", "preset", "report", "serial", *NO_ROWS} and answer.status != 404:
            wrong.append(f"{name}: {answer.status} {answer.body[:200]!r}")
        sent = str(sample(operation, **asked.ids))  # which a row that is refused may name again
        if answer.status < 300 and any(id_ in answer.body.decode() for id_ in theirs if id_ not in sent):
            wrong.append(f"{name} tells of another shop: {answer.body[:300]!r}")
    assert JournalEntry.objects.count() == entries
    assert not wrong, "\n" + "\n".join(wrong)


# ── by link ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_operations_of_a_customer_say_so() -> None:
    for *_path, operation in [one for kind in KINDS for one in operations(by_link=kind)]:
        assert operation["security"] == [{"LinkAuth": []}]
    assert all(operation["security"] == [{"ApiKeyAuth": []}] for *_path, operation in operations())


def test_whoever_holds_a_link_may_do_what_it_is_for_and_nothing_else(asked: Asked, chance: random.Random) -> None:
    customers = {kind: Caller(asked.shop, token=asked.links[kind]) for kind in KINDS}
    for kind, customer in customers.items():
        wrong = [
            f"{operation['operationId']}: {answer.status} {answer.body[:200]!r}"
            for method, path, operation in operations(by_link=kind)
            if (answer := asked.ask(customer, method, path, operation)).status in (401, 403, 404) or answer.status >= 500
        ]
        assert not wrong, "\n" + "\n".join(wrong)
    for one in operations():
        kinds = chance.sample(KINDS, sized(1, 2, 2))
        assert {asked.ask(customers[kind], *one).status for kind in kinds} == {401}, one[:2]


def test_no_key_changed_link_or_link_that_is_over_opens_anything(asked: Asked) -> None:
    entries = JournalEntry.objects.count()
    for kind, link in asked.links.items():
        changed = ("B" if link[30] == "A" else "A").join((link[:30], link[31:]))
        of_another_kind = next(other for name, other in asked.links.items() if name != kind)
        for token in ("", asked.owner.token, changed, link[:-1], link + "A", of_another_kind):
            caller = Caller(asked.shop, token=token)
            assert {asked.ask(caller, *one).status for one in operations(by_link=kind)} == {401}, token
        with clock.moved_by(timedelta(days=181)):
            assert {asked.ask(Caller(asked.shop, token=link), *one).status for one in operations(by_link=kind)} == {401}
    assert JournalEntry.objects.count() == entries


def test_a_link_opens_nothing_of_another(asked: Asked, stranger: Shop) -> None:
    with tenant_scope(stranger.tenant_id):
        owner, order_id = Caller(stranger), str(kit.place(stranger, ("MUG", 2)).order_id)
        theirs = {"order": owner.get(f"/orders/{order_id}/link")["token"], "ticket": ticket_of(owner, order_id)}
    entries = JournalEntry.objects.count()
    for kind, link in asked.links.items():
        own = Caller(asked.shop, token=link).get(f"/my/{kind}").body
        for caller in (Caller(asked.shop, token=asked.others[kind]), Caller(stranger, token=theirs[kind])):
            wrong = [
                f"{operation['operationId']}: {answer.status} {answer.body[:200]!r}"
                for method, path, operation in operations(by_link=kind)
                if "{" in path and (answer := asked.ask(caller, method, path, operation)).status != 404
            ]
            assert not wrong, "\n" + "\n".join(wrong)
            assert caller.get(f"/my/{kind}").body != own
    assert JournalEntry.objects.count() == entries


def test_what_was_forgotten_is_opened_by_no_link(asked: Asked) -> None:
    customer = Caller(asked.shop, token=ticket_of(asked.owner, asked.ids["order_id"]))
    ticket = customer.get("/my/ticket")
    assert ticket.status == 200
    assert asked.owner.post(f"/tickets/{ticket['number']}/erase").status == 200
    assert {asked.ask(customer, *one).status for one in operations(by_link="ticket")} == {401}


def ticket_of(owner: Caller, order_id: str) -> str:
    """The link of a new ticket about an order."""
    told = {"topic": "damaged", "text": "The handle is broken.", "about": {"kind": "order", "id": order_id}}
    return str(owner.get(f"/tickets/{owner.post('/tickets', told)['ticket_id']}/link")["link"])
