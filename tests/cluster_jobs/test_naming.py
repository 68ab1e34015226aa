"""Names of jobs: whose they are, and that nobody else's is meant."""

from __future__ import annotations

import pytest

from sweeps.cluster.naming import JobName, is_called

HASH = "0123456789abcdef"


@pytest.mark.parametrize("sweep", ["a", "a.b", "a-1", "sweeps-a-01234567-1", "a" * 100])
def test_a_name_is_read_back(sweep):
    """Whatever a sweep may be called."""
    name = JobName.first(sweep, HASH)
    assert JobName.parsed(str(name)) == name
    assert str(name).startswith(name.prefix)


@pytest.mark.parametrize(
    "job_id", ["raysubmit_abc", "sweeps-a-01234567-0", "sweeps-a-0123456-1", "sweeps-a-1", "a"]
)
def test_what_others_submitted_is_none_of_ours(job_id):
    """Ray's own names, and those that are nearly ours."""
    assert JobName.parsed(job_id) is None


@pytest.mark.parametrize(
    ("job_id", "name", "is_meant"),
    [
        ("sweeps-a-01234567-1", "a", True),
        ("sweeps-a-01234567-1", "sweeps-a-01234567-1", True),
        ("sweeps-a-01234567-1-01234567-1", "a", False),
        ("sweeps-a-01234567-1", "sweeps", False),
        ("raysubmit_abc", "raysubmit_abc", True),
    ],
)
def test_a_sweep_or_a_job_is_meant_by_a_name(job_id, name, is_meant):
    """Never the job of a sweep whose name only begins like that."""
    assert is_called(job_id, name) == is_meant
