"""The jobs of one cluster: submit, find, read, follow and stop them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sweeps.cluster.address import cluster_address, shown_address
from sweeps.cluster.job import Job
from sweeps.cluster.naming import JobName
from sweeps.errors import ClusterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sweeps.cluster.request import JobRequest

INTERRUPTED = 130
"""Exit code of `sweeps run` after Ctrl-C, and after any other request to stop."""


class Jobs:
    """Asks one cluster; every call is answered or given up within seconds.

    Args:
        address: As the user gives it: `http://HOST:8265`, `HOST:8265`, `auto`; None for what the
            environment names.

    Raises:
        ClusterError: No cluster is named, none answers, or it refuses.
    """

    def __init__(self, address: str | None = None) -> None:
        url = cluster_address(address)
        if url is None:
            message = (
                "No cluster is named. Write --address http://HOST:8265, or set "
                "RAY_API_SERVER_ADDRESS."
            )
            raise ClusterError(message)
        try:
            # Ray takes over a second to import
            from sweeps.cluster.client import connect, translated  # noqa: PLC0415
        except ImportError as error:
            message = (
                f"Clusters need Ray's Jobs API, which cannot be imported here: {error}. "
                "Run:  pip install 'ray[default]'"
            )
            raise ClusterError(message) from error
        self._client = connect(url)
        self._translated = translated

    def __repr__(self) -> str:
        return f"Jobs({self.address!r})"

    @property
    def url(self) -> str:
        """Where the cluster takes jobs."""
        return str(self._client.get_address())

    @property
    def address(self) -> str:
        """Where the cluster takes jobs, fit to be shown."""
        return shown_address(self.url)

    def version(self) -> str:
        """Give the version of the cluster's Ray.

        Raises:
            ClusterError: The cluster refuses, or cannot be reached; so with `find`, `get`, `logs`
                and `whole_log`.
        """
        return str(self._answer("/api/version")["ray_version"])

    def submit(self, request: JobRequest) -> bool:
        """Send the files and start the job; returns once the cluster has taken it.

        Returns:
            False where there is a job of that name already, which may have ended.

        Raises:
            ClusterError: The cluster refuses, or cannot be reached.
        """
        try:
            with self._translated(self.url):
                self._client.submit_job(
                    entrypoint=request.entrypoint,
                    submission_id=request.submission_id,
                    runtime_env=request.runtime_env,
                    metadata=dict(request.metadata),
                    entrypoint_num_cpus=0,
                )
        except ClusterError as error:
            if "already exists" in str(error):
                return False
            text = str(error)
            for secret in filter(None, request.env.values()):
                if len(secret) > 3:
                    text = text.replace(secret, "…")
            raise ClusterError(text) from None
        return True

    def find(self, prefix: str = "") -> list[Job]:
        """Give the jobs whose names begin like that, in the order in which they were submitted."""
        with self._translated(self.url):
            found = self._client.list_jobs()
        jobs = [_job(details) for details in found if details.submission_id]
        return sorted((job for job in jobs if job.id.startswith(prefix)), key=_order)

    def get(self, job_id: str) -> Job | None:
        """Give the job of that name, None where the cluster knows none."""
        with self._translated(self.url):
            try:
                return _job(self._client.get_job_info(job_id))
            except RuntimeError as error:
                if _is_unknown(error):
                    return None
                raise

    def logs(self, job_id: str) -> str:
        """Give all that a job has printed; empty where it has not begun."""
        from sweeps.cluster.following import without_preamble  # noqa: PLC0415 - as for `follow`

        return "".join(without_preamble([self.whole_log(job_id)]))

    def whole_log(self, job_id: str) -> str:
        """Give the log of a job as Ray keeps it, with what Ray itself wrote at its beginning."""
        with self._translated(self.url):
            return str(self._client.get_job_logs(job_id))

    def follow(self, job_id: str, note: Callable[[str], None] | None = None) -> Iterator[str]:
        """Give a job's log from its beginning, as it grows, until the job has ended.

        A line that drops is taken up again; what was given already is not given twice.

        Args:
            job_id: The job.
            note: Is told, in a sentence, when the line drops and when it is back.

        Raises:
            ClusterError: There is no such job, or the cluster stays away for ten minutes.
        """
        from sweeps.cluster.following import follow  # noqa: PLC0415 - needs asyncio and Ray

        return follow(self, self._client, job_id, note or _nobody)

    def stop(self, job_id: str) -> bool:
        """Ask a job to stop at a clean point, and do not wait; False where it had ended.

        Raises:
            ClusterError: There is no such job, or the cluster cannot be reached.
        """
        with self._translated(self.url):
            return bool(self._client.stop_job(job_id))

    def _answer(self, endpoint: str) -> Any:
        with self._translated(self.url):
            response = self._client._do_request("GET", endpoint)  # noqa: SLF001 - has no public name
            response.raise_for_status()
            return response.json()


def _job(details: Any) -> Job:
    driver = details.driver_info
    # a driver that was asked through the store ends like this, which to Ray is a failure
    is_stopped = details.driver_exit_code == INTERRUPTED
    return Job(
        id=str(details.submission_id),
        status="STOPPED" if is_stopped else details.status.value,
        message=details.message or "",
        started_at=_seconds(details.start_time),
        ended_at=_seconds(details.end_time),
        node=driver.node_ip_address if driver else "",
        metadata=dict(details.metadata or {}),
    )


def _seconds(milliseconds: int | None) -> float | None:
    return milliseconds / 1000 if milliseconds else None


def _order(job: Job) -> tuple[float, int, str]:
    name = JobName.parsed(job.id)
    return job.started_at or float("inf"), name.number if name else 0, job.id


def _is_unknown(error: RuntimeError) -> bool:
    return "status code 404" in str(error)


def _nobody(_sentence: str) -> None:
    pass
