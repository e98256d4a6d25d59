"""The clients for the account that an environment points to, whatever this process's own environment says."""

from __future__ import annotations

import http.server
import threading

import pytest

from ops.aws import Aws, is_loopback

ANSWER = (
    b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    b"<Account>000000000000</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
)


class Sts(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.send_response(200)
        self.send_header("content-length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *_):
        """Says nothing."""


@pytest.fixture
def cloud():
    """The environment of a cloud on this machine."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sts)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    keys = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "x"}
    yield {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}", **keys}
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_PROFILE", "of-my-employer"),
        ("HTTP_PROXY", "http://127.0.0.1:9"),
        ("AWS_USE_FIPS_ENDPOINT", "true"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "true"),
        ("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9"),
        ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
    ],
)
def test_a_cloud_on_this_machine_is_reached_past_what_the_users_shell_has(cloud, monkeypatch, name, value):
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv(name, value)
    assert Aws(cloud, attempts=1).account("us-east-1") == "000000000000"


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ("http://127.0.0.1:4566", True),
        ("http://localhost:4566", True),
        ("http://[::1]:4566", True),
        ("https://sts.us-east-1.amazonaws.com", False),
        ("https://10.0.0.1", False),
        (None, False),
    ],
)
def test_what_is_on_this_machine(endpoint, expected):
    assert is_loopback(endpoint) is expected
