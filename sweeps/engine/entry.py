"""The entry points: run a sweep, load its results, or say what running it would do."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sweeps.engine.planning import planner_of
from sweeps.engine.session import Session, admitted, existing_store
from sweeps.spec import Sweep, read_sweep
from sweeps.store import open_store
from sweeps.tune.outage import patiently

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sweeps.planner.planner import Planner
    from sweeps.planner.progress import Observer
    from sweeps.results import Results
    from sweeps.store import Store


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a run of this sweep would do, from `sweeps run --dry-run`.

    Attributes:
        n_configs: Configurations, those of the store included; None where only the budget says.
        n_seeds: Seeds of each; in a race those that the best earn.
        n_runs: Runs in all, those of the validation included; None where nobody can say.
        n_done: Runs that the store has already.
        run_s: Mean seconds of a stored run, None where there is none.
        rungs: Numbers of seeds of a race from rung to rung; empty for a fixed number of seeds.
        n_pilot: Configurations that the race replicates whatever their rank.
        n_validation: Runs kept for the validation of the best, at most.
        levels: Number of levels of each seed source; empty where the seeds follow no design.
    """

    n_configs: int | None
    n_seeds: int
    n_runs: int | None
    n_done: int
    run_s: float | None
    rungs: tuple[int, ...] = ()
    n_pilot: int = 0
    n_validation: int = 0
    levels: Mapping[str, int] = field(default_factory=dict)


def run(
    sweep: Sweep | str | Path,
    *,
    overrides: Sequence[str] = (),
    fresh: bool = False,
    accept_code_change: bool = False,
    address: str | None = None,
    cpus: int | None = None,
    progress: bool | Observer = True,
) -> Results:
    """Run a sweep to its end, or what is left of it, and give its results.

    Running the same sweep again resumes it; a finished one is only read. The call blocks.

    Args:
        sweep: A sweep, or the path of its YAML file.
        overrides: Changes of the file, such as `search.configs=5`.
        fresh: Start from nothing; a stored sweep of that name is kept under another name.
        accept_code_change: Go on although the objective's code or data changed.
        address: Address of a Ray cluster, or `auto`; by default this machine.
        cpus: Cores of this machine to use, at least 1; by default all.
        progress: Whether to show progress, or who watches instead.

    Returns:
        The results, also when the sweep was finished before.

    Raises:
        SpecError: The definition is wrong; all problems are listed.
        IdentityError: The name is taken by another sweep.
        CodeChangedError: Code or data changed since the stored runs were made.
        LeaseError: Another driver runs this sweep.
        StoreError: The store cannot be opened or written.
        MetricError: The first report lacks the metric.
        ResourceError: Not even one run fits into the machine.
        ExecutionError: Ray ended the sweep; what was reported is stored.
        KeyboardInterrupt: Ctrl-C; what was reported is stored.
    """
    definition = read(sweep, overrides=overrides)
    session = Session(existing_store(definition), definition)
    try:
        with ExitStack() as stack:
            observer = _observer(progress)
            if (why := session.admit(stack, observer, fresh=fresh)) is not None:
                observer.note(f"`{definition.name}` {why}")
            else:
                session.prepare(accept_code_change=accept_code_change)
                session.execute(stack, address=address, cpus=cpus, observer=observer)
        return patiently(lambda: load(definition.name, store=session.store), observer.note)
    except BaseException:
        session.close()
        raise


def load(name: str, *, store: str | Store | None = None) -> Results:
    """Load the results of a stored sweep; it may still be running.

    Args:
        name: Name of the sweep.
        store: A store or its address; by default `SWEEPS_STORE`, else `sqlite:///sweeps.db`.

    Raises:
        UnknownSweepError: The store has no sweep of that name.
        StoreError: There is no store, or it cannot be read.
    """
    from sweeps.results import Results  # noqa: PLC0415 - pandas takes half a second

    if not isinstance(store, str | None):
        return Results.from_store(store, store.get(name))
    opened = open_store(store, create=False)
    try:
        return Results.from_store(opened, opened.get(name))
    except BaseException:
        opened.close()
        raise


def read(sweep: Sweep | str | Path, *, overrides: Sequence[str] = ()) -> Sweep:
    """Give the sweep of a file, or the sweep itself.

    Raises:
        SpecError: The definition is wrong; all problems are listed.
    """
    return sweep if isinstance(sweep, Sweep) else read_sweep(Path(sweep), overrides=overrides)


def outlook(sweep: Sweep, *, fresh: bool = False) -> Outlook:
    """Say what running this sweep would do; nothing is started or written.

    Args:
        sweep: The sweep.
        fresh: Whether it would start from nothing.

    Raises:
        IdentityError: The name is taken by another sweep.
        StoreError: The store cannot be read.
    """
    store = None if fresh else existing_store(sweep)
    if store is None:
        return _outlook(sweep, planner_of(sweep))
    with closing(store):
        return _outlook(sweep, planner_of(sweep, store, admitted(store, sweep)))


def _outlook(sweep: Sweep, planner: Planner) -> Outlook:
    plan, table = planner.plan, planner.table
    return Outlook(
        n_configs=planner.n_configs,
        n_seeds=len(plan.seeds),
        n_runs=planner.n_runs,
        n_done=table.n_done,
        run_s=table.seconds.spent / table.n_done if table.n_done else None,
        rungs=plan.rungs,
        n_pilot=plan.n_pilot,
        n_validation=planner.n_reserved,
        levels=sweep.seeds.levels,
    )


def _observer(progress: bool | Observer) -> Observer:  # noqa: FBT001 - the user's own argument
    from sweeps.report.live import live_observer  # noqa: PLC0415 - rich is for those who watch

    return live_observer(is_shown=progress) if isinstance(progress, bool) else progress
