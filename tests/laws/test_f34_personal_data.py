"""F34: every column in which something may be said about a person has a decision, and the decisions are kept.

The list of columns is made from the models, so a new one without a decision fails. What is planted in all that is to be forgotten
is in the person's file, and nowhere after they are forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from dingdan.automation.consumers import drain
from dingdan.insight.dossier.queries import dossier
from dingdan.kernel.canonical import json_bytes
from dingdan.kernel.contact import PostalAddress
from dingdan.kernel.tenancy import TenantModel
from dingdan.masterdata.channels.queries import all_channels
from dingdan.masterdata.customers.commands import (
    erase_customer_contact,
    note_customer,
    record_consent,
    save_customer,
    tag_customer,
)
from dingdan.masterdata.customers.rules import AddressDraft, ContactDraft, CustomerDraft, Identity
from dingdan.trade.orders.commands import note_order, save_cart, save_device, tag_order
from dingdan.trade.orders.rules import CartDraft, Person
from dingdan.trade.tickets.commands import open_ticket
from dingdan.trade.tickets.rules import TicketDraft
from dingdan.trade.wishes.commands import make_wish
from tests import kit
from tests.conftest import Shop
from tests.integrations.push.browser import device
from tests.kit import deliver, pay, place, stock, wanted

TESTS: Final = Path(__file__).parents[1]
FORGOTTEN: Final[dict[str, str]] = {
    "customers.CustomerContact": "name company email phone tax_number",
    "customers.Address": "name company_name country_area city city_area postal_code sorting_code street_address phone",
    "customers.CustomerIdentity": "source external_id",
    "customers.CustomerNote": "text",
    "customers.CustomerTag": "tag",
    "orders.Contact": "name company email phone address message",
    "orders.Order": "hold_reason customer_note",
    "orders.OrderNote": "text",
    "orders.OrderTag": "tag",
    "orders.Device": "endpoint p256dh auth server_key",
    "orders.Cart": "wanted",
    "tickets.Ticket": "title rating_word",
    "tickets.TicketContact": "name email phone",
    "tickets.Message": "text",
    "tickets.Attachment": "name",
    "aftersales.Attachment": "name",
    "aftersales.Claim": "note",
    "aftersales.StrayParcel": "note",
    "payments.Checkout": "details prompt",
    "reconciliation.StatementLine": "name payer_account text end_to_end",
    "wishes.Wish": "email",
}
"""What is told to the person in their file, and emptied when they are to be forgotten."""

FOUND_BY: Final[dict[str, str]] = {
    "customers.CustomerContact": "email_key tokens",
    "board.BoardRow": "name tags tokens",
    "review.Trace": "key",
    "tickets.Attachment": "content digest",
    "aftersales.Attachment": "content digest",
    "wishes.Wish": "email_key",
}
"""What is made of that, so that it is found again or shown, and goes with it; the person is told what it was made of."""

KEPT: Final[dict[str, str]] = {
    "aftersales.Allowance": "reason",
    "aftersales.Claim": "answer",
    "aftersales.Interception": "reason",
    "aftersales.ReturnLine": "override",
    "aftersales.StrayParcel": "code answer",
    "dunning.ReminderStop": "reason",
    "payments.Payment": "means gateway_reference",
    "reconciliation.Discrepancy": "note",
    "reconciliation.StatementLine": "reason bank_reference",
    "settlement.CreditNote": "reason",
    "tickets.Ticket": "about_number",
    "tickets.TicketTag": "tag",
    "fulfillment.Shipment": "tracking_number",
    "fulfillment.Package": "tracking_number",
    "aftersales.Return": "override_reason tracking_number label_url",
}
"""Why goods or money moved, in the words of those who decided on it, and by which reference: what a bookkeeper must keep."""

ELSEWHERE: Final[dict[str, str]] = {
    "customers.Watch": "hint reason",  # a register of its own, forgotten there: the page says so
    "webhooks.Endpoint": "url description secret secret_fingerprint previous_secret",  # of programs
    "inventory.Remark": "text",  # about goods in stock
    "closing.DayClose": "note",  # about a cash box
    "closing.DayPoint": "note",
    "automation.RegisterImport": "name ignored",
    "automation.ImportRow": "name cells changes detail",  # a file's rows, forgotten with the import after thirty days
    "automation.ReportSchedule": "readers",  # of those who work here
}
"""What may name people, and is nobody's who buys, or has an end of its own."""

_REGISTERS: Final = """
    catalog channels counting kernel messengers methods policies pricing promotions rates rollups sandbox sellers shop staff views
    wording
"""
REGISTERS: Final = frozenset(_REGISTERS.split())
"""Apps that know no customer: goods, prices, the shop and those who work there, sums."""

_CODES: Final = """
    about about_kind account actor actor_id actor_kind amounts author came_by carrier cause channel channel_ids channel_safety
    closed_by_id closed_by_kind code code_digest columns condition country country_code currency date_format days_off days_on
    debit_words decimal delimiter detail digest document_kind effect encoding error examiner external_id external_number facts
    file_format follows fulfillment_status gateway gateway_reference goes_to goods_key group head key kind kinds language
    last4 lines_currency media_type message_id method number origin outcome packer parameters party party_kind paused_because
    payment_method payment_reference payment_status payout_reference period picker priority prompt_kind proposals purpose
    reference refund_at refund_to register reopened_by_id reopened_by_kind report resolution resolved_by_id resolved_by_kind
    rhythm role rounding rule sealed_code seen shipping_method shipping_name signs sku source state tax_name terms topic type
    types verdict way week wishes
"""
CODES: Final = frozenset(_CODES.split())
"""Names of columns that hold codes, references and words of the program alone."""
OF_GOODS: Final = {
    "orders.OrderLine": "name",
    "settlement.InvoiceLine": "name",
    "settlement.CreditNoteLine": "name",
    "aftersales.ReturnLine": "reason",
    "aftersales.ClaimLine": "reason",
    "inventory.Move": "reason",
    "inventory.Node": "name",
    "payments.Attempt": "reason",
    "payments.Dispute": "reason",
    "payments.Checkout": "title",
    "closing.AccountMapping": "name",
    "review.Rule": "name",
    "review.RuleVersion": "name",
    "reconciliation.StatementMapping": "name",
    "tickets.AnswerTemplate": "name text",
    "tickets.Topic": "name",
}
"""Names of goods, places, rules and templates; reasons out of a fixed list; titles of the program's."""

ELSEWHERE_TESTED: Final = {
    "payments.Checkout": "ledgers/payments/test_forget_checkouts.py",
    "aftersales.Attachment": "trade/aftersales/test_forget_claimant.py",
    "aftersales.Claim": "trade/aftersales/test_forget_claimant.py",
    "aftersales.StrayParcel": "trade/aftersales/test_forget_claimant.py",
    "reconciliation.StatementLine": "trade/reconciliation/test_forget_payer.py",
    "tickets.Attachment": "trade/tickets/test_erase_tickets.py",
}
"""What the story below has none of, and where it is tried."""


def _said() -> Iterator[tuple[str, str]]:
    """Every column in which something may be said, by its model."""
    kinds = (models.CharField, models.TextField, models.JSONField, models.BinaryField, ArrayField)
    for model in apps.get_models():
        if issubclass(model, TenantModel) and model._meta.app_label not in REGISTERS:
            for field in model._meta.concrete_fields:
                if isinstance(field, kinds) and not field.choices:
                    yield model._meta.label, field.name


def test_every_column_has_a_decision() -> None:
    tables = (FORGOTTEN, FOUND_BY, KEPT, ELSEWHERE, OF_GOODS)
    decided = {(label, name) for table in tables for label, names in table.items() for name in names.split()}
    undecided = [one for one in _said() if one not in decided and one[1] not in CODES]
    assert undecided == [], "decide whether these are personal, and if so tell and forget them"
    assert sorted(decided - set(_said())) == [], "decisions about what is not there"


def test_a_column_without_a_decision_is_noticed() -> None:
    assert ("orders.Order", "customer_note") in set(_said())
    assert ("customers.CustomerContact", "phone") in set(_said())


def test_what_is_not_planted_here_is_tried_elsewhere() -> None:
    for path in ELSEWHERE_TESTED.values():
        assert (TESTS / path).exists(), path


def _somebody(shop: Shop) -> UUID:
    """A customer of whom every desk knows something, with an order that is over."""
    home = PostalAddress(country_code="GB", name="Ada", city="London", postal_code="SW1A 1AA", street_address="1 High St")
    draft = CustomerDraft(
        contact=ContactDraft(name="Ada", email="ada@example.com", phone="+442079460958"),
        addresses=(AddressDraft(address=home),), identities=(Identity(source="web", external_id="7"),),
    )  # fmt: skip
    id_ = save_customer(shop.call(), customer=draft).customer_id
    note_customer(shop.call(), customer_id=id_, text="Knows us")
    tag_customer(shop.call(), customer_id=id_, add=("vip",))
    record_consent(shop.call(), customer_id=id_, purpose="sms", granted=True)
    stock(shop, "TEA", 9)
    order = place(shop, ("TEA", 1), customer_id=id_, ship_to=Person(name="Ada", country="GB"))
    note_order(shop.call(), order_id=order.order_id, text="Ring")
    tag_order(shop.call(), order_id=order.order_id, add=("ada",))
    save_device(shop.call(), order_id=order.order_id, device=device())
    save_cart(shop.call(), cart=CartDraft(wanted=wanted(shop, ("TEA", 1), customer_id=id_)))
    make_wish(shop.call(), variant_id=kit.stock(shop, "CUP"), channel_id=all_channels()[0].id, email="ADA@example.com")
    open_ticket(shop.call(), ticket=TicketDraft(topic="other", text="Where?", came_by="phone", customer_id=id_))
    pay(shop, order)
    deliver(shop, order)
    drain(shop.tenant_id)
    return id_


def _planted(shop: Shop) -> dict[str, tuple[str, str, str]]:
    """A word of its own in every column that is to be forgotten, by that word: its table, its column, its model."""
    found: dict[str, tuple[str, str, str]] = {}
    for label, names in FORGOTTEN.items():
        model = apps.get_model(label)
        for name in names.split():
            word, table, column = f"planted-{len(found):03}", model._meta.db_table, model._meta.get_field(name).column
            is_json = isinstance(model._meta.get_field(name), models.JSONField)
            with connection.cursor() as cursor:
                value = f'{{"said": "{word}"}}' if is_json else word
                cursor.execute(f'UPDATE {table} SET "{column}" = %s WHERE tenant_id = %s', [value, shop.tenant_id])
                if cursor.rowcount:
                    found[word] = (table, column, label)
                else:
                    assert label in ELSEWHERE_TESTED, f"the story has no {label}"
    return found


def _left(table: str, column: str, word: str, tenant_id: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT count(*) FROM {table} WHERE tenant_id = %s AND "{column}"::text LIKE %s', [tenant_id, f"%{word}%"]
        )
        ((count,),) = cursor.fetchall()
    return int(count)


def test_what_is_known_of_somebody_is_told_and_forgotten(shop: Shop) -> None:
    id_ = _somebody(shop)
    planted = _planted(shop)
    assert len({label for _table, _column, label in planted.values()}) == len(FORGOTTEN) - len(ELSEWHERE_TESTED)
    told: Any = json_bytes(dossier(id_)).decode()
    assert [of for word, of in planted.items() if word not in told] == [], "not told to the person"
    erase_customer_contact(shop.call(), customer_id=id_)
    drain(shop.tenant_id)
    left = [of for word, of in planted.items() if _left(of[0], of[1], word, shop.tenant_id)]
    assert left == [], "still there after the person was forgotten"
