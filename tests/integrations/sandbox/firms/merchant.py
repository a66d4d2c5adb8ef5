"""A merchant of each firm, as a program of another hand would write it: plain HTTP, and signatures by the library alone."""

from __future__ import annotations

import base64
import json
import secrets
import ssl
import time
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from dingdan.integrations.sandbox.firms.sandbox import Sandbox

Told = dict[str, Any]


@cache
def _private(pem: str) -> RSAPrivateKey:
    key = load_pem_private_key(pem.encode(), None)
    assert isinstance(key, RSAPrivateKey)
    return key


def signed(pem: str, message: bytes) -> str:
    return base64.b64encode(_private(pem).sign(message, PKCS1v15(), SHA256())).decode()


def require_signed(pem: str, message: bytes, signature: str) -> None:
    """Fail where a signature is not that of this certificate or public key."""
    certificate = pem.startswith("-----BEGIN CERTIFICATE")
    key = x509.load_pem_x509_certificate(pem.encode()).public_key() if certificate else load_pem_public_key(pem.encode())
    assert isinstance(key, RSAPublicKey)
    key.verify(base64.b64decode(signature), message, PKCS1v15(), SHA256())


def client(sandbox: Sandbox) -> httpx.Client:
    """A browser of the sandbox. It trusts nobody's certificate: reading those of all authorities takes longer than a test."""
    return httpx.Client(base_url=sandbox.address, timeout=10, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


class Merchant:
    """What all of them do: know their credentials, and decide as the buyer would."""

    firm: str

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.http = client(sandbox)

    @property
    def keys(self) -> Told:
        found: Told = self.http.get("/sandbox/credentials", params={"firm": self.firm}).json()[self.firm]
        return found

    def act(self, payment: str, action: str) -> None:
        told = {"firm": self.firm, "payment": payment, "action": action}
        assert self.http.post("/sandbox/act", json=told).status_code == 200

    def payments(self) -> dict[str, Told]:
        """What the firm has in its books, by payment."""
        rows = self.http.get("/sandbox/ledger", params={"firm": self.firm}).json()[self.firm]
        return {row["payment"]: row for row in rows}

    def row(self, payment: str) -> Told:
        """What the firm has in its books of a payment."""
        return self.payments()[payment]

    def sums(self, payment: str) -> tuple[int, int, int]:
        """Held, captured and refunded."""
        row = self.row(payment)
        return row["held"], row["captured"], row["refunded"]


class StripeShop(Merchant):
    firm = "stripe"

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        self.secret = self.keys["secret_key"]

    def ask(self, method: str, path: str, key: str = "", **params: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.secret}"} | ({"Idempotency-Key": key} if key else {})
        kind = "params" if method == "GET" else "data"
        return self.http.request(method, f"/stripe/v1/{path}", headers=headers, **{kind: params})  # type: ignore[arg-type]

    def get(self, path: str, **params: str) -> Told:
        found: Told = self.ask("GET", path, **params).json()
        return found

    def post(self, path: str, key: str = "", **params: str) -> Told:
        found: Told = self.ask("POST", path, key, **params).json()
        return found

    def pay(self, amount: int = 1000, method: str = "pm_card_visa", **more: str) -> Told:
        """A payment that is confirmed at once."""
        return self.post("payment_intents", amount=str(amount), currency="usd", confirm="true", payment_method=method, **more)

    def open(self, **more: str) -> Told:
        """A session for two of something."""
        line = {
            "line_items[0][price_data][currency]": "usd", "line_items[0][price_data][unit_amount]": "500",
            "line_items[0][price_data][product_data][name]": "Tea", "line_items[0][quantity]": "2",
        }  # fmt: skip
        told = {
            "mode": "payment",
            "success_url": "http://127.0.0.1:9/ok?s={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://127.0.0.1:9/no",
        }
        return self.post("checkout/sessions", **line, **told, **more)


@dataclass(frozen=True, slots=True)
class Noted:
    """A notice of WeChat Pay, checked and opened."""

    topic: str
    id: str
    told: Told


class WeChatShop(Merchant):
    firm = "wechatpay"

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        self.own = self.keys

    def ask(self, method: str, path: str, body: Told | None = None, **wrong: Any) -> httpx.Response:
        """Ask as the documentation wants it, or with something wrong; the answer's signature is checked."""
        raw = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
        told = {"mchid": self.own["mchid"], "nonce_str": secrets.token_hex(16), "timestamp": str(int(time.time()))}
        told |= {"serial_no": self.own["merchant_serial_no"]} | {name: text for name, text in wrong.items() if name in told}
        lines = f"{method}\n{path}\n{told['timestamp']}\n{told['nonce_str']}\n".encode() + raw + b"\n"
        told["signature"] = signed(self.own["merchant_private_key"], lines)
        told |= wrong
        header = ",".join(f'{name}="{text}"' for name, text in told.items() if name != "Wechatpay_Serial")
        headers = {"Authorization": f"WECHATPAY2-SHA256-RSA2048 {header}", "Content-Type": "application/json"}
        if "Wechatpay_Serial" in wrong:
            headers["Wechatpay-Serial"] = wrong["Wechatpay_Serial"]
        answer = self.http.request(method, f"/wechatpay{path}", content=raw, headers=headers)
        if "file?token" not in path:
            self.require_signed(answer.headers, answer.content)
        return answer

    def require_signed(self, headers: Any, body: bytes) -> None:
        lines = f"{headers['wechatpay-timestamp']}\n{headers['wechatpay-nonce']}\n".encode() + body + b"\n"
        known = {one["serial_no"]: one["certificate"] for one in self.keys["platform_certificates"]}
        known[self.own["public_key_id"]] = self.own["public_key"]
        require_signed(known[headers["wechatpay-serial"]], lines, headers["wechatpay-signature"])

    def place(self, number: str, total: int = 1234, kind: str = "native", **more: Any) -> httpx.Response:
        told = {"appid": self.own["appid"], "mchid": self.own["mchid"], "description": "茶", "out_trade_no": number,
                "notify_url": "", "amount": {"total": total, "currency": "CNY"}}  # fmt: skip
        return self.ask("POST", f"/v3/pay/transactions/{kind}", told | {"notify_url": "http://127.0.0.1:9/"} | more)

    def query(self, number: str) -> Told:
        found: Told = self.ask("GET", f"/v3/pay/transactions/out-trade-no/{number}?mchid={self.own['mchid']}").json()
        return found

    def refund(self, order: str, number: str, part: int, total: int = 1234, **more: Any) -> httpx.Response:
        amount = {"refund": part, "total": total, "currency": "CNY"}
        told = {"out_trade_no": order, "out_refund_no": number, "amount": amount}
        return self.ask("POST", "/v3/refund/domestic/refunds", told | more)

    def opened(self, headers: Any, body: bytes) -> Noted:
        """Check a notice and open it."""
        self.require_signed(headers, body)
        told = json.loads(body)
        sealed = told["resource"]
        assert sealed["algorithm"] == "AEAD_AES_256_GCM"
        plain = AESGCM(self.own["apiv3_key"].encode()).decrypt(
            sealed["nonce"].encode(), base64.b64decode(sealed["ciphertext"]), sealed["associated_data"].encode()
        )
        return Noted(told["event_type"], told["id"], json.loads(plain))


class AlipayShop(Merchant):
    firm = "alipay"

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        self.own = self.keys

    def params(self, method: str, content: Told, charset: str = "utf-8", **more: str) -> dict[str, str]:
        """The parameters of a call, signed."""
        told = {
            "app_id": self.own["app_id"], "method": method, "charset": charset, "sign_type": "RSA2", "version": "1.0",
            "timestamp": "2026-11-29 12:00:00", "biz_content": json.dumps(content, ensure_ascii=False), **more,
        }  # fmt: skip
        text = "&".join(f"{name}={told[name]}" for name in sorted(told) if told[name])
        return told | {"sign": signed(self.own["app_private_key"], text.encode(charset))}

    @property
    def certificates(self) -> dict[str, str]:
        """What makes a call one by certificate."""
        return {"app_cert_sn": self.own["app_cert_sn"], "alipay_root_cert_sn": self.own["alipay_root_cert_sn"]}

    def post(self, params: dict[str, str]) -> httpx.Response:
        body = urlencode(params, encoding=params["charset"]).encode()
        headers = {"Content-Type": f"application/x-www-form-urlencoded;charset={params['charset']}"}
        return self.http.post("/alipay/gateway.do", content=body, headers=headers)

    def ask(self, method: str, content: Told, charset: str = "utf-8", **more: str) -> Told:
        """Ask, and check the signature over the very text of the answer's node."""
        params = self.params(method, content, charset, **more)
        text = self.post(params).content.decode(charset)
        known = self.own["alipay_certificate"] if "app_cert_sn" in more else self.own["alipay_public_key"]
        node = text[text.index(":") + 1 : text.rindex(',"alipay_cert_sn"' if "app_cert_sn" in more else ',"sign"')]
        told = json.loads(text)
        require_signed(known, node.encode(charset), told["sign"])
        found: Told = told[f"{method.replace('.', '_')}_response"]
        return found

    def open(self, number: str, amount: str = "12.34", **more: str) -> str:
        """A trade by page.pay; where the buyer's page is."""
        params = self.params("alipay.trade.page.pay", {"out_trade_no": number, "total_amount": amount, "subject": "茶"}, **more)
        answer = self.post(params)
        assert answer.status_code == 303
        return answer.headers["location"]


class PayPalShop(Merchant):
    firm = "paypal"

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        self.own = self.keys
        names = (self.own["client_id"], self.own["client_secret"])
        answer = self.http.post("/paypal/v1/oauth2/token", auth=names, data={"grant_type": "client_credentials"})
        self.token = answer.json()["access_token"]

    def ask(self, method: str, path: str, body: Told | None = None, key: str = "", **params: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", "Prefer": "return=representation"}
        headers |= {"PayPal-Request-Id": key} if key else {}
        return self.http.request(method, f"/paypal{path}", json=body, headers=headers, params=params or None)

    def order(self, value: str = "10.50", intent: str = "CAPTURE", **unit: Any) -> Told:
        units = [{"amount": {"currency_code": "USD", "value": value}, **unit}]
        context = {"return_url": "http://127.0.0.1:9/ok", "cancel_url": "http://127.0.0.1:9/no"}
        told = {"intent": intent, "purchase_units": units, "payment_source": {"paypal": {"experience_context": context}}}
        found: Told = self.ask("POST", "/v2/checkout/orders", told, secrets.token_hex(8)).json()
        return found

    def decide(self, order: Told, wish: str) -> str:
        """What the buyer decides on the page; where they are sent."""
        page = next(link["href"] for link in order["links"] if link["rel"] == "payer-action")
        found: str = self.http.post(page, data={"do": wish}).headers["location"]
        return found
