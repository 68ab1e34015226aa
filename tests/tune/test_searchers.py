"""Searchers of Ray Tune as samplers: HyperOpt, Nevergrad, Optuna, and odd ones of our own."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from ray.tune.search import Searcher

from sweeps.errors import PluginError, SpecError
from sweeps.planner.samplers import NoProposal, Remembering
from sweeps.space import Space, config_id
from sweeps.tune.searchers import searcher_of
from tests.contracts.sampler_setting import MIXED, PLAIN, Known, proposal

ONE_PLUS_ONE = {"optimizer": {"import": "nevergrad:optimizers.OnePlusOne"}}
REAL = [
    pytest.param("hyperopt", "ray.tune.search.hyperopt:HyperOptSearch", None, id="hyperopt"),
    pytest.param("nevergrad", "ray.tune.search.nevergrad:NevergradSearch", ONE_PLUS_ONE, id="ng"),
    pytest.param("optuna", "ray.tune.search.optuna:OptunaSearch", None, id="optuna"),
]


class Scripted(Searcher):
    """Suggests what a test tells it to, and remembers what it is told."""

    script: ClassVar[list[Any]] = []

    def __init__(self, metric=None, mode=None, wish=None):
        super().__init__(metric, mode)
        if wish == "nonsense":
            raise ValueError("no such wish")
        self.completed: list[tuple[str, Any, bool]] = []
        self.left = list(self.script)

    def set_search_properties(self, metric, mode, config, **spec):
        self.config = config
        return True

    def suggest(self, trial_id):
        item = self.left.pop(0)
        if isinstance(item, Exception):
            raise item
        return item

    def on_trial_complete(self, trial_id, result=None, error=False):  # noqa: FBT002 - as Ray calls it
        self.completed.append((trial_id, result and result["acc"], error))


class Wrapper(Scripted):
    """Has a space of its own."""

    def set_search_properties(self, metric, mode, config, **spec):
        return False


def sweep_of(path, options=None, space: Space = PLAIN, mode="max", master_seed=0) -> Any:
    search = SimpleNamespace(sampler=path, options=options)
    return SimpleNamespace(
        search=search, space=space, metric="acc", mode=mode, master_seed=master_seed
    )


@pytest.fixture
def scripted(monkeypatch):
    """Make a scripted searcher and give it with its sampler."""
    module = SimpleNamespace(Scripted=Scripted, Wrapper=Wrapper, thing=3)
    monkeypatch.setitem(__import__("sys").modules, "their_package", module)

    def make(*script, **changes):
        monkeypatch.setattr(Scripted, "script", list(script))
        return searcher_of(sweep_of("their_package:Scripted", **changes))

    return make


def told(sampler):
    return sampler._searcher.completed


@pytest.mark.slow
@pytest.mark.parametrize(("package", "path", "options"), REAL)
@pytest.mark.filterwarnings("ignore")
class TestReal:
    """What holds for the three that are tried for real."""

    def test_its_proposals_are_legal_and_its_results_are_used(self, package, path, options):
        """In a space with conditions, clauses, logs, ordinals; the bulk ends up near the best."""
        sampler, known = searcher_of(sweep_of(path, options, MIXED)), Known(path)
        for k in range(60):
            values = sampler.propose(k, known)
            if isinstance(values, NoProposal):
                continue
            assert repr(MIXED.check(values)) == repr(dict(values))
            known.finish(values, float(values["kernel"] == "rbf"))
        late = [config.values["kernel"] for config in known.configs[-20:]]
        assert late.count("rbf") >= 10

    def test_integers_reach_both_bounds_and_nothing_beyond(self, package, path, options):
        """Ray's own integers leave the upper bound out."""
        space = Space.from_mapping(
            {"a": {"int": [1, 3]}, "b": {"int": [1, 3], "log": True}, "c": {"ordinal": [4, 5, 6]}}
        )
        sampler, known = searcher_of(sweep_of(path, options, space)), Known(path)
        for k in range(60):
            values = proposal(sampler, k, known)
            known.finish(values, float(k * 7 % 5))
        for name, every in {"a": {1, 2, 3}, "b": {1, 2, 3}, "c": {4, 5, 6}}.items():
            assert {config.values[name] for config in known.configs} == every

    def test_the_master_seed_decides(self, package, path, options):
        """The same gives the same, another gives another."""
        first, again, other = (
            proposal(searcher_of(sweep_of(path, options, master_seed=seed)), 0, Known())
            for seed in (1, 1, 2)
        )
        if package == "nevergrad":  # its first point is the middle
            assert first == again
        else:
            assert first == again != other

    def test_it_goes_on_from_its_saved_state(self, package, path, options):
        """The next proposal is that of a searcher that was never interrupted."""
        sampler, known = searcher_of(sweep_of(path, options)), Known(path)
        for k in range(30):
            known.finish(proposal(sampler, k, known), float(k % 7))
        state = sampler.save()
        resumed = searcher_of(sweep_of(path, options))
        resumed.restore(state)
        assert proposal(resumed, 30, known) == proposal(sampler, 30, known)

    def test_what_it_has_forgotten_is_told_or_counted(self, package, path, options):
        """Configurations after the last save, the defaults and the pilot."""
        sampler, known = searcher_of(sweep_of(path, options, MIXED)), Known(path)
        for k in range(5):
            known.finish(MIXED.propose(0, k), float(k))
        sampler.propose(0, known)
        assert sampler.can_be_told == (package == "optuna")
        assert sampler.n_untold == (0 if package == "optuna" else 5)


def test_a_value_is_told_once_and_when_it_is_complete(scripted):
    """Not while a seed is pending, and not again."""
    sampler, known = (
        scripted({"x": 0.1, "y": 0.2}, {"x": 0.3, "y": 0.2}, {"x": 0.4, "y": 0.2}),
        Known(),
    )
    known.add(proposal(sampler, 0, known), 0.5, finished=1, pending=1)
    proposal(sampler, 1, known)
    assert told(sampler) == []
    known.rows[0] = (0.6, 2, 0, 0, 0, math.nan)
    proposal(sampler, 2, known)
    assert told(sampler) == [("000000", 0.6, False)]


def test_failed_ones_have_the_worst_value_so_far(scripted):
    """And are told as an error where there is none; a stopped one has its last score."""
    points = [{"x": x / 10, "y": 0.0} for x in range(5)]
    sampler, known = scripted(*points), Known()
    known.add(proposal(sampler, 0, known), failed=1)
    known.add(proposal(sampler, 1, known), 0.3, stopped=2)
    known.add(proposal(sampler, 2, known), math.nan, stopped=2)
    known.add(proposal(sampler, 3, known), 0.9, finished=1, failed=1)
    proposal(sampler, 4, known)
    assert told(sampler) == [
        ("000000", None, True),
        ("000001", 0.3, False),
        ("000002", 0.3, False),
        ("000003", 0.3, False),
    ]


def test_forbidden_suggestions_are_told_back_and_asked_again(scripted):
    """A bounded number of times; then the position counts as forbidden."""
    space = Space.from_mapping({"k": {"choice": ["a", "b"]}}, [{"k": "a"}])
    sampler = scripted({"k": 0}, {"k": 0}, {"k": 1}, space=space)
    assert proposal(sampler, 0, Known()) == {"k": "b"}
    assert told(sampler) == [("000000", None, True), ("000001", None, True)]
    sampler = scripted(*[{"k": 0}] * 20, space=space)
    assert sampler.propose(0, Known()) is NoProposal.FORBIDDEN


def test_nothing_to_suggest_means_wait_and_finished_means_the_end(scripted):
    """Where nothing is pending there is nothing to wait for."""
    sampler, known = scripted(None, None, "FINISHED"), Known()
    assert sampler.propose(0, known) is NoProposal.FORBIDDEN
    known.add({"x": 0.5, "y": 0.5}, pending=1)
    assert sampler.propose(0, known) is NoProposal.WAIT
    assert sampler.propose(0, known) is NoProposal.EXHAUSTED


def test_numbers_beyond_a_bound_by_rounding_are_pulled_back(scripted):
    """And inactive hyperparameters are dropped."""
    space = Space.from_mapping(
        {"k": {"choice": [1, True]}, "C": {"float": [1, 10], "log": True, "when": {"k": 1}}}
    )
    sampler = scripted({"k": 0, "C": 10.000000001}, {"k": 1, "C": 3.0}, space=space)
    assert proposal(sampler, 0, Known()) == {"k": 1, "C": 10.0}
    assert proposal(sampler, 1, Known()) == {"k": True}


def test_what_it_raises_ends_the_sweep_with_its_name(scripted):
    """Whatever its class."""
    sampler = scripted(KeyError("lost"))
    with pytest.raises(PluginError, match=r"`their_package:Scripted` .* KeyError in `suggest`"):
        sampler.propose(0, Known())
    with pytest.raises(PluginError, match="KeyError in `suggest`"):
        scripted({"x": 0.5}).propose(0, Known())


def test_the_driver_knows_it_as_one_that_remembers(scripted):
    """So that its state is stored, or known to be lost."""
    assert isinstance(scripted(), Remembering)


def test_a_searcher_that_cannot_save_cannot_be_resumed(scripted):
    """`save` has nothing to give; the next proposal, if there is one, says that it is the end."""
    sampler = scripted({"x": 0.5, "y": 0.2})
    assert sampler.save() is None
    sampler.restore(None)
    with pytest.raises(PluginError, match=r"cannot save its state.*--fresh"):
        sampler.propose(0, Known())


def test_a_state_that_cannot_be_read_is_an_error_of_the_searcher(scripted):
    """When it is asked for the next proposal; until then the state is kept as it is."""
    sampler = scripted({"x": 0.5, "y": 0.2})
    sampler.restore(b"no state")
    assert sampler.save() == b"no state"
    with pytest.raises(PluginError, match="UnpicklingError in `restore`"):
        sampler.propose(0, Known())


def test_without_a_stored_state_a_searcher_that_can_save_starts_anew(scripted, monkeypatch):
    """As when the process was killed in its first second."""
    monkeypatch.setattr(Scripted, "save", lambda self, path: None, raising=False)
    sampler = scripted({"x": 0.1, "y": 0.2})
    sampler.restore(None)
    assert proposal(sampler, 0, Known()) == {"x": 0.1, "y": 0.2}


def test_a_configuration_that_came_twice_is_told_twice(scripted):
    """The planner drops the second; the searcher still waits for both."""
    point = {"x": 0.1, "y": 0.2}
    sampler, known = scripted(point, point, {"x": 0.9, "y": 0.2}), Known()
    first = proposal(sampler, 0, known)
    assert config_id(proposal(sampler, 1, known)) == config_id(first)
    known.finish(first, 0.5)
    proposal(sampler, 2, known)
    assert [name for name, _, _ in told(sampler)] == ["000000", "000001"]


@pytest.mark.parametrize(
    ("path", "options", "message"),
    [
        ("no_such_package:Searcher", None, "cannot be imported, got ModuleNotFoundError"),
        ("their_package:Missing", None, "cannot be imported, got AttributeError"),
        ("their_package:thing", None, r"inherits from `ray\.tune\.search\.searcher\.Searcher`"),
        ("their_package:Wrapper", None, "must take its space from the sweep"),
        ("their_package:Scripted", {"wish": "nonsense"}, "refused to start.*no such wish"),
        ("their_package:Scripted", {"wich": 1}, "refused to start.*wich"),
        ("their_package:Scripted", {"metric": "loss"}, r"search\.options\.metric.*of the sweep"),
        ("their_package:Scripted", {"wish": {"import": "x:y"}}, r"search\.options\.wish: `x:y`"),
        ("ray.tune.search:Repeater", None, "`Repeater` is not needed.*seeds"),
        ("ray.tune.search:ConcurrencyLimiter", None, "`ConcurrencyLimiter` is not needed"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(scripted, path, options, message):
    """Rule, what came, where, what to do."""
    scripted()
    with pytest.raises(SpecError, match=message) as caught:
        searcher_of(sweep_of(path, options))
    assert caught.value.problems[0].where.startswith("search.")
