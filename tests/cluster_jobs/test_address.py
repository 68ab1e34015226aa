"""Where a cluster takes jobs: what is understood, and what is refused with the right way."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from sweeps.cluster import Jobs, cluster_address
from sweeps.cluster.token import find_token
from sweeps.errors import ClusterError

URL = "http://head:8265"


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("http://head:8265", URL),
        ("http://head:8265/", URL),
        ("head:8265", URL),
        ("head", URL),
        ("[::1]:8265", "http://[::1]:8265"),
        ("https://ray.example.org/cluster/", "https://ray.example.org/cluster"),
    ],
)
def test_an_address_is_understood(given, url):
    """With or without scheme and port; one that is given wins over the environment."""
    assert cluster_address(given, {"RAY_ADDRESS": "http://other:8265"}) == url


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({"RAY_API_SERVER_ADDRESS": URL, "RAY_ADDRESS": "other:8265"}, URL),
        ({"RAY_ADDRESS": URL}, URL),
        ({"RAY_ADDRESS": "auto"}, None),
        ({}, None),
    ],
)
def test_the_environment_names_a_cluster(environment, url):
    """In Ray's order; where it names none, there is none, and `auto` is this machine's."""
    assert cluster_address(None, environment) == url
    assert cluster_address("auto", environment) == (url or "http://localhost:8265")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("ray://head:10001", "Ray Client. Write http://head:8265."),
        ("head:10001", "Ray Client. Write http://head:8265."),
        ("10.0.0.1:6379", "(GCS). Write http://10.0.0.1:8265."),
        ("s3://bucket", "Write http://HOST:8265."),
        ("http://", "Write http://HOST:8265."),
        ("head:port", "Write http://HOST:8265."),
        ("ray://ann:secret@head:10001", "Write http://head:8265."),
    ],
)
def test_another_address_is_refused_with_the_right_one(given, said):
    """And with the tunnel that may be needed; a password is not shown."""
    with pytest.raises(ClusterError, match="ssh -L 8265:localhost:8265") as info:
        cluster_address(given)
    assert said in str(info.value)
    assert "secret" not in str(info.value)
    with pytest.raises(ClusterError, match="environment variable `RAY_ADDRESS`"):
        cluster_address(None, {"RAY_ADDRESS": given})


def test_no_address_at_all_is_refused(alone):
    """Before Ray is imported."""
    with pytest.raises(ClusterError, match="No cluster is named"):
        Jobs()


@pytest.mark.slow
def test_nobody_at_home_is_said(alone):
    """A port at which nobody listens."""
    with pytest.raises(ClusterError, match=r"No Ray cluster answers at http://127\.0\.0\.1:1\."):
        Jobs("127.0.0.1:1")


@pytest.mark.slow
def test_a_cluster_that_hangs_is_given_up_in_time(alone, monkeypatch):
    """It takes the call and says nothing."""
    from sweeps.cluster import client

    monkeypatch.setattr(client, "ANSWER_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ClusterError, match="No Ray cluster answers"):
            Jobs(address)


@pytest.mark.slow
def test_somebody_else_at_home_is_said(alone):
    """A web server that is no Ray."""

    class Other(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_error(404)

        def log_message(self, *_words):
            pass

    with HTTPServer(("127.0.0.1", 0), Other) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        try:
            with pytest.raises(ClusterError, match="is not the Jobs API of a Ray cluster"):
                Jobs(f"127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()


@pytest.mark.parametrize("name", ["RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH", "HOME"])
def test_a_token_is_looked_for_where_ray_does(tmp_path, name):
    """The variable, the file that it names, and the file in the home folder; without blanks."""
    file = tmp_path / ".ray" / "auth_token"
    file.parent.mkdir()
    file.write_text("abc\n", encoding="utf-8")
    value = {"RAY_AUTH_TOKEN": " abc ", "RAY_AUTH_TOKEN_PATH": str(file), "HOME": str(tmp_path)}
    found = find_token({name: value[name]})
    assert found is not None
    assert found[0] == "abc"
    assert "abc" not in found[1]
    assert find_token({"HOME": str(tmp_path / "nowhere")}) is None
