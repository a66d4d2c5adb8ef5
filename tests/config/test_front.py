"""The one port: what goes in reaches Django whole, what comes out reaches the client whole, and odd requests are refused."""

import ast
import concurrent.futures
import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.config import front_app

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a real server with `front_app` behind the front."""
    number = free_port()
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "asginl",
        "--no-ws",
        "--factory",
        "--no-log",
        "--port",
        str(number),
    ]
    server = subprocess.Popen(
        [*command, "tests.config.front_app:application"], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    until = time.monotonic() + 30
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{number}/")
            break
        except httpx.TransportError:
            assert time.monotonic() < until, "the server did not come up"
            time.sleep(0.05)
    yield number
    server.terminate()
    assert server.wait(timeout=20) == 0


@pytest.fixture
def client(port: int) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as opened:
        yield opened


def raw(port: int, request: bytes, *, seconds: float = 0.7) -> bytes:
    """Send bytes as they are; everything that comes back within a moment."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(request)
        connection.settimeout(seconds)
        answer = b""
        try:
            while piece := connection.recv(65536):
                answer += piece
        except TimeoutError:
            pass
        return answer


def environ(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200
    seen = ast.literal_eval(answer.text)
    assert isinstance(seen, dict)
    return seen


def is_problem(answer: httpx.Response, status: int) -> bool:
    return (answer.status_code, answer.headers["content-type"], answer.json()["status"]) == (
        status,
        "application/problem+json",
        status,
    )


def test_it_works(client: httpx.Client) -> None:
    answer = client.post("/a/b?c=%20d&c=e", content=b"body", headers={"X-One": "1", "Content-Type": "text/odd"})
    seen = environ(answer)

    assert (seen["REQUEST_METHOD"], seen["PATH_INFO"], seen["QUERY_STRING"]) == ("POST", "/a/b", "c=%20d&c=e")
    assert (seen["CONTENT_TYPE"], seen["CONTENT_LENGTH"], seen["HTTP_X_ONE"], seen["body"]) == ("text/odd", "4", "1", 4)
    assert (seen["REMOTE_ADDR"], seen["SERVER_PROTOCOL"], seen["wsgi.url_scheme"]) == ("127.0.0.1", "HTTP/1.1", "http")
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]


def test_a_door_of_its_own_is_asked_before_django(client: httpx.Client) -> None:
    assert client.get("/door").text == "a door of its own"


def test_paths_in_any_script_arrive(client: httpx.Client) -> None:
    assert environ(client.get("/訂單/%E8%A8%82?q=訂"))["PATH_INFO"].encode("latin-1").decode() == "/訂單/訂"


def test_paths_that_are_no_text_arrive_as_they_are(client: httpx.Client) -> None:
    assert environ(client.get("/%ff%00%2f"))["PATH_INFO"].encode("latin-1") == b"/\xff\x00/"


def test_a_chunked_body_arrives_whole(client: httpx.Client) -> None:
    seen = environ(client.post("/", content=iter([b"abc", b"", b"d" * 50_000])))

    assert (seen["body"], seen["CONTENT_LENGTH"], seen["head"]) == (50_003, "50003", repr(b"abc" + b"d" * 17))


def test_a_head_request_has_headers_and_no_body(client: httpx.Client, port: int) -> None:
    answer = client.head("/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 100
    assert raw(port, b"HEAD /stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").endswith(b"\r\n\r\n")


def test_a_body_that_says_it_is_too_long_is_refused_though_it_never_comes(port: int) -> None:
    answer = raw(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100001\r\n\r\n", seconds=5)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"application/problem+json" in answer


def test_a_body_of_exactly_the_limit_is_taken(client: httpx.Client) -> None:
    assert environ(client.post("/", content=b"x" * front_app.LIMIT))["body"] == front_app.LIMIT


def test_a_chunked_body_that_grows_too_long_is_refused(client: httpx.Client) -> None:
    answer = client.post("/", content=iter([b"x" * 60_000, b"y" * 60_000]))

    assert is_problem(answer, 413)
    assert "100000 bytes" in answer.json()["detail"]


def test_ten_megabytes_are_refused_and_the_next_request_is_served(client: httpx.Client) -> None:
    with contextlib.suppress(httpx.TransportError):  # the server may hang up while we are still sending
        assert is_problem(client.post("/", content=b"x" * 10_000_000), 413)
    assert environ(client.get("/"))["body"] == 0


def test_a_fault_before_the_answer_is_a_problem_document(client: httpx.Client) -> None:
    answer = client.get("/raise")

    assert is_problem(answer, 500)
    assert "RuntimeError" not in answer.text


def test_a_stream_arrives_piece_by_piece_and_is_closed(client: httpx.Client, tmp_path: Path) -> None:
    with client.stream("GET", f"/stream?{tmp_path / 'mark'}") as answer:
        assert answer.headers["transfer-encoding"] == "chunked"
        body = answer.read().decode()

    assert body == "".join(f"piece {number}\n" * 100 for number in range(1, 6))
    until = time.monotonic() + 5
    while not (tmp_path / "mark").exists() or (tmp_path / "mark").read_text() != "5":
        assert time.monotonic() < until, "the stream was not closed after its last piece"
        time.sleep(0.01)


def test_a_stream_that_breaks_does_not_look_whole(port: int) -> None:
    answer = raw(port, b"GET /broken HTTP/1.1\r\nHost: x\r\n\r\n")

    assert b"the first half" in answer
    assert not answer.endswith(b"0\r\n\r\n")


def test_a_stream_nobody_listens_to_ends_and_frees_its_thread(client: httpx.Client, port: int, tmp_path: Path) -> None:
    for number in range(front_app.THREADS * 2):
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"GET /endless?%s HTTP/1.1\r\nHost: x\r\n\r\n" % bytes(tmp_path / str(number)))
            assert connection.recv(100).startswith(b"HTTP/1.1 200 ")

    assert environ(client.get("/"))["body"] == 0
    until = time.monotonic() + 10
    while len(list(tmp_path.iterdir())) < front_app.THREADS * 2:
        assert time.monotonic() < until, "a stream goes on although nobody listens"
        time.sleep(0.02)


def test_a_client_that_leaves_while_it_sends_harms_nobody(client: httpx.Client, port: int) -> None:
    for _ in range(front_app.THREADS * 3):
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf of it")

    assert environ(client.get("/"))["body"] == 0


def test_slow_senders_hold_no_thread(client: httpx.Client, port: int) -> None:
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(front_app.THREADS * 3)]
    for connection in slow:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")

    assert environ(client.get("/"))["body"] == 0
    for connection in slow:
        connection.close()


def test_many_requests_at_once_are_all_answered(client: httpx.Client) -> None:
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda number: environ(client.post(f"/slow?{number}", content=b"z" * number)), range(12)))

    assert [(seen["QUERY_STRING"], seen["body"]) for seen in answers] == [(str(number), number) for number in range(12)]


def test_many_and_repeated_headers_arrive(client: httpx.Client) -> None:
    headers = [(f"X-{number}", str(number)) for number in range(60)] + [("X-Twice", "a"), ("X-Twice", "b")]
    seen = environ(client.get("/", headers=[*headers, ("Cookie", "a=1"), ("Cookie", "b=2")]))

    assert all(seen[f"HTTP_X_{number}"] == str(number) for number in range(60))
    assert (seen["HTTP_X_TWICE"], seen["HTTP_COOKIE"]) == ("a,b", "a=1; b=2")


def test_a_header_with_an_underscore_cannot_pose_as_another(port: int) -> None:
    answer = raw(port, b"GET / HTTP/1.1\r\nHost: x\r\nX_Forwarded_Proto: https\r\nConnection: close\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"X_FORWARDED_PROTO" not in answer


@pytest.mark.parametrize(
    "request_",
    [
        b"GARBAGE\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 600_000 + b"\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused_and_harms_nobody(client: httpx.Client, port: int, request_: bytes) -> None:
    try:
        answer = raw(port, request_)
    except OSError:
        answer = b""

    assert not answer or answer.split()[1].startswith(b"4")
    assert environ(client.get("/"))["body"] == 0


def test_who_sends_a_body_that_is_too_long_to_its_end_reads_why_not(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("POST", "/", body=b"x" * 10_000_000)  # writes all of it before it reads
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["code"]) == (413, "body_too_large")
    connection.close()
