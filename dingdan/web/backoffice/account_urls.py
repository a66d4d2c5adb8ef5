"""The pages about one's own account, below `/backoffice/account/`: the library's views, those that we offer and no others."""

from allauth.account import views as account
from allauth.socialaccount import views as vouched
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path, re_path

from dingdan.web.backoffice.invitations import accept


def closed(request: HttpRequest) -> HttpResponse:
    """Nobody signs up here: what is said to whoever wants to."""
    return render(request, "account/signup_closed.html")


urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", closed, name="account_signup"),
    path("invitation/<str:link>/", accept, name="account_invitation"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("reauthenticate/code/", account.request_reauthentication_code, name="account_request_reauthentication_code"),
    path("reauthenticate/code/confirm/", account.confirm_reauthentication_code, name="account_confirm_reauthentication_code"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
    path("others/", vouched.connections, name="socialaccount_connections"),
    path("others/canceled/", vouched.login_cancelled, name="socialaccount_login_cancelled"),
    path("others/error/", vouched.login_error, name="socialaccount_login_error"),
    path("others/signup/", closed, name="socialaccount_signup"),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
]
