"""One POST over real sockets: what counts as taken, and all that can go wrong."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from dingdan.integrations.webhooks import client as client_module
from dingdan.integrations.webhooks.client import Answer, Client
from dingdan.integrations.webhooks.lifecycle import Fault
from tests.integrations.webhooks.receiver import LOOPBACK, RESET, QuietServer, Receiver, door, receiving


@pytest.fixture
def client() -> Iterator[Client]:
    made = Client(LOOPBACK)
    yield made
    made.close()


def post(client: Client, url: str, body: bytes = b"{}") -> Answer:
    return client.post(url, headers={"webhook-id": "1"}, body=body)


@contextmanager
def speaking(say: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that is no HTTP server: it does what it is told with every connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                connection, _address = listener.accept()
            except TimeoutError:
                continue
            with connection:
                try:
                    say(connection)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        thread.join(timeout=5)
        listener.close()


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_it_works(client: Client, status: int) -> None:
    with receiving() as receiver:
        receiver.answer = lambda _came: status
        answer = post(client, receiver.url + "?a=1", '{"name":"訂單"}'.encode())
    assert (answer.fault, answer.status) == (None, status)
    (came,) = receiver.came
    assert (came.path, came.body) == ("/hooks?a=1", '{"name":"訂單"}'.encode())
    assert came.headers["content-type"] == "application/json"
    assert came.headers["webhook-id"] == "1"
    assert came.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert came.headers["user-agent"].startswith("Dingdan/")


@pytest.mark.parametrize(
    ("status", "fault"),
    [*((status, "refused") for status in (400, 404, 410, 429, 500, 503)), (301, "redirected"), (302, "redirected")],
)
def test_anything_else_is_not_taken(client: Client, status: int, fault: str) -> None:
    with receiving() as receiver:
        receiver.answer = lambda _came: status
        answer = post(client, receiver.url)
    assert (answer.fault, answer.status) == (fault, status)


def test_no_redirect_is_followed(client: Client) -> None:
    with receiving() as elsewhere, receiving() as receiver:
        receiver.answer, receiver.headers = lambda _came: 307, {"Location": elsewhere.url}
        assert post(client, receiver.url).fault == Fault.REDIRECTED
        assert (len(receiver.came), elsewhere.connections) == (1, 0)


@pytest.mark.parametrize(("said", "wish"), [("120", 120), (" 7 ", 7), ("soon", None), ("-1", None), ("99999999999", None)])
def test_when_to_come_again(client: Client, said: str, wish: int | None) -> None:
    with receiving() as receiver:
        receiver.answer, receiver.headers = lambda _came: 503, {"Retry-After": said}
        assert post(client, receiver.url).retry_after == (None if wish is None else timedelta(seconds=wish))


def test_a_connection_is_used_again(client: Client) -> None:
    with receiving() as receiver:
        for _ in range(5):
            assert post(client, receiver.url).fault is None
        assert receiver.connections == 1


def test_a_connection_that_is_cut_off(client: Client) -> None:
    with receiving() as receiver:
        receiver.answer = lambda _came: RESET
        assert post(client, receiver.url).fault == Fault.BROKEN_ANSWER
        receiver.answer = lambda _came: 200
        assert post(client, receiver.url).fault is None


def test_nobody_listens(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert post(client, f"http://127.0.0.1:{port}/").fault == Fault.NOT_REACHED


def test_a_host_that_nobody_knows(client: Client) -> None:
    assert post(client, "https://no-such-host.invalid/").fault == Fault.UNKNOWN_HOST


def test_what_is_no_http(client: Client) -> None:
    with speaking(lambda connection: connection.sendall(b"220 smtp.example ESMTP\r\n")) as port:
        assert post(client, f"http://127.0.0.1:{port}/").fault == Fault.BROKEN_ANSWER


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a second instead of fifteen."""
    monkeypatch.setattr(client_module, "TIMEOUT", 0.5)


@pytest.mark.usefixtures("hurry")
def test_who_says_nothing_is_not_waited_for(client: Client) -> None:
    over = threading.Event()

    def wait(_connection: socket.socket) -> None:
        over.wait(5)

    with speaking(wait) as port:
        started = time.monotonic()
        answer = post(client, f"http://127.0.0.1:{port}/")
        over.set()
    assert answer.fault == Fault.TIMEOUT
    assert time.monotonic() - started < 4
    assert answer.duration_ms >= 500


def _drip(connection: socket.socket) -> None:
    """An answer whose every byte comes in time, and whose end never does."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(200):
        connection.sendall(b"X-More: 1\r\n")
        time.sleep(0.05)


@pytest.mark.usefixtures("hurry")
def test_who_speaks_slowly_has_no_more_time(client: Client) -> None:
    with speaking(_drip) as port:
        assert post(client, f"http://127.0.0.1:{port}/").fault == Fault.TIMEOUT


def _endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")


def test_of_an_endless_answer_only_the_beginning_is_read(client: Client) -> None:
    with speaking(_endless) as port:
        answer = post(client, f"http://127.0.0.1:{port}/")
    assert (answer.fault, answer.status) == (None, 200)


def test_a_large_body_arrives_whole(client: Client) -> None:
    body = b"x" * 3_000_000
    with receiving() as receiver:
        assert post(client, receiver.url, body).fault is None
    assert receiver.came[0].body == body


def test_without_encryption_only_to_networks_that_were_allowed() -> None:
    """Whatever is allowed, plain http never goes to the internet."""
    client = Client(LOOPBACK)
    assert post(client, "http://93.184.216.34/").fault == Fault.NOT_ALLOWED
    client.close()


# ── TLS: to the checked address, under the name ──────────────────────────────────────────────────────────────────────────


def certificate(folder: Path, name: str) -> Path:
    """A certificate for a name that signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    day = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(day)
        .not_valid_after(day + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM)
    file.write_bytes(text)
    return file


@contextmanager
def encrypted(file: Path) -> Iterator[tuple[Receiver, list[str | None]]]:
    """A receiver over TLS, and the names that it was asked for."""
    receiver, names = Receiver(), list[str | None]()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    server = QuietServer(("127.0.0.1", 0), door(receiver))
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver, names
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


@pytest.fixture
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name means this machine."""
    here = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: here if _is_name(host) else real(host, *rest, **more))


def _is_name(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return True
    return False


@contextmanager
def trusting(file: Path) -> Iterator[Client]:
    """A client that trusts a certificate of ours."""
    client = Client(LOOPBACK, trusted=ssl.create_default_context(cafile=str(file)))
    yield client
    client.close()


@pytest.mark.usefixtures("at_home")
def test_tls_and_host_keep_the_name(tmp_path: Path) -> None:
    file = certificate(tmp_path, "shop.example")
    with encrypted(file) as (receiver, names), trusting(file) as client:
        answer = post(client, f"https://shop.example:{receiver.port}/hooks")
    assert answer.fault is None
    assert names == ["shop.example"]
    assert receiver.came[0].headers["host"] == f"shop.example:{receiver.port}"


@pytest.mark.usefixtures("at_home")
def test_a_certificate_for_another_name(tmp_path: Path) -> None:
    file = certificate(tmp_path, "other.example")
    with encrypted(file) as (receiver, _names), trusting(file) as client:
        assert post(client, f"https://shop.example:{receiver.port}/").fault == Fault.TLS
    assert receiver.came == []


@pytest.mark.usefixtures("at_home")
def test_a_certificate_that_nobody_vouches_for(tmp_path: Path, client: Client) -> None:
    with encrypted(certificate(tmp_path, "shop.example")) as (receiver, _names):
        assert post(client, f"https://shop.example:{receiver.port}/").fault == Fault.TLS
    assert receiver.came == []


def test_nothing_is_kept_of_what_came() -> None:
    assert set(Answer.__slots__) == {"fault", "status", "retry_after", "duration_ms"}
