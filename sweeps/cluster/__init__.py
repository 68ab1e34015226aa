"""Reach a Ray cluster from outside: submit a sweep as a job, watch it, stop it.

The sweep itself runs there as it does here, by `sweeps run`. Ray is imported when a cluster is
first asked for something, since what is decided before needs none of it.
"""

from sweeps.cluster.address import cluster_address
from sweeps.cluster.job import Job
from sweeps.cluster.jobs import Jobs
from sweeps.cluster.request import JobRequest

__all__ = ["Job", "JobRequest", "Jobs", "cluster_address"]
