"""The environment is read strictly."""

from pathlib import Path

import pytest

from dingdan.config import environment
from dingdan.config.environment import Misconfigured


def test_a_database_url_becomes_djangos_settings() -> None:
    entry = environment.database("postgresql://me:p%40ss@db.example:5433/shop?sslmode=require")

    assert (entry["NAME"], entry["USER"], entry["PASSWORD"], entry["HOST"], entry["PORT"]) == (
        "shop",
        "me",
        "p@ss",
        "db.example",
        "5433",
    )
    assert entry["OPTIONS"]["sslmode"] == "require"
    assert "-c lock_timeout=5s" in entry["OPTIONS"]["options"]
    assert "-c tcp_keepalives_idle=20" in entry["OPTIONS"]["options"]


@pytest.mark.parametrize("url", ["mysql://db/shop", "sqlite:///x", "postgresql://host", "postgresql://h/d?no=such", "nonsense"])
def test_a_database_url_that_cannot_be_meant_is_refused(url: str) -> None:
    with pytest.raises(Misconfigured, match="DATABASE_URL"):
        environment.database(url)


@pytest.mark.parametrize("written", ["0", "65536", "-1", "eighty", "80 80", "８０"])
def test_a_port_that_cannot_be_is_refused(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("DINGDAN_PORT", written)

    with pytest.raises(Misconfigured, match="DINGDAN_PORT"):
        environment.port()


def test_an_empty_variable_is_a_missing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DINGDAN_PORT", " ")

    assert environment.port() == 8000


def test_a_mail_url_becomes_djangos_settings(tmp_path: Path) -> None:
    settings = environment.email("smtp+tls://shop%40example.org:secret@mail.example.org", tmp_path)

    assert (settings["EMAIL_HOST"], settings["EMAIL_PORT"], settings["EMAIL_HOST_USER"]) == (
        "mail.example.org",
        587,
        "shop@example.org",
    )
    assert (settings["EMAIL_USE_TLS"], settings["EMAIL_USE_SSL"]) == (True, False)


def test_mails_go_to_a_folder_when_nothing_is_said(tmp_path: Path) -> None:
    assert environment.email("", tmp_path)["EMAIL_FILE_PATH"] == str(tmp_path / "mails")


def test_the_secret_key_is_made_once_and_kept_from_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DINGDAN_SECRET_KEY", raising=False)
    first = environment.secret_key(tmp_path)

    assert environment.secret_key(tmp_path) == first
    assert len(first) == 86
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret-key"]


def test_networks_are_read_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DINGDAN_WEBHOOKS_TO", "127.0.0.0/8, ::1/128,10.1.2.3")

    assert list(map(str, environment.networks("DINGDAN_WEBHOOKS_TO"))) == ["127.0.0.0/8", "::1/128", "10.1.2.3/32"]


@pytest.mark.parametrize("written", ["localhost", "10.0.0.1/8", "127.0.0.0/33", "*", "127.0.0.0/8;::1"])
def test_what_is_no_network_is_refused(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("DINGDAN_WEBHOOKS_TO", written)

    with pytest.raises(Misconfigured, match="DINGDAN_WEBHOOKS_TO"):
        environment.networks("DINGDAN_WEBHOOKS_TO")
