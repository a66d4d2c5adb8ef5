"""Checkout Sessions, and the page on which a buyer pays (https://docs.stripe.com/api/checkout/sessions)."""

from __future__ import annotations

from typing import Any, Final

from dingdan.integrations.sandbox.firms import pages
from dingdan.integrations.sandbox.firms.http import Answer, Request
from dingdan.integrations.sandbox.firms.office import amount as spelled
from dingdan.integrations.sandbox.firms.pages import Choice, Till, said
from dingdan.integrations.sandbox.firms.store import Json
from dingdan.integrations.sandbox.firms.stripe import cards, forms, intents
from dingdan.integrations.sandbox.firms.stripe.account import Account, StripeError, invalid, missing

EXPIRES_SECONDS: Final = 86_400
_CARDS: Final = (
    Choice("approve", "Card •••• 4242: approve", "yes"),
    Choice("generic_decline", "Card: decline", "no"),
    Choice("insufficient_funds", "Card: insufficient funds", "no"),
    Choice("challenge", "Card: ask for 3-D Secure"),
    Choice("dispute", "Card: will be disputed"),
    Choice("refund_fails", "Card: refunds will fail"),
)
_WALLETS: Final = (Choice("apple_pay", "Apple Pay"), Choice("google_pay", "Google Pay"), Choice("link", "Link"))
# These take the money at once: they are not offered where it is to be held.
_AT_ONCE: Final = (
    *(Choice("alipay", "Alipay"), Choice("wechat_pay", "WeChat Pay")),
    Choice("us_bank_account", "Bank debit: takes 10 minutes"),
)
_LEAVE: Final = Choice("leave", "Leave")


def create(account: Account, params: Json) -> Json:
    """`POST /v1/checkout/sessions`."""
    mode = str(params.get("mode") or "payment")
    if mode not in ("payment", "setup"):
        raise invalid("Invalid mode: this sandbox knows payment and setup.", param="mode")
    lines = [_line(one, number) for number, one in enumerate(params.get("line_items") or [])]
    if mode == "payment" and not lines:
        raise missing("line_items")
    if not params.get("success_url"):
        raise missing("success_url")
    currency = lines[0]["currency"] if lines else str(params.get("currency") or "usd").lower()
    if any(line["currency"] != currency for line in lines):
        raise invalid("All line items must have the same currency.", param="line_items")
    total = sum(line["amount_total"] for line in lines)
    made = account.make(
        "checkout.session", amount_subtotal=total or None, amount_total=total or None, cancel_url=params.get("cancel_url"),
        automatic_tax={"enabled": False, "liability": None, "status": None}, currency=currency,
        client_reference_id=params.get("client_reference_id"), customer=params.get("customer"),
        customer_creation=params.get("customer_creation", "if_required"),
        customer_details=None, customer_email=params.get("customer_email"), expires_at=_expiry(account, params),
        locale=params.get("locale"), metadata=params.get("metadata") or {}, mode=mode, payment_intent=None,
        payment_method_collection="always", payment_method_options=params.get("payment_method_options") or {},
        payment_method_types=params.get("payment_method_types") or ["card"], payment_status="unpaid", setup_intent=None,
        payment_link=None, shipping_cost=None, status="open", submit_type=params.get("submit_type"), subscription=None,
        success_url=params["success_url"], total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        ui_mode="hosted", url="", invoice=None, consent=None, custom_fields=[], _lines=lines,
        _intent=params.get("payment_intent_data") or {}, _setup=params.get("setup_intent_data") or {}, _due=0,
    )  # fmt: skip
    made["url"] = f"{account.world.address}/stripe/checkout/{made['id']}"
    return forms.expanded(account, account.save(made), params)


def _expiry(account: Account, params: Json) -> int:
    at = forms.whole(params, "expires_at", account.now() + EXPIRES_SECONDS)
    # Half an hour to a day, measured by the machine's clock too: whoever asks does not know that ours was moved.
    if not int(account.world.clock.real()) + 1_700 <= at <= account.now() + EXPIRES_SECONDS + 60:
        raise invalid("The `expires_at` timestamp must be between 30 minutes and 24 hours from now.", param="expires_at")
    return at


def _line(told: Any, number: int) -> Json:
    price = told.get("price_data") if isinstance(told, dict) else None
    if not isinstance(price, dict):
        raise missing(f"line_items[{number}][price_data]")
    unit, quantity = forms.whole(price, "unit_amount"), forms.whole(told, "quantity", 1)
    name = str((price.get("product_data") or {}).get("name") or "")
    if not name:
        raise missing(f"line_items[{number}][price_data][product_data][name]")
    currency = str(price.get("currency") or "").lower()
    return {
        "id": f"li_{number + 1}", "object": "item", "amount_discount": 0, "amount_subtotal": unit * quantity, "amount_tax": 0,
        "amount_total": unit * quantity, "currency": currency, "description": name, "quantity": quantity,
    }  # fmt: skip


def lines(account: Account, params: Json, key: str) -> Json:
    """`GET /v1/checkout/sessions/:id/line_items`."""
    found = account.find("checkout.session", key)["_lines"]
    page = found[: forms.whole(params, "limit", 10)]
    return {
        "object": "list", "url": f"/v1/checkout/sessions/{key}/line_items", "has_more": len(page) < len(found), "data": page,
    }  # fmt: skip


def sessions(account: Account, params: Json) -> Json:
    """`GET /v1/checkout/sessions`."""
    found = account.all("checkout.session")
    if params.get("payment_intent"):
        found = [one for one in found if one["payment_intent"] == params["payment_intent"]]
    return forms.listed(account, found, params, "/v1/checkout/sessions")


def expire(account: Account, params: Json, key: str) -> Json:
    """`POST /v1/checkout/sessions/:id/expire`."""
    found = account.find("checkout.session", key)
    if found["status"] != "open":
        raise invalid(f'Only Checkout Sessions with a status in ["open"] can be expired. This one is {found["status"]}.')
    end(account, found)
    return forms.expanded(account, found, params)


def end(account: Account, session: Json) -> None:
    """The session's time is over."""
    session |= {"status": "expired", "url": None}
    account.tell("checkout.session.expired", account.save(session))


def pass_time(account: Account) -> None:
    """Sessions whose time is over expire, and those that waited for a slow payment learn of its end."""
    for session in account.due("checkout.session"):
        if session["status"] == "open":
            end(account, session)
        elif (intent := account.find("payment_intent", session["payment_intent"]))["status"] != "processing":
            paid = intent["status"] in ("succeeded", "requires_capture")
            session |= {"payment_status": "paid" if paid else "unpaid", "_due": 0}
            topic = "checkout.session.async_payment_succeeded" if paid else "checkout.session.async_payment_failed"
            account.tell(topic, account.save(session))


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def page(account: Account, request: Request, key: str) -> Answer:
    """What the buyer sees, and what follows from what they choose."""
    session = account.world.store.get("stripe.checkout.session", key)
    if session is None:
        return pages.told(request, "Stripe", "There is no such payment.")
    if session["status"] != "open":
        return _ended(request, session)
    if request.method == "POST":
        return _chosen(account, request, session)
    return pages.till(request, _till(session))


def _ended(request: Request, session: Json) -> Answer:
    if session["status"] == "complete":
        return pages.moved(_back(session))
    return pages.told(request, "Stripe", "Not paid. You may close this page.")


def _till(session: Json, note: str = "") -> Till:
    is_held = session["_intent"].get("capture_method") == "manual"
    choices = [*_CARDS, *_WALLETS, *(() if is_held or session["mode"] == "setup" else _AT_ONCE), _LEAVE]
    title = ", ".join(f"{line['quantity']} × {line['description']}" for line in session["_lines"])
    total = spelled(session["amount_total"] or 0, session["currency"])
    return Till("Stripe", total, str(session["client_reference_id"] or ""), title, choices, note)


def _chosen(account: Account, request: Request, session: Json) -> Answer:
    wish = request.form.get("do", "")
    if wish == "leave":
        return pages.moved(session["cancel_url"] or "/")
    try:
        intent = choose(account, session, wish)
    except StripeError as refused:
        return pages.till(request, _till(session, str(refused)))
    if intent["status"] == "requires_action":
        return pages.moved(intent["next_action"]["redirect_to_url"]["url"])
    return pages.moved(_back(session))


def choose(account: Account, session: Json, wish: str) -> Json:
    """Pay a session in the way of a button; the answer is its intent, and a refusal is raised."""
    kind = wish if wish in ("alipay", "wechat_pay", "us_bank_account") else "card"
    wallet = wish if wish in ("apple_pay", "google_pay", "link") else ""
    behavior = "approve" if wallet or kind in ("alipay", "wechat_pay") else "delay" if kind == "us_bank_account" else wish
    chosen = cards.method(account, kind, behavior, wallet=wallet)
    if session["customer"] is None and session["customer_creation"] == "always":
        session["customer"] = cards.create_customer(account, {"email": session["customer_email"] or "buyer@example.com"})["id"]
    intent = _intent(account, session)
    intent["payment_method"] = chosen["id"]
    if session["mode"] == "setup":
        cards.confirm_setup(account, {}, intent["id"], intent)
    else:
        intents.pay(account, intent, chosen)
    if intent["status"] != "requires_action":
        complete(account, session, intent)
    return intent


def _intent(account: Account, session: Json) -> Json:
    kind = "setup_intent" if session["mode"] == "setup" else "payment_intent"
    if session.get("_tried"):
        return account.find(kind, session["_tried"])
    told = {"customer": session["customer"], **session["_setup" if session["mode"] == "setup" else "_intent"]}
    if session["mode"] == "setup":
        made = account.find(kind, cards.create_setup(account, told)["id"])
    else:
        options = session["payment_method_options"]
        wanted = {"amount": session["amount_total"], "currency": session["currency"], "payment_method_options": options, **told}
        made = intents.new(account, wanted)
        account.tell("payment_intent.created", account.save(made))
    session["_tried"] = made["id"]
    account.save(session)
    return made


def complete(account: Account, session: Json, intent: Json) -> None:
    """The buyer has done what they had to."""
    is_paid = intent["status"] == "succeeded" and session["mode"] == "payment"
    session |= {"status": "complete", "url": None, "_due": int(intent["status"] == "processing")}
    session["payment_status"] = "paid" if is_paid else "no_payment_required" if session["mode"] == "setup" else "unpaid"
    session[intent["object"]] = intent["id"]
    details = {"address": None, "email": session["customer_email"] or "buyer@example.com", "name": "A. Buyer", "phone": None}
    session["customer_details"] = details | {"tax_exempt": "none", "tax_ids": []}
    account.tell("checkout.session.completed", account.save(session, ref=intent["id"]))


def _back(session: Json) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def authenticate(account: Account, request: Request, key: str) -> Answer:
    """The page of 3-D Secure: passed or not."""
    kind = "setup_intent" if key.startswith("seti_") else "payment_intent"
    intent = account.world.store.get(f"stripe.{kind}", key)
    if intent is None:
        return pages.told(request, "3-D Secure", "There is no such payment.")
    if request.method == "POST" and intent["status"] == "requires_action":
        prove(account, intent, passed=request.form.get("do") == "pass")
    if intent["status"] == "requires_action":
        choices = (Choice("pass", "Pass 3-D Secure", "yes"), Choice("fail", "Fail 3-D Secure", "no"))
        total = spelled(intent.get("amount", 0), intent.get("currency", "usd"))
        return pages.till(request, Till("3-D Secure", total, key, "", choices))
    session = next((one for one in account.all("checkout.session") if one.get("_tried") == key), None)
    if session is not None:
        return pages.moved(_back(session) if session["status"] == "complete" else session["url"])
    if back := intent.get("_return_url"):
        mark = "&" if "?" in back else "?"
        return pages.moved(f"{back}{mark}{kind}={key}&redirect_status={_redirect_status(intent)}")
    return pages.shown(
        request, "3-D Secure", f"<p>{said(request, 'This payment is decided: {state}', state=intent['status'])}</p>", narrow=True
    )


def _redirect_status(intent: Json) -> str:
    return "failed" if intent["status"] == "requires_payment_method" else "succeeded"


def prove(account: Account, intent: Json, *, passed: bool) -> None:
    """The buyer's bank says whether it was them."""
    if intent["object"] == "setup_intent":
        if passed:
            cards.finish_setup(account, intent)
        else:
            account.save(intent | {"status": "requires_payment_method", "next_action": None})
            intent |= {"status": "requires_payment_method", "next_action": None}
    elif passed:
        intents.pay(account, intent, account.find("payment_method", intent["payment_method"]), proved=True)
    else:
        intents.fail_challenge(account, intent)
    session = next((one for one in account.all("checkout.session") if one.get("_tried") == intent["id"]), None)
    if passed and session is not None and session["status"] == "open":
        complete(account, session, intent)
