"""Every command can be given over the API, or it is said why not; and no two types of the document share a name."""

from __future__ import annotations

import json
from importlib import import_module

from dingdan.kernel.command import every
from dingdan.web.api import api
from tests.house import scan

NOT_OVER_THE_API = {
    "aftersales.attach_to_parcel": "parcels without a number are put aside, and looked after, by people at the desk",
    "aftersales.forget_claimant": "follows when a customer is forgotten",
    "aftersales.join_parcel": "parcels without a number are put aside, and looked after, by people at the desk",
    "aftersales.park_parcel": "parcels without a number are put aside, and looked after, by people at the desk",
    "aftersales.settle_parcel": "parcels without a number are put aside, and looked after, by people at the desk",
    "automation.advance_register_import": "told by the job that looks and writes",
    "automation.confirm_register_import": "people look before; programs save rows by the operations of the register",
    "automation.hand_over_notice": "told by the job that sends",
    "automation.queue_report_mails": "done by the schedule",
    "automation.record_notice_failed": "told by the mailer",
    "automation.record_notice_sent": "told by the mailer",
    "automation.record_report_failed": "told by the mailer",
    "automation.record_report_sent": "told by the mailer",
    "automation.skip_report_mail": "told by the mailer",
    "automation.start_register_import": "a file is sent by people; programs save rows by the operations of the register",
    "automation.try_wording": "people look at a test in their mailbox; programs look at the preview",
    "automation.stop_register_import": "people stop what people started",
    "catalog.save_products": "for imports; one at a time is save_product",
    "changes.advance_bulk": "told by whoever works on it",
    "closing.await_bill": "told by the job that fetches bills",
    "closing.check_payout": "done by the job that fetches bills",
    "closing.compare_bill": "done by the job that fetches bills",
    "closing.finish_bill": "told by the job that fetches bills",
    "closing.record_bill_lines": "told by the job that fetches bills",
    "customers.change_profile": "customers change themselves at the storefront; programs use save_customer",
    "customers.keep_address": "customers change themselves at the storefront; programs use save_customer",
    "customers.link_login": "an account is linked by whoever proved its address at the storefront",
    "customers.retire_address": "customers change themselves at the storefront; programs use save_customer",
    "customers.save_customers": "for imports; one at a time is save_customer",
    "inventory.expire_holds": "done by the schedule",
    "inventory.expire_lots": "done by the schedule",
    "payments.expire_gift_cards": "done by the schedule",
    "payments.expire_store_credit": "done by the schedule",
    "payments.forget_gift_card_codes": "follows when a code was mailed, or shown for long enough",
    "payments.give_gift_card_codes": "follows when an order is paid",
    "payments.record_prompt": "told by the gateway",
    "payments.send_refund": "noted by the job that asks the gateway",
    "orders.adopt_orders": "an account takes what was ordered with its address, which it has proven by a mail",
    "tickets.adopt_tickets": "goes with the orders that an account takes to itself",
    "orders.drop_devices": "a browser is told no more on the page on which it asked, or when it is gone",
    "orders.expire_carts": "done by the schedule",
    "payments.forget_checkouts": "follows when a customer is forgotten",
    "orders.forget_in_orders": "follows when a customer is forgotten",
    "orders.save_device": "a browser gives its keys to the page that it is on",
    "reconciliation.forget_payer": "follows when a customer is forgotten",
    "reconciliation.note_proposals": "found out by the worker",
    "review.forget_buyer": "follows when a customer is forgotten",
    "staff.make_usual_roles": "done when a shop is made",
    "staff.record_api_key_use": "noted by the door itself",
    "staff.want_second_factor": "people decide on how people sign in",
    "tickets.escalate_tickets": "done by the schedule",
    "views.arrange_list": "how a person wants to see a list of the back office",
    "views.begin_export": "people take a list along; programs read it page by page",
    "views.end_export": "told by whoever writes the file",
    "views.retire_view": "how a person wants to see a list of the back office",
    "views.save_view": "how a person wants to see a list of the back office",
    "views.share_view": "how a person wants to see a list of the back office",
    "wishes.forget_wishes": "done by the schedule, and follows when a customer is forgotten",
    "wishes.tell_wishes": "follows when goods come",
    "webhooks.pause_failing_endpoint": "found out by the sender",
    "wording.record_wording_fault": "told by the mailer",
}


def _given() -> dict[str, str]:
    """Permission by operation."""
    return {
        operation["operationId"]: operation["x-permission"]
        for path in api.get_openapi_schema()["paths"].values()
        for operation in path.values()
    }


def test_every_command_has_an_operation_or_a_reason() -> None:
    for source in scan.sources(scan.ROOT):
        if source.is_business and source.file == "commands":
            import_module(".".join(source.parts).removesuffix(".py").removesuffix(".__init__"))
    import_module("dingdan.automation.commands")
    # Tests have commands of their own, which are here too when the same process has run them.
    ours = {name for name, one in every.items() if one.function.__module__.startswith("dingdan.")}
    missing = ours - set(_given().values())
    assert sorted(missing) == sorted(NOT_OVER_THE_API)


def test_every_operation_has_a_name_of_its_own() -> None:
    paths = api.get_openapi_schema()["paths"]
    assert len(_given()) == sum(len(path) for path in paths.values())


def test_every_operation_says_what_it_does_under_which_permission() -> None:
    for path in api.get_openapi_schema()["paths"].values():
        for operation in path.values():
            assert operation["summary"].endswith("."), operation["operationId"]
            assert f"`{operation['x-permission']}`" in operation["description"]


def test_no_reference_leads_nowhere() -> None:
    document = json.loads(json.dumps(api.get_openapi_schema()))
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert _references(document) <= known


def _references(value: object) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(_references(inner) for inner in value.values()))
    if isinstance(value, list):
        return set().union(*(_references(inner) for inner in value))
    return set()
