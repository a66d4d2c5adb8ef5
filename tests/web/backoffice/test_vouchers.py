"""Sign-in by those who vouch for people (OpenID Connect), against a small double of one."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.test import Client, override_settings

from dingdan.config import environment
from tests.conftest import Shop
from tests.web.backoffice.desk import client, member, text_of
from tests.web.backoffice.test_sign_in import ACCOUNT, LOGIN, set_up_factor, signs_in

CALLBACK = f"{ACCOUNT}oidc/company/login/callback/"


class Firm:
    """A provider that vouches for whom it is told to."""

    def __init__(self) -> None:
        self.says: dict[str, Any] = {}
        self.nonce = ""
        self.asked: dict[str, str] = {}
        firm = self

        class Door(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.startswith("/.well-known/"):
                    here = firm.url
                    self._answer({
                        "issuer": here, "authorization_endpoint": f"{here}/authorize", "token_endpoint": f"{here}/token",
                        "userinfo_endpoint": f"{here}/userinfo", "jwks_uri": f"{here}/keys",
                        "token_endpoint_auth_methods_supported": ["client_secret_post"],
                    })  # fmt: skip
                else:
                    self._answer(firm.says)

            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
                firm.asked = {name: values[0] for name, values in parse_qs(sent).items()}
                claims = {"iss": firm.url, "aud": "dingdan", "iat": int(time.time()), "exp": int(time.time()) + 60, **firm.says}
                self._answer({
                    "access_token": "t", "token_type": "Bearer", "id_token": jwt.encode(claims, "x" * 32, algorithm="HS256"),
                })  # fmt: skip

            def _answer(self, said: Any) -> None:
                body = json.dumps(said).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_said: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def firm() -> Iterator[Firm]:
    made = Firm()
    provider = {
        "provider_id": "company", "name": "The company", "client_id": "dingdan", "secret": "s",
        "settings": {"server_url": made.url},
    }  # fmt: skip
    library = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [provider]}}
    with override_settings(SIGN_IN_PROVIDERS=[provider], SOCIALACCOUNT_PROVIDERS=library):
        yield made
    made.server.shutdown()
    made.server.server_close()


def comes_back(browser: Client, firm: Firm, **says: Any) -> Any:
    """Go to the firm and come back as whom it says."""
    firm.says = {"sub": secrets.token_hex(6), "email_verified": True, **says}
    there = urlsplit(browser.post(f"{ACCOUNT}oidc/company/login/")["Location"])
    asked = {name: values[0] for name, values in parse_qs(there.query).items()}
    assert there.path == "/authorize"
    assert asked["code_challenge_method"] == "S256"
    return browser.get(CALLBACK, {"code": "c", "state": asked["state"]}, follow=True)


def test_it_works(shop: Shop, firm: Firm) -> None:
    user, browser = member(shop), client()
    assert "Go on with The company" in text_of(browser.get(LOGIN).content.decode())
    comes_back(browser, firm, sub="one", email=user.email)
    assert firm.asked["code_verifier"]
    assert browser.get("/backoffice/").status_code == 200
    assert SocialAccount.objects.get(user=user).uid == "one"
    assert User.objects.get(pk=user.pk).has_usable_password()
    # From now on the firm's own name for them counts, whatever their address is there.
    again = client()
    comes_back(again, firm, sub="one", email="other@example.org")
    assert again.get("/backoffice/").status_code == 200


def test_whom_nobody_invited_does_not_get_in(shop: Shop, firm: Firm) -> None:
    before, browser = User.objects.count(), client()
    answer = comes_back(browser, firm, email=f"x{secrets.token_hex(6)}@example.org")
    assert "Nobody signs up here" in text_of(answer.content.decode())
    assert browser.get("/backoffice/").status_code == 302
    assert User.objects.count() == before


def test_an_address_that_the_firm_does_not_vouch_for_opens_nothing(shop: Shop, firm: Firm) -> None:
    user, browser = member(shop), client()
    comes_back(browser, firm, email=user.email, email_verified=False)
    assert browser.get("/backoffice/").status_code == 302
    assert not SocialAccount.objects.filter(user=user).exists()


def test_the_second_factor_is_asked_for_all_the_same(shop: Shop, firm: Firm) -> None:
    user, browser = member(shop), client()
    signs_in(browser, user)
    set_up_factor(browser, user)
    browser = client()
    answer = comes_back(browser, firm, email=user.email)
    assert "Type the six digits" in text_of(answer.content.decode())
    assert browser.get("/backoffice/").status_code == 302


def test_a_state_that_is_not_ours_is_refused(shop: Shop, firm: Firm) -> None:
    user, browser = member(shop), client()
    firm.says = {"sub": "two", "email": user.email, "email_verified": True}
    answer = browser.get(CALLBACK, {"code": "c", "state": "planted"})
    assert "This did not work" in text_of(answer.content.decode())
    assert browser.get("/backoffice/").status_code == 302


def test_the_policy_of_the_page_lets_its_form_lead_there(firm: Firm) -> None:
    assert f"form-action 'self' {firm.url};" in client().get(LOGIN)["Content-Security-Policy"]
    assert "form-action 'self';" in client().get("/")["Content-Security-Policy"]


def test_the_environment_says_who(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DINGDAN_OIDC", "big-firm")
    for part, said in {"URL": "https://id.example", "CLIENT": "dingdan", "SECRET": "s", "TITLE": "大公司"}.items():
        monkeypatch.setenv(f"DINGDAN_OIDC_BIG_FIRM_{part}", said)
    assert environment.sign_in_providers() == [
        {
            "provider_id": "big-firm",
            "name": "大公司",
            "client_id": "dingdan",
            "secret": "s",
            "settings": {"server_url": "https://id.example"},
        }
    ]
    monkeypatch.setenv("DINGDAN_OIDC_BIG_FIRM_URL", "http://id.example")
    with pytest.raises(environment.Misconfigured, match="DINGDAN_OIDC_BIG_FIRM_URL"):
        environment.sign_in_providers()
