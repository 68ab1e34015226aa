"""What is found before anything starts: the plan, what is left to do, and which row goes on."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from ray.tune.search import Searcher

from sweeps.engine import outlook, run, try_run
from sweeps.engine.session import Session, existing_store
from sweeps.errors import PluginError, SpecError
from sweeps.report.live import Quiet
from sweeps.store import open_store
from tests.engine.conftest import SOURCE

LOADS = SOURCE.replace("config, seed", "config, seed, data") + (
    "\n\ndef load_data():\n    raise AssertionError('data were loaded')\n"
)
BUDGET = {"search": {"sampler": "random"}, "seeds": 1}


class Forgets(Searcher):
    """A searcher that cannot save its state."""

    def set_search_properties(self, metric, mode, config, **spec):
        return True

    def suggest(self, trial_id):
        return {"x": int(trial_id) / 10}

    def on_trial_complete(self, trial_id, result=None, *args, **kwargs): ...


FORGETS = f"{__name__}:{Forgets.__name__}"


@pytest.fixture
def admit():
    """Ask whether a sweep may start; gives why nothing is left to do."""

    def ask(sweep, *, fresh=False):
        session = Session(existing_store(sweep), sweep)
        try:
            with ExitStack() as stack:
                return session.admit(stack, Quiet(), fresh=fresh)
        finally:
            session.close()

    return ask


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"search": {"sampler": "tpe", "configs": 3, "options": {"gama": 1}}}, "gamma"),
        ({"search": {"sampler": "no_such:Searcher", "configs": 3}}, "cannot be imported"),
        ({"search": {"sampler": "json:JSONDecoder", "configs": 3}}, "inherits from"),
        ({"search": {"sampler": FORGETS, "configs": 3, "options": {"k": 1}}}, "refused to start"),
    ],
)
@pytest.mark.parametrize("is_stored", [True, False])
def test_what_a_plan_cannot_be_made_of_is_refused_before_data_are_loaded(
    make_sweep, put, tmp_path, changes, reason, is_stored
):
    """By a run, a dry one, and a try; a new store is not made for it."""
    sweep = make_sweep(LOADS, **changes)
    if is_stored:
        put(sweep)
    for ask in (lambda: run(sweep, progress=False), lambda: outlook(sweep), lambda: try_run(sweep)):
        with pytest.raises(SpecError, match=reason):
            ask()
    assert (tmp_path / "sweeps.db").exists() == is_stored


def test_gp_without_torch_is_refused_before_data_are_loaded(make_sweep, monkeypatch):
    """With what to install."""
    monkeypatch.setattr("sweeps.planner.samplers.find_spec", lambda name: None)
    sweep = make_sweep(LOADS, search={"sampler": "gp", "configs": 3})
    for ask in (lambda: run(sweep, progress=False), lambda: outlook(sweep), lambda: try_run(sweep)):
        with pytest.raises(SpecError, match=r"pip install 'seed-sweeps\[gp\]'"):
            ask()


def test_a_finished_sweep_needs_no_searcher(make_sweep, put, admit):
    """One that cannot save its state is only refused where it would have to propose."""
    search = {"sampler": FORGETS, "configs": 1}
    put(make_sweep(search=search), n_runs=2)
    assert admit(make_sweep(search=search)) == "is finished already; nothing was run."
    with pytest.raises(PluginError, match="cannot save its state"):
        admit(make_sweep(search={**search, "configs": 2}))


def test_an_unfinished_sweep_without_proposals_to_make_goes_on(make_sweep, put, admit):
    """Seeds that are left need no searcher either."""
    search = {"sampler": FORGETS, "configs": 1}
    put(make_sweep(search=search), n_runs=1)
    assert admit(make_sweep(search=search)) is None


@pytest.mark.parametrize(
    ("budget", "larger", "said"),
    [
        ({"runs": 1}, {"runs": 2}, "runs: 1"),
        ({"steps": 1}, {"steps": 3}, "steps: 1"),
        ({"hours": 0.001}, {"hours": 0.01}, "hours: 0.001"),
    ],
)
def test_a_spent_budget_is_the_end(make_sweep, put, admit, budget, larger, said):
    """The run stored took one step and four seconds; a larger budget goes on."""
    put(make_sweep(**BUDGET, budget=budget))
    why = admit(make_sweep(**BUDGET, budget=budget))
    assert why == (
        f"is finished already: its budget ({said}) is spent. Run it with a larger one to go on."
    )
    assert admit(make_sweep(**BUDGET, budget=larger)) is None


def test_the_same_sweep_without_runs_goes_on(make_sweep, put, tmp_path):
    """What its runs have saved so far stays theirs; a fresh start, or another one, begins anew."""
    put(make_sweep(), n_runs=0)

    def begun(sweep, *, fresh=False):
        session = Session(existing_store(sweep), sweep)
        with ExitStack() as stack:
            session.admit(stack, Quiet(), fresh=fresh)
            return session._begun()

    with open_store(f"sqlite:///{tmp_path}/sweeps.db") as store:
        assert begun(make_sweep()) == store.get("parabola")
    assert begun(make_sweep(), fresh=True) is None
    assert begun(make_sweep(master_seed=7)) is None
    put_runs = make_sweep(name="other")
    put(put_runs)
    assert begun(put_runs) is None
