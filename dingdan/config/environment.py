"""What the environment may say, read in one place and strictly: a value that cannot be meant is refused by name.

Names and defaults are listed in the README. Nothing here knows Django, so the command line may use it before Django starts.
"""

import os
import re
import secrets
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

from dingdan.config import postgres

Network = IPv4Network | IPv6Network


class Misconfigured(Exception):
    """An environment variable holds something that cannot be meant; the text names it and says what is expected."""


def text(name: str, default: str = "") -> str:
    """An environment variable without surrounding spaces; the default where it is missing or empty."""
    return os.environ.get(name, "").strip() or default


def number(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    """An environment variable as a whole number within limits."""
    written = text(name, str(default))
    if not written.isascii() or not written.isdigit() or not least <= int(written) <= most:
        raise Misconfigured(f"{name}={written}: a whole number from {least} to {most} is expected")
    return int(written)


def switch(name: str, *, default: bool = False) -> bool:
    """An environment variable as yes or no."""
    written = text(name, "1" if default else "0").lower()
    if written not in {"0", "1", "no", "yes", "false", "true", "off", "on"}:
        raise Misconfigured(f"{name}={written}: 1 or 0 is expected")
    return written in {"1", "yes", "true", "on"}


def names(name: str) -> list[str]:
    """An environment variable as a list, parted by commas."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def networks(name: str) -> list[Network]:
    """An environment variable as IP networks, parted by commas."""
    try:
        return [ip_network(part) for part in names(name)]
    except ValueError as fault:
        raise Misconfigured(f"{name}: {fault}; networks such as 127.0.0.0/8,::1/128 are expected") from fault


def data_folder() -> Path:
    """Where everything that the program writes lies (DINGDAN_DATA, else `var` in the working folder)."""
    return Path(text("DINGDAN_DATA", "var")).expanduser().absolute()


def port() -> int:
    """The one port that people and programs speak to (DINGDAN_PORT)."""
    return number("DINGDAN_PORT", 8000, least=1, most=65535)


def bind() -> str:
    """The address listened on (DINGDAN_BIND): this machine only, unless told otherwise."""
    return text("DINGDAN_BIND", "127.0.0.1")


def threads() -> int:
    """How many requests one web process works on at once (DINGDAN_THREADS)."""
    return number("DINGDAN_THREADS", 8, least=1, most=256)


def database_url() -> str:
    """DATABASE_URL, else the address of the embedded server on the data folder, whether or not it is up."""
    folder = data_folder()
    return (
        text("DATABASE_URL")
        or postgres.address(folder)
        or f"postgresql:///dingdan?host={folder}/postgres/socket&user={postgres.ROLE}"
    )


def database(url: str) -> dict[str, Any]:
    """A postgresql:// URL as an entry of Django's DATABASES, without engine and pool."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise Misconfigured("DATABASE_URL: postgresql://user:password@host:port/name is expected")
    try:
        parts: dict[str, Any] = conninfo_to_dict(url)
    except psycopg.ProgrammingError as fault:
        raise Misconfigured(f"DATABASE_URL: {fault}") from fault
    if "dbname" not in parts:
        raise Misconfigured("DATABASE_URL names no database: postgresql://user:password@host:port/name is expected")
    known = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    entry: dict[str, Any] = {ours: str(parts.pop(theirs, "")) for ours, theirs in known.items()}
    # Waiting for a lock or idling inside a transaction must end; how long a statement may run depends on who asks (see README).
    longest = text("DINGDAN_STATEMENT_TIMEOUT", "0")
    # Commands and pages find their rows by index, also while a table is tiny: plans are kept (those of foreign keys are), and
    # one that reads a tiny table whole is slow once it has grown. Who reads whole tables says so (`kernel.rows.whole_tables`).
    plans = "-c enable_seqscan=off"
    # What a machine held that has died is let go within a minute: by itself PostgreSQL would believe in it for two hours.
    alive = "-c tcp_keepalives_idle=20 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=4"
    wishes = f"-c lock_timeout=5s -c idle_in_transaction_session_timeout=60s -c statement_timeout={longest} {plans} {alive}"
    entry["OPTIONS"] = parts | {"options": " ".join(filter(None, [wishes, parts.get("options")])), "application_name": "dingdan"}
    return entry


def email(url: str, folder: Path) -> dict[str, Any]:
    """EMAIL_URL (smtp://, smtp+tls://, smtps://user:password@host:port, or file:///folder) as Django's settings for mail."""
    parts = urlsplit(url)
    if not url or parts.scheme == "file":
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": parts.path or str(folder / "mails"),
        }
    if parts.scheme not in {"smtp", "smtp+tls", "smtps"} or not parts.hostname:
        raise Misconfigured("EMAIL_URL: smtp://, smtp+tls:// or smtps://user:password@host:port, or file:///folder is expected")
    usual = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or usual[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": int(parse_qs(parts.query).get("timeout", ["20"])[0]),
    }


def sign_in_providers() -> list[dict[str, Any]]:
    """Who else may vouch for people (OpenID Connect): DINGDAN_OIDC names them, DINGDAN_OIDC_<NAME>_URL, _CLIENT, _SECRET, _TITLE
    say where and as whom."""
    return [_provider(code, f"DINGDAN_OIDC_{code.upper().replace('-', '_')}") for code in names("DINGDAN_OIDC")]


def _provider(code: str, prefix: str) -> dict[str, Any]:
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", code):
        raise Misconfigured(f"DINGDAN_OIDC: {code} is no name; small letters, digits and dashes are expected")
    url, client, secret = (text(f"{prefix}_{part}") for part in ("URL", "CLIENT", "SECRET"))
    if not url.startswith(("https://", "http://127.0.0.1:", "http://localhost:")) or not client or not secret:
        raise Misconfigured(f"{prefix}_URL (https://…), {prefix}_CLIENT and {prefix}_SECRET are expected")
    title = text(f"{prefix}_TITLE", code.capitalize())
    return {"provider_id": code, "name": title, "client_id": client, "secret": secret, "settings": {"server_url": url}}


def secret_key(folder: Path) -> str:
    """DINGDAN_SECRET_KEY, else a key made once and kept in the data folder, readable by its owner only."""
    given = text("DINGDAN_SECRET_KEY")
    if given:
        return given
    kept = folder / "secret-key"
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    draft = folder / f".secret-key-{secrets.token_hex(8)}"
    if not kept.exists():
        # Written aside and linked into place: of two that start at once both use the key of the first.
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(draft, kept)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return kept.read_text().strip()
