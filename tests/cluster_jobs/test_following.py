"""What is left out of a job's log: what Ray writes before the job says anything."""

from __future__ import annotations

import pytest

from sweeps.cluster.following import without_preamble

RAYS = (
    "2026-01-02 03:04:05,678\tINFO job_manager.py:581 -- Runtime env is setting up.\n"
    "Running entrypoint for job sweeps-a-01234567-1: python -m sweeps run a.yaml\n"
)
OWN = "Connecting to Ray …\n\na: 3 of 9 runs\nRunning entrypoint for job b: once more\nno end"


@pytest.mark.parametrize("n_chars", [1, 2, 7, 80, 1000])
@pytest.mark.parametrize("before", [RAYS, RAYS.splitlines(keepends=True)[1], ""])
@pytest.mark.parametrize("own", [OWN, "\n\n", "one line", ""])
def test_rays_own_lines_are_left_out(before, own, n_chars):
    """Wherever the log is cut, and nothing of the job's own is lost."""
    log = before + own
    pieces = [log[k : k + n_chars] for k in range(0, len(log), n_chars)]
    assert "".join(without_preamble(pieces)) == own


def test_a_line_is_given_as_soon_as_it_is_known_to_be_the_jobs_own():
    """Nothing waits for more than the end of the first line."""
    given = without_preamble(iter([RAYS, "Connec", "ting\n", "more"]))
    assert next(given) == "Connecting\n"
    assert next(given) == "more"
