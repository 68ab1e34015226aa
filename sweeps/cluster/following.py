"""Follows the log of a job: what was printed so far, then what is added, until the job ends."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from typing import TYPE_CHECKING

from sweeps.cluster.client import LostError
from sweeps.errors import ClusterError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator

    from sweeps.cluster.client import Client
    from sweeps.cluster.job import Job
    from sweeps.cluster.jobs import Jobs

PATIENCE_S = 600.0
PAUSE_S = 1.0
_PREAMBLE = re.compile(
    r"\A(?:(?:[^\n]*job_manager\.py:\d+ -- Runtime env is setting up\."
    r"|Running entrypoint for job [^\n]*)\n)*"
)
"""What Ray writes into the log of each job before the job itself says anything."""


def follow(jobs: Jobs, client: Client, job_id: str, note: Callable[[str], None]) -> Iterator[str]:
    """Give a log in pieces, each of them once, without what Ray wrote at its beginning.

    Args:
        jobs: The cluster's jobs.
        client: How to reach it.
        job_id: The job.
        note: Is told when the line drops and when it is back.

    Raises:
        ClusterError: There is no such job, or the cluster stays away.
    """
    return without_preamble(_whole(jobs, client, job_id, note))


def without_preamble(pieces: Iterable[str]) -> Iterator[str]:
    r"""Leave out what Ray writes at the beginning of a log, however the log is cut into pieces.

    Example:
        >>> list(without_preamble(["Running entry", "point for job a: python b.py\nhel", "lo\n"]))
        ['hello\n']
    """
    held = ""
    is_past = False
    for piece in pieces:
        if is_past:
            yield piece
            continue
        held = _PREAMBLE.sub("", held + piece)
        if is_past := "\n" in held:  # until then, its first line may become one of Ray's
            yield held
    if held and not is_past:
        yield held


def _whole(jobs: Jobs, client: Client, job_id: str, note: Callable[[str], None]) -> Iterator[str]:
    n_given = 0
    while (job := _found(jobs, job_id, note)).is_live:
        with contextlib.suppress(LostError):
            for piece in _unseen(_in_turn(client.tail(job_id)), n_given):
                n_given += len(piece)
                yield piece
        if _found(jobs, job_id, note).is_live:
            time.sleep(PAUSE_S)  # it hung up while the job runs, or the job is about to end
    # what was printed after the line was closed; the log may be gone with the node it was on
    with contextlib.suppress(ClusterError):
        if rest := jobs.whole_log(job.id)[n_given:]:
            yield rest


def _unseen(pieces: Iterator[str], n_given: int) -> Iterator[str]:
    """Leave out so many characters: a line that is taken up again begins at the beginning."""
    for piece in pieces:
        if unseen := piece[n_given:]:
            yield unseen
        n_given = max(0, n_given - len(piece))


def _in_turn(pieces: AsyncGenerator[str]) -> Iterator[str]:
    """Iterate over what comes asynchronously."""
    with asyncio.Runner() as runner:
        try:
            while (piece := runner.run(_next(pieces))) is not None:
                yield piece
        finally:
            runner.run(_close(pieces))


async def _next(pieces: AsyncIterator[str]) -> str | None:
    return await anext(pieces, None)


async def _close(pieces: AsyncGenerator[str]) -> None:
    await pieces.aclose()


def _found(jobs: Jobs, job_id: str, note: Callable[[str], None]) -> Job:
    """Ask for the job until the cluster answers."""
    since = time.monotonic()
    is_lost = False
    while True:
        try:
            job = jobs.get(job_id)
        except ClusterError:
            if time.monotonic() - since > PATIENCE_S:
                raise
            if not is_lost:
                note(f"{jobs.address} does not answer; trying for ten minutes.")
            is_lost = True
            time.sleep(PAUSE_S)
            continue
        if job is None:
            message = (
                f"The cluster at {jobs.address} knows no job `{job_id}`. Where its head was "
                "started anew, what the sweep had reported is stored: submit it again to go on."
            )
            raise ClusterError(message)
        if is_lost:
            note(f"{jobs.address} answers again.")
        return job
