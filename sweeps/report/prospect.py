"""What a sweep will cost, in one or two sentences, before anything starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sweeps.report.decision import listed
from sweeps.report.wording import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def prospect(
    *,
    n_configs: int | None,
    n_seeds: int,
    n_runs: int | None,
    rungs: Sequence[int],
    n_pilot: int,
    n_validation: int,
    levels: Mapping[str, int] | None = None,
) -> str:
    """Say what a sweep will run.

    Args:
        n_configs: Configurations; None where only the budget says.
        n_seeds: Seeds of each; in a race those that the best earn.
        n_runs: Runs in all, those of the validation included; None where nobody can say.
        rungs: Numbers of seeds of a race; empty for a fixed number of seeds.
        n_pilot: Configurations of the pilot.
        n_validation: Runs of the validation, at most.
        levels: Number of levels of each seed source, where the seeds follow a design.

    Example:
        >>> prospect(n_configs=40, n_seeds=3, n_runs=120, rungs=(), n_pilot=0, n_validation=0)
        '40 configurations x 3 seeds = 120 runs.'
    """
    configs = "as many configurations as the budget pays for"
    if n_configs is not None:
        configs = count(n_configs, "configuration")
    runs = "as many runs as the budget pays for" if n_runs is None else count(n_runs, "run")
    if rungs:
        ladder = listed([str(rung) for rung in rungs[1:]])
        text = f"A race: {configs} start on 1 seed, and the best of each rung go on to {ladder}."
        text += f" {'At most' if n_configs is None else 'About'} {runs}"
    else:
        design = " x ".join(f"{n} {name}" for name, n in (levels or {}).items())
        seeds = count(n_seeds, "seed") + (f" ({design})" if design else "")
        text = f"{configs} x {seeds} = {runs}"
    if n_validation:
        text += f", of which up to {n_validation:,} validate the best on fresh seeds"
    if n_pilot:
        text += f"; {n_pilot:,} random configurations get a second seed to measure the noise"
    text += "."
    return text[0].upper() + text[1:]
