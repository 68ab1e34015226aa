"""Ray's own client of the Jobs API, made to give up in time and to notice a dead line.

Imported when a cluster is asked for something: Ray takes over a second.
"""

from __future__ import annotations

import contextlib
import logging
import os
from typing import TYPE_CHECKING, Any

import aiohttp
import requests
from ray.exceptions import AuthenticationError
from ray.job_submission import JobSubmissionClient

from sweeps.cluster.address import VARIABLES, shown_address
from sweeps.cluster.token import MODE_VARIABLE, REMEDY, find_token, is_forbidden
from sweeps.errors import ClusterError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

CONNECT_S = 5.0
ANSWER_S = 10.0
WORK_S = 120.0
"""For what takes the cluster a while: to take files, to start the first job."""
HEARTBEAT_S = 10.0
_CHATTY = (
    "ray.dashboard.modules.dashboard_sdk",
    "ray.dashboard.modules.job.sdk",
    "ray._private.runtime_env.packaging",
    "ray._private.runtime_env.working_dir",
)
_OVER = (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)


class LostError(Exception):
    """The line to the cluster is down; it may come back."""


class Client(JobSubmissionClient):
    """Asks the Jobs API at one URL."""

    def _do_request(
        self,
        method: str,
        endpoint: str,
        *,
        data: bytes | None = None,
        json_data: dict[str, Any] | None = None,
        **options: Any,
    ) -> requests.Response:
        """Ask with a time limit, which Ray's own client lacks."""
        answer_s = ANSWER_S if method == "GET" else WORK_S
        options.setdefault("timeout", (CONNECT_S, answer_s))
        return super()._do_request(method, endpoint, data=data, json_data=json_data, **options)

    async def tail(self, job_id: str) -> AsyncGenerator[str]:
        """Give a job's log from its beginning, and then as it grows, until the cluster hangs up.

        Raises:
            LostError: The line is down.
        """
        limits = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S)
        session = aiohttp.ClientSession(
            cookies=self._cookies, headers=self._headers, timeout=limits, trust_env=True
        )
        url = f"{self.get_address()}/api/jobs/{job_id}/logs/tail"
        context: Any = self._ssl_context
        try:
            async with (
                session,
                # a silent line is asked whether it lives; one line of a log may be of any length
                session.ws_connect(
                    url,
                    ssl=True if context is None else context,
                    heartbeat=HEARTBEAT_S,
                    max_msg_size=0,
                ) as line,
            ):
                while (message := await line.receive()).type not in _OVER:
                    if message.type == aiohttp.WSMsgType.TEXT:
                        yield str(message.data)
                if line.close_code != aiohttp.WSCloseCode.OK:
                    raise LostError(f"closed with code {line.close_code}")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise LostError(str(error)) from error


def connect(url: str) -> Client:
    """Make a client and see that a cluster answers.

    A token is only sent to a cluster that asks for one, or where `RAY_AUTH_MODE=token`.

    Args:
        url: As `cluster_address` gives it.

    Raises:
        ClusterError: Nobody answers, something else does, or a token is missing or wrong.
    """
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.ERROR)
    with translated(url):
        if os.environ.get(MODE_VARIABLE, "").lower() == "token":
            return _client(url, _token(url))
        try:
            return _client(url, None)
        except AuthenticationError:
            if is_forbidden():
                message = (
                    f"The cluster at {shown_address(url)} asks for a token, and {MODE_VARIABLE} is "
                    f"`disabled` here. Unset {MODE_VARIABLE}, or set it to `token`. {REMEDY}"
                )
                raise ClusterError(message) from None
        return _client(url, _token(url))


def _client(url: str, token: str | None) -> Client:
    headers = None if token is None else {"Authorization": f"Bearer {token}"}
    with _unnamed():
        return Client(url, headers=headers)


def _token(url: str) -> str:
    found = find_token()
    if found is None:
        message = (
            f"The cluster at {shown_address(url)} asks for a token, and none is here. {REMEDY}"
        )
        raise ClusterError(message)
    return found[0]


@contextlib.contextmanager
def _unnamed() -> Iterator[None]:
    """Hide the variables that make Ray forget the address that it was given."""
    former = {name: os.environ.pop(name, None) for name in VARIABLES}
    try:
        yield
    finally:
        os.environ.update({name: value for name, value in former.items() if value is not None})


@contextlib.contextmanager
def translated(url: str) -> Iterator[None]:
    """Say in our words what goes wrong between here and a cluster.

    Raises:
        ClusterError: In place of what Ray and `requests` raise.
    """
    where = shown_address(url)
    try:
        yield
    except AuthenticationError as error:
        found = find_token()
        source = "" if found is None else f" (it comes from {found[1]})"
        message = f"The cluster at {where} refuses the token{source}. {REMEDY}"
        raise ClusterError(message) from error
    except (ConnectionError, requests.ConnectionError, requests.Timeout) as error:
        message = (
            f"No Ray cluster answers at {where}. Is its head up, with a dashboard "
            "(`ray start --head --include-dashboard=true`), and may this machine reach that port? "
            "By default it listens on the head's own loopback: open a tunnel with "
            "`ssh -L 8265:localhost:8265 HEAD`, or start it with `--dashboard-host`."
        )
        raise ClusterError(message) from error
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        raise ClusterError(_nothing_of_ray(where)) from error
    except RuntimeError as error:
        if isinstance(error, ClusterError):
            raise
        if "Version check returned 404" in str(error):
            raise ClusterError(_nothing_of_ray(where)) from error
        raise ClusterError(f"The cluster at {where} refused: {last_line(error)}") from error


def _nothing_of_ray(where: str) -> str:
    return (
        f"What answers at {where} is not the Jobs API of a Ray cluster. "
        "Give the address of its dashboard, such as http://HOST:8265."
    )


def last_line(error: BaseException) -> str:
    """Give the line of an error that says what it is: the last one with a word in it."""
    lines = [line.strip() for line in str(error).splitlines()]
    return next((line for line in reversed(lines) if any(map(str.isalnum, line))), "")
