"""Django's settings. Everything that differs from place to place comes from the environment: see `environment` and the README."""

from logging import LogRecord
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from dingdan.config import environment
from dingdan.web.backoffice import shell

BASE = Path(__file__).resolve().parents[1]
DATA = environment.data_folder()
DATASETS = Path(environment.text("DINGDAN_DATASETS", "../shared/data")).expanduser().absolute()
DEBUG = False
SECRET_KEY = environment.secret_key(DATA)
SECRET_KEY_FALLBACKS = environment.names("DINGDAN_OLD_SECRET_KEYS")  # what was signed or sealed with them is still read

# ── who may speak to us ──────────────────────────────────────────────────────────────────────────────────────────────────
PUBLIC_URL = environment.text("DINGDAN_URL", f"http://127.0.0.1:{environment.port()}").rstrip("/")
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    urlsplit(PUBLIC_URL).hostname or "localhost",
    *environment.names("DINGDAN_HOSTS"),
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_COOKIES = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_COOKIES else 0
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "dingdan_session", "dingdan_csrf"
X_FRAME_OPTIONS = "DENY"
if environment.switch("DINGDAN_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True

# ── the house, from the ground up ────────────────────────────────────────────────────────────────────────────────────────
HOUSE = [
    "dingdan.kernel",
    "dingdan.masterdata.catalog",
    "dingdan.masterdata.channels",
    "dingdan.masterdata.customers",
    "dingdan.masterdata.sellers",
    "dingdan.masterdata.shop",
    "dingdan.masterdata.staff",
    "dingdan.masterdata.policies",
    "dingdan.masterdata.methods",
    "dingdan.masterdata.messengers",
    "dingdan.masterdata.rates",
    "dingdan.masterdata.promotions",
    "dingdan.masterdata.views",
    "dingdan.masterdata.wording",
    "dingdan.masterdata.pricing",
    "dingdan.ledgers.inventory",
    "dingdan.ledgers.payments",
    "dingdan.trade.orders",
    "dingdan.trade.fulfillment",
    "dingdan.trade.aftersales",
    "dingdan.trade.review",
    "dingdan.trade.settlement",
    "dingdan.trade.changes",
    "dingdan.trade.counting",
    "dingdan.trade.dunning",
    "dingdan.trade.reconciliation",
    "dingdan.trade.tickets",
    "dingdan.trade.wishes",
    "dingdan.trade.closing",
    "dingdan.insight.board",
    "dingdan.insight.rollups",
    "dingdan.integrations.alipay",
    "dingdan.integrations.paypal",
    "dingdan.integrations.sandbox",
    "dingdan.integrations.messaging",
    "dingdan.integrations.stripe",
    "dingdan.integrations.webhooks",
    "dingdan.integrations.wechatpay",
    "dingdan.automation",
    "dingdan.web.backoffice",
    "dingdan.web.storefront",
]
INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin.apps.SimpleAdminConfig",  # the lists come with their addresses: half of what starts shows none
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "ninja",
    "procrastinate.contrib.django",
    "pgtrigger",
    *HOUSE,
    # After the house, so that our own templates stand in for theirs.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "dingdan.web.shared.packing.Packing",
    "django.middleware.security.SecurityMiddleware",
    "dingdan.web.shared.headers.SafeHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dingdan.web.storefront.account.session.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "dingdan.web.backoffice.middleware.ShopInScope",
]
ROOT_URLCONF = "dingdan.config.urls"
CSRF_FAILURE_VIEW = "dingdan.config.errors.csrf_failure"
WSGI_APPLICATION = "dingdan.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dingdan.web.backoffice.sign_in.shell",
            ],
        },
    },
]

# ── the database ─────────────────────────────────────────────────────────────────────────────────────────────────────────
DATABASES = {
    "default": {
        "ENGINE": "dingdan.kernel.postgresql",
        **environment.database(environment.database_url()),
        "CONN_HEALTH_CHECKS": True,
    },
}
# A thread holds at most one connection, so a pool of this size is never waited for; some to spare for what is not a request.
DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": environment.threads() + 6, "timeout": 10}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────────
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL, LOGIN_REDIRECT_URL = "/backoffice/account/login/", "/backoffice/"
LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_ADAPTER = "dingdan.web.backoffice.sign_in.Accounts"
ACCOUNT_LOGIN_METHODS, ACCOUNT_SIGNUP_FIELDS = {"email"}, ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = SOCIALACCOUNT_EMAIL_VERIFICATION = "none"  # whoever invites says the address; the link proves it
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False  # a second factor is asked for as at any other sign-in
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
PASSWORD_RESET_TIMEOUT = 4 * 3600
MFA_ADAPTER = "dingdan.web.backoffice.sign_in.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are said by the owner, not by whoever signs in
MFA_FORMS = {
    "add_webauthn": "dingdan.web.shared.passkeys.AddPasskey", "login_webauthn": "dingdan.web.shared.passkeys.SignInWithPasskey",
    "authenticate_webauthn": "dingdan.web.shared.passkeys.ConfirmWithPasskey",
    "reauthenticate_webauthn": "dingdan.web.shared.passkeys.AskAgainForPasskey",
}  # fmt: skip
MFA_TOTP_ISSUER, MFA_TOTP_TOLERANCE = "Dingdan", 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE_COOKIES  # browsers themselves allow it on this machine's own name alone
SOCIALACCOUNT_ADAPTER = "dingdan.web.backoffice.sign_in.Vouchers"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SIGN_IN_PROVIDERS = environment.sign_in_providers()
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": SIGN_IN_PROVIDERS}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "kernel_cache"}}  # shared by all
UNFOLD = shell.UNFOLD  # what the back office looks like

# ── gateways ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
SANDBOX_GATEWAY = environment.switch("DINGDAN_SANDBOX")  # money that does not exist; never where real orders are taken
_SANDBOX = f"http://127.0.0.1:{environment.text('DINGDAN_SANDBOX_PORT', '8190')}"
SANDBOX_URL = environment.text("DINGDAN_SANDBOX_URL", _SANDBOX).rstrip("/")  # doubles of the payment firms

# ── rates for showing amounts in other currencies ────────────────────────────────────────────────────────────────────────
RATES_FROM = environment.text(
    "DINGDAN_RATES_FROM"
)  # a file or an address: eurofxref-daily.xml of the European Central Bank, or CSV
RATE_DAYS = environment.number("DINGDAN_RATE_DAYS", 7, least=1, most=3650)  # an older rate is not used

# ── webhooks ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
WEBHOOKS_TO = environment.networks("DINGDAN_WEBHOOKS_TO")  # networks of one's own that may be delivered to, beside the internet

# ── languages and times ──────────────────────────────────────────────────────────────────────────────────────────────────
USE_TZ, TIME_ZONE = True, "UTC"
USE_I18N, LANGUAGE_CODE = True, "en"
LANGUAGES = [("en", _("English")), ("zh-hant", _("Traditional Chinese")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE / "locale"]

# ── files, mails, limits ─────────────────────────────────────────────────────────────────────────────────────────────────
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # served from where they lie: nothing has to be collected first
WHITENOISE_MAX_AGE = 3600
MEDIA_ROOT = DATA / "media"
CHECKOUT_SECONDS = environment.number("DINGDAN_CHECKOUT_SECONDS", 1, least=0, most=60)  # nobody orders sooner; 0: everybody may
BODY_LIMIT = environment.number("DINGDAN_BODY_LIMIT", 2 * 1024 * 1024, least=1024)  # bytes of one request; see config/front.py
UPLOAD_LIMIT = max(BODY_LIMIT, environment.number("DINGDAN_UPLOAD_LIMIT", 12 * 1024 * 1024, least=1024))  # of one with files
DATA_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_LIMIT
MAILS = DATA / "mails"
ORDER_PAGE = environment.text("DINGDAN_ORDER_PAGE")  # where a customer looks at an order: an address with {link} in it
TICKET_PAGE = environment.text("DINGDAN_TICKET_PAGE")  # where a customer follows a ticket: an address with {link} in it
DEFAULT_FROM_EMAIL = environment.text("DINGDAN_MAIL_FROM", "Dingdan <orders@localhost>")
globals().update(environment.email(environment.text("EMAIL_URL"), DATA))


# ── what is written down about running ───────────────────────────────────────────────────────────────────────────────────
def _is_news(record: LogRecord) -> bool:
    # That /healthz says 503 is no news to whoever asks it, and `up` asks it ten times a second until all is well.
    return getattr(getattr(record, "request", None), "path", "") != "/healthz"


LOG_LEVEL = environment.text("DINGDAN_LOG_LEVEL", "INFO").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"news": {"()": "django.utils.log.CallbackFilter", "callback": _is_news}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["news"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "dingdan": {"level": LOG_LEVEL},
        "django.server": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
    },
}
