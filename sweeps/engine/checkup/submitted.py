"""Looks at a cluster from outside: a small job on its head looks around and tells in its log."""

from __future__ import annotations

import json
import os
import re
import time
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import sweeps
from sweeps.cluster import Jobs
from sweeps.engine.checkup.check import Check, Deadline, bad, good
from sweeps.errors import ClusterError, SweepError
from sweeps.store import is_server

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sweeps.cluster import Job, JobRequest

MARK_VARIABLE = "SWEEPS_DOCTOR_MARK"
"""Where it is set, `sweeps doctor --json` prints its answer between two of these."""
TOTAL_S = 90.0
OFTEN_S = 0.3
OF_HEAD = {"Python", "import name", "open files", "temporary folder"}
LAST_LINES = 3
_RUN = re.compile(r"(?<= -m sweeps )run ")


def checkup_by_job(address: str, request: JobRequest, store: str | None = None) -> Iterator[Check]:
    """Look at a cluster as a sweep that is submitted to it would find it.

    The job has files and environment of the request. Nothing is left behind but the job's log.

    Args:
        address: Where the cluster takes jobs, such as `http://HOST:8265`.
        request: What would be submitted; its command is not run, but `sweeps doctor` in its place.
        store: Address of the store that the job would use; a file is not looked for there.
    """
    deadline = Deadline(TOTAL_S)
    has_server = is_server(store)
    try:
        jobs = Jobs(address)
        yield good("cluster", f"{jobs.address} takes jobs, Ray {jobs.version()}")
        answer = _answer(jobs, _doctor(request), deadline)
    except SweepError as error:
        yield bad("cluster", error)
        return
    yield (version := same_version(str(answer["sweeps"])))
    if not version.is_ok:  # another version may tell other things
        return
    for each in answer["checks"]:
        check = Check(**each)
        if check.name == "definition" and check.is_ok:
            continue
        if has_server or check.name not in {"store", "stored sweep"}:
            yield (
                replace(check, name=f"{check.name} of its head") if check.name in OF_HEAD else check
            )


def told(mark: str, checks: Sequence[Check]) -> str:
    """Give what was found as text that is found again in a log."""
    answer = {"sweeps": sweeps.__version__, "checks": [asdict(check) for check in checks]}
    return f"{mark}{json.dumps(answer)}{mark}"


def _doctor(request: JobRequest) -> JobRequest:
    """Turn what would be submitted into a look around."""
    return replace(
        request,
        submission_id=f"doctor-{os.urandom(6).hex()}",
        entrypoint=f"{_RUN.sub('doctor ', request.entrypoint, count=1)} --json",
        env={**request.env, MARK_VARIABLE: f"==={os.urandom(12).hex()}==="},
        metadata={},
    )


def _answer(jobs: Jobs, request: JobRequest, deadline: Deadline) -> dict[str, Any]:
    """Run the job and read its answer.

    Raises:
        ClusterError: There is none.
    """
    job_id = request.submission_id
    jobs.submit(request)
    job: Job | None = None
    try:
        while deadline.left(1.0) and ((job := jobs.get(job_id)) is None or job.is_live):
            time.sleep(OFTEN_S)
        log = jobs.logs(job_id)
    finally:
        if job is None or job.is_live:
            jobs.stop(job_id)
    parts = log.split(request.env[MARK_VARIABLE])
    if len(parts) >= 3:
        answer: dict[str, Any] = json.loads(parts[-2])
        return answer
    if job is not None and not job.is_live:
        raise ClusterError(_why_none(log, job))
    message = (
        f"its head does not answer within {TOTAL_S:.0f} s. "
        f"The log of the job {job_id} ends with: {_end_of(log) or 'nothing'}"
    )
    raise ClusterError(message)


def _why_none(log: str, job: Job) -> str:
    if "No module named sweeps" in log or "No module named 'sweeps'" in log:
        return (
            "`sweeps` is not installed on its head. Install it in the Python that Ray uses, on "
            f"every node:  pip install seed-sweeps=={sweeps.__version__}"
        )
    if "No such option" in log or "unexpected extra argument" in log:
        return (
            "its head has another version of `sweeps`. Install the same on every node:  "
            f"pip install seed-sweeps=={sweeps.__version__}"
        )
    return f"the look at its head failed: {_end_of(log) or job.message}"


def _end_of(log: str) -> str:
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    return " / ".join(lines[-LAST_LINES:])


def same_version(theirs: str) -> Check:
    """Compare the version of `sweeps` here with the one of the head, which has to be the same."""
    if theirs == sweeps.__version__:
        return good("this machine", f"sweeps {theirs}, as on the cluster's head")
    remedy = f"Run there, on every node:  pip install seed-sweeps=={sweeps.__version__}"
    found = f"sweeps {sweeps.__version__}, but {theirs} on the cluster's head"
    return bad("this machine", found, remedy)
