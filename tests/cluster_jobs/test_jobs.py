"""Jobs of a real cluster that asks for a token: sent, followed, stopped, found again."""

from __future__ import annotations

import threading
import time

import pytest

from sweeps.cluster import JobRequest, Jobs, client
from sweeps.cluster.request import SETTINGS
from sweeps.errors import ClusterError
from tests.cluster_jobs.conftest import TOKEN

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(240)]
COUNTING = """\
import os, sys, time
print("reads", open("data.txt").read().strip(), os.environ["SECRET"][:1], flush=True)
try:
    for k in range(int(sys.argv[1])):
        print(f"line {k} ±", flush=True)
        time.sleep(0.05)
except KeyboardInterrupt:
    time.sleep(1)
    print("tidied up", flush=True)
    sys.exit(130)
print("the last line without an end", end="")
"""


@pytest.fixture
def request_of(tmp_path):
    """Make a request for a job that counts to a number, one line after the other."""

    def make(job_id, number):
        folder = tmp_path / "folder"
        folder.mkdir()
        (folder / "counting.py").write_text(COUNTING, encoding="utf-8")
        (folder / "data.txt").write_text("data\n", encoding="utf-8")
        env = {**SETTINGS, "SECRET": "swordfish"}
        metadata = {"sweeps_name": "counting"}
        return JobRequest(job_id, f"python counting.py {number}", folder, ("*.db",), env, metadata)

    return make


def lines_of(log):
    """The lines that the job counted."""
    return [line for line in log.splitlines() if line.startswith("line")]


def test_a_job_is_sent_followed_and_found(jobs, request_of):
    """Each line once and in order, from the beginning; a name is taken once."""
    request = request_of("sweeps-a.b_c-01234567-1", 20)
    assert jobs.submit(request)
    log = "".join(jobs.follow(request.submission_id))
    assert lines_of(log) == [f"line {k} ±" for k in range(20)]
    assert log.startswith("reads data s"), "without what Ray itself wrote"
    assert log.endswith("the last line without an end")
    assert log == jobs.logs(request.submission_id)
    job = jobs.get(request.submission_id)
    assert (job.status, job.is_live, job.metadata["sweeps_name"]) == (
        "SUCCEEDED",
        False,
        "counting",
    )
    assert job.ended_at > job.started_at > time.time() - 120
    assert not jobs.submit(request)
    assert [job.id for job in jobs.find("sweeps-a.b_c-")] == [request.submission_id]
    assert jobs.find("sweeps-x-") == []
    assert "swordfish" not in repr(request) + repr(job) + repr(jobs)


def test_a_line_that_drops_is_taken_up_again(jobs, request_of, network, monkeypatch):
    """Nothing is lost or given twice; and `stop` lets the job end in good order."""
    monkeypatch.setattr(client, "HEARTBEAT_S", 1.0)
    monkeypatch.setattr(client, "CONNECT_S", 1.0)
    request = request_of("sweeps-cut-01234567-1", 2000)
    assert jobs.submit(request)
    notes: list[str] = []
    node, log, is_cut = network.machines[0], "", False
    for piece in jobs.follow(request.submission_id, notes.append):
        log += piece
        if "line 3 " in log and not is_cut:
            is_cut = True
            network.cut(node)
            threading.Timer(5.0, network.mend, [node]).start()
        if len(notes) == 2 and jobs.get(request.submission_id).is_live:
            jobs.stop(request.submission_id)
    assert log.endswith("tidied up\n")
    assert log == jobs.logs(request.submission_id)
    assert lines_of(log) == [f"line {k} ±" for k in range(len(lines_of(log)))]
    assert len(lines_of(log)) > 60
    assert "does not answer; trying" in notes[0]
    assert "answers again" in notes[1]
    assert jobs.get(request.submission_id).status == "STOPPED"
    assert not jobs.stop(request.submission_id)


def test_what_is_not_there_is_said(jobs):
    """No job of that name: nothing found, nothing followed."""
    assert jobs.get("sweeps-nobody-01234567-1") is None
    with pytest.raises(ClusterError, match=r"knows no job.*submit it again"):
        next(jobs.follow("sweeps-nobody-01234567-1"))
    with pytest.raises(ClusterError, match="does not exist"):
        jobs.stop("sweeps-nobody-01234567-1")
    assert jobs.version().startswith("2.")


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "asks for a token, and none is here. Set RAY_AUTH_TOKEN"),
        ({"RAY_AUTH_MODE": "token"}, "asks for a token, and none is here"),
        ({"RAY_AUTH_MODE": "disabled", "RAY_AUTH_TOKEN": TOKEN}, "`disabled` here"),
        ({"RAY_AUTH_TOKEN": "wrong"}, "refuses the token (it comes from RAY_AUTH_TOKEN)"),
        ({"RAY_AUTH_TOKEN_PATH": "/nowhere/token"}, "/nowhere/token is none"),
    ],
)
def test_a_token_that_is_missing_or_wrong_is_said(url, monkeypatch, environment, said):
    """With what to set, and never the token itself."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ClusterError) as info:
        Jobs(url)
    assert said in str(info.value)
    assert TOKEN not in str(info.value)
    assert "wrong" not in str(info.value)


@pytest.mark.parametrize("mode", [None, "token"])
def test_a_token_is_found_in_a_file(url, monkeypatch, tmp_path, mode):
    """In Ray's own place, whether or not RAY_AUTH_MODE asks for it; an explicit address wins."""
    (tmp_path / ".ray").mkdir()
    (tmp_path / ".ray" / "auth_token").write_text(f"{TOKEN}\n", encoding="utf-8")
    if mode:
        monkeypatch.setenv("RAY_AUTH_MODE", mode)
    monkeypatch.setenv("RAY_ADDRESS", "http://127.0.0.1:1")
    assert Jobs(url).url == url
    with pytest.raises(ClusterError, match=r"No Ray cluster answers at http://127\.0\.0\.1:1"):
        Jobs()
